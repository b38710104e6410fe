"""The console's own HTTP: whoever sends a head or a body too slowly, or too large a head, loses the connection."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from hecha.edges.assemble import BOUNDS, served
from hecha.edges.bounded_http import Bounds
from hecha.edges.settings import settings

LONG = 60.0
PATIENT = Bounds(header_bytes=2_000, head_s=LONG, body_s=LONG, silent_s=LONG)
SHORT = 0.15
GET = b"GET /hello HTTP/1.1\r\nhost: x\r\n"
POST = b"POST /hello HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 5\r\n\r\n"


async def _hello(request: Request) -> Response:
    try:
        return PlainTextResponse(b"hello " + await request.body())
    except ClientDisconnect:
        return Response()


async def _drip(request: Request) -> Response:
    async def drops() -> AsyncIterator[str]:
        for drop in "slow":
            yield drop
            await asyncio.sleep(SHORT)

    return StreamingResponse(drops())


PAGES = Starlette(routes=[Route("/hello", _hello, methods=["GET", "POST"]), Route("/drip", _drip)])


def said(bounds: Bounds, message: bytes) -> bytes:
    """What comes back to who sends this and then waits, until the connection is closed."""

    async def tell() -> bytes:
        how = served(replace(settings(), base_port=0), bounds) | {"lifespan": "off"}
        server = uvicorn.Server(uvicorn.Config(PAGES, **how))
        serving = asyncio.ensure_future(server.serve())
        for _ in range(1_000):
            if server.started:
                break
            await asyncio.sleep(0.01)
        try:
            reader, writer = await asyncio.open_connection(*server.servers[0].sockets[0].getsockname())
            writer.write(message)
            answer = await asyncio.wait_for(reader.read(), LONG / 2)
            writer.close()
            return answer
        finally:
            server.should_exit = True
            await serving

    return asyncio.run(tell())


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        (replace(PATIENT, silent_s=SHORT), b""),
        (replace(PATIENT, head_s=SHORT), GET),
        (replace(PATIENT, head_s=SHORT), b"GET /hel"),
        (replace(PATIENT, body_s=SHORT), POST + b"sl"),
    ],
    ids=["nothing", "half a head", "half a line", "half a body"],
)
def test_who_sends_too_slowly_loses_the_connection(bounds: Bounds, message: bytes) -> None:
    assert said(bounds, message) == b""


@pytest.mark.parametrize(
    "message", [GET + b"a: b\r\n" * 1_000 + b"\r\n", b"GET /" + b"a" * 5_000 + b" HTTP/1.1\r\n\r\n"]
)
def test_a_head_too_large_is_refused(message: bytes) -> None:
    assert said(PATIENT, message).startswith(b"HTTP/1.1 431 ")


def test_whole_requests_are_answered_however_long_the_answer_takes() -> None:
    hasty = Bounds(header_bytes=2_000, head_s=SHORT, body_s=SHORT, silent_s=SHORT)
    assert said(hasty, POST + b"there").endswith(b"hello there")
    slow = said(hasty, GET.replace(b"hello", b"drip") + b"connection: close\r\n\r\n")
    assert slow.startswith(b"HTTP/1.1 200 ")
    assert slow.endswith(b"w\r\n0\r\n\r\n")


def test_the_consoles_bounds_are_bearable_for_a_browser() -> None:
    assert BOUNDS.head_s <= 10
    assert BOUNDS.header_bytes >= 16_384
