from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template
from aws_cdk.aws_elasticloadbalancingv2_targets import IpTarget
from tests.support.load_balanced import synthesize
from tests.support.replacement import assert_nothing_is_replaced
from tests.support.vpcs import vpc_in
from tests.unit.provider.acceptance_stacks import (
    ACCOUNT,
    CUSTOMER,
    OTHER,
    REGION,
    of_type,
    paths,
    resources,
    service,
    stack,
    statements,
)

from privatelink_constructs import (
    AllowedPrincipal,
    Listener,
    NetworkLoadBalancedEndpointService,
)

if TYPE_CHECKING:
    from privatelink_constructs import EndpointService

REJECTION = "Custom::PrivateLinkRejectOnDelete"
PERMISSIONS = "AWS::EC2::VPCEndpointServicePermissions"


def only(found: dict[str, dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    ((logical_id, resource),) = found.items()
    return logical_id, resource


def test_connections_are_not_changed_by_default() -> None:
    scope = stack()
    service(scope)
    assert set(paths(scope).values()) == {"AWS::EC2::VPCEndpointService", PERMISSIONS}


def test_permissions_go_first_and_the_service_last() -> None:
    scope = stack()
    service(scope, reject_connections_on_delete=True)

    rejection_id, rejection = only(of_type(scope, REJECTION))
    service_id, published = only(of_type(scope, "AWS::EC2::VPCEndpointService"))
    _, permissions = only(of_type(scope, PERMISSIONS))
    assert rejection["Properties"]["ServiceId"] == {"Ref": service_id}
    assert rejection["Properties"]["ServiceLogicalId"] == service_id
    assert rejection["Properties"]["TimeoutSeconds"] == 1800
    assert rejection["Properties"]["ServiceTimeout"] == "2100"
    assert permissions["DependsOn"] == [rejection_id]
    assert "DependsOn" not in published


def test_permissions_that_come_later_go_first_too() -> None:
    scope = stack()
    published = service(scope, allowed_principals=(), reject_connections_on_delete=True)
    published.add_allowed_principals(AllowedPrincipal.account(OTHER))

    rejection_id, _ = only(of_type(scope, REJECTION))
    assert only(of_type(scope, PERMISSIONS))[1]["DependsOn"] == [rejection_id]


def test_its_policy_is_there_as_long_as_it_is() -> None:
    scope = stack()
    service(scope, reject_connections_on_delete=True)

    _, rejection = only(of_type(scope, REJECTION))

    kinds = [resources(scope)[it]["Type"] for it in rejection["DependsOn"]]
    assert kinds == ["AWS::IAM::Policy"] * 2


def test_least_privilege() -> None:
    scope = stack()
    service(scope, reject_connections_on_delete=True)
    service_id, _ = only(of_type(scope, "AWS::EC2::VPCEndpointService"))

    found = [
        (path, it["Action"], it["Resource"])
        for path, it in statements(scope)
        if path in {"Service/RejectedConnectionsPolicy", "PrivateLinkRejectOnDelete/Policy"}
    ]

    logs, _ = only(of_type(scope, "AWS::Logs::LogGroup"))
    function, _ = only(of_type(scope, "AWS::Lambda::Function"))
    role = "PrivateLinkRejectOnDelete/Policy"
    assert found == [
        (
            "Service/RejectedConnectionsPolicy",
            "ec2:RejectVpcEndpointConnections",
            {
                "Fn::Join": [
                    "",
                    [
                        f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-endpoint-service/",
                        {"Ref": service_id},
                    ],
                ]
            },
        ),
        (role, ["logs:CreateLogStream", "logs:PutLogEvents"], {"Fn::GetAtt": [logs, "Arn"]}),
        (role, "ec2:DescribeVpcEndpointConnections", "*"),
        (
            role,
            ["cloudformation:DescribeStackResource", "cloudformation:DescribeStacks"],
            {"Ref": "AWS::StackId"},
        ),
        (role, "lambda:InvokeFunction", {"Fn::GetAtt": [function, "Arn"]}),
    ]


def test_a_nested_stack_asks_for_its_root() -> None:
    scope = stack()
    middle = cdk.NestedStack(scope, "Middle")
    inner = cdk.NestedStack(middle, "Inner")
    service(inner, reject_connections_on_delete=True)

    roots = [
        it["Resource"]
        for _, it in statements(inner)
        if it["Action"] == "cloudformation:DescribeStacks"
    ]
    assert roots == [{"Ref": "referencetoStackAWSStackId"}]


@pytest.mark.parametrize("count", [1, 10])
def test_it_is_four_shared_resources_and_two_per_service(count: int) -> None:
    def resources_with(*, reject: bool) -> int:
        scope = stack()
        for number in range(count):
            service(scope, f"Service{number}", reject_connections_on_delete=reject)
        return len(resources(scope))

    assert resources_with(reject=True) == resources_with(reject=False) + 4 + 2 * count


def test_other_regions_need_one_more_permission() -> None:
    scope = stack()
    service(scope, reject_connections_on_delete=True, supported_regions=["us-east-1"])
    actions = [it["Action"] for _, it in statements(scope)]
    assert ["ec2:RejectVpcEndpointConnections", "vpce:AllowMultiRegion"] in actions


def test_services_of_a_stack_share_the_functions() -> None:
    scope = stack()
    service(scope, "One", reject_connections_on_delete=True)
    service(scope, "Two", reject_connections_on_delete=True)

    template = Template.from_stack(scope)
    template.resource_count_is(REJECTION, 2)
    template.resource_count_is("AWS::Lambda::Function", 1)


def test_it_comes_and_goes_without_replacing_anything() -> None:
    without, with_it = stack(), stack()
    service(without)
    service(with_it, reject_connections_on_delete=True)
    old, new = (Template.from_stack(it).to_json() for it in (without, with_it))

    came, gone = assert_nothing_is_replaced(old, new), assert_nothing_is_replaced(new, old)

    assert {came.types[name] for name in came.changed} == {PERMISSIONS}
    assert not came.removed
    assert gone.removed == came.added


def test_paths_below_the_service() -> None:
    scope = stack()
    service(scope, reject_connections_on_delete=True)

    assert {
        path: kind for path, kind in paths(scope).items() if path.startswith("Stack/Service/")
    } == {
        "Stack/Service/Permissions": PERMISSIONS,
        "Stack/Service/RejectedConnections/Default": REJECTION,
        "Stack/Service/RejectedConnectionsPolicy/Resource": "AWS::IAM::Policy",
        "Stack/Service/Resource": "AWS::EC2::VPCEndpointService",
    }


def test_services_with_their_own_load_balancers_have_it_too() -> None:
    scope = stack()
    network = vpc_in(scope)
    targets = [IpTarget("10.0.0.5"), IpTarget("10.0.128.5")]
    NetworkLoadBalancedEndpointService(
        scope,
        "Service",
        vpc=network,
        listeners=[Listener.tcp(443, targets=targets)],
        allowed_principals=[AllowedPrincipal.account(CUSTOMER)],
        reject_connections_on_delete=True,
    )

    rejection_id, _ = only(of_type(scope, REJECTION))
    assert only(of_type(scope, PERMISSIONS))[1]["DependsOn"] == [rejection_id]


RESOURCE, REJECTS = "Resource", "RejectedConnections"
STAYS = [cdk.RemovalPolicy.RETAIN, cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE]


def with_policy(
    policy: cdk.RemovalPolicy | None, *children: str, reject: bool = True
) -> EndpointService:
    """Define a service, and set a removal policy on some of its children."""
    published = service(stack(), reject_connections_on_delete=reject)
    for child in children:
        found = published.node.find_child(child)
        resource = found if isinstance(found, cdk.CfnResource) else found.node.default_child
        assert isinstance(resource, cdk.CfnResource)
        resource.apply_removal_policy(policy)
    return published


@pytest.mark.parametrize("policy", STAYS)
def test_fails_when_the_service_stays(policy: cdk.RemovalPolicy) -> None:
    published = with_policy(policy, RESOURCE)
    message = r"deletion policy Retain\w*, but deleting .*\[rejection-on-delete-conflict\]"
    with pytest.raises(RuntimeError, match=message):
        synthesize(cdk.Stack.of(published))


def test_fails_when_an_aspect_lets_the_service_stay() -> None:
    published = with_policy(None)
    cdk.RemovalPolicies.of(published).retain(
        apply_to_resource_types=["AWS::EC2::VPCEndpointService"]
    )
    with pytest.raises(RuntimeError, match=r"\[rejection-on-delete-conflict\]"):
        synthesize(cdk.Stack.of(published))


@pytest.mark.parametrize(
    ("policy", "children", "reject"),
    [
        (None, (), True),
        (cdk.RemovalPolicy.DESTROY, (RESOURCE,), True),
        (cdk.RemovalPolicy.RETAIN, (RESOURCE,), False),
        # What rejects stays as well, so it isn't asked to reject anything.
        (cdk.RemovalPolicy.RETAIN, (RESOURCE, REJECTS), True),
        (cdk.RemovalPolicy.RETAIN, (REJECTS,), True),
    ],
    ids=["nothing set", "deleted", "connections kept", "both kept", "what rejects kept"],
)
def test_a_service_that_goes_or_keeps_its_connections_is_right(
    policy: cdk.RemovalPolicy | None, children: tuple[str, ...], *, reject: bool
) -> None:
    published = with_policy(policy, *children, reject=reject)
    synthesize(cdk.Stack.of(published))
