"""The condition keys of PrivateLink, and the actions that support them.

:see: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
:see: https://docs.aws.amazon.com/service-authorization/latest/reference/list_vpce.html
"""

from __future__ import annotations

SERVICE_NAME = "ec2:VpceServiceName"
SERVICE_OWNER = "ec2:VpceServiceOwner"
SERVICE_REGION = "ec2:VpceServiceRegion"
SUPPORTED_REGION = "ec2:VpceSupportedRegion"
PRIVATE_NAME = "ec2:VpceServicePrivateDnsName"
NAME_PREFERENCE = "ec2:VpcePrivateDnsPreference"
SPECIFIED_DOMAINS = "ec2:VpcePrivateDnsSpecifiedDomains"
PRINCIPAL_ARN = "aws:PrincipalArn"
EXTERNAL_PRINCIPALS = "ram:RequestedAllowsExternalPrincipals"

CREATE_ENDPOINT = "ec2:CreateVpcEndpoint"
CREATE_SERVICE = "ec2:CreateVpcEndpointServiceConfiguration"
MODIFY_SERVICE = "ec2:ModifyVpcEndpointServiceConfiguration"
MODIFY_PERMISSIONS = "ec2:ModifyVpcEndpointServicePermissions"
ACCEPT = "ec2:AcceptVpcEndpointConnections"
REJECT = "ec2:RejectVpcEndpointConnections"
DELETE_SERVICES = "ec2:DeleteVpcEndpointServiceConfigurations"
VERIFY_NAME = "ec2:StartVpcEndpointServicePrivateDnsVerification"
MULTI_REGION = "vpce:AllowMultiRegion"
CREATE_SHARE = "ram:CreateResourceShare"
UPDATE_SHARE = "ram:UpdateResourceShare"

ENDPOINTS = "arn:*:ec2:*:*:vpc-endpoint/*"
SERVICES = "arn:*:ec2:*:*:vpc-endpoint-service/*"

KEYS_OF_NEW_ENDPOINTS = (
    SERVICE_NAME,
    SERVICE_OWNER,
    SERVICE_REGION,
    NAME_PREFERENCE,
    SPECIFIED_DOMAINS,
)
"""Keys of ``ec2:CreateVpcEndpoint`` on ``vpc-endpoint/*``.

The action is also checked against the VPC, subnets, security groups, and route tables, for which
these keys are absent.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/security_iam_id-based-policy-examples.html
"""

OWNERS = frozenset({"amazon", "aws-marketplace"})
"""The owners of services that aren't account IDs."""
AMAZON = "amazon"
