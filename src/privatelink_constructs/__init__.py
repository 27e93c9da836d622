"""AWS CDK constructs for publishing and consuming services over AWS PrivateLink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._lazy import lazy_names
from privatelink_constructs._version import VERSION

if TYPE_CHECKING:
    from privatelink_constructs._cdk.function_settings import (
        FunctionSettings,
        configure_functions,
    )
    from privatelink_constructs.checks.checking import check_template, check_templates
    from privatelink_constructs.checks.plugin import PrivateLinkChecks
    from privatelink_constructs.cloudformation.template import TemplateEnvironment
    from privatelink_constructs.consumer.aws_service import AwsService
    from privatelink_constructs.consumer.endpoint_dns import EndpointDns
    from privatelink_constructs.consumer.endpoint_policy import EndpointPolicy
    from privatelink_constructs.consumer.interface_endpoint import InterfaceEndpoint
    from privatelink_constructs.consumer.service_endpoints import AwsServiceEndpoints
    from privatelink_constructs.consumer.service_sets import AwsServices
    from privatelink_constructs.contract.contract import EndpointServiceContract
    from privatelink_constructs.contract.interfaces import IEndpointService, IInterfaceEndpoint
    from privatelink_constructs.contract.parameters import PublishedContract
    from privatelink_constructs.contract.share_principal import SharePrincipal
    from privatelink_constructs.diagnosis.diagnosing import diagnose
    from privatelink_constructs.diagnosis.result import Cause, Diagnosis, NameAnswer, Unseen
    from privatelink_constructs.drawing.drawing import DrawingFormat, draw
    from privatelink_constructs.errors import ValidationError
    from privatelink_constructs.provider.acceptance_policy import AcceptancePolicy, Decision
    from privatelink_constructs.provider.allowed_principal import AllowedPrincipal
    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.provider.balancing.topology import LoadBalancerTopology
    from privatelink_constructs.provider.endpoint_service import EndpointService
    from privatelink_constructs.provider.load_balanced_service import (
        NetworkLoadBalancedEndpointService,
    )
    from privatelink_constructs.provider.private_dns_name import (
        PrivateDnsName,
        PrivateDnsVerification,
    )
    from privatelink_constructs.provider.steps.connection_acceptor import ConnectionAcceptor
    from privatelink_constructs.rules.core import Finding, Severity

__version__ = VERSION

__all__ = [
    "AcceptancePolicy",
    "AllowedPrincipal",
    "AwsService",
    "AwsServiceEndpoints",
    "AwsServices",
    "Cause",
    "ConnectionAcceptor",
    "Decision",
    "Diagnosis",
    "DrawingFormat",
    "EndpointDns",
    "EndpointPolicy",
    "EndpointService",
    "EndpointServiceContract",
    "Finding",
    "FunctionSettings",
    "IEndpointService",
    "IInterfaceEndpoint",
    "InterfaceEndpoint",
    "Listener",
    "LoadBalancerTopology",
    "NameAnswer",
    "NetworkLoadBalancedEndpointService",
    "PrivateDnsName",
    "PrivateDnsVerification",
    "PrivateLinkChecks",
    "PublishedContract",
    "Severity",
    "SharePrincipal",
    "TemplateEnvironment",
    "Unseen",
    "ValidationError",
    "check_template",
    "check_templates",
    "configure_functions",
    "diagnose",
    "draw",
]

_MODULES = {
    "AcceptancePolicy": "provider.acceptance_policy",
    "AllowedPrincipal": "provider.allowed_principal",
    "AwsService": "consumer.aws_service",
    "AwsServiceEndpoints": "consumer.service_endpoints",
    "AwsServices": "consumer.service_sets",
    "Cause": "diagnosis.result",
    "ConnectionAcceptor": "provider.steps.connection_acceptor",
    "Decision": "provider.acceptance_policy",
    "Diagnosis": "diagnosis.result",
    "DrawingFormat": "drawing.drawing",
    "EndpointDns": "consumer.endpoint_dns",
    "EndpointPolicy": "consumer.endpoint_policy",
    "EndpointService": "provider.endpoint_service",
    "EndpointServiceContract": "contract.contract",
    "Finding": "rules.core",
    "FunctionSettings": "_cdk.function_settings",
    "IEndpointService": "contract.interfaces",
    "IInterfaceEndpoint": "contract.interfaces",
    "InterfaceEndpoint": "consumer.interface_endpoint",
    "Listener": "provider.balancing.listener",
    "LoadBalancerTopology": "provider.balancing.topology",
    "NameAnswer": "diagnosis.result",
    "NetworkLoadBalancedEndpointService": "provider.load_balanced_service",
    "PrivateDnsName": "provider.private_dns_name",
    "PrivateDnsVerification": "provider.private_dns_name",
    "PrivateLinkChecks": "checks.plugin",
    "PublishedContract": "contract.parameters",
    "Severity": "rules.core",
    "SharePrincipal": "contract.share_principal",
    "TemplateEnvironment": "cloudformation.template",
    "Unseen": "diagnosis.result",
    "ValidationError": "errors",
    "check_template": "checks.checking",
    "check_templates": "checks.checking",
    "configure_functions": "_cdk.function_settings",
    "diagnose": "diagnosis.diagnosing",
    "draw": "drawing.drawing",
}

if not TYPE_CHECKING:
    # Lazy, so that the checks start without the CDK; type checkers see the imports above instead.
    __getattr__ = lazy_names(__name__, _MODULES)

    def __dir__() -> list[str]:
        return __all__.copy()
