"""The store's contract: answered after COMMIT, closures apart from each other, one owner, nothing half done."""

import asyncio
import subprocess
import sys
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from hecha.edges.jobs import leases
from hecha.edges.store import ledger, sqlite
from hecha.edges.store.keys import Keys, fresh_keys, load_keys
from hecha.edges.store.store import Store, Tx, reading
from hecha.edges.store.tables import facts, tasks
from hecha.edges.store.writer import GROUP_CLOSURES, QUEUE_CLOSURES
from hecha.kernel.errors import Conflict, Unavailable
from hecha.kernel.facts import Fact
from tests.postgres import Server

NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)


def put(name: str):
    def run(tx: Tx) -> str:
        leases.put(tx, "test", [name], "bank/X", NOON)
        return name

    return run


def names(store: Store) -> list[str]:
    with store.read() as connection:
        return sorted(connection.execute(select(tasks.c.item)).scalars())


def test_a_write_is_there_when_it_is_answered(store: Store) -> None:
    assert store.submit(put("a")).result(10) == "a"
    assert names(store) == ["a"]


def test_awaiting_a_write(store: Store) -> None:
    assert asyncio.run(store.write(put("a"))) == "a"


def test_a_closure_that_fails_takes_nothing_with_it(store: Store) -> None:
    def fails(tx: Tx) -> None:
        put("lost")(tx)
        tx.record(Fact("x:y:z", "s", NOON))
        raise Conflict("no")

    futures = [store.submit(run) for run in (put("a"), fails, put("b"))]
    assert futures[0].result(10) == "a"
    assert futures[2].result(10) == "b"
    with pytest.raises(Conflict):
        futures[1].result(10)
    assert names(store) == ["a", "b"]
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(facts)).scalar_one() == 0


def test_a_broken_constraint_fails_only_its_own_closure(store: Store) -> None:
    futures = [store.submit(put(name)) for name in ("a", "a", "b")]
    assert futures[0].result(10) == "a"
    assert futures[1].exception(10) is not None
    assert futures[2].result(10) == "b"


def test_many_closures_share_commits_and_all_are_kept(store: Store) -> None:
    async def many() -> None:
        await asyncio.gather(*[store.write(put(f"n{i:04}")) for i in range(500)])

    asyncio.run(many())
    assert len(names(store)) == 500


def test_readers_cannot_write(store: Store, url: str) -> None:
    if url == "sqlite://":
        with store.read() as connection:
            put("a")(Tx(connection))
        assert names(store) == []  # in memory a reader's writes are rolled back
        return
    with store.read() as connection, pytest.raises(Exception, match=r"read.?only"):
        put("a")(Tx(connection))


def test_a_closed_store_refuses_with_a_way_out(url: str, keys: Keys) -> None:
    store = Store(url, keys)
    store.close()
    with pytest.raises(Unavailable, match="same key"):
        store.submit(put("a"))


def test_what_waits_at_closing_is_still_written(url: str, keys: Keys, tmp_path: Path) -> None:
    store = Store(url, keys)
    futures = [store.submit(put(f"n{i}")) for i in range(50)]
    store.close()
    assert [future.result(10) for future in futures] == [f"n{i}" for i in range(50)]


def test_the_queue_is_bounded(keys: Keys) -> None:
    store = Store("sqlite://", keys)
    blocker: Future[None] = Future()
    started = store.submit(lambda tx: blocker.result(10))

    def flood() -> None:
        for _ in range(QUEUE_CLOSURES + GROUP_CLOSURES + 2):
            store.submit(lambda tx: None)

    with pytest.raises(Unavailable, match="too many"):
        flood()
    blocker.set_result(None)
    started.result(10)
    store.close()


def test_sqlite_is_durable_on_every_connection(tmp_path: Path, keys: Keys) -> None:
    store = Store(f"sqlite:///{tmp_path / 'hecha.db'}", keys)
    pragmas = {"journal_mode": "wal", "synchronous": 2}
    for name, wanted in pragmas.items():
        assert store.submit(lambda tx, n=name: tx.connection.execute(text(f"PRAGMA {n}")).scalar()).result(10) == wanted
        with store.read() as connection:
            assert connection.execute(text(f"PRAGMA {name}")).scalar() == wanted
    with store.read() as connection:
        assert connection.execute(text("PRAGMA wal_autocheckpoint")).scalar() == 0
        assert connection.execute(text("PRAGMA query_only")).scalar() == 1
    assert store.submit(lambda tx: tx.connection.execute(text("PRAGMA wal_autocheckpoint")).scalar()).result(10) > 0
    store.close()


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 60, 0), True),
    ],
)
def test_versions_with_the_wal_race_are_named_in_a_health_note(version: tuple[int, ...], sound: bool) -> None:
    assert (sqlite.version_note(version) == "") is sound


def test_a_second_process_is_refused_and_told_why(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hecha.db'}"
    store = Store(url, load_keys(tmp_path / "keys"))
    program = (
        "import sys; from pathlib import Path; from hecha.edges.store.store import Store;"
        "from hecha.edges.store.keys import load_keys;"
        f"Store({url!r}, load_keys(Path({str(tmp_path / 'keys')!r})))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "another process" in done.stderr
    store.close()
    again = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert again.returncode == 0, again.stderr


def test_the_command_line_reads_while_the_console_owns_the_file(tmp_path: Path, keys: Keys) -> None:
    url = f"sqlite:///{tmp_path / 'hecha.db'}"
    store = Store(url, keys)
    store.submit(lambda tx: tx.record(Fact("a:b:c", "s", NOON))).result(10)
    with reading(url) as connection:
        assert ledger.verify(connection).count == 1
    store.close()
    with reading(url) as connection:
        assert ledger.verify(connection).count == 1


def test_reading_nothing_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="hecha up"), reading(f"sqlite:///{tmp_path / 'none.db'}"):
        pass


def test_keys_are_made_once_and_only_for_the_owner(tmp_path: Path) -> None:
    first = load_keys(tmp_path / "keys")
    assert load_keys(tmp_path / "keys") == first
    for name in ("vault.key", "index.key"):
        assert (tmp_path / "keys" / name).stat().st_mode & 0o777 == 0o600
    assert first.envelope.hex() not in repr(first)


def test_the_database_is_closed_to_others(tmp_path: Path, keys: Keys) -> None:
    store = Store(f"sqlite:///{tmp_path / 'hecha.db'}", keys)
    store.submit(put("a")).result(10)
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.glob("hecha.db*") if file.suffix != ".lock"}
    assert set(modes.values()) == {0o600}
    store.close()


def test_a_damaged_key_is_not_replaced(tmp_path: Path) -> None:
    load_keys(tmp_path)
    (tmp_path / "vault.key").write_text("short")
    with pytest.raises(Unavailable, match="sealed copy"):
        load_keys(tmp_path)
    assert (tmp_path / "vault.key").read_text() == "short"


def test_two_processes_on_postgres_keep_one_chain(postgres_url: str) -> None:
    keys = fresh_keys()
    stores = [Store(postgres_url, keys), Store(postgres_url, keys)]
    futures = [stores[i % 2].submit(lambda tx, i=i: tx.record(Fact("a:b:c", str(i), NOON))) for i in range(200)]
    assert sorted(future.result(30) for future in futures) == list(range(1, 201))
    with stores[0].read() as connection:
        verdict = ledger.verify(connection)
    assert (verdict.count, verdict.broken_at) == (200, None)
    for store in stores:
        store.close()


def test_a_commit_with_a_warning_is_not_acknowledged(postgres_server: Server, postgres_url: str, keys: Keys) -> None:
    """The only synchronous standby is gone and the wait is cancelled: the server commits locally and warns."""
    store = Store(postgres_url, keys)
    postgres_server.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    postgres_server.execute("SELECT pg_reload_conf()")
    try:
        future = store.submit(put("a"))
        while not future.done():  # ok: bounded by the test's time limit
            postgres_server.execute("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
        with pytest.raises(Unavailable, match="not acknowledged"):
            future.result(10)
    finally:
        postgres_server.execute("ALTER SYSTEM RESET synchronous_standby_names")
        postgres_server.execute("SELECT pg_reload_conf()")
    assert store.submit(put("b")).result(10) == "b"  # and the store goes on
    store.close()


def test_a_lost_connection_fails_its_group_and_heals(postgres_server: Server, postgres_url: str, keys: Keys) -> None:
    store = Store(postgres_url, keys)
    store.submit(put("a")).result(10)
    postgres_server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IS NOT NULL AND pid <> pg_backend_pid()"
    )
    with pytest.raises(Unavailable, match="same key"):
        store.submit(put("b")).result(10)
    assert store.submit(put("b")).result(10) == "b"
    store.close()
