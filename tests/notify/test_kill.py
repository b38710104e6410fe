"""kill -9 while sending, forty times: every notice is carried at least once, under one key, once in our log."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from hecha.edges.clock import system_clock
from hecha.edges.notify.tables import deliveries
from hecha.edges.store.keys import load_keys
from hecha.edges.store.store import Store
from tests.notify.mortal import open_desk
from tests.notify.provider import Provider
from tests.notify.town import put

KILLS = 40
NOTICES = 600


class Slow(Provider):
    """Takes a moment, so that a kill often falls between its yes and our note of it."""

    def next_fate(self) -> str:
        time.sleep(0.01)
        return super().next_fate()


def wait_until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.005)


def pid(home: Path) -> int:
    path = home / "pid"
    return int(path.read_text()) if path.exists() else 0


def test_a_carrier_that_is_killed_loses_and_doubles_nothing(tmp_path: Path) -> None:
    provider = Slow()
    store = Store(f"sqlite:///{tmp_path / 'hecha.db'}", load_keys(tmp_path / "keys"))
    ids = {put(store, key=f"order:{n}", at=system_clock() - timedelta(seconds=1)) for n in range(NOTICES)}
    store.close()
    command = [sys.executable, "-m", "tests.notify.mortal", str(tmp_path), provider.address]
    process = subprocess.Popen(command, stderr=(tmp_path / "log").open("w"))
    try:
        _kills(tmp_path, provider)
        wait_until(lambda: len({_serial(one) for one in provider.taken}) == NOTICES)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    _proves(tmp_path, provider, ids)
    provider.close()


def _kills(home: Path, provider: Provider) -> None:
    chance, killed = random.Random(20260312), 0
    for _ in range(KILLS):
        wait_until(lambda dead=killed: pid(home) != dead)
        before = len(provider.taken)
        wait_until(lambda before=before: len(provider.taken) > before or _all(provider))
        time.sleep(chance.uniform(0, 0.03))
        killed = pid(home)
        os.kill(killed, signal.SIGKILL)


def _all(provider: Provider) -> bool:
    return len({_serial(one) for one in provider.taken}) == NOTICES


def _serial(taken: dict) -> str:
    return str(json.loads(taken["body"])["serial"])


def _proves(home: Path, provider: Provider, ids: set[str]) -> None:
    desk = open_desk(home, provider.address)
    with desk.store.read() as connection:
        lines = connection.execute(select(deliveries)).all()
    desk.store.close()
    first = [line for line in lines if (line.person, line.attempt) == ("zhang", 1)]
    assert {line.notice for line in first} == ids
    assert max(Counter((line.notice, line.person, line.attempt) for line in lines).values()) == 1
    serials = Counter(_serial(one) for one in provider.taken)
    assert {serial.split("/")[0] for serial in serials} == ids
    assert sum(serials.values()) > NOTICES, "no kill fell between the provider's yes and our note: it proves little"
