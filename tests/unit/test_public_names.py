"""The one public import path: what it offers, to the runtime and to type checkers."""

from __future__ import annotations

import ast
import dataclasses
import subprocess
import sys
from importlib import import_module, metadata
from pathlib import Path

import pytest

import privatelink_constructs
from privatelink_constructs._lazy import lazy_names

NAMES = privatelink_constructs.__all__
MODULES: dict[str, str] = vars(privatelink_constructs)["_MODULES"]
VALUES = {
    "AcceptancePolicy": {
        *("acceptance_required", "acknowledge_public", "notify"),
        *("accept_accounts", "accept_regions", "reject_accounts", "otherwise", "reconcile_every"),
        *("automatic", "by_rules", "manual"),
    },
    "AllowedPrincipal": {"value", "account", "arn", "everyone", "role", "service", "user"},
    "AwsService": {
        *("service", "is_gateway", "policy", "on_premises_only", "ip_address_type", "ports"),
        *("private_dns_enabled", "subnets", "gateway", "interface"),
    },
    "CostEstimate": {
        *("items", "hubs", "prices", "notes"),
        *("by_account", "by_stack", "monthly_usd", "unknown"),
    },
    "CostItem": {
        *("stack", "account", "region", "template", "logical_id", "path", "usage_type", "title"),
        *("quantity", "unit", "monthly_usd", "reason", "name", "place"),
    },
    "Cause": {"command", "finding", "seen", "step", "why"},
    "Diagnosis": {
        *("causes", "healthy", "looked_at", "names", "service_id", "templates", "traffic"),
        "unseen",
    },
    "EndpointDns": {
        *("hosted_zone_name", "more_hosted_zone_names", "private_dns_enabled", "vpcs"),
        "zonal_records",
        *("endpoint_names", "private_hosted_zone", "service_private_name"),
    },
    "EndpointHubContract": {
        *("client_cidrs", "names", "owner_account", "profile_id", "region", "vpc_cidr"),
        *("from_profile_id", "from_ssm_parameters", "publish"),
    },
    "EndpointPolicy": {
        *("organization_id", "own_account", "aws_owned_resources", "statements", "document"),
        *("account", "from_document", "full_access", "organization"),
    },
    "EndpointServiceContract": {
        *("acceptance_required", "availability_zone_ids", "availability_zones"),
        *("ip_address_types", "owner_account", "ports", "private_dns_name"),
        *("private_dns_verified", "service_name", "service_region", "supported_regions"),
        *("from_service_name", "from_ssm_parameters", "publish"),
    },
    "Finding": {
        *("logical_id", "message", "property_path", "remedy", "rule", "severity", "template", "url")
    },
    "EndpointServiceThresholds": {
        *("port_allocation_errors", "connection_use", "healthy_targets", "fail_open_connections"),
        *("blocked_connections", "tls_failures", "resets_sent", "acceptance_failures"),
        *("acceptance_dead_letters", "acceptance_missed_runs", "acceptance_errors"),
    },
    "FunctionSettings": {
        *("architecture", "encryption_key", "log_removal_policy", "log_retention"),
    },
    "HubNaming": {
        *("private_dns_names", "profile_name", "uses_profile", "vpcs"),
        *("private_hosted_zones", "profile"),
    },
    "HubComparison": {
        *("region", "services", "vpcs", "today_usd", "hub_usd", "profile_usd", "attachments"),
        *("attachments_usd", "saving_usd", "without_price"),
    },
    "InterfaceEndpointThresholds": {"packets_dropped", "resets_received"},
    "Listener": {
        *("protocol", "port", "targets", "targets_by_zone", "target_port", "target_type"),
        *("registered_elsewhere", "target_protocol", "certificates", "ssl_policy", "alpn_policy"),
        *("health_check", "proxy_protocol_v2", "preserve_client_ip"),
        *("idle_timeout", "deregistration_delay", "target_security_groups"),
        *("tcp", "tcp_udp", "tls", "udp"),
    },
    "PriceList": {"name", "date", "prices", "from_file", "us_east_1"},
    "NameAnswer": {"answered_by", "name", "vpc_id", "why"},
    "PrivateDnsName": {
        *("name", "wait_for_verification"),
        *("external", "in_delegated_zone", "in_hosted_zone"),
    },
    "PrivateDnsVerification": {"record_name", "record_type", "record_value"},
    "SharePrincipal": {"external", "value", "account", "organization", "organizational_unit"},
    "TemplateEnvironment": {"account", "parameters", "region", "stack_name"},
    "Unseen": {"permission", "reason", "side", "what"},
}
"""What users see of the values: their data, and what makes them."""
SOURCE = ast.parse(Path(str(privatelink_constructs.__file__)).read_text())


def imported_for_type_checkers() -> dict[str, str]:
    """Return the module of each name that type checkers see."""
    [block] = [
        node
        for node in SOURCE.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    return {
        alias.asname or alias.name: str(node.module).removeprefix("privatelink_constructs.")
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_names_are_sorted_and_listed_once() -> None:
    assert sorted(set(NAMES)) == NAMES


def test_the_map_and_what_type_checkers_see_are_the_same() -> None:
    assert imported_for_type_checkers() == MODULES


def test_the_map_and_all_are_the_same() -> None:
    assert list(MODULES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_what_its_module_defines(name: str) -> None:
    module = import_module(f"privatelink_constructs.{MODULES[name]}")
    assert getattr(privatelink_constructs, name) is getattr(module, name)


def test_only_public_names_are_listed() -> None:
    assert dir(privatelink_constructs) == NAMES


def test_the_version_is_that_of_the_distribution() -> None:
    assert privatelink_constructs.__version__ == metadata.version("privatelink-constructs")


def test_fails_when_a_name_is_unknown() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Lisener'"):
        getattr(privatelink_constructs, "Lisener")  # noqa: B009 - pyright refuses the attribute


def test_fails_when_an_unknown_name_is_imported() -> None:
    with pytest.raises(ImportError, match="Lisener"):
        exec("from privatelink_constructs import Lisener")  # noqa: S102


def test_a_star_takes_the_public_names() -> None:
    code = "from privatelink_constructs import *; print(*sorted(n for n in dir() if n[0] != '_'))"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.split() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_documented(name: str) -> None:
    assert getattr(privatelink_constructs, name).__doc__


def test_the_data_of_every_value_is_listed() -> None:
    values = {
        name for name in NAMES if dataclasses.is_dataclass(getattr(privatelink_constructs, name))
    }
    assert values == set(VALUES)


@pytest.mark.parametrize("name", VALUES)
def test_a_value_shows_only_its_data_and_what_makes_it(name: str) -> None:
    value = getattr(privatelink_constructs, name)
    names = {*dir(value), *(field.name for field in dataclasses.fields(value))}

    assert {it for it in names if not it.startswith("_")} == VALUES[name]


@pytest.mark.parametrize("name", VALUES)
def test_the_data_of_a_value_is_documented_and_named(name: str) -> None:
    value = getattr(privatelink_constructs, name)
    public = [it for it in dataclasses.fields(value) if not it.name.startswith("_")]

    assert all(f":param {it.name}:" in value.__doc__ for it in public)


@pytest.mark.parametrize("name", VALUES)
def test_a_value_takes_its_data_by_keyword(name: str) -> None:
    assert all(it.kw_only for it in dataclasses.fields(getattr(privatelink_constructs, name)))


def test_only_what_gathers_can_be_changed() -> None:
    root = Path(str(privatelink_constructs.__file__)).parent
    classes = [
        node
        for path in sorted(root.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    dataclasses_of = {
        each.name: ast.unparse(decorator)
        for each in classes
        for decorator in each.decorator_list
        if ast.unparse(decorator).startswith("dataclass")
    }
    mutable = {name for name, written in dataclasses_of.items() if "frozen=True" not in written}
    assert mutable == {"_Granted", "Outcome", "Port", "SecurityRules", "VpcRecord"}


def test_fails_when_the_cdk_lacks_what_a_module_uses(tmp_path: Path) -> None:
    (tmp_path / "needy").mkdir()
    (tmp_path / "needy" / "plugin.py").write_text("import json\nclass Plugin(json.Gone): ...\n")
    get = lazy_names("needy", {"Plugin": "plugin"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(tmp_path), *sys.path])
        with pytest.raises(ImportError) as caught:
            get("Plugin")
    assert str(caught.value) == (
        f"Plugin needs another version of aws-cdk-lib than {metadata.version('aws-cdk-lib')}: "
        "module 'json' has no attribute 'Gone'. Run python -m pip install --upgrade "
        "privatelink-constructs aws-cdk-lib."
    )
