"""Counts what does not depend on the machine: the requests to the Node process, by what they ask.

    python -m benchmarks.counting

writes ``pinned.json``, which ``make bench-check`` compares with.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from tests.support.round_trips import count_round_trips

import privatelink_constructs as privatelink
from benchmarks import workload
from benchmarks.implementations import (
    IMPLEMENTATIONS,
    endpoint,
    fleet,
    implementations_of,
    service,
    vpcs_of,
)
from privatelink_constructs._cdk import acknowledgments as _acknowledged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from tests.support.round_trips import RoundTrips

PINNED = Path(__file__).with_name("pinned.json")

Calls = dict[str, int]
"""How often each was made: its kind, and what it asked for."""


def place(
    folder: str, work: workload.Workload = workload.BEST_CASE
) -> tuple[cdk.Stack, ec2.IVpc, ec2.IVpc]:
    """Return a stack with the VPCs of a workload."""
    app = cdk.App(outdir=folder, context=workload.CONTEXT, analytics_reporting=False)
    environment = cdk.Environment(account=workload.ACCOUNT, region=workload.REGION)
    stack = cdk.Stack(app, "Stack", env=environment)
    return stack, *vpcs_of(stack, 0, work)


def of_service(name: str, services: int = 3, *, cdk_nag: bool = False) -> list[RoundTrips]:
    """Count what each service with its consumers costs; the first pays for the VPCs as well.

    :param name: the implementation.
    :param services: how many to define, one after the other.
    :param cdk_nag: whether cdk-nag counts as installed, and services acknowledge what it objects
        to. The stacks by hand don't.
    """
    found: list[RoundTrips] = []
    with TemporaryDirectory() as folder, _cdk_nag(installed=cdk_nag):
        stack, vpc, consumer_vpc = place(folder)
        for number in range(services):
            with count_round_trips() as trips:
                IMPLEMENTATIONS[name](stack, number, vpc, consumer_vpc)
            found.append(trips)
    return found


def of_typical_use(name: str) -> RoundTrips:
    """Count what all services of a stack cost in typical use, with their consumers.

    What it takes to learn about the VPCs is part of it, and importing them isn't.

    :param name: the implementation.
    """
    work = workload.TYPICAL_USE
    define = implementations_of(work)[name]
    with TemporaryDirectory() as folder, _cdk_nag(installed=True):
        stack, vpc, consumer_vpc = place(folder, work)
        with count_round_trips() as trips:
            for number in range(work.per_stack):
                define(stack, number, vpc, consumer_vpc)
    return trips


def _cdk_nag(*, installed: bool) -> AbstractContextManager[object]:
    return patch.object(_acknowledged, "has_cdk_nag", lambda: installed)


def of_endpoint() -> RoundTrips:
    """Count what a further endpoint to a service of the app costs, its client included."""
    with TemporaryDirectory() as folder:
        stack, vpc, consumer_vpc = place(folder)
        contract = service(stack, 0, vpc).contract
        endpoint(stack, "First", consumer_vpc, contract)
        with count_round_trips() as trips:
            endpoint(stack, "Second", consumer_vpc, contract)
    return trips


def of_aws_services() -> RoundTrips:
    """Count what a bundle of twelve AWS services and S3 costs, after another one in the VPC."""
    kind = ec2.InterfaceVpcEndpointAwsService
    named = (
        *(kind.ATHENA, kind.BATCH, kind.CONFIG, kind.EC2, kind.ECS, kind.EVENTBRIDGE),
        *(kind.GLUE, kind.KMS, kind.SNS, kind.SQS, kind.STS, kind.XRAY),
    )
    services = [privatelink.AwsService.interface(it) for it in named]
    gateway = privatelink.AwsService.gateway("s3")
    given: dict[str, Any] = {
        "clients": ["10.0.0.0/16"],
        "policy": privatelink.EndpointPolicy.account(),
    }
    with TemporaryDirectory() as folder:
        app = cdk.App(outdir=folder, analytics_reporting=False)
        stack = cdk.Stack(app, "Stack")
        vpc = ec2.Vpc(stack, "Vpc")
        first = [privatelink.AwsService.interface("logs")]
        privatelink.AwsServiceEndpoints(stack, "First", vpc=vpc, services=first, **given)
        with count_round_trips() as trips:
            privatelink.AwsServiceEndpoints(
                stack, "Second", vpc=vpc, services=[*services, gateway], **given
            )
    return trips


def of_hub() -> RoundTrips:
    """Count what a hub of twelve endpoints costs, shared with an account, and a spoke of it."""
    named = (
        *("athena", "batch", "config", "ec2", "events", "glue"),
        *("kms", "sns", "sqs", "ssm", "sts", "xray"),
    )
    services = [privatelink.AwsService.interface(it) for it in named]
    with TemporaryDirectory() as folder:
        stack, vpc, spoke = place(folder)
        bundle = privatelink.AwsServiceEndpoints(
            stack, "Aws", vpc=vpc, services=services, policy=privatelink.EndpointPolicy.account()
        )
        with count_round_trips() as trips:
            hub = privatelink.EndpointHub(
                stack,
                "Hub",
                vpc=vpc,
                endpoints=[bundle],
                clients=["10.0.0.0/8"],
                share_with=[privatelink.SharePrincipal.account(workload.CONSUMER)],
            )
            privatelink.HubConnection(stack, "Spoke", vpc=spoke, hub=hub.contract)
    return trips


def of_resolver_endpoints() -> RoundTrips:
    """Count what Resolver endpoints in both directions cost, with a rule for two VPCs."""
    with TemporaryDirectory() as folder:
        stack, vpc, spoke = place(folder)
        with count_round_trips() as trips:
            privatelink.ResolverInboundEndpoint(
                stack, "Inbound", vpc=vpc, clients=["192.168.0.0/16"]
            )
            outbound = privatelink.ResolverOutboundEndpoint(stack, "Outbound", vpc=vpc)
            outbound.forward("corp.example.com", targets=["192.168.0.10"], vpcs=[spoke])
    return trips


def of_synthesis() -> RoundTrips:
    """Count what Node asks of Python while an app with this package is synthesized."""
    with TemporaryDirectory() as folder:
        stack, vpc, consumer_vpc = place(folder)
        IMPLEMENTATIONS["library"](stack, 0, vpc, consumer_vpc)
        return synthesis(stack)


def of_late_checks() -> RoundTrips:
    """Count the same where something can only be checked at the end.

    These are a port whose targets come later, and a private hosted zone, which others may have too.
    """
    with TemporaryDirectory() as folder:
        stack, vpc, consumer_vpc = place(folder)
        late = service(stack, 0, vpc, with_targets=False)
        late.add_targets(workload.PORT, *fleet(0))
        zone = privatelink.EndpointDns.private_hosted_zone("payments.example.com")
        privatelink.InterfaceEndpoint(
            stack, "Endpoint", vpc=consumer_vpc, service=late.contract, dns=zone
        )
        return synthesis(stack)


def synthesis(stack: cdk.Stack) -> RoundTrips:
    """Count the requests and callbacks of a synthesis."""
    app = cast("cdk.App", cdk.App.of(stack))
    with count_round_trips() as trips:
        app.synth()
    return trips


def measured() -> dict[str, RoundTrips]:
    """Return everything that is pinned."""
    return {
        "aws services": of_aws_services(),
        "endpoint": of_endpoint(),
        "hub": of_hub(),
        "resolver endpoints": of_resolver_endpoints(),
        "service": of_service("library")[-1],
        "service by hand": of_service("l2")[-1],
        "service with cdk-nag": of_service("library", cdk_nag=True)[-1],
        "synthesis": of_synthesis(),
        "synthesis with late checks": of_late_checks(),
        "typical use": of_typical_use("library"),
        "typical use by hand": of_typical_use("l2"),
    }


def calls_of(trips: RoundTrips) -> Calls:
    """Return calls without their lines, which move."""
    found: Counter[str] = Counter()
    for (kind, subject, _), count in trips.calls.items():
        found[f"{kind} {subject.removeprefix('aws-cdk-lib.')}"] += count
    return dict(sorted(found.items()))


def lines_of(trips: RoundTrips, call: str) -> list[str]:
    """Return the lines that make a call."""
    return sorted(
        {
            line
            for kind, subject, line in trips.calls
            if call == f"{kind} {subject.removeprefix('aws-cdk-lib.')}"
        }
    )


def changes(trips: RoundTrips, pinned: Mapping[str, int]) -> list[str]:
    """Return how calls differ from the pinned ones, in words; what is new with its lines."""
    now = calls_of(trips)
    found: list[str] = []
    for call in sorted({*now, *pinned}):
        more = now.get(call, 0) - pinned.get(call, 0)
        if more > 0:
            found.append(f"{more} more: {call}, from {', '.join(lines_of(trips, call))}")
        elif more < 0:
            found.append(f"{-more} fewer: {call}")
    return found


def comparison(ours: RoundTrips, by_hand: RoundTrips) -> Iterator[str]:
    """Yield the calls whose numbers differ, each with its lines; what ours has more comes first."""
    left, right = calls_of(ours), calls_of(by_hand)
    more = {call: left.get(call, 0) - right.get(call, 0) for call in {*left, *right}}
    for call, number in sorted(more.items(), key=lambda it: (-it[1], it[0])):
        if number:
            sides = [_side(ours, call, left), _side(by_hand, call, right)]
            yield f"{number:+d} {call}: {'; by hand '.join(sides)}"


def _side(trips: RoundTrips, call: str, calls: Calls) -> str:
    lines = ", ".join(lines_of(trips, call))
    return f"{calls[call]} from {lines}" if lines else "none"


def read_pinned() -> dict[str, Calls]:
    """Return what is pinned."""
    pinned: dict[str, Calls] = json.loads(PINNED.read_text("utf-8"))
    return pinned


def main() -> None:
    """Write ``pinned.json``."""
    content = {name: calls_of(trips) for name, trips in measured().items()}
    PINNED.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
