"""Synthesizes apps with every validator that is a plugin of the CDK, in a process of its own.

The CDK writes what they find beside the templates, as ``validation-report.json``; an app without
findings has no report.

python -m tests.validation.synthesis <output folder> <folder of an app> ...
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks
from cdk_preflight import Preflight
from tests.examples.running import synthesize

from privatelink_constructs.checks.plugin import PrivateLinkChecks

_make_app = cdk.App


def main(output: Path, folders: list[Path]) -> None:
    """Synthesize each app into a folder of its name."""
    for folder in folders:
        _synthesize(folder, output / folder.name)


def _synthesize(folder: Path, output: Path) -> None:
    with patch.object(cdk, "App", _app_with_plugins):
        try:
            synthesize(folder, output, **{"@aws-cdk/core:strictCfnValidateErrors": True})
        except RuntimeError as error:
            if not str(error).startswith("ValidationFailed"):
                raise


def _app_with_plugins(**options: Any) -> cdk.App:
    app = _make_app(**options)
    plugins: list[Any] = [AwsSolutionsChecks(app), NIST80053R5Checks(app), PrivateLinkChecks()]
    cdk.Validations.of(app).add_plugins(*plugins)
    Preflight.apply(app)
    return app


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(folder) for folder in sys.argv[2:]])
