"""The PrivateLink resources of templates, and how they connect."""
