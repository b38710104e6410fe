"""The sandbox's police source as a process: raw ASGI on uvicorn, the messages of `edges/hops/wire.py`.

    POST /hop/verify  HopRequest -> HopAnswer, with x-hecha-mac
    POST /hop/ping    Ping -> Pong, with x-hecha-mac
    POST /hop/fault   FaultOrder -> FaultTable (loopback and token)
    GET  /healthz /readyz /metrics

Only the hops that share a key with it are served. Without an answer after `ack_ms` it acknowledges (HTTP 102), and
again after each such time, unless it is half-open. Transport faults are those of `edges/hops/faults.py`, faults of the
data those of `edges/police_faults.py`; a restart mends all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from hmac import compare_digest
from time import perf_counter
from typing import Any

import msgspec
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hecha.edges.files.network_folder import load_network
from hecha.edges.hops import faults as gates_door
from hecha.edges.hops import mac
from hecha.edges.hops.client import BEAT_HEADER
from hecha.edges.hops.faults import GateDown, Gates
from hecha.edges.hops.process import listening
from hecha.edges.hops.topology import HopConfig, Limits
from hecha.edges.hops.wire import FaultOrder, FaultTable, HopRequest, Ping, Pong, Step
from hecha.edges.police_faults import KINDS as DATA_KINDS
from hecha.edges.police_faults import DataFaults
from hecha.edges.police_source import COMPONENT, Source
from hecha.edges.sandbox.population import Population
from hecha.kernel.errors import BadInput, HechaError, NotThere

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Reply = tuple[int, bytes, bytes]  # status, body, MAC or nothing

FAULT_TOKEN_HEADER = b"x-hecha-fault-token"
GRACE_S = 3
BACKLOG = 2048

_JSON = (b"content-type", b"application/json")
_PAGE = (b"content-type", b"text/html")
_TEXT = (b"content-type", b"text/plain; version=0.0.4")
_ACKNOWLEDGEMENT = b"HTTP/1.1 102 Processing\r\n" + BEAT_HEADER + b": 1\r\n\r\n"
_decode_request = msgspec.json.Decoder(HopRequest).decode
_decode_ping = msgspec.json.Decoder(Ping).decode
_decode_order = msgspec.json.Decoder(FaultOrder).decode


class TooLarge(HechaError):
    """The body is longer than the limit."""


class Acknowledging(HttpToolsProtocol):
    """uvicorn's protocol that also lets the application send HTTP 102 before its answer."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"hecha.acknowledge": {"call": self._acknowledge}}

    def _acknowledge(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(_ACKNOWLEDGEMENT)


@dataclass(slots=True)
class Counts:
    """What /metrics tells; never anything of a citizen."""

    answered: int = 0
    refused: int = 0
    in_flight: int = 0

    def text(self) -> bytes:
        return (
            "# TYPE hecha_police_requests_total counter\n"
            f'hecha_police_requests_total{{result="answered"}} {self.answered}\n'
            f'hecha_police_requests_total{{result="refused"}} {self.refused}\n'
            "# TYPE hecha_police_in_flight gauge\n"
            f"hecha_police_in_flight {self.in_flight}\n"
        ).encode()


@dataclass(slots=True)
class Police:
    """The ASGI application. `callers`: hop → key of the pair; `fault_token` "" = nothing can be broken on purpose."""

    source: Source
    callers: Mapping[str, bytes]
    fault_token: str = ""
    limits: Limits = field(default_factory=Limits)
    gates: Gates = field(default_factory=lambda: Gates([COMPONENT]))
    counts: Counts = field(default_factory=Counts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        post = scope["method"] == "POST"
        try:
            if post and scope["path"] in ("/hop/verify", "/hop/ping"):
                await _reply(send, *await self._counted(scope, receive))
            elif post and scope["path"] == "/hop/fault":
                await _reply(send, *self._fault(scope, await self._body(receive)))
            else:
                await self._look(scope, send)
        except TooLarge:
            await _reply(send, 413)
        except TimeoutError:
            await _reply(send, 408)

    async def _look(self, scope: Scope, send: Send) -> None:
        if scope["method"] != "GET" or scope["path"] not in ("/healthz", "/readyz", "/metrics"):
            await _reply(send, 404)
        elif scope["path"] == "/metrics":
            await _reply(send, 200, self.counts.text(), content=_TEXT)
        else:
            await _reply(send, 200, b'{"ok":true}')

    async def _counted(self, scope: Scope, receive: Receive) -> Reply:
        self.counts.in_flight += 1
        try:
            reply = await self._exchange(scope, receive)
        finally:
            self.counts.in_flight -= 1
        if reply[0] == 200:
            self.counts.answered += 1
        else:
            self.counts.refused += 1
        return reply

    async def _exchange(self, scope: Scope, receive: Receive) -> Reply:
        key = self._key(_header(scope, mac.CALLER_HEADER))
        body = await self._body(receive)
        if key is None:
            return 403, b"{}", b""
        began = perf_counter()
        try:
            if not self.gates.quiet:
                await self._enter(scope, receive)
            request_id, answer = self._answer(scope["path"], body, began)
        except msgspec.DecodeError:
            return 422, b"{}", b""
        except GateDown:
            return 503, b"{}", b""
        return 200, self.gates.damage(COMPONENT, answer), mac.sign(key, request_id.encode(), answer)

    def _answer(self, path: str, body: bytes, began: float) -> tuple[str, bytes]:
        if path == "/hop/ping":
            ping = _decode_ping(body)
            pong = Pong(ping.id, True, [Step(COMPONENT, _ms(began))])
            return ping.id, msgspec.json.encode(pong)
        request = _decode_request(body)
        return request.id, self.source.answer(request, _ms(began))

    async def _enter(self, scope: Scope, receive: Receive) -> None:
        """Through the gate, which may be slow; meanwhile the caller hears that the request has come in."""
        broken = self.gates.broken.get(COMPONENT)
        silent = broken is not None and broken.kind == "half-open"
        acknowledge = None if silent else scope.get("extensions", {}).get("hecha.acknowledge")
        entering, gone = asyncio.ensure_future(self.gates.enter(COMPONENT)), asyncio.ensure_future(receive())
        try:
            while not entering.done() and not gone.done():
                await asyncio.wait(
                    [entering, gone], timeout=self.limits.ack_ms / 1000, return_when=asyncio.FIRST_COMPLETED
                )
                if acknowledge is not None and not entering.done():
                    acknowledge["call"]()
            if not entering.done():
                raise GateDown(COMPONENT)  # the caller has hung up
            entering.result()
        finally:
            entering.cancel()
            gone.cancel()

    def _key(self, given: bytes) -> bytes | None:
        """The key of the pair when the caller shows its pass."""
        caller = given.partition(b" ")[0].decode("latin-1")
        key = self.callers.get(caller)
        return key if key is not None and compare_digest(mac.caller_pass(key, caller), given) else None

    def _fault(self, scope: Scope, body: bytes) -> Reply:
        caller, given = (scope.get("client") or ("", 0))[0], _header(scope, FAULT_TOKEN_HEADER).decode("latin-1")
        if not gates_door.may_order(caller, given, self.fault_token):
            return 404, b"{}", b""
        try:
            return 200, msgspec.json.encode(self.order(_decode_order(body))), b""
        except msgspec.DecodeError:
            return 422, msgspec.json.encode({"detail": "不是故障指令 / not a fault order"}), b""
        except (BadInput, NotThere) as error:
            status = 422 if isinstance(error, BadInput) else 404
            return status, msgspec.json.encode({"detail": str(error)}), b""

    def order(self, order: FaultOrder) -> FaultTable:
        """Break or mend; `up` mends transport and data alike. Raises BadInput or NotThere."""
        if order.component == COMPONENT and order.fault in DATA_KINDS:
            self.source.faults.order(order)
        else:
            self.gates.order(order)
            if order.fault == "up":
                self.source.faults.mend()
        data = {f"{COMPONENT} {kind} {area}": value for (kind, area), value in self.source.faults.table.items()}
        return FaultTable({**self.gates.table().faults, **data})

    async def _body(self, receive: Receive) -> bytes:
        """The whole body within its limits of size and time."""
        message = await self._next(receive)
        body: bytes = message.get("body", b"")
        while message.get("more_body") and len(body) <= self.limits.body_bytes:
            message = await self._next(receive)
            body += message.get("body", b"")
        if len(body) > self.limits.body_bytes:
            raise TooLarge("body")
        return body

    async def _next(self, receive: Receive) -> MutableMapping[str, Any]:
        async with asyncio.timeout(self.limits.body_ms / 1000):
            return await receive()


async def _reply(
    send: Send, status: int, body: bytes = b"{}", answer_mac: bytes = b"", content: tuple[bytes, bytes] = _JSON
) -> None:
    kind = _PAGE if body is gates_door.PAGE else content
    headers = [kind, (b"content-length", b"%d" % len(body))]
    if answer_mac:
        headers.append((mac.MAC_HEADER, answer_mac))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _header(scope: Scope, wanted: bytes) -> bytes:
    for name, value in scope["headers"]:
        if name == wanted:
            return bytes(value)
    return b""


def _ms(began: float) -> float:
    return round((perf_counter() - began) * 1000, 2)


def application(config: HopConfig) -> Police:
    """The police source of a hop's settings; its population is that of the network. Raises BadInput."""
    network = load_network(config.network)
    source = Source(Population(network), DataFaults(network.areas))
    return Police(source, config.callers_of(COMPONENT), config.fault_token, config.limits)


def server(police: Police) -> uvicorn.Server:
    """A uvicorn server for it, to be run with bound sockets."""
    return uvicorn.Server(
        uvicorn.Config(
            police,
            http=Acknowledging,
            ws="none",
            lifespan="off",
            access_log=False,
            proxy_headers=False,
            log_level="warning",
            server_header=False,
            date_header=False,
            backlog=BACKLOG,
            limit_concurrency=police.limits.in_flight,
            timeout_keep_alive=police.limits.keep_alive_s,
            timeout_graceful_shutdown=GRACE_S,
        )
    )


def run(config: HopConfig) -> None:
    """One process: serve until SIGTERM. Raises Unavailable when the port is taken."""
    sockets = listening(config)
    server(application(config)).run(sockets=sockets)
