"""What an account holds in a Region: the same before a deployment and after its destruction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.deploy.accounts import Account

# Log groups are left out: those that Lambda makes for itself stay behind on AWS too.
_QUESTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    (
        "ec2",
        "describe_vpc_endpoint_connection_notifications",
        "ConnectionNotificationSet",
        "ConnectionNotificationId",
    ),
    (
        "ec2",
        "describe_vpc_endpoint_service_configurations",
        "ServiceConfigurations",
        "ServiceId",
    ),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("ecs", "list_clusters", "clusterArns", ""),
    ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    ("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    ("events", "list_rules", "Rules", "Arn"),
    ("iam", "list_roles", "Roles", "Arn"),
    ("lambda", "list_functions", "Functions", "FunctionArn"),
    ("route53", "list_hosted_zones", "HostedZones", "Id"),
    ("sns", "list_topics", "Topics", "TopicArn"),
    ("sqs", "list_queues", "QueueUrls", ""),
    ("ssm", "describe_parameters", "Parameters", "Name"),
    ("stepfunctions", "list_state_machines", "stateMachines", "stateMachineArn"),
)


def inventory(account: Account) -> set[str]:
    """Name everything of the kinds that the library or its examples make."""
    clients: dict[str, Any] = {}
    found: set[str] = set()
    for service, operation, items, key in _QUESTIONS:
        if service not in clients:
            clients[service] = account.client(service)
        call: Callable[[], Any] = getattr(clients[service], operation)
        answered: list[Any] = call().get(items) or []
        found |= {f"{service} {item[key] if key else item}" for item in answered}
    return found
