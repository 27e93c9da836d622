"""Run the checks as a command."""

from privatelink_constructs.checks.cli import main

raise SystemExit(main())
