"""Metrics, alarms, and dashboards of services and endpoints, which it knows as protocols."""
