"""A carrier as a process that may be killed: `python -m tests.notify.mortal HOME ADDRESS` forks one after the other."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from hecha.edges.clock import system_clock
from hecha.edges.jobs import leases
from hecha.edges.notify.carrier import Carrier
from hecha.edges.notify.desk import NoticeDesk
from hecha.edges.notify.links import Links
from hecha.edges.notify.settings import NotifySettings
from hecha.edges.store.keys import load_keys
from hecha.edges.store.store import Store
from hecha.flow.convey import Way
from hecha.organization.units import Units
from tests.console.demo import network
from tests.notify.provider import sms
from tests.notify.town import CONTACTS


def open_desk(home: Path, address: str) -> NoticeDesk:
    store = Store(f"sqlite:///{home / 'hecha.db'}", load_keys(home / "keys"))
    settings = NotifySettings({Way.SMS: sms(address, timeout_s=5.0)})
    return NoticeDesk(store, Units(network()), CONTACTS, system_clock, Links(store.keys), settings)


async def carry(desk: NoticeDesk) -> None:
    await desk.store.write(leases.reclaim)  # as the runner does at its start
    carrier = Carrier(desk, "http://127.0.0.1")
    while True:
        if not await carrier.once():
            await asyncio.sleep(0.01)


def main(home: Path, address: str) -> None:
    """Fork carriers until SIGTERM."""
    child = 0

    def end(*_: object) -> None:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)  # only then has it let go of the file
        os._exit(0)

    network()  # before the fork, so that each child begins at once
    signal.signal(signal.SIGTERM, end)
    while True:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            asyncio.run(carry(open_desk(home, address)))
        fresh = home / "pid.new"
        fresh.write_text(str(child))
        fresh.replace(home / "pid")
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
