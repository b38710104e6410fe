"""uvicorn's HTTP protocol with the limits that it lacks: on the bytes of a request's head, and on the time until the
head and then the body are whole. Whoever sends too slowly loses the connection; nothing of the application waits.

    uvicorn.Config(app, http=bounded(Bounds(header_bytes=16_384, head_s=10, body_s=60, silent_s=75)))
"""

from asyncio import TimerHandle
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TOO_LARGE_HEAD = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Bounds:
    """`silent_s`: a new connection over which nothing comes. The other times begin with the head, and end with it
    (`head_s`) or begin where the head ends (`body_s`)."""

    header_bytes: int
    head_s: float
    body_s: float
    silent_s: float


class BoundedHttp(HttpToolsProtocol):
    """`bounds` are set by `bounded`."""

    bounds: Bounds

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._head_bytes = 0
        self._waiting: TimerHandle | None = None
        self._wait(self.bounds.silent_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._came()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0
        self._wait(self.bounds.head_s)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._grow(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._grow(len(name) + len(value))

    def on_headers_complete(self) -> None:
        if not self.transport.is_closing():
            self._wait(self.bounds.body_s)
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._came()
        super().on_message_complete()

    def _grow(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self.bounds.header_bytes and not self.transport.is_closing():
            self.transport.write(TOO_LARGE_HEAD)
            self.transport.close()

    def _wait(self, seconds: float) -> None:
        self._came()
        self._waiting = self.loop.call_later(seconds, self.transport.close)

    def _came(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def bounded(bounds: Bounds, protocol: type[BoundedHttp] = BoundedHttp) -> type[BoundedHttp]:
    """A protocol class for uvicorn's `http=`."""
    return type(f"With{protocol.__name__}", (protocol,), {"bounds": bounds})
