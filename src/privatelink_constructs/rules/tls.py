"""The rules for the certificates and policies of TLS listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.arns import UNKNOWN, is_account, may_begin_with, parse_arn
from privatelink_constructs.facts.partitions import partition_of
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, first_of

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
        yield "the TLS listener has no certificate"


@error(
    "tls-option-not-supported",
    "A listener with certificates, an SSL policy, or an ALPN policy must use TLS.",
    why="AWS rejects them on other listeners.",
    fix=Fix(
        code="use Listener.tls(...), or omit the option",
        template="set Protocol to TLS, or omit Certificates, SslPolicy, and AlpnPolicy",
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
        yield f"a {protocol} listener has a certificate, an SSL policy, or an ALPN policy"


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
        yield f"the SSL policy {policy!r} accepts TLS versions earlier than 1.2"


def valid_tls(
    protocol: str, *, certificates: int | None, policy: str | None, alpn: bool
) -> Iterator[Problem]:
    """Check what belongs to TLS; the parameters are those of :func:`tls_options_on_tls`."""
    yield from tls_options_on_tls(protocol, certificates=certificates, policy=policy, alpn=alpn)
    yield from tls_certificate_present(protocol, certificates=certificates)
    yield from tls_version_current(protocol, policy)


def speaks_tls_1_2(policy: str) -> bool:
    """Tell whether a predefined SSL policy requires TLS 1.2 or later.

    The names contain the version: ``ELBSecurityPolicy-TLS13-1-2-...``, ``-FS-1-2-...``,
    ``-TLS-1-2-...``. AWS checks names that don't follow this pattern.
    """
    if not policy.startswith("ELBSecurityPolicy-"):
        return True
    return policy.startswith(
        tuple(
            f"ELBSecurityPolicy-{family}-"
            for family in ("TLS13-1-2", "TLS13-1-3", "FS-1-2", "TLS-1-2")
        )
    )


_CERTIFICATES = {"acm": "certificate/", "iam": "server-certificate/"}
"""What the resource in the ARN of a certificate begins with, by the service."""
_CERTIFICATES_PAGE = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html"
)


@error(
    "certificate-malformed",
    "A certificate must be a certificate in AWS Certificate Manager or IAM.",
    why="AWS doesn't find other certificates and rejects the listener.",
    fix=Fix(
        code="use an acm.Certificate, or import one with "
        "acm.Certificate.from_certificate_arn(...). The format of the ARN is "
        "arn:<partition>:acm:<region>:<account>:certificate/<id>",
        template="set CertificateArn to the Ref of an AWS::CertificateManager::Certificate, or to "
        "arn:<partition>:acm:<region>:<account>:certificate/<id>",
    ),
    url=_CERTIFICATES_PAGE,
)
def certificate_well_formed(
    arn: str | None, *, name: str | None = None, right: bool | None = None
) -> Iterator[str]:
    """Find a value that isn't a certificate.

    :param arn: the ARN, with ``${...}`` for what only the deployment knows; None when nothing of it
        is known.
    :param name: how the message should name the certificate. Default: by its ARN.
    :param right: whether the certificate is a resource of the right kind, None for what isn't a
        resource of the app.
    """
    if right is False or (right is None and not _may_be_certificate(arn)):
        yield f"{name or repr(arn)} is not a certificate"


def _may_be_certificate(text: str | None) -> bool:
    arn = parse_arn(text)
    if arn is None:
        return False
    starts = _CERTIFICATES.values() if arn.service is None else [_CERTIFICATES.get(arn.service)]
    known = [start for start in starts if start]
    named = not arn.complete or arn.resource not in known
    return bool(known) and named and may_begin_with(arn, *known)


@error(
    "certificate-region-mismatch",
    "A certificate must be in the Region of its load balancer.",
    why="A load balancer can use only certificates in its own Region.",
    fix=Fix.same("request or import the certificate in the Region of the load balancer"),
    url=_CERTIFICATES_PAGE,
)
def certificate_in_region(
    arn: str | None, *, region: str | None, own: str | None = None
) -> Iterator[str]:
    """Find a certificate of another Region or partition; None for what isn't known.

    :param arn: the ARN of the certificate, with ``${...}`` for what only the deployment knows.
    :param region: the Region of the load balancer.
    :param own: the Region of the certificate, if the ARN doesn't contain it.
    """
    found = parse_arn(arn) or UNKNOWN
    # IAM has no Regions.
    own = found.region or own
    partition = partition_of(region) if region else None
    if own and region and own != region:
        yield f"{_named(arn, own)} isn't in {region}"
    elif found.partition and partition and found.partition != partition.name:
        yield f"{arn} isn't in the partition of {region}"


@error(
    "certificate-account-mismatch",
    "A certificate must be in the account of its load balancer.",
    why="A load balancer can use only certificates in its own account.",
    fix=Fix.same("request or import the certificate in the account of the load balancer"),
    url=_CERTIFICATES_PAGE,
)
def certificate_in_account(
    arn: str | None, *, account: str | None, own: str | None = None
) -> Iterator[str]:
    """Find a certificate of another account; None for what isn't known.

    :param arn: the ARN of the certificate, with ``${...}`` for what only the deployment knows.
    :param account: the account of the load balancer.
    :param own: the account of the certificate, if the ARN doesn't contain it.
    """
    own = (parse_arn(arn) or UNKNOWN).account or own
    if own and is_account(own) and account and own != account:
        yield f"{_named(arn, own)} isn't in account {account}"


def _named(arn: str | None, own: str) -> str:
    known = arn is not None and parse_arn(arn) != UNKNOWN
    return str(arn) if known else f"the certificate, which is defined in {own},"


def valid_certificate(
    arn: str | None,
    *,
    region: str | None,
    account: str | None,
    name: str | None = None,
    right: bool | None = None,
    own: tuple[str | None, str | None] = (None, None),
) -> Iterator[Problem]:
    """Check a certificate of a load balancer; None means not known.

    :param arn: the ARN, with ``${...}`` for what only the deployment knows.
    :param region: the Region of the load balancer.
    :param account: the account of the load balancer.
    :param name: how messages name a certificate whose ARN isn't known.
    :param right: as of :func:`certificate_well_formed`.
    :param own: the Region and the account of the certificate, if the ARN doesn't contain them.
    """
    yield from first_of(
        certificate_well_formed(arn, name=name, right=right),
        certificate_in_region(arn, region=region, own=own[0]),
        certificate_in_account(arn, account=account, own=own[1]),
    )


ALPN_POLICIES = ("HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None")


@error(
    "alpn-policy-not-valid",
    "The ALPN policy of a listener must be a valid policy.",
    why="AWS rejects other policies.",
    fix=Fix(
        code="use a member of AlpnPolicy",
        template=f"set AlpnPolicy to {', '.join(ALPN_POLICIES[:-1])}, or {ALPN_POLICIES[-1]}",
    ),
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-listener.html#alpn-policies",
)
def alpn_policy_valid(policy: str | None) -> Iterator[str]:
    """Find an ALPN policy that isn't valid; None for a policy that isn't known."""
    if policy is not None and policy not in ALPN_POLICIES:
        yield f"{policy!r} is not a valid ALPN policy"
