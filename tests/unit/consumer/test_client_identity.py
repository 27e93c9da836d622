"""Clients that are one client, however they are passed: each has one rule, whatever its order."""

from __future__ import annotations

import json
from itertools import permutations
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from tests.support.consumers import GROUP, consumer_in, contract_with, endpoint_in
from tests.support.load_balanced import instance_in, service_in
from tests.support.published import resources_of, template_of
from tests.support.refusals import refused, warning_codes, warnings_of
from tests.support.vpcs import vpc_in

from privatelink_constructs import check_template

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[[cdk.Stack], Any]

INGRESS, EGRESS = "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"
GROUP_ID, LIST = "sg-0123456789abcdef0", "pl-0123456789abcdef0"
ELSEWHERE = cdk.Environment(account="111111111111", region="eu-central-1")


def imported(stack: cdk.Stack, name: str, group_id: str = GROUP_ID) -> ec2.ISecurityGroup:
    return ec2.SecurityGroup.from_security_group_id(stack, name, group_id)


def rules_of(template: dict[str, Any]) -> list[str]:
    apart = [it["Properties"] for it in resources_of(template, INGRESS)]
    groups = [it["Properties"] for it in resources_of(template, GROUP)]
    rules = [*apart, *(rule for it in groups for rule in it.get("SecurityGroupIngress", []))]
    return [json.dumps({k: v for k, v in it.items() if k != "Description"}) for it in rules]


EQUAL: dict[str, Make] = {
    "text": lambda _: "10.0.0.0/8",
    "import": lambda _: cdk.Fn.import_value("Range"),
    "split": lambda _: cdk.Fn.select(0, cdk.Fn.split(",", cdk.Fn.import_value("Ranges"))),
    "ipv4 peer": lambda _: ec2.Peer.ipv4(cdk.Fn.import_value("Range")),
    "list": lambda _: ec2.Peer.prefix_list(LIST),
    "list import": lambda _: ec2.Peer.prefix_list(cdk.Fn.import_value("List")),
    "joined": lambda _: cdk.Token.as_string({"Ref": "AWS::AccountId"}) + "/8",
    "group import": lambda stack: imported(
        stack, f"Group{len(stack.node.children)}", cdk.Fn.import_value("Group")
    ),
    "group peer": lambda _: ec2.Peer.security_group_id(cdk.Fn.import_value("Group")),
}


@pytest.mark.parametrize("groups", ["own", "existing", "imported"])
@pytest.mark.parametrize("name", EQUAL)
def test_equal_clients_have_one_rule(name: str, groups: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    given: dict[str, Any] = {
        "own": {},
        "existing": {"security_groups": [ec2.SecurityGroup(stack, "Existing", vpc=vpc)]},
        "imported": {"security_groups": [imported(stack, "Imported", "sg-00000000")]},
    }[groups]
    endpoint_in(stack, vpc=vpc, clients=[EQUAL[name](stack) for _ in range(3)], **given)
    template = template_of(stack)
    assert len(rules_of(template)) == 1
    assert not {it.rule for it in check_template(template) if "duplicate" in it.rule}


@pytest.mark.parametrize("name", [it for it in EQUAL if "group" not in it])
def test_equal_sources_of_a_service_have_one_rule(name: str) -> None:
    stack = consumer_in()
    service_in(stack, client_cidrs=[EQUAL[name](stack) for _ in range(3)])
    assert len(resources_of(template_of(stack), "AWS::EC2::SecurityGroupIngress")) == 1


def test_tokens_that_differ_are_different_clients() -> None:
    stack = consumer_in()
    clients = [cdk.Fn.import_value("A"), cdk.Fn.import_value("B"), cdk.Fn.import_value("A")]
    endpoint_in(stack, clients=clients)
    assert len(rules_of(template_of(stack))) == 2


def test_resources_of_two_stacks_with_one_logical_id_are_different_clients() -> None:
    stack = consumer_in()
    app: Any = stack.node.root
    ranges = [vpc_in(consumer_in(app, name)).vpc_cidr_block for name in ("One", "Two")]
    endpoint_in(stack, clients=ranges)
    assert len(rules_of(template_of(stack))) == 2


def with_group(stack: cdk.Stack, name: str, vpc: ec2.IVpc, group: ec2.ISecurityGroup) -> Any:
    assert isinstance(vpc, ec2.Vpc)
    return instance_in(vpc, name, scope=stack, security_group=group)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_constructs_that_share_an_imported_group_have_one_rule(order: tuple[int, ...]) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    clients: list[Any] = [
        with_group(stack, "A", vpc, imported(stack, "GroupA")),
        with_group(stack, "B", vpc, imported(stack, "GroupB")),
        imported(stack, "GroupC"),
    ]
    endpoint_in(stack, vpc=vpc, clients=[clients[it] for it in order])
    template = template_of(stack)
    assert len(rules_of(template)) == 1
    assert len(resources_of(template, EGRESS)) <= 1


def test_a_construct_with_another_group_as_well_keeps_that_one() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    both = ec2.Connections(security_groups=[imported(stack, "B"), imported(stack, "C", "sg-0c")])
    endpoint_in(stack, vpc=vpc, clients=[imported(stack, "A"), both])
    sources = [json.loads(it)["SourceSecurityGroupId"] for it in rules_of(template_of(stack))]
    assert sorted(sources) == ["sg-0123456789abcdef0", "sg-0c"]


def test_groups_of_the_app_that_constructs_share_have_one_rule() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    group = ec2.SecurityGroup(stack, "Shared", vpc=vpc)
    again = imported(stack, "Again", group.security_group_id)
    clients = [with_group(stack, "A", vpc, group), with_group(stack, "B", vpc, group), group, again]
    endpoint_in(stack, vpc=vpc, clients=clients)
    assert len(rules_of(template_of(stack))) == 1


@pytest.mark.parametrize("disabled", [False, True])
@pytest.mark.parametrize("groups", ["own", "existing"])
@pytest.mark.parametrize("kind", ["list", "range"])
def test_ids_of_rules_for_tokens_do_not_depend_on_their_order(
    kind: str, groups: str, *, disabled: bool
) -> None:
    found: list[Any] = []
    for names in (["A", "B"], ["B", "A"], ["B"]):
        flag = {"@aws-cdk/aws-ec2.securityGroupDisableInlineRules": disabled}
        stack = consumer_in(cdk.App(context=flag))
        vpc = vpc_in(stack)
        values = [cdk.Fn.import_value(name) for name in names]
        clients = [ec2.Peer.prefix_list(it) for it in values] if kind == "list" else values
        given = [] if groups == "own" else [ec2.SecurityGroup(stack, "Existing", vpc=vpc)]
        endpoint_in(stack, vpc=vpc, clients=clients, security_groups=given)
        resources = template_of(stack)["Resources"].items()
        found.append({name: it["Properties"] for name, it in resources if it["Type"] == INGRESS})
    assert found[0] == found[1]
    assert found[2].items() <= found[0].items()


@jsii.implements(ec2.IConnectable)
class Empty:
    """A user's own construct that has no security group yet."""

    @property
    def connections(self) -> ec2.Connections:
        return ec2.Connections()


@pytest.mark.parametrize("make", [ec2.Connections, Empty])
def test_warns_when_connections_are_of_nobody(make: Callable[[], Any]) -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack, clients=[make(), "10.0.0.0/8"])
    text = warnings_of(endpoint)["client-security-group-undetermined"]
    assert f"{make.__name__} in clients has no security group yet" in text
    assert len(rules_of(template_of(stack))) == 1
    assert not [it for it in stack.node.find_all() if "Probe" in it.node.path]


@pytest.mark.parametrize("peer", ["10.0.0.0/8", "token", LIST])
def test_connections_of_a_peer_are_of_somebody(peer: str) -> None:
    stack = consumer_in()
    made = {"token": ec2.Peer.ipv4(cdk.Fn.import_value("A")), LIST: ec2.Peer.prefix_list(LIST)}
    own = ec2.Connections(peer=made.get(peer) or ec2.Peer.ipv4(peer))
    assert warning_codes(endpoint_in(stack, clients=[own])) == []
    assert len(rules_of(template_of(stack))) == 1


def test_nobody_can_connect_where_all_clients_are_of_nobody() -> None:
    endpoint = endpoint_in(consumer_in(), clients=[ec2.Connections()])
    expected = ["client-security-group-undetermined", "endpoint-closed"]
    assert warning_codes(endpoint) == expected


def group_of(stack: cdk.Stack) -> Any:
    return ec2.SecurityGroup(stack, "Group", vpc=vpc_in(stack))


def function_of(stack: cdk.Stack) -> Any:
    return lambda_.Function(
        stack,
        "Function",
        code=lambda_.Code.from_inline("-"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        vpc=vpc_in(stack),
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    )


def connections_of(stack: cdk.Stack) -> Any:
    return group_of(stack).connections


def import_of(stack: cdk.Stack) -> Any:
    return imported(stack, "Group")


@pytest.mark.parametrize("make", [group_of, function_of, connections_of, import_of])
def test_fails_when_a_client_is_in_another_region(make: Make) -> None:
    stack = consumer_in()
    app: Any = stack.node.root
    client = make(consumer_in(app, "Elsewhere", env=ELSEWHERE))
    vpc = vpc_in(stack)
    message = "A security group in clients is in eu-central-1, but its rule would be in eu-west-1"
    with refused(stack, "client-security-group-region-mismatch", message):
        endpoint_in(stack, vpc=vpc, clients=[client])


@pytest.mark.parametrize("make", [group_of, function_of, connections_of, import_of])
@pytest.mark.parametrize("agnostic", [False, True])
def test_takes_a_client_of_another_stack(make: Make, *, agnostic: bool) -> None:
    env: dict[str, Any] = {"env": None} if agnostic else {}
    stack = consumer_in(**env)
    app: Any = stack.node.root
    client = make(consumer_in(app, "Other", **env))
    endpoint = endpoint_in(stack, clients=[client])
    assert warnings_of(endpoint).keys() <= {"endpoint-zone-ids-missing"}


def test_fails_when_a_source_of_a_service_is_a_group_of_another_region() -> None:
    stack = consumer_in()
    app: Any = stack.node.root
    group = group_of(consumer_in(app, "Elsewhere", env=ELSEWHERE))
    vpc = vpc_in(stack)
    message = "A security group in client_cidrs is in eu-central-1"
    with refused(stack, "client-security-group-region-mismatch", message):
        service_in(stack, vpc=vpc, client_cidrs=[group])


@pytest.mark.parametrize("value", ["sg-0123456789abcdef0", "pl-xyz", "pl-", "list"])
def test_fails_when_the_id_of_a_prefix_list_is_malformed(value: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, "resource-id-malformed", f"{value!r} is not a valid prefix list ID"):
        endpoint_in(stack, vpc=vpc, clients=[ec2.Peer.prefix_list(value)])
    with refused(stack, "resource-id-malformed", f"{value!r} is not a valid prefix list ID"):
        service_in(stack, vpc=vpc, client_cidrs=[ec2.Peer.prefix_list(value)])


QUOTA, UNKNOWN = "security-group-rules-exceeded", "security-group-rules-undetermined"


def list_of(stack: cdk.Stack, entries: float, family: str = "IP_V4") -> ec2.PrefixList:
    name = f"List{len(stack.node.children)}"
    return ec2.PrefixList(
        stack, name, address_family=ec2.AddressFamily[family], max_entries=entries
    )


CASES: dict[str, tuple[Make, int, list[str]]] = {
    "as many as there are": (lambda stack: [list_of(stack, 60)], 1, []),
    "one too many": (lambda stack: [list_of(stack, 61)], 1, [QUOTA]),
    "a list on two ports": (lambda stack: [list_of(stack, 31)], 2, [QUOTA]),
    "a list beside a range": (lambda stack: [list_of(stack, 60), "10.0.0.0/8"], 1, [QUOTA]),
    "two lists": (lambda stack: [list_of(stack, 30), list_of(stack, 31)], 1, [QUOTA]),
    "ranges": (lambda _: [f"10.{it}.0.0/16" for it in range(61)], 1, [QUOTA]),
    "ports": (lambda _: ["10.0.0.0/8"], 61, [QUOTA]),
    "an unknown list": (lambda _: [ec2.Peer.prefix_list(LIST)], 1, []),
    "an unknown list on two ports": (lambda _: [ec2.Peer.prefix_list(LIST)], 2, [UNKNOWN]),
    "a token": (lambda stack: [list_of(stack, cdk.Token.as_number({"Ref": "A"}))], 2, [UNKNOWN]),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("existing", [False, True])
def test_warns_when_a_security_group_may_have_too_many_rules(name: str, *, existing: bool) -> None:
    make, ports, expected = CASES[name]
    stack = consumer_in()
    vpc = vpc_in(stack)
    groups = [ec2.SecurityGroup(stack, "Existing", vpc=vpc)] if existing else []
    endpoint = endpoint_in(
        stack,
        vpc=vpc,
        service=contract_with(ports=[*range(1, 2 * ports + 1, 2)]),
        clients=make(stack),
        security_groups=groups,
    )
    assert warning_codes(endpoint) == expected
    found = {it.rule for it in check_template(template_of(stack))}
    assert found & {QUOTA, UNKNOWN} == set(expected)


def test_ipv6_rules_are_counted_by_themselves() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(
        stack,
        service=contract_with(ip_address_types=["ipv4", "ipv6"]),
        ip_address_type=ec2.VpcEndpointIpAddressType.DUALSTACK,
        vpc=ec2.Vpc.from_vpc_attributes(
            stack,
            "Vpc",
            vpc_id="vpc-0123456789abcdef0",
            availability_zones=["eu-west-1a", "eu-west-1b"],
            private_subnet_ids=["subnet-0a", "subnet-0b"],
        ),
        clients=[list_of(stack, 60), list_of(stack, 60, "IP_V6")],
    )
    assert warning_codes(endpoint) == []


@pytest.mark.parametrize(("entries", "expected"), [(60, set[str]()), (61, {QUOTA})])
def test_the_sources_of_a_service_are_counted(entries: int, expected: set[str]) -> None:
    stack = consumer_in()
    service = service_in(stack, client_cidrs=[list_of(stack, entries)])
    assert set(warnings_of(service)) & {QUOTA, UNKNOWN} == expected


def test_warns_when_sources_of_a_service_are_of_unknown_size() -> None:
    stack = consumer_in()
    lists = [ec2.Peer.prefix_list(it) for it in (LIST, "pl-0123456789abcdef1")]
    service = service_in(stack, client_cidrs=lists)
    assert "2 rules with prefix lists of unknown size" in warnings_of(service)[UNKNOWN]
