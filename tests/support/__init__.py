"""What several of the suites share."""
