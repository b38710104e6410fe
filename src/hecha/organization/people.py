"""Who holds what: people, their seats, the numbers of a unit, experts. Plain values; the store keeps them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from hecha.kernel.ids import UnitId
from hecha.plan.posts import Body, Department, SeatRole

PersonId = NewType("PersonId", str)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works in a unit. `account` is the login, "" for one who has none; telephones as they are dialled."""

    id: PersonId
    name: str
    unit: UnitId
    department: Department
    account: str = ""
    day: str = ""
    night: str = ""
    mobile: str = ""


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


@dataclass(frozen=True, slots=True)
class Expert:
    """One line of the expert roster (专家名册) for meetings of 4.2.2."""

    name: str
    field: str
    phone: str
    unit: UnitId
