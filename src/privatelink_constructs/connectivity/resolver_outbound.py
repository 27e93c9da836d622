"""Names on premises for clients in VPCs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import constructs
import jsii
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53resolver as resolver
from constructs import IValidation

from privatelink_constructs._cdk.asking import (
    environment_of,
    is_child_of,
    peer_of,
    port_of,
    stack_of,
)
from privatelink_constructs._cdk.reporting import Site, refuse, warn
from privatelink_constructs._cdk.subnets import vpc_id
from privatelink_constructs.connectivity.hub_blueprint import distinct_vpcs
from privatelink_constructs.connectivity.hub_connection import hub_names_in
from privatelink_constructs.connectivity.names_in_vpc import literal_cidr, names_in
from privatelink_constructs.connectivity.resolver_inbound import (
    define_resolver_endpoint,
    define_resolver_group,
)
from privatelink_constructs.connectivity.resolver_subnets import resolver_subnets
from privatelink_constructs.connectivity.vpc_resolution import resolution_of
from privatelink_constructs.consumer.endpoint_plan import address_type_of
from privatelink_constructs.consumer.vpcs import account_of
from privatelink_constructs.consumer.zone_records import label_of
from privatelink_constructs.contract.shares import define_shares
from privatelink_constructs.facts.domain_names import normal_name
from privatelink_constructs.rules import forwarding as rules
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.core import about, is_token, items_of
from privatelink_constructs.rules.resolver_endpoints import family_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.contract.share_principal import SharePrincipal
    from privatelink_constructs.rules.core import Problem


class ForwardingRule(constructs.Construct):
    """A forwarding rule of Route 53 Resolver, and its associations with VPCs.

    ``ResolverOutboundEndpoint.forward`` defines it. You don't create it yourself; you only use its
    ID and its ARN.

    Example::

        rule = outbound.forward("corp.example.com", targets=["192.168.0.10"])
        cdk.CfnOutput(self, "Rule", value=rule.rule_id)

    :param scope: the scope of the construct.
    :param id: the ID of the construct.
    :param domain_name: the domain.
    :param resolver_endpoint_id: the ID of the outbound endpoint.
    :param targets: the addresses of the resolvers on premises, each with its port and its family.
    :param vpcs: the VPCs where the domain is forwarded.
    :param share_with: who can associate the rule with VPCs of other accounts.
    :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html
    """

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        domain_name: str,
        resolver_endpoint_id: str,
        targets: Sequence[tuple[str, int, str]],
        vpcs: Sequence[ec2.IVpc],
        share_with: Sequence[SharePrincipal],
    ) -> None:
        """Define the rule."""
        super().__init__(scope, id)
        self._resource = resolver.CfnResolverRule(
            self,
            "Resource",
            domain_name=domain_name,
            resolver_endpoint_id=resolver_endpoint_id,
            rule_type="FORWARD",
            target_ips=[_target(address, port, family) for address, port, family in targets],
        )
        for vpc in vpcs:
            resolver.CfnResolverRuleAssociation(
                self,
                f"Vpc-{_label_of(vpc, scope)}",
                resolver_rule_id=self.rule_id,
                vpc_id=vpc_id(vpc),
            )
        if share_with:
            define_shares(self, share_with, resource_arns=[self.rule_arn])

    @property
    def rule_id(self) -> str:
        """The ID of the rule, ``rslvr-rr-...``, known only at deployment."""
        return self._resource.attr_resolver_rule_id

    @property
    def rule_arn(self) -> str:
        """The ARN of the rule, known only at deployment."""
        return self._resource.attr_arn


def _target(address: str, port: int, family: str) -> resolver.CfnResolverRule.TargetAddressProperty:
    named = {"ipv6": address} if family == "ipv6" else {"ip": address}
    return resolver.CfnResolverRule.TargetAddressProperty(port=str(port), protocol="Do53", **named)


def _label_of(vpc: ec2.IVpc, endpoint: constructs.Construct) -> str:
    """Return what represents a VPC in IDs: its own ID next to the endpoint, else its address."""
    scope = endpoint.node.scope
    near = scope is not None and is_child_of(vpc, scope)
    return vpc.node.id if near else vpc.node.addr


@jsii.implements(ec2.IConnectable)
class ResolverOutboundEndpoint(constructs.Construct):
    """Forwards the queries of VPCs for domains on premises to the resolvers there.

    Example::

        outbound = ResolverOutboundEndpoint(self, "ToOnPremises", vpc=vpc)
        outbound.forward("corp.example.com", targets=["192.168.0.10", "192.168.0.11"])

    :param scope: the scope of the construct.
    :param id: the ID of the construct.
    :param vpc: the VPC that the queries leave from, which has a route to the targets.
    :param subnets: the subnets of the endpoint, in at least two Availability Zones. AWS charges for
        an address in each of them by the hour. Default: the VPC's private subnets, one per
        Availability Zone; its public subnets if it has no others, with a warning.
    :param ip_address_type: the address type, which applies to all addresses, and decides of which
        family the targets of rules can be. You can change it only between ``IPV4`` and
        ``DUALSTACK``, and not together with the subnets. Default: IPv4.
    :raises ValidationError: for what AWS would reject. ``privatelink explain`` describes each error
        by its code.
    :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-forwarding-outbound-queries.html
    """

    @checked()
    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection | None = None,
        ip_address_type: ec2.VpcEndpointIpAddressType = ec2.VpcEndpointIpAddressType.IPV4,
    ) -> None:
        """Define the endpoint."""
        kind = address_type_of(ip_address_type)
        chosen = resolver_subnets(vpc, subnets, None, Site(scope, id), address_type=kind)
        warnings = refuse(chosen.problems(), Site(scope, id))

        super().__init__(scope, id)
        self._vpc = vpc
        self._families = chosen.families
        self._stack = stack_of(scope)
        self._security_group = define_resolver_group(self, vpc, "Where queries are forwarded to")
        self._resource = define_resolver_endpoint(
            self, "OUTBOUND", chosen, self._security_group, protocols=["Do53"]
        )
        self._connections: ec2.Connections | None = None
        warn(self, warnings)

    @property
    def resolver_endpoint_id(self) -> str:
        """The ID of the endpoint, ``rslvr-out-...``, known only at deployment."""
        return self._resource.attr_resolver_endpoint_id

    @property
    def connections(self) -> ec2.Connections:
        """The security group of the endpoint."""
        if self._connections is None:
            self._connections = ec2.Connections(security_groups=[self._security_group])
        return self._connections

    @checked()
    def forward(
        self,
        domain_name: str,
        *,
        targets: Sequence[str],
        vpcs: Sequence[ec2.IVpc] = (),
        share_with: Sequence[SharePrincipal] = (),
    ) -> ForwardingRule:
        """Forward a domain, and all names below it, to resolvers on premises.

        Example::

            outbound.forward("corp.example.com", targets=["192.168.0.10"], vpcs=[orders_vpc])

        :param domain_name: the domain, or a single dot for all names. Its rule is identified by it:
            if you change the domain, the rule is replaced.
        :param targets: the addresses of the resolvers on premises, such as ``192.168.0.10``, or
            ``192.168.0.10:5353`` for another port than 53. At least one. With the address type of
            the endpoint, they can be IPv6 addresses, such as ``[fd00::10]:5353``, but not of both
            families. Tokens are IPv4 addresses unless the endpoint has IPv6 addresses only.
        :param vpcs: the VPCs of the same account where the domain is forwarded, in addition to the
            endpoint's VPC. Default: none.
        :param share_with: the accounts, organizations, and organizational units that can associate
            the rule with their VPCs, in resource shares of AWS RAM. Default: none.
        :return: the rule.
        :raises ValidationError: ``forwarding-domain-malformed``, ``forwarding-domain-duplicate``,
            ``forwarding-target-missing``, ``forwarding-target-malformed``,
            ``forwarding-targets-conflict``, ``forwarding-target-address-family-mismatch``,
            ``forwarding-target-conflict``, ``forwarding-vpc-account-mismatch``.
        :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html
        """
        every = distinct_vpcs((self._vpc, *vpcs))
        warnings = refuse(self._rule_problems(domain_name, targets, every), Site(self))
        split = dict.fromkeys(map(rules.split_target, targets))
        ways = cast("list[tuple[str, int]]", list(split))
        domain = domain_name if is_token(domain_name) else normal_name(domain_name) or "."
        rule = ForwardingRule(
            self,
            f"Rule-{label_of(domain, self._stack)}",
            domain_name=domain,
            resolver_endpoint_id=self.resolver_endpoint_id,
            targets=[(address, port, self._family_of(address)) for address, port in ways],
            vpcs=every,
            share_with=share_with,
        )
        self._open(ways)
        for vpc in every:
            resolution_of(vpc).domains.append(domain)
            resolution_of(vpc).targets.extend(address for address, _ in ways)
        if not is_token(domain):
            rule.node.add_validation(cast("IValidation", _NamesForwarded(rule, domain, every)))
        warn(rule, warnings)
        return rule

    def _rule_problems(
        self, domain: str, targets: Sequence[str], vpcs: Sequence[ec2.IVpc]
    ) -> Iterator[Problem]:
        yield from rules.forwarding_domain_well_formed(domain)
        yield from rules.forwarding_target_present(len(targets))
        addresses = [rules.split_target(it)[0] for it in targets]
        for (name, target), address in zip(items_of(targets, "targets"), addresses, strict=True):
            yield from about(rules.forwarding_target_well_formed(target), name)
            yield from about(rules.forwarding_target_of_type(address, self._families), name)
        yield from rules.forwarding_targets_alike(addresses)
        account = environment_of(self._stack).account
        for vpc in vpcs:
            resolution = resolution_of(vpc)
            yield from rules.forwarding_domain_free(domain, resolution.domains)
            yield from rules.forwarding_vpc_in_account(account_of(vpc), account)
            yield from rules.forwarding_target_elsewhere(addresses, resolution.inbound)
            cidr = literal_cidr(vpc)
            for address in addresses:
                yield from rules.forwarding_target_effective(address, cidr)

    def _family_of(self, address: str) -> str:
        """Return the family of an address; that of a token is the first one of the endpoint."""
        return family_of(address) or self._families[0]

    def _open(self, targets: Sequence[tuple[str, int]]) -> None:
        """Allow queries to leave for the targets."""
        for address, port in targets:
            for protocol in ("tcp", "udp"):
                ipv6 = self._family_of(address) == "ipv6"
                peer = peer_of(self._stack, f"{address}/{128 if ipv6 else 32}", ipv6=ipv6)
                self._security_group.add_egress_rule(peer, port_of(self._stack, protocol, port))


@jsii.implements(IValidation)
class _NamesForwarded:
    """Looks at synthesis for names of endpoints that a rule hides, defined at any time."""

    def __init__(self, rule: constructs.Construct, domain: str, vpcs: Sequence[ec2.IVpc]) -> None:
        self._rule = rule
        self._domain = domain
        self._vpcs = vpcs

    def validate(self) -> list[str]:
        """Annotate the rule with warnings; nothing is an error."""
        names = [name for vpc in self._vpcs for name in (*names_in(vpc), *hub_names_in(vpc))]
        warn(self._rule, rules.forwarded_names_unshadowed(self._domain, names))
        return []
