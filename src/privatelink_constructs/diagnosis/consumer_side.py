"""Writes down the consumer's side: endpoints, their networks, and whether the service is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.diagnosis.album import (
    Album,
    chosen,
    mappings,
    text,
    texts,
    unseen_value,
)
from privatelink_constructs.diagnosis.cloudwatch_metrics import ENDPOINT_METRICS, sums_of
from privatelink_constructs.diagnosis.names_seen import write_names
from privatelink_constructs.diagnosis.networks_seen import write_groups, write_subnets
from privatelink_constructs.diagnosis.provider_side import UNSEEN
from privatelink_constructs.inventory.types import ENDPOINT, NETWORK_ACL, SERVICE, VPC

if TYPE_CHECKING:
    from privatelink_constructs.diagnosis.question import Question
    from privatelink_constructs.diagnosis.reader import Reader, Reply

    Json = dict[str, object]

PROVIDER_STACK = "provider"
_DNS = {"EnableDnsHostnames": "enableDnsHostnames", "EnableDnsSupport": "enableDnsSupport"}
_OF_SERVICE = ("AcceptanceRequired", "PrivateDnsName", "SupportedIpAddressTypes")


def consumer_album(reader: Reader, question: Question, *, with_provider: bool) -> Album:
    """Write down what the consumer's credentials show.

    :param with_provider: whether the provider's template has the service.
    """
    album = Album()
    service = _found_service(reader, question)
    endpoints = _endpoints(reader, question)
    if not with_provider:
        album.add(
            SERVICE,
            question.service_id,
            _properties(service),
            service_state(service, endpoints, question),
        )
    if endpoints.code and question.endpoint_id:
        album.add(ENDPOINT, question.endpoint_id, {}, {"ErrorCode": endpoints.code})
    siblings = _siblings(reader, question, endpoints)
    for endpoint in endpoints.each:
        linked = _reference(question, with_provider=with_provider)
        _write_endpoint(album, reader, {**endpoint, "Siblings": siblings}, linked)
    for vpc in sorted({text(endpoint, "VpcId") for endpoint in endpoints.each}):
        _write_vpc(album, reader, vpc)
        write_names(album, reader, question, vpc)
    return album


def _properties(service: Reply) -> Json:
    """Return what the consumer sees of the service; the Regions that it supports aren't part."""
    regions = {"SupportedRegions": unseen_value("SupportedRegions")}
    if not service.each:
        return {name: unseen_value(name) for name in UNSEEN}
    return {**chosen(service.first, *_OF_SERVICE), **regions}


def _found_service(reader: Reader, question: Question) -> Reply:
    parameters: Json = {"ServiceNames": [question.service_name]}
    if question.consumer_region != question.region:
        parameters["ServiceRegions"] = [question.region]
    return reader.ask("DescribeVpcEndpointServices", **parameters)


def service_state(service: Reply, endpoints: Reply, question: Question) -> Json:
    """Return the state of a service that only the consumer sees."""
    return {
        **chosen(service.first, "AvailabilityZoneIds", "PrivateDnsName"),
        "ConsumerErrorCode": service.code or None,
        "PrivateDnsNameState": service.first.get("PrivateDnsNameVerificationState"),
        # Empty if AWS doesn't say it: the service isn't the consumer's in any case.
        "Owner": text(service.first, "Owner"),
        "ServiceName": question.service_name,
        "Region": question.region,
        "Consumer": question.consumer,
        # The endpoints themselves are judged: here it counts that there is none.
        "Connections": None if endpoints.items is None or endpoints.items else [],
    }


def _endpoints(reader: Reader, question: Question) -> Reply:
    if question.endpoint_id:
        return reader.ask("DescribeVpcEndpoints", VpcEndpointIds=[question.endpoint_id])
    return _all_endpoints(reader, question)


def _all_endpoints(reader: Reader, question: Question) -> Reply:
    wanted = {"Name": "service-name", "Values": [question.service_name]}
    return reader.ask("DescribeVpcEndpoints", Filters=[wanted])


def _siblings(reader: Reader, question: Question, endpoints: Reply) -> list[str]:
    """Return the IDs of all endpoints to the service: a record may point to any of them."""
    every = _all_endpoints(reader, question) if question.endpoint_id else endpoints
    return [text(endpoint, "VpcEndpointId") for endpoint in every.each]


def _reference(question: Question, *, with_provider: bool) -> object:
    """Return the service in the template of either side."""
    if not with_provider:
        # The album writes a reference for the ID of a resource.
        return question.service_id
    return {
        "Fn::GetStackOutput": {
            "StackName": PROVIDER_STACK,
            "OutputName": "Service",
            "Region": question.region,
        }
    }


def _write_endpoint(album: Album, reader: Reader, endpoint: Json, service: object) -> None:
    own, subnets = text(endpoint, "VpcEndpointId"), texts(endpoint, "SubnetIds")
    groups = [text(each, "GroupId") for each in mappings(endpoint, "Groups")]
    write_subnets(album, reader, subnets)
    write_groups(album, reader, groups)
    _write_acls(album, reader, subnets)
    name = text(endpoint, "ServiceName")
    prefix, _, service_id = name.rpartition(".")
    linked = {"Fn::Sub": [f"{prefix}.${{Service}}", {"Service": service}]}
    album.add(
        ENDPOINT,
        own,
        {
            **chosen(endpoint, "IpAddressType", "PrivateDnsEnabled", "ServiceRegion"),
            **chosen(endpoint, "VpcEndpointType", "VpcId"),
            "SecurityGroupIds": groups,
            "ServiceName": linked if service_id.startswith("vpce-svc-") else name,
            "SubnetIds": subnets,
        },
        _endpoint_state(reader, endpoint),
    )


def _endpoint_state(reader: Reader, endpoint: Json) -> Json:
    error = as_mapping(endpoint.get("LastError"))
    said = " ".join(filter(None, [text(error, "Code"), text(error, "Message")]))
    entries = [text(each, "DnsName") for each in mappings(endpoint, "DnsEntries")]
    name = text(endpoint, "ServiceName")
    dimensions = {
        "Endpoint Type": text(endpoint, "VpcEndpointType"),
        "Service Name": name,
        "VPC Endpoint Id": text(endpoint, "VpcEndpointId"),
        "VPC Id": text(endpoint, "VpcId"),
    }
    return {
        **chosen(endpoint, "State", "ServiceName", "NetworkInterfaceIds", "OwnerId", "Siblings"),
        "LastError": said or endpoint.get("FailureReason"),
        "DnsNames": [each for each in entries if ".vpce." in each] or None,
        "PrivateDnsNames": [each for each in entries if ".vpce." not in each] or None,
        "Metrics": sums_of(reader, ENDPOINT_METRICS, dimensions),
    }


def _write_acls(album: Album, reader: Reader, subnets: list[str]) -> None:
    if not subnets:
        return
    wanted = {"Name": "association.subnet-id", "Values": sorted(subnets)}
    for acl in reader.ask("DescribeNetworkAcls", Filters=[wanted]).each:
        state = {
            "SubnetIds": [text(it, "SubnetId") for it in mappings(acl, "Associations")],
            "Entries": [
                chosen(
                    *(entry, "Egress", "RuleNumber", "RuleAction", "Protocol"),
                    *("PortRange", "CidrBlock", "Ipv6CidrBlock"),
                )
                for entry in mappings(acl, "Entries")
            ],
        }
        album.add(NETWORK_ACL, text(acl, "NetworkAclId"), chosen(acl, "VpcId"), state)


def _write_vpc(album: Album, reader: Reader, vpc_id: str) -> None:
    vpc = reader.ask("DescribeVpcs", VpcIds=[vpc_id]).first
    blocks = [text(it, "CidrBlock") for it in mappings(vpc, "CidrBlockAssociationSet")]
    properties = chosen(vpc, "CidrBlock")
    for name, attribute in _DNS.items():
        found = reader.ask("DescribeVpcAttribute", VpcId=vpc_id, Attribute=attribute)
        value = as_mapping(found.first.get(name)).get("Value")
        properties[name] = unseen_value(name) if value is None else value
    album.add(VPC, vpc_id, properties, {"CidrBlocks": [each for each in blocks if each] or None})
