"""What things in a drawing are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.drawing.picture import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from privatelink_constructs.cloudformation.resource import Resource, Value

LONGEST = 64
"""How many characters of a text are shown."""
_HASH = re.compile(r"(?<=.)[0-9A-F]{8}")
"""What the CDK adds to each logical ID."""
_OWN_CHILD = re.compile(r"/(?:Resource|Default|ASG|Service)$")
"""What the CDK's constructs call the resource that they are about."""
_PRINCIPAL = re.compile(
    r"arn:[\w-]+:iam::(?P<account>\d{12}):(?P<kind>root|role|user)/?(?P<name>.*)"
)
_BALANCER = re.compile(r".*:loadbalancer/(?:net|gwy|app)/(?P<name>[^/]+)/.*")


def plain(text: str) -> str:
    """Return a text that fits on a line, and that every format can show."""
    if not text.isprintable():
        text = "".join(each if each.isprintable() else _escaped(each) for each in text)
    return " ".join(text.split())


def _escaped(character: str) -> str:
    return " " if character.isspace() else character.encode("unicode_escape").decode("ascii")


def short(text: str) -> str:
    """Return a text with an ellipsis in the middle where it is long."""
    text = plain(text)
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST // 2 - 1]}...{text[-(LONGEST // 2 - 2) :]}"


def name_of(resource: Resource) -> str:
    """Return what a reader calls a resource: its construct below the stack, or its logical ID."""
    path = as_mapping(resource.raw.get("Metadata")).get("aws:cdk:path")
    if isinstance(path, str) and "/" in path:
        below = _OWN_CHILD.sub("", path.partition("/")[2])
        return short(below or path)
    match = _HASH.search(resource.logical_id, max(len(resource.logical_id) - 8, 0))
    return short(resource.logical_id[: match.start()] if match else resource.logical_id)


def shown(value: Value) -> str | None:
    """Return a text of a template as a reader understands it, None for what has no text."""
    text = value.shown
    return None if text is None else short(text.rstrip("."))


def principal_words(value: Value) -> str:
    """Return whom a service allows."""
    text = value.sample if value.sample is not None else value.shown
    if text is None:
        return "known at deployment"
    match = _PRINCIPAL.fullmatch(text)
    if match is None:
        return "everyone" if text == "*" else short(text)
    account = match["account"]
    return f"{match['kind']} {short(match['name'])} of {account}" if match["name"] else account


def account_of(value: Value) -> str | None:
    """Return the account of a principal, None when it isn't one or isn't known."""
    match = _PRINCIPAL.fullmatch(value.sample or "")
    return match["account"] if match else None


def balancer_words(value: Value) -> str:
    """Return the name in the ARN of a load balancer."""
    match = _BALANCER.fullmatch(value.shown or "")
    return short(match["name"]) if match else "known at deployment"


def port_words(ports: Iterable[tuple[str, int | None, int | None]]) -> str:
    """Return listeners in a few words, such as ``TLS 443 to 80``; ports in a row as a range.

    :param ports: the protocol, the port of the listener, and the port of the targets.
    """
    runs: list[tuple[str, int, int, int]] = []
    words: list[str] = []
    for protocol, port, target in sorted(set(ports), key=str):
        if port is None:
            words.append(protocol)
            continue
        runs.append((protocol, port, port, (port if target is None else target) - port))
    for protocol, first, last, shift in _joined(sorted(runs)):
        span = str(first) if first == last else f"{first}-{last}"
        to = "" if not shift else f" to {first + shift}"
        to += f"-{last + shift}" if shift and first != last else ""
        words.append(f"{protocol} {span}{to}".strip())
    return listed(words, 2)


def _joined(runs: list[tuple[str, int, int, int]]) -> list[tuple[str, int, int, int]]:
    found: list[tuple[str, int, int, int]] = []
    for protocol, first, last, shift in runs:
        before = found[-1] if found else None
        if before and before[0] == protocol and before[2] + 1 == first and before[3] == shift:
            found[-1] = (protocol, before[1], last, shift)
        else:
            found.append((protocol, first, last, shift))
    return found
