"""The rules for TLS: certificates and policies of listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.arns import region_in_arn
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.rules.core import Problem


@error(
    "tls-certificate-missing",
    "A TLS listener must have a certificate.",
    why="AWS rejects a TLS listener without a certificate.",
    fix=Fix(
        code="specify certificates=[...], or use Listener.tcp(...) if the targets terminate TLS",
        template="set Certificates, or set Protocol to TCP if the targets terminate TLS",
    ),
    url=core.NLB_LISTENERS,
)
def tls_certificate_present(protocol: str, *, certificates: int | None) -> Iterator[str]:
    """Find a TLS listener without a certificate.

    :param certificates: how many there are, None when it isn't known.
    """
    if protocol == "TLS" and certificates == 0:
        yield "a TLS listener without a certificate"


@error(
    "tls-option-not-supported",
    "Certificates, an SSL policy, and an ALPN policy must belong to a TLS listener.",
    why="AWS rejects them on other listeners.",
    fix=Fix(
        code="use Listener.tls(...), or leave the option out",
        template="set Protocol to TLS, or leave out Certificates, SslPolicy, and AlpnPolicy",
    ),
    url=core.NLB_LISTENERS,
)
def tls_options_on_tls(
    protocol: str, *, certificates: int | None, policy: str | None, alpn: bool
) -> Iterator[str]:
    """Find an option of TLS on another listener.

    :param certificates: how many there are, None when it isn't known.
    :param policy: the name of the SSL policy, None when it isn't set or known.
    :param alpn: whether there is an ALPN policy.
    """
    if protocol != "TLS" and (certificates or policy or alpn):
        yield f"a certificate, SSL or ALPN policy on a {protocol} listener"


@error(
    "tls-policy-outdated",
    "A TLS listener must require TLS 1.2 or later.",
    why="TLS 1.0 and 1.1 are deprecated and not secure.",
    fix=Fix(
        code="use SslPolicy.RECOMMENDED_TLS, or another policy that starts with TLS 1.2 or 1.3",
        template="set SslPolicy to ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09, or to another "
        "policy that starts with TLS 1.2 or 1.3",
    ),
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html",
)
def tls_version_current(protocol: str, policy: str | None) -> Iterator[str]:
    """Find an SSL policy that accepts TLS 1.0 or 1.1.

    :param policy: the name of the SSL policy as AWS has it, None when it isn't set or known.
    """
    if protocol == "TLS" and policy and not speaks_tls_1_2(policy):
        yield f"SSL policy {policy!r} accepts TLS older than 1.2"


def valid_tls(
    protocol: str, *, certificates: int | None, policy: str | None, alpn: bool
) -> Iterator[Problem]:
    """Check what belongs to TLS; the parameters are those of :func:`tls_options_on_tls`."""
    yield from tls_options_on_tls(protocol, certificates=certificates, policy=policy, alpn=alpn)
    yield from tls_certificate_present(protocol, certificates=certificates)
    yield from tls_version_current(protocol, policy)


def speaks_tls_1_2(policy: str) -> bool:
    """Tell whether a predefined SSL policy accepts nothing older than TLS 1.2.

    The names carry it: ``ELBSecurityPolicy-TLS13-1-2-...``, ``-FS-1-2-...``, ``-TLS-1-2-...``. A
    name that isn't one of AWS's families is left to AWS.
    """
    if not policy.startswith("ELBSecurityPolicy-"):
        return True
    return policy.startswith(
        tuple(
            f"ELBSecurityPolicy-{family}-"
            for family in ("TLS13-1-2", "TLS13-1-3", "FS-1-2", "TLS-1-2")
        )
    )


@error(
    "certificate-region-mismatch",
    "A certificate must be in the Region of its load balancer.",
    why="A load balancer can only use certificates of its own Region.",
    fix=Fix.same("request or import the certificate in the Region of the load balancer"),
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html",
)
def certificate_in_region(
    arn: str | None, *, region: str | None, own: str | None = None
) -> Iterator[str]:
    """Find a certificate of another Region; None for what isn't known.

    :param arn: the ARN of the certificate, None when only the deployment knows it.
    :param region: the Region of the load balancer.
    :param own: the Region of the certificate, where the ARN doesn't tell it.
    """
    own = region_in_arn(arn, "acm") or own
    if own and region and own != region:
        name = arn or f"the certificate, which is defined in {own},"
        yield f"{name} isn't in {region}"


ALPN_POLICIES = ("HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None")


@error(
    "alpn-policy-not-valid",
    "The ALPN policy of a listener must be one that AWS has.",
    why="AWS rejects any other.",
    fix=Fix(
        code="use a member of AlpnPolicy",
        template=f"set AlpnPolicy to {', '.join(ALPN_POLICIES[:-1])}, or {ALPN_POLICIES[-1]}",
    ),
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-listener.html#alpn-policies",
)
def alpn_policy_valid(policy: str | None) -> Iterator[str]:
    """Find an ALPN policy that AWS doesn't have; None for one that isn't known."""
    if policy is not None and policy not in ALPN_POLICIES:
        yield f"{policy!r} is not a valid ALPN policy"
