"""Statements that limit what accounts can do with PrivateLink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.facts import condition_keys as facts
from privatelink_constructs.rules import guard_rails as rules
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.core import about, is_token, items_of
from privatelink_constructs.rules.policies import organization_id_well_formed
from privatelink_constructs.rules.regions import region_valid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EVERYWHERE = ("*",)
_EC2_INFRASTRUCTURE = "arn:*:iam::*:role/aws:ec2-infrastructure"
"""The role with which Amazon EC2 attaches encrypted volumes: not from a network of yours."""


class GuardRails:
    """Statements for service control policies: what accounts must not do with PrivateLink.

    Each method returns a statement that denies everything but what you name. A statement grants
    nothing. Put several into a :class:`ServiceControlPolicy`.

    Example::

        ServiceControlPolicy(
            self,
            "PrivateLink",
            statements=[
                GuardRails.only_service_owners("amazon", "111111111111"),
                GuardRails.no_cross_region(),
            ],
            targets=["ou-abcd-12345678"],
        )

    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/security_iam_id-based-policy-examples.html
    """

    @staticmethod
    @checked()
    def only_service_owners(*owners: str) -> iam.PolicyStatement:
        """Deny new endpoints to services of other owners.

        Endpoints without a service, such as resource endpoints, aren't denied.

        :param owners: ``amazon`` for AWS services, ``aws-marketplace``, and account IDs.
        :raises ValidationError: ``guard-rail-owner-not-valid``, ``guard-rail-value-missing``.
        """
        refuse(rules.values_present(owners, name="owners"))
        for name, owner in items_of(owners, "owners"):
            refuse(about(rules.owner_valid(owner), name))
        return _limited(
            "OnlyServiceOwners",
            [facts.CREATE_ENDPOINT],
            facts.ENDPOINTS,
            facts.SERVICE_OWNER,
            owners,
            operator="StringNotEquals",
        )

    @staticmethod
    @checked()
    def only_services(*names: str) -> iam.PolicyStatement:
        """Deny new endpoints to other services.

        Endpoints without a service, such as resource endpoints, aren't denied.

        :param names: the names of the services, such as ``com.amazonaws.eu-west-1.logs`` or, with
            wildcards, ``com.amazonaws.*.logs``.
        :raises ValidationError: ``guard-rail-value-malformed``, ``guard-rail-value-missing``.
        """
        _check(names, form="service", name="names")
        return _limited(
            "OnlyServices", [facts.CREATE_ENDPOINT], facts.ENDPOINTS, facts.SERVICE_NAME, names
        )

    @staticmethod
    @checked()
    def only_private_names(*names: str) -> iam.PolicyStatement:
        """Deny endpoint services with other private DNS names.

        Services without a private DNS name aren't denied.

        :param names: the names, such as ``payments.example.com``, or ``*.example.com`` for all
            names under a domain; the domain itself isn't one of them.
        :raises ValidationError: ``guard-rail-value-malformed``, ``guard-rail-value-missing``.
        """
        _check(names, form="domain", name="names")
        actions = [facts.CREATE_SERVICE, facts.MODIFY_SERVICE]
        return _limited("OnlyPrivateNames", actions, facts.SERVICES, facts.PRIVATE_NAME, names)

    @staticmethod
    @checked()
    def only_service_regions(*regions: str) -> iam.PolicyStatement:
        """Deny new endpoints to services in other Regions.

        :param regions: the Regions of the services, such as ``eu-west-1``.
        :raises ValidationError: ``region-not-valid``, ``guard-rail-value-missing``.
        """
        _check_regions(regions)
        return _limited(
            "OnlyServiceRegions",
            [facts.CREATE_ENDPOINT],
            facts.ENDPOINTS,
            facts.SERVICE_REGION,
            regions,
            operator="StringNotEquals",
        )

    @staticmethod
    @checked()
    def only_supported_regions(*regions: str) -> iam.PolicyStatement:
        """Deny endpoint services that support endpoints in other Regions.

        AWS's list of keys has this one for changes of a service, and not for its creation. Combine
        it with :meth:`no_cross_region`, or with :meth:`only_roles_may_publish`.

        :param regions: the Regions that services can support, such as ``eu-west-1``.
        :raises ValidationError: ``region-not-valid``, ``guard-rail-value-missing``.
        """
        _check_regions(regions)
        return _limited(
            "OnlySupportedRegions",
            [facts.CREATE_SERVICE, facts.MODIFY_SERVICE],
            facts.SERVICES,
            facts.SUPPORTED_REGION,
            regions,
            operator="StringNotEquals",
        )

    @staticmethod
    @checked()
    def no_cross_region() -> iam.PolicyStatement:
        """Deny services for endpoints in other Regions, and endpoints to services in other Regions.

        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
        """
        return _denied("NoCrossRegion", [facts.MULTI_REGION], _EVERYWHERE)

    @staticmethod
    @checked()
    def only_roles_may_accept(*roles: str) -> iam.PolicyStatement:
        """Deny everybody else to accept and reject connections to endpoint services.

        Name the role that deploys as well, and the roles of functions that decide on connections,
        such as those of ``AcceptancePolicy.by_rules(...)``.

        :param roles: the names of roles, with their paths and with wildcards, or ARNs.
        :raises ValidationError: ``guard-rail-value-malformed``, ``guard-rail-value-ineffective``,
            ``guard-rail-value-missing``.
        """
        return _for_roles("OnlyRolesMayAccept", [facts.ACCEPT, facts.REJECT], roles)

    @staticmethod
    @checked()
    def only_roles_may_permit(*roles: str) -> iam.PolicyStatement:
        """Deny everybody else to change who is allowed to connect to endpoint services.

        There is no key for who is allowed: a role that can permit can permit everyone.

        :param roles: the names of roles, with their paths and with wildcards, or ARNs.
        :raises ValidationError: ``guard-rail-value-malformed``, ``guard-rail-value-ineffective``,
            ``guard-rail-value-missing``.
        """
        return _for_roles("OnlyRolesMayPermit", [facts.MODIFY_PERMISSIONS], roles)

    @staticmethod
    @checked()
    def only_roles_may_publish(*roles: str) -> iam.PolicyStatement:
        """Deny everybody else to create, change, and delete endpoint services.

        This includes whether a service requires acceptance, for which there is no key.

        :param roles: the names of roles, with their paths and with wildcards, or ARNs.
        :raises ValidationError: ``guard-rail-value-malformed``, ``guard-rail-value-ineffective``,
            ``guard-rail-value-missing``.
        """
        actions = [
            facts.CREATE_SERVICE,
            facts.DELETE_SERVICES,
            facts.MODIFY_SERVICE,
            facts.VERIFY_NAME,
        ]
        return _for_roles("OnlyRolesMayPublish", actions, roles)

    @staticmethod
    @checked()
    def only_resource_names(*domains: str) -> iam.PolicyStatement:
        """Deny resource and service-network endpoints that specify other private DNS names.

        Combine it with :meth:`no_unverified_resource_names`: an endpoint that takes all domains
        specifies none.

        :param domains: the domains, such as ``orders.example.com`` or ``*.example.com``.
        :raises ValidationError: ``guard-rail-value-malformed``, ``guard-rail-value-missing``.
        """
        _check(domains, form="domain", name="domains")
        return _limited(
            "OnlyResourceNames",
            [facts.CREATE_ENDPOINT],
            facts.ENDPOINTS,
            facts.SPECIFIED_DOMAINS,
            domains,
            operator="ForAnyValue:StringNotLike",
        )

    @staticmethod
    @checked()
    def no_unverified_resource_names() -> iam.PolicyStatement:
        """Deny resource and service-network endpoints that take private names of all domains.

        Verified domains, and domains that an endpoint specifies, aren't denied.
        """
        return _denied(
            "NoUnverifiedResourceNames",
            [facts.CREATE_ENDPOINT],
            [facts.ENDPOINTS],
            {"StringEquals": {facts.NAME_PREFERENCE: ["ALL_DOMAINS"]}},
        )

    @staticmethod
    @checked()
    def only_organization_networks(
        organization_id: str,
        *,
        services: Sequence[str],
        source_ips: Sequence[str] = (),
        exempt_roles: Sequence[str] = (),
    ) -> iam.PolicyStatement:
        """Deny requests to AWS services that don't come through endpoints of an organization.

        Requests that an AWS service sends for a principal aren't denied, and neither are those of
        Amazon EC2's own role. Only some AWS services support the key ``aws:VpceOrgID``: requests to
        others are denied even through an endpoint.

        :param organization_id: the ID of the organization that the endpoints belong to.
        :param services: the AWS services that this is for, by the prefixes of their actions, such
            as ``s3`` and ``kms``.
        :param source_ips: CIDR blocks of public addresses that requests may come from, such as
            those of an office. Default: none.
        :param exempt_roles: the names or ARNs of roles that aren't denied. Default: none.
        :raises ValidationError: ``organization-id-malformed``, ``guard-rail-value-missing``,
            ``guard-rail-value-malformed``, ``guard-rail-address-malformed``,
            ``guard-rail-value-ineffective``.
        :see: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
        """
        if not is_token(organization_id):
            refuse(organization_id_well_formed(organization_id))
        _check(services, form="AWS service", name="services")
        for name, cidr in items_of(source_ips, "source_ips"):
            refuse(about(rules.address_well_formed(cidr), name))
        if exempt_roles:
            _check(exempt_roles, form="role", name="exempt_roles")
        roles = [_EC2_INFRASTRUCTURE, *map(_role_arn, exempt_roles)]
        conditions: dict[str, object] = {
            "StringNotEqualsIfExists": {"aws:VpceOrgID": organization_id},
            "BoolIfExists": {"aws:ViaAWSService": "false"},
            "ArnNotLikeIfExists": {facts.PRINCIPAL_ARN: roles},
        }
        if source_ips:
            conditions["NotIpAddressIfExists"] = {"aws:SourceIp": list(source_ips)}
        actions = [f"{service}:*" for service in services]
        return _denied("OnlyOrganizationNetworks", actions, _EVERYWHERE, conditions)

    @staticmethod
    @checked()
    def no_external_shares() -> iam.PolicyStatement:
        """Deny resource shares of AWS RAM with accounts outside your organization.

        Resource gateways, Route 53 Profiles, and contracts are shared this way.
        """
        return _denied(
            "NoExternalShares",
            [facts.CREATE_SHARE, facts.UPDATE_SHARE],
            _EVERYWHERE,
            {"Bool": {facts.EXTERNAL_PRINCIPALS: "true"}},
        )


def _check(values: Sequence[str], *, form: str, name: str) -> None:
    refuse(rules.values_present(values, name=name))
    for item, value in items_of(values, name):
        refuse(rules.value_limiting(value, name=item))
        refuse(about(rules.value_well_formed(value, form=form), item))


def _check_regions(regions: Sequence[str]) -> None:
    refuse(rules.values_present(regions, name="regions"))
    for name, region in items_of(regions, "regions"):
        if not is_token(region):
            refuse(about(region_valid(region), name))


def _limited(
    sid: str,
    actions: Sequence[str],
    resource: str,
    key: str,
    values: Sequence[str],
    *,
    operator: str = "StringNotLike",
) -> iam.PolicyStatement:
    """Deny requests that have a key with another value; those without the key aren't denied."""
    # A negated operator holds for requests without the key, with IfExists as well.
    conditions = {operator: {key: list(values)}, "Null": {key: "false"}}
    return _denied(sid, actions, [resource], conditions)


def _for_roles(sid: str, actions: Sequence[str], roles: Sequence[str]) -> iam.PolicyStatement:
    """Deny actions to everybody but roles; who has no ARN is denied."""
    _check(roles, form="role", name="roles")
    conditions = {"ArnNotLike": {facts.PRINCIPAL_ARN: list(map(_role_arn, roles))}}
    return _denied(sid, actions, _EVERYWHERE, conditions)


def _role_arn(role: str) -> str:
    return role if role.startswith("arn:") or is_token(role) else f"arn:*:iam::*:role/{role}"


def _denied(
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str],
    conditions: Mapping[str, object] | None = None,
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        effect=iam.Effect.DENY,
        actions=list(actions),
        resources=list(resources),
        conditions=conditions,
    )
