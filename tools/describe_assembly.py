"""Say in a few lines what a cloud assembly holds: stacks, resources, templates.

Usage: describe_assembly.py <folder>
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What an endpoint service and its consumers are made of. The network and the application around
# them are counted together, so that the summary stays a few lines long.
NAMED_TYPES = (
    "AWS::EC2::VPCEndpointService",
    "AWS::EC2::VPCEndpointServicePermissions",
    "AWS::EC2::VPCEndpointConnectionNotification",
    "AWS::EC2::VPCEndpoint",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::ECS::Service",
    "AWS::Route53::HostedZone",
    "AWS::Route53::RecordSet",
    "AWS::Lambda::Function",
)


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack of a cloud assembly."""

    name: str
    environment: str
    template: Path
    resource_types: Counter[str]


def stacks_of(folder: Path) -> Iterator[Stack]:
    """Read the stacks of a cloud assembly and of the assemblies of its stages.

    :param folder: where the CDK wrote the assembly.
    """
    for artifact_id, artifact in sorted(_read(folder / "manifest.json")["artifacts"].items()):
        properties = artifact.get("properties", {})
        if artifact["type"] == "cdk:cloud-assembly":
            yield from stacks_of(folder / properties["directoryName"])
        elif artifact["type"] == "aws:cloudformation:stack":
            template = folder / properties["templateFile"]
            yield Stack(
                name=properties.get("stackName", artifact_id),
                environment=_environment(artifact["environment"]),
                template=template,
                resource_types=_resource_types(_read(template)),
            )


def describe(folder: Path) -> Iterator[str]:
    """Describe a cloud assembly, line by line.

    :param folder: where the CDK wrote the assembly.
    """
    stacks = list(stacks_of(folder))
    total = sum(stack.resource_types.total() for stack in stacks)
    yield f"Synthesized {_count(len(stacks), 'stack')} with {_count(total, 'resource')}"
    for stack in stacks:
        yield f"\n{stack.name} ({stack.environment})"
        yield from _describe_types(stack.resource_types)
        yield f"  template: {stack.template}"


def _describe_types(types: Counter[str]) -> Iterator[str]:
    for name in NAMED_TYPES:
        if types[name]:
            yield f"  {types[name]:4} {name}"
    others = types.total() - sum(types[name] for name in NAMED_TYPES)
    if others:
        yield f"  {others:4} of other types"


def _environment(uri: str) -> str:
    account, region = uri.removeprefix("aws://").split("/")
    known = [part for part in (account, region) if not part.startswith("unknown-")]
    return " ".join(known) or "any account and Region"


def _resource_types(template: Mapping[str, Any]) -> Counter[str]:
    return Counter(resource["Type"] for resource in template.get("Resources", {}).values())


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _read(path: Path) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    print("\n".join(describe(Path(sys.argv[1]))))
