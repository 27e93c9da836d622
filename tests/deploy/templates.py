"""Templates at the level of CloudFormation, as small as the question allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Resources = dict[str, dict[str, Any]]
ZONES = ("eu-west-1a", "eu-west-1b")


def template(*parts: Resources, outputs: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Put the parts of a template together."""
    found: dict[str, Any] = {"Resources": {k: v for part in parts for k, v in part.items()}}
    if outputs:
        found["Outputs"] = {name: {"Value": value} for name, value in outputs.items()}
    return found


def resource(resource_type: str, **properties: Any) -> dict[str, Any]:
    """Return a resource without the properties that are None."""
    given = {name: value for name, value in properties.items() if value is not None}
    return {"Type": resource_type, "Properties": given}


def ref(logical_id: str) -> dict[str, str]:
    return {"Ref": logical_id}


def att(logical_id: str, attribute: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [logical_id, attribute]}


def network(zones: Sequence[str] = ZONES, *, dns_hostnames: bool = True) -> Resources:
    """Return a VPC with a subnet a zone: ``Vpc``, ``Subneta``, ``Subnetb`` ..."""
    vpc = resource(
        "AWS::EC2::VPC",
        CidrBlock="10.0.0.0/16",
        EnableDnsHostnames=dns_hostnames,
        EnableDnsSupport=True,
    )
    subnets = {
        f"Subnet{zone[-1]}": resource(
            "AWS::EC2::Subnet",
            VpcId=ref("Vpc"),
            AvailabilityZone=zone,
            CidrBlock=f"10.0.{'abcdef'.index(zone[-1])}.0/24",
        )
        for zone in zones
    }
    return {"Vpc": vpc, **subnets}


def load_balancer(*subnets: str, **properties: Any) -> dict[str, Any]:
    """Return a Network Load Balancer in some subnets."""
    return resource(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Type="network",
        Scheme="internal",
        Subnets=[ref(subnet) for subnet in subnets],
        **properties,
    )


def load_balancers(zones: Sequence[str] = ZONES) -> Resources:
    """Return a load balancer a zone: ``Nlba``, ``Nlbb`` ..."""
    return {f"Nlb{zone[-1]}": load_balancer(f"Subnet{zone[-1]}") for zone in zones}


def service(load_balancer_ids: Iterable[str], **properties: Any) -> Resources:
    """Return an endpoint service: ``Service``."""
    found = resource(
        "AWS::EC2::VPCEndpointService",
        **{
            "AcceptanceRequired": False,
            "NetworkLoadBalancerArns": [ref(name) for name in load_balancer_ids],
            **properties,
        },
    )
    return {"Service": found}


def permissions(*principals: str) -> Resources:
    """Return the permissions of ``Service``: ``Permissions``."""
    found = resource(
        "AWS::EC2::VPCEndpointServicePermissions",
        ServiceId=ref("Service"),
        AllowedPrincipals=list(principals),
    )
    return {"Permissions": found}


def provider(*principals: str, zones: Sequence[str] = ZONES, **properties: Any) -> dict[str, Any]:
    """Return a network, a load balancer a zone, and a service over all of them."""
    balancers = load_balancers(zones)
    allowed = permissions(*principals) if principals else {}
    return template(network(zones), balancers, service(balancers, **properties), allowed)


def endpoint(service_name: Any, subnets: Iterable[str], **properties: Any) -> Resources:
    """Return an interface endpoint: ``Endpoint``."""
    found = resource(
        "AWS::EC2::VPCEndpoint",
        **{
            "PrivateDnsEnabled": False,
            "ServiceName": service_name,
            "SubnetIds": [ref(subnet) for subnet in subnets],
            "VpcEndpointType": "Interface",
            "VpcId": ref("Vpc"),
            **properties,
        },
    )
    return {"Endpoint": found}


def consumer(
    service_name: Any,
    *extra: Resources,
    zones: Sequence[str] = ZONES,
    dns_hostnames: bool = True,
    **properties: Any,
) -> dict[str, Any]:
    """Return a network with an endpoint in all of its zones."""
    subnets = [f"Subnet{zone[-1]}" for zone in zones]
    return template(
        network(zones, dns_hostnames=dns_hostnames),
        endpoint(service_name, subnets, **properties),
        *extra,
    )


def txt_record(domain: str) -> Resources:
    """Return a public zone with the proof of ``Service``'s private name: ``Zone``, ``Record``."""
    return {
        "Zone": resource("AWS::Route53::HostedZone", Name=domain),
        "Record": resource(
            "AWS::Route53::RecordSet",
            HostedZoneId=ref("Zone"),
            Name={"Fn::Join": [".", [att("Service", "PrivateDnsNameConfiguration.Name"), domain]]},
            Type="TXT",
            TTL="60",
            ResourceRecords=[
                {"Fn::Join": ["", ['"', att("Service", "PrivateDnsNameConfiguration.Value"), '"']]}
            ],
        ),
    }
