"""Run the checks as a command."""

from privatelink_constructs.cli.check import main

raise SystemExit(main())
