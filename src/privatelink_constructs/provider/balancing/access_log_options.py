"""Access logs of the load balancers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._cdk.asking import environment_of_resource
from privatelink_constructs._values import internal_value
from privatelink_constructs.rules import access_logs as log_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import constructs
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2
    from aws_cdk import aws_s3 as s3

    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.rules.core import Problem


@internal_value
class AccessLogs:
    """Whether TLS requests are logged, and where."""

    enabled: bool
    bucket: s3.IBucket | None

    def problems(self, listeners: Sequence[Listener], region: str | None) -> Iterator[Problem]:
        """Check that there is something to log, and a bucket that can be written to.

        :param region: the Region of the load balancers, None if it isn't known.
        """
        if not self.enabled:
            return
        yield from log_rules.tls_listener_logged([it.protocol.value for it in listeners])
        if self.bucket is not None:
            # Without access logs, the module for buckets isn't loaded.
            from privatelink_constructs.provider.balancing.log_delivery import key_problems  # noqa: PLC0415

            yield from key_problems(self.bucket)
            own = environment_of_resource(self.bucket).region
            yield from log_rules.bucket_in_region(own, region=region)

    def define(
        self,
        scope: constructs.Construct,
        load_balancers: Iterable[elbv2.NetworkLoadBalancer],
    ) -> list[Problem]:
        """Define the delivery to the bucket, if there is any, and return warnings.

        Without access logs, the template turns them off, because CloudFormation keeps a setting
        that is removed.
        """
        if not self.enabled:
            for load_balancer in load_balancers:
                load_balancer.set_attribute("access_logs.s3.enabled", "false")
            return []
        from privatelink_constructs.provider.balancing.log_delivery import define_access_logs  # noqa: PLC0415

        return list(define_access_logs(scope, load_balancers, self.bucket))


def has_tls(listeners: Iterable[Listener]) -> bool:
    """Return whether there is anything that a Network Load Balancer logs."""
    return any(listener.protocol.value == "TLS" for listener in listeners)
