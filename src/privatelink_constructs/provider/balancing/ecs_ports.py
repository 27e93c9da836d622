"""The ports that the tasks of an ECS service are registered with.

They are the ports of the container or of the host, and not those of the target group. Security
groups must allow the load balancers on these ports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.asking import reference
from privatelink_constructs._values import internal_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import constructs
    from aws_cdk import aws_ecs as ecs

Ports = tuple[int, int]
"""The first and the last port."""

_EPHEMERAL: Ports = (32768, 65535)
"""The ports that a host selects from if a container's port has no host port.

:see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
"""


@internal_value
class Registration:
    """How an ECS service registers its tasks, as far as it is known before it is attached.

    :param ports: their ports.
    :param type: the type of the target group that they need.
    :param mapped: whether there is a port that can be registered.
    :param udp_port: the container's port if it is for UDP only, which the CDK doesn't register.
    """

    ports: Ports | None = None
    type: elbv2.TargetType | None = None
    mapped: bool = True
    udp_port: int | None = None


def registration(target: elbv2.INetworkLoadBalancerTarget) -> Registration:
    """Return how an ECS service that is passed itself registers its tasks.

    The result of ``service.load_balancer_target(...)`` shows nothing, and the CDK has checked it.
    """
    task: ecs.TaskDefinition | None = getattr(target, "task_definition", None)
    if task is None:
        return Registration()
    container = task.default_container
    port = _first_port(container) if container is not None else None
    if container is None or port is None:
        return Registration(mapped=False)
    from aws_cdk import aws_ecs as ecs  # noqa: PLC0415 - loaded already where there is a service

    mode = task.network_mode
    types = elbv2.TargetType
    own_address = mode is ecs.NetworkMode.AWS_VPC
    kind = types.IP if own_address else types.INSTANCE
    if _is_udp_only(container, port):
        return Registration(type=kind, udp_port=port)
    return Registration(_ports(mode, container, port), kind)


def _is_udp_only(container: ecs.ContainerDefinition, port: int) -> bool:
    """Return whether a port is for UDP only: the CDK registers it for TCP, whatever the listener.

    A mapping that is found takes many round trips to come over, so UDP is checked first.
    """
    from aws_cdk import aws_ecs as ecs  # noqa: PLC0415 - loaded already where there is a service

    found = (container.find_port_mapping(port, it) for it in (ecs.Protocol.UDP, ecs.Protocol.TCP))
    return next(found) is not None and next(found) is None


def _first_port(container: ecs.ContainerDefinition) -> int | None:
    try:
        return int(container.container_port)
    except RuntimeError:  # the CDK has no other way to read it that is as quick
        return None


def registered_ports(
    name: str, groups: Iterable[elbv2.NetworkTargetGroup], scope: constructs.Construct
) -> list[Ports]:
    """Return the ports of what ``service.load_balancer_target(...)`` returned.

    It doesn't show its container, but the service lists it after it is attached.

    :param name: what the Node process calls its connections, which are the service's.
    :param groups: the target groups that it is attached to.
    """
    service = service_behind(name, scope)
    if service is None:
        return []
    stack = cdk.Stack.of(service)
    arns = [stack.resolve(group.target_group_arn) for group in groups]
    found: dict[Ports, None] = {}
    for entry in _load_balancers_of(service, stack):
        container = service.task_definition.find_container(entry["containerName"])
        if entry["targetGroupArn"] in arns and container is not None:
            mode = service.task_definition.network_mode
            found[_ports(mode, container, entry["containerPort"])] = None
    return list(found)


def service_behind(name: str, scope: constructs.Construct) -> ecs.BaseService | None:
    """Return the ECS service whose connections have a name, None for what only looks like one.

    :param scope: any construct of the app, which is searched.
    """
    from aws_cdk import aws_ecs as ecs  # noqa: PLC0415 - loaded already where there is a service

    services = (it for it in scope.node.root.node.find_all() if isinstance(it, ecs.BaseService))
    return next((it for it in services if reference(it.connections) == name), None)


def _load_balancers_of(service: ecs.BaseService, stack: cdk.Stack) -> Sequence[dict[str, Any]]:
    resource = cast("ecs.CfnService", service.node.default_child)
    return stack.resolve(resource.load_balancers) or []


def _ports(mode: ecs.NetworkMode, container: ecs.ContainerDefinition, port: int) -> Ports:
    from aws_cdk import aws_ecs as ecs  # noqa: PLC0415 - loaded already where there is a service

    if mode is ecs.NetworkMode.AWS_VPC:
        return port, port
    protocols = (ecs.Protocol.TCP, ecs.Protocol.UDP)
    mappings = [it for p in protocols if (it := container.find_port_mapping(port, p)) is not None]
    host = next((int(it.host_port) for it in mappings if it.host_port), None)
    if host is not None:
        return host, host
    return _EPHEMERAL if mode in {ecs.NetworkMode.BRIDGE, ecs.NetworkMode.NAT} else (port, port)
