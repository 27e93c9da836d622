"""Run the tests on the oldest and the newest Python and aws-cdk-lib that the package allows.

Each combination gets an environment of its own under ``.cache/matrix``. ``locked`` is what
``uv.lock`` holds, the newest aws-cdk-lib that is known to work; ``lowest`` puts the dependencies
of the package, and only these, at the floors that ``pyproject.toml`` names. A Python is looked
for in ``PYTHON_3_10`` (``PYTHON_3_13``, ...), on the PATH and among the versions of pyenv.

Usage: matrix.py [combination ...] [-- pytest arguments]
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".cache" / "matrix"
PYTHONS = ("3.10", "3.13")
RESOLUTIONS = ("lowest", "locked")
COMBINATIONS = tuple(f"{python}-{resolution}" for python in PYTHONS for resolution in RESOLUTIONS)
WORKERS = ("-n", "2", "--dist", "loadfile", "--ignore", "tests/deploy")
# `slow` tests build and install the package, and validate the examples with what is locked: they
# don't depend on what is installed here.
DESELECTED = {"lowest": "not slow and not snapshot", "locked": "not slow"}


def main(arguments: Sequence[str]) -> int:
    """Run the combinations asked for, all of them when none is, and sum up.

    :param arguments: names of combinations, then ``--`` and what pytest shall be given.
    """
    names, _, pytest_arguments = _split(arguments)
    unknown = sorted(set(names) - set(COMBINATIONS))
    if unknown:
        print(f"error: no such combination: {', '.join(unknown)}; there are", *COMBINATIONS)
        return 2
    chosen = names or COMBINATIONS
    # Before anything is installed: a missing Python should show at once.
    interpreters = {version: find_python(version) for version in sorted(map(_python_of, chosen))}
    results: dict[str, str] = {}
    for name in chosen:
        started = time.monotonic()
        passed = _run_combination(name, interpreters[_python_of(name)], pytest_arguments)
        results[name] = f"{'passed' if passed else 'FAILED'} in {time.monotonic() - started:.0f} s"
    print()
    for name, result in results.items():
        print(f"{name:12} {result}")
    return int(any(result.startswith("FAILED") for result in results.values()))


def find_python(version: str) -> Path:
    """Find an interpreter of a minor version.

    :param version: such as ``3.10``.
    :raises SystemExit: when the machine has none.
    """
    for candidate in _candidates(version):
        if _version_of(candidate) == version:
            return candidate
    variable = _variable(version)
    message = f"error: no Python {version} found: install it, or name it in {variable}"
    raise SystemExit(message)


def _split(arguments: Sequence[str]) -> tuple[Sequence[str], str, Sequence[str]]:
    if "--" not in arguments:
        return arguments, "", ()
    at = arguments.index("--")
    return arguments[:at], "--", arguments[at + 1 :]


def _candidates(version: str) -> Iterator[Path]:
    if named := os.environ.get(_variable(version)):
        yield Path(named)
        return
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    yield from sorted(pyenv.glob(f"{version}.*/bin/python{version}"), reverse=True)


def _variable(version: str) -> str:
    return f"PYTHON_{version.replace('.', '_')}"


def _version_of(interpreter: Path) -> str | None:
    """Ask the interpreter: a shim of pyenv exists for versions that aren't active, too."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        run = subprocess.run([interpreter, "-c", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return run.stdout.strip()


def _python_of(combination: str) -> str:
    return combination.split("-", maxsplit=1)[0]


def _run_combination(name: str, interpreter: Path, pytest_arguments: Sequence[str]) -> bool:
    resolution = name.split("-")[1]
    print(f"==> Python {_python_of(name)}, {resolution} dependencies", flush=True)
    environment = ENVIRONMENTS / name
    install = _install_locked if resolution == "locked" else _install_lowest
    try:
        install(environment, interpreter)
        _install_cdk_last(environment)
    except subprocess.CalledProcessError:
        return False  # uv has said why
    bin_folder = environment / "bin"
    command = [bin_folder / "python", "-m", "pytest", *WORKERS, "-m", DESELECTED[resolution]]
    path = (str(ROOT / ".venv" / "node" / "bin"), str(bin_folder), os.environ["PATH"])
    # As `make test` does it: aws-cdk-lib writes to the home folder.
    variables = {
        **os.environ,
        "HOME": str(ROOT / ".cache" / "home"),
        "PATH": os.pathsep.join(path),
    }
    run = subprocess.run([*command, *pytest_arguments], cwd=ROOT, env=variables, check=False)
    return run.returncode == 0


def _install_cdk_last(environment: Path) -> None:
    """Make sure of the files that aws-cdk-lib shares with another package, as the Makefile does."""
    python = environment / "bin" / "python"
    code = "from importlib.metadata import version; print(version('aws-cdk-lib'))"
    asked = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    requirement = f"aws-cdk-lib=={asked.stdout.strip()}"
    arguments = ["pip", "install", "--quiet", "--reinstall", "--no-deps"]
    _uv(*arguments, "--python", python, requirement, project_environment=environment)


def _install_locked(environment: Path, interpreter: Path) -> None:
    arguments = ["sync", "--locked", "--no-default-groups", "--group", "test", "--all-extras"]
    _uv(*arguments, "--python", interpreter, project_environment=environment)


def _install_lowest(environment: Path, interpreter: Path) -> None:
    floors = _uv(
        *("pip", "compile", "pyproject.toml", "--no-deps", "--resolution", "lowest-direct"),
        *("--no-header", "--no-annotate", "--python", interpreter),
    )
    # The CDK's own parts have to fit the floor; everything else stays as locked.
    locked = _uv(
        *("export", "--locked", "--group", "test", "--all-extras", "--no-hashes"),
        *("--no-emit-project", "--no-header", "--no-annotate", "--python", interpreter),
    )
    constraints = "\n".join(line for line in locked.splitlines() if not _belongs_to_cdk(line))
    ENVIRONMENTS.mkdir(parents=True, exist_ok=True)
    constraints_file = ENVIRONMENTS / f"{environment.name}.constraints.txt"
    constraints_file.write_text(f"{floors}\n{constraints}\n", encoding="utf-8")
    requirements_file = ENVIRONMENTS / f"{environment.name}.requirements.txt"
    _uv(
        *("pip", "compile", "pyproject.toml", "--group", "test", "--all-extras"),
        *("--constraint", constraints_file, "--output-file", requirements_file),
        *("--python", interpreter),
    )
    if _version_of(environment / "bin" / "python") != _version_of(interpreter):
        _uv("venv", "--clear", "--python", interpreter, environment)
    python = environment / "bin" / "python"
    _uv("pip", "sync", "--python", python, requirements_file)
    _uv("pip", "install", "--python", python, "--no-deps", "--editable", ".")


def _belongs_to_cdk(requirement: str) -> bool:
    return re.match(r"(aws-cdk-|constructs\b|jsii\b|cattrs\b|typeguard\b)", requirement) is not None


def _uv(*arguments: str | Path, project_environment: Path | None = None) -> str:
    variables = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    if project_environment is not None:
        variables["UV_PROJECT_ENVIRONMENT"] = str(project_environment)
    command = [sys.executable, "-m", "uv", "--quiet", *arguments]
    run = subprocess.run(
        command, cwd=ROOT, env=variables, check=True, stdout=subprocess.PIPE, text=True
    )
    return run.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
