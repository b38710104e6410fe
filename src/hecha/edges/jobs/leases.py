"""Leases (租约): work that survives its worker. A task is claimed for a while; a fence tells late workers apart.

Finishing a task happens in the transaction of its effect and only with the fence of the last claim, so two workers
never both have an effect. When a worker dies its tasks come back after one lease.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update

from hecha.edges.store.tables import tasks
from hecha.edges.store.writer import Tx

LEASE = timedelta(seconds=60)
FARTHEST = timedelta(minutes=10)  # beyond any lease or wait of ours, and the clocks of several machines


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task in hand. `fence` must be shown to finish it; `tries` counts vain tries before this one."""

    kind: str
    item: str
    institution: str
    fence: int
    tries: int


def put(tx: Tx, kind: str, items: Iterable[str], institution: str, ready_at: datetime) -> None:
    """Add tasks, in the transaction of what they are about."""
    base = {"kind": kind, "institution": institution, "ready_at": ready_at, "fence": 0, "tries": 0}
    tx.connection.execute(insert(tasks), [base | {"item": item} for item in items])


def claim(tx: Tx, kind: str, now: datetime, limit: int, lease: timedelta = LEASE) -> list[Claimed]:
    """Take up to `limit` ready tasks, oldest first.

    A moment farther away than any of ours is of a clock that has been set back since."""
    strange = now + FARTHEST
    free = or_(tasks.c.lease_until.is_(None), tasks.c.lease_until <= now, tasks.c.lease_until > strange)
    ready = or_(tasks.c.ready_at <= now, tasks.c.ready_at > strange)
    query = (
        select(tasks)
        .where(tasks.c.kind == kind, ready, free)
        .order_by(tasks.c.ready_at, tasks.c.item)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = tx.connection.execute(query).all()
    if rows:
        taken = update(tasks).where(tasks.c.kind == kind, tasks.c.item.in_([row.item for row in rows]))
        tx.connection.execute(taken.values(lease_until=now + lease, fence=tasks.c.fence + 1))
    return [Claimed(row.kind, row.item, row.institution, row.fence + 1, row.tries) for row in rows]


def finish(tx: Tx, task: Claimed) -> bool:
    """End a task. False when another worker has claimed it since: then its effect must not happen."""
    return tx.connection.execute(delete(tasks).where(_held(task))).rowcount == 1


def release(tx: Tx, task: Claimed, ready_at: datetime) -> bool:
    """Give a task back for a later try. False when it is no longer ours."""
    back = update(tasks).where(_held(task))
    values = {"ready_at": ready_at, "lease_until": None, "tries": tasks.c.tries + 1}
    return tx.connection.execute(back.values(values)).rowcount == 1


def reclaim(tx: Tx) -> int:
    """End all leases at once. Only for a store with one owner, at its start: whoever held them is dead."""
    held = tasks.c.lease_until.is_not(None)
    return tx.connection.execute(update(tasks).where(held).values(lease_until=None)).rowcount


def hasten(tx: Tx, kind: str, now: datetime) -> None:
    """After recovery nobody waits any longer for the end of a back-off."""
    tx.connection.execute(update(tasks).where(tasks.c.kind == kind, tasks.c.ready_at > now).values(ready_at=now))


def waiting(tx: Tx, kind: str) -> int:
    """How many tasks of a kind are not finished."""
    query = select(func.count()).select_from(tasks).where(tasks.c.kind == kind)
    return int(tx.connection.execute(query).scalar_one())


def _held(task: Claimed) -> ColumnElement[bool]:
    return (tasks.c.kind == task.kind) & (tasks.c.item == task.item) & (tasks.c.fence == task.fence)
