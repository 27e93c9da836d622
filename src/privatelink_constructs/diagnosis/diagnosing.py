"""Why clients can't reach an endpoint service: asks the accounts of both sides, and judges."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from privatelink_constructs.diagnosis.album import text
from privatelink_constructs.diagnosis.consumer_side import consumer_album
from privatelink_constructs.diagnosis.judging import judge
from privatelink_constructs.diagnosis.provider_side import provider_album
from privatelink_constructs.diagnosis.question import Question
from privatelink_constructs.diagnosis.read_calls import CONSUMER, PROVIDER
from privatelink_constructs.diagnosis.reader import Reader, Session  # noqa: TC001 - checked
from privatelink_constructs.errors import ValidationError
from privatelink_constructs.facts.endpoint_service_names import parse_service_name
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.core import Severity
from privatelink_constructs.rules.identifiers import id_well_formed
from privatelink_constructs.rules.listeners import port_in_range
from privatelink_constructs.rules.live_services import region_given, session_given
from privatelink_constructs.rules.principals import account_id_valid
from privatelink_constructs.rules.regions import valid_region

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from privatelink_constructs.diagnosis.album import Album
    from privatelink_constructs.diagnosis.result import Diagnosis
    from privatelink_constructs.rules.core import Problem

    Json = dict[str, object]


@checked()
def diagnose(
    service_id: str,
    *,
    provider: Session | None = None,
    consumer: Session | None = None,
    endpoint_id: str | None = None,
    consumer_account: str | None = None,
    port: int | None = None,
    name: str | None = None,
    region: str | None = None,
    consumer_region: str | None = None,
) -> Diagnosis:
    """Find out why clients can't reach an endpoint service.

    Every call only reads. What a side isn't permitted to see is in ``unseen``, with the permission
    that it takes.

    Example::

        found = diagnose(
            "vpce-svc-0123456789abcdef0",
            provider=boto3.Session(profile_name="provider"),
            consumer_account="222222222222",
            port=443,
        )
        for cause in found.causes:
            print(cause.finding.message, cause.seen, cause.finding.remedy)

    :param service_id: the ID of the endpoint service, ``vpce-svc-...``, or its name.
    :param provider: a session of boto3 with the provider's credentials. Default: None, the
        provider's side isn't seen.
    :param consumer: a session of boto3 with the consumer's credentials. Default: None, the
        consumer's side isn't seen.
    :param endpoint_id: the ID of the endpoint, ``vpce-...``. Default: every endpoint of the
        consumer to the service.
    :param consumer_account: the twelve digits of the consumer's account. Default: that of the
        consumer's session; if there is none, every connection of the service.
    :param port: the port that clients connect to. Default: the ports of the listeners.
    :param name: the DNS name that clients connect to. Default: the private DNS name of the service.
    :param region: the Region of the service. Default: that of the provider's session, or else of
        the consumer's.
    :param consumer_region: the Region of the endpoint. Default: the Region of the service.
    :return: the causes, what couldn't be seen, and what was looked at.
    :raises ValidationError: for an ID, an account, a Region, or a port that isn't valid, and when
        there is no session. What AWS refuses is part of the result.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
    """
    named = parse_service_name(service_id)
    own_id, home = (named.service_id, named.region) if named else (service_id, None)
    where = region or home or _region_of(provider) or _region_of(consumer)
    _refuse(session_given(given=provider is not None or consumer is not None))
    _refuse(region_given(where))
    _check(own_id, endpoint_id, consumer_account, port)
    for each in filter(None, (where, consumer_region)):
        _refuse(valid_region(each))
    question = Question(
        own_id,
        where or "",
        endpoint_id,
        consumer_account,
        consumer_region or where or "",
        port,
        name,
    )
    return judge(observe(question, provider, consumer))


def observe(
    question: Question, provider: Session | None, consumer: Session | None
) -> dict[str, Mapping[str, object]]:
    """Write down what the credentials of both sides show, as templates by their file names."""
    found: dict[str, Mapping[str, object]] = {}
    client = Reader(consumer, CONSUMER, question.consumer_region) if consumer else None
    account = text(client.ask("GetCallerIdentity").first, "Account") if client else ""
    asked = question._replace(consumer_account=question.consumer_account or account or None)
    if provider:
        owner = Reader(provider, PROVIDER, question.region)
        own = text(owner.ask("GetCallerIdentity").first, "Account")
        found[f"{PROVIDER}.json"] = _written(provider_album(owner, asked), owner, asked, own)
    if client:
        album = consumer_album(client, asked, with_provider=provider is not None)
        found[f"{CONSUMER}.json"] = _written(album, client, asked, account)
    return found


def _written(album: Album, reader: Reader, question: Question, account: str) -> Json:
    """Return a template with everything that is known of it as a whole."""
    return album.template(
        {
            "Account": account or None,
            "Region": reader.region,
            "Service": question.service_id,
            "Side": reader.side,
            "Time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "Seen": [{"Call": it.call, "Count": it.answered} for it in reader.seen.values()],
            "Refused": [
                {
                    "Call": it.call,
                    "Reason": it.reason,
                    "Tells": it.tells,
                    "Permission": it.permission,
                }
                for it in reader.refused.values()
            ],
        }
    )


def _region_of(session: Session | None) -> str | None:
    found: object = getattr(session, "region_name", None)
    return found if isinstance(found, str) else None


def _check(service_id: str, endpoint_id: str | None, account: str | None, port: int | None) -> None:
    _refuse(id_well_formed(service_id, "vpce-svc"))
    if endpoint_id is not None:
        _refuse(id_well_formed(endpoint_id, "vpce"))
    if account is not None:
        _refuse(account_id_valid(account))
    _refuse(port_in_range(port))


def _refuse(problems: Iterable[Problem]) -> None:
    for problem in problems:
        if problem.rule.severity is Severity.ERROR:
            raise ValidationError(problem.message, code=problem.rule.id)
