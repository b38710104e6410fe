"""Diagnosis: which component has failed, from the paths and breaking points of many attempts.

Evidence about a component is positive (an attempt passed it) or negative (the last good hop could not pass it).
What lies behind a breaking point is not judged: nothing was learnt about it.
"""

import re
from collections.abc import Iterator

from hecha.kernel.ids import AreaCode, BankId, ComponentId, OutletId, UnitId
from hecha.network.model import AllOf, AnyOf, AreaKind, Expression, Network, Part
from hecha.organization.units import HEAD_OFFICE, Units, bank_unit, branch_unit

_SLOT = re.compile(r"\{(outlet|county|city|province|bank)\}")


def parts(expression: Expression) -> Iterator[str]:
    """The names of an expression's parts, left to right, templates as they stand."""
    match expression:
        case Part(name):
            yield name
        case AllOf(operands) | AnyOf(operands):
            for operand in operands:
                yield from parts(operand)


def templates(network: Network) -> tuple[str, ...]:
    """Every part that stands in any path, once, in the order of the expressions."""
    return tuple(dict.fromkeys(name for path in network.paths.values() for name in parts(path)))


def shared_of(network: Network) -> tuple[ComponentId, ...]:
    """The components that more than one outlet may depend on: those of no slot first, then areas and banks."""
    names = [name for name in templates(network) if "{outlet}" not in name]
    plain = [ComponentId(name) for name in names if not _SLOT.search(name)]
    slotted = [name for name in names if _SLOT.search(name)]
    return tuple(dict.fromkeys(plain + [filled for name in slotted for filled in _filled(network, name)]))


def _filled(network: Network, template: str) -> Iterator[ComponentId]:
    slots = set(_SLOT.findall(template))
    if slots == {"bank"}:
        users = {access for (access, _), path in network.paths.items() if template in parts(path)}
        for bank in network.banks.values():
            if bank.access in users:
                yield ComponentId(template.replace("{bank}", bank.id))
        return
    for kind in AreaKind:
        if slots == {kind.value}:
            for code, area in network.areas.items():
                if area.kind is kind:
                    yield ComponentId(template.replace("{" + kind.value + "}", code))


def owner_of(network: Network, component: ComponentId) -> UnitId:
    """The unit that owes an estimate for a component: a bank for its cores, outlets and their lines; a branch for the
    lines of its area; the province for fronts, channels and systems of its own; head office for the rest."""
    units = Units(network)
    head, _, rest = component.partition("/")
    name = rest.partition("/")[0]
    if head == "bank":
        return bank_unit(BankId(name))
    if head in ("outlet", "way") and name in network.outlets:
        return bank_unit(network.outlets[OutletId(name)].bank)
    if head in ("city", "county", "province"):
        return units.local_branch(AreaCode(name))
    if head in ("front", "channel", "account-system", "direct-login"):
        return _province(network)
    return HEAD_OFFICE


def _province(network: Network) -> UnitId:
    codes = (code for code, area in network.areas.items() if area.kind is AreaKind.PROVINCE)
    return next((branch_unit(code) for code in codes), HEAD_OFFICE)
