"""What a rule is, and what it says when it is broken."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TypeVar

_PRIVATELINK = "https://docs.aws.amazon.com/vpc/latest/privatelink"
_NLB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network"
SHARE_SERVICE = f"{_PRIVATELINK}/privatelink-share-your-services.html"
CREATE_SERVICE = f"{_PRIVATELINK}/create-endpoint-service.html"
CONFIGURE_SERVICE = f"{_PRIVATELINK}/configure-endpoint-service.html"
CREATE_ENDPOINT = f"{_PRIVATELINK}/create-interface-endpoint.html"
MANAGE_DNS_NAMES = f"{_PRIVATELINK}/manage-dns-names.html"
NOTIFICATIONS = f"{_PRIVATELINK}/create-notification-endpoint-service.html"
ENDPOINT_LIMITS = f"{_PRIVATELINK}/vpc-limits-endpoints.html"
NLB_LISTENERS = f"{_NLB}/create-listener.html"
NLB_TARGET_GROUPS = f"{_NLB}/edit-target-group-attributes.html"
NLB_HEALTH_CHECKS = f"{_NLB}/target-group-health-checks.html"
NLB_SECURITY_GROUPS = f"{_NLB}/load-balancer-security-groups.html"
NLB_ZONES = f"{_NLB}/availability-zones.html"
NLB_ALB_TARGETS = f"{_NLB}/application-load-balancer-target.html"
NLB_ACCESS_LOGS = f"{_NLB}/load-balancer-access-logs.html"
NLB_TROUBLESHOOTING = f"{_NLB}/load-balancer-troubleshooting.html"
NLB_OVERVIEW = f"{_NLB}/network-load-balancers.html"


class Severity(enum.Enum):
    """How bad a broken rule is."""

    ERROR = "error"
    """AWS refuses it, no traffic passes, or the service is open to everyone by mistake."""
    WARNING = "warning"
    """It works, and is rarely what was meant."""


@dataclass(frozen=True)
class Rule:
    """One thing that has to hold, with a stable id.

    :param id: the stable id: the ``code`` of an error, and the last part of a warning's id.
    :param severity: error or warning.
    :param title: what has to hold, in one line.
    :param why: what happens otherwise.
    :param remedy: what to change.
    :param url: the page of AWS that says so.
    """

    id: str
    severity: Severity
    title: str
    why: str
    remedy: str
    url: str


@dataclass(frozen=True)
class Problem:
    """A rule that is broken by a value.

    :param rule: the rule.
    :param what: what was found, with the bad value and the allowed ones.
    """

    rule: Rule
    what: str

    @property
    def message(self) -> str:
        """What was found and what to change, as one sentence."""
        return f"{self.what}: {self.rule.remedy}"


def error(id: str, title: str, *, why: str, remedy: str, url: str) -> Rule:  # noqa: A002
    """Define a rule whose breach is an error."""
    return Rule(id, Severity.ERROR, title, why, remedy, url)


def warning(id: str, title: str, *, why: str, remedy: str, url: str) -> Rule:  # noqa: A002
    """Define a rule whose breach is a warning."""
    return Rule(id, Severity.WARNING, title, why, remedy, url)


T = TypeVar("T")

_TOKEN_TEXT = re.compile(r"[$#]\{Token\[")
_TOKEN_NUMBER = -1e288


def is_token(value: object) -> bool:
    """Tell whether the CDK resolves a value only at synthesis or deployment.

    The CDK's own ``Token.is_unresolved`` is a round trip to the Node process for each value. The
    three forms that tokens take in Python are stable, and a test holds them against the CDK's
    answer.
    """
    if isinstance(value, str):
        return "Token[" in value and _TOKEN_TEXT.search(value) is not None
    if isinstance(value, (int, float)):
        return value < _TOKEN_NUMBER
    if isinstance(value, (list, tuple)):
        return any(map(is_token, value))  # pyright: ignore[reportUnknownArgumentType]
    return value is not None and not isinstance(value, (bool, bytes, dict))


def known(value: T | None) -> T | None:
    """Return a literal as it is, and None for a value that is not known yet."""
    return None if is_token(value) else value
