"""AWS CDK constructs for publishing and consuming services over AWS PrivateLink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._lazy import lazy_names

if TYPE_CHECKING:
    from privatelink_constructs.checks import check_template, check_templates
    from privatelink_constructs.checks.findings import Finding
    from privatelink_constructs.checks.plugin import PrivateLinkChecks
    from privatelink_constructs.consumer.endpoint import IInterfaceEndpoint
    from privatelink_constructs.consumer.endpoint_dns import EndpointDns
    from privatelink_constructs.consumer.interface_endpoint import InterfaceEndpoint
    from privatelink_constructs.contract import EndpointServiceContract, PublishedContract
    from privatelink_constructs.errors import ValidationError
    from privatelink_constructs.provider.acceptance import AcceptancePolicy, Decision
    from privatelink_constructs.provider.acceptance_by_rules import ConnectionAcceptor
    from privatelink_constructs.provider.endpoint_service import EndpointService
    from privatelink_constructs.provider.listeners import Listener
    from privatelink_constructs.provider.load_balanced_service import (
        NetworkLoadBalancedEndpointService,
    )
    from privatelink_constructs.provider.principals import AllowedPrincipal
    from privatelink_constructs.provider.private_dns import PrivateDnsName, PrivateDnsVerification
    from privatelink_constructs.provider.topology import LoadBalancerTopology

__all__ = [
    "AcceptancePolicy",
    "AllowedPrincipal",
    "ConnectionAcceptor",
    "Decision",
    "EndpointDns",
    "EndpointService",
    "EndpointServiceContract",
    "Finding",
    "IInterfaceEndpoint",
    "InterfaceEndpoint",
    "Listener",
    "LoadBalancerTopology",
    "NetworkLoadBalancedEndpointService",
    "PrivateDnsName",
    "PrivateDnsVerification",
    "PrivateLinkChecks",
    "PublishedContract",
    "ValidationError",
    "check_template",
    "check_templates",
]

_MODULES = {
    "AcceptancePolicy": "provider.acceptance",
    "AllowedPrincipal": "provider.principals",
    "ConnectionAcceptor": "provider.acceptance_by_rules",
    "Decision": "provider.acceptance",
    "EndpointDns": "consumer.endpoint_dns",
    "EndpointService": "provider.endpoint_service",
    "EndpointServiceContract": "contract",
    "Finding": "checks.findings",
    "IInterfaceEndpoint": "consumer.endpoint",
    "InterfaceEndpoint": "consumer.interface_endpoint",
    "Listener": "provider.listeners",
    "LoadBalancerTopology": "provider.topology",
    "NetworkLoadBalancedEndpointService": "provider.load_balanced_service",
    "PrivateDnsName": "provider.private_dns",
    "PrivateDnsVerification": "provider.private_dns",
    "PrivateLinkChecks": "checks.plugin",
    "PublishedContract": "contract",
    "ValidationError": "errors",
    "check_template": "checks",
    "check_templates": "checks",
}

if not TYPE_CHECKING:
    # Lazy, so that the checks start without the CDK; type checkers see the imports above instead.
    __getattr__ = lazy_names(__name__, _MODULES)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
