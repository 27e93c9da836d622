"""The certificates of TLS listeners."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.asking import (
    environment_of,
    kind_of_resource,
    only_reference_in,
    stack_of,
    text_of,
)
from privatelink_constructs._cdk.naming import short_hash
from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs.rules.arguments import text_single
from privatelink_constructs.rules.core import is_token, known
from privatelink_constructs.rules.tls import valid_certificate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import aws_cdk as cdk

    from privatelink_constructs._cdk.asking import StackEnvironment
    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.rules.core import Problem


_CERTIFICATES = {"aws_certificatemanager.CfnCertificate", "aws_iam.CfnServerCertificate"}


def certificate_problems(listener: Listener, environment: StackEnvironment) -> Iterator[Problem]:
    """Check that a listener has certificates, in the account and Region of its load balancers.

    :param environment: that of the load balancers.
    """
    for position, certificate in enumerate(listener.certificates):
        arn = _arn(certificate)
        yield from text_single(arn, name=f"the ARN of certificates[{position}]")
        source = _source(certificate) if is_token(arn) else _Source()
        yield from valid_certificate(
            arn,
            region=environment.region,
            account=environment.account,
            name=source.name,
            right=source.right,
            own=source.place,
        )


class _Source(NamedTuple):
    """The resource whose ARN a certificate has.

    :param name: how messages name it.
    :param right: whether it is a certificate, None if that isn't known.
    :param place: its Region and its account, None for each that isn't known.
    """

    name: str | None = None
    right: bool | None = None
    place: tuple[str | None, str | None] = (None, None)


@once_for_each
def _source(certificate: elbv2.IListenerCertificate) -> _Source:
    """Return what is known of the resource that an ARN, which is a token, consists of."""
    token = only_reference_in(_arn(certificate))
    if token is None:
        return _Source()
    environment = environment_of(stack_of(token.target))
    kind = kind_of_resource(token.target)
    right = None if kind is None else kind in _CERTIFICATES
    name = token.target.node.path if right is False else None
    return _Source(name, right, (environment.region, environment.account))


@once_for_each
def _arn(certificate: elbv2.IListenerCertificate) -> str:
    return text_of(certificate, "certificate_arn")


def further_certificates(
    certificates: Sequence[elbv2.IListenerCertificate], stack: cdk.Stack
) -> dict[str, str]:
    """Return the ARNs of all certificates but the default one, each once, by their IDs.

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
    """Return the text for a certificate in IDs, which doesn't depend on other certificates.

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
    another resource has added in the meantime. A resource with one certificate, and an ID that
    follows from the certificate, is only ever created and deleted.

    :param certificates: ARNs by ID.
    :see: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/865
    """
    for name, arn in certificates.items():
        elbv2.CfnListenerCertificate(
            listener,
            f"Certificate-{name}",
            certificates=[elbv2.CfnListenerCertificate.CertificateProperty(certificate_arn=arn)],
            listener_arn=listener.listener_arn,
        )
