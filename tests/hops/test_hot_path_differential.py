"""The hot path and the plain ASGI implementation answer the same bytes alike, however they are cut."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hecha.edges.hops import mac
from hecha.edges.hops.process import serve
from hecha.edges.hops.topology import HopConfig, Limits, Route
from hecha.edges.hops.wire import HopAnswer, HopRequest, Step
from hecha.verification.outcome import Outcome

KEY_IN, KEY_OUT = "11" * 32, "22" * 32
LIMITS = Limits(body_bytes=4_096, header_bytes=2_048, body_ms=400, health_ms=3_600_000)
REQUEST = HopRequest("req-1", "张三", "11010519491231002X", "non_interface", "direct-login", "o1", "b1")


class Above:
    """A police source that answers every request with a match; `seen` counts them."""

    def __init__(self) -> None:
        self.seen = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = await reader.readexactly(int(re.search(rb"content-length: (\d+)", head)[1]))
                request = msgspec.json.decode(body)
                answer = msgspec.json.encode(HopAnswer(request["id"], Outcome.MATCH_NO_PHOTO, [Step("police", 0.1)]))
                sealed = mac.sign(bytes.fromhex(KEY_OUT), request["id"].encode(), answer)
                self.seen += b"/hop/verify" in head
                writer.write(
                    b"HTTP/1.1 200 OK\r\nx-hecha-mac: %b\r\ncontent-length: %d\r\n\r\n" % (sealed, len(answer))
                )
                writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def _config(folder: Path, fast: bool, above: int) -> HopConfig:
    name = "fast" if fast else "plain"
    keys = {mac.pair("load", "relay"): KEY_IN, mac.pair(name, "police"): KEY_OUT}
    return HopConfig(
        name, "relay", "relay", str(folder), {"relay": "127.0.0.1:0"}, (Route("police", f"127.0.0.1:{above}"),),
        peer_keys=keys, journal=str(folder / f"{name}.db"), fast=fast, limits=LIMITS,
    )  # fmt: skip


Story = Callable[[int, int], Awaitable[None]]


def _both(folder: Path, story: Story) -> None:
    """Run a story against both implementations: it gets their ports."""

    async def run() -> None:
        above = await asyncio.start_server(Above().serve, "127.0.0.1", 0)
        stop, sockets = asyncio.Event(), [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        port = above.sockets[0].getsockname()[1]
        serving = [
            asyncio.create_task(serve(_config(folder, fast, port), [bound], stop))
            for fast, bound in zip((True, False), sockets, strict=True)
        ]
        try:
            await story(*(bound.getsockname()[1] for bound in sockets))
        finally:
            stop.set()
            await asyncio.gather(*serving)
            above.close()

    asyncio.run(run())


async def _sent(port: int, pieces: list[bytes], expect: int) -> list[tuple[int, bool, bytes]]:
    """(status, authentic, body without times) of each answer; stops at `expect` answers or when the hop closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers: list[tuple[int, bool, bytes]] = []
    try:
        async with asyncio.timeout(5):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
            while len(answers) < expect:
                answers += await _answer(reader)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()
    return answers


async def _answer(reader: asyncio.StreamReader) -> list[tuple[int, bool, bytes]]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    if status == 100:
        return []
    length = re.search(rb"content-length: (\d+)", head)
    body = await reader.readexactly(int(length[1]) if length else 0)
    sealed = re.search(rb"x-hecha-mac: (\w+)", head)
    given_id = re.search(rb'"id":"([^"]*)"', body)
    authentic = bool(sealed and given_id and mac.valid(bytes.fromhex(KEY_IN), given_id[1], body, sealed[1]))
    return [(status, authentic, re.sub(rb'"ms":[\d.]+', b'"ms":0', body))]


def _http(
    body: bytes, *, method: str = "POST", path: str = "/hop/verify", version: str = "1.1", extra: str = ""
) -> bytes:
    caller = mac.caller_pass(bytes.fromhex(KEY_IN), "load").decode()
    head = f"{method} {path} HTTP/{version}\r\nhost: hop\r\nx-hecha-hop: {caller}\r\n{extra}"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def _json(**changes: object) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(REQUEST, **changes))


GOOD = _json()
CHUNKED = (
    b"POST /hop/verify HTTP/1.1\r\nx-hecha-hop: " + mac.caller_pass(bytes.fromhex(KEY_IN), "load")
    + b"\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(GOOD), GOOD)
)  # fmt: skip
CASES: dict[str, tuple[bytes, list[int]]] = {
    "one": (_http(GOOD), [200]),
    "the same head again": (_http(GOOD) * 3, [200, 200, 200]),
    "pipelined with a ping between": (
        _http(GOOD) + _http(b'{"id":"p"}', path="/hop/ping") + _http(GOOD), [200, 200, 200],
    ),
    "pipelined behind another page": (_http(b"", method="GET", path="/healthz") + _http(GOOD), [200, 200]),
    "closing": (_http(GOOD, extra="connection: close\r\n"), [200]),
    "old version": (_http(GOOD, version="1.0"), [200]),
    "expects": (_http(GOOD, extra="expect: 100-continue\r\n"), [200]),
    "chunked": (CHUNKED, [200]),
    "stranger": (_http(GOOD).replace(b"x-hecha-hop: load", b"x-hecha-hop: lord"), [403]),
    "not JSON": (_http(b"{"), [422]),
    "unknown field": (_http(GOOD[:-1] + b',"grade":1}'), [422]),
    "no such mode": (_http(_json(mode="both")), [422]),
    "id with a line break": (_http(_json(id="a\nb")), [422]),
    "wrong check digit": (_http(_json(number="110105194912310021")), [200]),
    "empty": (_http(b""), [422]),
    "too long": (_http(b" " * 5_000), [413]),
    "same key, same payload": (_http(_json(key="k1")) + _http(_json(key="k1", id="req-2")), [200, 200]),
    "same key, other payload": (_http(_json(key="k2")) + _http(_json(key="k2", outlet="o2")), [200, 409]),
    "other method": (_http(GOOD, method="PUT"), [404]),
    "other page": (_http(GOOD, path="/hop/verify/"), [404]),
}  # fmt: skip


def test_each_case_is_answered_alike_and_as_the_table_says(tmp_path: Path) -> None:
    async def story(fast: int, plain: int) -> None:
        for name, (sent, statuses) in CASES.items():
            by_fast = await _sent(fast, [sent], len(statuses))
            by_plain = await _sent(plain, [sent], len(statuses))
            assert [status for status, _, _ in by_fast] == statuses, name
            assert by_fast == by_plain, name
            assert all(authentic for status, authentic, _ in by_fast if status == 200 and b"id" in _), name

    _both(tmp_path, story)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(CASES)), min_size=1, max_size=4), st.lists(st.integers(1, 400), max_size=30))
def test_however_the_bytes_are_cut_the_answers_are_the_same(tmp_path: Path, names: list[str], cuts: list[int]) -> None:
    last = {"closing", "old version", "too long"}
    names = [name for name in names if name not in last and "key" not in name] or ["one"]
    sent, expect = b"".join(CASES[name][0] for name in names), sum(len(CASES[name][1]) for name in names)

    async def story(fast: int, plain: int) -> None:
        pieces, at = [], 0
        for size in cuts:
            pieces.append(sent[at : at + size])
            at += size
        pieces.append(sent[at:])
        whole = await _sent(plain, [sent], expect)
        assert await _sent(fast, [piece for piece in pieces if piece], expect) == whole
        assert len(whole) == expect

    _both(tmp_path, story)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /hop/verify HTTP/1.1\r\nx: " + b"y" * 3_000 + b"\r\n\r\n", 431),
        (_http(GOOD)[:-5], 408),
        (b"POST /hop/ver", 408),
        (b"\x16\x03\x01 not http\r\n\r\n", 400),
    ],
)
def test_too_long_heads_and_slow_requests_are_refused_and_closed(tmp_path: Path, sent: bytes, status: int) -> None:
    async def story(fast: int, plain: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", fast)
        writer.write(sent)
        async with asyncio.timeout(5):
            answer = await reader.read()
        assert int(answer.split(b" ")[1]) == status
        writer.close()

    _both(tmp_path, story)


def test_a_known_head_with_another_pass_is_still_a_stranger(tmp_path: Path) -> None:
    async def story(fast: int, plain: int) -> None:
        forged = _http(GOOD).replace(b"x-hecha-hop: load", b"x-hecha-hop: lord")
        assert [status for status, _, _ in await _sent(fast, [_http(GOOD), _http(GOOD)], 2)] == [200, 200]
        assert [status for status, _, _ in await _sent(fast, [forged], 1)] == [403]

    _both(tmp_path, story)
