"""The protocols of queries to Route 53 Resolver."""

from __future__ import annotations

import enum


class ResolverProtocol(enum.Enum):
    """A protocol that clients query an inbound Resolver endpoint with.

    Example::

        ResolverInboundEndpoint(
            self,
            "Inbound",
            vpc=vpc,
            clients=["192.168.0.0/16"],
            protocols=[ResolverProtocol.DO53, ResolverProtocol.DOH],
        )

    :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-forwarding-inbound-queries-values.html
    """

    DO53 = "Do53"
    """DNS over port 53, UDP and TCP."""
    DOH = "DoH"
    """DNS over HTTPS, port 443."""
    DOH_FIPS = "DoH-FIPS"
    """DNS over HTTPS with FIPS 140, in place of ``DOH``."""
