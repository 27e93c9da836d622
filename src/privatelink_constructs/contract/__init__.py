"""What crosses the boundary between provider and consumer."""
