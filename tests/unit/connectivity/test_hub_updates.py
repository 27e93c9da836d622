"""What an update of a hub does: pairs of templates, one with a part and one without it.

Nothing is replaced, and nothing that stays gets another logical ID, whatever comes or goes, in any
order, in both modes.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.aws_services import bundle_in
from tests.support.consumers import OTHER_ACCOUNT, consumer_in, endpoint_in
from tests.support.hubs import (
    ASSOCIATION,
    HOSTED_ZONE,
    MEMBER,
    ORGANIZATION,
    PROFILE,
    RECORD,
    SHARE,
    hub_in,
    spoke_in,
    two_accounts,
)
from tests.support.published import template_of
from tests.support.refusals import refused
from tests.support.replacement import compare
from tests.support.vpcs import vpc_in

from privatelink_constructs import (
    AwsService,
    EndpointDns,
    EndpointHub,
    EndpointHubContract,
    HubConnection,
    HubNaming,
    ResolverInboundEndpoint,
    ResolverOutboundEndpoint,
    ResolverProtocol,
    SharePrincipal,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ENDPOINT = "AWS::EC2::VPCEndpoint"
THIRD_ACCOUNT = "333333333333"
PRINCIPALS = {
    "account": SharePrincipal.account(OTHER_ACCOUNT),
    "other account": SharePrincipal.account(THIRD_ACCOUNT),
    "organization": SharePrincipal.organization(ORGANIZATION),
}


@dataclass(frozen=True)
class Hub:
    """Everything that can come and go in a hub and around it, each as names in an order."""

    services: tuple[str, ...] = ("sqs",)
    own: tuple[str, ...] = ()
    clients: tuple[str, ...] = ("10.0.0.0/8",)
    principals: tuple[str, ...] = ("account",)
    spokes: tuple[str, ...] = ("10.7.0.0/16",)


FEW = Hub()
MORE: dict[str, Hub] = {
    "service": replace(FEW, services=("kms", "sqs")),
    "wildcard": replace(FEW, services=("ecr.dkr", "sqs")),
    "own endpoint": replace(FEW, own=("pay",)),
    "client": replace(FEW, clients=("172.16.0.0/12", "10.0.0.0/8")),
    "principal": replace(FEW, principals=("other account", "account")),
    "organization": replace(FEW, principals=("organization", "account")),
    "spoke": replace(FEW, spokes=("10.8.0.0/16", "10.7.0.0/16")),
}


def templates(hub: Hub, *, profile: bool) -> dict[str, Any]:
    """Return the templates of a hub and of its spokes."""
    network, orders = two_accounts()
    vpc = vpc_in(network, ip_addresses=ec2.IpAddresses.cidr("10.0.0.0/16"))
    services = [AwsService.interface(it) for it in hub.services]
    bundle = bundle_in(network, *services, vpc=vpc, clients=[], private_dns_enabled=profile)
    own = [
        endpoint_in(network, it, vpc=vpc, dns=EndpointDns.private_hosted_zone(f"{it}.example.com"))
        for it in hub.own
    ]
    options: dict[str, Any] = {"share_with": [PRINCIPALS[it] for it in hub.principals]}
    if not profile:
        vpcs = [spoke_vpc(network, it) for it in hub.spokes]
        options = {"naming": HubNaming.private_hosted_zones(vpcs=vpcs)}
    found = EndpointHub(
        network, "Hub", vpc=vpc, endpoints=[*own, bundle], clients=hub.clients, **options
    )
    for cidr in hub.spokes if profile else ():
        name = cidr.replace("/", "-")
        spoke_in(orders, found.contract, f"Hub-{name}", vpc=spoke_vpc(orders, cidr))
    every = {"Network": template_of(network), "Orders": template_of(orders)}
    return {name: it for name, it in every.items() if it.get("Resources")}


def spoke_vpc(stack: Any, cidr: str) -> ec2.Vpc:
    name = cidr.replace("/", "-")
    return vpc_in(stack, f"Vpc-{name}", ip_addresses=ec2.IpAddresses.cidr(cidr))


def reordered(hub: Hub) -> Hub:
    """Return the same hub with every list in another order."""
    return Hub(**{name: tuple(reversed(it)) for name, it in vars(hub).items()})


@functools.cache
def deployed(*, profile: bool) -> dict[str, Any]:
    return templates(FEW, profile=profile)


# Only a Profile is shared.
PARTS = [
    *((True, it) for it in MORE),
    *((False, it) for it in MORE if it not in {"principal", "organization"}),
]


@pytest.mark.parametrize(("profile", "part"), PARTS)
def test_what_comes_and_goes_replaces_nothing(part: str, *, profile: bool) -> None:
    few, many = deployed(profile=profile), templates(MORE[part], profile=profile)
    coming, going = compare(few, many), compare(many, few)
    assert coming.replaced == going.replaced == ()
    # Whatever was there is there, by the same logical ID, and what came goes again.
    assert coming.removed == going.added == ()
    assert coming.added or coming.changed
    assert coming.added == going.removed
    if profile and part != "spoke":
        assert few["Orders"] == many["Orders"]
    if profile and part == "spoke":
        assert few["Network"] == many["Network"]


@pytest.mark.parametrize("profile", [True, False], ids=["profile", "zones"])
def test_the_order_of_lists_changes_nothing(*, profile: bool) -> None:
    everything = Hub(
        services=("kms", "ecr.dkr", "sqs"),
        own=("pay", "book"),
        clients=("172.16.0.0/12", "10.0.0.0/8"),
        principals=tuple(PRINCIPALS),
        spokes=("10.7.0.0/16", "10.8.0.0/16"),
    )
    found = compare(
        templates(everything, profile=profile), templates(reordered(everything), profile=profile)
    )
    assert (found.added, found.removed, found.replaced) == ((), (), ())
    # Rules of a security group, and VPCs of a hosted zone, may have another order.
    kinds = {found.types[it] for it in found.changed}
    assert kinds <= {"AWS::EC2::SecurityGroup", HOSTED_ZONE}


def test_the_first_principal_and_the_last_one_change_only_the_share() -> None:
    nobody = templates(replace(FEW, principals=(), spokes=()), profile=True)
    somebody = templates(replace(FEW, spokes=()), profile=True)
    for before, after in itertools.permutations((nobody, somebody)):
        found = compare(before, after)
        assert found.replaced == found.changed == ()
        assert {found.types[it] for it in (*found.added, *found.removed)} == {SHARE}


# The change of the naming, in two deployments.


def step(*, profile: bool | None, private_dns: bool) -> dict[str, Any]:
    """Return the template of a step: a hub with a Profile or hosted zones, or no hub."""
    stack = consumer_in()
    vpc = vpc_in(stack, ip_addresses=ec2.IpAddresses.cidr("10.0.0.0/16"))
    bundle = bundle_in(
        stack,
        AwsService.interface("sqs"),
        vpc=vpc,
        clients=["10.0.0.0/8"],
        private_dns_enabled=private_dns,
    )
    naming = HubNaming.profile() if profile else HubNaming.private_hosted_zones()
    if profile is not None:
        EndpointHub(
            stack, "Hub", vpc=vpc, endpoints=[bundle], clients=["10.0.0.0/8"], naming=naming
        )
    found: dict[str, Any] = template_of(stack)
    return found


def names_at_once(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Tell whether the VPC could have a name twice while CloudFormation updates.

    It deletes last. So everything of both templates is there at the same time: a private DNS name,
    which an update turns on, and a hosted zone, which is deleted only then.
    """
    resources = [*before["Resources"].values(), *after["Resources"].values()]
    private = any(
        it["Type"] == ENDPOINT and it["Properties"]["PrivateDnsEnabled"] for it in resources
    )
    return private and any(it["Type"] == HOSTED_ZONE for it in resources)


ZONES = step(profile=False, private_dns=False)
PROFILES = step(profile=True, private_dns=True)
BETWEEN = step(profile=None, private_dns=False)
WALKS = {"to a Profile": (ZONES, BETWEEN, PROFILES), "to hosted zones": (PROFILES, BETWEEN, ZONES)}


@pytest.mark.parametrize("way", WALKS)
def test_the_naming_changes_in_two_deployments(way: str) -> None:
    for before, after in itertools.pairwise(WALKS[way]):
        found = compare(before, after)
        assert found.replaced == ()
        assert not names_at_once(before, after)
        kinds = {found.types[it] for it in (*found.added, *found.removed)}
        assert kinds <= {PROFILE, MEMBER, ASSOCIATION, HOSTED_ZONE, RECORD}


@pytest.mark.parametrize("way", WALKS)
def test_one_deployment_would_have_a_name_twice(way: str) -> None:
    first, _, last = WALKS[way]
    assert names_at_once(first, last)


def test_fails_when_a_hub_has_both_at_once() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack, ip_addresses=ec2.IpAddresses.cidr("10.0.0.0/16"))
    bundle = bundle_in(stack, AwsService.interface("sqs"), vpc=vpc, clients=[])
    given: dict[str, Any] = {"vpc": vpc, "endpoints": [bundle], "clients": ["10.0.0.0/8"]}
    EndpointHub(stack, "First", **given)
    with refused(stack, "hub-private-dns-conflict", "The endpoint 'sqs' has private DNS on"):
        EndpointHub(stack, "Second", naming=HubNaming.private_hosted_zones(), **given)


# What the page of identities says.


PAGE = Path(__file__).parents[3] / "docs" / "identity.md"
RESOLVER = "AWS::Route53Resolver::ResolverEndpoint"
RULE = "AWS::Route53Resolver::ResolverRule"
OF_RULE = "AWS::Route53Resolver::ResolverRuleAssociation"
DUALSTACK = ec2.VpcEndpointIpAddressType.DUALSTACK
FIRST, SECOND = (f"rp-{it * 17}" for it in "01")


def named(name: str | None = None, *, hub: str = "Hub") -> dict[str, Any]:
    stack = consumer_in()
    vpc = vpc_in(stack)
    found = hub_in(stack, vpc=vpc, name=hub, naming=HubNaming.profile(name=name))
    HubConnection(stack, "Own", vpc=vpc, hub=found.contract)
    return template_of(stack)


def connected(
    profile: str = FIRST, *, of: str = "Vpc", name: str = "Connection", **options: Any
) -> dict[str, Any]:
    stack = consumer_in()
    vpcs = {it: vpc_in(stack, it) for it in ("Vpc", "Other")}
    contract = EndpointHubContract.from_profile_id(profile)
    HubConnection(stack, name, vpc=vpcs[of], hub=contract, **options)
    return template_of(stack)


def queried(*, of: str = "Vpc", **options: Any) -> dict[str, Any]:
    stack = consumer_in()
    dual = ec2.IpProtocol.DUAL_STACK
    vpcs = {it: vpc_in(stack, it, ip_protocol=dual) for it in ("Vpc", "Other")}
    given: dict[str, Any] = {"clients": ["192.168.0.0/16", "fd00::/8"], **options}
    given.setdefault("ip_address_type", DUALSTACK)
    ResolverInboundEndpoint(stack, "Inbound", vpc=vpcs[of], **given)
    return template_of(stack)


def forwarded(domain: Any = "corp.example.com", **options: Any) -> dict[str, Any]:
    stack = consumer_in()
    outbound = ResolverOutboundEndpoint(stack, "Outbound", vpc=vpc_in(stack))
    vpcs = [vpc_in(stack, it) for it in options.pop("vpcs", ())]
    given: dict[str, Any] = {"targets": ["192.168.0.10"], "vpcs": vpcs, **options}
    outbound.forward(domain, **given)
    return template_of(stack)


def ipv4() -> dict[str, Any]:
    only: dict[str, Any] = {"ip_address_type": ec2.VpcEndpointIpAddressType.IPV4}
    return queried(clients=["192.168.0.0/16"], **only)


def parts(*names: str, profile: bool) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    few = deployed(profile=profile)
    return [(few, templates(MORE[it], profile=profile)) for it in names]


def with_priority(priority: int) -> dict[str, Any]:
    """Return a template as a later CDK makes it, which has priorities."""
    template = connected()
    [association] = [it for it in template["Resources"].values() if it["Type"] == ASSOCIATION]
    association["Properties"]["Priority"] = priority
    return template


ROWS: dict[str, tuple[Callable[[], list[tuple[Any, Any]]], set[str]]] = {
    "the endpoints, `clients`, or `share_with` of a hub, or its spokes": (
        lambda: parts("service", "own endpoint", "client", "principal", "spoke", profile=True),
        set(),
    ),
    "`vpcs` of `HubNaming.private_hosted_zones`": (lambda: parts("spoke", profile=False), set()),
    "the name of the Profile, or the path of a hub without a name": (
        lambda: [(named("one"), named("two"))],
        {PROFILE, MEMBER, ASSOCIATION},
    ),
    "`priority` of a `HubConnection`": (lambda: [(with_priority(100), with_priority(200))], set()),
    "`hub`, `vpc`, or the path of a `HubConnection`": (
        lambda: [(connected(), connected(SECOND)), (connected(), connected(of="Other"))],
        {ASSOCIATION},
    ),
    "`clients`, `protocols`, `ip_addresses`, or `subnets` of a Resolver endpoint": (
        lambda: [
            (queried(), queried(clients=["10.0.0.0/8", "fd00::/8"])),
            (queried(), queried(protocols=[ResolverProtocol.DO53, ResolverProtocol.DOH])),
            (queried(), queried(ip_addresses=["10.0.0.10", "10.0.128.10"])),
        ],
        set(),
    ),
    "`ip_address_type` of a Resolver endpoint": (lambda: [(ipv4(), queried())], set()),
    "`vpc` of a Resolver endpoint": (
        lambda: [(queried(), queried(of="Other"))],
        {"AWS::EC2::SecurityGroup", RESOLVER},
    ),
    "`targets`, `vpcs`, or `share_with` of a forwarding rule": (
        lambda: [
            (forwarded(), forwarded(targets=["192.168.0.11"])),
            (forwarded(vpcs=["Other"]), forwarded(vpcs=["Next", "Other"])),
            (forwarded(), forwarded(share_with=[PRINCIPALS["account"]])),
        ],
        set(),
    ),
    "the domain of a forwarding rule": (
        lambda: [(forwarded(), forwarded("lab.example.com"))],
        {RULE, OF_RULE},
    ),
}


def test_the_page_has_each_row() -> None:
    section = PAGE.read_text("utf-8").partition("## Hubs and Resolver endpoints\n")[2]
    rows = section.partition("##")[0].splitlines()
    cells = [it.split("|")[1].strip() for it in rows if it.startswith("| ")]
    assert cells[1:] == list(ROWS) == [it for it in cells if it != "you change"]


@pytest.mark.parametrize("row", ROWS)
def test_replaces_what_the_page_says(row: str) -> None:
    build, kinds = ROWS[row]
    for before, after in build():
        for old, new in ((before, after), (after, before)):
            found = compare(old, new)
            gone = {found.types[it] for it in found.removed if kinds}
            assert {it.resource_type for it in found.replaced} | gone == kinds


def test_a_path_that_changes_replaces_a_hub_and_a_connection() -> None:
    hub = compare(named(), named(hub="Renamed"))
    assert {PROFILE, MEMBER} <= {hub.types[it] for it in hub.removed}
    connection = compare(connected(), connected(name="Renamed"))
    assert {connection.types[it] for it in connection.removed} == {ASSOCIATION}
