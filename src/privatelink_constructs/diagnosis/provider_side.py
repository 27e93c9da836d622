"""Writes down the provider's side: the service, who may use it, and who is connected to it."""

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
from privatelink_constructs.diagnosis.balancers_seen import write_load_balancers
from privatelink_constructs.inventory.types import PERMISSIONS, SERVICE

if TYPE_CHECKING:
    from privatelink_constructs.diagnosis.question import Question
    from privatelink_constructs.diagnosis.reader import Reader, Reply

    Json = dict[str, object]


def provider_album(reader: Reader, question: Question) -> Album:
    """Write down what the provider's credentials show."""
    album = Album()
    service_id = question.service_id
    configured = reader.ask("DescribeVpcEndpointServiceConfigurations", ServiceIds=[service_id])
    service = configured.first
    state = _state(service, configured, question)
    if configured.items:
        state["Connections"] = _connections(reader, question)
        _write_permissions(album, reader, service_id)
    missing = write_load_balancers(album, reader, texts(service, "NetworkLoadBalancerArns"))
    state["MissingLoadBalancers"] = missing or None
    album.add(SERVICE, service_id, _properties(service), state)
    album.outputs[OUTPUT] = {"Value": {"Ref": service_id}}
    return album


OUTPUT = "Service"
"""The output that the consumer's template reads the service from."""
UNSEEN = ("PrivateDnsName", "SupportedIpAddressTypes", "SupportedRegions")
"""What nothing may be said about if the service couldn't be seen."""


def _properties(service: Json) -> Json:
    if not service:
        return {name: unseen_value(name) for name in UNSEEN}
    regions = [text(each, "Region") for each in mappings(service, "SupportedRegions")]
    return {
        **chosen(
            service,
            "AcceptanceRequired",
            "GatewayLoadBalancerArns",
            "NetworkLoadBalancerArns",
            "PayerResponsibility",
            "PrivateDnsName",
            "SupportedIpAddressTypes",
        ),
        "SupportedRegions": regions or None,
    }


def _state(service: Json, configured: Reply, question: Question) -> Json:
    proof = as_mapping(service.get("PrivateDnsNameConfiguration"))
    return {
        **chosen(
            service,
            *("AvailabilityZoneIds", "AvailabilityZones", "PrivateDnsName"),
            *("ServiceName", "ServiceState", "SupportedRegions"),
        ),
        "ErrorCode": configured.code or None,
        "Region": question.region,
        "Consumer": question.consumer,
        "PrivateDnsNameState": proof.get("State"),
        "PrivateDnsNameRecord": chosen(proof, "Name", "Type", "Value") or None,
    }


def _connections(reader: Reader, question: Question) -> list[Json] | None:
    """Return the connections of the consumer, of everybody if it isn't known who that is."""
    filters: list[Json] = [{"Name": "service-id", "Values": [question.service_id]}]
    if question.consumer_account:
        filters.append({"Name": "vpc-endpoint-owner", "Values": [question.consumer_account]})
    found = reader.ask("DescribeVpcEndpointConnections", Filters=filters)
    if found.items is None:
        return None
    return [
        chosen(
            connection,
            *("VpcEndpointId", "VpcEndpointOwner", "VpcEndpointRegion", "VpcEndpointState"),
            *("IpAddressType", "NetworkLoadBalancerArns"),
        )
        for connection in found.items
        if question.endpoint_id in {None, text(connection, "VpcEndpointId")}
    ]


def _write_permissions(album: Album, reader: Reader, service_id: str) -> None:
    found = reader.ask("DescribeVpcEndpointServicePermissions", ServiceId=service_id)
    principals = [text(each, "Principal") for each in found.each]
    album.add(
        PERMISSIONS,
        f"{service_id}/permissions",
        {"ServiceId": service_id, "AllowedPrincipals": principals},
        {"Service": service_id, "Unseen": True if found.items is None else None},
    )
