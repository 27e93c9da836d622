"""The exception that the package raises."""

from __future__ import annotations


class ValidationError(ValueError):
    """Input that AWS would reject, or that would prevent traffic.

    The constructor or method that receives the value raises it before it defines anything.

    Example::

        try:
            Listener.tcp(70_000, targets=[fleet])
        except ValidationError as error:
            assert error.code == "port-out-of-range"

    :param message: what is wrong, with the invalid value, and what to change, in sentences.
    :param code: the stable id of the rule, which ``privatelink explain`` takes.
    :param construct_path: the path of the construct. Default: None, for a value that doesn't belong
        to a construct yet.
    """

    def __init__(self, message: str, *, code: str, construct_path: str | None = None) -> None:
        """Keep the code and the path in addition to the message."""
        place = f" at {construct_path}" if construct_path else ""
        super().__init__(f"{message} [{code}]{place}")
        self.message = message
        self.code = code
        self.construct_path = construct_path
