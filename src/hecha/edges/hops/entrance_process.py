"""One entrance as a process: settings in, HTTP served until SIGTERM; what is under way is finished first."""

import asyncio
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hecha.edges.clock import Clock, system_clock
from hecha.edges.files.network_folder import load_network
from hecha.edges.hops.entrance import Entrance
from hecha.edges.hops.entrance_app import INTERIM, app
from hecha.edges.hops.entrance_chain import Chain
from hecha.edges.hops.topology import HopConfig
from hecha.network.model import Network

STOP_GRACE_S = 12  # a little longer than the business deadline
ACKNOWLEDGEMENT = b"HTTP/1.1 102 Processing\r\nx-hecha-beat: 1\r\n\r\n"


class EntranceProtocol(HttpToolsProtocol):
    """uvicorn's protocol that can also send a hop acknowledgement (HTTP 102), which ASGI has no word for."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {INTERIM: {"send": self._acknowledge}}

    def _acknowledge(self) -> None:
        cycle: Any = self.cycle
        if cycle is not None and not cycle.response_started and not self.transport.is_closing():
            self.transport.write(ACKNOWLEDGEMENT)


async def serve(config: HopConfig, network: Network | None = None, clock: Clock = system_clock) -> None:
    """Serve until SIGTERM or SIGINT."""
    known = network if network is not None else load_network(config.network)
    entrance = Entrance(config, known, Chain(config), clock)
    await uvicorn.Server(server_config(config, entrance)).serve()


def run(config: HopConfig) -> None:
    """The same, in an event loop of its own."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(config))


def server_config(config: HopConfig, entrance: Entrance) -> uvicorn.Config:
    host, port = config.listeners[config.component].rsplit(":", 1)
    return uvicorn.Config(
        app(entrance),
        host=host,
        port=int(port),
        http=EntranceProtocol,
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=config.limits.connections,
        timeout_keep_alive=config.limits.keep_alive_s,
        timeout_graceful_shutdown=STOP_GRACE_S,
        h11_max_incomplete_event_size=config.limits.header_bytes,
        ws="none",
    )
