"""What keeps its identity when an endpoint changes, and what doesn't."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.consumers import ENDPOINT, GROUP, consumer_in, contract_with, paths_under
from tests.support.published import ENVIRONMENT, template_of
from tests.support.replacement import assert_update_is_safe, compare
from tests.support.vpcs import imported_vpc, vpc_in

from privatelink_constructs import EndpointDns, EndpointServiceContract, InterfaceEndpoint

if TYPE_CHECKING:
    import aws_cdk as cdk
    from tests.support.replacement import Template

A, B, C = "eu-west-1a", "eu-west-1b", "eu-west-1c"
ZONED = EndpointDns.private_hosted_zone("pay.example.com")
DUALSTACK = ec2.VpcEndpointIpAddressType.DUALSTACK


def template(
    *,
    env: cdk.Environment | None = ENVIRONMENT,
    zones: tuple[str, ...] = (A, B),
    **options: Any,
) -> Template:
    """Return the template of an endpoint in some zones of a VPC with three."""
    stack = consumer_in(env=env)
    vpc = imported_vpc(stack) if env is None else vpc_in(stack, zones=(A, B, C))
    given: dict[str, Any] = {
        "clients": [ec2.Peer.ipv4("10.0.0.0/16")],
        "dns": ZONED,
        **options,
    }
    contract = given.pop("service", None) or _contract(zones)
    InterfaceEndpoint(stack, "Payments", vpc=vpc, service=contract, **given)
    return template_of(stack)


def _contract(zones: tuple[str, ...] = (A, B), **options: Any) -> EndpointServiceContract:
    return contract_with(availability_zones=zones, **options)


def test_the_paths_of_all_parts() -> None:
    stack = consumer_in()
    client = ec2.SecurityGroup.from_security_group_id(stack, "Client", "sg-0123456789abcdef0")
    endpoint = InterfaceEndpoint(
        stack,
        "Payments",
        vpc=imported_vpc(stack),
        service=contract_with(ip_address_types=["ipv4", "ipv6"]),
        clients=[ec2.Peer.ipv4("10.0.0.0/16"), client],
        dns=ZONED,
        ip_address_type=DUALSTACK,
    )

    assert paths_under(endpoint) == {
        "SecurityGroup/Resource": GROUP,
        "SecurityGroup/from ConsumerClient47AA8FC0:443": "AWS::EC2::SecurityGroupIngress",
        "Resource": ENDPOINT,
        "HostedZone-pay.example.com/Resource": "AWS::Route53::HostedZone",
        "RecordA-pay.example.com": "AWS::Route53::RecordSet",
        "RecordAaaa-pay.example.com": "AWS::Route53::RecordSet",
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"zones": (A, B)}, {"zones": (A, B, C)}, id="zone"),
        pytest.param(
            {},
            {"clients": [ec2.Peer.ipv4("10.0.0.0/16"), ec2.Peer.ipv4("10.9.0.0/16")]},
            id="client",
        ),
        pytest.param({}, {"service": _contract(ports=[443, 8443])}, id="port"),
        pytest.param({}, {"service": _contract(supported_regions=["us-east-1"])}, id="Region"),
        pytest.param({}, {"service": _contract(acceptance_required=False)}, id="acceptance"),
    ],
)
def test_what_comes_or_goes_changes_the_endpoint_or_its_group_alone(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    for old, new in ((before, after), (after, before)):
        update = assert_update_is_safe(template(**old), template(**new))

        changed = {update.types[name] for name in (*update.added, *update.changed)}
        assert changed <= {ENDPOINT, GROUP}
        assert len(update.changed) <= 1


def test_a_name_that_comes_leaves_the_endpoint_alone() -> None:
    update = assert_update_is_safe(template(dns=EndpointDns.endpoint_names()), template())

    assert {update.types[name] for name in update.added} == {
        "AWS::Route53::HostedZone",
        "AWS::Route53::RecordSet",
    }
    assert not update.changed


def test_the_second_phase_updates_the_endpoint() -> None:
    service = _contract(private_dns_name="pay.example.com", private_dns_verified=True)

    update = assert_update_is_safe(
        template(service=service, dns=EndpointDns.endpoint_names()),
        template(service=service, dns=EndpointDns.service_private_name(), connection_accepted=True),
    )

    assert [update.types[name] for name in update.changed] == [ENDPOINT]


def test_a_hosted_zone_comes_after_the_endpoint_gave_the_name_up() -> None:
    service = _contract(
        private_dns_name="pay.example.com", private_dns_verified=True, acceptance_required=False
    )
    before, after = (
        template(service=service, dns=dns) for dns in (EndpointDns.service_private_name(), ZONED)
    )

    update = assert_update_is_safe(before, after)

    assert [update.types[name] for name in update.changed] == [ENDPOINT]
    [zone] = [it for it in after["Resources"].values() if it["Type"] == "AWS::Route53::HostedZone"]
    assert zone["DependsOn"] == list(update.changed)


def test_another_address_type_updates_the_endpoint() -> None:
    service = _contract(ip_address_types=["ipv4", "ipv6"])
    stacks = [
        template(
            service=service,
            ip_address_type=address_type,
            dns=EndpointDns.endpoint_names(),
            subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        )
        for address_type in (None, ec2.VpcEndpointIpAddressType.IPV4)
    ]

    assert_update_is_safe(*stacks)


def test_a_stack_that_gets_an_environment_keeps_its_endpoint() -> None:
    service = EndpointServiceContract.from_service_name(
        "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0", ports=[443]
    )
    agnostic = template(env=None, service=service, dns=EndpointDns.endpoint_names())
    stack = consumer_in()
    InterfaceEndpoint(
        stack,
        "Payments",
        vpc=imported_vpc(stack),
        service=service,
        clients=[ec2.Peer.ipv4("10.0.0.0/16")],
    )
    # What the deployment makes of the condition in the service's own Region.
    [endpoint] = [it for it in agnostic["Resources"].values() if it["Type"] == ENDPOINT]
    choice = endpoint["Properties"].pop("ServiceRegion")

    assert choice["Fn::If"][1:] == [{"Ref": "AWS::NoValue"}, "eu-west-1"]
    assert_update_is_safe(agnostic, template_of(stack))


def test_another_service_replaces_the_endpoint() -> None:
    other = _contract(service_name="com.amazonaws.vpce.eu-west-1.vpce-svc-00000000000000000")
    update = compare(template(), template(service=other))

    assert [it.resource_type for it in update.replaced if it.certain] == [ENDPOINT]
