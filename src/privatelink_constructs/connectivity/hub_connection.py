"""A VPC that uses the endpoints of a hub."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, cast

import constructs
import jsii
from aws_cdk import aws_route53profiles as profiles
from constructs import IValidation

from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs._cdk.register import Register, deploy_after
from privatelink_constructs._cdk.reporting import Site, refuse, warn
from privatelink_constructs._cdk.subnets import is_pending, vpc_id
from privatelink_constructs.connectivity.hub_profile import name_from_path
from privatelink_constructs.connectivity.names_in_vpc import literal_cidr, names_in
from privatelink_constructs.consumer.vpcs import account_of, dns_of, record_of
from privatelink_constructs.contract.hub_contract import (
    HubOrigin,
    hub_origin_of,
    hub_reach_problems,
)
from privatelink_constructs.rules import hub as rules
from privatelink_constructs.rules import hub_profiles as profile_rules
from privatelink_constructs.rules import hub_spokes as spoke_rules
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.core import is_token, known
from privatelink_constructs.rules.hub_profiles import DEFAULT_PRIORITY
from privatelink_constructs.rules.identifiers import id_well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs.connectivity.endpoint_hub import EndpointHub
    from privatelink_constructs.consumer.vpcs import VpcRecord
    from privatelink_constructs.contract.hub_contract import EndpointHubContract
    from privatelink_constructs.rules.core import Problem

_associated: Register[VpcRecord, list[tuple[str | None, int | None]]] = Register(list)
"""The Profiles of each VPC, with their priorities."""
_names: Register[VpcRecord, list[str]] = Register(list)
"""The names of the hubs of each VPC."""


class HubConnection(constructs.Construct):
    """A VPC that uses the endpoints of a hub by their names.

    It associates the Route 53 Profile of the hub with the VPC. The routes to the hub are yours.

    Example::

        HubConnection(self, "Hub", vpc=vpc, hub=hub)

    :param scope: the scope of the construct.
    :param id: the ID of the construct.
    :param vpc: the VPC of the clients.
    :param hub: the hub, or its contract.
    :param priority: the priority of the hub among the Profiles of the VPC, from 100 to 9900. The
        lower one is evaluated first. A VPC has at most two Profiles, and the second one needs
        another priority than the first. It requires aws-cdk-lib 2.276.0 or later. Default: None,
        AWS's default of 100.
    :raises ValidationError: for what AWS would reject, and for a hub that the VPC can't see.
        ``privatelink explain`` describes each error by its code.
    :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html
    """

    @checked()
    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        vpc: ec2.IVpc,
        hub: EndpointHubContract | EndpointHub,
        priority: int | None = None,
    ) -> None:
        """Define the association."""
        hub = cast("EndpointHubContract", getattr(hub, "contract", hub))
        spoke = _Spoke(vpc, hub, priority, stack_of(scope))
        warnings = refuse(spoke.problems(), Site(scope, id))

        super().__init__(scope, id)
        self._resource = profiles.CfnProfileAssociation(
            self,
            "Resource",
            name=name_from_path(self),
            profile_id=cast("str", hub.profile_id),
            resource_id=vpc_id(vpc),
            **spoke.priority_property,
        )
        self._wait_for(hub)
        if hub.names:
            shadows = _NamesShadowed(self, hub, vpc, own=spoke.is_own)
            self.node.add_validation(cast("IValidation", shadows))
        spoke.remember()
        warn(self, warnings)

    @property
    def association_id(self) -> str:
        """The ID of the association, known only at deployment."""
        return self._resource.attr_id

    def _wait_for(self, hub: EndpointHubContract) -> None:
        """Be deployed after what the hub has in its Profile, and after it is shared."""
        origin = hub_origin_of(hub)
        if origin is None:
            return
        for dependency in origin.dependencies:
            self._resource.node.add_dependency(dependency)
        theirs, ours = stack_of(origin.construct), stack_of(self)
        if environment_of(theirs) != environment_of(ours):
            # Across accounts the CDK writes the reference without a dependency between the stacks.
            deploy_after(ours, theirs)


def hub_names_in(vpc: ec2.IVpc) -> list[str]:
    """Return the names that the hubs of a VPC answer."""
    return _names[record_of(vpc)]


class _Spoke:
    """A VPC that is about to be connected to a hub."""

    def __init__(
        self, vpc: ec2.IVpc, hub: EndpointHubContract, priority: int | None, stack: cdk.Stack
    ) -> None:
        self.vpc = vpc
        self.hub = hub
        self.priority = priority
        self.stack = stack

    @property
    def priority_property(self) -> dict[str, Any]:
        """The priority as the resource takes it, at its default too; nothing in earlier CDKs.

        CloudFormation keeps what you remove from a template.
        """
        if not _has_priority():
            return {}
        return {"priority": DEFAULT_PRIORITY if self.priority is None else self.priority}

    @property
    def is_own(self) -> bool:
        """Whether it is the VPC of the hub itself, whose endpoints have the names of the hub."""
        origin = hub_origin_of(self.hub)
        own = origin.vpc_id if isinstance(origin, HubOrigin) else None
        return own == vpc_id(self.vpc) and not is_pending(self.vpc)

    @property
    def _entry(self) -> tuple[str | None, int | None]:
        """The Profile and its priority, None for what isn't known."""
        priority = DEFAULT_PRIORITY if self.priority is None else known(self.priority)
        return self.hub.profile_id, None if priority is None else int(priority)

    def remember(self) -> None:
        """Register what the VPC has now."""
        record = record_of(self.vpc)
        _associated[record].append(self._entry)
        _names[record].extend(self.hub.names)

    def problems(self) -> Iterator[Problem]:
        """Check everything."""
        yield from rules.hub_profile_present(profile=self.hub.profile_id is not None)
        yield from hub_reach_problems(self.hub, self.stack)
        yield from self._environment_problems()
        own_id = vpc_id(self.vpc)
        if not is_token(own_id):
            yield from id_well_formed(own_id, "vpc")
        yield from profile_rules.priority_in_range(known(self.priority))
        if self.priority is not None:
            yield from profile_rules.priority_supported(
                version=_cdk_version(), supported=_has_priority()
            )
        yield from self._profile_problems()
        dns = dns_of(self.vpc)
        yield from spoke_rules.spoke_dns_enabled(hostnames=dns.hostnames, support=dns.support)
        cidr = None if self.is_own else literal_cidr(self.vpc)
        yield from spoke_rules.spoke_among_clients(cidr, self.hub.client_cidrs)
        yield from spoke_rules.hub_cidr_apart(self.hub.vpc_cidr, cidr)

    def _profile_problems(self) -> Iterator[Problem]:
        entries = [*_associated[record_of(self.vpc)], self._entry]
        same = [profile for profile, _ in entries if profile == self.hub.profile_id]
        yield from profile_rules.valid_profiles(
            [priority for _, priority in entries], same=len(same)
        )

    def _environment_problems(self) -> Iterator[Problem]:
        ours, origin = environment_of(self.stack), hub_origin_of(self.hub)
        yield from profile_rules.profile_in_region(known(self.hub.region), ours.region)
        accounts = origin.accounts if isinstance(origin, HubOrigin) else None
        yield from spoke_rules.hub_shared_with(
            ours.account or account_of(self.vpc), self.hub.owner_account, accounts
        )


@jsii.implements(IValidation)
class _NamesShadowed:
    """Looks at synthesis for names that a VPC has itself, which may be defined at any time."""

    def __init__(
        self,
        connection: constructs.Construct,
        hub: EndpointHubContract,
        vpc: ec2.IVpc,
        *,
        own: bool,
    ) -> None:
        self._connection = connection
        self._own = own
        self._hub = hub
        self._vpc = vpc

    def validate(self) -> list[str]:
        """Annotate the connection with warnings; nothing is an error."""
        names = self._hub.names
        others = [it for it in names_in(self._vpc) if not (self._own and it in names)]
        warn(self._connection, spoke_rules.hub_names_unshadowed(names, others))
        return []


def _has_priority() -> bool:
    """Tell whether the installed CDK can set the priority of a Profile."""
    return "priority" in inspect.signature(profiles.CfnProfileAssociation.__init__).parameters


def _cdk_version() -> str:
    from importlib import metadata  # noqa: PLC0415 - for a refusal

    return metadata.version("aws-cdk-lib")
