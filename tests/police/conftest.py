"""A police source on a free port, and a caller that shares its key."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from typing import Any

import pytest

from hecha.edges import police
from hecha.edges.files.network_folder import load_network
from hecha.edges.hops import mac
from hecha.edges.hops.topology import Limits
from hecha.edges.police_faults import DataFaults
from hecha.edges.police_source import Source
from hecha.edges.sandbox.population import Citizen, Population
from hecha.network.model import Network

KEY, TOKEN = b"k" * 32, "sandbox-token"


@dataclass(frozen=True)
class Reply:
    status: int
    mac: str
    body: bytes
    kind: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Desk:
    """Asks a running police source as the relay would."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._ids = (f"r{nth}" for nth in count())

    def post(self, path: str, body: bytes, **headers: str) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            kind = answer.getheader("content-type", "")
            return Reply(answer.status, answer.getheader("x-hecha-mac", ""), answer.read(), kind)
        finally:
            connection.close()

    def get(self, path: str) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return Reply(answer.status, "", answer.read(), answer.getheader("content-type", ""))
        finally:
            connection.close()

    def question(self, name: str, number: str) -> dict[str, Any]:
        return {
            "id": next(self._ids),
            "name": name,
            "number": number,
            "mode": "interface",
            "entry": "bank/x/core",
            "outlet": "x-0001",
            "bank": "x",
        }

    def ask(self, name: str, number: str) -> Reply:
        """One verification."""
        return self.post("/hop/verify", json.dumps(self.question(name, number)).encode(), **self.passport())

    def about(self, citizen: Citizen) -> Any:
        """The answer about a citizen under the own name."""
        reply = self.ask(citizen.name, citizen.number)
        assert reply.status == 200
        return reply.json

    def passport(self) -> dict[str, str]:
        return {"x-hecha-hop": mac.caller_pass(KEY, "relay").decode()}

    def breaks(self, fault: str, value: str = "", component: str = "police", token: str = TOKEN) -> Reply:
        order = {"component": component, "fault": fault, "value": value}
        return self.post("/hop/fault", json.dumps(order).encode(), **{"x-hecha-fault-token": token})


@pytest.fixture(scope="session")
def zhejiang() -> Network:
    return load_network("zhejiang")


@pytest.fixture(scope="session")
def people(zhejiang: Network) -> Population:
    return Population(zhejiang)


@pytest.fixture(scope="session")
def _running(zhejiang: Network, people: Population) -> Iterator[int]:
    app = police.Police(
        Source(people, DataFaults(zhejiang.areas)), {"relay": KEY}, TOKEN, Limits(body_ms=500, ack_ms=50)
    )
    server = police.server(app)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(20)
    listener.close()
    assert not thread.is_alive()


@pytest.fixture
def desk(_running: int) -> Iterator[Desk]:
    """Nothing is broken before and after each test."""
    desk = Desk(_running)
    yield desk
    assert desk.breaks("up").json == {"faults": {}}
