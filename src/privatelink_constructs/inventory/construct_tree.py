"""Which of this package's constructs defines a resource of a cloud assembly.

The tree that ``cdk synth`` writes has the class of each construct, as Node knows it: a construct
that is written in Python is a plain ``constructs.Construct`` there. So the constructs of this
package are known by their shape: the ID of their main resource and what they always write into it,
or the IDs of the constructs of the CDK that they consist of.

:see: https://docs.aws.amazon.com/cdk/v2/guide/constructs.html
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.cloudformation.assembly import read_json, read_manifest
from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    ORGANIZATION_POLICY,
    PROFILE,
    PROFILE_ASSOCIATION,
    RESOLVER_ENDPOINT,
    SERVICE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Json = dict[str, object]

_PLAIN = "constructs.Construct"
_TYPE, _LOGICAL_ID = "aws:cdk:cloudformation:type", "aws:cdk:cloudformation:logicalId"
_PROPERTIES = "aws:cdk:cloudformation:props"
_WRITTEN = {
    ENDPOINT: {"dnsOptions", "ipAddressType"},
    ORGANIZATION_POLICY: {"content", "description", "name", "type"},
    PROFILE: {"name"},
    PROFILE_ASSOCIATION: {"name", "profileId", "resourceId"},
    RESOLVER_ENDPOINT: {"direction", "ipAddresses", "protocols", "resolverEndpointType"},
    SERVICE: {"acceptanceRequired", "networkLoadBalancerArns"},
}
"""What this package always writes into the resource ``Resource`` of a construct."""
_ALARMS = (
    *("AcceptanceDeadLetters", "AcceptanceErrors", "AcceptanceFailures", "AcceptanceMissedRuns"),
    *("BlockedTcp-", "BlockedUdp-", "ConnectionUse-", "FailOpen-", "HealthyTargets-"),
    *("PacketsDropped", "PortAllocationErrors-", "PrivateDnsName", "ResetsReceived"),
    *("ResetsSent", "TlsFailures-"),
)
_PARTS: dict[str, tuple[str, ...]] = {
    "aws-cdk-lib.aws_cloudwatch.Alarm": _ALARMS,
    "aws-cdk-lib.aws_cloudwatch.Dashboard": ("Resource",),
    "aws-cdk-lib.aws_route53.PrivateHostedZone": ("HostedZone-",),
}
"""How the IDs of constructs of the CDK begin that constructs of this package consist of."""
_IN_BUNDLE = ("Gateway-", "Interface-")
_DEEPEST = 200


class Definer(NamedTuple):
    """What defines a resource.

    :param path: the path of the construct.
    :param is_own: whether it is one of this package, the outermost one around the resource.
    """

    path: str
    is_own: bool


class ConstructTree:
    """The constructs of an app, as an assembly has them.

    :param raw: the content of ``tree.json``, empty for none.
    """

    def __init__(self, raw: Json) -> None:
        self._root = as_mapping(raw.get("tree"))

    @cached_property
    def _by_path(self) -> dict[str, _Defined]:
        return {it.path: it for it in _defined_in(self._root, None, 0)}

    @cached_property
    def _by_logical_id(self) -> dict[str, list[_Defined]]:
        found: dict[str, list[_Defined]] = defaultdict(list)
        for it in self._by_path.values():
            found[it.logical_id].append(it)
        return found

    def definer(self, logical_id: str, path: object) -> Definer | None:
        """Return what defines a resource, None where it isn't known.

        :param logical_id: its logical ID. Several stacks may have it, and then it tells nothing.
        :param path: its path, as its metadata has it: anything but a text for none.
        """
        if isinstance(path, str):
            there = self._by_path.get(path)
            return there.definer if there else Definer(path, is_own=False)
        found = self._by_logical_id.get(logical_id, [])
        return found[0].definer if len(found) == 1 else None


class _Defined(NamedTuple):
    """A resource in the tree."""

    path: str
    logical_id: str
    definer: Definer


def tree_of(folder: Path) -> ConstructTree:
    """Return the constructs of the assembly in a folder, none where it has no tree.

    Those of the stages of an app are in the tree of the app, in a folder above.
    """
    artifacts = as_mapping(read_manifest(folder).get("artifacts"))
    for artifact in map(as_mapping, artifacts.values()):
        file = as_mapping(artifact.get("properties")).get("file")
        if artifact.get("type") == "cdk:tree" and isinstance(file, str):
            return ConstructTree(read_json(folder / file))
    return tree_of(folder.parent) if artifacts and folder.parent != folder else ConstructTree({})


def _defined_in(node: Json, owner: str | None, depth: int) -> Iterator[_Defined]:
    """Yield the resources of a construct and of all below it.

    :param owner: the outermost construct of this package around it, None for none.
    """
    path, attributes = node.get("path"), as_mapping(node.get("attributes"))
    if not isinstance(path, str) or depth > _DEEPEST:
        return
    logical_id = attributes.get(_LOGICAL_ID)
    if _TYPE in attributes:
        definer = Definer(owner or path, owner is not None)
        yield _Defined(path, logical_id if isinstance(logical_id, str) else "", definer)
    if owner is None and _is_own(node):
        owner = path
    for child in as_mapping(node.get("children")).values():
        yield from _defined_in(as_mapping(child), owner, depth + 1)


def _is_own(node: Json) -> bool:
    """Tell whether a construct has the shape of one of this package."""
    if as_mapping(node.get("constructInfo")).get("fqn") != _PLAIN:
        return False
    children = as_mapping(node.get("children"))
    bundled = (as_mapping(it) for name, it in children.items() if name.startswith(_IN_BUNDLE))
    parts = (_is_part(name, as_mapping(it)) for name, it in children.items())
    return _has_own_resource(node) or any(map(_has_own_resource, bundled)) or any(parts)


def _is_part(name: str, node: Json) -> bool:
    kind = as_mapping(node.get("constructInfo")).get("fqn")
    return name.startswith(_PARTS.get(str(kind), ()))


def _has_own_resource(node: Json) -> bool:
    resource = as_mapping(as_mapping(node.get("children")).get("Resource"))
    attributes = as_mapping(resource.get("attributes"))
    written = _WRITTEN.get(str(attributes.get(_TYPE)))
    return written is not None and written <= set(as_mapping(attributes.get(_PROPERTIES)))
