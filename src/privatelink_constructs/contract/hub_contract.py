"""The contract of a hub: what its owner passes to the VPCs that use its endpoints."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk

from privatelink_constructs._cdk.asking import environment_of, reference, stack_of, stage_of
from privatelink_constructs._cdk.reporting import Site, refuse
from privatelink_constructs._values import internal_value
from privatelink_constructs.contract.origins import Origin, origin_named, remember_origin
from privatelink_constructs.contract.parameters import (
    PublishedContract,
    fields_of,
    parameter_to_read,
    prefix_problems,
    published_problems,
    values_like,
)
from privatelink_constructs.facts.domain_names import without_wildcard
from privatelink_constructs.rules import contracts as contract_rules
from privatelink_constructs.rules import hub as rules
from privatelink_constructs.rules import hub_profiles as profile_rules
from privatelink_constructs.rules import hub_spokes as spoke_rules
from privatelink_constructs.rules import principals as principal_rules
from privatelink_constructs.rules import security_groups as cidr_rules
from privatelink_constructs.rules.arguments import checked, checked_fields
from privatelink_constructs.rules.core import about, is_token, items_of, known
from privatelink_constructs.rules.private_dns import hosted_zone_name_well_formed
from privatelink_constructs.rules.regions import valid_region

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import constructs

    from privatelink_constructs.contract.share_principal import SharePrincipal
    from privatelink_constructs.rules.core import Problem

_ATTRIBUTE = "_origin"
_PROFILE_ID = "profile-id"
_FIELDS = ("profile_id", "region", "owner_account", "names", "client_cidrs", "vpc_cidr")
_UNREAD = "${Token[ProfileId]}"
"""Stands in for an ID until everything else is checked."""


@internal_value(kw_only=True)
class HubOrigin(Origin):
    """The origin of the ID of a Profile.

    :param accounts: all accounts that the Profile is shared with, None where they aren't known.
    :param vpc_id: the VPC of the hub.
    """

    accounts: frozenset[str] | None = None
    vpc_id: str = ""


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class EndpointHubContract:
    """The information that other VPCs need to use the endpoints of a hub.

    ``EndpointHub.contract`` returns it. You can pass it to stacks in other accounts of the same
    app, and from one app or stage to another with :meth:`publish` and :meth:`from_ssm_parameters`,
    or with :meth:`from_profile_id`. All values except the ID and the Region of the Profile are
    literals. Contracts with equal values are equal.

    Example::

        EndpointHubContract.from_profile_id(
            "rp-0123456789abcdef",
            region="eu-west-1",
            owner_account="111111111111",
            names=["sqs.eu-west-1.amazonaws.com"],
        )

    :param profile_id: the ID of the Route 53 Profile, which can be a token; None for a hub with
        private hosted zones.
    :param region: the Region of the hub; a token if the stack of the hub is environment-agnostic.
        Default: not known.
    :param owner_account: the account ID of the hub. Default: not known.
    :param names: the DNS names that the hub answers, wildcards included. They are compared with the
        names that a VPC has itself. Default: not known.
    :param client_cidrs: the CIDR blocks of all clients of the hub. They are compared with the CIDR
        block of a VPC. Default: not known, as when one of them is a token or a prefix list.
    :param vpc_cidr: the IPv4 CIDR block of the hub's VPC. Default: not known.
    :raises ValidationError: ``profile-id-malformed``, ``region-not-valid``,
        ``account-id-malformed``, ``cidr-malformed``, ``hosted-zone-name-malformed``.
    :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html
    """

    profile_id: str | None
    region: str | None = None
    owner_account: str | None = None
    names: Sequence[str] = ()
    client_cidrs: Sequence[str] = ()
    vpc_cidr: str | None = None

    def __post_init__(self) -> None:
        """Check the values, and normalize every field."""
        refuse(self._problems())
        forms: dict[str, object] = {
            "names": tuple(sorted({it for it in self.names if not is_token(it)})),
            "client_cidrs": () if is_token(self.client_cidrs) else tuple(self.client_cidrs),
            "owner_account": known(self.owner_account),
            "vpc_cidr": known(self.vpc_cidr),
        }
        for name, value in forms.items():
            object.__setattr__(self, name, value)
        origin = origin_named(self.profile_id or "")
        if origin is not None:
            object.__setattr__(self, _ATTRIBUTE, origin)

    @classmethod
    @checked()
    def from_profile_id(
        cls,
        profile_id: str,
        *,
        region: str | None = None,
        owner_account: str | None = None,
        names: Sequence[str] = (),
        client_cidrs: Sequence[str] = (),
        vpc_cidr: str | None = None,
    ) -> EndpointHubContract:
        """Create the contract of a hub that is defined elsewhere.

        Another ID means another Profile, so its associations are replaced.

        Example::

            EndpointHubContract.from_profile_id("rp-0123456789abcdef", region="eu-west-1")

        :param profile_id: the ID of the Route 53 Profile, ``rp-...``.
        :param region: the Region of the hub. Default: not known.
        :param owner_account: the account ID of the hub. Default: not known.
        :param names: the DNS names that the hub answers, wildcards included. Default: not known.
        :param client_cidrs: the CIDR blocks of all clients of the hub. Default: not known.
        :param vpc_cidr: the IPv4 CIDR block of the hub's VPC. Default: not known.
        :raises ValidationError: for the same reasons as the class.
        :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html
        """
        return cls(
            profile_id=profile_id,
            region=region,
            owner_account=owner_account,
            names=names,
            client_cidrs=client_cidrs,
            vpc_cidr=vpc_cidr,
        )

    @classmethod
    @checked()
    def from_ssm_parameters(
        cls,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        parameter_prefix: str,
        like: EndpointHubContract | None = None,
        region: str | None = None,
        owner_account: str | None = None,
        names: Sequence[str] | None = None,
        client_cidrs: Sequence[str] | None = None,
        vpc_cidr: str | None = None,
    ) -> EndpointHubContract:
        """Create the contract of a hub whose ID was written with :meth:`publish`.

        A parameter of the stack reads the ID during deployment. You specify all other values. The
        parameter of Systems Manager must be in the Region of this stack. If ``owner_account`` is
        another account than the stack's, that account must share the parameter through AWS RAM.

        Example::

            EndpointHubContract.from_ssm_parameters(
                self, "Hub", parameter_prefix="/network/hub", owner_account="111111111111"
            )

        :param scope: where to define the parameter of the stack.
        :param id: the ID of the parameter.
        :param parameter_prefix: the path that you specified for :meth:`publish`.
        :param like: a contract of the hub, such as ``hub.contract`` in another stage of this
            program. All values that you don't specify are those of this contract. Default: None.
        :param region: the Region of the hub. Default: that of ``like``, or not known.
        :param owner_account: the account ID of the hub. Default: that of ``like``, or this account.
        :param names: the DNS names that the hub answers. Default: those of ``like``, or not known.
        :param client_cidrs: the CIDR blocks of all clients of the hub. Default: those of ``like``,
            or not known.
        :param vpc_cidr: the IPv4 CIDR block of the hub's VPC. Default: that of ``like``, or not
            known.
        :raises ValidationError: for the same reasons as the class,
            ``ssm-parameter-prefix-malformed``, and ``contract-environment-undetermined``.
        :see: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
        """
        site = Site(scope, id)
        refuse(prefix_problems(parameter_prefix, scope, [_PROFILE_ID]), site)
        options = EndpointHubContract._like(
            like,
            region=region,
            owner_account=owner_account,
            names=names,
            client_cidrs=client_cidrs,
            vpc_cidr=vpc_cidr,
        )
        name = f"{parameter_prefix}/{_PROFILE_ID}"
        parameter = cdk.CfnParameter(
            scope,
            id,
            type="AWS::SSM::Parameter::Value<String>",
            default=parameter_to_read(
                name, options.owner_account, options.region or _region_of(scope), site
            ),
            description="Written by the owner of the hub",
        )
        profile_id = parameter.value_as_string
        # The contract keeps the origin alive; the register doesn't.
        origin = Origin(construct=scope)
        remember_origin(profile_id, origin)
        return replace(options, profile_id=profile_id)

    @staticmethod
    def _like(like: EndpointHubContract | None, **given: object) -> EndpointHubContract:
        """Return a contract with given values, and with those of another one for the rest."""
        return EndpointHubContract(profile_id=_UNREAD, **values_like(like, given))

    @checked()
    def publish(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        parameter_prefix: str,
        shared: bool = False,
        share_with: Sequence[SharePrincipal] = (),
    ) -> PublishedContract:
        """Write the contract to parameters of Systems Manager, one for each field with a value.

        Spokes in other apps and stages read it with :meth:`from_ssm_parameters`, in the Region of
        this stack, and in its account or in one that you share it with.

        Example::

            hub.contract.publish(self, "Contract", parameter_prefix="/network/hub")

        :param scope: where to define the parameters.
        :param id: the ID of the construct that contains the parameters.
        :param parameter_prefix: the path that the names of the parameters begin with, such as
            ``/network/hub``. If you change it, the parameters are replaced.
        :param shared: whether the parameters are of the advanced tier, which AWS charges for, so
            that your own resource share can contain them. Default: only with ``share_with``.
        :param share_with: the accounts, organizations, and organizational units that can read the
            parameters, in resource shares of AWS RAM. Default: none.
        :return: the parameters.
        :raises ValidationError: ``hub-profile-missing``, ``ssm-parameter-prefix-malformed``,
            ``ssm-parameter-value-exceeded``, ``hub-stage-mismatch``, and
            ``contract-environment-undetermined``.
        :see: https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
        """
        site = Site(scope, id)
        refuse(rules.hub_profile_present(profile=self.profile_id is not None), site)
        fields, advanced = fields_of(self, _FIELDS), shared or bool(share_with)
        refuse(published_problems(fields, scope, parameter_prefix, advanced=advanced), site)
        refuse(hub_reach_problems(self, stack_of(scope)), site)
        return PublishedContract(
            scope,
            id,
            fields=fields,
            parameter_prefix=parameter_prefix,
            shared=shared,
            share_with=share_with,
        )

    def _problems(self) -> Iterator[Problem]:
        if self.profile_id is not None:
            yield from profile_rules.profile_id_well_formed(self.profile_id)
        if known(self.region) is not None:
            yield from about(valid_region(str(self.region)), "region")
        if known(self.owner_account) is not None:
            found = principal_rules.account_id_valid(str(self.owner_account))
            yield from about(found, "owner_account")
        cidrs = items_of(self.client_cidrs, "client_cidrs")
        for name, cidr in (*cidrs, ("vpc_cidr", self.vpc_cidr)):
            if cidr is not None and not is_token(cidr):
                yield from about(cidr_rules.client_cidr_well_formed(cidr), name)
        for name, answered in items_of(self.names, "names"):
            if not is_token(answered):
                found = hosted_zone_name_well_formed(without_wildcard(answered))
                yield from about(found, name)


def hub_origin_of(contract: EndpointHubContract) -> Origin | None:
    """Return the origin of the ID of a contract's Profile, None for a literal."""
    return cast("Origin | None", getattr(contract, _ATTRIBUTE, None))


def hub_reach_problems(contract: EndpointHubContract, stack: cdk.Stack) -> Iterator[Problem]:
    """Check that the contract of a hub can be used in a stack."""
    origin = hub_origin_of(contract)
    theirs = stack if origin is None else stack_of(origin.construct)
    if reference(theirs) == reference(stack):
        return
    if reference(stage_of(theirs)) != reference(stage_of(stack)):
        names = (repr(stage_of(it).node.path or "(the app)") for it in (theirs, stack))
        yield from spoke_rules.hub_in_one_stage(*names)
    else:
        places = [environment_of(it) for it in (theirs, stack)]
        yield from contract_rules.environments_concrete(*((it.account, it.region) for it in places))


def _region_of(scope: constructs.Construct) -> str:
    return environment_of(stack_of(scope)).region or cdk.Aws.REGION
