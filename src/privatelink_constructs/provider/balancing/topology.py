"""How the load balancers of a service are laid out."""

from __future__ import annotations

import enum


class LoadBalancerTopology(enum.Enum):
    """How many Network Load Balancers a service has.

    The load balancers of the two are different resources. AWS rejects the change from one to the
    other while endpoints are connected to the service: publish a second service instead, see
    ``docs/identity.md``.

    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
    """

    PER_AVAILABILITY_ZONE = "per-availability-zone"
    """One in each zone, with targets of its own: a zone is added, fails and retires alone."""
    REGIONAL = "regional"
    """One across all zones."""
