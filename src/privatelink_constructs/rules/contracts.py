"""What a contract must contain, and where it can be used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.facts.endpoint_service_names import parse_service_name
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, is_token
from privatelink_constructs.rules.regions import valid_region
from privatelink_constructs.rules.service_names import valid_service_name, valid_service_region

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from privatelink_constructs.rules.core import Problem

MAX_PARAMETER_LEVELS = 15
_LONGEST_PARAMETER = 900
_ZONE_ID = r"[a-z]{2,}[a-z0-9-]*-az\d+"
_PARAMETER = re.compile(r"(?:/[A-Za-z0-9_.-]+)+")
_RESERVED = re.compile(r"/(?:aws|ssm)", re.IGNORECASE)
_REFERENCES = "https://docs.aws.amazon.com/cdk/v2/guide/resources.html#resource-stack"
_STAGES = "https://docs.aws.amazon.com/cdk/v2/guide/stages.html"
_PARAMETERS = (
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html"
)
_AZ_IDS = "https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html"


@error(
    "contract-port-missing",
    "A contract must name the ports of the service.",
    why="The security groups of consumers are opened only for these ports.",
    fix=Fix(
        code="pass the ports of the service: 443 for TCP, 53/udp for UDP",
        template="open the security group of the endpoint for each port of the service",
    ),
    url=core.CREATE_ENDPOINT,
)
def contract_ports_present(
    ports: Sequence[object], *, from_listeners: bool = False
) -> Iterator[str]:
    """Find a contract without ports.

    :param from_listeners: whether the ports are those of listeners, which may still be added.
    """
    if not ports:
        yield (
            "the listeners of the load balancers aren't known (yet)"
            if from_listeners
            else "the contract has no port"
        )


@error(
    "contract-value-undetermined",
    "What shapes a consumer's template must be known when the template is made.",
    why="Rules, subnets, and Regions are decided at synthesis, when a token has no value yet.",
    fix=Fix(
        code="give a literal; only the service's name may be a token",
        template="write a literal in place of an intrinsic function",
    ),
    url="https://docs.aws.amazon.com/cdk/v2/guide/tokens.html",
)
def contract_literal(**fields: bool) -> Iterator[str]:
    """Find fields of a contract that are tokens.

    :param fields: for each field whether it contains a token.
    """
    for name, token in fields.items():
        if token:
            yield f"{name} is only known at deployment"


@error(
    "contract-region-missing",
    "A contract for a service whose name is known only at deployment must name its Region.",
    why="Otherwise nobody can tell whether an endpoint has to name the service's Region.",
    fix=Fix(
        code="pass service_region",
        template="set ServiceRegion where the service is in another Region",
    ),
    url=core.CREATE_ENDPOINT,
)
def contract_region_known(region: str | None) -> Iterator[str]:
    """Find a service whose Region is neither set nor in its name.

    :param region: the Region, None when neither says it.
    """
    if region is None:
        yield "the service's name is only known at deployment"


@error(
    "zone-id-malformed",
    "The ID of an Availability Zone must be one that AWS has.",
    why="IDs are compared with IDs, so anything else never matches.",
    fix=Fix.same("use IDs such as euw1-az1, which are the same in every account, not names"),
    url=_AZ_IDS,
)
def zone_ids_valid(ids: Iterable[str]) -> Iterator[str]:
    """Find what is no ID of an Availability Zone; tokens pass."""
    for zone in ids:
        if not is_token(zone) and not re.fullmatch(_ZONE_ID, zone):
            yield f"{zone!r} is no id of an Availability Zone"


@error(
    "zone-id-duplicate",
    "Each Availability Zone must have its own AZ ID.",
    why="Consumers are matched with subnets in zones that the service isn't in.",
    fix=Fix.same("look up the IDs with aws ec2 describe-availability-zones"),
    url=_AZ_IDS,
)
def zone_ids_distinct(zone_ids: Mapping[str, str]) -> Iterator[str]:
    """Find two zones with the same ID; tokens pass.

    :param zone_ids: the AZ ID for each name of a zone.
    """
    names: dict[str, list[str]] = {}
    for name, zone in zone_ids.items():
        if not is_token(zone):
            names.setdefault(zone, []).append(name)
    for zone, same in names.items():
        if len(same) > 1:
            yield f"{' and '.join(same)} have the same ID, {zone}"


def valid_zone_ids(zone_ids: Mapping[str, str]) -> Iterator[Problem]:
    """Check the AZ IDs of an account's zones, by their names."""
    yield from zone_ids_valid(zone_ids.values())
    yield from zone_ids_distinct(zone_ids)


@error(
    "contract-stage-mismatch",
    "A contract must be used in the stage that its service is in.",
    why="The CDK has neither references nor dependencies between stages.",
    fix=Fix(
        code=(
            "pass the name as a literal with EndpointServiceContract.from_service_name(...), or "
            "write it with contract.publish(...) and read it with "
            "EndpointServiceContract.from_ssm_parameters(...)"
        ),
        template=(
            "set ServiceName to the literal name, or to an AWS::SSM::Parameter::Value<String> "
            "parameter"
        ),
    ),
    url=_STAGES,
)
def contract_in_one_stage(theirs: str, ours: str) -> Iterator[str]:
    """Report a contract that is used in another stage.

    The caller has compared the stages themselves, as stages of two apps can have equal names.

    :param theirs: the name of the provider's stage.
    :param ours: the name of the consumer's stage.
    """
    yield f"the service is in stage {theirs}, the consumer in {ours}"


@error(
    "contract-environment-undetermined",
    "Stacks must have concrete environments where a contract crosses accounts or Regions.",
    why="The CDK can't write the reference, or writes it with an account that isn't one.",
    fix=Fix(
        code="give both stacks env=cdk.Environment(account=..., region=...), or neither",
        template="write the account and the Region as literals in both templates",
    ),
    url=_REFERENCES,
)
def environments_concrete(
    theirs: tuple[str | None, str | None], ours: tuple[str | None, str | None]
) -> Iterator[str]:
    """Find environments that the CDK can't pass a reference between.

    :param theirs: account and Region of the provider's stack, None for what isn't known.
    :param ours: account and Region of the consumer's stack, None for what isn't known.
    """
    accounts, regions = zip(theirs, ours, strict=True)
    needed: list[str | None] = []
    if accounts[0] != accounts[1]:
        needed += [*accounts, *regions]
    if regions[0] != regions[1]:
        needed += regions
    if None in needed:
        yield f"the provider is in {_place(theirs)}, the consumer in {_place(ours)}"


def _place(environment: tuple[str | None, str | None]) -> str:
    account, region = environment
    return f"account {account or 'unknown'} and Region {region or 'unknown'}"


@error(
    "ssm-parameter-prefix-malformed",
    "The names of parameters must begin with a path.",
    why="Systems Manager rejects the parameter.",
    fix=Fix.same(
        "use a path such as /payments/contract: letters, digits, and _.-, not /aws or /ssm"
    ),
    url=_PARAMETERS,
)
def parameter_prefix_valid(prefix: str) -> Iterator[str]:
    """Find a prefix that the names of parameters can't have."""
    levels = prefix.count("/") + 1
    if not _PARAMETER.fullmatch(prefix) or _RESERVED.match(prefix):
        yield f"{prefix!r} is no path of parameters"
    elif levels > MAX_PARAMETER_LEVELS or len(prefix) > _LONGEST_PARAMETER:
        yield f"{prefix!r} has {levels} levels, {len(prefix)} characters"


def valid_contract_name(
    name: str | None, region: str | None, *, further: Iterable[str] = ()
) -> Iterator[Problem]:
    """Check that the name of a service and the Region stated for it agree.

    :param name: the service's name, None when only the deployment knows it.
    :param region: the Region, None when it isn't known.
    :param further: Regions that a newer version of the CDK knows.
    """
    if region is not None:
        yield from valid_region(region, further=further)
    if name is not None:
        yield from valid_service_name(name)
        parsed = parse_service_name(name)
        theirs = parsed.region if parsed else None
        yield from valid_service_region(theirs, endpoint=None, stated=region)
