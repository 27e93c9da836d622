"""Checks of connection notifications, and of the topics and keys that they go through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import described, found
from privatelink_constructs.cloudformation.content import Reference, Text
from privatelink_constructs.cloudformation.resource import Value, earlier, resource_of
from privatelink_constructs.facts.arns import region_in_arn
from privatelink_constructs.inventory.notification_sources import (
    is_conditional,
    source_of,
    values_of,
)
from privatelink_constructs.inventory.resource_policies import admits, denies, key_in, statements
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    EVENT_BUS,
    FUNCTION,
    LISTENER,
    LOAD_BALANCER,
    LOG_GROUP,
    NOTIFICATION,
    QUEUE,
    SERVICE,
    SUBSCRIPTION,
    TARGET_GROUP,
    TOPIC,
    TOPIC_INLINE_POLICY,
    TOPIC_POLICY,
)
from privatelink_constructs.rules import notification_keys as keys
from privatelink_constructs.rules import notifications as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.inventory.notification_sources import Source
    from privatelink_constructs.rules.core import Finding

# Where each kind of policy names the topics that it is for.
_POLICIES = {TOPIC_INLINE_POLICY: "TopicArn", TOPIC_POLICY: "Topics"}
# What people put where a topic belongs. Others, such as custom resources, may well give one.
_NO_TOPIC = frozenset(
    {
        *(ENDPOINT, LISTENER, LOAD_BALANCER, SERVICE, TARGET_GROUP),
        *(EVENT_BUS, FUNCTION, LOG_GROUP),
        *(SUBSCRIPTION, TOPIC_POLICY, QUEUE),
    }
)
_TOPIC_ARN = "ConnectionNotificationArn"


def check_duplicates(inventory: Inventory) -> Iterator[Finding]:
    """Check that a service or an endpoint has one notification to a topic."""
    seen: dict[tuple[str, str], list[Resource]] = {}
    for notification in inventory.of_type(NOTIFICATION):
        topic = notification.get(_TOPIC_ARN)
        source = source_of(notification)
        if source is None or source.value.key is None or topic.key is None:
            continue
        if earlier(seen, (source.value.key, topic.key), notification):
            yield from found(rules.notifications_distinct([(source.name, _name(topic))] * 2), topic)


def _name(topic: Value) -> str:
    reference = topic.reference
    return reference.resource.logical_id if reference else topic.text or "a topic"


def check_events(inventory: Inventory) -> Iterator[Finding]:
    """Check that notifications are for events that AWS has."""
    for notification in inventory.of_type(NOTIFICATION):
        value = notification.get("ConnectionEvents")
        items = value.items()
        if items is None:
            continue
        for item in items:
            yield from found(rules.valid_events([item.text]), item)
        valid = [item.text if item.text in rules.EVENTS else None for item in items]
        yield from found(rules.valid_events(valid), value)


def check_keys(inventory: Inventory) -> Iterator[Finding]:
    """Check that PrivateLink can use the keys of the topics."""
    for topic in {topic: None for _, topic in _topics(inventory)}:
        value = topic.get("KmsMasterKeyId")
        yield from found(keys.topic_key_customer_managed(value.sample), value)
        key = key_in(inventory, value)
        if key is None or _changed_otherwise(inventory, key):
            continue
        policy = key.get("KeyPolicy")
        if policy.get("Statement").absent and not policy.absent:
            continue
        actions = (action.removesuffix("*") for action in keys.KEY_ACTIONS)
        answers = [admits(policy, rules.PRINCIPAL, action) for action in actions]
        allowed = False if False in answers else None if None in answers else True
        problems = keys.topic_key_allows_privatelink(allowed=allowed)
        yield from found(problems, key if policy.absent else policy)


def check_targets(inventory: Inventory) -> Iterator[Finding]:
    """Check that a notification is for a service or for an endpoint, and not for both."""
    for notification in inventory.of_type(NOTIFICATION):
        service, endpoint = notification.get("ServiceId"), notification.get("VPCEndpointId")
        missing = rules.target_present(service=not service.absent, endpoint=not endpoint.absent)
        yield from found(missing, notification)
        both = rules.target_single(
            service=service.key is not None, endpoint=endpoint.key is not None
        )
        yield from found(both, endpoint)


def check_topic_policies(inventory: Inventory) -> Iterator[Finding]:
    """Check that PrivateLink can publish to the topics, and only for the right source."""
    policies = [
        (
            values_of(policy.get(_POLICIES[policy.type])),
            statements(policy.get("PolicyDocument")),
        )
        for policy in inventory.of_type(*_POLICIES)
    ]
    for notification, topic in _topics(inventory):
        answers = _answers(inventory, topic, policies)
        if answers is None or None in answers.values():
            continue
        admitting = [statement for statement, allowed in answers.items() if allowed]
        denied = any(_denies(statement, topic) for statement in answers)
        problems = rules.topic_allows_privatelink(allowed=bool(admitting) and not denied)
        yield from found(problems, notification.get(_TOPIC_ARN))
        source = source_of(notification)
        if source:
            yield from _sources(admitting, source)


def _sources(admitting: list[Value], source: Source) -> Iterator[Finding]:
    matching = [each for each in admitting if source.matches(each) is not False]
    for statement in matching or admitting:
        problems = rules.valid_topic_source(
            conditional=is_conditional(statement), matches=source.matches(statement)
        )
        yield from found(problems, statement)


def _answers(
    inventory: Inventory,
    topic: Resource,
    policies: list[tuple[list[Value] | None, list[Value] | None]],
) -> dict[Value, bool | None] | None:
    """Return for each statement whether it allows PrivateLink, None if some aren't known.

    :param policies: the topics and the statements of each policy, None for what isn't known.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html
    """
    if not inventory.complete or _changed_otherwise(inventory, topic):
        return None
    answers: dict[Value, bool | None] = {}
    for values, document in policies:
        applies = [None] if values is None else [_is_topic(value, topic) for value in values]
        if True in applies and document is not None:
            answers |= {statement: _admits(statement, topic) for statement in document}
        elif True in applies or None in applies:
            return None
    return answers


def _admits(statement: Value, topic: Resource) -> bool | None:
    resources = values_of(statement.get("Resource"))
    if resources and not any(_covers(value, topic) for value in resources):
        return False
    alone = Value(statement.resource, statement.path, {"Statement": statement.content})
    return admits(alone, rules.PRINCIPAL, "SNS:Publish")


def _denies(statement: Value, topic: Resource) -> bool:
    resources = values_of(statement.get("Resource")) or []
    named = any(value.text == "*" or _is_topic(value, topic) for value in resources)
    return named and denies(statement, rules.PRINCIPAL, "SNS:Publish")


def _covers(value: Value, topic: Resource) -> bool:
    """Tell whether a statement for a resource may be for a topic, as patterns always may."""
    target, text = _topic_of(value), value.sample
    if target is not None or text is None:
        return target in {None, topic}
    return "*" in text or "?" in text or _is_topic(value, topic) is not False


def _is_topic(value: Value, topic: Resource) -> bool | None:
    """Tell whether a value gives a topic, None when that isn't known."""
    target = _topic_of(value)
    if target:
        return target is topic
    name = topic.get("TopicName")
    if any(reference.resource is topic for reference in value.references()):
        return None
    # The name that CloudFormation generates isn't known in advance.
    if value.sample is None or name.text is None:
        return False if name.absent else None
    return value.sample.endswith(f":{name.text}") or None


def check_topics(inventory: Inventory) -> Iterator[Finding]:
    """Check that notifications go to standard topics."""
    for notification in inventory.of_type(NOTIFICATION):
        value = notification.get(_TOPIC_ARN)
        topic, reference = _topic_of(value), value.reference
        if topic:
            fifo = (topic.get("TopicName").text or "").endswith(".fifo")
            problems = rules.valid_topic(fifo=fifo or topic.get("FifoTopic").boolean)
            yield from found(problems, value)
            yield from _in_region(topic.template.region, value)
        elif reference and reference.resource.type in {*_NO_TOPIC, TOPIC}:
            yield from found(rules.valid_topic(described(reference)), value)
        elif value.absent:
            yield from found(rules.valid_topic(""), notification)
        else:
            written = value.shown if value.sample is None else value.sample
            yield from found(rules.valid_topic(written), value)
            yield from _in_region(region_in_arn(value.shown, "sns"), value)


def _in_region(topic: str | None, value: Value) -> Iterator[Finding]:
    region = value.resource.template.region
    yield from found(rules.topic_in_region(topic, region=region, arn=value.shown), value)


def _topics(inventory: Inventory) -> list[tuple[Resource, Resource]]:
    """Return the notifications whose topics are in the templates, each with its topic."""
    pairs = [(each, _topic_of(each.get(_TOPIC_ARN))) for each in inventory.of_type(NOTIFICATION)]
    return [(notification, topic) for notification, topic in pairs if topic]


def _topic_of(value: Value) -> Resource | None:
    """Return the topic whose ARN a value is, put together from its name too."""
    content = value.content
    if isinstance(content, Text):
        last = content.parts[-1]
        if isinstance(last, Reference) and last.attribute == "TopicName":
            return resource_of(last) if last.resource.type == TOPIC else None
        return None
    return value.target(TOPIC)


def _changed_otherwise(inventory: Inventory, resource: Resource) -> bool:
    """Tell whether another template or a custom resource may change a policy."""
    return inventory.exported_or_passed(resource) or inventory.in_custom_resource(resource)


CHECKS = (
    check_duplicates,
    check_events,
    check_keys,
    check_targets,
    check_topic_policies,
    check_topics,
)
