"""What the page about moving over says, on templates."""

from __future__ import annotations

import runpy
from itertools import count
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_route53 as route53
from tests.examples.running import EXAMPLES, context_of
from tests.support.load_balanced import new_stack
from tests.support.published import ENVIRONMENT, imported_load_balancer, stack_in, template_of
from tests.support.refusals import paths_in
from tests.support.replacement import compare

from privatelink_constructs import EndpointService, PrivateDnsName, check_template

if TYPE_CHECKING:
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

SERVICE, PERMISSIONS = "ServiceD69D759B", "ServicePermissions64AB3ABC"
RULE = "private-dns-removal-conflict"
CUSTOMER = "222222222222"
NAME = "payments.example.com"
DOMAIN = "DomainName"
NUMBERS = count()


def balancer_in(stack: cdk.Stack) -> elbv2.INetworkLoadBalancer:
    return imported_load_balancer(stack, "Nlb")


def zone_in(stack: cdk.Stack, name: str) -> route53.PublicHostedZone:
    return route53.PublicHostedZone(stack, "Zone", zone_name=name)


def before(zone: str, *, kept: bool) -> dict[str, Any]:
    """Return a template of the CDK's own constructs."""
    # The CDK remembers the names of services for the whole process.
    stack = stack_in(cdk.App(), f"Ledger{next(NUMBERS)}")
    service = ec2.VpcEndpointService(
        stack,
        "Service",
        vpc_endpoint_service_load_balancers=[cast("Any", balancer_in(stack))],
        allowed_principals=[iam.ArnPrincipal(f"arn:aws:iam::{CUSTOMER}:root")],
    )
    domain_name = route53.VpcEndpointServiceDomainName(
        stack,
        DOMAIN,
        endpoint_service=service,
        domain_name=NAME,
        public_hosted_zone=zone_in(stack, zone),
    )
    if kept:
        enabling = domain_name.node.find_child("EnableDns").node.find_child("Resource")
        resource = cast("cdk.CfnResource", enabling.node.default_child)
        resource.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return template_of(stack)


def after(zone: str, record_id: str | None = None) -> dict[str, Any]:
    """Return a template of the same service with this library."""
    stack = new_stack()
    service = EndpointService(
        stack,
        "Service",
        load_balancers=[balancer_in(stack)],
        ports=[443],
        allowed_principals=[CUSTOMER],
        private_dns_name=PrivateDnsName.in_hosted_zone(NAME, zone_in(stack, zone)),
    )
    ids = {"Resource": SERVICE, "Permissions": PERMISSIONS, "PrivateDnsRecord": record_id}
    for name, logical_id in ids.items():
        if logical_id is not None:
            cast("cdk.CfnResource", service.node.find_child(name)).override_logical_id(logical_id)
    return template_of(stack)


def record_of(template: dict[str, Any]) -> str:
    [found] = [
        name
        for name, it in template["Resources"].items()
        if it["Type"] == "AWS::Route53::RecordSet"
    ]
    return found


def removes(template: dict[str, Any]) -> list[str]:
    return [name for name, it in template["Resources"].items() if _removes(it)]


def _removes(resource: dict[str, Any]) -> bool:
    return "RemovePrivateDnsName" in str(resource.get("Properties", {}).get("Delete"))


def test_the_service_and_its_permissions_are_updated_in_place() -> None:
    first, second = before("example.com", kept=True), after("example.com")
    found = compare(first, second)
    assert not found.replaced, str(found)
    assert not {SERVICE, PERMISSIONS} & {*found.added, *found.removed}
    assert second["Resources"][SERVICE]["Properties"]["PrivateDnsName"] == NAME


def test_the_record_of_a_hosted_zone_of_the_same_name_keeps_its_logical_id() -> None:
    first = before(NAME, kept=True)
    record = record_of(first)
    second = after(NAME, record)
    assert record_of(second) == record
    assert record.startswith(f"{DOMAIN}DnsVerificationRecord")


def test_without_the_lines_it_is_another_service() -> None:
    stack = new_stack()
    service = EndpointService(
        stack,
        "Service",
        load_balancers=[balancer_in(stack)],
        ports=[443],
        allowed_principals=[CUSTOMER],
    )
    assert "Stack/Service/Resource" in paths_in(service)
    found = template_of(stack)["Resources"]
    assert SERVICE not in found
    assert PERMISSIONS in found


@pytest.mark.parametrize("kept", [True, False])
def test_the_trap_is_found_until_the_name_is_kept(*, kept: bool) -> None:
    template = before("example.com", kept=kept)
    [resource] = removes(template)
    found = [it.logical_id for it in check_template(template) if it.rule == RULE]
    assert found == ([] if kept else [resource])
    policy = template["Resources"][resource]["DeletionPolicy"]
    assert policy == ("Retain" if kept else "Delete")


def of_the_example(kind: str) -> dict[str, Any]:
    """Return the template of one of the example's stacks, always under the same name."""
    example: dict[str, Any] = runpy.run_path(str(EXAMPLES / "moving_over" / "app.py"))
    app = cdk.App(context=context_of("moving_over"))
    return template_of(example[kind](app, "Ledger", env=ENVIRONMENT))


def test_the_example_replaces_nothing() -> None:
    changes = compare(of_the_example("BeforeStack"), of_the_example("AfterStack"))
    assert not changes.replaced, str(changes)
    assert not changes.removed, str(changes)
    assert [changes.types[it] for it in changes.changed] == ["AWS::EC2::VPCEndpointService"]
    assert changes.added
    assert all("ZoneRefresh" in it or "OfferedZones" in it for it in changes.added)
