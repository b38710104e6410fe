"""What is kept of signals: one row an instance, and the answers to deliveries that may be sent again. All bounded."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hecha.edges.procedure.alert_tables import INSTANCE_BYTES, deliveries, index, signals
from hecha.edges.procedure.tables import lives
from hecha.warning.signal import SAMPLES_MAX, Signal

KEPT_MAX = 100_000
"""Instances of one source that are kept; beyond, signals are counted only."""
KEPT_FOR = timedelta(days=30)
DELIVERIES_KEPT_FOR = timedelta(days=2)
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Known:
    """An instance as it is kept. `key`: of the news that last began it."""

    alert: str
    cause: str
    resolved: bool
    key: bytes


def short(text: str) -> bytes:
    """A name of one width for whatever a source calls it."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=INSTANCE_BYTES).digest()


def known(connection: sa.Connection, source: str, given: Iterable[Signal]) -> dict[str, Known]:
    """What is kept of the instances that these signals are about, or refer to."""
    names = {short(name): name for one in given for name in (one.instance, *one.refers)}
    found: dict[str, Known] = {}
    for chunk in _chunks(list(names)):
        here = sa.and_(signals.c.source == source, signals.c.instance.in_(chunk))
        for row in connection.execute(sa.select(signals).where(here)):
            found[names[bytes(row.instance)]] = Known(row.alert, row.cause, row.resolved, bytes(row.key))
    return found


def room(connection: sa.Connection, source: str) -> int:
    """How many more instances of a source may be kept; what is over gives way to what is not."""
    mine = sa.select(sa.func.count()).where(signals.c.source == source)
    kept = connection.execute(mine).scalar() or 0
    if kept >= KEPT_MAX:
        over = sa.and_(signals.c.source == source, signals.c.resolved.is_(True))
        connection.execute(sa.delete(signals).where(over))
        kept = connection.execute(mine).scalar() or 0
    return max(0, KEPT_MAX - kept)


def begin(connection: sa.Connection, source: str, alert: str, cause: str, new: Sequence[Signal], at: datetime) -> None:
    """Rows of what fires and was not known; the first few with their words."""
    rows = [
        {
            "source": source,
            "instance": short(one.instance),
            "key": short(one.key),
            "alert": alert,
            "cause": cause,
            "resolved": False,
            "severity": one.severity,
            "title": one.title if n < SAMPLES_MAX else "",
            "at": at,
        }
        for n, one in enumerate(new)
    ]
    if rows:
        connection.execute(sa.insert(signals), rows)


def begin_again(connection: sa.Connection, source: str, alert: str, again: Iterable[Signal], at: datetime) -> None:
    for one in again:
        here = sa.and_(signals.c.source == source, signals.c.instance == short(one.instance))
        change = {"resolved": False, "key": short(one.key), "alert": alert, "at": at}
        connection.execute(sa.update(signals).where(here).values(**change))


def attach(connection: sa.Connection, source: str, alert: str, instances: Sequence[str]) -> None:
    """These belong to another alert from now on."""
    for chunk in _chunks([short(name) for name in instances]):
        here = sa.and_(signals.c.source == source, signals.c.instance.in_(chunk))
        connection.execute(sa.update(signals).where(here).values(alert=alert))


def resolve(connection: sa.Connection, source: str, instances: Sequence[str], at: datetime) -> None:
    for chunk in _chunks([short(name) for name in instances]):
        here = sa.and_(signals.c.source == source, signals.c.instance.in_(chunk), signals.c.resolved.is_(False))
        connection.execute(sa.update(signals).where(here).values(resolved=True, at=at))


def resolve_all(connection: sa.Connection, alert: str, at: datetime) -> None:
    here = sa.and_(signals.c.alert == alert, signals.c.resolved.is_(False))
    connection.execute(sa.update(signals).where(here).values(resolved=True, at=at))


def count(connection: sa.Connection, alert: str, fresh: int, at: datetime) -> int:
    """Note how many have come, how many still fire, and since when none does. Returns how many still fire."""
    counted = sa.select(sa.func.count()).where(signals.c.alert == alert, signals.c.resolved.is_(False))
    firing = connection.execute(counted).scalar() or 0
    quiet = connection.execute(sa.select(index.c.quiet_at).where(index.c.alert == alert)).scalar()
    values = {"received": index.c.received + fresh, "firing": firing, "heard_at": at}
    values["quiet_at"] = None if firing else quiet or at
    connection.execute(sa.update(index).where(index.c.alert == alert).values(**values))
    return firing


def open_causes(connection: sa.Connection, causes: Sequence[str]) -> dict[str, str]:
    """The open alert of each cause that has one; what the watch follows before anything else."""
    found: dict[str, str] = {}
    for chunk in _chunks(causes):
        query = sa.select(index.c.cause, lives.c.id).join(lives, lives.c.id == index.c.alert)
        query = query.where(lives.c.kind == "alert", lives.c.closed_at.is_(None), index.c.cause.in_(chunk))
        for row in connection.execute(query.order_by(index.c.origin != "watch", lives.c.opened_at, lives.c.id)):
            found.setdefault(row.cause, row.id)
    return found


def open_count(connection: sa.Connection, source: str) -> int:
    """How many open alerts a source has."""
    query = sa.select(sa.func.count()).select_from(index).join(lives, lives.c.id == index.c.alert)
    query = query.where(lives.c.kind == "alert", lives.c.closed_at.is_(None), index.c.source == source)
    return connection.execute(query).scalar() or 0


def answered(connection: sa.Connection, source: str, digest: bytes) -> dict[str, Any] | None:
    """The answer to a delivery that came before, word for word."""
    here = sa.and_(deliveries.c.source == source, deliveries.c.digest == digest)  # ok: a condition of SQL
    text = connection.execute(sa.select(deliveries.c.answer).where(here)).scalar()
    return None if text is None else dict(json.loads(text))


def answer(connection: sa.Connection, source: str, digest: bytes, said: Mapping[str, Any], at: datetime) -> None:
    row = {"source": source, "digest": digest, "answer": json.dumps(said), "at": at}
    connection.execute(sa.insert(deliveries), row)


def forget(connection: sa.Connection, source: str, at: datetime) -> None:
    """What is over for long, and deliveries that nobody sends again."""
    old = sa.and_(signals.c.source == source, signals.c.resolved.is_(True), signals.c.at < at - KEPT_FOR)
    connection.execute(sa.delete(signals).where(old))
    connection.execute(sa.delete(deliveries).where(deliveries.c.at < at - DELIVERIES_KEPT_FOR))


def _chunks(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[at : at + CHUNK] for at in range(0, len(items), CHUNK))
