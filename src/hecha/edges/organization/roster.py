"""The organisation as it is kept, given as one value. It is read again only when the version has moved on.

roster.now()              for pages: a look at the version, and the value
roster.of(connection)     the same inside a transaction
"""

import threading
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from hecha.edges.clock import Clock
from hecha.edges.organization import tables
from hecha.edges.store.store import Store
from hecha.edges.store.writer import Tx
from hecha.kernel.ids import UnitId
from hecha.organization.organization import Organization
from hecha.organization.people import Absence, Expert, Numbers, Person, Seat
from hecha.organization.units import Term, Units
from hecha.plan.posts import Body, Department, OrganizationRules, SeatRole

_ONE = 1  # the id of the version's only row
_VERSION = select(tables.version.c.number).where(tables.version.c.id == _ONE)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read last: it stands while the version is the same and no unit's term begins or ends."""

    number: int
    since: datetime
    until: datetime | None
    value: Organization

    def stands(self, number: int, now: datetime) -> bool:
        return self.number == number and self.since <= now and (self.until is None or now < self.until)


class Roster:
    """The organisation over one tree of units, by one plan's rules. Its units answer for the present."""

    def __init__(self, store: Store, units: Units, rules: OrganizationRules, clock: Clock) -> None:
        self._store, self._units, self._rules, self._clock = store, units, rules, clock
        self._turn = threading.Lock()
        self._kept: _Kept | None = None

    def now(self) -> Organization:
        """The present one. Raises Unavailable when the database is away."""
        with self._store.read() as connection:
            return self.of(connection)

    def of(self, connection: Connection) -> Organization:
        """The one that this connection sees."""
        number, now = version_of(connection), self._clock()
        with self._turn:
            if self._kept is None or not self._kept.stands(number, now):
                value = read(connection, self._units.as_of(now), self._rules)
                self._kept = _Kept(number, now, _next_term(value.units, now), value)
            return self._kept.value


def read(connection: Connection, units: Units, rules: OrganizationRules) -> Organization:
    """The whole of it, read now; its units answer for the moment that `units` has."""
    people = [_person(row) for row in _rows(connection, tables.people)]
    numbers = [Numbers(**row | {"unit": UnitId(row["unit"])}) for row in _rows(connection, tables.numbers)]
    terms: dict[UnitId, list[Term]] = defaultdict(list)
    for row in _rows(connection, tables.terms):
        term = _term(row)
        terms[term.unit].append(term)
    return Organization(
        replace(units, terms={unit: tuple(some) for unit, some in terms.items()}),
        rules,
        {person.id: person for person in people},
        tuple(_seat(row) for row in _rows(connection, tables.seats)),
        {one.unit: one for one in numbers},
        tuple(_expert(row) for row in _rows(connection, tables.experts)),
        tuple(_absence(row) for row in _rows(connection, tables.absences)),
    )


def _next_term(units: Units, now: datetime) -> datetime | None:
    """When the next term begins or ends."""
    dates = [date for some in units.terms.values() for term in some for date in (term.since, term.until)]
    return min((date for date in dates if date is not None and date > now), default=None)


def version_of(connection: Connection) -> int:
    return connection.execute(_VERSION).scalar() or 0


def changed(tx: Tx) -> None:
    """Every transaction that changes a table of the organisation calls it once."""
    one = tables.version
    if tx.connection.execute(update(one).where(one.c.id == _ONE).values(number=one.c.number + 1)).rowcount == 0:
        tx.connection.execute(insert(one).values(id=_ONE, number=1))


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    names = [column.name for column in table.c]
    first = next(iter(table.primary_key))
    return [dict(zip(names, row, strict=True)) for row in connection.execute(select(table).order_by(first))]


def _person(row: dict[str, Any]) -> Person:
    return Person(**row | {"department": Department(row["department"])})


def _seat(row: dict[str, Any]) -> Seat:
    words = {"body": Body(row["body"]), "role": SeatRole(row["role"]), "department": Department(row["department"])}
    return Seat(**row | words)


def _term(row: dict[str, Any]) -> Term:
    return Term(**{name: value for name, value in row.items() if name != "id"})


def _absence(row: dict[str, Any]) -> Absence:
    return Absence(**row)


def _expert(row: dict[str, Any]) -> Expert:
    return Expert(**row)
