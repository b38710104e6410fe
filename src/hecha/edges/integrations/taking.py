"""Taking signals in: one transaction a delivery, one alert a cause, answered after COMMIT.

The same delivery again is answered as before. A signal is known by its instance, so that overlapping deliveries count
once. Signals never change availability or a grade.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hecha.edges.api.office import new_id
from hecha.edges.integrations import kept
from hecha.edges.integrations.kept import Known, short
from hecha.edges.integrations.news import News
from hecha.edges.integrations.tokens import Integration
from hecha.edges.procedure.alerts import Alerts
from hecha.edges.store.writer import Tx
from hecha.flow.alerts import SYSTEM
from hecha.warning.alert import Origin
from hecha.warning.commands import Quieten, Stir
from hecha.warning.signal import Gathering, Place, Places, Signal, Table, gathered

OPEN_MAX = 200
"""Open alerts of one source; what comes beyond joins one alert, the flood's."""
ALERTS_NAMED_MAX = 200
OVER = "发布单位解除 cancelled by its issuer"


class Taking:
    """Turns the signals of deliveries into alerts."""

    def __init__(self, alerts: Alerts, news: News, table: Table, places: Places) -> None:
        self._alerts, self._news, self._table, self._places = alerts, news, table, places

    def take(
        self, tx: Tx, source: Integration, signals: Sequence[Signal], digest: bytes, at: datetime, left_out: int = 0
    ) -> dict[str, Any]:
        """In the writer's transaction. Returns the answer: how many came, how many were new, and their alerts."""
        before = kept.answered(tx.connection, source.name, digest)
        if before is not None:
            return before
        kept.forget(tx.connection, source.name, at)
        known = kept.known(tx.connection, source.name, signals)
        causes = {name: one.cause for name, one in known.items()}
        delivery = _Delivery(self._alerts, self._news.as_seen_by(tx.connection), tx, source, known, at)
        delivery.run(gathered(signals, self._table, self._places, causes))
        answer: dict[str, Any] = {"received": len(signals), "left_out": left_out, "new": delivery.new}
        answer["alerts"] = list(delivery.alerts)[:ALERTS_NAMED_MAX]
        kept.answer(tx.connection, source.name, digest, answer, at)
        return answer


class _Delivery:
    """One delivery under way. `alerts` are those it touched, in order; `new`: how many signals were news."""

    def __init__(
        self, alerts: Alerts, news: News, tx: Tx, source: Integration, known: Mapping[str, Known], at: datetime
    ) -> None:
        self._alerts, self._news, self._tx, self._source, self._known, self._at = alerts, news, tx, source, known, at
        self._room = kept.room(tx.connection, source.name)
        self._count = kept.open_count(tx.connection, source.name)
        self.alerts: dict[str, None] = {}
        self.new = 0

    def run(self, gatherings: Mapping[str, Gathering]) -> None:
        opened = kept.open_causes(self._tx.connection, list(gatherings))
        flood = Gathering(f"flood/{self._source.name}", Place())
        for cause, given in gatherings.items():
            if cause not in opened and self._count >= OPEN_MAX and cause != flood.cause:
                flood.signals += given.signals
            else:
                self._take(given, opened.get(cause, ""))
        if flood.signals:
            known = kept.open_causes(self._tx.connection, [flood.cause])
            self._take(flood, known.get(flood.cause, ""))

    def _take(self, given: Gathering, alert: str) -> None:
        """The signals of one cause; `alert` is the open one, if any."""
        begun = list({one.instance: one for one in given.firing if self._is_news(one)}.values())
        if alert:
            self._tell_more(alert, given, begun)
        elif begun or self._fires_on(given):
            alert = self._raise(given)
        self._resolve(given, alert)
        if not alert:
            return
        self._attach(given, alert)
        self.alerts[alert] = None
        self.new += len(begun)
        self._keep(alert, given.cause, begun)
        firing = kept.count(self._tx.connection, alert, len(begun), self._at)
        if not firing and self._source.kind is Origin.CAP:
            self._alerts.do(self._tx, alert, Quieten(self._at, self._at, OVER))

    def _is_news(self, one: Signal) -> bool:
        """Not heard of, or heard of again after it was over."""
        known = self._known.get(one.instance)
        return known is None or (known.resolved and known.key != short(one.key))

    def _fires_on(self, given: Gathering) -> bool:
        """It fires still, and no person has lifted its alert."""
        known = (self._known[one.instance] for one in given.firing if one.instance in self._known)
        alerts = (self._alerts.state(self._tx, name) for name in {one.alert for one in known if not one.resolved})
        return any(one is not None and one.lifted_by == SYSTEM for one in alerts)

    def _raise(self, given: Gathering) -> str:
        id = new_id("P", self._at)
        self._alerts.do(self._tx, id, self._news.first(id, self._source, given, self._at), source=self._source.name)
        self._count += 1
        return id

    def _tell_more(self, id: str, given: Gathering, begun: Sequence[Signal]) -> None:
        """An open alert hears only of what is graver, or of other words from its own source; the rest is counted."""
        if not begun:
            return
        alert = self._alerts.state(self._tx, id)
        assert alert is not None
        if alert.origin is Origin.WATCH:
            return
        self._alerts.do(self._tx, id, Stir(self._at))
        change = self._news.more(alert, given, begun, self._at)
        if change is not None:
            self._alerts.do(self._tx, id, change)

    def _resolve(self, given: Gathering, alert: str) -> None:
        over = [one for one in given.signals if one.resolved]
        if alert and over and self._source.kind is Origin.CAP:
            kept.resolve_all(self._tx.connection, alert, self._at)
            return
        names = [one.instance for one in over] + [name for one in given.signals for name in one.refers]
        open_ones = [name for name in names if name in self._known and not self._known[name].resolved]
        kept.resolve(self._tx.connection, self._source.name, open_ones, self._at)

    def _attach(self, given: Gathering, alert: str) -> None:
        """What fires on belongs to the alert that is open now."""
        known = ((one.instance, self._known.get(one.instance)) for one in given.firing)
        strays = [name for name, one in known if one is not None and not one.resolved and one.alert != alert]
        kept.attach(self._tx.connection, self._source.name, alert, strays)

    def _keep(self, alert: str, cause: str, begun: Sequence[Signal]) -> None:
        connection, source = self._tx.connection, self._source.name
        kept.begin_again(connection, source, alert, [one for one in begun if one.instance in self._known], self._at)
        new = [one for one in begun if one.instance not in self._known][: self._room]
        kept.begin(connection, source, alert, cause, new, self._at)
        self._room -= len(new)
