from __future__ import annotations

from typing import Any, cast

import pytest
from tests.checks.estates import NAME, OWN_NAME, broken, endpoint, estate
from tests.checks.stacks import declared, findings, ref, resource, rules

from privatelink_constructs import check_template, check_templates
from privatelink_constructs.cloudformation.template import TemplateEnvironment

HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
ID = "vpce-svc-0123456789abcdef0"


@pytest.mark.parametrize(
    "name",
    [
        "payments",
        "com.amazonaws.vpce.eu-west-1.vpce-svc-xyz",
        f"com.amazonaws.vpce.{ID}",
        ref("Service"),
        {"Fn::GetAtt": "Service.ServiceId"},
        {"Fn::Sub": "com.amazonaws.vpce.${AWS::Region}.${Nlb}"},
        {"Fn::Join": [".", ["com.amazonaws", ref("AWS::Region"), ID]]},
        {"Fn::Sub": "com.amazonaws.vpce.eu-west-1.${Service.PrivateDnsNameConfiguration.Name}"},
    ],
)
def test_fails_when_the_service_name_is_none(name: object) -> None:
    template = estate({"Endpoint": {"ServiceName": name}})
    assert rules(template) == {"service-name-malformed"}


def test_fails_when_a_name_is_none_in_any_region() -> None:
    name = {"Fn::Sub": "com.amazonaws.vpce.${AWS::Region}.vpce-svc-xyz"}
    found = check_template(estate({"Endpoint": {"ServiceName": name}}))
    assert {each.rule for each in found} == {"service-name-malformed"}


@pytest.mark.parametrize(
    "name", ["cn.com.amazonaws.vpce.${AWS::Region}." + ID, "${Prefix}.${AWS::Region}." + ID]
)
def test_takes_names_of_an_unknown_region(name: str) -> None:
    template = estate({"Endpoint": {"ServiceName": {"Fn::Sub": name}}})
    template["Parameters"] = {"Prefix": {"Type": "String"}}
    assert check_template(template) == []


@pytest.mark.parametrize(
    "name",
    [
        OWN_NAME,
        {"Fn::Join": [".", ["com.amazonaws.vpce", ref("AWS::Region"), ref("Service")]]},
        {"Fn::GetAtt": ["Lookup", "Name"]},
        "com.amazonaws.eu-west-1.transfer.server",
    ],
)
def test_takes_names_of_services(name: object) -> None:
    changes = {"ServiceName": name, "PolicyDocument": ref("AWS::NoValue")}
    lookup = resource("Custom::Lookup", ServiceToken="token")
    assert rules(estate({"Endpoint": changes}, Lookup=lookup)) == set()


def test_fails_when_the_prefix_is_another_partitions() -> None:
    assert broken("Endpoint", ServiceName=f"cn.{NAME}") == {"service-name-partition-mismatch"}


def test_fails_when_the_service_is_in_another_partition() -> None:
    name = f"cn.com.amazonaws.vpce.cn-north-1.{ID}"
    found = broken("Endpoint", ServiceName=name, ServiceRegion="cn-north-1")
    assert found == {"region-partition-mismatch"}


@pytest.mark.parametrize("name", [NAME.replace("eu-west-1", "us-east-1"), NAME[:-1] + "f"])
def test_takes_services_of_any_region_when_the_own_is_unknown(name: str) -> None:
    assert check_template(estate({"Endpoint": {"ServiceName": name}})) == []


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        (NAME, "service-region-missing"),
        ("com.amazonaws.eu-west-1.kms", "aws-service-region-mismatch"),
    ],
)
def test_fails_when_the_other_region_is_not_stated(name: str, rule: str) -> None:
    changes = {"ServiceName": name.replace("eu-west-1", "us-east-1")}
    found = broken("Kms", **changes, PrivateDnsEnabled=False)
    assert found - {"endpoint-policy-ineffective"} == {rule}


def test_takes_a_stated_region() -> None:
    name = NAME.replace("eu-west-1", "us-east-1")
    assert broken("Endpoint", ServiceName=name, ServiceRegion="us-east-1") == set()


@pytest.mark.parametrize("stated", [ref("Region"), {"Fn::If": ["Same", ref("AWS::NoValue"), "x"]}])
def test_takes_a_stated_region_that_is_unknown(stated: object) -> None:
    name = NAME.replace("eu-west-1", "us-east-1")
    template = estate({"Endpoint": {"ServiceName": name, "ServiceRegion": stated}})
    template["Parameters"] = {"Region": {"Type": "String"}}
    assert rules(template) == set()


def test_fails_when_another_region_is_stated() -> None:
    assert broken("Endpoint", ServiceRegion="us-east-1") == {"service-region-mismatch"}


def test_fails_when_no_region_is_stated_as_one() -> None:
    found = broken("Endpoint", ServiceRegion="ireland")
    assert found == {"region-not-valid", "service-region-mismatch"}


def across(name: object, supported: object = None, stated: str | None = "eu-west-1") -> set[str]:
    """Return what is found with the consumer in a Region of its own."""
    whole = estate({"Service": {"SupportedRegions": supported}})["Resources"]
    ours = {"Clients", "ClientsA", "ClientsB", "ClientGroup", "Endpoint"}
    theirs = {
        logical_id: each
        for logical_id, each in whole.items()
        if logical_id not in {*ours, "Alias", "Inbound", "Kms", "Private", "ResolverGroup"}
    }
    whole["Endpoint"] = endpoint(name, ServiceRegion=stated)
    output = {"Value": ref("Service")}
    templates = {
        "provider": declared({"Outputs": {"Id": output}, "Resources": theirs}),
        "consumer": {"Resources": {logical_id: whole[logical_id] for logical_id in ours}},
    }
    environments = {
        "provider": TemplateEnvironment(region="eu-west-1", account="111111111111"),
        "consumer": TemplateEnvironment(region="eu-central-1", account="111111111111"),
    }
    return {each.rule for each in check_templates(templates, environments=environments)}


SERVICE_ID: dict[str, Any] = {
    "Fn::GetStackOutput": {"StackName": "provider", "OutputName": "Id", "Region": "eu-west-1"}
}
ACROSS = {"Fn::Join": ["", ["com.amazonaws.vpce.eu-west-1.", SERVICE_ID]]}


def test_takes_a_supported_region() -> None:
    assert across(ACROSS, ["eu-central-1"]) == set()


@pytest.mark.parametrize("supported", [{"Ref": "Regions"}, [{"Ref": "Regions"}]])
def test_takes_supported_regions_that_are_unknown(supported: object) -> None:
    assert across(ACROSS, supported) == set()


def test_fails_when_the_region_is_not_supported() -> None:
    assert across(ACROSS, ["us-east-1"]) == {"endpoint-region-not-supported"}


def test_fails_when_the_name_has_the_consumers_region() -> None:
    name = {"Fn::Sub": ["com.amazonaws.vpce.${AWS::Region}.${Id}", {"Id": SERVICE_ID}]}
    found = across(name, ["eu-central-1"], stated=None)
    assert found == {"service-region-mismatch"}


@pytest.mark.parametrize(
    ("logical_id", "properties"),
    [
        ("Endpoint", {"VpcId": "clients"}),
        ("Endpoint", {"SubnetIds": ["subnet-public", "subnet-0123456789abcdef0"]}),
        ("Endpoint", {"SecurityGroupIds": ["default"]}),
        ("Notification", {"ServiceId": "vpce-0123456789abcdef0"}),
        ("Notification", {"ServiceId": None, "VPCEndpointId": ID}),
        ("Permissions", {"ServiceId": "vpce-svc-payments"}),
        ("Private", {"VPCs": [{"VPCId": "clients", "VPCRegion": "eu-west-1"}]}),
        ("Inbound", {"SecurityGroupIds": ["default"]}),
        ("Nlb", {"Subnets": None, "SubnetMappings": [{"SubnetId": "subnet-a-b"}]}),
    ],
)
def test_fails_when_an_id_is_none(logical_id: str, properties: dict[str, object]) -> None:
    assert "resource-id-malformed" in broken(logical_id, **properties)


@pytest.mark.parametrize(
    ("logical_id", "properties"),
    [
        ("Endpoint", {"VpcId": ref("ClientsA")}),
        ("Endpoint", {"SubnetIds": [ref("ClientsA"), ref("ClientGroup")]}),
        ("Endpoint", {"SubnetIds": [ref("ClientsA"), {"Fn::GetAtt": "ClientsB.CidrBlock"}]}),
        ("Endpoint", {"SecurityGroupIds": [ref("Clients")]}),
        ("Notification", {"ServiceId": ref("Nlb")}),
        ("Notification", {"ServiceId": ref("Endpoint")}),
        ("Notification", {"ServiceId": None, "VPCEndpointId": ref("Service")}),
        ("Private", {"VPCs": [{"VPCId": ref("ClientsA"), "VPCRegion": "eu-west-1"}]}),
        ("Inbound", {"IpAddresses": [{"SubnetId": ref("Clients")}, {"SubnetId": ref("ClientsA")}]}),
        ("Nlb", {"SecurityGroups": [ref("Vpc")]}),
    ],
)
def test_fails_when_a_reference_is_to_the_wrong_thing(
    logical_id: str, properties: dict[str, object]
) -> None:
    assert "reference-type-mismatch" in broken(logical_id, **properties)


@pytest.mark.parametrize(
    ("logical_id", "properties"),
    [
        ("Endpoint", {"VpcId": {"Fn::GetAtt": "ClientsA.VpcId"}}),
        ("Endpoint", {"VpcId": {"Fn::GetAtt": "Clients.VpcId"}}),
        ("Endpoint", {"SecurityGroupIds": [{"Fn::GetAtt": "ClientGroup.GroupId"}]}),
        ("Notification", {"ServiceId": {"Fn::GetAtt": "Service.ServiceId"}}),
    ],
)
def test_takes_attributes_that_are_ids(logical_id: str, properties: dict[str, object]) -> None:
    assert broken(logical_id, **properties) == set()


def elsewhere(kind: str, **more: object) -> dict[str, Any]:
    return resource(kind, VpcId=ref("Vpc"), **more)


def test_fails_when_a_group_is_of_another_vpc() -> None:
    changes = {"Endpoint": {"SecurityGroupIds": [ref("Group")]}}
    found = findings(estate(changes))
    assert [each.rule for each in found] == ["security-group-vpc-mismatch"]
    assert found[0].property_path == "Properties.SecurityGroupIds.0"
    assert "Group belongs to Vpc, but the endpoint is in Clients" in found[0].message


ASSOCIATION = "AWS::EC2::SecurityGroupVpcAssociation"


@pytest.mark.parametrize("vpc", [ref("Clients"), ref("Parameter")])
def test_takes_a_group_that_is_associated_with_the_vpc(vpc: object) -> None:
    association = resource(ASSOCIATION, GroupId=ref("Group"), VpcId=vpc)
    changes = {"Endpoint": {"SecurityGroupIds": [ref("Group")]}}
    assert rules(estate(changes, Association=association)) == set()


def test_fails_when_a_group_is_associated_with_another_vpc() -> None:
    association = resource(ASSOCIATION, GroupId=ref("Group"), VpcId=ref("Other"))
    other = resource("AWS::EC2::VPC", CidrBlock="10.5.0.0/16")
    changes = {"Endpoint": {"SecurityGroupIds": [ref("Group")]}}
    template = estate(changes, Association=association, Other=other)
    assert rules(template) == {"security-group-vpc-mismatch"}


def test_fails_when_a_subnet_is_of_another_vpc() -> None:
    subnets = [ref("ClientsA"), ref("SubnetB")]
    assert broken("Endpoint", SubnetIds=subnets) == {"subnet-vpc-mismatch"}


def test_fails_when_a_load_balancers_group_is_of_another_vpc() -> None:
    assert broken("Nlb", SecurityGroups=[ref("ClientGroup")]) == {"security-group-vpc-mismatch"}


def test_fails_when_a_resolvers_group_is_of_another_vpc() -> None:
    assert broken("ResolverGroup", VpcId=ref("Vpc")) == {"security-group-vpc-mismatch"}


def test_fails_when_literal_vpcs_differ() -> None:
    changes = {
        "Endpoint": {"VpcId": "vpc-0123456789abcdef0"},
        "ClientGroup": {"VpcId": "vpc-0fedcba9876543210"},
        "ClientsA": {"VpcId": "vpc-0123456789abcdef0"},
        "ClientsB": {"VpcId": "vpc-0123456789abcdef0"},
    }
    template = estate(changes, ("Kms",))
    assert "security-group-vpc-mismatch" in rules(template)


@pytest.mark.parametrize("vpc", ["vpc-0123456789abcdef0", ref("Parameter"), None])
def test_takes_vpcs_that_cannot_be_compared(vpc: object) -> None:
    template = estate({"ClientGroup": {"VpcId": vpc}})
    template["Parameters"] = {"Parameter": {"Type": "AWS::EC2::VPC::Id"}}
    assert rules(template) == set()


def test_takes_load_balancers_without_groups() -> None:
    assert broken("Nlb", SecurityGroups=None) == set()


def test_tells_vpcs_of_two_stacks_apart() -> None:
    network = {
        "Outputs": {
            name: {"Value": ref(name), "Export": {"Name": name}} for name in ("Clients", "Group")
        },
        "Resources": {
            "Clients": resource("AWS::EC2::VPC", CidrBlock="10.3.0.0/16"),
            "Group": resource(
                "AWS::EC2::SecurityGroup",
                GroupDescription="clients",
                VpcId=ref("Clients"),
                SecurityGroupIngress=[{"IpProtocol": "-1", "CidrIp": "10.3.0.0/16"}],
            ),
        },
    }
    imported = [{"Fn::ImportValue": "Group"}]
    ours = estate({"Endpoint": {"SecurityGroupIds": imported}})
    found = check_templates({"network": network, "ours": ours}, region="eu-west-1")
    assert [each.rule for each in found] == ["security-group-vpc-mismatch"]
    assert "belongs to Clients of network, but the endpoint is in Clients" in found[0].message


@pytest.mark.parametrize(
    "name",
    [
        "com.amazonaws.${AWS::Region}.${Service}",
        "com.amazonaws.vpce.${AWS::Region}.${Nlb}",
        "com.amazonaws.vpce.${AWS::Region}.${Topic}",
        "com.amazonaws.vpce.${Service}.${AWS::Region}",
        "com.amazonaws.vpce..${AWS::Region}.${Service}",
    ],
)
@pytest.mark.parametrize("region", [None, "eu-west-1"])
def test_fails_when_a_reference_makes_no_name(name: str, region: str | None) -> None:
    template = estate({"Endpoint": {"ServiceName": {"Fn::Sub": name}}})
    found = check_template(template, region=region)
    assert {each.rule for each in found} == {"service-name-malformed"}


def test_takes_what_is_looked_up() -> None:
    looked_up = {"Fn::Join": ["", ["{{resolve:ssm:/", ref("AWS::StackName"), "/Id}}"]]}
    plain = {"Fn::Join": ["", ["{{resolve:ssm:", "/Id}}"]]}
    changes = {"ServiceName": looked_up, "SubnetIds": [looked_up, plain]}
    assert broken("Endpoint", **changes) == set()


@pytest.mark.parametrize(
    "name",
    [
        "api.aws.eu-west-1.cassandra-streams",
        "aws.api.eu-west-1.freetier",
        "com.amazonaws.savingsplans",
    ],
)
def test_takes_services_of_aws(name: str) -> None:
    assert broken("Endpoint", ServiceName=name) == set()


@pytest.mark.parametrize(
    ("region", "rule"),
    [
        ("eu-west-1a", "service-name-malformed"),
        ("eu-wst-1", "region-not-valid"),
    ],
)
def test_says_of_a_wrong_region_nothing_else(region: str, rule: str) -> None:
    assert broken("Endpoint", ServiceName=NAME.replace("eu-west-1", region)) == {rule}


def test_warns_of_a_region_that_is_unknown() -> None:
    name = NAME.replace("eu-west-1", "eu-west-9")
    assert broken("Endpoint", ServiceName=name, ServiceRegion="eu-west-9") == {"region-unverified"}
    found = broken("Endpoint", ServiceName=name)
    assert found == {"region-unverified", "service-region-missing"}


def test_fails_when_the_name_has_another_region_than_the_service() -> None:
    name = {"Fn::Sub": "com.amazonaws.vpce.us-east-1.${Service}"}
    assert broken("Endpoint", ServiceName=name) == {"service-region-mismatch"}


TOO_MUCH = {"Fn::Sub": "com.amazonaws.vpce.${AWS::Region}.${Service}"}


@pytest.mark.parametrize(
    ("logical_id", "properties"),
    [
        ("Notification", {"ServiceId": TOO_MUCH}),
        ("Notification", {"ServiceId": NAME}),
        ("Alias", {"HostedZoneId": "orders.example.net"}),
        ("Alias", {"HostedZoneId": {"Fn::Sub": "zone-${Private}"}}),
    ],
)
def test_fails_when_there_is_no_id_whatever_the_rest(
    logical_id: str, properties: dict[str, object]
) -> None:
    assert broken(logical_id, **properties) == {"resource-id-malformed"}


@pytest.mark.parametrize(
    "zone", ["Z0123456789", "/hostedzone/Z0123456789", "DUMMY", {"Fn::Sub": "/hostedzone/${Zone}"}]
)
def test_takes_ids_of_zones(zone: object) -> None:
    template = estate({"Alias": {"HostedZoneId": zone}})
    template["Parameters"] = {"Zone": {"Type": "String"}}
    assert rules(template) == set()


@pytest.mark.parametrize(
    ("logical_id", "properties"),
    [
        ("Endpoint", {"SubnetIds": [ref("Topic"), ref("ClientsB")]}),
        ("Notification", {"ServiceId": ref("Topic")}),
        ("Alias", {"HostedZoneId": ref("Service")}),
    ],
)
def test_fails_when_a_reference_is_to_any_other_resource(
    logical_id: str, properties: dict[str, object]
) -> None:
    assert broken(logical_id, **properties) == {"reference-type-mismatch"}


def test_takes_ids_of_custom_resources() -> None:
    subnets = [ref("Lookup"), ref("ClientsB")]
    lookup = resource("AWS::CloudFormation::CustomResource", ServiceToken="token")
    assert rules(estate({"Endpoint": {"SubnetIds": subnets}}, Lookup=lookup)) == set()


WRONG = {
    "vpc": "vpc-xxxxxxxx",
    "subnet": "Test",
    "sg": "default",
    "rtb": "rtb-main",
    "pl": "s3",
    "vpce": "vpce-svc-0123456789abcdef0",
    "rslvr-rr": "rslvr-out-0123456789abcdef0",
}
RIGHT = {kind: f"{kind}-0123456789abcdef0" for kind in WRONG}
GROUP = {"GroupDescription": "clients"}
PLACES: dict[str, tuple[str, dict[str, Any]]] = {
    "security group": ("AWS::EC2::SecurityGroup", {**GROUP, "VpcId": "vpc"}),
    "group in a rule": (
        "AWS::EC2::SecurityGroup",
        {**GROUP, "SecurityGroupIngress": [{**HTTPS, "SourceSecurityGroupId": "sg"}]},
    ),
    "list in a rule": (
        "AWS::EC2::SecurityGroup",
        {**GROUP, "SecurityGroupEgress": [{**HTTPS, "DestinationPrefixListId": "pl"}]},
    ),
    "inbound rule": ("AWS::EC2::SecurityGroupIngress", {**HTTPS, "GroupId": "sg"}),
    "source": ("AWS::EC2::SecurityGroupIngress", {**HTTPS, "SourceSecurityGroupId": "sg"}),
    "outbound rule": ("AWS::EC2::SecurityGroupEgress", {**HTTPS, "GroupId": "sg"}),
    "association": ("AWS::EC2::SecurityGroupVpcAssociation", {"GroupId": "sg"}),
    "subnet": ("AWS::EC2::Subnet", {"VpcId": "vpc"}),
    "route table": ("AWS::EC2::RouteTable", {"VpcId": "vpc"}),
    "route": ("AWS::EC2::Route", {"RouteTableId": "rtb"}),
    "route to an endpoint": ("AWS::EC2::Route", {"VpcEndpointId": "vpce"}),
    "table of a subnet": ("AWS::EC2::SubnetRouteTableAssociation", {"RouteTableId": "rtb"}),
    "subnet of a table": ("AWS::EC2::SubnetRouteTableAssociation", {"SubnetId": "subnet"}),
    "target group": ("AWS::ElasticLoadBalancingV2::TargetGroup", {"VpcId": "vpc"}),
    "resolver rule": ("AWS::Route53Resolver::ResolverRuleAssociation", {"VPCId": "vpc"}),
    "rule of a vpc": (
        "AWS::Route53Resolver::ResolverRuleAssociation",
        {"ResolverRuleId": "rslvr-rr"},
    ),
    "peering": ("AWS::EC2::VPCPeeringConnection", {"VpcId": "vpc"}),
    "peer": ("AWS::EC2::VPCPeeringConnection", {"PeerVpcId": "vpc"}),
    "attachment": ("AWS::EC2::TransitGatewayAttachment", {"SubnetIds": ["subnet"]}),
    "resource gateway": ("AWS::VpcLattice::ResourceGateway", {"VpcIdentifier": "vpc"}),
    "service network": (
        "AWS::VpcLattice::ServiceNetworkVpcAssociation",
        {"SecurityGroupIds": ["sg"]},
    ),
    "profile": ("AWS::Route53Profiles::ProfileAssociation", {"ResourceId": "vpc"}),
    "gateway endpoint": (
        "AWS::EC2::VPCEndpoint",
        {
            "VpcId": ref("Clients"),
            "ServiceName": "com.amazonaws.eu-west-1.s3",
            "RouteTableIds": ["rtb"],
        },
    ),
}


def filled(properties: dict[str, Any], ids: dict[str, Any]) -> dict[str, Any]:
    """Return properties with ids in place of their kinds."""
    return {name: _filled(value, ids) for name, value in properties.items()}


def _filled(content: Any, ids: dict[str, Any]) -> Any:
    if isinstance(content, dict):
        return filled(cast("dict[str, Any]", content), ids)
    if isinstance(content, list):
        return [_filled(value, ids) for value in cast("list[Any]", content)]
    return ids.get(content, content) if isinstance(content, str) else content


@pytest.mark.parametrize("place", PLACES)
def test_each_property_takes_ids_of_its_kind(place: str) -> None:
    kind, properties = PLACES[place]
    assert rules(estate(Other=resource(kind, **filled(properties, RIGHT)))) == set()
    wrong = estate(Other=resource(kind, **filled(properties, WRONG)))
    assert rules(wrong) == {"resource-id-malformed"}


def test_takes_the_attributes_that_return_ids() -> None:
    table = resource("AWS::EC2::RouteTable", VpcId={"Fn::GetAtt": ["ClientsA", "VpcId"]})
    rule_ = resource("AWS::Route53Resolver::ResolverRule", RuleType="SYSTEM")
    uses = {
        "Route": resource("AWS::EC2::Route", RouteTableId={"Fn::GetAtt": "Table.RouteTableId"}),
        "Rule": rule_,
        "Own": resource(
            "AWS::Route53Resolver::ResolverRuleAssociation",
            ResolverRuleId={"Fn::GetAtt": ["Rule", "ResolverRuleId"]},
        ),
        "Auto": resource(
            "AWS::Route53Resolver::ResolverRuleAssociation",
            ResolverRuleId="rslvr-autodefined-rr-internet-resolver",
        ),
        "Self": resource(
            "AWS::EC2::SecurityGroupIngress",
            GroupId={"Fn::GetAtt": "ClientGroup.GroupId"},
            SourceSecurityGroupId={"Fn::GetAtt": ["Clients", "DefaultSecurityGroup"]},
            **HTTPS,
        ),
    }
    assert rules(estate({}, (), Table=table, **uses)) == set()


@pytest.mark.parametrize("place", PLACES)
def test_each_property_takes_references_to_its_kind(place: str) -> None:
    kind, properties = PLACES[place]
    for value in (ref("Parameter"), {"Fn::ImportValue": "id"}):
        template = estate(Other=resource(kind, **filled(properties, dict.fromkeys(RIGHT, value))))
        template["Parameters"] = {"Parameter": {"Type": "String"}}
        assert rules(template) == set()
    wrong = filled(properties, dict.fromkeys(RIGHT, ref("Topic")))
    assert "reference-type-mismatch" in rules(estate(Other=resource(kind, **wrong)))
