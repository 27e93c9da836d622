"""The ``privatelink`` command."""
