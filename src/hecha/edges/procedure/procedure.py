"""The procedure, as pages, the API and its own loop use it.

state = await procedure.do(Act("incident", id, command))     # one transaction, with all that follows
procedure.state("incident", id);  procedure.of(id, "report");  procedure.duties(units);  procedure.timeline(id)
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from hecha.edges.clock import Clock
from hecha.edges.procedure.bookkeeping import Ground, StoredBook, decoded
from hecha.edges.procedure.registry import Announce, Hear, Registry
from hecha.edges.procedure.tables import duties, lives, timeline
from hecha.edges.store import ledger
from hecha.edges.store.ledger import Recorded
from hecha.edges.store.store import Store
from hecha.edges.store.tables import facts, moment_text
from hecha.edges.store.writer import Tx
from hecha.flow.life import Act
from hecha.flow.procedure import LIVES
from hecha.kernel.duties import Duty
from hecha.kernel.errors import HechaError, Unavailable

PAGE_MAX = 200
TIMELINE_MAX = 2000
PASSING_MAX = 500  # lives that a patrol takes in hand at once
_log = logging.getLogger(__name__)


class Procedure:
    """`on_change` tells pages that something has happened."""

    def __init__(
        self,
        store: Store,
        ground: Ground,
        announce: Announce,
        clock: Clock,
        on_change: Callable[[], None],
        hear: Hear = lambda tx, fact: None,
    ) -> None:
        self.store, self.ground, self.clock = store, ground, clock
        self.registry = Registry(ground, announce, hear=hear)
        self._on_change = on_change

    # --- what is done ------------------------------------------------------------------------------------------------

    async def do(self, act: Act) -> Any:
        """Run one command with all that follows; returns the life's state after COMMIT."""
        state, _ = await self.run(lambda tx: self.registry.do(tx, act))
        return state

    async def do_all(self, acts: Iterable[Act]) -> None:
        """Several commands in one transaction."""
        asked = list(acts)
        if asked:
            await self.run(lambda tx: self.registry.do_all(tx, asked))

    async def run(self, act: Callable[[Tx], Any]) -> Any:
        """A transaction of the caller's own (a desk that reads first); pages are told afterwards."""
        answer = await self.store.write(act)
        self._on_change()
        return answer

    def tell(self) -> None:
        """Tell pages that something has happened in a transaction that did not pass here."""
        self._on_change()

    async def each(self, acts: Iterable[Act]) -> int:
        """Each command in a transaction of its own, committed together: what one refuses stops no other.

        Returns how many were refused; those are logged, and tried again by whoever asks again."""
        asked = list(acts)
        futures = [self.store.write(partial(self._done, act)) for act in asked]
        answers = await asyncio.gather(*futures, return_exceptions=True)
        refused = 0
        for act, answer in zip(asked, answers, strict=True):
            if isinstance(answer, Unavailable) or (
                isinstance(answer, BaseException) and not isinstance(answer, HechaError)
            ):
                raise answer
            if isinstance(answer, HechaError):
                refused += 1
                _log.error("a rule's command was refused: %s %s: %s", act.kind, act.id, answer)
        if asked:
            self._on_change()
        return refused

    def _done(self, act: Act, tx: Tx) -> None:
        self.registry.do(tx, act)

    async def patrol(self) -> int:
        """Let time pass for every life whose next clock is due. Returns how many there were."""
        now, after, count = self.clock(), ("", "", ""), 0
        while page := self._due(now, after):
            acts = [Act(row.kind, row.id, passes(now)) for row in page if (passes := LIVES[row.kind].passes)]
            await self.each(acts)
            count += len(page)
            after = (moment_text(page[-1].next_at), page[-1].kind, page[-1].id)
        return count

    def _due(self, now: datetime, after: tuple[str, str, str]) -> Sequence[Any]:
        """A page of lives that are due, the longest due first, beyond `after`: each is met once in a patrol."""
        place = sa.tuple_(lives.c.next_at, lives.c.kind, lives.c.id)
        query = sa.select(lives.c.next_at, lives.c.kind, lives.c.id).where(lives.c.next_at <= now)
        if after[0]:
            beyond = sa.tuple_(sa.literal(after[0]), sa.literal(after[1]), sa.literal(after[2]))
            query = query.where(place > beyond)
        with self.store.read() as connection:
            return connection.execute(
                query.order_by(lives.c.next_at, lives.c.kind, lives.c.id).limit(PASSING_MAX)
            ).all()

    # --- what is read ------------------------------------------------------------------------------------------------

    def state(self, kind: str, id: str) -> Any | None:
        """The present state of a life, None if there is none."""
        with self.store.read() as connection:
            return StoredBook(connection, self.ground).state(kind, id)

    def of(self, incident: str, kind: str) -> Sequence[Any]:
        """The lives of a kind that belong to an incident, oldest first."""
        with self.store.read() as connection:
            return StoredBook(connection, self.ground).of(incident, kind)

    def open(self, kind: str, units: Collection[str] | None = None) -> list[Any]:
        """The lives of a kind that are not closed, newest first; of certain units only, if named."""
        query = sa.select(lives.c.body).where(lives.c.kind == kind, lives.c.closed_at.is_(None))
        return self._decoded(kind, _within(query, units))

    def newest(self, kind: str, units: Collection[str] | None = None, before: str = "", limit: int = 50) -> list[Any]:
        """A page of all lives of a kind, newest first, after the id `before`."""
        query = _within(sa.select(lives.c.body).where(lives.c.kind == kind), units)
        if before:
            at = sa.select(lives.c.opened_at).where(lives.c.kind == kind, lives.c.id == before).scalar_subquery()
            older = sa.and_(lives.c.opened_at == at, lives.c.id < before)
            query = query.where(sa.or_(lives.c.opened_at < at, older))
        return self._decoded(kind, query, min(limit, PAGE_MAX) + 1)

    def _decoded(self, kind: str, query: Any, limit: int = PAGE_MAX) -> list[Any]:
        ordered = query.order_by(lives.c.opened_at.desc(), lives.c.id.desc()).limit(limit)
        with self.store.read() as connection:
            return [decoded(LIVES[kind], body) for body in connection.execute(ordered).scalars()]

    def duties(self, units: Collection[str], limit: int = PAGE_MAX) -> list[Duty]:
        """What these units owe, the soonest due first; what is due at once stands before what has a date."""
        query = sa.select(duties).where(duties.c.unit.in_(list(units)))
        return self._duties(query, limit)

    def duties_of(self, incident: str, limit: int = PAGE_MAX) -> list[Duty]:
        """What is still owed in an incident, by anybody."""
        return self._duties(sa.select(duties).where(duties.c.incident == incident), limit)

    def _duties(self, query: Any, limit: int) -> list[Duty]:
        ordered = query.order_by(duties.c.due.is_not(None), duties.c.due, duties.c.since, duties.c.id).limit(limit)
        with self.store.read() as connection:
            rows = connection.execute(ordered).mappings().all()
        names = list(Duty.__dataclass_fields__)
        return [Duty(**{name: row[name] for name in names}) for row in rows]

    def timeline(self, incident: str, after: int = 0, limit: int = TIMELINE_MAX) -> list[Recorded]:
        """The facts of an incident and of all that belongs to it, in the ledger's order."""
        query = sa.select(facts).join(timeline, timeline.c.seq == facts.c.seq).where(timeline.c.incident == incident)
        with self.store.read() as connection:
            rows = connection.execute(query.where(facts.c.seq > after).order_by(facts.c.seq).limit(limit)).all()
        return [ledger.recorded(row) for row in rows]


def _within(query: Any, units: Collection[str] | None) -> Any:
    return query if units is None else query.where(lives.c.unit.in_(list(units)))
