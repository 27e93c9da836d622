"""The Lambda asset that starts and awaits the verification of private DNS names."""
