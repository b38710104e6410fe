"""The single writer: one thread, one connection. Closures wait in a bounded queue and are committed in groups.

Each closure has a savepoint, so one that fails takes nothing with it; all are answered after the COMMIT that covers
them. A group that cannot be committed is answered Unavailable: unknown, to be sent again with the same key.
"""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from hecha.edges.store import ledger, postgres
from hecha.kernel.errors import HechaError, Unavailable
from hecha.kernel.facts import Fact

T = TypeVar("T")
QUEUE_CLOSURES = 4096
GROUP_CLOSURES = 256
_log = logging.getLogger(__name__)


class Tx:
    """What a closure gets: the writer's connection, inside its own savepoint."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def record(self, fact: Fact) -> int:
        """Chain a fact in this transaction; returns its number."""
        return ledger.append(self.connection, fact)


@dataclass(slots=True)
class _Job:
    run: Callable[[Tx], Any]
    future: "Future[Any]"
    result: Any = None
    error: Exception | None = None

    def attempt(self, connection: Connection) -> None:
        self.result, self.error = None, None
        try:
            with connection.begin_nested():
                self.result = self.run(Tx(connection))
        except Exception as error:  # ok: delivered to the caller after COMMIT
            if not _alive(connection, error):
                raise
            self.error = error

    def settle(self) -> None:
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """Owns the writing connection from `start` to `stop`."""

    def __init__(self, engine: Engine, turn: threading.RLock) -> None:
        self._engine = engine
        self._turn = turn  # in memory, readers share the connection between groups
        self._queue: queue.Queue[_Job | None] = queue.Queue(QUEUE_CLOSURES)
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._stopping = False
        self.broken = ""  # why nothing more is written; a restart heals

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish what is queued, then end the thread."""
        if not self._stopping:
            self._stopping = True
            self._queue.put(None)
            self._thread.join()

    def submit(self, run: Callable[[Tx], T]) -> "Future[T]":
        """Queue a closure. Raises Unavailable when the queue is full, stopped or broken."""
        if self._stopping or self.broken:
            raise Unavailable("台账库", self.broken or "the store is closing; send again with the same key")
        future: Future[T] = Future()
        try:
            self._queue.put_nowait(_Job(run, future))
        except queue.Full:
            raise Unavailable("台账库", "too many writes are waiting; send again with the same key") from None
        return future

    def _serve(self) -> None:
        while (job := self._queue.get()) is not None:
            group, last = self._group(job)
            self._write(group)
            if last:
                break
        if self._connection is not None:
            self._connection.close()

    def _group(self, first: _Job) -> tuple[list[_Job], bool]:
        """All that wait now, up to the limit; True when the sentinel was among them."""
        group = [first]
        while len(group) < GROUP_CLOSURES:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return group, False
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _write(self, group: list[_Job]) -> None:
        running = [job for job in group if job.future.set_running_or_notify_cancel()]
        try:
            with self._turn:
                self._commit(running)
        except Exception as error:  # ok: delivered to every caller of the group
            self._fail(running, error)
        else:
            for job in running:
                job.settle()

    def _commit(self, group: list[_Job]) -> None:
        connection = self._connected()
        with connection.begin():
            if connection.dialect.name == "postgresql":
                postgres.take_turn(connection)
            for job in group:
                job.attempt(connection)
        if connection.dialect.name == "postgresql":
            postgres.refuse_warned_commit(connection)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _fail(self, group: list[_Job], error: Exception) -> None:
        _log.error("a group of %d writes was not committed: %s", len(group), type(error).__name__)
        if storage_failed(error):
            # After a failed fsync nobody knows what the disk holds: never retry it, restart instead.
            self.broken = "the disk reported an error; restart the console, then send again with the same key"
        self._drop_connection()
        meanwhile = error.meanwhile if isinstance(error, Unavailable) else "not committed; send again with the same key"
        for job in group:
            job.future.set_exception(Unavailable("台账库", self.broken or meanwhile))

    def _drop_connection(self) -> None:
        if self._connection is None:
            return
        try:
            self._connection.invalidate()
            self._connection.close()
        except SQLAlchemyError as error:
            _log.warning("closing the broken connection: %s", type(error).__name__)
        self._connection = None


def _alive(connection: Connection, error: Exception) -> bool:
    """Whether the group's transaction is still sound after one closure failed."""
    if isinstance(error, HechaError) or not isinstance(error, SQLAlchemyError):
        return connection.in_transaction()
    if isinstance(error, DBAPIError) and (error.connection_invalidated or storage_failed(error)):
        return False
    if isinstance(error, OperationalError):  # a full or locked database: the group is unknown, not the closure wrong
        return False
    driver: Any = connection.connection.dbapi_connection
    return bool(getattr(driver, "in_transaction", True))


def storage_failed(error: Exception) -> bool:
    """Whether the disk, or what lies on it, is damaged."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
    return code.startswith(("SQLITE_IOERR", "SQLITE_CORRUPT", "SQLITE_NOTADB"))
