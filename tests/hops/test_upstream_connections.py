"""The pool of one route when a connection has died and nobody has told it yet."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest
import uvloop

from hecha.edges.hops.client import Upstream
from hecha.edges.hops.topology import Limits

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-hecha-mac: " + b"0" * 64 + b"\r\n\r\nok"
RUNNERS = {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}


class Asker:
    """A waiter that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def on_answer(self, status: int, mac: bytes, body: bytes) -> None:
        self.heard.set_result(f"{status} {body.decode()}")

    def on_acknowledgement(self, beats: bool) -> None: ...

    def on_break(self, result: str) -> None:
        self.heard.set_result(result)


async def _answer_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while await reader.readuntil(b"\r\n\r\n"):
            await reader.readexactly(1)
            writer.write(ANSWER)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def ask(upstream: Upstream) -> str:
    asker = Asker()
    upstream.send(b"/hop/verify", b"x", asker)
    return await asyncio.wait_for(asker.heard, 10)


def with_upstream(loop_name: str, story: Callable[[Upstream], Coroutine[None, None, None]]) -> None:
    async def run() -> None:
        server = await asyncio.start_server(_answer_all, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        upstream = Upstream(f"127.0.0.1:{port}", b"pass", Limits())
        try:
            await story(upstream)
        finally:
            await upstream.close()
            server.close()

    with asyncio.Runner(loop_factory=RUNNERS[loop_name]) as runner:
        runner.run(run())


@pytest.mark.parametrize("loop_name", RUNNERS)
def test_a_connection_that_is_closing_is_not_used(loop_name: str) -> None:
    async def story(upstream: Upstream) -> None:
        assert await ask(upstream) == "200 ok"
        upstream.idle[0].transport.abort()  # its end will be heard in the next turn of the loop
        assert await ask(upstream) == "200 ok"

    with_upstream(loop_name, story)


@pytest.mark.parametrize("loop_name", RUNNERS)
def test_an_idle_connection_is_used_again(loop_name: str) -> None:
    async def story(upstream: Upstream) -> None:
        for _ in range(3):
            assert await ask(upstream) == "200 ok"
        assert len(upstream.idle) == 1

    with_upstream(loop_name, story)
