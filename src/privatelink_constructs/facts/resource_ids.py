"""The format of the IDs of AWS resources."""

from __future__ import annotations

import re

_ID = r"[0-9a-f]{8,17}"
_ZONE = "Z"

_ZONE_ID = r"(?:/hostedzone/)?[A-Za-z0-9]+"

_OWN_RULES = "rslvr-autodefined-rr-"
"""The prefix of the IDs of the rules that Resolver defines itself."""
_DUMMIES = frozenset(
    {"pl-xxxxxxxx", *(f"{kind}-{number}" for kind in "spi" for number in (12345, 67890))}
)

ID_KINDS = {
    "Z": "hosted zone",
    "eni": "network interface",
    "nat": "NAT gateway",
    "pcx": "peering connection",
    "pl": "prefix list",
    "rslvr-rr": "Resolver rule",
    "rtb": "route table",
    "sg": "security group",
    "subnet": "subnet",
    "tgw": "transit gateway",
    "vpc": "VPC",
    "vpce": "endpoint",
    "vpce-svc": "endpoint service",
}
"""The prefixes of the IDs that the checks know, and what they identify."""

ARN_KINDS = {
    "listener": "listener",
    "loadbalancer": "load balancer",
    "resourceconfiguration": "resource configuration",
    "resourcegateway": "resource gateway",
    "servicenetwork": "service network",
    "targetgroup": "target group",
}
"""How the resource begins in the ARNs that the checks know, and what they identify."""


def is_id(value: str, kind: str, *, words: bool = False) -> bool:
    """Tell whether a text is an id of a kind, such as ``vpce-svc``.

    Short ids of subnets, VPCs and security groups pass, and so does any word for a hosted zone:
    they replace real IDs in examples. The same applies to the placeholders that the CDK puts in
    place of a look-up that has yet to be made.

    :param words: whether words can replace the digits, as in ``subnet-app-1a``.
    """
    if kind == _ZONE:
        return re.fullmatch(_ZONE_ID, value) is not None
    if value.startswith(_OWN_RULES):
        return kind == "rslvr-rr"
    digits = _ID if kind.startswith("vpce") else "[0-9a-f]{1,17}"
    digits = "[0-9a-z-]+" if words else digits
    return re.fullmatch(rf"{kind}-{digits}", value) is not None or value in _DUMMIES


def id_prefix(kind: str) -> str:
    """Return the prefix of the IDs of a kind, such as ``vpce-``."""
    return kind if kind == _ZONE else f"{kind}-"
