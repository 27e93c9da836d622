"""Which AWS services need endpoints to others in a VPC without internet access."""

from __future__ import annotations

from typing import NamedTuple


class Companion(NamedTuple):
    """A service that another one doesn't work without.

    :param service: the other service, such as ``s3``.
    :param purpose: what doesn't work without it.
    :param source: the page that documents it.
    """

    service: str
    purpose: str
    source: str


_ECR = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html"
_ECS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html"
_SSM = "https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html"
_CODE_ARTIFACT = "https://docs.aws.amazon.com/codeartifact/latest/ug/create-vpc-endpoints.html"

COMPANIONS = {
    "codeartifact.repositories": (
        Companion("codeartifact.api", "authorization tokens", _CODE_ARTIFACT),
        Companion("s3", "the assets of packages", _CODE_ARTIFACT),
    ),
    "ecr.dkr": (
        Companion("ecr.api", "authorization tokens", _ECR),
        Companion("s3", "the layers of images", _ECR),
    ),
    "ecs-agent": (
        Companion("ecs", "the registration of container instances", _ECS),
        Companion("ecs-telemetry", "metrics and health", _ECS),
    ),
    "ssm": (Companion("ssmmessages", "Session Manager and Run Command", _SSM),),
}
"""The services that each service needs. For ``s3``, a gateway endpoint is enough."""
