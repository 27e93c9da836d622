"""The consumer's side: interface endpoints to endpoint services."""
