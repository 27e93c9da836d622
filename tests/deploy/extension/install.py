"""Adds everything to the emulator; to be called once, before it serves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.deploy.extension import (
    alarms,
    cleaning_up,
    consumer_actions,
    emulated,
    group_rules_seen,
    neighbors,
    not_real,
    organization_policies,
    provider_actions,
    recorded,
    replacing,
    resources,
    stack_output,
    state,
)
from tests.deploy.extension.wire import exposed, first

if TYPE_CHECKING:
    from tests.deploy.extension.wire import Request


def install() -> None:
    """Add the actions, the types and the rules."""
    _install_types()
    _install_actions()
    replacing.install()
    alarms.install()
    cleaning_up.install()
    stack_output.install()


def _install_types() -> None:
    table = emulated.provisioners._RESOURCE_HANDLERS
    table.update(neighbors.handlers())
    table.update(organization_policies.handlers())
    table.update(group_rules_seen.handlers())
    table.update(resources.handlers())
    table.update(recorded.handlers(not_real.RECORDED_TYPES))


def _install_actions() -> None:
    table = emulated.ec2._ACTION_MAP
    for name, action in provider_actions.ACTIONS.items():
        table[name] = exposed(name, action)
    table["CreateVpcEndpoint"] = _for_endpoint_services(
        exposed("CreateVpcEndpoint", consumer_actions.create_endpoint), table["CreateVpcEndpoint"]
    )
    table["ModifyVpcEndpoint"] = _for_endpoints(
        exposed("ModifyVpcEndpoint", consumer_actions.modify_endpoint), table["ModifyVpcEndpoint"]
    )
    for name, action in (
        ("DeleteVpcEndpoints", _delete_endpoints),
        ("DescribeVpcEndpoints", _describe_endpoints),
    ):
        table[name] = exposed(name, action)
    table["DescribeVpcEndpointServices"] = _describe_services(table["DescribeVpcEndpointServices"])
    emulated.alb._ACTION_MAP.update(neighbors.actions())
    original = emulated.alb._lb_xml
    emulated.alb._lb_xml = partial(neighbors.describe_load_balancer, original)


Handler = Callable[[dict[str, Any]], Any]


def _for_endpoint_services(ours: Handler, theirs: Handler) -> Handler:
    def choose(parameters: dict[str, Any]) -> Any:
        is_ours = consumer_actions.is_endpoint_service(first(parameters, "ServiceName"))
        return (ours if is_ours else theirs)(parameters)

    return choose


def _for_endpoints(ours: Handler, theirs: Handler) -> Handler:
    def choose(parameters: dict[str, Any]) -> Any:
        is_ours = first(parameters, "VpcEndpointId") in state.ENDPOINTS
        return (ours if is_ours else theirs)(parameters)

    return choose


def _delete_endpoints(request: Request) -> dict[str, Any]:
    for endpoint_id in request["VpcEndpointIds"]:
        if endpoint_id in state.ENDPOINTS:
            consumer_actions.delete_endpoint(endpoint_id)
        else:
            emulated.ec2._vpc_endpoints.pop(endpoint_id, None)
    return {"Unsuccessful": []}


def _describe_endpoints(request: Request) -> dict[str, Any]:
    here = (state.account(), state.region())
    own = [
        consumer_actions.described(item)
        for item in state.ENDPOINTS.values()
        if (item.account, item.region) == here
    ]
    found = [*own, *emulated.ec2._vpc_endpoints.values()]
    wanted = request.get("VpcEndpointIds")
    filters: dict[str, list[str]] = {
        item["Name"]: item.get("Values", []) for item in request.get("Filters", [])
    }
    names = {"vpc-endpoint-id": "VpcEndpointId", "service-name": "ServiceName", "vpc-id": "VpcId"}
    return {
        "VpcEndpoints": [
            item
            for item in found
            if (wanted is None or item["VpcEndpointId"] in wanted)
            and all(item.get(names.get(key, key)) in given for key, given in filters.items())
        ]
    }


def _describe_services(theirs: Handler) -> Handler:
    ours = exposed("DescribeVpcEndpointServices", consumer_actions.describe_services)

    def choose(parameters: dict[str, Any]) -> Any:
        name = first(parameters, "ServiceName.1")
        return (theirs if name and "vpce-svc-" not in name else ours)(parameters)

    return choose
