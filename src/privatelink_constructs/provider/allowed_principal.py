"""Who may connect to an endpoint service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from privatelink_constructs._cdk.asking import place_of_text
from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.rules import principals as rules
from privatelink_constructs.rules.arguments import checked, checked_fields
from privatelink_constructs.rules.core import about, is_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import aws_cdk as cdk
    from aws_cdk import aws_iam as iam

    from privatelink_constructs.rules.core import Problem

    # An account's principal is one for the ARN of its root, too.
    Principal: TypeAlias = "AllowedPrincipal | iam.ArnPrincipal | str"

_PARTITION = "<partition>"


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class AllowedPrincipal:
    """A principal that can create endpoints to a service.

    Use :meth:`account`, :meth:`role`, :meth:`user`, :meth:`arn`, :meth:`service`, or
    :meth:`everyone` to create one.

    Example::

        AllowedPrincipal.account("222222222222")
        AllowedPrincipal.role("222222222222", "Network")

    The permission decides who can create an endpoint, not whose packets pass. If you remove a
    principal, it can't create new endpoints, but its existing endpoints stay.

    :param value: the principal as AWS takes it, with ``<partition>`` in place of the name of the
        service's partition: ``arn:<partition>:iam::222222222222:root``.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """

    value: str

    @staticmethod
    @checked()
    def account(account_id: str) -> AllowedPrincipal:
        """Allow everybody in an account whose own policies let them create endpoints.

        :param account_id: the 12 digits of the account ID, as a string.
        :raises ValidationError: ``account-id-malformed``.
        """
        _check_account(account_id)
        return AllowedPrincipal(value=f"arn:{_PARTITION}:iam::{account_id}:root")

    @staticmethod
    @checked()
    def role(account_id: str, name: str) -> AllowedPrincipal:
        """Allow one IAM role of an account.

        :param account_id: the 12 digits of the account ID, as a string.
        :param name: the name of the role, without a path, because AWS rejects ARNs with a path.
        :raises ValidationError: ``account-id-malformed``, ``principal-path-not-supported``,
            ``principal-malformed``.
        """
        return AllowedPrincipal._identity("role", account_id, name)

    @staticmethod
    @checked()
    def user(account_id: str, name: str) -> AllowedPrincipal:
        """Allow one IAM user of an account.

        :param account_id: the 12 digits of the account ID, as a string.
        :param name: the name of the user, without a path, because AWS rejects ARNs with a path.
        :raises ValidationError: ``account-id-malformed``, ``principal-path-not-supported``,
            ``principal-malformed``.
        """
        return AllowedPrincipal._identity("user", account_id, name)

    @staticmethod
    def _identity(kind: str, account_id: str, name: str) -> AllowedPrincipal:
        _check_account(account_id)
        if not is_token(name):
            refuse(rules.valid_principal_name(name))
        return AllowedPrincipal(value=f"arn:{_PARTITION}:iam::{account_id}:{kind}/{name}")

    @staticmethod
    @checked()
    def arn(arn: str) -> AllowedPrincipal:
        """Allow the account, role, or user of an ARN.

        :param arn: ``arn:<partition>:iam::<account>:root``, ``:role/<name>``, or ``:user/<name>``.
            The partition must be the service's partition.
        :raises ValidationError: ``principal-malformed``, ``principal-path-not-supported``,
            ``principal-session-not-supported``, ``account-id-malformed``.
        """
        if not is_token(arn):
            refuse(rules.principal_well_formed(arn, rules.ARN))
        refuse(rules.written_principal(arn))
        return AllowedPrincipal(value=arn)

    @staticmethod
    @checked()
    def service(name: str) -> AllowedPrincipal:
        """Allow an AWS service that connects on behalf of a customer.

        AWS documents this for each service separately (Amazon AppFlow is one), so the endpoint
        service gets the warning ``privatelink-constructs:principal-service-unverified``, which you
        can acknowledge.

        :param name: the service principal, for example ``appflow.amazonaws.com``.
        :raises ValidationError: ``principal-malformed``.
        """
        if not is_token(name):
            refuse(rules.principal_well_formed(name, rules.SERVICE))
        return AllowedPrincipal(value=name)

    @staticmethod
    @checked()
    def everyone() -> AllowedPrincipal:
        """Allow everybody who has an AWS account.

        Together with automatic acceptance, this makes the load balancers reachable for all of AWS.
        You confirm that with ``AcceptancePolicy.automatic(acknowledge_public=True)``.
        """
        return AllowedPrincipal(value=rules.EVERYONE)


def as_principals(
    given: Iterable[Principal], *, argument: str = "allowed_principals"
) -> tuple[AllowedPrincipal, ...]:
    """Return principals as this package keeps them.

    :param given: them, account IDs, and the CDK's principals for accounts and ARNs.
    :param argument: the name of the argument. Default: ``allowed_principals``.
    :raises ValidationError: ``account-id-malformed``, or as :meth:`AllowedPrincipal.arn` does.
    """
    return tuple(_as_principal(it, f"{argument}[{at}]") for at, it in enumerate(given))


def _as_principal(given: Principal, argument: str) -> AllowedPrincipal:
    if isinstance(given, AllowedPrincipal):
        return given
    if isinstance(given, str):
        return _account(given, argument)
    from aws_cdk import aws_iam as iam  # noqa: PLC0415 - loaded already where it is needed

    if isinstance(given, iam.AccountPrincipal):
        # Its ARN contains tokens that only a stack can resolve.
        return _account(str(given.account_id), argument)
    # The message for an account ID says how to allow everybody.
    return _account("*", argument) if given.arn == "*" else AllowedPrincipal.arn(given.arn)


def _account(account_id: str, argument: str) -> AllowedPrincipal:
    # Before anything else is said of a list in its place.
    refuse(rules.principal_single(account_id))
    if not is_token(account_id):
        refuse(about(rules.account_id_valid(account_id), argument))
    return AllowedPrincipal.account(account_id)


def is_everyone(principal: AllowedPrincipal) -> bool:
    """Return whether a principal is everybody."""
    return principal.value == rules.EVERYONE


def principal_problems(principal: AllowedPrincipal, partition: str | None) -> Iterator[Problem]:
    """Check a principal where the partition of the service is known.

    :param principal: the principal.
    :param partition: the name of the service's partition, None if it isn't known.
    """
    text = render_principal(principal, partition or "aws")
    yield from rules.principal_not_aws_service(text)
    if partition:
        yield from rules.written_principal(text, partition=partition)


def render_principal(principal: AllowedPrincipal, partition: str) -> str:
    """Return a principal as AWS takes it.

    :param principal: the principal.
    :param partition: the name of the service's partition, or a token.
    """
    return principal.value.replace(_PARTITION, partition)


def rendered_in_order(
    principals: Iterable[AllowedPrincipal], partition: str, stack: cdk.Stack
) -> list[str]:
    """Return principals as AWS takes them, each once, in an order that the list doesn't change.

    :param partition: the name of the service's partition, or a token.
    :param stack: the stack of the service.
    """

    def place(principal: AllowedPrincipal) -> tuple[bool, bool, str]:
        text = render_principal(principal, partition)
        if not is_token(text):
            return False, False, text
        # What only the partition is missing of has an order without asking.
        return True, *place_of_text(stack, principal.value)

    ordered = sorted(principals, key=place)
    return list(dict.fromkeys(render_principal(it, partition) for it in ordered))


def _check_account(account_id: str) -> None:
    if not is_token(account_id):
        refuse(rules.account_id_valid(account_id))
