"""Which branch of the central bank is the local one (当地分支机构) for an area, as the network's data say."""

from collections.abc import Iterable
from dataclasses import dataclass

from hecha.kernel.ids import AreaCode, BankId
from hecha.network.model import Network


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch: its level (county, city, province), the area it stands for, and its unit id."""

    level: str
    area: AreaCode
    unit: str


class Branches:
    """The branches of one network; whatever is asked twice is remembered."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._upward = {code: self._path(code) for code in network.areas}
        self._local = {code: self._find(code) for code in network.areas}
        self._below: dict[AreaCode, list[AreaCode]] = {}
        for area in network.areas.values():
            if area.parent is not None:
                self._below.setdefault(area.parent, []).append(area.code)
        self._homes: dict[BankId, Branch] = {}

    def local(self, code: AreaCode) -> Branch:
        """The local branch of an area: its own, or that of the area above (a district without one; Hangzhou)."""
        return self._local[code]

    def superior(self, branch: Branch) -> Branch | None:
        """The branch above one, or None above the topmost."""
        parent = self.network.areas[branch.area].parent
        above = None if parent is None else self._local[parent]
        return None if above == branch else above

    def top(self) -> Branch:
        """The branch of the (first) province."""
        return self._local[self._upward[next(iter(self.network.areas))][-1]]

    def covering(self, areas: Iterable[AreaCode]) -> Branch:
        """The lowest branch that covers all of these counties or cities; the province's when there are none."""
        codes = list(areas)
        found = {self._local[code].area for code in codes}
        if len(found) == 1:
            return self._local[codes[0]]
        paths = [self._upward[code] for code in codes]
        common = next((code for code in paths[0] if all(code in path for path in paths)), None) if paths else None
        return self._local[common] if common is not None else self.top()

    def counties(self, areas: Iterable[AreaCode]) -> set[AreaCode]:
        """A city stands for its counties (含所辖县); one without counties, and a county, for itself."""
        return {below for code in areas for below in self._below.get(code, [code])}

    def home(self, bank: BankId) -> Branch:
        """Where a local bank's head office stands: the lowest branch that covers all of its outlets."""
        if not self._homes:
            counties: dict[BankId, set[AreaCode]] = {}
            for outlet in self.network.outlets.values():
                counties.setdefault(outlet.bank, set()).add(outlet.county)
            self._homes = {one: self.covering(sorted(where)) for one, where in counties.items()}
        return self._homes.get(bank) or self.top()

    def _path(self, code: AreaCode) -> list[AreaCode]:
        """The area and all above it."""
        path, parent = [code], self.network.areas[code].parent
        while parent is not None:
            path.append(parent)
            parent = self.network.areas[parent].parent
        return path

    def _find(self, code: AreaCode) -> Branch:
        areas = self.network.areas
        own = next((one for one in self._upward[code] if areas[one].local_branch), self._upward[code][-1])
        named = areas.get(AreaCode(areas[own].local_branch.rpartition("/")[2]), areas[own])
        return Branch(named.kind.value, named.code, areas[own].local_branch)
