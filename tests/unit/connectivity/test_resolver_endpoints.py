"""Resolver endpoints: names for on-premises clients, and on-premises names for VPCs."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.consumers import (
    GROUP,
    OTHER_ACCOUNT,
    app_with_zones,
    consumer_in,
    endpoint_in,
    paths_under,
)
from tests.support.hubs import (
    SHARE,
    hub_in,
    of_type,
    only_properties,
    spoke_in,
    two_accounts,
)
from tests.support.published import template_of
from tests.support.refusals import refused, warnings_of
from tests.support.replacement import compare
from tests.support.vpcs import VPC_ID, imported_vpc, vpc_in

from privatelink_constructs import (
    EndpointDns,
    ResolverInboundEndpoint,
    ResolverOutboundEndpoint,
    ResolverProtocol,
    SharePrincipal,
)

ENDPOINT = "AWS::Route53Resolver::ResolverEndpoint"
RULE = "AWS::Route53Resolver::ResolverRule"
ASSOCIATION = "AWS::Route53Resolver::ResolverRuleAssociation"
ADDRESSES = ["10.0.0.10", "10.0.128.10"]
DUALSTACK = ec2.VpcEndpointIpAddressType.DUALSTACK
IPV6 = ec2.VpcEndpointIpAddressType.IPV6
EMPTY = ec2.SubnetSelection(availability_zones=["eu-west-1a"])


def inbound_in(stack: cdk.Stack, vpc: ec2.IVpc | None = None, **options: Any) -> Any:
    given: dict[str, Any] = {"clients": ["192.168.0.0/16"], **options}
    return ResolverInboundEndpoint(stack, "Inbound", vpc=vpc or vpc_in(stack), **given)


def outbound_in(stack: cdk.Stack, vpc: ec2.IVpc | None = None, **options: Any) -> Any:
    return ResolverOutboundEndpoint(stack, "Outbound", vpc=vpc or vpc_in(stack), **options)


def opened(stack: cdk.Stack, direction: str = "Ingress") -> set[tuple[str, str, int]]:
    rules = only_properties(stack, GROUP)[f"SecurityGroup{direction}"]
    return {(it["CidrIp"], it["IpProtocol"], it["ToPort"]) for it in rules}


def test_an_inbound_endpoint_has_an_address_in_each_zone() -> None:
    stack = consumer_in()
    endpoint = inbound_in(stack)
    properties = only_properties(stack, ENDPOINT)
    assert len(properties.pop("IpAddresses")) == 2
    group = stack.resolve(endpoint.connections.security_groups[0].security_group_id)
    assert properties == {
        "Direction": "INBOUND",
        "Protocols": ["Do53"],
        "ResolverEndpointType": "IPV4",
        "SecurityGroupIds": [group],
    }
    assert opened(stack) == {("192.168.0.0/16", "tcp", 53), ("192.168.0.0/16", "udp", 53)}
    assert endpoint.ip_addresses == ()
    assert endpoint.connections is endpoint.connections
    assert stack.resolve(endpoint.resolver_endpoint_id)["Fn::GetAtt"][1] == "ResolverEndpointId"
    assert paths_under(endpoint) == {"SecurityGroup/Resource": GROUP, "Resource": ENDPOINT}
    assert warnings_of(stack) == {}


def test_fixed_addresses_are_in_their_subnets_and_can_be_read() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint = inbound_in(stack, vpc, ip_addresses=[*reversed(ADDRESSES), "10.0.0.11"])
    subnets = [stack.resolve(it.subnet_id) for it in vpc.isolated_subnets]
    assert only_properties(stack, ENDPOINT)["IpAddresses"] == [
        {"SubnetId": subnets[1], "Ip": "10.0.128.10"},
        {"SubnetId": subnets[0], "Ip": "10.0.0.10"},
        {"SubnetId": subnets[0], "Ip": "10.0.0.11"},
    ]
    assert endpoint.ip_addresses == ("10.0.128.10", "10.0.0.10", "10.0.0.11")


def test_addresses_go_by_their_order_where_the_subnets_are_not_known() -> None:
    stack = consumer_in()
    inbound_in(stack, imported_vpc(stack), ip_addresses=ADDRESSES)
    found = only_properties(stack, ENDPOINT)["IpAddresses"]
    assert [it["Ip"] for it in found] == ADDRESSES


def test_a_token_is_an_address() -> None:
    stack = consumer_in()
    token = cdk.CfnParameter(stack, "Address").value_as_string
    inbound_in(stack, imported_vpc(stack), ip_addresses=[token, ADDRESSES[1]])
    found = only_properties(stack, ENDPOINT)["IpAddresses"]
    assert found[0]["Ip"] == {"Ref": "Address"}


@pytest.mark.parametrize(
    ("protocols", "ports"),
    [
        ([ResolverProtocol.DOH], {("tcp", 443)}),
        ([ResolverProtocol.DO53, ResolverProtocol.DOH], {("tcp", 443), ("tcp", 53), ("udp", 53)}),
        ([ResolverProtocol.DOH_FIPS], {("tcp", 443)}),
    ],
)
def test_the_ports_follow_from_the_protocols(
    protocols: list[ResolverProtocol], ports: set[tuple[str, int]]
) -> None:
    stack = consumer_in()
    inbound_in(stack, protocols=protocols)
    assert {it[1:] for it in opened(stack)} == ports
    assert only_properties(stack, ENDPOINT)["Protocols"] == sorted(it.value for it in protocols)


def test_a_security_group_is_a_client() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc)
    inbound_in(stack, vpc, clients=[client])
    rules = of_type(stack, "AWS::EC2::SecurityGroupIngress").values()
    assert {it["Properties"]["IpProtocol"] for it in rules} == {"tcp", "udp"}


@pytest.mark.parametrize(
    ("code", "message", "options"),
    [
        ("resolver-clients-missing", "The list of clients is empty", {"clients": []}),
        ("resolver-clients-open-to-world", "0.0.0.0/0", {"clients": ["0.0.0.0/0"]}),
        ("cidr-malformed", "10.0.0.0/33", {"clients": ["10.0.0.0/33"]}),
        ("endpoint-address-family-closed", "IPv4", {"clients": ["fd00::/8"]}),
        ("resolver-protocol-missing", "The list of protocols is empty", {"protocols": []}),
        (
            "resolver-protocol-not-supported",
            "DoH and DoH-FIPS",
            {"protocols": [ResolverProtocol.DOH, ResolverProtocol.DOH_FIPS]},
        ),
        ("resolver-address-malformed", "10.0.0", {"ip_addresses": ["10.0.0", "10.0.128.10"]}),
        (
            "resolver-address-family-mismatch",
            "only IPv4",
            {"ip_addresses": ["fd00::1", *ADDRESSES]},
        ),
        ("resolver-clients-open-to-world", "together", {"clients": ["0.0.0.0/1", "128.0.0.0/1"]}),
        ("resolver-subnet-address-family-mismatch", "no IPv6", {"ip_address_type": DUALSTACK}),
        ("resolver-address-duplicate", "2 times", {"ip_addresses": ["10.0.0.10"] * 2}),
        ("resolver-address-mismatch", "192.168.0.1", {"ip_addresses": ["192.168.0.1", *ADDRESSES]}),
        ("resolver-address-not-supported", "10.0.0.3", {"ip_addresses": ["10.0.0.3", *ADDRESSES]}),
        ("resolver-address-not-supported", "", {"ip_addresses": ["10.0.255.255", *ADDRESSES]}),
        ("resolver-address-count-out-of-range", "1 address", {"ip_addresses": ADDRESSES[:1]}),
        ("resolver-address-count-out-of-range", "0 addresses", {"ip_addresses": []}),
        ("resolver-zones-insufficient", "", {"ip_addresses": ["10.0.0.10", "10.0.0.11"]}),
        ("resolver-address-count-out-of-range", "1 address", {"subnets": EMPTY}),
    ],
)
def test_fails_when_an_inbound_endpoint_cannot_be(
    code: str, message: str, options: dict[str, Any]
) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, code, f".*{message}"):
        inbound_in(stack, vpc, **options)


def test_fails_when_addresses_cannot_be_told_apart() -> None:
    stack = consumer_in()
    vpc = imported_vpc(stack)
    with refused(stack, "resolver-address-count-mismatch", ".*3 IPv4 addresses, but .* 2 subnets"):
        inbound_in(stack, vpc, ip_addresses=[*ADDRESSES, "10.0.0.11"])


def test_a_zone_without_load_balancers_may_have_a_resolver() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    zone = ec2.Subnet.from_subnet_attributes(
        stack, "A", subnet_id="subnet-0123456789abcdef0", availability_zone="us-west-2-lax-1a"
    )
    subnets = ec2.SubnetSelection(subnets=[zone, vpc.isolated_subnets[0]])
    inbound_in(stack, vpc, subnets=subnets)
    assert len(only_properties(stack, ENDPOINT)["IpAddresses"]) == 2


def test_a_vpc_that_is_still_to_be_looked_up_passes() -> None:
    stack = consumer_in()
    vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_id=VPC_ID)
    inbound_in(stack, vpc, ip_addresses=["10.9.0.10"])
    outbound_in(stack, vpc).forward("corp.example.com", targets=["192.168.0.10"])
    assert len(of_type(stack, ENDPOINT)) == 2


# Outbound.


def test_a_domain_is_forwarded_from_the_vpc() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    outbound = outbound_in(stack, vpc)
    rule = outbound.forward("Corp.example.com.", targets=["192.168.0.10", "192.168.0.11:5353"])

    assert only_properties(stack, RULE) == {
        "DomainName": "corp.example.com",
        "ResolverEndpointId": stack.resolve(outbound.resolver_endpoint_id),
        "RuleType": "FORWARD",
        "TargetIps": [
            {"Ip": "192.168.0.10", "Port": "53", "Protocol": "Do53"},
            {"Ip": "192.168.0.11", "Port": "5353", "Protocol": "Do53"},
        ],
    }
    assert only_properties(stack, ASSOCIATION) == {
        "ResolverRuleId": stack.resolve(rule.rule_id),
        "VPCId": stack.resolve(vpc.vpc_id),
    }
    assert opened(stack, "Egress") == {
        (f"192.168.0.{it}/32", protocol, port)
        for it, port in ((10, 53), (11, 5353))
        for protocol in ("tcp", "udp")
    }
    assert paths_under(outbound) == {
        "SecurityGroup/Resource": GROUP,
        "Resource": ENDPOINT,
        "Rule-corp.example.com/Resource": RULE,
        "Rule-corp.example.com/Vpc-Vpc": ASSOCIATION,
    }
    assert outbound.connections is outbound.connections
    assert warnings_of(stack) == {}


def test_all_names_and_tokens_are_forwarded() -> None:
    stack = consumer_in()
    outbound = outbound_in(stack)
    token = cdk.CfnParameter(stack, "Domain").value_as_string
    address = cdk.CfnParameter(stack, "Address").value_as_string
    outbound.forward(".", targets=["192.168.0.10"])
    outbound.forward(token, targets=[address])
    domains = [it["Properties"]["DomainName"] for it in of_type(stack, RULE).values()]
    assert sorted(domains, key=str) == [".", {"Ref": "Domain"}]


def test_a_rule_is_shared_and_associated_with_vpcs_of_the_account() -> None:
    stack = consumer_in()
    vpc, spoke = vpc_in(stack), imported_vpc(stack)
    outbound = outbound_in(stack, vpc)
    share = [SharePrincipal.account(OTHER_ACCOUNT)]
    rule = outbound.forward(
        "corp.example.com", targets=["192.168.0.10"], vpcs=[spoke, vpc], share_with=share
    )
    assert len(of_type(stack, ASSOCIATION)) == 2
    shared = only_properties(stack, SHARE)
    assert shared["ResourceArns"] == [stack.resolve(rule.rule_arn)]
    assert "PermissionArns" not in shared


def test_a_vpc_of_another_stack_has_its_address_in_the_id() -> None:
    app = app_with_zones()
    network, orders = consumer_in(app, "Network"), consumer_in(app, "Orders")
    vpc = vpc_in(orders)
    rule = outbound_in(network).forward("corp.example.com", targets=["192.168.0.10"], vpcs=[vpc])
    assert f"Vpc-{vpc.node.addr}" in paths_under(rule)


@pytest.mark.parametrize(
    ("code", "message", "options"),
    [
        ("forwarding-domain-malformed", "a..b", {"domain_name": "a..b"}),
        ("forwarding-domain-malformed", "", {"domain_name": ""}),
        ("forwarding-domain-malformed", "a.a", {"domain_name": "a." * 129 + "a"}),
        ("forwarding-target-missing", "no target", {"targets": []}),
        ("forwarding-target-malformed", "dns.example", {"targets": ["dns.example.com"]}),
        ("forwarding-target-malformed", "192.168.0.10:0", {"targets": ["192.168.0.10:0"]}),
        ("forwarding-target-malformed", "192.168.0.10:65536", {"targets": ["192.168.0.10:65536"]}),
        ("forwarding-target-malformed", "192.168.0.10:", {"targets": ["192.168.0.10:"]}),
        ("forwarding-target-malformed", "fd00::1", {"targets": ["[fd00::1]:0"]}),
        ("forwarding-target-malformed", "192.168.0.10", {"targets": ["[192.168.0.10]:53"]}),
        ("forwarding-target-malformed", "fd00::1%1", {"targets": ["fd00::1%1"]}),
        ("forwarding-target-address-family-mismatch", "fd00::1", {"targets": ["fd00::1"]}),
    ],
)
def test_fails_when_a_rule_cannot_be(code: str, message: str, options: dict[str, Any]) -> None:
    stack = consumer_in()
    outbound = outbound_in(stack)
    given: dict[str, Any] = {"domain_name": "a.example", "targets": ["192.168.0.10"], **options}
    with refused(stack, code, f".*{message}"):
        outbound.forward(**given)


@pytest.mark.parametrize("port", [1, 65535])
def test_a_target_takes_each_port(port: int) -> None:
    stack = consumer_in()
    outbound_in(stack).forward("corp.example.com", targets=[f"192.168.0.10:{port}"])
    [found] = of_type(stack, "AWS::Route53Resolver::ResolverRule").values()
    assert found["Properties"]["TargetIps"] == [
        {"Ip": "192.168.0.10", "Port": str(port), "Protocol": "Do53"}
    ]


def test_fails_when_a_vpc_forwards_a_domain_twice() -> None:
    stack = consumer_in()
    outbound = outbound_in(stack)
    outbound.forward("corp.example.com", targets=["192.168.0.10"])
    with refused(stack, "forwarding-domain-duplicate", "'Corp.example.com.' is forwarded"):
        outbound.forward("Corp.example.com.", targets=["192.168.0.11"])
    outbound.forward("lab.example.com", targets=["192.168.0.10"])


def test_fails_when_a_vpc_is_in_another_account() -> None:
    network, orders = two_accounts()
    outbound, vpc = outbound_in(network), vpc_in(orders)
    with refused(network, "forwarding-vpc-account-mismatch", OTHER_ACCOUNT):
        outbound.forward("corp.example.com", targets=["192.168.0.10"], vpcs=[vpc])


def test_fails_when_an_outbound_endpoint_has_one_address() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, "resolver-address-count-out-of-range", "1 address"):
        outbound_in(stack, vpc, subnets=EMPTY)


def spoke_vpc_in(stack: cdk.Stack) -> ec2.Vpc:
    return vpc_in(stack, "Other", ip_addresses=ec2.IpAddresses.cidr("10.7.0.0/16"))


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        ("sqs.eu-west-1.amazonaws.com", "is forwarded, so the endpoint isn't found by this name"),
        ("a.sqs.eu-west-1.amazonaws.com", "which is below 'sqs.eu-west-1.amazonaws.com'"),
        ("pay.example.com", "is forwarded, so"),
    ],
)
def test_a_rule_that_hides_a_name_of_the_hub_is_a_warning(domain: str, text: str) -> None:
    stack = consumer_in()
    hub, spoke = hub_in(stack), spoke_vpc_in(stack)
    rule = outbound_in(stack, spoke).forward(domain, targets=["192.168.0.10"])
    spoke_in(stack, hub.contract, vpc=spoke)
    endpoint_in(stack, "Pay", vpc=spoke, dns=EndpointDns.private_hosted_zone("pay.example.com"))
    assert text in warnings_of(rule)["forwarded-name-shadowed"]


@pytest.mark.parametrize("domain", ["amazonaws.com", "corp.example.com", "."])
def test_a_domain_above_the_names_of_the_hub_hides_nothing(domain: str) -> None:
    stack = consumer_in()
    hub, spoke = hub_in(stack), spoke_vpc_in(stack)
    rule = outbound_in(stack, spoke).forward(domain, targets=["192.168.0.10"])
    spoke_in(stack, hub.contract, vpc=spoke)
    assert warnings_of(rule) == {}


def test_domains_and_targets_come_and_go_without_replacing_anything() -> None:
    def template(*domains: str, targets: list[str]) -> dict[str, Any]:
        stack = consumer_in()
        outbound = outbound_in(stack)
        for domain in domains:
            outbound.forward(domain, targets=targets)
        return template_of(stack)

    few = template("a.example", targets=["192.168.0.10"])
    many = template("b.example", "a.example", targets=["192.168.0.11", "192.168.0.10"])
    for before, after in ((few, many), (many, few)):
        assert compare(before, after).replaced_ids == ()


# IPv6.


def dualstack_vpc_in(stack: cdk.Stack) -> ec2.Vpc:
    return vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)


def placed(stack: cdk.Stack) -> list[tuple[str | None, str | None]]:
    """Return the fixed addresses of the endpoint: IPv4 and IPv6."""
    found = only_properties(stack, ENDPOINT)["IpAddresses"]
    return [(it.get("Ip"), it.get("Ipv6")) for it in found]


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (None, [(None, None), (None, None)]),
        (ADDRESSES, [("10.0.0.10", None), ("10.0.128.10", None)]),
        (["fd00::a", "fd00:1::a"], [(None, "fd00::a"), (None, "fd00:1::a")]),
        (
            ["fd00::a", *reversed(ADDRESSES), "fd00:1::a"],
            [("10.0.128.10", "fd00:1::a"), ("10.0.0.10", "fd00::a")],
        ),
        (
            [ADDRESSES[0], "fd00::a", "fd00:1::a"],
            [("10.0.0.10", "fd00::a"), (None, "fd00:1::a")],
        ),
    ],
)
def test_a_dualstack_endpoint_has_addresses_of_both_families(
    addresses: list[str] | None, expected: list[tuple[str | None, str | None]]
) -> None:
    stack = consumer_in()
    options: dict[str, Any] = {"ip_addresses": addresses, "ip_address_type": DUALSTACK}
    inbound_in(stack, dualstack_vpc_in(stack), clients=["192.168.0.0/16", "fd00::/8"], **options)
    assert placed(stack) == expected
    assert only_properties(stack, ENDPOINT)["ResolverEndpointType"] == "DUALSTACK"
    rules = only_properties(stack, GROUP)["SecurityGroupIngress"]
    assert {it.get("CidrIp") or it.get("CidrIpv6") for it in rules} == {
        "192.168.0.0/16",
        "fd00::/8",
    }


def test_a_token_is_an_ipv6_address_where_there_are_no_others() -> None:
    stack = consumer_in()
    token = cdk.CfnParameter(stack, "Address").value_as_string
    options: dict[str, Any] = {"ip_addresses": [token, "fd00::a"], "ip_address_type": IPV6}
    inbound_in(stack, imported_vpc(stack), clients=["fd00::/8"], **options)
    assert placed(stack) == [(None, {"Ref": "Address"}), (None, "fd00::a")]
    assert only_properties(stack, ENDPOINT)["ResolverEndpointType"] == "IPV6"


def test_fails_when_ipv6_addresses_cannot_be_told_apart() -> None:
    stack = consumer_in()
    vpc = dualstack_vpc_in(stack)
    with refused(stack, "resolver-address-count-mismatch", ".*1 IPv6 addresses, but .* 2 subnets"):
        inbound_in(
            stack,
            vpc,
            clients=["10.0.0.0/8", "fd00::/8"],
            ip_addresses=[*ADDRESSES, "fd00::a"],
            ip_address_type=DUALSTACK,
        )


def test_fails_when_a_subnet_has_no_ipv4() -> None:
    stack = consumer_in()
    vpc = dualstack_vpc_in(stack)
    only = ec2.CfnSubnet(
        stack, "Only", vpc_id=vpc.vpc_id, ipv6_native=True, ipv6_cidr_block="2001:db8::/64"
    )
    subnet = ec2.Subnet.from_subnet_attributes(
        stack, "A", subnet_id=only.ref, availability_zone="eu-west-1a"
    )
    subnets = ec2.SubnetSelection(subnets=[vpc.isolated_subnets[1], subnet])
    with refused(stack, "resolver-subnet-address-family-mismatch", ".*'Consumer/A' has no IPv4"):
        outbound_in(stack, vpc, subnets=subnets)
    outbound_in(stack, vpc, subnets=subnets, ip_address_type=IPV6)


@pytest.mark.parametrize(("kind", "targets"), [(DUALSTACK, "fd00::10"), (IPV6, "[fd00::10]:53")])
def test_a_domain_is_forwarded_to_ipv6_addresses(kind: Any, targets: str) -> None:
    stack = consumer_in()
    outbound = outbound_in(stack, dualstack_vpc_in(stack), ip_address_type=kind)
    outbound.forward("corp.example.com", targets=[targets, "[fd00::11]:5353", "fd00::10"])
    assert only_properties(stack, RULE)["TargetIps"] == [
        {"Ipv6": "fd00::10", "Port": "53", "Protocol": "Do53"},
        {"Ipv6": "fd00::11", "Port": "5353", "Protocol": "Do53"},
    ]
    rules = only_properties(stack, GROUP)["SecurityGroupEgress"]
    # The rule that is left allows nothing: the CDK replaces it only by rules for IPv4.
    assert {it.get("CidrIpv6") for it in rules} == {None, "fd00::10/128", "fd00::11/128"}


@pytest.mark.parametrize(("kind", "key"), [(DUALSTACK, "Ip"), (IPV6, "Ipv6")])
def test_a_token_is_a_target_of_the_first_family(kind: Any, key: str) -> None:
    stack = consumer_in()
    token = cdk.CfnParameter(stack, "Address").value_as_string
    outbound = outbound_in(stack, dualstack_vpc_in(stack), ip_address_type=kind)
    outbound.forward("corp.example.com", targets=[token])
    assert only_properties(stack, RULE)["TargetIps"][0][key] == {"Ref": "Address"}


def test_fails_when_a_rule_has_targets_of_both_families() -> None:
    stack = consumer_in()
    outbound = outbound_in(stack, dualstack_vpc_in(stack), ip_address_type=DUALSTACK)
    with refused(stack, "forwarding-targets-conflict", ".*'192.168.0.10' and 'fd00::10'"):
        outbound.forward("corp.example.com", targets=["fd00::10", "192.168.0.10"])


def test_fails_when_an_ipv6_endpoint_has_ipv4_targets() -> None:
    stack = consumer_in()
    outbound = outbound_in(stack, dualstack_vpc_in(stack), ip_address_type=IPV6)
    with refused(stack, "forwarding-target-address-family-mismatch", ".*'192.168.0.10'"):
        outbound.forward("corp.example.com", targets=["192.168.0.10"])


# Targets.


@pytest.mark.parametrize("first", ["inbound", "outbound"])
def test_fails_when_a_target_is_an_inbound_endpoint_of_the_vpc(first: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    outbound = outbound_in(stack, vpc)

    def answer() -> None:
        inbound_in(stack, vpc, ip_addresses=ADDRESSES)

    def forward() -> None:
        outbound.forward("corp.example.com", targets=["10.0.0.10:5353"])

    if first == "outbound":
        forward()
    else:
        answer()
    with refused(stack, "forwarding-target-conflict", "The target '10.0.0.10' is an inbound"):
        (answer if first == "outbound" else forward)()


def test_a_target_may_be_an_inbound_endpoint_of_another_vpc() -> None:
    stack = consumer_in()
    vpc, spoke = vpc_in(stack), spoke_vpc_in(stack)
    inbound_in(stack, vpc, ip_addresses=ADDRESSES)
    rule = outbound_in(stack, spoke).forward("corp.example.com", targets=ADDRESSES)
    assert warnings_of(rule) == {}


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("10.0.0.2", "own resolver"),
        ("169.254.169.253:5353", "own resolver"),
        ("127.0.0.1", "not the address of a host"),
        ("0.0.0.0", "not the address of a host"),  # noqa: S104 - refused
        ("224.0.0.1", "not the address of a host"),
        ("255.255.255.255", "not the address of a host"),
    ],
)
def test_a_target_that_no_query_reaches_is_a_warning(target: str, text: str) -> None:
    stack = consumer_in()
    rule = outbound_in(stack).forward("corp.example.com", targets=[target])
    assert text in warnings_of(rule)["forwarding-target-ineffective"]


def test_equal_targets_are_one() -> None:
    stack = consumer_in()
    targets = ["192.168.0.10", "192.168.0.10:53"]
    outbound_in(stack, imported_vpc(stack)).forward("corp.example.com", targets=targets)
    assert len(only_properties(stack, RULE)["TargetIps"]) == 1
