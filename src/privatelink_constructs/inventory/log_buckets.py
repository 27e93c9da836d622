"""Whether a bucket takes the access logs of a load balancer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import Reference, Text
from privatelink_constructs.cloudformation.resource import Value, resource_of
from privatelink_constructs.inventory.resource_policies import admits, statements
from privatelink_constructs.inventory.types import BUCKET, BUCKET_POLICY

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.content import Content
    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource

DELIVERY = "delivery.logs.amazonaws.com"


def bucket_in(model: Model, value: Value) -> Resource | None:
    """Return the bucket whose name a value is."""
    reference = value.reference
    if reference:
        named = reference.attribute is None and reference.resource.type == BUCKET
        return resource_of(reference) if named else None
    buckets = (bucket for bucket in model.of_type(BUCKET) if value.key is not None)
    return next((each for each in buckets if each.get("BucketName").key == value.key), None)


def delivery_admitted(model: Model, bucket: Resource, prefix: Value) -> bool | None:
    """Tell whether log delivery may write to a bucket, None when it isn't known.

    :param prefix: what comes before the names of the logs.
    :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html
    """
    answers: list[bool | None] = []
    for policy in model.of_type(BUCKET_POLICY):
        name = policy.get("Bucket")
        its_own = bucket_in(model, name)
        if its_own is bucket:
            found = statements(policy.get("PolicyDocument"))
            answers += (
                [None] if found is None else [_admits(each, bucket, prefix) for each in found]
            )
        elif its_own is None and name.unknown:
            answers.append(None)
    if True in answers:
        return True
    uncertain = None in answers or not model.complete or model.handed_out(bucket)
    return None if uncertain else False


def _admits(statement: Value, bucket: Resource, prefix: Value) -> bool | None:
    alone = Value(statement.resource, statement.path, {"Statement": statement.content})
    answers = [
        admits(alone, DELIVERY, "s3:PutObject"),
        _is_for(statement.get("Resource"), bucket, prefix),
    ]
    return False if False in answers else None if None in answers else True


def _is_for(resources: Value, bucket: Resource, prefix: Value) -> bool | None:
    items = resources.items()
    if not items or (prefix.text is None and not prefix.absent):
        return None
    if any(_covers(item, bucket, prefix.text) for item in items):
        return True
    # A name that only the deployment knows may be the one that is written.
    name = bucket.get("BucketName")
    return None if name.unknown and name.shown is None else False


def _covers(item: Value, bucket: Resource, prefix: str | None) -> bool:
    parts = item.content.parts if isinstance(item.content, Text) else (item.content,)
    pattern = "".join(map(_pattern, parts))
    # The account and the partition are taken to be those that are written.
    account = re.search(r"AWSLogs/(\d{12})/", pattern)
    partition = re.match(r"arn:(aws[a-z\\-]*):", pattern)
    path = "/".join(
        [
            *([prefix.strip("/")] if prefix else []),
            *("AWSLogs", account[1] if account else "111122223333", "log"),
        ]
    )
    name = partition[1].replace("\\", "") if partition else "aws"
    return bool(re.fullmatch(pattern, f"arn:{name}:s3:::{_name(bucket)}/{path}"))


def _name(bucket: Resource) -> str:
    """Return the name of a bucket, a stand-in where CloudFormation makes it up."""
    return bucket.get("BucketName").shown or f"<{bucket.template.name}#{bucket.logical_id}>"


def _pattern(part: Content) -> str:
    if isinstance(part, Reference) and part.resource.type == BUCKET:
        name = re.escape(_name(resource_of(part)))
        return name if part.attribute is None else f"arn:[^:]+:s3:::{name}"
    if not isinstance(part, str):
        return ".*"
    return re.escape(part).replace(r"\*", ".*").replace(r"\?", ".")
