"""What the options of a listener come to in AWS's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import health_checks as health_rules
from privatelink_constructs.rules.core import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    import aws_cdk as cdk
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from privatelink_constructs.rules.core import Problem

OLD_POLICIES = {
    "FIPS_TLS13_10": "ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04",
    "FIPS_TLS13_10_PQ": "ELBSecurityPolicy-TLS13-1-0-FIPS-PQ-2025-09",
    "FIPS_TLS13_11": "ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04",
    "FORWARD_SECRECY": "ELBSecurityPolicy-FS-2018-06",
    "FORWARD_SECRECY_TLS11": "ELBSecurityPolicy-FS-1-1-2019-08",
    "LEGACY": "ELBSecurityPolicy-TLS-1-0-2015-04",
    "RECOMMENDED": "ELBSecurityPolicy-2016-08",
    "TLS11": "ELBSecurityPolicy-TLS-1-1-2017-01",
    "TLS13_10": "ELBSecurityPolicy-TLS13-1-0-2021-06",
    "TLS13_10_PQ": "ELBSecurityPolicy-TLS13-1-0-PQ-2025-09",
    "TLS13_11": "ELBSecurityPolicy-TLS13-1-1-2021-06",
}
"""The CDK's policies that accept TLS 1.0 or 1.1, by the CDK's names, which is all an enum shows."""


_DEFAULT_INTERVAL = 30.0
"""Between health checks, in seconds.

:see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
"""


def policy_name(policy: elbv2.SslPolicy | None) -> str | None:
    """Return the name of an SSL policy where it is an old one, else the CDK's name for it."""
    return OLD_POLICIES.get(policy.name, policy.name) if policy else None


def health_check_problems(check: elbv2.HealthCheck) -> Iterator[Problem]:
    """Check a health check, with AWS's default where an option isn't set."""
    yield from health_rules.valid_health_check(
        protocol=check.protocol.value if check.protocol else None,
        port=known(check.port),
        path=known(check.path),
        codes=bool(check.healthy_http_codes or check.healthy_grpc_codes),
        enabled=check.enabled,
        interval=seconds(check.interval) if check.interval else _DEFAULT_INTERVAL,
        timeout=seconds(check.timeout),
        thresholds=[
            known(threshold)
            for threshold in (check.healthy_threshold_count, check.unhealthy_threshold_count)
        ],
        may_be_equal=False,
    )


def seconds(duration: cdk.Duration | None) -> float | None:
    """Return a duration in seconds, None when it isn't set or is a token."""
    # The CDK converts no token, whatever it would come out as.
    if duration is None or duration.is_unresolved():
        return None
    return duration.to_seconds(integral=False)
