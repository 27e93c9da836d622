"""The principals of shares in AWS RAM."""

from __future__ import annotations

from dataclasses import dataclass

from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.rules import principals as principal_rules
from privatelink_constructs.rules import sharing as rules
from privatelink_constructs.rules.arguments import checked, checked_fields
from privatelink_constructs.rules.core import is_token


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class SharePrincipal:
    """An account, an organization, or an organizational unit that resources are shared with.

    Use :meth:`account`, :meth:`organization`, or :meth:`organizational_unit`. Sharing within an
    organization must be enabled in AWS RAM.

    Example::

        service.contract.publish(
            self,
            "Contract",
            parameter_prefix="/payments/contract",
            share_with=[SharePrincipal.account("222222222222")],
        )

    :param value: the account ID or the ARN.
    :param external: whether the account can be outside your organization. Default: False.
    :see: https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html
    """

    value: str
    external: bool = False

    @staticmethod
    @checked()
    def account(account_id: str, *, external: bool = False) -> SharePrincipal:
        """Share with an account.

        :param account_id: the 12 digits of the account ID, as a string.
        :param external: whether the account can be outside your organization. It then receives an
            invitation. Default: False, so that sharing with an account of another organization
            fails.
        :raises ValidationError: ``account-id-malformed``.
        """
        refuse(principal_rules.principal_single(account_id))
        if not is_token(account_id):
            refuse(principal_rules.account_id_valid(account_id))
        return SharePrincipal(value=account_id, external=external)

    @staticmethod
    @checked()
    def organization(arn: str) -> SharePrincipal:
        """Share with all accounts of your organization.

        :param arn: the ARN of the organization, such as
            ``arn:aws:organizations::111111111111:organization/o-abcdefghij``.
        :raises ValidationError: ``share-principal-malformed``.
        """
        refuse(rules.share_principal_valid(arn))
        return SharePrincipal(value=arn)

    @staticmethod
    @checked()
    def organizational_unit(arn: str) -> SharePrincipal:
        """Share with all accounts of an organizational unit, and of the units below it.

        :param arn: the ARN of the organizational unit, such as
            ``arn:aws:organizations::111111111111:ou/o-abcdefghij/ou-abcd-12345678``.
        :raises ValidationError: ``share-principal-malformed``.
        """
        refuse(rules.share_principal_valid(arn, unit=True))
        return SharePrincipal(value=arn)
