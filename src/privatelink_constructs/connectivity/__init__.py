"""Names across VPCs: hubs, and Route 53 Resolver endpoints."""
