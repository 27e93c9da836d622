"""Whose request it is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.deploy.extension import emulated

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def acting_as(account: str, region: str) -> Generator[None]:
    """Do something in another account or Region."""
    responses = emulated.responses
    token = responses._request_account_id.set(account)
    before = responses.get_region()
    responses.set_request_region(region)
    try:
        yield
    finally:
        responses.set_request_region(before)
        responses._request_account_id.reset(token)
