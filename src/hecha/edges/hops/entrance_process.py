"""One entrance as a process: settings in, HTTP served until SIGTERM; what is under way is finished first."""

import asyncio
from asyncio import TimerHandle
from typing import Any

import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hecha.edges.clock import Clock, system_clock
from hecha.edges.files.network_folder import load_network
from hecha.edges.hops.entrance import Entrance
from hecha.edges.hops.entrance_app import INTERIM, app
from hecha.edges.hops.entrance_chain import Chain
from hecha.edges.hops.topology import HopConfig, Limits
from hecha.network.model import Network

STOP_GRACE_S = 12  # a little longer than the business deadline
ACKNOWLEDGEMENT = b"HTTP/1.1 102 Processing\r\nx-hecha-beat: 1\r\n\r\n"
TOO_LARGE_HEAD = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class EntranceProtocol(HttpToolsProtocol):
    """uvicorn's protocol with two things that it lacks: limits on a request's head (bytes, and time until it is
    whole), and hop acknowledgements (HTTP 102), which ASGI has no word for. `limits` is set per process."""

    limits = Limits()

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._head_bytes = 0
        self._head_timer: TimerHandle | None = None
        self._await_head(self.limits.keep_alive_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0
        self._await_head(self.limits.body_ms / 1000)
        self.scope["extensions"] = {INTERIM: {"send": self._acknowledge}}

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._grow(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._grow(len(name) + len(value))

    def on_headers_complete(self) -> None:
        self._head_came()
        if not self.transport.is_closing():
            super().on_headers_complete()

    def _grow(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self.limits.header_bytes and not self.transport.is_closing():
            self.transport.write(TOO_LARGE_HEAD)
            self.transport.close()

    def _await_head(self, seconds: float) -> None:
        self._head_came()
        self._head_timer = self.loop.call_later(seconds, self.transport.close)

    def _head_came(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _acknowledge(self) -> None:
        cycle: Any = self.cycle
        if cycle is not None and not cycle.response_started and not self.transport.is_closing():
            self.transport.write(ACKNOWLEDGEMENT)


async def serve(config: HopConfig, network: Network | None = None, clock: Clock = system_clock) -> None:
    """Serve until SIGTERM or SIGINT."""
    known = network if network is not None else load_network(config.network)
    await uvicorn.Server(server_config(config, Entrance(config, known, Chain(config), clock))).serve()


def run(config: HopConfig) -> None:
    """The same, in an event loop of its own."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(config))


def server_config(config: HopConfig, entrance: Entrance) -> uvicorn.Config:
    """How uvicorn is to serve an entrance: `limits` are those of the settings."""
    host, port = config.listeners[config.component].rsplit(":", 1)
    return uvicorn.Config(
        app(entrance),
        host=host,
        port=int(port),
        http=type("OneEntranceProtocol", (EntranceProtocol,), {"limits": config.limits}),
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=config.limits.connections,
        timeout_keep_alive=config.limits.keep_alive_s,
        timeout_graceful_shutdown=STOP_GRACE_S,
        ws="none",
    )
