"""How many load balancers a service has."""

from __future__ import annotations

import enum


class LoadBalancerTopology(enum.Enum):
    """How many Network Load Balancers a service has.

    AWS rejects a change from one to the other while endpoints are connected to the service, because
    the load balancers are different resources. Publish a second service instead, move the
    consumers, and then remove the first one.

    Example::

        NetworkLoadBalancedEndpointService(
            self,
            "Payments",
            vpc=vpc,
            listeners=[Listener.tcp(443, targets=[fleet])],
            topology=LoadBalancerTopology.REGIONAL,
        )

    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
    """

    PER_AVAILABILITY_ZONE = "per-availability-zone"
    """One per Availability Zone, each with targets of its own.

    You can add and remove an Availability Zone, and one that fails doesn't affect the others.
    """
    REGIONAL = "regional"
    """One for all Availability Zones."""
