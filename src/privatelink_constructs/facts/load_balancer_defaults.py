"""The defaults of Network Load Balancers and their target groups.

CloudFormation keeps a setting that you remove from a template, so these values are what the
constructs write for an option that isn't used. See ``docs/updates.md``.
"""

from __future__ import annotations

HEALTH_CHECK_INTERVAL = 30
"""Between two health checks, in seconds.

:see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
"""
HEALTH_CHECK_TIMEOUTS = {"TCP": 10, "HTTP": 6, "HTTPS": 10}
"""How long a health check waits for an answer, in seconds, by its protocol."""
HEALTHY_THRESHOLD = 5
UNHEALTHY_THRESHOLD = 2
HEALTH_CHECK_PORT = "traffic-port"
HEALTH_CHECK_PATH = "/"
HEALTH_CHECK_CODES = "200-399"
"""The response codes of a healthy target, for HTTP and HTTPS health checks."""

DEREGISTRATION_DELAY = 300
"""In seconds.

:see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
"""
IDLE_TIMEOUT = 350
"""The idle timeout of TCP listeners, in seconds.

:see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html
"""

_PRESERVING = {"instance": True, "ip": False}


def health_check_timeout(protocol: str | None) -> int:
    """Return the default timeout of a health check in seconds.

    :param protocol: the protocol of the health check, None when it isn't known. The shortest
        timeout that it can have is returned then.
    """
    shortest = min(HEALTH_CHECK_TIMEOUTS.values())
    return HEALTH_CHECK_TIMEOUTS.get(protocol.upper(), shortest) if protocol else shortest


def preserves_client_ip(protocol: str, target_type: str | None) -> bool | None:
    """Tell whether a target group preserves client addresses by default.

    :param protocol: the protocol of the target group.
    :param target_type: such as ``ip``, None when it isn't known.
    :return: None where it isn't known, or can't be set: UDP and TCP_UDP target groups always
        preserve client addresses, and AWS sets the attributes of an alb target group.
    :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
    """
    return _PRESERVING.get(target_type or "") if protocol in {"TCP", "TLS"} else None
