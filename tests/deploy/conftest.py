"""The emulator for a session, and fresh accounts for each test."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from tests.deploy.accounts import Account
from tests.deploy.cdk import STEPS, Cdk
from tests.deploy.emulator import running
from tests.deploy.stacks import Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.deploy.emulator import Emulator

HERE = Path(__file__).resolve().parent
_STEPS: list[tuple[str, float]] = []
# Each test has accounts of its own, and so needs no cleaning up. 000000000000 is the emulator's.
_NUMBERS = itertools.count(300000000001)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "deploy: deploys to the emulator; run by `make deploy-test`")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave these tests out unless this folder, or something in it, was asked for."""
    asked = (Path(config.invocation_params.dir, arg.partition("::")[0]) for arg in config.args)
    wanted = any(path.resolve() == HERE or HERE in path.resolve().parents for path in asked)
    return None if wanted else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("deploy")


@pytest.hookimpl
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect the steps of a test; with several workers this runs where they report to."""
    if report.when == "teardown":
        _STEPS.extend(
            (f"{step} ({report.nodeid.rpartition('::')[2]})", cast("float", seconds))
            for step, seconds in report.user_properties
            if step in STEPS
        )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the time of each step."""
    for step, seconds in _STEPS:
        terminalreporter.write_line(f"{seconds:6.1f} s  {step}")


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """An emulator of this session's own."""
    with running() as found:
        yield found


@pytest.fixture(scope="session")
def _session_cdk(emulator: Emulator) -> Cdk:
    return Cdk(emulator)


@pytest.fixture
def cdk(_session_cdk: Cdk, request: pytest.FixtureRequest) -> Iterator[Cdk]:
    """The CDK CLI; it keeps in mind which accounts are bootstrapped."""
    before = len(_session_cdk.times)
    yield _session_cdk
    request.node.user_properties.extend(_session_cdk.times[before:])


@pytest.fixture
def new_account(emulator: Emulator) -> Callable[..., Account]:
    """Makes accounts that nobody has used before."""

    def make(region: str = "eu-west-1") -> Account:
        return Account(emulator, str(next(_NUMBERS)), region)

    return make


@pytest.fixture
def provider(new_account: Callable[..., Account]) -> Account:
    """The service provider's account."""
    return new_account()


@pytest.fixture
def consumer(new_account: Callable[..., Account]) -> Account:
    """The service consumer's account."""
    return new_account()


@pytest.fixture
def provider_stack(provider: Account) -> Stack:
    """A stack of the provider's, not deployed yet."""
    return Stack(provider, "Provider")


@pytest.fixture
def consumer_stack(consumer: Account) -> Stack:
    """A stack of the consumer's, not deployed yet."""
    return Stack(consumer, "Consumer")


@pytest.fixture(autouse=True)
def _log_of_the_emulator(
    request: pytest.FixtureRequest,
) -> Iterator[None]:
    """Show what the emulator said during a test that fails."""
    if "emulator" not in request.fixturenames:
        yield
        return
    log = request.getfixturevalue("emulator").log
    start = log.stat().st_size
    yield
    with log.open(errors="replace") as stream:
        stream.seek(start)
        said = stream.read()
    request.node.add_report_section("call", "emulator", said[-8000:])
