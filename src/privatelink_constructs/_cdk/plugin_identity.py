"""What the plugins of this package tell the CDK about themselves."""

from __future__ import annotations

from importlib import metadata

_NAME = "privatelink-constructs"


class PluginIdentity:
    """The properties that every plugin for policy validation has."""

    @property
    def name(self) -> str:
        """The prefix of acknowledgments."""
        return _NAME

    @property
    def version(self) -> str:
        """The version of this package."""
        return metadata.version(_NAME)

    @property
    def rule_ids(self) -> list[str] | None:
        """The rules aren't reported to AWS. To see them, use ``privatelink explain``."""
        return None
