"""What the watch keeps in the store, and how it is read again after a restart.

All writing functions run inside the writer's transaction, together with their facts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from hecha.edges.store.store import Tx
from hecha.edges.store.watching import cursors, declarations, estimates, tallies, turns, warnings
from hecha.flow.declare import DataError, Declaration
from hecha.flow.judgement import Judgement
from hecha.flow.live import Stated, Turned
from hecha.flow.maintenance import Window
from hecha.flow.tally import Key
from hecha.flow.tally import Row as Tally
from hecha.kernel.facts import Fact
from hecha.kernel.ids import ComponentId
from hecha.warning.lifecycle import Warning

Said = Declaration | DataError | Window | Judgement
KINDS: Mapping[str, type[Said]] = {
    "outage": Declaration,
    "data_error": DataError,
    "maintenance": Window,
    "judgement": Judgement,
}
WORDS = {kind: name for name, kind in KINDS.items()}
SLACK = timedelta(minutes=31)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a hop's journal has been read, and its chain head there."""

    hop: str
    seq: int
    head: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to be replayed, at its moment."""

    at: datetime
    what: Turned | Said | tuple[str, str] | tuple[ComponentId, datetime | None]


@dataclass(frozen=True, slots=True)
class Kept:
    """All that a restart needs, events in order."""

    events: Sequence[Event]
    warnings: Mapping[str, Warning]
    cursors: Mapping[str, Cursor]
    tallies: Sequence[Tally] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted since the last time: rows that have changed, and keys of those that are facts now."""

    changed: Sequence[Tally] = ()
    gone: Sequence[Key] = ()


def keep(
    tx: Tx,
    outbox: Sequence[Turned | Stated | Fact],
    changed: Mapping[str, tuple[str, Warning]],
    read: Iterable[Cursor],
    counted: Counted = Counted(),
) -> None:
    """One step of the watch: what turned, its facts, the warnings they made, how far journals were read, the counts."""
    seq = tx.connection.scalar(sa.select(sa.func.coalesce(sa.func.max(turns.c.seq), 0))) or 0
    for one in outbox:
        if isinstance(one, Fact):
            tx.record(one)
            continue
        if isinstance(one, Stated):
            _put_estimate(tx, one)
            continue
        seq += 1
        row = {"seq": seq, "at": one.at, "subject": one.subject, "lost": one.lost, "since": one.since}
        tx.connection.execute(sa.insert(turns), row)
    for subject, warning in changed.values():
        _put_warning(tx, subject, warning)
    for cursor in read:
        _put(tx, cursors, {"hop": cursor.hop}, {"seq": cursor.seq, "head": cursor.head})
    for count in counted.changed:
        body = msgspec.json.encode(count).decode()
        _put(tx, tallies, {"hour": count.hour, "subject": count.subject}, {"body": body})
    for hour, subject in counted.gone:
        tx.connection.execute(sa.delete(tallies).where(tallies.c.hour == hour, tallies.c.subject == subject))


def _put_warning(tx: Tx, subject: str, warning: Warning) -> None:
    state = msgspec.json.encode(warning).decode()
    values = {"subject": subject, "state": state, "since": warning.since, "ended": warning.ended}
    _put(tx, warnings, {"id": warning.id}, values)


def _put(tx: Tx, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Change a row, or add it."""
    same = sa.and_(*(table.c[name] == value for name, value in key.items()))
    if tx.connection.execute(sa.update(table).where(same).values(values)).rowcount == 0:
        tx.connection.execute(sa.insert(table), {**key, **values})


def keep_said(tx: Tx, one: Said, at: datetime, fact: Fact) -> None:
    """A declaration, a data error, planned work or a judgement, as somebody stated it."""
    body = msgspec.json.encode(one).decode()
    row = {
        "id": one.id,
        "kind": WORDS[type(one)],
        "body": body,
        "at": at,
        "by": one.by,
        "withdrawn_by": "",
        "reason": "",
    }
    tx.connection.execute(sa.insert(declarations), row)
    tx.record(fact)


def keep_withdrawn(tx: Tx, name: str, at: datetime, by: str, reason: str, fact: Fact) -> None:
    """It is over, or was wrong."""
    change = {"withdrawn_at": at, "withdrawn_by": by, "reason": reason}
    tx.connection.execute(sa.update(declarations).where(declarations.c.id == name).values(change))
    tx.record(fact)


def _put_estimate(tx: Tx, stated: Stated) -> None:
    """An estimate; all that were ever stated stay."""
    one = stated.estimate
    row = {"component": stated.component, "until": one.until, "at": one.at, "by": one.by}
    tx.connection.execute(sa.insert(estimates), row | {"unit": one.unit, "reason": one.reason})


def load(connection: sa.Connection) -> Kept:
    """What was kept, from the last moment on at which nothing was open."""
    open_ = {
        row.subject: row.state for row in connection.execute(sa.select(warnings).where(warnings.c.ended.is_(None)))
    }
    standing = {subject: msgspec.json.decode(state, type=Warning) for subject, state in open_.items()}
    start = _start(connection, standing.values())
    found = [] if start is None else [*_turns(connection, start), *_estimates(connection, start)]
    found += _said(connection)
    read = {row.hop: Cursor(row.hop, row.seq, row.head) for row in connection.execute(sa.select(cursors))}
    bodies = connection.execute(sa.select(tallies.c.body)).scalars()
    counted = [msgspec.json.decode(body, type=Tally) for body in bodies]
    return Kept(sorted(found, key=lambda event: event.at), standing, read, counted)


def _start(connection: sa.Connection, standing: Iterable[Warning]) -> datetime | None:
    """Go back from the open warnings over all that overlapped one another: rolling outages keep their first begin."""
    start = min((one.since for one in standing), default=None)
    if start is None:
        return None
    past = sa.select(warnings.c.since, warnings.c.ended).where(warnings.c.ended.is_not(None))
    for since, ended in connection.execute(past.order_by(warnings.c.ended.desc())):
        if ended < start - SLACK:
            break
        start = min(start, since)
    return start


def _turns(connection: sa.Connection, start: datetime) -> Iterable[Event]:
    for row in connection.execute(sa.select(turns).where(turns.c.at >= start).order_by(turns.c.seq)):
        yield Event(row.at, Turned(ComponentId(row.subject), row.lost, row.since, row.at))


def _estimates(connection: sa.Connection, start: datetime) -> Iterable[Event]:
    for row in connection.execute(sa.select(estimates).where(estimates.c.at >= start).order_by(estimates.c.id)):
        yield Event(row.at, (ComponentId(row.component), row.until))


def _said(connection: sa.Connection) -> Iterable[Event]:
    """What people said and have not taken back. Planned work that was cancelled excused until then."""
    standing = sa.or_(declarations.c.withdrawn_at.is_(None), declarations.c.kind == "maintenance")
    for row in connection.execute(sa.select(declarations).where(standing).order_by(declarations.c.at)):
        one = decoded(row.kind, row.body)
        if row.withdrawn_at is None:
            yield Event(row.at, one)
        elif isinstance(one, Window) and one.begin < row.withdrawn_at < one.end:
            yield Event(row.at, replace(one, end=row.withdrawn_at))


def decoded(kind: str, body: str) -> Said:
    return msgspec.json.decode(body, type=KINDS[kind])
