"""A small province as real processes on free ports: police, relay, front A and B, both entrances."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from hecha.edges.files.network_folder import load_network
from hecha.edges.hops import faults
from hecha.edges.hops.topology import PORTS, HopConfig, Limits, sandbox_topology, to_toml
from hecha.edges.sandbox.population import Citizen, Population

START_S = 60.0
UNHURRIED = Limits(try_ms=1000)
"""Four times the usual patience: what these stories tell must not depend on how busy the machine is."""
FILES = {
    "areas.csv": "code,zh,kind,parent\nA,甲省,province,\n"
    "A1,一市,city,A\nA2,二市,city,A\nA11,东县,county,A1\nA12,西县,county,A1\n"
    + "".join(f"A2{n:02},南县{n},county,A2\n" for n in range(1, 61)),  # room for a million citizens
    "banks.csv": "id,zh,category,access\nnat,全国银行,state,national\nloc,地方银行,city,local\n"
    "web,乡村银行,rural,none\n",
    "outlets.csv": "id,zh,bank,county\nn1,全国东支行,nat,A11\nn2,全国南支行,nat,A201\nl1,地方东支行,loc,A11\n"
    "l2,地方西支行,loc,A12\nw1,乡村东支行,web,A11\n",
    "card_authorities.csv": "authority,city\n东县公安局,A1\n",
}
RUN = "import sys; from pathlib import Path; from hecha.edges.hops.process import run; "
RUN += "from hecha.edges.hops.topology import load_config; run(load_config(Path(sys.argv[1])))"


def free_base_port() -> int:
    """A base from which all ports of the sandbox are free, below those that the system hands out by itself."""
    first = os.getpid() % 250
    for turn in range(250):
        base = 20_000 + (first + turn) % 250 * 50
        if all(_free(base + offset) for offset in PORTS.values()):
            return base
    raise RuntimeError("no free ports")


def _free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return trial.connect_ex(("127.0.0.1", port)) != 0


class Province:
    """`hops` are the settings by process name; `post` and `get` speak to one of them."""

    def __init__(self, home: Path, **changes: Any) -> None:
        folder = home / "network"
        folder.mkdir()
        for name, text in FILES.items():
            (folder / name).write_text(text)
        self.home, self.network = home, load_network(str(folder))
        self.population = Population(self.network)
        hops = sandbox_topology(home, free_base_port(), self.network)
        changes = {"network": str(folder), "cfx_families": {"nat": "onebank"}, "limits": UNHURRIED, **changes}
        self.hops = {name: replace(config, **changes) for name, config in hops.items()}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.broken: set[str] = set()

    def __enter__(self) -> "Province":
        for name in self.hops:
            self.start(name, wait=False)
        for name in self.hops:
            self._wait_for(name)
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.processes):
            self.stop(name)

    def start(self, name: str, wait: bool = True) -> None:
        settings = self.home / f"{name}.toml"
        settings.write_text(to_toml(self.hops[name]))
        log = (self.home / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen([sys.executable, "-c", RUN, str(settings)], stdout=log, stderr=log)
        log.close()
        if wait:
            self._wait_for(name)

    def _wait_for(self, name: str) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self.processes[name].poll() is not None:
                break
            try:
                if self.get(name, "/healthz")[0] == 200:
                    return
            except (OSError, HTTPException):
                time.sleep(0.05)
        raise RuntimeError(f"{name} does not start: {(self.home / f'{name}.log').read_text()[-2000:]}")

    def stop(self, name: str, number: int = signal.SIGTERM) -> None:
        process = self.processes.pop(name)
        process.send_signal(number)
        process.wait(20)

    def kill(self, name: str) -> None:
        self.stop(name, signal.SIGKILL)

    def restart(self, name: str) -> None:
        self.kill(name)
        self.start(name)

    def fault(self, component: str, fault: str, value: str = "") -> dict[str, Any]:
        return asyncio.run(faults.order(self.hops, component, fault, value))

    def mend_all(self) -> None:
        """Lift every fault, and start again what was killed."""
        for name in self.hops:
            if name not in self.processes:
                self.start(name)
        while self.broken:
            self.fault(self.broken.pop(), "up")

    def breaks(self, component: str, fault: str = "down", value: str = "") -> None:
        """Break it until `mend_all`."""
        self.broken.add(component)
        self.fault(component, fault, value)

    def address(self, name: str) -> str:
        return next(iter(self.hops[name].listeners.values()))

    def token(self, who: str) -> str:
        return self.hops["entrance-web"].tokens[who]

    def post(self, name: str, path: str, body: str | bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        return self._send(name, "POST", path, body.encode() if isinstance(body, str) else body, headers)

    def get(self, name: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        return self._send(name, "GET", path, b"", headers or {})

    def _send(self, name: str, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        host, port = self.address(name).rsplit(":", 1)
        connection = HTTPConnection(host, int(port), timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def verify(
        self,
        outlet: str,
        key: str,
        citizen: Citizen | None = None,
        at: str = "entrance-bank",
        who: str = "console",
        **changes: Any,
    ) -> dict[str, Any]:
        """One verification over HTTP; the answer, with its status under `status`."""
        one = citizen or self.good()
        subject = {"name": one.name, "number": one.number, "card_authority": one.card_authority}
        body = {"subject": subject, "business": {"type": "01", "reference": "r"}, "outlet": outlet, **changes}
        headers = {"authorization": f"Bearer {self.token(who)}", "idempotency-key": key}
        status, answer = self.post(at, "/api/v1/verifications", json.dumps(body), headers)
        found: dict[str, Any] = json.loads(answer)
        return {"http": status, **found}

    def good(self, nth: int = 0) -> Citizen:
        """A citizen with a photo and a valid card."""
        good = (
            one
            for one in map(self.population.citizen, range(self.population.size))
            if one.has_photo and not one.card_lost and not one.card_invalid
        )
        for _ in range(nth):
            next(good)
        return next(good)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """All of an entrance's journalled outcomes."""
        console = {"authorization": f"Bearer {self.token('console')}"}
        _, body = self.get(name, "/hop/outcomes?after=0&limit=5000", console)
        found: list[dict[str, Any]] = json.loads(body)["rows"]
        return found


def hops_of(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """The path of an answer as (hop, result)."""
    return [(step["hop"], step.get("result", "ok")) for step in answer["path"]]


__all__ = ["HopConfig", "Province", "hops_of"]
