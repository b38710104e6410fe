"""A front server that answers whatever it is told to, and an entrance that believes it or not, in one event loop."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from hecha.edges.clock import Clock, system_clock
from hecha.edges.hops import mac
from hecha.edges.hops.entrance import Entrance
from hecha.edges.hops.entrance_chain import Chain
from hecha.edges.hops.entrance_intake import read_request
from hecha.edges.hops.topology import Limits, Route, sandbox_topology
from tests.entrances.province import FILES, load_network

QUICK = Limits(try_ms=80, ack_ms=40, deadline_ms=400)
"""For what is not believed anyway."""
PATIENT = Limits(try_ms=3_000, ack_ms=100, deadline_ms=6_000)
"""For what must come through, however busy the machine."""
Speak = Callable[[dict[str, Any], bytes], bytes | None]
"""Request and MAC key → the bytes of a whole HTTP answer; None = silence."""


def http(body: bytes, seal: bytes | None, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n".encode()
    return head + (b"x-hecha-mac: " + seal + b"\r\n" if seal is not None else b"") + b"\r\n" + body


def honest(request: dict[str, Any], key: bytes, **changes: Any) -> bytes:
    """A well-formed, authentic answer."""
    answer = {"id": request["id"], "outcome": "match_photo", "path": [{"hop": "front/a", "ms": 1}], "photo": "QUJD"}
    body = json.dumps(answer | changes).encode()
    return http(body, mac.sign(key, request["id"].encode(), body))


class Rogue:
    """Listens in place of both fronts. `speak` may be changed between requests; `asked` keeps what came."""

    def __init__(self, home: Path, clock: Clock = system_clock, **changes: Any) -> None:
        folder = home / "network"
        folder.mkdir(parents=True)
        for name, text in FILES.items():
            (folder / name).write_text(text)
        self.network = load_network(str(folder))
        self.config = replace(sandbox_topology(home, 1, self.network)["entrance-web"], **{"limits": PATIENT, **changes})
        self.clock = clock
        self.speak: Speak = honest
        self.asked: list[dict[str, Any]] = []
        self.turn = 0

    async def __aenter__(self) -> "Rogue":
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self.server.sockets[0].getsockname()[1]
        routes = tuple(Route(front, f"127.0.0.1:{port}") for front in ("front/a",))
        self.config = replace(self.config, routes=routes, peers=(), national=())
        self.entrance = Entrance(self.config, self.network, Chain(self.config), self.clock)
        self.entrance.journal.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.entrance.answers.settle()
        await self.entrance.chain.close()
        await asyncio.to_thread(self.entrance.journal.close)
        self.server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for _ in range(10_000):
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
                request = json.loads(await reader.readexactly(length))
                self.asked.append(request)
                answer = self.speak(request, self.config.key_to("front/a"))
                if answer is not None:
                    writer.write(answer)
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def verify(self, key: str = "", outlet: str = "w1", **changes: Any) -> dict[str, Any]:
        """One verification through the entrance; a key of its own unless one is given."""
        self.turn += 1
        subject = {"name": "张三", "number": "11010519491231002X"}
        body = {"subject": subject, "business": {"type": "01"}, "outlet": outlet} | changes
        request = read_request(json.dumps(body).encode())
        answer: dict[str, Any] = json.loads(await self.entrance.verify("console", request, key or f"turn-{self.turn}"))
        return answer
