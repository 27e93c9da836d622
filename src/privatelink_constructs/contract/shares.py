"""Shares of AWS RAM with principals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._cdk.resource_shares import define_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    import constructs
    from aws_cdk import aws_ram as ram

    from privatelink_constructs.contract.share_principal import SharePrincipal


def define_shares(
    scope: constructs.Construct,
    share_with: Sequence[SharePrincipal],
    *,
    resource_arns: Sequence[str],
    permission_arns: Sequence[str] | None = None,
    label: str = "",
) -> list[ram.CfnResourceShare]:
    """Share resources with principals, which can change without another share.

    One share would let each of its accounts be outside the organization, so there are up to two.

    :param resource_arns: the resources.
    :param permission_arns: what others may do with them. Default: AWS's default permission.
    :param label: what the IDs of the shares begin with.
    """
    kinds = (("Share", False), ("ExternalShare", True))
    found = {name: [it.value for it in share_with if it.external is kind] for name, kind in kinds}
    return [
        define_share(
            scope,
            f"{label}{name}",
            resource_arns=resource_arns,
            principals=found[name],
            external=external,
            permission_arns=permission_arns,
        )
        for name, external in kinds
        if found[name]
    ]
