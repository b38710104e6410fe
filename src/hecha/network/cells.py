"""The fixed index of a network: outlets of one bank in one county form a cell, for they share every component
but their own line and terminal. Built once; shared by an availability and its forks."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hecha.kernel.ids import Access, AreaCode, BankId, OutletId
from hecha.network.components import province_of
from hecha.network.model import AreaKind, Network
from hecha.plan.model import Scope

Cells = NDArray[np.intp]
SHAPES = (Access.NATIONAL, Access.LOCAL, Access.NONE)


class Groups:
    """The groups of one scope: their names, and to which of them each cell belongs (-1: to none)."""

    __slots__ = ("array", "names", "of")

    def __init__(self, names: list[str], of: list[int]) -> None:
        self.names = names
        self.of = of
        self.array = np.array(of, dtype=np.int32)


class CellIndex:
    """Cells are numbered in the order of the first outlet of each."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.number: dict[tuple[BankId, AreaCode], int] = {}
        sizes: list[int] = []
        for outlet in network.outlets.values():
            cell = self.number.setdefault((outlet.bank, outlet.county), len(sizes))
            if cell == len(sizes):
                sizes.append(0)
            sizes[cell] += 1
        self.size = np.array(sizes, dtype=np.int32)
        self.shape = [SHAPES.index(network.banks[bank].access) for bank, _ in self.number]
        self.shape_array = np.array(self.shape, dtype=np.int8)
        self._groups: dict[Scope, Groups] = {}

    def cell_of(self, outlet: OutletId) -> int:
        one = self.network.outlets[outlet]
        return self.number[one.bank, one.county]

    def groups(self, scope: Scope) -> Groups:
        """The groups of a scope, those without outlets included."""
        if scope not in self._groups:
            self._groups[scope] = self._grouped(scope)
        return self._groups[scope]

    def cells_of(self, binding: Mapping[str, str]) -> Cells:
        """The cells that a local component serves: those of its area, its bank, or where both meet."""
        chosen = np.ones(len(self.shape), dtype=bool)
        for key, name in binding.items():
            groups = self.groups(Scope(key))
            chosen &= groups.array == groups.names.index(name)
        return np.flatnonzero(chosen)

    @cached_property  # ok: the index never changes
    def outlets(self) -> list[list[OutletId]]:
        """The outlets of each cell; built when first asked for (explanations), not for the counters."""
        lists: list[list[OutletId]] = [[] for _ in self.shape]
        for outlet in self.network.outlets.values():
            lists[self.number[outlet.bank, outlet.county]].append(outlet.id)
        return lists

    def _grouped(self, scope: Scope) -> Groups:
        network = self.network
        if scope is Scope.WHOLE:
            return Groups(["*"], [0] * len(self.shape))
        if scope in (Scope.BANK, Scope.INTERFACE_BANK):
            kept = [bank.id for bank in network.banks.values() if scope is Scope.BANK or bank.access is not Access.NONE]
            place = {name: index for index, name in enumerate(kept)}
            return Groups(list(kept), [place.get(bank, -1) for bank, _ in self.number])
        areas = [area.code for area in network.areas.values() if area.kind is AreaKind(scope.value)]
        place_of = {code: index for index, code in enumerate(areas)}
        return Groups(list(areas), [place_of[self._area(county, scope)] for _, county in self.number])

    def _area(self, county: AreaCode, scope: Scope) -> AreaCode:
        if scope is Scope.COUNTY:
            return county
        if scope is Scope.CITY:
            return self.network.city_of(county)
        return province_of(self.network, self.network.areas[county]).code
