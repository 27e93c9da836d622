"""The one door to the emulator's modules, most of whose names are private.

What is used here can go with any release: the emulator's version is pinned, and a test asserts
that every name in :data:`PRIVATE_NAMES` exists.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

VERSION = "1.5.33"

# The emulator has no types.
alb: Any = import_module("ministack.services.alb")
ec2: Any = import_module("ministack.services.ec2")
engine: Any = import_module("ministack.services.cloudformation.engine")
cloudformation: Any = import_module("ministack.services.cloudformation")
organizations: Any = import_module("ministack.services.organizations")
cloudwatch: Any = import_module("ministack.services.cloudwatch")
provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
responses: Any = import_module("ministack.core.responses")
route53: Any = import_module("ministack.services.route53")
sns: Any = import_module("ministack.services.sns")
stacks: Any = import_module("ministack.services.cloudformation.stacks")

PRIVATE_NAMES: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (alb, ("_ACTION_MAP", "_error", "_lb_attrs", "_lb_xml", "_lbs", "_listeners", "_tags", "_tgs")),
    (cloudformation, ("_stacks",)),
    (
        cloudwatch,
        (
            "_alarms",
            "_calc_stats",
            "_describe_alarms",
            "_dims_from_list",
            "_dims_key",
            "_dispatch_alarm_actions",
            "_evaluate_alarm",
            "_evaluate_parent_alarms",
            "_metrics",
            "_record_history",
            "_stat_value",
        ),
    ),
    (
        ec2,
        (
            "_ACTION_MAP",
            "_az_id_for_zone_name",
            "_error",
            "_security_groups",
            "_subnets",
            "_tags",
            "_vpc_endpoints",
            "_vpcs",
        ),
    ),
    (engine, ("_resolve_refs",)),
    (organizations, ("_DISPATCH",)),
    (
        provisioners,
        (
            "_RESOURCE_HANDLERS",
            "_cw_metric_alarm_record",
            "_property_recreation",
            "_replacing_change",
            "_r53_hosted_zone_create",
            "_r53_hosted_zone_update",
            "_r53_record_set_create",
            "_r53_record_set_delete",
            "_r53_record_set_update",
        ),
    ),
    (
        responses,
        ("get_account_id", "get_region", "set_request_region", "_request_account_id"),
    ),
    (route53, ("_records", "_zones")),
    (sns, ("publish_internal", "_topic_by_arn_any_scope")),
    (stacks, ("_delete_resource", "_property_recreation", "_replacing_change", "_resolve_refs")),
)
