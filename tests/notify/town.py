"""Notices of a small province for the tests of the outbox."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select

from hecha.edges.clock import MovableClock
from hecha.edges.notify import log as delivery_log
from hecha.edges.notify import outbox
from hecha.edges.notify.carrier import Carrier
from hecha.edges.notify.channel import Channel
from hecha.edges.notify.contacts import MemoryContacts
from hecha.edges.notify.desk import NoticeDesk
from hecha.edges.notify.links import Links
from hecha.edges.notify.outbox import OPEN, TASK, Message
from hecha.edges.notify.settings import NotifySettings
from hecha.edges.notify.tables import notices
from hecha.edges.store import ledger
from hecha.edges.store.store import Store
from hecha.edges.store.tables import tasks
from hecha.edges.store.writer import Tx
from hecha.flow.convey import Person, Way
from hecha.kernel.notices import Notice
from hecha.organization.units import Units
from tests.console.demo import network as province

T = TypeVar("T")
NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ORDER = Notice(
    "order:O12:pbc/3303", "pbc/3303", "order.start", "4.3.1(1)", "O12", NOON,
    post="office", incident="E7", urgent=True, wants_ack=True, facts={"grade": "较大", "number": "杭银核急〔2026〕1号"},
)  # fmt: skip
NEWS = Notice("release:F1:pbc/3303", "pbc/3303", "release.published", "2.1.2.1(5)", "F1", NOON, incident="E7")


def do(store: Store, run: Callable[[Tx], T]) -> T:
    return store.submit(run).result(30)


def put(store: Store, notice: Notice = ORDER, **changes: Any) -> str:
    return do(store, lambda tx: outbox.put(tx, replace(notice, **changes)))


def message(store: Store, id: str) -> Message:
    with store.read() as connection:
        return outbox.load(connection, id)


def acknowledge(store: Store, id: str, by: str = "li", at: datetime = NOON, **more: Any) -> bool:
    return do(store, lambda tx: outbox.acknowledge(tx, id, by, at, **{"how": "inbox"} | more))


def facts(store: Store, kind: str = "notice:") -> list[tuple[str, str]]:
    """(kind, subject) of the ledger's facts, in order; and the chain is sound."""
    with store.read() as connection:
        assert ledger.verify(connection).broken_at is None
        return [(one.fact.kind, one.fact.subject) for one in ledger.read(connection, kind=kind)]


ZHANG = Person("zhang", "张甲", {Way.SMS: "13800000001", Way.MAIL: "zhang@bank.example"}, ("0577-1001",), "city")
WANG = Person("wang", "王乙", {Way.SMS: "13800000002"}, ("0577-1002",))
ZHAO = Person("zhao", "赵丙", {Way.SMS: "13800000003"}, ("0571-1003",), "province")
CONTACTS = MemoryContacts(
    {("pbc/3303", "office"): (ZHANG, WANG), ("pbc/33", "office"): (ZHAO,)},
    {"pbc/3303": "pbc/33", "pbc/33": "head_office"},
    {"pbc/3303": ("0577-1000",)},
)


class Town:
    """A carrier over a store, with a clock that moves. `channels`: what is switched on."""

    def __init__(self, store: Store, *channels: Channel, contacts: MemoryContacts = CONTACTS) -> None:
        self.store, self.clock, self.links = store, MovableClock(NOON), Links(store.keys)
        settings = NotifySettings({channel.way: channel for channel in channels}, "http://127.0.0.1:9700")
        self.desk = NoticeDesk(store, Units(province()), contacts, self.clock, self.links, settings)
        self.carrier = Carrier(self.desk, "")

    def works(self) -> int:
        """Until there is nothing to do now; returns how many turns that took."""
        return asyncio.run(self._works())

    async def _works(self) -> int:
        for turn in range(400):
            if not await self.carrier.once():
                return turn
        raise AssertionError("the carrier never rests")

    def passes(self, *, minutes: float) -> None:
        """Time goes by and the carrier works, waking whenever something is due."""
        ends = self.clock() + minutes * MINUTE
        self.works()
        while (due := self._next_due()) is not None and due <= ends:
            self.clock.passes(seconds=max((due - self.clock()).total_seconds(), 0.001))
            self.works()
        self.clock.passes(seconds=(ends - self.clock()).total_seconds())

    def _next_due(self) -> datetime | None:
        with self.store.read() as connection:
            return connection.execute(select(func.min(tasks.c.ready_at)).where(tasks.c.kind == TASK)).scalar()

    def log(self, id: str) -> list[tuple[str, str, int, str, str]]:
        """(person, channel, attempt, result, why) of a notice, in order."""
        with self.store.read() as connection:
            lines = delivery_log.lines_of(connection, id)
        return [(one.person, one.channel, one.attempt, one.result, one.why) for one in lines]

    def live(self) -> list[Message]:
        """All messages that somebody must still acknowledge."""
        with self.store.read() as connection:
            rows = connection.execute(select(*outbox.COLUMNS).where(notices.c.state == OPEN).order_by(notices.c.at))
            return [outbox.message_of(row) for row in rows]
