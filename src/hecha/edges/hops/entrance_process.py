"""One entrance as a process: settings in, HTTP served until SIGTERM; what is under way is finished first."""

import asyncio
from typing import Any

import uvicorn
import uvloop

from hecha.edges.bounded_http import BoundedHttp, Bounds, bounded
from hecha.edges.clock import Clock, system_clock
from hecha.edges.files.network_folder import load_network
from hecha.edges.hops.entrance import Entrance
from hecha.edges.hops.entrance_app import INTERIM, app
from hecha.edges.hops.entrance_chain import Chain
from hecha.edges.hops.topology import HopConfig, Limits
from hecha.network.model import Network

STOP_GRACE_S = 12  # a little longer than the business deadline
ACKNOWLEDGEMENT = b"HTTP/1.1 102 Processing\r\nx-hecha-beat: 1\r\n\r\n"


class EntranceProtocol(BoundedHttp):
    """Adds hop acknowledgements (HTTP 102), which ASGI has no word for."""

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
        http=bounded(_bounds(config.limits), EntranceProtocol),
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


def _bounds(limits: Limits) -> Bounds:
    """The application itself refuses a body that does not come, long before its connection is closed."""
    patience = float(limits.keep_alive_s)
    return Bounds(limits.header_bytes, limits.body_ms / 1000, body_s=patience, silent_s=patience)
