"""What the CLI does with an app whose VPC it still has to look up: it asks for it.

No credentials are used and nothing is deployed, so these tests need no emulator.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.deploy.cdk import CLI, TIMEOUT
from tests.deploy.emulator import NODE_FOLDER, ROOT, bare_environment

if TYPE_CHECKING:
    from pathlib import Path

APP = """
import sys

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets

import privatelink_constructs as privatelink

NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
SELECTIONS = {
    "Default": None,
    "Group": {"subnet_group_name": "App"},
    "Zones": {"availability_zones": ["eu-west-1a"]},
    "Filters": {"subnet_filters": [ec2.SubnetFilter.by_ids(["subnet-0123456789abcdef0"])]},
}


def plain(stack, vpc, selection):
    elbv2.NetworkLoadBalancer(stack, "LoadBalancer", vpc=vpc, vpc_subnets=selection)
    service = ec2.InterfaceVpcEndpointService(NAME, 443)
    ec2.InterfaceVpcEndpoint(stack, "Endpoint", vpc=vpc, service=service, subnets=selection)


def provider(stack, vpc, selection):
    privatelink.NetworkLoadBalancedEndpointService(
        stack,
        "Service",
        vpc=vpc,
        subnets=selection,
        listeners=[privatelink.Listener.tcp(443, targets=[targets.IpTarget("198.19.1.5")])],
    )


def consumer(stack, vpc, selection):
    service = privatelink.EndpointServiceContract.from_service_name(NAME, ports=[443])
    privatelink.InterfaceEndpoint(stack, "Endpoint", vpc=vpc, service=service, subnets=selection)


app = cdk.App()
cdk.Validations.of(app).add_plugins(privatelink.PrivateLinkChecks())
for define in {"plain": [plain], "library": [provider, consumer]}[sys.argv[1]]:
    for name, selection in SELECTIONS.items():
        environment = cdk.Environment(account="111111111111", region="eu-west-1")
        stack = cdk.Stack(app, f"{name}-{define.__name__}", env=environment)
        vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-0123456789abcdef0")
        define(stack, vpc, None if selection is None else ec2.SubnetSelection(**selection))
app.synth()
"""
KEY = (
    "vpc-provider:account=111111111111:filter.vpc-id=vpc-0123456789abcdef0:region=eu-west-1"
    ":returnAsymmetricSubnets=true"
)


def synthesize(folder: Path, constructs: str) -> str:
    """Synthesize the app without credentials, and return what the CLI says."""
    (folder / "app.py").write_text(APP, "utf-8")
    (folder / "cdk.json").write_text("{}", "utf-8")
    app = f"{sys.executable} app.py {constructs}"
    options = ["synth", "--all", "--quiet", "--app", app, "--output", str(folder / "cdk.out")]
    done = subprocess.run(
        [str(NODE_FOLDER / "node"), str(CLI), *options],
        check=False,
        cwd=folder,
        env=bare_environment(folder)
        | {
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "true",
            "CDK_HOME": str(folder / "cdk"),
            "CDK_VALIDATION": "false",
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(ROOT / ".cache" / "jsii"),
            "PYTHONPATH": str(ROOT / "src"),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
    )
    assert done.returncode, "there is nothing that could be looked up with"
    return done.stdout


@pytest.mark.parametrize("constructs", ["plain", "library"])
def test_the_cli_goes_on_to_look_up(tmp_path: Path, constructs: str) -> None:
    said = synthesize(tmp_path, constructs)
    assert "Need to perform AWS calls for account 111111111111" in said
    manifest = json.loads((tmp_path / "cdk.out" / "manifest.json").read_text("utf-8"))
    assert {it["key"] for it in manifest["missing"]} == {KEY}
