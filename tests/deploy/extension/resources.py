"""CloudFormation's resource types for PrivateLink, by way of the same EC2 actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.deploy.extension import (
    aws_endpoints,
    consumer_actions,
    emulated,
    provider_actions,
    state,
)
from tests.deploy.extension.wire import Refusal

Properties = dict[str, Any]
Made = tuple[str, dict[str, Any]]
Handlers = dict[str, Callable[..., Any]]


def handlers() -> dict[str, Handlers]:
    """Return the resource types by name."""
    return {
        "AWS::EC2::VPCEndpoint": _endpoint_handlers(),
        "AWS::EC2::VPCEndpointConnectionNotification": {
            "create": _create_notification,
            "update": _update_notification,
            "delete": _delete_notification,
        },
        "AWS::EC2::VPCEndpointService": {
            "create": _create_service,
            "update": _update_service,
            "delete": _delete_service,
        },
        "AWS::EC2::VPCEndpointServicePermissions": {
            "create": _create_permissions,
            "update": _update_permissions,
            "delete": _delete_permissions,
        },
    }


def truth(value: Any) -> bool:
    """Read a boolean as a template may write it."""
    return str(value).lower() == "true"


def items(properties: Properties, name: str) -> list[Any]:
    """Read a list that may be missing."""
    return properties.get(name) or []


def _added(old: Properties, new: Properties, name: str) -> list[str]:
    before = items(old, name)
    return [item for item in items(new, name) if item not in before]


def _difference(old: Properties, new: Properties, name: str) -> Properties:
    """Say a changed list as the API wants it."""
    found = {f"Add{name}": _added(old, new, name), f"Remove{name}": _added(new, old, name)}
    return {key: value for key, value in found.items() if value}


def _tag_specifications(properties: Properties) -> Properties:
    tags = properties.get("Tags")
    return {"TagSpecifications": [{"Tags": tags}]} if tags else {}


def _retag(resource_id: str, properties: Properties) -> None:
    if properties.get("Tags"):
        emulated.ec2._tags[resource_id] = properties["Tags"]
    else:
        emulated.ec2._tags.pop(resource_id, None)


# AWS::EC2::VPCEndpointService


def _create_service(_logical_id: str, properties: Properties, _stack: str) -> Made:
    if properties.get("GatewayLoadBalancerArns"):
        raise Refusal("InvalidParameter", "the emulator has no Gateway Load Balancers")
    names = (
        "NetworkLoadBalancerArns",
        "PrivateDnsName",
        "SupportedIpAddressTypes",
        "SupportedRegions",
    )
    request = {name: properties[name] for name in names if properties.get(name)}
    request["AcceptanceRequired"] = truth(properties.get("AcceptanceRequired", False))
    answer = provider_actions.create_service({**request, **_tag_specifications(properties)})
    service = state.SERVICES[answer["ServiceConfiguration"]["ServiceId"]]
    _set_the_rest(service, properties)
    return service.service_id, _service_attributes(service)


def _set_the_rest(service: state.Service, properties: Properties) -> None:
    service.contributor_insights = truth(properties.get("ContributorInsightsEnabled", False))
    payer = properties.get("PayerResponsibility")
    if service.payer_responsibility and not payer:
        raise Refusal("InvalidParameter", "PayerResponsibility can't be reverted")
    service.payer_responsibility = payer


def _service_attributes(service: state.Service) -> dict[str, Any]:
    attributes: dict[str, Any] = {"ServiceId": service.service_id}
    if service.private_dns is not None:
        attributes |= {
            "PrivateDnsNameConfiguration.Name": service.private_dns.label,
            "PrivateDnsNameConfiguration.State": service.private_dns.state,
            "PrivateDnsNameConfiguration.Type": "TXT",
            "PrivateDnsNameConfiguration.Value": service.private_dns.value,
        }
    return attributes


def _update_service(service_id: str, old: Properties, new: Properties, _stack: str) -> Made:
    service = state.own_service(service_id)
    # CloudFormation names a load balancer when it comes or goes, not when it gets a subnet.
    request = {
        "ServiceId": service_id,
        "AcceptanceRequired": truth(new.get("AcceptanceRequired", False)),
        **_difference(old, new, "NetworkLoadBalancerArns"),
        **_difference(old, new, "SupportedIpAddressTypes"),
        **_difference(old, new, "SupportedRegions"),
    }
    if new.get("PrivateDnsName"):
        request["PrivateDnsName"] = new["PrivateDnsName"]
    elif old.get("PrivateDnsName"):
        request["RemovePrivateDnsName"] = True
    provider_actions.modify_service(request)
    _set_the_rest(service, new)
    _retag(service_id, new)
    return service_id, _service_attributes(service)


def _delete_service(service_id: str, _properties: Properties) -> None:
    if service_id not in state.SERVICES:
        return
    refused = provider_actions.delete_services({"ServiceIds": [service_id]})["Unsuccessful"]
    if refused:
        error = refused[0]["Error"]
        raise Refusal(error["Code"], error["Message"])


# AWS::EC2::VPCEndpointServicePermissions


def _create_permissions(_logical_id: str, properties: Properties, _stack: str) -> Made:
    service = state.own_service(properties["ServiceId"])
    _set_principals(service, properties)
    return service.service_id, {}


def _set_principals(service: state.Service, properties: Properties) -> None:
    wanted = set(properties.get("AllowedPrincipals") or [])
    # The list is authoritative: what is not in it goes.
    provider_actions.modify_permissions(
        {
            "ServiceId": service.service_id,
            "AddAllowedPrincipals": sorted(wanted - service.principals),
            "RemoveAllowedPrincipals": sorted(service.principals - wanted),
        }
    )


def _update_permissions(service_id: str, _old: Properties, new: Properties, _stack: str) -> Made:
    _set_principals(state.own_service(service_id), new)
    return service_id, {}


def _delete_permissions(service_id: str, _properties: Properties) -> None:
    if service_id in state.SERVICES:
        _set_principals(state.own_service(service_id), {})


# AWS::EC2::VPCEndpointConnectionNotification


def _notification_request(properties: Properties) -> Properties:
    request = {
        "ConnectionEvents": properties.get("ConnectionEvents"),
        "ConnectionNotificationArn": properties["ConnectionNotificationArn"],
        "ServiceId": properties.get("ServiceId"),
        "VpcEndpointId": properties.get("VPCEndpointId"),
    }
    return {name: value for name, value in request.items() if value}


def _create_notification(_logical_id: str, properties: Properties, _stack: str) -> Made:
    answer = provider_actions.create_notification(_notification_request(properties))
    found = answer["ConnectionNotification"]["ConnectionNotificationId"]
    return found, {"VPCEndpointConnectionNotificationId": found}


def _update_notification(found: str, _old: Properties, new: Properties, _stack: str) -> Made:
    provider_actions.modify_notification(
        {"ConnectionNotificationId": found, **_notification_request(new)}
    )
    return found, {"VPCEndpointConnectionNotificationId": found}


def _delete_notification(found: str, _properties: Properties) -> None:
    if found in state.NOTIFICATIONS:
        provider_actions.delete_notifications({"ConnectionNotificationIds": [found]})


# AWS::EC2::VPCEndpoint


def _endpoint_handlers() -> Handlers:
    """Endpoints to endpoint services are ours, those to AWS's services the emulator's."""
    original: Handlers = dict(emulated.provisioners._RESOURCE_HANDLERS["AWS::EC2::VPCEndpoint"])

    def create(logical_id: str, properties: Properties, stack: str) -> Made:
        if consumer_actions.is_endpoint_service(properties.get("ServiceName", "")):
            return _create_endpoint(properties)
        zones = consumer_actions.zones_of_vpc(properties["VpcId"])
        aws_endpoints.check_private_dns(properties, zones)
        made, attributes = original["create"](logical_id, properties, stack)
        return made, {**attributes, **aws_endpoints.attributes(made, properties)}

    def update(endpoint_id: str, old: Properties, new: Properties, stack: str) -> Made:
        if endpoint_id in state.ENDPOINTS:
            return _update_endpoint(endpoint_id, old, new)
        aws_endpoints.check_private_dns(new, consumer_actions.zones_of_vpc(new["VpcId"]))
        made, attributes = original["update"](endpoint_id, old, new, stack)
        return made, {**attributes, **aws_endpoints.attributes(made, new)}

    def delete(endpoint_id: str, properties: Properties) -> None:
        if endpoint_id in state.ENDPOINTS:
            consumer_actions.delete_endpoint(endpoint_id)
        else:
            original["delete"](endpoint_id, properties)

    return {"create": create, "update": update, "delete": delete}


def _create_endpoint(properties: Properties) -> Made:
    if properties.get("VpcEndpointType", "Gateway") != "Interface":
        raise Refusal(
            "InvalidParameter",
            f"The VPC endpoint service {properties['ServiceName']} supports the type Interface "
            f"alone, not {properties.get('VpcEndpointType', 'Gateway')}",
        )
    names = (
        "IpAddressType",
        "SecurityGroupIds",
        "ServiceName",
        "ServiceRegion",
        "SubnetIds",
        "VpcId",
    )
    request = {name: properties[name] for name in names if properties.get(name)}
    # The API model states no default for it, and it has been seen to come up as true.
    request["PrivateDnsEnabled"] = truth(properties.get("PrivateDnsEnabled", True))
    answer = consumer_actions.create_endpoint({**request, **_tag_specifications(properties)})
    return _endpoint_made(answer["VpcEndpoint"]["VpcEndpointId"])


def _update_endpoint(endpoint_id: str, old: Properties, new: Properties) -> Made:
    request: Properties = {
        "VpcEndpointId": endpoint_id,
        "PrivateDnsEnabled": truth(new.get("PrivateDnsEnabled", True)),
        **_difference(old, new, "SubnetIds"),
        **_difference(old, new, "SecurityGroupIds"),
    }
    if new.get("IpAddressType"):
        request["IpAddressType"] = new["IpAddressType"]
    consumer_actions.modify_endpoint(request)
    _retag(endpoint_id, new)
    return _endpoint_made(endpoint_id)


def _endpoint_made(endpoint_id: str) -> Made:
    endpoint = state.own_endpoint(endpoint_id)
    return endpoint_id, {
        "CreationTimestamp": endpoint.created.isoformat(),
        "DnsEntries": [
            f"{entry['HostedZoneId']}:{entry['DnsName']}" for entry in endpoint.dns_entries()
        ],
        "Id": endpoint_id,
        "NetworkInterfaceIds": sorted(endpoint.interfaces.values()),
    }
