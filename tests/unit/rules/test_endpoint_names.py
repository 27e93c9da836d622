from __future__ import annotations

import pytest

from privatelink_constructs.rules import endpoint_names as endpoint_dns


def test_a_vpc_with_both_attributes_passes() -> None:
    assert not list(endpoint_dns.check_vpc_dns(hostnames=True, support=None))


@pytest.mark.parametrize(
    ("hostnames", "support"), [(False, True), (True, False), (False, False), (None, False)]
)
def test_fails_when_the_vpc_has_dns_off(*, hostnames: bool | None, support: bool | None) -> None:
    (problem,) = endpoint_dns.check_vpc_dns(hostnames=hostnames, support=support)
    assert problem.rule is endpoint_dns.VPC_DNS_OFF


@pytest.mark.parametrize(("hostnames", "support"), [(True, True), (False, None)])
def test_known_attributes_pass(*, hostnames: bool | None, support: bool | None) -> None:
    assert not list(endpoint_dns.check_vpc_dns_known(hostnames=hostnames, support=support))


def test_warns_when_an_attribute_is_unknown() -> None:
    (problem,) = endpoint_dns.check_vpc_dns_known(hostnames=True, support=None)
    assert problem.rule is endpoint_dns.VPC_DNS_UNKNOWN


@pytest.mark.parametrize(("required", "accepted"), [(False, False), (True, True)])
def test_a_usable_private_name_passes(*, required: bool, accepted: bool) -> None:
    assert not list(
        endpoint_dns.check_service_private_name(
            "payments.example.com", verified=True, acceptance_required=required, accepted=accepted
        )
    )


def test_fails_when_the_service_has_no_private_name() -> None:
    (problem,) = endpoint_dns.check_service_private_name(
        None, verified=False, acceptance_required=True, accepted=False
    )
    assert problem.rule is endpoint_dns.NO_PRIVATE_NAME


def test_fails_when_the_private_name_is_not_verified() -> None:
    (problem,) = endpoint_dns.check_service_private_name(
        "payments.example.com", verified=False, acceptance_required=False, accepted=False
    )
    assert problem.rule is endpoint_dns.NAME_NOT_VERIFIED
    assert "two phases" in problem.message


def test_fails_when_the_connection_is_not_accepted() -> None:
    (problem,) = endpoint_dns.check_service_private_name(
        "payments.example.com", verified=True, acceptance_required=True, accepted=False
    )
    assert problem.rule is endpoint_dns.NOT_ACCEPTED
    assert "two phases" in problem.message


def test_zones_of_other_names_pass() -> None:
    assert not list(
        endpoint_dns.check_zone_conflict("a.example.com", ["example.com", "b.a.example.com"])
    )


def test_fails_when_a_zone_has_the_private_name() -> None:
    (problem,) = endpoint_dns.check_zone_conflict("a.example.com", ["A.example.com."])
    assert problem.rule is endpoint_dns.ZONE_CONFLICT


def test_different_private_names_pass() -> None:
    assert not list(endpoint_dns.check_private_names(["a.example.com", "b.example.com"]))


def test_fails_when_two_endpoints_have_one_private_name() -> None:
    (problem,) = endpoint_dns.check_private_names(["a.example.com", "a.example.com"])
    assert problem.rule is endpoint_dns.NAME_CONFLICT


@pytest.mark.parametrize(("vpc", "zone"), [("1", "1"), (None, "1"), ("1", None)])
def test_a_zone_of_the_same_account_passes(vpc: str | None, zone: str | None) -> None:
    assert not list(endpoint_dns.check_zone_account(vpc, zone))


def test_fails_when_the_zone_is_of_another_account() -> None:
    (problem,) = endpoint_dns.check_zone_account("111122223333", "444455556666")
    assert problem.rule is endpoint_dns.OTHER_ACCOUNT_ZONE


def test_a_zone_of_the_endpoints_vpc_passes() -> None:
    assert not list(endpoint_dns.check_zone_vpcs("vpc-1", ["vpc-2", "vpc-1"]))


def test_warns_when_a_zone_is_of_other_vpcs() -> None:
    (problem,) = endpoint_dns.check_zone_vpcs("vpc-1", ["vpc-3", "vpc-2"])
    assert problem.rule is endpoint_dns.OTHER_VPC_ZONE
    assert "vpc-2, vpc-3" in problem.what


def test_warns_when_the_connection_may_wait_for_acceptance() -> None:
    (problem,) = endpoint_dns.check_acceptance_pending("Payments")
    assert problem.rule is endpoint_dns.ACCEPTANCE_PENDING
