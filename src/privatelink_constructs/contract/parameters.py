"""Contracts in the parameters of Systems Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import constructs

from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.contract.shares import define_shares
from privatelink_constructs.rules import contracts as rules
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from privatelink_constructs._cdk.reporting import Site
    from privatelink_constructs.contract.share_principal import SharePrincipal
    from privatelink_constructs.rules.core import Problem

    Fields = dict[str, str | Sequence[str]]

SERVICE_NAME = "service-name"


class PublishedContract(constructs.Construct):
    """A contract in the parameters of Systems Manager.

    ``EndpointServiceContract.publish`` and ``EndpointHubContract.publish`` define it. You don't
    create it yourself; you only use the names and the ARNs of its parameters.

    Example::

        published = service.contract.publish(
            self, "Contract", parameter_prefix="/payments/contract", shared=True
        )
        cdk.CfnOutput(self, "Parameters", value=", ".join(published.parameter_arns))

    :param scope: the scope of the construct.
    :param id: the ID of the construct.
    :param fields: the values by the last part of the parameter's name.
    :param parameter_prefix: the path that the names of the parameters begin with.
    :param shared: whether the parameters are of the advanced tier.
    :param share_with: who can read the parameters in other accounts.
    :see: https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
    """

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        fields: Mapping[str, str | Sequence[str]],
        parameter_prefix: str,
        shared: bool,
        share_with: Sequence[SharePrincipal],
    ) -> None:
        """Define the parameters and their shares."""
        from aws_cdk import aws_ssm as ssm  # noqa: PLC0415 - for who publishes

        super().__init__(scope, id)
        self._stack = stack_of(scope)
        self._parameters = {
            f"{parameter_prefix}/{name}": ssm.CfnParameter(
                self,
                "".join(word.capitalize() for word in name.split("-")),
                name=f"{parameter_prefix}/{name}",
                type="String" if isinstance(value, str) else "StringList",
                value=_written(value),
                tier="Advanced" if shared or share_with else None,
            )
            for name, value in fields.items()
        }
        self._arns: tuple[str, ...] | None = None
        if share_with:
            define_shares(self, share_with, resource_arns=self.parameter_arns)

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return tuple(self._parameters)

    @property
    def parameter_arns(self) -> tuple[str, ...]:
        """The ARNs of the parameters, for your own resource share."""
        if self._arns is None:
            stack = self._stack
            place = f"arn:{stack.partition}:ssm:{stack.region}:{stack.account}:parameter"
            self._arns = tuple(f"{place}{it.ref}" for it in self._parameters.values())
        return self._arns


def values_like(like: object | None, given: Mapping[str, object]) -> dict[str, Any]:
    """Return the given values that aren't None, and those of another contract for the rest."""
    values = {name: value for name, value in given.items() if value is not None}
    return values if like is None else {name: getattr(like, name) for name in given} | values


def fields_of(contract: object, names: Iterable[str]) -> Fields:
    """Return the values of a contract, as Systems Manager keeps them.

    Values that aren't there and empty lists are left out, because no parameter can be empty.

    :param names: the names of the fields.
    """
    values = {name.replace("_", "-"): getattr(contract, name) for name in names}
    return {name: _kept(value) for name, value in values.items() if value or value is False}


def _kept(value: str | bool | Sequence[object]) -> str | list[str]:  # noqa: FBT001 - of a field
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else [str(item) for item in value]


def _written(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else ",".join(value)


def published_problems(
    fields: Fields, scope: constructs.Construct, prefix: str, *, advanced: bool
) -> Iterator[Problem]:
    """Check the names and the values of the parameters of a contract.

    :param advanced: whether the parameters are of the advanced tier.
    """
    yield from prefix_problems(prefix, scope, fields)
    for name, value in fields.items():
        written = known(_written(value))
        argument = name.replace("-", "_")
        yield from rules.parameter_value_present(argument, written)
        yield from rules.parameter_value_in_limit(argument, written, advanced=advanced)


def prefix_problems(
    prefix: str, scope: constructs.Construct, names: Iterable[str]
) -> Iterator[Problem]:
    """Check what the names of the parameters begin with.

    :param names: the names that follow the prefix.
    """
    if is_token(prefix):
        yield from rules.contract_literal(parameter_prefix=True)
    else:
        region = environment_of(stack_of(scope)).region
        yield from rules.parameter_prefix_valid(prefix, max(names, key=len), region=region)


def parameter_to_read(name: str, owner: str | None, service_region: str, site: Site) -> str:
    """Return the name of a parameter, or its ARN if another account shares it.

    :param name: the name of the parameter.
    :param owner: the account of the provider, None if it isn't known.
    :param service_region: the Region of the service.
    :param site: where the parameter is read.
    :see: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html
    """
    ours = environment_of(stack_of(site.scope))
    if owner is None or owner == ours.account:
        return name
    theirs = (owner, known(service_region))
    refuse(rules.environments_concrete(theirs, (ours.account, ours.region)), site)
    return f"arn:{ours.partition}:ssm:{ours.region}:{owner}:parameter{name}"
