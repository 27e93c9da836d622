"""What a synthesis that fails shows."""

from __future__ import annotations

import subprocess
import sys
import traceback
from typing import TYPE_CHECKING

import pytest
from tests.support.load_balanced import new_stack, service_in, synthesize

from privatelink_constructs import Listener
from privatelink_constructs._cdk.late import ShortTraceback, as_errors
from privatelink_constructs.rules.listeners import port_in_range
from privatelink_constructs.rules.target_registration import target_present

if TYPE_CHECKING:
    from types import TracebackType

APP = """
import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from privatelink_constructs import Listener, NetworkLoadBalancedEndpointService

app = cdk.App()
stack = cdk.Stack(app, "Stack")
vpc = ec2.Vpc(stack, "Vpc", nat_gateways=0)
subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
listeners = [Listener.tcp(80), Listener.tcp(443)]
NetworkLoadBalancedEndpointService(stack, "Service", vpc=vpc, listeners=listeners, subnets=subnets)
app.synth()
"""


@pytest.fixture(autouse=True)
def hook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)


def test_problems_of_one_rule_are_one_error() -> None:
    missing = [it for name in ("port 80", "port 443") for it in target_present(0, listener=name)]
    [first, second] = as_errors([*missing, *missing, *port_in_range(0)])

    assert first.startswith("Port 80 has no target. Port 443 has no target. Pass targets")
    assert first.endswith(" [target-missing]")
    assert second.endswith(" [port-out-of-range]")


def test_without_a_problem_nothing_changes() -> None:
    before = sys.excepthook
    assert as_errors([]) == []
    assert sys.excepthook is before


def test_the_hook_is_set_once() -> None:
    as_errors(port_in_range(0))
    first = sys.excepthook
    as_errors(port_in_range(0))

    assert isinstance(first, ShortTraceback)
    assert sys.excepthook is first


def shown(raised: BaseException) -> str:
    """Return what the hook shows of an exception."""
    found: list[str] = []

    def show(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        found.extend(traceback.format_exception(kind, value, trace))

    ShortTraceback(show)(type(raised), raised, raised.__traceback__)
    return "".join(found)


def test_a_failed_synthesis_shows_the_users_lines_and_the_message() -> None:
    stack = new_stack()
    service_in(stack, listeners=[Listener.tcp(80)])
    with pytest.raises(RuntimeError, match="target-missing") as caught:
        synthesize(stack)
    text = shown(caught.value)

    assert "jsii" not in text
    assert text.count("[Stack/Service] Port 80 has no target") == 1
    assert "in test_a_failed_synthesis_shows" in text


def test_another_failure_is_shown_whole() -> None:
    stack = new_stack()
    with pytest.raises(RuntimeError, match="No child") as caught:
        stack.node.find_child("Nothing")

    assert "jsii" in shown(caught.value)


def test_a_program_ends_in_a_short_traceback() -> None:
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", APP], capture_output=True, text=True, check=False
    )
    lines = found.stderr.rpartition("Traceback")[2].splitlines()

    assert found.returncode == 1
    assert "JavaScriptError" not in found.stderr
    assert lines[-2].startswith("RuntimeError: ValidationFailedWithErrors: Validation failed with")
    assert lines[-1].startswith("  [Stack/Service] Port 80 has no target. Port 443 has no target. ")
    assert len(lines) <= 5
