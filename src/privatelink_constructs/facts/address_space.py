"""CIDR blocks that contain every address."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def address_of(text: str) -> Address | None:
    """Return a literal address, None for anything else, such as one with the name of a link."""
    try:
        return None if "%" in text else ipaddress.ip_address(text)
    except ValueError:
        return None


def network_of(cidr: str | None) -> Network | None:
    """Return a literal CIDR block as a network, None for anything else."""
    try:
        return ipaddress.ip_network(cidr or "", strict=False)
    except ValueError:
        return None


def everyone_among(cidrs: Iterable[str]) -> Iterator[list[str]]:
    """Yield the CIDR blocks that contain every address, each one or several of them together."""
    networks = {cidr: network_of(cidr) for cidr in sorted(set(cidrs))}
    for version in (4, 6):
        found = {cidr: it for cidr, it in networks.items() if it and it.version == version}
        whole = [cidr for cidr, it in found.items() if it.prefixlen == 0]
        yield from ([cidr] for cidr in whole)
        # They are of one family, which the stubs can't know.
        joined = ipaddress.collapse_addresses(cast("list[ipaddress.IPv4Network]", found.values()))
        if not whole and any(it.prefixlen == 0 for it in joined):
            yield list(found)
