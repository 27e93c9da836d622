"""What ARNs tell.

:see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

_PARTS = 6
_REGION = 3


def region_in_arn(arn: str | None, service: str) -> str | None:
    """Return the Region in an ARN of a service, None where there isn't one.

    :param arn: the ARN, None when it isn't known.
    :param service: such as ``acm``.
    """
    parts = (arn or "").split(":")
    own = len(parts) >= _PARTS and parts[0] == "arn" and parts[2] == service
    return parts[_REGION] or None if own else None
