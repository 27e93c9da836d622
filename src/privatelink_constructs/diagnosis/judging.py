"""Judges templates with states: which causes there are, in their order, and what wasn't seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.live_names import endpoints_there, vpc_of
from privatelink_constructs.checks.report import report_on
from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.cloudformation.template import TemplateEnvironment
from privatelink_constructs.diagnosis.album import mappings, text
from privatelink_constructs.diagnosis.causes import RANKS, STEPS, seen_by
from privatelink_constructs.diagnosis.next_steps import next_step
from privatelink_constructs.diagnosis.read_calls import CONSUMER, PROVIDER
from privatelink_constructs.diagnosis.result import Cause, Diagnosis, NameAnswer, Unseen
from privatelink_constructs.inventory.inventory import Inventory
from privatelink_constructs.inventory.name_answers import answer_for, names_of_service
from privatelink_constructs.inventory.states import STATE_KEY, with_state
from privatelink_constructs.inventory.types import ENDPOINT, LOAD_BALANCER, SERVICE
from privatelink_constructs.rules.catalog import rule_by_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from privatelink_constructs.rules.core import Finding

    Json = dict[str, object]
    Templates = Mapping[str, Mapping[str, object]]

_OF_OTHER_PORTS = frozenset({"endpoint-ports-insufficient"})
"""They are about ports that clients don't use, if it is known which one they do."""
_NOBODY = {
    PROVIDER: "the service's state, permissions, load balancers, and targets",
    CONSUMER: "the endpoint's network, and who answers for names in its VPC",
}


def judge(templates: Templates) -> Diagnosis:
    """Return what stops a connection.

    :param templates: the sides, written down as templates with states, by their file names.
    """
    notes = {name: _notes(template) for name, template in templates.items()}
    environments = {name: _environment(note) for name, note in notes.items()}
    inventory = Inventory(templates, environments)
    findings = report_on(templates, environments).findings
    service_id = next(text(note, "Service") for note in notes.values())
    return Diagnosis(
        service_id=service_id,
        causes=_causes(templates, findings, _known(inventory, service_id)),
        names=[*_names(inventory)],
        unseen=[*_unseen([*notes.values()])],
        looked_at=[it for note in notes.values() for it in _looked_at(note)],
        traffic=[*_traffic(inventory)],
        templates=templates,
    )


def _notes(template: Mapping[str, object]) -> Json:
    return as_mapping(as_mapping(template.get("Metadata")).get(STATE_KEY))


def _environment(note: Json) -> TemplateEnvironment:
    account, region, side = (text(note, key) for key in ("Account", "Region", "Side"))
    return TemplateEnvironment(
        account=account or None, region=region or None, stack_name=side or None
    )


def _causes(
    templates: Templates, findings: Sequence[Finding], known: Mapping[str, str]
) -> list[Cause]:
    # A finding about the same resource by the same rule is the same cause.
    found = {
        (finding.template, finding.logical_id, finding.rule, _part(finding)): finding
        for finding in reversed(findings)
        if finding.rule in STEPS and not (finding.rule in _OF_OTHER_PORTS and "port" in known)
    }
    ordered = sorted(
        found.values(), key=lambda it: (RANKS[it.rule], it.template, it.logical_id, it.message)
    )
    return [_cause(templates, finding, known) for finding in ordered]


def _part(finding: Finding) -> str:
    """Return what tells apart the findings of one rule on one resource, such as connections."""
    return finding.property_path if "Connections." in finding.property_path else ""


def _cause(templates: Templates, finding: Finding, known: Mapping[str, str]) -> Cause:
    template = templates[finding.template]
    words = (word.strip(".,:") for word in finding.message.split())
    endpoint = next((word for word in words if word.startswith("vpce-")), None)
    gaps = {**known, "endpoint": endpoint} if endpoint else known
    return Cause(
        finding=finding,
        step=STEPS[finding.rule].value,
        why=rule_by_id(finding.rule).why,
        seen=seen_by(template, finding),
        command=next_step(finding.rule, gaps),
    )


def _known(inventory: Inventory, service_id: str) -> dict[str, str]:
    """Return what commands need, as far as it is known."""
    found = {"service": service_id}
    for _, state in with_state(inventory, SERVICE):
        values = {
            "account": state.get("Consumer", "Account").text,
            "port": state.get("Consumer", "Port").text,
            "consumer_region": state.get("Consumer", "Region").text,
            "region": state.get("Region").text,
        }
        found |= {key: value for key, value in values.items() if value}
    return found


def _names(inventory: Inventory) -> Iterator[NameAnswer]:
    asked: dict[tuple[str, str], None] = {}
    for service, state in with_state(inventory, SERVICE):
        own = [state.get("Consumer", "Name").text, state.get("PrivateDnsName").text]
        pointing = [name for name, _, _ in names_of_service(inventory, service.logical_id)]
        for endpoint, _ in endpoints_there(inventory):
            names = [name for name in (*own, *pointing) if name]
            asked |= dict.fromkeys((name, vpc_of(endpoint)) for name in names)
    for name, vpc in asked:
        answer = answer_for(inventory, vpc, name.replace("*", "any"))
        answered_by = str(answer.source) if answer.source else "public DNS"
        yield NameAnswer(name=name, vpc_id=vpc, answered_by=answered_by, why=answer.why)


def _unseen(notes: Sequence[Json]) -> Iterator[Unseen]:
    for note in notes:
        side = text(note, "Side")
        for refused in mappings(note, "Refused"):
            lacking = refused.get("Permission") is True
            yield Unseen(
                side=side,
                what=text(refused, "Tells"),
                reason=f"{text(refused, 'Call')}: {text(refused, 'Reason')}",
                permission=text(refused, "Call") if lacking else "",
            )
    there = {text(note, "Side") for note in notes}
    for side, what in _NOBODY.items():
        if side not in there:
            reason = f"there are no credentials of the {side}"
            yield Unseen(side=side, what=what, reason=reason, permission="")


def _looked_at(note: Json) -> list[str]:
    side = text(note, "Side")
    return [
        f"{side}: {text(seen, 'Call')} ({text(seen, 'Count')})" for seen in mappings(note, "Seen")
    ]


def _traffic(inventory: Inventory) -> Iterator[str]:
    """Say whether anything arrives, which tells the consumer's side from the provider's."""
    for kind, metric, what in (
        (ENDPOINT, "NewConnections", "new connections"),
        (LOAD_BALANCER, "NewFlowCount", "new flows"),
    ):
        for resource, state in with_state(inventory, kind):
            count = state.get("Metrics", metric).number
            shown = "no" if count is None else f"{count:g}"
            yield f"{resource.logical_id} had {shown} {what} in the last hour"
