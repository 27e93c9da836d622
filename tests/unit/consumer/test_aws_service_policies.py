"""What the presets of endpoint policies answer to requests, and what is written where."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from tests.support.aws_services import ORGANIZATION, bundle_in, endpoints_of
from tests.support.consumers import consumer_in
from tests.support.policy_evaluator import Request, allows, deployed
from tests.support.refusals import refusal, refused, warnings_of
from tests.support.vpcs import vpc_in

from privatelink_constructs import AwsService, AwsServices, EndpointPolicy

OWN, FOREIGN, AWS = "111111111111", "999999999999", "amazon"
ROLE = f"arn:aws:iam::{OWN}:role/app"
PRESETS = {
    "organization": EndpointPolicy.organization(ORGANIZATION),
    "account": EndpointPolicy.account(),
    "full access": EndpointPolicy.full_access(),
}
EVERYTHING = [
    AwsServices.ecs_on_ec2(),
    AwsServices.eks_private_cluster(),
    AwsServices.session_manager(),
    AwsServices.code_artifact(),
    AwsService.interface("cloudformation"),
    AwsService.interface("monitoring"),
    AwsService.interface("codedeploy"),
    AwsService.interface("imagebuilder"),
    AwsService.interface("s3"),
    AwsService.gateway("dynamodb"),
]


def policies(
    *services: Any, policy: EndpointPolicy, region: str = "eu-west-1", partition: str = "aws"
) -> dict[str, Any]:
    """Return the policy of each endpoint, as it is in an account."""
    stack = consumer_in(env=cdk.Environment(account=OWN, region="eu-west-1"))
    bundle_in(stack, *services, policy=policy)
    return {
        name: deployed(it["PolicyDocument"], region=region, partition=partition, account=OWN)
        for name, it in endpoints_of(stack).items()
        if "PolicyDocument" in it
    }


def by(owner: str | None, *, of: str | None = None, **context: str) -> dict[str, str]:
    """Return the condition keys of a request of one side for a resource of another.

    :param owner: whose identity sends it; None for nobody's.
    :param of: whose resource it is for; None where the keys are absent.
    """
    keys = dict(context)
    if owner is not None:
        keys |= {"aws:PrincipalAccount": owner, "aws:PrincipalOrgID": _organization(owner)}
    if of is not None:
        keys |= {"aws:ResourceAccount": of, "aws:ResourceOrgID": _organization(of)}
    return keys


def _organization(account: str) -> str:
    return ORGANIZATION if account == OWN else f"o-of{account:a<10}"


BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket/a"
PARTNER = "arn:aws:s3:::p/*"
LAYER = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/layer"
SERVICE = {"aws:PrincipalIsAWSService": "true"}
# endpoint, action, resource, keys, what the organization and the account answer.
REQUESTS: dict[str, tuple[str, str, str, dict[str, str], bool]] = {
    "own to own": ("Gateway s3", "s3:PutObject", BUCKET, by(OWN, of=OWN), True),
    "own to foreign": ("Gateway s3", "s3:PutObject", BUCKET, by(OWN, of=FOREIGN), False),
    "foreign to own": ("Gateway s3", "s3:GetObject", BUCKET, by(FOREIGN, of=OWN), False),
    "foreign to foreign": ("Gateway s3", "s3:PutObject", BUCKET, by(FOREIGN, of=FOREIGN), False),
    "anonymous to own": ("Gateway s3", "s3:GetObject", BUCKET, by(None, of=OWN), False),
    "keys absent": ("Gateway s3", "s3:GetObject", BUCKET, {}, False),
    "own, resource keys absent": ("Gateway s3", "s3:PutObject", BUCKET, by(OWN), False),
    "a service of AWS": ("Gateway s3", "s3:PutObject", BUCKET, SERVICE, True),
    "a layer, signed by AWS": ("Gateway s3", "s3:GetObject", LAYER, by(AWS, of=AWS), True),
    "a layer, anonymous": ("Gateway s3", "s3:GetObject", LAYER, {}, True),
    "a layer, written": ("Gateway s3", "s3:PutObject", LAYER, by(OWN, of=AWS), False),
    "a layer, by interface": ("Interface s3", "s3:GetObject", LAYER, by(AWS, of=AWS), True),
    "a bucket that looks like the layers'": (
        "Gateway s3", "s3:GetObject", "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket-2/a", {},
        False,
    ),
    "Amazon Linux": (
        "Gateway s3", "s3:GetObject", "arn:aws:s3:::al2023-repos-eu-west-1-de612dc2/core/a.rpm",
        {}, True,
    ),
    "SSM Agent": ("Gateway s3", "s3:GetObject", "arn:aws:s3:::amazon-ssm-eu-west-1/a", {}, True),
    "a patch baseline": (
        "Gateway s3", "s3:GetObject", "arn:aws:s3:::patch-baseline-snapshot-eu-west-1/a", {}, True,
    ),
    "a response to CloudFormation": (
        "Gateway s3", "s3:PutObject",
        "arn:aws:s3:::cloudformation-custom-resource-response-euwest1/a", {}, True,
    ),
    "a wait condition": (
        "Gateway s3", "s3:PutObject", "arn:aws:s3:::cloudformation-waitcondition-eu-west-1/a", {},
        True,
    ),
    "a response that is read": (
        "Gateway s3", "s3:GetObject",
        "arn:aws:s3:::cloudformation-custom-resource-response-euwest1/a", {}, False,
    ),
    "an asset of CodeArtifact": (
        "Gateway s3", "s3:GetObject", "arn:aws:s3:::assets-438097961670-eu-west-1/a", {}, True,
    ),
    "an asset of another Region": (
        "Gateway s3", "s3:GetObject", "arn:aws:s3:::assets-193858265520-us-east-1/a", {}, False,
    ),
    "CloudWatch agent": (
        "Gateway s3", "s3:GetObject", "arn:aws:s3:::amazoncloudwatch-agent-eu-west-1/a", {}, True,
    ),
    "CodeDeploy agent": (
        "Gateway s3", "s3:GetObject", "arn:aws:s3:::aws-codedeploy-eu-west-1/a", {}, True,
    ),
    "a component of Image Builder": (
        "Gateway s3", "s3:GetObject", "arn:aws:s3:::ec2imagebuilder-toe-eu-west-1-prod/a", {},
        True,
    ),
    "an own table": (
        "Gateway dynamodb", "dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:1:table/t",
        by(OWN, of=OWN), True,
    ),
    "a layer through DynamoDB": ("Gateway dynamodb", "s3:GetObject", LAYER, {}, False),
    "a document of AWS": (
        "Interface ssm", "ssm:SendCommand", "arn:aws:ssm:eu-west-1::document/AWS-RunShellScript",
        by(OWN, of=AWS), True,
    ),
    "a parameter of AWS": (
        "Interface ssm", "ssm:GetParameter", "arn:aws:ssm:eu-west-1::parameter/aws/service/ami",
        by(OWN), True,
    ),
    "a document of AWS, by a stranger": (
        "Interface ssm", "ssm:SendCommand", "arn:aws:ssm:eu-west-1::document/AWS-RunShellScript",
        by(FOREIGN, of=AWS), False,
    ),
    "a document of a stranger": (
        "Interface ssm", "ssm:SendCommand", f"arn:aws:ssm:eu-west-1:{FOREIGN}:document/theirs",
        by(OWN, of=FOREIGN), False,
    ),
    "an image of AWS": (
        "Interface ec2", "ec2:RunInstances", "arn:aws:ec2:eu-west-1::image/ami-1", by(OWN, of=AWS),
        True,
    ),
    "an image of AWS, deregistered": (
        "Interface ec2", "ec2:DeregisterImage", "arn:aws:ec2:eu-west-1::image/ami-1",
        by(OWN, of=AWS), False,
    ),
    "an add-on of EKS": (
        "Interface ecr.dkr", "ecr:BatchGetImage",
        "arn:aws:ecr:eu-west-1:602401143452:repository/eks/coredns", by(OWN, of="602401143452"),
        True,
    ),
    "an image pushed to AWS": (
        "Interface ecr.api", "ecr:PutImage",
        "arn:aws:ecr:eu-west-1:602401143452:repository/eks/coredns", by(OWN, of="602401143452"),
        False,
    ),
    "an image of a stranger": (
        "Interface ecr.api", "ecr:BatchGetImage",
        f"arn:aws:ecr:eu-west-1:{FOREIGN}:repository/a", by(OWN, of=FOREIGN), False,
    ),
    "a role for a service account": (
        "Interface sts", "sts:AssumeRoleWithWebIdentity", f"arn:aws:iam::{OWN}:role/pod",
        by(None, of=OWN), True,
    ),
    "a role of a stranger": (
        "Interface sts", "sts:AssumeRoleWithWebIdentity", f"arn:aws:iam::{FOREIGN}:role/pod",
        by(None, of=FOREIGN), False,
    ),
    "an assumed role of a stranger": (
        "Interface sts", "sts:AssumeRole", f"arn:aws:iam::{FOREIGN}:role/a", by(OWN, of=FOREIGN),
        False,
    ),
    "a transform of AWS": (
        "Interface cloudformation", "cloudformation:CreateChangeSet",
        "arn:aws:cloudformation:eu-west-1:aws:transform/Serverless-2016-10-31", by(OWN), True,
    ),
    "own logs": (
        "Interface logs", "logs:PutLogEvents", "arn:aws:logs:eu-west-1:1:log-group:a",
        by(OWN, of=OWN), True,
    ),
    "logs of a stranger": (
        "Interface logs", "logs:PutLogEvents", "arn:aws:logs:eu-west-1:9:log-group:a",
        by(OWN, of=FOREIGN), False,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def written() -> dict[str, dict[str, Any]]:
    return {name: policies(*EVERYTHING, policy=it) for name, it in PRESETS.items()}


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("preset", PRESETS)
def test_requests(written: dict[str, dict[str, Any]], preset: str, name: str) -> None:
    endpoint, action, resource, keys, expected = REQUESTS[name]
    document = written[preset][endpoint]
    found = allows(document, Request(action, resource, ROLE, keys))
    assert found is (expected or preset == "full access")


def test_another_account_of_the_organization_is_own_only_to_the_organization(
    written: dict[str, dict[str, Any]],
) -> None:
    keys = {**by(OWN, of=FOREIGN), "aws:ResourceOrgID": ORGANIZATION}
    request = Request("s3:PutObject", BUCKET, ROLE, keys)
    assert allows(written["organization"]["Gateway s3"], request)
    assert not allows(written["account"]["Gateway s3"], request)


@pytest.mark.parametrize("preset", ["account", "organization"])
@pytest.mark.parametrize(
    ("services", "resources"),
    [
        ([AwsService.gateway("s3")], set[str]()),
        ([AwsServices.container_images()], {"prod-eu-west-1-starport-layer-bucket"}),
        (
            [AwsServices.code_artifact()],
            {"assets-438097961670-eu-west-1"},
        ),
        (
            [AwsService.interface("cloudformation"), AwsService.gateway("s3")],
            {
                "cloudformation-custom-resource-response-euwest1",
                "cloudformation-waitcondition-eu-west-1",
                "cloudformation-examples",
            },
        ),
    ],
    ids=["nothing", "images", "packages", "responses"],
)
def test_a_policy_has_no_more_than_the_services_of_the_bundle_need(
    preset: str, services: list[Any], resources: set[str]
) -> None:
    document = policies(*services, policy=PRESETS[preset])["Gateway s3"]
    found = {
        arn.removeprefix("arn:aws:s3:::").removesuffix("/*")
        for statement in document["Statement"]
        if statement["Resource"] != "*"
        for arn in statement["Resource"]
    }
    assert found == resources


@pytest.mark.parametrize(
    ("region", "partition"),
    [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-1", "aws")],
)
def test_the_deployment_decides_on_partition_and_region(region: str, partition: str) -> None:
    document = policies(
        AwsServices.container_images(),
        policy=EndpointPolicy.account(),
        region=region,
        partition=partition,
    )["Gateway s3"]
    layer = f"arn:{partition}:s3:::prod-{region}-starport-layer-bucket/layer"
    assert allows(document, Request("s3:GetObject", layer))


def test_without_a_region_all_accounts_of_aws_are_listed() -> None:
    stack = consumer_in(env=None)
    bundle_in(stack, AwsServices.code_artifact(), AwsServices.eks_private_cluster())
    found = endpoints_of(stack)
    given = found["Gateway s3"]["PolicyDocument"]
    document = deployed(given, region="us-east-1", partition="aws", account=OWN)
    for account, region in (("438097961670", "eu-west-1"), ("193858265520", "us-east-1")):
        asset = f"arn:aws:s3:::assets-{account}-{region}/a"
        assert allows(document, Request("s3:GetObject", asset))


def test_a_region_where_aws_has_no_such_account_gets_no_statement() -> None:
    stack = consumer_in(env=cdk.Environment(account=OWN, region="us-west-1"))
    bundle_in(stack, AwsServices.code_artifact())
    (found,) = (
        it["PolicyDocument"]
        for it in endpoints_of(stack).values()
        if it["VpcEndpointType"] == "Gateway"
    )
    assert {it["Sid"] for it in found["Statement"]} == {
        "AllowOwnIdentitiesToOwnResources",
        "AllowAwsServices",
    }


def test_without_resources_of_aws() -> None:
    policy = EndpointPolicy.organization(ORGANIZATION, aws_owned_resources=False)
    document = policies(AwsServices.container_images(), policy=policy)["Gateway s3"]
    assert not allows(document, Request("s3:GetObject", LAYER))


def test_further_statements() -> None:
    partner = iam.PolicyStatement.from_json(
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::p/*",
        }
    )
    for policy in (
        EndpointPolicy.account(statements=[partner]),
        EndpointPolicy.organization(ORGANIZATION, statements=[partner]),
    ):
        document = policies(AwsService.gateway("s3"), policy=policy)["Gateway s3"]
        assert allows(document, Request("s3:GetObject", "arn:aws:s3:::p/a"))


def test_fails_when_a_further_statement_has_no_principal() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    wrong = iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"])
    policy = EndpointPolicy.account(statements=[wrong])
    with refused(stack, "endpoint-policy-malformed", ".*no Principal"):
        bundle_in(stack, AwsService.gateway("s3"), vpc=vpc, policy=policy)


def test_own_documents_are_written_as_they_are() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "logs:*", "Resource": "*"}
    plain = {"Version": "2012-10-17", "Statement": [statement]}
    of_the_cdk = iam.PolicyDocument(statements=[iam.PolicyStatement.from_json(statement)])
    found = policies(
        AwsService.interface("logs", policy=EndpointPolicy.from_document(plain)),
        AwsService.interface("sqs", policy=EndpointPolicy.from_document(of_the_cdk)),
        policy=EndpointPolicy.account(),
    )
    assert found["Interface logs"] == plain
    assert found["Interface sqs"]["Statement"] == [statement]


@pytest.mark.parametrize("organization_id", ["o-ABC", "ou-abcd-12345678", "123456789012", ""])
def test_fails_when_the_id_is_of_no_organization(organization_id: str) -> None:
    with refusal("organization-id-malformed", ".*not a valid organization ID"):
        EndpointPolicy.organization(organization_id)


def test_an_organization_can_be_a_token() -> None:
    stack = consumer_in()
    parameter = cdk.CfnParameter(stack, "Organization")
    bundle_in(
        stack,
        AwsService.gateway("s3"),
        policy=EndpointPolicy.organization(parameter.value_as_string),
    )
    statement = endpoints_of(stack)["Gateway s3"]["PolicyDocument"]["Statement"][0]
    assert statement["Condition"]["StringEquals"]["aws:ResourceOrgID"] == {"Ref": "Organization"}
    assert warnings_of(stack) == {}


def test_fails_when_a_gateway_endpoint_has_no_policy() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with refused(stack, "gateway-endpoint-policy-missing", "'s3' has no policy"):
        bundle_in(stack, AwsService.gateway("s3"), policy=None, vpc=vpc)


def test_interface_endpoints_without_a_policy_allow_everything_with_a_warning() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.interface("logs"), AwsService.interface("sqs"), policy=None)
    everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    for found in endpoints_of(stack).values():
        assert found["PolicyDocument"]["Statement"] == [everything]
    assert list(warnings_of(stack)) == ["endpoint-policy-missing"]


def test_full_access_is_no_warning() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.gateway("s3"), policy=EndpointPolicy.full_access())
    bundle_in(
        stack,
        AwsService.interface("logs"),
        name="Logs",
        policy=EndpointPolicy.full_access(),
    )
    assert warnings_of(stack) == {}


def test_services_without_policies_get_none_and_a_note() -> None:
    stack = consumer_in()
    bundle = bundle_in(stack, AwsService.interface("datasync"), AwsService.interface("logs"))
    assert "PolicyDocument" not in endpoints_of(stack)["Interface datasync"]
    (note,) = [it.data for it in bundle.node.metadata if it.type == "aws:cdk:info"]
    assert note.startswith("datasync: no endpoint policy")
    assert warnings_of(stack) == {}


def test_a_policy_of_its_own_is_written_for_a_service_without_policies_with_a_warning() -> None:
    stack = consumer_in()
    own = AwsService.interface("datasync", policy=EndpointPolicy.account())
    bundle = bundle_in(stack, own)
    assert "PolicyDocument" in endpoints_of(stack)["Interface datasync"]
    assert "September 2023" in warnings_of(stack)["aws-service-policy-not-supported"]
    assert not [it for it in bundle.node.metadata if it.type == "aws:cdk:info"]


def test_a_service_that_is_not_in_the_facts_is_taken_with_a_warning() -> None:
    stack = consumer_in()
    bundle_in(stack, AwsService.interface("brand-new"), AwsService.interface("logs"))
    assert "PolicyDocument" in endpoints_of(stack)["Interface brand-new"]
    assert "brand-new supports" in warnings_of(stack)["aws-service-undetermined"]


def test_a_service_that_is_not_in_the_facts_is_no_warning_where_nothing_relies_on_it() -> None:
    stack = consumer_in()
    own = AwsService.interface("brand-new", policy=EndpointPolicy.account())
    bundle_in(stack, own, private_dns_enabled=False)
    bundle_in(
        stack,
        AwsService.interface("another-one"),
        name="Open",
        policy=None,
        private_dns_enabled=False,
    )
    assert "PolicyDocument" not in endpoints_of(stack)["Interface another-one"]
    assert warnings_of(stack) == {}


def test_fails_when_a_policy_is_too_long() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "logs:*"}
    long = {"Statement": [{**statement, "Resource": [f"arn:{it:020}" for it in range(900)]}]}
    with refused(stack, "endpoint-policy-exceeded"):
        bundle_in(
            stack,
            AwsService.interface("logs", policy=EndpointPolicy.from_document(long)),
            vpc=vpc,
        )


def test_the_longest_preset_is_within_the_limit(written: dict[str, dict[str, Any]]) -> None:
    for found in written.values():
        assert all(len(str(document)) < 20_480 for document in found.values())


def test_fails_when_a_document_has_no_principal() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    wrong = {"Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}
    with refused(stack, "endpoint-policy-malformed", "no Principal"):
        bundle_in(
            stack,
            AwsService.interface("logs", policy=EndpointPolicy.from_document(wrong)),
            vpc=vpc,
        )


def test_a_document_that_keeps_images_from_being_pulled_is_a_warning() -> None:
    stack = consumer_in()
    own_only = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
    }
    policy = EndpointPolicy.from_document({"Version": "2012-10-17", "Statement": [own_only]})
    bundle_in(stack, AwsServices.container_images(), AwsService.gateway("s3", policy=policy))
    assert list(warnings_of(stack)) == ["endpoint-policy-insufficient"]
