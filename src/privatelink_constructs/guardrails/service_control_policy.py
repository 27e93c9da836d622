"""A service control policy of AWS Organizations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import constructs

from privatelink_constructs._cdk.reporting import Site, refuse
from privatelink_constructs.rules import guard_rails as rules
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.core import about, is_token, items_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_cdk import aws_iam as iam

    from privatelink_constructs.rules.core import Problem

    Document = dict[str, Any]

_VERSION = "2012-10-17"
_KIND = "SERVICE_CONTROL_POLICY"
_LONGEST_NAME = 128


class ServiceControlPolicy(constructs.Construct):
    """A service control policy: what the accounts of an organization can't do.

    Deploy it in the management account of the organization, or in a delegated administrator for
    Organizations. Service control policies must be enabled in the organization. They don't apply to
    the management account, and grant nothing.

    Example::

        ServiceControlPolicy(
            self,
            "PrivateLink",
            statements=[GuardRails.only_private_names("*.example.com")],
            targets=["ou-abcd-12345678"],
        )

    :param scope: the construct that it is defined in.
    :param id: its ID there.
    :param statements: what is denied, at most 5,120 characters together: statements of
        :class:`GuardRails`, and others that deny.
    :param targets: the IDs of the roots, organizational units, and accounts that it is attached to.
        At most five service control policies can be attached to one. Default: none, so that it has
        no effect until you attach it.
    :param description: what it is for. Default: none.
    :raises ValidationError: ``guard-rail-value-missing``, ``guard-rail-effect-not-supported``,
        ``guard-rail-condition-closed``, ``guard-rail-owner-not-valid``,
        ``service-control-policy-malformed``, ``service-control-policy-principal-not-supported``,
        ``service-control-policy-exceeded``, ``service-control-policy-target-malformed``.
    :see: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """

    @checked()
    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        statements: Sequence[iam.PolicyStatement],
        targets: Sequence[str] = (),
        description: str | None = None,
    ) -> None:
        """Check the statements, and define the policy."""
        documents = _documents(scope, statements)
        self._length = _length_of(documents)
        refuse(_problems(documents, self._length, targets), Site(scope, id))
        super().__init__(scope, id)
        from aws_cdk import aws_organizations as organizations  # noqa: PLC0415 - for who has one

        self._resource = organizations.CfnPolicy(
            self,
            "Resource",
            name=cdk.Names.unique_resource_name(self, max_length=_LONGEST_NAME, separator="-"),
            type=_KIND,
            content=_policy(documents),
            # CloudFormation leaves as it is what a template no longer has.
            description=description or "",
            target_ids=_ordered(targets),
        )

    @property
    def policy_id(self) -> str:
        """The ID of the policy, a token."""
        return self._resource.attr_id

    @property
    def length(self) -> int:
        """How many of the 5,120 characters the policy takes; a token counts as one character."""
        return self._length


def _documents(
    scope: constructs.Construct, statements: Sequence[iam.PolicyStatement]
) -> list[Document]:
    """Return the statements as they are in the template."""
    stack = cdk.Stack.of(scope)
    return [
        cast("Document", stack.resolve(statement.to_statement_json())) for statement in statements
    ]


def _policy(documents: Sequence[Document]) -> Document:
    return {"Version": _VERSION, "Statement": list(documents)}


def _problems(
    documents: Sequence[Document], length: int, targets: Sequence[str]
) -> Iterator[Problem]:
    yield from rules.values_present(list(map(str, documents)), name="statements")
    for position, document in enumerate(documents, 1):
        yield from rules.effect_denies(document.get("Effect"), position=position)
    yield from rules.valid_policy(_known(_policy(documents)))
    yield from rules.policy_in_limit(length)
    for name, target in items_of(targets, "targets"):
        yield from about(rules.target_well_formed(target), name)


def _known(content: object, gap: str | None = None) -> object:
    """Return a resolved value with something in place of what only the deployment knows."""
    if isinstance(content, dict):
        found = cast("Document", content)
        if len(found) == 1 and next(iter(found)).startswith(("Fn::", "Ref")):
            return gap
        return {key: _known(value, gap) for key, value in found.items()}
    if isinstance(content, list):
        return [_known(item, gap) for item in cast("list[object]", content)]
    return content


def _length_of(documents: Sequence[Document]) -> int:
    """Return how many characters the policy has at least, as CloudFormation sends it."""
    return len(json.dumps(_known(_policy(documents), gap="?"), separators=(",", ":")))


def _ordered(targets: Sequence[str]) -> list[str]:
    """Return each target once, in an order that the order of the list doesn't change."""
    literals = sorted({it for it in targets if not is_token(it)})
    return [*literals, *dict.fromkeys(it for it in targets if is_token(it))]
