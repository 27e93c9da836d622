"""What AWS refuses, and the emulator wouldn't, in the types around PrivateLink."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.deploy.extension import aws_endpoints, consumer_actions, emulated, state
from tests.deploy.extension.resources import items
from tests.deploy.extension.wire import Refusal, first

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.deploy.extension.resources import Handlers, Made, Properties

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
ENFORCE = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"


def handlers() -> dict[str, Handlers]:
    """Return the emulator's types with what they lack."""
    table = emulated.provisioners._RESOURCE_HANDLERS
    return {
        LOAD_BALANCER: _load_balancer_handlers(dict(table[LOAD_BALANCER])),
        "AWS::EC2::Subnet": _with_attributes(dict(table["AWS::EC2::Subnet"]), _of_subnet),
        "AWS::EC2::VPC": _with_attributes(dict(table["AWS::EC2::VPC"]), _of_vpc),
        "AWS::Route53::HostedZone": _hosted_zone_handlers(dict(table["AWS::Route53::HostedZone"])),
        "AWS::Route53::RecordSetGroup": {
            "create": _create_records,
            "update": _update_records,
            "delete": _delete_records,
        },
    }


def _with_attributes(original: Handlers, attributes: Callable[[str], dict[str, Any]]) -> Handlers:
    def create(*arguments: Any) -> Made:
        physical_id, found = original["create"](*arguments)
        return physical_id, {**found, **attributes(physical_id)}

    def update(*arguments: Any) -> Made:
        physical_id, found = original["update"](*arguments)
        return physical_id, {**found, **attributes(physical_id)}

    return {**original, "create": create, "update": update}


def _of_subnet(subnet_id: str) -> dict[str, Any]:
    subnet = emulated.ec2._subnets[subnet_id]
    names = ("AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "VpcId")
    return {**{name: subnet[name] for name in names}, "NetworkAclAssociationId": "aclassoc-0"}


def _of_vpc(vpc_id: str) -> dict[str, Any]:
    vpc = emulated.ec2._vpcs[vpc_id]
    return {"CidrBlock": vpc["CidrBlock"], "CidrBlockAssociations": [], "Ipv6CidrBlocks": []}


# Load balancers


def _load_balancer_handlers(original: Handlers) -> Handlers:
    def create(logical_id: str, properties: Properties, stack: str) -> Made:
        made = original["create"](logical_id, properties, stack)
        return _network_made(made, properties) if _is_network(properties) else made

    def update(arn: str, old: Properties, new: Properties, *rest: Any) -> Made:
        if not _is_network(new):
            return original["update"](arn, old, new, *rest)
        check_subnets(arn, _subnets(old), _subnets(new))
        _check_security_groups(old, new)
        updated, attributes = original["update"](arn, old, new, *rest)
        emulated.alb._lbs[updated]["Subnets"] = _subnets(new)
        emulated.alb._lbs[updated][ENFORCE] = new.get(ENFORCE)
        return updated, _network_attributes(attributes)

    def delete(arn: str, properties: Properties) -> None:
        check_deletion(arn)
        original["delete"](arn, properties)

    return {**original, "create": create, "update": update, "delete": delete}


def _is_network(properties: Properties) -> bool:
    return properties.get("Type") == "network"


def _subnets(properties: Properties) -> list[str]:
    mapped = [item["SubnetId"] for item in items(properties, "SubnetMappings")]
    return [*items(properties, "Subnets"), *mapped]


def _network_made(made: Made, properties: Properties) -> Made:
    """Turn what the emulator makes of every load balancer into a Network Load Balancer."""
    old_arn, attributes = made
    arn = old_arn.replace("loadbalancer/app/", "loadbalancer/net/")
    stores = (emulated.alb._lbs, emulated.alb._tags, emulated.alb._lb_attrs)
    for store in stores:
        store[arn] = store.pop(old_arn)
    balancer = emulated.alb._lbs[arn]
    subnets = _subnets(properties)
    # One subnet of an unknown zone fails here, before anything relies on it.
    zones = [state.subnet_zone(state.account(), state.region(), item) for item in subnets]
    if len(zones) != len(set(zones)):
        raise Refusal("InvalidConfigurationRequest", f"two subnets in one zone: {sorted(zones)}")
    balancer |= {"LoadBalancerArn": arn, "Subnets": subnets}
    balancer[ENFORCE] = properties.get(ENFORCE)
    balancer["VpcId"] = emulated.ec2._subnets[subnets[0]]["VpcId"]
    return arn, _network_attributes({**attributes, "Arn": arn, "LoadBalancerArn": arn})


def _network_attributes(attributes: dict[str, Any]) -> dict[str, Any]:
    name = attributes["LoadBalancerFullName"].replace("app/", "net/", 1)
    return {**attributes, "LoadBalancerFullName": name, "CanonicalHostedZoneID": "Z2IFOLAFXWLO4F"}


def check_subnets(arn: str, before: list[str], after: list[str]) -> None:
    """Refuse to take a subnet away that serves endpoints, and note when one comes."""
    service = state.service_of_load_balancer(arn)
    if service is None:
        return
    removed = sorted(set(before).difference(after))
    if removed and service.live_endpoints():
        raise Refusal(
            "ResourceInUse",
            f"{', '.join(removed)} can't be removed from {arn}: endpoints of "
            f"{service.service_id} are connected",
        )
    for subnet in sorted(set(after).difference(before)):
        zone = state.subnet_zone(state.account(), state.region(), subnet)
        state.ZONES_ADDED[arn, zone] = time.monotonic()


def _check_security_groups(old: Properties, new: Properties) -> None:
    if bool(old.get("SecurityGroups")) != bool(new.get("SecurityGroups")):
        raise Refusal(
            "InvalidConfigurationRequest",
            "You can't perform this operation on a NLB unless you specified a security group for "
            "the NLB when you created it.",
        )


def check_deletion(arn: str) -> None:
    """Refuse to delete a load balancer that is protected or serves an endpoint service."""
    protected = {"Key": "deletion_protection.enabled", "Value": "true"}
    if protected in (emulated.alb._lb_attrs.get(arn) or []):
        raise Refusal(
            "OperationNotPermitted",
            f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
        )
    service = state.service_of_load_balancer(arn)
    if service is not None:
        raise Refusal(
            "ResourceInUse",
            f"Load balancer '{arn}' cannot be deleted because it is currently associated with "
            f"another service: {service.service_id}",
        )


# Hosted zones and records


def _hosted_zone_handlers(original: Handlers) -> Handlers:
    def create(logical_id: str, properties: Properties, stack: str) -> Made:
        _check_zone(properties)
        zone_id, attributes = original["create"](logical_id, properties, stack)
        return zone_id, _associate(zone_id, attributes, properties)

    def update(zone_id: str, old: Properties, new: Properties, *rest: Any) -> Made:
        before = items(old, "VPCs")
        added = [vpc for vpc in items(new, "VPCs") if vpc not in before]
        _check_zone({**new, "VPCs": added})
        updated, attributes = original["update"](zone_id, old, new, *rest)
        return updated, _associate(updated, attributes, new)

    return {**original, "create": create, "update": update}


def _associate(zone_id: str, attributes: dict[str, Any], properties: Properties) -> dict[str, Any]:
    vpcs = items(properties, "VPCs")
    emulated.route53._zones[zone_id] |= {"private": bool(vpcs), "vpcs": list(vpcs)}
    # A private zone has no name servers of its own.
    return {name: value for name, value in attributes.items() if not vpcs or name != "NameServers"}


def _check_zone(properties: Properties) -> None:
    name = properties["Name"].rstrip(".").lower()
    for vpc in items(properties, "VPCs"):
        vpc_id = vpc["VPCId"]
        if vpc_id not in emulated.ec2._vpcs:
            raise Refusal("InvalidVPCId", f"The VPC {vpc_id} is not one of this account")
        taken = {
            *consumer_actions.zones_of_vpc(vpc_id),
            *consumer_actions.endpoint_names_of_vpc(vpc_id),
            *aws_endpoints.private_names_of_vpc(vpc_id),
        }
        if name in taken:
            raise Refusal(
                "ConflictingDomainExists",
                f"The VPC {vpc_id} in region {vpc['VPCRegion']} has already been associated with "
                f"a hosted zone with the domain name {name}",
            )


def _records(properties: Properties) -> list[Properties]:
    shared = {
        name: properties[name] for name in ("HostedZoneId", "HostedZoneName") if name in properties
    }
    return [{**shared, **record} for record in items(properties, "RecordSets")]


def _create_records(logical_id: str, properties: Properties, stack: str) -> Made:
    for record in _records(properties):
        emulated.provisioners._r53_record_set_create(logical_id, record, stack)
    return state.new_id(f"{stack}-{logical_id}"), {}


def _update_records(group_id: str, old: Properties, new: Properties, stack: str) -> Made:
    _delete_records(group_id, old)
    for record in _records(new):
        emulated.provisioners._r53_record_set_create(group_id, record, stack)
    return group_id, {}


def _delete_records(_group_id: str, properties: Properties) -> None:
    for record in _records(properties):
        emulated.provisioners._r53_record_set_delete(record["Name"], record)


# The same by way of the API


def actions() -> dict[str, Callable[..., Any]]:
    """Return the load-balancing actions that have to refuse what CloudFormation is refused."""
    table = emulated.alb._ACTION_MAP

    def delete(parameters: dict[str, Any], original: Any = table["DeleteLoadBalancer"]) -> Any:
        try:
            check_deletion(first(parameters, "LoadBalancerArn"))
        except Refusal as refusal:
            return emulated.alb._error(refusal.code, refusal.message, 400)
        return original(parameters)

    def set_subnets(parameters: dict[str, Any], original: Any = table["SetSubnets"]) -> Any:
        arn = first(parameters, "LoadBalancerArn")
        before = (state.load_balancer(arn) or {}).get("Subnets", [])
        prefixes = ("Subnets.member.", "SubnetMappings.member.")
        after = [
            first(parameters, name)
            for name in parameters
            if name.startswith(prefixes) and not name.endswith("Address")
        ]
        try:
            check_subnets(arn, before, after)
        except Refusal as refusal:
            return emulated.alb._error(refusal.code, refusal.message, 400)
        return original(parameters)

    def health(parameters: dict[str, Any], original: Any = table["DescribeTargetHealth"]) -> Any:
        arn = first(parameters, "TargetGroupArn")
        tagged: list[dict[str, str]] = emulated.alb._tags.get(arn) or []
        tags = {it["Key"]: it["Value"] for it in tagged}
        status, headers, body = original(parameters)
        for address in tags.get(UNHEALTHY, "").split():
            body = _with_unhealthy(body, address)
        return status, headers, body

    return {"DeleteLoadBalancer": delete, "DescribeTargetHealth": health, "SetSubnets": set_subnets}


UNHEALTHY = "emulator:unhealthy"
"""The tag of a target group with the targets that fail their health checks, one after another."""


def _with_unhealthy(body: Any, address: str) -> Any:
    text = body.decode() if isinstance(body, bytes) else body
    start, found, rest = text.partition(f"<Id>{address}</Id>")
    sick = "<State>unhealthy</State><Reason>Target.FailedHealthChecks</Reason>"
    changed = f"{start}{found}{rest.replace('<State>healthy</State>', sick, 1)}"
    return changed.encode() if isinstance(body, bytes) else changed


def describe_load_balancer(original: Callable[..., str], balancer: dict[str, Any]) -> str:
    """Show the zones of a load balancer's subnets; the emulator shows one zone for all."""
    text = original(balancer)
    wrong = f"<ZoneName>{state.region()}a</ZoneName>"
    for subnet in balancer.get("Subnets", []):
        found = emulated.ec2._subnets.get(subnet)
        if found is not None:
            right = f"<ZoneName>{found['AvailabilityZone']}</ZoneName>"
            tail = f"<SubnetId>{subnet}</SubnetId>"
            text = text.replace(wrong + tail, right + tail)
    if balancer.get(ENFORCE):
        shown = f"<{ENFORCE}>{balancer[ENFORCE]}</{ENFORCE}>"
        text = text.replace("<IpAddressType>", f"{shown}<IpAddressType>")
    return text
