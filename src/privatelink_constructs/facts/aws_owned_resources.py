"""Resources that belong to AWS, and that clients use through the endpoints of a VPC.

A policy that allows only the resources of an organization or an account breaks each of these: image
layers, agents, documents, and package repositories are in accounts of AWS. Each entry names the
services whose presence in a VPC needs it, and the page that documents it. Most pages are in
https://github.com/aws-samples/data-perimeter-policy-examples (``service_owned_resources.md``, March
2026, referred to below as the data perimeter examples).

Texts contain ``${AWS::Partition}`` and ``${AWS::Region}`` as ``Fn::Sub`` takes them, and
``${RegionWithoutDashes}``.
"""

from __future__ import annotations

from typing import NamedTuple

REGION_WITHOUT_DASHES = "RegionWithoutDashes"
_PERIMETER = "https://github.com/aws-samples/data-perimeter-policy-examples/blob/main/"
_OWNED = f"{_PERIMETER}service_owned_resources.md"


class OwnedResources(NamedTuple):
    """Resources of AWS that the clients of an endpoint use.

    :param sid: the ID of the statement that allows them.
    :param endpoint: the service whose endpoint the requests pass.
    :param needed_by: the services that need it, if one of them is in the VPC.
    :param actions: what clients do with them.
    :param resources: their ARNs.
    :param anyone: whether requests are signed by AWS or not signed, so that no condition on the
        caller can be met. Otherwise only the own identities may send them.
    :param own_resources: whether the resources are the own ones, and only the callers are not.
    :param accounts: the accounts of AWS that the resources belong to, by Region.
    :param source: the page that documents it.
    """

    sid: str
    endpoint: str
    needed_by: frozenset[str]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    anyone: bool
    source: str
    own_resources: bool = False
    accounts: dict[str, str] | None = None


def _buckets(*names: str) -> tuple[str, ...]:
    return tuple(f"arn:${{AWS::Partition}}:s3:::{name}/*" for name in names)


_READ_OBJECT = ("s3:GetObject",)

# https://docs.aws.amazon.com/codeartifact/latest/ug/create-s3-gateway-endpoint.html
CODE_ARTIFACT_ACCOUNTS = {
    "ap-northeast-1": "660291247815",
    "ap-south-1": "681137435769",
    "ap-southeast-1": "421485864821",
    "ap-southeast-2": "860415559748",
    "eu-central-1": "769407342218",
    "eu-north-1": "611884512288",
    "eu-south-1": "484130244270",
    "eu-west-1": "438097961670",
    "eu-west-2": "247805302724",
    "eu-west-3": "762466490029",
    "us-east-1": "193858265520",
    "us-east-2": "250872398865",
    "us-west-2": "787052242323",
}
"""The account of the buckets of CodeArtifact in each of its Regions."""

_EKS_REGIONS = (
    "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 "
    "ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 "
    "us-east-2 us-west-1 us-west-2"
)
# https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html
EKS_ACCOUNTS = {
    **dict.fromkeys(_EKS_REGIONS.split(), "602401143452"),
    "af-south-1": "877085696533",
    "ap-east-1": "800184023465",
    "ap-east-2": "533267051163",
    "ap-south-2": "900889452093",
    "ap-southeast-3": "296578399912",
    "ap-southeast-4": "491585149902",
    "ap-southeast-5": "151610086707",
    "ap-southeast-6": "333609536671",
    "ap-southeast-7": "121268973566",
    "ca-west-1": "761377655185",
    "cn-north-1": "918309763551",
    "cn-northwest-1": "961992271922",
    "eu-central-2": "900612956339",
    "eu-south-1": "590381155156",
    "eu-south-2": "455263428931",
    "il-central-1": "066635153087",
    "me-central-1": "759879836304",
    "me-south-1": "558608220178",
    "mx-central-1": "730335286997",
    "us-gov-east-1": "151742754352",
    "us-gov-west-1": "013241004608",
}
"""The account of the registry with the images of EKS add-ons in each Region."""

_INSTANCES = frozenset({"ecs-agent", "eks", "ssm"})
"""A VPC with an endpoint to one of these has instances, which install packages."""

OWNED_RESOURCES = (
    OwnedResources(
        sid="AllowImageLayersOfEcr",
        endpoint="s3",
        needed_by=frozenset({"ecr.dkr"}),
        actions=_READ_OBJECT,
        resources=_buckets("prod-${AWS::Region}-starport-layer-bucket"),
        anyone=True,
        source=(
            "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html"
            "#ecr-minimum-s3-perms"
        ),
    ),
    OwnedResources(
        sid="AllowAgentsOfSystemsManager",
        endpoint="s3",
        needed_by=frozenset({"ssm"}),
        actions=_READ_OBJECT,
        resources=_buckets(
            "aws-ssm-${AWS::Region}",
            "amazon-ssm-${AWS::Region}",
            "amazon-ssm-packages-${AWS::Region}",
            "${AWS::Region}-birdwatcher-prod",
            "aws-ssm-distributor-file-${AWS::Region}",
            "aws-ssm-document-attachments-${AWS::Region}",
            "patch-baseline-snapshot-${AWS::Region}",
            "aws-windows-downloads-${AWS::Region}",
        ),
        anyone=True,
        source="https://docs.aws.amazon.com/systems-manager/latest/userguide/"
        "ssm-agent-technical-details.html",
    ),
    OwnedResources(
        sid="AllowAmazonLinuxRepositories",
        endpoint="s3",
        needed_by=_INSTANCES,
        actions=_READ_OBJECT,
        resources=_buckets(
            "al2023-repos-${AWS::Region}-de612dc2",
            "al2023-${AWS::Region}",
            "amazonlinux-2-repos-${AWS::Region}",
            "amazonlinux.${AWS::Region}.amazonaws.com",
            "packages.${AWS::Region}.amazonaws.com",
            "repo.${AWS::Region}.amazonaws.com",
        ),
        anyone=True,
        source=_OWNED,
    ),
    OwnedResources(
        sid="AllowAgentOfCloudWatch",
        endpoint="s3",
        needed_by=frozenset({"monitoring"}),
        actions=_READ_OBJECT,
        resources=_buckets("amazoncloudwatch-agent-${AWS::Region}", "amazoncloudwatch-agent"),
        anyone=True,
        source=_OWNED,
    ),
    OwnedResources(
        sid="AllowAgentOfCodeDeploy",
        endpoint="s3",
        needed_by=frozenset({"codedeploy", "codedeploy-commands-secure"}),
        actions=_READ_OBJECT,
        resources=_buckets("aws-codedeploy-${AWS::Region}"),
        anyone=True,
        source=_OWNED,
    ),
    OwnedResources(
        sid="AllowResponsesToCloudFormation",
        endpoint="s3",
        needed_by=frozenset({"cloudformation"}),
        # A response is put with a presigned URL of CloudFormation.
        actions=("s3:PutObject",),
        resources=_buckets(
            f"cloudformation-custom-resource-response-${{{REGION_WITHOUT_DASHES}}}",
            "cloudformation-waitcondition-${AWS::Region}",
        ),
        anyone=True,
        source=(
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
            "vpc-interface-endpoints.html"
        ),
    ),
    OwnedResources(
        sid="AllowHelpersOfCloudFormation",
        endpoint="s3",
        needed_by=frozenset({"cloudformation"}),
        actions=_READ_OBJECT,
        resources=_buckets("cloudformation-examples"),
        anyone=True,
        source=_OWNED,
    ),
    OwnedResources(
        sid="AllowAssetsOfCodeArtifact",
        endpoint="s3",
        needed_by=frozenset({"codeartifact.repositories"}),
        actions=_READ_OBJECT,
        resources=_buckets("assets-{account}-{region}"),
        anyone=True,
        accounts=CODE_ARTIFACT_ACCOUNTS,
        source="https://docs.aws.amazon.com/codeartifact/latest/ug/create-s3-gateway-endpoint.html",
    ),
    OwnedResources(
        sid="AllowComponentsOfImageBuilder",
        endpoint="s3",
        needed_by=frozenset({"imagebuilder"}),
        actions=_READ_OBJECT,
        resources=_buckets(
            "ec2imagebuilder-toe-${AWS::Region}-prod",
            "ec2imagebuilder-managed-resources-${AWS::Region}-prod/components",
        ),
        anyone=True,
        source=(
            "https://docs.aws.amazon.com/imagebuilder/latest/userguide/"
            "security-iam-data-perimeter.html"
        ),
    ),
    OwnedResources(
        sid="AllowDocumentsOfSystemsManager",
        endpoint="ssm",
        needed_by=frozenset({"ssm"}),
        actions=(
            "ssm:CreateAssociation",
            "ssm:Describe*",
            "ssm:Get*",
            "ssm:List*",
            "ssm:SendCommand",
            "ssm:StartAutomationExecution",
            "ssm:StartChangeRequestExecution",
            "ssm:StartSession",
        ),
        resources=(
            "arn:${AWS::Partition}:ssm:${AWS::Region}::parameter/aws/*",
            "arn:${AWS::Partition}:ssm:${AWS::Region}::document/*",
            "arn:${AWS::Partition}:ssm:*::automation-definition/*",
        ),
        anyone=False,
        source=f"{_PERIMETER}vpc_endpoint_policies/ssm_endpoint_policy.json",
    ),
    OwnedResources(
        sid="AllowImagesOfEksAddOns",
        endpoint="ecr.api",
        needed_by=frozenset({"eks"}),
        actions=(
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
        ),
        resources=("arn:${AWS::Partition}:ecr:{region}:{account}:repository/*",),
        anyone=False,
        accounts=EKS_ACCOUNTS,
        source="https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html",
    ),
    OwnedResources(
        sid="AllowRolesOfServiceAccounts",
        endpoint="sts",
        needed_by=frozenset({"eks"}),
        actions=("sts:AssumeRoleWithWebIdentity",),
        resources=("arn:${AWS::Partition}:iam::*:role/*",),
        # Such a request has a token in place of a signature.
        anyone=True,
        own_resources=True,
        source="https://docs.aws.amazon.com/STS/latest/APIReference/"
        "API_AssumeRoleWithWebIdentity.html",
    ),
    OwnedResources(
        sid="AllowImagesAndPrefixListsOfEc2",
        endpoint="ec2",
        needed_by=frozenset({"ec2"}),
        actions=(
            "ec2:CreateReplaceRootVolumeTask",
            "ec2:CreateTags",
            "ec2:DeleteTags",
            "ec2:GetManagedPrefixListEntries",
            "ec2:RunInstances",
        ),
        resources=(
            "arn:${AWS::Partition}:ec2:*::image/*",
            "arn:${AWS::Partition}:ec2:*:aws:prefix-list/*",
        ),
        anyone=False,
        source=f"{_PERIMETER}vpc_endpoint_policies/ec2_endpoint_policy.json",
    ),
    OwnedResources(
        sid="AllowTransformsOfCloudFormation",
        endpoint="cloudformation",
        needed_by=frozenset({"cloudformation"}),
        actions=("cloudformation:CreateChangeSet",),
        resources=("arn:${AWS::Partition}:cloudformation:${AWS::Region}:aws:transform/*",),
        anyone=False,
        source=f"{_PERIMETER}vpc_endpoint_policies/cloudformation_endpoint_policy.json",
    ),
    OwnedResources(
        sid="AllowManagedPoliciesOfIam",
        endpoint="iam",
        needed_by=frozenset({"iam"}),
        actions=("iam:*",),
        resources=("arn:${AWS::Partition}:iam::aws:policy/*",),
        anyone=False,
        source=f"{_PERIMETER}vpc_endpoint_policies/iam_endpoint_policy.json",
    ),
)


def owned_resources_of(endpoint: str, services: frozenset[str]) -> list[OwnedResources]:
    """Return the resources of AWS that are used through an endpoint, for the services in its VPC.

    :param endpoint: the service of the endpoint, such as ``s3``.
    :param services: the services that have endpoints in the VPC.
    """
    # Images are pulled with the actions of the API, and through the endpoint of the registry.
    home = "ecr.api" if endpoint == "ecr.dkr" else endpoint
    return [it for it in OWNED_RESOURCES if it.endpoint == home and it.needed_by & services]


def arns_of(entry: OwnedResources, region: str | None) -> list[str]:
    """Return the ARNs of resources, those of each Region if accounts differ and it isn't known.

    :param region: the Region of the endpoint, None if it isn't known.
    """
    if entry.accounts is None:
        return list(entry.resources)
    accounts = entry.accounts
    regions = [region] if region is not None else sorted(accounts)
    return [
        arn.replace("{account}", accounts[each]).replace("{region}", each)
        for each in regions
        if each in accounts
        for arn in entry.resources
    ]
