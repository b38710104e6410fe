"""The upstream client: keep-alive connections to one hop above, one exchange at a time on each, no task per request.

A connection whose exchange timed out or broke is thrown away, so that a late answer can never be taken for another's.

Heads are parsed once: an answer that comes whole in one piece, with a head that the parser has accepted before, byte
for byte but for the MAC, means what it meant then; only its body is new.
"""

import asyncio
from collections import deque
from time import monotonic
from typing import Any, Protocol

import httptools

from hecha.edges.hops import mac
from hecha.edges.hops.mac import HEX_LENGTH
from hecha.edges.hops.topology import Limits

CONNECT_S = 1.0
IDLE_S = 30.0  # shorter than the server's keep-alive, so that we rarely meet its closing
ANSWER_HEADER_BYTES_MAX = 16_384
BEAT_HEADER = b"x-hecha-beat"
PROCESSING = 102
KNOWN_HEADS_MAX = 256
_END = b"\r\n\r\n"
_MAC_LINE = mac.MAC_HEADER + b": "


class Waiter(Protocol):
    """Who asked. Exactly one of `on_answer` and `on_break` is called at the end, unless it was abandoned."""

    def on_answer(self, status: int, mac: bytes, body: bytes) -> None: ...

    def on_acknowledgement(self, beats: bool) -> None:
        """HTTP 102 came; `beats` says that it will be repeated."""
        ...

    def on_break(self, result: str) -> None:
        """`result` ∈ refused, reset, bad_answer, full."""
        ...


class Upstream:
    """The pool of one route. All methods belong to the event loop's thread."""

    def __init__(self, address: str, caller_pass: bytes, limits: Limits) -> None:
        self.host, port = address.rsplit(":", 1)
        self.port = int(port)
        self._limits = limits
        self.idle: list[_Connection] = []
        self._open: set[_Connection] = set()
        self.queue: deque[tuple[bytes, Waiter]] = deque()
        self._connecting: set[asyncio.Task[None]] = set()
        self._closed = False
        self.known_heads: dict[int, tuple[bytes, int, bytes, int]] = {}
        """Length of a whole answer → its head before the MAC, where it ends, the head after the MAC, where it ends."""
        common = f" HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n".encode()
        common += mac.CALLER_HEADER + b": " + caller_pass + b"\r\ncontent-length: "
        self._common = common
        self._heads: dict[bytes, dict[int, bytes]] = {}  # path → length of the body → head

    def send(self, path: bytes, body: bytes, waiter: Waiter) -> None:
        """Post a body; the waiter hears the end."""
        heads = self._heads.get(path)
        message = ((heads and heads.get(len(body))) or self._head(path, len(body))) + body
        idle, now = self.idle, monotonic()
        while idle:
            connection = idle.pop()
            if now - connection.idle_since < IDLE_S and not connection.transport.is_closing():
                connection.waiter = waiter
                connection.transport.write(message)
                return
            connection.abort()
        if len(self.queue) >= self._limits.in_flight:
            waiter.on_break("full")
        else:
            self.queue.append((message, waiter))
            self._connect_if_needed()

    def _head(self, path: bytes, length: int) -> bytes:
        heads = self._heads.setdefault(path, {})
        if len(heads) >= KNOWN_HEADS_MAX:
            heads.clear()
        head = heads[length] = b"POST %b%b%d\r\n\r\n" % (path, self._common, length)
        return head

    def abandon(self, waiter: Waiter) -> None:
        """The try has timed out: forget it and its connection."""
        for connection in self._open:
            if connection.waiter is waiter:
                connection.waiter = None
                connection.abort()
                return
        self.queue = deque(entry for entry in self.queue if entry[1] is not waiter)

    async def close(self) -> None:
        self._closed = True
        for task in list(self._connecting):
            task.cancel()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        for connection in list(self._open):
            connection.abort()

    def _connect_if_needed(self) -> None:
        wanted = min(len(self.queue), self._limits.upstream_connections - len(self._open))
        while len(self._connecting) < wanted:
            task = asyncio.get_running_loop().create_task(self._connect())
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_S):
                await loop.create_connection(lambda: _Connection(self, self._limits.answer_bytes), self.host, self.port)
        except ConnectionRefusedError:
            self._fail_queue("refused")
        except (OSError, TimeoutError):
            self._fail_queue("timeout")

    def _fail_queue(self, result: str) -> None:
        waiting, self.queue = self.queue, deque()
        for _, waiter in waiting:
            waiter.on_break(result)

    def joined(self, connection: "_Connection") -> None:
        """A new connection."""
        self._open.add(connection)
        if self._closed:
            connection.abort()
        else:
            self.freed(connection)

    def freed(self, connection: "_Connection") -> None:
        """A connection may take the next exchange."""
        if self.queue:
            connection.begin(*self.queue.popleft())
        else:
            self.idle.append(connection)

    def left(self, connection: "_Connection") -> None:
        self._open.discard(connection)
        if connection in self.idle:
            self.idle.remove(connection)


class _Connection(asyncio.Protocol):
    """Also the parser's callbacks: httptools calls `on_*`."""

    __slots__ = (
        "_beats",
        "_between",
        "_body",
        "_header_bytes",
        "_learning",
        "_limit",
        "_mac",
        "_parser",
        "_pool",
        "_size",
        "idle_since",
        "transport",
        "waiter",
    )

    def __init__(self, pool: Upstream, limit: int) -> None:
        self._pool, self._limit = pool, limit
        self._learning = b""  # a piece that began with a new answer
        self._parser: Any = httptools.HttpResponseParser(self)
        self.transport: Any = None
        self.waiter: Waiter | None = None
        self.idle_since = 0.0
        self._between = True  # no answer has begun
        self._mac = self._body = b""
        self._size = self._header_bytes = 0
        self._beats = False

    def begin(self, message: bytes, waiter: Waiter) -> None:
        self.waiter = waiter
        self.transport.write(message)

    def abort(self) -> None:
        self._pool.left(self)
        self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.idle_since = monotonic()
        self._pool.joined(self)

    def data_received(self, data: bytes) -> None:
        waiter = self.waiter
        if waiter is None:
            self.abort()  # nobody asked: the two ends no longer agree on whose turn it is
            return
        if self._between:
            pool = self._pool
            known = pool.known_heads.get(len(data))
            if known is not None:
                before, at, after, end = known
                if data.startswith(before) and data.startswith(after, at + HEX_LENGTH):
                    self.waiter = None  # as `_free` does, without the call: this is the hot path
                    self.idle_since = monotonic()
                    if pool.queue:
                        pool.freed(self)
                    else:
                        pool.idle.append(self)
                    waiter.on_answer(200, data[at : at + HEX_LENGTH], data[end:])
                    return
            self._learning = data
        else:
            self._learning = b""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._end("bad_answer")

    def connection_lost(self, exc: Exception | None) -> None:
        self._pool.left(self)
        waiter, self.waiter = self.waiter, None
        if waiter is not None:
            waiter.on_break("bad_answer" if self._size else "reset")

    def on_message_begin(self) -> None:
        self._between = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self._header_bytes += len(name) + len(value)
        if len(name) == 11 and name.lower() == mac.MAC_HEADER:
            self._mac = value
        elif len(name) == 12 and name.lower() == BEAT_HEADER:
            self._beats = True

    def on_headers_complete(self) -> None:
        if self._header_bytes > ANSWER_HEADER_BYTES_MAX:
            self._end("bad_answer")

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > self._limit:
            self._end("bad_answer")
        else:
            self._body = self._body + body if self._body else body

    def on_message_complete(self) -> None:
        waiter, status = self.waiter, self._parser.get_status_code()
        if waiter is None:
            return
        if status == PROCESSING or status == 100:
            beats = self._beats
            self._reset()
            self._between, self._learning = True, b""
            waiter.on_acknowledgement(beats)
            return
        answer_mac, body = self._mac, self._body
        self._reset()
        if not self._parser.should_keep_alive():
            self.waiter = None
            self.abort()
            waiter.on_answer(status, answer_mac, body)
            return
        if status == 200 and self._learning and len(answer_mac) == HEX_LENGTH:
            self._learn(self._learning, answer_mac, body)
        self._free(waiter, status, answer_mac, body)

    def _learn(self, data: bytes, answer_mac: bytes, body: bytes) -> None:
        """The parser has read this whole piece as one answer: remember its head."""
        known, end = self._pool.known_heads, data.find(_END) + len(_END)
        at = data.find(_MAC_LINE, 0, end) + len(_MAC_LINE)
        after = data[at + HEX_LENGTH : end]
        if data[end:] != body or data[at : at + HEX_LENGTH] != answer_mac or not after.startswith(b"\r\n"):
            return
        if len(known) >= KNOWN_HEADS_MAX:
            known.clear()
        known[len(data)] = (data[:at], at, after, end)

    def _free(self, waiter: Waiter, status: int, answer_mac: bytes, body: bytes) -> None:
        """The exchange is over and the connection good for the next."""
        self.waiter, self._between = None, True
        self.idle_since = monotonic()
        pool = self._pool
        if pool.queue:
            pool.freed(self)
        else:
            pool.idle.append(self)
        waiter.on_answer(status, answer_mac, body)

    def _reset(self) -> None:
        self._mac = self._body = b""
        self._size = self._header_bytes = 0
        self._beats = False

    def _end(self, result: str) -> None:
        waiter, self.waiter = self.waiter, None
        self.abort()
        if waiter is not None:
            waiter.on_break(result)
