"""What registers targets in a target group without listing them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.inventory import types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value

LOOKING_ON = frozenset(
    {
        types.ALARM,
        types.ANOMALY_DETECTOR,
        types.APPLICATION_SCALING_POLICY,
        types.COMPOSITE_ALARM,
        types.DASHBOARD,
        types.SCALING_POLICY,
    }
)
"""What names a target group for its metrics, and registers nothing."""


def named_elsewhere(model: Model, group: Resource) -> bool:
    """Tell whether a deployment group of CodeDeploy has the literal name of a target group.

    CodeDeploy registers tasks and instances in the groups that it names, the one for the
    replacement included.

    :see: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-codedeploy-deploymentgroup-targetgrouppairinfo.html
    """
    name = group.get("Name").text
    groups = model.of_type(types.DEPLOYMENT_GROUP) if name is not None else []
    return any(value.text == name for it in groups for value in _names_in(it))


def _names_in(deployment: Resource) -> Iterator[Value]:
    info = deployment.get("LoadBalancerInfo")
    pairs = info.get("TargetGroupPairInfoList").each()
    lists = [info.get("TargetGroupInfoList"), *(pair.get("TargetGroups") for pair in pairs)]
    return (it.get("Name") for given in lists for it in given.each())
