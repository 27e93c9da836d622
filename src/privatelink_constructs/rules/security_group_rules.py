"""The rules for single security group rules and their descriptions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

_LONGEST_DESCRIPTION = 255
LAST_PORT = 65535
_NOT_IN_DESCRIPTIONS = re.compile(r"[^a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]")
_API = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference"
_AUTHORIZE = f"{_API}/API_AuthorizeSecurityGroupIngress.html"
_RULE_DESCRIPTION = f"{_API}/API_IpRange.html"


@error(
    "security-group-rule-duplicate",
    "A security group must have each rule only once.",
    why="AWS rejects the second rule, because it already exists.",
    fix=Fix(
        code="add the rule once, or import the security group once and share it",
        template="remove one of the two rules",
    ),
    url=_AUTHORIZE,
)
def rule_defined_once(rule: str, other: str | None) -> Iterator[str]:
    """Find a rule that is defined a second time.

    :param rule: the rule in words.
    :param other: where it is defined already, None for nowhere.
    """
    if other is not None:
        yield f"{rule} already exists in {other}"


@warning(
    "security-group-inline-rule-duplicate",
    "A security group should list each rule only once.",
    why="CloudFormation adds one rule. If you remove one of the two entries, it removes the rule.",
    fix=Fix(code="list the rule once", template="remove one of the two entries"),
    url=_AUTHORIZE,
)
def rule_listed_once(rule: str, *, again: bool) -> Iterator[str]:
    """Find a rule that a security group lists twice.

    :param rule: the rule in words.
    """
    if again:
        yield f"{rule} is listed twice"


def valid_description(text: str) -> Iterator[Problem]:
    """Check the description of a security group or of a rule, without the unknown parts."""
    yield from description_in_limit(len(text))
    yield from description_well_formed(text)


@error(
    "security-group-description-exceeded",
    "The description of a security group or a rule must have no more than 255 characters.",
    why="AWS rejects longer descriptions.",
    fix=Fix.same("shorten the description"),
    url=_RULE_DESCRIPTION,
)
def description_in_limit(length: int) -> Iterator[str]:
    """Find a description that is too long."""
    if length > _LONGEST_DESCRIPTION:
        yield f"the description has {length} characters"


@error(
    "security-group-description-malformed",
    "The description of a security group or a rule must contain only characters that Amazon EC2 "
    "allows.",
    why="AWS rejects other characters.",
    fix=Fix.same("use ASCII letters and digits, spaces, and the characters ._-:/()#,@[]+=&;{}!$*"),
    url=_RULE_DESCRIPTION,
)
def description_well_formed(text: str) -> Iterator[str]:
    """Find characters in a description that AWS rejects."""
    found = sorted(set(_NOT_IN_DESCRIPTIONS.findall(text)))
    if found:
        yield f"the description contains {' '.join(map(repr, found))}"


@error(
    "security-group-ports-not-valid",
    "A rule for TCP or UDP must have a range of ports.",
    why="AWS rejects a rule without ports, with ports above 65535, and with a range that is "
    "reversed.",
    fix=Fix(
        code="use a port such as ec2.Port.tcp(443)",
        template="set FromPort and ToPort to ports from 0 to 65535, the lower one first",
    ),
    url="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html",
)
def rule_ports_valid(
    protocol: str | None, *, ports: tuple[float | None, float | None], missing: Sequence[str] = ()
) -> Iterator[str]:
    """Find a rule whose ports AWS rejects.

    :param protocol: such as ``tcp``, None when it isn't known.
    :param ports: the first and the last port, None for what isn't set or isn't known.
    :param missing: the names of those that aren't set.
    """
    if protocol not in {"tcp", "udp"}:
        return
    first, last = ports
    too_large = [port for port in ports if port is not None and port > LAST_PORT]
    if missing:
        yield f"the {protocol} rule has no {' and no '.join(missing)}"
    elif too_large:
        yield f"{too_large[0]} is not a valid port"
    elif first is not None and last is not None and first > last:
        yield f"FromPort is {first}, but ToPort is {last}"
