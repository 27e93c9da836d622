"""What a diagnosis says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from privatelink_constructs.rules.core import Finding


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Something that stops a connection, or that may.

    :param finding: what is wrong, with the rule, the resource, and what to change.
    :param step: the step on the way of a connection that it is about, such as ``acceptance``.
    :param why: what happens as long as it is so.
    :param seen: the call that showed it, and the value that it answered.
    :param command: the command that changes it, empty where no single command does.
    """

    finding: Finding
    step: str
    why: str
    seen: str
    command: str


@dataclass(frozen=True, kw_only=True)
class NameAnswer:
    """What answers for a name in a VPC.

    :param name: the name.
    :param vpc_id: the VPC that it is asked in.
    :param answered_by: the hosted zone, rule, Profile, or endpoint that answers.
    :param why: why this answers, and no other.
    """

    name: str
    vpc_id: str
    answered_by: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Unseen:
    """Something that couldn't be seen.

    :param side: ``provider`` or ``consumer``.
    :param what: what it would have told.
    :param reason: what AWS answered, or why it wasn't asked.
    :param permission: the permission that is missing, empty if something else is.
    """

    side: str
    what: str
    reason: str
    permission: str


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """Why clients can't reach an endpoint service, as far as it can be seen.

    :param service_id: the endpoint service.
    :param causes: what stops a connection, the most likely cause first.
    :param names: what answers for the names of the service in the consumer's VPCs.
    :param unseen: what couldn't be seen.
    :param looked_at: the calls that were answered, each with the number of items.
    :param traffic: what the metrics of the last hour say, in sentences.
    :param templates: the accounts, written down as templates with states, by their names.
    """

    service_id: str
    causes: Sequence[Cause]
    names: Sequence[NameAnswer]
    unseen: Sequence[Unseen]
    looked_at: Sequence[str]
    traffic: Sequence[str]
    templates: Mapping[str, Mapping[str, object]] = field(repr=False)

    @property
    def healthy(self) -> bool:
        """Whether nothing was found in what could be seen."""
        return not self.causes
