"""The desk of warnings: what people read of them and ask for, checked and done in one transaction.

desk.page(principal, phase="open")                      what they may see, open ones first
await desk.do(principal, alert_asking.assessed, name="W…", likelihood=4, …)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hecha.edges.procedure import alert_tables as tables
from hecha.edges.procedure.alerts import KIND, Alerts
from hecha.edges.procedure.bookkeeping import decoded
from hecha.edges.procedure.desk import ProcedureDesk, check_name
from hecha.edges.procedure.procedure import Procedure
from hecha.edges.procedure.tables import lives
from hecha.edges.store import ledger
from hecha.edges.store.ledger import Recorded
from hecha.edges.store.writer import Tx
from hecha.flow.alert_reach import reduced, scopes_seen
from hecha.flow.alerting import ALERT
from hecha.flow.life import Act
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.ids import UnitId
from hecha.network.model import Network
from hecha.organization.organization import Organization
from hecha.organization.principal import Principal
from hecha.organization.sight import Sight
from hecha.organization.units import Units
from hecha.warning.alert import Alert, Kind, Phase
from hecha.warning.signal import SAMPLES_MAX

PAGE_MAX = 200
TIMELINE_MAX = 500
VIEWS = ("open", "all", *Phase)
Ask = Callable[..., Act]


@dataclass(frozen=True, slots=True)
class Heard:
    """What monitors and feeds have said of an alert's cause: how many signals, how many still fire, the first few."""

    received: int
    firing: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """`next`: the cursor of the following page, "" at the end."""

    alerts: tuple[Alert, ...]
    next: str


class AlertDesk(ProcedureDesk):
    """`organization` gives who holds what, as a connection sees it."""

    def __init__(self, procedure: Procedure, organization: Callable[[sa.Connection], Organization]) -> None:
        super().__init__(procedure, organization)
        self._alerts = Alerts(procedure.registry, procedure.ground)

    @property
    def _network(self) -> Network:
        return self.procedure.ground.network

    # --- what is done ------------------------------------------------------------------------------------------------

    async def do(self, principal: Principal, ask: Ask, **given: Any) -> Alert:
        """Ask, run, and answer the state after COMMIT. Raises what asking and deciding raise, and NotThere for what
        the person does not see."""
        answer: Alert = await self.procedure.run(self.acting(principal, ask, **given))
        return answer

    def acting(self, principal: Principal, ask: Ask, **given: Any) -> Callable[[Tx], Alert]:
        """The same as a closure for the writer."""
        check_name(given["name"])

        def act(tx: Tx) -> Alert:
            self._require_sight(tx.connection, principal, given["name"])
            asked = ask(self._asking(principal, tx.connection), **given)
            alert, _ = self._alerts.do(tx, asked.id, asked.command)
            return self._shown(tx.connection, principal, [alert])[0]

        return act

    # --- what is read ------------------------------------------------------------------------------------------------

    def page(self, principal: Principal, view: str = "open", kind: str = "", before: str = "", limit: int = 50) -> Page:
        """A page of what the person may see: open ones first, then the newest. Raises BadInput for an unknown view."""
        if view not in VIEWS or kind not in ("", *Kind):
            raise BadInput("view", "没有这种筛选 no such view", ", ".join(VIEWS))
        limit = max(1, min(limit, PAGE_MAX))
        query = _of_view(self._seen(principal), view)
        if kind:
            query = query.where(tables.index.c.kind == kind)
        if before:
            query = query.where(_after(before))
        by = (lives.c.closed_at.is_not(None), lives.c.opened_at.desc(), lives.c.id.desc())
        with self.procedure.store.read() as connection:
            rows = connection.execute(query.order_by(*by).limit(limit + 1)).all()
            shown = self._shown(connection, principal, [decoded(ALERT, row.body) for row in rows[:limit]])
        return Page(tuple(shown), rows[limit - 1].id if len(rows) > limit else "")

    def find(self, principal: Principal, name: str) -> Alert:
        """Raises NotThere, whether it does not exist or is not theirs to see."""
        with self.procedure.store.read() as connection:
            row = connection.execute(self._seen(principal).where(lives.c.id == name)).first()
            if row is None:
                raise NotThere("没有这个预警，或不在您的权限之内 no such warning, or not yours")
            (found,) = self._shown(connection, principal, [decoded(ALERT, row.body)])
        return found

    def _shown(self, connection: sa.Connection, principal: Principal, alerts: Iterable[Alert]) -> list[Alert]:
        """As the person's unit sees them."""
        units, at = self._organization(connection).units, self.procedure.clock()
        unit = units.acting(principal.unit, at)
        return [reduced(units, one, unit, at) for one in alerts]

    def heard(self, name: str) -> Heard:
        """What monitors and feeds have said of it."""
        index, signals = tables.index, tables.signals
        with self.procedure.store.read() as connection:
            row = connection.execute(sa.select(index).where(index.c.alert == name)).first()
            some = sa.select(signals.c.title).where(signals.c.alert == name, signals.c.title != "")
            titles = connection.execute(some.order_by(signals.c.at.desc()).limit(SAMPLES_MAX)).scalars().all()
        return Heard(row.received, row.firing, tuple(titles)) if row else Heard(0, 0, ())

    def timeline(self, principal: Principal, name: str) -> list[Recorded]:
        """What has happened to it, by the ledger, oldest first; what other units did is for those above them."""
        with self.procedure.store.read() as connection:
            facts = ledger.read(connection, subject=name, kind=ALERT.prefix, limit=TIMELINE_MAX)
            units, at = self._organization(connection).units, self.procedure.clock()
        unit = units.acting(principal.unit, at)
        return [one for one in facts if _is_told(units, one, unit, at)]

    def _seen(self, principal: Principal) -> sa.Select[Any]:
        query = sa.select(lives.c.id, lives.c.body).join(tables.index, tables.index.c.alert == lives.c.id)
        query = query.where(lives.c.kind == KIND)
        scopes = scopes_seen(self._network, Sight(self._network, principal))
        if scopes is None:
            return query
        sight = tables.sight
        mine = sa.select(sight.c.alert).where(sight.c.alert == lives.c.id, sight.c.scope.in_(sorted(scopes)))
        return query.where(mine.exists())

    def _require_sight(self, connection: sa.Connection, principal: Principal, name: str) -> None:
        """A new name is nobody's yet; an alert that is there must be seen to be acted upon."""
        there = connection.execute(sa.select(lives.c.id).where(lives.c.kind == KIND, lives.c.id == name)).first()
        if there is not None and connection.execute(self._seen(principal).where(lives.c.id == name)).first() is None:
            raise NotThere("没有这个预警，或不在您的权限之内 no such warning, or not yours")


def _is_told(units: Units, one: Recorded, unit: UnitId, at: datetime) -> bool:
    other = UnitId(one.fact.on_behalf_of)
    acknowledged = one.fact.kind.endswith(":acknowledged")
    return (
        not acknowledged or units.is_below(other, unit, at) or units.is_below(units.local_branch(other, at), unit, at)
    )


def _of_view(query: sa.Select[Any], view: str) -> sa.Select[Any]:
    if view == "open":
        return query.where(lives.c.closed_at.is_(None))
    return query if view == "all" else query.where(lives.c.phase == view)


def _after(name: str) -> sa.ColumnElement[bool]:
    """What stands behind an alert in the list's order."""
    one = lives.alias("before")
    here = sa.and_(one.c.kind == KIND, one.c.id == name)
    closed = sa.select(one.c.closed_at.is_not(None)).where(here).scalar_subquery()
    opened = sa.select(one.c.opened_at).where(here).scalar_subquery()
    own = lives.c.closed_at.is_not(None)
    older = sa.or_(lives.c.opened_at < opened, sa.and_(lives.c.opened_at == opened, lives.c.id < name))
    return sa.or_(sa.and_(own, sa.not_(closed)), sa.and_(own == closed, older))
