"""Notices of a small province for the tests of the outbox."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from hecha.edges.notify import outbox
from hecha.edges.notify.outbox import Message
from hecha.edges.store import ledger
from hecha.edges.store.store import Store
from hecha.edges.store.writer import Tx
from hecha.kernel.notices import Notice

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
