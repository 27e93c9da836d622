"""Resource shares of AWS RAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    import constructs
    from aws_cdk import aws_ram as ram

_LONGEST_NAME = 255


def define_share(
    scope: constructs.Construct,
    id: str,  # noqa: A002 - the CDK's name for it
    *,
    resource_arns: Sequence[str],
    principals: Sequence[str],
    external: bool,
    permission_arns: Sequence[str] | None = None,
) -> ram.CfnResourceShare:
    """Share resources, and return the share.

    :param resource_arns: the resources.
    :param principals: account IDs, and ARNs of organizations and organizational units.
    :param external: whether accounts outside the organization can use the share.
    :param permission_arns: what others may do. Default: AWS's default permission.
    """
    from aws_cdk import aws_ram as ram  # noqa: PLC0415 - for who shares

    return ram.CfnResourceShare(
        scope,
        id,
        name=cdk.Names.unique_resource_name(scope, max_length=_LONGEST_NAME, separator="-"),
        allow_external_principals=external,
        permission_arns=None if permission_arns is None else list(permission_arns),
        principals=_ordered(principals),
        resource_arns=list(resource_arns),
    )


def _ordered(principals: Sequence[str]) -> list[str]:
    """Return each principal once, in an order that the order of the list doesn't change."""
    literals = sorted({it for it in principals if not is_token(it)})
    return [*literals, *dict.fromkeys(it for it in principals if is_token(it))]
