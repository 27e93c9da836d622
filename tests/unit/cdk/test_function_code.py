"""The code of functions: which files it has, and who may read them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from tests.support.load_balanced import service_in
from tests.support.published import only, resources_of, stack_in
from tests.support.vpcs import vpc_in
from tests.unit.provider.acceptance_stacks import CUSTOMER, service

from privatelink_constructs import (
    AcceptancePolicy,
    EndpointServiceAlarms,
    LoadBalancerTopology,
    PrivateDnsName,
)
from privatelink_constructs._cdk import function_code

HERE = function_code.RUNTIME
FILES = {"calls.py", "index.py", "journal.py", "reconciling.py", "reply.py", "verdicts.py"}

DIGITS = 16
HASHES = {
    "acceptance.index": "4e22ecb34f37ab71",
    "custom_resources.refresh_zones": "2c793b078c0753b7",
    "custom_resources.reject_connections": "f77fab411440c34c",
    "custom_resources.verify_private_dns": "9fbfdd438fb13994",
    "custom_resources.write_delegated_record": "90ad5300bc444bbe",
    "private_dns_watch.index": "4b48ebef8a38d157",
}
"""The first digits of the hash of the code of each handler.

A change of one updates the function in every stack of every user. Change it here only if the code
itself changes.
"""


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the runtime."""
    copied = tmp_path / "runtime"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(function_code.RUNTIME, copied, ignore=ignore)
    monkeypatch.setattr(function_code, "RUNTIME", copied)
    return copied


def asset() -> tuple[str, Path]:
    """Return the hash of an acceptor's code, and the folder with it."""
    app = cdk.App()
    stack = stack_in(app)
    service(stack, acceptance=AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER]))
    assembly = app.synth()
    template = assembly.get_stack_by_name("Provider").template
    key = str(only(template, "AWS::Lambda::Function")["Properties"]["Code"]["S3Key"])
    return key, Path(assembly.directory) / f"asset.{key.removesuffix('.zip')}"


def files_in(folder: Path) -> set[str]:
    return {str(it.relative_to(folder)) for it in folder.rglob("*") if it.is_file()}


def test_the_code_is_the_files_of_the_function() -> None:
    _, folder = asset()
    assert files_in(folder) == {f"acceptance/{name}" for name in FILES}


def test_all_files_of_the_function_are_part_of_it() -> None:
    found = {it.name for it in (function_code.RUNTIME / "acceptance").glob("*.py")}
    assert found == {*FILES, "__init__.py"}


def test_stray_files_change_nothing(runtime: Path) -> None:
    before, _ = asset()
    for name in (
        ".DS_Store",
        "index.py.orig",
        "scratch.py",
        "acceptance/.DS_Store",
        "acceptance/.index.py.swp",
        "acceptance/index.py~",
        "acceptance/scratch.py",
        "acceptance/__pycache__/index.cpython-314.pyc",
        "acceptance/below/index.py",
        "below/acceptance/index.py",
    ):
        path = runtime / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"stray")

    after, folder = asset()
    assert after == before
    assert files_in(folder) == {f"acceptance/{name}" for name in FILES}


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o700])
def test_everybody_may_read_the_files_whatever_the_umask(runtime: Path, mode: int) -> None:
    before, _ = asset()
    for path in runtime.rglob("*.py"):
        path.chmod(mode)

    after, folder = asset()
    assert after == before
    assert {it.stat().st_mode & 0o444 for it in folder.rglob("*.py")} == {0o444}
    assert files_in(folder) == {f"acceptance/{name}" for name in FILES}


def test_another_line_is_another_code(runtime: Path) -> None:
    before, _ = asset()
    with (runtime / "acceptance" / "calls.py").open("a") as file:
        file.write("# another line\n")
    assert asset()[0] != before


def assets() -> dict[str, str]:
    """Return what the hash of each handler's code begins with, from a stack with all functions."""
    app = cdk.App()
    stack = stack_in(app)
    name = PrivateDnsName.in_delegated_zone(
        "payments.example.com",
        hosted_zone_id="Z0123456789ABCDEFGHIJ",
        zone_name="example.com",
        role_arn="arn:aws:iam::222222222222:role/PrivateDnsRecords",
    )
    regional: dict[str, Any] = {"topology": LoadBalancerTopology.REGIONAL, "vpc": vpc_in(stack)}
    service_in(stack, "Regional", reject_connections_on_delete=True, **regional)
    rules = AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER])
    named = service(stack, acceptance=rules, private_dns_name=name)
    every = cdk.Duration.hours(1)
    EndpointServiceAlarms(stack, "Alarms", service=named, private_dns_check_every=every)
    template = app.synth().get_stack_by_name("Provider").template
    found = [it["Properties"] for it in resources_of(template, "AWS::Lambda::Function")]
    return {it["Handler"].removesuffix(".handler"): it["Code"]["S3Key"][:DIGITS] for it in found}


@pytest.mark.snapshot
def test_the_code_of_a_function_changes_only_on_purpose() -> None:
    assert assets() == HASHES


@pytest.mark.usefixtures("runtime")
def test_the_hash_does_not_depend_on_where_the_package_is() -> None:
    elsewhere = asset()[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(function_code, "RUNTIME", HERE)
        assert asset()[0] == elsewhere


def test_every_handler_has_its_hash_here() -> None:
    handlers = {
        ".".join(path.relative_to(function_code.RUNTIME).with_suffix("").parts)
        for path in function_code.RUNTIME.rglob("*.py")
        if "\ndef handler(" in path.read_text(encoding="utf-8")
    }
    assert HASHES.keys() == handlers
