"""Two accounts in memory, as boto3 sees them: clients are real, and only the network is missing.

Parameters and answers are validated against the models of botocore, so that no test can be about a
field that AWS doesn't have. Each account is a dictionary of items by operation, and what a call
filters for is filtered here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

if TYPE_CHECKING:
    from collections.abc import Callable

REGION = "eu-west-1"
PROVIDER, CONSUMER = "111111111111", "222222222222"
SERVICE = "vpce-svc-0123456789abcdef0"
SERVICE_NAME = f"com.amazonaws.vpce.{REGION}.{SERVICE}"
ENDPOINT = "vpce-0123456789abcdef0"
NAME = "payments.example.com"
ENDPOINT_DNS = f"{ENDPOINT}-abcdefgh.{SERVICE}.{REGION}.vpce.amazonaws.com"
ZONES = {"a": "euw1-az1", "b": "euw1-az2"}
_ELB = f"arn:aws:elasticloadbalancing:{REGION}:{PROVIDER}"


def balancer_arn(zone: str) -> str:
    return f"{_ELB}:loadbalancer/net/payments-{zone}/0123456789abcde{zone}"


def group_arn(zone: str) -> str:
    return f"{_ELB}:targetgroup/web-{zone}/0123456789abcde{zone}"


# Stubs of a few services only.
_SESSION: Any = boto3.Session(
    aws_access_key_id="none", aws_secret_access_key="none", region_name=REGION
)


@cache
def client_of(service: str) -> Any:
    """Make a client once: reading the models takes most of the time."""
    return _SESSION.client(service)


@dataclass
class Account:
    """An account, and the session that sees it.

    :param number: its ID.
    :param items: what each operation answers.
    :param refused: error codes by operation.
    :param page: how many items are on a page.
    """

    number: str
    items: dict[str, Any]
    refused: dict[str, str] = field(default_factory=dict[str, str])
    page: int = 100
    asked: list[str] = field(default_factory=list[str])
    """The operations that were called, in their order."""
    region_name: str = REGION

    def client(self, service: str, region_name: str | None = None) -> Any:
        assert region_name
        return _Client(client_of(service), self)

    def change(self, operation: str, index: int, **values: Any) -> None:
        self.items[operation][index].update(values)

    def throttle(self, operation: str, times: int) -> None:
        """Have an operation answered only after some attempts."""
        self.throttled = {operation: times}

    throttled: dict[str, int] = field(default_factory=dict[str, int])

    def answer(self, model: Any, operation: str, parameters: dict[str, Any]) -> Any:
        """Answer a call, and check both sides of it."""
        shape = model.operation_model(operation)
        report = ParamValidator().validate(parameters, shape.input_shape)
        assert not report.has_errors(), report.generate_report()
        self.asked.append(f"{model.service_name}:{operation}")
        self._refuse(operation)
        answered = ANSWERS[operation](self, parameters)
        report = ParamValidator().validate(answered, shape.output_shape)
        assert not report.has_errors(), f"{operation}: {report.generate_report()}"
        return answered

    def _refuse(self, operation: str) -> None:
        if self.throttled.get(operation):
            self.throttled[operation] -= 1
            raise refusal("ThrottlingException", operation)
        if operation in self.refused:
            raise refusal(self.refused[operation], operation)


def refusal(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


class _Client:
    """A client of boto3 whose calls an account answers; its paginators are boto3's own."""

    def __init__(self, real: Any, account: Account) -> None:
        self._real, self._account = real, account
        self.can_paginate = real.can_paginate

    def __getattr__(self, method: str) -> Callable[..., Any]:
        operation = self._real.meta.method_to_api_mapping[method]
        model = self._real.meta.service_model

        def call(**parameters: Any) -> Any:
            return self._account.answer(model, operation, parameters)

        return call

    def get_paginator(self, method: str) -> Any:
        paginator = self._real.get_paginator(method)
        paginator._method = getattr(self, method)
        return paginator


def _filters(parameters: dict[str, Any]) -> dict[str, list[str]]:
    return {item["Name"]: item["Values"] for item in parameters.get("Filters", [])}


def _paged(
    account: Account,
    parameters: dict[str, Any],
    key: str,
    items: list[Any],
    tokens: tuple[str, str] = ("NextToken", "NextToken"),
) -> dict[str, Any]:
    start = int(parameters.get(tokens[0], 0))
    end = start + account.page
    more = {tokens[1]: str(end)} if end < len(items) else {}
    return {key: items[start:end], **more}


def _by_ids(operation: str, key: str, ids: str, own: str, code: str = "") -> Any:
    def answer(account: Account, parameters: dict[str, Any]) -> Any:
        wanted = parameters.get(ids)
        found = [it for it in account.items[operation] if wanted is None or it[own] in wanted]
        if code and wanted is not None and len(found) < len(set(wanted)):
            raise refusal(code, operation)
        return _paged(account, parameters, key, found)

    return answer


def _all(operation: str, key: str) -> Any:
    def answer(account: Account, parameters: dict[str, Any]) -> Any:
        return _paged(account, parameters, key, account.items[operation])

    return answer


def _connections(account: Account, parameters: dict[str, Any]) -> Any:
    wanted = _filters(parameters)
    keys = {"service-id": "ServiceId", "vpc-endpoint-owner": "VpcEndpointOwner"}
    found = [
        it
        for it in account.items["DescribeVpcEndpointConnections"]
        if all(it[keys[name]] in values for name, values in wanted.items())
    ]
    return _paged(account, parameters, "VpcEndpointConnections", found)


def _endpoints(account: Account, parameters: dict[str, Any]) -> Any:
    found = account.items["DescribeVpcEndpoints"]
    if "VpcEndpointIds" in parameters:
        found = [it for it in found if it["VpcEndpointId"] in parameters["VpcEndpointIds"]]
        if not found:
            raise refusal("InvalidVpcEndpointId.NotFound", "DescribeVpcEndpoints")
    names = _filters(parameters).get("service-name")
    found = [it for it in found if names is None or it["ServiceName"] in names]
    return _paged(account, parameters, "VpcEndpoints", found)


def _services(account: Account, parameters: dict[str, Any]) -> Any:
    found = [
        it
        for it in account.items["DescribeVpcEndpointServices"]
        if it["ServiceName"] in parameters["ServiceNames"]
    ]
    if not found:
        raise refusal("InvalidServiceName", "DescribeVpcEndpointServices")
    return {"ServiceDetails": found, "ServiceNames": [it["ServiceName"] for it in found]}


def _of_arn(operation: str, key: str, argument: str) -> Any:
    tokens = ("Marker", "NextMarker")

    def answer(account: Account, parameters: dict[str, Any]) -> Any:
        found = account.items[operation].get(parameters[argument], [])
        return _paged(account, parameters, key, found, tokens)

    return answer


def _unpaged(operation: str, key: str, argument: str) -> Any:
    def answer(account: Account, parameters: dict[str, Any]) -> Any:
        return {key: account.items[operation].get(parameters[argument], [])}

    return answer


def _load_balancers(account: Account, parameters: dict[str, Any]) -> Any:
    wanted = parameters["LoadBalancerArns"]
    there = account.items["DescribeLoadBalancers"]
    found = [it for it in there if it["LoadBalancerArn"] in wanted]
    if not found:
        raise refusal("LoadBalancerNotFound", "DescribeLoadBalancers")
    return {"LoadBalancers": found}


def _interfaces(account: Account, parameters: dict[str, Any]) -> Any:
    wanted = _filters(parameters)
    addresses = wanted.get("addresses.private-ip-address", [])
    instances = wanted.get("attachment.instance-id", [])
    found = [
        it
        for it in account.items["DescribeNetworkInterfaces"]
        if it["PrivateIpAddress"] in addresses
        or it.get("Attachment", {}).get("InstanceId") in instances
    ]
    return _paged(account, parameters, "NetworkInterfaces", found)


def _acls(account: Account, parameters: dict[str, Any]) -> Any:
    subnets = _filters(parameters)["association.subnet-id"]
    found = [
        it
        for it in account.items["DescribeNetworkAcls"]
        if any(each["SubnetId"] in subnets for each in it["Associations"])
    ]
    return _paged(account, parameters, "NetworkAcls", found)


def _attribute(account: Account, parameters: dict[str, Any]) -> Any:
    name = parameters["Attribute"]
    key = f"{name[0].upper()}{name[1:]}"
    value = account.items["DescribeVpcAttribute"][key]
    return {"VpcId": parameters["VpcId"], key: {"Value": value}}


def _metrics(account: Account, parameters: dict[str, Any]) -> Any:
    results: list[Any] = []
    for query in parameters["MetricDataQueries"]:
        metric = query["MetricStat"]["Metric"]
        values = account.items["GetMetricData"].get(metric["MetricName"], [])
        results.append({"Id": query["Id"], "Values": values, "StatusCode": "Complete"})
    return _paged(account, parameters, "MetricDataResults", results)


def _zones_of_vpc(account: Account, parameters: dict[str, Any]) -> Any:
    found = account.items["ListHostedZonesByVPC"]
    return {"MaxItems": "100", **_paged(account, parameters, "HostedZoneSummaries", found)}


def _records(account: Account, parameters: dict[str, Any]) -> Any:
    found = account.items["ListResourceRecordSets"].get(parameters["HostedZoneId"], [])
    return {"ResourceRecordSets": found, "IsTruncated": False, "MaxItems": "300"}


def _zone(account: Account, parameters: dict[str, Any]) -> Any:
    found = account.items["GetHostedZone"]
    name = found.get(parameters["Id"])
    if name is None:
        raise refusal("NoSuchHostedZone", "GetHostedZone")
    return {"HostedZone": {"Id": parameters["Id"], "Name": name, "CallerReference": "one"}}


def _identity(account: Account, parameters: dict[str, Any]) -> Any:
    return {"Account": account.number}


ANSWERS: dict[str, Any] = {
    "DescribeListeners": _of_arn("DescribeListeners", "Listeners", "LoadBalancerArn"),
    "DescribeLoadBalancerAttributes": _unpaged(
        "DescribeLoadBalancerAttributes", "Attributes", "LoadBalancerArn"
    ),
    "DescribeLoadBalancers": _load_balancers,
    "DescribeNetworkAcls": _acls,
    "DescribeNetworkInterfaces": _interfaces,
    "DescribeSecurityGroups": _by_ids(
        *("DescribeSecurityGroups", "SecurityGroups", "GroupIds", "GroupId"),
        "InvalidGroup.NotFound",
    ),
    "DescribeSubnets": _by_ids("DescribeSubnets", "Subnets", "SubnetIds", "SubnetId"),
    "DescribeTargetGroupAttributes": _unpaged(
        "DescribeTargetGroupAttributes", "Attributes", "TargetGroupArn"
    ),
    "DescribeTargetGroups": _of_arn("DescribeTargetGroups", "TargetGroups", "LoadBalancerArn"),
    "DescribeTargetHealth": _unpaged(
        "DescribeTargetHealth", "TargetHealthDescriptions", "TargetGroupArn"
    ),
    "DescribeVpcAttribute": _attribute,
    "DescribeVpcEndpointConnections": _connections,
    "DescribeVpcEndpointServiceConfigurations": _by_ids(
        *("DescribeVpcEndpointServiceConfigurations", "ServiceConfigurations"),
        *("ServiceIds", "ServiceId", "InvalidVpcEndpointServiceId.NotFound"),
    ),
    "DescribeVpcEndpointServicePermissions": _all(
        "DescribeVpcEndpointServicePermissions", "AllowedPrincipals"
    ),
    "DescribeVpcEndpointServices": _services,
    "DescribeVpcEndpoints": _endpoints,
    "DescribeVpcs": _by_ids("DescribeVpcs", "Vpcs", "VpcIds", "VpcId"),
    "GetCallerIdentity": _identity,
    "GetHostedZone": _zone,
    "GetMetricData": _metrics,
    "ListHostedZonesByVPC": _zones_of_vpc,
    "ListProfileAssociations": _all("ListProfileAssociations", "ProfileAssociations"),
    "ListProfileResourceAssociations": _all(
        "ListProfileResourceAssociations", "ProfileResourceAssociations"
    ),
    "ListResolverRuleAssociations": _all(
        "ListResolverRuleAssociations", "ResolverRuleAssociations"
    ),
    "ListResolverRules": _all("ListResolverRules", "ResolverRules"),
    "ListResourceRecordSets": _records,
}


def rule(first: int, last: int, *, cidr: str = "", group: str = "", protocol: str = "tcp") -> Any:
    """Return a rule of a security group as EC2 answers it."""
    return {
        "IpProtocol": protocol,
        "FromPort": first,
        "ToPort": last,
        "IpRanges": [{"CidrIp": cidr}] if cidr else [],
        "Ipv6Ranges": [],
        "PrefixListIds": [],
        "UserIdGroupPairs": [{"GroupId": group}] if group else [],
    }


def group(group_id: str, vpc: str, *, inbound: list[Any], outbound: list[Any]) -> Any:
    return {
        "GroupId": group_id,
        "GroupName": group_id.removeprefix("sg-"),
        "Description": "the password is in the drawer",
        "VpcId": vpc,
        "IpPermissions": inbound,
        "IpPermissionsEgress": outbound,
    }


def everywhere() -> Any:
    return {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def subnet(zone: str, network: str, vpc: str) -> Any:
    return {
        "SubnetId": f"subnet-{vpc.removeprefix('vpc-')}{zone}",
        "AvailabilityZone": f"{REGION}{zone}",
        "AvailabilityZoneId": ZONES.get(zone, f"euw1-az{zone}"),
        "CidrBlock": network,
        "VpcId": vpc,
    }


def target(address: str, zone: str, state: str = "healthy", reason: str = "") -> Any:
    health = {"State": state, **({"Reason": reason} if reason else {})}
    return {
        "Target": {"Id": address, "Port": 8080, "AvailabilityZone": f"{REGION}{zone}"},
        "HealthCheckPort": "8080",
        "TargetHealth": health,
    }
