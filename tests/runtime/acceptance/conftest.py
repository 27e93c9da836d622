from __future__ import annotations

import pytest
from tests.runtime.acceptance.acceptor_world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """AWS in memory, for rules that accept one account and reject another."""
    found = World()
    found.install(monkeypatch)
    return found
