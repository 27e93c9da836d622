"""The permissions of a function for one resource."""

from __future__ import annotations

from privatelink_constructs._values import internal_value

_AROUND = 90
"""The approximate length of a policy without its actions and resources."""


@internal_value(kw_only=True)
class Permission:
    """What functions may do for one custom resource.

    :param actions: what they may do.
    :param resource: the ARN of what they may do it to.
    :param pattern: what represents all such resources of the stack. Default: the resource itself.
    """

    actions: tuple[str, ...]
    resource: str
    pattern: str | None = None

    @property
    def length(self) -> int:
        """About how many characters it has in a policy."""
        return _AROUND + len(self.resource) + sum(len(action) + 3 for action in self.actions)
