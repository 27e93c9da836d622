"""An interface endpoint: what is defined for it, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from tests.support.consumers import (
    ACCOUNT,
    ENDPOINT,
    GROUP,
    NAME,
    OTHER_ACCOUNT,
    ZONE_IDS,
    app_with_zones,
    consumer_in,
    contract_with,
    endpoint_in,
)
from tests.support.intrinsics import token
from tests.support.published import only, resources_of, service_with, stack_in, template_of
from tests.support.refusals import refusal, refused, warning_codes, warnings_of
from tests.support.round_trips import count_round_trips
from tests.support.vpcs import VPC_ID, ZONES, imported_vpc, vpc_in

from privatelink_constructs import AllowedPrincipal, EndpointServiceContract, InterfaceEndpoint

if TYPE_CHECKING:
    from collections.abc import Callable

Match = assertions.Match


def properties_of(stack: cdk.Stack) -> dict[str, Any]:
    return only(template_of(stack), ENDPOINT)["Properties"]


def ingress_of(stack: cdk.Stack, name: str = "Endpoint") -> list[tuple[Any, ...]]:
    """Return source, protocol and port of what the endpoint's own group admits."""
    found: list[tuple[Any, ...]] = []
    for logical_id, it in template_of(stack)["Resources"].items():
        rules: list[dict[str, Any]] = []
        if it["Type"] == "AWS::EC2::SecurityGroupIngress":
            rules = [it["Properties"]]
        elif it["Type"] == GROUP and logical_id.startswith(f"{name}SecurityGroup"):
            rules = it["Properties"].get("SecurityGroupIngress", [])
        for rule in rules:
            source = next(
                str(rule[key])
                for key in ("CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId")
                if key in rule
            )
            found.append((source, rule["IpProtocol"], rule["FromPort"], rule["ToPort"]))
    return sorted(found)


def test_everything_that_has_a_bad_default_is_explicit() -> None:
    stack = consumer_in()
    endpoint_in(stack)

    assertions.Template.from_stack(stack).has_resource_properties(
        ENDPOINT,
        {
            "VpcEndpointType": "Interface",
            "PrivateDnsEnabled": False,
            "ServiceName": NAME,
            "ServiceRegion": Match.absent(),
            "PolicyDocument": Match.absent(),
            "IpAddressType": "ipv4",
            "DnsOptions": {"DnsRecordIpType": "ipv4"},
            "RouteTableIds": Match.absent(),
        },
    )


def test_nothing_but_the_endpoint_and_its_group_is_defined() -> None:
    stack = consumer_in()
    vpc = imported_vpc(stack)
    endpoint_in(stack, vpc=vpc)

    types = sorted(it["Type"] for it in template_of(stack)["Resources"].values())
    assert types == [GROUP, ENDPOINT]
    assert "Outputs" not in template_of(stack)


def test_its_group_admits_and_lets_out_nobody_by_default() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint_in(stack, vpc=vpc, clients=None)

    group = only(template_of(stack), GROUP)["Properties"]
    assert "SecurityGroupIngress" not in group
    assert [it["CidrIp"] for it in group["SecurityGroupEgress"]] == ["255.255.255.255/32"]
    assert group["VpcId"] == stack.resolve(vpc.vpc_id)


def test_clients_are_admitted_on_every_port() -> None:
    stack = consumer_in()
    endpoint_in(
        stack,
        service=contract_with(ports=[443, "53/tcp_udp"]),
        clients=[
            ec2.Peer.ipv4("10.1.0.0/16"),
            ec2.Peer.ipv6("2001:db8::/56"),
            ec2.Peer.prefix_list("pl-0123456789abcdef0"),
        ],
    )

    assert ingress_of(stack) == [
        (source, protocol, port, port)
        for source in ("10.1.0.0/16", "2001:db8::/56", "pl-0123456789abcdef0")
        for protocol, port in (("tcp", 53), ("tcp", 443), ("udp", 53))
    ]


def test_ranges_can_be_given_as_text() -> None:
    stack = consumer_in()
    endpoint_in(stack, clients=["10.1.0.0/16", "2001:db8::/56", cdk.Fn.import_value("Range")])

    [group] = resources_of(template_of(stack), GROUP)
    rules = group["Properties"]["SecurityGroupIngress"]
    assert [rule.get("CidrIp") or rule["CidrIpv6"] for rule in rules] == [
        "10.1.0.0/16",
        "2001:db8::/56",
        {"Fn::ImportValue": "Range"},
    ]


@pytest.mark.parametrize("client", ["10.1.0.0", "10.1.0.0/33", "pl-0123456789abcdef0"])
def test_text_that_is_no_range_is_refused(client: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refusal("cidr-malformed", client):
        endpoint_in(stack, vpc=vpc, clients=[client])


def test_clients_from_everywhere_are_warned_of() -> None:
    endpoint = endpoint_in(consumer_in(), clients=["0.0.0.0/0"])
    assert "endpoint-open-to-world" in warning_codes(endpoint)


def test_a_client_with_a_group_is_allowed_outbound_as_well() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc, allow_all_outbound=False)
    endpoint_in(stack, vpc=vpc, clients=[client])

    out = only(template_of(stack), "AWS::EC2::SecurityGroupEgress")["Properties"]
    assert out["GroupId"] == stack.resolve(client.security_group_id)
    assert [rule[1:] for rule in ingress_of(stack)] == [("tcp", 443, 443)]


def test_any_construct_with_connections_is_a_client() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    group = ec2.SecurityGroup(stack, "Client", vpc=vpc)
    endpoint_in(stack, vpc=vpc, clients=[ec2.Connections(security_groups=[group])])

    assert len(ingress_of(stack)) == 1


def test_an_endpoint_can_be_a_client_of_nothing_and_a_peer_of_anything() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint = endpoint_in(stack, vpc=vpc, clients=None)
    group = ec2.SecurityGroup(stack, "Client", vpc=vpc, allow_all_outbound=False)
    group.connections.allow_to_default_port(endpoint)

    assert [rule[1:] for rule in ingress_of(stack)] == [("tcp", 443, 443)]


def test_connections_have_no_default_port_for_several_ports() -> None:
    endpoint = endpoint_in(consumer_in(), service=contract_with(ports=[80, 443]))

    assert endpoint.connections.default_port is None
    assert endpoint.connections is endpoint.connections


def test_given_groups_take_the_place_of_its_own() -> None:
    stack = consumer_in()
    given = ec2.SecurityGroup.from_security_group_id(stack, "Given", "sg-0123456789abcdef0")
    endpoint = endpoint_in(
        stack,
        vpc=imported_vpc(stack),
        security_groups=[given],
        clients=[ec2.Peer.ipv4("10.1.0.0/16")],
    )

    template = template_of(stack)
    assert only(template, ENDPOINT)["Properties"]["SecurityGroupIds"] == ["sg-0123456789abcdef0"]
    assert not resources_of(template, GROUP)
    rule = only(template, "AWS::EC2::SecurityGroupIngress")["Properties"]
    assert (rule["GroupId"], rule["CidrIp"]) == ("sg-0123456789abcdef0", "10.1.0.0/16")
    assert endpoint.connections.security_groups


def test_an_empty_list_of_groups_is_none() -> None:
    stack = consumer_in()
    endpoint_in(stack, security_groups=[])

    assert len(properties_of(stack)["SecurityGroupIds"]) == 1


@pytest.mark.parametrize(
    ("address_type", "families", "expected"),
    [
        (ec2.VpcEndpointIpAddressType.IPV4, ["ipv4"], "ipv4"),
        (ec2.VpcEndpointIpAddressType.IPV6, ["ipv6"], "ipv6"),
        (ec2.VpcEndpointIpAddressType.DUALSTACK, ["ipv4", "ipv6"], "dualstack"),
    ],
)
def test_names_resolve_to_the_addresses_that_there_are(
    address_type: ec2.VpcEndpointIpAddressType, families: list[str], expected: str
) -> None:
    stack = consumer_in()
    endpoint_in(
        stack,
        vpc=imported_vpc(stack),
        service=contract_with(ip_address_types=families),
        ip_address_type=address_type,
    )

    properties = properties_of(stack)
    assert properties["IpAddressType"] == expected
    assert properties["DnsOptions"] == {"DnsRecordIpType": expected}


def test_dualstack_subnets_of_the_app_take_a_dualstack_endpoint() -> None:
    stack = consumer_in()
    endpoint_in(
        stack,
        vpc=vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK),
        service=contract_with(ip_address_types=["ipv4", "ipv6"]),
        ip_address_type=ec2.VpcEndpointIpAddressType.DUALSTACK,
    )

    assert properties_of(stack)["IpAddressType"] == "dualstack"


def test_a_service_of_the_same_region_is_named_without_its_region() -> None:
    stack = consumer_in()
    endpoint_in(stack, service=contract_with(service_name=token(), service_region="eu-west-1"))

    assert "ServiceRegion" not in properties_of(stack)


def test_the_region_of_a_service_elsewhere_is_stated() -> None:
    stack = consumer_in(env=cdk.Environment(account=ACCOUNT, region="eu-central-1"))
    endpoint_in(stack, service=contract_with(supported_regions=["eu-central-1"]))

    assert properties_of(stack)["ServiceRegion"] == "eu-west-1"


@pytest.mark.parametrize("region", ["eu-west-1", "${Token[Region.1]}"])
def test_the_deployment_decides_where_a_region_is_not_known(region: str) -> None:
    region = token("ServiceRegion") if "Token" in region else region
    stack = consumer_in(env=None)
    cdk.CfnParameter(stack, "ServiceRegion")
    endpoint_in(
        stack,
        service=EndpointServiceContract(
            service_name=token("ServiceRegion"), service_region=region, ports=[443]
        ),
    )

    template = template_of(stack)
    [(condition, expression)] = template["Conditions"].items()
    theirs = stack.resolve(region)
    assert expression == {"Fn::Equals": [{"Ref": "AWS::Region"}, theirs]}
    assert only(template, ENDPOINT)["Properties"]["ServiceRegion"] == {
        "Fn::If": [condition, {"Ref": "AWS::NoValue"}, theirs]
    }


def test_works_in_an_agnostic_stack() -> None:
    stack = consumer_in(env=None)
    endpoint = endpoint_in(stack, vpc=vpc_in(stack, zones=None))

    assert len(properties_of(stack)["SubnetIds"]) == 2
    assert warning_codes(endpoint) == ["endpoint-zones-undetermined"]


def test_works_in_an_imported_vpc() -> None:
    stack = consumer_in()
    endpoint_in(stack, vpc=imported_vpc(stack))

    properties = properties_of(stack)
    assert properties["VpcId"] == VPC_ID
    assert properties["SubnetIds"] == ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]


def test_works_before_a_vpc_is_looked_up() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack, vpc=ec2.Vpc.from_lookup(stack, "Vpc", is_default=True))

    assert only(template_of(stack), ENDPOINT)
    assert warning_codes(endpoint) == []


def test_the_service_name_may_be_a_token() -> None:
    stack = consumer_in()
    cdk.CfnParameter(stack, "Parameter")
    endpoint_in(stack, service=contract_with(service_name=token(), service_region="eu-west-1"))

    assert properties_of(stack)["ServiceName"] == {"Ref": "Parameter"}


def test_the_same_service_can_be_used_twice_in_one_stack() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    for name in ("First", "Second"):
        endpoint_in(stack, name, vpc=vpc)

    assertions.Template.from_stack(stack).resource_count_is(ENDPOINT, 2)


def test_two_apps_of_one_process_give_the_same_template() -> None:
    def template() -> dict[str, Any]:
        stack = consumer_in()
        endpoint_in(stack, vpc=imported_vpc(stack), clients=[ec2.Peer.ipv4("10.0.0.0/8")])
        return template_of(stack)

    assert template() == template()


def test_the_id_is_that_of_the_resource() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack)

    [logical_id] = assertions.Template.from_stack(stack).find_resources(ENDPOINT)
    assert stack.resolve(endpoint.vpc_endpoint_id) == {"Ref": logical_id}
    assert endpoint.vpc_endpoint_id is endpoint.vpc_endpoint_id
    assert isinstance(endpoint.node.default_child, ec2.CfnVPCEndpoint)


def test_an_endpoint_with_a_client_costs_six_round_trips() -> None:
    stack = consumer_in()
    vpc, client = vpc_in(stack), ec2.Peer.ipv4("10.0.0.0/8")
    endpoint_in(stack, "First", vpc=vpc, clients=None)

    with count_round_trips() as trips:
        endpoint_in(stack, "Second", vpc=vpc, clients=[client])

    # What the client is, the endpoint, its group, the port, the rule, the resource.
    assert trips.total == 6, trips.by_line()


def test_endpoints_share_the_ranges_of_their_clients() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint_in(stack, "First", vpc=vpc, clients=["10.0.0.0/8"])

    with count_round_trips() as trips:
        endpoint_in(stack, "Second", vpc=vpc, clients=["10.0.0.0/8"])

    # Itself, its group, the rule, the resource.
    assert trips.total == 4, trips.by_line()


def test_waiting_for_a_service_of_the_app_costs_one_round_trip_more() -> None:
    app = app_with_zones()
    service = service_with(
        stack_in(app),
        None,
        allowed_principals=[AllowedPrincipal.account(OTHER_ACCOUNT)],
        availability_zone_ids={zone: ZONE_IDS[zone] for zone in ZONES},
    )
    stack = consumer_in(app, env=cdk.Environment(account=OTHER_ACCOUNT, region="eu-west-1"))
    given: dict[str, Any] = {"vpc": vpc_in(stack), "availability_zone_ids": ZONE_IDS}
    client = ec2.Peer.ipv4("10.0.0.0/8")
    endpoint_in(stack, "First", service=service.contract, clients=None, **given)

    with count_round_trips() as trips:
        endpoint_in(stack, "Second", service=service.contract, clients=[client], **given)

    assert trips.total == 7, trips.by_line()


def test_a_second_read_costs_nothing() -> None:
    endpoint = endpoint_in(consumer_in())

    def read() -> tuple[object, ...]:
        return (
            endpoint.connections,
            endpoint.hosted_zone,
            endpoint.regional_dns_name,
            endpoint.regional_hosted_zone_id,
            endpoint.vpc_endpoint_id,
            endpoint.zonal_dns_name("eu-west-1a"),
        )

    read()
    with count_round_trips() as trips:
        read()

    assert trips.total == 0, trips.by_line()


def test_more_than_fifty_endpoints_in_a_vpc_are_a_warning() -> None:
    stack = consumer_in()
    endpoints = [endpoint_in(stack, f"E{i}", vpc=_reimported(stack, i)) for i in range(51)]

    assert [len(warning_codes(it)) for it in endpoints[-2:]] == [0, 1]
    assert warning_codes(endpoints[-1]) == ["vpc-endpoints-exceeded"]


def _reimported(stack: cdk.Stack, number: int) -> ec2.IVpc:
    """Import one VPC again and again, as teams that know nothing of each other do."""
    return imported_vpc(stack, f"Vpc{number}")


def _with(**options: Any) -> Callable[[cdk.Stack, ec2.Vpc], object]:
    return lambda stack, vpc: endpoint_in(stack, vpc=vpc, **options)


def _with_group_of_another_vpc(stack: cdk.Stack, vpc: ec2.Vpc) -> object:
    group = cast("ec2.ISecurityGroup", stack.node.find_child("OtherGroup"))
    return endpoint_in(stack, vpc=vpc, security_groups=[group])


FAILURES = [
    pytest.param(
        _with(ip_address_type=ec2.VpcEndpointIpAddressType.DUALSTACK),
        "endpoint-address-family-not-supported",
        "the service offers ipv4",
        id="family of the service",
    ),
    pytest.param(
        _with(service=contract_with(ip_address_types=["ipv6"])),
        "endpoint-address-family-not-supported",
        "the endpoint is ipv4",
        id="family by default",
    ),
    pytest.param(
        _with(
            service=contract_with(ip_address_types=["ipv4", "ipv6"]),
            ip_address_type=ec2.VpcEndpointIpAddressType.DUALSTACK,
        ),
        "endpoint-subnet-address-family-mismatch",
        "subnet 1 has ipv4",
        id="family of the subnets",
    ),
    pytest.param(
        _with(
            service=contract_with(ip_address_types=["ipv4", "ipv6"]),
            ip_address_type=ec2.VpcEndpointIpAddressType.IPV6,
        ),
        "endpoint-subnet-address-family-mismatch",
        "the endpoint is ipv6",
        id="ipv6 in subnets with ipv4",
    ),
    pytest.param(
        _with_group_of_another_vpc,
        "security-group-vpc-mismatch",
        "Consumer/OtherGroup belongs to Consumer/Other/Resource",
        id="group of another VPC",
    ),
]


@pytest.mark.parametrize(("define", "code", "message"), FAILURES)
def test_fails_when_aws_would_refuse(
    define: Callable[[cdk.Stack, ec2.Vpc], object], code: str, message: str
) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    ec2.SecurityGroup(stack, "OtherGroup", vpc=vpc_in(stack, "Other"))

    with refused(stack, code, message) as caught:
        define(stack, vpc)

    assert caught.value.construct_path == "Consumer/Endpoint"


def test_a_group_of_the_same_vpc_passes() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint_in(stack, vpc=vpc, security_groups=[ec2.SecurityGroup(stack, "Group", vpc=vpc)])

    assertions.Template.from_stack(stack).resource_count_is(GROUP, 1)


def test_a_group_of_a_vpc_that_is_only_known_at_deployment_passes() -> None:
    stack = consumer_in()
    unknown = imported_vpc(stack, "Unknown", vpc_id=token())
    group = ec2.SecurityGroup(stack, "Group", vpc=imported_vpc(stack))
    cdk.CfnParameter(stack, "Parameter")
    endpoint_in(stack, vpc=unknown, security_groups=[group])

    assertions.Template.from_stack(stack).resource_count_is(ENDPOINT, 1)


def test_fails_when_an_imported_vpc_has_another_id_than_the_group() -> None:
    stack = consumer_in()
    other = imported_vpc(stack, "Other", vpc_id="vpc-00000000000000000")
    group = ec2.SecurityGroup(stack, "Group", vpc=other)

    with refusal("security-group-vpc-mismatch", "belongs to vpc-00000000000000000"):
        endpoint_in(stack, vpc=imported_vpc(stack), security_groups=[group])


def test_an_imported_endpoint_defines_nothing() -> None:
    stack = consumer_in()
    endpoint = InterfaceEndpoint.from_interface_endpoint_attributes(
        stack,
        "Imported",
        vpc_endpoint_id="vpce-0123456789abcdef0",
        regional_dns_name="vpce-0123-abc.vpce-svc-4567.eu-west-1.vpce.amazonaws.com",
        regional_hosted_zone_id="Z1",
    )

    assert endpoint.vpc_endpoint_id == "vpce-0123456789abcdef0"
    assert endpoint.regional_hosted_zone_id == "Z1"
    assert endpoint.zonal_dns_name("eu-west-1a") == (
        "vpce-0123-abc-eu-west-1a.vpce-svc-4567.eu-west-1.vpce.amazonaws.com"
    )
    assert endpoint.connections.security_groups == []
    assert (endpoint.vpc_id, endpoint.service_name) == (None, None)
    assert (endpoint.subnet_ids, endpoint.network_interface_ids) == ((), ())
    assert "Resources" not in template_of(stack)


def test_an_imported_endpoint_knows_what_is_specified() -> None:
    stack = consumer_in()
    endpoint = InterfaceEndpoint.from_interface_endpoint_attributes(
        stack,
        "Imported",
        vpc_endpoint_id="vpce-0123456789abcdef0",
        regional_dns_name="vpce-0123-abc.vpce-svc-4567.eu-west-1.vpce.amazonaws.com",
        regional_hosted_zone_id="Z1",
        vpc_id="vpc-0123456789abcdef0",
        service_name=NAME,
        subnet_ids=["subnet-0123456789abcdef0", token()],
        network_interface_ids=["eni-0123456789abcdef0"],
    )

    assert endpoint.vpc_id == "vpc-0123456789abcdef0"
    assert endpoint.service_name == NAME
    assert endpoint.subnet_ids[0] == "subnet-0123456789abcdef0"
    assert len(endpoint.subnet_ids) == 2
    assert endpoint.network_interface_ids == ("eni-0123456789abcdef0",)


def test_an_endpoint_knows_its_vpc_its_service_and_its_subnets() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint = endpoint_in(stack, vpc=vpc)

    assert stack.resolve(endpoint.vpc_id) == stack.resolve(vpc.vpc_id)
    assert endpoint.service_name == NAME
    assert stack.resolve(list(endpoint.subnet_ids)) == properties_of(stack)["SubnetIds"]
    logical_id = stack.resolve(endpoint.vpc_endpoint_id)["Ref"]
    interfaces = stack.resolve(endpoint.network_interface_ids)
    assert interfaces == {"Fn::GetAtt": [logical_id, "NetworkInterfaceIds"]}
    assert stack.resolve(endpoint.network_interface_ids) == interfaces


def test_an_imported_endpoint_has_connections() -> None:
    stack = consumer_in()
    group = ec2.SecurityGroup.from_security_group_id(stack, "Given", "sg-0123456789abcdef0")
    endpoint = InterfaceEndpoint.from_interface_endpoint_attributes(
        stack,
        "Imported",
        vpc_endpoint_id=token(),
        regional_dns_name=token(),
        regional_hosted_zone_id=token(),
        ports=["443/tcp"],
        security_groups=[group],
    )
    endpoint.connections.allow_default_port_from(ec2.Peer.ipv4("10.0.0.0/8"))

    rule = only(template_of(stack), "AWS::EC2::SecurityGroupIngress")["Properties"]
    assert (rule["FromPort"], rule["GroupId"]) == (443, "sg-0123456789abcdef0")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"vpc_endpoint_id": "vpc-0123456789abcdef0"}, "resource-id-malformed"),
        ({"regional_dns_name": "*.example.com"}, "hosted-zone-name-malformed"),
        ({"ports": ["https"]}, "port-malformed"),
        ({"vpc_id": "vpce-0123456789abcdef0"}, "resource-id-malformed"),
        ({"subnet_ids": ["subnet-1", "eni-1"]}, "resource-id-malformed"),
        ({"network_interface_ids": [token(), "subnet-1"]}, "resource-id-malformed"),
        ({"service_name": "vpce-svc-0123456789abcdef0"}, "service-name-malformed"),
    ],
)
def test_fails_when_an_attribute_of_an_imported_endpoint_cannot_be(
    options: dict[str, Any], code: str
) -> None:
    stack = consumer_in(app_with_zones())
    given: dict[str, Any] = {
        "vpc_endpoint_id": "vpce-0123456789abcdef0",
        "regional_dns_name": "vpce-0123-abc.vpce-svc-4567.eu-west-1.vpce.amazonaws.com",
        "regional_hosted_zone_id": "Z1",
        **options,
    }

    with refusal(code):
        InterfaceEndpoint.from_interface_endpoint_attributes(stack, "Imported", **given)

    assert not stack.node.children


NEW_REGION = "sa-west-1"
NEW_NAME = f"com.amazonaws.vpce.{NEW_REGION}.vpce-svc-0123456789abcdef0"


def test_warns_of_regions_in_a_contract_that_are_unknown() -> None:
    stack = consumer_in()
    service = contract_with(
        service_name=NEW_NAME, availability_zones=(), supported_regions=["eu-west-1", "mx-west-1"]
    )
    endpoint_in(stack, service=service)

    found = warning_codes(stack)
    assert found.count("region-unverified") == 1
    text = warnings_of(stack)["region-unverified"]
    assert NEW_REGION in text
    assert "mx-west-1" in text
    assert only(template_of(stack), ENDPOINT)["Properties"]["ServiceRegion"] == NEW_REGION


def test_does_not_warn_of_regions_that_are_known() -> None:
    stack = consumer_in()
    endpoint_in(stack)

    assert "region-unverified" not in warning_codes(stack)


def test_does_not_warn_of_regions_that_the_service_warns_of() -> None:
    stack = consumer_in()
    service = service_with(stack, None, supported_regions=[NEW_REGION])
    endpoint_in(stack, service=service.contract)

    assert warning_codes(stack).count("region-unverified") == 1
