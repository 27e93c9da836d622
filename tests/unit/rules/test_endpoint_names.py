from __future__ import annotations

import pytest

from privatelink_constructs.rules import endpoint_names


def test_a_vpc_with_both_attributes_passes() -> None:
    assert not list(endpoint_names.vpc_dns_enabled(hostnames=True, support=None))


@pytest.mark.parametrize(
    ("hostnames", "support"), [(False, True), (True, False), (False, False), (None, False)]
)
def test_fails_when_the_vpc_has_dns_off(*, hostnames: bool | None, support: bool | None) -> None:
    (problem,) = endpoint_names.vpc_dns_enabled(hostnames=hostnames, support=support)
    assert problem.rule is endpoint_names.vpc_dns_enabled


@pytest.mark.parametrize(("hostnames", "support"), [(True, True), (False, None)])
def test_known_attributes_pass(*, hostnames: bool | None, support: bool | None) -> None:
    assert not list(endpoint_names.vpc_dns_known(hostnames=hostnames, support=support))


def test_warns_when_an_attribute_is_unknown() -> None:
    (problem,) = endpoint_names.vpc_dns_known(hostnames=True, support=None)
    assert problem.rule is endpoint_names.vpc_dns_known


@pytest.mark.parametrize(("required", "accepted"), [(False, False), (True, True)])
def test_a_usable_private_name_passes(*, required: bool, accepted: bool) -> None:
    assert not list(
        endpoint_names.usable_private_name(
            "payments.example.com", verified=True, acceptance_required=required, accepted=accepted
        )
    )


def test_fails_when_the_service_has_no_private_name() -> None:
    (problem,) = endpoint_names.usable_private_name(
        None, verified=False, acceptance_required=True, accepted=False
    )
    assert problem.rule is endpoint_names.private_name_present


def test_fails_when_the_private_name_is_not_verified() -> None:
    (problem,) = endpoint_names.usable_private_name(
        "payments.example.com", verified=False, acceptance_required=False, accepted=False
    )
    assert problem.rule is endpoint_names.private_name_verified
    assert "Deploy twice" in problem.message


def test_fails_when_the_connection_is_not_accepted() -> None:
    (problem,) = endpoint_names.usable_private_name(
        "payments.example.com", verified=True, acceptance_required=True, accepted=False
    )
    assert problem.rule is endpoint_names.connection_accepted
    assert "Deploy twice" in problem.message


def test_zones_of_other_names_pass() -> None:
    assert not list(
        endpoint_names.private_name_without_hosted_zone(
            "a.example.com", ["example.com", "b.a.example.com"]
        )
    )


def test_fails_when_a_zone_has_the_private_name() -> None:
    (problem,) = endpoint_names.private_name_without_hosted_zone(
        "a.example.com", ["A.example.com."]
    )
    assert problem.rule is endpoint_names.private_name_without_hosted_zone


def test_different_private_names_pass() -> None:
    assert not list(endpoint_names.private_names_distinct(["a.example.com", "b.example.com"]))


def test_fails_when_two_endpoints_have_one_private_name() -> None:
    (problem,) = endpoint_names.private_names_distinct(["a.example.com", "a.example.com"])
    assert problem.rule is endpoint_names.private_names_distinct


@pytest.mark.parametrize(("vpc", "zone"), [("1", "1"), (None, "1"), ("1", None)])
def test_a_zone_of_the_same_account_passes(vpc: str | None, zone: str | None) -> None:
    assert not list(endpoint_names.hosted_zone_in_account(vpc, zone))


def test_fails_when_the_zone_is_of_another_account() -> None:
    (problem,) = endpoint_names.hosted_zone_in_account("111122223333", "444455556666")
    assert problem.rule is endpoint_names.hosted_zone_in_account


def test_a_zone_of_the_endpoints_vpc_passes() -> None:
    assert not list(endpoint_names.hosted_zone_in_vpc("vpc-1", ["vpc-2", "vpc-1"]))


def test_warns_when_a_zone_is_of_other_vpcs() -> None:
    (problem,) = endpoint_names.hosted_zone_in_vpc("vpc-1", ["vpc-3", "vpc-2"])
    assert problem.rule is endpoint_names.hosted_zone_in_vpc
    assert "vpc-2, vpc-3" in problem.what


def test_warns_when_the_connection_may_wait_for_acceptance() -> None:
    (problem,) = endpoint_names.private_name_after_acceptance("Payments", acceptance_required=True)
    assert problem.rule is endpoint_names.private_name_after_acceptance
    assert "Payments" in problem.what


def test_a_service_that_accepts_automatically_passes() -> None:
    assert not list(
        endpoint_names.private_name_after_acceptance("Payments", acceptance_required=False)
    )


@pytest.mark.parametrize(
    ("verified", "what"),
    [
        (False, "the service has no private DNS name"),
        (True, "private_dns_verified is True, but the contract has no private_dns_name"),
    ],
)
def test_fails_when_there_is_no_private_name(*, verified: bool, what: str) -> None:
    (problem,) = endpoint_names.private_name_present(None, verified=verified)
    assert problem.rule is endpoint_names.private_name_present
    assert problem.what == what


def test_a_private_name_that_is_there_passes() -> None:
    assert not list(endpoint_names.private_name_present("payments.example.com", verified=True))


def test_a_hosted_zones_vpc_with_dns_passes() -> None:
    assert not list(endpoint_names.hosted_zone_vpc_dns_enabled(hostnames=True, support=None))


def test_fails_when_a_hosted_zones_vpc_has_dns_off() -> None:
    (problem,) = endpoint_names.hosted_zone_vpc_dns_enabled(hostnames=False, support=False)
    assert problem.rule is endpoint_names.hosted_zone_vpc_dns_enabled
    assert problem.what == "the VPC has enableDnsHostnames and enableDnsSupport disabled"


def test_hosted_zones_of_different_names_pass() -> None:
    assert not list(endpoint_names.hosted_zone_names_distinct(["a.example.com", "b.example.com"]))


def test_fails_when_two_hosted_zones_have_one_name() -> None:
    (problem,) = endpoint_names.hosted_zone_names_distinct(["a.example.com", "A.example.com."])
    assert problem.rule is endpoint_names.hosted_zone_names_distinct
    assert problem.what == "2 private hosted zones of the VPC have the name 'a.example.com'"
