"""Private hosted zones of several names, of wildcards, and with records for each zone."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53
from tests.support.consumers import ENDPOINT, ZONE_IDS, consumer_in, contract_with, endpoint_in
from tests.support.intrinsics import evaluate
from tests.support.published import resources_of, template_of
from tests.support.refusals import refusal, refused, warning_codes
from tests.support.vpcs import imported_vpc, vpc_in

from privatelink_constructs import EndpointDns, check_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privatelink_constructs import InterfaceEndpoint

ZONE, RECORD = "AWS::Route53::HostedZone", "AWS::Route53::RecordSet"
ACCOUNT = ("acme.db.example", "app-acme.db.example", "ocsp.acme.db.example")
ENTRY = "vpce-1-abc.vpce-svc-2.eu-west-1.vpce.amazonaws.com"
MISSING, MALFORMED = "private-hosted-zone-name-missing", "hosted-zone-name-malformed"
UNDETERMINED = "zonal-record-zone-undetermined"
DUALSTACK = ec2.VpcEndpointIpAddressType.DUALSTACK
named = EndpointDns.private_hosted_zone


def zones_of(template: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of the hosted zones by their logical IDs."""
    resources = template["Resources"].items()
    return {key: it["Properties"]["Name"] for key, it in resources if it["Type"] == ZONE}


def records_of(template: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """Return what each record is for, with the name of the endpoint as it is deployed."""
    found: dict[tuple[str, str], Any] = {}
    for it in resources_of(template, RECORD):
        record = it["Properties"]
        alias = record.get("AliasTarget")
        target = alias["DNSName"] if alias else record["ResourceRecords"][0]
        key = record["Name"], record["Type"]
        assert key not in found
        found[key] = deployed(target)
    return found


def deployed(value: Any) -> Any:
    """Return a name of the endpoint as CloudFormation computes it."""
    if isinstance(value, dict) and "Fn::GetAtt" in value:
        return [f"Z1:{ENTRY}"]
    if isinstance(value, dict):
        return evaluate({key: deployed(it) for key, it in value.items()}, {})  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [deployed(it) for it in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def test_each_name_has_a_hosted_zone() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack, dns=named(*ACCOUNT))
    template = template_of(stack)
    assert sorted(zones_of(template).values()) == sorted(f"{name}." for name in ACCOUNT)
    assert records_of(template) == {(name, "A"): ENTRY for name in ACCOUNT}
    assert list(endpoint.hosted_zones) == list(ACCOUNT)
    assert endpoint.hosted_zone is endpoint.hosted_zones[ACCOUNT[0]]
    assert warning_codes(endpoint) == []
    assert not check_template(template)


def test_each_record_is_in_its_hosted_zone() -> None:
    stack = consumer_in()
    endpoint_in(stack, dns=named("*.a.example", "b.example"))
    template = template_of(stack)
    names = zones_of(template)
    for it in resources_of(template, RECORD):
        zone = names[it["Properties"]["HostedZoneId"]["Ref"]]
        assert f"{it['Properties']['Name']}.".endswith(zone)


def test_all_hosted_zones_are_in_all_vpcs_and_come_after_the_endpoint() -> None:
    stack = consumer_in()
    endpoint_in(stack, dns=named(*ACCOUNT, vpcs=[vpc_in(stack, "Peer")]))
    template = template_of(stack)
    [endpoint] = assertions.Template.from_json(template).find_resources(ENDPOINT)
    for zone in resources_of(template, ZONE):
        assert len(zone["Properties"]["VPCs"]) == 2
        assert zone["DependsOn"] == [endpoint]


@pytest.mark.parametrize(
    "names",
    [("*.db.example",), ("db.example", "*.db.example"), ("*.DB.example", "db.example.")],
)
def test_a_wildcard_is_a_hosted_zone_with_an_apex(names: tuple[str, ...]) -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack, dns=named(*names))
    template = template_of(stack)
    [zone] = zones_of(template).values()
    assert zone.lower() == "db.example."
    keys = {(name.lower(), kind) for name, kind in records_of(template)}
    assert keys == {("db.example", "A"), ("*.db.example", "A")}
    assert list(endpoint.hosted_zones) == ["db.example"]
    for name in ("db.example", "*.db.example", "DB.example."):
        assert endpoint.hosted_zones[name] is endpoint.hosted_zone
    assert "other.example" not in endpoint.hosted_zones
    assert len(endpoint.hosted_zones) == 1


def test_there_is_no_hosted_zone_without_a_name() -> None:
    endpoint = endpoint_in(consumer_in())
    assert not endpoint.hosted_zones
    assert endpoint.hosted_zone is None


def test_records_are_of_each_family() -> None:
    stack = consumer_in()
    endpoint_in(
        stack,
        vpc=imported_vpc(stack),
        service=contract_with(ip_address_types=["ipv4", "ipv6"]),
        ip_address_type=DUALSTACK,
        availability_zone_ids=ZONE_IDS,
        dns=named("*.db.example", zonal_records=True),
    )
    kinds = sorted(kind for _, kind in records_of(template_of(stack)))
    assert kinds == ["A", "A", "AAAA", "AAAA", "CNAME", "CNAME", "CNAME", "CNAME"]


ZONAL = {
    "euw1-az1": "vpce-1-abc-eu-west-1a.vpce-svc-2.eu-west-1.vpce.amazonaws.com",
    "euw1-az2": "vpce-1-abc-eu-west-1b.vpce-svc-2.eu-west-1.vpce.amazonaws.com",
}


@pytest.mark.parametrize("wildcard", [False, True])
def test_there_are_records_for_each_availability_zone(*, wildcard: bool) -> None:
    stack = consumer_in()
    name = "*.db.example" if wildcard else "db.example"
    dns = named(name, zonal_records=True)
    endpoint_in(stack, availability_zone_ids=ZONE_IDS, dns=dns)
    template = template_of(stack)
    prefixes = ("", "*.") if wildcard else ("",)
    expected: dict[tuple[str, str], str] = {}
    for prefix in prefixes:
        expected[f"{prefix}db.example", "A"] = ENTRY
        for zone, target in ZONAL.items():
            expected[f"{prefix}{zone}.db.example", "CNAME"] = target
    assert records_of(template) == expected
    assert not check_template(template)


def test_az_ids_come_from_the_subnets_of_the_app() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack, zones=["eu-west-1a"])
    for subnet in vpc.isolated_subnets:
        resource = subnet.node.default_child
        assert isinstance(resource, ec2.CfnSubnet)
        resource.availability_zone_id = "euw1-az3"
    endpoint_in(stack, vpc=vpc, dns=named("db.example", zonal_records=True))
    assert ("euw1-az3.db.example", "CNAME") in records_of(template_of(stack))


def test_an_az_id_may_be_a_token() -> None:
    stack = consumer_in()
    ids = {zone: cdk.Fn.import_value(zone) for zone in ZONE_IDS}
    endpoint_in(stack, availability_zone_ids=ids, dns=named("*.db.example", zonal_records=True))
    records = resources_of(template_of(stack), RECORD)
    names = [str(it["Properties"]["Name"]) for it in records]
    assert sum("Fn::ImportValue" in name for name in names) == 4


def test_fails_when_an_az_id_is_not_known() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    dns = named("db.example", zonal_records=True)
    with refused(stack, UNDETERMINED, "The AZ ID of eu-west-1b isn't known"):
        endpoint_in(stack, vpc=vpc, availability_zone_ids={"eu-west-1a": "euw1-az1"}, dns=dns)


def test_fails_when_the_zone_of_a_subnet_is_not_known() -> None:
    stack = consumer_in()
    subnet = ec2.Subnet.from_subnet_id(stack, "Subnet", "subnet-0a")
    vpc = imported_vpc(stack)
    dns = named("db.example", zonal_records=True)
    with refused(stack, UNDETERMINED, "The Availability Zone of a subnet isn't known"):
        endpoint_in(stack, vpc=vpc, subnets=ec2.SubnetSelection(subnets=[subnet]), dns=dns)


def test_fails_in_an_agnostic_stack_where_nobody_knows_az_ids() -> None:
    stack = consumer_in(env=None)
    vpc = vpc_in(stack, zones=None)
    dns = named("db.example", zonal_records=True)
    with refused(stack, UNDETERMINED, "The AZ ID of <token> isn't known"):
        endpoint_in(stack, vpc=vpc, availability_zone_ids=ZONE_IDS, dns=dns)


def test_the_zones_of_a_vpc_are_looked_up_first() -> None:
    stack = consumer_in()
    vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-0123456789abcdef0")
    endpoint_in(stack, vpc=vpc, dns=named("db.example", zonal_records=True))
    assert set(records_of(template_of(stack))) == {("db.example", "A")}


def test_fails_when_the_name_of_a_zonal_record_is_too_long() -> None:
    stack = consumer_in()
    name = ".".join(["a" * 49] * 5)
    endpoint_in(stack, "Plain", dns=named(name))
    vpc, dns = vpc_in(stack), named(name, zonal_records=True)
    with refused(stack, MALFORMED, ".* has 258 characters"):
        endpoint_in(stack, vpc=vpc, availability_zone_ids=ZONE_IDS, dns=dns)


def template_with(*names: str, **options: Any) -> dict[str, Any]:
    stack = consumer_in()
    endpoint_in(stack, vpc=imported_vpc(stack), dns=named(*names, **options))
    return template_of(stack)


def test_logical_ids_come_from_the_names() -> None:
    whole = zones_of(template_with(*ACCOUNT))
    for count in (1, 2, 3):
        for names in permutations(ACCOUNT, count):
            assert zones_of(template_with(*names)).items() <= whole.items()


def test_a_wildcard_that_comes_leaves_what_is_there() -> None:
    before, after = template_with("db.example"), template_with("*.db.example", "a.example")
    assert before["Resources"].items() <= after["Resources"].items()


def test_zonal_records_that_come_leave_what_is_there() -> None:
    before = template_with("*.db.example")
    stack = consumer_in()
    dns = named("*.db.example", zonal_records=True)
    vpc = imported_vpc(stack)
    endpoint_in(stack, vpc=vpc, availability_zone_ids=ZONE_IDS, dns=dns)
    assert before["Resources"].items() <= template_of(stack)["Resources"].items()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_names_may_be_tokens(order: tuple[int, int]) -> None:
    stack = consumer_in()
    tokens = [cdk.Fn.import_value(name) for name in ("A", "B")]
    names = [f"*.{tokens[at]}" for at in order]
    endpoint = endpoint_in(stack, dns=named(*names, cdk.Fn.import_value("A")))
    found = zones_of(template_of(stack))
    ids = {key: str(value) for key, value in found.items()}
    assert len(ids) == len(endpoint.hosted_zones) == 2
    expected = zones_of(template_of(_with_tokens()))
    assert ids == {key: str(value) for key, value in expected.items()}
    assert endpoint.hosted_zones[names[0]] is endpoint.hosted_zone


def _with_tokens() -> cdk.Stack:
    stack = consumer_in()
    endpoint_in(stack, dns=named(*(f"*.{cdk.Fn.import_value(name)}" for name in ("A", "B"))))
    return stack


def test_equal_names_have_one_hosted_zone() -> None:
    stack = consumer_in()
    endpoint_in(stack, dns=named("a.example", "A.example", "a.example."))
    assert len(zones_of(template_of(stack))) == 1


def test_fails_when_another_endpoint_has_one_of_the_names() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint_in(stack, "First", vpc=vpc, dns=named("*.db.example"))
    with refused(
        stack,
        "private-hosted-zone-duplicate",
        "2 private hosted zones of the VPC have the name 'db.example'",
    ):
        endpoint_in(stack, "Second", vpc=vpc, dns=named("a.example", "db.example"))


def test_fails_when_somebody_else_has_one_of_the_names() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint_in(stack, vpc=vpc, dns=named("a.example", "*.db.example"))
    route53.PrivateHostedZone(stack, "Other", zone_name="other.example", vpc=vpc)
    route53.PrivateHostedZone(stack, "Theirs", zone_name="db.example", vpc=vpc)
    with pytest.raises(RuntimeError, match=r"private DNS name 'db\.example'"):
        assertions.Template.from_stack(stack)


def private(**options: Any) -> dict[str, Any]:
    service = contract_with(
        acceptance_required=False, private_dns_name="a.example", private_dns_verified=True
    )
    return {"service": service, "dns": EndpointDns(private_dns_enabled=True, **options)}


def test_fails_when_the_private_name_has_a_hosted_zone_of_the_same_endpoint() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    message = "The VPC has a private hosted zone with the private DNS name 'a.example'"
    for names in (["a.example"], ["b.example", "A.example."]):
        given = private(hosted_zone_name=names[0], more_hosted_zone_names=tuple(names[1:]))
        with refused(stack, "private-hosted-zone-private-dns-conflict", message):
            endpoint_in(stack, vpc=vpc, **given)


def test_the_private_name_may_have_another_name_next_to_it() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack, **private(hosted_zone_name="b.example"))
    assert list(endpoint.hosted_zones) == ["b.example"]
    assert warning_codes(endpoint) == []


@pytest.mark.parametrize("name", ["a..b", "", "*", "a b", "*.*.example", "a.*.example"])
def test_fails_when_a_name_is_malformed_however_it_is_passed(name: str) -> None:
    for more in ((), ("db.example",)):
        with refusal(MALFORMED):
            EndpointDns(hosted_zone_name=name, more_hosted_zone_names=more)
    with refusal(MALFORMED):
        EndpointDns(hosted_zone_name="db.example", more_hosted_zone_names=(name,))
    with refusal(MALFORMED):
        named("db.example", name)


OPTIONS: dict[str, Any] = {
    "more_hosted_zone_names": ("a.example",),
    "zonal_records": True,
}


@pytest.mark.parametrize("option", OPTIONS)
def test_fails_when_an_option_is_of_no_hosted_zone(option: str) -> None:
    with refusal(MISSING, f"{option} is set without hosted_zone_name"):
        EndpointDns(**{option: OPTIONS[option]})
    EndpointDns(hosted_zone_name="db.example", **{option: OPTIONS[option]})


def test_fails_when_vpcs_are_of_no_hosted_zone() -> None:
    vpc = vpc_in(consumer_in())
    with refusal(MISSING, "Vpcs is set without hosted_zone_name"):
        EndpointDns(vpcs=(vpc,))


def test_fails_when_names_are_a_list() -> None:
    names: Any = list(ACCOUNT)
    with refusal("argument-type-mismatch", "name must be a str"):
        named(names)


def test_equal_values_are_equal() -> None:
    lists: Any = ["b.example"]
    one = EndpointDns(hosted_zone_name="a.example", more_hosted_zone_names=lists)
    assert one == named("a.example", "b.example")
    assert hash(one) == hash(named("a.example", "b.example"))


def endpoint_of(stack: cdk.Stack) -> InterfaceEndpoint:
    return endpoint_in(stack, vpc=imported_vpc(stack), dns=named(*ACCOUNT))


def test_several_names_in_a_nested_stack() -> None:
    nested = cdk.NestedStack(consumer_in(), "Nested")
    endpoint_of(nested)
    assert len(zones_of(template_of(nested))) == 3


def test_two_endpoints_in_two_vpcs_have_the_same_names() -> None:
    stack = consumer_in()
    for name in ("A", "B"):
        endpoint_in(stack, name, dns=named(*ACCOUNT))
    assert len(zones_of(template_of(stack))) == 6
