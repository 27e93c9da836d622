"""Policies for organizations."""
