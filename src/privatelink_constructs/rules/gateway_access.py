"""The rules for gateway endpoints, and for services that have both types of endpoints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from privatelink_constructs.rules.core import Fix, error, warning
from privatelink_constructs.rules.policies import as_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_GATEWAYS = "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html"
_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html"
_ECR = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html"
_LAYERS = "arn:{}:s3:::prod-{}-starport-layer-bucket/layer"
_ANONYMOUS = frozenset(
    {
        *("aws:principalaccount", "aws:principalarn", "aws:principalorgid"),
        *("aws:principalorgpaths", "aws:principaltype", "aws:userid"),
        *("aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths"),
    }
)
"""Keys that no request for an image layer can have the customer's own value of."""


@error(
    "gateway-endpoint-policy-missing",
    "A gateway endpoint must have a policy.",
    why=(
        "A gateway endpoint has no security group. Without a policy, every client in the VPC can "
        "access the buckets and tables of every account."
    ),
    fix=Fix(
        code=(
            "pass policy=EndpointPolicy.organization(...) or .account() to the bundle or the "
            "entry. To allow all access, pass EndpointPolicy.full_access()"
        ),
        template="set a PolicyDocument",
    ),
    url=_GATEWAYS,
)
def gateway_policy_present(service: str, *, given: bool) -> Iterator[str]:
    """Find a gateway endpoint for which no policy is passed.

    :param service: the name of the service.
    :param given: whether there is a policy.
    """
    if not given:
        yield f"the gateway endpoint for {service!r} has no policy"


@error(
    "route-table-undetermined",
    "The route tables of a gateway endpoint must be known.",
    why="A gateway endpoint adds a route to each route table and has no effect without a route.",
    fix=Fix(
        code=(
            "import the VPC with the IDs of its route tables, such as "
            "private_subnet_route_table_ids=[...], or select subnets with known route tables "
            "with subnets=..."
        ),
        template="list the route tables in RouteTableIds",
    ),
    url=_GATEWAYS,
)
def route_tables_known(service: str, *, unknown: int, total: int) -> Iterator[str]:
    """Find subnets without known route tables.

    :param service: the name of the service.
    :param unknown: how many of the subnets have no route table that is known.
    :param total: how many subnets there are.
    """
    if total == 0:
        yield f"the VPC has no subnets for the gateway endpoint for {service!r}"
    elif unknown:
        yield f"the route tables of {unknown} of {total} subnets aren't known"


@warning(
    "gateway-endpoint-ineffective",
    "A gateway endpoint should be in the route tables of private subnets.",
    why="Clients in private subnets don't use the gateway endpoint.",
    fix=Fix(
        code="remove subnets=..., so that all route tables of the VPC have the route",
        template="list the route tables of the private subnets in RouteTableIds",
    ),
    url=_GATEWAYS,
)
def private_route_tables_used(service: str, *, only_public: bool) -> Iterator[str]:
    """Find a gateway endpoint that only public subnets use.

    :param service: the name of the service.
    :param only_public: whether only public subnets are selected in a VPC that has others.
    """
    if only_public:
        yield f"only public subnets use the gateway endpoint for {service!r}"


@error(
    "inbound-resolver-option-conflict",
    "An interface endpoint for on-premises clients only must use private DNS.",
    why="AWS rejects the option without private DNS, because the option controls which clients "
    "resolve the private DNS names.",
    fix=Fix(
        code="set private_dns_enabled to True, or remove on_premises_only",
        template=(
            "set PrivateDnsEnabled to true, or remove PrivateDnsOnlyForInboundResolverEndpoint"
        ),
    ),
    url=_S3,
)
def on_premises_only_with_private_dns(*, asked: bool, private_dns: bool | None) -> Iterator[str]:
    """Find an endpoint for on-premises clients only without private DNS.

    :param asked: whether the option is set.
    :param private_dns: whether private DNS is enabled, None if it isn't known.
    """
    if asked and private_dns is False:
        yield "the endpoint is for on-premises clients only, but private DNS is disabled"


@warning(
    "gateway-endpoint-missing",
    "A VPC should use Amazon S3 and DynamoDB through gateway endpoints.",
    why="A gateway endpoint has no charge. AWS charges for an interface endpoint per hour and "
    "per gigabyte.",
    fix=Fix(
        code=(
            "use AwsService.gateway(...) instead of the interface endpoint, or list the "
            "on-premises and peered clients that need it in clients"
        ),
        template=(
            "use a gateway endpoint, or acknowledge this warning if clients outside the VPC need "
            "the interface endpoint"
        ),
    ),
    url=_GATEWAYS,
)
def gateway_preferred(service: str, *, gateway: bool, outside: bool) -> Iterator[str]:
    """Find an interface endpoint where a gateway endpoint would do.

    :param service: the name of the service.
    :param gateway: whether the VPC has a gateway endpoint for it.
    :param outside: whether there may be clients outside the VPC.
    """
    if service in {"dynamodb", "s3"} and not gateway and not outside:
        yield f"only clients in the VPC use the interface endpoint for {service!r}"


@warning(
    "gateway-endpoint-shadowed",
    "Clients in a VPC should use the S3 gateway endpoint, not the S3 interface endpoint.",
    why=(
        "With private DNS for the whole VPC, the DNS names of Amazon S3 resolve to the interface "
        "endpoint, which AWS charges for, and no client uses the free gateway endpoint."
    ),
    fix=Fix(
        code='use AwsService.interface("s3", on_premises_only=True)',
        template="set PrivateDnsOnlyForInboundResolverEndpoint to OnlyInboundResolver",
    ),
    url=_S3,
)
def gateway_not_shadowed(*, gateway: bool, private_dns: bool, asked: bool) -> Iterator[str]:
    """Find an S3 interface endpoint that takes the names from the gateway endpoint.

    :param gateway: whether the VPC has a gateway endpoint of S3.
    :param private_dns: whether the interface endpoint has private DNS.
    :param asked: whether it is for on-premises clients only.
    """
    if gateway and private_dns and not asked:
        yield "the DNS names of Amazon S3 resolve to the interface endpoint in the whole VPC"


@warning(
    "endpoint-policy-insufficient",
    "The policy of an S3 endpoint should allow the image layers of Amazon ECR.",
    why=(
        "The layers are in a bucket that AWS owns, and AWS signs the requests. If the policy "
        "doesn't allow these requests, clients can't pull images."
    ),
    fix=Fix(
        code=(
            "use EndpointPolicy.organization(...) or .account(), or allow s3:GetObject on "
            "arn:aws:s3:::prod-<Region>-starport-layer-bucket/* without a condition on the caller"
        ),
        template=(
            "allow s3:GetObject on arn:aws:s3:::prod-<Region>-starport-layer-bucket/* without a "
            "condition on the caller"
        ),
    ),
    url=f"{_ECR}#ecr-minimum-s3-perms",
)
def image_layers_allowed(
    policy: object, *, region: str | None, partition: str | None
) -> Iterator[str]:
    """Find a policy that prevents clients from pulling images from Amazon ECR.

    :param policy: the policy of an S3 endpoint in a VPC with an endpoint of ECR, with None for what
        isn't known.
    :param region: the Region, None if it isn't known.
    :param partition: the name of the partition, None if it isn't known.
    """
    if not isinstance(policy, dict):
        return
    document = cast("Mapping[str, object]", policy)
    statements = as_list(document.get("Statement"))
    wanted = _LAYERS.format(partition or "aws", region or "eu-west-1")
    if statements and not any(_may_allow(it, wanted, known=bool(region)) for it in statements):
        yield "the policy doesn't allow s3:GetObject on the image layers of Amazon ECR"


def _may_allow(statement: object, resource: str, *, known: bool) -> bool:
    """Tell whether a statement may allow a request that AWS signs; True for what isn't known."""
    if not isinstance(statement, dict):
        return True
    found = cast("Mapping[str, object]", statement)
    if found.get("Effect", "Allow") == "Deny" or _asks_for_caller(found.get("Condition")):
        return False
    if "NotAction" in found or "NotResource" in found:
        return True
    actions = as_list(found.get("Action")) or [None]
    resources = as_list(found.get("Resource")) or [None]
    return any(_matches(it, "s3:getobject") for it in actions) and any(
        _matches(it, resource) or (not known and "starport-layer-bucket" in str(it))
        for it in resources
    )


def _asks_for_caller(condition: object) -> bool:
    if not isinstance(condition, dict):
        return False
    operators = cast("Mapping[str, object]", condition)
    return any(
        str(key).lower() in _ANONYMOUS
        for operator, keys in operators.items()
        if not operator.endswith("IfExists") and "Not" not in operator and isinstance(keys, dict)
        for key in cast("Mapping[str, object]", keys)
    )


def _matches(pattern: object, text: str) -> bool:
    """Tell whether a pattern of a policy matches a text, True for a pattern that isn't known."""
    if not isinstance(pattern, str):
        return True
    expression = re.escape(pattern.lower()).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, text.lower()) is not None
