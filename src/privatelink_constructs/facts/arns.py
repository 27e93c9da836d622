"""Reads ARNs, including ARNs of which only a part is literal.

:see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PARTS = 6
_START = "arn:"
_ACCOUNT = r"\d{12}"
_GAP = re.compile(r"[$#]\{|-1\.888\d*e\+?289|dummy-value-for-")
"""What begins a text, a list, or a number that only the deployment knows, or a look-up to come."""
_STAND_IN = ":loadbalancer/network/"
"""What the ARNs of load balancers contain before the CDK looks them up; AWS has ``net`` there."""


class Arn(NamedTuple):
    """The parts of an ARN, None for each that isn't literal as a whole.

    :param resource: what follows the account, up to the first gap; empty if that is all there is.
    :param complete: whether all of the resource is literal.
    """

    partition: str | None = None
    service: str | None = None
    region: str | None = None
    account: str | None = None
    resource: str = ""
    complete: bool = False


UNKNOWN = Arn()


def parse_arn(text: str | None) -> Arn | None:
    """Return what is known of an ARN, None for a text that can't be an ARN.

    :param text: the ARN, with ``${...}`` for what only the deployment knows; None for all of it.
    """
    if text is None or is_stand_in(text):
        return UNKNOWN
    gap = _GAP.search(text)
    if gap is None:
        parts = text.split(":", _PARTS - 1)
        return _arn(parts, complete=True) if len(parts) == _PARTS and parts[0] == "arn" else None
    beginning = text[: gap.start()]
    if not (beginning.startswith(_START) or _START.startswith(beginning)):
        return None
    parts = text.split(":", _PARTS - 1) if beginning.startswith(_START) else []
    if len(parts) == _PARTS:
        return _arn([_literal(it) for it in parts[:-1]] + [parts[-1]], complete=False)
    # A gap contains some of the colons, so only what is in front of it is certain.
    return _arn([*beginning.split(":")[:-1], *[None] * _PARTS][: _PARTS - 1], complete=False)


def is_stand_in(arn: str) -> bool:
    """Tell whether an ARN is the placeholder for a load balancer that the CDK must look up."""
    return _STAND_IN in arn


def _literal(part: str) -> str | None:
    return None if _GAP.search(part) else part


def _arn(parts: list[str] | list[str | None], *, complete: bool) -> Arn:
    _, partition, service, region, account, *rest = parts
    resource = "".join(str(it) for it in rest)
    gap = _GAP.search(resource)
    literal = resource[: gap.start()] if gap else resource
    return Arn(partition, service, region, account, literal, complete or bool(rest and not gap))


def region_in_arn(arn: str | None, service: str) -> str | None:
    """Return the Region in an ARN of a service, None where there isn't one.

    :param arn: the ARN, None when it isn't known.
    :param service: such as ``acm``.
    """
    found = parse_arn(arn)
    return found.region or None if found and found.service == service else None


def is_account(text: str | None) -> bool:
    """Tell whether a text is the ID of an account; AWS has ``aws`` in some ARNs."""
    return text is not None and re.fullmatch(_ACCOUNT, text, re.ASCII) is not None


def may_begin_with(arn: Arn, *beginnings: str) -> bool:
    """Tell whether the resource in an ARN begins with one of several texts, or may do so."""
    if arn.resource.startswith(beginnings):
        return True
    return not arn.complete and any(it.startswith(arn.resource) for it in beginnings)
