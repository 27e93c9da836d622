"""The only code that reads from the CDK, once per value and as rarely as possible."""
