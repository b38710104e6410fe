"""A hop's journal (日志): every attempt is durable before it is answered.

    journal = Journal(path, keys_folder, "front-a", system_clock)
    journal.open()                                     # in the event loop; reads the recent keys
    await journal.append(request, answer, ms)          # returns after the commit that covers it; raises Unavailable
    journal.submit(Entry(…, done))                     # the same by callback; the hot path's own is a `Visit`
    outcomes = await journal.rows(after, limit)        # without citizens' data
    journal.close()

Group commit: as soon as the previous commit ends, whatever waits is sealed into one block and handed to the writer
thread, which does nothing but the insert and its fsync, so the two hardly ever fight for the interpreter. If the
file cannot take a block, all in it are told so, the file is opened anew, and nothing is acknowledged. A damaged block
is passed over and noted (`damaged`): it costs its own records, not the hop.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Protocol, TypeVar

import msgspec

from hecha.edges.clock import Clock
from hecha.edges.hops.journal_file import (
    DAMAGE,
    Block,
    BlockFile,
    Record,
    StoredRow,
    blocks_after,
    broken_link,
    connect,
    frame_head,
    rows_of,
)
from hecha.edges.hops.recent import Recent, key_name
from hecha.edges.hops.wire import HopAnswer, HopRequest, OutcomeRow, Outcomes
from hecha.kernel.errors import Unavailable
from hecha.verification.outcome import ANSWERED, Outcome

T = TypeVar("T")
BATCH_MAX = 512
WAITING_MAX = 8_192
INDEX_PAUSE_S = 0.5
INDEX_CHUNK = 256
REBUILD_MAX = 65_536
ROWS_MAX = 5_000

_encode = msgspec.json.encode
_decode_request = msgspec.json.Decoder(HopRequest).decode
_decode_answer = msgspec.json.Decoder(HopAnswer).decode


class Attempt(Protocol):
    """One attempt on its way into the journal. `raw` and `sent` are the JSON of request and answer; `known_as` is the
    name of the key when the caller has it already."""

    request: HopRequest
    answer: HopAnswer
    raw: bytes
    sent: bytes
    ms: float
    at: float
    known_as: str | None

    def committed(self, durable: bool) -> None:
        """Called once: after the commit that covers it, or when it could not be written."""
        ...


class Entry:
    """An attempt that calls back."""

    __slots__ = ("answer", "at", "committed", "known_as", "ms", "raw", "request", "sent")

    def __init__(
        self,
        request: HopRequest,
        answer: HopAnswer,
        ms: float,
        at: float,
        done: Callable[[bool], None],
        sent: bytes = b"",
    ) -> None:
        self.request, self.answer, self.ms, self.at, self.committed = request, answer, round(ms, 1), at, done
        self.raw, self.sent = _encode(request), sent or _encode(answer)
        self.known_as: str | None = None


def without_photo(answer: HopAnswer) -> HopAnswer:
    return HopAnswer(answer.id, answer.outcome, answer.path, "", answer.issuing_authority, answer.broke_at)


def contents(batch: Sequence[Attempt]) -> tuple[bytes, list[StoredRow]]:
    """Of a block: what is sealed, without photos (no images by default), and what anyone entitled may read, without
    citizens. One loop, no calls: this is the hot path."""
    sealed: list[bytes] = []
    rows: list[StoredRow] = []
    for entry in batch:
        at, asked, answer, raw, sent = entry.at, entry.request, entry.answer, entry.raw, entry.sent
        if answer.photo:
            sent = _encode(without_photo(answer))
        sealed += (frame_head(at, len(raw), len(sent)), raw, sent)
        rows.append(
            (at, asked.outlet, asked.bank, asked.mode, asked.entry, answer.outcome, entry.ms, answer.path,
             answer.broke_at, asked.card_city)
        )  # fmt: skip
    return b"".join(sealed), rows


class Journal:
    """Owned by one process; `submit` and `append` belong to the event loop's thread."""

    def __init__(self, path: Path, keys_folder: Path, hop: str, clock: Clock, keys_max: int = REBUILD_MAX) -> None:
        self.path, self.hop, self._keys_folder, self._clock = path, hop, keys_folder, clock
        self.recent = Recent(keys_max)
        self._file: BlockFile
        self._loop: asyncio.AbstractEventLoop
        self.commits = self.records = self.failures = 0
        self._waiting: list[Attempt] = []
        self._committing: list[Attempt] = []
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._due = False
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._drift = self._drift_until = 0.0
        self._month = ""

    def open(self) -> None:
        """Open the file, rebuild the recent keys, start the writer. Raises sqlite3.Error when it is no journal."""
        self._loop = asyncio.get_running_loop()
        self._file = BlockFile(self.path, self._keys_folder, self.hop)
        self._rebuild()
        self._thread = threading.Thread(target=self._work, name=f"journal-{self.hop}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the writer after what it has been given; what still waits was never acknowledged."""
        self._stopping = True
        self._jobs.put(None)
        if self._thread is not None:
            self._thread.join(10.0)

    @property
    def seq(self) -> int:
        return self._file.seq

    @property
    def head(self) -> str:
        return self._file.head.hex()

    @property
    def damaged(self) -> set[int]:
        """First records of blocks that could not be read: passed over, so that the hop can do its work."""
        return self._file.damaged

    @property
    def full(self) -> bool:
        return len(self._waiting) >= WAITING_MAX

    def now(self) -> float:
        """Unix seconds, from the clock once a second and the monotonic time between."""
        steady = monotonic()
        if steady >= self._drift_until:
            moment = self._clock()
            self._drift, self._month = moment.timestamp() - steady, moment.strftime("%Y-%m")
            self._drift_until = steady + 1.0
        return steady + self._drift

    def submit(self, attempt: Attempt) -> None:
        """The attempt hears the end."""
        waiting = self._waiting
        if len(waiting) >= WAITING_MAX or self._stopping:
            attempt.committed(False)
            return
        waiting.append(attempt)
        if not self._due and not self._committing:
            self._due = True  # at the end of this turn of the loop, with all that it brings
            self._loop.call_soon(self._commit)

    async def append(self, request: HopRequest, answer: HopAnswer, ms: float) -> None:
        """Return when the attempt is durable. Raises Unavailable when it is not."""
        committed: asyncio.Future[bool] = self._loop.create_future()
        self.submit(Entry(request, answer, ms, self.now(), lambda durable: _settle(committed, durable)))
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
        ended: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(lambda: self._obey(job, ended))
        return await ended

    def _read_rows(self, after: int, limit: int) -> Outcomes:
        connection = connect(self.path, read_only=True)
        try:
            rows: list[OutcomeRow] = []
            head, more = "", False
            for block in blocks_after(connection, after, limit + 1):
                if len(rows) >= limit:
                    more = True
                    break
                head = block.head.hex()
                try:
                    rows += [row for row in rows_of(block) if row.seq > after]
                except DAMAGE:
                    self.damaged.add(block.first)
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
            try:
                for _, record in self._file.read(block):
                    request, answer = _decode_request(record.request), _decode_answer(record.answer)
                    self.remember(request, answer, record.answer, photo_lost=True)
            except DAMAGE:
                self.damaged.add(block.first)

    def remember(self, request: HopRequest, answer: HopAnswer, sent: bytes, photo_lost: bool = False) -> None:
        """Keep the key of a committed attempt."""
        if not request.key:
            return
        lost = photo_lost and answer.outcome is Outcome.MATCH_PHOTO
        self.recent.keep(key_name(request), _encode(request), b"" if lost else _replayable(answer, sent))

    def _commit(self) -> None:
        """In the loop: seal what waits and hand it over."""
        self._due = False
        waiting = self._waiting
        if not waiting or self._committing:
            return
        self._committing, self._waiting = waiting[:BATCH_MAX], waiting[BATCH_MAX:]
        self.now()
        try:
            block = self._file.seal(self._month, *contents(self._committing))
        except OSError:  # the month's key cannot be made: the disk is full or gone
            self._told(False)
            return
        self._jobs.put(lambda: self._write(block))

    def _told(self, committed: bool) -> None:
        """In the loop: the block is durable, or it is not; then at once the next one."""
        batch, self._committing = self._committing, []
        self.commits += committed
        self.failures += not committed
        self.records += len(batch) if committed else 0
        for attempt in batch:
            if committed:
                if attempt.known_as is None:
                    self.remember(attempt.request, attempt.answer, attempt.sent)
                else:
                    self.recent.keep(attempt.known_as, attempt.raw, _replayable(attempt.answer, attempt.sent))
            attempt.committed(committed)
        if self._waiting:
            self._commit()

    def _work(self) -> None:
        """The writer thread: one job after the other, the index while there is none."""
        while (job := self._next_job()) is not None:
            job()
        self._file.connection.close()

    def _next_job(self) -> Callable[[], None] | None:
        try:
            return self._jobs.get(timeout=INDEX_PAUSE_S)
        except queue.Empty:
            return self._index

    def _write(self, block: Block) -> None:
        try:
            self._file.write(block)
            committed = True
        except (sqlite3.Error, OSError):
            committed = False
            self._reopen()
        self._tell(self._told, committed)
        if committed:
            self._checkpoint()

    def _checkpoint(self) -> None:
        """After the word went out: only the next block waits for it."""
        try:
            self._file.checkpoint()
        except (sqlite3.Error, OSError):
            self._failed()  # the log is only longer; the next one tries again

    def _reopen(self) -> None:
        try:
            self._file.reopen()
        except (sqlite3.Error, OSError):
            self._failed()  # the next block tries again

    def _index(self) -> None:
        try:
            self._file.index_some(INDEX_CHUNK)
        except (sqlite3.Error, OSError):
            self._failed()  # only searching waits; the cursor has not moved

    def _failed(self) -> None:
        self.failures += 1

    def _obey(self, job: Callable[[BlockFile], T], ended: "asyncio.Future[T]") -> None:
        try:
            self._tell(_settle, ended, job(self._file))
        except Exception as error:  # handed to who asked
            self._tell(_fail, ended, error)

    def _tell(self, hear: Callable[..., None], *what: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(hear, *what)


def _replayable(answer: HopAnswer, sent: bytes) -> bytes:
    """What a repeated key gets: b"" when it must ask above again."""
    return sent if not answer.photo and answer.outcome in ANSWERED else b""


def _settle(future: "asyncio.Future[T]", result: T) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[T]", error: Exception) -> None:
    if not future.done():
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
    return [record for block in blocks for at, record in file.read(block) if at == seq]
