"""The contract of a hub: its values, and its way through parameters of Systems Manager."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from tests.support.consumers import OTHER_ACCOUNT, app_with_zones, consumer_in
from tests.support.hubs import ASSOCIATION, hub_in, only_properties, spoke_in
from tests.support.published import ENVIRONMENT, template_of
from tests.support.refusals import refusal, refused
from tests.support.vpcs import imported_vpc

from privatelink_constructs import EndpointHubContract, HubNaming, SharePrincipal

ID = "rp-0123456789abcdef"
PREFIX = "/network/hub"


def contract(**options: Any) -> EndpointHubContract:
    given: dict[str, Any] = {"profile_id": ID, "region": "eu-west-1", **options}
    return EndpointHubContract(**given)


def parameters_of(stack: cdk.Stack) -> dict[str, Any]:
    found = template_of(stack)["Resources"].values()
    each = [it["Properties"] for it in found if it["Type"] == "AWS::SSM::Parameter"]
    return {it["Name"].removeprefix(f"{PREFIX}/"): (it["Type"], it["Value"]) for it in each}


def test_contracts_with_equal_values_are_equal() -> None:
    one = contract(names=["b.example.com", "a.example.com"], client_cidrs=["10.0.0.0/8"])
    two = EndpointHubContract.from_profile_id(
        ID,
        region="eu-west-1",
        names=("a.example.com", "b.example.com"),
        client_cidrs=["10.0.0.0/8"],
    )
    assert one == two
    assert hash(one) == hash(two)


def test_tokens_are_values_that_are_not_known() -> None:
    token = cdk.Token.as_string({"Ref": "Token"})
    found = contract(
        profile_id=token,
        region=token,
        owner_account=token,
        names=[token, "a.example.com"],
        client_cidrs=[token],
        vpc_cidr=token,
    )
    assert (found.profile_id, found.region) == (token, token)
    assert (found.owner_account, found.vpc_cidr) == (None, None)
    assert (found.names, found.client_cidrs) == (("a.example.com",), ())


@pytest.mark.parametrize(
    ("code", "options"),
    [
        (
            "profile-id-malformed",
            {"profile_id": "arn:aws:route53profiles:::profile/rp-1"},
        ),
        ("profile-id-malformed", {"profile_id": ""}),
        ("region-not-valid", {"region": "Ireland"}),
        ("account-id-malformed", {"owner_account": "1111"}),
        ("cidr-malformed", {"client_cidrs": ["10.0.0.0/33"]}),
        ("cidr-malformed", {"vpc_cidr": "10.0.0.0"}),
    ],
)
def test_fails_when_a_value_is_not_valid(code: str, options: dict[str, Any]) -> None:
    with refusal(code):
        contract(**options)


def test_every_field_that_has_a_value_is_published() -> None:
    stack = consumer_in()
    contract(
        owner_account="111111111111",
        names=["*.dkr.ecr.eu-west-1.amazonaws.com"],
        client_cidrs=["10.0.0.0/8", "172.16.0.0/12"],
        vpc_cidr="10.0.0.0/16",
    ).publish(stack, "Hub", parameter_prefix=PREFIX)
    assert parameters_of(stack) == {
        "profile-id": ("String", ID),
        "region": ("String", "eu-west-1"),
        "owner-account": ("String", "111111111111"),
        "names": ("StringList", "*.dkr.ecr.eu-west-1.amazonaws.com"),
        "client-cidrs": ("StringList", "10.0.0.0/8,172.16.0.0/12"),
        "vpc-cidr": ("String", "10.0.0.0/16"),
    }


def test_the_id_of_a_hub_of_the_app_is_published_as_a_reference() -> None:
    stack = consumer_in()
    hub = hub_in(stack)
    shared = [SharePrincipal.account(OTHER_ACCOUNT)]
    published = hub.contract.publish(stack, "P", parameter_prefix=PREFIX, share_with=shared)
    assert parameters_of(stack)["profile-id"][1] == stack.resolve(hub.profile_id)
    assert f"{PREFIX}/profile-id" in published.parameter_names


def test_fails_when_a_hub_without_a_profile_is_published() -> None:
    stack = consumer_in()
    naming = HubNaming.private_hosted_zones()
    hub = hub_in(stack, naming=naming, bundle={"private_dns_enabled": False})
    with refused(stack, "hub-profile-missing", r"has no Route 53 Profile"):
        hub.contract.publish(stack, "P", parameter_prefix=PREFIX)


def test_fails_when_the_prefix_is_no_path() -> None:
    stack = consumer_in()
    with refused(stack, "ssm-parameter-prefix-malformed"):
        contract().publish(stack, "P", parameter_prefix="hub")


def test_fails_when_it_is_published_in_another_stage() -> None:
    app = app_with_zones()
    stages = [cdk.Stage(app, name, env=ENVIRONMENT) for name in ("Network", "Orders")]
    network, orders = (cdk.Stack(stage, "Stack") for stage in stages)
    hub = hub_in(network, vpc=imported_vpc(network))
    with refused(orders, "hub-stage-mismatch", "The hub is in stage 'Network'"):
        hub.contract.publish(orders, "P", parameter_prefix=PREFIX)


def read_in(stack: cdk.Stack, **options: Any) -> EndpointHubContract:
    return EndpointHubContract.from_ssm_parameters(stack, "Id", parameter_prefix=PREFIX, **options)


def default_of(stack: cdk.Stack) -> str:
    return template_of(stack)["Parameters"]["Id"]["Default"]


def test_the_id_is_read_during_deployment() -> None:
    stack = consumer_in()
    spoke_in(stack, read_in(stack, region="eu-west-1", names=["a.example.com"]))
    assert default_of(stack) == f"{PREFIX}/profile-id"
    assert only_properties(stack, ASSOCIATION)["ProfileId"] == {"Ref": "Id"}


def test_the_id_is_read_from_another_account_by_its_arn() -> None:
    stack = consumer_in()
    read_in(stack, owner_account=OTHER_ACCOUNT)
    assert (
        default_of(stack) == f"arn:aws:ssm:eu-west-1:{OTHER_ACCOUNT}:parameter{PREFIX}/profile-id"
    )


def test_everything_else_is_taken_over_from_a_contract_of_another_stage() -> None:
    stack = consumer_in()
    like = contract(names=["a.example.com"], vpc_cidr="10.0.0.0/16", owner_account="111111111111")
    found = read_in(stack, like=like, names=["b.example.com"])
    assert found.names == ("b.example.com",)
    assert (found.region, found.vpc_cidr) == ("eu-west-1", "10.0.0.0/16")
    assert stack.resolve(found.profile_id) == {"Ref": "Id"}


def test_fails_when_the_id_is_used_in_another_stage() -> None:
    app = app_with_zones()
    stages = [cdk.Stage(app, name, env=ENVIRONMENT) for name in ("One", "Two")]
    one, two = (cdk.Stack(stage, "Stack") for stage in stages)
    found, vpc = read_in(one), imported_vpc(two)
    with refused(two, "hub-stage-mismatch"):
        spoke_in(two, found, vpc=vpc)


def test_fails_when_an_environment_is_not_known_and_the_account_is_another() -> None:
    stack = consumer_in(env=None)
    with refused(stack, "contract-environment-undetermined"):
        read_in(stack, owner_account=OTHER_ACCOUNT)


def test_fails_when_the_names_are_too_long_for_a_parameter() -> None:
    stack = consumer_in()
    found = contract(names=[f"name-{at}.eu-west-1.amazonaws.com" for at in range(200)])
    with refused(stack, "ssm-parameter-value-exceeded", "The value of names has"):
        found.publish(stack, "Contract", parameter_prefix=PREFIX)

    found.publish(stack, "Contract", parameter_prefix=PREFIX, shared=True)
    assert len(parameters_of(stack)["names"][1]) > 4096


def test_no_parameter_of_a_hub_is_empty() -> None:
    stack = consumer_in()
    contract(names=[], client_cidrs=[]).publish(stack, "Contract", parameter_prefix=PREFIX)
    assert sorted(parameters_of(stack)) == ["profile-id", "region"]


@pytest.mark.parametrize("name", ["", "a,b", "*.", "a..b", "a b"])
def test_fails_when_a_name_is_not_a_domain_name(name: str) -> None:
    with refusal("hosted-zone-name-malformed", r".* for names\[1\]"):
        contract(names=["*.example.com", name])
