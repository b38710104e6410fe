"""The port to whatever carries a message out of the house, and its form in memory.

    channel.line("pbc/33")     what would carry it for this unit ("" when nothing does); each line has its own rate
    channel.send(letter)       Sent(provider_id) or Failed(why, retry); blocks, so it is called in a thread

The letter's `key` is the same for the same attempt, so that a provider that knows keys never delivers it twice.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from hecha.flow.convey import Way

DINGTALK_PER_MINUTE = 20  # what the provider allows each robot


class Why(StrEnum):
    """Why an attempt failed."""

    UNREACHABLE = "unreachable"  # no connection: it was not sent
    TIMEOUT = "timeout"  # no answer in time: unknown
    DROPPED = "dropped"  # the connection broke before the answer: unknown
    FAULT = "fault"  # the provider's own trouble
    LIMITED = "limited"  # too many in a while
    REFUSED = "refused"  # the provider will not take this message
    SETTINGS = "settings"  # it does not know us: token, key or signature
    BAD_ANSWER = "bad_answer"  # not an answer of this provider: unknown
    UNDELIVERED = "undelivered"  # taken, but a receipt says that it did not arrive


@dataclass(frozen=True, slots=True)
class Letter:
    """What a channel carries: to whom, and words without content. `to` is a number or an address."""

    key: str
    unit: str
    to: str = field(repr=False)
    title: str
    text: str
    link: str = field(repr=False)  # whoever holds it may acknowledge


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has taken it. `provider_id` names it in later receipts, "" where there is none."""

    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """It has not been taken, or nobody knows. `pause`: what the provider asked for."""

    why: Why
    retry: bool = True
    pause: timedelta = timedelta()


class Channel(Protocol):
    """One way out."""

    @property
    def way(self) -> Way: ...
    @property
    def per_minute(self) -> int: ...
    @property
    def timeout_s(self) -> float: ...
    def line(self, unit: str) -> str: ...
    def send(self, letter: Letter) -> Sent | Failed: ...


class MemoryChannel:
    """Keeps what it takes, once per key. `fates` are told before it takes anything: one failure per attempt."""

    def __init__(self, way: Way = Way.SMS, per_minute: int = 1000, fates: Iterable[Failed] = ()) -> None:
        self.way = way
        self.per_minute = per_minute
        self.timeout_s = 10.0
        self.fates: deque[Failed] = deque(fates)
        self.taken: dict[str, Letter] = {}

    def line(self, unit: str) -> str:
        return f"memory:{self.way}"

    def send(self, letter: Letter) -> Sent | Failed:
        if self.fates:
            return self.fates.popleft()
        self.taken.setdefault(letter.key, letter)
        return Sent(letter.key)


def failure_of(status: int, retry_after: str = "") -> Failed | None:
    """What an HTTP status says, `None` for success."""
    if 200 <= status < 300:
        return None
    if status == 429:
        seconds = int(retry_after) if retry_after.isascii() and retry_after.isdigit() else 60
        return Failed(Why.LIMITED, pause=timedelta(seconds=min(seconds, 3600)))
    if status in (401, 403):
        return Failed(Why.SETTINGS, retry=False)
    if status >= 500 or status == 408:
        return Failed(Why.FAULT)
    return Failed(Why.REFUSED, retry=False)
