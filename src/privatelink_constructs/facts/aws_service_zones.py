"""The number of Availability Zones per Region in which AWS services had endpoints.

Which zones these are differs from account to account, so only their number is a fact. It is from
what ``DescribeVpcEndpointServices`` said in 17 Regions in September 2023, as stored in
https://github.com/aws-samples/aws-vpc-builder-cdk (MIT-0). AWS adds zones to services, so a service
can be in more of them by now.
"""

from __future__ import annotations

from functools import cache

_FEWER: dict[str, tuple[int, dict[int, str]]] = {
    "ap-northeast-1": (
        3,
        {
            1: "robomaker",
            2: "elastic-inference.runtime iot.data transfer transfer.server",
        },
    ),
    "ap-northeast-2": (
        4,
        {
            2: (
                "awsconnector elastic-inference.runtime groundstation iot.data lookoutvision "
                "personalize personalize-events personalize-runtime sagemaker.api synthetics "
                "transfer transfer.server"
            ),
            3: (
                "access-analyzer acm-pca airflow.api airflow.env airflow.ops "
                "application-autoscaling appmesh appstream.api appstream.streaming aps athena "
                "autoscaling autoscaling-plans batch cassandra cleanrooms cloudcontrolapi "
                "codebuild codedeploy codedeploy-commands-secure comprehend databrew dataexchange "
                "devops-guru dms drs ecr.api ecr.dkr eks elasticache elasticbeanstalk "
                "elasticbeanstalk-health elasticmapreduce email-smtp emr-containers emr-serverless "
                "execute-api fis glue grafana greengrass guardduty-data identitystore imagebuilder "
                "inspector2 iot.fleethub.api lakeformation license-manager lookoutequipment m2 "
                "macie2 managedblockchain.bitcoin.mainnet managedblockchain.bitcoin.testnet "
                "mediaconnect memory-db mgn models-v2-lex notebook pca-connector-ad pinpoint "
                "profile qldb.session rds rds-data redshift redshift-data refactor-spaces "
                "rekognition sagemaker.metrics sagemaker.runtime securityhub "
                "servicecatalog-appregistry ssm-contacts ssm-incidents states sts studio swf "
                "verifiedpermissions workspaces"
            ),
        },
    ),
    "ap-northeast-3": (
        3,
        {
            1: (
                "application-autoscaling autoscaling elasticbeanstalk elasticbeanstalk-health "
                "redshift-data"
            ),
            2: "studio",
        },
    ),
    "ap-south-1": (
        3,
        {
            2: (
                "awsconnector codeartifact.api codeartifact.repositories codecommit forecast "
                "forecastquery git-codecommit iot.data personalize personalize-events "
                "personalize-runtime sagemaker.api sagemaker.metrics transfer transfer.server"
            ),
        },
    ),
    "ap-southeast-1": (
        3,
        {
            2: "iot.data",
        },
    ),
    "ap-southeast-2": (
        3,
        {
            2: "iot.data",
        },
    ),
    "ca-central-1": (
        3,
        {
            2: (
                "application-autoscaling appmesh autoscaling-plans awsconnector cassandra "
                "clouddirectory codebuild codedeploy codedeploy-commands-secure comprehend "
                "elasticbeanstalk-health elasticmapreduce email-smtp iot.data license-manager "
                "macie2 personalize personalize-events personalize-runtime profile redshift "
                "redshift-fips sagemaker.api sagemaker.metrics synthetics transfer.server "
                "workspaces"
            ),
        },
    ),
    "eu-central-1": (
        3,
        {
            2: "iot.data",
        },
    ),
    "eu-west-1": (
        3,
        {
            2: "elastic-inference.runtime",
        },
    ),
    "eu-west-2": (
        3,
        {
            2: "iot.data",
        },
    ),
    "sa-east-1": (
        3,
        {
            2: (
                "awsconnector cloudcontrolapi codecommit databrew fsx git-codecommit iot.data "
                "license-manager sagemaker.api sagemaker.featurestore-runtime sagemaker.metrics "
                "ssm-contacts transfer transfer.server"
            ),
        },
    ),
    "us-east-1": (
        6,
        {
            3: (
                "appmesh cloudcontrolapi cloudcontrolapi-fips comprehend deviceadvisor.iot dms "
                "dms-fips elastic-inference.runtime email-smtp evidently evidently-dataplane "
                "frauddetector healthlake iot.data iotfleetwise iottwinmaker.api iottwinmaker.data "
                "iotwireless.api lookoutvision lorawan.cups lorawan.lns m2 "
                "migrationhub-orchestrator payment-cryptography.controlplane "
                "payment-cryptography.dataplane personalize personalize-events personalize-runtime "
                "qldb.session rum rum-dataplane ssm-contacts swf swf-fips transfer transfer.server "
                "verifiedpermissions voiceid"
            ),
            4: "cloudhsmv2",
            5: (
                "cassandra cassandra-fips finspace finspace-api fsx fsx-fips iotsitewise.api "
                "iotsitewise.data polly sync-states"
            ),
        },
    ),
    "us-east-2": (
        3,
        {
            2: "elastic-inference.runtime",
        },
    ),
    "us-west-1": (
        2,
        {
            1: "mediaconnect synthetics",
        },
    ),
    "us-west-2": (
        4,
        {
            3: (
                "appmesh awsconnector cloudcontrolapi cloudcontrolapi-fips comprehend "
                "comprehendmedical config deviceadvisor.iot dms dms-fips elastic-inference.runtime "
                "email-smtp evidently evidently-dataplane frauddetector healthlake identitystore "
                "iot.data iottwinmaker.api iottwinmaker.data iotwireless.api kinesis-streams "
                "license-manager lookoutvision lorawan.cups lorawan.lns m2 "
                "migrationhub-orchestrator notebook personalize personalize-events "
                "personalize-runtime qldb.session redshift-data rum rum-dataplane "
                "sagemaker-geospatial sagemaker.api ssm-contacts swf swf-fips transfer "
                "transfer.server verifiedpermissions voiceid workspaces"
            ),
        },
    ),
}
"""For each Region the number of its zones, and the services that were in fewer: how many, which."""


@cache
def _by_service(region: str) -> dict[str, int]:
    _, fewer = _FEWER.get(region, (0, {}))
    return {name: zones for zones, names in fewer.items() for name in names.split()}


def zones_of_service(service: str, region: str) -> int | None:
    """Return the number of zones that a service was in, None if it was in all or isn't known.

    :param service: the part of the service's name after the Region, such as ``ecr.api``.
    """
    return _by_service(region).get(service)
