"""What the organisation's pages show: a unit with its posts and what is missing there, and the tree that one sees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hecha.kernel.ids import UnitId
from hecha.organization.organization import Doubled, Held, Missing, Organization, fills
from hecha.organization.people import Expert, Numbers, Person, Seat
from hecha.organization.permission import Verdict
from hecha.organization.principal import Principal
from hecha.organization.seeing import sees_unit, units_seen
from hecha.organization.units import HEAD_OFFICE, Term, bank_of
from hecha.plan.posts import Act, Department, UnitLevel

FOUND_MAX = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a unit's posts: who holds it, or that nobody does (`missing`)."""

    post: str  # group/leader …
    department: str  # as the unit calls it
    held: Held | None = None
    missing: Missing | None = None


@dataclass(frozen=True, slots=True)
class UnitView:
    """Everything about one unit."""

    unit: UnitId
    level: UnitLevel | None
    renamed: str  # its name, where a term gives one
    superior: UnitId | None
    local: UnitId
    below: tuple[UnitId, ...]
    banks: tuple[UnitId, ...]
    lines: tuple[Line, ...]
    missing: tuple[Missing, ...]
    doubled: tuple[Doubled, ...]
    people: tuple[Person, ...]
    departments: dict[str, str]
    numbers: Numbers
    experts: tuple[Expert, ...]
    terms: tuple[Term, ...]
    keeping: Verdict  # whether one may change it


@dataclass(frozen=True, slots=True)
class Node:
    """A unit in the tree, with how many posts are empty there."""

    unit: UnitId
    missing: int
    below: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit in the phone book: its numbers, and whom to ask for."""

    unit: UnitId
    numbers: Numbers | None
    held: tuple[Held, ...]


def view_of(here: Organization, who: Principal, unit: UnitId, at: datetime) -> UnitView:
    units = here.units
    terms = units.terms.get(unit, ())
    is_central = bank_of(unit) is None and unit != HEAD_OFFICE
    return UnitView(
        unit,
        units.level(unit),
        next((term.zh for term in terms if term.zh and term.holds(at)), ""),
        units.superior(unit, at),
        units.local_branch(unit, at),
        tuple(each for each in units.below(unit, at) if sees_unit(units, who, each, at)),
        tuple(each for each in units.banks_of(unit, at) if sees_unit(units, who, each, at)) if is_central else (),
        tuple(_lines(here, unit, at)),
        here.missing(unit, at),
        here.doubled(unit, at),
        here.people_of(unit, at),
        {str(one): here.department_zh(one, unit) for one in departments_of(unit)},
        here.numbers.get(unit, Numbers(unit)),
        tuple(one for one in here.experts if one.unit == unit),
        terms,
        here.may(who, Act.KEEP_ORGANIZATION, unit, at),
    )


def departments_of(unit: UnitId) -> list[Department]:
    """The departments that people of this unit can belong to."""
    return [one for one in Department if one is not Department.PERSONAL_FINANCE or unit.startswith("bank/")]


def _lines(here: Organization, unit: UnitId, at: datetime) -> Iterable[Line]:
    """The prescribed posts in the plan's order, filled or not; then what else there is."""
    level = here.units.level(unit)
    held, missing = here.held(unit, at), {one.rule: one for one in here.missing(unit, at)}
    shown: set[Seat] = set()
    for rule in here.rules.prescribed(level) if level is not None else ():
        post, department = f"{rule.body}/{rule.role}", here.department_zh(rule.department, unit)
        if rule in missing:
            yield Line(post, department, missing=missing[rule])
        for one in held:
            if fills(one.seat, rule):
                shown.add(one.seat)
                yield Line(post, department, one)
    for one in held:
        if one.seat not in shown:
            yield Line(one.seat.post, here.department_zh(one.seat.department, unit), one)


def tree(here: Organization, who: Principal, at: datetime) -> tuple[Node, ...]:
    """The central bank's units that one sees, from head office down; then, for a bank's people, their bank's."""
    roots = [HEAD_OFFICE]
    own = bank_of(here.units.acting(who.unit, at)) or bank_of(_parent(here, who, at))
    if own is not None:
        roots.append(UnitId(f"bank/{own}"))
    return tuple(_node(here, who, root, at) for root in roots if sees_unit(here.units, who, root, at))


def _parent(here: Organization, who: Principal, at: datetime) -> UnitId:
    return here.units.superior(who.unit, at) or who.unit


def _node(here: Organization, who: Principal, unit: UnitId, at: datetime) -> Node:
    below = (each for each in here.units.below(unit, at) if sees_unit(here.units, who, each, at))
    return Node(unit, len(here.missing(unit, at)), tuple(_node(here, who, each, at) for each in below))


def find(here: Organization, who: Principal, words: str, at: datetime) -> tuple[list[UnitId], list[Held], bool]:
    """Units and people whose name contains the words; whether there are more than are given."""
    units, people = [], []
    for unit in units_seen(here, who, at):
        if words in here.units.zh(unit, at) or words == unit:
            units.append(unit)
        people += [one for one in _once(here.held(unit, at)) if words in one.person.name]
        if len(units) > FOUND_MAX or len(people) > FOUND_MAX:
            return units[:FOUND_MAX], people[:FOUND_MAX], True
    return units, people, False


def wanting(here: Organization, who: Principal, at: datetime) -> tuple[list[tuple[UnitId, int]], bool]:
    """Units in which posts are empty, with how many; whether there are more than are given."""
    found = []
    for unit in units_seen(here, who, at):
        if count := len(here.missing(unit, at)):
            found.append((unit, count))
        if len(found) > FOUND_MAX:
            return found[:FOUND_MAX], True
    return found, False


def phone_book(here: Organization, who: Principal, unit: UnitId, at: datetime) -> list[tuple[str, list[Entry]]]:
    """Sections of the phone book of a unit: above, itself, below, banks."""
    units = here.units
    local = units.local_branch(unit, at)
    above = [*reversed(units.above(unit, at)), *([] if local == unit else [*reversed(units.above(local, at)), local])]
    sections: list[tuple[str, Sequence[UnitId]]] = [
        ("above", list(dict.fromkeys(above))),
        ("itself", [unit]),
        ("below", units.below(unit, at)),
        ("banks", units.banks_of(unit, at) if bank_of(unit) is None else ()),
    ]
    return [(name, [_entry(here, each, at) for each in some if sees_unit(units, who, each, at)])
            for name, some in sections if some]  # fmt: skip


def _entry(here: Organization, unit: UnitId, at: datetime) -> Entry:
    """Whom to ask for: the group's leader, then the office's director; in a bank the settlement department."""
    wanted = [("group/leader",), ("office/leader", "settlement")]
    firsts = [next((one for post in posts for one in here.who_holds(unit, post, at)), None) for posts in wanted]
    held = tuple(one for one in firsts if one is not None and here.units.exists(unit, at))
    return Entry(unit, here.numbers.get(unit), held)


def _once(held: Iterable[Held]) -> list[Held]:
    """One seat of each person, the first."""
    return list({one.person.id: one for one in reversed(list(held))}.values())
