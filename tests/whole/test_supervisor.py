"""The supervisor's promises, with real processes."""

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from hecha.edges.sandbox.supervisor import Supervisor, freeze, held_file, kill_and_hold, pid_file, release

SLEEPER = ["-c", "import time; time.sleep(120)"]


class Town:
    """One supervised sleeper and the thread that watches it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.supervisor = Supervisor(home, {"sleeper": SLEEPER}, program=(sys.executable,))
        self.stop = threading.Event()
        self.supervisor.start()
        self.keeper = threading.Thread(target=self.supervisor.watch, args=(self.stop, 0.02))
        self.keeper.start()

    def pid(self) -> int | None:
        try:
            return int(pid_file(self.home, "sleeper").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def close(self) -> None:
        self.stop.set()
        self.keeper.join()
        self.supervisor.stop()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.close()


def eventually(question, within_s: float = 20) -> bool:
    deadline = monotonic() + within_s
    while monotonic() < deadline:
        if question():
            return True
        sleep(0.02)
    return False


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def test_a_killed_process_comes_back_as_another(town: Town) -> None:
    first = town.pid()
    assert first is not None
    os.kill(first, 9)
    assert eventually(lambda: town.pid() not in (None, first))


def test_a_fault_holds_it_down_until_it_is_lifted(town: Town) -> None:
    first = town.pid()
    kill_and_hold(town.home, "sleeper")
    assert eventually(lambda: town.pid() is None)
    sleep(1.2)  # longer than the pause before a restart
    assert town.pid() is None
    assert held_file(town.home, "sleeper").exists()
    release(town.home, "sleeper")
    assert eventually(lambda: town.pid() not in (None, first))


def test_a_frozen_process_keeps_its_life_and_is_thawed(town: Town) -> None:
    pid = town.pid()
    assert pid is not None
    freeze(town.home, "sleeper")
    assert eventually(lambda: state_of(pid) == "T")
    release(town.home, "sleeper")
    assert eventually(lambda: state_of(pid) in "SR")
    assert town.pid() == pid


def test_stopping_ends_even_a_frozen_process(tmp_path: Path) -> None:
    town = Town(tmp_path)
    pid = town.pid()
    assert pid is not None
    freeze(tmp_path, "sleeper")
    town.close()
    assert not Path(f"/proc/{pid}").exists()


def test_no_orphan_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    parent = os.fork()  # ok: the test plays the parent's death
    if parent == 0:
        Supervisor(tmp_path, {"sleeper": SLEEPER}, program=(sys.executable,)).start()
        os.kill(os.getpid(), 9)
    os.waitpid(parent, 0)
    pid = int(pid_file(tmp_path, "sleeper").read_text())
    assert eventually(lambda: not Path(f"/proc/{pid}").exists() or state_of(pid) == "Z")
