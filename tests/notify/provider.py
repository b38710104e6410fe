"""Providers on loopback that take messages, or fail in every way that real ones do.

provider = Provider()          one HTTP server for an SMS gateway and three kinds of robots
provider.fates.append("lies")  what the next request meets; "takes" when nothing is said
"""

import json
import socket
import socketserver
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from hecha.edges.notify.channel import Channel, Failed, MemoryChannel, Why
from hecha.edges.notify.mail import MailServer
from hecha.edges.notify.robots import Robot, RobotChannel
from hecha.edges.notify.sms import SmsGateway
from hecha.flow.convey import Way

SECRET = "0123456789abcdef0123456789abcdef"
TIMEOUT_S = 0.4
FATES = {  # what the provider does → why and whether it is tried again
    "fails": (Why.FAULT, True),
    "lies": (Why.REFUSED, False),
    "limits": (Why.LIMITED, True),
    "strange": (Why.BAD_ANSWER, True),
    "unknown": (Why.SETTINGS, False),
    "slow": (Why.TIMEOUT, True),
    "drops": (Why.DROPPED, True),
    "gone": (Why.UNREACHABLE, True),
}
_VERDICTS = {"/sms": "code", "/robot": "errcode", "/cgi-bin": "errcode", "/open-apis": "code"}
_LIES = {"/sms": 17, "/robot": 40035, "/cgi-bin": 40008, "/open-apis": 10003}


class _Server(ThreadingHTTPServer):
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A connection that was cut is what some fates are about."""


class Provider:
    """Runs until `close`. `taken`: idempotency key (or text) → body, for what it has really taken."""

    def __init__(self) -> None:
        self.fates: deque[str] = deque()
        self.taken: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self._ends = threading.Event()
        handler = type("Handler", (_Handler,), {"provider": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self._ends.set()
        self._server.shutdown()
        self._server.server_close()

    def next_fate(self) -> str:
        try:
            return self.fates.popleft()
        except IndexError:
            return "takes"

    def rests(self) -> None:
        """Longer than anyone waits, but not longer than the test."""
        self._ends.wait(TIMEOUT_S * 4)


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        body = self.rfile.read(length)
        if len(body) < length:  # whoever sent it died on the way
            return
        family = next(start for start in _VERDICTS if self.path.startswith(start))
        self.provider.paths.append(self.path)
        self._meets(self.provider.next_fate(), family, body)

    def _meets(self, fate: str, family: str, body: bytes) -> None:
        verdict = _VERDICTS[family]
        if fate in ("takes", "drops", "slow"):
            self.provider.taken.append({"key": self.headers.get("idempotency-key", ""), "body": body})
        if fate == "drops":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if fate == "slow":
            self.provider.rests()
        answers: dict[str, tuple[int, bytes]] = {
            "fails": (500, b"{}"),
            "lies": (200, json.dumps({verdict: _LIES[family], "msg": "no"}).encode()),
            "limits": (429, b"{}"),
            "strange": (200, b"<html>login</html>"),
            "unknown": (401, b"{}"),
        }
        yes = json.dumps({verdict: 0, "data": {"id": f"P{len(self.provider.taken)}"}}).encode()
        status, said = answers.get(fate, (200, yes))
        self.send_response(status)
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Quiet."""


class _Smtp(socketserver.StreamRequestHandler):
    """Enough of RFC 5321 for one message."""

    def handle(self) -> None:
        post: Provider = self.server.provider  # type: ignore[attr-defined]
        fate = post.next_fate()
        if fate == "slow":
            post.rests()
            return
        self._say("220 here")
        for line in self.rfile:
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self._say("354 go on")
                if self._takes(post, fate):
                    return
            elif verb == b"RCPT" and fate == "lies":
                self._say("550 no such person")
            elif verb == b"MAIL" and fate in ("fails", "limits", "strange", "unknown"):
                self._say("451 not now")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 well")

    def _takes(self, post: Provider, fate: str) -> bool:
        """Read the message; True when the line is cut instead of an answer."""
        lines = list(iter(self.rfile.readline, b".\r\n"))
        post.taken.append({"key": "", "body": b"".join(lines)})
        if fate == "drops":
            return True
        self._say("250 taken")
        return False

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class MailProvider(Provider):
    """The same for mail."""

    def __init__(self) -> None:
        super().__init__()
        self._smtp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp)
        self._smtp.daemon_threads = True
        self._smtp.provider = self  # type: ignore[attr-defined]
        self.port = self._smtp.server_address[1]
        threading.Thread(target=self._smtp.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        super().close()
        self._smtp.shutdown()
        self._smtp.server_close()


@dataclass
class Rig:
    """A channel with the provider behind it. `meets`: what happens to the next letter."""

    name: str
    channel: Channel
    meets: Callable[[str], None]
    taken: Callable[[], list[bytes]]
    close: Callable[[], None] = field(default=lambda: None)


def sms(address: str, **more: Any) -> SmsGateway:
    fields = {"mobile": "{to}", "content": "{text} {link}", "serial": "{key}"}
    return SmsGateway(
        f"{address}/sms", SECRET, fields, id_field="data.id", **({"per_minute": 6000, "timeout_s": TIMEOUT_S} | more)
    )


def robot(way: Way, address: str, **more: Any) -> RobotChannel:
    robots = {"pbc/3303": Robot(SECRET, SECRET if way is Way.DINGTALK else "")}
    return RobotChannel(way, robots, host=address, timeout_s=TIMEOUT_S, **more)


def rig(name: str) -> Rig:
    """A channel of each kind before a provider of its own."""
    if name == "memory":
        return _memory_rig()
    provider = MailProvider() if name == "mail" else Provider()
    channel: Channel
    if isinstance(provider, MailProvider):
        channel = MailServer("127.0.0.1", provider.port, "hecha@bank.example", security="insecure", timeout_s=TIMEOUT_S)
    else:
        channel = sms(provider.address) if name == "sms" else robot(Way(name), provider.address)

    def meets(fate: str) -> None:
        provider.close() if fate == "gone" else provider.fates.append(fate)

    return Rig(name, channel, meets, lambda: [one["body"] for one in provider.taken], provider.close)


def _memory_rig() -> Rig:
    memory = MemoryChannel()
    return Rig(
        "memory",
        memory,
        lambda fate: memory.fates.append(Failed(*FATES[fate])),
        lambda: [repr(letter).encode() for letter in memory.taken.values()],
    )
