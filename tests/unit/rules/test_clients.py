"""The rules for the clients of an endpoint, on plain values."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    ("of_endpoint", "of_service"),
    [
        (["10.0.0.0/16"], ["10.0.0.0/8"]),
        (["10.0.0.0/8", "192.168.0.0/16"], ["10.1.0.0/16"]),
        (["10.0.0.0/16"], []),
        ([], ["10.0.0.0/8"]),
        (["fd00::/8"], ["fd00:1::/32"]),
    ],
)
def test_clients_that_the_service_allows_pass(
    of_endpoint: list[str], of_service: list[str]
) -> None:
    assert not list(clients.clients_reach_service(of_endpoint, of_service))


@pytest.mark.parametrize("block", ["10.0.0.0/16", "fd00::/8", "text"])
def test_fails_when_the_service_allows_no_client_of_an_endpoint(block: str) -> None:
    (problem,) = clients.clients_reach_service([block], ["192.168.0.0/16"])
    assert problem.rule is clients.clients_reach_service
    assert problem.what == (
        f"the service allows 192.168.0.0/16, but the clients of the endpoint are in {block}"
    )
