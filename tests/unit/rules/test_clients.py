"""The rules for the clients of an endpoint, on plain values."""

from __future__ import annotations

from privatelink_constructs.rules import clients


def test_a_client_with_connections_passes() -> None:
    assert not list(clients.client_connectable("Stack/Function", reason=None))


def test_fails_when_a_client_has_no_connections() -> None:
    (problem,) = clients.client_connectable("Stack/Function", reason="it is in no VPC")
    assert problem.rule is clients.client_connectable
    assert problem.what == "Stack/Function in clients has no security group: it is in no VPC"


def test_a_client_with_security_groups_passes() -> None:
    assert not list(clients.client_group_present("Stack/Cluster", groups=1))


def test_warns_when_a_client_has_no_security_group_yet() -> None:
    (problem,) = clients.client_group_present("Stack/Cluster", groups=0)
    assert problem.rule is clients.client_group_present
    assert problem.what == "Stack/Cluster in clients has no security group yet"
