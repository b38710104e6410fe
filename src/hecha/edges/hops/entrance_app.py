"""The HTTP face of an entrance. Thin: reads, asks `Entrance` or `Assist`, answers.

POST /api/v1/verifications   an institution's bearer token, Idempotency-Key
POST /interface/cfx          the XML of interface banks
POST /hop/verify             the other entrance only (its pass); acknowledged by HTTP 102 while it takes long
POST /hop/ping               the other entrance, or the console's token
GET  /hop/outcomes           the console's token
POST /hop/routes             sealed with the control key: switching over by hand
POST /hop/fault              loopback and the sandbox's token
GET  /healthz /readyz /metrics
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hecha.edges.api.problems import MEDIA_TYPE, NotSignedIn, on_hecha_error, on_http_exception
from hecha.edges.hops import faults, mac
from hecha.edges.hops.cfx_http import CfxDoor
from hecha.edges.hops.control import Control
from hecha.edges.hops.entrance import Entrance
from hecha.edges.hops.entrance_assist import Assist, Peers
from hecha.edges.hops.entrance_body import body_of
from hecha.edges.hops.entrance_intake import CONSOLE, read_request
from hecha.edges.hops.wire import HopRequest, Ping
from hecha.kernel.errors import BadInput, HechaError

JSON = "application/json"
INTERIM = "hecha.interim"
ROWS_MAX = 5_000
_encode = msgspec.json.encode
_hop_request = msgspec.json.Decoder(HopRequest).decode
_ping = msgspec.json.Decoder(Ping).decode

Handler = Callable[[Request], Awaitable[Response]]


def app(entrance: Entrance) -> Starlette:
    """The ASGI application; its lifespan opens the journal and starts the forwarders."""
    door = _Door(entrance)
    cfx = CfxDoor(entrance)
    routes = [
        Route("/api/v1/verifications", door.verifications, methods=["POST"]),
        Route("/api/v1/registrations", door.registrations, methods=["POST"]),
        Route("/interface/cfx", cfx.handle, methods=["POST"]),
        Route("/hop/verify", door.hop_verify, methods=["POST"]),
        Route("/hop/ping", door.hop_ping, methods=["POST"]),
        Route("/hop/outcomes", door.outcomes, methods=["GET"]),
        Route("/hop/routes", door.routes, methods=["POST"]),
        Route("/hop/fault", door.fault, methods=["POST"]),
        Route("/healthz", door.healthz, methods=["GET"]),
        Route("/readyz", door.readyz, methods=["GET"]),
        Route("/metrics", door.metrics, methods=["GET"]),
    ]
    handlers: dict[Any, Any] = {HechaError: on_hecha_error, HTTPException: on_http_exception}
    return Starlette(routes=routes, exception_handlers=handlers, lifespan=_lifespan(entrance))


def _lifespan(entrance: Entrance) -> Any:
    @asynccontextmanager
    async def living(_: Starlette) -> AsyncIterator[None]:
        entrance.journal.open()
        await entrance.chain.start()
        await entrance.registrar.start()
        try:
            yield
        finally:
            await entrance.registrar.close()
            await entrance.answers.settle()
            await entrance.chain.close()
            await asyncio.to_thread(entrance.journal.close)

    return living


class _Door:
    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._assist = Assist(entrance)
        self._peers = Peers(entrance.config.callers_of(entrance.config.component))
        self._limits = entrance.config.limits
        self._control = Control(entrance.config, [entrance.chain.fronts])

    async def verifications(self, request: Request) -> Response:
        who = self._entrance.institutions.of(request.headers.get("authorization", ""))
        asked = read_request(await self._body(request))
        answer = await self._entrance.verify(who, asked, request.headers.get("idempotency-key", ""))
        return Response(answer, media_type=JSON, headers={"cache-control": "no-store"})

    async def registrations(self, request: Request) -> Response:
        who = self._entrance.institutions.of(request.headers.get("authorization", ""))
        key = request.headers.get("idempotency-key", "")
        status, answer = await self._entrance.register(who, await self._body(request), key)
        return Response(answer, status, {"cache-control": "no-store"}, JSON if status < 400 else MEDIA_TYPE)

    async def hop_verify(self, request: Request) -> Response:
        key = self._peers.key_of(request.headers.get("x-hecha-hop", "").encode("latin-1"))
        asked = _decoded(_hop_request, await self._body(request))
        answer = await self._acknowledging(request, self._assist.verify(asked))
        return _signed(key, asked.id, _encode(answer))

    async def hop_ping(self, request: Request) -> Response:
        shown = request.headers.get("x-hecha-hop", "").encode("latin-1")
        key = self._peers.key_of(shown) if shown else self._console(request)
        asked = _decoded(_ping, await self._body(request))
        pong = await self._acknowledging(request, self._assist.ping(asked))
        return _signed(key, asked.id, _encode(pong))

    async def outcomes(self, request: Request) -> Response:
        self._console(request)
        after, limit = _count(request, "after", 0), _count(request, "limit", 1000)
        rows = await self._entrance.journal.rows(after, min(limit, ROWS_MAX))
        return Response(_encode(rows), media_type=JSON)

    async def routes(self, request: Request) -> Response:
        seal = request.headers.get(mac.MAC_HEADER.decode(), "").encode("latin-1")
        status, answer, back = self._control.handle(await self._body(request), seal)
        return Response(answer, status, {mac.MAC_HEADER.decode(): back.decode()} if back else {}, JSON)

    async def fault(self, request: Request) -> Response:
        caller = request.client.host if request.client else ""
        given = request.headers.get("x-hecha-fault-token", "")
        body = await self._body(request)
        gates, token = self._entrance.gates, self._entrance.config.fault_token
        status, answer = faults.handle(gates, body, caller=caller, given=given, token=token)
        return Response(answer, status, media_type=JSON)

    async def healthz(self, _: Request) -> Response:
        return Response(b'{"status":"ok"}', media_type=JSON)

    async def readyz(self, _: Request) -> Response:
        """Can it do its job: take a request in and keep it. Whether the chain above works is not its readiness."""
        ready = not self._entrance.journal.full and self._entrance.in_flight < self._limits.in_flight
        return Response(_encode({"ready": ready}), 200 if ready else 503, media_type=JSON)

    async def metrics(self, _: Request) -> Response:
        lines = ["# TYPE hecha_entrance_outcomes_total counter"]
        counts = sorted(self._entrance.counts.items())
        lines += [f'hecha_entrance_outcomes_total{{outcome="{outcome}"}} {count}' for outcome, count in counts]
        lines += ["# TYPE hecha_entrance_in_flight gauge", f"hecha_entrance_in_flight {self._entrance.in_flight}"]
        spooled = sorted((await self._entrance.registrar.counts()).items())
        lines += ["# TYPE hecha_spool_items gauge"]
        lines += [f'hecha_spool_items{{state="{state}"}} {count}' for state, count in spooled]
        journal = self._entrance.journal
        lines += ["# TYPE hecha_journal_records_total counter", f"hecha_journal_records_total {journal.records}"]
        lines += ["# TYPE hecha_journal_failures_total counter", f"hecha_journal_failures_total {journal.failures}"]
        return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")

    def _console(self, request: Request) -> bytes:
        """Only the console. Its answers need no MAC of a pair."""
        if self._entrance.institutions.of(request.headers.get("authorization", "")) != CONSOLE:
            raise NotSignedIn
        return b""

    async def _body(self, request: Request) -> bytes:
        return await body_of(request, self._limits.body_bytes, self._limits.body_ms / 1000)

    async def _acknowledging(self, request: Request, work: Awaitable[Any]) -> Any:
        """Await the work; without an answer say every 100 ms that we live."""
        task = asyncio.ensure_future(work)
        acknowledge = request.scope.get("extensions", {}).get(INTERIM, {}).get("send")
        try:
            while not (await asyncio.wait({task}, timeout=self._limits.ack_ms / 1000))[0]:  # ok: work has a deadline
                if acknowledge is not None:
                    acknowledge()
            return task.result()
        finally:
            task.cancel()


def _decoded(decode: Callable[[bytes], Any], body: bytes) -> Any:
    try:
        return decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadInput("body", "不是约定的报文 not a message of this kind") from None


def _signed(key: bytes, id: str, body: bytes) -> Response:
    headers = {mac.MAC_HEADER.decode(): mac.sign(key, id.encode(), body).decode()} if key else {}
    return Response(body, media_type=JSON, headers=headers)


def _count(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadInput(name, "要一个非负整数 needs a whole number")
    return int(text)
