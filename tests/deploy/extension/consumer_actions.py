"""EC2 actions of a service consumer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.deploy.extension import emulated, state
from tests.deploy.extension.provider_actions import may_connect, notify, tag, tags, zone_ids
from tests.deploy.extension.state import Endpoint
from tests.deploy.extension.wire import Refusal

if TYPE_CHECKING:
    from tests.deploy.extension.state import Service
    from tests.deploy.extension.wire import Action, Answer, Request

_SERVICE_NAME = re.compile(r"com\.amazonaws\.vpce\.([a-z0-9-]+)\.(vpce-svc-[0-9a-f]+)$")
# AZ IDs from which no endpoint reaches another Region.
_NOT_REMOTE = frozenset({"use1-az3", "usw1-az2", "apne1-az3", "apne2-az2", "apne2-az4"})


def is_endpoint_service(name: str) -> bool:
    """Tell an endpoint service's name from an AWS service's."""
    return ".vpce." in f".{name}." or "vpce-svc-" in name


def create_endpoint(request: Request) -> Answer:
    service = _reachable(request["ServiceName"], request.get("ServiceRegion"))
    _check_vpc(request["VpcId"])
    subnets = request.get("SubnetIds", [])
    _check_subnets(service, subnets, request["VpcId"])
    address_type = request.get("IpAddressType", "ipv4")
    _check_address_type(service, address_type)
    if request.get("PrivateDnsEnabled"):
        _check_private_dns(service, request["VpcId"], accepted=not service.acceptance_required)
    endpoint = Endpoint(
        account=state.account(),
        region=state.region(),
        vpc_id=request["VpcId"],
        service_id=service.service_id,
        service_name=service.name,
        service_region=service.region,
        state=state.PENDING_ACCEPTANCE if service.acceptance_required else state.PENDING,
        ip_address_type=address_type,
        security_groups=request.get("SecurityGroupIds", []),
    )
    endpoint.use(subnets)
    _set_private_dns(endpoint, service, enabled=request.get("PrivateDnsEnabled", False))
    state.ENDPOINTS[endpoint.endpoint_id] = endpoint
    tag(endpoint.endpoint_id, request)
    notify(endpoint, "Connect")
    return {"VpcEndpoint": described(endpoint)}


def _reachable(name: str, given_region: str | None) -> Service:
    match = _SERVICE_NAME.match(name)
    service = state.SERVICES.get(match.group(2)) if match else None
    # AWS doesn't tell a service that one may not see from one that isn't there.
    unknown = Refusal("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")
    if service is None or not may_connect(service, state.account()):
        raise unknown
    wanted = given_region or state.region()
    if wanted != service.region or state.region() not in service.regions:
        raise unknown
    return service


def _check_vpc(vpc_id: str) -> None:
    if vpc_id not in emulated.ec2._vpcs:
        raise Refusal("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")


def _check_subnets(service: Service, subnets: list[str], vpc_id: str) -> None:
    zones = [state.subnet_zone(state.account(), state.region(), item) for item in subnets]
    if len(zones) != len(set(zones)):
        raise Refusal(
            "DuplicateSubnetsInSameZone", f"Found another subnet in the same AZ: {sorted(zones)}"
        )
    for subnet, zone in zip(subnets, zones, strict=True):
        if emulated.ec2._subnets[subnet]["VpcId"] != vpc_id:
            raise Refusal("InvalidParameter", f"The subnet {subnet} is not in {vpc_id}")
        _check_zone(service, subnet, zone)


def _check_zone(service: Service, subnet: str, zone: str) -> None:
    if state.region() != service.region:
        zone_id = emulated.ec2._az_id_for_zone_name(zone)
        if zone_id in _NOT_REMOTE:
            raise Refusal(
                "InvalidParameter",
                "Only the following availability zones are supported for remote access: "
                f"all but {zone_id}",
            )
    # Names differ between accounts, ids do not. The emulator gives all accounts the same names.
    elif emulated.ec2._az_id_for_zone_name(zone) not in zone_ids(service):
        raise Refusal(
            "InvalidParameter",
            f"The VPC endpoint service {service.name} does not support the availability zone of "
            f"the subnet: {subnet}.",
        )


def _check_address_type(service: Service, wanted: str) -> None:
    families = {"dualstack": {"ipv4", "ipv6"}}.get(wanted, {wanted}) - {"not-specified"}
    missing = sorted(families.difference(service.supported_ip_address_types))
    if missing:
        raise Refusal(
            "InvalidParameter",
            f"The VPC endpoint service {service.name} does not support the IP address type "
            f"{wanted}",
        )


def _check_private_dns(service: Service, vpc_id: str, *, accepted: bool) -> None:
    name = service.name
    private_dns = service.verification()
    if private_dns is None:
        raise Refusal(
            "InvalidParameter",
            f"Private DNS can't be enabled because the service {name} does not provide a private "
            "DNS name.",
        )
    if private_dns.state != state.VERIFIED:
        raise Refusal(
            "InvalidParameter",
            f"Private DNS can't be enabled because the service {name} has not verified the "
            "private DNS name.",
        )
    if not accepted:
        raise Refusal(
            "InvalidParameter",
            "Private DNS can only be enabled after the endpoint connection is accepted by the "
            f"owner of {name}.",
        )
    _check_dns_of_vpc(vpc_id, private_dns.name)


def _check_dns_of_vpc(vpc_id: str, name: str) -> None:
    vpc = emulated.ec2._vpcs[vpc_id]
    if not (vpc.get("EnableDnsSupport", True) and vpc.get("EnableDnsHostnames", False)):
        raise Refusal(
            "InvalidParameter",
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC "
            f"attributes set to true for {vpc_id}",
        )
    if name.removeprefix("*.") in {*zones_of_vpc(vpc_id), *endpoint_names_of_vpc(vpc_id)}:
        raise Refusal(
            "InvalidParameter",
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain "
            f"for {name} in the VPC {vpc_id}",
        )


def zones_of_vpc(vpc_id: str) -> set[str]:
    """Names of the private hosted zones that a VPC is associated with, whoever owns them."""
    return {
        zone["name"].rstrip(".").lower()
        for zone in emulated.route53._zones._data.values()
        if zone.get("private") and vpc_id in {vpc["VPCId"] for vpc in zone.get("vpcs", [])}
    }


def endpoint_names_of_vpc(vpc_id: str) -> set[str]:
    """Private names that endpoints of a VPC answer to."""
    return {
        item.private_dns_name.removeprefix("*.")
        for item in state.ENDPOINTS.values()
        if item.vpc_id == vpc_id and item.private_dns_enabled and item.private_dns_name
    }


def _set_private_dns(endpoint: Endpoint, service: Service, *, enabled: bool) -> None:
    endpoint.private_dns_enabled = enabled
    name = service.private_dns.name if service.private_dns else None
    endpoint.private_dns_name = name if enabled else None


def modify_endpoint(request: Request) -> Answer:
    endpoint = state.own_endpoint(request["VpcEndpointId"])
    service = _service_of(endpoint)
    removed = request.get("RemoveSubnetIds", [])
    kept = [item for item in endpoint.subnets if item not in removed]
    wanted = [*kept, *request.get("AddSubnetIds", [])]
    if wanted != endpoint.subnets:
        _check_subnets(service, wanted, endpoint.vpc_id)
    turned_on = request.get("PrivateDnsEnabled", False) and not endpoint.private_dns_enabled
    if turned_on:
        accepted = endpoint.current_state() in {state.PENDING, state.AVAILABLE}
        _check_private_dns(service, endpoint.vpc_id, accepted=accepted)
    endpoint.use(wanted)
    groups = [*endpoint.security_groups, *request.get("AddSecurityGroupIds", [])]
    gone = set(request.get("RemoveSecurityGroupIds", []))
    endpoint.security_groups = [item for item in dict.fromkeys(groups) if item not in gone]
    endpoint.ip_address_type = request.get("IpAddressType", endpoint.ip_address_type)
    if "PrivateDnsEnabled" in request:
        _set_private_dns(endpoint, service, enabled=request["PrivateDnsEnabled"])
    return {"Return": True}


def _service_of(endpoint: Endpoint) -> Service:
    service = state.SERVICES.get(endpoint.service_id)
    if service is None:
        raise Refusal("InvalidServiceName", f"{endpoint.service_name} does not exist any more")
    return service


def delete_endpoint(endpoint_id: str) -> None:
    """Delete an endpoint of the caller's."""
    endpoint = state.own_endpoint(endpoint_id)
    del state.ENDPOINTS[endpoint_id]
    emulated.ec2._tags.pop(endpoint_id, None)
    endpoint.state = "deleted"
    notify(endpoint, "Delete")


def described(endpoint: Endpoint) -> Answer:
    groups = emulated.ec2._security_groups
    return {
        "CreationTimestamp": endpoint.created,
        "DnsEntries": endpoint.dns_entries(),
        "Groups": [
            {"GroupId": item, "GroupName": groups.get(item, {}).get("GroupName", "")}
            for item in endpoint.security_groups
        ],
        "IpAddressType": endpoint.ip_address_type,
        "NetworkInterfaceIds": sorted(endpoint.interfaces.values()),
        "OwnerId": endpoint.account,
        "PrivateDnsEnabled": endpoint.private_dns_enabled,
        "RequesterManaged": False,
        "ServiceName": endpoint.service_name,
        "ServiceRegion": endpoint.service_region,
        "State": endpoint.current_state(),
        "SubnetIds": endpoint.subnets,
        "Tags": tags(endpoint.endpoint_id),
        "VpcEndpointId": endpoint.endpoint_id,
        "VpcEndpointType": "Interface",
        "VpcId": endpoint.vpc_id,
    }


def describe_services(request: Request) -> Answer:
    """Answer for endpoint services; AWS's own services stay the emulator's."""
    regions = request.get("ServiceRegions", [state.region()])
    visible = [
        item
        for item in state.SERVICES.values()
        if item.region in regions
        and (item.account == state.account() or may_connect(item, state.account()))
    ]
    wanted = request.get("ServiceNames")
    if wanted is not None:
        missing = sorted(set(wanted).difference(item.name for item in visible))
        if missing:
            raise Refusal(
                "InvalidServiceName", f"The Vpc Endpoint Service '{missing[0]}' does not exist"
            )
        visible = [item for item in visible if item.name in wanted]
    return {
        "ServiceDetails": [_detail(item) for item in visible],
        "ServiceNames": [item.name for item in visible],
    }


def _detail(service: Service) -> Answer:
    private_dns = service.verification()
    answer: dict[str, Any] = {
        "AcceptanceRequired": service.acceptance_required,
        "AvailabilityZoneIds": zone_ids(service),
        "AvailabilityZones": sorted(service.zones),
        "BaseEndpointDnsNames": [f"{service.service_id}.{service.region}.vpce.amazonaws.com"],
        "ManagesVpcEndpoints": False,
        "Owner": service.account,
        "ServiceId": service.service_id,
        "ServiceName": service.name,
        "ServiceRegion": service.region,
        "ServiceType": [{"ServiceType": "Interface"}],
        "SupportedIpAddressTypes": service.supported_ip_address_types,
        "VpcEndpointPolicySupported": False,
    }
    if private_dns is not None:
        answer["PrivateDnsName"] = private_dns.name
        answer["PrivateDnsNameVerificationState"] = private_dns.state
    return answer


# Those that also serve endpoints to AWS's own services are mixed with the emulator's by `install`.
ACTIONS: dict[str, Action] = {
    "CreateVpcEndpoint": create_endpoint,
    "ModifyVpcEndpoint": modify_endpoint,
}
