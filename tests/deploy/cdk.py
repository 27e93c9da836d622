"""The project's pinned CDK CLI, speaking to the emulator."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.deploy.emulator import NODE_FOLDER, ROOT, bare_environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.deploy.accounts import Account
    from tests.deploy.emulator import Emulator

CLI = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
TIMEOUT = 180.0
# What is timed.
STEPS = frozenset({"cdk bootstrap", "cdk deploy", "cdk destroy", "cdk synth"})
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class CdkError(Exception):
    """The CLI failed; the message holds what it said."""


@dataclass
class Cdk:
    """The CLI for one emulator.

    :param emulator: where it deploys to
    :param times: seconds that each call took, in order
    """

    emulator: Emulator
    times: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    bootstrapped: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def bootstrap(self, account: Account) -> None:
        """Bootstrap an account in a Region, once."""
        environment = (account.account_id, account.region)
        if environment not in self.bootstrapped:
            target = f"aws://{account.account_id}/{account.region}"
            self._run(account, "bootstrap", target, "--no-previous-parameters")
            self.bootstrapped.add(environment)

    def synthesize(self, account: Account, app: Path, output: Path) -> None:
        """Synthesize an app's folder into an assembly."""
        command = f"{sys.executable} app.py"
        arguments = ("synth", "--all", "--quiet", "--app", command, "--output", str(output))
        self._run(account, *arguments, folder=app)

    def deploy(self, account: Account, assembly: Path, *arguments: str) -> str:
        """Deploy all stacks of an assembly.

        :returns: what the CLI said
        """
        return self._run(
            account,
            "deploy",
            "--all",
            *("--app", str(assembly)),
            *("--require-approval", "never"),
            *("--progress", "events"),
            *arguments,
        )

    def destroy(self, account: Account, assembly: Path) -> str:
        """Destroy all stacks of an assembly.

        :returns: what the CLI said
        """
        return self._run(account, "destroy", "--all", "--force", "--app", str(assembly))

    def _run(self, account: Account, *arguments: str, folder: Path | None = None) -> str:
        started = time.monotonic()
        command: Sequence[str] = [str(NODE_FOLDER / "node"), str(CLI), *arguments]
        done = subprocess.run(
            command,
            check=False,
            cwd=folder or self.emulator.home,
            env=self._environment(account),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
        )
        self.times.append((f"cdk {arguments[0]}", time.monotonic() - started))
        said = _COLOUR.sub("", done.stdout)
        if done.returncode:
            raise CdkError(f"cdk {' '.join(arguments)} ended with {done.returncode}:\n{said}")
        return said

    def _environment(self, account: Account) -> dict[str, str]:
        home = self.emulator.home
        return bare_environment(home) | {
            "AWS_ACCESS_KEY_ID": account.account_id,
            "AWS_ENDPOINT_URL": self.emulator.url,
            "AWS_REGION": account.region,
            "AWS_SECRET_ACCESS_KEY": "secret",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "true",
            # The CLI remembers which account an access key belongs to.
            "CDK_HOME": str(home / "cdk"),
            "CDK_VALIDATION": "false",
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(ROOT / ".cache" / "jsii"),
            "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        }
