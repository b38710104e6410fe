"""`/integrations/…`: monitors and feeds deliver here. 2xx after COMMIT, problem details otherwise (RFC 9457).

The token is asked for before the body is read; each kind has a limit of its own.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hecha.edges.api import problems
from hecha.edges.api.problems import TooLarge
from hecha.edges.integrations import alertmanager, cap, cloudevents, mapping, tokens, zabbix
from hecha.edges.integrations.mapping import load_table, places_of
from hecha.edges.integrations.news import News
from hecha.edges.integrations.taking import Taking
from hecha.edges.integrations.tokens import Integration, Integrations
from hecha.edges.procedure.alerts import Alerts
from hecha.edges.procedure.procedure import Procedure
from hecha.kernel.errors import BadInput, HechaError
from hecha.warning.alert import Origin
from hecha.warning.signal import Signal

MEBIBYTE = 1 << 20
BODY_MAX: Mapping[Origin, int] = {
    Origin.ALERTMANAGER: 16 * MEBIBYTE,
    Origin.CLOUDEVENTS: 8 * MEBIBYTE,
    Origin.CAP: MEBIBYTE,
    Origin.ZABBIX: 64 << 10,
}
BODY_S_MAX = 30
AT_ONCE_MAX = 4
"""Deliveries that are read and taken at the same time; more are asked to come again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was read: the signals, how many the source left out, and why there are none."""

    signals: Sequence[Signal]
    left_out: int = 0
    why: str = ""


class Door:
    """All entrances of integrations."""

    def __init__(self, procedure: Procedure, taking: Taking, known: Callable[[], Integrations]) -> None:
        self._procedure, self._taking, self._known = procedure, taking, known
        self._under_way = 0

    async def alertmanager(self, request: Request) -> Response:
        return await self._receive(request, Origin.ALERTMANAGER)

    async def cloudevents(self, request: Request) -> Response:
        return await self._receive(request, Origin.CLOUDEVENTS)

    async def cap(self, request: Request) -> Response:
        return await self._receive(request, Origin.CAP)

    async def zabbix(self, request: Request) -> Response:
        return await self._receive(request, Origin.ZABBIX)

    async def _receive(self, request: Request, kind: Origin) -> Response:
        source = self._known().of(request, kind)
        if self._under_way >= AT_ONCE_MAX:
            raise problems.Busy("接入 integrations", "正在处理其他告警，请稍后重发 busy; send it again")
        self._under_way += 1
        try:
            content = await _body(request, BODY_MAX[kind])
            found = await asyncio.to_thread(self._read, request, source, content)
            return JSONResponse(await self._take(request, source, found, content))
        finally:
            self._under_way -= 1

    def _read(self, request: Request, source: Integration, content: bytes) -> Delivery:
        media, charset = _media(request)
        match source.kind:
            case Origin.ALERTMANAGER:
                return Delivery(*alertmanager.read(content, source.name, charset))
            case Origin.CLOUDEVENTS:
                return Delivery(cloudevents.read(content, media, dict(request.headers), source.name, charset))
            case Origin.CAP:
                signals, why = cap.read(content, source.name, self._has_area)
                return Delivery(signals, why=why)
            case _:
                return Delivery(zabbix.read(content, source.name, charset))

    def _has_area(self, code: str) -> bool:
        return code in self._procedure.ground.network.areas

    async def _take(self, request: Request, source: Integration, found: Delivery, content: bytes) -> dict[str, Any]:
        if not found.signals:
            return {"received": 0, "left_out": found.left_out, "new": 0, "alerts": [], "ignored": found.why}
        digest, at = _digest(request, content), self._procedure.clock()
        answer: dict[str, Any] = await self._procedure.run(
            lambda tx: self._taking.take(tx, source, found.signals, digest, at, found.left_out)
        )
        return answer


def integrations(home: Path, procedure: Procedure, alerts: Alerts) -> Starlette:
    """The application to mount at /integrations. The operator's files lie in `home`: a token that is issued counts at
    once, the table of labels is read at start. Raises BadInput for a table that is wrong."""
    network = procedure.ground.network
    news = News(procedure.ground, procedure.ground.units)
    taking = Taking(alerts, news, load_table(home / mapping.FILE, network), places_of(network))
    door = Door(procedure, taking, lambda: tokens.load(home / "keys" / tokens.FILE))
    return Starlette(
        routes=[
            Route("/alertmanager", door.alertmanager, methods=["POST"]),
            Route("/cloudevents", door.cloudevents, methods=["POST"]),
            Route("/cap", door.cap, methods=["POST"]),
            Route("/zabbix", door.zabbix, methods=["POST"]),
        ],
        exception_handlers={HechaError: problems.on_hecha_error, HTTPException: problems.on_http_exception},
    )


async def _body(request: Request, limit: int) -> bytes:
    """Read no more than the limit. Raises TooLarge, before reading where the length says so."""
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > limit:
        raise TooLarge(limit)
    parts: list[bytes] = []
    seen = 0
    try:
        async with asyncio.timeout(BODY_S_MAX):
            async for part in request.stream():
                seen += len(part)
                if seen > limit:
                    raise TooLarge(limit)
                parts.append(part)
    except TimeoutError:
        raise HTTPException(408, "内容来得太慢 the body came too slowly") from None
    if not seen and request.headers.get("ce-id") is None:
        raise BadInput("body", "没有内容 an empty body", "见接口文档 see docs/api.md")
    return b"".join(parts)


def _digest(request: Request, content: bytes) -> bytes:
    """What makes it the same delivery: the body and, in binary mode, the attributes in its headers."""
    attributes = sorted(f"{name}:{value}" for name, value in request.headers.items() if name.startswith("ce-"))
    return hashlib.sha256("\n".join([*attributes, ""]).encode() + content).digest()


def _media(request: Request) -> tuple[str, str]:
    """The media type and its charset."""
    media, *parameters = request.headers.get("content-type", "").split(";")
    pairs = [one.strip().partition("=") for one in parameters]
    charset = next((value.strip('"') for name, _, value in pairs if name.lower() == "charset"), "")
    return media.strip().lower(), charset
