"""The certificates of TLS listeners."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.asking import (
    environment_of,
    only_reference_in,
    referenced,
    stack_of,
    text_of,
)
from privatelink_constructs._cdk.naming import short_hash
from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs.rules.core import known
from privatelink_constructs.rules.tls import certificate_in_region

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import aws_cdk as cdk

    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.rules.core import Problem


def certificate_problems(listener: Listener, region: str | None) -> Iterator[Problem]:
    """Check that the certificates of a listener are in the Region of its load balancers.

    :param region: that Region, None when it isn't known.
    """
    if region is None:
        return
    for certificate in listener.certificates:
        arn = _arn(certificate)
        own = _region_of_reference(certificate) if known(arn) is None else None
        yield from certificate_in_region(known(arn), region=region, own=own)


@once_for_each
def _arn(certificate: elbv2.IListenerCertificate) -> str:
    return text_of(certificate, "certificate_arn")


@once_for_each
def _region_of_reference(certificate: elbv2.IListenerCertificate) -> str | None:
    """Return the Region of the stack that a certificate is defined in."""
    resource = referenced(_arn(certificate))
    return environment_of(stack_of(resource)).region if resource is not None else None


def further_certificates(
    certificates: Sequence[elbv2.IListenerCertificate], stack: cdk.Stack
) -> dict[str, str]:
    """Return the ARNs of all certificates but the default one, each once, by their ids.

    :param certificates: the certificates of a listener, the default one first.
    :param stack: the stack of the listener.
    """
    if len(certificates) < 2:  # noqa: PLR2004 - the default one and another one
        return {}
    arns = [_arn(certificate) for certificate in certificates]
    default, *further = ((_id_of(arn, stack), arn) for arn in arns)
    found = dict(further)
    # AWS selects the default certificate by server name, too.
    found.pop(default[0], None)
    return found


def _id_of(arn: str, stack: cdk.Stack) -> str:
    """Return what stands for a certificate in ids, whatever else the listener has.

    That is where the certificate is defined, or the ARN where it is imported.
    """
    source = only_reference_in(arn)
    if source is not None:
        address = source.target.node.addr
        return address if source.display_name == "Ref" else f"{address}-{source.display_name}"
    text = known(arn) or json.dumps(stack.resolve(arn), sort_keys=True)
    return short_hash(text)


def define_certificates(listener: elbv2.NetworkListener, certificates: Mapping[str, str]) -> None:
    """Define one resource for each further certificate of a listener.

    CloudFormation removes the old certificates of such a resource when they change, also those that
    another resource has added in the meantime. A resource with one certificate, and an id that
    follows from the certificate, is only ever created and deleted.

    :param certificates: ARNs by id.
    :see: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/865
    """
    for name, arn in certificates.items():
        elbv2.CfnListenerCertificate(
            listener,
            f"Certificate-{name}",
            certificates=[elbv2.CfnListenerCertificate.CertificateProperty(certificate_arn=arn)],
            listener_arn=listener.listener_arn,
        )
