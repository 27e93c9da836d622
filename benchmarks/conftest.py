"""As for the tests: one quiet Node process."""

from tests import conftest as conftest  # noqa: PLC0414 - sets up the environment when imported
