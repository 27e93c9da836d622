"""Where the name of a service comes from: what a contract remembers beside its values."""

from __future__ import annotations

import copy
import gc
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast
from weakref import ref

import aws_cdk as cdk
import pytest
from tests.support.consumers import (
    ENDPOINT,
    NAME,
    app_with_zones,
    consumer_in,
    contract_with,
    endpoint_in,
)
from tests.support.intrinsics import token
from tests.support.published import only, service_with, stack_in, template_of
from tests.support.refusals import refusal

from privatelink_constructs import AllowedPrincipal, EndpointServiceContract
from privatelink_constructs.contract.origins import (
    Origin,
    is_of_this_app,
    origin_of,
    remember_origin,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from privatelink_constructs import EndpointService

CUSTOMER = AllowedPrincipal.account("222222222222")
VARIANTS: dict[str, Callable[[EndpointServiceContract], EndpointServiceContract]] = {
    "replaced": lambda it: replace(it, ports=[80]),
    "copied": copy.copy,
    "equal": lambda it: EndpointServiceContract(
        service_name=it.service_name, service_region=it.service_region, ports=it.ports
    ),
}


class Holder:
    """Something that has a contract, as the stack of a service often does."""

    contract: EndpointServiceContract


def named(name: str, **options: Any) -> EndpointServiceContract:
    return EndpointServiceContract(
        service_name=name, service_region="eu-west-1", ports=[443], **options
    )


def published(app: cdk.App | None = None) -> EndpointService:
    return service_with(stack_in(app or app_with_zones()), None, allowed_principals=[CUSTOMER])


def construct_of(contract: EndpointServiceContract) -> object:
    origin = origin_of(contract)
    return origin and origin.construct


def test_a_service_is_the_origin_of_its_contract() -> None:
    service = published()
    origin = origin_of(service.contract)

    assert origin is not None
    assert origin.construct is cdk.Stack.of(service)
    assert origin.dependencies == (service.node.find_child("Permissions"),)
    assert is_of_this_app(service.contract)


def test_a_literal_has_no_origin() -> None:
    assert origin_of(contract_with()) is None
    assert not is_of_this_app(contract_with())


def test_a_parameter_comes_from_its_scope() -> None:
    stack = consumer_in()
    contract = EndpointServiceContract.from_ssm_parameters(
        stack, "Payments", parameter_prefix="/payments", ports=[443], service_region="eu-west-1"
    )

    assert construct_of(contract) is stack
    assert construct_of(replace(contract, ports=[80])) is stack
    assert not is_of_this_app(contract)


@pytest.mark.parametrize("vary", VARIANTS.values(), ids=VARIANTS)
def test_a_variant_keeps_the_origin(
    vary: Callable[[EndpointServiceContract], EndpointServiceContract],
) -> None:
    service = published()

    assert origin_of(vary(service.contract)) is origin_of(service.contract)


@pytest.mark.parametrize("vary", VARIANTS.values(), ids=VARIANTS)
def test_an_endpoint_waits_with_a_variant_too(
    vary: Callable[[EndpointServiceContract], EndpointServiceContract],
) -> None:
    stack = consumer_in()
    service = service_with(stack, None, allowed_principals=[CUSTOMER])
    endpoint_in(stack, service=vary(service.contract))

    assert len(only(template_of(stack), ENDPOINT)["DependsOn"]) == 1


def test_a_variant_with_another_name_has_another_origin() -> None:
    assert origin_of(replace(published().contract, service_name=NAME)) is None


def test_an_origin_is_found_when_it_comes_after_the_contract() -> None:
    name, scope = token("Late"), consumer_in()
    contract, origin = named(name), Origin(construct=scope)
    remember_origin(name, origin)

    assert origin_of(contract) is origin


def test_equal_contracts_have_origins_of_their_own() -> None:
    name = token("Same")
    contracts: list[EndpointServiceContract] = []
    stacks = [consumer_in(), consumer_in()]
    for stack in stacks:
        origin = Origin(construct=stack)
        remember_origin(name, origin)
        contracts.append(named(name))

    assert contracts[0] == contracts[1]
    assert [construct_of(it) for it in contracts] == stacks


def test_an_origin_is_neither_compared_nor_shown() -> None:
    name = token("Shown")
    without = named(name)
    origin = Origin(construct=consumer_in())
    remember_origin(name, origin)
    contract = named(name)

    assert construct_of(contract) is origin.construct
    assert (contract, hash(contract), repr(contract)) == (without, hash(without), repr(without))


def test_services_of_two_apps_have_origins_of_their_own() -> None:
    one, other = published(), published()

    assert [construct_of(it.contract) for it in (one, other)] == [
        cdk.Stack.of(one),
        cdk.Stack.of(other),
    ]
    with refusal("contract-stage-mismatch"):
        endpoint_in(consumer_in(), service=one.contract)


def test_equal_contracts_of_two_apps_serve_both() -> None:
    stacks = [consumer_in(), consumer_in()]
    for stack in stacks:
        endpoint_in(stack, service=contract_with())

    assert template_of(stacks[0]) == template_of(stacks[1])


def test_a_contract_outlives_everything_else() -> None:
    contract = published().contract
    gc.collect()
    origin = origin_of(contract)

    assert origin is not None
    app = cast("cdk.App", origin.construct.node.root)
    endpoint_in(consumer_in(app), service=contract)
    [after] = app.synth().get_stack_by_name("Consumer").dependencies[:1]
    assert after.id == "Provider"


def test_a_parameter_outlives_its_first_contract() -> None:
    stack = consumer_in()
    contract = replace(
        EndpointServiceContract.from_ssm_parameters(
            stack, "Payments", parameter_prefix="/payments", ports=[443], service_region="eu-west-1"
        ),
        ports=[80],
    )
    gc.collect()

    assert construct_of(contract) is stack


def test_a_contract_keeps_nothing_alive_after_its_origin() -> None:
    holder, name = Holder(), token("Held")
    origin = Origin(construct=cast("Any", holder))
    remember_origin(name, origin)
    holder.contract = named(name)
    gone = ref(holder)
    del origin, holder
    gc.collect()

    assert gone() is None
    assert origin_of(named(name)) is None
