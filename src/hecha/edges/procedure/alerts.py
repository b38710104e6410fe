"""Alerts in the store: their lives run by the registry, and beside them by what they are listed and who sees them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hecha.edges.procedure import alert_tables as tables
from hecha.edges.procedure.bookkeeping import Ground
from hecha.edges.procedure.registry import Registry
from hecha.edges.procedure.tables import lives
from hecha.edges.store.writer import Tx
from hecha.flow.alert_reach import scopes_of
from hecha.flow.alerts import Followed, follow
from hecha.flow.happening import incident_id
from hecha.flow.life import Act
from hecha.kernel.facts import Fact
from hecha.kernel.ids import ComponentId
from hecha.warning.alert import Alert, Origin
from hecha.warning.commands import Command, End, Join, Quieten

KIND = "alert"
_TURNING = ("raised", "updated", "notified")
"""Facts after which others may see it, or it is listed elsewhere."""
QUIET = "监测源已恢复 its source says that it is over"


class Alerts:
    """What is done to alerts inside a transaction."""

    def __init__(self, registry: Registry, ground: Ground) -> None:
        self._registry, self._ground = registry, ground

    def do(
        self, tx: Tx, id: str, command: Command, *, gates: Iterable[ComponentId] = (), source: str = ""
    ) -> tuple[Alert, tuple[Fact, ...]]:
        """One command with all that follows. `gates`: the outlets' ways behind a declared fault; `source`: the
        integration that brought the news."""
        alert, facts = self._registry.do(tx, Act(KIND, id, command))
        if any(fact.kind.endswith(_TURNING) for fact in facts):
            self._list(tx.connection, alert, gates, source)
        return alert, facts

    def state(self, tx: Tx, id: str) -> Alert | None:
        found: Alert | None = self._registry.book(tx).state(KIND, id)
        return found

    def follow(self, tx: Tx, one: Followed, at: datetime) -> None:
        """Bring a watched fault's alert to where the fault is; news of monitors about the same cause joins it."""
        name, book = one.warning.id, self._registry.book(tx)
        alert: Alert | None = book.state(KIND, name)
        incident = incident_id(name) if book.state("incident", incident_id(name)) is not None else ""
        for command in follow(one, alert, self._ground.network, self._ground.plan, at, incident):
            self.do(tx, name, command, gates=one.gates)
        if alert is None and one.warning.ended is None:
            self._join(tx, one.subject, name, at)

    def _join(self, tx: Tx, cause: str, into: str, at: datetime) -> None:
        for other in open_of(tx.connection, cause):
            if other == into:
                continue
            alert, facts = self.do(tx, other, Join(into, at))
            if facts and alert.joined == into:
                hand_over(tx.connection, other, into)

    def lost_sight(self, tx: Tx, standing: Collection[str], at: datetime) -> int:
        """End the alerts of watched faults that the watch holds no longer (it ended while we were away)."""
        query = sa.select(lives.c.id).join(tables.index, tables.index.c.alert == lives.c.id)
        query = query.where(lives.c.kind == KIND, lives.c.closed_at.is_(None), tables.index.c.origin == Origin.WATCH)
        gone = [id for id in tx.connection.execute(query).scalars() if id not in standing]
        for id in gone:
            self.do(tx, id, End(at, at))
        return len(gone)

    def quieten(self, tx: Tx, at: datetime) -> int:
        """What monitors have said to be over for long enough. What the watch follows is ended by measuring alone."""
        query = sa.select(tables.index.c.alert, tables.index.c.quiet_at)
        query = query.join(lives, sa.and_(lives.c.kind == KIND, lives.c.id == tables.index.c.alert))
        query = query.where(lives.c.closed_at.is_(None), tables.index.c.origin != Origin.WATCH)
        query = query.where(tables.index.c.quiet_at <= at)
        count = 0
        for row in tx.connection.execute(query).all():
            alert = self.state(tx, row.alert)
            if alert is not None and alert.quiet is None and at - row.quiet_at >= alert.pace.quiet:
                self.do(tx, row.alert, Quieten(row.quiet_at, at, QUIET))
                count += 1
        return count

    def _list(self, connection: sa.Connection, alert: Alert, gates: Iterable[ComponentId], source: str) -> None:
        """Enter it, or widen who sees it: a mark is never taken away, as what was shown stays known."""
        known = connection.execute(sa.select(tables.index.c.alert).where(tables.index.c.alert == alert.id)).scalar()
        if known is None:
            row: dict[str, Any] = {"alert": alert.id, "kind": alert.kind, "origin": alert.origin, "cause": alert.cause}
            row |= {"source": source, "received": 0, "firing": 0, "heard_at": None, "quiet_at": None}
            connection.execute(sa.insert(tables.index), row)
        mine = sa.select(tables.sight.c.scope).where(tables.sight.c.alert == alert.id)
        fresh = scopes_of(self._ground.network, alert, gates) - set(connection.execute(mine).scalars())
        if fresh:
            rows = [{"alert": alert.id, "scope": scope} for scope in sorted(fresh)]
            connection.execute(sa.insert(tables.sight), rows)


def open_of(connection: sa.Connection, cause: str) -> Sequence[str]:
    """The open alerts of a cause; what the watch follows first, then the oldest."""
    query = sa.select(lives.c.id).join(tables.index, tables.index.c.alert == lives.c.id)
    query = query.where(lives.c.kind == KIND, lives.c.closed_at.is_(None), tables.index.c.cause == cause)
    by = (tables.index.c.origin != Origin.WATCH, lives.c.opened_at, lives.c.id)
    return list(connection.execute(query.order_by(*by)).scalars())


def hand_over(connection: sa.Connection, source: str, into: str) -> None:
    """The signals of an alert that has joined another."""
    index, signals = tables.index, tables.signals
    old: Any = connection.execute(sa.select(index).where(index.c.alert == source)).first()
    connection.execute(sa.update(signals).where(signals.c.alert == source).values(alert=into))
    change = {"received": index.c.received + old.received, "firing": index.c.firing + old.firing}
    connection.execute(sa.update(index).where(index.c.alert == into).values(**change, heard_at=old.heard_at))
    connection.execute(sa.update(index).where(index.c.alert == source).values(firing=0, quiet_at=None))
