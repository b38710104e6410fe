"""Where a bank has branches, as its outlets tell: one in each city and one in each county in which it has outlets,
unless that would stand over exactly the outlets of the unit above it."""

from collections.abc import Iterator

from hecha.kernel.ids import AreaCode, BankId, OutletId, UnitId
from hecha.organization.places import Places


class BankBranches:
    """All branches of all banks of one network."""

    def __init__(self, network: Places) -> None:
        self._outlets: dict[BankId, list[OutletId]] = {bank: [] for bank in network.banks}
        counties: dict[BankId, dict[AreaCode | None, set[AreaCode]]] = {bank: {} for bank in network.banks}
        for id, outlet in network.outlets.items():
            self._outlets[outlet.bank].append(id)
            city = network.areas[outlet.county].parent
            counties[outlet.bank].setdefault(city, set()).add(outlet.county)
        self._counties = {
            bank: sorted(each for those in cities.values() for each in those) for bank, cities in counties.items()
        }
        self._units = {bank: tuple(_units(bank, cities)) for bank, cities in counties.items()}
        self._known = frozenset(unit for units in self._units.values() for unit in units)

    def branches(self, bank: BankId) -> tuple[UnitId, ...]:
        """The bank itself, then its branches by area code; empty for an unknown bank."""
        return self._units.get(bank, ())

    def has(self, unit: UnitId) -> bool:
        return unit in self._known

    def outlets(self, bank: BankId) -> list[OutletId]:
        return self._outlets.get(bank, [])

    def counties(self, bank: BankId) -> list[AreaCode]:
        """The counties in which it has outlets."""
        return self._counties.get(bank, [])


def _units(bank: BankId, cities: dict[AreaCode | None, set[AreaCode]]) -> Iterator[UnitId]:
    yield UnitId(f"bank/{bank}")
    areas = [city for city in cities if city is not None and len(cities) > 1]
    areas += [county for those in cities.values() if len(those) > 1 for county in those]
    yield from (UnitId(f"bank/{bank}/{area}") for area in sorted(areas))
