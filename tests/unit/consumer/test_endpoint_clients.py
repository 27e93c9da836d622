"""The clients of an endpoint: sources of each kind, for endpoints of each address family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import constructs
import jsii
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from tests.support.consumers import GROUP, consumer_in, contract_with, endpoint_in
from tests.support.published import resources_of, template_of
from tests.support.refusals import refused, warning_codes, warnings_of
from tests.support.vpcs import imported_vpc, vpc_in

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[[cdk.Stack], Any]

ADDRESS_TYPES = ec2.VpcEndpointIpAddressType
IPV4, IPV6, DUALSTACK = ADDRESS_TYPES.IPV4, ADDRESS_TYPES.IPV6, ADDRESS_TYPES.DUALSTACK
INGRESS = "AWS::EC2::SecurityGroupIngress"
FAMILIES: dict[ec2.VpcEndpointIpAddressType | None, set[str]] = {
    None: {"ipv4"},
    IPV4: {"ipv4"},
    IPV6: {"ipv6"},
    DUALSTACK: {"ipv4", "ipv6"},
}
GROUP_ID, PREFIX_LIST = "sg-0123456789abcdef0", "pl-0123456789abcdef0"


def parameter(stack: cdk.Stack) -> str:
    return cdk.CfnParameter(stack, "Parameter").value_as_string


def other_stack(stack: cdk.Stack) -> cdk.Stack:
    return consumer_in(stack.node.root, "Other")  # pyright: ignore[reportArgumentType] - the app


def list_in(stack: cdk.Stack, family: ec2.AddressFamily) -> ec2.PrefixList:
    return ec2.PrefixList(stack, "List", address_family=family, max_entries=1)


SOURCES: dict[str, tuple[Make, str | None]] = {
    "ipv4 text": (lambda _: "10.1.0.0/16", "ipv4"),
    "ipv6 text": (lambda _: "2001:db8::/32", "ipv6"),
    "text token": (parameter, "ipv4"),
    "imported text": (lambda _: cdk.Fn.import_value("Range"), "ipv4"),
    "cross-stack text": (lambda stack: vpc_in(other_stack(stack)).vpc_cidr_block, "ipv4"),
    "ipv4 peer": (lambda _: ec2.Peer.ipv4("10.2.0.0/16"), "ipv4"),
    "ipv6 peer": (lambda _: ec2.Peer.ipv6("2001:db9::/32"), "ipv6"),
    "ipv4 token peer": (lambda stack: ec2.Peer.ipv4(parameter(stack)), "ipv4"),
    "ipv6 token peer": (lambda stack: ec2.Peer.ipv6(parameter(stack)), "ipv6"),
    "list peer": (lambda _: ec2.Peer.prefix_list(PREFIX_LIST), None),
    "list token peer": (lambda stack: ec2.Peer.prefix_list(parameter(stack)), None),
    "imported list": (
        lambda stack: ec2.PrefixList.from_prefix_list_id(stack, "Imported", PREFIX_LIST),
        None,
    ),
    "ipv4 list": (lambda stack: list_in(stack, ec2.AddressFamily.IP_V4), "ipv4"),
    "cross-stack ipv6 list": (
        lambda stack: list_in(other_stack(stack), ec2.AddressFamily.IP_V6),
        "ipv6",
    ),
    "group": (lambda stack: ec2.SecurityGroup(stack, "Group", vpc=vpc_in(stack)), None),
    "imported group": (
        lambda stack: ec2.SecurityGroup.from_security_group_id(stack, "Group", GROUP_ID),
        None,
    ),
    "group peer": (lambda _: ec2.Peer.security_group_id(GROUP_ID), None),
}


def options_with(address_type: ec2.VpcEndpointIpAddressType | None) -> dict[str, Any]:
    families = sorted(FAMILIES[address_type])
    return {
        "service": contract_with(ip_address_types=families),
        "ip_address_type": address_type,
    }


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("address_type", FAMILIES, ids=str)
def test_clients_are_of_a_family_that_the_endpoint_has(
    address_type: ec2.VpcEndpointIpAddressType | None, source: str
) -> None:
    stack = consumer_in()
    make, family = SOURCES[source]
    given: dict[str, Any] = {
        "vpc": imported_vpc(stack, "EndpointVpc"),
        "clients": [make(stack)],
        **options_with(address_type),
    }
    families = FAMILIES[address_type]
    if family not in {None, *families}:
        with refused(stack, "endpoint-address-family-closed", "No source allows IPv"):
            endpoint_in(stack, **given)
        return
    endpoint = endpoint_in(stack, **given)
    partly = family is not None and len(families) > 1
    assert warning_codes(endpoint) == ["endpoint-address-family-insufficient"] * partly


def test_warns_when_a_client_is_of_a_family_that_the_endpoint_lacks() -> None:
    endpoint = endpoint_in(consumer_in(), clients=["10.1.0.0/16", "2001:db8::/32"])
    text = warnings_of(endpoint)["client-source-ineffective"]
    assert "2001:db8::/32 has no effect, because the endpoint has only IPv4" in text


def test_groups_of_the_user_may_allow_the_other_family() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    own = ec2.SecurityGroup(stack, "Own", vpc=vpc)
    endpoint = endpoint_in(stack, vpc=vpc, clients=["2001:db8::/32"], security_groups=[own])
    assert warning_codes(endpoint) == ["client-source-ineffective"]


@pytest.mark.parametrize("clients", [[], ()], ids=["list", "tuple"])
def test_warns_when_a_list_of_clients_is_empty(clients: Any) -> None:
    endpoint = endpoint_in(consumer_in(), clients=clients)
    assert warning_codes(endpoint) == ["endpoint-closed"]


def test_clients_can_be_allowed_later() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack, clients=None)
    endpoint.connections.allow_default_port_from(ec2.Peer.ipv4("10.0.0.0/8"))
    assert warning_codes(endpoint) == []


def test_fails_when_the_number_of_clients_is_not_known() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    clients = cdk.CfnParameter(stack, "List", type="CommaDelimitedList").value_as_list
    with refused(stack, "client-sources-undetermined", r"clients\[0\] is a list"):
        endpoint_in(stack, vpc=vpc, clients=clients)
    endpoint_in(stack, vpc=vpc, clients=[cdk.Fn.select(0, clients)])


WRONG: dict[str, tuple[object, str]] = {
    "text": ("10.0.0.0/8", "clients must be a list of .*, not the str '10.0.0.0/8'"),
    "number": ([10], r"clients\[0\] must be .*, not the int 10"),
    "nothing": (["10.0.0.0/8", None], r"clients\[1\] must be .*, not None"),
}


@pytest.mark.parametrize("name", WRONG)
def test_fails_when_a_client_is_of_another_type(name: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    given: Any
    given, message = WRONG[name]
    with refused(stack, "argument-type-mismatch", message):
        endpoint_in(stack, vpc=vpc, clients=given)


@pytest.mark.parametrize("peer", [False, True], ids=["text", "peer"])
def test_fails_when_a_client_has_host_bits(*, peer: bool) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    client = ec2.Peer.ipv4("10.1.0.5/16") if peer else "10.1.0.5/16"
    with refused(stack, "cidr-prefix-length-mismatch", "10.1.0.5/16.*10.1.0.0/16"):
        endpoint_in(stack, vpc=vpc, clients=["10.2.0.0/16", client])


def rules_of(stack: cdk.Stack) -> list[dict[str, Any]]:
    template = template_of(stack)
    apart = [it["Properties"] for it in resources_of(template, INGRESS)]
    groups = [it["Properties"] for it in resources_of(template, GROUP)]
    return [*apart, *(rule for it in groups for rule in it.get("SecurityGroupIngress", []))]


def test_equal_clients_are_allowed_once() -> None:
    stack = consumer_in()
    token = parameter(stack)
    imports = [
        ec2.SecurityGroup.from_security_group_id(stack, name, GROUP_ID) for name in ("A", "B")
    ]
    texts = ["10.0.0.0/8", ec2.Peer.ipv4("10.0.0.0/8"), token, ec2.Peer.ipv4(token), token]
    endpoint_in(stack, clients=[*texts, *imports, imports[0]])
    sources = [it.get("CidrIp") or it["SourceSecurityGroupId"] for it in rules_of(stack)]
    assert sorted(map(str, sources)) == sorted(
        map(str, ["10.0.0.0/8", {"Ref": "Parameter"}, GROUP_ID])
    )


@pytest.mark.parametrize("client", ["10.0.0.0/8", "token", "list"])
def test_endpoints_that_import_one_group_add_each_rule_once(client: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    given: Any = {"token": cdk.Fn.import_value("R"), "list": ec2.Peer.prefix_list(PREFIX_LIST)}
    for name in ("A", "B"):
        group = ec2.SecurityGroup.from_security_group_id(stack, name, GROUP_ID)
        clients = [given.get(client, client)]
        endpoint_in(stack, f"E{name}", vpc=vpc, clients=clients, security_groups=[group])
    [rule] = rules_of(stack)
    assert (rule["GroupId"], rule["FromPort"], rule["IpProtocol"]) == (GROUP_ID, 443, "tcp")


def test_warns_when_the_groups_of_an_endpoint_are_immutable() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    fixed = ec2.SecurityGroup.from_security_group_id(stack, "Fixed", GROUP_ID, mutable=False)
    endpoint = endpoint_in(stack, vpc=vpc, clients=["10.0.0.0/8"], security_groups=[fixed])
    text = warnings_of(endpoint)["endpoint-security-group-undetermined"]
    assert f"The library can't allow the clients in {GROUP_ID}" in text
    assert not rules_of(stack)


def test_an_immutable_group_next_to_another_one_is_no_matter() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    fixed = ec2.SecurityGroup.from_security_group_id(stack, "Fixed", GROUP_ID, mutable=False)
    own = ec2.SecurityGroup(stack, "Own", vpc=vpc)
    endpoint = endpoint_in(stack, vpc=vpc, clients=["10.0.0.0/8"], security_groups=[fixed, own])
    assert warning_codes(endpoint) == []
    assert [rule["CidrIp"] for rule in rules_of(stack)] == ["10.0.0.0/8"]


def test_a_construct_with_connections_is_read_for_nothing_else() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    function = lambda_.Function(
        stack,
        "Function",
        code=lambda_.Code.from_inline("-"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    )
    endpoint_in(stack, vpc=vpc, clients=[function])
    assert len(rules_of(stack)) == 1


def test_descriptions_stay_short_however_deep_a_client_is() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    scope: Any = stack
    for level in range(8):
        scope = constructs.Construct(scope, f"{'Level' * 8}{level}")
    group = ec2.SecurityGroup(scope, "Clients", vpc=vpc, allow_all_outbound=False)
    endpoint_in(scope, vpc=vpc, clients=[group])
    resources = template_of(stack)["Resources"].values()
    texts = [str(it["Properties"].get("Description", "")) for it in resources]
    assert any(texts)
    assert max(map(len, texts)) <= 255


@jsii.implements(ec2.ISecurityGroup)
class OwnGroup(cdk.Resource):
    """A security group of a user's own, which keeps its rules in another one."""

    def __init__(self, scope: constructs.Construct, name: str, group: ec2.SecurityGroup) -> None:
        super().__init__(scope, name)
        self._group = group

    @property
    def allow_all_outbound(self) -> bool:
        return False

    @property
    def security_group_id(self) -> str:
        return self._group.security_group_id

    @property
    def security_group_ref(self) -> Any:
        return self._group.security_group_ref

    @property
    def connections(self) -> ec2.Connections:
        return ec2.Connections(security_groups=[self])

    @property
    def can_inline_rule(self) -> bool:
        return False

    @property
    def unique_id(self) -> str:
        return self._group.unique_id

    def add_ingress_rule(self, peer: ec2.IPeer, *arguments: Any, **_options: Any) -> None:
        self._group.add_ingress_rule(peer, *arguments[:2])

    def add_egress_rule(self, peer: ec2.IPeer, *arguments: Any, **_options: Any) -> None:
        self._group.add_egress_rule(peer, *arguments[:2])

    def to_ingress_rule_config(self) -> Any:
        return self._group.to_ingress_rule_config()

    def to_egress_rule_config(self) -> Any:
        return self._group.to_egress_rule_config()


def test_a_group_of_a_users_own_gets_the_rules_and_no_others() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    own = OwnGroup(stack, "Own", ec2.SecurityGroup(stack, "Kept", vpc=vpc))
    endpoint_in(stack, vpc=vpc, clients=["10.0.0.0/8"], security_groups=[cast("Any", own)])
    assert [(it["CidrIp"], it["FromPort"]) for it in rules_of(stack)] == [("10.0.0.0/8", 443)]


@pytest.mark.parametrize("imported", [True, False])
@pytest.mark.parametrize("turned", [True, False])
def test_a_group_and_its_peer_are_one_client(*, imported: bool, turned: bool) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    group: ec2.ISecurityGroup = ec2.SecurityGroup(stack, "Clients", vpc=vpc)
    if imported:
        group = ec2.SecurityGroup.from_security_group_id(stack, "Imported", GROUP_ID)
    clients: list[Any] = [group, ec2.Peer.security_group_id(group.security_group_id)]
    endpoint_in(stack, vpc=vpc, clients=clients[::-1] if turned else clients)
    assert len(rules_of(stack)) == 1
