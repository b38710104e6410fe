"""An entrance's journal: one part per mode tried; the last one carries the client's key and the answer as it was sent.

The parts without a key come first, so that a crash between two blocks can only lose the whole request, never leave
half of it as its answer. Photos are not kept; an answer of before a restart gets its photo by asking again.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hecha.edges.clock import Clock
from hecha.edges.hops import keys
from hecha.edges.hops.entrance_keys import RecentKeys, read_key
from hecha.edges.hops.journal import Entry, Journal
from hecha.edges.hops.topology import HopConfig
from hecha.edges.hops.wire import HopAnswer, HopRequest
from hecha.kernel.errors import BadInput, Unavailable
from hecha.verification.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Kept:
    """One mode's part in a request; `answer` without photo, `sent` the client's answer (last part only)."""

    request: HopRequest
    answer: HopAnswer
    at: float  # Unix seconds
    ms: float
    sent: bytes = b""


class EntranceJournal(Journal):
    """A hop's journal that also rebuilds the answers under clients' keys."""

    def __init__(self, config: HopConfig, clock: Clock, answers: RecentKeys) -> None:
        if not config.journal:
            raise BadInput("journal", "接入必须有日志 an entrance needs its journal")
        super().__init__(Path(config.journal), config.keys_folder, config.name, clock)
        self._answers = answers

    async def keep(self, parts: Sequence[Kept]) -> None:
        """Return when all parts are durable. Raises Unavailable when they are not: then nothing may be answered."""
        ended = [self._submitted(part) for part in parts]
        if not all(await asyncio.gather(*ended)):
            raise Unavailable("journal", "日志无法写入，不能作答 the journal cannot be written, so nothing is answered")

    def _submitted(self, part: Kept) -> "asyncio.Future[bool]":
        ended: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        done: Callable[[bool], None] = lambda durable: None if ended.done() else ended.set_result(durable)  # noqa: E731
        self.submit(Entry(part.request, part.answer, part.ms, part.at, done, part.sent))
        return ended

    def remember(self, request: HopRequest, answer: HopAnswer, sent: bytes, photo_lost: bool = False) -> None:
        """At start only: while running, the answers are remembered with their photos."""
        key = read_key(request.key) if photo_lost else None
        if key is not None and answer.outcome is not Outcome.UNAVAILABLE:
            self._answers.remember(key, sent, whole=answer.outcome is not Outcome.MATCH_PHOTO)


def payload_secret(config: HopConfig) -> bytes:
    """Keys the digests of payloads, so that they say nothing to who reads them."""
    return bytes.fromhex(keys.derived(keys.index_key(config.keys_folder, config.name), "payload"))
