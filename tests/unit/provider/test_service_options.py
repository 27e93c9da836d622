"""The options of a service apart from listeners, targets and principals."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from tests.support.load_balanced import (
    LOAD_BALANCER,
    SERVICE,
    TARGET_GROUP,
    both_zones,
    listener,
    new_stack,
    service_in,
    synthesize,
)
from tests.support.published import resources_of, template_of
from tests.support.refusals import paths_in, refused, warnings_of
from tests.support.vpcs import ZONES, imported_vpc, vpc_in

from privatelink_constructs import Listener, LoadBalancerTopology

DUAL_STACK = elbv2.IpAddressType.DUAL_STACK
ONE_ZONE = ec2.SubnetSelection(
    subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, availability_zones=[ZONES[0]]
)


def published(stack: cdk.Stack) -> dict[str, Any]:
    [found] = resources_of(template_of(stack), SERVICE)
    return found["Properties"]


def attributes(stack: cdk.Stack) -> list[dict[str, str]]:
    return [
        {it["Key"]: it["Value"] for it in balancer["Properties"]["LoadBalancerAttributes"]}
        for balancer in resources_of(template_of(stack), LOAD_BALANCER)
    ]


# Clients.


@pytest.mark.parametrize(("cidrs", "expected"), [(None, "off"), (["10.0.0.0/8"], "on")])
def test_rules_are_enforced_where_clients_are_known(cidrs: list[str] | None, expected: str) -> None:
    stack = new_stack()
    service_in(stack, client_cidrs=cidrs)
    for balancer in resources_of(template_of(stack), LOAD_BALANCER):
        name = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
        assert balancer["Properties"][name] == expected


@pytest.mark.parametrize("cidr", ["10.0.0.0", "10.0.0.0/33", "10.0.0", "example.com", ""])
def test_fails_when_a_client_range_is_malformed(cidr: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "cidr-malformed", f"'{cidr}'"):
        service_in(stack, vpc=vpc, client_cidrs=[cidr])


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "::/0"])
def test_clients_from_everywhere_get_a_warning(cidr: str) -> None:
    stack = new_stack()
    service_in(
        stack,
        vpc=vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK),
        ip_address_type=DUAL_STACK,
        client_cidrs=["10.0.0.0/8", "2001:db8::/32", cidr],
    )
    assert cidr in warnings_of(stack)["client-cidr-open-to-world"]


# Families.


def test_a_dualstack_service_offers_both_families() -> None:
    stack = new_stack()
    service_in(
        stack, vpc=vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK), ip_address_type=DUAL_STACK
    )
    assert published(stack)["SupportedIpAddressTypes"] == ["ipv4", "ipv6"]


def test_subnets_that_were_imported_may_have_ipv6() -> None:
    stack = new_stack()
    service_in(stack, vpc=imported_vpc(stack), ip_address_type=DUAL_STACK)
    assert published(stack)["SupportedIpAddressTypes"] == ["ipv4", "ipv6"]


def test_fails_when_the_subnets_have_no_ipv6() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(
        stack, "service-address-family-mismatch", "The subnet in eu-west-1a has no IPv6 addresses"
    ):
        service_in(stack, vpc=vpc, ip_address_type=DUAL_STACK)


def test_fails_when_the_address_type_is_none_of_an_nlb() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    kind = elbv2.IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4
    with refused(stack, "load-balancer-address-type-not-supported", "address type"):
        service_in(stack, vpc=vpc, ip_address_type=kind)


# Regions.


def test_other_regions_are_supported() -> None:
    stack = new_stack()
    service_in(stack, supported_regions=["us-east-1", "eu-central-1", "us-east-1"])
    assert published(stack)["SupportedRegions"] == ["eu-central-1", "us-east-1"]


def test_the_services_own_region_is_left_out() -> None:
    stack = new_stack()
    given = [listener(80, idle_timeout=cdk.Duration.seconds(60))]
    service_in(stack, listeners=given, supported_regions=["eu-west-1"])
    assert "SupportedRegions" not in published(stack)


def test_regions_that_only_the_deployment_knows_pass() -> None:
    stack = new_stack()
    region = cdk.CfnParameter(stack, "Region").value_as_string
    service_in(stack, supported_regions=[region])
    assert published(stack)["SupportedRegions"] == [{"Ref": "Region"}]


def test_regions_of_an_environment_agnostic_service() -> None:
    stack = new_stack(agnostic=True)
    service_in(stack, supported_regions=["eu-west-1"])
    assert published(stack)["SupportedRegions"] == ["eu-west-1"]


@pytest.mark.parametrize(
    ("region", "code", "message"),
    [
        ("eu-wst-1", "region-not-valid", "'eu-wst-1' is not a valid Region"),
        ("Ireland", "region-not-valid", "'Ireland' is not a valid Region"),
        (
            "cn-north-1",
            "region-partition-mismatch",
            "cn-north-1 is in aws-cn, but the service is in aws",
        ),
    ],
)
def test_fails_when_a_region_can_not_be_supported(region: str, code: str, message: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, code, message):
        service_in(stack, vpc=vpc, supported_regions=[region])


def test_warns_of_a_region_that_is_unknown() -> None:
    stack = new_stack()
    service_in(stack, supported_regions=["sa-west-1", "us-east-1"])
    assert published(stack)["SupportedRegions"] == ["sa-west-1", "us-east-1"]
    found = warnings_of(stack)["region-unverified"]
    assert found.startswith("'sa-west-1' is not a Region that this version knows")


def test_fails_when_other_regions_get_one_zone() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(
        stack,
        "cross-region-zones-insufficient",
        "The service supports other Regions but is in only 1 Availability Zone",
    ):
        service_in(
            stack,
            vpc=vpc,
            listeners=[Listener.tcp(80)],
            subnets=ONE_ZONE,
            supported_regions=["us-east-1"],
        )


def test_fails_when_other_regions_get_an_idle_timeout() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [listener(80), listener(81, idle_timeout=cdk.Duration.seconds(60))]
    with refused(stack, "idle-timeout-cross-region-conflict", "Port 81 has a custom idle timeout"):
        service_in(stack, vpc=vpc, listeners=given, supported_regions=["us-east-1"])


# The rest.


def test_defaults_are_not_written() -> None:
    stack = new_stack()
    service_in(stack)
    assert published(stack).keys() == {
        "AcceptanceRequired",
        "NetworkLoadBalancerArns",
        "SupportedIpAddressTypes",
    }


def test_the_owner_pays() -> None:
    stack = new_stack()
    service_in(stack, payer_responsibility="ServiceOwner")
    assert published(stack)["PayerResponsibility"] == "ServiceOwner"
    assert "can't be given back" not in warnings_of(stack)["payer-irreversible"]


def test_a_payer_that_only_the_deployment_knows() -> None:
    stack = new_stack()
    payer = cdk.CfnParameter(stack, "Payer").value_as_string
    service_in(stack, payer_responsibility=payer)
    [found] = resources_of(template_of(stack), SERVICE)
    assert found["Properties"]["PayerResponsibility"] == {"Ref": "Payer"}


def test_fails_when_the_payer_is_unknown() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "payer-not-valid", "'Consumer' is not a valid payer"):
        service_in(stack, vpc=vpc, payer_responsibility="Consumer")


@pytest.mark.parametrize("given", [True, False])
def test_contributor_insights(*, given: bool) -> None:
    stack = new_stack()
    service_in(stack, contributor_insights_enabled=given)
    assert published(stack)["ContributorInsightsEnabled"] is given


def test_contributor_insights_are_left_as_they_are() -> None:
    stack = new_stack()
    service_in(stack)
    assert "ContributorInsightsEnabled" not in published(stack)


def test_secondary_addresses() -> None:
    stack = new_stack()
    service_in(stack, secondary_ips_per_subnet=7)
    name = "secondary_ips.auto_assigned.per_subnet"
    assert [it[name] for it in attributes(stack)] == ["7", "7"]
    assert "7 secondary IP addresses" in warnings_of(stack)["secondary-ips-irreversible"]


@pytest.mark.parametrize("count", [-1, 8])
def test_fails_when_the_secondary_addresses_are_out_of_range(count: int) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "secondary-ips-out-of-range", f"{count:g} secondary IP addresses"):
        service_in(stack, vpc=vpc, secondary_ips_per_subnet=count)


@pytest.mark.parametrize("given", [True, False])
def test_deletion_protection(*, given: bool) -> None:
    stack = new_stack()
    service_in(stack, deletion_protection=given)
    found = [it["deletion_protection.enabled"] for it in attributes(stack)]
    assert found == [str(given).lower()] * 2


def test_one_zone_gets_a_warning() -> None:
    stack = new_stack()
    service_in(
        stack,
        listeners=[listener(80, targets_by_zone={ZONES[0]: both_zones()[:1]})],
        subnets=ONE_ZONE,
    )
    assert "two Availability Zones" in warnings_of(stack)["service-zones-insufficient"]


# Warnings.


def everything_to_warn_of(stack: cdk.Stack) -> cdk.Stack:
    service_in(
        stack,
        listeners=[
            Listener.tcp(80, targets_by_zone={ZONES[0]: both_zones()[:1]}, preserve_client_ip=True)
        ],
        access_logs_enabled=True,
        client_cidrs=["0.0.0.0/0"],
        payer_responsibility="ServiceOwner",
        secondary_ips_per_subnet=1,
        subnets=ONE_ZONE,
    )
    return stack


CODES = {
    "access-logs-ineffective",
    "client-cidr-open-to-world",
    "client-ip-preservation-ineffective",
    "payer-irreversible",
    "secondary-ips-irreversible",
    "service-zones-insufficient",
    "target-security-group-undetermined",
}


def test_the_ids_of_warnings_are_stable() -> None:
    assert warnings_of(everything_to_warn_of(new_stack())).keys() == CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_warnings_can_be_acknowledged(code: str) -> None:
    stack = new_stack()
    cdk.Annotations.of(stack).acknowledge_warning(f"privatelink-constructs:{code}", "meant")
    everything_to_warn_of(stack)
    assert warnings_of(stack).keys() == CODES - {code}


def test_warnings_can_be_acknowledged_like_findings() -> None:
    theirs = new_stack()
    cdk.Annotations.of(theirs).add_warning_v2("their:warning", "of the CDK")
    acknowledge(theirs, "their:warning")
    if assertions.Annotations.from_stack(theirs).find_warning(
        "*", assertions.Match.string_like_regexp("of the CDK")
    ):
        pytest.skip("this version of the CDK doesn't take them for warnings")
    stack = new_stack()
    everything_to_warn_of(stack)
    acknowledge(stack, "privatelink-constructs:payer-irreversible")
    assert warnings_of(stack).keys() == CODES - {"payer-irreversible"}


def acknowledge(stack: cdk.Stack, finding: str) -> None:
    cdk.Validations.of(stack).acknowledge(cdk.Acknowledgment(id=finding, reason="meant"))


# Together.


def test_two_services_in_one_stack() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service_in(stack, "First", vpc=vpc)
    service_in(stack, "Second", vpc=vpc)
    synthesize(stack)
    assert len(resources_of(template_of(stack), SERVICE)) == 2


def test_two_apps_in_one_process_come_out_the_same() -> None:
    templates: list[dict[str, Any]] = []
    for _ in range(2):
        stack = new_stack()
        everything_to_warn_of(stack)
        templates.append(template_of(stack))
    assert templates[0] == templates[1]


@pytest.mark.parametrize("topology", LoadBalancerTopology)
def test_nothing_is_left_when_the_last_check_fails(topology: LoadBalancerTopology) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "payer-not-valid", "payer"):
        service_in(stack, vpc=vpc, topology=topology, payer_responsibility="Nobody")
    service = service_in(stack, vpc=vpc, topology=topology)
    assert service.node.path in paths_in(stack)


def test_tags_reach_every_part() -> None:
    stack = new_stack()
    service = service_in(stack)
    cdk.Tags.of(service).add("team", "payments")
    template = template_of(stack)
    for kind in (LOAD_BALANCER, TARGET_GROUP, SERVICE, "AWS::EC2::SecurityGroup"):
        for found in resources_of(template, kind):
            assert {"Key": "team", "Value": "payments"} in found["Properties"]["Tags"]
