"""The phrases that texts of the project don't contain, and where they are allowed."""

from __future__ import annotations

import re
from typing import NamedTuple

PHRASES: dict[str, str] = {
    r"(?<![Tt]here )\b(?:is|are) no (?!longer\b|more than\b)": "is not a valid, isn't a",
    r"\b(?:one|ten|two|three|\d+) \w+(?: \w+)? an? (?:zone|minute|hour|month)\b": "per",
    r"\ba zone each\b": "per Availability Zone",
    r"\balone\b": "only",
    r"\bbesides?\b": "in addition to, next to",
    r"\bby hand\b": "manually",
    r"\bprov(?:e|es|en|ed|ing)\b(?! of)|\bproofs?\b": "verify, verification",
    r"\blets? (?:in|out|it in|them in|anybody|somebody|nobody)\b": "allow",
    r"\b(?:is|are|be|been|was) told\b(?! apart\b)": "is notified",
    r"\bgets? in\b": "can connect",
    r"\b(?:put|puts) [\w ]{0,12}\bout\b": "disconnect",
    r"\bsays? so\b": "is set, documents",
    r"\b(?:is|are) asked for\b": "is requested",
    r"\bbrings? along\b": "provide",
    r"\bmade otherwise\b|\bof other origin\b": "not defined with this library",
    r"\badmits?\b|\badmitted\b": "allow",
    r"\b(?:CIDR|address|IPv[46]) ranges?\b": "CIDR block",
    r"\bcarr(?:y|ies|ied)\b(?! out\b)": "contain, pass",
    r"\bswitched (?:on|off)\b": "enabled, disabled",
    r"\bstands? for\b": "represent",
    r"\bwhoever\b": "a principal that, clients that",
    r"\bnevertheless\b": "still",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\balarms? go(?:es)? off\b": "enter the ALARM state",
    r"\bleast policy\b": "least-privilege policy",
    r"\bno attribute tells?\b": "returns",
    r"\b(?:isn't|aren't|must be|is|are) given\b": "is specified",
}
"""What not to write, as a pattern, and what to write. From the house's conventions on language."""


class Allowed(NamedTuple):
    """A text in which a phrase is right.

    :param text: a part of the text.
    :param reason: why the phrase is right there.
    """

    text: str
    reason: str


ALLOWED = (
    Allowed("addresses are private address ranges", "the term of RFC 1918"),
    Allowed(
        "the alarm goes off for want of data",
        "a comment in the code of a function, which a new word would deploy anew",
    ),
)
"""Texts that contain a phrase with a reason."""


def found_in(text: str) -> list[str]:
    """Return the phrases in a text, each with what to write instead."""
    words = " ".join(re.sub(r":param \w+:", "", text).split())
    if any(allowed.text in words for allowed in ALLOWED):
        return []
    return [
        f"{match[0]!r} in {words[max(0, match.start() - 40) : match.end() + 40]!r}: write {instead}"
        for pattern, instead in PHRASES.items()
        for match in re.finditer(pattern, words)
    ]
