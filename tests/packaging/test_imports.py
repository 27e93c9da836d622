"""The rooms of the package import each other in one direction, and the check sees every import."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from check_imports import FLOORS, HELPERS, PACKAGE, USES, allowed, main, violations

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
DEFINITION = "def lazy_names(package, modules): ..."
TABLE = "from pack._lazy import lazy_names\n"


def write(package: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for folder in {package, *(path.parent for path in package.rglob("*.py"))}:
        (folder / "__init__.py").touch()


def found(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Return what the check says about a package with these files."""
    write(folder / "pack", files)
    return [str(violation) for violation in violations(folder / "pack")]


def test_the_package_keeps_to_its_floors() -> None:
    assert [str(violation) for violation in violations(PACKAGE)] == []


def test_what_a_room_uses_is_on_lower_floors() -> None:
    below: set[str] = set()
    for floor in FLOORS:
        assert {lower for room in floor for lower in allowed(room)} <= below
        below |= {*floor}


def test_the_top_floor_has_a_room_that_uses_every_lower_one() -> None:
    assert allowed("fleet") == {room for floor in FLOORS[:-1] for room in floor}


def test_the_contributing_guide_shows_the_same_floors() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| `(\w+)` \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE)

    floor_of = {room: int(floor) for floor, room, _ in rows}
    uses = {room: tuple(re.findall(r"`(\w+)`", names)) for _, room, names in rows}

    assert floor_of == {
        room: floor for floor, rooms in enumerate(FLOORS) for room in rooms if room not in HELPERS
    }
    assert {room: names for room, names in uses.items() if names} == USES


@pytest.mark.parametrize(
    ("importer", "text", "imported"),
    [
        ("rules/ports.py", "from pack.facts.partitions import AWS", "facts/partitions.py"),
        ("provider/service.py", "from pack.rules.ports import PORTS", "rules/ports.py"),
        ("provider/service.py", "from pack._version import VERSION", "_version.py"),
        ("provider/steps/step.py", "from pack.provider.names import NAME", "provider/names.py"),
        ("fleet/tenants.py", "from pack.provider.names import NAME", "provider/names.py"),
        ("checks/plugin.py", "import aws_cdk\nimport pack._cdk.asking", "_cdk/asking.py"),
        ("guardrails.py", "import aws_cdk\nfrom pack.facts import NAME", "facts.py"),
        ("runtime/acceptance/index.py", "import boto3", "runtime/zones/index.py"),
        ("checks/ports.py", "from pack.rules.ports import PORTS", "rules/ports.py"),
        ("errors.py", "from __future__ import annotations", "facts.py"),
    ],
)
def test_passes_what_the_floors_allow(
    tmp_path: Path, importer: str, text: str, imported: str
) -> None:
    assert found(tmp_path, {importer: text, imported: ""}) == []


@pytest.mark.parametrize(
    ("importer", "imported", "rule"),
    [
        ("rules/ports.py", "provider/names.py", "provider is on a higher floor than rules"),
        ("errors.py", "_cdk/asking.py", "_cdk is on a higher floor than errors"),
        ("provider/one.py", "consumer/two.py", "provider and consumer are on the same floor"),
        ("rules/ports.py", "cloudformation/model.py", "rules and cloudformation are on the same"),
        ("facts/quotas.py", "_version.py", "facts and _version are on the same floor"),
        ("inventory/services.py", "rules/ports.py", "inventory only uses cloudformation, facts"),
        ("observability.py", "cloudformation/model.py", "observability only uses _cdk, contract, "),
        (
            "checks/ports.py",
            "_cdk/asking.py",
            "checks only uses cloudformation, errors, facts, inventory",
        ),
        ("cli/check.py", "checks/plugin.py", "cli works without the CDK, which that file imports"),
        ("checks/run.py", "checks/plugin.py", "checks works without the CDK, which that file"),
        ("runtime/index.py", "facts.py", "runtime imports nothing of the package"),
        ("runtime/index.py", "runtime/answers.py", "runtime imports nothing of the package"),
        ("runtime/steps/a.py", "runtime/others/b.py", "runtime imports nothing of the package"),
        ("provider/steps.py", "runtime/index.py", "nothing imports runtime"),
        ("provider/steps.py", "__init__.py", "inside of the package a name is imported from the"),
    ],
)
def test_fails_when_an_import_leaves_its_floor(
    tmp_path: Path, importer: str, imported: str, rule: str
) -> None:
    module = imported.removesuffix(".py").removesuffix("__init__").replace("/", ".")
    text = f"import {f'pack.{module}'.rstrip('.')}"

    (violation,) = found(tmp_path, {importer: text, imported: ""})

    assert violation.startswith(f"{importer}:1: imports {imported}, but {rule}")


def test_files_of_one_folder_of_the_runtime_import_each_other(tmp_path: Path) -> None:
    files = {"runtime/steps/a.py": "from .b import c", "runtime/steps/b.py": "c = 1"}
    assert found(tmp_path, files) == []


@pytest.mark.parametrize(
    "text",
    [
        "import pack.cli.check",
        "import pack.cli.check as command",
        "from pack.cli import check",
        "from pack.cli.check import main",
        "from pack.cli.check import *",
        "from ..cli import check",
        "from ..cli.check import main",
        "def f():\n    from pack.cli.check import main",
        "class A:\n    import pack.cli.check",
        "if TYPE_CHECKING:\n    from pack.cli.check import main",
        "try:\n    from pack.cli import check\nexcept ImportError:\n    pass",
        "import_module('pack.cli.check')",
        "importlib.import_module('pack.cli.check')",
        f"{TABLE}get = lazy_names('pack', {{'main': 'cli.check'}})",
        f"{TABLE}NAMES = {{'main': 'cli.check'}}\nget = lazy_names('pack', NAMES)",
        f"{TABLE}NAMES: dict[str, str] = {{'main': 'cli.check'}}\nlazy_names('pack', NAMES)",
        f"{TABLE}get = lazy_names(modules={{'main': 'cli.check'}}, package='pack')",
        f"{TABLE}def f():\n    return lazy_names('pack', {{'main': 'cli.check'}})",
        "from pack import _lazy\n_lazy.lazy_names('pack', {'main': 'cli.check'})",
        "from pack._lazy import lazy_names as late\nlate('pack', {'check': 'cli'})",
    ],
)
def test_sees_every_form_of_import(tmp_path: Path, text: str) -> None:
    files = {"checks/run.py": text, "cli/check.py": "", "_lazy.py": DEFINITION}

    (violation,) = found(tmp_path, files)

    assert "imports cli/check.py, but cli is on a higher floor than checks." in violation


def test_names_the_line_of_an_import(tmp_path: Path) -> None:
    text = "\n\ndef f():\n    from pack.cli import check\n"

    (violation,) = found(tmp_path, {"checks/run.py": text, "cli/check.py": ""})

    assert violation.startswith("checks/run.py:4: ")


def test_a_table_of_a_room_names_its_own_modules(tmp_path: Path) -> None:
    text = f"{TABLE}get = lazy_names(__name__, {{'a': 'findings', 'b': 'gone'}})"
    files = {"checks/__init__.py": text, "checks/findings.py": "", "_lazy.py": DEFINITION}

    assert found(tmp_path, files) == [
        "checks/__init__.py:2: imports pack.checks.gone, which doesn't exist."
    ]


@pytest.mark.parametrize(
    "table",
    ["dict(main='cli.check')", "{'main': PLACE}", "{**OTHER}", "ELSEWHERE", "{'main': 1}"],
)
def test_fails_when_a_table_cannot_be_read(tmp_path: Path, table: str) -> None:
    text = f"{TABLE}OTHER = {{}}\nget = lazy_names(__name__, {table})"

    assert found(tmp_path, {"checks/__init__.py": text, "_lazy.py": DEFINITION}) == [
        "checks/__init__.py:3: gives lazy_names something other than a dictionary of strings."
    ]


def test_the_root_is_exempt(tmp_path: Path) -> None:
    text = f"import aws_cdk\n{TABLE}import pack.cli.check\nget = lazy_names(__name__, TABLE)"

    assert found(tmp_path, {"__init__.py": text, "cli/check.py": "", "_lazy.py": DEFINITION}) == []


@pytest.mark.parametrize("module", ["aws_cdk", "aws_cdk.aws_ec2", "constructs", "jsii"])
@pytest.mark.parametrize("room", ["errors", "facts", "rules", "cloudformation", "inventory"])
def test_fails_when_a_low_room_imports_the_cdk(tmp_path: Path, room: str, module: str) -> None:
    text = f"if TYPE_CHECKING:\n    from {module} import IConstruct"

    assert found(tmp_path, {f"{room}/ports.py": text}) == [
        f"{room}/ports.py:2: imports {module}, but {room} works without the CDK."
    ]


@pytest.mark.parametrize("room", ["checks", "cli", "drawing", "cost", "diagnosis", "runtime"])
def test_fails_when_the_command_or_a_function_imports_the_cdk(tmp_path: Path, room: str) -> None:
    text = "def f():\n    import aws_cdk as cdk"

    assert found(tmp_path, {f"{room}/ports.py": text}) == [
        f"{room}/ports.py:2: imports aws_cdk, but {room} works without the CDK."
    ]


def test_fails_when_three_files_make_a_cycle(tmp_path: Path) -> None:
    files = {
        "rules/a.py": "from pack.rules.b import B",
        "rules/b.py": "def f():\n    from . import c",
        "rules/c.py": "if TYPE_CHECKING:\n    from .a import A",
    }

    cycle = "rules/a.py -> rules/b.py -> rules/c.py -> rules/a.py"
    assert found(tmp_path, files) == [
        f"rules/a.py:1: imports rules/b.py, but that makes a cycle: {cycle}."
    ]


def test_fails_when_a_lazy_table_makes_a_cycle(tmp_path: Path) -> None:
    files = {
        "checks/__init__.py": f"{TABLE}get = lazy_names(__name__, {{'run': 'running'}})",
        "checks/running.py": "from pack.checks import run",
        "_lazy.py": DEFINITION,
    }

    (violation,) = found(tmp_path, files)

    assert "checks/__init__.py -> checks/running.py -> checks/__init__.py" in violation


def test_names_every_cycle_once(tmp_path: Path) -> None:
    files = {
        "rules/a.py": "import pack.rules.b",
        "rules/b.py": "import pack.rules.a\nimport pack.rules.c",
        "rules/c.py": "import pack.rules.b",
    }

    assert [violation.partition(":")[0] for violation in found(tmp_path, files)] == [
        "rules/a.py",
        "rules/b.py",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("consumer/zones.py", "provider/zones.py"),
        ("checks/zones.py", "inventory/zones.py"),
        ("provider/steps/zones.py", "provider/zones.py"),
        ("provider/index.py", "runtime/acceptance/index.py"),
        ("runtime/acceptance/answers.py", "runtime/private_dns/answers.py"),
        ("cost.py", "provider/cost.py"),
    ],
)
def test_fails_when_two_files_share_a_name(tmp_path: Path, one: str, other: str) -> None:
    assert found(tmp_path, {one: "", other: ""}) == [
        f"{other}:1: has the name of {one}, but only rules and checks share names."
    ]


def test_names_each_pair_of_files_that_share_a_name(tmp_path: Path) -> None:
    files = ["checks/zones.py", "provider/zones.py", "rules/zones.py"]

    assert [text.partition(", but")[0] for text in found(tmp_path, dict.fromkeys(files, ""))] == [
        "provider/zones.py:1: has the name of checks/zones.py",
        "rules/zones.py:1: has the name of provider/zones.py",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("checks/ports.py", "rules/ports.py"),
        ("runtime/acceptance/index.py", "runtime/private_dns/index.py"),
        ("checks/__init__.py", "provider/__init__.py"),
    ],
)
def test_passes_names_that_are_shared_on_purpose(tmp_path: Path, one: str, other: str) -> None:
    assert found(tmp_path, {one: "", other: ""}) == []


def test_fails_when_a_file_is_in_no_room(tmp_path: Path) -> None:
    assert found(tmp_path, {"utils.py": ""}) == [
        "utils.py:1: is in utils, which isn't a room of FLOORS in tools/check_imports.py."
    ]


@pytest.mark.parametrize(
    "room", ["checks", "cli", "cloudformation", "cost", "diagnosis", "drawing", "inventory"]
)
def test_fails_when_a_resource_type_is_written_elsewhere(tmp_path: Path, room: str) -> None:
    text = "def f(model):\n    return model.of_type('AWS::EC2::VPC')"

    assert found(tmp_path, {f"{room}/ports.py": text}) == [
        f"{room}/ports.py:2: writes 'AWS::EC2::VPC', which belongs in inventory/types.py."
    ]


@pytest.mark.parametrize("kind", ["AWS::CloudFormation::Stack", "AWS::SSM::Parameter"])
def test_a_type_that_the_evaluator_needs_is_written_in_one_of_its_files(
    tmp_path: Path, kind: str
) -> None:
    files = dict.fromkeys(
        ["cloudformation/model.py", "cloudformation/template.py", "inventory/types.py"],
        f"TYPE = {kind!r}",
    )

    assert found(tmp_path, files) == [
        f"{file}:1: writes {kind!r}, which belongs in cloudformation/model.py."
        for file in ("cloudformation/template.py", "inventory/types.py")
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("inventory/types.py", "VPC = 'AWS::EC2::VPC'"),
        ("checks/ports.py", "'AWS::EC2::VPC'"),
        ("checks/ports.py", "def f():\n    'AWS::EC2::VPC'"),
        ("checks/ports.py", "TEXT = 'define an AWS::EC2::VPC'"),
        ("checks/ports.py", "TEXT = f'AWS::EC2::VPC{1}'"),
        ("checks/ports.py", "KIND = 'AWS::EC2::VPC::Id'"),
        ("checks/ports.py", "KIND = 'AWS::SSM::Parameter::Value<String>'"),
        ("checks/ports.py", "PREFIX = 'AWS::EC2'"),
        ("checks/ports.py", "PREFIX = 'AWS::EC2::'"),
        ("provider/ports.py", "KIND = 'AWS::EC2::VPC'"),
        ("cloudformation/model.py", "STACK = 'AWS::CloudFormation::Stack'"),
    ],
)
def test_passes_other_strings(tmp_path: Path, file: str, text: str) -> None:
    assert found(tmp_path, {file: text}) == []


def test_lists_all_violations_sorted_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "rules/b.py": "x = 1\nimport jsii\nimport pack.cli.check",
        "rules/a.py": "import pack.cli.check",
        "cli/check.py": "",
    }
    write(tmp_path / "pack", files)

    assert main([str(tmp_path / "pack")]) == 1

    lines = capsys.readouterr().out.splitlines()
    places = [line.removeprefix(f"{tmp_path}/pack/").split(": ")[0] for line in lines[:-1]]
    assert places == ["rules/a.py:1", "rules/b.py:2", "rules/b.py:3"]
    assert lines[-1] == "3 violations of the floors and names."


def test_says_so_when_nothing_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "pack", {"rules/a.py": ""})

    assert main([str(tmp_path / "pack")]) == 0
    assert capsys.readouterr().out == "0 violations of the floors and names.\n"


def test_lint_checks_the_imports() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (lint,) = re.findall(r"^lint: .*\n((?:\t.*\n)+)", makefile, re.MULTILINE)

    assert "\t@$(step) 'Checking imports'\n\t@$(BIN)/python tools/check_imports.py\n" in lint
