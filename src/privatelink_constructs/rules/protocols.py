"""Whether the objects of a class have the members of a protocol."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def provides(kind: type, protocol: type) -> bool:
    """Tell whether the objects of a class have all members of a protocol.

    In Python, an interface of the CDK is a protocol. The Node process sees a member only if the
    class declares the interface or inherits the member from a class of the CDK.
    """
    ifaces = (it for base in kind.__mro__ for it in vars(base).get("__jsii_ifaces__", ()))
    if any(protocol in iface.__mro__ for iface in ifaces):
        return True
    declared = _in_node if hasattr(protocol, "__jsii_type__") else _in_python
    return all(declared(kind, member) for member in _members(protocol))


def _members(protocol: type) -> list[str]:
    bases = (it for it in protocol.__mro__ if it.__module__ not in {"typing", "typing_extensions"})
    return [name for base in bases for name in vars(base) if not name.startswith("_")]


def _in_node(kind: type, member: str) -> bool:
    found = (vars(base).get(member) for base in kind.__mro__)
    return any(hasattr(getattr(it, "fget", it), "__jsii_name__") for it in found)


def _in_python(kind: type, member: str) -> bool:
    return any(member in vars(base) for base in kind.__mro__)
