"""Lists of evaluations and of improvements, each query with the units that the reader may ask for (5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from hecha.edges.procedure.bookkeeping import decoded
from hecha.edges.procedure.tables import duties, lives, readers
from hecha.evaluation.review import Improvement, Phase, Review
from hecha.flow.evaluating import REVIEW
from hecha.flow.evaluation_sight import Eyes

KIND = REVIEW.kind
LIMIT_MAX = 200


class Tab(StrEnum):
    """What a list shows; `overdue` in the order of branches."""

    OPEN = "open"
    OVERDUE = "overdue"
    IMPROVING = "improving"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Page:
    """`next`: the cursor of the following page, "" at the end."""

    reviews: Sequence[Review]
    next: str


@dataclass(frozen=True, slots=True)
class Owed:
    """An improvement with the review that wants it."""

    review: Review
    improvement: Improvement


def page(connection: sa.Connection, who: Eyes, tab: Tab, now: datetime, before: str = "", limit: int = 50) -> Page:
    """One page: the newest event first and the province's review before those below; what is overdue by branch."""
    query = sa.select(lives).where(lives.c.kind == KIND, *_seen(who), *_chosen(tab, now))
    if tab is Tab.OVERDUE:
        rows = connection.execute(query.order_by(lives.c.unit, lives.c.opened_at, lives.c.id).limit(LIMIT_MAX)).all()
        return Page([decoded(REVIEW, row.body) for row in rows], "")
    if before:
        at = sa.select(lives.c.opened_at).where(lives.c.kind == KIND, lives.c.id == before).scalar_subquery()
        beyond = sa.and_(lives.c.opened_at == at, lives.c.id > before)
        query = query.where(sa.or_(lives.c.opened_at < at, beyond))
    rows = connection.execute(query.order_by(lives.c.opened_at.desc(), lives.c.id).limit(limit + 1)).all()
    shown = [decoded(REVIEW, row.body) for row in rows[:limit]]
    return Page(shown, shown[-1].id if len(rows) > limit else "")


def improvements_of(connection: sa.Connection, unit: str, limit: int = LIMIT_MAX) -> list[Owed]:
    """What a unit is to improve and has not yet, the soonest due first."""
    ids = sa.select(readers.c.id).where(readers.c.kind == KIND, readers.c.unit == unit)
    rows = connection.execute(sa.select(lives.c.body).where(lives.c.kind == KIND, lives.c.id.in_(ids))).scalars()
    found: list[Owed] = []
    for body in rows:
        review: Review = decoded(REVIEW, body)
        found += [Owed(review, one) for one in review.open_improvements if one.unit == unit]
    return sorted(found, key=lambda one: (one.improvement.due, one.review.id, one.improvement.number))[:limit]


def of_incident(connection: sa.Connection, who: Eyes, incident: str) -> list[Review]:
    """The reviews of one event that may be read whole: the province's first, then by area."""
    query = sa.select(lives.c.body).where(lives.c.kind == KIND, lives.c.incident == incident, *_seen(who))
    found: list[Review] = [decoded(REVIEW, body) for body in connection.execute(query).scalars()]
    return sorted(found, key=lambda one: (len(one.unit), one.unit))


def _seen(who: Eyes) -> list[Any]:
    return [] if who.units is None else [lives.c.unit.in_(sorted(who.units))]


def _chosen(tab: Tab, now: datetime) -> list[Any]:
    if tab is Tab.OPEN:
        return [lives.c.phase == Phase.OPEN.value]
    if tab is Tab.IMPROVING:
        return [lives.c.phase == Phase.SIGNED.value]
    if tab is Tab.OVERDUE:
        late = sa.select(duties.c.subject).where(duties.c.kind == KIND, duties.c.due < now)
        return [lives.c.id.in_(late)]
    return []
