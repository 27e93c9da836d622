"""Sets of AWS services that are used together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.consumer.aws_service import SetMember
from privatelink_constructs.rules.arguments import checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatelink_constructs.consumer.aws_service import AwsService


class AwsServices:
    """Sets of AWS services that clients in a VPC without internet access use together.

    Each method returns a sequence for ``services`` of :class:`AwsServiceEndpoints`. A service that
    is in several sets gets one endpoint. Your own entry for a service takes precedence over
    that of a set.

    Example::

        services=[AwsServices.container_images(), AwsServices.session_manager()]

    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """

    @staticmethod
    @checked()
    def container_images() -> Sequence[AwsService]:
        """Pull images from private repositories of Amazon ECR.

        ``ecr.api``, ``ecr.dkr``, and the gateway endpoint of ``s3``, where the layers are.

        :see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
        """
        return _members("ecr.api", "ecr.dkr", gateways=["s3"])

    @staticmethod
    @checked()
    def fargate_tasks(
        *,
        logs: bool = True,
        execute_command: bool = False,
        secrets: bool = False,
        parameters: bool = False,
    ) -> Sequence[AwsService]:
        """Run tasks of Amazon ECS on AWS Fargate.

        What ``container_images`` has, and what the parameters add.

        :param logs: whether the tasks use the ``awslogs`` log driver: ``logs``. Default: True.
        :param execute_command: whether you use ECS Exec: ``ssmmessages``. Default: False.
        :param secrets: whether task definitions refer to secrets of AWS Secrets Manager:
            ``secretsmanager``. Default: False.
        :param parameters: whether task definitions refer to parameters of Systems Manager:
            ``ssm``. Default: False.
        :see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
        """
        added = {
            "logs": logs,
            "secretsmanager": secrets,
            "ssm": parameters,
            "ssmmessages": execute_command,
        }
        names = [name for name, wanted in added.items() if wanted]
        return (*AwsServices.container_images(), *_members(*names))

    @staticmethod
    @checked()
    def ecs_on_ec2(
        *,
        logs: bool = True,
        execute_command: bool = False,
        secrets: bool = False,
        parameters: bool = False,
    ) -> Sequence[AwsService]:
        """Run tasks of Amazon ECS on container instances.

        What ``fargate_tasks`` has, and ``ecs``, ``ecs-agent``, and ``ecs-telemetry`` for the agent.

        :param logs: whether the tasks use the ``awslogs`` log driver. Default: True.
        :param execute_command: whether you use ECS Exec. Default: False.
        :param secrets: whether task definitions refer to secrets. Default: False.
        :param parameters: whether task definitions refer to parameters. Default: False.
        :see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
        """
        tasks = AwsServices.fargate_tasks(
            logs=logs, execute_command=execute_command, secrets=secrets, parameters=parameters
        )
        return (*tasks, *_members("ecs", "ecs-agent", "ecs-telemetry"))

    @staticmethod
    @checked()
    def eks_private_cluster(
        *, pod_identity: bool = True, load_balancing: bool = True, autoscaling: bool = True
    ) -> Sequence[AwsService]:
        """Run a cluster of Amazon EKS without internet access.

        What ``container_images`` has, ``ec2``, ``eks``, ``logs``, ``sts``, and what the parameters
        add.

        :param pod_identity: whether pods get credentials by EKS Pod Identity: ``eks-auth``.
            Without it, they get none, and nodes whose add-ons use it never become ready. Default:
            True.
        :param load_balancing: whether the AWS Load Balancer Controller runs:
            ``elasticloadbalancing``. Default: True.
        :param autoscaling: whether the Cluster Autoscaler runs: ``autoscaling``. Default: True.
        :see: https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
        """
        added = {
            "autoscaling": autoscaling,
            "eks-auth": pod_identity,
            "elasticloadbalancing": load_balancing,
        }
        names = [name for name, wanted in added.items() if wanted]
        images = AwsServices.container_images()
        return (*images, *_members("ec2", "eks", "logs", "sts", *names))

    @staticmethod
    @checked()
    def session_manager(*, legacy_agents: bool = False) -> Sequence[AwsService]:
        """Connect to instances with Session Manager, and run commands on them.

        ``ssm`` and ``ssmmessages``.

        :param legacy_agents: whether an SSM Agent before version 3.3.40.0 runs, which uses
            ``ec2messages``. Default: False.
        :see: https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
        """
        return _members("ssm", "ssmmessages", *(["ec2messages"] if legacy_agents else []))

    @staticmethod
    @checked()
    def code_artifact() -> Sequence[AwsService]:
        """Install packages from AWS CodeArtifact.

        ``codeartifact.api``, ``codeartifact.repositories``, and the gateway endpoint of ``s3``,
        where the assets are.

        :see: https://docs.aws.amazon.com/codeartifact/latest/ug/create-vpc-endpoints.html
        """
        return _members("codeartifact.api", "codeartifact.repositories", gateways=["s3"])


def _members(*names: str, gateways: Sequence[str] = ()) -> tuple[AwsService, ...]:
    return (
        *(SetMember(service=name) for name in names),
        *(SetMember(service=name, is_gateway=True) for name in gateways),
    )
