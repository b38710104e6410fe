"""The hop in plain ASGI: `/hop/verify` a second time, always right if slower, and all that is not on the hot path.

POST /hop/verify  /hop/ping  /hop/routes  /hop/fault     GET  /hop/outcomes?after=N&limit=M  /healthz  /readyz  /metrics
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from hecha.edges.hops import faults, mac
from hecha.edges.hops.control import Control
from hecha.edges.hops.hop import Hop
from hecha.edges.hops.protocol import Doors
from hecha.edges.hops.wire import Outcomes, Ping, Pong

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

FAULT_TOKEN_HEADER = b"x-hecha-fault-token"
ROWS = 1_000
NOTES_MAX = 20
SILENCE_S = 15.0  # half-open: longer than any deadline below
ACKNOWLEDGE, ABORT = "hecha.acknowledge", "hecha.abort"
"""Names under which `HopProtocol` lends the application what ASGI lacks."""

_encode = msgspec.json.encode
_decode_ping = msgspec.json.Decoder(Ping).decode
_JSON = b"application/json"
_TEXT = b"text/plain; version=0.0.4"


class Awaited:
    """A `Reply` that a coroutine waits for. ASGI itself cannot send HTTP 102 or reset: our protocol lends it both."""

    def __init__(self, key: bytes, listener: str, scope: Scope) -> None:
        self.key, self.listener = key, listener
        self.acknowledge: Callable[[], None] = scope.get("extensions", {}).get(ACKNOWLEDGE, _nothing)
        self._answer: asyncio.Future[tuple[int, bytes, bytes] | None] = asyncio.get_running_loop().create_future()

    def send(self, status: int, body: bytes, answer_mac: bytes = b"") -> None:
        if not self._answer.done():
            self._answer.set_result((status, body, answer_mac))

    def abort(self) -> None:
        if not self._answer.done():
            self._answer.set_result(None)

    async def wait(self, seconds: float) -> tuple[int, bytes, bytes] | None:
        """Status, body and MAC; `None` when the line is cut or nothing came."""
        try:
            async with asyncio.timeout(seconds):
                return await self._answer
        except TimeoutError:
            return None


class HopApp:
    """ASGI application of one hop. `ports`: port → component, as in `Doors`."""

    def __init__(self, hop: Hop, ports: Mapping[int, str]) -> None:
        self.hop, self._doors, self._first_port = hop, Doors(hop, ports), next(iter(ports), 0)
        self._control = Control(hop.config, [hop.forwarder], hop.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        handler = _HANDLERS.get((scope["method"], scope["path"]))
        if handler is None:
            await _reply(send, 404)
            return
        await handler(self, scope, receive, send)

    async def _verify(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, body = await self._body(receive)
        key, listener = self._caller(scope)
        if key is None:
            self.hop.counts.strangers += status == 200
            await _reply(send, 403 if status == 200 else status)
        elif status != 200:
            await _reply(send, status)
        else:
            reply = Awaited(key, listener, scope)
            self.hop.verify(body, reply)
            answer = await reply.wait(self.hop.config.limits.deadline_ms / 1000 + 1.0)
            if answer is None:
                await _reset(scope, send)
            else:
                await _reply(send, *answer)

    async def _ping(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, body = await self._body(receive)
        key, listener = self._caller(scope)
        if status != 200 or key is None:
            await _reply(send, 403 if key is None else status)
            return
        try:
            ping = _decode_ping(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            await _reply(send, 422)
            return
        if shut := self.hop.shut(listener):
            await asyncio.sleep(SILENCE_S if shut == "half-open" else 0)
            await _reset(scope, send)
            return
        answer = _encode(await self._pinged(ping, listener, scope))
        sealed = mac.sign(key, ping.id.encode(), answer)
        await _reply(send, 200, self.hop.damage(listener, answer), answer_mac=sealed)

    async def _pinged(self, ping: Ping, listener: str, scope: Scope) -> Pong:
        """The pong; while it takes long the caller hears that we live."""
        acknowledge = scope.get("extensions", {}).get(ACKNOWLEDGE, _nothing)
        pinging = asyncio.ensure_future(self.hop.ping(ping, listener))
        try:
            while not pinging.done():
                await asyncio.wait([pinging], timeout=self.hop.config.limits.ack_ms / 1000)
                if not pinging.done():
                    acknowledge()
            return pinging.result()
        finally:
            pinging.cancel()

    async def _routes(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, body = await self._body(receive)
        if status != 200:
            await _reply(send, status)
            return
        status, answer, seal = self._control.handle(body, _header(scope, mac.MAC_HEADER))
        await _reply(send, status, answer, answer_mac=seal)

    async def _fault(self, scope: Scope, receive: Receive, send: Send) -> None:
        _, body = await self._body(receive)
        caller = (scope.get("client") or ("", 0))[0]
        given = _header(scope, FAULT_TOKEN_HEADER).decode("latin-1")
        token = self.hop.config.fault_token
        await _reply(send, *faults.handle(self.hop.gates, body, caller=caller, given=given, token=token))

    async def _outcomes(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._may_read(scope):
            await _reply(send, 403)
            return
        asked = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
        after, limit = asked.get("after", "0"), asked.get("limit", str(ROWS))
        if not (after.isdecimal() and limit.isdecimal() and len(after) < 16 and len(limit) < 8):
            await _reply(send, 422)
            return
        journal = self.hop.journal
        found = (
            Outcomes(self.hop.config.name, "", []) if journal is None else await journal.rows(int(after), int(limit))
        )
        await _reply(send, 200, _encode(found))

    async def _alive(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _reply(send, 200, b'{"ok":true}')

    async def _ready(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Can it do its job: the journal takes records and some route is not ejected. Asks nobody above."""
        routes = {name: str(breaker.state) for name, breaker in self._breakers()}
        journal = self.hop.journal
        ready = journal is None or not journal.full
        notes = [] if journal is None else [_damaged(first) for first in sorted(journal.damaged)[:NOTES_MAX]]
        await _reply(send, 200 if ready else 503, _encode({"ok": ready, "routes": routes, "notes": notes}))

    async def _metrics(self, scope: Scope, receive: Receive, send: Send) -> None:
        hop, journal = self.hop, self.hop.journal
        gauges: dict[str, float] = {"hecha_hop_in_flight": hop.in_flight}
        if journal is not None:
            gauges |= {"hecha_journal_records_total": journal.records, "hecha_journal_commits_total": journal.commits}
            gauges["hecha_journal_failures_total"] = journal.failures
            gauges["hecha_journal_damaged_blocks"] = len(journal.damaged)
        for name, breaker in self._breakers():
            gauges[f'hecha_route_closed{{route="{name}"}}'] = int(breaker.state == "closed")
            gauges[f'hecha_route_failed_tries_total{{route="{name}"}}'] = hop.forwarder.failed_tries.get(name, 0)
        await _reply(send, 200, hop.counts.text(hop.config.name, gauges).encode(), content=_TEXT)

    def _breakers(self) -> list[tuple[str, Any]]:
        routes = self.hop.forwarder.routes
        return list(zip(routes.names, routes.breakers, strict=True))

    def _caller(self, scope: Scope) -> tuple[bytes | None, str]:
        """The key of the pair, if the caller may come in here, and the component that listens."""
        server = scope.get("server") or ("", self._first_port)
        door = self._doors.at(server[1])
        return door.passes.get(_header(scope, mac.CALLER_HEADER)), door.component

    def _may_read(self, scope: Scope) -> bool:
        """Outcomes carry no citizen, yet they are not for strangers: this machine, or a hop with a pass."""
        return (scope.get("client") or ("", 0))[0] in ("127.0.0.1", "::1") or self._caller(scope)[0] is not None

    async def _body(self, receive: Receive) -> tuple[int, bytes]:
        """(200, body), or the status that refuses it: too long, too slow, gone."""
        limits, parts, size = self.hop.config.limits, [], 0
        try:
            async with asyncio.timeout(limits.body_ms / 1000):
                more = True
                while more:
                    message = await receive()
                    if message["type"] != "http.request":
                        return 408, b""
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    more = message.get("more_body", False)
                    if size > limits.body_bytes:
                        return 413, b""
        except TimeoutError:
            return 408, b""
        return 200, b"".join(parts)


_HANDLERS: dict[tuple[str, str], Callable[[HopApp, Scope, Receive, Send], Awaitable[None]]] = {
    ("POST", "/hop/verify"): HopApp._verify,
    ("POST", "/hop/ping"): HopApp._ping,
    ("POST", "/hop/routes"): HopApp._routes,
    ("POST", "/hop/fault"): HopApp._fault,
    ("GET", "/hop/outcomes"): HopApp._outcomes,
    ("GET", "/healthz"): HopApp._alive,
    ("GET", "/readyz"): HopApp._ready,
    ("GET", "/metrics"): HopApp._metrics,
}


async def _reply(send: Send, status: int, body: bytes = b"{}", answer_mac: bytes = b"", content: bytes = _JSON) -> None:
    headers = [(b"content-type", content)]
    if status in (408, 413):
        headers.append((b"connection", b"close"))
    if answer_mac:
        headers.append((mac.MAC_HEADER, answer_mac))
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _reset(scope: Scope, send: Send) -> None:
    """What a cut line does; a server that cannot reset says 503 and closes."""
    abort = scope.get("extensions", {}).get(ABORT)
    if abort is not None:
        abort()
        return
    cut = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 503, "headers": cut})
    await send({"type": "http.response.body", "body": b""})


def _damaged(first: int) -> str:
    zh = f"日志自记录 {first} 起的一块已损坏，已跳过，请从备份核对"
    return f"{zh} / the block from record {first} on is damaged and passed over: compare with a backup"


def _nothing() -> None:
    """A server that cannot acknowledge."""


def _header(scope: Scope, wanted: bytes) -> bytes:
    for name, value in scope["headers"]:
        if name == wanted:
            return bytes(value)
    return b""
