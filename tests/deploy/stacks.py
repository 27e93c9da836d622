"""Stacks from ready templates, without the CDK: a second each."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.deploy.accounts import Account

TIMEOUT = 120.0
_NOTHING_TO_DO = "No updates are to be performed"
_CAPABILITIES: Any = ["CAPABILITY_NAMED_IAM"]


class StackError(Exception):
    """A stack operation failed; the message holds the stack's events."""


class Stack:
    """A stack of an account.

    :param account: where it is deployed
    :param name: its name
    """

    def __init__(self, account: Account, name: str = "Stack") -> None:
        self.account = account
        self.name = name
        self._client = account.cloudformation

    def deploy(self, template: Mapping[str, Any]) -> dict[str, str]:
        """Create or update it.

        :returns: physical ids by logical id
        :raises StackError: when it ends in anything but success
        """
        kind = self._request(template)
        if kind is not None:
            self._await(f"{kind}_COMPLETE")
        return self.physical_ids()

    def _request(self, template: Mapping[str, Any]) -> str | None:
        body = json.dumps(template)
        exists = self.status() not in {None, "DELETE_COMPLETE"}
        call = self._client.update_stack if exists else self._client.create_stack
        try:
            call(StackName=self.name, TemplateBody=body, Capabilities=_CAPABILITIES)
        except ClientError as error:
            if _NOTHING_TO_DO in str(error):
                return None
            raise
        return "UPDATE" if exists else "CREATE"

    def refuse(self, template: Mapping[str, Any]) -> str:
        """Deploy what must fail, and be rolled back cleanly.

        :returns: the reasons that the events give
        :raises StackError: when it succeeds, or isn't rolled back
        """
        exists = self.status() not in {None, "DELETE_COMPLETE"}
        before = len(self._events())
        self._request(template)
        self._await("UPDATE_ROLLBACK_COMPLETE" if exists else "ROLLBACK_COMPLETE")
        return self._reasons(before)

    def delete(self) -> None:
        """Delete it.

        :raises StackError: when something can't be deleted
        """
        self._client.delete_stack(StackName=self.name)
        self._await("DELETE_COMPLETE")

    def refuse_deletion(self) -> str:
        """Delete what can't be deleted now.

        :returns: the reasons that the events give
        """
        before = len(self._events())
        self._client.delete_stack(StackName=self.name)
        self._await("DELETE_FAILED")
        return self._reasons(before)

    def status(self) -> str | None:
        """Return the stack's status; None when there is none."""
        try:
            return self._client.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]
        except ClientError:
            return None

    def stack_id(self) -> str:
        """Return the stack's ARN."""
        (found,) = self._client.describe_stacks(StackName=self.name)["Stacks"]
        return found.get("StackId", "")

    def physical_ids(self) -> dict[str, str]:
        """Return physical ids by logical id."""
        found = self._client.describe_stack_resources(StackName=self.name)["StackResources"]
        return {
            item["LogicalResourceId"]: item.get("PhysicalResourceId", "")
            for item in sorted(found, key=lambda item: item["LogicalResourceId"])
        }

    def outputs(self) -> dict[str, str]:
        """Return the outputs by name."""
        (found,) = self._client.describe_stacks(StackName=self.name)["Stacks"]
        return {
            item["OutputKey"]: item["OutputValue"]
            for item in found.get("Outputs", [])
            if "OutputKey" in item and "OutputValue" in item
        }

    def _await(self, wanted: str) -> None:
        deadline = time.monotonic() + TIMEOUT
        status = self.status()
        while status is not None and status.endswith("IN_PROGRESS") and time.monotonic() < deadline:
            time.sleep(0.05)
            status = self.status()
        if status != wanted and not (wanted == "DELETE_COMPLETE" and status is None):
            raise StackError(f"{self.name} is {status}, not {wanted}\n{self.events_as_text()}")

    def _events(self) -> list[dict[str, Any]]:
        try:
            pages = self._client.get_paginator("describe_stack_events").paginate(
                StackName=self.name
            )
            found: list[Any] = [event for page in pages for event in page["StackEvents"]]
        except ClientError:
            return []
        # The newest comes first.
        return found[::-1]

    def _reasons(self, before: int) -> str:
        events = self._events()[before:]
        return "\n".join(
            event["ResourceStatusReason"]
            for event in events
            if event["ResourceStatus"].endswith("FAILED") and event.get("ResourceStatusReason")
        )

    def events_as_text(self) -> str:
        """Return the stack's events, one a line."""
        return "\n".join(
            "  {LogicalResourceId} {ResourceType} {ResourceStatus} {Reason}".format(
                Reason=event.get("ResourceStatusReason", ""), **event
            ).rstrip()
            for event in self._events()
        )
