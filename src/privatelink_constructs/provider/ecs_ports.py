"""The ports that the tasks of an ECS service are registered with.

They are the container's, or the host's, and not those of the target group: that is where security
groups have to let the load balancers in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk

from privatelink_constructs._cdk import reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import constructs
    from aws_cdk import aws_ecs as ecs
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

Ports = tuple[int, int]
"""The first and the last port."""

_EPHEMERAL: Ports = (32768, 65535)
"""What the host picks from where a container's port is mapped to none of its own.

:see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
"""


def default_ports(target: elbv2.INetworkLoadBalancerTarget) -> Ports | None:
    """Return the ports of an ECS service that was given as it is, None for anything else."""
    task: ecs.TaskDefinition | None = getattr(target, "task_definition", None)
    container = task.default_container if task is not None else None
    if task is None or container is None:
        return None
    return _ports(task, container, int(container.container_port))


def registered_ports(
    name: str, groups: Iterable[elbv2.NetworkTargetGroup], scope: constructs.Construct
) -> list[Ports]:
    """Return the ports of what ``service.load_balancer_target(...)`` returned.

    It tells nobody its container, but the service lists it once it is attached.

    :param name: what the Node process calls its connections, which are the service's.
    :param groups: the target groups that it is attached to.
    """
    service = _service_behind(name, scope)
    if service is None:
        return []
    stack = cdk.Stack.of(service)
    arns = [stack.resolve(group.target_group_arn) for group in groups]
    found: dict[Ports, None] = {}
    for entry in _load_balancers_of(service, stack):
        container = service.task_definition.find_container(entry["containerName"])
        if entry["targetGroupArn"] in arns and container is not None:
            found[_ports(service.task_definition, container, entry["containerPort"])] = None
    return list(found)


def _service_behind(name: str, scope: constructs.Construct) -> ecs.BaseService | None:
    from aws_cdk import aws_ecs as ecs  # noqa: PLC0415 - loaded already where there is a service

    services = (it for it in scope.node.root.node.find_all() if isinstance(it, ecs.BaseService))
    return next((it for it in services if reference(it.connections) == name), None)


def _load_balancers_of(service: ecs.BaseService, stack: cdk.Stack) -> Sequence[dict[str, Any]]:
    resource = cast("ecs.CfnService", service.node.default_child)
    return stack.resolve(resource.load_balancers) or []


def _ports(task: ecs.TaskDefinition, container: ecs.ContainerDefinition, port: int) -> Ports:
    from aws_cdk import aws_ecs as ecs  # noqa: PLC0415 - loaded already where there is a service

    mode = task.network_mode
    if mode is ecs.NetworkMode.AWS_VPC:
        return port, port
    protocols = (ecs.Protocol.TCP, ecs.Protocol.UDP)
    mappings = [it for p in protocols if (it := container.find_port_mapping(port, p)) is not None]
    host = next((int(it.host_port) for it in mappings if it.host_port), None)
    if host is not None:
        return host, host
    return _EPHEMERAL if mode in {ecs.NetworkMode.BRIDGE, ecs.NetworkMode.NAT} else (port, port)
