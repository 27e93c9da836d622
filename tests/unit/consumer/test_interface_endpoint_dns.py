"""How clients name an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53
from tests.support.consumers import (
    ACCOUNT,
    ENDPOINT,
    OTHER_ACCOUNT,
    app_with_zones,
    consumer_in,
    contract_with,
    endpoint_in,
)
from tests.support.intrinsics import token
from tests.support.published import (
    imported_zone,
    only,
    resources_of,
    service_with,
    stack_in,
    template_of,
)
from tests.support.refusals import refusal, refused, warning_codes
from tests.support.vpcs import imported_vpc, vpc_in

from privatelink_constructs import AcceptancePolicy, EndpointDns, InterfaceEndpoint, PrivateDnsName

if TYPE_CHECKING:
    from privatelink_constructs import EndpointServiceContract

NAME = "pay.example.com"
ZONE = "AWS::Route53::HostedZone"
RECORD = "AWS::Route53::RecordSet"
PRIVATE = EndpointDns.service_private_name()


def named(**options: Any) -> EndpointServiceContract:
    """Return the contract of a service whose private DNS name can be used at once."""
    return contract_with(
        **{
            "acceptance_required": False,
            "private_dns_name": NAME,
            "private_dns_verified": True,
            **options,
        }
    )


def zone_of(name: str = NAME, *vpcs: ec2.IVpc) -> EndpointDns:
    return EndpointDns.private_hosted_zone(name, vpcs=vpcs)


def first_entry(stack: cdk.Stack) -> dict[str, Any]:
    [endpoint] = assertions.Template.from_stack(stack).find_resources(ENDPOINT)
    return {"Fn::Split": [":", {"Fn::Select": ["0", {"Fn::GetAtt": [endpoint, "DnsEntries"]}]}]}


def test_the_regional_name_is_that_of_the_first_entry() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack)

    first = first_entry(stack)
    assert stack.resolve(endpoint.regional_dns_name) == {"Fn::Select": ["1", first]}
    assert stack.resolve(endpoint.regional_hosted_zone_id) == {"Fn::Select": ["0", first]}


def test_a_zonal_name_is_made_of_the_regional_one() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack)

    halves = {"Fn::Split": [".vpce-svc-", {"Fn::Select": ["1", first_entry(stack)]}]}
    assert stack.resolve(endpoint.zonal_dns_name("eu-west-1a")) == {
        "Fn::Join": [
            "",
            [
                {"Fn::Select": ["0", halves]},
                "-eu-west-1a.vpce-svc-",
                {"Fn::Select": ["1", halves]},
            ],
        ]
    }


def test_names_are_made_once() -> None:
    endpoint = endpoint_in(consumer_in())

    assert endpoint.regional_dns_name is endpoint.regional_dns_name
    assert endpoint.regional_hosted_zone_id is endpoint.regional_hosted_zone_id
    assert endpoint.zonal_dns_name("eu-west-1a") is endpoint.zonal_dns_name("eu-west-1a")


def test_a_zone_that_is_only_known_at_deployment_has_a_name() -> None:
    stack = consumer_in()

    assert endpoint_in(stack).zonal_dns_name(token())


def test_fails_when_the_endpoint_is_not_in_a_zone() -> None:
    endpoint = endpoint_in(consumer_in())

    with refusal(
        "endpoint-zonal-name-mismatch",
        "The endpoint isn't in the Availability Zone 'eu-west-1c'. It is in eu-west-1a",
    ):
        endpoint.zonal_dns_name("eu-west-1c")


@pytest.mark.parametrize("imported", [False, True])
def test_an_endpoint_is_an_alias_target(*, imported: bool) -> None:
    stack = consumer_in()
    endpoint = (
        InterfaceEndpoint.from_interface_endpoint_attributes(
            stack,
            "Endpoint",
            vpc_endpoint_id="vpce-0123456789abcdef0",
            regional_dns_name="vpce-0.vpce-svc-1.eu-west-1.vpce.amazonaws.com",
            regional_hosted_zone_id="Z1",
        )
        if imported
        else endpoint_in(stack)
    )
    route53.ARecord(
        stack,
        "Alias",
        zone=imported_zone(stack),
        target=route53.RecordTarget.from_alias(endpoint),
    )

    target = only(template_of(stack), RECORD)["Properties"]["AliasTarget"]
    assert target == {
        "DNSName": stack.resolve(endpoint.regional_dns_name),
        "HostedZoneId": stack.resolve(endpoint.regional_hosted_zone_id),
    }


def test_without_a_zone_there_is_none() -> None:
    stack = consumer_in()

    assert endpoint_in(stack).hosted_zone is None
    assert not resources_of(template_of(stack), ZONE)


def test_a_zone_is_named_exactly_as_the_name() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint = endpoint_in(stack, vpc=vpc, dns=zone_of())

    template = template_of(stack)
    assert only(template, ZONE)["Properties"] == {
        "Name": f"{NAME}.",
        "VPCs": [{"VPCId": stack.resolve(vpc.vpc_id), "VPCRegion": "eu-west-1"}],
    }
    assert only(template, RECORD)["Properties"] == {
        "Name": NAME,
        "Type": "A",
        "HostedZoneId": stack.resolve(endpoint.hosted_zone and endpoint.hosted_zone.hosted_zone_id),
        "AliasTarget": {
            "DNSName": stack.resolve(endpoint.regional_dns_name),
            "HostedZoneId": stack.resolve(endpoint.regional_hosted_zone_id),
            "EvaluateTargetHealth": False,
        },
    }
    assert only(template, ENDPOINT)["Properties"]["PrivateDnsEnabled"] is False


def test_a_zone_is_associated_with_other_vpcs() -> None:
    app = app_with_zones()
    stack = consumer_in(app)
    elsewhere = stack_in(
        app, "Frankfurt", env=cdk.Environment(account=ACCOUNT, region="eu-central-1")
    )
    peer = imported_vpc(elsewhere, vpc_id="vpc-00000000000000001")
    endpoint_in(stack, dns=zone_of(NAME, imported_vpc(stack), peer))

    vpcs = only(template_of(stack), ZONE)["Properties"]["VPCs"]
    assert vpcs[1:] == [
        {"VPCId": "vpc-0123456789abcdef0", "VPCRegion": "eu-west-1"},
        {"VPCId": "vpc-00000000000000001", "VPCRegion": "eu-central-1"},
    ]


@pytest.mark.parametrize(
    ("address_type", "types"),
    [
        (ec2.VpcEndpointIpAddressType.DUALSTACK, ["A", "AAAA"]),
        (ec2.VpcEndpointIpAddressType.IPV6, ["AAAA"]),
    ],
)
def test_there_is_a_record_for_each_family(
    address_type: ec2.VpcEndpointIpAddressType, types: list[str]
) -> None:
    stack = consumer_in()
    endpoint_in(
        stack,
        vpc=imported_vpc(stack),
        service=contract_with(ip_address_types=["ipv4", "ipv6"]),
        ip_address_type=address_type,
        dns=zone_of(),
    )

    records = resources_of(template_of(stack), RECORD)
    assert sorted(it["Properties"]["Type"] for it in records) == types


def test_the_name_of_a_zone_may_be_a_token() -> None:
    stack = consumer_in()
    cdk.CfnParameter(stack, "Parameter")
    for name in ("First", "Second"):
        endpoint_in(stack, name, dns=zone_of(token()))

    zones = resources_of(template_of(stack), ZONE)
    assert {str(it["Properties"]["Name"]) for it in zones} == {
        "{'Fn::Join': ['', [{'Ref': 'Parameter'}, '.']]}"
    }


@pytest.mark.parametrize(
    "name", ["*", "*.", "*.*.example.com", "a.*.com", "pay..example.com", "a" * 256]
)
def test_fails_when_the_name_of_a_zone_is_none(name: str) -> None:
    with refusal("hosted-zone-name-malformed"):
        zone_of(name)


def test_fails_when_a_vpc_of_the_zone_is_in_another_account() -> None:
    app = app_with_zones()
    other = stack_in(app, "Other", env=cdk.Environment(account=OTHER_ACCOUNT, region="eu-west-1"))
    peer = imported_vpc(other)

    with refusal("private-hosted-zone-account-mismatch", f"The VPC is in account {OTHER_ACCOUNT}"):
        endpoint_in(consumer_in(app), dns=zone_of(NAME, peer))


def test_fails_when_a_vpc_of_the_zone_has_no_dns() -> None:
    stack = consumer_in()
    peer = vpc_in(stack, "Peer", enable_dns_support=False, enable_dns_hostnames=False)

    with refusal("private-hosted-zone-vpc-dns-disabled", "enableDnsHostnames and enableDnsSupport"):
        endpoint_in(stack, dns=zone_of(NAME, peer))


def test_the_private_name_of_the_service_is_switched_on() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack, service=named(), dns=PRIVATE)

    assert only(template_of(stack), ENDPOINT)["Properties"]["PrivateDnsEnabled"] is True
    assert warning_codes(endpoint) == []


def test_an_accepted_connection_may_use_the_private_name() -> None:
    stack = consumer_in()
    endpoint_in(
        stack, service=named(acceptance_required=True), dns=PRIVATE, connection_accepted=True
    )

    assert only(template_of(stack), ENDPOINT)["Properties"]["PrivateDnsEnabled"] is True


def test_what_is_not_known_of_an_imported_vpc_is_a_warning() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack, vpc=imported_vpc(stack), service=named(), dns=PRIVATE)

    assert warning_codes(endpoint) == ["vpc-dns-undetermined"]


def test_the_private_name_may_be_a_token() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    for name in ("First", "Second"):
        endpoint_in(stack, name, vpc=vpc, service=named(private_dns_name=token(name)), dns=PRIVATE)

    assertions.Template.from_stack(stack).resource_count_is(ENDPOINT, 2)


def test_the_private_name_waits_for_its_verification() -> None:
    stack = stack_in(app_with_zones())
    service = service_with(
        stack,
        PrivateDnsName.in_hosted_zone(NAME, imported_zone(stack)),
        acceptance=AcceptancePolicy.automatic(),
    )
    endpoint_in(stack, "Private", service=service.contract, dns=PRIVATE)
    endpoint_in(stack, "Plain", service=service.contract)

    waits = {
        name.partition("Endpoint")[0][:5]: it.get("DependsOn", [])
        for name, it in template_of(stack)["Resources"].items()
        if it["Type"] == ENDPOINT
    }
    assert waits["Plain"] == []
    assert any("VerifiedPrivateDnsName" in it for it in waits["Priva"]), waits


@pytest.mark.parametrize(
    ("contract", "code", "message"),
    [
        (
            {"private_dns_name": None, "private_dns_verified": False},
            "private-dns-name-missing",
            "no private",
        ),
        ({"private_dns_verified": False}, "private-dns-verification-pending", "Deploy twice"),
        (
            {"acceptance_required": True},
            "private-dns-acceptance-pending",
            "connection_accepted=True",
        ),
    ],
)
def test_fails_when_the_private_name_cannot_be_used(
    contract: dict[str, Any], code: str, message: str
) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, code, message):
        endpoint_in(stack, vpc=vpc, service=named(**contract), dns=PRIVATE)


@pytest.mark.parametrize(
    ("attributes", "named_as"),
    [
        ({"enable_dns_hostnames": False}, "enableDnsHostnames disabled"),
        ({"enable_dns_hostnames": False, "enable_dns_support": False}, "enableDnsSupport disabled"),
    ],
)
def test_fails_when_the_vpc_has_no_dns(attributes: dict[str, Any], named_as: str) -> None:
    stack = consumer_in()

    with refusal("vpc-dns-disabled", named_as):
        endpoint_in(stack, vpc=vpc_in(stack, **attributes), service=named(), dns=PRIVATE)


CONFLICTS = [
    pytest.param(PRIVATE, PRIVATE, "private-dns-name-conflict", id="two private names"),
    pytest.param(
        PRIVATE, zone_of(), "private-hosted-zone-private-dns-conflict", id="name, then zone"
    ),
    pytest.param(
        zone_of(), PRIVATE, "private-hosted-zone-private-dns-conflict", id="zone, then name"
    ),
    pytest.param(zone_of(), zone_of(), "private-hosted-zone-duplicate", id="two zones"),
]


@pytest.mark.parametrize(("first", "second", "code"), CONFLICTS)
def test_fails_when_a_name_is_taken_in_the_vpc(
    first: EndpointDns, second: EndpointDns, code: str
) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint_in(stack, "First", vpc=vpc, service=named(), dns=first)

    with refusal(code, NAME):
        endpoint_in(stack, "Second", vpc=vpc, service=named(), dns=second)


def test_fails_when_a_name_is_taken_in_a_vpc_that_is_imported_twice() -> None:
    stack = consumer_in()
    endpoint_in(stack, "First", vpc=imported_vpc(stack, "A"), service=named(), dns=PRIVATE)

    with refusal("private-dns-name-conflict"):
        endpoint_in(stack, "Second", vpc=imported_vpc(stack, "B"), service=named(), dns=PRIVATE)


def test_other_names_and_other_vpcs_are_free() -> None:
    stack = consumer_in()
    vpc, other = vpc_in(stack), vpc_in(stack, "Other")
    endpoint_in(stack, "First", vpc=vpc, service=named(), dns=PRIVATE)
    endpoint_in(stack, "Second", vpc=vpc, dns=zone_of("orders.example.com"))
    endpoint_in(stack, "Third", vpc=other, dns=zone_of())

    assertions.Template.from_stack(stack).resource_count_is(ENDPOINT, 3)


@pytest.mark.parametrize("dns", [PRIVATE, zone_of()], ids=["private name", "zone"])
def test_fails_when_somebody_else_defines_a_zone_of_the_name(dns: EndpointDns) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint_in(stack, vpc=vpc, service=named(), dns=dns)
    route53.PrivateHostedZone(stack, "Theirs", zone_name=NAME, vpc=vpc)

    with pytest.raises(RuntimeError, match="private-hosted-zone-private-dns-conflict"):
        assertions.Template.from_stack(stack)


def test_zones_of_other_names_vpcs_and_kinds_do_no_harm() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint_in(stack, vpc=vpc, service=named(), dns=PRIVATE)
    route53.PrivateHostedZone(stack, "Elsewhere", zone_name=NAME, vpc=vpc_in(stack, "Other"))
    route53.PrivateHostedZone(stack, "Named", zone_name="orders.example.com", vpc=vpc)
    route53.PublicHostedZone(stack, "Public", zone_name=NAME)

    assertions.Template.from_stack(stack).resource_count_is(ZONE, 3)


def test_a_zone_is_associated_with_each_vpc_once() -> None:
    stack = consumer_in()
    vpc, other = vpc_in(stack), vpc_in(stack, "Other")
    dns = EndpointDns.private_hosted_zone(NAME, vpcs=[vpc, other, other])
    endpoint_in(stack, vpc=vpc, dns=dns)
    [zone] = resources_of(template_of(stack), ZONE)
    vpcs = [it["VPCId"] for it in zone["Properties"]["VPCs"]]
    assert vpcs == [stack.resolve(vpc.vpc_id), stack.resolve(other.vpc_id)]


def test_fails_when_the_name_of_a_zone_is_not_set() -> None:
    name: Any = None
    with refusal("argument-type-mismatch", "name must be a str, not None"):
        EndpointDns.private_hosted_zone(name)
