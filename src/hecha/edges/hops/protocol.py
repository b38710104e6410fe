"""The hot path: `POST /hop/verify` answered by parser callbacks inside uvicorn's own protocol, no task, no scope.

Everything else on the same connection goes on to the ASGI application as usual. `app.py` answers the same request in
plain ASGI; a test compares the two byte for byte.

    one chunk ─ on_url ─ on_header… ─ on_headers_complete: ours? ─ on_body ─ on_message_complete ─► Hop.verify(Slot)
    Slot.send ─► written when every earlier request on this connection has been answered (pipelining)

Heads are parsed once: a request that comes whole in one piece, between two others, with a head that the parser has
accepted before, byte for byte, means what it meant then; only its body is new.

Limits: header bytes, body bytes, time for a whole request (from the first byte of it), idle time, pipelined requests,
connections.
"""

from asyncio import TimerHandle
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hecha.edges.hops.hop import Hop
from hecha.edges.hops.mac import CALLER_HEADER, MAC_HEADER, caller_pass

PIPELINED_MAX = 16
KNOWN_HEADS_MAX = 256
_END = b"\r\n\r\n"
PATH = b"/hop/verify"
PROCESSING = b"HTTP/1.1 102 Processing\r\nx-hecha-beat: 1\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_REASONS = {
    200: b"OK", 400: b"Bad Request", 403: b"Forbidden", 408: b"Request Timeout", 409: b"Conflict",
    413: b"Content Too Large", 422: b"Unprocessable Entity", 431: b"Request Header Fields Too Large",
    503: b"Service Unavailable",
}  # fmt: skip
_HEADS = {
    status: b"HTTP/1.1 %d %b\r\ncontent-type: application/json\r\n" % (status, reason)
    for status, reason in _REASONS.items()
}
_SEALED_HEAD = _HEADS[200] + MAC_HEADER + b": "
_LENGTH = b"content-length: "
_LENGTH_LINES = tuple(b"\r\n%b%d\r\n\r\n" % (_LENGTH, length) for length in range(2_048))
_CALLER_LENGTH = len(CALLER_HEADER)


@dataclass(frozen=True, slots=True)
class Door:
    """One listener: its component, and its callers (pass → key of the pair). A look-up by a 256-bit pass in a table
    with a random hash tells a guesser nothing by its time.

    `known_heads`: heads of requests that the parser has accepted here, once for all connections → the same head and the
    key of the pair."""

    component: str
    passes: Mapping[bytes, bytes]
    known_heads: dict[bytes, tuple[bytes, bytes]] = field(default_factory=dict)


class Doors:
    """The listeners of a process, by port."""

    def __init__(self, hop: Hop, ports: Mapping[int, str]) -> None:
        self._by_port = {port: Door(component, _passes(hop, component)) for port, component in ports.items()}

    def at(self, port: int) -> Door:
        return self._by_port[port]


def _passes(hop: Hop, component: str) -> dict[bytes, bytes]:
    callers = hop.config.callers_of(component)
    return {caller_pass(key, caller): key for caller, key in callers.items()}


def rendered(status: int, body: bytes, answer_mac: bytes, close: bool) -> bytes:
    """A whole HTTP answer."""
    closing = b"connection: close\r\n" if close else b""
    sealing = MAC_HEADER + b": " + answer_mac + b"\r\n" if answer_mac else b""
    return b"%b%b%b%b%d\r\n\r\n%b" % (_HEADS[status], closing, sealing, _LENGTH, len(body), body)


def sealed(body: bytes, answer_mac: bytes) -> bytes:
    """The same for status 200 with a MAC."""
    length = len(body)
    line = _LENGTH_LINES[length] if length < len(_LENGTH_LINES) else b"\r\n%b%d\r\n\r\n" % (_LENGTH, length)
    return b"".join((_SEALED_HEAD, answer_mac, line, body))


class Slot:
    """One request on one connection, and where its answer goes."""

    __slots__ = ("_connection", "_message", "close", "key", "listener", "ready")

    def __init__(self, connection: "HopProtocol", key: bytes, listener: str, close: bool) -> None:
        self._connection, self.key, self.listener, self.close = connection, key, listener, close
        self.ready = False

    def send(self, status: int, body: bytes, answer_mac: bytes = b"") -> None:
        connection = self._connection
        if status == 200 and not self.close and len(connection.slots) == 1:
            connection.slots.clear()
            connection.active_at = monotonic()
            if not connection.transport.is_closing():
                connection.transport.write(sealed(body, answer_mac))
            return
        self.ready, self._message = True, rendered(status, body, answer_mac, self.close)
        connection.flush_slots()

    def acknowledge(self) -> None:
        self._connection.acknowledge(self)

    def abort(self) -> None:
        self._connection.transport.abort()

    @property
    def message(self) -> bytes:
        return self._message


class Deferred:
    """An ordinary request that came pipelined behind one of ours: it starts when its turn has come."""

    __slots__ = ("app", "cycle")
    ready = True

    def __init__(self, cycle: Any, app: Any) -> None:
        self.cycle, self.app = cycle, app


class HopProtocol(HttpToolsProtocol):
    """Subclassed per process with `hop` and `doors` set (`for_hop`). Relies on the internals of uvicorn 0.54.0."""

    hop: Hop
    doors: Doors

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        limits = self.hop.config.limits
        self._door = self.doors.at(transport.get_extra_info("sockname")[1])
        self._known_heads: dict[int, tuple[bytes, bytes]] = {}  # by the length of the whole request
        self._learning = b""  # a piece that began with a new request
        self.slots: deque[Slot | Deferred] = deque()
        self._url, self._caller, self._size = b"", b"", 0
        self._ours = self._refused = self._begun = False
        self._chunks: list[bytes] = []
        self._header_max, self._body_max = limits.header_bytes, limits.body_bytes
        self.active_at = monotonic()
        self._slow: TimerHandle | None = None
        self._idle = self.loop.call_later(limits.keep_alive_s, self._look_idle)
        if len(self.connections) > limits.connections:
            self._refuse(503)

    def connection_lost(self, exc: Exception | None) -> None:
        self._idle.cancel()
        self._not_slow()
        self.slots.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        if self._begun:
            self._learning = b""
        else:
            known = self._known_heads.get(len(data))
            if known is not None and data.startswith(known[0]) and self._free():
                if self.timeout_keep_alive_task is not None:
                    self._unset_keepalive_if_required()
                self._take(data[len(known[0]) :], known[1], False)
                return
            self._learning = data
        super().data_received(data)
        if self._begun and self._slow is None and not self._refused:
            self._slow = self.loop.call_later(self.hop.config.limits.body_ms / 1000, self._refuse, 408)

    def on_message_begin(self) -> None:
        self._url, self._caller, self._size = b"", b"", 0
        self._begun, self._ours = True, False
        self.expect_100_continue = False
        self.headers = []

    def on_url(self, url: bytes) -> None:
        self._url += url
        if len(self._url) > self._header_max:
            self._refuse(431)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._size += len(name) + len(value)
        name = name.lower()
        if len(name) == _CALLER_LENGTH and name == CALLER_HEADER:
            self._caller = value
        elif name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))
        if self._size > self._header_max:
            self._refuse(431)

    def on_headers_complete(self) -> None:
        if self._refused:
            return
        if self._url == PATH and self.hop.config.fast and self._free() and self.parser.get_method() == b"POST":
            self._ours = True
            self._chunks, self._size = [], 0
            if self.expect_100_continue:
                self.transport.write(CONTINUE)
        else:
            self._hand_on()

    def _hand_on(self) -> None:
        """An ordinary request: let uvicorn see what it has missed."""
        url, headers, expect = self._url, self.headers, self.expect_100_continue
        super().on_message_begin()
        scope: Any = self.scope  # ASGI types an extension as a dict; ours are functions
        scope["extensions"] = {"hecha.acknowledge": self._processing, "hecha.abort": self.transport.abort}
        super().on_url(url)
        self.headers.extend(headers)
        self.expect_100_continue = expect
        super().on_headers_complete()

    def _free(self) -> bool:
        """No ordinary request is unanswered: those behind it wait in uvicorn's own queue."""
        return self.cycle is None or self.cycle.response_complete

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        if self.slots:
            self.slots.append(Deferred(cycle, app))
        else:
            super()._start_asgi_task(cycle, app)

    def on_body(self, body: bytes) -> None:
        if self._refused:
            return
        if not self._ours:
            super().on_body(body)
            return
        self._size += len(body)
        if self._size > self._body_max:
            self._refuse(413)
        else:
            self._chunks.append(body)

    def on_message_complete(self) -> None:
        self._begun = False
        self._not_slow()
        if self._refused:
            return
        if self._ours:
            self._arrived()
        else:
            super().on_message_complete()

    def _arrived(self) -> None:
        """A whole request is here."""
        self._ours = False
        key, body, close = (
            self._door.passes.get(self._caller),
            b"".join(self._chunks),
            not self.parser.should_keep_alive(),
        )
        if key is None:
            self.hop.counts.strangers += 1
            slot = Slot(self, b"", self._door.component, close)
            self.slots.append(slot)
            slot.send(403, b"{}")
            return
        if self._learning and not close and not self.expect_100_continue:
            self._learn(self._learning, body, key)
        self._take(body, key, close)

    def _learn(self, data: bytes, body: bytes, key: bytes) -> None:
        """The parser has read this whole piece as one request: remember its head."""
        head, shared, own = data[: data.find(_END) + len(_END)], self._door.known_heads, self._known_heads
        if data[len(head) :] == body:
            for known in (shared, own):
                if len(known) >= KNOWN_HEADS_MAX:
                    known.clear()
            own[len(data)] = shared.setdefault(head, (head, key))

    def _take(self, body: bytes, key: bytes, close: bool) -> None:
        slots, slot = self.slots, Slot(self, key, self._door.component, close)
        slots.append(slot)
        if len(slots) >= PIPELINED_MAX:
            self.flow.pause_reading()
        self.hop.verify(body, slot)

    def flush_slots(self) -> None:
        """Write the answers that are ready and whose turn it is."""
        slots, transport = self.slots, self.transport
        while slots and slots[0].ready and not transport.is_closing():
            head = slots.popleft()
            if isinstance(head, Deferred):
                super()._start_asgi_task(head.cycle, head.app)
                break
            self.server_state.total_requests += 1
            transport.write(head.message)
            if head.close:
                transport.close()
        self.active_at = monotonic()
        if self.flow.read_paused and len(slots) < PIPELINED_MAX:
            self.flow.resume_reading()

    def acknowledge(self, slot: Slot) -> None:
        """HTTP 102, if this request is the one whose answer comes next."""
        if self.slots and self.slots[0] is slot and not self.transport.is_closing():
            self.transport.write(PROCESSING)

    def _processing(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(PROCESSING)

    def shutdown(self) -> None:
        """Graceful: what is under way is still answered."""
        last = self.slots[-1] if self.slots else None
        if isinstance(last, Slot):
            last.close = True
        elif last is None:
            super().shutdown()

    def _refuse(self, status: int) -> None:
        """Too big or too slow: say so and close; nothing more is read from this connection."""
        if self._refused:
            return
        self._refused = True
        self._not_slow()
        if not self.transport.is_closing():
            self.transport.write(rendered(status, b"{}", b"", close=True))
            self.transport.close()

    def _not_slow(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None

    def _look_idle(self) -> None:
        """One timer per connection that looks now and then, instead of one per answer."""
        keep = self.hop.config.limits.keep_alive_s
        busy = bool(self.slots) or not self._free() or self._begun
        left = keep if busy else self.active_at + keep - monotonic()
        if left <= 0:
            self.transport.close()
        else:
            self._idle = self.loop.call_later(max(left, 0.05), self._look_idle)


def for_hop(hop: Hop, ports: Mapping[int, str]) -> type[HopProtocol]:
    """The protocol class of one process, for uvicorn's `http=`."""
    return type("BoundHopProtocol", (HopProtocol,), {"hop": hop, "doors": Doors(hop, ports)})
