"""The one exception of the package."""

from __future__ import annotations


class ValidationError(ValueError):
    """Input that AWS would refuse, or that no traffic could pass.

    It is raised by the constructor or method that received the value, before anything is defined.

    Example::

        try:
            Listener.tcp(70_000, targets=[fleet])
        except ValidationError as error:
            assert error.code == "port-out-of-range"

    :param message: what is wrong, with the bad value, and what to change.
    :param code: the stable id of the rule, which ``privatelink explain`` takes.
    :param construct_path: the construct that would have been defined. Default: None, for a value
        that belongs to no construct yet.
    """

    def __init__(self, message: str, *, code: str, construct_path: str | None = None) -> None:
        """Keep the code and the path beside the text."""
        place = f" at {construct_path}" if construct_path else ""
        super().__init__(f"{message} [{code}]{place}")
        self.message = message
        self.code = code
        self.construct_path = construct_path
