"""The register's entries that belong to an event: counted, listed, by branch. One place says which they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hecha.edges.store.tables import entries
from hecha.flow.scope import Scope
from hecha.response.backlog import OPEN

_OPEN = entries.c.state.in_([state.value for state in OPEN])


def belongs(scope: Scope) -> sa.ColumnElement[bool]:
    """The condition of every query: registered in that time at an outlet that was hit, or for a card of such a city."""
    when = entries.c.registered_at >= scope.since
    if scope.until is not None:
        when &= entries.c.registered_at <= scope.until
    hit: sa.ColumnElement[bool] = sa.false()
    if scope.is_outage:
        hit = sa.true()
        if scope.areas:
            hit = entries.c.county.in_(sorted(scope.areas)) | entries.c.city.in_(sorted(scope.areas))
        if scope.banks:
            hit &= entries.c.institution.in_(sorted(f"bank/{bank}" for bank in scope.banks))
    cards = entries.c.card_city.in_(sorted(scope.data_cities)) if scope.data_cities else sa.false()
    return sa.and_(when, sa.or_(hit, cards))


def owing(connection: sa.Connection, scope: Scope) -> tuple[str, ...]:
    """Institutions that still have an open entry of the event."""
    query = sa.select(entries.c.institution).where(belongs(scope), _OPEN).distinct()
    return tuple(sorted(connection.execute(query).scalars()))


def counts(connection: sa.Connection, scope: Scope, seen: sa.ColumnElement[bool]) -> dict[str, int]:
    """How many entries of the event are in each state."""
    query = sa.select(entries.c.state, sa.func.count()).where(belongs(scope), seen).group_by(entries.c.state)
    return {str(row[0]): int(row[1]) for row in connection.execute(query)}


def by_institution(connection: sa.Connection, scope: Scope, seen: sa.ColumnElement[bool]) -> list[tuple[str, str, int]]:
    """(institution, state, how many)."""
    query = sa.select(entries.c.institution, entries.c.state, sa.func.count()).where(belongs(scope), seen)
    grouped = query.group_by(entries.c.institution, entries.c.state).order_by(entries.c.institution)
    return [(str(row[0]), str(row[1]), int(row[2])) for row in connection.execute(grouped)]


def by_county(connection: sa.Connection, scope: Scope, seen: sa.ColumnElement[bool]) -> list[tuple[str, int]]:
    """(county, how many are still open)."""
    query = sa.select(entries.c.county, sa.func.count()).where(belongs(scope), seen, _OPEN)
    return [(str(row[0]), int(row[1])) for row in connection.execute(query.group_by(entries.c.county))]


def to_settle(
    connection: sa.Connection, scope: Scope, seen: sa.ColumnElement[bool], states: Sequence[str], limit: int
) -> list[dict[str, Any]]:
    """Entries in these states, those that wait longest first."""
    query = sa.select(entries).where(belongs(scope), seen, entries.c.state.in_(states))
    ordered = query.order_by(entries.c.next_at.is_(None), entries.c.next_at, entries.c.verified_at, entries.c.id)
    return [dict(row) for row in connection.execute(ordered.limit(limit)).mappings()]


def verified_since(connection: sa.Connection, scope: Scope, seen: sa.ColumnElement[bool], moment: datetime) -> int:
    """How many of the event's entries were verified after a moment: the pace."""
    query = sa.select(sa.func.count()).select_from(entries)
    found = connection.execute(query.where(belongs(scope), seen, entries.c.verified_at >= moment))
    return int(found.scalar_one())
