"""Whether anybody can connect to an endpoint, when the app is done: without the plugin, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from tests.support.aws_services import bundle_in
from tests.support.consumers import consumer_in, contract_with, endpoint_in
from tests.support.published import template_of
from tests.support.refusals import warning_codes, warnings_of
from tests.support.round_trips import count_round_trips
from tests.support.vpcs import vpc_in

from privatelink_constructs import AwsService, check_template

if TYPE_CHECKING:
    from collections.abc import Callable

    from privatelink_constructs import InterfaceEndpoint

    Allow = Callable[[InterfaceEndpoint, ec2.SecurityGroup], object]

CLOSED = "endpoint-closed"
IMPORTED = "sg-0123456789abcdef0"
TCP = ec2.Port.tcp


def groups_for(kind: str, stack: cdk.Stack, vpc: ec2.IVpc) -> dict[str, Any]:
    """Return the security groups of an endpoint, as an argument."""
    if kind == "own":
        return {}
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc, allow_all_outbound=False)
    if kind == "reference":
        group = ec2.SecurityGroup.from_security_group_id(stack, "Same", group.security_group_id)
    return {"security_groups": [group]}


@pytest.mark.parametrize("clients", [None, []], ids=["none", "empty"])
@pytest.mark.parametrize("groups", ["own", "existing", "reference"])
@pytest.mark.parametrize("agnostic", [False, True])
def test_warns_when_nobody_can_connect(clients: Any, groups: str, *, agnostic: bool) -> None:
    stack = consumer_in(env=None) if agnostic else consumer_in()
    vpc = vpc_in(stack)
    given = groups_for(groups, stack, vpc)
    endpoint = endpoint_in(stack, vpc=vpc, clients=clients, **given)
    assert CLOSED in warning_codes(endpoint)
    text = warnings_of(endpoint)[CLOSED]
    assert "no inbound rule. Pass clients, allow them with the endpoint's connections" in text


def rule_for(endpoint: InterfaceEndpoint, **options: Any) -> ec2.CfnSecurityGroupIngress:
    scope = options.pop("scope", endpoint)
    [group] = endpoint.connections.security_groups
    given: dict[str, Any] = {
        "group_id": group.security_group_id,
        "ip_protocol": "tcp",
        "from_port": 443,
        "to_port": 443,
        "cidr_ip": "10.0.0.0/8",
        **options,
    }
    return ec2.CfnSecurityGroupIngress(scope, "Rule", **given)


def in_other_stack(endpoint: InterfaceEndpoint, _group: ec2.SecurityGroup) -> None:
    app: Any = endpoint.node.root
    rule_for(endpoint, scope=consumer_in(app, "Other"))


def through_an_import(endpoint: InterfaceEndpoint, _group: ec2.SecurityGroup) -> None:
    [own] = endpoint.connections.security_groups
    group = ec2.SecurityGroup.from_security_group_id(endpoint, "Again", own.security_group_id)
    group.add_ingress_rule(ec2.Peer.ipv4("10.0.0.0/8"), TCP(443))


def port_of_token() -> ec2.Port:
    number = cdk.Token.as_number({"Ref": "P"})
    return ec2.Port(
        protocol=ec2.Protocol.TCP, from_port=number, to_port=number, string_representation="P"
    )


ALLOWED: dict[str, Allow] = {
    "cidr": lambda it, _: it.connections.allow_from(ec2.Peer.ipv4("10.0.0.0/8"), TCP(443)),
    "group": lambda it, group: it.connections.allow_default_port_from(group),
    "from the client": lambda it, group: group.connections.allow_to_default_port(it),
    "all traffic": lambda it, _: it.connections.allow_from_any_ipv4(ec2.Port.all_traffic()),
    "all ports": lambda it, _: it.connections.allow_from_any_ipv4(ec2.Port.all_tcp()),
    "range": lambda it, _: it.connections.allow_from_any_ipv4(ec2.Port.tcp_range(1, 1024)),
    "token": lambda it, _: it.connections.allow_default_port_from(
        ec2.Peer.prefix_list(cdk.Fn.import_value("List"))
    ),
    "rule": lambda it, _: rule_for(it),
    "number": lambda it, _: rule_for(it, ip_protocol="6"),
    "every protocol": lambda it, _: rule_for(it, ip_protocol="-1", from_port=-1, to_port=-1),
    "unknown port": lambda it, _: rule_for(
        it, from_port=cdk.Token.as_number({"Ref": "P"}), to_port=cdk.Token.as_number({"Ref": "P"})
    ),
    "unknown inline port": lambda it, _: it.connections.allow_from(
        ec2.Peer.ipv4("10.0.0.0/8"), port_of_token()
    ),
    "unknown protocol": lambda it, _: rule_for(it, ip_protocol=cdk.Fn.import_value("Protocol")),
    "output": lambda it, _: cdk.CfnOutput(
        it, "GroupId", value=it.connections.security_groups[0].security_group_id
    ),
    "other stack": in_other_stack,
    "import": through_an_import,
}


@pytest.mark.parametrize("name", ALLOWED)
@pytest.mark.parametrize("groups", ["own", "existing"])
def test_takes_clients_that_are_allowed_later(name: str, groups: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint = endpoint_in(stack, vpc=vpc, clients=None, **groups_for(groups, stack, vpc))
    ALLOWED[name](endpoint, ec2.SecurityGroup(stack, "Client", vpc=vpc))
    assert warning_codes(endpoint) == []


def test_nothing_is_known_of_rules_that_only_the_deployment_knows() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    lists: tuple[Any, ...] = (
        cdk.Fn.transform("Rules", {}),
        [cdk.Fn.transform("Rule", {})],
        [
            ec2.CfnSecurityGroup.IngressProperty(
                ip_protocol="tcp",
                from_port=cdk.Token.as_number({"Ref": "P"}),
                to_port=443,
                cidr_ip="10.0.0.0/8",
            )
        ],
    )
    for number, rules in enumerate(lists):
        made = ec2.CfnSecurityGroup(
            stack, f"Made{number}", group_description="-", security_group_ingress=rules
        )
        group = ec2.SecurityGroup.from_security_group_id(stack, f"G{number}", made.attr_group_id)
        endpoint = endpoint_in(stack, f"E{number}", vpc=vpc, clients=None, security_groups=[group])
        assert warning_codes(endpoint) == []


def test_a_rule_for_another_port_is_not_enough() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack, clients=None)
    endpoint.connections.allow_from(ec2.Peer.ipv4("10.0.0.0/8"), TCP(80))
    with pytest.raises(
        RuntimeError, match=r"No inbound rule allows traffic on TCP port 443.*endpoint-port"
    ):
        assertions.Template.from_stack(stack)


@pytest.mark.parametrize(
    "port",
    [ec2.Port.icmp_ping, ec2.Port.all_icmp, ec2.Port.esp, ec2.Port.all_udp],
    ids=["ping", "icmp", "esp", "udp"],
)
def test_a_rule_for_another_protocol_is_not_enough(port: Callable[[], ec2.Port]) -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack, clients=None)
    endpoint.connections.allow_from(ec2.Peer.ipv4("10.0.0.0/8"), port())
    with pytest.raises(RuntimeError, match=r"No inbound rule allows traffic on TCP port 443"):
        assertions.Template.from_stack(stack)


def test_a_rule_for_a_protocol_without_ports_is_not_enough() -> None:
    stack = consumer_in()
    rule_for(endpoint_in(stack, clients=None), ip_protocol="47", from_port=None, to_port=None)
    with pytest.raises(RuntimeError, match=r"No inbound rule allows traffic on TCP port 443"):
        assertions.Template.from_stack(stack)


def test_rules_for_other_protocols_do_no_harm() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack, clients=["10.0.0.0/8"])
    endpoint.connections.allow_from(ec2.Peer.ipv4("10.0.0.0/8"), ec2.Port.icmp_ping())
    assert warning_codes(endpoint) == []


def test_warns_when_only_some_ports_are_open() -> None:
    stack = consumer_in()
    service = contract_with(ports=[443, "53/udp", "1024-2048"])
    endpoint = endpoint_in(stack, service=service, clients=None)
    endpoint.connections.allow_from(ec2.Peer.ipv4("10.0.0.0/8"), TCP(1500))
    text = warnings_of(endpoint)["endpoint-ports-insufficient"]
    assert "TCP port 443" in text or "UDP port 53" in text
    assert "1024" not in text


def test_an_imported_group_says_nothing() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    group = ec2.SecurityGroup.from_security_group_id(stack, "Imported", IMPORTED)
    own = ec2.SecurityGroup(stack, "Own", vpc=vpc)
    for name, groups in (("A", [group]), ("B", [group, own])):
        endpoint = endpoint_in(stack, name, vpc=vpc, clients=None, security_groups=groups)
        assert warning_codes(endpoint) == []


@pytest.mark.snapshot  # aws-cdk-lib 2.268 forgets what is acknowledged on the construct itself
def test_a_warning_is_not_repeated_and_can_be_acknowledged() -> None:
    stack = consumer_in()
    quiet = endpoint_in(stack, "Quiet", clients=None)
    cdk.Validations.of(quiet).acknowledge(
        cdk.Acknowledgment(id=f"privatelink-constructs:{CLOSED}", reason="opened elsewhere")
    )
    loud = endpoint_in(stack, "Loud", clients=None)
    assert warning_codes(loud) == [CLOSED]
    app: Any = stack.node.root
    app.synth(force=True)
    assert warning_codes(loud) == [CLOSED]
    assert warning_codes(quiet) == []


def test_the_plugin_finds_the_same() -> None:
    stack = consumer_in()
    endpoint_in(stack, clients=None)
    found = [it.rule for it in check_template(template_of(stack)) if it.rule == CLOSED]
    assert found == [CLOSED]


def test_an_endpoint_with_clients_asks_nothing_at_synthesis() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint_in(stack, vpc=vpc, clients=["10.0.0.0/8"])
    app: Any = stack.node.root
    with count_round_trips() as trips:
        app.synth()
    assert trips.total == 1


# Bundles of endpoints to AWS services.


@pytest.mark.parametrize("name", sorted(set(ALLOWED) - {"rule", "other stack"}))
@pytest.mark.parametrize("groups", ["own", "existing"])
def test_takes_clients_of_a_bundle_that_are_allowed_later(name: str, groups: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    given = groups_for(groups, stack, vpc)
    bundle = bundle_in(stack, AwsService.interface("logs"), vpc=vpc, clients=[], **given)
    ALLOWED[name](cast("Any", bundle), ec2.SecurityGroup(stack, "Client", vpc=vpc))
    assert CLOSED not in warnings_of(stack)


@pytest.mark.parametrize("groups", ["own", "existing", "reference"])
def test_warns_once_when_nobody_can_connect_to_a_bundle(groups: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    services = [AwsService.interface(it) for it in ("logs", "kms", "cassandra")]
    bundle_in(stack, *services, vpc=vpc, clients=[], **groups_for(groups, stack, vpc))
    assert list(warnings_of(stack)) == [CLOSED]


def test_warns_when_only_some_security_groups_of_a_bundle_are_open() -> None:
    stack = consumer_in()
    services = [AwsService.interface(it) for it in ("logs", "cassandra")]
    bundle = bundle_in(stack, *services, vpc=vpc_in(stack), clients=[])
    bundle.interface_endpoint("logs").connections.allow_default_port_from_any_ipv4()
    assert list(warnings_of(stack)) == [CLOSED]


def test_one_port_of_smtp_is_enough() -> None:
    stack = consumer_in()
    smtp = AwsService.interface("email-smtp")
    bundle = bundle_in(stack, smtp, vpc=vpc_in(stack), clients=[])
    bundle.connections.allow_from(ec2.Peer.ipv4("10.0.0.0/8"), TCP(587))
    assert not set(warnings_of(stack)) & {CLOSED, "endpoint-ports-insufficient"}


def test_fails_when_clients_of_a_bundle_are_allowed_on_another_port() -> None:
    stack = consumer_in()
    bundle = bundle_in(stack, AwsService.interface("logs"), vpc=vpc_in(stack), clients=[])
    bundle.connections.allow_from(ec2.Peer.ipv4("10.0.0.0/8"), TCP(80))
    with pytest.raises(
        RuntimeError, match=r"No inbound rule allows traffic on TCP port 443.*endpoint-port-closed"
    ):
        assertions.Template.from_stack(stack)


def test_a_bundle_of_gateway_endpoints_has_no_clients_to_wait_for() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.gateway("s3"), vpc=vpc_in(stack), clients=[])
    assert CLOSED not in warnings_of(stack)
