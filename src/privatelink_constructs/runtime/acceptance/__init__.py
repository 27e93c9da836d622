"""The Lambda asset that accepts and rejects the connections of a service by rules."""
