"""What an example takes for granted, made real: somebody's load balancer, service or zone.

An example names such things literally. Here they are deployed first, and the names that the
emulator gave them are put into the templates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.deploy import assembly, templates
from tests.deploy.accounts import Account
from tests.deploy.stacks import Stack
from tests.deploy.steps import service_name, verify

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deploy.emulator import Emulator

_LOAD_BALANCER = re.compile(
    r"arn:aws:elasticloadbalancing:([a-z0-9-]+):(\d{12}):loadbalancer/net/([\w-]+)/[0-9a-f]+"
)
_SERVICE = re.compile(r"com\.amazonaws\.vpce\.([a-z0-9-]+)\.(vpce-svc-[0-9a-f]{17})")
_UNIT = re.compile(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}")
_THIRD_PARTY = "999999999999"
# Private names of the services that examples name: they don't show in a template.
_PRIVATE_NAMES = {"vpce-svc-0123456789abcdef0": "rates.vendor.example"}
# Public hosted zones that examples name, each with its account and domain, which don't either.
_HOSTED_ZONES = {"Z0123456789ABCDEFGHIJ": ("111111111111", "example.com")}


def satisfy(emulator: Emulator, app: Path, folder: Path) -> None:
    """Deploy what an app's assembly names, and name what was deployed.

    :param app: the app's folder
    :param folder: its assembly
    """
    files = sorted(folder.rglob("*.template.json"))
    texts = {file: file.read_text() for file in files}
    renamed = _hosted_zones(emulator, app, "".join(texts.values()))
    for text in texts.values():
        for match in _LOAD_BALANCER.finditer(text):
            if match[0] not in renamed:
                renamed[match[0]] = _load_balancer(emulator, *match.groups())
        for match in _SERVICE.finditer(text):
            if match[0] not in renamed:
                renamed[match[0]] = _service(emulator, match[1], match[2])
        for match in _UNIT.finditer(text):
            if match[0] not in renamed:
                renamed[match[0]] = _unit(emulator, assembly.stacks(folder)[0].account_id)
    for file, text in texts.items():
        for old, new in renamed.items():
            text = text.replace(old, new)  # noqa: PLW2901
        file.write_text(text)


def _hosted_zones(emulator: Emulator, app: Path, text: str) -> dict[str, str]:
    renamed: dict[str, str] = {}
    for zone_id, (account_id, domain) in _HOSTED_ZONES.items():
        if zone_id in text:
            route53 = Account(emulator, account_id).route53
            made = route53.create_hosted_zone(Name=domain, CallerReference=str(app))
            renamed[zone_id] = _bare(made["HostedZone"]["Id"])
    return renamed


def _bare(zone_id: str) -> str:
    return zone_id.removeprefix("/hostedzone/")


def _zones(region: str) -> tuple[str, ...]:
    return tuple(f"{region}{letter}" for letter in "abc")


def _load_balancer(emulator: Emulator, region: str, account_id: str, name: str) -> str:
    stack = Stack(Account(emulator, account_id, region), f"Existing-{name}")
    zones = _zones(region)
    subnets = [f"Subnet{zone[-1]}" for zone in zones]
    balancer = {"Nlb": templates.load_balancer(*subnets, Name=name)}
    return stack.deploy(templates.template(templates.network(zones), balancer))["Nlb"]


def _unit(emulator: Emulator, account_id: str) -> str:
    """Return an organizational unit; the emulator has an organization in each account."""
    organizations = Account(emulator, account_id).client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    made = organizations.create_organizational_unit(ParentId=root, Name="Workloads")
    return made["OrganizationalUnit"]["Id"]


def _service(emulator: Emulator, region: str, service_id: str) -> str:
    stack = Stack(Account(emulator, _THIRD_PARTY, region), f"Existing-{service_id}")
    name = _PRIVATE_NAMES.get(service_id)
    named = {"PrivateDnsName": name} if name else {}
    template = templates.provider("*", zones=_zones(region), **named)
    if name:
        template["Resources"].update(templates.txt_record(name))
    made = stack.deploy(template)["Service"]
    if name:
        verify(stack.account, made)
    return service_name(made, region)
