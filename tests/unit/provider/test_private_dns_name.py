"""What a private DNS name may be, and where it may be proven."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_route53 as route53
from tests.support.intrinsics import token
from tests.support.published import imported_zone, service_with, stack_in
from tests.support.refusals import refusal
from tests.support.vpcs import vpc_in

from privatelink_constructs import EndpointService, PrivateDnsName
from privatelink_constructs.provider.private_dns_name import verification_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import aws_ec2 as ec2

    Factory = Callable[..., PrivateDnsName]

ROLE = "arn:aws:iam::222222222222:role/DnsProof"


def in_hosted_zone(name: str, **options: Any) -> PrivateDnsName:
    return PrivateDnsName.in_hosted_zone(name, imported_zone(stack_in()), **options)


def in_delegated_zone(name: str, **options: Any) -> PrivateDnsName:
    given: dict[str, Any] = {
        "hosted_zone_id": "Z1",
        "zone_name": "example.com",
        "role_arn": ROLE,
        **options,
    }
    return PrivateDnsName.in_delegated_zone(name, **given)


@pytest.fixture(
    params=[in_hosted_zone, in_delegated_zone, PrivateDnsName.external],
    ids=["in_hosted_zone", "in_delegated_zone", "external"],
)
def factory(request: pytest.FixtureRequest) -> Factory:
    return request.param


@pytest.fixture
def vpc(stack: cdk.Stack) -> ec2.Vpc:
    return vpc_in(stack, zones=None)


@pytest.fixture
def stack() -> cdk.Stack:
    return stack_in(env=None)


@pytest.mark.parametrize("name", ["payments.example.com", "*.example.com", "a.b.example.com"])
def test_takes_a_name(factory: Factory, name: str) -> None:
    assert factory(name).name == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Payments.example.com", "private-dns-name-case-not-supported"),
        (f"{'a' * 64}.example.com", "private-dns-name-malformed"),
        (f"{'a.' * 125}example.com", "private-dns-name-malformed"),
        ("payments..example.com", "private-dns-name-malformed"),
        ("payments.*.example.com", "private-dns-name-malformed"),
        ("payments", "private-dns-name-malformed"),
        ("co.uk", "private-dns-public-suffix-not-supported"),
        ("*.co.uk", "private-dns-public-suffix-not-supported"),
    ],
)
def test_fails_when_the_name_is_none(factory: Factory, name: str, code: str) -> None:
    with refusal(code, name[:20].replace("*", r"\*")):
        factory(name)


def test_takes_a_name_that_only_the_deployment_knows(factory: Factory) -> None:
    name = token()

    assert factory(name).name == name


@pytest.mark.parametrize("seconds", [60, 3300])
def test_takes_a_timeout(factory: Factory, seconds: int) -> None:
    name = factory("payments.example.com", timeout=cdk.Duration.seconds(seconds))

    assert verification_of(name).timeout_seconds == seconds


def test_waits_thirty_minutes_by_default(factory: Factory) -> None:
    assert verification_of(factory("payments.example.com")).timeout_seconds == 1800


@pytest.mark.parametrize("seconds", [59, 3301])
def test_fails_when_the_timeout_is_out_of_range(factory: Factory, seconds: int) -> None:
    with refusal("verification-timeout-out-of-range", f"The timeout is {seconds} seconds"):
        factory("payments.example.com", timeout=cdk.Duration.seconds(seconds))


def test_takes_a_timeout_that_only_the_deployment_knows(factory: Factory) -> None:
    seconds = cdk.Token.as_number({"Ref": "Timeout"})

    name = factory("payments.example.com", timeout=cdk.Duration.seconds(seconds))

    assert cdk.Token.is_unresolved(verification_of(name).timeout_seconds)


def test_fails_when_only_the_deployment_knows_a_timeout_in_minutes(factory: Factory) -> None:
    minutes = cdk.Token.as_number({"Ref": "Timeout"})

    with refusal("verification-timeout-out-of-range", "The timeout is in minutes and known only"):
        factory("payments.example.com", timeout=cdk.Duration.minutes(minutes))


def test_takes_a_timeout_of_parts_of_a_second(factory: Factory) -> None:
    name = factory("payments.example.com", timeout=cdk.Duration.millis(90_500))

    assert verification_of(name).timeout_seconds == 91


def test_fails_when_the_name_is_not_set(factory: Factory) -> None:
    with refusal("argument-type-mismatch", "name must be a str, not None"):
        factory(cast("str", None))


def test_an_external_name_is_not_waited_for_by_default() -> None:
    assert not PrivateDnsName.external("payments.example.com").wait_for_verification


@pytest.mark.parametrize("factory", [in_hosted_zone, in_delegated_zone])
def test_a_name_in_a_zone_is_waited_for_by_default(factory: Factory) -> None:
    assert factory("payments.example.com").wait_for_verification


@pytest.mark.parametrize("factory", [in_hosted_zone, in_delegated_zone])
def test_fails_when_the_name_is_outside_the_zone(factory: Factory) -> None:
    with refusal("verification-hosted-zone-mismatch", r"isn't in the hosted zone 'example\.com'"):
        factory("payments.example.org")


@pytest.mark.parametrize(
    "zone_name",
    ["payments.example.com", "example.com", "example.com.", pytest.param(token(), id="token")],
)
def test_takes_the_zone_of_the_name_or_of_a_domain_above(stack: cdk.Stack, zone_name: str) -> None:
    zone = imported_zone(stack, zone_name)

    name = PrivateDnsName.in_hosted_zone("payments.example.com", zone)

    assert verification_of(name).hosted_zone is zone


def test_takes_a_zone_that_is_looked_up() -> None:
    zone = route53.HostedZone.from_lookup(stack_in(), "Zone", domain_name="example.com")

    name = PrivateDnsName.in_hosted_zone("payments.example.com", zone)

    assert verification_of(name).hosted_zone is zone


@pytest.mark.parametrize("kind", [route53.HostedZone, route53.PublicHostedZone])
def test_takes_a_public_zone_of_the_app(stack: cdk.Stack, kind: type[route53.HostedZone]) -> None:
    zone = kind(stack, "Zone", zone_name="example.com")

    name = PrivateDnsName.in_hosted_zone("payments.example.com", zone)

    assert verification_of(name).hosted_zone is zone


def test_fails_when_the_zone_is_private(stack: cdk.Stack, vpc: ec2.Vpc) -> None:
    zone = route53.PrivateHostedZone(stack, "Zone", vpc=vpc, zone_name="example.com")

    with refusal("verification-hosted-zone-type-mismatch", r"'example\.com' is private"):
        PrivateDnsName.in_hosted_zone("payments.example.com", zone)


def test_fails_when_a_zone_has_become_private(stack: cdk.Stack, vpc: ec2.Vpc) -> None:
    zone = route53.HostedZone(stack, "Zone", zone_name="example.com")
    zone.add_vpc(vpc)

    with refusal("verification-hosted-zone-type-mismatch", "is private"):
        PrivateDnsName.in_hosted_zone("payments.example.com", zone)


def test_fails_when_the_zone_was_imported_without_its_name(stack: cdk.Stack) -> None:
    zone = route53.HostedZone.from_hosted_zone_id(stack, "Zone", "Z1")

    with refusal(
        "verification-hosted-zone-undetermined", r"Provider/Zone has no known name.*attributes"
    ):
        PrivateDnsName.in_hosted_zone("payments.example.com", zone)


@pytest.mark.parametrize(
    "role_arn",
    ["DnsProof", "arn:aws:iam::222222222222:user/DnsProof", "arn:aws:iam::22222:role/DnsProof"],
)
def test_fails_when_the_role_of_a_delegated_zone_is_none(role_arn: str) -> None:
    with refusal("verification-role-malformed", f"'{role_arn}' is not the ARN of a role"):
        in_delegated_zone("payments.example.com", role_arn=role_arn)


def test_takes_a_delegated_zone_that_only_the_deployment_knows() -> None:
    in_delegated_zone(
        "payments.example.com",
        hosted_zone_id=token("Id"),
        zone_name=token("Zone"),
        role_arn=token("Role"),
        external_id=token("ExternalId"),
    )


def test_fails_when_the_zone_is_in_another_account() -> None:
    app = cdk.App()
    elsewhere = stack_in(
        app, "Dns", env=cdk.Environment(account="222222222222", region="eu-west-1")
    )
    zone = route53.PublicHostedZone(elsewhere, "Zone", zone_name="example.com")
    name = PrivateDnsName.in_hosted_zone("payments.example.com", zone)
    stack = stack_in(app)

    with refusal(
        "verification-hosted-zone-account-mismatch", r"222222222222.*in_delegated_zone"
    ) as caught:
        service_with(stack, name)

    assert caught.value.construct_path == "Provider/Service"
    assert stack.node.try_find_child("Service") is None


def test_fails_when_the_service_has_a_gateway_load_balancer(stack: cdk.Stack) -> None:
    gateway = elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
        stack,
        "Gateway",
        load_balancer_arn=(
            "arn:aws:elasticloadbalancing:eu-west-1:111111111111:"
            "loadbalancer/gwy/inspection/50dc6c495c0c9188"
        ),
    )

    with refusal("load-balancer-type-not-supported", "is a Gateway Load Balancer"):
        EndpointService(
            stack,
            "Service",
            load_balancers=[gateway],
            private_dns_name=PrivateDnsName.external("payments.example.com"),
        )

    assert stack.node.try_find_child("Service") is None


def test_equal_names_are_equal_values(stack: cdk.Stack) -> None:
    zone = imported_zone(stack)
    name = PrivateDnsName.in_hosted_zone("payments.example.com", zone)

    assert name == PrivateDnsName.in_hosted_zone("payments.example.com", zone)
    assert name != in_delegated_zone("payments.example.com")
    assert repr(name) == ("PrivateDnsName(name='payments.example.com', wait_for_verification=True)")


def test_a_name_defines_nothing(stack: cdk.Stack) -> None:
    zone = imported_zone(stack)
    before = len(stack.node.find_all())

    PrivateDnsName.in_hosted_zone("payments.example.com", zone)
    with refusal("verification-hosted-zone-mismatch", "'payments.example.org'"):
        PrivateDnsName.in_hosted_zone("payments.example.org", zone)

    assert len(stack.node.find_all()) == before
