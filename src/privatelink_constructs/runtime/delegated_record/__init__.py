"""The Lambda asset that keeps a TXT record in a hosted zone of another account."""
