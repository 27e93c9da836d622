"""Findings color what they are about."""

from __future__ import annotations

import pytest
from tests.checks.estates import estate
from tests.checks.stacks import ref, resource, stack
from tests.unit.drawing.scenes import IMPORTED, consumer, drawn, finding, provider

from privatelink_constructs import Severity, check_template, draw

NLB = "Network Load Balancer Nlb"


@pytest.mark.parametrize(
    ("logical_id", "colored"),
    [
        ("Service", {"Endpoint service Service"}),
        ("Permissions", {"Endpoint service Service"}),
        ("Notification", {"Endpoint service Service"}),
        ("Nlb", {NLB}),
        ("Listener", {NLB}),
        ("Targets", {"IP addresses 10.0.0.10, 10.0.1.10"}),
        ("Group", {NLB}),
        ("Alias", {"Private hosted zone orders.example.net"}),
        ("Kms", {"Interface endpoint kms"}),
        ("ClientGroup", {"Interface endpoint Endpoint", "Interface endpoint kms"}),
        ("Clients", {"VPC_Clients_10_1_0_0_16"}),
        ("ResolverGroup", {"Resolver inbound endpoint Inbound"}),
    ],
)
def test_a_finding_colors_what_it_is_about(logical_id: str, colored: set[str]) -> None:
    found = drawn(estate(), findings=[finding(logical_id)])
    assert found.colored("error") == colored
    assert "error: port-out-of-range" in found.text


def test_an_error_counts_more_than_a_warning() -> None:
    findings = [
        finding("Nlb", Severity.WARNING),
        finding("Nlb"),
        finding("Service", Severity.WARNING),
    ]
    found = drawn(stack(), findings=findings)
    assert found.colored("error") == {NLB}
    assert found.colored("warning") == {"Endpoint service Service"}
    lines = found.node("Network Load Balancer").split("<br/>")
    assert lines[-2:] == ["error: port-out-of-range", "warning: port-out-of-range"]


def test_a_box_shows_the_worst_of_its_findings() -> None:
    findings = [finding("Clients", Severity.WARNING), finding("Clients"), finding("Clients")]
    found = drawn(consumer(), findings=findings)
    assert found.colored("error") == {"VPC_Clients_10_1_0_0_16"}
    (title,) = (it for it in found.boxes if it.startswith("VPC"))
    assert title.count("port-out-of-range") == 2


@pytest.mark.parametrize("logical_id", ["Bucket", "Missing", "Unrelated"])
def test_findings_about_what_is_not_drawn_are_noted(logical_id: str) -> None:
    template = stack()
    template["Resources"]["Bucket"] = resource("AWS::S3::Bucket")
    template["Resources"]["Unrelated"] = resource("AWS::EC2::VPC", CidrBlock="10.7.0.0/16")
    found = drawn(template, findings=[finding(logical_id, Severity.WARNING)])
    assert found.colored("warning") == {"Findings elsewhere warning: port-out-of-range"}


def test_a_vpc_connects_nothing() -> None:
    template = consumer()
    template["Resources"]["Other"] = resource("AWS::EC2::SecurityGroup", VpcId=ref("Clients"))
    found = drawn(template, findings=[finding("Other")])
    assert found.colored("error") == {"Findings elsewhere error: port-out-of-range"}


def test_what_the_checks_find_is_colored() -> None:
    template = stack()
    template["Resources"]["Permissions"]["Properties"]["AllowedPrincipals"] = ["nobody"]
    text = draw({"": template}, findings=check_template(template, region="eu-west-1"))
    assert "class service_Service error" in text


def test_endpoints_with_findings_are_drawn_apart_from_others() -> None:
    template = estate()
    there = template["Resources"]
    there["Logs"] = {
        **there["Kms"],
        "Properties": {
            **there["Kms"]["Properties"],
            "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.logs"},
        },
    }
    assert "2 interface endpoints" in drawn(template).text
    found = drawn(template, findings=[finding("Logs")])
    assert found.colored("error") == {"Interface endpoint logs"}


def test_what_waits_is_marked_by_the_color_of_its_line() -> None:
    found = drawn(provider(), consumer(IMPORTED))
    (style,) = (line for line in found.text.splitlines() if "linkStyle" in line)
    waiting = [at for at, edge in enumerate(found.edges) if edge[2] == "waits for acceptance"]
    assert style.split()[1] == ",".join(map(str, waiting))
