"""What callers pass, and where a construct is put."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from tests.support.consumers import NAME, consumer_in, contract_with, endpoint_in
from tests.support.load_balanced import new_stack, service_in
from tests.support.published import imported_load_balancer, only, template_of
from tests.support.refusals import paths_in, refusal, refused
from tests.support.vpcs import vpc_in

from privatelink_constructs import (
    AllowedPrincipal,
    EndpointService,
    EndpointServiceContract,
    InterfaceEndpoint,
    ValidationError,
    check_template,
    check_templates,
    draw,
    estimate_cost,
)
from privatelink_constructs.rules.arguments import checked, scope_in_stack

if TYPE_CHECKING:
    from collections.abc import Callable

    import constructs

PERMISSIONS = "AWS::EC2::VPCEndpointServicePermissions"


def test_a_range_of_ports_is_a_list_of_ports() -> None:
    contract = EndpointServiceContract.from_service_name(NAME, ports=range(9000, 9003))

    assert contract.ports == (9000, 9001, 9002)


def test_a_service_over_load_balancers_takes_a_range_of_ports() -> None:
    stack = new_stack()
    balancers = [imported_load_balancer(stack, "Nlb")]
    service = EndpointService(stack, "S", load_balancers=balancers, ports=range(80, 82))

    assert service.contract.ports == (80, 81)


def _balanced(stack: cdk.Stack) -> Any:
    return service_in(stack)


def _published(stack: cdk.Stack) -> Any:
    balancers = [imported_load_balancer(stack, "Nlb")]
    return EndpointService(stack, "Published", load_balancers=balancers, ports=[443])


def _imported(stack: cdk.Stack) -> Any:
    return EndpointService.from_endpoint_service_attributes(
        stack, "Theirs", endpoint_service_id="vpce-svc-0123456789abcdef0", ports=[443]
    )


@pytest.mark.parametrize("make", [_balanced, _published, _imported])
def test_a_service_is_taken_where_its_contract_is_meant(make: Callable[[cdk.Stack], Any]) -> None:
    stack = new_stack()
    service = make(stack)
    vpc = vpc_in(stack, "Consumers")

    by_service = InterfaceEndpoint(stack, "A", vpc=vpc, service=service)
    by_contract = InterfaceEndpoint(stack, "B", vpc=vpc, service=service.contract)

    assert by_service.service_name == by_contract.service_name


def test_fails_when_a_service_has_no_ports_for_a_contract() -> None:
    stack = new_stack()
    service = EndpointService(
        stack, "Service", load_balancers=[imported_load_balancer(stack, "Nlb")]
    )
    vpc = vpc_in(stack)
    before = paths_in(stack)
    with refusal("contract-port-missing"):
        InterfaceEndpoint(stack, "Endpoint", vpc=vpc, service=service)
    assert paths_in(stack) == before


@pytest.mark.parametrize(
    ("given", "arn"),
    [
        (lambda: "222222222222", "arn:aws:iam::222222222222:root"),
        (lambda: iam.AccountPrincipal("222222222222"), "arn:aws:iam::222222222222:root"),
        (
            lambda: iam.ArnPrincipal("arn:aws:iam::222222222222:role/Network"),
            "arn:aws:iam::222222222222:role/Network",
        ),
        (lambda: AllowedPrincipal.account("222222222222"), "arn:aws:iam::222222222222:root"),
    ],
    ids=["an account ID", "an account's principal", "an ARN's principal", "our own"],
)
def test_a_principal_is_taken_in_each_unambiguous_form(given: Callable[[], Any], arn: str) -> None:
    stack = new_stack()
    service_in(stack, "AtOnce", allowed_principals=[given()])
    found = only(template_of(stack), PERMISSIONS)
    assert found["Properties"]["AllowedPrincipals"] == [arn]

    later = new_stack()
    service_in(later).add_allowed_principals(given())
    found = only(template_of(later), PERMISSIONS)
    assert found["Properties"]["AllowedPrincipals"] == [arn]


def test_an_account_that_only_the_deployment_knows_is_a_principal() -> None:
    stack = new_stack(agnostic=True)
    service_in(stack, allowed_principals=[cdk.Aws.ACCOUNT_ID, iam.AccountRootPrincipal()])

    found = only(template_of(stack), PERMISSIONS)["Properties"]["AllowedPrincipals"]
    assert "AWS::AccountId" in str(found)


def test_fails_when_an_account_id_is_too_short() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "account-id-malformed", "'2222'"):
        service_in(stack, vpc=vpc, allowed_principals=["2222"])


def test_fails_when_a_principal_is_anyone() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "account-id-malformed"):
        service_in(stack, vpc=vpc, allowed_principals=[iam.AnyPrincipal()])


def test_fails_when_the_data_of_an_environment_is_of_a_wrong_type() -> None:
    wrong: Any = cdk.Aws.REGION.encode()
    with refusal("argument-type-mismatch", "region must be a str or None, not a bytes"):
        check_template({}, region=wrong)
    with refusal("argument-type-mismatch", r"templates must be a mapping of str to mapping"):
        check_templates(wrong)


def test_fails_when_a_single_template_has_no_name() -> None:
    template: Any = {"Resources": {"Vpc": {"Type": "AWS::EC2::VPC"}}, "Outputs": {}}
    for takes in (check_templates, draw, estimate_cost):
        with refusal("template-name-missing", "templates is a single template without a name"):
            takes(template)
    named = {"Resources": template}
    assert check_templates(named) == []
    assert estimate_cost(named).monthly_usd == 0
    assert "flowchart" in draw(named)


def _define(kind: str) -> Callable[[constructs.Construct, str], object]:
    kinds: dict[str, Callable[[constructs.Construct, str], object]] = {
        "service": service_in,
        "endpoint": lambda scope, name: InterfaceEndpoint(
            scope, name, vpc=vpc_in(scope, "Vpc"), service=contract_with()
        ),
        "contract": lambda scope, name: EndpointServiceContract.from_ssm_parameters(
            scope, name, parameter_prefix="/pay", ports=[443], service_region="eu-west-1"
        ),
        "publication": lambda scope, name: contract_with().publish(
            scope, name, parameter_prefix="/pay"
        ),
    }
    return kinds[kind]


KINDS = ["service", "endpoint", "contract", "publication"]


@pytest.mark.parametrize("kind", KINDS)
def test_fails_when_an_id_is_taken(kind: str) -> None:
    stack = new_stack()
    cdk.CfnOutput(stack, "Twice", value="1")
    with refusal(
        "construct-id-duplicate", "The construct ID 'Twice' already exists in this scope"
    ) as caught:
        _define(kind)(stack, "Twice")
    assert caught.value.construct_path == "Stack/Twice"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "message"),
    [("", "The construct ID is empty"), ("Pay${Token[A.1]}", "The construct ID contains a token")],
    ids=["empty", "token"],
)
def test_fails_when_an_id_cannot_be(kind: str, name: str, message: str) -> None:
    stack = new_stack()
    with refusal("construct-id-malformed", message) as caught:
        _define(kind)(stack, name)
    assert caught.value.construct_path == "Stack"


@pytest.mark.parametrize("kind", KINDS)
def test_fails_when_a_scope_is_in_no_stack(kind: str) -> None:
    app = cdk.App()
    vpc = vpc_in(new_stack())
    made: dict[str, Callable[[], object]] = {
        "service": lambda: service_in(app, vpc=vpc),
        "endpoint": lambda: InterfaceEndpoint(app, "Endpoint", vpc=vpc, service=contract_with()),
        "contract": lambda: _define("contract")(app, "Contract"),
        "publication": lambda: _define("publication")(app, "Publication"),
    }
    with refusal("scope-not-supported", "The scope .* isn't in a stack"):
        made[kind]()


def test_a_scope_in_a_stack_passes() -> None:
    assert not list(scope_in_stack(None))


def test_an_error_has_a_short_traceback() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    with pytest.raises(ValidationError) as caught:
        endpoint_in(stack, vpc=vpc, clients=["10.0.0.0/33"])

    lines = "".join(traceback.format_exception(caught.value)).splitlines()
    frames = traceback.extract_tb(caught.value.__traceback__)
    ours = [it for it in frames if "/src/privatelink_constructs/" in it.filename]
    assert len(ours) == 1
    assert lines[-1].startswith("privatelink_constructs.errors.ValidationError: '10.0.0.0/33'")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_what_is_no_fault_of_an_argument_goes_through() -> None:
    @checked()
    def fail(scope: constructs.Construct, id: str) -> None:  # noqa: A002
        raise RuntimeError(scope.node.path + id)

    with pytest.raises(RuntimeError, match="StackName"):
        fail(new_stack(), "Name")
