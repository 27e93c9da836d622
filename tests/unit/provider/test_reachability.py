"""Security groups let data and health checks through to every kind of target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_ecs_patterns as patterns
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import (
    IN_A,
    IN_B,
    SECURITY_GROUP,
    add_container,
    address,
    certificate,
    cluster_in,
    fargate_in,
    fleet_in,
    instance_in,
    listener,
    new_stack,
    service_in,
)
from tests.support.published import resources_of, stack_in, template_of
from tests.support.reachability import closed, paths
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import SUBNET_IDS, ZONES, imported_vpc, vpc_in

from privatelink_constructs import Listener, LoadBalancerTopology

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.reachability import Path

    Make = Callable[[ec2.Vpc], elbv2.INetworkLoadBalancerTarget]

REGIONAL = LoadBalancerTopology.REGIONAL
ENFORCEMENT = pytest.mark.parametrize(
    "client_cidrs", [None, ("192.168.0.0/16",)], ids=["off", "on"]
)
RANGES: dict[str, str] = {SUBNET_IDS[0]: "10.0.0.0/17", SUBNET_IDS[1]: "10.0.128.0/17"}
"""The CIDR blocks that the subnets of an imported VPC have in AWS."""


def host_service(
    vpc: ec2.Vpc,
    host_port: int | None = None,
    *,
    mode: ecs.NetworkMode = ecs.NetworkMode.BRIDGE,
    known: bool = True,
) -> ecs.Ec2Service:
    stack = cdk.Stack.of(vpc)
    cluster = cluster_in(vpc, "Cluster")
    fleet = fleet_in(vpc)
    cluster.add_asg_capacity_provider(
        ecs.AsgCapacityProvider(stack, "Capacity", auto_scaling_group=fleet)
    )
    if known:
        # The CDK doesn't do so for capacity providers.
        cluster.connections.add_security_group(*fleet.connections.security_groups)
    task = ecs.Ec2TaskDefinition(stack, "Definition", network_mode=mode)
    add_container(task, ecs.PortMapping(container_port=8080, host_port=host_port))
    return ecs.Ec2Service(stack, "Tasks", cluster=cluster, task_definition=task)


def second_container(vpc: ec2.Vpc) -> Any:
    service = fargate_in(vpc, port=8080)
    add_container(service.task_definition, ecs.PortMapping(container_port=9090), name="Admin")
    return service.load_balancer_target(container_name="Admin", container_port=9090)


def bridge_target(vpc: ec2.Vpc) -> Any:
    return host_service(vpc).load_balancer_target(container_name="Web", container_port=8080)


def alb(vpc: ec2.Vpc) -> Any:
    balancer = elbv2.ApplicationLoadBalancer(
        cdk.Stack.of(vpc),
        "Alb",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    )
    front = balancer.add_listener(
        "Http", port=80, open=False, default_action=elbv2.ListenerAction.fixed_response(200)
    )
    return targets.AlbListenerTarget(front)


KINDS: dict[str, Make] = {
    "address": lambda _: address(IN_A),
    "instance": lambda vpc: targets.InstanceTarget(instance_in(vpc)),
    "instance by id": lambda vpc: targets.InstanceIdTarget(instance_in(vpc).instance_id),
    "instance with a port": lambda vpc: targets.InstanceTarget(instance_in(vpc), 8443),
    "fleet": fleet_in,
    "fargate": fargate_in,
    "fargate on another port": lambda vpc: fargate_in(vpc, port=8080),
    "second container": second_container,
    "bridge": host_service,
    "bridge with a host port": lambda vpc: host_service(vpc, 8081),
    "bridge by container": bridge_target,
    "alb": alb,
}


def ways(template: dict[str, Any]) -> list[Path]:
    found = paths(template)
    assert found
    return found


@ENFORCEMENT
@pytest.mark.parametrize("kind", KINDS)
def test_targets_of_a_regional_service_are_reached(
    kind: str, client_cidrs: tuple[str, ...] | None
) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service_in(
        stack,
        vpc=vpc,
        listeners=[listener(80, targets=[KINDS[kind](vpc)])],
        topology=REGIONAL,
        client_cidrs=client_cidrs,
    )
    template = template_of(stack)
    assert {way.purpose for way in ways(template)} == {"data", "health"}
    assert not closed(template)


@ENFORCEMENT
@pytest.mark.parametrize("kind", KINDS)
def test_targets_of_one_zone_are_reached(kind: str, client_cidrs: tuple[str, ...] | None) -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=ZONES[:1])
    service_in(
        stack,
        vpc=vpc,
        listeners=[listener(80, targets_by_zone={ZONES[0]: [KINDS[kind](vpc)]})],
        subnets=ec2.SubnetSelection(
            subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, availability_zones=[ZONES[0]]
        ),
        client_cidrs=client_cidrs,
    )
    template = template_of(stack)
    assert {way.purpose for way in ways(template)} == {"data", "health"}
    assert not closed(template)


@ENFORCEMENT
@pytest.mark.parametrize("kind", ["instance", "fleet", "fargate", "fargate on another port"])
def test_health_checks_on_a_port_of_their_own_are_allowed(
    kind: str, client_cidrs: tuple[str, ...] | None
) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    check = elbv2.HealthCheck(port="9000", protocol=elbv2.Protocol.HTTP)
    service_in(
        stack,
        vpc=vpc,
        listeners=[listener(80, targets=[KINDS[kind](vpc)], health_check=check)],
        topology=REGIONAL,
        client_cidrs=client_cidrs,
    )
    template = template_of(stack)
    assert {way.ports for way in ways(template) if way.purpose == "health"} == {(9000, 9000)}
    assert not closed(template)


@ENFORCEMENT
@pytest.mark.parametrize("make", [Listener.udp, Listener.tcp_udp], ids=["udp", "tcp_udp"])
def test_datagrams_and_their_health_checks_are_allowed(
    make: Callable[..., Listener], client_cidrs: tuple[str, ...] | None
) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    target = targets.InstanceTarget(instance_in(vpc))
    service_in(
        stack,
        vpc=vpc,
        listeners=[make(53, targets=[target])],
        topology=REGIONAL,
        client_cidrs=client_cidrs,
    )
    template = template_of(stack)
    assert {way.protocol for way in ways(template) if way.purpose == "data"} >= {"udp"}
    assert not closed(template)


@ENFORCEMENT
def test_ipv6_targets_are_reached(client_cidrs: tuple[str, ...] | None) -> None:
    stack = new_stack()
    vpc = vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)
    service_in(
        stack,
        vpc=vpc,
        listeners=[Listener.udp(53, targets=[targets.InstanceTarget(instance_in(vpc))])],
        topology=REGIONAL,
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
        client_cidrs=client_cidrs and (*client_cidrs, "2001:db8::/32"),
    )
    template = template_of(stack)
    rules = [it for it in inbound(stack) if it["IpProtocol"] == "udp" and "CidrIpv6" in it]
    subnets = [k for k, it in template["Resources"].items() if it["Type"] == "AWS::EC2::Subnet"]
    ranges = [{"Fn::Select": [0, {"Fn::GetAtt": [it, "Ipv6CidrBlocks"]}]} for it in subnets]
    assert [it["CidrIpv6"] for it in rules] == (["2001:db8::/32"] if client_cidrs else ranges)


def test_ipv6_addresses_are_allowed_outbound() -> None:
    stack = new_stack()
    service_in(
        stack,
        vpc=vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK),
        listeners=[listener(80, targets=[address("2001:db8::1")])],
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
    )
    assert {way.target for way in ways(template_of(stack))} == {"2001:db8::1"}
    assert not closed(template_of(stack))


def test_ipv6_addresses_must_allow_ipv6() -> None:
    stack = new_stack()
    service_in(
        stack,
        vpc=vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK),
        listeners=[listener(80, targets=[address("2001:db8::1")])],
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
    )
    text = warnings_of(stack)["target-security-group-undetermined"]
    assert "2001:db8::1 must allow TCP 80 from the IPv6 CIDR blocks of the load" in text


def test_tokens_of_ipv6_addresses_are_allowed_outbound_as_ipv6() -> None:
    stack = new_stack()
    text = cdk.CfnParameter(stack, "Address").value_as_string
    service_in(
        stack,
        vpc=vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK),
        listeners=[Listener.udp(53, targets=[address(text)])],
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
    )
    assert [rule["CidrIpv6"] for rule in egress(stack)] == [
        {"Fn::Join": ["", [{"Ref": "Address"}, "/128"]]}
    ] * 2


def inbound(stack: cdk.Stack) -> list[dict[str, Any]]:
    found = resources_of(template_of(stack), "AWS::EC2::SecurityGroupIngress")
    return [it["Properties"] for it in found]


def egress(stack: cdk.Stack) -> list[dict[str, Any]]:
    groups = resources_of(template_of(stack), SECURITY_GROUP)
    [ours] = [
        it["Properties"]
        for it in groups
        if it["Properties"]["GroupDescription"].startswith("Network Load Balancers")
    ]
    return ours["SecurityGroupEgress"]


RULES_EXCEEDED = "security-group-rules-exceeded"


@pytest.mark.parametrize(("further", "exceeded"), [(58, False), (59, True)])
def test_more_rules_than_a_security_group_takes_are_warned_of(
    further: int, *, exceeded: bool
) -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[listener(80, targets=[address(IN_A), address(IN_B)])])
    service.add_targets(80, *(address(f"10.0.0.{number + 20}") for number in range(further)))
    assert (RULES_EXCEEDED in warnings_of(stack)) is exceeded


@pytest.mark.parametrize(("clients", "exceeded"), [(60, False), (61, True)])
def test_more_clients_than_a_security_group_takes_are_warned_of(
    clients: int, *, exceeded: bool
) -> None:
    stack = new_stack()
    service_in(stack, client_cidrs=[f"192.168.{number}.0/24" for number in range(clients)])
    assert (RULES_EXCEEDED in warnings_of(stack)) is exceeded


def test_imported_instances_are_allowed_outbound_in_the_whole_vpc() -> None:
    stack = new_stack()
    target = targets.InstanceIdTarget("i-1")
    vpc = imported_vpc(stack, vpc_cidr_block="10.0.0.0/16")
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[target])])
    assert egress(stack)[0]["CidrIp"] == "10.0.0.0/16"


def test_imported_instances_are_allowed_outbound_anywhere_where_the_vpc_is_unknown() -> None:
    stack = new_stack()
    target = targets.InstanceIdTarget("i-1")
    service_in(stack, vpc=imported_vpc(stack), listeners=[listener(8080, targets=[target])])
    assert egress(stack) == [
        {
            "CidrIp": "0.0.0.0/0",
            "Description": "targets on tcp 8080",
            "FromPort": 8080,
            "IpProtocol": "tcp",
            "ToPort": 8080,
        }
    ]


def test_imported_ipv6_instances_are_allowed_outbound_over_ipv6() -> None:
    stack = new_stack()
    service_in(
        stack,
        vpc=vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK),
        listeners=[Listener.udp(53, targets=[targets.InstanceIdTarget("i-1")])],
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
    )
    assert {rule["CidrIpv6"] for rule in egress(stack)} == {"::/0"}


@pytest.mark.parametrize("kind", ["address", "fleet"])
def test_the_group_lets_out_nothing_else(kind: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [listener(80, targets=[KINDS[kind](vpc)])]
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL)
    rules = egress(stack)
    assert rules
    assert all(rule["IpProtocol"] != "-1" for rule in rules)
    assert all(rule["CidrIp"].endswith("/32") for rule in rules)


def test_targets_that_come_later_are_reached() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service = service_in(stack, vpc=vpc, listeners=[Listener.tcp(80)])
    service.add_targets(80, address(IN_A))
    service.add_targets(80, address(IN_B))
    template = template_of(stack)
    assert {way.target for way in ways(template)} == {IN_A, IN_B}
    assert not closed(template)


def test_rules_of_a_service_that_two_listeners_share_are_written_once() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks = fargate_in(vpc, port=8080)
    given = [
        listener(80, targets=[tasks]),
        Listener.tls(443, certificates=[certificate(stack)], targets=[tasks]),
    ]
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL)
    template = template_of(stack)
    assert not closed(template)
    found = sorted(str(rule.get("CidrIp")) for rule in inbound(stack))
    assert found == ["10.0.0.0/17", "10.0.128.0/17", "None"]


def test_containers_of_one_service_behind_two_listeners_are_reached() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks = fargate_in(vpc, port=8080)
    add_container(tasks.task_definition, ecs.PortMapping(container_port=9090), name="Admin")
    given: list[Listener] = []
    for port, name in {80: "Web", 81: "Admin"}.items():
        target: Any = tasks.load_balancer_target(container_name=name)
        given.append(listener(port, targets=[target]))
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL)
    template = template_of(stack)
    assert {way.ports for way in ways(template)} == {(8080, 8080), (9090, 9090)}
    assert not closed(template)


@jsii.implements(elbv2.INetworkLoadBalancerTarget)
class LikeAService:
    """A target of a user's own that looks like what ECS returns."""

    def __init__(self, group: ec2.SecurityGroup) -> None:
        self.connections = group.connections

    def attach_to_classic_lb(self) -> None: ...

    def attach_to_network_target_group(
        self,
        target_group: elbv2.INetworkTargetGroup,  # noqa: ARG002 - the CDK's name for it
    ) -> elbv2.LoadBalancerTargetProps:
        return elbv2.LoadBalancerTargetProps(target_type=elbv2.TargetType.IP)


def test_what_looks_like_a_service_is_reached_on_the_port_of_the_target_group() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    target: Any = LikeAService(ec2.SecurityGroup(stack, "Group", vpc=vpc))
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[target])], topology=REGIONAL)
    assert {(rule["FromPort"], rule["ToPort"]) for rule in inbound(stack)} == {(80, 80)}


def test_a_service_of_a_pattern_is_reached() -> None:
    stack = new_stack()
    vpc = ec2.Vpc(stack, "Vpc", availability_zones=list(ZONES))
    made = patterns.QueueProcessingFargateService(
        stack, "Pattern", vpc=vpc, image=ecs.ContainerImage.from_registry("nginx")
    )
    container = made.task_definition.default_container
    assert container is not None
    container.add_port_mappings(ecs.PortMapping(container_port=8080))
    target = made.service.load_balancer_target(
        container_name=container.container_name, container_port=8080
    )
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[target])], topology=REGIONAL)
    template = template_of(stack)
    assert {way.ports for way in ways(template)} == {(8080, 8080)}
    assert not closed(template)


def test_containers_of_windows_hosts_are_reached_on_the_port_that_the_host_picks() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks = host_service(vpc, mode=ecs.NetworkMode.NAT)
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[tasks])], topology=REGIONAL)
    assert ways(template_of(stack))
    assert not closed(template_of(stack))


def test_containers_on_the_hosts_network_are_reached_on_their_own_port() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks = host_service(vpc, mode=ecs.NetworkMode.HOST)
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[tasks])], topology=REGIONAL)
    [ports] = {
        (it["Properties"]["FromPort"], it["Properties"]["ToPort"])
        for it in resources_of(template_of(stack), "AWS::EC2::SecurityGroupIngress")
    }
    assert ports == (8080, 8080)


def test_hosts_that_the_cdk_does_not_know_are_allowed_outbound() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks = host_service(vpc, known=False)
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[tasks])], topology=REGIONAL)
    [rule] = egress(stack)
    assert (rule["FromPort"], rule["ToPort"]) == (32768, 65535)
    text = warnings_of(stack)["target-security-group-undetermined"]
    assert "TCP 32768-65535 from 10.0.0.0/17, 10.0.128.0/17" in text


def test_hosts_that_the_cdk_does_not_know_are_allowed_outbound_by_container() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks = host_service(vpc, 8081, known=False)
    target: Any = tasks.load_balancer_target(container_name="Web", container_port=8080)
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[target])], topology=REGIONAL)
    [rule] = egress(stack)
    assert (rule["FromPort"], rule["ToPort"]) == (8081, 8081)
    assert "the container's port" in warnings_of(stack)["target-security-group-undetermined"]


@pytest.mark.parametrize("kind", ["instance", "alb", "fleet", "fargate"])
def test_targets_of_another_stack_make_no_circle(kind: str) -> None:
    app = cdk.App()
    network, other, ours = (stack_in(app, name) for name in ("Network", "Other", "Ours"))
    vpc = vpc_in(network)
    elsewhere: dict[str, Callable[[], Any]] = {
        "instance": lambda: targets.InstanceTarget(instance_in(vpc, scope=other)),
        "alb": lambda: alb_in(other, vpc),
        "fleet": lambda: fleet_in(vpc, scope=other),
        "fargate": lambda: fargate_in(vpc, scope=other),
    }
    given = [listener(80, targets=[elsewhere[kind]()])]
    service_in(ours, vpc=vpc, listeners=given, topology=REGIONAL)
    app.synth()
    stacks = template_of(other), template_of(ours)
    rules = [it for s in stacks for it in resources_of(s, "AWS::EC2::SecurityGroupIngress")]
    # One for the group of the load balancers, and one for each of their subnets.
    assert len(rules) == 3


def alb_in(scope: cdk.Stack, vpc: ec2.Vpc) -> Any:
    balancer = elbv2.ApplicationLoadBalancer(
        scope,
        "Alb",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    )
    balancer.add_listener(
        "Http", port=80, open=False, default_action=elbv2.ListenerAction.fixed_response(200)
    )
    return targets.AlbArnTarget(balancer.load_balancer_arn, 80)


# Ranges that aren't known.


def isolated_vpc(stack: cdk.Stack, **attributes: Any) -> ec2.IVpc:
    """Import a VPC with isolated subnets, which instances and tasks can be in."""
    given: dict[str, Any] = {
        "private_subnet_ids": None,
        "isolated_subnet_ids": list(SUBNET_IDS),
        **attributes,
    }
    return imported_vpc(stack, **given)


def test_targets_admit_the_vpc_where_the_subnets_are_unknown() -> None:
    stack = new_stack()
    vpc = isolated_vpc(stack, vpc_cidr_block="10.0.0.0/16")
    target = targets.InstanceTarget(instance_in(vpc))
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[target])], topology=REGIONAL)
    found = closed(template_of(stack), RANGES)
    assert not found
    assert "10.0.0.0/16" in warnings_of(stack)["subnet-cidr-undetermined"]


def test_fails_when_no_range_is_known() -> None:
    stack = new_stack()
    vpc = isolated_vpc(stack)
    given = [listener(80, targets=[targets.InstanceTarget(instance_in(vpc))])]
    with refused(
        stack, "vpc-cidr-undetermined", "CIDR blocks of the subnets and of the VPC aren't known"
    ):
        service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL)


def test_unknown_ranges_do_not_matter_where_rules_are_enforced() -> None:
    stack = new_stack()
    vpc = isolated_vpc(stack)
    given = [listener(80, targets=[targets.InstanceTarget(instance_in(vpc))])]
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL, client_cidrs=["10.0.0.0/8"])
    found = closed(template_of(stack), RANGES)
    assert not found
    assert "subnet-cidr-undetermined" not in warnings_of(stack)


def test_fails_when_ipv6_ranges_are_unknown() -> None:
    stack = new_stack()
    vpc = isolated_vpc(stack, vpc_cidr_block="10.0.0.0/16")
    given = [Listener.udp(53, targets=[targets.InstanceTarget(instance_in(vpc))])]
    with refused(stack, "vpc-cidr-undetermined", "aren't known"):
        service_in(
            stack,
            vpc=vpc,
            listeners=given,
            topology=REGIONAL,
            ip_address_type=elbv2.IpAddressType.DUAL_STACK,
        )


def test_ranges_of_addresses_do_not_matter() -> None:
    stack = new_stack()
    service_in(stack, vpc=imported_vpc(stack))
    found = set(warnings_of(stack))
    assert found == {"target-security-group-undetermined", "target-zone-undetermined"}


def test_tokens_of_ranges_are_written_once_for_an_imported_group() -> None:
    stack = new_stack()
    cidr = cdk.CfnParameter(stack, "Cidr").value_as_string
    vpc = isolated_vpc(stack, isolated_subnet_ipv4_cidr_blocks=[cidr, "10.0.128.0/17"])
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
    tasks = fargate_in(vpc, security_groups=[group])
    given = [listener(80, targets=[tasks]), listener(81, targets=[tasks])]
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL)
    rules = resources_of(template_of(stack), "AWS::EC2::SecurityGroupIngress")
    ranges = [it["Properties"]["CidrIp"] for it in rules if "CidrIp" in it["Properties"]]
    assert ranges == [{"Ref": "Cidr"}, "10.0.128.0/17"]


# Clients.


def test_clients_are_allowed_for_exactly_their_ranges() -> None:
    stack = new_stack()
    service_in(stack, client_cidrs=["10.1.0.0/16", "2001:DB8::/32", "10.1.0.0/16"])
    resources = template_of(stack)["Resources"]
    [name] = [key for key, it in resources.items() if it["Type"] == SECURITY_GROUP]
    shared = {
        "Description": "clients of port 80",
        "FromPort": 80,
        "GroupId": {"Fn::GetAtt": [name, "GroupId"]},
        "IpProtocol": "tcp",
        "ToPort": 80,
    }
    assert inbound(stack) == [
        {**shared, "CidrIp": "10.1.0.0/16"},
        {**shared, "CidrIpv6": "2001:db8::/32"},
    ]


def test_clients_are_allowed_for_both_transports() -> None:
    stack = new_stack()
    given = [Listener.tcp_udp(53, targets=[address(IN_A), address(IN_B)])]
    service_in(stack, listeners=given, client_cidrs=["10.1.0.0/16"])
    assert [rule["IpProtocol"] for rule in inbound(stack)] == ["tcp", "udp"]


def test_tokens_of_client_ranges_pass() -> None:
    stack = new_stack()
    text = cdk.Token.as_string({"Ref": "Range"}, display_hint="A::B")
    service_in(stack, client_cidrs=[text])
    assert inbound(stack)[0]["CidrIp"] == {"Ref": "Range"}


def test_nobody_is_allowed_by_rules_that_are_not_enforced() -> None:
    stack = new_stack()
    service_in(stack)
    [group] = resources_of(template_of(stack), SECURITY_GROUP)
    assert "SecurityGroupIngress" not in group["Properties"]
    assert not inbound(stack)


def test_connections_open_the_group_of_the_load_balancers() -> None:
    stack = new_stack()
    service = service_in(stack, client_cidrs=["10.0.0.0/8"])
    service.connections.allow_from(ec2.Peer.prefix_list("pl-1"), ec2.Port.tcp(80))
    sources = {it.get("CidrIp") or it["SourcePrefixListId"] for it in inbound(stack)}
    assert sources == {"10.0.0.0/8", "pl-1"}
    assert service.connections is service.connections


def test_a_fleet_with_a_launch_template_is_reached() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    template = ec2.LaunchTemplate(
        stack,
        "Template",
        instance_type=ec2.InstanceType("t3.micro"),
        machine_image=ec2.MachineImage.generic_linux({"eu-west-1": "ami-1"}),
        security_group=ec2.SecurityGroup(stack, "Group", vpc=vpc),
    )
    fleet = autoscaling.AutoScalingGroup(
        stack,
        "Fleet",
        vpc=vpc,
        launch_template=template,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    )
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[fleet])], topology=REGIONAL)
    assert not closed(template_of(stack))
