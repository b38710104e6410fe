"""Whom an alert reaches: who has to tell whom (3.2.3), which units are concerned (3.2.4), and who may see it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from hecha.flow.alerts import notice_within
from hecha.flow.diagnose import owner_of
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import AreaCode, BankId, ComponentId, OutletId, UnitId
from hecha.network.components import Components
from hecha.network.model import AreaKind, Network
from hecha.organization.sight import Sight, is_shared
from hecha.organization.units import HEAD_OFFICE, Units, bank_of, bank_unit
from hecha.plan.model import Plan
from hecha.warning.alert import Alert, Kind, Leg

EVERYONE = "all"
CLERKS_MAX = 50
"""Of more outlets than this the bank's people see the alert, not each counter."""


# --- who tells whom (3.2.3) ------------------------------------------------------------------------------------------


def leg_for(
    plan: Plan, units: Units, kind: Kind, unit: UnitId, at: datetime, told_by: str = "", medium: str = ""
) -> Leg:
    """The telling that is owed by a unit that has the news. `told_by`: it is told by being entered.

    Raises BadInput where the plan knows no such telling: banks collect anomalies, offices what happens outside."""
    is_bank = not unit.startswith("pbc/")
    if is_bank and kind is Kind.EVENT:
        raise BadInput(
            "kind", "外部事件由人民银行分支机构办公室收集 offices collect it", "请按系统异常填报，或告知当地分支机构"
        )
    sender = "bank" if is_bank else "office" if kind is Kind.EVENT else "staff"
    line = next((one for one in plan.warnings if one.sender == sender), None)
    if line is None:
        raise BadInput("plan", f"预案没有写明 {sender} 向谁报告 the plan names no receiver", "见 [[warning]]")
    receiver = str(units.local_branch(unit, at)) if is_bank else str(unit)
    post = "office" if line.receiver == "office" else "group"
    due = at + notice_within(plan, line.speed)
    told = at if told_by else None
    return Leg(str(line.clause), str(unit), receiver, post, due, told, told_by, medium)


def home_of(units: Units, areas: Iterable[AreaCode], unit: UnitId, at: datetime) -> UnitId:
    """The branch whose office assesses what happens in these areas: the lowest that covers them all."""
    found = units.covering(list(areas), at) if areas else unit
    return unit if found == HEAD_OFFICE else found


# --- units concerned (3.2.4) -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Concerned:
    """Units that an alert concerns, by kind; no unit stands in two of them."""

    owners: tuple[UnitId, ...] = ()
    branches: tuple[UnitId, ...] = ()
    banks: tuple[UnitId, ...] = ()

    @property
    def all(self) -> tuple[UnitId, ...]:
        return (*self.owners, *self.branches, *self.banks)


def concerned(network: Network, units: Units, alert: Alert, at: datetime) -> Concerned:
    """Who owns what is wrong, the branches of the areas it touches, and the banks with outlets there."""
    owners = {owner_of(network, component) for component in known_components(network, alert.components)}
    owners = {one for one in owners if one != HEAD_OFFICE and one != alert.unit}
    areas = touched(network, alert)
    branches = {unit for unit in units.central(at) if any(units.within(unit, area) for area in areas)}
    branches -= {alert.unit, HEAD_OFFICE, *owners}
    own_bank = {bank for bank in map(bank_of, owners) if bank is not None}
    banks = own_bank_units(network, units, own_bank) if own_bank else _banks_in(network, units, areas, at)
    banks -= owners
    return Concerned(*(tuple(sorted(each)) for each in (owners, branches, banks)))


def touched(network: Network, alert: Alert) -> tuple[AreaCode, ...]:
    """The areas an alert is about; all cities, where what all share is in trouble or nothing is known."""
    if alert.areas:
        return tuple(area for area in alert.areas if area in network.areas)
    if alert.components and not all(is_shared(one) for one in alert.components):
        return ()
    return tuple(code for code, area in network.areas.items() if area.kind is AreaKind.CITY)


def known_components(network: Network, components: Iterable[ComponentId]) -> tuple[ComponentId, ...]:
    known = Components(network)
    return tuple(one for one in components if known.place(one) is not None)


def own_bank_units(network: Network, units: Units, banks: Iterable[BankId]) -> set[UnitId]:
    """A bank's own trouble concerns its branches in the cities too."""
    return {below for bank in banks for below in units.below(bank_unit(bank))}


def _banks_in(network: Network, units: Units, areas: Iterable[AreaCode], at: datetime) -> set[UnitId]:
    """Of every bank with outlets there, the branch that stands for the area, or the bank as a whole."""
    counties = counties_of(network, areas)
    whole = len(counties) == sum(area.kind is AreaKind.COUNTY for area in network.areas.values())
    found: set[UnitId] = set()
    for bank, county in {(one.bank, one.county) for one in network.outlets.values() if one.county in counties}:
        city = network.areas[county].parent
        found.add(bank_unit(bank) if whole or city is None else units.acting(bank_unit(bank, city), at))
    return found


def counties_of(network: Network, areas: Iterable[AreaCode]) -> frozenset[AreaCode]:
    """The counties in these areas, a county standing for itself."""
    wanted = frozenset(areas)

    def lies_within(code: AreaCode | None) -> bool:
        while code is not None:  # bounded: areas form a tree of three levels
            if code in wanted:
                return True
            code = network.areas[code].parent
        return False

    return frozenset(code for code, area in network.areas.items() if area.kind is AreaKind.COUNTY and lies_within(code))


# --- who sees it -----------------------------------------------------------------------------------------------------


def scopes_of(network: Network, alert: Alert, gates: Iterable[ComponentId] = ()) -> frozenset[str]:
    """Marks by which a list is filtered: everyone, a branch's area, a bank, a bank's counters too, an outlet, a unit.

    `gates`: the outlets' ways behind a declared fault. What happens outside is seen by the branches of its areas, above
    and below, and by the units that were told."""
    found = {f"unit/{unit}" for unit in _told(alert)}
    for component in (*alert.components, *gates):
        found |= _of_component(network, component)
    if alert.kind is Kind.EVENT or not alert.components:
        found |= _of_areas(network, alert.areas)
    found = {EVERYONE} if EVERYONE in found else found
    clerks = sorted(one for one in found if one.startswith("outlet/"))
    return frozenset(found - set(clerks) if len(clerks) > CLERKS_MAX else found)


def _told(alert: Alert) -> set[str]:
    units = {alert.unit, alert.on_behalf_of, *(call.unit for call in alert.calls)}
    units |= {unit for leg in alert.legs for unit in (leg.sender, leg.receiver)}
    return {unit for unit in units if unit}


def _of_component(network: Network, component: ComponentId) -> set[str]:
    kind, _, rest = component.partition("/")
    name = rest.partition("/")[0]
    if kind == "declared":
        return set()  # seen through its gates
    if kind == "bank":
        return {f"bank/{name}", f"counters/{name}"}
    if kind not in ("outlet", "way"):
        return {EVERYONE}
    outlet = network.outlets.get(OutletId(name))
    if outlet is None:
        return set()
    return {f"bank/{outlet.bank}/{outlet.county}", f"outlet/{name}", f"area/{outlet.county}"}


def _of_areas(network: Network, areas: Iterable[AreaCode]) -> set[str]:
    """An area, what lies in it, and what it lies in."""
    found: set[AreaCode] = set(counties_of(network, areas))
    for code in areas:
        here: AreaCode | None = code
        while here is not None and here in network.areas:  # bounded: areas form a tree of three levels
            found.add(here)
            here = network.areas[here].parent
    return {f"area/{code}" for code in found}


def reduced(units: Units, alert: Alert, unit: UnitId, at: datetime) -> Alert:
    """As a unit sees it: who else was told, and whether they acknowledged, is for the branch that told them and those
    above it."""
    if units.is_below(UnitId(alert.unit), unit, at):
        return alert
    own = tuple(call for call in alert.calls if units.is_below(UnitId(call.unit), unit, at))
    return replace(alert, calls=own)


def scopes_seen(network: Network, sight: Sight) -> frozenset[str] | None:
    """The marks that a person sees: the own unit's and those of units below; `None`: every alert."""
    if sight.everything:
        return None
    unit, bank = sight.principal.unit, sight.bank
    found = {EVERYONE, f"unit/{unit}"}
    if unit.startswith("outlet/"):
        return frozenset(found | {str(unit), f"counters/{bank}"})
    here = Units(network).area(unit)
    mine = frozenset(network.areas) if bank is not None and here is None else _within(network, here)
    if bank is None:
        return frozenset(found | {f"{kind}{code}" for kind in ("area/", "unit/pbc/") for code in mine})
    own = {f"bank/{bank}/{code}" for code in mine} | {f"unit/bank/{bank}/{code}" for code in mine}
    return frozenset(found | own | {f"bank/{bank}", f"counters/{bank}"})


def _within(network: Network, area: AreaCode | None) -> frozenset[AreaCode]:
    """An area, and all that lies in it."""
    if area is None:
        return frozenset()
    below = {code for code, one in network.areas.items() if one.parent == area}
    return frozenset({area, *below, *(code for code, one in network.areas.items() if one.parent in below)})
