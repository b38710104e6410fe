"""One bounded HTTP POST: no redirects, no retries, a limit on time and on the answer's size; nothing is logged."""

import http.client
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from hecha.edges.notify.channel import Failed, Why

ANSWER_BYTES_MAX = 64 << 10


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back."""

    status: int
    body: bytes
    retry_after: str


def post(url: str, body: bytes, headers: Mapping[str, str], timeout_s: float) -> HttpAnswer | Failed:
    """Send it once. What went wrong on the way is a Failed, whatever was answered an HttpAnswer."""
    parts = urlsplit(url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = maker(parts.hostname or "", parts.port, timeout=timeout_s)
    ends = time.monotonic() + timeout_s
    try:
        connection.connect()
    except TimeoutError:
        return Failed(Why.TIMEOUT)
    except (OSError, ssl.SSLError):
        return Failed(Why.UNREACHABLE)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, dict(headers))
        return _read(connection.getresponse(), ends)
    except TimeoutError:
        return Failed(Why.TIMEOUT)
    except (OSError, http.client.HTTPException):
        return Failed(Why.DROPPED)
    finally:
        connection.close()


def _read(response: http.client.HTTPResponse, ends: float) -> HttpAnswer | Failed:
    """The answer, piece by piece, so that one that drips ends in time too."""
    found = b""
    while piece := response.read1(4096):
        found += piece
        if len(found) > ANSWER_BYTES_MAX:
            return Failed(Why.BAD_ANSWER)
        if time.monotonic() > ends:
            return Failed(Why.TIMEOUT)
    return HttpAnswer(response.status, found, response.headers.get("retry-after", ""))
