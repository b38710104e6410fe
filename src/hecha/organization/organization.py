"""The whole organisation as one value: units, people, seats, numbers, experts; asked at a moment.

here.who_holds("pbc/3303", "office", at)         holders, the first to call first
here.posts_of(principal, at=at)                  what a person is responsible for
here.missing("pbc/3303", at)                     prescribed posts that nobody fills
here.may(principal, Act.DECIDE, "pbc/3303", at)  Verdict: allowed, clause, reason, way out
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from hecha.kernel.ids import UnitId
from hecha.organization.people import Absence, Expert, Numbers, Person, PersonId, Seat
from hecha.organization.permission import Claim, Verdict, judged, reads_only
from hecha.organization.principal import Principal, Role
from hecha.organization.units import Units
from hecha.plan.posts import STAFF, Act, Body, Department, OrganizationRules, PostRule, SeatRole

Who = Principal | Person
_ROLES, _DEPARTMENTS = list(SeatRole), list(Department)


@dataclass(frozen=True, slots=True)
class Held:
    """A seat with the person in it."""

    seat: Seat
    person: Person


@dataclass(frozen=True, slots=True)
class Missing:
    """A prescribed post that nobody fills; `substitute` is who stands by for it all the same, if anybody."""

    unit: UnitId
    rule: PostRule
    substitute: Person | None = None


@dataclass(frozen=True, slots=True)
class Doubled:
    """Somebody who holds several posts: a note in small branches, a fault elsewhere."""

    unit: UnitId
    person: Person
    seats: tuple[Seat, ...]
    is_fault: bool


@dataclass(frozen=True)
class Organization:
    """All of it; indexed when first asked, and never changed."""

    units: Units
    rules: OrganizationRules
    people: Mapping[PersonId, Person] = field(default_factory=dict)
    seats: tuple[Seat, ...] = ()
    numbers: Mapping[UnitId, Numbers] = field(default_factory=dict)
    experts: tuple[Expert, ...] = ()
    absences: tuple[Absence, ...] = ()

    # who is where

    def person(self, who: Who) -> Person | None:
        """The person behind an account, if the organisation knows one."""
        return who if isinstance(who, Person) else self._by_account.get(who.account)

    def people_of(self, unit: UnitId, at: datetime) -> tuple[Person, ...]:
        """Everybody who works in a unit."""
        return tuple(person for person in self._by_unit.get(unit, ()) if person.works(at))

    def held(self, unit: UnitId, at: datetime, away: Collection[PersonId] = ()) -> tuple[Held, ...]:
        """The filled seats of a unit: group before office, leader before deputy, substitutes after those they stand in
        for. `away`: people who cannot come."""
        seats = (seat for seat in self._seats_of.get(unit, ()) if seat.holds(at) and seat.person in self.people)
        return tuple(Held(seat, self.people[seat.person]) for seat in seats if seat.person not in away)

    def who_holds(self, unit: UnitId, post: str, at: datetime, away: Collection[PersonId] = ()) -> tuple[Held, ...]:
        """Who is responsible for a post of the unit that acts here, the first to call first.

        `post` is one of `hecha.plan.posts.POST_WORDS`: group, office, group/leader, settlement …; "" asks for the
        whole unit: its group, then its office."""
        held = self.held(self.units.acting(unit, at), at, away)
        return held if post in ("", STAFF) else tuple(one for one in held if fits(one.seat, post))

    def away(self, at: datetime) -> frozenset[PersonId]:
        """Who cannot come at a moment."""
        return frozenset(one.person for one in self.absences if one.holds(at))

    def seats_of(self, who: Who, at: datetime) -> tuple[Seat, ...]:
        """All seats that somebody holds, substitutes' too."""
        person = self.person(who)
        seats = self._seats_by_person.get(person.id, ()) if person is not None else ()
        return tuple(seat for seat in seats if seat.holds(at))

    def posts_of(self, who: Who, unit: UnitId | None = None, *, at: datetime) -> frozenset[str]:
        """The words of all posts that somebody holds in a unit (default: anywhere): {"group", "group/deputy",
        "settlement"}. Empty for one who has no seat."""
        acting = None if unit is None else self.units.acting(unit, at)
        return _words(seat for seat in self.seats_of(who, at) if acting is None or seat.unit == acting)

    def units_of(self, who: Who, at: datetime) -> tuple[UnitId, ...]:
        """The units for which somebody acts: where they work, and where they hold a seat."""
        own = self.units.acting(who.unit, at)
        return tuple(dict.fromkeys([own, *(seat.unit for seat in self.seats_of(who, at))]))

    # what is wrong with it (2.1, 2.2)

    def missing(self, unit: UnitId, at: datetime, away: Collection[PersonId] = ()) -> tuple[Missing, ...]:
        """Prescribed posts of the unit that nobody fills, in the plan's order."""
        level = self.units.level(unit)
        if level is None or not self.units.exists(unit, at):
            return ()
        held = self.held(unit, at, away)
        found = []
        for rule in self.rules.prescribed(level):
            there = [one for one in held if fills(one.seat, rule)]
            if not any(not one.seat.substitute for one in there):
                found.append(Missing(unit, rule, there[0].person if there else None))
        return tuple(found)

    def doubled(self, unit: UnitId, at: datetime) -> tuple[Doubled, ...]:
        """Who holds a post here and another one, here or elsewhere. A substitute's seat is none of the two."""
        is_fault = self.units.level(unit) not in self.rules.small
        found = []
        for person in dict.fromkeys(one.person for one in self.held(unit, at) if not one.seat.substitute):
            seats = tuple(seat for seat in self.seats_of(person, at) if not seat.substitute)
            if len(seats) > 1:
                found.append(Doubled(unit, person, seats, is_fault))
        return tuple(found)

    def department_zh(self, department: Department, unit: UnitId) -> str:
        """What this unit calls a department."""
        level = self.units.level(unit)
        return self.rules.department_zh(department, level, unit) if level is not None else str(department)

    # what somebody may do

    def may(self, who: Who, act: Act, unit: UnitId, at: datetime) -> Verdict:
        """Whether somebody may do something on behalf of a unit, with the clause either way. Grade is not asked here:
        authority by level is a matter of decisions (4.2.1)."""
        acting = self.units.acting(unit, at)
        if isinstance(who, Principal) and who.role is Role.AUDITOR:
            return reads_only(act, acting)
        level = self.units.level(acting)
        claims = [self._claim(who, act, own, acting, at) for own in self.units_of(who, at)]
        return judged(claims, act, acting, self.rules.who_may(act, level) if level else ())

    def require(self, who: Who, act: Act, unit: UnitId, at: datetime) -> Verdict:
        """The verdict when it is yes. Raises Refused with clause, reason and way out."""
        verdict = self.may(who, act, unit, at)
        verdict.require()
        return verdict

    def _claim(self, who: Who, act: Act, own: UnitId, acting: UnitId, at: datetime) -> Claim:
        person, level = self.person(who), self.units.level(own)
        seats = [seat for seat in self.seats_of(who, at) if seat.unit == own]
        words = set(_words(seat for seat in seats if not seat.substitute))
        if self.units.acting(who.unit, at) == own:
            words.add(STAFF)
        if person is not None and self.units.acting(person.unit, at) == own:
            words |= {STAFF, str(person.department)}
        rules = self.rules.who_may(act, level) if level is not None else ()
        in_area = self.units.has_in_area(own, acting, at)
        return Claim(frozenset(words), _words(seats), rules, own == acting, in_area)

    # indexes

    @cached_property  # ok: the value does not change
    def _by_account(self) -> Mapping[str, Person]:
        return {person.account: person for person in self.people.values() if person.account}

    @cached_property  # ok: as above
    def _by_unit(self) -> Mapping[UnitId, tuple[Person, ...]]:
        return _grouped(self.people.values(), lambda person: person.unit)

    @cached_property  # ok: as above
    def _seats_of(self) -> Mapping[UnitId, tuple[Seat, ...]]:
        return _grouped(sorted(self.seats, key=_order), lambda seat: seat.unit)

    @cached_property  # ok: as above
    def _seats_by_person(self) -> Mapping[PersonId, tuple[Seat, ...]]:
        return _grouped(sorted(self.seats, key=_order), lambda seat: seat.person)


def _words(seats: Iterable[Seat]) -> frozenset[str]:
    found = {word for seat in seats for word in (str(seat.body), seat.post, str(seat.department))}
    return frozenset(found - {str(Department.LEADERSHIP)})


def fits(seat: Seat, post: str) -> bool:
    """Whether a seat is meant by a word of the table: group, group/leader, settlement …"""
    return post in (str(seat.body), seat.post, str(seat.department))


def fills(seat: Seat, rule: PostRule) -> bool:
    """Whether a seat is a prescribed post."""
    return (seat.body, seat.role, seat.department) == (rule.body, rule.role, rule.department)


def _order(seat: Seat) -> tuple[bool, int, int, bool]:
    return (
        seat.body is not Body.GROUP,
        _ROLES.index(seat.role),
        _DEPARTMENTS.index(seat.department),
        seat.substitute,
    )


Key = TypeVar("Key")
Value = TypeVar("Value")


def _grouped(values: Iterable[Value], key: Callable[[Value], Key]) -> dict[Key, tuple[Value, ...]]:
    found: dict[Key, list[Value]] = defaultdict(list)
    for value in values:
        found[key(value)].append(value)
    return {each: tuple(some) for each, some in found.items()}
