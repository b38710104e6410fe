"""A console's API as a process that may be killed: `python -m tests.api.mortal HOME PORT`.

The parent has everything imported and holds nothing; it forks a server, waits for its death and forks the next.
Each server opens the real store in HOME, serves the real API over HTTP and runs the real drain.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from hecha.edges.api.app import api
from hecha.edges.api.desk import Desk
from hecha.edges.api.memory_entrance import MemoryEntrance
from hecha.edges.api.signing_in import load_tokens
from hecha.edges.clock import system_clock
from hecha.edges.jobs.runner import Runner
from hecha.edges.notify.contacts import MemoryContacts
from hecha.edges.notify.desk import NoticeDesk
from hecha.edges.notify.links import Links
from hecha.edges.store.keys import load_keys
from hecha.edges.store.store import Store
from hecha.flow.recover import Pace
from hecha.flow.situation import unknown_picture
from hecha.organization.units import Units
from hecha.verification.outcome import Outcome
from tests.api.town import network


def application(home: Path) -> Starlette:
    town = network()
    store = Store(f"sqlite:///{home / 'hecha.db'}", load_keys(home / "keys"))
    picture = replace(unknown_picture(town, system_clock()), outlets_not_up={})
    entrance = MemoryEntrance(lambda name, number: Outcome.MATCH_PHOTO, system_clock)
    desk = Desk(store, town, entrance, lambda: picture, system_clock)
    runner = Runner(desk.office, Pace(per_second=2000.0))
    tokens = load_tokens(home / "keys" / "api-tokens.json")

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        stop = asyncio.Event()
        work = asyncio.create_task(runner.run(stop))
        yield
        stop.set()
        await work
        store.close()

    notices = NoticeDesk(store, Units(town), MemoryContacts(), system_clock, Links(store.keys))
    machine = api(desk, lambda: picture, notices=notices, tokens=tokens, sessions=lambda request: None)
    return Starlette(routes=[Mount("/api", app=machine)], lifespan=life)


def serve(home: Path, port: int) -> None:
    uvicorn.run(application(home), host="127.0.0.1", port=port, log_level="warning", access_log=False)


def main(home: Path, port: int) -> None:
    """Fork servers until SIGTERM; the last one is asked to end in order."""
    child = 0
    ending = False

    def end(*_: object) -> None:
        nonlocal ending
        ending = True
        if child:
            os.kill(child, signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    while not ending:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            serve(home, port)
            os._exit(0)
        _write(home / "pid", str(child))
        os.waitpid(child, 0)


def _write(path: Path, text: str) -> None:
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
