"""The chain as real processes on free ports, and a load that goes through it as an entrance would send it."""

import asyncio
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from hecha.edges.files.network_folder import load_network
from hecha.edges.hops.forward import Forwarder
from hecha.edges.hops.topology import PORTS, HopConfig, sandbox_topology, to_toml
from hecha.edges.hops.wire import FaultOrder, HopAnswer, HopRequest
from hecha.edges.sandbox.population import Population

NAMES = ("police", "relay", "front-a", "front-b")
START_S = 30.0
_numbers = itertools.count(1)


def free_base() -> int:
    """A base port whose whole range is free just now."""
    for base in range(21_000 + os.getpid() % 200 * 100, 61_000, 100):
        if all(_is_free(base + offset) for offset in PORTS.values()):
            return base
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Chain:
    """Police, relay, both fronts. Use as a context manager."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.network = load_network("zhejiang")
        self.population = Population(self.network)
        self.hops = sandbox_topology(home, free_base(), self.network)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Chain":
        for name in NAMES:
            self.start(name)
        for name in NAMES:
            self.wait_for(name)
        return self

    def __exit__(self, *why: object) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait(10)

    def start(self, name: str) -> None:
        file = self.home / f"{name}.toml"
        file.write_text(to_toml(self.hops[name]))
        command = [sys.executable, "-m", "hecha.edges.hops.process", str(file)]
        self.processes[name] = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def wait_for(self, name: str) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(self.url(name, "/healthz"), timeout=0.5):
                    return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"{name} did not start")

    def url(self, name: str, path: str) -> str:
        return f"http://{next(iter(self.hops[name].listeners.values()))}{path}"

    def signal(self, name: str, number: signal.Signals) -> None:
        self.processes[name].send_signal(number)
        if number is signal.SIGKILL:
            self.processes[name].wait(10)

    def restart(self, name: str) -> None:
        self.start(name)
        self.wait_for(name)

    def fault(self, name: str, component: str, kind: str, value: str = "") -> None:
        """Break or mend a component inside a process."""
        body = msgspec.json.encode(FaultOrder(component, kind, value))
        headers = {"x-hecha-fault-token": self.hops[name].fault_token}
        with urllib.request.urlopen(urllib.request.Request(self.url(name, "/hop/fault"), body, headers), timeout=3):
            return

    def request(self, key: str = "", mode: str = "non_interface") -> HopRequest:
        """A citizen who exists."""
        number = next(_numbers)
        citizen = self.population.citizen(number % self.population.size)
        return HopRequest(
            f"req-{number:08}", citizen.name, citizen.number, mode, "account-system", "outlet-1", "bank-1", key=key
        )

    @property
    def entrance(self) -> HopConfig:
        return self.hops["entrance-web"]


@dataclass
class Load:
    """Closed-loop clients. `ends`: the moment of each answer; `failed`: answers that are unavailable."""

    chain: Chain
    clients: int = 8
    answers: list[HopAnswer] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    _stop: bool = False

    async def __aenter__(self) -> "Load":
        self.forwarder = Forwarder(self.chain.entrance)
        await self.forwarder.start()
        self._tasks = [asyncio.create_task(self._client()) for _ in range(self.clients)]
        await self.more(50)
        return self

    async def __aexit__(self, *why: object) -> None:
        self._stop = True
        await asyncio.gather(*self._tasks)
        await self.forwarder.close()

    async def more(self, answers: int) -> None:
        """Until so many more answers have come."""
        until = len(self.ends) + answers
        async with asyncio.timeout(60):
            while len(self.ends) < until:  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    async def _client(self) -> None:
        while not self._stop:
            request = self.chain.request(key=f"key-{len(self.ends)}-{next(_numbers)}")
            answer = await self.forwarder.verify(request)
            self.ends.append(time.monotonic())
            self.answers.append(answer)
            self.keys.append(request.key)
            await asyncio.sleep(0.001)

    @property
    def failed(self) -> list[HopAnswer]:
        return [answer for answer in self.answers if answer.outcome == "unavailable"]

    def on(self, front: str) -> bool:
        """Whether the traffic goes this way: the latest answers all do. A single one may be a trial."""
        return all((a.path[0].hop, a.path[0].result) == (front, "ok") for a in self.answers[-20:])

    def longest_gap(self, since: float) -> float:
        """Seconds between two answers, the longest after a moment."""
        ends = [since, *(end for end in self.ends if end >= since)]
        return max((later - earlier for earlier, later in itertools.pairwise(ends)), default=0.0)
