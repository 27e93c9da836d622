"""Calls of the diagnosis that pyright strict has to reject. Nothing here is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs import diagnose

if TYPE_CHECKING:
    import boto3

    from privatelink_constructs import Diagnosis

SERVICE = "vpce-svc-0123456789abcdef0"


def calls(session: boto3.Session, found: Diagnosis) -> None:
    diagnose(session)  # pyright: ignore[reportArgumentType]
    diagnose(SERVICE, session)  # pyright: ignore[reportCallIssue]
    diagnose(SERVICE, provider="profile")  # pyright: ignore[reportArgumentType]
    diagnose(SERVICE, provider=session, port="443")  # pyright: ignore[reportArgumentType]
    found.causes = []  # pyright: ignore[reportAttributeAccessIssue]
