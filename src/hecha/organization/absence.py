"""Who cannot come to work (不能到岗), and what that leaves of a unit's posts (5.3): filled, stood in for, or empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import UnitId
from hecha.organization.organization import Organization, fills
from hecha.organization.people import Absence, Person
from hecha.plan.posts import PostRule

WHY_MAX = 60


@dataclass(frozen=True, slots=True)
class Filling:
    """A prescribed post: those of its holders and substitutes who can come, holders first. `strained`: whoever fills it
    is the first choice for another post of the unit as well."""

    rule: PostRule
    present: tuple[Person, ...]
    away: tuple[Person, ...]
    is_stood_in: bool
    strained: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.present


def check(one: Absence) -> None:
    """Raises BadInput for an absence that cannot be."""
    if one.until is not None and one.until <= one.since:
        raise BadInput("until", "到岗须晚于离岗 it must end after it begins", "请核对时间 check the times")
    if len(one.why) > WHY_MAX:
        raise BadInput("why", f"超过 {WHY_MAX} 字 too long", "写要点，不写病情 be brief, name no illness")


def fillings(here: Organization, unit: UnitId, at: datetime) -> tuple[Filling, ...]:
    """Each prescribed post of a unit in the plan's order, with who can still fill it."""
    level = here.units.level(unit)
    if level is None or not here.units.exists(unit, at):
        return ()
    held, gone = here.held(unit, at), here.away(at)
    found = []
    for rule in here.rules.prescribed(level):
        own = [one for one in held if fills(one.seat, rule)]
        present = [one for one in own if one.person.id not in gone]
        stood_in = bool(present) and all(one.seat.substitute for one in present)
        absent = tuple(one.person for one in own if one.person.id in gone)
        found.append(Filling(rule, tuple(one.person for one in present), absent, stood_in))
    return _strained(found)


def _strained(found: Sequence[Filling]) -> tuple[Filling, ...]:
    """With the mark on posts whose first choice is needed elsewhere, because somebody is away."""
    first = [one.present[0].id for one in found if one.present]
    marked = []
    for one in found:
        several = bool(one.present) and first.count(one.present[0].id) > 1
        marked.append(Filling(one.rule, one.present, one.away, one.is_stood_in, several and one.is_stood_in))
    return tuple(marked)


def units_hit(here: Organization, at: datetime) -> tuple[UnitId, ...]:
    """The units in which somebody who cannot come holds a post or works."""
    units: dict[UnitId, None] = {}
    for person in (here.people[id] for id in sorted(here.away(at)) if id in here.people):
        units[person.unit] = None
        units.update(dict.fromkeys(seat.unit for seat in here.seats_of(person, at)))
    return tuple(units)
