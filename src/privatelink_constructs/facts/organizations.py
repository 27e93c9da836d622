"""The format of the ARNs of AWS Organizations.

:see: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
:see: https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html
"""

from __future__ import annotations

import re

_ORGANIZATION_ID = r"o-[a-z0-9]{10,32}"
_PLACE = r"arn:aws[a-z-]*:organizations::\d{12}"
_ORGANIZATION = rf"{_PLACE}:organization/{_ORGANIZATION_ID}"
_UNIT = rf"{_PLACE}:ou/{_ORGANIZATION_ID}/ou-[0-9a-z]{{4,32}}-[a-z0-9]{{8,32}}"


def is_organization(arn: str) -> bool:
    """Tell whether a text is the ARN of an organization."""
    return re.fullmatch(_ORGANIZATION, arn, re.ASCII) is not None


def is_organizational_unit(arn: str) -> bool:
    """Tell whether a text is the ARN of an organizational unit."""
    return re.fullmatch(_UNIT, arn, re.ASCII) is not None
