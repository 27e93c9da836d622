"""The rules for what a contract must contain, and for where it can be used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.facts.endpoint_service_names import parse_service_name
from privatelink_constructs.facts.partitions import partition_of
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, is_token
from privatelink_constructs.rules.regions import valid_region
from privatelink_constructs.rules.service_names import valid_service_name, valid_service_region
from privatelink_constructs.rules.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from privatelink_constructs.rules.core import Problem

MAX_PARAMETER_LEVELS = 15
_LONGEST_PARAMETER = 1011
"""The characters of a parameter's name, together with those of its ARN in front of the name.

See https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
"""
MAX_STANDARD_VALUE = 4096
MAX_ADVANCED_VALUE = 8192
_ZONE_ID = r"[a-z]{2,}[a-z0-9-]*-az\d+"
_PARAMETER = re.compile(r"(?:/[A-Za-z0-9_.-]+)+")
_RESERVED = re.compile(r"/(?:aws|ssm)", re.IGNORECASE)
_REFERENCES = "https://docs.aws.amazon.com/cdk/v2/guide/resources.html#resource-stack"
_STAGES = "https://docs.aws.amazon.com/cdk/v2/guide/stages.html"
_PARAMETERS = (
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html"
)
_TIERS = (
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
    "parameter-store-advanced-parameters.html"
)
_AZ_IDS = "https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html"


@error(
    "contract-port-missing",
    "A contract must contain the ports of the service.",
    why="The security groups of consumers allow traffic only on these ports.",
    fix=Fix(
        code='pass the ports of the service, such as 443 for TCP or "53/udp" for UDP',
        template="allow each port of the service in the security group of the endpoint",
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
            "the listeners of the load balancers aren't known"
            if from_listeners
            else "the contract has no ports"
        )


@error(
    "contract-value-undetermined",
    "Values that shape a consumer's template must be known at synthesis.",
    why="The rules, subnets, and Region of an endpoint depend on them, and a token has no value "
    "at synthesis.",
    fix=Fix(
        code="use a literal. Only the service name can be a token",
        template="use a literal instead of an intrinsic function",
    ),
    url="https://docs.aws.amazon.com/cdk/v2/guide/tokens.html",
)
def contract_literal(**fields: bool) -> Iterator[str]:
    """Find fields of a contract that are tokens.

    :param fields: for each field whether it contains a token.
    """
    for name, token in fields.items():
        if token:
            yield f"argument {name} is known only at deployment"


@error(
    "contract-region-missing",
    "A contract for a service whose name is known only at deployment must contain its Region.",
    why="Without the Region, a consumer can't tell whether an endpoint must specify the service "
    "Region.",
    fix=Fix(
        code="pass service_region",
        template="set ServiceRegion if the service is in another Region",
    ),
    url=core.CREATE_ENDPOINT,
)
def contract_region_known(region: str | None) -> Iterator[str]:
    """Find a service whose Region is neither set nor in its name.

    :param region: the Region, None when neither says it.
    """
    if region is None:
        yield "the service name is known only at deployment"


@error(
    "zone-id-malformed",
    "The ID of an Availability Zone must be a valid AZ ID.",
    why="AZ IDs are compared with AZ IDs, so another value never matches.",
    fix=Fix.same(
        "use AZ IDs such as euw1-az1, which are the same in every account, instead of names"
    ),
    url=_AZ_IDS,
)
def zone_ids_valid(ids: Iterable[str]) -> Iterator[str]:
    """Find values that aren't valid AZ IDs. Tokens pass."""
    for zone in ids:
        if not is_token(zone) and not re.fullmatch(_ZONE_ID, zone):
            yield f"{zone!r} is not a valid AZ ID"


@error(
    "zone-id-duplicate",
    "Each Availability Zone must have its own AZ ID.",
    why="Otherwise, consumers use subnets in Availability Zones that the service isn't in.",
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
            yield f"{' and '.join(same)} have the same AZ ID {zone!r}"


def valid_zone_ids(zone_ids: Mapping[str, str]) -> Iterator[Problem]:
    """Check the AZ IDs of an account's zones, by their names."""
    yield from zone_ids_valid(zone_ids.values())
    yield from zone_ids_distinct(zone_ids)


@error(
    "contract-stage-mismatch",
    "A contract must be used in the stage of its service.",
    why="The CDK supports neither references nor dependencies between stages.",
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
    yield f"the service is in stage {theirs}, but the consumer is in {ours}"


@error(
    "contract-environment-undetermined",
    "Stacks must have concrete environments if a contract crosses accounts or Regions.",
    why="Without them, the CDK can't create the reference, or creates it with a wrong account.",
    fix=Fix(
        code="set env=cdk.Environment(account=..., region=...) on both stacks, or on neither",
        template="use literals for the account and the Region in both templates",
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
        yield (
            f"the stack of the provider has {_place(theirs)}, and that of the consumer has "
            f"{_place(ours)}"
        )


def _place(environment: tuple[str | None, str | None]) -> str:
    account, region = environment
    place = f"the account {account}" if account else "no account"
    return f"{place} and {f'the Region {region}' if region else 'no Region'}"


@error(
    "ssm-parameter-prefix-malformed",
    "The prefix of SSM parameter names must be a valid path.",
    why="Systems Manager rejects the parameter.",
    fix=Fix.same(
        "use a path such as /payments/contract that contains only letters, digits, and the "
        "characters _.- and doesn't begin with /aws or /ssm"
    ),
    url=_PARAMETERS,
)
def parameter_prefix_valid(
    prefix: str, name: str = "", *, region: str | None = None
) -> Iterator[str]:
    """Find a prefix that the names of parameters can't have.

    :param name: the longest of the names that follow the prefix.
    :param region: the Region, None when it isn't known.
    """
    levels = prefix.count("/") + 1
    length = len(f"{_arn(region)}{prefix}/{name}")
    if not _PARAMETER.fullmatch(prefix) or _RESERVED.match(prefix):
        yield f"{quoted(prefix)} is not a valid prefix for parameter names"
    elif levels > MAX_PARAMETER_LEVELS:
        yield (
            f"the prefix {quoted(prefix)} has {levels - 1} levels, and the name of a parameter "
            f"can have {MAX_PARAMETER_LEVELS}, including its last part"
        )
    elif length > _LONGEST_PARAMETER:
        yield (
            f"the prefix has {len(prefix):,} characters, so that the ARN of a parameter has "
            f"{length:,}, and Systems Manager takes {_LONGEST_PARAMETER:,}"
        )


def _arn(region: str | None) -> str:
    """Return what precedes the name of a parameter in its ARN. Other Regions have longer names."""
    region = region or "us-east-1"
    partition = partition_of(region)
    return f"arn:{partition.name if partition else 'aws'}:ssm:{region}:111122223333:parameter"


@error(
    "ssm-parameter-value-missing",
    "An SSM parameter must have a value.",
    why="Systems Manager rejects an empty value.",
    fix=Fix(
        code="publish a contract that has the value",
        template="set Value, or remove the parameter",
    ),
    url=_PARAMETERS,
)
def parameter_value_present(name: str, value: str | None) -> Iterator[str]:
    """Find an empty value of a parameter; None for one that isn't known.

    :param name: the name of the value, for the message.
    """
    if value is not None and not value.strip():
        yield f"the value of {name} is empty"


@error(
    "ssm-parameter-value-exceeded",
    "The value of an SSM parameter must fit into the tier of the parameter.",
    why="Systems Manager rejects a value of more than 4,096 characters in the standard tier, and "
    "of more than 8,192 characters in the advanced tier.",
    fix=Fix(
        code="publish a contract with fewer items. With shared=True, the parameters are of the "
        "advanced tier, which takes 8,192 characters and which AWS charges for",
        template="shorten Value. With Tier: Advanced, it can have 8,192 characters, and AWS "
        "charges for the parameter",
    ),
    url=_TIERS,
)
def parameter_value_in_limit(name: str, value: str | None, *, advanced: bool) -> Iterator[str]:
    """Find a value that is too long for a parameter.

    :param name: the name of the value, for the message.
    :param value: the value, None when it isn't known.
    :param advanced: whether the parameter is of the advanced tier.
    """
    most = MAX_ADVANCED_VALUE if advanced else MAX_STANDARD_VALUE
    length = len((value or "").encode())
    if length > most:
        tier = "advanced" if advanced else "standard"
        yield (
            f"the value of {name} has {length:,} characters, and a parameter of the {tier} tier "
            f"takes {most:,}"
        )


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
