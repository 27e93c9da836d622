"""What the tests of drawings share: templates, and what the parsers find in their drawings."""

from __future__ import annotations

from typing import Any

from tests.checks.estates import NAME, endpoint, subnet
from tests.checks.stacks import ref, resource, stack
from tests.support.drawing_parsers import parsed

from privatelink_constructs import Finding, Severity, TemplateEnvironment, draw

Template = dict[str, Any]
LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"


class Drawn:
    """What Mermaid's own parser finds in a drawing."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = parsed(text)
        assert "error" not in found, (found, text)
        self.labels: dict[str, str] = {
            node: label.replace("<br>", "<br/>") for node, label in found["nodes"]
        }
        self.boxes: list[str] = [title for _, title in found["boxes"]]
        self.ends: list[tuple[str, str]] = [(start, end) for start, end, _ in found["edges"]]
        self.edges: list[tuple[str, str, str]] = [
            (self.first(start), self.first(end), label) for start, end, label in found["edges"]
        ]

    def first(self, node: str) -> str:
        """Return what a node is, and its name."""
        return " ".join(self.labels[node].split("<br/>")[:2])

    def node(self, beginning: str) -> str:
        """Return all lines of the one node that begins with a text."""
        (found,) = (it for it in self.labels.values() if it.startswith(beginning))
        return found

    def colored(self, state: str) -> set[str]:
        """Return what is of a color."""
        lines = [it.split() for it in self.text.splitlines() if it.split()[0] == "class"]
        ids = (it for _, ids, color in lines if color == state for it in ids.split(","))
        return {self.first(it) if it in self.labels else it for it in ids}


def drawn(*templates: Template, **more: Any) -> Drawn:
    """Draw templates, which are called a, b, and so on."""
    named = {"abcdefgh"[at]: template for at, template in enumerate(templates)}
    return Drawn(draw(named, **more))


def located(
    account: str | None, region: str | None = "eu-west-1", *, stack: str | None = None
) -> TemplateEnvironment:
    return TemplateEnvironment(account=account, region=region, stack_name=stack)


def finding(logical_id: str, severity: Severity = Severity.ERROR, template: str = "a") -> Finding:
    return Finding(
        rule="port-out-of-range",
        severity=severity,
        logical_id=logical_id,
        property_path="",
        message="it is",
        remedy="change it",
        url="https://example.com",
        template=template,
    )


def consumer(service: object = NAME, **properties: object) -> Template:
    """Return a VPC in two Availability Zones with an endpoint."""
    given: Template = {"SecurityGroupIds": [], **properties}
    return {
        "Resources": {
            "Clients": resource("AWS::EC2::VPC", CidrBlock="10.1.0.0/16"),
            "ClientsA": subnet("10.1.0.0/24", 0),
            "ClientsB": subnet("10.1.1.0/24", 1),
            "Endpoint": endpoint(service, **given),
        }
    }


def provider(**service: object) -> Template:
    """Return a service that exports its name."""
    template = stack()
    template["Resources"]["Service"]["Properties"] |= {"AcceptanceRequired": True, **service}
    name = {"Fn::Sub": "com.amazonaws.vpce.eu-west-1.${Service}"}
    template["Outputs"] = {"Name": {"Value": name, "Export": {"Name": "service"}}}
    return template


def with_targets(*targets: object, **group: object) -> Template:
    """Return a service with other targets."""
    template = provider()
    template["Resources"]["Targets"]["Properties"] |= {"Targets": list(targets), **group}
    return template


PROVIDER = located("111111111111", stack="Provider")
FROM_PROVIDER = {
    "Fn::GetStackOutput": {"StackName": "Provider", "OutputName": "Name", "Region": "eu-west-1"}
}
"""The name of the service of another account."""
IMPORTED = {"Fn::ImportValue": "service"}
SUBNETS = [ref("SubnetA"), ref("SubnetB")]
UNKNOWN = {"Fn::Join": ["", [{"a": "b"}]]}
"""Nothing is known of it, not even whether it is equal to itself."""
