"""The store of an acceptor's rules: the environment of its function, or AWS AppConfig.

The environment of a function has room for about 200 accounts. More accounts, and lists whose length
is known only at deployment, are a configuration in AppConfig. Each content is a version. The
environment of the function names the version, so all rules change at the same time, also when an
update is rolled back. The store is free of charge.

:see: https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-free-form-configurations-creating.html
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

import aws_cdk as cdk
import constructs

from privatelink_constructs._cdk.asking import stack_of
from privatelink_constructs._cdk.naming import arn_of
from privatelink_constructs._values import internal_value
from privatelink_constructs.provider.acceptance_policy import (
    environment_has_room,
    render_rules,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privatelink_constructs.provider.acceptance_policy import AcceptancePolicy

READ = "appconfig:GetHostedConfigurationVersion"
_LONGEST_NAME = 64
_TOKEN = re.compile(r"(\$\{Token\[[^\]]+\]\})")


@internal_value(kw_only=True)
class KeptRules:
    """The rules, as a function finds them.

    :param environment: the variables of the function.
    :param version: what is another value for other rules.
    :param resources: the ARNs of what the function has to read. Default: nothing.
    """

    environment: Mapping[str, str]
    version: str
    resources: list[str] = field(default_factory=list[str])


def keep_rules(scope: constructs.Construct, policy: AcceptancePolicy) -> KeptRules:
    """Define where the rules are kept."""
    rules = render_rules(policy)
    if environment_has_room(policy):
        return KeptRules(environment={"RULES": rules}, version=rules)
    return _store(constructs.Construct(scope, "Rules"), rules)


def _store(scope: constructs.Construct, rules: str) -> KeptRules:
    from aws_cdk import aws_appconfig as appconfig  # noqa: PLC0415 - few have that many rules

    # AWS requires a name, and doesn't require it to be unique.
    name = cdk.Names.unique_resource_name(scope, max_length=_LONGEST_NAME)
    application = appconfig.CfnApplication(scope, "Application", name=name).ref
    profile = appconfig.CfnConfigurationProfile(
        scope, "Profile", application_id=application, location_uri="hosted", name=name
    ).ref
    version = appconfig.CfnHostedConfigurationVersion(
        scope,
        "Version",
        application_id=application,
        configuration_profile_id=profile,
        content=_joined(rules),
        content_type="application/json",
    ).ref
    where = {"RULES_APPLICATION": application, "RULES_PROFILE": profile, "RULES_VERSION": version}
    return KeptRules(
        environment=where, version=version, resources=_arns(scope, application, profile)
    )


def _joined(rules: str) -> str:
    """Return a text in parts, around the tokens in it.

    The CDK finds the parts of a text with thousands of tokens itself, and takes a minute for it.
    """
    parts = [part for part in _TOKEN.split(rules) if part]
    return cdk.Token.as_string({"Fn::Join": ["", parts]}) if len(parts) > 1 else rules


def _arns(scope: constructs.Construct, application: str, profile: str) -> list[str]:
    """Return all that AWS checks when a version is read.

    They include all versions, because a permission for a new version would arrive too late.

    :see: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsappconfig.html
    """
    parts = (
        f"application/{application}",
        f"configurationprofile/{profile}",
        "hostedconfigurationversion/*",
    )
    names = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return [arn_of(stack_of(scope), "appconfig", name) for name in names]
