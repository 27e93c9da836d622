"""EC2 actions of a service provider."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

from tests.deploy.extension import emulated, state
from tests.deploy.extension.context import acting_as
from tests.deploy.extension.state import Notification, PrivateDns, Service
from tests.deploy.extension.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.deploy.extension.state import Endpoint
    from tests.deploy.extension.wire import Action, Answer, Request

_IAM_ARN = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):(root|(?:role|user)/([^/]+))$")
_SERVICE_PRINCIPAL = re.compile(r"[a-z0-9.-]+\.amazonaws\.com$")
_EVENTS = ("Accept", "Connect", "Delete", "Reject")


def create_service(request: Request) -> Answer:
    service = Service(account=state.account(), region=state.region())
    arns = request.get("NetworkLoadBalancerArns", [])
    if not arns:
        raise Refusal("MissingParameter", "The request must contain a load balancer ARN")
    _attach(service, arns)
    service.acceptance_required = request.get("AcceptanceRequired", True)
    service.supported_ip_address_types = request.get("SupportedIpAddressTypes", ["ipv4"])
    service.supported_regions = set(request.get("SupportedRegions", []))
    _set_private_dns(service, request.get("PrivateDnsName"))
    state.SERVICES[service.service_id] = service
    tag(service.service_id, request)
    return {"ServiceConfiguration": configuration(service)}


def modify_service(request: Request) -> Answer:
    service = state.own_service(request["ServiceId"])
    _detach(service, request.get("RemoveNetworkLoadBalancerArns", []))
    _attach(service, request.get("AddNetworkLoadBalancerArns", []))
    service.acceptance_required = request.get("AcceptanceRequired", service.acceptance_required)
    _set_address_types(service, request)
    _set_regions(service, request)
    if request.get("RemovePrivateDnsName"):
        service.private_dns = None
    _set_private_dns(service, request.get("PrivateDnsName"))
    return {"Return": True}


def _attach(service: Service, arns: Iterable[str]) -> None:
    for arn in arns:
        balancer = state.load_balancer(arn)
        if balancer is None or balancer["Type"] != "network":
            raise Refusal("InvalidParameter", f"'{arn}' is no Network Load Balancer")
        user = state.service_of_load_balancer(arn)
        if user is not None and user.service_id != service.service_id:
            raise Refusal(
                "InvalidParameter",
                f"The load balancer {arn} is already associated with {user.service_id}",
            )
        if arn not in service.load_balancers:
            service.load_balancers.append(arn)
        # Only what is named here is looked at: other changes of the service leave its zones alone.
        service.zones |= state.load_balancer_zones(arn)


def _detach(service: Service, arns: list[str]) -> None:
    if not arns:
        return
    if service.live_endpoints():
        raise Refusal(
            "ExistingVpcEndpointConnections",
            f"{service.service_id} has existing active VPC Endpoint connections: "
            f"{', '.join(arns)} can't be removed",
        )
    left = [arn for arn in service.load_balancers if arn not in arns]
    if not left:
        raise Refusal("InvalidParameter", "A service needs at least one load balancer")
    service.load_balancers = left
    service.zones = {zone for arn in left for zone in state.load_balancer_zones(arn)}


def _set_address_types(service: Service, request: Request) -> None:
    kept = [
        item
        for item in service.supported_ip_address_types
        if item not in request.get("RemoveSupportedIpAddressTypes", [])
    ]
    added = request.get("AddSupportedIpAddressTypes", [])
    service.supported_ip_address_types = list(dict.fromkeys([*kept, *added]))


def _set_regions(service: Service, request: Request) -> None:
    removed = set(request.get("RemoveSupportedRegions", []))
    if service.region in removed:
        raise Refusal("InvalidParameter", f"The host Region {service.region} can't be removed")
    service.supported_regions -= removed
    service.supported_regions |= set(request.get("AddSupportedRegions", []))


def _set_private_dns(service: Service, name: str | None) -> None:
    if name is None or (service.private_dns and service.private_dns.name == name):
        return
    if name != name.lower() or "." not in name:
        raise Refusal("InvalidParameter", f"Invalid private DNS name: '{name}'")
    # Each name has a proof of its own, and the old name is gone at once.
    service.private_dns = PrivateDns(name)


def delete_services(request: Request) -> Answer:
    refused = [_deleted(service_id) for service_id in request["ServiceIds"]]
    return {"Unsuccessful": [item for item in refused if item is not None]}


def _deleted(service_id: str) -> dict[str, Any] | None:
    try:
        _check_deletion(state.own_service(service_id))
    except Refusal as refusal:
        return unsuccessful(service_id, refusal)
    del state.SERVICES[service_id]
    emulated.ec2._tags.pop(service_id, None)
    return None


def _check_deletion(service: Service) -> None:
    if service.live_endpoints():
        raise Refusal(
            "ExistingVpcEndpointConnections",
            f"Service '{service.service_id}' has existing active VPC Endpoint connections!",
        )


def describe_services(request: Request) -> Answer:
    own = [item for item in state.SERVICES.values() if _is_own(item)]
    if "ServiceIds" in request:
        own = [state.own_service(item) for item in request["ServiceIds"]]
    return {"ServiceConfigurations": [configuration(item) for item in own]}


def _is_own(item: Service | Endpoint | Notification) -> bool:
    return (item.account, item.region) == (state.account(), state.region())


def configuration(service: Service) -> Answer:
    private_dns = service.verification()
    answer: Answer = {
        "AcceptanceRequired": service.acceptance_required,
        "AvailabilityZoneIds": zone_ids(service),
        "AvailabilityZones": sorted(service.zones),
        "BaseEndpointDnsNames": [f"{service.service_id}.{service.region}.vpce.amazonaws.com"],
        "ManagesVpcEndpoints": False,
        "NetworkLoadBalancerArns": sorted(service.load_balancers),
        "PayerResponsibility": service.payer_responsibility,
        "ServiceId": service.service_id,
        "ServiceName": service.name,
        "ServiceState": "Available",
        "ServiceType": [{"ServiceType": "Interface"}],
        "SupportedIpAddressTypes": service.supported_ip_address_types,
        "SupportedRegions": [
            {"Region": item, "ServiceState": "Available"} for item in sorted(service.regions)
        ],
        "Tags": tags(service.service_id),
    }
    if private_dns is not None:
        answer["PrivateDnsName"] = private_dns.name
        answer["PrivateDnsNameConfiguration"] = {
            "Name": private_dns.label,
            "State": private_dns.state,
            "Type": "TXT",
            "Value": private_dns.value,
        }
    return answer


def zone_ids(service: Service) -> list[str]:
    return sorted(emulated.ec2._az_id_for_zone_name(zone) for zone in service.zones)


def modify_permissions(request: Request) -> Answer:
    service = state.own_service(request["ServiceId"])
    for principal in request.get("AddAllowedPrincipals", []):
        _check_principal(principal)
    service.principals |= set(request.get("AddAllowedPrincipals", []))
    service.principals -= set(request.get("RemoveAllowedPrincipals", []))
    return {"ReturnValue": True}


def _check_principal(principal: str) -> None:
    valid = (
        principal == "*"
        or re.fullmatch(r"\d{12}", principal)
        or _IAM_ARN.match(principal)
        or _SERVICE_PRINCIPAL.match(principal)
    )
    if not valid:
        raise Refusal("InvalidPrincipal", f"Invalid Principal: '{principal}'")


def may_connect(service: Service, consumer: str) -> bool:
    """Tell whether an account has the permission; roles and users count as their account."""
    matches = (_IAM_ARN.match(principal) for principal in service.principals)
    accounts = {match.group(1) for match in matches if match}
    return bool({"*", consumer} & service.principals) or consumer in accounts


def describe_permissions(request: Request) -> Answer:
    service = state.own_service(request["ServiceId"])
    return {
        "AllowedPrincipals": [
            {"Principal": item, "PrincipalType": _kind(item), "ServiceId": service.service_id}
            for item in sorted(service.principals)
        ]
    }


def _kind(principal: str) -> str:
    match = _IAM_ARN.match(principal)
    if principal == "*":
        return "All"
    if match is None:
        return "Service" if _SERVICE_PRINCIPAL.match(principal) else "Account"
    return "Account" if match.group(2) == "root" else match.group(2).split("/")[0].capitalize()


def start_verification(request: Request) -> Answer:
    service = state.own_service(request["ServiceId"])
    private_dns = service.verification()
    if private_dns is None:
        raise Refusal(
            "InvalidParameter", f"{service.service_id} doesn't have a private DNS name to verify"
        )
    if private_dns.state != state.VERIFIED:
        private_dns.state = state.PENDING_VERIFICATION
        private_dns.requested = time.monotonic()
    return {"ReturnValue": True}


def describe_connections(request: Request) -> Answer:
    filters = {item["Name"]: item.get("Values", []) for item in request.get("Filters", [])}
    services = {key for key, item in state.SERVICES.items() if _is_own(item)}
    found = [item for item in state.ENDPOINTS.values() if item.service_id in services]
    return {
        "VpcEndpointConnections": [_connection(item) for item in found if _is_in(item, filters)]
    }


def _is_in(endpoint: Endpoint, filters: dict[str, list[str]]) -> bool:
    values = {
        "service-id": endpoint.service_id,
        "vpc-endpoint-id": endpoint.endpoint_id,
        "vpc-endpoint-owner": endpoint.account,
        "vpc-endpoint-region": endpoint.region,
        "vpc-endpoint-state": endpoint.current_state(),
    }
    return all(values.get(name) in wanted for name, wanted in filters.items())


def _connection(endpoint: Endpoint) -> Answer:
    return {
        "CreationTimestamp": endpoint.created,
        "DnsEntries": endpoint.dns_entries(),
        "IpAddressType": endpoint.ip_address_type,
        "NetworkLoadBalancerArns": sorted(state.SERVICES[endpoint.service_id].load_balancers),
        "ServiceId": endpoint.service_id,
        "VpcEndpointConnectionId": endpoint.endpoint_id.replace("vpce-", "vpce-con-"),
        "VpcEndpointId": endpoint.endpoint_id,
        "VpcEndpointOwner": endpoint.account,
        "VpcEndpointRegion": endpoint.region,
        "VpcEndpointState": endpoint.current_state(),
    }


def accept_connections(request: Request) -> Answer:
    return _decide(request, frozenset({state.PENDING_ACCEPTANCE}), "Accept")


def reject_connections(request: Request) -> Answer:
    return _decide(request, state.LIVE, "Reject")


def _decide(request: Request, possible: frozenset[str], event: str) -> Answer:
    service = state.own_service(request["ServiceId"])
    refused = [_decided(service, item, possible, event) for item in request["VpcEndpointIds"]]
    return {"Unsuccessful": [item for item in refused if item is not None]}


def _decided(
    service: Service, endpoint_id: str, possible: frozenset[str], event: str
) -> dict[str, Any] | None:
    try:
        endpoint = _decidable(service, endpoint_id, possible)
    except Refusal as refusal:
        return unsuccessful(endpoint_id, refusal)
    if event == "Accept":
        endpoint.accept()
    else:
        endpoint.state = state.REJECTED
    notify(endpoint, event)
    return None


def _decidable(service: Service, endpoint_id: str, possible: frozenset[str]) -> Endpoint:
    endpoint = state.ENDPOINTS.get(endpoint_id)
    if endpoint is None or endpoint.service_id != service.service_id:
        raise Refusal(
            "InvalidVpcEndpoint.NotFound", f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
        )
    if endpoint.current_state() not in possible:
        raise Refusal("InvalidState", f"{endpoint_id} is in state {endpoint.current_state()}")
    return endpoint


def unsuccessful(resource_id: str, refusal: Refusal) -> dict[str, Any]:
    return {
        "Error": {"Code": refusal.code, "Message": refusal.message},
        "ResourceId": resource_id,
    }


def create_notification(request: Request) -> Answer:
    _check_notification(request)
    notification = Notification(
        account=state.account(),
        region=state.region(),
        topic_arn=request["ConnectionNotificationArn"],
        events=sorted(request["ConnectionEvents"]),
        service_id=request.get("ServiceId"),
        endpoint_id=request.get("VpcEndpointId"),
    )
    state.NOTIFICATIONS[notification.notification_id] = notification
    return {"ConnectionNotification": _notification(notification)}


def _check_notification(request: Request) -> None:
    unknown = sorted(set(request.get("ConnectionEvents", [])).difference(_EVENTS))
    if unknown or not request.get("ConnectionEvents"):
        raise Refusal("InvalidParameter", f"Invalid connection events {unknown}")
    if "ServiceId" in request:
        state.own_service(request["ServiceId"])
    elif "VpcEndpointId" in request:
        state.own_endpoint(request["VpcEndpointId"])
    else:
        raise Refusal("MissingParameter", "The request must contain a service or an endpoint")
    _check_topic(request["ConnectionNotificationArn"])


def _check_topic(arn: str) -> None:
    topic = emulated.sns._topic_by_arn_any_scope(arn)
    if topic is None:
        raise Refusal("InvalidParameter", f"The topic {arn} doesn't exist")
    policy = json.loads(topic.get("attributes", {}).get("Policy") or "{}")
    if "vpce.amazonaws.com" not in json.dumps(policy):
        raise Refusal("InvalidParameter", f"vpce.amazonaws.com may not publish to {arn}")


def modify_notification(request: Request) -> Answer:
    found = _own_notification(request["ConnectionNotificationId"])
    merged: Request = {
        "ConnectionEvents": found.events,
        "ConnectionNotificationArn": found.topic_arn,
        **({"ServiceId": found.service_id} if found.service_id else {}),
        **({"VpcEndpointId": found.endpoint_id} if found.endpoint_id else {}),
        **request,
    }
    _check_notification(merged)
    found.topic_arn = merged["ConnectionNotificationArn"]
    found.events = sorted(merged["ConnectionEvents"])
    return {"ReturnValue": True}


def _own_notification(notification_id: str) -> Notification:
    found = state.NOTIFICATIONS.get(notification_id)
    if found is None or not _is_own(found):
        raise Refusal(
            "InvalidConnectionNotification",
            f"The connection notification '{notification_id}' does not exist",
        )
    return found


def delete_notifications(request: Request) -> Answer:
    for notification_id in request["ConnectionNotificationIds"]:
        del state.NOTIFICATIONS[_own_notification(notification_id).notification_id]
    return {"Unsuccessful": []}


def describe_notifications(request: Request) -> Answer:
    wanted = request.get("ConnectionNotificationId")
    found = [_own_notification(wanted)] if wanted else [*state.NOTIFICATIONS.values()]
    return {"ConnectionNotificationSet": [_notification(item) for item in found if _is_own(item)]}


def _notification(item: Notification) -> Answer:
    return {
        "ConnectionEvents": item.events,
        "ConnectionNotificationArn": item.topic_arn,
        "ConnectionNotificationId": item.notification_id,
        "ConnectionNotificationState": "Enabled",
        "ConnectionNotificationType": "Topic",
        "ServiceId": item.service_id,
        "VpcEndpointId": item.endpoint_id,
    }


def notify(endpoint: Endpoint, event: str) -> None:
    """Tell the topics that want to know of this event."""
    message = {
        "connectionEvent": event,
        "serviceId": endpoint.service_id,
        "vpcEndpointId": endpoint.endpoint_id,
        "vpcEndpointOwner": endpoint.account,
        "vpcEndpointState": endpoint.current_state(),
    }
    for item in [*state.NOTIFICATIONS.values()]:
        concerned = {item.service_id, item.endpoint_id} & {
            endpoint.service_id,
            endpoint.endpoint_id,
        }
        if concerned and event in item.events:
            with acting_as(item.account, item.region):
                emulated.sns.publish_internal(item.topic_arn, json.dumps(message))


def tag(resource_id: str, request: Request) -> None:
    given = [item for spec in request.get("TagSpecifications", []) for item in spec["Tags"]]
    if given:
        emulated.ec2._tags[resource_id] = given


def tags(resource_id: str) -> list[dict[str, str]]:
    return emulated.ec2._tags.get(resource_id) or []


ACTIONS: dict[str, Action] = {
    "AcceptVpcEndpointConnections": accept_connections,
    "CreateVpcEndpointConnectionNotification": create_notification,
    "CreateVpcEndpointServiceConfiguration": create_service,
    "DeleteVpcEndpointConnectionNotifications": delete_notifications,
    "DeleteVpcEndpointServiceConfigurations": delete_services,
    "DescribeVpcEndpointConnectionNotifications": describe_notifications,
    "DescribeVpcEndpointConnections": describe_connections,
    "DescribeVpcEndpointServiceConfigurations": describe_services,
    "DescribeVpcEndpointServicePermissions": describe_permissions,
    "ModifyVpcEndpointConnectionNotification": modify_notification,
    "ModifyVpcEndpointServiceConfiguration": modify_service,
    "ModifyVpcEndpointServicePermissions": modify_permissions,
    "RejectVpcEndpointConnections": reject_connections,
    "StartVpcEndpointServicePrivateDnsVerification": start_verification,
}
