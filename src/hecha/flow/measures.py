"""What a unit must now do for an event (5.1): from the order in force, or as first handling before any order.

now = measures_now(plan, incident, order)             what is prescribed, and on what it rests
counted = plights(network, picture)                   how all outlets stand, by bank and county; once a picture
to_do(ground…, incident, now, unit, counted)          the unit's own steps, and its outlets by plight
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hecha.command.order import Measure, Order
from hecha.flow.picture import Picture, State
from hecha.flow.runbooks import FRONT, fitting, outlet_of, part_of
from hecha.flow.scope import scope_of
from hecha.incident.event import Incident
from hecha.kernel.ids import AreaCode, BankId, ClauseId, Mode, OutletId
from hecha.network.branches import Branches
from hecha.network.model import Network
from hecha.plan.model import Plan
from hecha.response.measures import DATA_ERROR, Prescribed
from hecha.response.steps import OUTAGE, Plight, Step, bank_steps, branch_steps, first_handling, outlet_steps

Modes = frozenset[Mode]
Plights = Mapping[tuple[BankId, AreaCode], Mapping[tuple[Modes, Modes], int]]
"""By bank and county: (what its outlets have, what is left of it) → how many."""


@dataclass(frozen=True, slots=True)
class Now:
    """What is prescribed; `order` and its number are of the order in force, "" while it is first handling."""

    measures: tuple[Prescribed, ...]
    order: str = ""
    number: str = ""

    @property
    def speaks_of_cards(self) -> bool:
        return any(one.cause == DATA_ERROR for one in self.measures)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Outlets in one plight, and what their counters do."""

    plight: Plight
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ToDo:
    """What one unit does: its own posts' steps, and its outlets' by plight, the worst first."""

    unit: str
    now: Now
    steps: tuple[Step, ...]
    ladders: tuple[Ladder, ...]


def measures_now(plan: Plan, incident: Incident, order: Order | None) -> Now:
    """From the start order in force; before it, every way that the plan knows (4.1.1(4))."""
    if order is not None and order.is_in_force:
        return Now(tuple(_prescribed(plan, one) for one in order.measures), order.id, order.number)
    causes = [cause for cause, _ in incident.proposed.causes] or _causes(incident)
    cities = tuple(AreaCode(city) for city in incident.reach.data_cities)
    return Now(tuple(first_handling(plan, causes, {DATA_ERROR: cities})))


def _prescribed(plan: Plan, one: Measure) -> Prescribed:
    ways = tuple(ClauseId(way) for way in one.use)
    cities = tuple(AreaCode(city) for city in one.cities)
    helpful = {way for each in plan.measures if each.causes == {DATA_ERROR} for way in each.use}
    useless = tuple(way for way in ways if one.cause == DATA_ERROR and helpful and way not in helpful)
    return Prescribed(ClauseId(one.clause), ways, one.cause, cities, one.card_authority, useless)


def _causes(incident: Incident) -> list[str]:
    return [DATA_ERROR] if incident.reach.data_cities and not incident.components else [OUTAGE]


def plights(network: Network, picture: Picture) -> Plights:
    """How all outlets stand now; those that are not told of are up."""
    has = {bank.id: _modes(network, bank.id) for bank in network.banks.values()}
    counts: dict[tuple[BankId, AreaCode], dict[tuple[Modes, Modes], int]] = {}
    for outlet in network.outlets.values():
        modes = has[outlet.bank]
        states = picture.outlets_not_up.get(outlet.id)
        left = modes if states is None else modes - {mode for mode, state in states.items() if state is State.DOWN}
        place = counts.setdefault((outlet.bank, outlet.county), {})
        place[modes, left] = place.get((modes, left), 0) + 1
    return counts


def _modes(network: Network, bank: BankId) -> Modes:
    access = network.banks[bank].access
    return frozenset(mode for mode in Mode if (access, mode) in network.paths)


def to_do(
    network: Network, branches: Branches, plan: Plan, incident: Incident, now: Now, unit: str, counted: Plights
) -> ToDo:
    """What a unit does: for a branch of the central bank the ladders are those of its area's outlets. An outlet's own
    plight is looked up by `outlet_to_do`."""
    kind, _, rest = unit.partition("/")
    found = _united(_concerned(network, branches, incident, now, unit, counted))
    ladders = tuple(Ladder(one, outlet_steps("", one, now.measures)) for one in found if one.hit or now.speaks_of_cards)
    books = _books(branches, plan, incident, unit)
    if kind == "bank":
        return ToDo(unit, now, bank_steps(unit, found, now.measures, books), ladders)
    area = network.areas.get(AreaCode(rest))
    level = area.kind.value if area is not None else "province"
    hit = sum(one.outlets for one in found if one.hit)
    steps = branch_steps(unit, level, now.measures, outlets=hit, ordered=bool(now.order), runbooks=books)
    return ToDo(unit, now, steps, ladders)


def outlet_to_do(network: Network, picture: Picture, now: Now, outlet: OutletId) -> ToDo:
    """What the counter of one outlet does."""
    modes = _modes(network, network.outlets[outlet].bank)
    states = picture.outlets_not_up.get(outlet, {})
    plight = Plight(modes, modes - {mode for mode, state in states.items() if state is State.DOWN})
    unit = f"outlet/{outlet}"
    return ToDo(unit, now, outlet_steps(unit, plight, now.measures), ())


def _concerned(
    network: Network, branches: Branches, incident: Incident, now: Now, unit: str, counted: Plights
) -> Iterator[Mapping[tuple[Modes, Modes], int]]:
    """The counts of the unit's outlets in the event; all of its outlets where cards are concerned."""
    scope = scope_of(incident)
    for (bank, county), counts in counted.items():
        if _is_of(network, branches, bank, county, unit) and (
            now.speaks_of_cards or scope.holds(network, bank, county)
        ):
            yield counts


def _is_of(network: Network, branches: Branches, bank: BankId, county: AreaCode, unit: str) -> bool:
    kind, _, rest = unit.partition("/")
    if kind == "bank":
        own, _, area = rest.partition("/")
        return own == bank and (not area or area in (county, network.city_of(county)))
    return unit == branches.top().unit or rest in (county, network.city_of(county))


def _united(some: Iterable[Mapping[tuple[Modes, Modes], int]]) -> list[Plight]:
    counts: dict[tuple[Modes, Modes], int] = {}
    for one in some:
        for key, count in one.items():
            counts[key] = counts.get(key, 0) + count
    found = [Plight(has, left, count) for (has, left), count in counts.items()]
    return sorted(found, key=lambda one: (not one.hit, len(one.left), -one.outlets))


def _books(branches: Branches, plan: Plan, incident: Incident, unit: str) -> list[tuple[ClauseId, str]]:
    """The runbooks for what the unit itself mends, each once."""
    mine = [one for one in incident.components if _mends(branches, one, unit)]
    found = {book.id: book.clause for _, book in fitting(plan, mine, incident.nature)}
    return [(clause, id) for id, clause in found.items()]


def _mends(branches: Branches, component: str, unit: str) -> bool:
    if part_of(component) == FRONT:
        return unit == branches.top().unit
    outlet = outlet_of(branches.network, component)
    return outlet is not None and unit == f"bank/{outlet.bank}"
