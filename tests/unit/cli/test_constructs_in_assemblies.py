"""Findings on a cloud assembly name the construct, and say what to change in Python."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from tests.support.aws_services import bundle_in
from tests.support.consumers import endpoint_in
from tests.support.hubs import hub_in, spoke_in
from tests.support.load_balanced import both_zones, service_in
from tests.support.vpcs import ZONES, vpc_in
from tests.unit.cli.running import check, found, write

from privatelink_constructs import (
    AwsService,
    EndpointService,
    EndpointServiceAlarms,
    GuardRails,
    HubNaming,
    InterfaceEndpointAlarms,
    PrivateLinkDashboard,
    ResolverInboundEndpoint,
    ResolverOutboundEndpoint,
    ServiceControlPolicy,
)
from privatelink_constructs.inventory.construct_tree import ConstructTree, tree_of
from privatelink_constructs.rules.alarms import dashboard_name_well_formed, threshold_in_range
from privatelink_constructs.rules.core import sentence
from privatelink_constructs.rules.guard_rails import policy_without_principals
from privatelink_constructs.rules.hub_profiles import priority_in_range, profile_name_well_formed
from privatelink_constructs.rules.policies import endpoint_policy_well_formed
from privatelink_constructs.rules.principals import everyone_acknowledged
from privatelink_constructs.rules.resolver import protocols_supported

if TYPE_CHECKING:
    from pathlib import Path

    from privatelink_constructs import IEndpointService, IInterfaceEndpoint
    from privatelink_constructs.rules.core import Rule

Capture = pytest.CaptureFixture[str]
OWN = ("Api", "Existing", "Endpoint", "Aws")
NEWER = (
    *("Hub", "HubAws", "Spoke", "Zones", "ZonesAws", "Inbound", "Outbound"),
    *("Alarms", "EndpointAlarms", "Dashboard", "Organization"),
)
OPEN = everyone_acknowledged
SCP = {
    "Content": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": "*"}],
    }
}
CONTEXT = "availability-zones:account=111111111111:region=eu-west-1"
REGION = cdk.Environment(account="111111111111", region="eu-west-1")


def define(stack: cdk.Stack) -> None:
    """Define each construct of the package, and constructs of others beside them."""
    vpc = vpc_in(stack)
    api = service_in(stack, "Api", vpc=vpc, allowed_principals=["222222222222"])
    balancer = elbv2.NetworkLoadBalancer(stack, "Nlb", vpc=vpc)
    group = elbv2.NetworkTargetGroup(
        stack, "Targets", vpc=vpc, port=80, targets=cast("Any", both_zones())
    )
    balancer.add_listener("Http", port=80, default_target_groups=[group])
    EndpointService(
        stack, "Existing", load_balancers=[balancer], allowed_principals=["222222222222"]
    )
    endpoint = endpoint_in(stack, "Endpoint", vpc=vpc)
    services = [AwsService.interface("logs"), AwsService.gateway("s3")]
    bundle_in(stack, *services, name="Aws", vpc=vpc)
    define_newer(stack, vpc, api, endpoint)
    ec2.InterfaceVpcEndpoint(stack, "Kms", vpc=vpc, service=ec2.InterfaceVpcEndpointAwsService.KMS)
    ec2.CfnVPCEndpoint(stack, "Raw", vpc_id=vpc.vpc_id, service_name="com.amazonaws.eu-west-1.sts")


def define_newer(
    stack: cdk.Stack, vpc: ec2.Vpc, api: IEndpointService, endpoint: IInterfaceEndpoint
) -> None:
    """Define the constructs for names, alarms, and organizations."""
    hub = hub_in(stack)
    spoke_in(stack, hub.contract)
    hub_in(
        stack,
        name="Zones",
        bundle={"private_dns_enabled": False},
        naming=HubNaming.private_hosted_zones(vpcs=[]),
    )
    ResolverInboundEndpoint(stack, "Inbound", vpc=vpc, clients=["192.168.0.0/16"])
    ResolverOutboundEndpoint(stack, "Outbound", vpc=vpc)
    EndpointServiceAlarms(stack, "Alarms", service=api)
    InterfaceEndpointAlarms(stack, "EndpointAlarms", endpoint=endpoint)
    PrivateLinkDashboard(stack, "Dashboard", services=[api])
    ServiceControlPolicy(stack, "Organization", statements=[GuardRails.no_cross_region()])


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the assembly of an app with a stack, and another one in a stage."""
    folder = tmp_path_factory.mktemp("assembly")
    app = cdk.App(outdir=str(folder), context={CONTEXT: list(ZONES)})
    define(cdk.Stack(app, "One", env=REGION))
    service_in(
        cdk.Stack(cdk.Stage(app, "Prod"), "Two", env=REGION),
        "Staged",
        allowed_principals=["222222222222"],
    )
    app.synth()
    return folder


def test_each_construct_of_the_package_is_known_by_its_shape(assembly: Path) -> None:
    tree = tree_of(assembly)
    paths = [path for path in _paths(assembly) if path.startswith("One/")]
    own = {*OWN, *NEWER}
    assert {path.split("/")[1] for path in paths} >= {*own, "Kms", "Raw", "Vpc"}
    for path in paths:
        _, name, *_ = path.split("/")
        definer = tree.definer("", path)
        assert definer is not None
        assert definer.is_own is (name in own)
        assert definer.path == (f"One/{name}" if name in own else path)


def _paths(assembly: Path) -> list[str]:
    """Return the paths of all resources in the tree."""
    found: list[str] = []

    def walk(node: dict[str, Any]) -> None:
        if "aws:cdk:cloudformation:type" in node.get("attributes", {}):
            found.append(node["path"])
        for child in node.get("children", {}).values():
            walk(child)

    walk(json.loads((assembly / "tree.json").read_text(encoding="utf-8"))["tree"])
    return found


def open_to_everyone(template: Path, **metadata: str) -> None:
    """Let the services of a stack allow everyone."""
    content = json.loads(template.read_text(encoding="utf-8"))
    for resource in content["Resources"].values():
        if resource["Type"] == "AWS::EC2::VPCEndpointServicePermissions":
            resource["Properties"]["AllowedPrincipals"] = ["*"]
            if metadata:
                resource["Metadata"] = metadata
    template.write_text(json.dumps(content), encoding="utf-8")


def test_findings_name_the_construct_and_what_to_change_in_python(
    assembly: Path, capsys: Capture
) -> None:
    for template in assembly.rglob("*.template.json"):
        open_to_everyone(template)
    findings = found(capsys, assembly, "--select", OPEN.id)
    constructs = {it["construct"] for it in findings}
    assert constructs == {"One/Api", "One/Existing", "Prod/Two/Staged"}
    assert {it["remedy"] for it in findings} == {sentence(OPEN.fix.code)}
    text = check(capsys, assembly / "assembly-Prod", "--select", OPEN.id).out
    assert "(Prod/Two/Staged): " in text
    assert "use AllowedPrincipal.everyone()" in text


def change(template: Path, kind: str, **properties: Any) -> None:
    """Set properties of each resource of a type."""
    content = json.loads(template.read_text(encoding="utf-8"))
    for each in content["Resources"].values():
        if each["Type"] == kind:
            each["Properties"].update(properties)
    template.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    ("rule", "kind", "properties", "name"),
    [
        (profile_name_well_formed, "AWS::Route53Profiles::Profile", {"Name": "a/b"}, "Hub"),
        (
            priority_in_range,
            "AWS::Route53Profiles::ProfileAssociation",
            {"Priority": 1},
            "Spoke",
        ),
        (
            protocols_supported,
            "AWS::Route53Resolver::ResolverEndpoint",
            {"Direction": "OUTBOUND", "Protocols": ["DoH-FIPS"]},
            "Inbound",
        ),
        (threshold_in_range, "AWS::CloudWatch::Alarm", {"Threshold": -1}, "EndpointAlarms"),
        (dashboard_name_well_formed, "AWS::CloudWatch::Dashboard", {"DashboardName": "a b"}, None),
        (policy_without_principals, "AWS::Organizations::Policy", SCP, "Organization"),
        (endpoint_policy_well_formed, "AWS::EC2::VPCEndpoint", {"PolicyDocument": []}, "Aws"),
    ],
    ids=["hub", "spoke", "resolver", "alarms", "dashboard", "organization", "bundle"],
)
def test_findings_on_every_room_speak_of_the_construct(
    assembly: Path,
    capsys: Capture,
    *,
    rule: Rule[...],
    kind: str,
    properties: dict[str, Any],
    name: str | None,
) -> None:
    template = assembly / "One.template.json"
    before = template.read_text(encoding="utf-8")
    change(template, kind, **properties)
    every = found(capsys, assembly, "--select", rule.id)
    template.write_text(before, encoding="utf-8")
    paths = {it["construct"] for it in every}
    assert f"One/{name or 'Dashboard'}" in paths
    own = [it for it in every if it["construct"].split("/")[1] in {*OWN, *NEWER}]
    assert {it["remedy"] for it in own} == {sentence(rule.fix.code)}


def test_a_single_template_of_an_assembly_knows_its_constructs(
    assembly: Path, capsys: Capture
) -> None:
    open_to_everyone(assembly / "One.template.json")
    findings = found(capsys, assembly / "One.template.json", "--select", OPEN.id)
    assert {it["remedy"] for it in findings} == {sentence(OPEN.fix.code)}


def node(path: str, *children: dict[str, Any], **more: Any) -> dict[str, Any]:
    name = path.rpartition("/")[2]
    return {
        "id": name,
        "path": path,
        "constructInfo": {"fqn": "constructs.Construct"},
        "children": {it["id"]: it for it in children},
        **more,
    }


def resource(path: str, logical_id: str | None, *written: str) -> dict[str, Any]:
    kind = "AWS::EC2::VPCEndpointService"
    attributes: dict[str, Any] = {
        "aws:cdk:cloudformation:type": kind,
        "aws:cdk:cloudformation:props": dict.fromkeys(written, "-"),
    }
    if logical_id:
        attributes["aws:cdk:cloudformation:logicalId"] = logical_id
    return node(path, attributes=attributes)


WRITTEN = ("acceptanceRequired", "networkLoadBalancerArns")


def test_the_path_in_the_metadata_tells_equal_logical_ids_apart() -> None:
    stacks = [
        node(name, node(f"{name}/Api", resource(f"{name}/Api/Resource", "Api", *WRITTEN)))
        for name in ("One", "Two")
    ]
    tree = ConstructTree({"tree": node("", *stacks)})
    assert tree.definer("Api", None) is None
    assert tree.definer("Api", "Two/Api/Resource") == ("Two/Api", True)
    assert tree.definer("Api", "Gone/Api/Resource") == ("Gone/Api/Resource", False)


def test_constructs_that_write_less_are_of_others() -> None:
    other = node("One/Api", resource("One/Api/Resource", "Api", *WRITTEN[:1]))
    tree = ConstructTree({"tree": node("", other)})
    assert tree.definer("Api", None) == ("One/Api/Resource", False)


def test_a_resource_without_a_logical_id_is_known_by_its_path() -> None:
    own = node("One/Api", resource("One/Api/Resource", None, *WRITTEN))
    tree = ConstructTree({"tree": node("", own)})
    assert tree.definer("Api", "One/Api/Resource") == ("One/Api", True)
    assert tree.definer("Api", None) is None


def test_a_tree_too_deep_to_be_one_ends() -> None:
    deep = node("x", resource("y", "Api"))
    for _ in range(300):
        deep = node("x", deep)
    assert ConstructTree({"tree": deep}).definer("Api", None) is None


@pytest.mark.parametrize("tree", [{}, {"tree": []}, {"tree": {"path": 1}}], ids=range(3))
def test_a_broken_tree_is_none(tree: dict[str, Any]) -> None:
    assert ConstructTree(tree).definer("Api", None) is None


def test_a_template_outside_an_assembly_has_no_constructs(tmp_path: Path) -> None:
    write(tmp_path / "a.json", {"Resources": {}})
    assert tree_of(tmp_path).definer("Api", None) is None


def test_an_assembly_without_a_tree_has_no_constructs(tmp_path: Path) -> None:
    write(tmp_path / "manifest.json", {"artifacts": {"Tree": {"type": "cdk:tree"}}})
    assert tree_of(tmp_path).definer("Api", None) is None
