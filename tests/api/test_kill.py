"""kill -9 in mid-registration, a hundred times, through real HTTP: nothing acknowledged is lost, nothing is doubled.

Clients choose their keys and send again until they are answered. The drain runs all the while and dies as well.
"""

import itertools
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from hecha.edges.api.signing_in import issue_token
from hecha.edges.store import ledger
from hecha.edges.store.keys import load_keys
from hecha.edges.store.lives import register
from hecha.edges.store.store import Store
from hecha.edges.store.tables import replies
from hecha.response.backlog import State
from tests.api.town import Town, registration

KILLS = 100
CLIENTS = 4


@dataclass
class Mortal:
    """The process tree, and what its clients were told."""

    home: Path
    port: int
    token: str
    acknowledged: dict[str, str] = field(default_factory=dict)  # key -> entry
    sent: int = 0
    ends: threading.Event = field(default_factory=threading.Event)

    def send(self, client: httpx.Client, serial: int, key: str) -> str | None:
        """One try. The entry's id, or nothing: then it is unknown what happened."""
        self.sent += 1
        headers = {"authorization": f"Bearer {self.token}", "idempotency-key": key}
        body = registration(serial % 999, outlet="x1")
        try:
            answer = client.post(f"http://127.0.0.1:{self.port}/api/v1/registrations", json=body, headers=headers)
        except httpx.TransportError:
            return None
        if answer.status_code == 503:
            return None
        assert answer.status_code == 201, answer.text
        assert answer.json()["durable"] == "local"
        return str(answer.json()["id"])

    def client(self, name: int) -> None:
        """Registers one business after the other, each until it is acknowledged."""
        with httpx.Client(timeout=5) as connection:
            for serial in itertools.count():
                if self.ends.is_set():
                    return
                key = f"client{name}-{serial}"
                while (entry := self.send(connection, serial, key)) is None:
                    time.sleep(0.005)
                self.acknowledged[key] = entry

    def pid(self) -> int:
        path = self.home / "pid"
        return int(path.read_text()) if path.exists() else 0


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Mortal]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = issue_token(tmp_path / "keys" / "api-tokens.json", "bank/X")
    command = [sys.executable, "-m", "tests.api.mortal", str(tmp_path), str(port)]
    process = subprocess.Popen(command, stderr=(tmp_path / "log").open("w"))
    yield Mortal(tmp_path, port, token)
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_a_hundred_kills(mortal: Mortal) -> None:
    chance = random.Random(20260312)
    clients = [threading.Thread(target=mortal.client, args=(name,)) for name in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        killed = 0
        for _ in range(KILLS):
            wait_until(lambda dead=killed: mortal.pid() != dead)
            before, dead = len(mortal.acknowledged), time.monotonic() + 20
            while len(mortal.acknowledged) < before + 2 and time.monotonic() < dead:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.03))
            killed = mortal.pid()
            os.kill(killed, signal.SIGKILL)
    finally:
        mortal.ends.set()
        for client in clients:
            client.join(30)
    _ends(mortal)
    _proves(mortal)


def _ends(mortal: Mortal) -> None:
    """The last server is killed as well, and the parent does not start another."""
    owner = int(Path(f"/proc/{mortal.pid()}/stat").read_text().split()[3])
    os.kill(owner, signal.SIGTERM)
    wait_until(lambda: _is_free(mortal.home))


def _is_free(home: Path) -> bool:
    try:
        Store(f"sqlite:///{home / 'hecha.db'}", load_keys(home / "keys")).close()
    except Exception:
        return False
    return True


def wait_until(condition) -> None:
    dead = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < dead
        time.sleep(0.01)


def _proves(mortal: Mortal) -> None:
    store = Store(f"sqlite:///{mortal.home / 'hecha.db'}", load_keys(mortal.home / "keys"))
    town = Town(store)
    town.clock.passes(hours=24 * 3650)
    wait_until(lambda: not town.works(5))
    with store.read() as connection:
        entries = register.rows(connection)
        kept = connection.execute(select(replies.c.key)).scalars().all()
        assert ledger.verify(connection).broken_at is None
        assert register.replay(connection) == entries
        verified = Counter(fact.fact.subject for fact in facts(connection, "register:entry:verified"))
    store.close()
    assert len(mortal.acknowledged) >= 2 * KILLS
    assert set(mortal.acknowledged.values()) <= set(entries)  # nothing acknowledged is lost
    assert (
        len(set(mortal.acknowledged.values())) == len(mortal.acknowledged) == len(entries) == len(kept)
    )  # nor doubled
    assert mortal.sent > len(mortal.acknowledged)  # the kills did hit requests under way
    assert set(verified) == set(entries)
    assert set(verified.values()) == {1}  # each verified exactly once in effect
    assert {entry.state for entry in entries.values()} == {State.SAME}
    canaries = [word.encode() for word in ("330302199001010", "测试", "0577-5550100")]
    files = [f for f in mortal.home.rglob("*") if f.is_file()]  # database, WAL, keys, log
    readable = [f.name for f in files for word in canaries if word in f.read_bytes()]
    assert readable == []


def facts(connection, kind: str):
    after = 0
    while page := ledger.read(connection, after=after, kind=kind):
        yield from page
        after = page[-1].seq
