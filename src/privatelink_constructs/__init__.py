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
    from privatelink_constructs.drawing.drawing import DrawingFormat, draw
    from privatelink_constructs.errors import ValidationError
    from privatelink_constructs.observability.dashboard import PrivateLinkDashboard
    from privatelink_constructs.observability.endpoint_alarms import InterfaceEndpointAlarms
    from privatelink_constructs.observability.endpoint_widgets import InterfaceEndpointWidgets
    from privatelink_constructs.observability.service_alarms import EndpointServiceAlarms
    from privatelink_constructs.observability.service_widgets import EndpointServiceWidgets
    from privatelink_constructs.observability.thresholds import (
        EndpointServiceThresholds,
        InterfaceEndpointThresholds,
    )
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
    "ConnectionAcceptor",
    "Decision",
    "DrawingFormat",
    "EndpointDns",
    "EndpointPolicy",
    "EndpointService",
    "EndpointServiceAlarms",
    "EndpointServiceContract",
    "EndpointServiceThresholds",
    "EndpointServiceWidgets",
    "Finding",
    "FunctionSettings",
    "IEndpointService",
    "IInterfaceEndpoint",
    "InterfaceEndpoint",
    "InterfaceEndpointAlarms",
    "InterfaceEndpointThresholds",
    "InterfaceEndpointWidgets",
    "Listener",
    "LoadBalancerTopology",
    "NetworkLoadBalancedEndpointService",
    "PrivateDnsName",
    "PrivateDnsVerification",
    "PrivateLinkChecks",
    "PrivateLinkDashboard",
    "PublishedContract",
    "Severity",
    "SharePrincipal",
    "TemplateEnvironment",
    "ValidationError",
    "check_template",
    "check_templates",
    "configure_functions",
    "draw",
]

_MODULES = {
    "AcceptancePolicy": "provider.acceptance_policy",
    "AllowedPrincipal": "provider.allowed_principal",
    "AwsService": "consumer.aws_service",
    "AwsServiceEndpoints": "consumer.service_endpoints",
    "AwsServices": "consumer.service_sets",
    "ConnectionAcceptor": "provider.steps.connection_acceptor",
    "Decision": "provider.acceptance_policy",
    "DrawingFormat": "drawing.drawing",
    "EndpointDns": "consumer.endpoint_dns",
    "EndpointPolicy": "consumer.endpoint_policy",
    "EndpointService": "provider.endpoint_service",
    "EndpointServiceAlarms": "observability.service_alarms",
    "EndpointServiceContract": "contract.contract",
    "EndpointServiceThresholds": "observability.thresholds",
    "EndpointServiceWidgets": "observability.service_widgets",
    "Finding": "rules.core",
    "FunctionSettings": "_cdk.function_settings",
    "IEndpointService": "contract.interfaces",
    "IInterfaceEndpoint": "contract.interfaces",
    "InterfaceEndpoint": "consumer.interface_endpoint",
    "InterfaceEndpointAlarms": "observability.endpoint_alarms",
    "InterfaceEndpointThresholds": "observability.thresholds",
    "InterfaceEndpointWidgets": "observability.endpoint_widgets",
    "Listener": "provider.balancing.listener",
    "LoadBalancerTopology": "provider.balancing.topology",
    "NetworkLoadBalancedEndpointService": "provider.load_balanced_service",
    "PrivateDnsName": "provider.private_dns_name",
    "PrivateDnsVerification": "provider.private_dns_name",
    "PrivateLinkChecks": "checks.plugin",
    "PrivateLinkDashboard": "observability.dashboard",
    "PublishedContract": "contract.parameters",
    "Severity": "rules.core",
    "SharePrincipal": "contract.share_principal",
    "TemplateEnvironment": "cloudformation.template",
    "ValidationError": "errors",
    "check_template": "checks.checking",
    "check_templates": "checks.checking",
    "configure_functions": "_cdk.function_settings",
    "draw": "drawing.drawing",
}

if not TYPE_CHECKING:
    # Lazy, so that the checks start without the CDK; type checkers see the imports above instead.
    __getattr__ = lazy_names(__name__, _MODULES)

    def __dir__() -> list[str]:
        return __all__.copy()
