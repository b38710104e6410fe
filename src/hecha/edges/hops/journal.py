"""A hop's journal (日志): every attempt is durable before it is answered.

    journal = Journal(path, keys_folder, "front-a", system_clock)
    journal.open()                                     # in the event loop; reads the recent keys
    await journal.append(request, answer, ms)          # returns after the commit that covers it; raises Unavailable
    journal.submit(Entry(…), done)                     # the same by callback, for the hot path
    outcomes = await journal.rows(after, limit)        # without citizens' data
    journal.close()

Group commit: the writer thread takes whatever waits as soon as the previous commit ends, one encrypted block each.
If the file cannot take a block, all in it are told so, the file is opened anew, and nothing is acknowledged.
"""

import asyncio
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TypeVar

import msgspec

from hecha.edges.clock import Clock
from hecha.edges.hops.journal_file import BlockFile, Record, blocks_after, broken_link, connect, rows_of
from hecha.edges.hops.recent import Recent, payload_hash
from hecha.edges.hops.wire import HopAnswer, HopRequest, OutcomeRow, Outcomes
from hecha.kernel.errors import Unavailable
from hecha.verification.outcome import ANSWERED, Outcome

T = TypeVar("T")
BATCH_MAX = 512
WAITING_MAX = 8_192
INDEX_PAUSE_S = 0.5
INDEX_CHUNK = 1_024
REBUILD_MAX = 65_536
ROWS_MAX = 5_000

_encode = msgspec.json.encode
_decode_request = msgspec.json.Decoder(HopRequest).decode
_decode_answer = msgspec.json.Decoder(HopAnswer).decode


class Entry:
    """One attempt on its way into the journal. `raw` and `sent` are the JSON of request and answer."""

    __slots__ = ("answer", "at", "done", "ms", "raw", "request", "sent")

    def __init__(
        self, request: HopRequest, answer: HopAnswer, ms: float, at: float, raw: bytes = b"", sent: bytes = b""
    ) -> None:
        self.request, self.answer, self.ms, self.at = request, answer, ms, at
        self.raw, self.sent = raw or _encode(request), sent or _encode(answer)
        self.done: Callable[[bool], None] = _nobody

    def record(self) -> Record:
        """What is sealed: no photo is kept (no images by default)."""
        sent = self.sent if not self.answer.photo else _encode(without_photo(self.answer))
        return Record(self.at, self.raw, sent)

    def row(self) -> OutcomeRow:
        """What anyone entitled may read: no citizen in it."""
        asked, answer = self.request, self.answer
        return OutcomeRow(
            0,
            self.at,
            asked.outlet,
            asked.bank,
            asked.mode,
            asked.entry,
            answer.outcome,
            round(self.ms, 1),
            answer.path,
            answer.broke_at,
            asked.card_city,
        )


def without_photo(answer: HopAnswer) -> HopAnswer:
    return HopAnswer(answer.id, answer.outcome, answer.path, "", answer.issuing_authority, answer.broke_at)


def _nobody(committed: bool) -> None:
    """An entry that nobody waits for."""


class Journal:
    """Owned by one process; `submit` and `append` belong to the event loop's thread."""

    def __init__(self, path: Path, keys_folder: Path, hop: str, clock: Clock, keys_max: int = REBUILD_MAX) -> None:
        self.path, self.hop, self._keys_folder, self._clock = path, hop, keys_folder, clock
        self.recent = Recent(keys_max)
        self._file: BlockFile
        self._loop: asyncio.AbstractEventLoop
        self.commits = self.records = self.failures = 0
        self._waiting: deque[Entry] = deque()
        self._orders: deque[tuple[Callable[[BlockFile], object], asyncio.Future[object]]] = deque()
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._asleep = False
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._drift = 0.0
        self._drift_until = 0.0

    def open(self) -> None:
        """Open the file, rebuild the recent keys, start the writer. Raises sqlite3.Error when it is no journal."""
        self._loop = asyncio.get_running_loop()
        self._file = BlockFile(self.path, self._keys_folder, self.hop)
        self._rebuild()
        self._thread = threading.Thread(target=self._write, name=f"journal-{self.hop}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Commit what waits and end the writer."""
        self._stopping = True
        self._wake.put(None)
        if self._thread is not None:
            self._thread.join(10.0)

    @property
    def seq(self) -> int:
        return self._file.seq

    @property
    def head(self) -> str:
        return self._file.head.hex()

    @property
    def full(self) -> bool:
        return len(self._waiting) >= WAITING_MAX

    def now(self) -> float:
        """Unix seconds, from the clock once a second and the monotonic time between."""
        steady = monotonic()
        if steady >= self._drift_until:
            self._drift = self._clock().timestamp() - steady
            self._drift_until = steady + 1.0
        return steady + self._drift

    def submit(self, entry: Entry, done: Callable[[bool], None]) -> None:
        """`done(True)` after the commit that covers it, `done(False)` when it could not be written."""
        entry.done = done
        if self.full or self._stopping:
            done(False)
            return
        self._waiting.append(entry)
        if self._asleep:
            self._asleep = False
            self._wake.put(None)

    async def append(self, request: HopRequest, answer: HopAnswer, ms: float) -> None:
        """Return when the attempt is durable. Raises Unavailable when it is not."""
        committed: asyncio.Future[bool] = self._loop.create_future()
        self.submit(Entry(request, answer, ms, self.now()), lambda ok: _settle(committed, ok))
        if not await committed:
            raise Unavailable("journal", "日志无法写入，不能作答 the journal cannot be written, so nothing is answered")

    async def rows(self, after: int, limit: int) -> Outcomes:
        """Attempts later than `after`, oldest first, whole blocks: at least one block, about `limit` rows."""
        return await asyncio.to_thread(self._read_rows, after, max(1, min(limit, ROWS_MAX)))

    async def attempts_of(self, number: str) -> list[Record]:
        """All attempts on one citizen, through the blind index (what is not indexed yet is indexed first).

        The caller must record who looked and why."""
        return await self._order(lambda file: _find(file, number))

    async def purge(self, month: str) -> None:
        """Erase a month (`2026-03`) by dropping its key."""
        await self._order(lambda file: file.purge(month))

    async def broken_link(self) -> int | None:
        """The first record where the chain breaks; `None` = it holds."""
        return await asyncio.to_thread(self._check_chain)

    async def _order(self, job: Callable[[BlockFile], T]) -> T:
        ended: asyncio.Future[object] = self._loop.create_future()
        self._orders.append((job, ended))
        self._wake.put(None)
        return await ended  # type: ignore[return-value]

    def _read_rows(self, after: int, limit: int) -> Outcomes:
        connection = connect(self.path, read_only=True)
        try:
            rows: list[OutcomeRow] = []
            head, more = "", False
            for block in blocks_after(connection, after, limit + 1):
                if len(rows) >= limit:
                    more = True
                    break
                rows += (row for row in rows_of(block) if row.seq > after)
                head = block.head.hex()
            return Outcomes(self.hop, head or self.head, rows, more)
        finally:
            connection.close()

    def _check_chain(self) -> int | None:
        connection = connect(self.path, read_only=True)
        try:
            return broken_link(connection)
        finally:
            connection.close()

    def _rebuild(self) -> None:
        for block in blocks_after(self._file.connection, max(0, self._file.seq - REBUILD_MAX), REBUILD_MAX):
            for _, record in self._file.open(block):
                request, answer = _decode_request(record.request), _decode_answer(record.answer)
                self.remember(request, answer, record.answer, photo_lost=True)

    def remember(self, request: HopRequest, answer: HopAnswer, sent: bytes, photo_lost: bool = False) -> None:
        """Keep the key of a committed attempt."""
        if not request.key:
            return
        lost = photo_lost and answer.outcome is Outcome.MATCH_PHOTO
        replay = sent if answer.outcome in ANSWERED and not answer.photo and not lost else b""
        self.recent.keep(request.bank, request.key, payload_hash(request), replay)

    def _write(self) -> None:
        """The writer thread."""
        while not (self._stopping and not self._waiting):
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH_MAX))]
            if batch:
                self._tell(batch, self._commit(batch))
            elif self._orders:
                self._obey(*self._orders.popleft())
            else:
                self._sleep()
        self._file.connection.close()

    def _sleep(self) -> None:
        self._asleep = True
        if self._waiting or self._orders:  # it came between the look and the sleep
            self._asleep = False
            return
        try:
            self._wake.get(timeout=INDEX_PAUSE_S)
        except queue.Empty:
            self._index()

    def _commit(self, batch: list[Entry]) -> bool:
        month = self._clock().strftime("%Y-%m")
        try:
            self._file.append(month, [entry.record() for entry in batch], [entry.row() for entry in batch])
        except (sqlite3.Error, OSError):
            self.failures += 1
            self._reopen()
            return False
        self.commits += 1
        self.records += len(batch)
        return True

    def _reopen(self) -> None:
        try:
            self._file.reopen()
        except (sqlite3.Error, OSError):
            self.failures += 1  # the next block tries again

    def _index(self) -> None:
        try:
            self._file.index_some(INDEX_CHUNK)
        except (sqlite3.Error, OSError):
            self.failures += 1  # only searching waits; the cursor has not moved

    def _obey(self, job: Callable[[BlockFile], object], ended: "asyncio.Future[object]") -> None:
        try:
            result, error = job(self._file), None
        except Exception as raised:  # handed to who asked
            result, error = None, raised
        self._loop.call_soon_threadsafe(_hand_over, ended, result, error)

    def _tell(self, batch: list[Entry], committed: bool) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._told, batch, committed)

    def _told(self, batch: list[Entry], committed: bool) -> None:
        for entry in batch:
            if committed:
                self.remember(entry.request, entry.answer, entry.sent)
            entry.done(committed)


def _settle(future: "asyncio.Future[bool]", ok: bool) -> None:
    if not future.done():
        future.set_result(ok)


def _hand_over(future: "asyncio.Future[object]", result: object, error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


def _find(file: BlockFile, number: str) -> list[Record]:
    for _ in range(file.seq + 1):
        if not file.index_some(INDEX_CHUNK):
            break
    query = "SELECT seq FROM mark WHERE mark = ? ORDER BY seq"
    found = [seq for (seq,) in file.connection.execute(query, (file.mark(number),))]
    return [record for seq in found for record in _record(file, seq)]


def _record(file: BlockFile, seq: int) -> list[Record]:
    blocks = blocks_after(file.connection, seq - 1, 1)
    return [record for block in blocks for at, record in file.open(block) if at == seq]
