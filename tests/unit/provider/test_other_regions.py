"""Buckets, topics, and certificates of another Region are refused, in every form they can have."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from tests.support.load_balanced import both_zones, certificate, service_in
from tests.support.published import ENVIRONMENT, service_with, stack_in
from tests.support.refusals import refusal
from tests.support.vpcs import vpc_in

from privatelink_constructs import AcceptancePolicy, EndpointService, Listener

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

HERE, THERE = "eu-west-1", "us-east-1"
BUCKET, TOPIC = "access-logs-bucket-region-mismatch", "notification-topic-region-mismatch"
CERTIFICATE = "certificate-region-mismatch"


def beside(stack: cdk.Stack, region: str) -> cdk.Stack:
    """Return a stack of a Region beside another one, which is that itself for its own Region."""
    if region == HERE:
        return stack
    env = cdk.Environment(account=ENVIRONMENT.account, region=region)
    return stack_in(cast("cdk.App", stack.node.root), "Other", env=env)


def arn(service: str, region: str, rest: str) -> str:
    return f"arn:aws:{service}:{region}:111111111111:{rest}"


def token(text: str) -> str:
    return cdk.Token.as_string({"Ref": text})


BUCKETS: dict[str, Callable[[cdk.Stack, str], Any]] = {
    "imported": lambda stack, region: s3.Bucket.from_bucket_attributes(
        stack, "Bucket", bucket_name="logs", region=region
    ),
    "of a stack": lambda stack, region: s3.Bucket(beside(stack, region), "Bucket"),
}
TOPICS: dict[str, Callable[[cdk.Stack, str], Any]] = {
    "imported": lambda stack, region: sns.Topic.from_topic_arn(
        stack, "Topic", arn("sns", region, "events")
    ),
    "of a stack": lambda stack, region: sns.Topic(beside(stack, region), "Topic"),
}
CERTIFICATES: dict[str, Callable[[cdk.Stack, str], Any]] = {
    "imported": lambda stack, region: acm.Certificate.from_certificate_arn(
        stack, "Certificate", arn("acm", region, "certificate/0123")
    ),
    "by its ARN": lambda _, region: elbv2.ListenerCertificate.from_arn(
        arn("acm", region, "certificate/0123")
    ),
    "of a stack": lambda stack, region: acm.Certificate(
        beside(stack, region), "Certificate", domain_name="q.example.com"
    ),
    "wrapped": lambda stack, region: elbv2.ListenerCertificate.from_certificate_manager(
        acm.Certificate(beside(stack, region), "Certificate", domain_name="q.example.com")
    ),
}


@contextmanager
def expected(
    stack: cdk.Stack, code: str, region: str, message: str, *, leaves: bool = False
) -> Generator[None]:
    """Expect a refusal for the other Region, which leaves nothing of the service, and else none."""
    if region == HERE:
        yield
        return
    with refusal(code, rf".*{message}"):
        yield
    assert (stack.node.try_find_child("Service") is not None) is leaves


def logged(stack: cdk.Stack, bucket: Any) -> None:
    tls = Listener.tls(443, certificates=[certificate(stack)], targets=both_zones())
    service_in(stack, listeners=[tls], access_logs_bucket=bucket)


def tls(stack: cdk.Stack, *certificates: Any) -> None:
    listener = Listener.tls(443, certificates=list(certificates), targets=both_zones())
    service_in(stack, listeners=[listener])


@pytest.mark.parametrize("region", [HERE, THERE])
@pytest.mark.parametrize("form", sorted(BUCKETS))
def test_fails_when_a_bucket_is_elsewhere(form: str, region: str) -> None:
    stack = stack_in()
    bucket = BUCKETS[form](stack, region)
    with expected(
        stack,
        BUCKET,
        region,
        f"The bucket for access logs is in {THERE}, but the load balancer is in {HERE}",
    ):
        logged(stack, bucket)


@pytest.mark.parametrize("region", [HERE, THERE])
@pytest.mark.parametrize("form", sorted(TOPICS))
def test_fails_when_a_topic_is_elsewhere(form: str, region: str) -> None:
    stack = stack_in()
    topic = TOPICS[form](stack, region)
    service = service_with(stack, None)
    with expected(stack, TOPIC, region, f"The topic is in {THERE}", leaves=True):
        service.notify(topic)


@pytest.mark.parametrize("region", [HERE, THERE])
@pytest.mark.parametrize("form", sorted(TOPICS))
def test_fails_when_the_topic_for_requests_is_elsewhere(form: str, region: str) -> None:
    stack = stack_in()
    topic = TOPICS[form](stack, region)
    with expected(stack, TOPIC, region, f"The topic is in {THERE}"):
        service_with(stack, None, acceptance=AcceptancePolicy.manual(notify=topic))


@pytest.mark.parametrize("region", [HERE, THERE])
@pytest.mark.parametrize("form", sorted(CERTIFICATES))
@pytest.mark.parametrize("default", [True, False])
def test_fails_when_a_certificate_is_elsewhere(form: str, region: str, *, default: bool) -> None:
    stack = stack_in()
    given = CERTIFICATES[form](stack, region)
    listed = [given] if default else [certificate(stack, "Default"), given]
    with expected(stack, CERTIFICATE, region, f"isn't in {HERE}"):
        tls(stack, *listed)


BALANCERS: dict[str, Callable[[cdk.Stack, str], Any]] = {
    "imported": lambda stack, region: (
        elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
            stack,
            "Nlb",
            load_balancer_arn=arn("elasticloadbalancing", region, "loadbalancer/net/a/0123"),
        )
    ),
    "of a stack": lambda stack, region: elbv2.NetworkLoadBalancer(
        beside(stack, region),
        "Nlb",
        vpc=vpc_in(beside_again(stack, region)),
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    ),
}


def beside_again(stack: cdk.Stack, region: str) -> cdk.Stack:
    """Return the stack that ``beside`` has defined."""
    app = cast("cdk.App", stack.node.root)
    return stack if region == HERE else cast("cdk.Stack", app.node.find_child("Other"))


@pytest.mark.parametrize("region", [HERE, THERE])
@pytest.mark.parametrize("form", sorted(BALANCERS))
def test_fails_when_a_load_balancer_is_elsewhere(form: str, region: str) -> None:
    stack = stack_in()
    balancer = BALANCERS[form](stack, region)
    code = "load-balancer-region-mismatch"
    with expected(stack, code, region, f"is in {THERE}, but the service is in {HERE}"):
        EndpointService(stack, "Service", load_balancers=[balancer], ports=[443])


def test_tokens_pass() -> None:
    stack = stack_in()
    tls(
        stack,
        acm.Certificate.from_certificate_arn(stack, "Certificate", token("CertificateArn")),
        elbv2.ListenerCertificate.from_arn("arn:aws:iam::111111111111:server-certificate/old"),
    )
    service = service_with(stack, None, "Imported")
    service.notify(sns.Topic.from_topic_arn(stack, "Topic", token("TopicArn")))


def test_an_agnostic_stack_has_no_region() -> None:
    stack = stack_in(env=None)
    logged(stack, BUCKETS["imported"](stack, THERE))
    balancer = BALANCERS["imported"](stack, THERE)
    assert EndpointService(stack, "Elsewhere", load_balancers=[balancer], ports=[443])
    service_with(stack, None, "Imported").notify(TOPICS["imported"](stack, THERE))
