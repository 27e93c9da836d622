"""Tests start Node without the process between, and see what users see."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

KERNEL = Path(__file__).resolve().parents[2] / "support" / "kernel" / "node"
# The CDK prints a warning for what is deprecated, and Node's error becomes one of Python.
STACK = """
import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
stack = cdk.Stack(cdk.App(), "Stack")
"""
DEPRECATED = f"{STACK}ec2.Vpc(stack, 'Vpc', cidr='10.0.0.0/16')\nprint('after it')"
RAISES = f"{STACK}cdk.Stack(stack, 'A')\ncdk.Stack(stack, 'A')"


def run(program: str, node: str) -> tuple[int, str, str]:
    environment = {**os.environ, "JSII_DEPRECATED": "warn", "JSII_NODE": node}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, env=environment
    )
    # Each run has temporary folders of its own.
    folder = re.compile(re.escape(f"{tempfile.gettempdir()}{os.sep}") + r"[\w-]+")
    return done.returncode, done.stdout.decode(), folder.sub("<folder>", done.stderr.decode())


@pytest.mark.skipif(os.name != "posix", reason="it is a shell script")
@pytest.mark.parametrize(
    ("program", "code", "said"),
    [(DEPRECATED, 0, "deprecated"), (RAISES, 1, "There is already a Construct with name 'A'")],
    ids=["a warning", "an error"],
)
def test_node_says_the_same_without_the_process_between(program: str, code: int, said: str) -> None:
    ours = run(program, str(KERNEL))
    assert ours[0] == code
    assert said in ours[2]
    assert ours == run(program, "node")
