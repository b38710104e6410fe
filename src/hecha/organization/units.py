"""The tree of units (机构): head office, province, cities, counties with a branch; banks, their branches, outlets.

    head_office                     人民银行总行
    pbc/33, pbc/3303, pbc/330381    the central bank's branches, where there is one
    bank/<id>                       a bank as a whole (its highest body in the province)
    bank/<id>/3303                  its branch in a city, bank/<id>/330381 in a county: where its outlets are
    outlet/<id>

The central bank's units follow the areas, a bank's branches the places of its outlets: no branch stands over exactly
the outlets of the one above it, so a bank in one county is its head office alone. Terms (`Term`) say from when to when
a unit is there, under whom and by what name: the organisations of 2007 and of 2023 are the same tree with other terms.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from hecha.kernel.ids import AreaCode, BankId, OutletId, UnitId
from hecha.organization.bank_branches import BankBranches
from hecha.organization.places import AreaPlace, Places
from hecha.plan.posts import UnitLevel

HEAD_OFFICE = UnitId("head_office")
DEPTH_MAX = 9  # no unit stands deeper; a circle of terms ends here


def branch_unit(area: AreaCode) -> UnitId:
    """The central bank's unit of an area: `pbc/<code>`."""
    return UnitId(f"pbc/{area}")


def bank_unit(bank: BankId, area: AreaCode | None = None) -> UnitId:
    """A bank, or its branch in an area."""
    return UnitId(f"bank/{bank}/{area}" if area else f"bank/{bank}")


def outlet_unit(outlet: OutletId) -> UnitId:
    return UnitId(f"outlet/{outlet}")


def bank_of(unit: UnitId) -> BankId | None:
    """The bank of `bank/<id>` or `bank/<id>/<area>`; None for every other unit."""
    kind, _, rest = unit.partition("/")
    return BankId(rest.partition("/")[0]) if kind == "bank" else None


@dataclass(frozen=True, slots=True)
class Term:
    """A unit is there from `since` until before `until` (None: open); `superior`, `zh` replace what the tree says."""

    unit: UnitId
    since: datetime | None = None
    until: datetime | None = None
    superior: UnitId | None = None
    zh: str = ""

    def holds(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Units:
    """The tree over one network. Asked without a moment it answers for its own (`as_of`); without that, terms are left
    aside. Unknown units have no superior and carry their id as name."""

    network: Places
    terms: Mapping[UnitId, tuple[Term, ...]] = field(default_factory=dict)
    moment: datetime | None = None
    shared: dict[str, BankBranches] = field(default_factory=dict, repr=False, compare=False)  # with those made from it

    def as_of(self, moment: datetime) -> "Units":
        """The same tree, asked as of a moment."""
        return replace(self, moment=moment)

    def exists(self, unit: UnitId, at: datetime | None = None) -> bool:
        """Whether there is such a unit (at that moment)."""
        at = at or self.moment
        if unit in self.terms:
            return at is None or self._term(unit, at) is not None
        return self._is_of_network(unit)

    def can_be(self, unit: UnitId) -> bool:
        """Whether a unit can be founded: a branch of the central bank or of a bank, in an area of this network."""
        kind, bank, area = unit.partition("/")[0], bank_of(unit), self.area(unit)
        if kind == "bank":
            return bank in self.network.banks and unit in (f"bank/{bank}", f"bank/{bank}/{area}")
        return self.exists(unit) or (kind == "pbc" and area is not None)

    def acting(self, unit: UnitId, at: datetime | None = None) -> UnitId:
        """The unit that acts for one: itself, or where there is none (Hangzhou's city, a closed one) the next above."""
        if self.exists(unit, at):
            return unit
        area = self.area(unit)
        if unit.startswith("pbc/") and area is not None:
            return self.local_branch(area, at)
        bank = bank_of(unit)
        return self._bank_branch(bank, area, at) if bank is not None else unit

    def superior(self, unit: UnitId, at: datetime | None = None) -> UnitId | None:
        """The unit above (上级机构), `None` at the top."""
        term = self._term(unit, at)
        if term is not None and term.superior is not None:
            return self.acting(term.superior, at)
        kind, _, key = unit.partition("/")
        if kind == "outlet" and key in self.network.outlets:
            outlet = self.network.outlets[OutletId(key)]
            return self._bank_branch(outlet.bank, outlet.county, at)
        if kind == "bank":
            return self._above_bank_branch(unit, at)
        return self._above_branch(unit, at) if kind == "pbc" else None

    def above(self, unit: UnitId, at: datetime | None = None) -> list[UnitId]:
        """All units above one, the nearest first."""
        found: list[UnitId] = []
        here = self.superior(unit, at)
        while here is not None and here not in found and len(found) < DEPTH_MAX:
            found.append(here)
            here = self.superior(here, at)
        return found

    def below(self, unit: UnitId, at: datetime | None = None) -> tuple[UnitId, ...]:
        """The units right below one (直接下级); outlets are given by `outlets`."""
        bank = bank_of(unit)
        candidates = self._banks.branches(bank) if bank is not None else self.central(at)
        return tuple(each for each in candidates if self.exists(each, at) and self.superior(each, at) == unit)

    def is_below(self, unit: UnitId, other: UnitId, at: datetime | None = None) -> bool:
        """Whether `unit` is `other` or stands somewhere below it."""
        return unit == other or other in self.above(unit, at)

    def has_in_area(self, own: UnitId, unit: UnitId, at: datetime | None = None) -> bool:
        """Whether `unit` stands below `own` or, for a branch of the central bank, under a local branch that does."""
        if self.is_below(unit, own, at):
            return True
        return own.startswith("pbc/") and self.is_below(self.local_branch(unit, at), own, at)

    def central(self, at: datetime | None = None) -> tuple[UnitId, ...]:
        """The central bank's units, head office first, then by area."""
        units = sorted(self._branches | {self._top, *self.terms})
        there = (UnitId(each) for each in units if each.startswith("pbc/"))
        return (HEAD_OFFICE, *(each for each in there if self.exists(each, at)))

    def all(self, at: datetime | None = None) -> Iterator[UnitId]:
        """Every unit but the outlets: the central bank's, then bank by bank."""
        yield from self.central(at)
        for bank in self.network.banks:
            yield from (each for each in self._banks.branches(bank) if self.exists(each, at))

    def outlets(self, unit: UnitId, at: datetime | None = None) -> tuple[OutletId, ...]:
        """The outlets of a bank's unit, or those for which a branch of the central bank is the local one."""
        bank = bank_of(unit)
        if bank is None:
            return tuple(one for one in self.network.outlets if self.local_branch(outlet_unit(one), at) == unit)
        mine = self._banks.outlets(bank)
        return tuple(one for one in mine if self.is_below(outlet_unit(one), unit, at))

    def banks_of(self, unit: UnitId, at: datetime | None = None) -> tuple[UnitId, ...]:
        """所辖银行机构: of every bank, the highest units for which this branch is the local one."""
        mine = [each for bank in self.network.banks for each in self._banks.branches(bank) if self.exists(each, at)]
        local = {each for each in mine if self.local_branch(each, at) == unit}
        return tuple(each for each in mine if each in local and self.superior(each, at) not in local)

    def local_branch(self, place: AreaCode | UnitId, at: datetime | None = None) -> UnitId:
        """人民银行当地分支机构 of a unit or an area: its own, or that of the nearest area above that has one; of a bank
        that is in several areas, the lowest branch that covers them."""
        if place in self.network.areas:
            return self._nearest(AreaCode(place), at)
        kind, _, key = place.partition("/")
        if place == HEAD_OFFICE or kind == "pbc":
            return self.acting(UnitId(place), at)
        if kind == "outlet" and key in self.network.outlets:
            return self._nearest(self.network.outlets[OutletId(key)].county, at)
        area = self.area(UnitId(place))
        if area is not None:
            return self._nearest(area, at)
        return self._home(BankId(key), at) if key in self.network.banks else HEAD_OFFICE

    def covering(self, areas: Iterable[AreaCode], at: datetime | None = None) -> UnitId:
        """The lowest branch that covers all of these areas; the province's when there are none."""
        paths = [[branch, *self.above(branch, at)] for branch in {self._nearest(area, at) for area in areas}]
        return (
            next((each for each in paths[0] if all(each in path for path in paths)), HEAD_OFFICE)
            if paths
            else self._top
        )

    def level(self, unit: UnitId) -> UnitLevel | None:
        """Where the unit stands; None for one that is unknown."""
        kind = unit.partition("/")[0]
        if unit == HEAD_OFFICE:
            return UnitLevel.HEAD_OFFICE
        if kind == "outlet":
            return UnitLevel.OUTLET
        area = self.area(unit)
        if kind == "bank":
            word = f"bank_{self.network.areas[area].kind}" if area else "bank"
            return UnitLevel(word) if word != "bank_province" else UnitLevel.BANK
        return UnitLevel(self.network.areas[area].kind) if kind == "pbc" and area else None

    def area(self, unit: UnitId) -> AreaCode | None:
        """The area that a unit stands for; None for head office and for a bank as a whole."""
        kind, _, key = unit.partition("/")
        if kind == "outlet" and key in self.network.outlets:
            return self.network.outlets[OutletId(key)].county
        code = AreaCode(key if kind == "pbc" else key.partition("/")[2])
        return code if code in self.network.areas else None

    def within(self, unit: UnitId, area: AreaCode) -> bool:
        """Whether a unit's area is this one or lies in it."""
        here = self.area(unit)
        return here is not None and area in self._upward(here)

    def zh(self, unit: UnitId, at: datetime | None = None) -> str:
        """The unit's name."""
        term = self._term(unit, at)
        if term is not None and term.zh:
            return term.zh
        kind, _, key = unit.partition("/")
        area, bank = self.area(unit), bank_of(unit)
        if unit == HEAD_OFFICE:
            return "人民银行总行"
        if kind == "pbc" and area is not None:
            return _branch_name(self.network.areas[area])
        if bank in self.network.banks and bank is not None:
            return self.network.banks[bank].zh + (_bank_branch_name(self.network.areas[area]) if area else "")
        if kind == "outlet" and key in self.network.outlets:
            return self.network.outlets[OutletId(key)].zh
        return str(unit)

    # how it is found

    @property
    def _banks(self) -> BankBranches:
        """Worked out once for a network: it takes a walk over all outlets."""
        if "banks" not in self.shared:
            self.shared["banks"] = BankBranches(self.network)
        return self.shared["banks"]

    @cached_property  # ok: the network does not change
    def _branches(self) -> frozenset[str]:
        """As the areas name them; where none does, every city and province has its own."""
        areas = self.network.areas.values()
        named = frozenset(str(area.local_branch) for area in areas if area.local_branch)
        return named or frozenset(branch_unit(area.code) for area in areas if area.kind != "county")

    @cached_property  # ok: as above
    def _top(self) -> UnitId:
        """The (first) province's branch."""
        code = next((code for code, area in self.network.areas.items() if area.parent is None), None)
        return branch_unit(code) if code is not None else HEAD_OFFICE

    def _term(self, unit: UnitId, at: datetime | None) -> Term | None:
        """The unit's term that holds then; None without a moment."""
        moment = at or self.moment
        if moment is None:
            return None
        return next((term for term in self.terms.get(unit, ()) if term.holds(moment)), None)

    def _is_of_network(self, unit: UnitId) -> bool:
        kind, _, key = unit.partition("/")
        if kind == "outlet":
            return key in self.network.outlets
        if kind == "bank":
            return self._banks.has(unit)
        return unit in (HEAD_OFFICE, self._top) or unit in self._branches

    def _nearest(self, area: AreaCode, at: datetime | None) -> UnitId:
        for code in self._upward(area):
            own = UnitId(self.network.areas[code].local_branch or branch_unit(code))
            if self.exists(own, at):
                return own
        return self._top if self.exists(self._top, at) else HEAD_OFFICE

    def _upward(self, area: AreaCode) -> list[AreaCode]:
        """The area and all above it."""
        found: list[AreaCode] = []
        here: AreaCode | None = area
        while here is not None and here in self.network.areas and len(found) < DEPTH_MAX:
            found.append(here)
            here = self.network.areas[here].parent
        return found

    def _above_branch(self, unit: UnitId, at: datetime | None) -> UnitId | None:
        area = self.area(unit)
        if area is None:
            return None
        above = [self._nearest(code, at) for code in self._upward(area)[1:]]
        return next((each for each in above if each != unit), HEAD_OFFICE)

    def _above_bank_branch(self, unit: UnitId, at: datetime | None) -> UnitId | None:
        bank, area = bank_of(unit), self.area(unit)
        if bank is None or area is None:
            return None
        parent = self.network.areas[area].parent
        return self._bank_branch(bank, parent, at)

    def _bank_branch(self, bank: BankId, area: AreaCode | None, at: datetime | None) -> UnitId:
        """The bank's lowest unit that stands for an area or one above it."""
        for code in self._upward(area) if area is not None else []:
            if self.exists(bank_unit(bank, code), at):
                return bank_unit(bank, code)
        return bank_unit(bank)

    def _home(self, bank: BankId, at: datetime | None) -> UnitId:
        """Where a bank as a whole stands: the lowest branch that covers all of its outlets, at most the province's."""
        found = self.covering(self._banks.counties(bank), at)
        return self._top if found == HEAD_OFFICE else found


def _branch_name(area: AreaPlace) -> str:
    word = {"province": "分行", "city": "中心支行", "county": "支行"}[area.kind]
    return f"人民银行{area.zh}{word}"


def _bank_branch_name(area: AreaPlace) -> str:
    return area.zh + ("支行" if area.kind == "county" else "分行")
