"""A stack says that it cleans up while an update deletes what is left over, as AWS's stacks do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.deploy.extension import emulated

if TYPE_CHECKING:
    from collections.abc import Callable

_UPDATING, _CLEANING_UP = "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"


def install() -> None:
    """Set the status before the first resource is deleted; the emulator sets the next one."""
    emulated.stacks._delete_resource = _announced(emulated.stacks._delete_resource)


def _announced(delete: Callable[..., Any]) -> Callable[..., Any]:
    def announce(
        kind: str, physical_id: str, properties: Any, stack_name: str, logical_id: str
    ) -> Any:
        stack = emulated.cloudformation._stacks.get(stack_name)
        if stack is not None and stack["StackStatus"] == _UPDATING:
            stack["StackStatus"] = _CLEANING_UP
        return delete(kind, physical_id, properties, stack_name, logical_id)

    return announce
