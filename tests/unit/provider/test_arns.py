"""All that the ARNs of load balancers and certificates say literally is compared.

The cases are ARNs of each part of which another one is wrong, with tokens in every combination of
the other parts: a token in the wrong place passes, a literal doesn't.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancing as elb
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from tests.support.load_balanced import address, both_zones, new_stack, service_in
from tests.support.published import resources_of, stack_in, template_of
from tests.support.refusals import refusal, refused, warnings_of
from tests.support.vpcs import ZONES, vpc_in

from privatelink_constructs import (
    AllowedPrincipal,
    EndpointService,
    Listener,
    PrivateDnsName,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import constructs

PLACE = {"partition": "aws", "region": "eu-west-1", "account": "111111111111"}
WRONG = {"partition": "aws-cn", "region": "us-east-1", "account": "999999999999"}
TOKENS: dict[str, str] = {
    "partition": cdk.Aws.PARTITION,
    "region": cdk.Aws.REGION,
    "account": cdk.Aws.ACCOUNT_ID,
}
LOAD_BALANCER = "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/net/a/1"
CERTIFICATE = "arn:{partition}:acm:{region}:{account}:certificate/0123"
ID = {"partition": "region", "region": "region", "account": "account"}
"""What the id of the rule speaks of, by the part that is wrong."""


@dataclass(frozen=True)
class Case:
    wrong: str
    tokens: tuple[str, ...]

    def arn(self, form: str) -> str:
        parts = {**PLACE, self.wrong: WRONG[self.wrong]} | {it: TOKENS[it] for it in self.tokens}
        return form.format(**parts)

    @property
    def refused(self) -> bool:
        return self.wrong not in self.tokens


def cases() -> Iterator[Case]:
    subsets = chain.from_iterable(combinations(PLACE, size) for size in range(len(PLACE) + 1))
    return (Case(wrong, tokens) for tokens in list(subsets) for wrong in PLACE)


every_case = pytest.mark.parametrize(
    "case", list(cases()), ids=lambda it: "-".join((it.wrong, *it.tokens))
)


def by_arn(scope: constructs.Construct, arn: str, name: str = "Nlb") -> elbv2.INetworkLoadBalancer:
    return elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
        scope, name, load_balancer_arn=arn
    )


def publish(stack: cdk.Stack, *balancers: elbv2.INetworkLoadBalancer) -> EndpointService:
    return EndpointService(stack, "Service", load_balancers=balancers, ports=[443])


def tls(stack: cdk.Stack, arn: str) -> None:
    certificate = elbv2.ListenerCertificate.from_arn(arn)
    service_in(
        stack, listeners=[Listener.tls(443, certificates=[certificate], targets=both_zones())]
    )


@every_case
def test_fails_when_a_load_balancer_is_elsewhere(case: Case) -> None:
    stack = new_stack()
    balancer = by_arn(stack, case.arn(LOAD_BALANCER))
    if case.refused:
        with refused(stack, f"load-balancer-{ID[case.wrong]}-mismatch", WRONG[case.wrong]):
            publish(stack, balancer)
    else:
        publish(stack, balancer)


@every_case
def test_fails_when_a_certificate_is_elsewhere(case: Case) -> None:
    stack, arn = new_stack(), case.arn(CERTIFICATE)
    if case.refused:
        with refusal(f"certificate-{ID[case.wrong]}-mismatch"):
            tls(stack, arn)
    else:
        tls(stack, arn)


@every_case
def test_what_is_elsewhere_passes_where_nobody_knows_the_place(case: Case) -> None:
    stack = new_stack(agnostic=True)
    publish(stack, by_arn(stack, case.arn(LOAD_BALANCER)))
    tls(new_stack(agnostic=True), case.arn(CERTIFICATE))


def in_account(account: str, app: constructs.IConstruct) -> cdk.Stack:
    env = cdk.Environment(account=account, region="eu-west-1")
    return stack_in(cast("cdk.App", app), f"In{account}", env=env)


@pytest.mark.parametrize("account", [PLACE["account"], WRONG["account"]])
@pytest.mark.parametrize("by", ["itself", "its reference"])
def test_fails_when_a_load_balancer_of_the_app_is_in_another_account(by: str, account: str) -> None:
    stack = new_stack()
    there = in_account(account, stack.node.root)
    balancer: Any = elbv2.NetworkLoadBalancer(there, "Nlb", vpc=vpc_in(there))
    if by == "its reference":
        balancer = by_arn(stack, balancer.load_balancer_arn, "Imported")
    if account == PLACE["account"]:
        publish(stack, balancer)
    else:
        with refused(stack, "load-balancer-account-mismatch", f".*/Nlb is in account {account}"):
            publish(stack, balancer)


@pytest.mark.parametrize("account", [PLACE["account"], WRONG["account"]])
def test_fails_when_a_certificate_of_the_app_is_in_another_account(account: str) -> None:
    stack = new_stack()
    there = in_account(account, stack.node.root)
    certificate = acm.Certificate(there, "Certificate", domain_name="q.example.com")
    if account == PLACE["account"]:
        tls(stack, certificate.certificate_arn)
    else:
        said = f"The certificate, which is defined in {account}, isn't in account"
        with refusal("certificate-account-mismatch", said):
            tls(stack, certificate.certificate_arn)


# What is no load balancer, and no certificate.


def test_server_certificates_have_no_region() -> None:
    tls(new_stack(), "arn:aws:iam::111111111111:server-certificate/payments")


def cfn(stack: cdk.Stack, **options: Any) -> elbv2.CfnLoadBalancer:
    """Return a load balancer of level 1 in the subnets of a VPC of its own."""
    subnets = vpc_in(stack, "CfnVpc").isolated_subnets
    options.setdefault("subnets", [it.subnet_id for it in subnets])
    return elbv2.CfnLoadBalancer(stack, "Cfn", **options)


def listen(stack: cdk.Stack) -> None:
    """Add a listener to the load balancer of level 1, if there is one."""
    one = stack.node.try_find_child("Cfn")
    if isinstance(one, elbv2.CfnLoadBalancer):
        elbv2.CfnListener(
            stack,
            "Listener",
            default_actions=[],
            load_balancer_arn=one.ref,
            port=443,
            protocol="TCP",
        )


def target_group(stack: cdk.Stack) -> str:
    return elbv2.CfnTargetGroup(stack, "Group").ref


OTHERS: dict[str, tuple[Callable[[cdk.Stack], str], str]] = {
    "a target group": (target_group, "Group is not the ARN of a load balancer"),
    "a listener": (
        lambda stack: elbv2.CfnListener(stack, "L", default_actions=[], load_balancer_arn="x").ref,
        "L is not the ARN",
    ),
    "a classic one": (
        lambda stack: elb.CfnLoadBalancer(stack, "Classic", listeners=[]).ref,
        "Classic is not the ARN of a load balancer",
    ),
    "an application one": (
        lambda stack: cfn(stack).ref,
        "Cfn is an Application Load Balancer",
    ),
    "an explicit application one": (
        lambda stack: cfn(stack, type="application").attr_load_balancer_arn,
        "Cfn is an Application Load Balancer",
    ),
    "a gateway one": (lambda stack: cfn(stack, type="gateway").ref, "a Gateway Load Balancer"),
    "an L2 of another kind": (
        lambda stack: (
            elbv2.ApplicationLoadBalancer(stack, "Alb", vpc=vpc_in(stack)).load_balancer_arn
        ),
        "Alb is an Application Load Balancer",
    ),
    "a DNS name": (lambda stack: cfn(stack, type="network").attr_dns_name, "not the ARN"),
    "text in part": (lambda _: f"payments-{cdk.Aws.REGION}", "not the ARN of a load balancer"),
    "a classic ARN": (
        lambda _: f"arn:aws:elasticloadbalancing:eu-west-1:{cdk.Aws.ACCOUNT_ID}:loadbalancer/a",
        "is a Classic Load Balancer",
    ),
    "a target group's ARN": (
        lambda _: f"arn:aws:elasticloadbalancing:eu-west-1:{cdk.Aws.ACCOUNT_ID}:targetgroup/a/1",
        "not the ARN of a load balancer",
    ),
}


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_fails_when_it_is_no_network_load_balancer(name: str) -> None:
    make, message = OTHERS[name]
    stack = new_stack()
    balancer = by_arn(stack, make(stack))
    with refused(stack, "load-balancer-type-not-supported", f".*{message}"):
        publish(stack, balancer)


ONES: dict[str, Callable[[cdk.Stack], str]] = {
    "a reference": lambda stack: cfn(stack, type="network", scheme="internal").ref,
    "an attribute": lambda stack: (
        cfn(stack, type="network", scheme="internal").attr_load_balancer_arn
    ),
    "a type that is a parameter": lambda stack: (
        cfn(stack, type=cdk.Fn.ref("Type"), scheme="internal").ref
    ),
    "a parameter": lambda stack: cdk.CfnParameter(stack, "Arn").value_as_string,
    "an export": lambda _: cdk.Fn.import_value("Arn"),
    "another resource's output": lambda stack: (
        cdk.CfnResource(stack, "Other", type="Custom::Other").get_att("Arn").to_string()
    ),
}


@pytest.mark.parametrize("name", sorted(ONES))
def test_what_may_be_a_network_load_balancer(name: str) -> None:
    stack = new_stack()
    publish(stack, by_arn(stack, ONES[name](stack)))
    listen(stack)
    assert "load-balancer-open-to-world" not in warnings_of(stack)


@pytest.mark.parametrize("scheme", ["internet-facing", None, "internal", cdk.Fn.ref("Scheme")],
                         ids=["internet-facing", "default", "internal", "token"])  # fmt: skip
def test_an_internet_facing_load_balancer_of_level_1_gets_a_warning(scheme: str | None) -> None:
    stack = new_stack()
    publish(stack, by_arn(stack, cfn(stack, type="network", scheme=scheme).ref))
    listen(stack)
    warned = "load-balancer-open-to-world" in warnings_of(stack)
    assert warned is (scheme in {"internet-facing", None})


@pytest.mark.parametrize("family", [None, "ipv4", "dualstack", cdk.Fn.ref("Family")],
                         ids=["default", "ipv4", "dualstack", "token"])  # fmt: skip
def test_fails_when_a_load_balancer_of_level_1_has_no_ipv6(family: str | None) -> None:
    stack = new_stack()
    one = cfn(stack, type="network", scheme="internal", ip_address_type=family)
    balancer = by_arn(stack, one.ref)
    if family in {None, "ipv4"}:
        with refused(stack, "service-address-family-mismatch"):
            EndpointService(stack, "Service", load_balancers=[balancer], ip_address_types=["ipv6"])
    else:
        EndpointService(stack, "Service", load_balancers=[balancer], ip_address_types=["ipv6"])


def test_fails_when_a_load_balancer_of_level_1_is_in_two_services_or_listed_twice() -> None:
    stack = new_stack()
    one = cfn(stack, type="network", scheme="internal")
    first, second = by_arn(stack, one.ref), by_arn(stack, one.attr_load_balancer_arn, "Again")
    with refused(stack, "load-balancer-duplicate", "Stack/Cfn is listed 2 times"):
        publish(stack, first, second)
    publish(stack, first)
    with refused(
        stack, "load-balancer-service-conflict", "Stack/Cfn already belongs to Stack/Service"
    ):
        EndpointService(stack, "Second", load_balancers=[second])


def test_zones_and_listeners_of_a_load_balancer_of_level_1_are_known() -> None:
    stack = new_stack()
    one = cfn(stack, type="network", scheme="internal")
    elbv2.CfnListener(stack, "L", default_actions=[], load_balancer_arn=one.ref, port=443,
                      protocol="TCP")  # fmt: skip
    service = EndpointService(stack, "Service", load_balancers=[by_arn(stack, one.ref)])
    assert service.availability_zones == ZONES
    assert service.contract.ports == (443,)


def test_zones_of_a_load_balancer_that_another_stack_imports_by_reference_are_known() -> None:
    stack = new_stack()
    other = stack_in(cast("cdk.App", stack.node.root), "Other")
    vpc, isolated = vpc_in(stack), ec2.SubnetType.PRIVATE_ISOLATED
    balancer = elbv2.NetworkLoadBalancer(
        stack, "Nlb", vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnet_type=isolated)
    )
    balancer.add_listener(
        "Listener",
        port=443,
        default_target_groups=[
            elbv2.NetworkTargetGroup(stack, "Targets", port=443, vpc=vpc, targets=[address()])
        ],
    )
    service = publish(other, by_arn(other, balancer.load_balancer_arn))
    assert service.availability_zones == ZONES
    assert resources_of(template_of(other), "Custom::PrivateLinkZoneRefresh")


NO_CERTIFICATES: dict[str, Callable[[cdk.Stack], str]] = {
    "text": lambda _: "payments",
    "a load balancer's ARN": lambda _: LOAD_BALANCER.format(**PLACE),
    "an ARN of another kind": lambda _: "arn:aws:acm:eu-west-1:111111111111:account/x",
    "an ARN without an id": lambda _: "arn:aws:acm:eu-west-1:111111111111:certificate/",
    "a role's ARN": lambda _: f"arn:aws:iam::{cdk.Aws.ACCOUNT_ID}:role/payments",
    "a role": lambda stack: (
        iam.Role(
            stack, "Role", assumed_by=cast("iam.IPrincipal", iam.AccountRootPrincipal())
        ).role_arn
    ),
    "a topic": lambda stack: sns.Topic(stack, "Topic").topic_arn,
}


@pytest.mark.parametrize("name", sorted(NO_CERTIFICATES))
def test_fails_when_it_is_no_certificate(name: str) -> None:
    stack = new_stack()
    with refusal("certificate-malformed", ".* is not a certificate"):
        tls(stack, NO_CERTIFICATES[name](stack))


CERTIFICATES: dict[str, Callable[[cdk.Stack], str]] = {
    "a parameter": lambda stack: cdk.CfnParameter(stack, "Arn").value_as_string,
    "an export": lambda _: cdk.Fn.import_value("Arn"),
    "in part": lambda _: (
        f"arn:aws:acm:eu-west-1:{cdk.Fn.ref('Account')}:certificate/{cdk.Fn.ref('Id')}"
    ),
    "of any service": lambda _: f"arn:aws:{cdk.Fn.ref('Service')}:::{cdk.Fn.ref('Id')}",
    "a server certificate": lambda stack: iam.CfnServerCertificate(stack, "Server").attr_arn,
    "a custom resource": lambda stack: cdk.CustomResource(
        stack, "Custom", service_token="x"
    ).get_att_string("Arn"),
}


@pytest.mark.parametrize("name", sorted(CERTIFICATES))
def test_what_may_be_a_certificate(name: str) -> None:
    stack = new_stack()
    tls(stack, CERTIFICATES[name](stack))


# Other ARNs that are literal in part.


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        (f"arn:aws:iam::{cdk.Aws.ACCOUNT_ID}:role/team/Network", "principal-path-not-supported"),
        (f"arn:{cdk.Aws.PARTITION}:s3:::{cdk.Fn.ref('Bucket')}", "principal-malformed"),
        (f"arn:aws:iam::123:role/{cdk.Fn.ref('Role')}", "account-id-malformed"),
    ],
    ids=["path", "service", "account"],
)
def test_fails_when_a_principal_is_wrong_in_a_literal_part(arn: str, code: str) -> None:
    with refusal(code):
        AllowedPrincipal.arn(arn)


def test_fails_when_a_principal_with_an_unknown_account_is_in_another_partition() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    principal = AllowedPrincipal.arn(f"arn:aws-cn:iam::{cdk.Fn.ref('Account')}:root")
    with refused(stack, "principal-partition-mismatch", ".*is in the partition aws-cn, not in aws"):
        service_in(stack, vpc=vpc, allowed_principals=[principal])


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{cdk.Aws.ACCOUNT_ID}:role/Network",
        f"arn:{cdk.Aws.PARTITION}:iam::222222222222:role/{cdk.Fn.ref('Role')}",
        f"arn:aws:iam::2222{cdk.Fn.ref('Rest')}:root",
        f"arn:aws:iam::{cdk.Fn.ref('Rest')}",
        cdk.Fn.ref("Arn"),
    ],
    ids=["account", "role", "a part of the account", "the rest", "all"],
)
def test_principals_that_are_right_as_far_as_they_are_literal(arn: str) -> None:
    assert AllowedPrincipal.arn(arn).value == arn


@pytest.mark.parametrize(
    ("arn", "right"),
    [
        (f"arn:aws:iam::{cdk.Aws.ACCOUNT_ID}:role/Dns", True),
        (f"arn:aws:iam::222222222222:{cdk.Fn.ref('Role')}", True),
        (cdk.Fn.ref("Role"), True),
        (f"arn:aws:iam::{cdk.Aws.ACCOUNT_ID}:user/Dns", False),
        (f"arn:aws:s3:::{cdk.Fn.ref('Bucket')}", False),
        (f"Dns-{cdk.Aws.REGION}", False),
    ],
    ids=["account", "role", "all", "user", "bucket", "text"],
)
def test_fails_when_a_role_is_wrong_in_a_literal_part(arn: str, *, right: bool) -> None:
    def name() -> PrivateDnsName:
        return PrivateDnsName.in_delegated_zone(
            "q.example.com", hosted_zone_id="Z1", zone_name="example.com", role_arn=arn
        )

    if right:
        assert name().name == "q.example.com"
    else:
        with refusal("verification-role-malformed"):
            name()


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        (f"arn:aws:sns:eu-west-1:{cdk.Aws.ACCOUNT_ID}:events", None),
        (f"arn:aws:sqs:eu-west-1:{cdk.Aws.ACCOUNT_ID}:events", "notification-topic-malformed"),
        (
            f"arn:aws:sns:eu-west-1:{cdk.Aws.ACCOUNT_ID}:events.fifo",
            "notification-topic-type-not-supported",
        ),
    ],
    ids=["right", "a queue", "a FIFO topic"],
)
def test_fails_when_a_topic_is_wrong_in_a_literal_part(arn: str, code: str | None) -> None:
    stack = new_stack()
    service = publish(stack, by_arn(stack, LOAD_BALANCER.format(**PLACE)))
    topic = sns.Topic.from_topic_arn(stack, "Topic", arn)
    if code is None:
        service.notify(topic)
    else:
        with refusal(code):
            service.notify(topic)
