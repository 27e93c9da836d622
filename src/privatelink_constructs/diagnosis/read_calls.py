"""Every call that a diagnosis makes: what it is called, where its answer is, and what it needs.

The policy is made of this table, the reader makes no call that isn't in it, and a test holds that
all of them only read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

PROVIDER, CONSUMER = "provider", "consumer"
_BOTH = (PROVIDER, CONSUMER)
_IAM_NAMES = {"elbv2": "elasticloadbalancing"}
"""What IAM calls the services that boto3 calls differently."""


class Call(NamedTuple):
    """A call that reads.

    :param service: what boto3 calls the service.
    :param operation: the operation, as AWS writes it.
    :param answer: where in the answer the items are.
    :param sides: who makes it.
    :param tells: what it tells, for people who can't see it.
    """

    service: str
    operation: str
    answer: str
    sides: tuple[str, ...]
    tells: str

    @property
    def action(self) -> str:
        """The permission that it takes."""
        return f"{_IAM_NAMES.get(self.service, self.service)}:{self.operation}"

    @property
    def method(self) -> str:
        """The method of the client."""
        return "".join(f"_{it.lower()}" if it.isupper() else it for it in self._spelled)[1:]

    @property
    def _spelled(self) -> str:
        return self.operation.replace("VPC", "Vpc")


def _calls(
    service: str, sides: tuple[str, ...], rows: Iterable[tuple[str, str, str]]
) -> list[Call]:
    return [Call(service, operation, answer, sides, tells) for operation, answer, tells in rows]


_EVERY = [
    *_calls("sts", _BOTH, [("GetCallerIdentity", "", "whose credentials they are")]),
    *_calls(
        "ec2",
        (PROVIDER,),
        [
            (
                "DescribeVpcEndpointServiceConfigurations",
                "ServiceConfigurations",
                "the state of the service, its Availability Zones, and its private DNS name",
            ),
            (
                "DescribeVpcEndpointServicePermissions",
                "AllowedPrincipals",
                "whether the consumer is permitted",
            ),
            (
                "DescribeVpcEndpointConnections",
                "VpcEndpointConnections",
                "whether the connection is accepted",
            ),
            (
                "DescribeNetworkInterfaces",
                "NetworkInterfaces",
                "the security groups of the targets",
            ),
        ],
    ),
    *_calls(
        "ec2",
        _BOTH,
        [
            ("DescribeSecurityGroups", "SecurityGroups", "whom the security groups allow"),
            ("DescribeSubnets", "Subnets", "the Availability Zones of subnets"),
        ],
    ),
    *_calls(
        "ec2",
        (CONSUMER,),
        [
            (
                "DescribeVpcEndpoints",
                "VpcEndpoints",
                "the state of the endpoint, and its error",
            ),
            (
                "DescribeVpcEndpointServices",
                "ServiceDetails",
                "whether the consumer finds the service",
            ),
            ("DescribeVpcs", "Vpcs", "the addresses of the consumer's VPC"),
            ("DescribeVpcAttribute", "", "whether DNS is on in the consumer's VPC"),
            ("DescribeNetworkAcls", "NetworkAcls", "what the network ACLs of its subnets allow"),
        ],
    ),
    *_calls(
        "elbv2",
        (PROVIDER,),
        [
            ("DescribeLoadBalancers", "LoadBalancers", "the state of the load balancers"),
            ("DescribeLoadBalancerAttributes", "Attributes", "cross-zone load balancing"),
            ("DescribeListeners", "Listeners", "the ports that are listened on"),
            ("DescribeTargetGroups", "TargetGroups", "where listeners forward to"),
            ("DescribeTargetGroupAttributes", "Attributes", "cross-zone load balancing of a group"),
            ("DescribeTargetHealth", "TargetHealthDescriptions", "whether targets are healthy"),
        ],
    ),
    *_calls(
        "route53",
        (CONSUMER,),
        [
            ("ListHostedZonesByVPC", "HostedZoneSummaries", "which hosted zones the VPC has"),
            ("ListResourceRecordSets", "ResourceRecordSets", "where their records point"),
            ("GetHostedZone", "HostedZone", "the names of hosted zones in Profiles"),
        ],
    ),
    *_calls(
        "route53profiles",
        (CONSUMER,),
        [
            ("ListProfileAssociations", "ProfileAssociations", "which Profiles the VPC has"),
            (
                "ListProfileResourceAssociations",
                "ProfileResourceAssociations",
                "what the Profiles bring",
            ),
        ],
    ),
    *_calls(
        "route53resolver",
        (CONSUMER,),
        [
            (
                "ListResolverRuleAssociations",
                "ResolverRuleAssociations",
                "which forwarding rules the VPC has",
            ),
            ("ListResolverRules", "ResolverRules", "the domains of forwarding rules"),
        ],
    ),
    *_calls(
        "cloudwatch",
        _BOTH,
        [("GetMetricData", "MetricDataResults", "whether packets arrive, and where they end")],
    ),
]
CALLS = {call.operation: call for call in _EVERY}
WITHOUT_PERMISSION = frozenset({"GetCallerIdentity"})
"""Calls that every identity may make."""


def least_policy(side: str) -> dict[str, object]:
    """Return the least-privilege policy for the diagnosis of one side.

    None of the actions changes anything, and most of them take no narrower resource.

    :param side: ``provider`` or ``consumer``.
    """
    actions = sorted(
        call.action
        for call in CALLS.values()
        if side in call.sides and call.operation not in WITHOUT_PERMISSION
    )
    statement = {
        "Sid": f"PrivateLinkDiagnosis{side.capitalize()}",
        "Effect": "Allow",
        "Action": actions,
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
