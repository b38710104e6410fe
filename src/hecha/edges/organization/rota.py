"""The duty rota as it is kept, and as a calendar (RFC 5545) that phones and mail programs read.

Each turn that is entered or struck off is a fact; who is on duty is no secret, a telephone number is never in it.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import icalendar
import sqlalchemy as sa

from hecha.edges.organization.tables import shifts
from hecha.edges.store.writer import Tx
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.facts import Fact
from hecha.kernel.ids import UnitId
from hecha.organization.organization import Organization
from hecha.organization.people import PersonId
from hecha.organization.principal import Principal
from hecha.organization.rota import Shift, check
from hecha.plan.posts import Act

MEDIA_TYPE = "text/calendar; charset=utf-8"
SHOWN_DAYS = 14
BACK_DAYS = 31
SHIFTS_MAX = 2000  # of one unit in a calendar


def new_id() -> str:
    return f"D{secrets.token_hex(8)}"


def enter(tx: Tx, here: Organization, principal: Principal, shift: Shift, now: datetime) -> None:
    """Put a turn into the rota. Raises Refused, BadInput for somebody who does not work there or a wrong time."""
    clause = here.require(principal, Act.KEEP_ORGANIZATION, shift.unit, now).clause
    check(shift, now)
    person = here.people.get(shift.person)
    if person is None or person.unit != shift.unit or not person.works(shift.begins):
        raise BadInput("person", "本单位没有这个人 nobody of this unit", "请从名单里选 choose from the list")
    tx.connection.execute(sa.insert(shifts), asdict(shift) | {"entered_by": principal.account})
    tx.record(_fact("entered", shift, principal, now, clause))


def strike(tx: Tx, here: Organization, principal: Principal, id: str, now: datetime) -> None:
    """Take a turn out of the rota. Raises NotThere, Refused."""
    row = tx.connection.execute(sa.select(shifts).where(shifts.c.id == id)).first()
    if row is None:
        raise NotThere("没有这一班，或已经删去 (no such turn, or struck off already)")
    shift = _shift(row)
    clause = here.require(principal, Act.KEEP_ORGANIZATION, shift.unit, now).clause
    tx.connection.execute(sa.delete(shifts).where(shifts.c.id == id))
    tx.record(_fact("struck", shift, principal, now, clause))


def of_unit(connection: sa.Connection, unit: str, begin: datetime, end: datetime) -> list[Shift]:
    """The turns of a unit that touch a span, in order."""
    touching = sa.and_(shifts.c.unit == unit, shifts.c.ends > begin, shifts.c.begins < end)
    return _read(connection, touching)


def of_person(connection: sa.Connection, person: PersonId, begin: datetime) -> list[Shift]:
    """Somebody's own turns from a moment on."""
    return _read(connection, sa.and_(shifts.c.person == person, shifts.c.ends > begin))


def calendar(name: str, turns: Sequence[Shift], names: Mapping[PersonId, str], units: Mapping[UnitId, str]) -> bytes:
    """The turns as an iCalendar file; the same turns give the same file."""
    found = icalendar.Calendar()
    found.add("prodid", "-//Hecha//duty rota//ZH")
    found.add("version", "2.0")
    found.add("x-wr-calname", name)
    for one in turns:
        event = icalendar.Event()
        event.add("uid", f"{one.id}@hecha")
        event.add("dtstamp", one.begins)
        event.add("dtstart", one.begins)
        event.add("dtend", one.ends)
        event.add("summary", f"值班 {names.get(one.person, one.person)} · {units.get(one.unit, one.unit)}")
        if one.note:
            event.add("description", one.note)
        found.add_component(event)
    written: bytes = found.to_ical()
    return written


def since(now: datetime) -> datetime:
    """How far back a calendar reaches."""
    return now - timedelta(days=BACK_DAYS)


def _read(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Shift]:
    query = sa.select(shifts).where(which).order_by(shifts.c.begins, shifts.c.id).limit(SHIFTS_MAX)
    return [_shift(row) for row in connection.execute(query)]


def _shift(row: sa.Row[tuple[object, ...]]) -> Shift:
    return Shift(row.id, UnitId(row.unit), PersonId(row.person), row.begins, row.ends, row.note)


def _fact(action: str, shift: Shift, principal: Principal, now: datetime, clause: str) -> Fact:
    data = {"unit": shift.unit, "person": shift.person, "begins": shift.begins, "ends": shift.ends}
    return Fact(f"organization:shift:{action}", shift.id, now, principal.account, principal.unit, clause, data)
