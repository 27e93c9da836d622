"""The rules for resource configurations of Amazon VPC Lattice."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error
from privatelink_constructs.rules.listeners import PORTS
from privatelink_constructs.rules.target_registration import is_private

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE = "https://docs.aws.amazon.com/vpc-lattice/latest/ug/resource-configuration.html"


@error(
    "resource-address-not-supported",
    "A resource must have a private IPv4 address or an address of its VPC.",
    why="AWS rejects public addresses and values that aren't addresses.",
    fix=Fix.same(
        "use an address in 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, or 192.168.0.0/16, or a DNS "
        "resource for a name"
    ),
    url=_PAGE,
)
def resource_address_private(address: str | None) -> Iterator[str]:
    """Find an address that a resource can't have; None for what isn't known."""
    if address is None:
        return
    try:
        parsed = ip_address(address)
    except ValueError:
        yield f"{address!r} is not an IP address"
        return
    if parsed.version == 4 and not is_private(parsed):  # noqa: PLR2004
        yield f"{address} is a public address"


@error(
    "resource-port-malformed",
    "A port range of a resource must be a port or two ports with a hyphen.",
    why="AWS rejects other values.",
    fix=Fix.same("use a port such as 5432, or a range such as 8000-8080, from 1 to 65535"),
    url=_PAGE,
)
def resource_ports_valid(ports: str | None) -> Iterator[str]:
    """Find a range of ports that isn't one; None for what isn't known."""
    if ports is None:
        return
    match = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", ports, re.ASCII)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if first not in PORTS or last not in PORTS or first > last:
        yield f"{ports!r} is not a valid port range"
