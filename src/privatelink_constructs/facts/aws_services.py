"""Facts about the AWS services that endpoints connect to."""

from __future__ import annotations

from privatelink_constructs.facts.aws_service_table import aws_service

HTTPS = 443
_CASSANDRA = 9142

SERVICES_WITH_POLICY = frozenset(
    {
        *("athena", "autoscaling", "bedrock", "bedrock-runtime", "cloudformation", "codebuild"),
        *("dynamodb", "ec2", "ecr.api", "ecr.dkr", "ecs", "elasticloadbalancing", "execute-api"),
        *("glue", "kms", "lambda", "logs", "monitoring", "rds", "s3", "sagemaker.api"),
        *("sagemaker.runtime", "secretsmanager", "sns", "sqs", "ssm", "states", "sts", "xray"),
    }
)
"""Services whose documentation covers endpoint policies. Dozens of others support none."""


def is_aws_service(name: str) -> bool:
    """Tell whether an AWS service is known by what is behind the Region in its name."""
    return aws_service(name) is not None


def tcp_ports(name: str | None) -> tuple[int, ...]:
    """Return the TCP ports that an AWS service listens to, none where they aren't known.

    :param name: the part of its name after the Region, None if it isn't an AWS service.
    """
    facts = aws_service(name) if name else None
    return facts.ports if facts else ()


def needed_ports(name: str | None) -> tuple[int, ...]:
    """Return the TCP ports that clients of an AWS service need for certain.

    A mail client needs one of several ports, so that none of them is certain.
    """
    ports = tcp_ports(name)
    return ports if ports in {(HTTPS,), (_CASSANDRA,)} else ()


def endpoint_types(name: str | None) -> frozenset[str] | None:
    """Return the types of endpoints that reach an AWS service, None where they aren't known."""
    facts = aws_service(name) if name else None
    if facts is None:
        return None
    return frozenset({"Gateway", "Interface"}) if facts.gateway else frozenset({"Interface"})


def private_label(name: str | None) -> str | None:
    """Return what comes before the Region in the only private name of an AWS service.

    :return: without a wildcard, None where there are several names or they aren't known.
    """
    facts = aws_service(name) if name else None
    labels = facts.private_names if facts and facts.private_names else ()
    plain = [label for label in labels if not label.startswith("*.")]
    single = plain or list(labels)
    return single[0].removeprefix("*.") if len(single) == 1 else None


def has_private_names(name: str | None) -> bool:
    """Tell whether it is certain that private DNS gives names to the endpoints of a service."""
    facts = aws_service(name) if name else None
    return facts is not None and bool(facts.private_names)
