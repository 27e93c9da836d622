"""What the accounts of an organization can do with PrivateLink: two service control policies."""

import aws_cdk as cdk
from constructs import Construct

from privatelink_constructs import GuardRails, PrivateLinkChecks, ServiceControlPolicy

WORKLOADS = "ou-abcd-12345678"
NETWORK_ACCOUNT = "222222222222"


class OrganizationStack(cdk.Stack):
    """Policies in the management account, attached to the organizational unit of the workloads."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define what consumers can connect to, and what providers can publish."""
        super().__init__(scope, id, env=env)
        ServiceControlPolicy(
            self,
            "Consumers",
            description="Endpoints to AWS services and to services of the network account only",
            statements=[
                GuardRails.only_service_owners("amazon", NETWORK_ACCOUNT),
                GuardRails.only_service_regions("eu-west-1", "eu-central-1"),
                GuardRails.no_unverified_resource_names(),
            ],
            targets=[WORKLOADS],
        )
        # The role with which the CDK deploys has to be one of them.
        deployers = ["cdk-*-cfn-exec-role-*", "NetworkAdmin"]
        ServiceControlPolicy(
            self,
            "Providers",
            description="Services under example.com, shared within the organization",
            statements=[
                GuardRails.only_private_names("*.example.com"),
                GuardRails.only_roles_may_accept(*deployers, "*-PaymentsAcceptor*"),
                GuardRails.only_roles_may_permit(*deployers),
                GuardRails.no_cross_region(),
                GuardRails.no_external_shares(),
            ],
            targets=[WORKLOADS],
        )


app = cdk.App()
OrganizationStack(
    app, "Organization", env=cdk.Environment(account="111111111111", region="eu-west-1")
)
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
