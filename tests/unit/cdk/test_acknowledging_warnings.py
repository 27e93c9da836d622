"""By which ids a warning of a construct is acknowledged, as docs/errors.md says it."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import aws_cdk as cdk
import pytest
from tests.support.load_balanced import new_stack, service_in
from tests.support.refusals import warnings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import constructs

CODE = "region-unverified"
ID = f"privatelink-constructs:{CODE}"
PRINTED = f"Annotation::{ID}"
AS_FINDING = f"privatelink-constructs::{CODE}"
VALIDATIONS_DO = not version("aws-cdk-lib").startswith("2.268.")
"""Whether what is acknowledged by validations takes a warning away."""


def by_validations(scope: constructs.Construct, name: str) -> None:
    acknowledgment = cdk.Acknowledgment(id=name, reason="AWS has it")
    cdk.Validations.of(scope).acknowledge(acknowledgment)


def by_annotations(scope: constructs.Construct, name: str) -> None:
    cdk.Annotations.of(scope).acknowledge_warning(name, "AWS has it")


@pytest.mark.parametrize("early", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(
    ("acknowledge", "name", "taken"),
    [
        (by_validations, ID, VALIDATIONS_DO),
        (by_validations, PRINTED, VALIDATIONS_DO),
        (by_annotations, ID, True),
        # The CDK looks for the text as it is.
        (by_annotations, PRINTED, False),
        # These are the checks' own.
        (by_validations, AS_FINDING, False),
        (by_annotations, AS_FINDING, False),
    ],
)
def test_what_acknowledges_a_warning(
    acknowledge: Callable[[constructs.Construct, str], None], name: str, *, taken: bool, early: bool
) -> None:
    stack = new_stack()
    if early:
        acknowledge(stack, name)
    service = service_in(stack, supported_regions=["sa-west-1"])
    if not early:
        acknowledge(service, name)

    assert (CODE in warnings_of(stack)) is not taken
