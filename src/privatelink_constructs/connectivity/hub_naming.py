"""How the names of a hub's endpoints get into other VPCs."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the check of arguments reads it
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.facts.domain_names import without_wildcard
from privatelink_constructs.rules.arguments import checked, checked_fields
from privatelink_constructs.rules.core import about, is_token, items_of
from privatelink_constructs.rules.hub_profiles import profile_name_well_formed
from privatelink_constructs.rules.private_dns import hosted_zone_name_well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs.rules.core import Problem


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class HubNaming:
    """How the names of a hub's endpoints get into other VPCs.

    Use :meth:`profile` or :meth:`private_hosted_zones` to create one.

    Example::

        HubNaming.private_hosted_zones(vpcs=[orders_vpc, billing_vpc])

    :param uses_profile: whether the hub has a Route 53 Profile. Default: True.
    :param profile_name: the name of the Profile. Default: None, one from the path of the hub.
    :param vpcs: the VPCs that the private hosted zones are associated with, in addition to the
        hub's VPC. Default: none.
    :param private_dns_names: the private DNS names of AWS services, by the part of the name of the
        service after the Region. Default: those that the library knows.
    :raises ValidationError: ``profile-name-malformed``, ``hosted-zone-name-malformed``.
    :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html
    """

    uses_profile: bool = True
    profile_name: str | None = None
    vpcs: tuple[ec2.IVpc, ...] = ()
    private_dns_names: Mapping[str, Sequence[str]] = field(
        default_factory=dict[str, "Sequence[str]"]
    )

    def __post_init__(self) -> None:
        """Check the names."""
        refuse(self._problems())
        object.__setattr__(self, "vpcs", tuple(self.vpcs))

    def _problems(self) -> Iterator[Problem]:
        if self.profile_name is not None:
            yield from profile_name_well_formed(self.profile_name)
        for key, names in self.private_dns_names.items():
            for place, name in items_of(names, f"private_dns_names[{key!r}]"):
                if not is_token(name):
                    found = hosted_zone_name_well_formed(without_wildcard(name))
                    yield from about(found, place)

    @staticmethod
    @checked()
    def profile(*, name: str | None = None) -> HubNaming:
        """Use a Route 53 Profile, which contains the endpoints themselves.

        AWS keeps all names of the endpoints, wildcards included. The Profile can be shared with
        other accounts, and works in the Region of the hub.

        :param name: the name of the Profile. If you change it, the Profile and all of its
            associations are replaced. Default: None, a name from the path of the hub.
        :raises ValidationError: ``profile-name-malformed``.
        :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html
        """
        return HubNaming(profile_name=name)

    @staticmethod
    @checked()
    def private_hosted_zones(
        *,
        vpcs: Sequence[ec2.IVpc] = (),
        private_dns_names: Mapping[str, Sequence[str]] | None = None,
    ) -> HubNaming:
        """Use a private hosted zone for each name, with private DNS off on the endpoints.

        Example::

            HubNaming.private_hosted_zones(
                vpcs=[orders_vpc],
                private_dns_names={"sqs": ["sqs.eu-west-1.amazonaws.com", "sqs.eu-west-1.api.aws"]},
            )

        :param vpcs: the VPCs where clients use the names, in addition to the hub's VPC. They must
            be of the same account, in any Region. Default: none.
        :param private_dns_names: the private DNS names of AWS services, by the part of the name of
            the service after the Region, such as ``ecr.api``. A wildcard such as ``*.dkr.ecr...``
            represents the domain and all names below it. Default: those that the library knows,
            with a warning for services that it doesn't know.
        :raises ValidationError: ``hosted-zone-name-malformed``.
        :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html
        """
        return HubNaming(
            uses_profile=False,
            vpcs=tuple(vpcs),
            private_dns_names=private_dns_names or {},
        )
