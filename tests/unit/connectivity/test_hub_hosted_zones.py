"""A hub that names its endpoints by private hosted zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53
from tests.support.aws_services import bundle_in
from tests.support.consumers import (
    OTHER_ACCOUNT,
    app_with_zones,
    consumer_in,
    contract_with,
    endpoint_in,
)
from tests.support.hubs import (
    HOSTED_ZONE,
    MEMBER,
    ORGANIZATION,
    PROFILE,
    RECORD,
    hub_in,
    of_type,
    spoke_in,
    two_accounts,
)
from tests.support.published import template_of
from tests.support.refusals import refusal, refused, warnings_of
from tests.support.replacement import compare
from tests.support.vpcs import imported_vpc, vpc_in

from privatelink_constructs import (
    AwsService,
    EndpointDns,
    HubNaming,
    InterfaceEndpoint,
    SharePrincipal,
)
from privatelink_constructs.facts.aws_service_endpoints import known_services, private_names

if TYPE_CHECKING:
    from privatelink_constructs import (
        EndpointHub,
    )

OFF: dict[str, Any] = {"private_dns_enabled": False}
KMS = "kms.eu-west-1.amazonaws.com"


def zoned_in(stack: cdk.Stack, *services: str, **options: Any) -> EndpointHub:
    """Define a hub with hosted zones."""
    vpcs = options.pop("vpcs", ())
    names = options.pop("names", None)
    naming = HubNaming.private_hosted_zones(vpcs=vpcs, private_dns_names=names)
    given: dict[str, Any] = {"naming": naming, "bundle": OFF, **options}
    return hub_in(stack, *services, **given)


def zones_of(stack: cdk.Stack) -> dict[str, list[Any]]:
    """Return the names of the hosted zones, each with its VPCs."""
    found = [it["Properties"] for it in of_type(stack, HOSTED_ZONE).values()]
    return {it["Name"]: [vpc["VPCId"] for vpc in it["VPCs"]] for it in found}


def records_of(stack: cdk.Stack) -> set[tuple[str, str]]:
    found = [it["Properties"] for it in of_type(stack, RECORD).values()]
    return {(it["Name"], it["Type"]) for it in found}


def test_each_name_has_a_hosted_zone_of_exactly_that_name() -> None:
    stack = consumer_in()
    hub = zoned_in(stack, "kms", "ecr.dkr")

    dkr = "dkr.ecr.eu-west-1.amazonaws.com"
    assert set(zones_of(stack)) == {f"{KMS}.", f"{dkr}."}
    assert records_of(stack) == {(KMS, "A"), (dkr, "A"), (f"*.{dkr}", "A")}
    assert hub.contract.names == (dkr, KMS)
    assert hub.contract.profile_id is None
    assert set(hub.hosted_zones) == {dkr, KMS}
    assert (of_type(stack, PROFILE), of_type(stack, MEMBER)) == ({}, {})
    assert not {"hub-service-names-unverified", "hub-endpoint-name-missing"} & {*warnings_of(hub)}


@pytest.mark.parametrize("service", sorted(known_services() - {"s3express"}))
def test_the_names_of_every_known_service_are_those_of_the_facts(service: str) -> None:
    names = private_names(service, "eu-west-1", "amazonaws.com")
    domains = [it.removeprefix("*.") for it in names]
    assert len(set(domains)) == len(domains)
    assert all(not it.startswith("*") for it in domains)


def test_a_dualstack_endpoint_has_records_of_both_families() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)
    bundle = bundle_in(
        stack,
        AwsService.interface("kms"),
        vpc=vpc,
        ip_address_type=ec2.VpcEndpointIpAddressType.DUALSTACK,
        **OFF,
    )
    zoned_in(stack, vpc=vpc, endpoints=[bundle], clients=["10.0.0.0/8", "fd00::/8"])
    assert records_of(stack) == {(KMS, "A"), (KMS, "AAAA")}


def test_the_hosted_zones_are_associated_with_the_vpcs_each_once() -> None:
    stack = consumer_in()
    hub_vpc, spoke = vpc_in(stack), vpc_in(stack, "Spoke")
    zoned_in(stack, "kms", vpc=hub_vpc, vpcs=[spoke, spoke, hub_vpc])
    ids = [stack.resolve(it.vpc_id) for it in (hub_vpc, spoke)]
    assert zones_of(stack) == {f"{KMS}.": ids}


def test_a_hosted_zone_waits_for_its_endpoint() -> None:
    stack = consumer_in()
    zoned_in(stack, "kms")
    [zone] = of_type(stack, HOSTED_ZONE).values()
    [endpoint] = of_type(stack, "AWS::EC2::VPCEndpoint")
    assert zone["DependsOn"] == [endpoint]


def test_names_are_overridden() -> None:
    stack = consumer_in()
    names = {"kms": ["kms.example.com", "*.Kms.example.com.", "kms.eu-west-1.api.aws"]}
    hub = zoned_in(stack, "kms", names=names)
    assert set(zones_of(stack)) == {"kms.example.com.", "kms.eu-west-1.api.aws."}
    assert ("*.kms.example.com", "A") in records_of(stack)
    assert "hub-service-names-unverified" not in warnings_of(hub)


def test_a_service_that_is_not_known_has_the_usual_name_with_a_warning() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    new = bundle_in(stack, AwsService.interface("new.api", ports=[443]), vpc=vpc, **OFF)
    hub = zoned_in(stack, vpc=vpc, endpoints=[new])
    assert set(zones_of(stack)) == {"api.new.eu-west-1.amazonaws.com."}
    assert "new.api" in warnings_of(hub)["hub-service-names-unverified"]


def test_the_private_name_of_an_endpoint_service_has_a_hosted_zone() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    service = contract_with(private_dns_name="pay.example.com", private_dns_verified=True)
    own = endpoint_in(stack, "Payments", vpc=vpc, service=service)
    zoned_in(stack, vpc=vpc, endpoints=[own])
    assert set(zones_of(stack)) == {"pay.example.com."}


def test_own_hosted_zones_of_an_endpoint_get_the_vpcs() -> None:
    stack = consumer_in()
    vpc, one, two = (vpc_in(stack, it) for it in ("Vpc", "One", "Two"))
    dns = EndpointDns.private_hosted_zone("pay.example.com", vpcs=[one])
    own = endpoint_in(stack, "Payments", vpc=vpc, dns=dns)
    hub = zoned_in(stack, vpc=vpc, endpoints=[own], vpcs=[one, two])
    ids = [stack.resolve(it.vpc_id) for it in (vpc, one, two)]
    assert zones_of(stack) == {"pay.example.com.": ids}
    assert hub.contract.names == ("pay.example.com",)
    with refused(stack, "private-hosted-zone-duplicate"):
        endpoint_in(stack, "Again", vpc=two, dns=EndpointDns.private_hosted_zone("pay.example.com"))


def test_an_endpoint_without_any_name_is_a_warning() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    hub = zoned_in(stack, vpc=vpc, endpoints=[endpoint_in(stack, "Payments", vpc=vpc)])
    assert "Payments" in warnings_of(hub)["hub-endpoint-name-missing"]


def test_an_imported_endpoint_has_hosted_zones() -> None:
    stack = consumer_in()
    imported = InterfaceEndpoint.from_interface_endpoint_attributes(
        stack,
        "Imported",
        vpc_endpoint_id="vpce-0123456789abcdef0",
        regional_dns_name="vpce-0-a.kms.eu-west-1.vpce.amazonaws.com",
        regional_hosted_zone_id="Z38GZ743OKFT7T",
        service_name="com.amazonaws.eu-west-1.kms",
    )
    zoned_in(stack, endpoints=[imported])
    assert set(zones_of(stack)) == {f"{KMS}."}


def test_fails_when_an_endpoint_has_private_dns() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    bundle = bundle_in(stack, AwsService.interface("kms"), vpc=vpc)
    with refused(
        stack, "hub-private-dns-conflict", "The endpoint 'kms' has private DNS on. Pass private"
    ):
        zoned_in(stack, vpc=vpc, endpoints=[bundle])


def test_fails_when_names_are_given_for_a_service_that_is_not_there() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    bundle = bundle_in(stack, AwsService.interface("kms"), vpc=vpc, **OFF)
    with refused(
        stack, "hub-service-not-valid", "The hub has no endpoint to 'sqs' in .*, only to 'kms'"
    ):
        zoned_in(stack, vpc=vpc, endpoints=[bundle], names={"sqs": ["sqs.example.com"]})


@pytest.mark.parametrize("name", ["*.*.example.com", "a..b"])
def test_fails_when_a_name_is_not_a_domain(name: str) -> None:
    with refusal("hosted-zone-name-malformed"):
        HubNaming.private_hosted_zones(private_dns_names={"kms": [name]})


def test_a_token_is_a_name() -> None:
    stack = consumer_in()
    token = cdk.CfnParameter(stack, "Name").value_as_string
    hub = zoned_in(stack, "kms", names={"kms": [token]})
    [zone] = of_type(stack, HOSTED_ZONE).values()
    assert {"Ref": "Name"} in zone["Properties"]["Name"]["Fn::Join"][1]
    assert hub.contract.names == ()


def test_fails_when_a_vpc_has_a_hosted_zone_of_that_name_already() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    zoned_in(stack, "kms", vpc=vpc)
    bundle = bundle_in(stack, AwsService.interface("kms"), name="More", vpc=vpc, **OFF)
    with refused(stack, "private-hosted-zone-duplicate", "kms"):
        zoned_in(stack, name="Second", vpc=vpc, endpoints=[bundle])


def test_fails_when_a_vpc_has_an_endpoint_with_that_name() -> None:
    stack = consumer_in()
    vpc, spoke = vpc_in(stack), vpc_in(stack, "Spoke")
    bundle_in(stack, AwsService.interface("kms"), name="OfSpoke", vpc=spoke)
    bundle = bundle_in(stack, AwsService.interface("kms"), vpc=vpc, **OFF)
    with refused(stack, "private-hosted-zone-private-dns-conflict", "kms"):
        zoned_in(stack, vpc=vpc, endpoints=[bundle], vpcs=[spoke])


def test_fails_when_somebody_defines_a_hosted_zone_of_that_name() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    zoned_in(stack, "kms", vpc=vpc)
    route53.PrivateHostedZone(stack, "Mine", zone_name=KMS, vpc=vpc)
    with pytest.raises(RuntimeError, match="private-hosted-zone-private-dns-conflict"):
        template_of(stack)


def test_fails_when_a_vpc_is_in_another_account() -> None:
    network, orders = two_accounts()
    vpc, spoke = vpc_in(network), vpc_in(orders)
    bundle = bundle_in(network, AwsService.interface("kms"), vpc=vpc, **OFF)
    with refused(network, "private-hosted-zone-account-mismatch", OTHER_ACCOUNT):
        zoned_in(network, vpc=vpc, endpoints=[bundle], vpcs=[spoke])


def test_fails_when_dns_is_off_in_a_vpc() -> None:
    stack = consumer_in()
    vpc, spoke = vpc_in(stack), vpc_in(stack, "Spoke", enable_dns_hostnames=False)
    bundle = bundle_in(stack, AwsService.interface("kms"), vpc=vpc, **OFF)
    with refused(stack, "private-hosted-zone-vpc-dns-disabled"):
        zoned_in(stack, vpc=vpc, endpoints=[bundle], vpcs=[spoke])


def test_fails_when_it_is_shared() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    bundle = bundle_in(stack, AwsService.interface("kms"), vpc=vpc, **OFF)
    principal = SharePrincipal.organization(ORGANIZATION)
    with refused(stack, "hub-share-ineffective", "share_with is set"):
        zoned_in(stack, vpc=vpc, endpoints=[bundle], share_with=[principal])


def test_fails_when_its_profile_is_asked_for() -> None:
    hub = zoned_in(consumer_in(), "kms")
    for attribute in ("profile_id", "profile_arn"):
        with refusal("hub-profile-missing", r"no Route 53 Profile.*private_hosted_zones\(vpcs="):
            getattr(hub, attribute)


def test_fails_when_a_vpc_is_connected() -> None:
    stack = consumer_in()
    hub = zoned_in(stack, "kms")
    vpc = vpc_in(stack, "SpokeVpc")
    with refused(
        stack, "hub-profile-missing", r"HubNaming\.private_hosted_zones\(vpcs=\[\.\.\.\]\)"
    ):
        spoke_in(stack, hub.contract, vpc=vpc)


def test_an_environment_changes_no_id() -> None:
    stacks = [consumer_in(app_with_zones(), env=env) for env in (None, ENV)]
    for stack in stacks:
        zoned_in(stack, "s3", "kms", vpc=imported_vpc(stack))
    before, after = (template_of(it)["Resources"].keys() for it in stacks)
    assert before == after


ENV = cdk.Environment(account="111111111111", region="eu-west-1")


def test_services_and_vpcs_come_and_go_without_replacing_anything() -> None:
    def template(*services: str, spokes: int) -> dict[str, Any]:
        stack = consumer_in()
        vpcs = [vpc_in(stack, f"Spoke{it}") for it in range(2)]
        zoned_in(stack, *services, vpcs=vpcs[:spokes])
        return template_of(stack)

    few, many = template("kms", spokes=1), template("kms", "sqs", spokes=2)
    for before, after in ((few, many), (many, few)):
        assert compare(before, after).replaced_ids == ()
