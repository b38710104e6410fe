"""The journal's SQLite file: encrypted blocks, appended by one connection in one thread.

    block   last, first   sequence numbers of its records
            month         which key sealed it (home/keys/journal/<hop>/<month>.key)
            nonce, sealed AES-256-GCM of the records: request and answer as they went over the wire
            outcomes      the same attempts without the citizen (msgpack list of StoredRow): readable
            head          SHA-256 over the previous head and all of the above: the chain (哈希链)
    mark    mark, seq     blind index: HMAC of the citizen's number → record

The additional data of the seal are the hop, the month, the range and the readable outcomes, so none can be swapped.
"""

import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from os import urandom
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hecha.edges.hops import keys
from hecha.edges.hops.wire import OutcomeRow, Step

GENESIS = bytes(32)
PAGE_BYTES = 16_384
CHECKPOINT_BYTES = 2**20
DAMAGE = (InvalidTag, ValueError, struct.error, msgspec.MsgspecError)
"""What reading a damaged block raises."""
_FRAME = struct.Struct("<dII")
frame_head = _FRAME.pack
"""Before each record inside a block: Unix seconds, length of the request, length of the answer."""
_encode = msgspec.msgpack.encode

StoredRow = tuple[float, str, str, str, str, str, float, list[Step], str, str]
"""An attempt without the citizen, as a block holds it: the fields of `OutcomeRow` without their names and number."""

_decode_rows = msgspec.msgpack.Decoder(list[StoredRow]).decode

_SCHEMA = """
CREATE TABLE IF NOT EXISTS block (
    last INTEGER PRIMARY KEY, first INTEGER NOT NULL, month TEXT NOT NULL,
    nonce BLOB NOT NULL, sealed BLOB NOT NULL, outcomes BLOB NOT NULL, head BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS mark (
    mark BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (mark, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cursor (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Record:
    """One attempt as it went over the wire (JSON); `at` is Unix seconds. Printing it shows nothing."""

    at: float
    request: bytes
    answer: bytes

    def __repr__(self) -> str:
        return "Record(***)"


@dataclass(frozen=True, slots=True)
class Block:
    """A row of the table."""

    last: int
    first: int
    month: str
    nonce: bytes
    sealed: bytes
    outcomes: bytes
    head: bytes


def connect(path: Path, read_only: bool = False) -> sqlite3.Connection:
    """WAL, FULL, and no waiting: only this process writes."""
    if read_only:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5.0, check_same_thread=False)
        connection.execute("PRAGMA query_only=ON")
        return connection
    connection = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
    # a block is some pages: fewer of them, fewer writes
    connection.execute(f"PRAGMA page_size={PAGE_BYTES}")  # ok: our constant
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA wal_autocheckpoint=0")  # `checkpoint` does it, between two commits
    connection.executescript(_SCHEMA)
    return connection


class BlockFile:
    """The writer's end. `seal` belongs to the event loop, one block at a time; all else to the writer thread."""

    def __init__(self, path: Path, keys_folder: Path, hop: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.hop, self._keys_folder = hop, keys_folder
        self._path = path
        self._ciphers: dict[str, AESGCM] = {}
        self._log_bytes = 0  # in the write-ahead log, not yet in the file
        self.damaged: set[int] = set()  # first records of blocks that could not be read
        self._index_key = keys.index_key(keys_folder, hop)
        self.connection = connect(path)
        self.reload()

    def reopen(self) -> None:
        """After an error nothing is known of what was written: read it again from the file."""
        self.connection.close()
        self.connection = connect(self._path)
        self.reload()

    def reload(self) -> None:
        last = self.connection.execute("SELECT last, head FROM block ORDER BY last DESC LIMIT 1").fetchone()
        self.seq: int = last[0] if last else 0
        self.head: bytes = last[1] if last else GENESIS

    def seal(self, month: str, framed: bytes, rows: Sequence[StoredRow]) -> Block:
        """The next block: framed records (head, request, answer; one after the other) and their readable rows."""
        first = self.seq + 1
        last, outcomes, nonce = self.seq + len(rows), _encode(rows), urandom(12)
        sealed = self._cipher(month).encrypt(nonce, framed, self._bound(month, first, last, outcomes))
        head = chained(self.head, month, first, last, nonce, sealed, outcomes)
        return Block(last, first, month, nonce, sealed, outcomes, head)

    def write(self, block: Block) -> None:
        """One durable transaction. Raises sqlite3.Error or OSError: then nothing may be acknowledged."""
        self.connection.execute(
            "INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?)",
            (block.last, block.first, block.month, block.nonce, block.sealed, block.outcomes, block.head),
        )
        self.seq, self.head = block.last, block.head
        self._log_bytes += len(block.sealed) + len(block.outcomes)

    def checkpoint(self) -> None:
        """Carry the write-ahead log over into the file when it is due, often and little, so that the next commit waits
        some milliseconds and not a tenth of a second. The writer does it itself, and nobody else: SQLite before 3.51.3
        can lose pages when one connection writes while another one carries over."""
        if self._log_bytes >= CHECKPOINT_BYTES:
            self._log_bytes = 0
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def index_some(self, records_max: int) -> int:
        """Index what is not yet in the blind index, at most about so many records. How many were passed."""
        found = self.connection.execute("SELECT seq FROM cursor WHERE name = 'indexed'").fetchone()
        done = found[0] if found else 0
        if done >= self.seq:
            return 0
        blocks = list(blocks_after(self.connection, done, limit=max(1, records_max // 32)))
        marks = [(self.mark(_number_of(record)), seq) for block in blocks for seq, record in self.read(block)]
        reached = blocks[-1].last if blocks else self.seq
        self._write_marks(marks, reached)
        self._log_bytes += PAGE_BYTES * len(marks)  # at most: each mark on a page of its own
        self.checkpoint()
        return reached - int(done)

    def _write_marks(self, marks: Iterable[tuple[bytes, int]], reached: int) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            self.connection.executemany("REPLACE INTO mark VALUES (?, ?)", marks)
            self.connection.execute("REPLACE INTO cursor VALUES ('indexed', ?)", (reached,))
            self.connection.execute("COMMIT")
        except sqlite3.Error:
            self.connection.execute("ROLLBACK")
            raise

    def mark(self, number: str) -> bytes:
        """Blind index of a citizen's number."""
        return digest(self._index_key, number.encode(), "sha256")[:16]

    def open(self, block: Block) -> Iterator[tuple[int, Record]]:
        """The records of a block with their sequence numbers; none when its month was purged.

        Raises cryptography's InvalidTag when it was changed."""
        key = keys.known_month_key(self._keys_folder, self.hop, block.month)
        if key is None or not block.sealed:
            return
        bound = self._bound(block.month, block.first, block.last, block.outcomes)
        plain = AESGCM(key).decrypt(block.nonce, block.sealed, bound)
        yield from enumerate(_unframed(plain), block.first)

    def read(self, block: Block) -> list[tuple[int, Record]]:
        """The same, but a damaged block is noted and passed over: its records are lost, not the others."""
        try:
            return list(self.open(block))
        except DAMAGE:
            self.damaged.add(block.first)
            return []

    def purge(self, month: str) -> None:
        """Drop the key first: from that moment the month is gone, whatever happens to the file."""
        keys.drop_month_key(self._keys_folder, self.hop, month)
        self._ciphers.pop(month, None)
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            self._delete(month)
            self.connection.execute("COMMIT")
        except sqlite3.Error:
            self.connection.execute("ROLLBACK")
            raise

    def _delete(self, month: str) -> None:
        """The blocks stay in the chain without their content; their marks and outcomes go."""
        ranges = self.connection.execute("SELECT first, last FROM block WHERE month = ?", (month,)).fetchall()
        self.connection.executemany("DELETE FROM mark WHERE seq BETWEEN ? AND ?", ranges)
        self.connection.execute("UPDATE block SET sealed = zeroblob(0), outcomes = x'90' WHERE month = ?", (month,))

    def _cipher(self, month: str) -> AESGCM:
        cipher = self._ciphers.get(month)
        if cipher is None:
            self._ciphers = {month: AESGCM(keys.month_key(self._keys_folder, self.hop, month))}
            cipher = self._ciphers[month]
        return cipher

    def _bound(self, month: str, first: int, last: int, outcomes: bytes) -> bytes:
        return f"{self.hop}\n{month}\n{first}\n{last}\n".encode() + outcomes


def blocks_after(connection: sqlite3.Connection, seq: int, limit: int) -> Iterator[Block]:
    """Blocks that hold records later than `seq`, in order."""
    found = connection.execute("SELECT * FROM block WHERE last > ? ORDER BY last LIMIT ?", (seq, limit))
    for row in found:
        yield Block(*row)


def rows_of(block: Block) -> list[OutcomeRow]:
    """The readable attempts of a block."""
    return [OutcomeRow(seq, *row) for seq, row in enumerate(_decode_rows(block.outcomes), block.first)]


def chained(before: bytes, month: str, first: int, last: int, nonce: bytes, sealed: bytes, outcomes: bytes) -> bytes:
    """The chain head after a block."""
    link = sha256(before)
    link.update(f"{month}\n{first}\n{last}\n{len(sealed)}\n".encode())
    link.update(nonce)
    link.update(sealed)
    link.update(outcomes)
    return link.digest()


def broken_link(connection: sqlite3.Connection) -> int | None:
    """The first record of the first block whose head does not follow; `None` = the chain holds.

    Purged blocks cannot be recomputed; their stored heads are taken as they are."""
    before = GENESIS
    for row in connection.execute("SELECT * FROM block ORDER BY last"):
        block = Block(*row)
        fields = (block.month, block.first, block.last, block.nonce, block.sealed, block.outcomes)
        if block.sealed and chained(before, *fields) != block.head:
            return block.first
        before = block.head
    return None


def _unframed(plain: bytes) -> Iterator[Record]:
    at = 0
    while at < len(plain):
        moment, request, answer = _FRAME.unpack_from(plain, at)
        at += _FRAME.size
        yield Record(moment, plain[at : at + request], plain[at + request : at + request + answer])
        at += request + answer


class _Number(msgspec.Struct):
    number: str


def _number_of(record: Record) -> str:
    return msgspec.json.decode(record.request, type=_Number).number
