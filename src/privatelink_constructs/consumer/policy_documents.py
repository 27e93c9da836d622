"""The documents of endpoint policies, as far as a bundle of endpoints needs them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import aws_iam as iam

from privatelink_constructs._values import internal_value
from privatelink_constructs.facts.aws_owned_resources import (
    REGION_WITHOUT_DASHES,
    arns_of,
    owned_resources_of,
)
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import aws_cdk as cdk

    from privatelink_constructs.consumer.endpoint_policy import EndpointPolicy
    from privatelink_constructs.facts.aws_owned_resources import OwnedResources

Document = dict[str, Any]

_VERSION = "2012-10-17"
_EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
_ACCOUNT = {"Ref": "AWS::AccountId"}
_DASHES = {"Fn::Join": ["", {"Fn::Split": ["-", {"Ref": "AWS::Region"}]}]}
_PSEUDO = re.compile(r"\$\{[\w:]+\}")
_LONGEST_REGION = "ap-southeast-1"
FULL_ACCESS: Document = {"Version": _VERSION, "Statement": [_EVERYTHING]}
"""What AWS makes of an endpoint without a policy."""


@internal_value
class PolicyWriter:
    """Writes the policies of a bundle.

    :param stack: the stack of the endpoints.
    :param services: the services that have endpoints in the VPC.
    :param region: the Region, None if it isn't known.
    """

    stack: cdk.Stack
    services: frozenset[str]
    region: str | None

    def document(self, policy: EndpointPolicy | None, service: str) -> Document:
        """Return the document of the endpoint to a service; None is what AWS has by default."""
        if policy is None:
            return FULL_ACCESS
        if policy.document is not None:
            return _given(policy.document)
        return {"Version": _VERSION, "Statement": list(self._statements(policy, service))}

    def _statements(self, policy: EndpointPolicy, service: str) -> Iterator[Document]:
        who, whose = _conditions(policy)
        if not who:
            yield _EVERYTHING
            return
        yield {
            "Sid": "AllowOwnIdentitiesToOwnResources",
            **_EVERYTHING,
            "Condition": {"StringEquals": {**who, **whose}},
        }
        yield {
            "Sid": "AllowAwsServices",
            **_EVERYTHING,
            "Condition": {"Bool": {"aws:PrincipalIsAWSService": "true"}},
        }
        if policy.aws_owned_resources:
            for entry in owned_resources_of(service, self.services):
                yield from self._owned(entry, who, whose)
        for statement in policy.statements:
            yield cast("Document", statement.to_statement_json())

    def _owned(
        self, entry: OwnedResources, who: Mapping[str, object], whose: Mapping[str, object]
    ) -> Iterator[Document]:
        resources = [_substituted(arn) for arn in arns_of(entry, self.region)]
        if not resources:
            return  # a Region where AWS has none
        equal = {**({} if entry.anyone else who), **(whose if entry.own_resources else {})}
        yield {
            "Sid": entry.sid,
            "Effect": "Allow",
            "Principal": "*",
            "Action": list(entry.actions),
            "Resource": resources,
            **({"Condition": {"StringEquals": equal}} if equal else {}),
        }


def _given(document: Mapping[str, object] | iam.PolicyDocument) -> Document:
    if isinstance(document, iam.PolicyDocument):
        return cast("Document", document.to_json())
    return dict(document)


def _conditions(policy: EndpointPolicy) -> tuple[dict[str, object], dict[str, object]]:
    """Return the conditions on who sends a request, and on whose resource it is for."""
    if policy.organization_id is not None:
        own = policy.organization_id
        return {"aws:PrincipalOrgID": own}, {"aws:ResourceOrgID": own}
    if policy.own_account:
        return {"aws:PrincipalAccount": _ACCOUNT}, {"aws:ResourceAccount": _ACCOUNT}
    return {}, {}


def _substituted(arn: str) -> dict[str, object]:
    """Return an ARN with what CloudFormation puts into it."""
    if REGION_WITHOUT_DASHES in arn:
        return {"Fn::Sub": [arn, {REGION_WITHOUT_DASHES: _DASHES}]}
    return {"Fn::Sub": arn}


def plain(document: object, region: str | None) -> object:
    """Return a document with plain texts where they are known, and None in place of the rest.

    :param region: the Region, None for the one with the longest name.
    """
    if isinstance(document, dict):
        found = cast("Document", document)
        if "Fn::Sub" in found:
            text = found["Fn::Sub"]
            return _filled(text if isinstance(text, str) else text[0], region or _LONGEST_REGION)
        if len(found) == 1 and next(iter(found)).startswith(("Fn::", "Ref")):
            return None
        return {key: plain(value, region) for key, value in found.items()}
    if isinstance(document, (list, tuple)):
        return [plain(item, region) for item in cast("list[object]", document)]
    return None if is_token(document) else document


def _filled(text: str, region: str) -> str:
    """Return the text of an ARN, with the longest partition, as only its length matters."""
    values = {
        "${AWS::Partition}": "aws",
        "${AWS::Region}": region,
        f"${{{REGION_WITHOUT_DASHES}}}": region.replace("-", ""),
    }
    return _PSEUDO.sub(lambda match: values.get(match[0], match[0]), text)
