"""Services over load balancers that exist already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from tests.support.load_balanced import (
    SERVICE,
    address,
    certificate,
    new_stack,
    service_in,
    synthesize,
)
from tests.support.published import imported_load_balancer, resources_of, stack_in, template_of
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import ZONES, imported_vpc, vpc_in

from privatelink_constructs import EndpointService

if TYPE_CHECKING:
    from collections.abc import Callable

    import constructs

ISOLATED = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
ARN = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer"
NAMES = ("First", "Second")


def balancer_in(
    scope: constructs.Construct, name: str = "Nlb", *, port: int | None = 443, **options: Any
) -> elbv2.NetworkLoadBalancer:
    """Define a load balancer with one listener, in a VPC of its own unless one is given."""
    if "vpc" not in options:
        options["vpc"] = vpc_in(scope, f"{name}Vpc")
    options.setdefault("vpc_subnets", ISOLATED)
    made = elbv2.NetworkLoadBalancer(scope, name, **options)
    if port is not None:
        listen(made, port)
    return made


def listen(
    balancer: elbv2.NetworkLoadBalancer,
    port: int,
    protocol: elbv2.Protocol = elbv2.Protocol.TCP,
    **options: Any,
) -> None:
    balancer.add_listener(f"Listener{port}", port=port, protocol=protocol, **options).add_targets(
        "Targets",
        port=port,
        protocol=elbv2.Protocol.TCP if protocol is elbv2.Protocol.TLS else protocol,
        targets=[address()],
    )


def by_arn(scope: constructs.Construct, name: str, arn: str) -> elbv2.INetworkLoadBalancer:
    return elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
        scope, name, load_balancer_arn=arn
    )


def published(stack: cdk.Stack) -> dict[str, Any]:
    [found] = resources_of(template_of(stack), SERVICE)
    return found["Properties"]


def publish(stack: cdk.Stack, *balancers: Any, name: str = "Service", **options: Any) -> Any:
    return EndpointService(stack, name, load_balancers=balancers, **options)


# What works.


@pytest.mark.parametrize("names", [NAMES[:1], NAMES], ids=["one", "several"])
@pytest.mark.parametrize("make", [balancer_in, imported_load_balancer], ids=["l2", "imported"])
def test_load_balancers_back_a_service(
    make: Callable[[cdk.Stack, str], elbv2.INetworkLoadBalancer], names: tuple[str, ...]
) -> None:
    stack = new_stack()
    balancers = [make(stack, name) for name in names]
    service = publish(stack, *balancers, ports=[443])
    synthesize(stack)
    expected = [stack.resolve(it.load_balancer_arn) for it in balancers]
    assert published(stack)["NetworkLoadBalancerArns"] == expected
    assert service.load_balancers == tuple(balancers)


def test_defaults() -> None:
    stack = new_stack()
    publish(stack, imported_load_balancer(stack, "Nlb"))
    assert published(stack).keys() == {
        "AcceptanceRequired",
        "NetworkLoadBalancerArns",
        "SupportedIpAddressTypes",
    }
    assert published(stack)["SupportedIpAddressTypes"] == ["ipv4"]
    assert warnings_of(stack) == {}


def test_options() -> None:
    stack = new_stack()
    publish(
        stack,
        imported_load_balancer(stack, "Nlb"),
        contributor_insights_enabled=True,
        ip_address_types=["ipv6", "ipv4"],
        payer_responsibility="ServiceOwner",
        supported_regions=["us-east-1", "eu-west-1"],
    )
    found = published(stack)
    del found["NetworkLoadBalancerArns"]
    assert found == {
        "AcceptanceRequired": True,
        "ContributorInsightsEnabled": True,
        "PayerResponsibility": "ServiceOwner",
        "SupportedIpAddressTypes": ["ipv6", "ipv4"],
        "SupportedRegions": ["us-east-1"],
    }


def test_zones_are_those_of_the_load_balancers() -> None:
    stack = new_stack()
    service = publish(stack, balancer_in(stack))
    assert service.availability_zones == ZONES


def test_zones_of_imported_load_balancers_are_those_that_are_given() -> None:
    stack = new_stack()
    given = {"eu-west-1a": "euw1-az1"}
    service = publish(stack, imported_load_balancer(stack, "Nlb"), availability_zone_ids=given)
    assert service.availability_zones == ("eu-west-1a",)


@pytest.mark.parametrize("case", ["imported", "mapped", "elsewhere", "nameless"])
def test_zones_that_nobody_knows(case: str) -> None:
    stack = new_stack()
    service = publish(stack, _nowhere(stack, case), ports=[443])
    assert service.availability_zones == ()
    assert "service-zones-insufficient" not in warnings_of(stack)


def _nowhere(stack: cdk.Stack, case: str) -> elbv2.INetworkLoadBalancer:
    if case == "imported":
        return imported_load_balancer(stack, "Nlb")
    if case == "mapped":
        balancer = balancer_in(stack)
        resource = cast("elbv2.CfnLoadBalancer", balancer.node.default_child)
        resource.subnets = None
        resource.subnet_mappings = [
            elbv2.CfnLoadBalancer.SubnetMappingProperty(subnet_id="subnet-1")
        ]
        return balancer
    if case == "elsewhere":
        subnet = ec2.Subnet.from_subnet_id(stack, "Subnet", "subnet-9")
        return balancer_in(stack, vpc_subnets=ec2.SubnetSelection(subnets=[subnet]))
    vpc = imported_vpc(stack, availability_zones=cdk.Fn.get_azs())
    return balancer_in(stack, vpc=vpc, vpc_subnets=ec2.SubnetSelection())


def test_one_zone_gets_a_warning() -> None:
    stack = new_stack()
    subnets = ec2.SubnetSelection(
        subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, availability_zones=[ZONES[0]]
    )
    publish(stack, balancer_in(stack, vpc_subnets=subnets))
    assert "service-zones-insufficient" in warnings_of(stack)


def test_an_internet_facing_load_balancer_gets_a_warning() -> None:
    stack = new_stack()
    vpc = ec2.Vpc(stack, "Vpc", availability_zones=list(ZONES), nat_gateways=0)
    public = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
    publish(stack, balancer_in(stack, vpc=vpc, vpc_subnets=public, internet_facing=True))
    assert "Stack/Nlb is internet-facing" in warnings_of(stack)["load-balancer-open-to-world"]


def test_ipv6_of_dualstack_load_balancers() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)
    balancer = balancer_in(stack, vpc=vpc, ip_address_type=elbv2.IpAddressType.DUAL_STACK)
    publish(stack, balancer, ip_address_types=["ipv6"])
    assert published(stack)["SupportedIpAddressTypes"] == ["ipv6"]


@pytest.mark.parametrize("names", [NAMES[:1], NAMES], ids=["one", "several"])
def test_load_balancers_that_are_still_to_be_looked_up(names: tuple[str, ...]) -> None:
    stack = new_stack()
    found = [
        elbv2.NetworkLoadBalancer.from_lookup(stack, name, load_balancer_tags={"name": name})
        for name in names
    ]
    publish(stack, *found)
    publish(stack, *found, name="Other")
    assert len(resources_of(template_of(stack), SERVICE)) == 2


def test_arns_that_only_the_deployment_knows_pass() -> None:
    stack = new_stack()
    balancers = [
        by_arn(stack, name, cdk.CfnParameter(stack, f"Arn{name}").value_as_string) for name in NAMES
    ]
    publish(stack, *balancers)
    assert published(stack)["NetworkLoadBalancerArns"] == [{"Ref": f"Arn{it}"} for it in NAMES]


def test_a_load_balancer_of_another_stack() -> None:
    app = cdk.App()
    network, ours = stack_in(app, "Network"), stack_in(app, "Ours")
    EndpointService(ours, "Service", load_balancers=[balancer_in(network)])
    app.synth()
    assert len(published(ours)["NetworkLoadBalancerArns"]) == 1


def test_one_load_balancer_in_services_of_two_apps() -> None:
    for _ in range(2):
        stack = new_stack()
        publish(stack, imported_load_balancer(stack, "Nlb"))
        assert published(stack)


# Ports.


def test_listeners_that_are_the_same() -> None:
    stack = new_stack()
    publish(stack, *(balancer_in(stack, name) for name in NAMES), ports=[443])
    synthesize(stack)


def test_listeners_may_be_in_another_stack() -> None:
    app = cdk.App()
    network, ours = stack_in(app, "Network"), stack_in(app, "Ours")
    balancer = balancer_in(network, port=None)
    group = elbv2.NetworkTargetGroup(ours, "Group", vpc=balancer.vpc, port=443)
    elbv2.NetworkListener(
        ours,
        "Listener",
        load_balancer=balancer,
        port=443,
        default_target_groups=[cast("elbv2.INetworkTargetGroup", group)],
    )
    EndpointService(ours, "Service", load_balancers=[balancer])
    app.synth()


def test_listeners_of_imported_load_balancers_are_unknown() -> None:
    stack = new_stack()
    given = [balancer_in(stack), imported_load_balancer(stack, "Other")]
    publish(stack, *given, ports=[443])
    synthesize(stack)


def test_a_listener_on_a_port_that_only_the_deployment_knows() -> None:
    stack = new_stack()
    port = cdk.CfnParameter(stack, "Port", type="Number").value_as_number
    balancers = [balancer_in(stack), balancer_in(stack, "Other", port=None)]
    balancers[1].add_listener("Web", port=port).add_targets("Web", port=80, targets=[address()])
    service = publish(stack, *balancers, ports=[443])
    synthesize(stack)
    assert service.contract.ports == (443,)


def test_fails_when_the_contract_needs_a_port_that_only_the_deployment_knows() -> None:
    stack = new_stack()
    port = cdk.CfnParameter(stack, "Port", type="Number").value_as_number
    balancer = balancer_in(stack, port=None)
    balancer.add_listener("Web", port=port).add_targets("Web", port=80, targets=[address()])
    service = publish(stack, balancer)
    with refused(stack, "contract-value-undetermined", "ports is known only at deployment"):
        _ = service.contract


def test_fails_when_listeners_differ_at_synthesis() -> None:
    stack = new_stack()
    first, second = (balancer_in(stack, name) for name in NAMES)
    publish(stack, first, second)
    listen(second, 80)
    message = (
        r"Stack/First: 443/tcp; Stack/Second: 443/tcp, 80/tcp.*\[load-balancer-listeners-mismatch\]"
    )
    with pytest.raises(RuntimeError, match=message):
        synthesize(stack)


def test_fails_when_protocols_differ_at_synthesis() -> None:
    stack = new_stack()
    first, second = balancer_in(stack, "First"), balancer_in(stack, "Second", port=None)
    listen(second, 443, elbv2.Protocol.TLS, certificates=[certificate(stack)])
    publish(stack, first, second)
    with pytest.raises(RuntimeError, match="load-balancer-listeners-mismatch"):
        synthesize(stack)


def test_fails_when_a_port_has_no_listener_at_synthesis() -> None:
    stack = new_stack()
    publish(stack, balancer_in(stack), ports=[443, "53/udp", 80])
    message = r"Stack/Nlb has no listener on 53/udp, 80.*\[load-balancer-listeners-mismatch\]"
    with pytest.raises(RuntimeError, match=message):
        synthesize(stack)


def test_fails_when_there_is_no_listener_at_synthesis() -> None:
    stack = new_stack()
    publish(stack, balancer_in(stack, port=None))
    with pytest.raises(RuntimeError, match=r"Stack/Nlb has no listener. .*\[listener-missing\]"):
        synthesize(stack)


@pytest.mark.parametrize("port", ["https", "443/https", "-1", "", "4.3"])
def test_fails_when_a_port_is_none(port: str) -> None:
    stack = new_stack()
    balancer = imported_load_balancer(stack, "Nlb")
    with refused(stack, "port-malformed", f"'{port}' is not a valid port"):
        publish(stack, balancer, ports=[port])


@pytest.mark.parametrize("port", [0, 65536, "70000/udp"])
def test_fails_when_a_port_is_out_of_range(port: int | str) -> None:
    stack = new_stack()
    balancer = imported_load_balancer(stack, "Nlb")
    with refused(stack, "port-out-of-range", "is not a valid port"):
        publish(stack, balancer, ports=[port])


# Load balancers that can't back a service.


def test_fails_when_there_is_no_load_balancer() -> None:
    stack = new_stack()
    with refused(stack, "load-balancer-missing", "The service has no load balancer"):
        publish(stack)


def test_fails_when_it_is_an_application_load_balancer() -> None:
    stack = new_stack()
    alb = elbv2.ApplicationLoadBalancer(stack, "Alb", vpc=vpc_in(stack), vpc_subnets=ISOLATED)
    with refused(
        stack, "load-balancer-type-not-supported", "Stack/Alb is an Application Load Balancer"
    ):
        publish(stack, alb)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("gateway", "a Gateway Load Balancer"), (None, "an Application Load Balancer")],
)
def test_fails_when_it_is_an_l1_of_another_kind(kind: str | None, name: str) -> None:
    stack = new_stack()
    raw = elbv2.CfnLoadBalancer(stack, "Raw", type=kind)
    with refused(stack, "load-balancer-type-not-supported", f"Stack/Raw is {name}"):
        publish(stack, raw)


def test_fails_when_it_is_an_l1() -> None:
    stack = new_stack()
    raw = elbv2.CfnLoadBalancer(stack, "Raw", type="network")
    message = "Stack/Raw is a CfnLoadBalancer, which NetworkLoadBalancer can import by its ARN"
    with refused(stack, "load-balancer-type-not-supported", message):
        publish(stack, raw)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("app", "an Application Load Balancer"), ("gwy", "a Gateway Load Balancer")],
)
def test_fails_when_it_is_the_arn_of_another_kind(kind: str, name: str) -> None:
    stack = new_stack()
    balancer = by_arn(stack, "Nlb", f"{ARN}/{kind}/x/1")
    with refused(stack, "load-balancer-type-not-supported", f"{kind}/x/1' is {name}"):
        publish(stack, balancer)


def test_fails_when_it_is_listed_twice() -> None:
    stack = new_stack()
    balancer = balancer_in(stack)
    with refused(stack, "load-balancer-duplicate", "Stack/Nlb is listed 2 times"):
        publish(stack, balancer, balancer)


def test_fails_when_it_is_imported_twice() -> None:
    stack = new_stack()
    balancers = [by_arn(stack, name, f"{ARN}/net/x/1") for name in NAMES]
    with refused(stack, "load-balancer-duplicate", "net/x/1' is listed 2 times"):
        publish(stack, *balancers)


def test_fails_when_it_is_listed_and_imported() -> None:
    stack = new_stack()
    balancer = balancer_in(stack)
    again = by_arn(stack, "Again", balancer.load_balancer_arn)
    with refused(stack, "load-balancer-duplicate", "Stack/Nlb is listed 2 times"):
        publish(stack, balancer, again)


@pytest.mark.parametrize("imported", [False, True])
def test_fails_when_it_is_in_another_service(*, imported: bool) -> None:
    stack = new_stack()
    balancer = imported_load_balancer(stack, "Nlb") if imported else balancer_in(stack)
    publish(stack, balancer, name="First")
    with refused(stack, "load-balancer-service-conflict", "already belongs to Stack/First"):
        publish(stack, balancer, name="Second")


def test_fails_when_it_is_imported_into_another_service() -> None:
    stack = new_stack()
    balancers = [by_arn(stack, name, f"{ARN}/net/x/1") for name in NAMES]
    publish(stack, balancers[0], name="One")
    with refused(stack, "load-balancer-service-conflict", "already belongs to Stack/One"):
        publish(stack, balancers[1], name="Two")


def test_fails_when_one_of_ours_is_imported_into_another_service() -> None:
    stack = new_stack()
    balancer = balancer_in(stack)
    again = by_arn(stack, "Again", balancer.load_balancer_arn)
    publish(stack, again, name="First")
    with refused(stack, "load-balancer-service-conflict", "already belongs to Stack/First"):
        publish(stack, balancer, name="Second")


def test_fails_when_it_was_defined_for_another_service() -> None:
    stack = new_stack()
    [balancer, _] = service_in(stack, "Ours").load_balancers
    with refused(stack, "load-balancer-service-conflict", "already belongs to Stack/Ours"):
        publish(stack, balancer)


def test_fails_when_a_family_is_offered_that_it_does_not_have() -> None:
    stack = new_stack()
    balancer = balancer_in(stack)
    with refused(stack, "service-address-family-mismatch", "Stack/Nlb has no IPv6 addresses"):
        publish(stack, balancer, ip_address_types=["ipv4", "ipv6"])


@pytest.mark.parametrize(
    ("given", "message"),
    [([], "No address family"), (["ipv5"], "'ipv5' is not a valid address family")],
)
def test_fails_when_a_family_is_unknown(given: list[str], message: str) -> None:
    stack = new_stack()
    balancer = imported_load_balancer(stack, "Nlb")
    with refused(stack, "service-address-family-not-valid", message):
        publish(stack, balancer, ip_address_types=given)


def test_fails_when_other_regions_get_one_zone() -> None:
    stack = new_stack()
    subnets = ec2.SubnetSelection(
        subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, availability_zones=[ZONES[0]]
    )
    balancer = balancer_in(stack, vpc_subnets=subnets)
    with refused(stack, "cross-region-zones-insufficient", "1 Availability Zone"):
        publish(stack, balancer, supported_regions=["us-east-1"])
