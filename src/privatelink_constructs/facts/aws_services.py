"""What is known of AWS services that endpoints connect to."""

from __future__ import annotations

# HTTPS services of AWS, and what comes before the Region in their private names.
HTTPS_SERVICES = {
    **{
        name: name
        for name in (
            *("athena", "autoscaling", "bedrock", "bedrock-runtime", "cloudformation"),
            *("codebuild", "dynamodb", "ec2", "ec2messages", "ecs", "eks", "elasticloadbalancing"),
            *("events", "execute-api", "glue", "kms", "lambda", "logs", "monitoring", "rds"),
            *("secretsmanager", "sns", "sqs", "ssm", "ssmmessages", "states", "sts", "xray"),
        )
    },
    "ecr.api": "api.ecr",
    "ecr.dkr": "dkr.ecr",
    "kinesis-streams": "kinesis",
    "s3": None,
    "sagemaker.api": "api.sagemaker",
    "sagemaker.runtime": "runtime.sagemaker",
}

SERVICES_WITH_GATEWAYS = frozenset({"dynamodb", "s3"})

# Those whose pages tell of endpoint policies. Of others nothing is said: dozens take none.
SERVICES_WITH_POLICY = frozenset(HTTPS_SERVICES) - {
    *("ec2messages", "eks", "events", "kinesis-streams", "ssmmessages"),
}
