"""The tree of units (机构): head office, province, cities, counties with branches, banks, outlets.

The central bank's units follow the areas; a bank stands beside that tree, and its outlets below it.
"""

from dataclasses import dataclass

from hecha.kernel.ids import AreaCode, BankId, OutletId, UnitId
from hecha.organization.places import AreaPlace, Places

HEAD_OFFICE = UnitId("head_office")


def branch_unit(area: AreaCode) -> UnitId:
    """The central bank's unit of an area: `pbc/<code>`."""
    return UnitId(f"pbc/{area}")


def bank_unit(bank: BankId) -> UnitId:
    return UnitId(f"bank/{bank}")


def outlet_unit(outlet: OutletId) -> UnitId:
    return UnitId(f"outlet/{outlet}")


@dataclass(frozen=True, slots=True)
class Units:
    """The tree over one network. Unknown units have no superior and carry their id as name."""

    network: Places

    def superior(self, unit: UnitId) -> UnitId | None:
        """The unit above (上级机构), `None` at the top."""
        kind, _, key = unit.partition("/")
        if kind == "outlet" and key in self.network.outlets:
            return bank_unit(self.network.outlets[OutletId(key)].bank)
        if kind == "pbc" and key in self.network.areas:
            parent = self.network.areas[AreaCode(key)].parent
            return branch_unit(parent) if parent else HEAD_OFFICE
        return None

    def local_branch(self, area: AreaCode) -> UnitId:
        """人民银行当地分支机构 of an area: its own, or that of the nearest area above that has one."""
        here: AreaCode | None = area
        while here is not None and here in self.network.areas:  # bounded: areas form a tree of three levels
            if own := self.network.areas[here].local_branch:
                return UnitId(own)
            if self.network.areas[here].kind != "county":
                return branch_unit(here)
            here = self.network.areas[here].parent
        return HEAD_OFFICE

    def zh(self, unit: UnitId) -> str:
        """The unit's name."""
        kind, _, key = unit.partition("/")
        if unit == HEAD_OFFICE:
            return "人民银行总行"
        if kind == "pbc" and key in self.network.areas:
            return _branch_name(self.network.areas[AreaCode(key)])
        if kind == "bank" and key in self.network.banks:
            return self.network.banks[BankId(key)].zh
        if kind == "outlet" and key in self.network.outlets:
            return self.network.outlets[OutletId(key)].zh
        return str(unit)


def _branch_name(area: AreaPlace) -> str:
    word = {"province": "分行", "city": "中心支行", "county": "支行"}[area.kind]
    return f"人民银行{area.zh}{word}"
