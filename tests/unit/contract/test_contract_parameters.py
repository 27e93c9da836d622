"""A contract that goes through parameters of Systems Manager."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from tests.support.consumers import (
    ACCOUNT,
    ENDPOINT,
    NAME,
    OTHER_ACCOUNT,
    consumer_in,
    contract_with,
    endpoint_in,
    paths_under,
)
from tests.support.intrinsics import token
from tests.support.published import ENVIRONMENT, only, service_with, stack_in, template_of
from tests.support.refusals import refusal, refused

from privatelink_constructs import EndpointServiceContract

if TYPE_CHECKING:
    from tests.support.replacement import Template

    from privatelink_constructs import PublishedContract

PREFIX = "/payments/contract"


def parameters_of(template: Template) -> dict[str, tuple[str, Any]]:
    found = [
        it["Properties"]
        for it in template["Resources"].values()
        if it["Type"] == "AWS::SSM::Parameter"
    ]
    return {it["Name"]: (it["Type"], it["Value"]) for it in found}


def read_in(stack: cdk.Stack, **options: Any) -> EndpointServiceContract:
    given: dict[str, Any] = {
        "parameter_prefix": PREFIX,
        "ports": [443],
        "service_region": "eu-west-1",
        **options,
    }
    return EndpointServiceContract.from_ssm_parameters(stack, "Payments", **given)


def published(stack: cdk.Stack, **options: Any) -> PublishedContract:
    given: dict[str, Any] = {"parameter_prefix": PREFIX, **options}
    return contract_with().publish(stack, "Contract", **given)


def test_every_field_that_has_a_value_is_written() -> None:
    stack = stack_in()
    contract_with(
        ports=[443, "53/udp"],
        acceptance_required=False,
        availability_zone_ids=["euw1-az1", "euw1-az2"],
        ip_address_types=["ipv4", "ipv6"],
        private_dns_name="pay.example.com",
        private_dns_verified=True,
        supported_regions=["us-east-1"],
    ).publish(stack, "Contract", parameter_prefix=PREFIX)

    assert parameters_of(template_of(stack)) == {
        f"{PREFIX}/acceptance-required": ("String", "false"),
        f"{PREFIX}/availability-zone-ids": ("StringList", "euw1-az1,euw1-az2"),
        f"{PREFIX}/availability-zones": ("StringList", "eu-west-1a,eu-west-1b"),
        f"{PREFIX}/ip-address-types": ("StringList", "ipv4,ipv6"),
        f"{PREFIX}/owner-account": ("String", ACCOUNT),
        f"{PREFIX}/ports": ("StringList", "53/udp,443"),
        f"{PREFIX}/private-dns-name": ("String", "pay.example.com"),
        f"{PREFIX}/private-dns-verified": ("String", "true"),
        f"{PREFIX}/service-name": ("String", NAME),
        f"{PREFIX}/service-region": ("String", "eu-west-1"),
        f"{PREFIX}/supported-regions": ("StringList", "us-east-1"),
    }


def test_a_field_without_value_is_not_written() -> None:
    stack = stack_in()
    contract = EndpointServiceContract.from_service_name(NAME, ports=[443])
    contract.publish(stack, "Contract", parameter_prefix=PREFIX)

    assert sorted(
        name.removeprefix(f"{PREFIX}/") for name in parameters_of(template_of(stack))
    ) == [
        "acceptance-required",
        "ip-address-types",
        "ports",
        "service-name",
        "service-region",
    ]


def test_the_name_of_a_service_is_written_as_it_is_known() -> None:
    stack = stack_in(env=None)
    service_with(stack, None).contract.publish(stack, "Contract", parameter_prefix=PREFIX)

    written = parameters_of(template_of(stack))
    assert written[f"{PREFIX}/service-region"] == ("String", {"Ref": "AWS::Region"})
    assert "Fn::Join" in written[f"{PREFIX}/service-name"][1]


def test_parameters_are_of_the_standard_tier() -> None:
    stack = stack_in()
    published(stack)

    resources = template_of(stack)["Resources"].values()
    assert all("Tier" not in it["Properties"] for it in resources)


def test_parameters_that_are_shared_are_of_the_advanced_tier() -> None:
    stack = stack_in()
    published(stack, shared=True)

    resources = template_of(stack)["Resources"].values()
    assert {it["Properties"]["Tier"] for it in resources} == {"Advanced"}


def test_a_share_gets_names_and_arns() -> None:
    stack = stack_in()
    contract = published(stack)

    [name, *_] = contract.parameter_names
    [arn, *_] = contract.parameter_arns
    assert name == f"{PREFIX}/service-name"
    parts = stack.resolve(arn)["Fn::Join"][1]
    assert parts[-2] == ":ssm:eu-west-1:111111111111:parameter"
    assert parts[-1] == {"Ref": next(iter(template_of(stack)["Resources"]))}
    assert contract.parameter_arns is contract.parameter_arns


def test_the_paths_of_the_parameters_follow_the_fields() -> None:
    contract = published(stack_in())

    assert list(paths_under(contract)) == [
        "ServiceName",
        "ServiceRegion",
        "OwnerAccount",
        "Ports",
        "AcceptanceRequired",
        "AvailabilityZones",
        "IpAddressTypes",
    ]


def test_the_name_is_read_when_the_stack_is_deployed() -> None:
    stack = consumer_in()
    contract = read_in(stack)
    endpoint_in(stack, service=contract)

    template = template_of(stack)
    parameter = template["Parameters"]["Payments"]
    assert parameter["Type"] == "AWS::SSM::Parameter::Value<String>"
    assert parameter["Default"] == f"{PREFIX}/service-name"
    assert only(template, ENDPOINT)["Properties"]["ServiceName"] == {"Ref": "Payments"}


def test_everything_else_is_given() -> None:
    contract = read_in(
        consumer_in(),
        ports=[53],
        acceptance_required=False,
        availability_zones=["eu-west-1a"],
        availability_zone_ids=["euw1-az1"],
        ip_address_types=["ipv6"],
        owner_account=ACCOUNT,
        private_dns_name="pay.example.com",
        private_dns_verified=True,
        supported_regions=["us-east-1"],
    )

    assert contract == EndpointServiceContract(
        service_name=contract.service_name,
        service_region="eu-west-1",
        ports=[53],
        acceptance_required=False,
        availability_zones=["eu-west-1a"],
        availability_zone_ids=["euw1-az1"],
        ip_address_types=["ipv6"],
        owner_account=ACCOUNT,
        private_dns_name="pay.example.com",
        private_dns_verified=True,
        supported_regions=["us-east-1"],
    )


def test_the_parameter_of_another_account_is_named_by_its_arn() -> None:
    stack = consumer_in(env=cdk.Environment(account=OTHER_ACCOUNT, region="eu-central-1"))
    read_in(stack, owner_account=ACCOUNT, supported_regions=["eu-central-1"])

    assert template_of(stack)["Parameters"]["Payments"]["Default"] == (
        f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter{PREFIX}/service-name"
    )


def test_what_is_written_and_read_is_the_same_name() -> None:
    provider, consumer = stack_in(), consumer_in()
    published(provider)
    read_in(consumer)

    read = template_of(consumer)["Parameters"]["Payments"]["Default"]
    assert parameters_of(template_of(provider))[read] == ("String", NAME)


@pytest.mark.parametrize("prefix", ["payments", "/aws/payments", "/payments/"])
def test_fails_when_the_prefix_is_none(prefix: str) -> None:
    stack = stack_in()
    with refusal(
        "ssm-parameter-prefix-malformed", "is not a valid prefix for parameter names"
    ) as caught:
        published(stack, parameter_prefix=prefix)

    assert caught.value.construct_path == "Provider/Contract"
    assert not stack.node.children


def test_fails_when_the_prefix_is_a_token() -> None:
    with refusal("contract-value-undetermined", "parameter_prefix is known only"):
        read_in(consumer_in(), parameter_prefix=token())


def test_fails_when_a_field_cannot_be() -> None:
    stack = consumer_in(env=None)
    with refused(stack, "contract-port-missing", "The contract has no ports"):
        read_in(stack, ports=[])


def test_fails_when_another_account_is_read_from_an_agnostic_stack() -> None:
    with refusal("contract-environment-undetermined", "that of the consumer has no account"):
        read_in(consumer_in(env=None), owner_account=ACCOUNT)


def test_the_own_account_is_read_by_name() -> None:
    stack = consumer_in(env=ENVIRONMENT)
    read_in(stack, owner_account=ACCOUNT)

    assert template_of(stack)["Parameters"]["Payments"]["Default"] == f"{PREFIX}/service-name"


def test_what_is_not_given_is_as_in_another_contract() -> None:
    like = contract_with(
        ports=[443, "53/udp"],
        acceptance_required=False,
        availability_zone_ids=["euw1-az1", "euw1-az2"],
        ip_address_types=["ipv4", "ipv6"],
        private_dns_name="pay.example.com",
        private_dns_verified=True,
        supported_regions=["us-east-1"],
    )
    read = EndpointServiceContract.from_ssm_parameters(
        consumer_in(), "Payments", parameter_prefix=PREFIX, like=like
    )
    assert replace(read, service_name=like.service_name) == like


def test_what_is_given_wins_over_another_contract() -> None:
    read = read_in(
        consumer_in(), like=contract_with(ports=[80]), ports=[443], acceptance_required=False
    )
    assert (read.ports, read.acceptance_required) == ((443,), False)


def test_a_contract_of_another_stage_shapes_the_template() -> None:
    app = cdk.App()
    provider, consumer = (cdk.Stage(app, name, env=ENVIRONMENT) for name in ("One", "Two"))
    service = service_with(cdk.Stack(provider, "Stack"), None)
    stack = cdk.Stack(consumer, "Stack")
    contract = EndpointServiceContract.from_ssm_parameters(
        stack, "Payments", parameter_prefix=PREFIX, like=service.contract
    )
    endpoint_in(stack, service=contract)
    assert only(template_of(stack), ENDPOINT)["Properties"]["ServiceName"] == {"Ref": "Payments"}


@pytest.mark.parametrize(
    ("missing", "code"),
    [("ports", "contract-port-missing"), ("service_region", "contract-region-missing")],
)
def test_fails_when_neither_argument_nor_contract_has_it(missing: str, code: str) -> None:
    stack = consumer_in()
    with refusal(code):
        read_in(stack, **{missing: None})
    assert [it.node.id for it in stack.node.children] == []


LONG: dict[str, list[Any]] = {
    "ports": list(range(1, 65536, 40)),
    "availability_zones": [f"eu-west-1{'abcdef'[at % 6]}" for at in range(500)],
    "availability_zone_ids": [f"euw1-az{at}" for at in range(1, 500)],
}
"""A value for each list of a contract that a standard parameter can't hold."""


@pytest.mark.parametrize("name", LONG)
def test_fails_when_a_list_is_too_long_for_a_parameter(name: str) -> None:
    stack = stack_in()
    contract = contract_with(**{name: LONG[name]})
    with refused(
        stack,
        "ssm-parameter-value-exceeded",
        rf"The value of {name} has \d,\d+ characters, and a parameter of the standard tier "
        r"takes 4,096\. Publish a contract with fewer items\. With shared=True",
    ):
        contract.publish(stack, "Contract", parameter_prefix=PREFIX)


def test_a_long_list_fits_into_the_advanced_tier() -> None:
    stack = stack_in()
    zones = LONG["availability_zones"][:500]
    contract_with(availability_zones=zones).publish(
        stack, "Contract", parameter_prefix=PREFIX, shared=True
    )
    assert len(parameters_of(template_of(stack))[f"{PREFIX}/availability-zones"][1]) > 4096


def test_fails_when_a_list_is_too_long_for_the_advanced_tier() -> None:
    stack = stack_in()
    contract = contract_with(ports=list(range(1, 65536, 20)))
    with refused(stack, "ssm-parameter-value-exceeded", ".* of the advanced tier takes 8,192"):
        contract.publish(stack, "Contract", parameter_prefix=PREFIX, shared=True)


@pytest.mark.parametrize(
    ("prefix", "message"),
    [("/a" * 15, "has 15 levels"), ("/" + "a" * 950, "has 951 characters, so that the ARN")],
    ids=["levels", "characters"],
)
def test_fails_when_the_name_of_a_parameter_is_too_long(prefix: str, message: str) -> None:
    stack = stack_in()
    with refused(stack, "ssm-parameter-prefix-malformed", f".*{message}"):
        published(stack, parameter_prefix=prefix)


@pytest.mark.parametrize("env", [ENVIRONMENT, None], ids=["concrete", "agnostic"])
@pytest.mark.parametrize("part", ["parameters", "names", "tokens"])
def test_no_parameter_is_empty(env: cdk.Environment | None, part: str) -> None:
    stack = stack_in(env=env)
    cases: dict[str, dict[str, Any]] = {
        "parameters": {},
        "names": {"availability_zones": [], "availability_zone_ids": [], "supported_regions": []},
        "tokens": {"availability_zones": [token()], "owner_account": token()},
    }
    contract_with(**cases[part]).publish(stack, "Contract", parameter_prefix=PREFIX)
    written = parameters_of(template_of(stack))
    assert all(value for _, value in written.values())


def test_fails_when_a_zone_has_no_name() -> None:
    with refusal("zone-name-malformed", r".* for availability_zones\[1\]"):
        contract_with(availability_zones=["eu-west-1a", ""])
