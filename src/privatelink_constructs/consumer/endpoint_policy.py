"""What clients may do through the endpoints to AWS services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.rules.arguments import checked, checked_fields
from privatelink_constructs.rules.core import is_token
from privatelink_constructs.rules.policies import organization_id_well_formed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_iam as iam


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class EndpointPolicy:
    """The policy of endpoints to AWS services: what clients may do through them.

    Use :meth:`organization`, :meth:`account`, :meth:`full_access`, or :meth:`from_document` to
    create one. A policy grants nothing: it limits what the clients' own permissions allow.

    Example::

        EndpointPolicy.organization("o-abcdefghij")

    :param organization_id: the organization whose identities may use its resources. Default: None.
    :param own_account: whether the identities of the stack's account may use its resources.
        Default: False.
    :param aws_owned_resources: whether the resources of AWS that the services of the bundle need
        are allowed as well, such as the image layers of Amazon ECR. Default: True.
    :param statements: further statements. Default: none.
    :param document: a policy document, in place of all others. Default: None.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """

    organization_id: str | None = None
    own_account: bool = False
    aws_owned_resources: bool = True
    statements: tuple[iam.PolicyStatement, ...] = ()
    document: Mapping[str, object] | iam.PolicyDocument | None = None

    @staticmethod
    @checked()
    def organization(
        organization_id: str,
        *,
        aws_owned_resources: bool = True,
        statements: Sequence[iam.PolicyStatement] = (),
    ) -> EndpointPolicy:
        """Allow the identities of an organization to use the resources of the organization.

        AWS services that act for you are allowed as well, and so are the resources of AWS that the
        services of the bundle need.

        :param organization_id: the ID of the organization, such as ``o-abcdefghij``.
        :param aws_owned_resources: whether the resources of AWS are allowed. Default: True.
        :param statements: further statements, each with principals. Default: none.
        :raises ValidationError: ``organization-id-malformed``.
        :see: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
        """
        if not is_token(organization_id):
            refuse(organization_id_well_formed(organization_id))
        return EndpointPolicy(
            organization_id=organization_id,
            aws_owned_resources=aws_owned_resources,
            statements=tuple(statements),
        )

    @staticmethod
    @checked()
    def account(
        *, aws_owned_resources: bool = True, statements: Sequence[iam.PolicyStatement] = ()
    ) -> EndpointPolicy:
        """Allow the identities of the stack's account to use the resources of the account.

        AWS services that act for you are allowed as well, and so are the resources of AWS that the
        services of the bundle need.

        :param aws_owned_resources: whether the resources of AWS are allowed. Default: True.
        :param statements: further statements, each with principals. Default: none.
        :see: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
        """
        return EndpointPolicy(
            own_account=True,
            aws_owned_resources=aws_owned_resources,
            statements=tuple(statements),
        )

    @staticmethod
    @checked()
    def full_access() -> EndpointPolicy:
        """Allow everything, as AWS does by default.

        Through a gateway endpoint, everything in the VPC can then read and write in the buckets and
        tables of every account that allows it.
        """
        return EndpointPolicy()

    @staticmethod
    @checked()
    def from_document(document: Mapping[str, object] | iam.PolicyDocument) -> EndpointPolicy:
        """Use a policy document as it is.

        Nothing is added to it, so allow what your services need of AWS, such as the image layers of
        Amazon ECR in Amazon S3.

        :param document: the document, as a mapping or as the CDK has it. It is checked when it is
            used.
        """
        return EndpointPolicy(document=document)
