"""Who holds what: people, their seats, the numbers of a unit, experts. Plain values; the store keeps them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import NewType

from hecha.kernel.ids import UnitId
from hecha.plan.posts import Body, Department, SeatRole

PersonId = NewType("PersonId", str)
WORKDAYS, OPENS, CLOSES = 5, time(8, 30), time(17, 30)
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works in a unit until before `left` (None: still). `account` is the login, "" for one who has none;
    telephones as they are dialled."""

    id: PersonId
    name: str
    unit: UnitId
    department: Department
    account: str = ""
    day: str = ""
    night: str = ""
    mobile: str = ""
    mail: str = ""
    left: datetime | None = None

    def telephones(self, at: datetime) -> tuple[str, ...]:
        """In the order to be dialled at that moment."""
        order = (self.day, self.mobile, self.night) if is_working_time(at) else (self.mobile, self.night, self.day)
        return tuple(dict.fromkeys(filter(None, order)))

    def works(self, at: datetime) -> bool:
        return self.left is None or at < self.left


@dataclass(frozen=True, slots=True)
class Seat:
    """One post of one unit and who holds it, from `since` until before `until` (None: open). A `substitute` (B 角)
    has the powers of the post and does not fill it."""

    unit: UnitId
    body: Body
    role: SeatRole
    department: Department
    person: PersonId
    substitute: bool = False
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    @property
    def post(self) -> str:
        """`group/leader`, `office/deputy`, …"""
        return f"{self.body}/{self.role}"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The telephones of a unit: by day, by night, and its duty room (值班室)."""

    unit: UnitId
    day: str = ""
    night: str = ""
    duty_room: str = ""

    def telephones(self, at: datetime) -> tuple[str, ...]:
        """In the order to be dialled at that moment."""
        order = (self.day, self.duty_room) if is_working_time(at) else (self.night, self.duty_room)
        return tuple(dict.fromkeys(filter(None, order)))


@dataclass(frozen=True, slots=True)
class Expert:
    """One line of the expert roster (专家名册) for meetings of 4.2.2."""

    name: str
    field: str
    phone: str
    unit: UnitId


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody cannot come from `since` until before `until` (None: nobody knows). `why` names no illness."""

    id: str
    unit: UnitId
    person: PersonId
    since: datetime
    until: datetime | None = None
    why: str = ""

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


def is_working_time(at: datetime) -> bool:
    """Monday to Friday, 08:30 to 17:30 in the province; public holidays are not known here."""
    local = at.astimezone(_CHINA)
    return local.weekday() < WORKDAYS and OPENS <= local.time() < CLOSES
