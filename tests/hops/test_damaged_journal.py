"""A damaged block costs its own records and nothing else: the hop starts, serves, and says so where health is read."""

import asyncio
import socket
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from hecha.edges.clock import MovableClock
from hecha.edges.hops.journal import Journal
from hecha.edges.hops.process import serve
from hecha.edges.hops.recent import key_name
from hecha.edges.hops.topology import HopConfig
from hecha.edges.hops.wire import HopAnswer, HopRequest, Step
from hecha.verification.outcome import Outcome

NUMBER = "11010519491231002X"
MARCH = datetime(2026, 3, 12, 10, 15, tzinfo=UTC)
DAMAGES = {
    "one bit of the seal": "UPDATE block SET sealed = CAST(? || substr(sealed, 2) AS BLOB) WHERE last = 2",
    "the nonce": "UPDATE block SET nonce = CAST(? || substr(nonce, 2) AS BLOB) WHERE last = 2",
    "cut short": "UPDATE block SET sealed = substr(sealed, 1, 5), outcomes = ? WHERE last = 2",
    "readable rows": "UPDATE block SET outcomes = CAST(? || substr(outcomes, 2) AS BLOB) WHERE last = 2",
    "nothing left": "UPDATE block SET sealed = ?, outcomes = zeroblob(0), nonce = zeroblob(0) WHERE last = 2",
}


def _request(n: int) -> HopRequest:
    return HopRequest(f"r{n}", "张三", NUMBER, "non_interface", "direct-login", "o1", "b1", key=f"k{n}")


def _run(folder: Path, story: Callable[[Journal], Awaitable[None]]) -> None:
    async def run() -> None:
        journal = Journal(folder / "journal.db", folder / "keys", "front-a", MovableClock(MARCH))
        journal.open()
        try:
            await story(journal)
        finally:
            await asyncio.to_thread(journal.close)

    asyncio.run(run())


async def _three(journal: Journal) -> None:
    for n in (1, 2, 3):
        await journal.append(_request(n), HopAnswer(f"r{n}", Outcome.MATCH_NO_PHOTO, [Step("relay", 1.0)]), 1.0)


def _damage(folder: Path, how: str) -> None:
    connection = sqlite3.connect(folder / "journal.db")
    connection.execute(DAMAGES[how], (b"\xc1",))  # no JSON, no msgpack begins so
    connection.commit()
    connection.close()


@pytest.mark.parametrize("how", sorted(DAMAGES))
def test_the_other_records_are_all_there_and_new_ones_are_taken(tmp_path: Path, how: str) -> None:
    async def after(journal: Journal) -> None:
        def look(n: int) -> bytes:
            return journal.recent.look(key_name(_request(n)), _request(n), msgspec.json.encode(_request(n)))

        assert journal.damaged == {2}
        assert b"match_no_photo" in look(1)
        assert look(2) == b""  # asked again above
        assert b"match_no_photo" in look(3)
        await journal.append(_request(4), HopAnswer("r4", Outcome.MATCH_NO_PHOTO), 1.0)
        assert len(await journal.attempts_of(NUMBER)) == 3
        assert {1, 3, 4} <= {row.seq for row in (await journal.rows(0, 10)).rows}
        assert await journal.broken_link() == 2

    _run(tmp_path, _three)
    _damage(tmp_path, how)
    _run(tmp_path, after)


def test_a_hop_with_a_damaged_block_starts_and_says_so(tmp_path: Path) -> None:
    async def story() -> tuple[bytes, bytes]:
        config = HopConfig(
            "front-a", "front", "front/a", str(tmp_path), {"front/a": "127.0.0.1:0"},
            journal=str(tmp_path / "journal.db"),
        )  # fmt: skip
        stop, bound = asyncio.Event(), socket.create_server(("127.0.0.1", 0))
        serving = asyncio.create_task(serve(config, [bound], stop))
        try:
            return await _get(bound.getsockname()[1], "/readyz"), await _get(bound.getsockname()[1], "/metrics")
        finally:
            stop.set()
            await serving

    _run(tmp_path, _three)
    _damage(tmp_path, "one bit of the seal")
    ready, metrics = asyncio.run(story())
    assert ready.startswith(b"HTTP/1.1 200")
    assert "记录 2 ".encode() in ready
    assert b"hecha_journal_damaged_blocks 1\n" in metrics


async def _get(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nhost: hop\r\nconnection: close\r\n\r\n".encode())
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    return answer
