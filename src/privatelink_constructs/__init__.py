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
    from privatelink_constructs.connectivity.endpoint_hub import EndpointHub
    from privatelink_constructs.connectivity.hub_connection import HubConnection
    from privatelink_constructs.connectivity.hub_naming import HubNaming
    from privatelink_constructs.connectivity.resolver_inbound import ResolverInboundEndpoint
    from privatelink_constructs.connectivity.resolver_outbound import ResolverOutboundEndpoint
    from privatelink_constructs.connectivity.resolver_protocol import ResolverProtocol
    from privatelink_constructs.consumer.aws_service import AwsService
    from privatelink_constructs.consumer.endpoint_dns import EndpointDns
    from privatelink_constructs.consumer.endpoint_policy import EndpointPolicy
    from privatelink_constructs.consumer.interface_endpoint import InterfaceEndpoint
    from privatelink_constructs.consumer.service_endpoints import AwsServiceEndpoints
    from privatelink_constructs.consumer.service_sets import AwsServices
    from privatelink_constructs.contract.contract import EndpointServiceContract
    from privatelink_constructs.contract.hub_contract import EndpointHubContract
    from privatelink_constructs.contract.interfaces import IEndpointService, IInterfaceEndpoint
    from privatelink_constructs.contract.parameters import PublishedContract
    from privatelink_constructs.contract.share_principal import SharePrincipal
    from privatelink_constructs.cost.cost_limit import CostLimit
    from privatelink_constructs.cost.estimate import CostEstimate, estimate_cost
    from privatelink_constructs.cost.items import CostItem, HubComparison
    from privatelink_constructs.cost.price_list import PriceList
    from privatelink_constructs.diagnosis.diagnosing import diagnose
    from privatelink_constructs.diagnosis.result import Cause, Diagnosis, NameAnswer, Unseen
    from privatelink_constructs.drawing.drawing import DrawingFormat, draw
    from privatelink_constructs.errors import ValidationError
    from privatelink_constructs.guardrails.service_control_policy import ServiceControlPolicy
    from privatelink_constructs.guardrails.statements import GuardRails
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
    "Cause",
    "ConnectionAcceptor",
    "CostEstimate",
    "CostItem",
    "CostLimit",
    "Decision",
    "Diagnosis",
    "DrawingFormat",
    "EndpointDns",
    "EndpointHub",
    "EndpointHubContract",
    "EndpointPolicy",
    "EndpointService",
    "EndpointServiceAlarms",
    "EndpointServiceContract",
    "EndpointServiceThresholds",
    "EndpointServiceWidgets",
    "Finding",
    "FunctionSettings",
    "GuardRails",
    "HubComparison",
    "HubConnection",
    "HubNaming",
    "IEndpointService",
    "IInterfaceEndpoint",
    "InterfaceEndpoint",
    "InterfaceEndpointAlarms",
    "InterfaceEndpointThresholds",
    "InterfaceEndpointWidgets",
    "Listener",
    "LoadBalancerTopology",
    "NameAnswer",
    "NetworkLoadBalancedEndpointService",
    "PriceList",
    "PrivateDnsName",
    "PrivateDnsVerification",
    "PrivateLinkChecks",
    "PrivateLinkDashboard",
    "PublishedContract",
    "ResolverInboundEndpoint",
    "ResolverOutboundEndpoint",
    "ResolverProtocol",
    "ServiceControlPolicy",
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
    "estimate_cost",
]

_MODULES = {
    "AcceptancePolicy": "provider.acceptance_policy",
    "AllowedPrincipal": "provider.allowed_principal",
    "AwsService": "consumer.aws_service",
    "AwsServiceEndpoints": "consumer.service_endpoints",
    "AwsServices": "consumer.service_sets",
    "Cause": "diagnosis.result",
    "ConnectionAcceptor": "provider.steps.connection_acceptor",
    "CostEstimate": "cost.estimate",
    "CostItem": "cost.items",
    "CostLimit": "cost.cost_limit",
    "Decision": "provider.acceptance_policy",
    "Diagnosis": "diagnosis.result",
    "DrawingFormat": "drawing.drawing",
    "EndpointDns": "consumer.endpoint_dns",
    "EndpointHub": "connectivity.endpoint_hub",
    "EndpointHubContract": "contract.hub_contract",
    "EndpointPolicy": "consumer.endpoint_policy",
    "EndpointService": "provider.endpoint_service",
    "EndpointServiceAlarms": "observability.service_alarms",
    "EndpointServiceContract": "contract.contract",
    "EndpointServiceThresholds": "observability.thresholds",
    "EndpointServiceWidgets": "observability.service_widgets",
    "Finding": "rules.core",
    "FunctionSettings": "_cdk.function_settings",
    "GuardRails": "guardrails.statements",
    "HubComparison": "cost.items",
    "HubConnection": "connectivity.hub_connection",
    "HubNaming": "connectivity.hub_naming",
    "IEndpointService": "contract.interfaces",
    "IInterfaceEndpoint": "contract.interfaces",
    "InterfaceEndpoint": "consumer.interface_endpoint",
    "InterfaceEndpointAlarms": "observability.endpoint_alarms",
    "InterfaceEndpointThresholds": "observability.thresholds",
    "InterfaceEndpointWidgets": "observability.endpoint_widgets",
    "Listener": "provider.balancing.listener",
    "LoadBalancerTopology": "provider.balancing.topology",
    "NameAnswer": "diagnosis.result",
    "NetworkLoadBalancedEndpointService": "provider.load_balanced_service",
    "PriceList": "cost.price_list",
    "PrivateDnsName": "provider.private_dns_name",
    "PrivateDnsVerification": "provider.private_dns_name",
    "PrivateLinkChecks": "checks.plugin",
    "PrivateLinkDashboard": "observability.dashboard",
    "PublishedContract": "contract.parameters",
    "ResolverInboundEndpoint": "connectivity.resolver_inbound",
    "ResolverOutboundEndpoint": "connectivity.resolver_outbound",
    "ResolverProtocol": "connectivity.resolver_protocol",
    "ServiceControlPolicy": "guardrails.service_control_policy",
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
    "estimate_cost": "cost.estimate",
}

if not TYPE_CHECKING:
    # Lazy, so that the checks start without the CDK; type checkers see the imports above instead.
    __getattr__ = lazy_names(__name__, _MODULES)

    def __dir__() -> list[str]:
        return __all__.copy()
