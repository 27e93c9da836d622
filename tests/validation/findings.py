"""What the validators say about the templates of an app."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from fnmatch import fnmatchcase


class Validator(enum.Enum):
    """Who says it."""

    ANNOTATIONS = "annotations"
    """Warnings and errors of constructs, the CDK's and our own."""
    CDK = "cdk"
    """The CDK's built-in validation, with nothing turned off."""
    CDK_NAG = "cdk-nag"
    """cdk-nag: AwsSolutions and NIST 800-53 R5."""
    CDK_PREFLIGHT = "cdk-preflight"
    """cdk-preflight: what AWS would refuse at deployment."""
    CFN_LINT = "cfn-lint"
    """cfn-lint with all rules, informational and experimental ones too."""
    CLOUDFORMATION_VALIDATE = "cloudformation-validate"
    """cloudformation-validate, from warnings up."""
    OUR_CHECKS = "privatelink-constructs"
    """The rules of this package."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one validator says.

    :param app: the name of the app.
    :param place: the path of the construct, the name of the stack for a template as a whole.
    """

    validator: Validator
    rule: str
    app: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.validator.value} {self.rule} in {self.app}: {self.place}: {self.message}"


@dataclass(frozen=True, kw_only=True)
class Acknowledgment:
    """A finding that is meant.

    :param app: the name of the app, ``*`` for all.
    :param place: a pattern for the path of the construct.
    """

    validator: Validator
    rule: str
    reason: str
    app: str = "*"
    place: str = "*"

    def covers(self, finding: Finding) -> bool:
        """Tell whether a finding is one of these."""
        return (
            (self.validator, self.rule) == (finding.validator, finding.rule)
            and self.app in {"*", finding.app}
            and fnmatchcase(finding.place, self.place)
        )
