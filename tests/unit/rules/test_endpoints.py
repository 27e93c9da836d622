from __future__ import annotations

import pytest

from privatelink_constructs.rules import endpoints, load_balancers
from privatelink_constructs.rules.endpoints import ZoneMatch, Zones

A, B, C = "eu-central-1a", "eu-central-1b", "eu-central-1c"
ID1, ID2, ID3 = "euc1-az1", "euc1-az2", "euc1-az3"
PER_ACCOUNT = "eu-west-1"
UNIFORM = "eu-central-1"


def match(
    subnets: Zones,
    service: Zones,
    *,
    same_account: bool | None = None,
    region: str | None = UNIFORM,
    cross_region: bool = False,
) -> ZoneMatch:
    return endpoints.match_zones(
        subnets, service, same_account=same_account, region=region, cross_region=cross_region
    )


def rules(match: ZoneMatch) -> list[str]:
    return [problem.rule.id for problem in match.problems]


def test_ids_are_matched_first() -> None:
    found = match(Zones([A, B], [ID1, ID2]), Zones([B, A], [ID1, ID2]), region=PER_ACCOUNT)
    assert found == ZoneMatch((0, 1))


def test_names_are_matched_within_an_account() -> None:
    found = match(Zones([A, B]), Zones([A, B]), same_account=True, region=PER_ACCOUNT)
    assert found == ZoneMatch((0, 1))


def test_names_are_matched_across_accounts_where_they_are_uniform() -> None:
    assert match(Zones([A, B]), Zones([A, B]), same_account=False) == ZoneMatch((0, 1))


@pytest.mark.parametrize("region", [PER_ACCOUNT, None])
def test_warns_when_names_are_all_there_is_across_accounts(region: str | None) -> None:
    found = match(Zones([A, B]), Zones([B, C]), same_account=False, region=region)
    assert found.positions == (0, 1)
    assert rules(found) == ["endpoint-zones-matched-by-name"]


def test_subnets_in_other_zones_are_left_out_with_a_warning() -> None:
    found = match(Zones(ids=[ID1, ID2, ID3]), Zones(ids=[ID3, ID1]))
    assert found.positions == (0, 2)
    assert rules(found) == ["endpoint-zones-not-covered"]
    assert ID2 in found.problems[0].what


def test_fails_when_no_zone_is_common() -> None:
    found = match(Zones(ids=[ID1, ID2]), Zones(ids=[ID3]))
    assert found.positions == ()
    assert rules(found) == ["endpoint-zones-no-overlap"]
    assert "service is in euc1-az3" in found.problems[0].what
    assert "subnets are in euc1-az1, euc1-az2" in found.problems[0].what


def test_warns_when_one_zone_is_left() -> None:
    found = match(Zones(ids=[ID1, ID2]), Zones(ids=[ID1]))
    assert rules(found) == ["endpoint-zones-not-covered", "endpoint-single-availability-zone"]


def test_fails_when_two_subnets_are_in_one_zone() -> None:
    found = match(Zones(ids=[ID1, ID1, ID2]), Zones(ids=[ID1, ID2]))
    assert rules(found) == [load_balancers.DUPLICATE_ZONE.id]


@pytest.mark.parametrize("service", [Zones(), Zones([A, None], [ID1, None])])
def test_warns_when_zones_are_unknown(service: Zones) -> None:
    found = match(Zones([A, B], [None, None]), service, same_account=True)
    assert found.positions == (0, 1)
    assert rules(found) == ["endpoint-zones-unknown"]


def test_fails_when_all_subnets_of_unknown_match_share_a_zone() -> None:
    found = match(Zones([A, A, B]), Zones())
    assert rules(found) == ["endpoint-zones-unknown", load_balancers.DUPLICATE_ZONE.id]


def test_warns_when_the_only_subnet_has_an_unknown_zone() -> None:
    found = match(Zones([None]), Zones([A]))
    assert rules(found) == ["endpoint-zones-unknown", "endpoint-single-availability-zone"]


def test_one_unknown_zone_among_several_says_nothing_of_their_number() -> None:
    assert rules(match(Zones([A, None]), Zones())) == ["endpoint-zones-unknown"]


def test_zones_do_not_matter_across_regions() -> None:
    found = match(Zones([A, B], [ID1, ID2]), Zones([C], [ID3]), cross_region=True)
    assert found == ZoneMatch((0, 1))


def test_fails_when_a_zone_has_no_cross_region_access() -> None:
    found = match(Zones(ids=["use1-az3", "use1-az4"]), Zones(), cross_region=True)
    assert rules(found) == ["endpoint-zone-without-cross-region"]
    assert "use1-az3" in found.problems[0].what


def test_two_zones_pass() -> None:
    assert not list(endpoints.check_zone_count(2))


@pytest.mark.parametrize(
    ("zones", "offered"),
    [([A, B], [A, B, C]), ([A, None], [A]), ([A], []), ([A], [None, B]), ([], [A])],
)
def test_zones_that_are_offered_or_unknown_pass(
    zones: list[str | None], offered: list[str | None]
) -> None:
    assert not list(endpoints.check_zones_offered(zones, offered))


def test_fails_when_a_zone_is_not_offered() -> None:
    (problem,) = endpoints.check_zones_offered([A, C], [A, B])
    assert problem.rule is endpoints.ZONE_NOT_OFFERED
    assert C in problem.what


def test_fails_when_none_of_the_zones_is_offered() -> None:
    (problem,) = endpoints.check_zones_offered([C], [A, B])
    assert problem.rule is endpoints.NO_COMMON_ZONE


BOTH = frozenset({"ipv4", "ipv6"})
IPV4 = frozenset({"ipv4"})
IPV6 = frozenset({"ipv6"})


@pytest.mark.parametrize(
    ("address_type", "service", "subnets", "record"),
    [
        (None, ["ipv6"], [IPV4], "dualstack"),
        ("ipv4", ["ipv4"], [IPV4, BOTH, None], "ipv4"),
        ("ipv6", ["ipv4", "ipv6"], [IPV6], "ipv6"),
        ("dualstack", ["ipv4", "ipv6"], [BOTH], "dualstack"),
        ("dualstack", None, [], "ipv4"),
        ("dualstack", [], [], "service-defined"),
        ("not-specified", ["ipv6"], [IPV4], None),
    ],
)
def test_address_types_pass(
    address_type: str | None,
    service: list[str] | None,
    subnets: list[frozenset[str] | None],
    record: str | None,
) -> None:
    assert not list(
        endpoints.check_address_type(
            address_type, service=service, subnets=subnets, dns_record_type=record
        )
    )


def test_fails_when_the_address_type_is_none() -> None:
    (problem,) = endpoints.check_address_type("IPv4")
    assert problem.rule is endpoints.ADDRESS_TYPE


@pytest.mark.parametrize(
    ("address_type", "service"), [("ipv6", ["ipv4"]), ("dualstack", ["ipv4"]), ("ipv4", ["ipv6"])]
)
def test_fails_when_the_service_lacks_the_family(address_type: str, service: list[str]) -> None:
    (problem,) = endpoints.check_address_type(address_type, service=service)
    assert problem.rule is endpoints.SERVICE_FAMILY


@pytest.mark.parametrize(
    ("address_type", "subnet"),
    [
        ("ipv4", IPV6),
        ("ipv6", BOTH),
        ("ipv6", IPV4),
        ("dualstack", IPV4),
        ("ipv4", frozenset[str]()),
    ],
)
def test_fails_when_a_subnet_lacks_the_family(address_type: str, subnet: frozenset[str]) -> None:
    (problem,) = endpoints.check_address_type(address_type, subnets=[None, subnet])
    assert problem.rule is endpoints.SUBNET_FAMILY
    assert "subnet 2" in problem.what


@pytest.mark.parametrize(
    ("address_type", "record"), [("ipv4", "ipv6"), ("ipv6", "dualstack"), (None, "both")]
)
def test_fails_when_the_dns_records_are_of_another_family(
    address_type: str | None, record: str
) -> None:
    (problem,) = endpoints.check_address_type(address_type, dns_record_type=record)
    assert problem.rule is endpoints.DNS_RECORD_TYPE


def test_a_vpc_with_both_attributes_passes() -> None:
    assert not list(endpoints.check_vpc_dns(hostnames=True, support=None))


@pytest.mark.parametrize(
    ("hostnames", "support"), [(False, True), (True, False), (False, False), (None, False)]
)
def test_fails_when_the_vpc_has_dns_off(*, hostnames: bool | None, support: bool | None) -> None:
    (problem,) = endpoints.check_vpc_dns(hostnames=hostnames, support=support)
    assert problem.rule is endpoints.VPC_DNS_OFF


@pytest.mark.parametrize(("hostnames", "support"), [(True, True), (False, None)])
def test_known_attributes_pass(*, hostnames: bool | None, support: bool | None) -> None:
    assert not list(endpoints.check_vpc_dns_known(hostnames=hostnames, support=support))


def test_warns_when_an_attribute_is_unknown() -> None:
    (problem,) = endpoints.check_vpc_dns_known(hostnames=True, support=None)
    assert problem.rule is endpoints.VPC_DNS_UNKNOWN


@pytest.mark.parametrize(("required", "accepted"), [(False, False), (True, True)])
def test_a_usable_private_name_passes(*, required: bool, accepted: bool) -> None:
    assert not list(
        endpoints.check_service_private_name(
            "payments.example.com", verified=True, acceptance_required=required, accepted=accepted
        )
    )


def test_fails_when_the_service_has_no_private_name() -> None:
    (problem,) = endpoints.check_service_private_name(
        None, verified=False, acceptance_required=True, accepted=False
    )
    assert problem.rule is endpoints.NO_PRIVATE_NAME


def test_fails_when_the_private_name_is_not_verified() -> None:
    (problem,) = endpoints.check_service_private_name(
        "payments.example.com", verified=False, acceptance_required=False, accepted=False
    )
    assert problem.rule is endpoints.NAME_NOT_VERIFIED
    assert "two phases" in problem.message


def test_fails_when_the_connection_is_not_accepted() -> None:
    (problem,) = endpoints.check_service_private_name(
        "payments.example.com", verified=True, acceptance_required=True, accepted=False
    )
    assert problem.rule is endpoints.NOT_ACCEPTED
    assert "two phases" in problem.message


def test_an_endpoint_without_policy_passes() -> None:
    assert not list(endpoints.check_custom_policy(policy=False))


def test_warns_when_an_endpoint_service_has_a_policy() -> None:
    (problem,) = endpoints.check_custom_policy(policy=True)
    assert problem.rule is endpoints.CUSTOM_POLICY


def test_fifty_endpoints_pass() -> None:
    assert not list(endpoints.check_endpoint_count(50))


def test_warns_when_a_vpc_has_more_than_fifty_endpoints() -> None:
    (problem,) = endpoints.check_endpoint_count(51)
    assert problem.rule is endpoints.TOO_MANY_ENDPOINTS


def test_zones_of_other_names_pass() -> None:
    assert not list(
        endpoints.check_zone_conflict("a.example.com", ["example.com", "b.a.example.com"])
    )


def test_fails_when_a_zone_has_the_private_name() -> None:
    (problem,) = endpoints.check_zone_conflict("a.example.com", ["A.example.com."])
    assert problem.rule is endpoints.ZONE_CONFLICT


def test_different_private_names_pass() -> None:
    assert not list(endpoints.check_private_names(["a.example.com", "b.example.com"]))


def test_fails_when_two_endpoints_have_one_private_name() -> None:
    (problem,) = endpoints.check_private_names(["a.example.com", "a.example.com"])
    assert problem.rule is endpoints.NAME_CONFLICT


@pytest.mark.parametrize("other", ["vpc-1", None])
def test_what_is_of_the_same_vpc_passes(other: str | None) -> None:
    assert not list(endpoints.check_same_vpc("vpc-1", other, group=True))


@pytest.mark.parametrize(
    ("group", "rule"), [(True, endpoints.OTHER_VPC_GROUP), (False, endpoints.OTHER_VPC_SUBNET)]
)
def test_fails_when_a_part_is_of_another_vpc(*, group: bool, rule: object) -> None:
    (problem,) = endpoints.check_same_vpc("vpc-1", "vpc-2", group=group, name="Part")
    assert problem.rule is rule
    assert "Part is of vpc-2" in problem.what


@pytest.mark.parametrize("groups", [1, None])
def test_a_security_group_passes(groups: int | None) -> None:
    assert not list(endpoints.check_no_group(groups))


def test_warns_when_there_is_no_security_group() -> None:
    (problem,) = endpoints.check_no_group(0)
    assert problem.rule is endpoints.NO_GROUP


def test_ranges_of_clients_pass() -> None:
    assert not list(endpoints.check_sources(["10.0.0.0/8", "fd00::/8", "anything"]))


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "::/0"])
def test_warns_when_the_world_is_admitted(cidr: str) -> None:
    (problem,) = endpoints.check_sources([cidr, cidr])
    assert problem.rule is endpoints.OPEN_TO_WORLD


@pytest.mark.parametrize("count", [1, None])
def test_a_rule_passes(count: int | None) -> None:
    assert not list(endpoints.check_somebody(rules=count))


def test_warns_when_nobody_is_admitted() -> None:
    (problem,) = endpoints.check_somebody(rules=0)
    assert problem.rule is endpoints.OPEN_TO_NOBODY


@pytest.mark.parametrize("opened", [("-1", 0, 65535), ("tcp", 443, 443), ("tcp", 0, 65535)])
def test_opened_ports_pass(opened: tuple[str, int, int]) -> None:
    assert not list(endpoints.check_open_ports([("tcp", 443)], [opened]))


@pytest.mark.parametrize("opened", [("udp", 443, 443), ("tcp", 80, 80), ("tcp", 444, 500)])
def test_fails_when_a_port_is_closed(opened: tuple[str, int, int]) -> None:
    (problem,) = endpoints.check_open_ports([("tcp", 443)], [opened])
    assert problem.rule is endpoints.PORT_CLOSED


@pytest.mark.parametrize(("vpc", "zone"), [("1", "1"), (None, "1"), ("1", None)])
def test_a_zone_of_the_same_account_passes(vpc: str | None, zone: str | None) -> None:
    assert not list(endpoints.check_zone_account(vpc, zone))


def test_fails_when_the_zone_is_of_another_account() -> None:
    (problem,) = endpoints.check_zone_account("111122223333", "444455556666")
    assert problem.rule is endpoints.OTHER_ACCOUNT_ZONE


@pytest.mark.parametrize("kind", ["Interface", "GatewayLoadBalancer"])
def test_a_type_with_network_interfaces_passes(kind: str) -> None:
    assert not list(endpoints.check_type(kind, service="payments"))


@pytest.mark.parametrize("kind", [None, "Gateway"])
def test_fails_when_the_type_is_a_gateways(kind: str | None) -> None:
    (problem,) = endpoints.check_type(kind, service="payments")
    assert problem.rule is endpoints.TYPE
    assert "payments" in problem.what


@pytest.mark.parametrize("count", [1, None])
def test_subnets_pass(count: int | None) -> None:
    assert not list(endpoints.check_subnet_count(count))


def test_fails_when_there_is_no_subnet() -> None:
    (problem,) = endpoints.check_subnet_count(0)
    assert problem.rule is endpoints.NO_SUBNET


def test_a_zone_of_the_endpoints_vpc_passes() -> None:
    assert not list(endpoints.check_zone_vpcs("vpc-1", ["vpc-2", "vpc-1"]))


def test_warns_when_a_zone_is_of_other_vpcs() -> None:
    (problem,) = endpoints.check_zone_vpcs("vpc-1", ["vpc-3", "vpc-2"])
    assert problem.rule is endpoints.OTHER_VPC_ZONE
    assert "vpc-2, vpc-3" in problem.what


def test_warns_when_the_connection_may_wait_for_acceptance() -> None:
    (problem,) = endpoints.check_acceptance_pending("Payments")
    assert problem.rule is endpoints.ACCEPTANCE_PENDING
