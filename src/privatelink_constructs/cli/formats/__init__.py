"""The formats of ``privatelink check``: each is a module with a function ``render``."""
