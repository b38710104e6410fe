"""The spool of an entrance: deferred registrations (故障期间登记) that came while the console was away.

    item   id              in order of arrival
           scope, key      the institution and its idempotency key (unique)
           tag             keyed digest of the payload: another payload under the key is a conflict
           nonce, sealed   AES-256-GCM of the payload; erased once the console has it
           state           waiting | delivered | refused
           status, answer  what the console said (never a citizen's data)

One SQLite file, one connection, one lock; WAL and FULL: what is acknowledged is on the disk.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hmac import compare_digest
from os import urandom
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hecha.edges.api.problems import Busy
from hecha.edges.hops.entrance_keys import ClientKey
from hecha.kernel.errors import Conflict, Unavailable

WAITING_MAX = 500_000
_SLIPS = "用编号纸单登记，恢复后补录 register on numbered paper slips for now"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS item (
    id INTEGER PRIMARY KEY, scope TEXT NOT NULL, key TEXT NOT NULL, tag TEXT NOT NULL, at TEXT NOT NULL,
    nonce BLOB NOT NULL, sealed BLOB NOT NULL, state TEXT NOT NULL, status INTEGER NOT NULL, answer BLOB NOT NULL,
    UNIQUE (scope, key)
) STRICT;
CREATE INDEX IF NOT EXISTS item_state ON item(state, id);
"""


@dataclass(frozen=True, slots=True)
class Item:
    """One registration in the spool. `payload` is empty once it has been handed over; printing shows none of it."""

    id: int
    scope: str
    key: str
    at: str
    state: str
    status: int
    answer: bytes
    payload: bytes = b""

    def __repr__(self) -> str:
        return f"Item({self.id}, {self.state})"


class Spool:
    """Every method blocks on the disk for a moment: call them in a thread."""

    def __init__(self, path: Path, secret: bytes, waiting_max: int = WAITING_MAX) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._cipher, self._waiting_max, self._lock = AESGCM(secret), waiting_max, threading.Lock()
        self._connection = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def find(self, key: ClientKey) -> Item | None:
        """What lies under a client's key. Raises Conflict when it came with another payload."""
        with self._disk():
            return self._find(key)

    def put(self, key: ClientKey, payload: bytes, at: str) -> Item:
        """Keep it; returns when it is durable. The same key and payload again gives the item that is there.

        Raises Conflict, Busy when the spool is full, Unavailable when the disk does not take it."""
        with self._disk():
            found = self._find(key)
            if found is None:
                self._room()
                self._insert(key, payload, at)
                found = self._find(key)
            assert found is not None
            return found

    def waiting(self, after: int = 0) -> Item | None:
        """The oldest item later than `after` that the console has not taken, with its payload."""
        query = "SELECT id, nonce, sealed FROM item WHERE state = 'waiting' AND id > ? ORDER BY id LIMIT 1"
        with self._disk():
            row = self._connection.execute(query, (after,)).fetchone()
            if row is None:
                return None
            item = self._item(row[0])
        try:
            payload = self._cipher.decrypt(row[1], row[2], _bound(item.scope, item.key))
        except InvalidTag:
            payload = b""  # spoilt on the disk: it waits for people, and must not hold up those behind it
        return Item(item.id, item.scope, item.key, item.at, item.state, item.status, item.answer, payload)

    def settle(self, id: int, status: int, answer: bytes) -> None:
        """The console has taken it (its payload is erased here), or refuses it for good (it is kept for people)."""
        taken = "UPDATE item SET state = 'delivered', status = ?, answer = ?, nonce = x'', sealed = x'' WHERE id = ?"
        refused = "UPDATE item SET state = 'refused', status = ?, answer = ? WHERE id = ?"
        with self._disk():
            self._connection.execute(taken if status < 300 else refused, (status, answer, id))

    def counts(self) -> dict[str, int]:
        """How many are waiting, delivered, refused."""
        with self._disk():
            return dict(self._connection.execute("SELECT state, count(*) FROM item GROUP BY state").fetchall())

    @contextmanager
    def _disk(self) -> Iterator[None]:
        """One at a time; what the disk does not take is said in our words."""
        try:
            with self._lock:
                yield
        except sqlite3.Error as error:
            raise Unavailable("登记暂存 spool", _SLIPS) from error

    def _find(self, key: ClientKey) -> Item | None:
        query = "SELECT id, tag FROM item WHERE scope = ? AND key = ?"
        row = self._connection.execute(query, (key.scope, key.key)).fetchone()
        if row is None:
            return None
        if not compare_digest(row[1], key.tag):
            raise Conflict("这个键已用于另一内容，请换新键 this key came with another payload; take a new key")
        return self._item(row[0])

    def _item(self, id: int) -> Item:
        query = "SELECT id, scope, key, at, state, status, answer FROM item WHERE id = ?"
        return Item(*self._connection.execute(query, (id,)).fetchone())

    def _room(self) -> None:
        (waiting,) = self._connection.execute("SELECT count(*) FROM item WHERE state = 'waiting'").fetchone()
        if waiting >= self._waiting_max:
            raise Busy("登记暂存 spool", _SLIPS)

    def _insert(self, key: ClientKey, payload: bytes, at: str) -> None:
        nonce = urandom(12)
        sealed = self._cipher.encrypt(nonce, payload, _bound(key.scope, key.key))
        row = (key.scope, key.key, key.tag, at, nonce, sealed, "waiting", 0, b"")
        self._connection.execute(
            "INSERT INTO item (scope, key, tag, at, nonce, sealed, state, status, answer)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )


def _bound(scope: str, key: str) -> bytes:
    """Binds a sealed payload to its key, so that none can be swapped."""
    return f"{scope}\n{key}".encode()
