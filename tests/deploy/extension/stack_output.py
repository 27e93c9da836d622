"""Fn::GetStackOutput across accounts and Regions, which is how the CDK refers to them.

The emulator knows the function within one account and Region.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from tests.deploy.extension import emulated, state
from tests.deploy.extension.context import acting_as

_FUNCTION = "Fn::GetStackOutput"


def install() -> None:
    """Wrap the function that resolves what a template computes."""
    original = emulated.engine._resolve_refs

    def resolve(value: Any, *surroundings: Any) -> Any:
        call = cast("dict[str, dict[str, Any]]", value) if isinstance(value, dict) else {}
        if _FUNCTION not in call:
            return original(value, *surroundings)
        given = call[_FUNCTION].items()
        return _output({name: original(item, *surroundings) for name, item in given})

    emulated.engine._resolve_refs = resolve
    emulated.stacks._resolve_refs = resolve


def _output(spec: dict[str, str]) -> str:
    role = spec.get("RoleArn")
    account = role.split(":")[4] if role else state.account()
    with acting_as(account, spec.get("Region") or state.region()):
        _check_role(role)
        stack: dict[str, Any] = emulated.cloudformation._stacks.get(spec["StackName"]) or {}
        outputs: list[dict[str, str]] = stack.get("Outputs", [])
        for output in outputs:
            if output["OutputKey"] == spec["OutputName"]:
                return output["OutputValue"]
    raise ValueError(
        f"Output '{spec['OutputName']}' not found in stack '{spec['StackName']}' of {account}"
    )


def _check_role(role: str | None) -> None:
    name = role.rpartition("/")[2] if role else None
    if name is not None and name not in import_module("ministack.services.iam")._roles:
        raise ValueError(f"The role {role} can't be assumed: it doesn't exist")
