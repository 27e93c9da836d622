"""Calls of guard rails that pyright strict has to reject. Nothing here is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs import GuardRails, ServiceControlPolicy

if TYPE_CHECKING:
    import aws_cdk as cdk


def calls(stack: cdk.Stack) -> None:
    GuardRails.only_service_owners(["amazon"])  # pyright: ignore[reportArgumentType]
    GuardRails.only_organization_networks("o-abcdefghij")  # pyright: ignore[reportCallIssue]
    GuardRails.no_cross_region("eu-west-1")  # pyright: ignore[reportCallIssue]
    ServiceControlPolicy(stack, "Policy")  # pyright: ignore[reportCallIssue]
    ServiceControlPolicy(
        stack,
        "Policy",
        statements=[{"Effect": "Deny"}],  # pyright: ignore[reportArgumentType]
    )
