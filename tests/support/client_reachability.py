"""Do security groups let clients through to an endpoint?

Answers from the templates of an app alone, nested ones included: a client reaches a port when an
inbound rule of one of the endpoint's groups allows it. A client with a group needs an outbound rule
of that group as well.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping
    from pathlib import Path

    Properties = Mapping[str, Any]

ENDPOINT = "AWS::EC2::VPCEndpoint"
_GROUP, _STACK = "AWS::EC2::SecurityGroup", "AWS::CloudFormation::Stack"
_IDS = {"GroupId", "PrefixListId", "VpcId"}
_PEERS = {
    "Ingress": ("CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId"),
    "Egress": ("CidrIp", "CidrIpv6", "DestinationPrefixListId", "DestinationSecurityGroupId"),
}
_EVERYWHERE = {"0.0.0.0/0"}


@dataclass(frozen=True)
class Rule:
    """A rule of a security group: what it is about, and whom it allows."""

    protocol: str
    first: int
    last: int
    peer: Hashable

    def covers(self, protocol: str, first: int, last: int) -> bool:
        if self.protocol == "-1":
            return True
        return self.protocol == protocol and self.first <= first and last <= self.last


class Estate:
    """All templates of an assembly, with what they tell each other.

    :param folder: where the assembly is.
    """

    def __init__(self, folder: Path) -> None:
        files = sorted(folder.rglob("*.template.json"))
        self.templates: dict[str, Any] = {it.name: json.loads(it.read_text()) for it in files}
        self._exports: dict[str, tuple[str, Any]] = {}
        self._parents: dict[str, tuple[str, Properties]] = {}
        for name, template in self.templates.items():
            for output in template.get("Outputs", {}).values():
                if "Export" in output:
                    self._exports[output["Export"]["Name"]] = (name, output["Value"])
            for resource in template.get("Resources", {}).values():
                if resource["Type"] == _STACK:
                    child = resource["Metadata"]["aws:asset:path"]
                    self._parents[child] = (name, resource["Properties"].get("Parameters", {}))

    def identity(self, template: str, value: Any) -> Hashable:
        """Return what is equal for equal things, whichever template refers to them."""
        if not isinstance(value, dict):
            return cast("Hashable", value)
        [(function, argument)] = cast("dict[str, Any]", value).items()
        if function == "Fn::ImportValue" and argument in self._exports:
            return self.identity(*self._exports[argument])
        if function == "Ref":
            parent = self._parents.get(template)
            if parent and argument in parent[1]:
                return self.identity(parent[0], parent[1][argument])
            return (template, argument)
        if function == "Fn::GetAtt":
            return self._attribute(template, *argument)
        return json.dumps(value, sort_keys=True)

    def _attribute(self, template: str, resource: str, attribute: str) -> Hashable:
        found = self.templates[template]["Resources"][resource]
        if found["Type"] == _STACK:
            child = found["Metadata"]["aws:asset:path"]
            output = self.templates[child]["Outputs"][attribute.removeprefix("Outputs.")]
            return self.identity(child, output["Value"])
        known = attribute in _IDS
        return (template, resource) if known else (template, resource, attribute)

    def endpoints(self) -> Iterator[list[Hashable]]:
        """Yield the security groups of each endpoint."""
        for template, _, endpoint in self._of(ENDPOINT):
            yield [self.identity(template, it) for it in endpoint["SecurityGroupIds"]]

    def rules(self, group: Hashable, direction: str) -> Iterator[Rule]:
        """Yield all rules of a group, wherever they are.

        :param direction: ``Ingress`` or ``Egress``.
        """
        for template, name, it in self._of(_GROUP):
            if (template, name) == group:
                for rule in it.get(f"SecurityGroup{direction}", []):
                    yield self._rule(template, rule, direction)
        for template, _, rule in self._of(f"{_GROUP}{direction}"):
            if self.identity(template, rule["GroupId"]) == group:
                yield self._rule(template, rule, direction)

    def _rule(self, template: str, rule: Properties, direction: str) -> Rule:
        [peer] = [rule[name] for name in _PEERS[direction] if name in rule]
        protocol = rule["IpProtocol"]
        ports = (0, 65535) if protocol == "-1" else (rule["FromPort"], rule["ToPort"])
        return Rule(protocol, *ports, self.identity(template, peer))

    def _of(self, kind: str) -> Iterator[tuple[str, str, Properties]]:
        for template, content in self.templates.items():
            for name, resource in content.get("Resources", {}).items():
                if resource["Type"] == kind:
                    yield template, name, resource["Properties"]

    def closed(
        self, client: Hashable, ways: list[tuple[str, int, int]], *, outbound: bool
    ) -> list[str]:
        """Return why a client doesn't reach an endpoint of the estate, nothing if it does.

        :param client: the identity of a CIDR block, a prefix list, or a security group.
        :param ways: protocol, first and last port of each port of the service.
        :param outbound: whether the client is a group whose rules are known, too.
        """
        found: list[str] = []
        for groups in self.endpoints():
            for way in ways:
                inbound = [it for group in groups for it in self.rules(group, "Ingress")]
                if not any(it.peer == client and it.covers(*way) for it in inbound):
                    found.append(f"{client} isn't allowed on {way}: {inbound}")
                rules = list(self.rules(client, "Egress")) if outbound else []
                peers = {it.peer for it in rules if it.covers(*way)}
                if outbound and not peers & {*groups, *_EVERYWHERE}:
                    found.append(f"{client} doesn't get to {groups} on {way}: {rules}")
        return found
