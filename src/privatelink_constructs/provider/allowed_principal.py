"""Who may connect to an endpoint service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.rules import principals as rules
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.rules.core import Problem

_PARTITION = "<partition>"


@dataclass(frozen=True)
class AllowedPrincipal:
    """A principal that may create endpoints to a service.

    Example::

        AllowedPrincipal.account("222222222222")
        AllowedPrincipal.role("222222222222", "Network")

    Permission decides who may create an endpoint, not whose packets pass. Removing a principal
    stops new endpoints; those that exist stay.

    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """

    _pattern: str

    @staticmethod
    def account(account_id: str) -> AllowedPrincipal:
        """Allow everybody in an account whom its own policies let create endpoints.

        :param account_id: twelve digits, as a string.
        :raises ValidationError: ``account-id-malformed``.
        """
        _check_account(account_id)
        return AllowedPrincipal(f"arn:{_PARTITION}:iam::{account_id}:root")

    @staticmethod
    def role(account_id: str, name: str) -> AllowedPrincipal:
        """Allow one role of an account.

        :param account_id: twelve digits, as a string.
        :param name: the name of the role, without a path: AWS refuses ARNs with one.
        :raises ValidationError: ``account-id-malformed``, ``principal-path-not-supported``,
            ``principal-malformed``.
        """
        return AllowedPrincipal._identity("role", account_id, name)

    @staticmethod
    def user(account_id: str, name: str) -> AllowedPrincipal:
        """Allow one user of an account.

        :param account_id: twelve digits, as a string.
        :param name: the name of the user, without a path: AWS refuses ARNs with one.
        :raises ValidationError: ``account-id-malformed``, ``principal-path-not-supported``,
            ``principal-malformed``.
        """
        return AllowedPrincipal._identity("user", account_id, name)

    @staticmethod
    def _identity(kind: str, account_id: str, name: str) -> AllowedPrincipal:
        _check_account(account_id)
        if not is_token(name):
            refuse(rules.valid_principal_name(name))
        return AllowedPrincipal(f"arn:{_PARTITION}:iam::{account_id}:{kind}/{name}")

    @staticmethod
    def arn(arn: str) -> AllowedPrincipal:
        """Allow the account, role or user of an ARN.

        :param arn: ``arn:<partition>:iam::<account>:root``, ``:role/<name>`` or ``:user/<name>``.
            Its partition has to be the service's.
        :raises ValidationError: ``principal-malformed``, ``principal-path-not-supported``,
            ``principal-session-not-supported``, ``account-id-malformed``.
        """
        if not is_token(arn):
            refuse(rules.principal_well_formed(arn, rules.ARN))
            refuse(rules.valid_principal(arn))
        return AllowedPrincipal(arn)

    @staticmethod
    def service(name: str) -> AllowedPrincipal:
        """Allow an AWS service that connects in a customer's place.

        AWS documents this service by service (Amazon AppFlow is one), so each comes with a warning,
        ``privatelink-constructs:principal-service-unverified``, to be acknowledged.

        :param name: for example ``appflow.amazonaws.com``.
        :raises ValidationError: ``principal-malformed``.
        """
        if not is_token(name):
            refuse(rules.principal_well_formed(name or "", rules.SERVICE))
        return AllowedPrincipal(name)

    @staticmethod
    def everyone() -> AllowedPrincipal:
        """Allow everybody who has an AWS account.

        Together with automatic acceptance this makes the load balancers reachable for all of AWS,
        which has to be confirmed with ``AcceptancePolicy.automatic(acknowledge_public=True)``.
        """
        return AllowedPrincipal(rules.EVERYONE)

    @property
    def is_everyone(self) -> bool:
        """Whether this is everybody."""
        return self._pattern == rules.EVERYONE

    def problems(self, partition: str | None) -> Iterator[Problem]:
        """Check the principal where the partition of the service is known."""
        text = self.render(partition or "aws")
        yield from rules.principal_not_aws_service(text)
        if partition and not is_token(text):
            yield from rules.valid_principal(text, partition=partition)

    def render(self, partition: str) -> str:
        """Return the principal as AWS takes it.

        :param partition: the name of the service's partition, or a token.
        """
        return self._pattern.replace(_PARTITION, partition)


def _check_account(account_id: str) -> None:
    if not is_token(account_id):
        refuse(rules.account_id_valid(account_id))
