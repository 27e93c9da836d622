"""The code of Lambda functions: an asset with files of ``runtime/``.

The files are listed one by one, so that nothing else in the folder changes the hash of the asset.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from privatelink_constructs._values import internal_value

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

RUNTIME = Path(__file__).parent.parent / "runtime"
_MODE = 0o644
_READABLE = 0o444


@internal_value(kw_only=True)
class FunctionCode:
    """The code of a function.

    :param folder: the folder below ``runtime/``.
    :param files: the files in it, without their folder and ``.py``. The last one has ``handler``.
    """

    folder: str
    files: tuple[str, ...]

    @property
    def handler(self) -> str:
        """What Lambda calls."""
        return f"{self.folder}.{self.files[-1]}.handler"

    @property
    def paths(self) -> tuple[str, ...]:
        """The files, relative to ``runtime/``."""
        return tuple(f"{self.folder}/{file}.py" for file in self.files)


def asset_of(code: FunctionCode) -> lambda_.Code:
    """Return the asset with the files of a function and nothing else."""
    folder = f"/{code.folder}"
    exclude = ["*", f"!{folder}", f"{folder}/*", *(f"!/{path}" for path in code.paths)]
    return lambda_.Code.from_asset(
        str(_readable(code.paths)), exclude=exclude, ignore_mode=cdk.IgnoreMode.GIT
    )


def _readable(paths: tuple[str, ...]) -> Path:
    """Return a folder whose files everybody can read.

    Lambda reads the files as another user than their owner. The CDK CLI packs them with the mode
    that they have, and a umask of 077 at the installation of this package leaves them to their
    owner.

    :see: https://github.com/aws/aws-cdk/issues/8233
    """
    if all((RUNTIME / path).stat().st_mode & _READABLE == _READABLE for path in paths):
        return RUNTIME
    return Path(_copy(paths, RUNTIME).name)


@cache
def _copy(paths: tuple[str, ...], source: Path) -> TemporaryDirectory[str]:
    """Copy files to a folder where everybody can read them, until the program ends."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - few need it

    found = TemporaryDirectory(prefix="privatelink-constructs-", ignore_cleanup_errors=True)
    for path in paths:
        target = Path(found.name, path)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((source / path).read_bytes())
        target.chmod(_MODE)
    return found
