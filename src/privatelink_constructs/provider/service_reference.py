"""A published service, as what acts on it sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._cdk.naming import endpoint_service_arn
from privatelink_constructs._cdk.permission import Permission
from privatelink_constructs._values import internal_value

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2


@internal_value
class ServiceReference:
    """A published service.

    :param resource: the service.
    :param id: its ID.
    :param in_other_regions: whether it supports other Regions.
    """

    resource: ec2.CfnVPCEndpointService
    id: str
    in_other_regions: bool

    @property
    def arn(self) -> str:
        """The ARN of the service."""
        return endpoint_service_arn(self.resource, self.id)

    def changing(self, *actions: str) -> list[str]:
        """Return the permissions that actions need which change the service or its connections.

        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
        """
        return [*actions, "vpce:AllowMultiRegion"] if self.in_other_regions else list(actions)

    def permission(self, action: str) -> Permission:
        """Return what functions need to change the service or its connections."""
        return Permission(
            actions=tuple(self.changing(action)),
            resource=self.arn,
            pattern=endpoint_service_arn(self.resource, "*"),
        )
