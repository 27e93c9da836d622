"""The transcript on the page about the diagnosis is what the command prints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.deploy.accounts import HOME_REGION
from tests.deploy.emulator import ROOT
from tests.deploy.test_diagnosis import (
    CONSUMER,
    PROVIDER,
    deployed,
    listener_gone,
    principal_revoked,
)

from privatelink_constructs.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deploy.emulator import Emulator
    from tests.deploy.test_diagnosis import Deployed

__all__ = ["deployed"]
PAGE = ROOT / "docs" / "diagnose.md"
TRANSCRIPT = re.compile(
    r"^```text\n\$ (privatelink diagnose [^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
_IDS = (
    (re.compile(r"\b(vpce-svc|vpce|vpc)-[0-9a-f]{8,}(?:-[0-9a-f]{8})?"), r"\1-ID"),
    (re.compile(r"\b(provider-payments)[0-9a-z]+"), r"\1-NAME"),
    (re.compile(r"\bZ[0-9A-Z]{12,}"), "ZONE"),
)


def without_ids(text: str) -> str:
    """Return a text without what is new in each deployment."""
    for pattern, replacement in _IDS:
        text = pattern.sub(replacement, text)
    return text


@pytest.fixture(autouse=True)
def _profiles(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each side the profile that the page names."""
    profiles = {"payments": PROVIDER, "shop": CONSUMER}
    config = "".join(
        f"[profile {name}]\nregion = {HOME_REGION}\n"
        f"aws_access_key_id = {account}\naws_secret_access_key = secret\n"
        for name, account in profiles.items()
    )
    path = tmp_path / "config"
    path.write_text(config, encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)


def printed(it: Deployed, command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command of the page for the service that is deployed."""
    words = re.sub(r"vpce-svc-\w+", it.service_id, command).split()
    main(words[1:])
    return capsys.readouterr().out


def test_the_transcript_is_what_the_command_prints(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    (first, broken), (second, healthy) = TRANSCRIPT.findall(PAGE.read_text(encoding="utf-8"))
    mend = [principal_revoked(deployed), listener_gone(deployed)]
    try:
        found = printed(deployed, first, capsys)
    finally:
        for each in mend:
            each()
    again = printed(deployed, second, capsys)
    assert without_ids(found) == without_ids(broken), found
    assert without_ids(again) == without_ids(healthy), again
