"""Who can be told: from the organisation (chapter 2), or from memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from hecha.flow.convey import Person, Way
from hecha.kernel.ids import UnitId
from hecha.organization import people as staff
from hecha.organization.organization import Organization
from hecha.organization.principal import Principal

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY_BEGINS, DAY_ENDS = 8, 18  # when a desk is likelier to answer than a mobile telephone


@dataclass
class MemoryContacts:
    """`people`: by unit and post, in the order to be told; `above`: each unit's superior; `duty`: numbers of units."""

    people: Mapping[tuple[str, str], Sequence[Person]] = field(default_factory=dict)
    above: Mapping[str, str] = field(default_factory=dict)
    duty: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def holders(self, unit: str, post: str, at: datetime) -> Sequence[Person]:
        if post:
            return self.people.get((unit, post), ())
        everyone = [person for (where, _), people in self.people.items() if where == unit for person in people]
        return tuple({person.id: person for person in everyone}.values())

    def boxes(self, who: Principal, at: datetime) -> Mapping[str, frozenset[str] | None]:
        found: dict[str, frozenset[str] | None] = {who.unit: None}
        for (where, post), people in self.people.items():
            if any(person.account == who.account for person in people):
                found[where] = (found.get(where) or frozenset()) | {post}
        return found

    def superior(self, unit: str) -> str | None:
        return self.above.get(unit)

    def duty_telephones(self, unit: str, at: datetime) -> Sequence[str]:
        return self.duty.get(unit, ())


@dataclass(frozen=True, slots=True)
class OrganizationContacts:
    """The roster that the console keeps; `organization` gives it as it stands. Who cannot come is told last: a
    telephone may still reach them."""

    organization: Callable[[], Organization]

    def holders(self, unit: str, post: str, at: datetime) -> Sequence[Person]:
        here = self.organization()
        people, gone = dict.fromkeys(seat.person for seat in here.who_holds(UnitId(unit), post, at)), here.away(at)
        return tuple(_person(one, at) for one in sorted(people, key=lambda one: one.id in gone))

    def boxes(self, who: Principal, at: datetime) -> Mapping[str, frozenset[str] | None]:
        here = self.organization()
        if here.person(who) is None:
            return {who.unit: None}
        return {who.unit: frozenset()} | {each: here.posts_of(who, each, at=at) for each in here.units_of(who, at)}

    def superior(self, unit: str) -> str | None:
        return self.organization().units.superior(UnitId(unit))

    def duty_telephones(self, unit: str, at: datetime) -> Sequence[str]:
        known = self.organization().numbers.get(UnitId(unit))
        if known is None:
            return ()
        by_day = (known.day, known.duty_room, known.night)
        return _given(by_day if _is_day(at) else (known.duty_room, known.night, known.day))


def _person(one: staff.Person, at: datetime) -> Person:
    known = {Way.SMS: one.mobile, Way.MAIL: one.mail}
    addresses = {way: address for way, address in known.items() if address}
    numbers = (one.day, one.mobile, one.night) if _is_day(at) else (one.night, one.mobile, one.day)
    return Person(str(one.id), one.name, addresses, tuple(_given(numbers)), one.account)


def _given(numbers: Sequence[str]) -> Sequence[str]:
    return tuple(dict.fromkeys(number for number in numbers if number))


def _is_day(at: datetime) -> bool:
    return DAY_BEGINS <= at.astimezone(SHANGHAI).hour < DAY_ENDS


def masked(address: str) -> str:
    """138****5678, j***@bank.example: enough to know one's own, too little to use another's."""
    name, mark, host = address.partition("@")
    if mark:
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else f"{address[:1]}****"
