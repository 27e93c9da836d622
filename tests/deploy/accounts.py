"""An AWS account in the emulator, as a client sees it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client
    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from tests.deploy.emulator import Emulator

HOME_REGION = "eu-west-1"
# Stubs of a few services only.
_SESSION: Any = boto3.Session()
_CONFIG = Config(
    connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 1}, parameter_validation=True
)


class Account:
    """An account in one Region.

    :param emulator: where it lives
    :param account_id: 12 digits
    :param region: the Region that its clients speak to
    """

    def __init__(self, emulator: Emulator, account_id: str, region: str = HOME_REGION) -> None:
        self.emulator = emulator
        self.account_id = account_id
        self.region = region

    def __repr__(self) -> str:
        return f"Account({self.account_id}, {self.region})"

    def in_region(self, region: str) -> Account:
        return Account(self.emulator, self.account_id, region)

    @property
    def root(self) -> str:
        return f"arn:aws:iam::{self.account_id}:root"

    def client(self, service: str) -> Any:
        """Make a client of any service."""
        return _SESSION.client(
            service,
            aws_access_key_id=self.account_id,
            aws_secret_access_key="secret",
            config=_CONFIG,
            endpoint_url=self.emulator.url,
            region_name=self.region,
        )

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        return self.client("cloudformation")

    @cached_property
    def ec2(self) -> EC2Client:
        return self.client("ec2")

    @cached_property
    def elbv2(self) -> ElasticLoadBalancingv2Client:
        return self.client("elbv2")

    @cached_property
    def route53(self) -> Route53Client:
        return self.client("route53")

    @cached_property
    def sns(self) -> SNSClient:
        return self.client("sns")

    @cached_property
    def sqs(self) -> SQSClient:
        return self.client("sqs")
