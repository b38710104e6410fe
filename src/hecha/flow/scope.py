"""What belongs to an event: its outlets, and the time in which business was registered because of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hecha.flow.picture import Picture, State
from hecha.incident.event import Incident
from hecha.kernel.ids import AreaCode, BankId, OutletId
from hecha.network.model import Network, Outlet
from hecha.organization.units import bank_unit

AFTERWARDS = timedelta(minutes=30)
"""Business is still registered for a while after recovery: counters learn of it one by one."""
_UNPROVED = frozenset({State.DOWN, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Scope:
    """`areas`: counties and cities of the outage (empty: all); `banks` of those hit (empty: all); `data_cities`: cards
    issued there. `since`, `until`: when business was registered for it (`until` None: it still lasts)."""

    areas: frozenset[str]
    banks: frozenset[str]
    data_cities: frozenset[str]
    since: datetime
    until: datetime | None

    @property
    def is_outage(self) -> bool:
        """Outlets were hit; else only cards of some cities are concerned."""
        return bool(self.areas) or not self.data_cities

    def holds(self, network: Network, bank: BankId, county: AreaCode) -> bool:
        """Whether the outlets of a bank in a county are among those that were hit."""
        if not self.is_outage or (self.banks and bank not in self.banks):
            return False
        return not self.areas or county in self.areas or network.city_of(county) in self.areas


def scope_of(incident: Incident) -> Scope:
    """The scope of an event, by all that it has ever hit."""
    reach, until = incident.reach, incident.recovered or incident.ended
    return Scope(
        areas=frozenset(reach.areas) - frozenset(reach.data_cities),
        banks=frozenset(reach.banks),
        data_cities=frozenset(reach.data_cities),
        since=incident.occurred,
        until=None if until is None else until + AFTERWARDS,
    )


def unproved(network: Network, picture: Picture, scope: Scope) -> Iterator[Outlet]:
    """Outlets of an event that are not seen to work now in each of their modes."""
    for name, modes in picture.outlets_not_up.items():
        outlet = network.outlets.get(OutletId(name))
        if outlet is not None and _UNPROVED & set(modes.values()) and scope.holds(network, outlet.bank, outlet.county):
            yield outlet


def institutions(outlets: Iterable[Outlet], but: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Whose outlets they are, each bank once; without those that people have confirmed."""
    return tuple(sorted({str(bank_unit(one.bank)) for one in outlets if one.id not in but}))


def cities_of(network: Network, scope: Scope) -> frozenset[str]:
    """The cities that an event touches; all of the province's when it has no areas of its own."""
    codes = scope.areas or (frozenset() if scope.data_cities else frozenset(map(str, network.areas)))
    found = set(scope.data_cities)
    for code in codes:
        area = network.areas.get(AreaCode(code))
        if area is not None and area.kind.value == "city":
            found.add(str(area.code))
        elif area is not None and area.kind.value == "county" and area.parent is not None:
            found.add(str(area.parent))
    return frozenset(found)
