"""A small keep-alive HTTP/1.1 client with a bound on its connections: enough to speak to an entrance.

It understands answers with a Content-Length (all of ours), skips interim ones (1xx), limits their size, and times
everything out. A connection that breaks is thrown away, never reused.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hecha.edges.hops import mac

CONNECT_S = 1.0
HEAD_BYTES_MAX = 16_384
BODY_BYTES_MAX = 8 << 20
INTERIM_MAX = 200  # an acknowledgement each 100 ms, for longer than the business deadline


class Broken(Exception):
    """No answer. `result` ∈ refused (it surely did not arrive), reset, timeout, bad_answer."""

    def __init__(self, result: str) -> None:
        super().__init__(result)
        self.result = result


@dataclass(frozen=True, slots=True)
class Reply:
    """`mac` is what the answer was sealed with, if it was."""

    status: int
    body: bytes
    mac: bytes = b""


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Pool:
    """Connections to one address, at most `limit` at a time; further exchanges wait their turn."""

    base_url: str
    limit: int = 16
    _idle: list[Streams] = field(default_factory=list)
    _turn: asyncio.Semaphore | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme != "http" or not parts.hostname or not parts.port:
            raise ValueError("an entrance's address looks like http://127.0.0.1:9731")
        self._host, self._port = parts.hostname, parts.port

    async def exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> Reply:
        """One request, one answer. Raises Broken."""
        self._turn = self._turn or asyncio.Semaphore(self.limit)
        message = self._message(method, path, headers, body)
        try:
            async with asyncio.timeout(timeout_s), self._turn:
                return await self._over_a_connection(message)
        except TimeoutError:
            raise Broken("timeout") from None

    async def close(self) -> None:
        while self._idle:
            self._idle.pop()[1].close()

    def _message(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"host: {self._host}:{self._port}", f"content-length: {len(body)}"]
        if body:
            lines.append("content-type: application/json")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if any("\r" in line or "\n" in line for line in lines):
            raise ValueError("a header cannot hold a line break")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

    async def _over_a_connection(self, message: bytes) -> Reply:
        if self._idle:
            try:
                return await self._over(self._idle.pop(), message)
            except Broken as stale:  # the other side may have closed it while it lay idle; our keys make a resend safe
                if stale.result != "reset":
                    raise
        return await self._over(await self._connect(), message)

    async def _connect(self) -> Streams:
        try:
            async with asyncio.timeout(CONNECT_S):
                return await asyncio.open_connection(self._host, self._port, limit=HEAD_BYTES_MAX)
        except (OSError, TimeoutError):
            raise Broken("refused") from None

    async def _over(self, streams: Streams, message: bytes) -> Reply:
        reader, writer = streams
        kept = False
        try:
            writer.write(message)
            await writer.drain()
            reply, kept = await _read(reader)
        except (OSError, asyncio.IncompleteReadError):
            raise Broken("reset") from None
        except (ValueError, asyncio.LimitOverrunError):
            raise Broken("bad_answer") from None
        finally:
            if kept:
                self._idle.append(streams)
            else:
                writer.close()
        return reply


async def _read(reader: asyncio.StreamReader) -> tuple[Reply, bool]:
    for _ in range(INTERIM_MAX):
        status, length, kept, seal = _head(await reader.readuntil(b"\r\n\r\n"))
        if status >= 200:
            return Reply(status, await reader.readexactly(length), seal), kept
    raise ValueError("interim answers without end")


def _head(raw: bytes) -> tuple[int, int, bool, bytes]:
    """Status, content length, whether the connection stays open, the MAC. Raises ValueError."""
    first, *lines = raw.decode("latin-1").split("\r\n")
    version, status, *_ = first.split(" ")
    headers = dict(_field(line) for line in lines if line)
    length = int(headers.get("content-length", "0"))
    if not version.startswith("HTTP/1.") or "transfer-encoding" in headers or not 0 <= length <= BODY_BYTES_MAX:
        raise ValueError("not an answer of ours")
    seal = headers.get(mac.MAC_HEADER.decode(), "").encode("latin-1")
    return int(status), length, headers.get("connection", "").lower() != "close", seal


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise ValueError("not a header")
    return name.strip().lower(), value.strip()
