"""Load balancers, listeners, and targets of an endpoint service."""
