"""How the requests of consumers are answered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AcceptancePolicy:
    """How the requests of permitted consumers are answered.

    Example::

        AcceptancePolicy.automatic()

    :param acceptance_required: whether a connection waits until somebody accepts it.
    :param acknowledge_public: whether it is meant that everybody may be allowed and accepted.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """

    acceptance_required: bool = True
    acknowledge_public: bool = False

    @staticmethod
    def manual() -> AcceptancePolicy:
        """Let every request wait until a person or a program of the provider accepts it.

        A consumer can use the service's private DNS name only after that, see the two phases in
        ``docs/concepts.md``.
        """
        return AcceptancePolicy()

    @staticmethod
    def automatic(*, acknowledge_public: bool = False) -> AcceptancePolicy:
        """Accept every request of a permitted principal at once.

        :param acknowledge_public: confirm that everybody with an AWS account may connect. It is
            needed together with ``AllowedPrincipal.everyone()`` alone. Default: False.
        """
        return AcceptancePolicy(acceptance_required=False, acknowledge_public=acknowledge_public)
