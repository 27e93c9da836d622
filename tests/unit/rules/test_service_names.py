from __future__ import annotations

import pytest

from privatelink_constructs.facts.endpoint_service_names import (
    ServiceName,
    is_endpoint_service_name,
    parse_service_name,
    region_in_name,
)
from privatelink_constructs.rules import service_names
from privatelink_constructs.rules.identifiers import id_well_formed, reference_of_kind
from privatelink_constructs.rules.regions import partition_shared

ID = "vpce-svc-0123456789abcdef0"
COMMERCIAL = f"com.amazonaws.vpce.eu-west-1.{ID}"
CHINA = f"cn.com.amazonaws.vpce.cn-north-1.{ID}"
SOVEREIGN = f"eu.amazonaws.vpce.eusc-de-east-1.{ID}"
GOVERNMENT = f"com.amazonaws.vpce.us-gov-west-1.{ID}"


@pytest.mark.parametrize("name", [COMMERCIAL, CHINA, SOVEREIGN, GOVERNMENT])
def test_names_of_every_partition_pass(name: str) -> None:
    assert not list(service_names.valid_service_name(name))


def test_a_name_is_taken_apart() -> None:
    assert parse_service_name(COMMERCIAL) == ServiceName("com.amazonaws.vpce", "eu-west-1", ID)


def test_the_partition_follows_from_the_region() -> None:
    parsed = parse_service_name(CHINA)
    assert parsed
    assert parsed.partition
    assert parsed.partition.name == "aws-cn"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "payments",
        ID,
        f"com.amazonaws.eu-west-1.{ID}",
        f"com.amazonaws.vpce.{ID}",
        "com.amazonaws.vpce.eu-west-1.vpce-0123456789abcdef0",
        "com.amazonaws.vpce.eu-west-1.vpce-svc-123",
        "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789ABCDEF0",
        f"com.example.vpce.eu-west-1.{ID}",
        f"{COMMERCIAL}.",
        f"com.amazonaws.vpce.Ireland-1.{ID}",
        f"com.amazonaws.vpce.europe.{ID}",
        "com.amazonaws.eu west 1.s3",
        "arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint-service/vpce-svc-0123456789abcdef0",
    ],
)
def test_fails_when_the_name_is_none(name: str) -> None:
    (problem,) = service_names.valid_service_name(name)
    assert problem.rule is service_names.service_name_well_formed
    assert repr(name) in problem.what


@pytest.mark.parametrize(
    "name",
    [
        "com.amazonaws.eu-west-1.s3",
        "com.amazonaws.s3-global.accesspoint",
        "com.amazonaws.iam",
        "aws.sagemaker.eu-west-1.notebook",
        "aws.api.us-east-1.kendra-ranking",
        "cn.com.amazonaws.cn-north-1.ec2",
        "com.amazonaws.cn-north-1.s3",
        "com.amazonaws.eu-west-1.ecr.dkr",
    ],
)
def test_fails_when_the_service_is_one_of_aws(name: str) -> None:
    (problem,) = service_names.valid_service_name(name)
    assert problem.rule is service_names.service_name_not_of_aws
    assert "AwsServiceEndpoints" in problem.message


def test_a_service_of_aws_passes_where_any_service_may_stand() -> None:
    assert not list(service_names.valid_any_service_name("com.amazonaws.eu-west-1.s3"))


def test_fails_when_no_service_can_have_the_name() -> None:
    (problem,) = service_names.valid_any_service_name("payments")
    assert problem.rule is service_names.service_name_well_formed


@pytest.mark.parametrize(
    "name",
    [
        f"com.amazonaws.vpce.cn-north-1.{ID}",
        f"cn.com.amazonaws.vpce.eu-west-1.{ID}",
        f"com.amazonaws.vpce.eusc-de-east-1.{ID}",
    ],
)
def test_fails_when_the_prefix_is_another_partitions(name: str) -> None:
    (problem,) = service_names.valid_service_name(name)
    assert problem.rule is service_names.service_name_prefixed


def test_fails_when_the_service_is_in_another_partition() -> None:
    (problem,) = service_names.valid_service_name(COMMERCIAL, partition="aws-cn")
    assert problem.rule is partition_shared


def test_a_service_in_the_endpoints_partition_passes() -> None:
    assert not list(service_names.valid_service_name(CHINA, partition="aws-cn"))


@pytest.mark.parametrize(
    ("name", "region"),
    [
        (COMMERCIAL, "eu-west-1"),
        ("com.amazonaws.us-east-1.s3", "us-east-1"),
        ("aws.sagemaker.us-east-2.studio", "us-east-2"),
        ("com.amazonaws.s3-global.accesspoint", None),
        ("payments", None),
    ],
)
def test_the_region_is_read_from_the_name(name: str, region: str | None) -> None:
    assert region_in_name(name) == region


@pytest.mark.parametrize(
    ("service", "endpoint", "stated"),
    [
        (None, "eu-west-1", "us-east-1"),
        ("eu-west-1", "eu-west-1", None),
        ("eu-west-1", "eu-west-1", "eu-west-1"),
        ("eu-west-1", "us-east-1", "eu-west-1"),
        ("eu-west-1", None, None),
    ],
)
def test_regions_that_agree_pass(
    service: str | None, endpoint: str | None, stated: str | None
) -> None:
    assert not list(service_names.valid_service_region(service, endpoint=endpoint, stated=stated))


def test_fails_when_another_region_is_stated() -> None:
    (problem,) = service_names.valid_service_region(
        "eu-west-1", endpoint="eu-west-1", stated="us-east-1"
    )
    assert problem.rule is service_names.service_region_matching


def test_fails_when_the_other_region_is_not_stated() -> None:
    (problem,) = service_names.valid_service_region("eu-west-1", endpoint="us-east-1", stated=None)
    assert problem.rule is service_names.service_region_present


def test_fails_when_the_region_is_in_another_partition() -> None:
    (problem,) = service_names.valid_service_region(
        "eu-west-1", endpoint="cn-north-1", stated="eu-west-1"
    )
    assert problem.rule is partition_shared


@pytest.mark.parametrize(
    ("endpoint", "service"),
    [
        (None, "eu-west-1"),
        ("eu-west-1", None),
        ("eu-west-1", "eu-west-1"),
        ("us-east-1", "eu-west-1"),
    ],
)
def test_supported_regions_pass(endpoint: str | None, service: str | None) -> None:
    assert not list(
        service_names.endpoint_region_supported(endpoint, service=service, supported=["us-east-1"])
    )


def test_fails_when_the_region_is_not_supported() -> None:
    (problem,) = service_names.endpoint_region_supported(
        "us-east-2", service="eu-west-1", supported=["us-east-1"]
    )
    assert problem.rule is service_names.endpoint_region_supported
    assert "eu-west-1, us-east-1" in problem.what


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (ID, "vpce-svc"),
        ("vpce-0123456789abcdef0", "vpce"),
        ("subnet-01234567", "subnet"),
        ("sg-0123456789abcdef0", "sg"),
        ("vpc-0123456789abcdef0", "vpc"),
        ("vpc-12345", "vpc"),
        ("s-12345", "subnet"),
        ("subnet-1", "subnet"),
    ],
)
def test_ids_pass(value: str, kind: str) -> None:
    assert not list(id_well_formed(value, kind))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (ID, "vpce"),
        ("vpce-0123456789abcdef0", "vpce-svc"),
        ("subnet-public", "subnet"),
        ("vpce-svc-123", "vpce-svc"),
        ("sg-0123456789ABCDEF0", "sg"),
        ("my-group", "sg"),
        ("vpc-", "vpc"),
    ],
)
def test_fails_when_an_id_is_none(value: str, kind: str) -> None:
    (problem,) = id_well_formed(value, kind)
    assert problem.rule is id_well_formed
    assert repr(value) in problem.what


@pytest.mark.parametrize("name", [COMMERCIAL, "com.amazonaws.vpce.", f"x.{ID}"])
def test_names_meant_for_endpoint_services_are_reported(name: str) -> None:
    assert is_endpoint_service_name(name)


def test_other_names_are_not_meant_for_endpoint_services() -> None:
    assert not is_endpoint_service_name("com.amazonaws.eu-west-1.s3")


def test_fails_when_a_reference_is_to_the_wrong_thing() -> None:
    (problem,) = reference_of_kind("Nlb (a load balancer)", kind="vpce-svc", right=False)
    assert problem.rule is reference_of_kind
    assert problem.what == "Nlb (a load balancer) is not a valid endpoint service"


def test_a_reference_to_the_right_thing_passes() -> None:
    assert not list(reference_of_kind("Service (a service)", kind="vpce-svc", right=True))


@pytest.mark.parametrize(("value", "kind"), [("vpce-svc-", "vpce-svc"), ("vp", "vpc"), ("Z", "Z")])
def test_beginnings_of_ids_pass(value: str, kind: str) -> None:
    assert not list(id_well_formed(value, kind, complete=False))


def test_fails_when_an_id_begins_otherwise() -> None:
    (problem,) = id_well_formed("subnet-", "sg", complete=False)
    assert problem.rule is id_well_formed
    assert problem.what == "'subnet-...' is not a valid security group ID (sg-...)"


def test_a_name_of_the_services_own_region_passes() -> None:
    assert not list(service_names.service_region_matching("eu-west-1", actual="eu-west-1"))


def test_fails_when_the_name_is_of_another_region() -> None:
    (problem,) = service_names.service_region_matching("eu-west-1", actual="us-east-1")
    assert problem.rule is service_names.service_region_matching
    assert problem.what == "the service name contains 'eu-west-1', but the service is in us-east-1"
