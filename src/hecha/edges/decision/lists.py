"""Lists of meetings, resolutions, first handling and handovers, each query with the units that the reader may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from hecha.edges.procedure.bookkeeping import decoded
from hecha.edges.procedure.tables import duties, lives
from hecha.flow.procedure import LIVES
from hecha.kernel.duties import Duty

OWED_MAX = 200


class View(StrEnum):
    """What a list shows."""

    OPEN = "open"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Question:
    """`kind` ∈ meeting, resolution, handling, handover; `before` is the cursor of the page before."""

    kind: str
    view: View = View.ALL
    incident: str = ""
    before: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """`next`: the cursor of the following page, "" at the end."""

    items: Sequence[Any]
    next: str


def page(connection: sa.Connection, units: Collection[str] | None, asked: Question) -> Page:
    """One page, newest first. `units` None: everybody's."""
    query = sa.select(lives.c.id, lives.c.body).where(lives.c.kind == asked.kind)
    if units is not None:
        query = query.where(lives.c.unit.in_(sorted(units)))
    if asked.incident:
        query = query.where(lives.c.incident == asked.incident)
    if asked.view is View.OPEN:
        query = query.where(lives.c.closed_at.is_(None))
    if asked.before:
        here = sa.and_(lives.c.kind == asked.kind, lives.c.id == asked.before)
        at = sa.select(lives.c.opened_at).where(here).scalar_subquery()
        query = query.where(sa.tuple_(lives.c.opened_at, lives.c.id) < sa.tuple_(at, sa.literal(asked.before)))
    ordered = query.order_by(lives.c.opened_at.desc(), lives.c.id.desc()).limit(asked.limit + 1)
    rows = connection.execute(ordered).all()
    life = LIVES[asked.kind]
    shown = rows[: asked.limit]
    return Page([decoded(life, row.body) for row in shown], shown[-1].id if len(rows) > asked.limit else "")


def owed(connection: sa.Connection, unit: str, limit: int = OWED_MAX) -> list[Duty]:
    """What a unit owes at this moment, the soonest due first."""
    query = sa.select(duties).where(duties.c.unit == unit)
    ordered = query.order_by(duties.c.due.is_not(None), duties.c.due, duties.c.since, duties.c.id).limit(limit)
    names = list(Duty.__dataclass_fields__)
    return [Duty(**{name: row[name] for name in names}) for row in connection.execute(ordered).mappings()]
