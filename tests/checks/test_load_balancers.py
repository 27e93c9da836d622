from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import (
    changed,
    exported,
    findings,
    listener,
    ref,
    resource,
    rules,
    stack,
    with_resources,
)

ENFORCE = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"


def ingress(**rule: object) -> dict[str, Any]:
    return changed("Group", SecurityGroupIngress=[rule])


def unrelated(*subnets: str, kind: str = "network", **more: object) -> dict[str, Any]:
    """Return a load balancer that no service has."""
    return resource(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Type=kind,
        Scheme="internet-facing",
        Subnets=[ref(subnet) for subnet in subnets],
        **more,
    )


@pytest.mark.parametrize(
    "rule",
    [
        {"IpProtocol": "tcp", "FromPort": "443", "ToPort": "443", "CidrIp": "10.0.0.0/8"},
        {"IpProtocol": "6", "FromPort": 1, "ToPort": 1024, "CidrIp": ref("Clients")},
        {"IpProtocol": -1, "SourcePrefixListId": "pl-0123456789abcdef0"},
        {"IpProtocol": "tcp", "FromPort": -1, "ToPort": -1, "CidrIp": "10.0.0.0/8"},
        {"IpProtocol": "tcp", "FromPort": ref("Port"), "ToPort": ref("Port")},
        {"IpProtocol": ref("Protocol")},
        {"Fn::If": ["Open", {"IpProtocol": "-1"}, ref("AWS::NoValue")]},
    ],
)
def test_takes_groups_that_open_the_port(rule: dict[str, object]) -> None:
    assert rules(ingress(**rule)) == set()


@pytest.mark.parametrize(
    "rule",
    [
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "10.0.0.0/8"},
        {"IpProtocol": "udp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"},
        {"IpProtocol": "icmp", "FromPort": 8, "ToPort": 0, "CidrIp": "10.0.0.0/8"},
    ],
)
def test_fails_when_the_group_opens_another_port(rule: dict[str, object]) -> None:
    assert rules(ingress(**rule)) == {"load-balancer-port-closed"}


@pytest.mark.parametrize("enforce", [None, "on"])
def test_fails_when_the_group_opens_nothing(enforce: str | None) -> None:
    template = changed("Group", SecurityGroupIngress=None)
    template["Resources"]["Nlb"]["Properties"][ENFORCE] = enforce
    assert rules(template) == {"load-balancer-port-closed"}


def test_fails_when_only_tcp_is_open_for_both_protocols() -> None:
    template = changed("Listener", Protocol="TCP_UDP")
    template["Resources"]["Targets"]["Properties"]["Protocol"] = "TCP_UDP"
    (finding,) = findings(template)
    assert finding.rule == "load-balancer-port-closed"
    assert "UDP port 443" in finding.message


@pytest.mark.parametrize("enforce", ["off", ref("Enforce")])
def test_takes_closed_groups_that_are_not_enforced(enforce: object) -> None:
    template = changed("Group", SecurityGroupIngress=None)
    template["Resources"]["Nlb"]["Properties"][ENFORCE] = enforce
    assert rules(template) == set()


def test_takes_rules_of_their_own() -> None:
    template = with_resources(
        changed("Group", SecurityGroupIngress=None),
        Rule=resource(
            "AWS::EC2::SecurityGroupIngress",
            GroupId={"Fn::GetAtt": ["Group", "GroupId"]},
            IpProtocol="tcp",
            FromPort=443,
            ToPort=443,
            CidrIp="10.1.0.0/16",
        ),
    )
    assert rules(template) == set()


def test_fails_when_a_rule_of_another_group_opens_the_port() -> None:
    template = with_resources(
        changed("Group", SecurityGroupIngress=None),
        Rule=resource(
            "AWS::EC2::SecurityGroupIngress",
            GroupId="sg-0123456789abcdef0",
            SourceSecurityGroupId=ref("Group"),
            IpProtocol="-1",
        ),
    )
    assert rules(template) == {"load-balancer-port-closed"}


@pytest.mark.parametrize("groups", [ref("Groups"), [ref("Elsewhere")], ["sg-0123456789abcdef0"]])
def test_says_nothing_of_groups_elsewhere(groups: object) -> None:
    assert rules(changed("Nlb", SecurityGroups=groups)) == set()


def test_says_nothing_of_groups_that_others_may_open() -> None:
    template = changed("Group", SecurityGroupIngress=None)
    template["Outputs"] = {"Group": exported({"Fn::GetAtt": ["Group", "GroupId"]})}
    assert rules(template) == set()


def test_says_nothing_of_rules_that_are_a_parameter() -> None:
    assert rules(changed("Group", SecurityGroupIngress=ref("Rules"))) == set()


@pytest.mark.parametrize("source", [{"CidrIp": "0.0.0.0/0"}, {"CidrIpv6": "::/0"}])
def test_fails_when_the_group_is_open_to_the_world(source: dict[str, str]) -> None:
    template = ingress(IpProtocol="tcp", FromPort=443, ToPort=443, **source)
    template["Resources"]["Nlb"]["Properties"][ENFORCE] = "off"
    (finding,) = findings(template)
    assert finding.rule == "client-cidr-open-to-world"
    assert finding.logical_id == "Group"
    assert finding.property_path == "Properties.SecurityGroupIngress.0"


def test_fails_when_a_range_is_malformed() -> None:
    template = ingress(IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="10.0.0.0")
    assert rules(template) == {"cidr-malformed"}


def test_fails_when_enforcement_has_no_group() -> None:
    template = changed("Nlb", SecurityGroups=None, **{ENFORCE: "on"})
    assert rules(template) == {"inbound-rules-enforcement-ineffective"}


def test_takes_a_load_balancer_without_group() -> None:
    assert rules(changed("Nlb", SecurityGroups=None)) == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AvailabilityZone", "eu-west-1a"),
        ("AvailabilityZone", ref("Zone")),
        ("AvailabilityZoneId", "euw1-az1"),
    ],
)
def test_fails_when_two_subnets_are_in_one_zone(name: str, value: object) -> None:
    template = stack()
    for subnet in ("SubnetA", "SubnetB"):
        del template["Resources"][subnet]["Properties"]["AvailabilityZone"]
        template["Resources"][subnet]["Properties"][name] = value
    assert rules(template) == {"subnet-zone-duplicate"}


def test_fails_when_a_subnet_is_given_twice() -> None:
    found = findings(changed("Nlb", Subnets=["subnet-1", "subnet-1"]))
    (duplicate,) = (each for each in found if each.rule == "subnet-zone-duplicate")
    assert duplicate.message == "2 subnets are in the same Availability Zone."


def test_fails_when_two_mappings_are_in_one_zone() -> None:
    mappings = [{"SubnetId": ref("SubnetA")}, {"SubnetId": ref("SubnetA")}]
    (finding,) = findings(changed("Nlb", Subnets=None, SubnetMappings=mappings))
    assert finding.rule == "subnet-zone-duplicate"
    assert finding.property_path == "Properties.SubnetMappings"


def test_takes_subnets_without_a_zone() -> None:
    template = stack()
    for subnet in ("SubnetA", "SubnetB"):
        del template["Resources"][subnet]["Properties"]["AvailabilityZone"]
    assert rules(template) == set()


def test_fails_when_an_unrelated_load_balancer_has_two_subnets_of_a_zone() -> None:
    template = with_resources(Other=unrelated("SubnetA", "SubnetA"))
    assert rules(template) == {"subnet-zone-duplicate"}


def test_says_nothing_of_application_load_balancers() -> None:
    template = with_resources(
        Other=unrelated("SubnetA", "SubnetA", kind="application", IpAddressType="odd")
    )
    assert rules(template) == set()


def test_fails_when_there_is_no_subnet() -> None:
    assert rules(changed("Nlb", Subnets=None)) == {"load-balancer-subnet-missing"}


def test_fails_when_the_address_type_is_not_for_it() -> None:
    template = changed("Nlb", IpAddressType="dualstack-without-public-ipv4")
    assert rules(template) == {"load-balancer-address-type-not-supported"}


def attributes(**values: object) -> list[dict[str, object]]:
    return [{"Key": key.replace("__", "."), "Value": value} for key, value in values.items()]


def test_fails_when_there_are_too_many_secondary_addresses() -> None:
    more = attributes(secondary_ips__auto_assigned__per_subnet="8")
    assert rules(changed("Nlb", LoadBalancerAttributes=more)) == {"secondary-ips-out-of-range"}


def test_takes_secondary_addresses() -> None:
    more = attributes(secondary_ips__auto_assigned__per_subnet=7)
    assert rules(changed("Nlb", LoadBalancerAttributes=more)) == set()


LOGS = "AWS::S3::BucketPolicy"


def logging(bucket: dict[str, Any] | None = None, **policy: Any) -> dict[str, Any]:
    """Return the stack with a TLS listener, access logs and a bucket for them."""
    template = changed(
        "Nlb",
        LoadBalancerAttributes=[
            {"Key": "access_logs.s3.bucket", "Value": ref("Logs")},
            {"Key": "access_logs.s3.enabled", "Value": "true"},
        ],
    )
    template["Resources"]["Listener"] = listener(
        "Nlb",
        443,
        "Targets",
        "TLS",
        Certificates=[{"CertificateArn": ref("Certificate")}],
        SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
    )
    template["Resources"]["Logs"] = resource("AWS::S3::Bucket", **(bucket or {}))
    if policy:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": "s3:PutObject",
            **policy,
        }
        document = {"Version": "2012-10-17", "Statement": [statement]}
        template["Resources"]["LogsPolicy"] = resource(
            LOGS, Bucket=ref("Logs"), PolicyDocument=document
        )
    return template


@pytest.mark.parametrize(
    "policy",
    [
        {"Action": "s3:PutObject"},
        {"Action": ["s3:GetBucketAcl", "s3:Put*"]},
        {"Action": "*", "Principal": "*"},
        {"Principal": {"Service": ["logs.amazonaws.com", "delivery.logs.amazonaws.com"]}},
        {"Principal": {"Service": {"Fn::Sub": "delivery.logs.${AWS::URLSuffix}"}}},
        {"Principal": {"AWS": "*"}},
        {"Principal": ref("Principal")},
        {"Principal": {"Service": [ref("Principal")]}},
        {"Principal": {"Service": ref("Principals")}},
        {"Effect": ref("Effect")},
        {"Action": [ref("Action")]},
        {"Action": {"Fn::Split": [",", ref("Actions")]}},
        {"Action": None, "NotAction": "s3:DeleteObject"},
        {"Principal": None, "NotPrincipal": {"AWS": "222222222222"}},
    ],
)
def test_takes_buckets_that_admit_log_delivery(policy: dict[str, Any]) -> None:
    assert rules(logging(**policy)) == set()


@pytest.mark.parametrize(
    "policy",
    [
        {"Effect": "Deny"},
        {"Action": "s3:GetBucketAcl"},
        {"Principal": {"Service": "cloudtrail.amazonaws.com"}},
        {"Principal": {"AWS": "arn:aws:iam::156460612806:root"}},
        {"Principal": None},
    ],
)
def test_fails_when_the_policy_does_not_admit_log_delivery(policy: dict[str, Any]) -> None:
    assert rules(logging(**policy)) == {"access-logs-bucket-closed"}


def test_fails_when_the_bucket_has_no_policy() -> None:
    assert rules(logging()) == {"access-logs-bucket-closed"}


def test_says_nothing_of_policies_that_are_not_known() -> None:
    template = logging(Action="s3:GetBucketAcl")
    template["Resources"]["LogsPolicy"]["Properties"]["PolicyDocument"] = ref("Policy")
    assert rules(template) == set()


def test_says_nothing_of_buckets_that_others_may_open() -> None:
    template = logging()
    template["Outputs"] = {"Logs": exported(ref("Logs"))}
    assert rules(template) == set()


def encrypted(default: dict[str, object]) -> dict[str, Any]:
    rule = {"ServerSideEncryptionByDefault": default}
    return {"BucketEncryption": {"ServerSideEncryptionConfiguration": [rule]}}


@pytest.mark.parametrize(
    "default",
    [
        {"SSEAlgorithm": "aws:kms"},
        {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/aws/s3"},
        {"SSEAlgorithm": "aws:kms:dsse"},
    ],
)
def test_fails_when_the_bucket_has_the_managed_key(default: dict[str, object]) -> None:
    template = logging(encrypted(default), Action="s3:PutObject")
    assert rules(template) == {"access-logs-key-not-supported"}


def test_takes_a_bucket_without_kms() -> None:
    assert rules(logging(encrypted({"SSEAlgorithm": "AES256"}), Action="s3:PutObject")) == set()


def with_key(**statement: object) -> dict[str, Any]:
    bucket = encrypted(
        {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Fn::GetAtt": ["Key", "Arn"]}}
    )
    key = resource("AWS::KMS::Key", KeyPolicy={"Statement": {"Effect": "Allow", **statement}})
    return with_resources(logging(bucket, Action="s3:PutObject"), Key=key)


def test_takes_a_key_that_admits_log_delivery() -> None:
    principal = {"Service": "delivery.logs.amazonaws.com"}
    assert rules(with_key(Principal=principal, Action="kms:GenerateDataKey*")) == set()


def test_fails_when_the_key_does_not_admit_log_delivery() -> None:
    principal = {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}
    assert rules(with_key(Principal=principal, Action="kms:*")) == {"access-logs-key-closed"}


def test_fails_when_no_listener_writes_logs() -> None:
    template = logging(Action="s3:PutObject")
    template["Resources"]["Listener"] = listener("Nlb", 443, "Targets")
    assert rules(template) == {"access-logs-ineffective"}


def test_says_nothing_of_logs_of_protocols_that_are_parameters() -> None:
    template = logging(Action="s3:PutObject")
    template["Resources"]["Listener"]["Properties"]["Protocol"] = ref("Protocol")
    assert rules(template) == set()


def test_says_nothing_of_logs_that_are_off() -> None:
    template = logging()
    template["Resources"]["Nlb"]["Properties"]["LoadBalancerAttributes"][1]["Value"] = False
    assert rules(template) == set()


def test_says_nothing_of_imported_buckets() -> None:
    template = logging()
    template["Resources"]["Nlb"]["Properties"]["LoadBalancerAttributes"][0]["Value"] = "logs"
    assert rules(template) == set()


@pytest.mark.parametrize(
    "policy",
    [
        {"Resource": {"Fn::Sub": "${Logs.Arn}/AWSLogs/${AWS::AccountId}/*"}},
        {"Resource": {"Fn::Sub": "arn:${AWS::Partition}:s3:::${Logs}/AWSLogs/222222222222/*"}},
        {"Resource": ["arn:aws:s3:::other/*", {"Fn::Join": ["", ["arn:aws:s3:::", ref("Name")]]}]},
        {"Resource": "*"},
        {"Resource": None, "NotResource": "arn:aws:s3:::other/*"},
    ],
)
def test_takes_policies_for_the_logs(policy: dict[str, Any]) -> None:
    assert rules(logging(**policy)) == set()


@pytest.mark.parametrize(
    "pattern",
    [
        "arn:aws:s3:::other/AWSLogs/*",
        {"Fn::Sub": "${Other.Arn}/*"},
        {"Fn::GetAtt": ["Logs", "Arn"]},
        {"Fn::Sub": "${Logs.Arn}/network/AWSLogs/*"},
    ],
)
def test_fails_when_the_policy_is_for_other_objects(pattern: object) -> None:
    template = with_resources(logging(Resource=pattern), Other=resource("AWS::S3::Bucket"))
    assert rules(template) == {"access-logs-bucket-closed"}


@pytest.mark.parametrize(
    ("prefix", "found"),
    [("network", set[str]()), ("", {"access-logs-bucket-closed"}), (ref("Prefix"), set[str]())],
)
def test_the_policy_is_for_the_prefix(prefix: object, found: set[str]) -> None:
    template = logging(Resource={"Fn::Sub": "${Logs.Arn}/network/AWSLogs/*"})
    attributes = template["Resources"]["Nlb"]["Properties"]["LoadBalancerAttributes"]
    attributes.append({"Key": "access_logs.s3.prefix", "Value": prefix})
    assert rules(template) == found


@pytest.mark.parametrize("name", ["logs", {"Fn::Sub": "logs-${AWS::StackName}"}])
def test_finds_buckets_and_policies_by_name(name: object) -> None:
    template = logging({"BucketName": name}, Resource={"Fn::Sub": "${Logs.Arn}/*"})
    attributes = template["Resources"]["Nlb"]["Properties"]["LoadBalancerAttributes"]
    attributes[0]["Value"] = name
    template["Resources"]["LogsPolicy"]["Properties"]["Bucket"] = name
    assert rules(template) == set()
    template["Resources"]["LogsPolicy"]["Properties"]["Bucket"] = "other"
    assert rules(template) == {"access-logs-bucket-closed"}


def test_takes_a_name_that_may_be_the_one_of_the_policy() -> None:
    template = logging({"BucketName": ref("Name")}, Resource="arn:aws:s3:::logs/*")
    assert rules(template) == set()


def test_says_nothing_of_policies_for_buckets_that_are_not_known() -> None:
    template = logging(Action="s3:GetObject")
    template["Resources"]["LogsPolicy"]["Properties"]["Bucket"] = ref("Name")
    assert rules(template) == set()


@pytest.mark.parametrize(
    "key",
    [
        {"Fn::GetAtt": ["Key", "KeyId"]},
        {"Fn::Sub": "arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}"},
        "alias/logs",
        ref("Alias"),
    ],
)
def test_fails_when_a_key_given_otherwise_is_closed(key: object) -> None:
    template = with_resources(
        logging(encrypted({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}), Resource="*"),
        Key=resource("AWS::KMS::Key", KeyPolicy={"Statement": []}),
        Alias=resource("AWS::KMS::Alias", AliasName="alias/logs", TargetKeyId=ref("Key")),
    )
    assert rules(template) == {"access-logs-key-closed"}


def test_fails_when_a_dualstack_load_balancer_is_in_ipv4_subnets() -> None:
    template = changed("Nlb", IpAddressType="dualstack")
    template["Resources"]["SubnetA"]["Properties"]["Ipv6CidrBlock"] = "2001:db8::/64"
    (finding,) = findings(template)
    assert (finding.rule, finding.logical_id) == ("service-address-family-mismatch", "Nlb")
    assert "SubnetB" in finding.message


@pytest.mark.parametrize("zone", ["eu-west-1a", {"Fn::Select": [0, ref("Zones")]}])
def test_fails_when_a_subnet_is_where_another_is(zone: object) -> None:
    template = changed("SubnetA", AvailabilityZone=zone)
    template["Resources"]["SubnetB"]["Properties"]["AvailabilityZone"] = {
        "Fn::GetAtt": "SubnetA.AvailabilityZone"
    }
    assert rules(template) == {"subnet-zone-duplicate"}


@pytest.mark.parametrize("zone", [None, {"Fn::GetAtt": "SubnetB.AvailabilityZone"}])
def test_takes_subnets_whose_zones_have_no_end(zone: object) -> None:
    template = changed("SubnetA", AvailabilityZone=zone)
    template["Resources"]["SubnetB"]["Properties"]["AvailabilityZone"] = {
        "Fn::GetAtt": "SubnetA.AvailabilityZone"
    }
    assert rules(template) == set()


def test_fails_when_enforcement_has_an_empty_list_of_groups() -> None:
    template = changed("Nlb", SecurityGroups=[], **{ENFORCE: "on"})
    assert rules(template) == {"inbound-rules-enforcement-ineffective"}


def test_fails_when_the_scheme_is_none() -> None:
    assert rules(changed("Nlb", Scheme="private")) == {"load-balancer-scheme-not-valid"}


def test_fails_when_enforcement_is_neither_on_nor_off() -> None:
    assert rules(changed("Nlb", **{ENFORCE: "disabled"})) == {"inbound-rules-enforcement-not-valid"}


@pytest.mark.parametrize("enforce", ["on", "off", True, False])
def test_takes_what_yaml_makes_of_on_and_off(*, enforce: object) -> None:
    assert rules(changed("Nlb", **{ENFORCE: enforce})) == set()


def test_fails_when_access_logs_have_no_bucket() -> None:
    logs = {"Key": "access_logs.s3.enabled", "Value": "true"}
    template = changed("Nlb", LoadBalancerAttributes=[logs])
    assert "access-logs-bucket-missing" in rules(template)


def zones(**properties: object) -> set[str]:
    return rules(changed("SubnetB", **properties))


@pytest.mark.parametrize(
    "zone", ["eu-west-1-lhr-1a", "us-west-2-lax-1a", "eu-west-1-wl1-lon-wlz-1"]
)
def test_fails_when_a_subnet_is_in_another_kind_of_zone(zone: str) -> None:
    assert "zone-not-supported" in zones(AvailabilityZone=zone)


@pytest.mark.parametrize("zone", ["use1-az3", "usw2-lax1-az1", "use1-wl1-bos-wlz1"])
def test_fails_when_an_az_id_is_not_for_load_balancers(zone: str) -> None:
    assert "zone-not-supported" in zones(AvailabilityZone=None, AvailabilityZoneId=zone)


@pytest.mark.parametrize(
    "zone", ["eu-west-1c", ref("Zone"), {"Fn::Select": [1, {"Fn::GetAZs": ""}]}]
)
def test_takes_subnets_in_availability_zones(zone: object) -> None:
    assert "zone-not-supported" not in zones(AvailabilityZone=zone)


@pytest.mark.parametrize("native", [True, "true"])
def test_fails_when_a_subnet_is_ipv6_only(native: object) -> None:
    assert "subnet-address-family-mismatch" in zones(Ipv6Native=native)


@pytest.mark.parametrize("native", [None, False, "false", ref("Native")])
def test_takes_subnets_with_ipv4(native: object) -> None:
    assert "subnet-address-family-mismatch" not in zones(Ipv6Native=native)
