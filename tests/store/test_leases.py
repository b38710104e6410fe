"""Leases: one worker at a time, nothing lost when it dies, no late effect."""

from datetime import UTC, datetime, timedelta

from hecha.edges.jobs import leases
from hecha.edges.jobs.leases import LEASE, Claimed
from hecha.edges.store.store import Store

NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def put(store: Store, *items: str, at: datetime = NOON) -> None:
    store.submit(lambda tx: leases.put(tx, "work", items, "bank/X", at)).result(10)


def claim(store: Store, now: datetime, limit: int = 10) -> list[Claimed]:
    return store.submit(lambda tx: leases.claim(tx, "work", now, limit)).result(10)


def finish(store: Store, task: Claimed) -> bool:
    return store.submit(lambda tx: leases.finish(tx, task)).result(10)


def test_a_claimed_task_is_nobody_elses(store: Store) -> None:
    put(store, "a", "b")
    assert [task.item for task in claim(store, NOON, 1)] == ["a"]
    assert [task.item for task in claim(store, NOON)] == ["b"]
    assert claim(store, NOON) == []


def test_what_a_dead_worker_held_comes_back_after_one_lease(store: Store) -> None:
    put(store, "a")
    (first,) = claim(store, NOON)
    assert claim(store, NOON + LEASE - SECOND) == []
    (second,) = claim(store, NOON + LEASE)
    assert second.fence > first.fence


def test_a_late_worker_has_no_effect(store: Store) -> None:
    put(store, "a")
    (late,) = claim(store, NOON)
    (other,) = claim(store, NOON + LEASE)
    assert finish(store, late) is False
    assert store.submit(lambda tx: leases.release(tx, late, NOON)).result(10) is False
    assert finish(store, other) is True
    assert finish(store, other) is False


def test_a_vain_try_waits_and_counts(store: Store) -> None:
    put(store, "a")
    (task,) = claim(store, NOON)
    later = NOON + timedelta(minutes=5)
    assert store.submit(lambda tx: leases.release(tx, task, later)).result(10) is True
    assert claim(store, later - SECOND) == []
    (again,) = claim(store, later)
    assert (task.tries, again.tries) == (0, 1)


def test_the_only_owner_ends_all_leases_at_its_start(store: Store) -> None:
    put(store, "a", "b")
    claim(store, NOON)
    assert store.submit(leases.reclaim).result(10) == 2
    assert len(claim(store, NOON)) == 2


def test_recovery_ends_all_waiting(store: Store) -> None:
    put(store, "a", at=NOON + timedelta(minutes=5))
    assert claim(store, NOON) == []
    store.submit(lambda tx: leases.hasten(tx, "work", NOON)).result(10)
    assert len(claim(store, NOON)) == 1


def test_a_task_that_never_succeeds_does_not_block_the_others(store: Store) -> None:
    put(store, "poison", "good")
    now = NOON
    for _ in range(3):
        for task in claim(store, now, 1):
            store.submit(lambda tx, t=task, n=now: leases.release(tx, t, n + timedelta(minutes=1))).result(10)
        now += SECOND
    assert [task.item for task in claim(store, now + timedelta(minutes=2))] == ["good", "poison"]
