"""Domain names as Route 53 compares them, and public suffixes."""

from __future__ import annotations

import re

_OCTAL = re.compile(r"\\([0-3][0-7]{2})")

_SUFFIXES = {
    "ar": "com gob org",
    "at": "ac co gv or",
    "au": "com edu gov id net org",
    "bd": "com",
    "bo": "com",
    "br": "com edu gov net nom org",
    "cn": "com edu gov net org",
    "co": "com nom org",
    "cy": "com",
    "do": "com",
    "ec": "com",
    "eg": "com",
    "es": "com gob nom org",
    "gh": "com",
    "gr": "com",
    "gt": "com",
    "hk": "com edu gov net org",
    "id": "co or",
    "il": "co gov net org",
    "in": "ac co edu firm gen gov ind net org",
    "jp": "ac co go lg ne or",
    "ke": "co",
    "kr": "ac co go or",
    "kw": "com",
    "lb": "com",
    "ly": "com",
    "mt": "com",
    "mx": "com edu gob net org",
    "my": "com gov org",
    "na": "com",
    "ng": "com",
    "ni": "com",
    "np": "com",
    "nz": "ac co govt net org school",
    "pa": "com",
    "pe": "com",
    "ph": "com",
    "pk": "com",
    "pl": "com edu gov net org",
    "pt": "com",
    "py": "com",
    "qa": "com",
    "sa": "com",
    "sg": "com edu gov net org",
    "sv": "com",
    "th": "co go or",
    "tr": "com edu gov net org",
    "tw": "com edu gov net org",
    "tz": "co",
    "ua": "com",
    "ug": "co",
    "uk": "ac co gov ltd me net nhs org plc police sch",
    "uy": "com",
    "ve": "co com",
    "vn": "com",
    "za": "ac co gov net org web",
}
PUBLIC_SUFFIXES = frozenset(
    f"{label}.{country}" for country, labels in _SUFFIXES.items() for label in labels.split()
)
"""Common suffixes of two labels under which names are registered.

They belong to a registry, so you can't verify one. The list is short on purpose, and not a
dependency: it catches a forgotten label, and AWS decides about all other suffixes.

:see: https://publicsuffix.org/list/
"""

PRIVATE_DOMAINS = (
    "alt",
    "home.arpa",
    "internal",
    "invalid",
    "local",
    "localhost",
    "onion",
    "test",
)
"""Domains that are reserved for other uses than public DNS.

:see: https://www.iana.org/assignments/special-use-domain-names/
"""


def without_wildcard(name: str) -> str:
    """Return the domain of a private DNS name, without the ``*.`` in front."""
    return name.removeprefix("*.")


def normal_name(name: str) -> str:
    r"""Return a domain name as Route 53 compares it: lower case, without the last dot.

    A character may be written by its octal code, ``\052`` for an asterisk.
    """
    plain = _OCTAL.sub(lambda match: chr(int(match[1], 8)), name)
    return plain.lower().removesuffix(".")


def is_in_domain(name: str, domain: str) -> bool:
    """Tell whether a name is a domain or under it; letter case and a last dot don't matter."""
    name, domain = normal_name(name), normal_name(domain)
    return name == domain or name.endswith(f".{domain}")
