"""Limits of an entrance's HTTP: heads too large or too slow, bodies too slow, too many connections."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace

import uvicorn

from hecha.edges.hops.entrance import Entrance
from hecha.edges.hops.entrance_chain import Chain
from hecha.edges.hops.entrance_process import server_config
from hecha.edges.hops.keys import derived, root_secret
from tests.entrances.rogue import PATIENT, Rogue

TIGHT = replace(PATIENT, body_ms=300, header_bytes=2000, connections=4, keep_alive_s=1)


@asynccontextmanager
async def served(tmp_path, limits=TIGHT):
    """An entrance on a free port, in this event loop."""
    rogue = Rogue(tmp_path)
    config = replace(rogue.config, limits=limits, listeners={"entrance-web": "127.0.0.1:0"}, console="")
    server = uvicorn.Server(server_config(config, Entrance(config, rogue.network, Chain(config))))
    serving = asyncio.ensure_future(server.serve())
    for _ in range(1000):
        if server.started:
            break
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


async def say(port, message):
    """Send bytes and read until the entrance closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(message)
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return answer


def story(tmp_path, *messages):
    async def tell():
        async with served(tmp_path) as port:
            return [await say(port, message) for message in messages]

    return asyncio.run(tell())


def test_a_head_too_large_is_refused_and_the_connection_closed(tmp_path):
    (headers, url) = story(
        tmp_path,
        b"GET /healthz HTTP/1.1\r\nhost: x\r\n" + b"a: b\r\n" * 1000 + b"\r\n",
        b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    )
    assert headers.startswith(b"HTTP/1.1 431 ")
    assert url.startswith(b"HTTP/1.1 431 ")


def test_a_head_that_never_ends_and_a_silent_connection_are_closed(tmp_path):
    assert story(tmp_path, b"GET /healthz HTTP/1.1\r\nhos", b"") == [b"", b""]


def test_a_body_that_does_not_come_is_refused(tmp_path):
    async def tell():
        async with served(tmp_path) as port:
            token = derived(root_secret(tmp_path), "institution:loc")
            head = f"POST /api/v1/verifications HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
            return await say(port, head.encode() + b"content-length: 10\r\nconnection: close\r\n\r\n{")

    answer = asyncio.run(tell())
    assert b" 422 " in answer.split(b"\r\n")[0]
    assert json.loads(answer.split(b"\r\n\r\n")[1])["errors"][0]["where"] == "body"


def test_more_connections_than_the_limit_are_turned_away(tmp_path):
    async def tell():
        async with served(tmp_path) as port:
            held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(TIGHT.connections)]
            answer = await say(port, b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            for _, writer in held:
                writer.close()
            await asyncio.sleep(0.05)
            later = await say(port, b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            return answer, later

    answer, later = asyncio.run(tell())
    assert b" 503 " in answer.split(b"\r\n")[0]
    assert json.loads(later.split(b"\r\n\r\n")[1]) == {"status": "ok"}
