"""Small networks for admission: few outlets, but every way in which outlets share a county, a city or a bank.

A sentence asks whether all, or some, outlets of some groups fulfil something. Two banks, two cities and two counties
tell those apart; where a plan counts groups (至少3个县市) rows of that many groups, and one more, are added.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import ascii_letters, digits

from hecha.kernel.ids import Access, AreaCode, BankId, Mode, OutletId
from hecha.network.model import Area, AreaKind, Bank, Network, Outlet, Part
from hecha.plan.model import Plan, Reading, Scope, Sentence

ROW_MAX = 60  # longest row of groups that is tried

_ACCESS = {"X": Access.NATIONAL, "Z": Access.LOCAL, "Y": Access.NONE, "W": Access.NONE}
_LETTERS = ascii_letters + digits
_SHAPES = (
    "X@PA1",
    "Y@PA1",
    "X@PA1 Y@PA1",
    "X@PA1 Y@PB1",
    "X@PA1 X@PA2",
    "X@PA1 X@PB1",
    "Y@PA1 Y@PB1",
    "X@PA1 Y@QA1",
    "X@PA1 Y@PB1 Y@PB1",
    "X@PA1 Y@PA1 X@PB1",
    "X@PA1 Z@PA2 Y@PB1",
    "Y@PA1 W@PA1 X@PB1",
)
PATHS = {
    (Access.NATIONAL, Mode.INTERFACE): Part("outlet/{outlet}/interface"),
    (Access.NATIONAL, Mode.NON_INTERFACE): Part("outlet/{outlet}/web"),
    (Access.LOCAL, Mode.INTERFACE): Part("outlet/{outlet}/interface"),
    (Access.LOCAL, Mode.NON_INTERFACE): Part("outlet/{outlet}/web"),
    (Access.NONE, Mode.NON_INTERFACE): Part("outlet/{outlet}/web"),
}


@dataclass(frozen=True, slots=True)
class Small:
    """A small network; `orbits` are runs of outlets that may be exchanged without changing anything."""

    network: Network
    orbits: tuple[tuple[OutletId, ...], ...]

    @property
    def size(self) -> int:
        return len(self.network.outlets)


def small_networks(plan: Plan) -> Iterator[Small]:
    """The smallest first."""
    shapes = [_small(shape.split()) for shape in _SHAPES]
    yield from sorted([*shapes, *_rows(plan)], key=lambda small: small.size)


def sentences_of(plan: Plan) -> list[Sentence]:
    """Every sentence of every reading."""
    return [each for reading in plan.readings.values() for each in sentences_in(reading)]


def sentences_in(reading: Reading) -> list[Sentence]:
    """Every sentence of one reading, event clauses first."""
    alternatives = [each for event in reading.events for each in event.alternatives]
    alternatives += [each for grade in reading.grades for each in grade.alternatives]
    return [sentence for alternative in alternatives for sentence in alternative]


def most_groups(sentences: Iterable[Sentence]) -> int:
    """The greatest number of groups that a sentence asks about."""
    return max((max(each.groups_low, each.groups_high or 0) for each in sentences), default=0)


def _rows(plan: Plan) -> Iterator[Small]:
    """Rows of groups with one outlet each, for scopes that are counted."""
    for scope in (Scope.PROVINCE, Scope.CITY, Scope.COUNTY, Scope.BANK, Scope.INTERFACE_BANK):
        counted = most_groups(each for each in sentences_of(plan) if each.scope is scope)
        for length in (counted, counted + 1) if 2 <= counted < ROW_MAX else ():
            yield _small([_in_row(scope, number) for number in range(length)], exchangeable=True)


def _in_row(scope: Scope, number: int) -> str:
    letter = _LETTERS[number]
    if scope is Scope.PROVINCE:
        return f"Y@{letter}A1"
    if scope is Scope.CITY:
        return f"Y@P{letter}1"
    if scope is Scope.COUNTY:
        return f"Y@PA{number + 1}"
    return f"{'X' if scope is Scope.INTERFACE_BANK else 'Y'}{number + 1}@PA1"


def _small(places: list[str], exchangeable: bool = False) -> Small:
    outlets = [_outlet(number, place) for number, place in enumerate(places)]
    areas: dict[AreaCode, Area] = {}
    for outlet in outlets:
        areas |= _areas(outlet.county)
    banks = {outlet.bank: Bank(outlet.bank, f"{outlet.bank}行", _ACCESS[outlet.bank[0]]) for outlet in outlets}
    network = Network("small", "小模型", "", areas, banks, {each.id: each for each in outlets}, PATHS)
    return Small(network, (tuple(network.outlets),) if exchangeable else _orbits(outlets))


def _outlet(number: int, place: str) -> Outlet:
    bank, _, county = place.partition("@")
    return Outlet(OutletId(f"o{number + 1}"), f"网点{number + 1}", BankId(bank), AreaCode(county))


def _areas(county: AreaCode) -> dict[AreaCode, Area]:
    """`PA1`: county A1 of city A of province P, which goes without saying."""
    province, city = AreaCode(county[0]), AreaCode(county[:2])
    outside = "" if province == "P" else f"{province}省"
    return {
        province: Area(province, f"{province}省", AreaKind.PROVINCE),
        city: Area(city, f"{outside}{city[1]}市", AreaKind.CITY, province),
        county: Area(county, f"{county[1:]}县", AreaKind.COUNTY, city),
    }


def _orbits(outlets: list[Outlet]) -> tuple[tuple[OutletId, ...], ...]:
    """Outlets of one bank in one county may be exchanged."""
    found: dict[tuple[BankId, AreaCode], list[OutletId]] = {}
    for outlet in outlets:
        found.setdefault((outlet.bank, outlet.county), []).append(outlet.id)
    return tuple(map(tuple, found.values()))
