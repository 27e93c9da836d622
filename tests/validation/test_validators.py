"""Every validator runs over every example, and each finding is acknowledged or a failure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.examples.running import EXAMPLES, NAMES
from tests.validation.acknowledged import ACKNOWLEDGED
from tests.validation.findings import Validator
from tests.validation.validators import validate

if TYPE_CHECKING:
    from tests.validation.findings import Acknowledgment, Finding

# What is found depends on the templates, and they on the version of the CDK.
pytestmark = [pytest.mark.slow, pytest.mark.snapshot]

FAULTY = Path(__file__).parent / "faulty"
# What each validator finds there.


FAULTS = {
    Validator.ANNOTATIONS: ("Annotation::faulty", "Faulty"),
    Validator.CDK: ("F3012", "Faulty/ForTheSchema"),
    Validator.CDK_NAG: ("AwsSolutions-EC23", "Faulty/ForNag"),
    Validator.CDK_PREFLIGHT: ("pf-elbv2-hc-timeout-interval", "Faulty/ForPreflight"),
    Validator.CFN_LINT: ("E3012", "Faulty/ForTheSchema"),
    Validator.CLOUDFORMATION_VALIDATE: ("F3012", "Faulty/ForTheSchema"),
    Validator.OUR_CHECKS: ("principal-malformed", "Faulty/ForOurChecks"),
}


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    folders = [*(EXAMPLES / name for name in NAMES), FAULTY]
    return validate(folders, tmp_path_factory.mktemp("assemblies"))


@pytest.mark.parametrize("example", NAMES)
@pytest.mark.parametrize("validator", Validator, ids=lambda it: it.value)
def test_a_validator_finds_nothing_new(
    validator: Validator, example: str, findings: list[Finding]
) -> None:
    new = {
        str(finding)
        for finding in findings
        if (finding.app, finding.validator) == (example, validator)
        and not any(it.covers(finding) for it in ACKNOWLEDGED)
    }

    assert not new, "\n".join(sorted(new))


@pytest.mark.parametrize("acknowledgment", ACKNOWLEDGED, ids=lambda it: f"{it.rule}-{it.place}")
def test_what_is_acknowledged_is_there(
    acknowledgment: Acknowledgment, findings: list[Finding]
) -> None:
    assert any(acknowledgment.covers(it) for it in findings if it.app != FAULTY.name)


@pytest.mark.parametrize("validator", Validator, ids=lambda it: it.value)
def test_a_validator_finds_the_fault_made_for_it(
    validator: Validator, findings: list[Finding]
) -> None:
    found = {
        (finding.rule, finding.place)
        for finding in findings
        if (finding.app, finding.validator) == (FAULTY.name, validator)
    }

    assert FAULTS[validator] in found
