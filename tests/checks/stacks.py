"""A correct PrivateLink stack to put faults into, and what is found in it."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, cast

from privatelink_constructs import check_template, check_templates

if TYPE_CHECKING:
    from privatelink_constructs import Finding

REGION = "eu-west-1"
SERVICE = "Service"
FRAGMENTARY = "property-missing"
"""Resources in tests have the properties that a test is about, and few others."""
Template = dict[str, Any]


def ref(logical_id: str) -> dict[str, str]:
    return {"Ref": logical_id}


def exported(value: object) -> dict[str, Any]:
    """Return an output that other stacks can import."""
    return {"Value": value, "Export": {"Name": "exported"}}


def resource(kind: str, **properties: object) -> Template:
    return {"Type": kind, "Properties": properties}


def stack() -> Template:
    """Return a service with everything it needs, as a person would write it."""
    return {
        "Resources": {
            "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
            "SubnetA": _subnet("10.0.0.0/24", 0),
            "SubnetB": _subnet("10.0.1.0/24", 1),
            "Group": resource(
                "AWS::EC2::SecurityGroup",
                GroupDescription="load balancer",
                VpcId=ref("Vpc"),
                SecurityGroupIngress=[
                    {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.1.0.0/16"}
                ],
            ),
            "Nlb": resource(
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                Type="network",
                Scheme="internal",
                Subnets=[ref("SubnetA"), ref("SubnetB")],
                SecurityGroups=[ref("Group")],
            ),
            "Targets": resource(
                "AWS::ElasticLoadBalancingV2::TargetGroup",
                Port=443,
                Protocol="TCP",
                TargetType="ip",
                Targets=[{"Id": "10.0.0.10"}, {"Id": "10.0.1.10"}],
                VpcId=ref("Vpc"),
            ),
            "Listener": listener("Nlb", 443, "Targets"),
            SERVICE: resource("AWS::EC2::VPCEndpointService", NetworkLoadBalancerArns=[ref("Nlb")]),
            "Permissions": resource(
                "AWS::EC2::VPCEndpointServicePermissions",
                ServiceId=ref(SERVICE),
                AllowedPrincipals=["arn:aws:iam::222222222222:root"],
            ),
        }
    }


def _subnet(cidr: str, zone: int) -> Template:
    return resource(
        "AWS::EC2::Subnet",
        VpcId=ref("Vpc"),
        CidrBlock=cidr,
        AvailabilityZone={"Fn::Select": [zone, {"Fn::GetAZs": ""}]},
    )


def listener(
    load_balancer: str, port: object, group: str, protocol: str = "TCP", **more: object
) -> Template:
    return resource(
        "AWS::ElasticLoadBalancingV2::Listener",
        LoadBalancerArn=ref(load_balancer),
        Port=port,
        Protocol=protocol,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": ref(group)}],
        **more,
    )


def changed(logical_id: str, **properties: object) -> Template:
    """Return the correct stack with other properties of one resource, None for none at all."""
    template = stack()
    there = template["Resources"][logical_id]["Properties"]
    for name, value in properties.items():
        if value is None:
            there.pop(name, None)
        else:
            there[name] = value
    return template


def with_resources(template: Template | None = None, **resources: Template) -> Template:
    """Return a stack, the correct one by default, with further resources."""
    result = copy.deepcopy(template or stack())
    result["Resources"].update(resources)
    return result


def without(logical_id: str) -> Template:
    template = stack()
    del template["Resources"][logical_id]
    return template


def findings(template: Template, region: str | None = REGION) -> list[Finding]:
    found = check_template(declared(template), region=region, account="111111111111")
    return [each for each in found if each.rule != FRAGMENTARY]


def declared(template: Template) -> Template:
    """Return a template in which each name that it doesn't define is known at deployment only."""
    resources = template["Resources"]
    names = {name.partition(".")[0] for name in _read(resources, "Ref", "Fn::Sub")} - {*resources}
    parameters = {name: {"Type": "String"} for name in names if not name.startswith("AWS::")}
    chosen = {each["Condition"] for each in resources.values() if "Condition" in each}
    unknown = {"Fn::Equals": [ref("Stage"), "prod"]}
    conditions = {name: unknown for name in chosen | _read(resources, "Fn::If") if name}
    parameters |= {"Stage": {"Type": "String"}} if conditions else {}
    return {
        **template,
        "Conditions": {**conditions, **template.get("Conditions", {})},
        "Parameters": {**parameters, **template.get("Parameters", {})},
    }


def _read(value: object, *functions: str) -> set[str]:
    """Return the names that functions within a value read."""
    names: set[str] = set()
    if isinstance(value, list):
        for item in cast("list[object]", value):
            names |= _read(item, *functions)
    elif isinstance(value, dict):
        for function, argument in cast("Template", value).items():
            names |= _read(argument, *functions)
            items = cast("list[object]", argument) if isinstance(argument, list) else [argument]
            first = items[0] if items else None
            if function in functions and isinstance(first, str):
                variables = re.findall(r"\$\{([^!{}]+)\}", first)
                names |= {*variables} if function == "Fn::Sub" else {first}
    return names


def rules(template: Template, region: str | None = REGION) -> set[str]:
    """Return the ids of the rules that a template breaks."""
    return {finding.rule for finding in findings(template, region)}


def rules_across(*templates: Template) -> set[str]:
    """Return the ids of the rules that several templates break together."""
    named = {f"{index}.json": declared(template) for index, template in enumerate(templates)}
    return {finding.rule for finding in check_templates(named, region=REGION)} - {FRAGMENTARY}


def allowing_everyone() -> Template:
    """Return the stack with a warning in it and no error."""
    return changed("Permissions", AllowedPrincipals=["*"])
