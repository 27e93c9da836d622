"""A contract in another stack, account, Region or stage: what the templates say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from tests.support.consumers import (
    ACCOUNT,
    ENDPOINT,
    OTHER_ACCOUNT,
    app_with_zones,
    consumer_in,
    contract_with,
    endpoint_in,
)
from tests.support.published import ENVIRONMENT, only, service_with, stack_in, template_of
from tests.support.refusals import refusal, refused
from tests.support.vpcs import vpc_in

from privatelink_constructs import AllowedPrincipal, EndpointServiceContract

if TYPE_CHECKING:
    from privatelink_constructs import EndpointService, InterfaceEndpoint

WEAK = {"@aws-cdk/core:defaultCrossStackReferences": "weak"}
CUSTOMER = AllowedPrincipal.account(OTHER_ACCOUNT)


def env(account: str | None = None, region: str | None = None) -> cdk.Environment:
    return cdk.Environment(account=account, region=region)


def pair(
    theirs: cdk.Environment | None, ours: cdk.Environment | None, **context: Any
) -> tuple[EndpointService, InterfaceEndpoint]:
    """Define a service and an endpoint to it in two stacks, Provider and Consumer."""
    app = app_with_zones(**context)
    provider = stack_in(app, env=theirs)
    service = service_with(
        provider, None, allowed_principals=[CUSTOMER], supported_regions=["eu-central-1"]
    )
    consumer = consumer_in(app, env=ours)
    return service, endpoint_in(consumer, service=service.contract)


def synthesized(endpoint: InterfaceEndpoint) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """Return the provider's template, the endpoint's properties, and what it is deployed after."""
    app = cast("cdk.App", endpoint.node.root)
    assembly = app.synth()
    provider, consumer = (assembly.get_stack_by_name(name) for name in ("Provider", "Consumer"))
    properties = only(consumer.template, ENDPOINT)["Properties"]
    return provider.template, properties, [it.id for it in consumer.dependencies]


def literal_part(name: Any) -> str:
    return name["Fn::Join"][1][0]


def test_in_one_stack_the_endpoint_waits_for_the_permissions() -> None:
    stack = consumer_in()
    service = service_with(stack, None, allowed_principals=[CUSTOMER])
    endpoint_in(stack, service=service.contract)

    template = template_of(stack)

    [permissions] = [
        name
        for name, it in template["Resources"].items()
        if it["Type"] == "AWS::EC2::VPCEndpointServicePermissions"
    ]
    assert only(template, ENDPOINT)["DependsOn"] == [permissions]


def test_in_one_stack_the_endpoint_waits_for_permissions_that_come_later() -> None:
    stack = consumer_in()
    service = service_with(stack, None)
    endpoint_in(stack, service=service.contract)
    service.add_allowed_principals(CUSTOMER)

    assert len(only(template_of(stack), ENDPOINT)["DependsOn"]) == 1


def test_a_nested_stack_gets_the_name_and_waits() -> None:
    stack = consumer_in()
    service = service_with(stack, None, allowed_principals=[CUSTOMER])
    nested = cdk.NestedStack(stack, "Nested")
    endpoint_in(cast("cdk.Stack", nested), service=service.contract)

    [permissions] = [
        name for name in template_of(stack)["Resources"] if name.startswith("ServicePermissions")
    ]
    assert permissions in only(template_of(stack), "AWS::CloudFormation::Stack")["DependsOn"]


def test_a_nested_stack_hands_the_name_to_its_parent() -> None:
    stack = consumer_in()
    nested = cast("cdk.Stack", cdk.NestedStack(stack, "Nested"))
    service = service_with(nested, None, allowed_principals=[CUSTOMER])
    endpoint_in(stack, service=service.contract)

    [nested_id] = [
        name
        for name, it in template_of(stack)["Resources"].items()
        if it["Type"] == "AWS::CloudFormation::Stack"
    ]
    assert nested_id in only(template_of(stack), ENDPOINT)["DependsOn"]


def test_in_one_environment_the_name_is_an_export() -> None:
    _, endpoint = pair(ENVIRONMENT, ENVIRONMENT)
    _, properties, after = synthesized(endpoint)

    name = properties["ServiceName"]
    assert literal_part(name) == "com.amazonaws.vpce.eu-west-1."
    assert list(name["Fn::Join"][1][1]) == ["Fn::ImportValue"]
    assert "ServiceRegion" not in properties
    assert "Provider" in after


@pytest.mark.parametrize("context", [{}, WEAK], ids=["strong", "weak"])
def test_in_another_account_the_cdk_reads_the_output_through_a_role(
    context: dict[str, Any],
) -> None:
    _, endpoint = pair(ENVIRONMENT, env(OTHER_ACCOUNT, "eu-west-1"), **context)
    provider, properties, after = synthesized(endpoint)

    read = properties["ServiceName"]["Fn::Join"][1][1]["Fn::GetStackOutput"]
    role = only(provider, "AWS::IAM::Role")["Properties"]
    assert (read["StackName"], read["Region"]) == ("Provider", "eu-west-1")
    assert role["RoleName"] in str(read["RoleArn"])
    assert read["OutputName"] in provider["Outputs"]
    assert "ServiceRegion" not in properties
    assert "Provider" in after


def test_in_another_account_later_permissions_are_waited_for_too() -> None:
    app = app_with_zones()
    service = service_with(stack_in(app), None)
    consumer = consumer_in(app, env=env(OTHER_ACCOUNT, "eu-west-1"))
    endpoint = endpoint_in(consumer, service=service.contract)
    service.add_allowed_principals(CUSTOMER)

    assert "Provider" in synthesized(endpoint)[2]


def test_in_another_account_a_service_without_permissions_is_waited_for() -> None:
    app = app_with_zones()
    service = service_with(stack_in(app), None)
    consumer = consumer_in(app, env=env(OTHER_ACCOUNT, "eu-west-1"))

    assert "Provider" in synthesized(endpoint_in(consumer, service=service.contract))[2]


def test_in_another_region_the_name_keeps_the_service_region() -> None:
    _, endpoint = pair(ENVIRONMENT, env(ACCOUNT, "eu-central-1"), **WEAK)
    provider, properties, after = synthesized(endpoint)

    name = properties["ServiceName"]
    read = name["Fn::Join"][1][1]["Fn::GetStackOutput"]
    assert literal_part(name) == "com.amazonaws.vpce.eu-west-1."
    assert (read["Region"], "RoleArn" in read) == ("eu-west-1", False)
    assert properties["ServiceRegion"] == "eu-west-1"
    assert not [it for it in provider["Resources"].values() if "Lambda" in it["Type"]]
    assert "Provider" in after


def test_in_another_region_without_the_flag_the_cdk_carries_the_name_by_functions() -> None:
    _, endpoint = pair(ENVIRONMENT, env(ACCOUNT, "eu-central-1"))
    provider, properties, _ = synthesized(endpoint)

    assert literal_part(properties["ServiceName"]) == "com.amazonaws.vpce.eu-west-1."
    assert properties["ServiceRegion"] == "eu-west-1"
    assert only(provider, "Custom::CrossRegionExportWriter")


def test_in_another_account_and_region_both_hold() -> None:
    _, endpoint = pair(ENVIRONMENT, env(OTHER_ACCOUNT, "eu-central-1"), **WEAK)
    _, properties, after = synthesized(endpoint)

    read = properties["ServiceName"]["Fn::Join"][1][1]["Fn::GetStackOutput"]
    assert {"Region", "RoleArn"} <= set(read)
    assert properties["ServiceRegion"] == "eu-west-1"
    assert "Provider" in after


@pytest.mark.parametrize("context", [{}, WEAK], ids=["strong", "weak"])
def test_between_agnostic_stacks_the_name_is_built_where_it_is_used(
    context: dict[str, Any],
) -> None:
    _, endpoint = pair(None, None, **context)
    provider, properties, after = synthesized(endpoint)

    _, vpce, region, service_id = properties["ServiceName"]["Fn::Join"][1]
    assert (vpce, region) == ("vpce", {"Ref": "AWS::Region"})
    assert list(service_id) == ["Fn::GetStackOutput" if context else "Fn::ImportValue"]
    assert provider["Outputs"]
    assert "ServiceRegion" not in properties
    assert "Provider" in after


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (None, ENVIRONMENT),
        (ENVIRONMENT, None),
        (env(region="eu-west-1"), ENVIRONMENT),
        (ENVIRONMENT, env(region="eu-west-1")),
    ],
)
def test_fails_when_one_environment_is_not_concrete(
    theirs: cdk.Environment | None, ours: cdk.Environment | None
) -> None:
    with refusal("contract-environment-undetermined", "Set env=") as caught:
        pair(theirs, ours)

    assert caught.value.construct_path == "Consumer/Endpoint"


def test_fails_when_the_service_does_not_support_the_region() -> None:
    with refusal(
        "endpoint-region-not-supported", "The service doesn't support the Region 'us-east-1'"
    ):
        pair(ENVIRONMENT, env(ACCOUNT, "us-east-1"))


def test_fails_when_the_endpoint_is_in_another_partition() -> None:
    with refusal("region-partition-mismatch", "cn-north-1"):
        endpoint_in(consumer_in(env=env(ACCOUNT, "cn-north-1")), service=contract_with())


class ProviderStage(cdk.Stage):
    """What one team deploys."""

    def __init__(self, scope: cdk.Stack, name: str) -> None:
        super().__init__(scope, name, env=ENVIRONMENT)
        self.stack = stack_in(cast("cdk.App", self))
        self.service = service_with(self.stack, None, allowed_principals=[CUSTOMER])
        self.service.contract.publish(self.stack, "Contract", parameter_prefix="/payments")


class ConsumerStage(cdk.Stage):
    """What another team deploys."""

    def __init__(self, scope: cdk.Stack, name: str) -> None:
        super().__init__(scope, name, env=ENVIRONMENT)
        self.stack = consumer_in(cast("cdk.App", self))
        self.vpc = vpc_in(self.stack)


@pytest.fixture
def stages() -> tuple[ProviderStage, ConsumerStage]:
    """Stages as a pipeline has them: below its own stack."""
    pipeline = cdk.Stack(app_with_zones(), "Pipeline", env=ENVIRONMENT)
    return ProviderStage(pipeline, "Backend"), ConsumerStage(pipeline, "Frontend")


def test_fails_when_a_contract_crosses_stages(stages: tuple[ProviderStage, ConsumerStage]) -> None:
    provider, consumer = stages
    message = r"from_service_name.*from_ssm_parameters"
    with refused(consumer.stack, "contract-stage-mismatch", message) as caught:
        endpoint_in(consumer.stack, vpc=consumer.vpc, service=provider.service.contract)
    assert "'Pipeline/Backend', but the consumer is in 'Pipeline/Frontend'" in caught.value.message


def test_fails_when_a_contract_is_published_in_another_stage(
    stages: tuple[ProviderStage, ConsumerStage],
) -> None:
    provider, consumer = stages

    with refusal("contract-stage-mismatch", "from_service_name"):
        provider.service.contract.publish(consumer.stack, "Copy", parameter_prefix="/copy")


def test_fails_when_the_service_is_outside_the_stage() -> None:
    app = app_with_zones()
    service = service_with(stack_in(app), None)
    stage = cdk.Stage(app, "Stage")

    with refusal("contract-stage-mismatch", r".*stage '\(the app\)'"):
        endpoint_in(consumer_in(cast("cdk.App", stage)), service=service.contract)


def test_stages_hand_the_name_over_by_parameters(
    stages: tuple[ProviderStage, ConsumerStage],
) -> None:
    _, consumer = stages
    contract = EndpointServiceContract.from_ssm_parameters(
        consumer.stack,
        "Payments",
        parameter_prefix="/payments",
        ports=[443],
        service_region="eu-west-1",
    )
    endpoint_in(consumer.stack, vpc=consumer.vpc, service=contract)

    cast("cdk.App", consumer.node.root).synth()
    assertions.Template.from_stack(consumer.stack).has_resource_properties(
        ENDPOINT, {"ServiceName": {"Ref": "Payments"}}
    )


def test_stages_hand_the_name_over_as_a_literal(
    stages: tuple[ProviderStage, ConsumerStage],
) -> None:
    _, consumer = stages
    endpoint_in(consumer.stack, vpc=consumer.vpc, service=contract_with())

    cast("cdk.App", consumer.node.root).synth()
    assertions.Template.from_stack(consumer.stack).resource_count_is(ENDPOINT, 1)


def test_stacks_of_one_stage_share_a_contract(stages: tuple[ProviderStage, ConsumerStage]) -> None:
    provider, _ = stages
    stack = consumer_in(cast("cdk.App", provider))
    endpoint_in(stack, service=provider.service.contract)

    assert only(template_of(stack), ENDPOINT)
