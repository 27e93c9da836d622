from __future__ import annotations

from typing import Any

import pytest
from tests.checks.estates import LABEL, PRIVATE_NAME, VALUE, broken, estate, proof
from tests.checks.stacks import findings, ref, resource, rules, with_resources

QUOTED = {"Fn::Join": ["", ['"', VALUE, '"']]}


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Payments.example.com", "private-dns-name-case-not-supported"),
        ("payments", "private-dns-name-malformed"),
        ("a.*.example.com", "private-dns-name-malformed"),
        ("co.uk", "private-dns-public-suffix-not-supported"),
    ],
)
def test_fails_when_the_name_is_wrong(name: str, rule: str) -> None:
    assert rule in broken("Service", PrivateDnsName=name)


def test_takes_a_name_that_is_unknown() -> None:
    template = estate({"Service": {"PrivateDnsName": ref("Name")}})
    template["Parameters"] = {"Name": {"Type": "String"}}
    assert rules(template) == set()


def test_fails_when_a_gateway_load_balancer_has_a_name() -> None:
    arn = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/gwy/a/0123456789"
    found = broken("Service", NetworkLoadBalancerArns=None, GatewayLoadBalancerArns=[arn])
    assert "private-dns-not-supported" in found


@pytest.mark.parametrize(
    "properties",
    [
        {"Name": {"Fn::Join": [".", [LABEL, "example.com"]]}},
        {"Name": {"Fn::Sub": "${Service.PrivateDnsNameConfiguration.Name}.payments.example.com."}},
        {"ResourceRecords": [QUOTED]},
        {"HostedZoneId": "Z0123456789"},
        {"HostedZoneId": None, "HostedZoneName": "example.com."},
        {"Name": {"Fn::Sub": "${Service.PrivateDnsNameConfiguration.Name}.${Domain}"}},
        {"Name": "_0123456789.payments.example.com"},
        {"ResourceRecords": ['"vpce:0123456789"']},
        {"ResourceRecords": [ref("Domain")]},
        {"ResourceRecords": ref("Domain")},
    ],
)
def test_takes_records_that_prove(properties: dict[str, Any]) -> None:
    template = estate({"Proof": properties})
    template["Parameters"] = {"Domain": {"Type": "String"}}
    template["Outputs"] = {"Value": {"Value": VALUE}}
    assert rules(template) == set()


def test_takes_the_record_of_a_wildcard() -> None:
    name = {"Fn::Join": [".", [LABEL, "example.com"]]}
    template = estate({"Service": {"PrivateDnsName": "*.example.com"}, "Proof": {"Name": name}})
    assert rules(template) == set()


@pytest.mark.parametrize(
    "name",
    [
        LABEL,
        {"Fn::Join": [".", [VALUE, PRIVATE_NAME]]},
        {"Fn::Join": [".", ["_vpce", LABEL, PRIVATE_NAME]]},
        {"Fn::Join": [".", [LABEL, "*.example.com"]]},
        {"Fn::Join": [".", [LABEL, "orders.example.com"]]},
        {"Fn::Join": ["", [LABEL, PRIVATE_NAME]]},
    ],
)
def test_fails_when_the_record_has_another_name(name: object) -> None:
    assert broken("Proof", Name=name) == {"verification-record-name-mismatch"}


@pytest.mark.parametrize(
    "value",
    [
        VALUE,
        {"Fn::Sub": "${Service.PrivateDnsNameConfiguration.Value}"},
        {"Fn::Join": ["", ['""', VALUE, '""']]},
    ],
)
def test_fails_when_the_value_is_not_quoted_once(value: object) -> None:
    assert broken("Proof", ResourceRecords=[value]) == {"txt-value-malformed"}


def test_fails_when_the_record_holds_the_label() -> None:
    values = [{"Fn::Join": ["", ['"', LABEL, '"']]}]
    template = estate({"Proof": {"ResourceRecords": values}})
    template["Outputs"] = {"Value": {"Value": VALUE}}
    assert rules(template) == {"verification-record-value-mismatch"}


def test_fails_when_the_record_is_of_another_type() -> None:
    assert broken("Proof", Type="CNAME") == {"verification-record-type-mismatch"}


def test_fails_when_the_zone_is_private() -> None:
    vpcs = [{"VPCId": ref("Clients"), "VPCRegion": "eu-west-1"}]
    assert broken("Public", VPCs=vpcs) == {"verification-hosted-zone-type-mismatch"}


@pytest.mark.parametrize(
    "properties",
    [{"HostedZoneId": ref("Other")}, {"HostedZoneId": None, "HostedZoneName": "a.org."}],
)
def test_fails_when_the_name_is_outside_the_zone(properties: dict[str, Any]) -> None:
    other = resource("AWS::Route53::HostedZone", Name="example.org")
    template = estate({"Proof": properties}, (), Other=other)
    assert rules(template) == {"verification-hosted-zone-mismatch"}


def test_takes_a_zone_of_unknown_name() -> None:
    assert broken("Public", Name=ref("Domain")) == set()


def second(**more: object) -> dict[str, Any]:
    """Return the estate with a second service of the same name."""
    service = resource(
        "AWS::EC2::VPCEndpointService",
        NetworkLoadBalancerArns=["arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/a/0"],
        PrivateDnsName=PRIVATE_NAME,
    )
    permissions = resource(
        "AWS::EC2::VPCEndpointServicePermissions",
        ServiceId=ref("Second"),
        AllowedPrincipals=["arn:aws:iam::222222222222:root"],
    )
    return estate({}, (), Second=service, Permitted=permissions, Other=proof(**more))


LABEL_2 = {"Fn::GetAtt": ["Second", "PrivateDnsNameConfiguration.Name"]}
VALUE_2 = {"Fn::Sub": '"${Second.PrivateDnsNameConfiguration.Value}"'}


def test_takes_a_record_for_each_service() -> None:
    name = {"Fn::Join": [".", [LABEL_2, PRIVATE_NAME]]}
    assert rules(second(Name=name, ResourceRecords=[VALUE_2])) == set()


def test_fails_when_two_services_share_a_record() -> None:
    assert rules(second(ResourceRecords=[VALUE_2])) == {"verification-record-service-conflict"}


def test_fails_when_two_services_share_a_record_of_unknown_name() -> None:
    name = {"Fn::Sub": "${Service.PrivateDnsNameConfiguration.Name}.${Domain}"}
    template = second(Name=name, ResourceRecords=[QUOTED, VALUE_2])
    template["Parameters"] = {"Domain": {"Type": "String"}}
    assert rules(template) == {"verification-record-service-conflict"}


def test_takes_records_in_zones_of_unknown_id() -> None:
    name = {"Fn::Join": [".", [LABEL_2, PRIVATE_NAME]]}
    zone = {"Fn::If": ["Here", "Z1", "Z2"]}
    assert rules(second(Name=name, ResourceRecords=[VALUE_2], HostedZoneId=zone)) == set()


def test_warns_when_nothing_publishes_the_record() -> None:
    assert rules(estate({}, ("Proof",))) == {"verification-record-missing"}


@pytest.mark.parametrize(
    "reader",
    [
        resource("Custom::Record", Value=VALUE),
        resource("AWS::SSM::Parameter", Type="String", Value=VALUE),
        resource("AWS::CloudFormation::CustomResource", ServiceId=ref("Service")),
        resource(
            "AWS::Route53::RecordSet",
            HostedZoneId="Z0123456789",
            Name="_0123.payments.example.com",
            Type="TXT",
            ResourceRecords=['"vpce:0123"'],
        ),
    ],
)
def test_takes_other_ways_to_publish_the_record(reader: dict[str, Any]) -> None:
    assert rules(estate({}, ("Proof",), Reader=reader)) == set()


def test_takes_an_output_for_a_zone_elsewhere() -> None:
    template = estate({}, ("Proof",))
    template["Outputs"] = {"Name": {"Value": LABEL}, "Value": {"Value": VALUE}}
    assert rules(template) == set()


def test_takes_records_that_cannot_be_seen() -> None:
    template = estate({}, ("Proof",), More=resource("Team::Dns::Record::MODULE"))
    assert rules(template) == set()


def test_takes_a_list_in_place_of_a_name() -> None:
    assert "private-dns-name-malformed" not in broken("Service", PrivateDnsName=[PRIVATE_NAME])


@pytest.mark.parametrize("name", ["payments", "https://payments.example.com", "co.uk"])
def test_says_of_a_malformed_name_nothing_else(name: str) -> None:
    assert len(broken("Service", PrivateDnsName=name)) == 1


def with_domain(name: str, record: str, zone: str = "${Domain}") -> dict[str, Any]:
    """Return the estate with names that end in a parameter."""
    label = "${Service.PrivateDnsNameConfiguration.Name}"
    template = estate(
        {
            "Service": {"PrivateDnsName": {"Fn::Sub": name}},
            "Proof": {"Name": {"Fn::Sub": f"{label}{record}"}},
            "Public": {"Name": {"Fn::Sub": zone}},
        }
    )
    template["Parameters"] = {"Domain": {"Type": "String"}, "Stage": {"Type": "String"}}
    return template


@pytest.mark.parametrize(
    ("name", "record", "zone"),
    [
        ("payments.${Domain}", ".payments.${Domain}", "${Domain}"),
        ("payments.${Domain}", ".${Domain}.", "${Domain}."),
        ("*.${Domain}", ".${Domain}", "${Domain}"),
        ("${Stage}.payments.${Domain}", ".payments.${Domain}", "${Domain}"),
        ("payments.${Domain}", ".payments.example.com", "example.com"),
        ("payments-${Stage}.example.com", ".payments-${Stage}.example.com", "example.com"),
    ],
)
def test_takes_names_with_parameters(name: str, record: str, zone: str) -> None:
    assert rules(with_domain(name, record, zone)) == set()


@pytest.mark.parametrize(
    ("template", "rule"),
    [
        (
            with_domain("Payments.${Domain}", ".payments.${Domain}"),
            "private-dns-name-case-not-supported",
        ),
        (with_domain("pay_ments.${Domain}", ".x.${Domain}"), "private-dns-name-malformed"),
        (
            with_domain("payments.${Domain}", ".orders.${Domain}"),
            "verification-record-name-mismatch",
        ),
        (
            with_domain("payments.${Domain}", ".payments.${Domain}", "orders.${Domain}"),
            "verification-hosted-zone-mismatch",
        ),
        (
            with_domain("${Stage}.example.com", ".${Stage}.example.com", "example.org"),
            "verification-hosted-zone-mismatch",
        ),
    ],
)
def test_fails_when_names_with_parameters_contradict(template: dict[str, Any], rule: str) -> None:
    assert rules(template) == {rule}


def test_takes_a_label_behind_something_unknown() -> None:
    name = "${Domain}${Service.PrivateDnsNameConfiguration.Name}.${Domain}"
    template = with_domain("payments.${Domain}", "")
    template["Resources"]["Proof"]["Properties"]["Name"] = {"Fn::Sub": name}
    assert rules(template) == set()


def copied(**changes: object) -> dict[str, Any]:
    """Return a record that somebody has written from what AWS gave."""
    changes = {"ResourceRecords": ['"vpce:0123456789"'], **changes}
    return {"Name": "_0123456789.payments.example.com", **changes}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"ResourceRecords": ["vpce:0123456789"]}, "txt-value-malformed"),
        ({"Type": "CNAME"}, "verification-record-type-mismatch"),
        ({"Name": "payments.example.com"}, "verification-record-name-mismatch"),
        (
            {"HostedZoneId": ref("Private"), "Name": "_0.example.com"},
            "verification-hosted-zone-type-mismatch",
        ),
    ],
)
def test_fails_when_a_copied_verification_is_wrong(changes: dict[str, object], rule: str) -> None:
    template = estate({"Private": {"Name": "example.com"}, "Proof": copied(**changes)}, ("Alias",))
    assert rules(template) == {rule}


@pytest.mark.parametrize("name", ["_0123456789.orders.example.com", "_0123456789", ref("Name")])
def test_takes_a_copied_verification_of_another_service(name: object) -> None:
    template = estate({"Proof": copied(Name=name, ResourceRecords=["vpce:0123456789"])})
    template["Parameters"] = {"Name": {"Type": "String"}}
    assert rules(template) <= {"record-hosted-zone-mismatch"}


def test_fails_when_the_record_holds_the_value_of_a_service_without_a_name() -> None:
    template = second()
    del template["Resources"]["Second"]["Properties"]["PrivateDnsName"]
    del template["Resources"]["Other"]
    template["Resources"]["Proof"]["Properties"]["ResourceRecords"] = [VALUE_2]
    assert rules(template) == {"verification-record-value-mismatch"}


def test_fails_when_the_record_is_called_by_the_services_id() -> None:
    assert broken("Proof", Name={"Fn::Sub": "${Service}.payments.example.com"}) == {
        "verification-record-name-mismatch"
    }


def test_takes_a_name_that_is_looked_up() -> None:
    looked_up = {"Fn::Sub": "{{resolve:ssm:/${AWS::StackName}/Name}}"}
    assert broken("Service", PrivateDnsName=looked_up) == set()


REMOVAL = '{"action":"modifyVpcEndpointServiceConfiguration","parameters":{"%s":true}}'


@pytest.mark.parametrize("kind", ["Custom::AWS", "AWS::CloudFormation::CustomResource"])
@pytest.mark.parametrize(
    ("delete", "policy", "right"),
    [
        (REMOVAL % "RemovePrivateDnsName", None, False),
        ({"Fn::Sub": REMOVAL % "RemovePrivateDnsName"}, "Delete", False),
        ({"parameters": {"RemovePrivateDnsName": "TRUE:BOOLEAN"}}, None, False),
        (REMOVAL % "RemovePrivateDnsName", "Retain", True),
        (REMOVAL % "RemovePrivateDnsName", "RetainExceptOnCreate", True),
        (REMOVAL % "DryRun", None, True),
        (None, None, True),
        ({"Ref": "Call"}, None, True),
    ],
)
def test_fails_when_a_custom_resource_takes_the_name_with_it(
    kind: str, delete: object, policy: str | None, *, right: bool
) -> None:
    custom = resource(kind, ServiceToken="arn:aws:lambda:eu-west-1:111111111111:function:aws")
    if delete is not None:
        custom["Properties"]["Delete"] = delete
    if policy is not None:
        custom["DeletionPolicy"] = policy
    found = {it.rule for it in findings(with_resources(Custom=custom))}
    assert found == (set[str]() if right else {"private-dns-removal-conflict"})


@pytest.mark.parametrize("name", ["payments.corp.internal", {"Fn::Sub": "${AWS::Region}.local"}])
def test_fails_when_a_name_is_not_in_public_dns(name: object) -> None:
    assert "private-dns-domain-not-supported" in broken("Service", PrivateDnsName=name)
