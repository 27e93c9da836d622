"""Measures what a synthesis costs, beside other ways to write the same stacks."""
