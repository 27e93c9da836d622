"""The tool that tells from two templates what an update would replace."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from tests.support import replacement
from tests.support.replacement import assert_nothing_is_replaced, assert_update_is_safe, compare

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"

BASE: dict[str, Any] = {
    "Resources": {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Subnet": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "CidrBlock": "10.0.0.0/24",
                "AvailabilityZone": "us-east-1a",
            },
        },
        "Nlb": {
            "Type": LOAD_BALANCER,
            "Properties": {
                "Type": "network",
                "Scheme": "internal",
                "Subnets": [{"Ref": "Subnet"}],
                "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
            },
        },
        "Group": {
            "Type": TARGET_GROUP,
            "Properties": {"Port": 443, "Protocol": "TCP", "VpcId": {"Ref": "Vpc"}},
        },
        "Listener": {
            "Type": "AWS::ElasticLoadBalancingV2::Listener",
            "Properties": {
                "LoadBalancerArn": {"Ref": "Nlb"},
                "DefaultActions": [{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}],
            },
        },
        "Service": {
            "Type": "AWS::EC2::VPCEndpointService",
            "Properties": {"NetworkLoadBalancerArns": [{"Ref": "Nlb"}]},
        },
        "Permissions": {
            "Type": "AWS::EC2::VPCEndpointServicePermissions",
            "Properties": {"ServiceId": {"Ref": "Service"}, "AllowedPrincipals": ["*"]},
        },
    }
}


def with_properties(logical_id: str, **properties: Any) -> dict[str, Any]:
    """Return the base template with some properties set, or dropped when None."""
    template = copy.deepcopy(BASE)
    target = template["Resources"][logical_id]["Properties"]
    target.update(properties)
    for name, value in properties.items():
        if value is None:
            del target[name]
    return template


def with_resource(logical_id: str, resource_type: str, **properties: Any) -> dict[str, Any]:
    template = copy.deepcopy(BASE)
    template["Resources"][logical_id] = {"Type": resource_type, "Properties": properties}
    return template


def single(resource_type: str, **properties: Any) -> dict[str, Any]:
    return {"Resources": {"It": {"Type": resource_type, "Properties": properties}}}


def test_equal_templates_change_nothing() -> None:
    assert compare(BASE, copy.deepcopy(BASE)) == replacement.Comparison()


def test_nothing_changed_is_said_in_words() -> None:
    assert str(compare(BASE, BASE)) == "nothing changes"


def test_property_updated_in_place_is_no_replacement() -> None:
    comparison = compare(BASE, with_properties("Permissions", AllowedPrincipals=["a"]))
    assert (comparison.changed, comparison.replaced) == (("Permissions",), ())


def test_create_only_property_replaces() -> None:
    comparison = compare(BASE, with_properties("Nlb", Scheme="internet-facing"))
    assert comparison.replaced[0].logical_id == "Listener"
    assert comparison.replaced[1].resource_type == LOAD_BALANCER
    assert comparison.replaced[1].reasons == (
        'Scheme changes from "internal" to "internet-facing"',
    )


def test_added_create_only_property_replaces() -> None:
    comparison = compare(BASE, with_properties("Group", TargetType="ip"))
    assert comparison.replaced[0].reasons == ('TargetType is added as "ip"',)


def test_dropped_create_only_property_replaces() -> None:
    comparison = compare(BASE, with_properties("Nlb", Scheme=None))
    assert comparison.replaced[1].reasons == ('Scheme is dropped, it was "internal"',)


def test_replacement_reaches_dependents_of_dependents() -> None:
    comparison = compare(BASE, with_properties("Vpc", CidrBlock="10.1.0.0/16"))
    assert comparison.replaced_ids == ("Group", "Subnet", "Vpc")
    assert comparison.replaced[1].reasons == ("VpcId uses Vpc, which gets a new value",)


def test_user_of_a_replaced_resource_changes_in_place_where_that_suffices() -> None:
    comparison = compare(BASE, with_properties("Nlb", Scheme="internet-facing"))
    assert "Service" in comparison.changed
    assert "Service" not in comparison.replaced_ids


def test_type_change_is_a_replacement() -> None:
    after = copy.deepcopy(BASE)
    after["Resources"]["Service"]["Type"] = "AWS::EC2::VPCEndpoint"
    replaced = compare(BASE, after).replaced
    assert [item.logical_id for item in replaced] == ["Permissions", "Service"]
    assert "which CloudFormation refuses" in replaced[1].reasons[0]


def test_added_and_removed_resources_are_listed() -> None:
    after = with_resource("New", "AWS::SNS::Topic")
    del after["Resources"]["Permissions"]
    comparison = compare(BASE, after)
    assert (comparison.added, comparison.removed) == (("New",), ("Permissions",))
    assert "Permissions (AWS::EC2::VPCEndpointServicePermissions) is removed" in str(comparison)


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Sub": "${Vpc}"},
        {"Fn::Sub": ["${Id}", {"Id": {"Ref": "Vpc"}}]},
        {"Fn::Join": ["", [{"Ref": "Vpc"}]]},
        {"Fn::GetAtt": ["Vpc", "VpcId"]},
        {"Fn::GetAtt": "Vpc.VpcId"},
        {"Fn::Sub": "${Vpc.VpcId}"},
        {"Fn::If": ["Always", {"Ref": "Vpc"}, "vpc-1"]},
        {"Fn::Select": [0, [{"Ref": "Vpc"}]]},
    ],
    ids=["sub", "sub-variable", "join", "getatt", "getatt-string", "sub-getatt", "if", "select"],
)
def test_every_way_to_refer_is_followed(value: Any) -> None:
    before, after = (
        with_resource("User", "AWS::EC2::SecurityGroup", GroupDescription="x", VpcId=value)
        for _ in range(2)
    )
    after["Resources"]["Vpc"]["Properties"]["CidrBlock"] = "10.1.0.0/16"
    assert "User" in compare(before, after).replaced_ids


def test_literal_placeholder_is_no_reference() -> None:
    before, after = (
        with_resource("User", "AWS::SSM::Parameter", Name={"Fn::Sub": "${!Vpc}"}) for _ in range(2)
    )
    after["Resources"]["Vpc"]["Properties"]["CidrBlock"] = "10.1.0.0/16"
    assert "User" not in compare(before, after).changed


def test_attribute_that_repeats_an_unchanged_property_is_not_new() -> None:
    zone = {"Fn::GetAtt": ["Subnet", "AvailabilityZone"]}
    before, after = (
        with_resource("Twin", "AWS::EC2::Subnet", VpcId="vpc-1", AvailabilityZone=zone)
        for _ in range(2)
    )
    after["Resources"]["Subnet"]["Properties"]["CidrBlock"] = "10.0.9.0/24"
    assert compare(before, after).replaced_ids == ("Subnet",)


def test_attribute_that_repeats_a_changed_property_is_new() -> None:
    zone = {"Fn::GetAtt": ["Subnet", "AvailabilityZone"]}
    before, after = (
        with_resource("Twin", "AWS::EC2::Subnet", VpcId="vpc-1", AvailabilityZone=zone)
        for _ in range(2)
    )
    after["Resources"]["Subnet"]["Properties"]["AvailabilityZone"] = "us-east-1b"
    assert compare(before, after).replaced_ids == ("Subnet", "Twin")


def test_attribute_that_repeats_a_reference_follows_it() -> None:
    vpc = {"Fn::GetAtt": ["Subnet", "VpcId"]}
    before, after = (
        with_resource("Twin", "AWS::EC2::Subnet", VpcId=vpc, CidrBlock="10.0.1.0/24")
        for _ in range(2)
    )
    after["Resources"]["Vpc"]["Properties"]["CidrBlock"] = "10.1.0.0/16"
    assert "Twin" in compare(before, after).replaced_ids


def test_attribute_that_follows_an_updated_property_may_replace() -> None:
    name = {"Fn::GetAtt": ["Service", "PrivateDnsNameConfiguration.Name"]}
    before, after = (
        with_resource("Record", "AWS::Route53::RecordSet", Name=name, Type="TXT") for _ in range(2)
    )
    after["Resources"]["Service"]["Properties"]["PrivateDnsName"] = "a.example.com"
    (found,) = compare(before, after).replaced
    assert (found.logical_id, found.certain) == ("Record", False)


def test_what_may_be_replaced_reaches_its_dependents_as_maybe() -> None:
    before, after = (
        {
            "Resources": {
                "Rule": {
                    "Type": "AWS::Route53Resolver::ResolverRule",
                    "Properties": {"RuleType": "FORWARD", "DomainName": name},
                },
                "Association": {
                    "Type": "AWS::Route53Resolver::ResolverRuleAssociation",
                    "Properties": {"ResolverRuleId": {"Ref": "Rule"}, "VPCId": "vpc-1"},
                },
            }
        }
        for name in ("a.example.com", "b.example.com")
    )
    comparison = compare(before, after)
    assert [(item.logical_id, item.certain) for item in comparison.replaced] == [
        ("Association", False),
        ("Rule", False),
    ]
    assert "may be replaced" in str(comparison)


def test_provider_of_a_custom_resource_may_answer_again() -> None:
    def template(value: str) -> dict[str, Any]:
        found = with_resource("Custom", "Custom::Thing", ServiceToken="arn", Value=value)
        found["Resources"]["Parameter"] = {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Name": {"Fn::GetAtt": ["Custom", "Name"]}},
        }
        return found

    (found,) = compare(template("1"), template("2")).replaced
    assert (found.logical_id, found.certain) == ("Parameter", False)


def test_type_without_schema_may_be_replaced() -> None:
    (found,) = compare(single("Acme::Own::Type", A=1), single("Acme::Own::Type", A=2)).replaced
    assert (found.certain, found.reasons) == (
        False,
        ("the registry has no schema of this type",),
    )


def test_type_without_schema_changes_in_place_when_its_properties_stay() -> None:
    before, after = single("Acme::Own::Type", A=1), single("Acme::Own::Type", A=1)
    after["Resources"]["It"]["DeletionPolicy"] = "Retain"
    comparison = compare(before, after)
    assert (comparison.changed, comparison.replaced) == (("It",), ())


def test_type_that_came_late_to_the_region_is_known_all_the_same() -> None:
    before, after = (single("AWS::EC2::Subnet", VpcId=name) for name in ("vpc-1", "vpc-2"))
    assert compare(before, after, region="xx-nowhere-1").replaced[0].certain


def test_nested_create_only_property_replaces() -> None:
    before, after = (
        single("AWS::EC2::VPCEndpoint", DnsOptions={"PrivateDnsPreference": value})
        for value in ("ALL_DOMAINS", "SPECIFIED_DOMAINS_ONLY")
    )
    assert (
        "DnsOptions.PrivateDnsPreference changes" in compare(before, after).replaced[0].reasons[0]
    )


def test_neighbour_of_a_nested_create_only_property_does_not_replace() -> None:
    before, after = (
        single("AWS::EC2::VPCEndpoint", DnsOptions={"DnsRecordIpType": value})
        for value in ("ipv4", "ipv6")
    )
    assert compare(before, after).replaced == ()


def test_create_only_property_within_an_array_replaces() -> None:
    before, after = (
        single(
            "AWS::EC2::TransitGatewayConnectPeer",
            ConnectPeerConfiguration={"BgpConfigurations": [{"PeerAsn": asn}]},
        )
        for asn in (64512, 64513)
    )
    assert compare(before, after).replaced[0].certain


def test_nested_property_behind_a_condition_is_compared_whole() -> None:
    before, after = (
        single("AWS::EC2::VPCEndpoint", DnsOptions={"Fn::If": [name, {}, {"Ref": "AWS::NoValue"}]})
        for name in ("A", "B")
    )
    assert compare(before, after).replaced_ids == ("It",)


def test_path_into_a_plain_value_finds_nothing() -> None:
    before, after = (
        single("AWS::EC2::VPCEndpoint", DnsOptions=value) for value in ("odd", "still odd")
    )
    assert compare(before, after).replaced == ()


def test_order_of_keys_means_nothing() -> None:
    after = json.loads(json.dumps(BASE, sort_keys=True))
    assert compare(BASE, after).changed == ()


def test_order_of_a_list_means_nothing_where_the_schema_says_so() -> None:
    tags = BASE["Resources"]["Nlb"]["Properties"]["Tags"]
    assert compare(BASE, with_properties("Nlb", Tags=tags[::-1])).changed == ()


def test_order_of_a_list_matters_otherwise() -> None:
    actions = [{"Type": "forward", "TargetGroupArn": name} for name in ("a", "b")]
    before, after = (
        single("AWS::ElasticLoadBalancingV2::Listener", DefaultActions=value)
        for value in (actions, actions[::-1])
    )
    assert compare(before, after).changed == ("It",)


def test_no_value_is_the_same_as_nothing() -> None:
    assert compare(BASE, with_properties("Nlb", Name={"Ref": "AWS::NoValue"})).changed == ()


def test_metadata_does_not_count() -> None:
    after = copy.deepcopy(BASE)
    after["Resources"]["Nlb"]["Metadata"] = {"aws:cdk:path": "x"}
    after["Resources"]["CDKMetadata"] = {"Type": "AWS::CDK::Metadata", "Properties": {}}
    assert compare(BASE, after) == replacement.Comparison()


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("DeletionPolicy", "Retain"), ("DependsOn", "Vpc"), ("Condition", "Never")],
)
def test_attribute_of_the_resource_counts_as_change(attribute: str, value: str) -> None:
    after = copy.deepcopy(BASE)
    after["Resources"]["Nlb"][attribute] = value
    assert compare(BASE, after).changed == ("Nlb",)


def test_dependencies_are_compared_without_order() -> None:
    before, after = copy.deepcopy(BASE), copy.deepcopy(BASE)
    before["Resources"]["Nlb"]["DependsOn"] = ["Vpc", "Subnet"]
    after["Resources"]["Nlb"]["DependsOn"] = ["Subnet", "Vpc"]
    assert compare(before, after).changed == ()


def test_parameter_reaches_where_it_is_used() -> None:
    before, after = (
        {
            **with_properties("Vpc", CidrBlock={"Ref": "Cidr"}),
            "Parameters": {"Cidr": {"Type": "String", "Default": cidr}},
        }
        for cidr in ("10.0.0.0/16", "10.1.0.0/16")
    )
    assert "Vpc" in compare(before, after).replaced_ids


def test_mapping_reaches_where_it_is_used() -> None:
    before, after = (
        {
            **with_properties("Vpc", CidrBlock={"Fn::FindInMap": ["M", "a", "b"]}),
            "Mappings": {"M": {"a": {"b": cidr}}},
        }
        for cidr in ("10.0.0.0/16", "10.1.0.0/16")
    )
    assert "Vpc" in compare(before, after).replaced_ids


def test_condition_reaches_where_it_is_used() -> None:
    before, after = (
        {
            **with_properties("Vpc", CidrBlock={"Fn::If": ["Outer", "10.0.0.0/16", "10.1.0.0/16"]}),
            "Conditions": {
                "Outer": {"Fn::Not": [{"Condition": "Inner"}]},
                "Inner": {"Fn::Equals": [{"Ref": "AWS::Region"}, region]},
            },
        }
        for region in ("us-east-1", "eu-west-1")
    )
    assert "Vpc" in compare(before, after).replaced_ids


def test_statement_condition_is_no_template_condition() -> None:
    before, after = (
        single("AWS::IAM::Policy", PolicyName="x", PolicyDocument={"Condition": {"Bool": value}})
        for value in (True, False)
    )
    assert compare(before, after).changed == ("It",)


def provider(cidr: str, export: Any = "Provider:VpcId") -> dict[str, Any]:
    return {
        **with_properties("Vpc", CidrBlock=cidr),
        "Outputs": {
            "Unused": {"Value": "x"},
            "VpcId": {"Value": {"Ref": "Vpc"}, "Export": {"Name": export}},
        },
    }


def consumer(vpc: Any) -> dict[str, Any]:
    return single("AWS::EC2::SecurityGroup", GroupDescription="x", VpcId=vpc)


@pytest.mark.parametrize(
    "vpc",
    [
        {"Fn::ImportValue": "Provider:VpcId"},
        {"Fn::GetStackOutput": {"StackName": "Provider", "OutputName": "VpcId"}},
    ],
    ids=["import", "stack-output"],
)
def test_replacement_crosses_stacks(vpc: Any) -> None:
    before, after = (
        {"Provider": provider(cidr), "Consumer": consumer(vpc)}
        for cidr in ("10.0.0.0/16", "10.1.0.0/16")
    )
    assert "Consumer/It" in compare(before, after).replaced_ids


def test_export_name_may_be_computed() -> None:
    name = {"Fn::Sub": "${AWS::StackName}:VpcId"}
    before, after = (
        {"Provider": provider(cidr, name), "Consumer": consumer({"Fn::ImportValue": name})}
        for cidr in ("10.0.0.0/16", "10.1.0.0/16")
    )
    assert "Consumer/It" in compare(before, after).replaced_ids


def test_renamed_export_of_the_same_value_changes_nothing() -> None:
    before, after = (
        {"Provider": provider("10.0.0.0/16", name), "Consumer": consumer({"Fn::ImportValue": name})}
        for name in ("a", "b")
    )
    assert compare(before, after).changed == ()


@pytest.mark.parametrize(
    "call",
    [
        {"Fn::ImportValue": "Elsewhere"},
        {"Fn::GetStackOutput": {"StackName": "Elsewhere", "OutputName": "VpcId"}},
        {"Fn::GetStackOutput": {"StackName": "Provider", "OutputName": "Missing"}},
    ],
    ids=["import", "stack", "output"],
)
def test_value_from_an_unknown_stack_is_compared_as_written(call: Any) -> None:
    before = {"Provider": provider("10.0.0.0/16"), "Consumer": consumer(call)}
    after = {"Provider": provider("10.0.0.0/16"), "Consumer": consumer("vpc-1")}
    assert compare(before, after).replaced_ids == ("Consumer/It",)


def test_fails_when_conditions_lead_back_to_themselves() -> None:
    template = {
        **with_properties("Vpc", CidrBlock={"Fn::If": ["A", "x", "y"]}),
        "Conditions": {"A": {"Condition": "A"}},
    }
    with pytest.raises(ValueError, match="lead back to themselves"):
        compare(template, template)


def test_fails_when_an_unsafe_update_is_asserted_to_be_safe() -> None:
    with pytest.raises(AssertionError, match="the update is not safe") as caught:
        assert_update_is_safe(BASE, with_properties("Nlb", Scheme="internet-facing"))
    assert "Listener (AWS::ElasticLoadBalancingV2::Listener) is replaced" in str(caught.value)
    assert "Service (AWS::EC2::VPCEndpointService) is changed in place" in str(caught.value)


def test_fails_when_a_resource_gets_a_new_id() -> None:
    after = copy.deepcopy(BASE)
    after["Resources"]["Renamed"] = after["Resources"].pop("Permissions")
    with pytest.raises(AssertionError, match="is Renamed the same one under a new id"):
        assert_update_is_safe(BASE, after)


def test_fails_when_a_replacement_is_asserted_not_to_be() -> None:
    with pytest.raises(AssertionError, match="may be replaced"):
        assert_nothing_is_replaced(single("Acme::Own::Type", A=1), single("Acme::Own::Type", A=2))


@pytest.mark.parametrize("allowed", ["Permissions", "Perm*", "AWS::EC2::VPCEndpointService*"])
def test_allowed_removal_passes(allowed: str) -> None:
    after = copy.deepcopy(BASE)
    del after["Resources"]["Permissions"]
    assert assert_update_is_safe(BASE, after, allowed=[allowed]).removed == ("Permissions",)


def test_allowed_replacement_passes() -> None:
    after = with_properties("Group", Port=80)
    assert assert_nothing_is_replaced(BASE, after, allowed=[TARGET_GROUP]).replaced_ids == (
        "Group",
    )


def test_long_values_are_shortened() -> None:
    after = with_properties("Vpc", CidrBlock="1" * 200)
    assert compare(BASE, after).replaced[-1].reasons[0].endswith("...")


def test_command_compares_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [str(tmp_path / name) for name in ("before.json", "after.json")]
    Path(names[0]).write_text(json.dumps(BASE))
    Path(names[1]).write_text(json.dumps(with_properties("Group", Port=80)))
    assert replacement.main(names) == 1
    assert "Port changes from 443 to 80" in capsys.readouterr().out


def test_command_compares_two_assemblies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [tmp_path / name for name in ("before", "after")]
    for name in names:
        name.mkdir()
        (name / "Stack.template.json").write_text(json.dumps(BASE))
    assert replacement.main([str(name) for name in names]) == 0
    assert capsys.readouterr().out == "nothing changes\n"
