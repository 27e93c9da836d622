"""Each further certificate of a TLS listener has a resource of its own."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct
from tests.support.load_balanced import (
    LISTENER,
    both_zones,
    certificate,
    new_stack,
    service_in,
)
from tests.support.published import ENVIRONMENT, resources_of, template_of
from tests.support.replacement import compare

from privatelink_constructs import Listener

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Form = Callable[[cdk.Stack, str], elbv2.IListenerCertificate]

FURTHER = "AWS::ElasticLoadBalancingV2::ListenerCertificate"
ARN = "arn:aws:acm:eu-west-1:111111111111:certificate"


def service_with(stack: cdk.Stack, certificates: Sequence[elbv2.IListenerCertificate]) -> None:
    given = Listener.tls(443, certificates=certificates, targets=both_zones())
    service_in(stack, listeners=[given])


def imported(_stack: cdk.Stack, name: str) -> elbv2.IListenerCertificate:
    return elbv2.ListenerCertificate.from_arn(f"{ARN}/{name}")


def of_the_app(stack: cdk.Stack, name: str) -> elbv2.IListenerCertificate:
    return acm.Certificate(stack, name, domain_name=f"{name.lower()}.example.com")


def of_another_stack(stack: cdk.Stack, name: str) -> elbv2.IListenerCertificate:
    other = cdk.Stack(cast("cdk.App", stack.node.root), f"{name}Stack", env=ENVIRONMENT)
    return of_the_app(other, name)


def in_a_wrapper(stack: cdk.Stack, name: str) -> elbv2.IListenerCertificate:
    own = acm.Certificate(Construct(stack, name), "Certificate", domain_name="example.com")
    return elbv2.ListenerCertificate.from_certificate_manager(own)


def from_a_parameter(stack: cdk.Stack, name: str) -> elbv2.IListenerCertificate:
    return elbv2.ListenerCertificate.from_arn(cdk.CfnParameter(stack, name).value_as_string)


def from_parts(stack: cdk.Stack, name: str) -> elbv2.IListenerCertificate:
    # All of them begin with the same reference.
    own = stack.node.try_find_child("Prefix") or cdk.CfnParameter(stack, "Prefix")
    assert isinstance(own, cdk.CfnParameter)
    return elbv2.ListenerCertificate.from_arn(f"{own.value_as_string}/{name}")


def from_an_export(_stack: cdk.Stack, name: str) -> elbv2.IListenerCertificate:
    return elbv2.ListenerCertificate.from_arn(cdk.Fn.import_value(name))


def from_attributes(stack: cdk.Stack, name: str) -> elbv2.IListenerCertificate:
    # Several ARNs of one resource.
    own = stack.node.try_find_child("All") or cdk.CfnResource(stack, "All", type="Custom::All")
    assert isinstance(own, cdk.CfnResource)
    return elbv2.ListenerCertificate.from_arn(own.get_att(name).to_string())


FORMS = {
    it.__name__: it
    for it in (
        imported,
        of_the_app,
        of_another_stack,
        in_a_wrapper,
        from_a_parameter,
        from_parts,
        from_an_export,
        from_attributes,
    )
}
every_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


def template(form: Form, names: Sequence[str]) -> dict[str, Any]:
    """Synthesize a listener with a default certificate and further ones."""
    stack = new_stack()
    made = {name: form(stack, name) for name in "ABCD"}
    service_with(stack, [certificate(stack), *(made[name] for name in names)])
    return template_of(stack)


@every_form
def test_what_the_order_is_changes_nothing(form: Form) -> None:
    before = template(form, "ABC")
    assert len(resources_of(before, FURTHER)) == 6
    for order in permutations("ABC"):
        found = compare(before, template(form, order))
        assert (found.added, found.removed, found.changed) == ((), (), ()), order


@every_form
@pytest.mark.parametrize("names", ["BC", "AC", "AB"])
def test_a_certificate_is_removed(form: Form, names: str) -> None:
    found = compare(template(form, "ABC"), template(form, names))
    assert [found.types[it] for it in found.removed] == [FURTHER, FURTHER]
    assert (found.added, found.changed) == ((), ())


@every_form
@pytest.mark.parametrize("names", ["DABC", "ADBC", "ABCD"])
def test_a_certificate_is_added(form: Form, names: str) -> None:
    found = compare(template(form, "ABC"), template(form, names))
    assert [found.types[it] for it in found.added] == [FURTHER, FURTHER]
    assert (found.removed, found.changed) == ((), ())


@every_form
def test_each_resource_has_one_certificate(form: Form) -> None:
    found = resources_of(template(form, "AB"), FURTHER)
    assert [len(it["Properties"]["Certificates"]) for it in found] == [1] * 4
    assert len({str(it["Properties"]["Certificates"]) for it in found}) == 2


@every_form
def test_a_certificate_that_is_listed_twice_is_added_once(form: Form) -> None:
    assert template(form, "ABA") == template(form, "AB")


@every_form
def test_the_default_certificate_is_not_added_again(form: Form) -> None:
    stack = new_stack()
    default, other = form(stack, "A"), form(stack, "B")
    service_with(stack, [default, other, default])

    found = template_of(stack)
    defaults = {str(it["Properties"]["Certificates"]) for it in resources_of(found, LISTENER)}
    further = [str(it["Properties"]["Certificates"]) for it in resources_of(found, FURTHER)]
    assert len(further) == 2
    assert not defaults & set(further)


def test_another_default_certificate_changes_only_the_listeners() -> None:
    before, after = (template_with_default(name) for name in "AB")
    found = compare(before, after)
    assert [found.types[it] for it in found.changed] == [LISTENER, LISTENER]
    assert (found.added, found.removed, found.replaced) == ((), (), ())


def template_with_default(name: str) -> dict[str, Any]:
    stack = new_stack()
    service_with(stack, [imported(stack, name), imported(stack, "Further")])
    return template_of(stack)


def test_an_imported_certificate_may_move_in_the_tree() -> None:
    def made(scope_id: str) -> dict[str, Any]:
        stack = new_stack()
        moved = acm.Certificate.from_certificate_arn(
            Construct(stack, scope_id), "Certificate", f"{ARN}/Moved"
        )
        service_with(stack, [certificate(stack), moved])
        return template_of(stack)

    assert made("Here") == made("There")


def test_one_certificate_needs_no_resource_of_its_own() -> None:
    assert not resources_of(template(imported, ""), FURTHER)
