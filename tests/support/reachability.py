"""Do security groups let traffic through from load balancers to their targets?

Answers from a synthesized template alone: each way from a listener to a target, for data and for
health checks, is open when a rule of the load balancer's group lets it out and a rule of the
target's group lets it in.

:see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Properties = Mapping[str, Any]

_TRANSPORTS = {"TCP": ("tcp",), "TLS": ("tcp",), "UDP": ("udp",), "TCP_UDP": ("tcp", "udp")}
_EPHEMERAL = (32768, 65535)


@dataclass(frozen=True)
class Path:
    """One way that has to be open.

    :param purpose: ``data`` or ``health``.
    :param closed: why it is not open, empty when it is.
    """

    listener: str
    target: str
    purpose: str
    protocol: str
    ports: tuple[int, int]
    closed: tuple[str, ...]


@dataclass(frozen=True)
class _Target:
    name: str
    ports: tuple[int, int]
    groups: tuple[str, ...]
    address: str | None = None


@dataclass(frozen=True)
class _Need:
    purpose: str
    protocol: str
    ports: tuple[int, int]


@dataclass(frozen=True)
class _Rule:
    protocol: str
    ports: tuple[int, int]
    peer: str

    def covers(self, protocol: str, ports: tuple[int, int]) -> bool:
        if self.protocol == "-1":
            return True
        first, last = self.ports
        return self.protocol == protocol and first <= ports[0] and ports[1] <= last


def paths(template: Mapping[str, Any], ranges: Mapping[str, str] | None = None) -> list[Path]:
    """Return all ways from the Network Load Balancers of a template to their targets.

    :param ranges: the ranges of imported subnets, by id. Default: none are imported.
    """
    return list(_Network(template["Resources"], ranges or {}).paths())


def closed(template: Mapping[str, Any], ranges: Mapping[str, str] | None = None) -> list[Path]:
    """Return the ways that aren't open."""
    return [path for path in paths(template, ranges) if path.closed]


class _Network:
    def __init__(self, resources: Mapping[str, Any], ranges: Mapping[str, str]) -> None:
        self._resources = resources
        self._ranges = ranges

    def paths(self) -> Iterator[Path]:
        for name, listener in self._of("AWS::ElasticLoadBalancingV2::Listener"):
            balancer = self._get(listener["LoadBalancerArn"])
            if balancer.get("Type") != "network":
                continue
            for action in listener["DefaultActions"]:
                yield from self._group_paths(name, listener, balancer, action["TargetGroupArn"])

    def _group_paths(
        self, name: str, listener: Properties, balancer: Properties, arn: Any
    ) -> Iterator[Path]:
        group = self._get(arn)
        transports = _TRANSPORTS[listener["Protocol"]]
        for target in self._targets(_id(arn), group):
            for protocol in transports:
                yield self._path(name, balancer, target, _Need("data", protocol, target.ports))
            port = group.get("HealthCheckPort", "traffic-port")
            ports = target.ports if port == "traffic-port" else (int(port), int(port))
            yield self._path(name, balancer, target, _Need("health", "tcp", ports))

    def _path(self, listener: str, balancer: Properties, target: _Target, need: _Need) -> Path:
        reasons = [*self._kept_in(balancer, target, need), *self._kept_out(balancer, target, need)]
        return Path(listener, target.name, need.purpose, need.protocol, need.ports, tuple(reasons))

    def _kept_in(self, balancer: Properties, target: _Target, need: _Need) -> Iterator[str]:
        rules = [
            rule
            for group in map(_id, balancer["SecurityGroups"])
            for rule in self._rules(group, "Egress")
            if rule.covers(need.protocol, need.ports)
        ]
        peers = {rule.peer for rule in rules}
        if target.address is not None:
            if not any(_contains(peer, target.address) for peer in peers):
                yield f"nothing goes out to {target.address}"
        elif not peers & {*target.groups, "0.0.0.0/0"}:
            yield f"nothing goes out to {target.groups}"

    def _kept_out(self, balancer: Properties, target: _Target, need: _Need) -> Iterator[str]:
        if target.address is not None:
            return
        peers = {
            rule.peer
            for group in target.groups
            for rule in self._rules(group, "Ingress")
            if rule.covers(need.protocol, need.ports)
        }
        enforced = balancer["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "on"
        by_group = enforced or need.purpose == "health"
        if by_group and peers & set(map(_id, balancer["SecurityGroups"])):
            return
        for subnet in balancer["Subnets"]:
            cidr = self._range(subnet)
            if not any(_covers(peer, cidr) for peer in peers):
                yield f"{cidr} is not let in"

    def _range(self, subnet: Any) -> str:
        if isinstance(subnet, str):
            return self._ranges[subnet]
        return json.dumps(self._get(subnet)["CidrBlock"]).strip('"')

    def _targets(self, group: str, properties: Properties) -> Iterator[_Target]:
        port = properties["Port"]
        for entry in properties.get("Targets", []):
            own = entry.get("Port", port)
            if isinstance(entry["Id"], str):
                yield _Target(entry["Id"], (own, own), (), address=entry["Id"])
            else:
                name = _id(entry["Id"])
                yield _Target(name, (own, own), self._groups_of(name))
        for name, scaling in self._of("AWS::AutoScaling::AutoScalingGroup"):
            if group in map(_id, scaling.get("TargetGroupARNs", [])):
                yield _Target(name, (port, port), self._groups_of_fleet(scaling))
        for name, service in self._of("AWS::ECS::Service"):
            for entry in service.get("LoadBalancers", []):
                if _id(entry["TargetGroupArn"]) == group:
                    yield self._service_target(name, service, entry)

    def _service_target(self, name: str, service: Properties, entry: Properties) -> _Target:
        network = service.get("NetworkConfiguration")
        number = entry["ContainerPort"]
        if network:
            groups = network["AwsvpcConfiguration"]["SecurityGroups"]
            return _Target(name, (number, number), tuple(map(_id, groups)))
        [(_, fleet)] = self._of("AWS::AutoScaling::AutoScalingGroup")
        task = self._get(service["TaskDefinition"])
        [container] = [
            it for it in task["ContainerDefinitions"] if it["Name"] == entry["ContainerName"]
        ]
        hosts = [
            it.get("HostPort", 0)
            for it in container["PortMappings"]
            if it["ContainerPort"] == number
        ]
        ports = (hosts[0], hosts[0]) if hosts[0] else _EPHEMERAL
        return _Target(name, ports, self._groups_of_fleet(fleet))

    def _groups_of(self, name: str) -> tuple[str, ...]:
        properties = self._resources[name]["Properties"]
        return tuple(map(_id, properties.get("SecurityGroupIds") or properties["SecurityGroups"]))

    def _groups_of_fleet(self, fleet: Properties) -> tuple[str, ...]:
        if "LaunchConfigurationName" in fleet:
            return self._groups_of(_id(fleet["LaunchConfigurationName"]))
        template = self._get(fleet["LaunchTemplate"]["LaunchTemplateId"])
        return tuple(map(_id, template["LaunchTemplateData"]["SecurityGroupIds"]))

    def _rules(self, group: str, direction: str) -> Iterator[_Rule]:
        properties = self._resources.get(group, {}).get("Properties", {})
        for rule in properties.get(f"SecurityGroup{direction}", []):
            yield _rule(rule)
        for _, rule in self._of(f"AWS::EC2::SecurityGroup{direction}"):
            if _id(rule["GroupId"]) == group:
                yield _rule(rule)

    def _get(self, value: Any) -> Properties:
        return self._resources[_id(value)]["Properties"]

    def _of(self, kind: str) -> list[tuple[str, Properties]]:
        return [(k, r["Properties"]) for k, r in self._resources.items() if r["Type"] == kind]


def _id(value: Any) -> str:
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return value["Ref"]
    return value["Fn::GetAtt"][0]


def _rule(rule: Mapping[str, Any]) -> _Rule:
    groups = rule.get("SourceSecurityGroupId") or rule.get("DestinationSecurityGroupId")
    cidr = rule.get("CidrIp") or rule.get("CidrIpv6")
    # A range that only the deployment knows is compared as it stands.
    peer = _id(groups) if groups else cidr if isinstance(cidr, str) else json.dumps(cidr)
    protocol = rule["IpProtocol"]
    ports = (0, 65535) if protocol == "-1" else (rule["FromPort"], rule["ToPort"])
    return _Rule(protocol, ports, peer)


def _contains(peer: str, address: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(peer)
    except ValueError:
        return False


def _covers(peer: str, cidr: str) -> bool:
    if peer == cidr:
        return True
    try:
        outer, inner = ipaddress.ip_network(peer), ipaddress.ip_network(cidr)
    except ValueError:
        return False
    return outer.version == inner.version and inner.subnet_of(outer)  # pyright: ignore[reportArgumentType]
