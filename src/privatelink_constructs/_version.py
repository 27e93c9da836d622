"""The version of the package, as in ``pyproject.toml``; ``importlib.metadata`` is slow to ask."""

VERSION = "0.1.0"
