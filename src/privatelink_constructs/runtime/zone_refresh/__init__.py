"""The Lambda asset that makes a service offer the Availability Zones its load balancers gained."""
