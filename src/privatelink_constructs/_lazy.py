"""Names of a package that are imported on first use."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def lazy_names(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """Return the ``__getattr__`` of a package.

    :param package: the name of the package.
    :param modules: the module below the package that each name is in.
    :see: https://peps.python.org/pep-0562/
    """

    def get(name: str) -> object:
        if name not in modules:
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg)
        try:
            value = getattr(import_module(f"{package}.{modules[name]}"), name)
        except AttributeError as error:
            # Python would only say that the name can't be imported.
            raise ImportError(_lack(name, error)) from error
        setattr(sys.modules[package], name, value)
        return value

    return get


def _lack(name: str, error: AttributeError) -> str:
    metadata = import_module("importlib.metadata")
    return (
        f"{name} needs another version of aws-cdk-lib than {metadata.version('aws-cdk-lib')}: "
        f"{error}. Run python -m pip install --upgrade privatelink-constructs aws-cdk-lib."
    )
