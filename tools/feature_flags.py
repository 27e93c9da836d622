"""Write the feature flags that aws-cdk-lib recommends into every cdk.json of the project.

Run it after a new aws-cdk-lib is locked. Flags and context that aws-cdk-lib doesn't know are kept.
"""

from __future__ import annotations

import json
import tarfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("benchmarks", "docs", "examples", "tests")


def recommended_flags() -> dict[str, Any]:
    """Read the flags that a new CDK app starts with from the installed aws-cdk-lib.

    The list is the one that ``cdk init`` uses. It is read from the package's archive, since
    aws-cdk-lib has no API for it.
    """
    spec = find_spec("aws_cdk")
    if spec is None or not spec.submodule_search_locations:
        message = "error: aws-cdk-lib is not installed"
        raise SystemExit(message)
    package = Path(next(iter(spec.submodule_search_locations)))
    (archive,) = (package / "_jsii").glob("aws-cdk-lib@*.jsii.tgz")
    with tarfile.open(archive) as files:
        member = files.extractfile("package/recommended-feature-flags.json")
        return cast("dict[str, Any]", json.load(member)) if member else {}


def cdk_json_files(root: Path = ROOT) -> list[Path]:
    """Find every cdk.json that belongs to the project.

    :param root: the project's folder.
    """
    found = [path for folder in FOLDERS for path in (root / folder).rglob("cdk.json")]
    return sorted([root / "cdk.json", *(path for path in found if "cdk.out" not in path.parts)])


def with_flags(settings: Mapping[str, Any], flags: Mapping[str, Any]) -> dict[str, Any]:
    """Put flags into the content of a cdk.json.

    :param settings: the content.
    :param flags: the flags; they win over what the content says for the same name.
    """
    context = {**settings.get("context", {}), **flags}
    return {**settings, "context": dict(sorted(context.items()))}


def main() -> None:
    """Rewrite the files."""
    flags = recommended_flags()
    for path in cdk_json_files():
        settings = json.loads(path.read_text(encoding="utf-8"))
        text = json.dumps(with_flags(settings, flags), indent=2)
        path.write_text(f"{text}\n", encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
