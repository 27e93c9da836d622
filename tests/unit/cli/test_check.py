from __future__ import annotations

import io
import subprocess
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.stacks import allowing_everyone, changed, stack
from tests.unit.cli.running import check, line_of, write

from privatelink_constructs.cli.main import BROKEN_PIPE, main
from privatelink_constructs.cli.usage import FAILED, PASSED, UNUSABLE

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]
CLEAN = "Checked 1 template (1 endpoint service, 0 endpoints): 0 errors, 0 warnings\n"


@pytest.fixture
def good(tmp_path: Path) -> str:
    return write(tmp_path / "good.json", stack())


@pytest.fixture
def bad(tmp_path: Path) -> str:
    return write(tmp_path / "bad.json", changed("Permissions", AllowedPrincipals=["nobody"]))


@pytest.fixture
def dubious(tmp_path: Path) -> str:
    return write(tmp_path / "dubious.json", allowing_everyone())


def test_says_what_was_checked_when_nothing_is_wrong(good: str, capsys: Capture) -> None:
    assert check(capsys, good) == (PASSED, CLEAN, "")


def test_fails_when_there_is_an_error(bad: str, capsys: Capture) -> None:
    run = check(capsys, bad)
    assert run.status == FAILED
    position, place, remedy, summary = run.out.splitlines()
    assert position.startswith(f"{bad}:{line_of(bad, 'nobody')}:11: error: 'nobody' ")
    assert position.endswith("[principal-malformed]")
    assert place.startswith("    Permissions.Properties.AllowedPrincipals.0: ")
    assert remedy.startswith("    ")
    assert summary.endswith("(1 endpoint service, 0 endpoints): 1 error, 0 warnings")


def test_passes_with_warnings(dubious: str, capsys: Capture) -> None:
    run = check(capsys, dubious)
    assert run.status == PASSED
    assert run.last.endswith(": 0 errors, 1 warning")


def test_fails_when_warnings_are_to_fail(dubious: str, capsys: Capture) -> None:
    assert check(capsys, dubious, "--fail-on", "warning").status == FAILED
    assert check(capsys, dubious, "--fail-on", "error").status == PASSED


def test_takes_region_and_account(tmp_path: Path, capsys: Capture) -> None:
    principal = "arn:aws:iam::222222222222:root"
    path = write(tmp_path / "cn.json", changed("Permissions", AllowedPrincipals=[principal]))
    run = check(capsys, path, "--region", "cn-north-1", "--account", "111111111111")
    assert run.status == FAILED
    assert "not in aws-cn" in run.out


def test_checks_templates_together(tmp_path: Path, capsys: Capture) -> None:
    first = stack()
    first["Outputs"] = {"Arn": {"Value": {"Ref": "Nlb"}, "Export": {"Name": "nlb"}}}
    second: dict[str, Any] = {
        "Resources": {
            "Permissions": {
                "Type": "AWS::EC2::VPCEndpointServicePermissions",
                "Properties": {"ServiceId": {"Fn::ImportValue": "nlb"}, "AllowedPrincipals": []},
            }
        }
    }
    paths = [write(tmp_path / "a.json", first), write(tmp_path / "b.json", second)]
    run = check(capsys, *paths)
    assert run.status == FAILED
    assert "permissions-service-mismatch" in run.out


def test_one_invalid_file_does_not_stop_the_others(
    bad: str, tmp_path: Path, capsys: Capture
) -> None:
    broken = write(tmp_path / "broken.yaml", "Resources: [")
    run = check(capsys, broken, bad)
    assert run.status == UNUSABLE
    assert "[principal-malformed]" in run.out
    assert run.last.endswith("(1 endpoint service, 0 endpoints, 1 invalid): 1 error, 0 warnings")
    assert run.err.startswith(f"error: {broken}:")


def test_prints_errors_first(bad: str, dubious: str, capsys: Capture) -> None:
    run = check(capsys, dubious, bad)
    assert run.out.index("error:") < run.out.index("warning:")


def test_says_the_same_of_several_resources_once(tmp_path: Path, capsys: Capture) -> None:
    template = stack()
    template["Resources"]["Again"] = template["Resources"]["Service"]
    del template["Resources"]["Permissions"]
    one, other = write(tmp_path / "a.json", template), write(tmp_path / "b.json", template)
    run = check(capsys, one, other, "--select", "permissions-missing")
    service, again = line_of(one, '"Service"'), line_of(one, '"Again"')
    lines = [line for line in run.out.splitlines() if "[permissions-missing]" in line]
    assert lines == [
        (
            f"{one}:{service}:5: warning: A service should have at least one allowed principal: "
            f"Service ({service}), Again ({again}); "
            f"{other}: Service ({service}), Again ({again}) [permissions-missing]"
        )
    ]
    assert run.last.endswith("0 errors, 4 warnings")


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "colored"), [("", True), ("1", False)])
def test_writes_color_on_a_terminal(
    bad: str, monkeypatch: pytest.MonkeyPatch, no_color: str, *, colored: bool
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("NO_COLOR", no_color)
    main(["check", bad])
    assert ("\x1b[31merror" in terminal.getvalue()) is colored


def test_writes_warnings_in_another_color(dubious: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.delenv("NO_COLOR", raising=False)
    main(["check", dubious])
    assert "\x1b[33mwarning" in terminal.getvalue()


def test_writes_no_color_into_a_file(
    bad: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.delenv("NO_COLOR", raising=False)
    main(["check", bad, "--output", str(tmp_path / "out.txt")])
    written = (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert "principal-malformed" in written
    assert "\x1b" not in written
    assert terminal.getvalue() == written.splitlines()[-1] + "\n"


def test_fails_when_the_output_cannot_be_written(bad: str, tmp_path: Path, capsys: Capture) -> None:
    run = check(capsys, bad, "--output", tmp_path / "missing" / "out.txt")
    assert run.status == UNUSABLE
    assert "can't be written: No such file or directory" in run.err


def test_a_terminal_that_cannot_show_a_name_gets_escapes(bad: str, tmp_path: Path) -> None:
    path = tmp_path / "日本.json"
    path.write_bytes((tmp_path / "bad.json").read_bytes())
    program = "import sys; from privatelink_constructs.cli.main import main; sys.exit(main())"
    run = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", program, "check", str(path)],
        capture_output=True,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "ascii", "LC_ALL": "C.UTF-8"},
        text=True,
    )
    assert (run.returncode, run.stderr) == (FAILED, "")
    assert r"\u65e5\u672c.json:" in run.stdout


def test_control_characters_are_shown_and_not_obeyed(tmp_path: Path, capsys: Capture) -> None:
    template = stack()
    name = "A\n::error ::x\x1b[2J\u202e\udc80##[error]y"
    template["Resources"][name] = template["Resources"].pop("Service")
    del template["Resources"]["Permissions"]
    run = check(capsys, write(tmp_path / "a.json", template))
    assert r"A\n::error ::x\x1b[2J\u202e\udc80#\x23[error]y" in run.out
    assert run.out.isascii()
    assert not any(line.lstrip().startswith("::") for line in run.out.splitlines())


def test_a_path_does_not_begin_as_a_command(
    bad: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.json").rename("::error ::x.json")
    assert check(capsys, "::error ::x.json").out.startswith("./::error ::x.json:")


def test_shows_the_construct_where_the_template_names_it(tmp_path: Path, capsys: Capture) -> None:
    template = changed("Permissions", AllowedPrincipals=["nobody"])
    template["Resources"]["Permissions"]["Metadata"] = {"aws:cdk:path": "Stack/Service/Permissions"}
    run = check(capsys, write(tmp_path / "a.json", template))
    assert "AllowedPrincipals.0 (Stack/Service/Permissions): " in run.out


def test_a_macro_hides_nothing_of_other_templates(tmp_path: Path, capsys: Capture) -> None:
    alone = stack()
    del alone["Resources"]["Permissions"]
    macro = {"Transform": ["Mine"], "Resources": {"A": {"Type": "AWS::SNS::Topic"}}}
    one, other = write(tmp_path / "a.json", alone), write(tmp_path / "b.json", macro)
    run = check(capsys, one, other)
    assert "[permissions-missing]" in run.out
    assert f"{other}:2:3: note: The template isn't checked, because the macro 'Mine'" in run.out
    assert run.last.startswith(
        "Checked 2 templates (1 endpoint service, 0 endpoints, 1 not checked): "
    )


def test_warns_of_sections_that_are_resources(tmp_path: Path, capsys: Capture) -> None:
    template = stack()
    template["Service2"] = template["Resources"]["Service"]
    run = check(capsys, write(tmp_path / "a.json", template))
    assert "note: 'Service2' isn't a section of a template" in run.out


def test_lists_the_rules(capsys: Capture) -> None:
    run = check(capsys, "--list-rules")
    lines = run.out.splitlines()
    assert run.status == PASSED
    assert lines == sorted(lines)
    (line,) = (line for line in lines if line.startswith("port-out-of-range "))
    assert line.split(None, 2)[1:] == ["error", "A port must be between 1 and 65535."]


def test_fails_when_nothing_is_named(capsys: Capture, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    run = check(capsys)
    assert run.status == UNUSABLE
    assert "Specify at least one template" in run.err


def test_help_tells_the_exit_status(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    output = capsys.readouterr().out
    assert "exit status:\n  0  there are no findings" in output
    assert "takes precedence over 1" in output


def test_ends_quietly_when_nobody_reads(good: str) -> None:
    program = (
        "import os, sys\n"
        "from privatelink_constructs.cli.main import main\n"
        "reader, writer = os.pipe()\n"
        "os.close(reader)\n"
        "os.dup2(writer, 1)\n"
        f"status = main(['check', {good!r}])\n"
        "print(status, file=sys.stderr)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, text=True
    )
    assert run.stderr == f"{BROKEN_PIPE}\n"


def test_a_stream_that_nobody_reads_is_replaced(
    good: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pipe(Terminal):
        def flush(self) -> None:
            raise BrokenPipeError

        def fileno(self) -> int:
            return file.fileno()

    with (tmp_path / "out").open("w", encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdout", Pipe())
        assert main(["check", good]) == BROKEN_PIPE
        assert file.write("into nothing")
    assert (tmp_path / "out").stat().st_size == 0


def test_runs_without_the_cdk(bad: str) -> None:
    program = (
        "import sys\n"
        "from privatelink_constructs.cli.main import main\n"
        f"status = main(['check', {bad!r}])\n"
        "unwanted = {'aws_cdk', 'constructs', 'jsii', 'yaml'}\n"
        "print(status, sorted(unwanted & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert result.stdout.endswith("1 []\n")


def test_tells_the_version_of_the_distribution(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == metadata.version("privatelink-constructs")
