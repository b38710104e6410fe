"""How SQLite is opened: WAL, synchronous=FULL on every connection, one writer that owns all checkpoints.

SQLite before 3.51.3, 3.50.7 and 3.44.6 can corrupt a WAL when several connections write and checkpoint at one instant,
so only the writer ever writes or checkpoints, whatever the version; old versions are named in a health note.
"""

import fcntl
import os
import sqlite3
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from hecha.kernel.errors import Unavailable

BUSY_SECONDS = 5
READERS = 8
_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


def version_note(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """ "" for a version without the WAL-reset race, else the note that health pages show."""
    newest, *backports = _FIXED
    sound = version >= newest or any(version[:2] == fix[:2] and version >= fix for fix in backports)
    if sound:
        return ""
    name = ".".join(map(str, version))
    return f"SQLite {name} 有 WAL 并发缺陷：由唯一写连接负责检查点 (WAL-reset race: the single writer owns checkpoints)"


def lock(path: Path) -> TextIO:
    """Own the database file for life. Raises Unavailable when another process owns it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _only_for_owner(path)
    handle = open(path.with_name(path.name + ".lock"), "a+")  # noqa: SIM115 - held until close
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        owner = handle.read().strip() or "?"
        handle.close()
        raise Unavailable(
            f"数据库 {path.name}", f"another process (pid {owner}) owns it; stop that one, or read only"
        ) from None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


def _only_for_owner(path: Path) -> None:
    """Create the file closed to others; SQLite gives WAL and shared memory the same mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def writer_engine(path: Path) -> Engine:
    """The one engine that writes. `path` is a file; every connection gets WAL and FULL."""
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_writer)
    event.listen(engine, "begin", _begin_immediate)  # ok: IMMEDIATE
    return engine


def memory_engine() -> Engine:
    """One connection that lives in memory, for tests and trials; readers share it under the store's lock."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_memory)
    event.listen(engine, "begin", _begin_immediate)  # ok: IMMEDIATE
    return engine


def reader_engine(path: Path) -> Engine:
    """Read-only connections, each transaction one snapshot. They never checkpoint."""

    def connect() -> sqlite3.Connection:
        uri = f"file:{path}?mode=ro"
        return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)

    engine = create_engine(
        "sqlite://",
        creator=connect,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=READERS,
        pool_timeout=BUSY_SECONDS,
    )
    event.listen(engine, "connect", _prepare_reader)
    event.listen(engine, "begin", _begin_deferred)  # ok: reads only, one snapshot
    return engine


def _prepare_writer(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say so
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")  # ok: our own words


def _prepare_memory(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")


def _prepare_reader(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("query_only=ON", "synchronous=FULL", "wal_autocheckpoint=0"):
        connection.execute(f"PRAGMA {pragma}")  # ok: our own words


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN DEFERRED")
