"""The function that looks at the private DNS names of endpoint services on a schedule."""
