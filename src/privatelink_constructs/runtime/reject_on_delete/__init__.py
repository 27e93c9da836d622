"""The Lambda asset that rejects the connections of a service when its stack goes."""
