"""The rules for what listeners of each kind of load balancer consist of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterator

_GATEWAY = "https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway"
GENEVE_PORT = 6081
_WEIGHTS = range(1000)


@error(
    "listener-actions-exceeded",
    "A listener of a Network Load Balancer must have exactly one default action.",
    why="AWS rejects a listener with several default actions.",
    fix=Fix(
        code="forward to several target groups with one action",
        template="list one action in DefaultActions. To forward to several target groups, list "
        "them in its ForwardConfig",
    ),
    url=core.NLB_LISTENERS,
)
def single_action(actions: int | None) -> Iterator[str]:
    """Find a listener with several default actions; None when their number isn't known."""
    if actions is not None and actions > 1:
        yield f"the listener has {actions} default actions"


@error(
    "listener-certificates-exceeded",
    "A list of certificates must contain one certificate.",
    why=(
        "A listener has one default certificate, and each AWS::ElasticLoadBalancingV2::"
        "ListenerCertificate adds one further certificate. AWS rejects longer lists."
    ),
    fix=Fix(
        code="pass the other certificates with add_certificates",
        template="list one certificate, and define an "
        "AWS::ElasticLoadBalancingV2::ListenerCertificate for each other one",
    ),
    url=core.NLB_LISTENERS,
)
def single_certificate(certificates: int | None) -> Iterator[str]:
    """Find several certificates in one list; None when their number isn't known."""
    if certificates is not None and certificates > 1:
        yield f"the list has {certificates} certificates"


@error(
    "listener-certificate-not-supported",
    "A further certificate must be for a TLS listener.",
    why="AWS rejects certificates for other listeners.",
    fix=Fix(
        code="use a TLS listener",
        template="set Protocol of the listener to TLS, or remove the certificate",
    ),
    url=core.NLB_LISTENERS,
)
def certificate_on_tls(listener: str, protocol: str | None) -> Iterator[str]:
    """Find a certificate for a listener that has none.

    :param listener: the name of the listener.
    :param protocol: its protocol, None when it isn't known.
    """
    if protocol not in {None, "TLS"}:
        yield f"{listener} is a {protocol} listener"


@error(
    "mutual-authentication-not-supported",
    "Mutual TLS of a Network Load Balancer must use a TLS listener, mode verify, and a trust "
    "store.",
    why="AWS rejects other modes, other listeners, and the mode verify without a trust store.",
    fix=Fix(
        code="use a TLS listener with mode verify and a trust store",
        template="set Protocol to TLS, Mode to verify, and TrustStoreArn, or remove "
        "MutualAuthentication",
    ),
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/mutual-authentication.html",
)
def mutual_authentication_possible(
    mode: str | None, *, protocol: str | None, trust_store: bool
) -> Iterator[str]:
    """Find mutual TLS that a Network Load Balancer doesn't support.

    :param mode: the mode, None when it isn't set or isn't known.
    :param protocol: the protocol of the listener, None when it isn't known.
    :param trust_store: whether a trust store is, or might be, set.
    """
    if mode in {None, "off"}:
        return
    if mode != "verify":
        yield f"the mode {mode!r} is not supported"
    elif protocol not in {None, "TLS"}:
        yield f"the {protocol} listener has mutual authentication"
    elif not trust_store:
        yield "the mode is verify, but there is no trust store"


@error(
    "gateway-listener-duplicate",
    "A Gateway Load Balancer must have only one listener.",
    why="AWS rejects a second listener.",
    fix=Fix(code="define one listener", template="remove one of the listeners"),
    url=f"{_GATEWAY}/gateway-listeners.html",
)
def single_gateway_listener(listener: str, other: str | None) -> Iterator[str]:
    """Find a second listener of a Gateway Load Balancer.

    :param listener: the name of the load balancer.
    :param other: the name of the first listener, None when there isn't one.
    """
    if other is not None:
        yield f"{other} is also a listener of {listener}"


@error(
    "gateway-target-group-mismatch",
    "A Gateway Load Balancer must forward to a GENEVE target group on port 6081.",
    why="AWS rejects other protocols and other ports.",
    fix=Fix(
        code="use a GENEVE target group",
        template="set Protocol of the target group to GENEVE, and Port to 6081",
    ),
    url=f"{_GATEWAY}/target-groups.html",
)
def gateway_target_group(protocol: str | None, port: float | None) -> Iterator[str]:
    """Find a target group that a Gateway Load Balancer can't forward to.

    :param protocol: the protocol of the target group, None when it isn't known.
    :param port: its port, None when it isn't known.
    """
    if protocol not in {None, "GENEVE"}:
        yield f"the protocol of the target group is {protocol}"
    elif port not in {None, GENEVE_PORT}:
        yield f"the port of the target group is {port}"


@error(
    "listener-rule-not-supported",
    "A rule of a Network Load Balancer's listener must be for the address family of the source, "
    "on a dualstack load balancer.",
    why="AWS rejects other conditions, and rules on load balancers that aren't dualstack.",
    fix=Fix(
        code="omit the rule, or use an Application Load Balancer as the target",
        template="remove the rule, or use an Application Load Balancer as the target. A rule with "
        "Field source-ip and SourceIpConfig.IpAddressType is possible if IpAddressType of the load "
        "balancer is dualstack",
    ),
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-rule.html",
)
def listener_rule_possible(field: str | None, *, dualstack: bool | None) -> Iterator[str]:
    """Find a rule that a listener of a Network Load Balancer can't have.

    :param field: what a condition is on, None when it isn't known.
    :param dualstack: whether the load balancer is dualstack, None when it isn't known.
    """
    if field not in {None, "source-ip"}:
        yield f"a condition on {field} is not supported"
    elif dualstack is False:
        yield "the load balancer is not dualstack"


@error(
    "target-group-weight-out-of-range",
    "The weight of a target group must be between 0 and 999.",
    why="AWS rejects other weights.",
    fix=Fix.same("use a whole number from 0 to 999"),
    url=core.NLB_LISTENERS,
)
def weight_in_range(weight: float | None) -> Iterator[str]:
    """Find a weight that AWS rejects; None when it isn't set or isn't known."""
    if weight is not None and weight not in _WEIGHTS:
        yield f"the weight is {weight}"
