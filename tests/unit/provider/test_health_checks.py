"""The texts of health checks: paths and response codes, literal or known at deployment."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from tests.support.load_balanced import TARGET_GROUP, both_zones, new_stack, service_in
from tests.support.published import resources_of, template_of
from tests.support.refusals import refusal

from privatelink_constructs import Listener

HTTP = {"protocol": elbv2.Protocol.HTTP}
LIST = cdk.Fn.split(",", cdk.Fn.import_value("List"))[0]
PATH, CODES = "health-check-path-malformed", "health-check-codes-malformed"
OPTION, GRPC = "health-check-http-option-not-supported", "health-check-grpc-codes-not-supported"
IS_LIST = "argument-list-not-supported"
WRONG_CODES = ("abc", "200-600", "99", "399-200", "200,", "", "1200", "199,200", "2xx", "200-")


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({**HTTP, "path": ""}, PATH, "The health check path '' doesn't begin with a slash"),
    ({**HTTP, "path": f"/{'a' * 1024}"}, PATH, ".* has 1,025 characters"),
    ({**HTTP, "path": "/a b"}, PATH, ".* contains a space"),
    (
        {**HTTP, "path": f"health/{cdk.Aws.REGION}"},
        PATH,
        "The health check path 'health/<token>' doesn't begin with a slash",
    ),
    ({"path": "/"}, OPTION, "The TCP health check has path '/'"),
    ({"path": cdk.Fn.ref("Path")}, OPTION, "The TCP health check has path '<token>'"),
    (
        {"healthy_http_codes": cdk.Fn.ref("Codes")},
        OPTION,
        "The TCP health check has response codes",
    ),
    ({**HTTP, "healthy_grpc_codes": "0"}, GRPC, "The health check has gRPC codes"),
    ({"healthy_grpc_codes": cdk.Fn.ref("Codes")}, GRPC, "The health check has gRPC codes"),
    ({**HTTP, "path": LIST}, IS_LIST, "health_check.path is a list"),
    ({**HTTP, "healthy_http_codes": LIST}, IS_LIST, "health_check.healthy_http_codes is a list"),
    ({"port": LIST}, IS_LIST, "health_check.port is a list"),
    *(
        ({**HTTP, "healthy_http_codes": codes}, CODES, f"The health check response codes '{codes}'")
        for codes in WRONG_CODES
    ),
]


@pytest.mark.parametrize(("given", "code", "message"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_fails_when_a_text_is_rejected_by_aws(
    given: dict[str, Any], code: str, message: str
) -> None:
    with refusal(code, message):
        Listener.tcp(80, targets=both_zones(), health_check=elbv2.HealthCheck(**given))


TAKEN = [
    {"path": "/health", "healthy_http_codes": "200-599"},
    {"path": f"/{'a' * 1023}", "healthy_http_codes": "200,202,300-399"},
    {"path": cdk.Fn.ref("Path"), "healthy_http_codes": cdk.Fn.ref("Codes")},
    {"path": f"/{cdk.Fn.ref('Path')}/a b", "port": cdk.Fn.ref("Port")},
]


@pytest.mark.parametrize("given", TAKEN, ids=map(str, range(len(TAKEN))))
def test_texts_are_written(given: dict[str, Any]) -> None:
    stack = new_stack()
    check = elbv2.HealthCheck(**HTTP, **given)
    service_in(stack, listeners=[Listener.tcp(80, targets=both_zones(), health_check=check)])
    for group in resources_of(template_of(stack), TARGET_GROUP):
        properties = group["Properties"]
        assert properties["HealthCheckPath"] == stack.resolve(given["path"])
        codes = given.get("healthy_http_codes", "200-399")
        assert properties["Matcher"] == {"HttpCode": stack.resolve(codes)}
