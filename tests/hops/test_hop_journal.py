"""The journal: durable before it is answered, sealed, chained, searchable by who may search, purged by month."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from cryptography.exceptions import InvalidTag

from hecha.edges.clock import MovableClock
from hecha.edges.hops import journal_file
from hecha.edges.hops.journal import Journal
from hecha.edges.hops.journal_file import BlockFile, blocks_after, broken_link
from hecha.edges.hops.recent import Recent, key_name
from hecha.edges.hops.wire import HopAnswer, HopRequest, Step
from hecha.kernel.errors import Conflict, Unavailable
from hecha.verification.outcome import Outcome

MARCH = datetime(2026, 3, 12, 10, 15, tzinfo=UTC)


def _request(key: str = "", number: str = "11010519491231002X", id: str = "r1") -> HopRequest:
    return HopRequest(id, "张三", number, "non_interface", "direct-login", "o1", "b1", key=key)


def _answer(outcome: Outcome = Outcome.MATCH_NO_PHOTO, photo: str = "") -> HopAnswer:
    return HopAnswer("r1", outcome, [Step("relay", 1.0)], photo)


def _with_journal(folder: Path, story: Callable[[Journal], Awaitable[None]], clock: MovableClock | None = None) -> None:
    async def run() -> None:
        journal = Journal(folder / "journal.db", folder / "keys", "front-a", clock or MovableClock(MARCH))
        journal.open()
        try:
            await story(journal)
        finally:
            await asyncio.to_thread(journal.close)

    asyncio.run(run())


def _file(folder: Path) -> BlockFile:
    return BlockFile(folder / "journal.db", folder / "keys", "front-a")


def test_what_was_appended_is_read_without_the_citizen(tmp_path: Path) -> None:
    async def story(journal: Journal) -> None:
        await journal.append(_request(), _answer(), 12.34)
        outcomes = await journal.rows(0, 10)
        (row,) = outcomes.rows
        assert (row.seq, row.outlet, row.outcome, row.ms) == (1, "o1", "match_no_photo", 12.3)
        assert row.at == pytest.approx(MARCH.timestamp(), abs=60)
        assert outcomes.head == journal.head
        assert not outcomes.more

    _with_journal(tmp_path, story)


def test_many_at_once_share_commits_and_keep_their_order(tmp_path: Path) -> None:
    async def story(journal: Journal) -> None:
        await asyncio.gather(*(journal.append(_request(id=f"r{n}"), _answer(), n) for n in range(1_000)))
        outcomes = await journal.rows(0, 5_000)
        assert [row.seq for row in outcomes.rows] == list(range(1, 1_001))
        assert [row.ms for row in outcomes.rows] == list(range(1_000))
        assert journal.commits < 100
        assert await journal.broken_link() is None

    _with_journal(tmp_path, story)


def test_rows_are_read_from_a_cursor_in_pages(tmp_path: Path) -> None:
    async def story(journal: Journal) -> None:
        for n in range(7):
            await journal.append(_request(id=f"r{n}"), _answer(), 1.0)
        seen, after, more = [], 0, True
        while more:
            page = await journal.rows(after, 3)
            seen += [row.seq for row in page.rows]
            after, more = seen[-1], page.more
        assert seen == list(range(1, 8))

    _with_journal(tmp_path, story)


def test_the_file_shows_neither_name_nor_number_and_no_photo_is_kept(tmp_path: Path) -> None:
    async def story(journal: Journal) -> None:
        await journal.append(_request(), _answer(Outcome.MATCH_PHOTO, photo="cGhvdG8="), 1.0)
        (record,) = await journal.attempts_of("11010519491231002X")
        assert b"cGhvdG8=" not in record.answer
        assert "张三".encode() in record.request
        assert "张三" not in repr(record)

    _with_journal(tmp_path, story)
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("journal.db*"))
    for secret in (b"11010519491231002X", "张三".encode(), b"cGhvdG8="):
        assert secret not in stored


def test_attempts_on_one_citizen_are_found_by_the_blind_index(tmp_path: Path) -> None:
    async def story(journal: Journal) -> None:
        for n in range(30):
            number = "11010519491231002X" if n % 10 == 0 else "330102199003070134"
            await journal.append(_request(id=f"r{n}", number=number), _answer(), 1.0)
        assert len(await journal.attempts_of("11010519491231002X")) == 3
        assert await journal.attempts_of("330102199003070000") == []

    _with_journal(tmp_path, story)


def test_recent_keys_live_on_after_a_restart(tmp_path: Path) -> None:
    async def before(journal: Journal) -> None:
        await journal.append(_request("answered"), _answer(), 1.0)
        await journal.append(_request("unavailable"), _answer(Outcome.UNAVAILABLE), 1.0)
        await journal.append(_request("photo"), _answer(Outcome.MATCH_PHOTO, photo="cGhvdG8="), 1.0)

    async def after(journal: Journal) -> None:
        def look(key: str, number: str = "11010519491231002X") -> bytes:
            request = _request(key, number)
            return journal.recent.look(key_name(request), request, msgspec.json.encode(request))

        assert b"match_no_photo" in look("answered")
        assert look("unavailable") == b""  # may try again
        assert look("photo") == b""  # the photo is asked for again
        assert look("new") == b""
        with pytest.raises(Conflict):
            look("answered", "330102199003070134")

    _with_journal(tmp_path, before)
    _with_journal(tmp_path, after)


def test_a_journal_that_cannot_be_written_acknowledges_nothing_and_recovers(tmp_path: Path) -> None:
    async def story(journal: Journal) -> None:
        await journal.append(_request(id="r1"), _answer(), 1.0)
        blocker = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
        blocker.execute("ALTER TABLE block RENAME TO hidden")
        with pytest.raises(Unavailable):
            await journal.append(_request(id="r2"), _answer(), 1.0)
        blocker.execute("DROP TABLE IF EXISTS block")
        blocker.execute("ALTER TABLE hidden RENAME TO block")
        blocker.close()
        with pytest.raises(Unavailable):  # its head was read while the table was away: refused, then read anew
            await journal.append(_request(id="r3"), _answer(), 1.0)
        await journal.append(_request(id="r4"), _answer(), 1.0)
        assert [row.seq for row in (await journal.rows(0, 10)).rows] == [1, 2]
        assert await journal.broken_link() is None

    _with_journal(tmp_path, story)


@pytest.mark.parametrize("column", ["sealed", "outcomes", "nonce", "head"])
def test_any_changed_byte_breaks_the_chain_or_the_seal(tmp_path: Path, column: str) -> None:
    async def story(journal: Journal) -> None:
        for n in range(3):
            await journal.append(_request(id=f"r{n}"), _answer(), 1.0)

    _with_journal(tmp_path, story)
    connection = sqlite3.connect(tmp_path / "journal.db")
    (value,) = connection.execute(f"SELECT {column} FROM block WHERE last = 2").fetchone()
    connection.execute(f"UPDATE block SET {column} = ? WHERE last = 2", (bytes((value[0] ^ 1,)) + value[1:],))
    connection.commit()
    assert broken_link(connection) == 2
    connection.close()
    if column in ("sealed", "outcomes", "nonce"):
        file = _file(tmp_path)
        with pytest.raises(InvalidTag):
            [list(file.open(block)) for block in blocks_after(file.connection, 0, 10)]
        file.connection.close()


def test_a_removed_block_breaks_the_chain(tmp_path: Path) -> None:
    async def story(journal: Journal) -> None:
        for n in range(3):
            await journal.append(_request(id=f"r{n}"), _answer(), 1.0)

    _with_journal(tmp_path, story)
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.execute("DELETE FROM block WHERE last = 2")
    assert broken_link(connection) == 3
    connection.close()


def test_a_purged_month_is_gone_and_the_others_stay(tmp_path: Path) -> None:
    async def march(journal: Journal) -> None:
        await journal.append(_request("k1"), _answer(), 1.0)

    async def april(journal: Journal) -> None:
        await journal.append(_request("k2"), _answer(), 1.0)
        await journal.purge("2026-03")
        assert len(await journal.attempts_of("11010519491231002X")) == 1
        assert [row.seq for row in (await journal.rows(0, 10)).rows] == [2]
        assert await journal.broken_link() is None

    _with_journal(tmp_path, march)
    _with_journal(tmp_path, april, MovableClock(datetime(2026, 4, 2, tzinfo=UTC)))
    assert not (tmp_path / "keys/journal/front-a/2026-03.key").exists()
    _with_journal(tmp_path, _nothing, MovableClock(datetime(2026, 4, 3, tzinfo=UTC)))


async def _nothing(journal: Journal) -> None:
    assert journal.seq == 2


def test_the_log_is_carried_over_into_the_file_and_does_not_grow_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_file, "CHECKPOINT_BYTES", 20_000)

    async def story(journal: Journal) -> None:
        for n in range(400):
            await journal.append(_request(id=f"r{n}"), _answer(), float(n))
        assert (tmp_path / "journal.db").stat().st_size > 100_000
        assert (tmp_path / "journal.db-wal").stat().st_size < 200 * 16_384  # 400 commits wrote more than that
        assert [row.ms for row in (await journal.rows(0, 5_000)).rows] == list(range(400))
        assert journal.failures == 0
        assert await journal.broken_link() is None

    _with_journal(tmp_path, story)


def test_the_oldest_key_falls_out_and_a_key_belongs_to_its_payload(tmp_path: Path) -> None:
    recent = Recent(keys_max=3)

    def look(key: str, **other: str) -> bytes:
        request = msgspec.structs.replace(_request(key), **other)
        return recent.look(key, request, msgspec.json.encode(request))

    for key in ("a", "b", "c", "d"):
        assert look(key) == b""
        recent.keep(key, msgspec.json.encode(_request(key)), key.encode())
    assert len(recent) == 3
    assert look("d", id="another") == b"d"  # neither the id nor the time left is payload
    for change in ({"name": "李四"}, {"outlet": "o2"}, {"business": "02"}, {"mode": "interface"}):
        with pytest.raises(Conflict):
            look("d", **change)
    assert look("a") == b""  # forgotten: asked anew


def test_every_connection_is_wal_and_full(tmp_path: Path) -> None:
    file = _file(tmp_path)
    assert file.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert file.connection.execute("PRAGMA synchronous").fetchone() == (2,)
    file.connection.close()
