"""Lists of orders and of releases, each query with the units that the reader may ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from hecha.command.order import Phase
from hecha.command.release import Phase as Released
from hecha.edges.procedure.bookkeeping import decoded
from hecha.edges.procedure.tables import duties, lives, readers
from hecha.flow.command.order_sight import Eyes
from hecha.flow.procedure import LIVES


class Tab(StrEnum):
    """What a list shows. `mine`: what the own unit still has to do something about."""

    MINE = "mine"
    DRAFTED = "drafted"
    LIVE = "live"
    OVER = "over"
    VOID = "void"
    ALL = "all"


PHASES: dict[str, dict[Tab, tuple[str, ...]]] = {
    "order": {
        Tab.DRAFTED: (Phase.DRAFTED,),
        Tab.LIVE: (Phase.PUBLISHED,),
        Tab.OVER: (Phase.SUPERSEDED, Phase.ENDED, Phase.SETTLED),
        Tab.VOID: (Phase.REFUSED, Phase.DROPPED),
    },
    "release": {
        Tab.DRAFTED: (Released.DRAFTED, Released.APPROVED),
        Tab.LIVE: (Released.PUBLISHED,),
        Tab.OVER: (Released.PUBLISHED,),
        Tab.VOID: (Released.DROPPED,),
    },
}


@dataclass(frozen=True, slots=True)
class Question:
    """`kind` ∈ order, release. `unit`: for `mine`. `before` is the cursor of the page before."""

    kind: str
    unit: str
    tab: Tab = Tab.ALL
    incident: str = ""
    before: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """`next`: the cursor of the following page, "" at the end."""

    items: Sequence[Any]
    next: str


def page(connection: sa.Connection, who: Eyes, asked: Question) -> Page:
    """One page, newest first."""
    query = sa.select(lives.c.id, lives.c.body).where(lives.c.kind == asked.kind, *_seen(who, asked.kind))
    if asked.tab is Tab.MINE:
        owed = sa.select(duties.c.subject).where(duties.c.kind == asked.kind, duties.c.unit == asked.unit)
        query = query.where(lives.c.id.in_(owed))
    elif phases := PHASES[asked.kind].get(asked.tab):
        query = query.where(lives.c.phase.in_([str(one) for one in phases]))
    if asked.incident:
        query = query.where(lives.c.incident == asked.incident)
    if asked.before:
        here = sa.and_(lives.c.kind == asked.kind, lives.c.id == asked.before)
        at = sa.select(lives.c.opened_at).where(here).scalar_subquery()
        query = query.where(sa.tuple_(lives.c.opened_at, lives.c.id) < sa.tuple_(at, sa.literal(asked.before)))
    ordered = query.order_by(lives.c.opened_at.desc(), lives.c.id.desc()).limit(asked.limit + 1)
    rows = connection.execute(ordered).all()
    shown = rows[: asked.limit]
    return Page(
        [decoded(LIVES[asked.kind], row.body) for row in shown], shown[-1].id if len(rows) > asked.limit else ""
    )


def _seen(who: Eyes, kind: str) -> list[Any]:
    if who.issued is None:
        return []
    own = lives.c.unit.in_(sorted(who.issued))
    if kind == "release":
        return [sa.or_(own, lives.c.phase == Released.PUBLISHED.value)]
    taken = sa.select(readers.c.id).where(readers.c.kind == kind, readers.c.unit.in_(sorted(who.taken)))
    return [sa.or_(own, lives.c.id.in_(taken))]
