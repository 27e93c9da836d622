"""What a provider has to hand to its consumers, and how far it can be handed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.facts.endpoint_service_names import parse_service_name
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error, is_token
from privatelink_constructs.rules.regions import check_region
from privatelink_constructs.rules.service_names import check_service_name, check_service_region

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_PARAMETER_LEVELS = 15
_LONGEST_PARAMETER = 900
_ZONE_ID = re.compile(r"[a-z]{2,}[a-z0-9-]*-az\d+")
_PARAMETER = re.compile(r"(?:/[A-Za-z0-9_.-]+)+")
_RESERVED = re.compile(r"/(?:aws|ssm)", re.IGNORECASE)
_REFERENCES = "https://docs.aws.amazon.com/cdk/v2/guide/resources.html#resource-stack"
_STAGES = "https://docs.aws.amazon.com/cdk/v2/guide/stages.html"
_PARAMETERS = (
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html"
)
_AZ_IDS = "https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html"

NO_PORT = error(
    "contract-without-ports",
    "A contract says which ports the service has.",
    why="The security groups of consumers are opened for these ports, and for no others.",
    remedy="give the ports of the service: 443 for TCP, 53/udp for UDP",
    url=core.CREATE_ENDPOINT,
)
NOT_LITERAL = error(
    "contract-not-literal",
    "What shapes a consumer's template is known when the template is made.",
    why="Rules, subnets and Regions are decided at synthesis, when a token has no value yet.",
    remedy="give a literal; only the service's name may be known at deployment alone",
    url="https://docs.aws.amazon.com/cdk/v2/guide/tokens.html",
)
REGION_UNKNOWN = error(
    "contract-region-unknown",
    "The Region of a service whose name is known at deployment alone is given.",
    why="Otherwise nobody can tell whether an endpoint has to name the service's Region.",
    remedy="give service_region",
    url=core.CREATE_ENDPOINT,
)
ZONE_ID_MALFORMED = error(
    "availability-zone-id-malformed",
    "The id of an Availability Zone is one that AWS has.",
    why="Ids are compared with ids, so anything else never matches.",
    remedy="use ids such as euw1-az1, which are the same in every account, not names",
    url=_AZ_IDS,
)
CROSSES_STAGES = error(
    "contract-crosses-stages",
    "A contract is used in the stage that its service is in.",
    why="The CDK has neither references nor dependencies between stages.",
    remedy=(
        "hand the name over as a literal with EndpointServiceContract.from_service_name(...), or "
        "write it with contract.publish(...) and read it with "
        "EndpointServiceContract.from_ssm_parameters(...)"
    ),
    url=_STAGES,
)
ENVIRONMENT_UNKNOWN = error(
    "contract-environment-unknown",
    "Both stacks have concrete environments where a contract crosses accounts or Regions.",
    why="The CDK can't write the reference, or writes it with an account that isn't one.",
    remedy="give both stacks env=cdk.Environment(account=..., region=...), or neither",
    url=_REFERENCES,
)
PARAMETER_PREFIX = error(
    "parameter-prefix-malformed",
    "The names of parameters begin with a path.",
    why="Systems Manager refuses the parameter.",
    remedy="use a path such as /payments/contract: letters, digits and _.-, not /aws or /ssm",
    url=_PARAMETERS,
)


def check_contract_name(
    name: str | None, region: str | None, *, further: Iterable[str] = ()
) -> Iterator[Problem]:
    """Check that the name of a service and the Region stated for it agree.

    :param name: the service's name, None when only the deployment knows it.
    :param region: the Region, None when it isn't known.
    :param further: Regions that a newer version of the CDK knows.
    """
    if region is not None:
        yield from check_region(region, further=further)
    if name is not None:
        yield from check_service_name(name)
        parsed = parse_service_name(name)
        theirs = parsed.region if parsed else None
        yield from check_service_region(theirs, endpoint=None, stated=region)


def check_has_ports(ports: Sequence[object]) -> Iterator[Problem]:
    """Check that a contract names a port."""
    if not ports:
        yield Problem(NO_PORT, "the contract has no port")


def check_literals(**fields: bool) -> Iterator[Problem]:
    """Check that fields of a contract are literal.

    :param fields: for each field whether it holds a token.
    """
    for name, token in fields.items():
        if token:
            yield Problem(NOT_LITERAL, f"{name} is only known at deployment")


def check_zone_ids(ids: Iterable[str]) -> Iterator[Problem]:
    """Check ids of Availability Zones; tokens pass."""
    for zone in ids:
        if not is_token(zone) and not _ZONE_ID.fullmatch(zone):
            yield Problem(ZONE_ID_MALFORMED, f"{zone!r} is no id of an Availability Zone")


def check_environments(
    theirs: tuple[str | None, str | None], ours: tuple[str | None, str | None]
) -> Iterator[Problem]:
    """Check that the CDK can carry a reference from one stack to another.

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
        yield Problem(
            ENVIRONMENT_UNKNOWN,
            f"the provider is in {_place(theirs)}, the consumer in {_place(ours)}",
        )


def _place(environment: tuple[str | None, str | None]) -> str:
    account, region = environment
    return f"account {account or 'unknown'} and Region {region or 'unknown'}"


def check_parameter_prefix(prefix: str) -> Iterator[Problem]:
    """Check what the names of parameters begin with."""
    levels = prefix.count("/") + 1
    if not _PARAMETER.fullmatch(prefix) or _RESERVED.match(prefix):
        yield Problem(PARAMETER_PREFIX, f"{prefix!r} is no path of parameters")
    elif levels > MAX_PARAMETER_LEVELS or len(prefix) > _LONGEST_PARAMETER:
        yield Problem(PARAMETER_PREFIX, f"{prefix!r} has {levels} levels, {len(prefix)} characters")
