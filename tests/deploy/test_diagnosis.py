"""The main example is deployed, broken by hand in one way after another, and each way is named."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from tests.deploy.accounts import HOME_REGION
from tests.deploy.cdk import Cdk
from tests.deploy.emulator import ROOT
from tests.deploy.steps import connection_states, eventually
from tests.deploy.test_examples import Example

from privatelink_constructs import diagnose
from privatelink_constructs.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.deploy.accounts import Account
    from tests.deploy.emulator import Emulator

    from privatelink_constructs import Diagnosis

PROVIDER, CONSUMER = "111111111111", "222222222222"
NAME = "payments.example.com"
UNHEALTHY = "emulator:unhealthy"


class Deployed:
    """Both sides of the main example, and what is needed to break them."""

    def __init__(self, example: Example) -> None:
        accounts = {number: account for (number, _), account in example.accounts.items()}
        self.provider: Account = accounts[PROVIDER]
        self.consumer: Account = accounts[CONSUMER]
        self.ec2, self.elb = self.provider.ec2, self.provider.elbv2
        self.buyer = self.consumer.ec2
        service: Any = self.ec2.describe_vpc_endpoint_service_configurations()
        [self.service] = service["ServiceConfigurations"]
        self.service_id: str = self.service["ServiceId"]
        endpoints: Any = self.buyer.describe_vpc_endpoints()
        [self.endpoint] = [
            it
            for it in endpoints["VpcEndpoints"]
            if it["ServiceName"] == self.service["ServiceName"]
        ]
        self.endpoint_id: str = self.endpoint["VpcEndpointId"]
        self.balancers: list[str] = self.service["NetworkLoadBalancerArns"]

    def groups_of(self, balancer: str) -> list[str]:
        found: Any = self.elb.describe_target_groups(LoadBalancerArn=balancer)
        return [it["TargetGroupArn"] for it in found["TargetGroups"]]

    def subnet_of(self, balancer: str) -> Any:
        found: Any = self.elb.describe_load_balancers(LoadBalancerArns=[balancer])
        [zone] = found["LoadBalancers"][0]["AvailabilityZones"]
        subnets: Any = self.ec2.describe_subnets(SubnetIds=[zone["SubnetId"]])
        return subnets["Subnets"][0]

    def finish(self) -> None:
        """Do what people do after a deployment: register targets that run, and accept."""
        for balancer in self.balancers:
            network = self.subnet_of(balancer)["CidrBlock"]
            target: Any = {"Id": network.replace(".0/", ".10/").partition("/")[0], "Port": 80}
            for group in self.groups_of(balancer):
                self.elb.register_targets(TargetGroupArn=group, Targets=[target])
        self.accept()

    def accept(self) -> None:
        self.ec2.accept_vpc_endpoint_connections(
            ServiceId=self.service_id, VpcEndpointIds=[self.endpoint_id]
        )
        eventually(lambda: connection_states(self.provider, self.service_id), ["available"])

    def session(self, account: str) -> Any:
        make: Any = boto3.Session
        return make(
            aws_access_key_id=account, aws_secret_access_key="secret", region_name=HOME_REGION
        )

    def diagnosed(self, **options: Any) -> Diagnosis:
        asked: dict[str, Any] = {"port": 443, "name": NAME, **options}
        provider, consumer = self.session(PROVIDER), self.session(CONSUMER)
        return diagnose(self.service_id, provider=provider, consumer=consumer, **asked)

    def rules(self, **options: Any) -> list[str]:
        found = self.diagnosed(**options)
        return list(dict.fromkeys(cause.finding.rule for cause in found.causes))


@pytest.fixture(scope="module")
def deployed(emulator: Emulator) -> Deployed:
    """Deploy the main example once."""
    example = Example(emulator, Cdk(emulator), ROOT / "examples" / "cross_account")
    example.bootstrap()
    example.cdk.deploy(example.default, example.folder)
    found = Deployed(example)
    found.finish()
    return found


@pytest.fixture(autouse=True)
def _the_emulator_is_asked(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)


# Each way to break it gives back how to mend it.


def rules_of(client: Any, group: str, key: str) -> Any:
    """Return the rules of a group as the calls that change them take them."""
    found: Any = client.describe_security_groups(GroupIds=[group])
    return [
        {
            **{name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in rule},
            "IpRanges": [{"CidrIp": it["CidrIp"]} for it in rule.get("IpRanges", [])],
            "UserIdGroupPairs": [
                {"GroupId": it["GroupId"]} for it in rule.get("UserIdGroupPairs", [])
            ],
        }
        for rule in found["SecurityGroups"][0][key]
    ]


def rule_of_endpoint(it: Deployed) -> Callable[[], object]:
    group = it.endpoint["Groups"][0]["GroupId"]
    rules = rules_of(it.buyer, group, "IpPermissions")
    it.buyer.revoke_security_group_ingress(GroupId=group, IpPermissions=rules)
    return partial(it.buyer.authorize_security_group_ingress, GroupId=group, IpPermissions=rules)


def target_unhealthy(it: Deployed) -> Callable[[], object]:
    [group] = it.groups_of(it.balancers[0])
    found: Any = it.elb.describe_target_health(TargetGroupArn=group)
    [target] = found["TargetHealthDescriptions"]
    tags: Any = [{"Key": UNHEALTHY, "Value": target["Target"]["Id"]}]
    it.elb.add_tags(ResourceArns=[group], Tags=tags)
    return partial(it.elb.remove_tags, ResourceArns=[group], TagKeys=[UNHEALTHY])


def targets_gone(it: Deployed) -> Callable[[], object]:
    [group] = it.groups_of(it.balancers[1])
    found: Any = it.elb.describe_target_health(TargetGroupArn=group)
    targets: Any = [each["Target"] for each in found["TargetHealthDescriptions"]]
    it.elb.deregister_targets(TargetGroupArn=group, Targets=targets)
    return partial(it.elb.register_targets, TargetGroupArn=group, Targets=targets)


def connection_rejected(it: Deployed) -> Callable[[], object]:
    it.ec2.reject_vpc_endpoint_connections(ServiceId=it.service_id, VpcEndpointIds=[it.endpoint_id])
    # What was rejected can't be accepted in the emulator: a new endpoint asks again.
    return partial(renewed, it)


def renewed(it: Deployed) -> None:
    it.buyer.delete_vpc_endpoints(VpcEndpointIds=[it.endpoint_id])
    made: Any = it.buyer.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=it.endpoint["VpcId"],
        ServiceName=it.endpoint["ServiceName"],
        SubnetIds=it.endpoint["SubnetIds"],
        SecurityGroupIds=[each["GroupId"] for each in it.endpoint["Groups"]],
        PrivateDnsEnabled=False,
    )
    it.endpoint_id = made["VpcEndpoint"]["VpcEndpointId"]
    it.accept()
    change_record(it, regional_name(it))


def regional_name(it: Deployed) -> str:
    found: Any = it.buyer.describe_vpc_endpoints(VpcEndpointIds=[it.endpoint_id])
    return found["VpcEndpoints"][0]["DnsEntries"][0]["DnsName"]


def change_record(it: Deployed, target: str) -> None:
    zone_id = hosted_zone(it)
    alias = {"DNSName": target, "HostedZoneId": "Z38GZ743OKFT7T", "EvaluateTargetHealth": False}
    record: Any = {"Name": NAME, "Type": "A", "AliasTarget": alias}
    it.consumer.route53.change_resource_record_sets(
        HostedZoneId=zone_id,
        ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]},
    )


def hosted_zone(it: Deployed) -> str:
    found: Any = it.consumer.route53.list_hosted_zones()
    [zone] = [each for each in found["HostedZones"] if each["Name"] == f"{NAME}."]
    return zone["Id"].rpartition("/")[2]


def principal_revoked(it: Deployed) -> Callable[[], object]:
    change: Any = it.ec2.modify_vpc_endpoint_service_permissions
    change(ServiceId=it.service_id, RemoveAllowedPrincipals=[it.consumer.root])
    return partial(change, ServiceId=it.service_id, AddAllowedPrincipals=[it.consumer.root])


def name_unverified(it: Deployed) -> Callable[[], object]:
    change: Any = it.ec2.modify_vpc_endpoint_service_configuration
    change(ServiceId=it.service_id, PrivateDnsName="pay.example.org")
    return partial(change, ServiceId=it.service_id, RemovePrivateDnsName=True)


def listener_gone(it: Deployed) -> Callable[[], object]:
    balancer = it.balancers[2]
    found: Any = it.elb.describe_listeners(LoadBalancerArn=balancer)
    [listener] = found["Listeners"]
    it.elb.delete_listener(ListenerArn=listener["ListenerArn"])
    keys = ("Port", "Protocol", "DefaultActions", "SslPolicy", "Certificates")
    again = {key: listener[key] for key in keys if listener.get(key)}
    return partial(it.elb.create_listener, LoadBalancerArn=balancer, **again)


def record_stale(it: Deployed) -> Callable[[], object]:
    right = regional_name(it)
    change_record(it, right.replace(it.endpoint_id, "vpce-0fedcba9876543210"))
    return partial(change_record, it, right)


def record_gone(it: Deployed) -> Callable[[], object]:
    right, zone_id = regional_name(it), hosted_zone(it)
    found: Any = it.consumer.route53.list_resource_record_sets(HostedZoneId=zone_id)
    gone: Any = [
        {"Action": "DELETE", "ResourceRecordSet": each}
        for each in found["ResourceRecordSets"]
        if each["Type"] == "A" and each["Name"] == f"{NAME}."
    ]
    it.consumer.route53.change_resource_record_sets(
        HostedZoneId=zone_id, ChangeBatch={"Changes": gone}
    )
    return partial(change_record, it, right)


def dns_off(it: Deployed) -> Callable[[], object]:
    change: Any = it.buyer.modify_vpc_attribute
    vpc = it.endpoint["VpcId"]
    change(VpcId=vpc, EnableDnsSupport={"Value": False})
    return partial(change, VpcId=vpc, EnableDnsSupport={"Value": True})


def balancer_rule(it: Deployed) -> Callable[[], object]:
    """Have the load balancers' group allow nobody to leave."""
    found: Any = it.elb.describe_load_balancers(LoadBalancerArns=it.balancers[:1])
    [group] = found["LoadBalancers"][0]["SecurityGroups"]
    rules = rules_of(it.ec2, group, "IpPermissionsEgress")
    it.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=rules)
    return partial(it.ec2.authorize_security_group_egress, GroupId=group, IpPermissions=rules)


WAYS: dict[str, tuple[Callable[[Deployed], Callable[[], object]], list[str]]] = {
    "the rule of the endpoint removed": (rule_of_endpoint, ["endpoint-closed"]),
    "a target unhealthy": (target_unhealthy, ["target-group-unhealthy"]),
    "targets gone": (targets_gone, ["target-group-target-missing"]),
    "a principal revoked": (principal_revoked, ["principal-missing"]),
    "a name unverified": (name_unverified, ["private-dns-name-unverified"]),
    "a listener gone on one of three": (listener_gone, ["listener-missing"]),
    "a record of an old endpoint": (record_stale, ["record-endpoint-mismatch"]),
    "a record gone": (record_gone, ["endpoint-name-shadowed"]),
    "DNS off in the consumer's VPC": (dns_off, ["private-hosted-zone-vpc-dns-disabled"]),
    "no rule out of the load balancers": (balancer_rule, ["load-balancer-target-closed"]),
    "a connection rejected": (connection_rejected, ["connection-closed"]),
}


def test_nothing_is_found_in_the_main_example(deployed: Deployed) -> None:
    found = deployed.diagnosed()
    assert [cause.finding.message for cause in found.causes] == []
    # The emulator has neither Resolver rules nor Profiles.
    assert {it.reason.partition(":")[0] for it in found.unseen} == {
        "route53profiles",
        "route53resolver",
    }


@pytest.mark.parametrize("way", WAYS)
def test_a_way_to_break_it_is_named(deployed: Deployed, way: str) -> None:
    break_it, rules = WAYS[way]
    mend = break_it(deployed)
    try:
        assert deployed.rules() == rules
    finally:
        mend()
    assert deployed.rules() == []


@pytest.fixture
def pending(deployed: Deployed) -> Iterator[str]:
    """A second endpoint, which nobody has accepted."""
    made: Any = deployed.buyer.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=deployed.endpoint["VpcId"],
        ServiceName=deployed.endpoint["ServiceName"],
        SubnetIds=deployed.endpoint["SubnetIds"],
        SecurityGroupIds=[each["GroupId"] for each in deployed.endpoint["Groups"]],
        PrivateDnsEnabled=False,
    )
    endpoint_id = made["VpcEndpoint"]["VpcEndpointId"]
    yield endpoint_id
    deployed.buyer.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id])


def test_a_connection_that_waits_is_named(deployed: Deployed, pending: str) -> None:
    assert deployed.rules(endpoint_id=pending, name=None) == ["connection-pending"]


def test_what_was_saved_says_the_same(
    deployed: Deployed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mend = principal_revoked(deployed)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", PROVIDER)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", HOME_REGION)
    options = ["--service", deployed.service_id, "--consumer-account", CONSUMER]
    try:
        assert main(["diagnose", *options, "--save", str(tmp_path)]) == 1
        live = capsys.readouterr().out
    finally:
        mend()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert main(["diagnose", "--from", str(tmp_path)]) == 1
    assert capsys.readouterr().out == live
    assert "1. error: Account 222222222222 isn't permitted" in live
