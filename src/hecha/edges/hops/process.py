"""One process of the chain: reads its role from its settings and serves until SIGTERM."""

import asyncio
import gc
import signal
import socket
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
import uvloop

from hecha.edges.clock import system_clock
from hecha.edges.hops import front, protocol, relay
from hecha.edges.hops.app import HopApp
from hecha.edges.hops.forward import Forwarder
from hecha.edges.hops.hop import Hop
from hecha.edges.hops.journal import Journal
from hecha.edges.hops.topology import HopConfig, load_config
from hecha.kernel.errors import BadInput, Unavailable

BACKLOG = 2048
GRACE_S = 3


def run(config: HopConfig) -> None:
    """Serve until SIGTERM, then end what is under way. Raises BadInput for a role that is no hop's, Unavailable
    when a port is taken."""
    if config.role == "police":
        from hecha.edges.police import run as run_police

        run_police(config)
    elif config.role == "entrance":
        from hecha.edges.hops.entrance_process import run as run_entrance

        run_entrance(config)
    elif config.role in ("relay", "front"):
        uvloop.run(serve(config, listening(config)))
    else:
        raise BadInput(config.role, "没有这种角色 no such role", "police, relay, front, entrance")


def listening(config: HopConfig) -> list[socket.socket]:
    """Bound sockets of all listeners. Raises Unavailable for a port that is taken."""
    return [_bound(*address.rsplit(":", 1)) for address in config.listeners.values()]


def _bound(host: str, port: str) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, int(port)))
    except OSError as error:
        bound.close()
        raise Unavailable(f"{host}:{port}", f"端口不能监听 cannot listen: {error.strerror}") from error
    return bound


async def serve(config: HopConfig, sockets: list[socket.socket], stop: asyncio.Event | None = None) -> None:
    """Run relay or front on bound sockets, in the order of `config.listeners`. `stop` ends it, as SIGTERM does."""
    ports = _ports(config, sockets)
    forwarder, journal = Forwarder(config), _journal(config)
    gates = relay.gates() if config.role == "relay" else front.gates(config.component)
    hop = Hop(config, forwarder, journal, gates, relay.INNER if config.role == "relay" else {})
    server = _Server(_uvicorn(config, HopApp(hop, ports), protocol.for_hop(hop, ports)))
    if journal is not None:
        journal.open()
    _spare_the_collector()
    await forwarder.start()
    ender = asyncio.ensure_future(_end(server, stop)) if stop else None
    try:
        await server.serve(sockets)
    finally:
        if ender is not None:
            ender.cancel()
        await forwarder.close()
        if journal is not None:
            await asyncio.to_thread(journal.close)


class _Server(uvicorn.Server):
    """uvicorn raises the signal again when it has ended, which would skip closing the journal; here a signal only
    asks it to end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        asked = (signal.SIGTERM, signal.SIGINT) if threading.current_thread() is threading.main_thread() else ()
        for number in asked:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield
        for number in asked:
            loop.remove_signal_handler(number)


def _spare_the_collector() -> None:
    """What lives for ever is not looked at again, and the rest less often: requests leave no cycles behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def _end(server: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    server.should_exit = True


def _ports(config: HopConfig, sockets: Iterable[socket.socket]) -> dict[int, str]:
    return {bound.getsockname()[1]: name for name, bound in zip(config.listeners, sockets, strict=True)}


def _journal(config: HopConfig) -> Journal | None:
    if not config.journal:
        return None
    return Journal(Path(config.journal), config.keys_folder, config.name, system_clock)


def _uvicorn(config: HopConfig, app: HopApp, http: type[protocol.HopProtocol]) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=http,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=config.limits.keep_alive_s,
        timeout_graceful_shutdown=GRACE_S,
    )


if __name__ == "__main__":  # `python -m hecha.edges.hops.process hop.toml`: a hop without the command line around it
    run(load_config(Path(sys.argv[1])))
