"""The store: one writer, many readers, by the same contract in memory, on SQLite and on PostgreSQL.

Store("sqlite://", keys)                      in memory
Store("sqlite:////var/lib/hecha/hecha.db", keys)  a file, owned for life
Store("postgresql+psycopg://…", keys)         when several processes or machines share state

await store.write(lambda tx: …)    resolves after the COMMIT that covers it
with store.read() as connection:   one snapshot, read only
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, TypeVar

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hecha.edges.store import postgres, sqlite
from hecha.edges.store.keys import Keys
from hecha.edges.store.migrate import upgrade
from hecha.edges.store.writer import Tx, Writer, storage_failed
from hecha.kernel.errors import Unavailable

T = TypeVar("T")
__all__ = ["Keys", "Store", "Tx", "reading"]


class Store:
    """Opens, migrates and owns a database. `notes` are sentences for the health page."""

    def __init__(self, url: str, keys: Keys) -> None:
        self.keys = keys
        self._turn = threading.RLock()
        self._lock: TextIO | None = None
        self.notes: list[str] = []
        try:
            engines = self._open(url)
        except OSError as error:
            raise Unavailable("台账库", f"cannot be opened: {error.strerror}") from error
        try:
            upgrade(engines[0])
        except DBAPIError as error:
            self._release(engines)
            raise Unavailable("台账库", f"cannot be opened: {_why(error)}") from error
        except BaseException:  # ok: raised again
            self._release(engines)
            raise
        self._engines = engines
        self._writer = Writer(engines[0], self._turn)
        self._writer.start()

    async def write(self, run: Callable[[Tx], T]) -> T:
        """Run a closure in the writer and wait for its COMMIT.

        Raises what the closure raised, or Unavailable: then it is unknown whether it was stored."""
        return await asyncio.wrap_future(self.submit(run))

    def submit(self, run: Callable[[Tx], T]) -> "Future[T]":
        """The same for threads: a future that resolves after COMMIT."""
        return self._writer.submit(run)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only connection on one snapshot. Raises Unavailable when the database is away."""
        reader = self._engines[1]
        try:
            yield from self._read(reader)
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise Unavailable("台账库", "cannot be read now; try again") from error
        except DBAPIError as error:
            if not storage_failed(error):
                raise
            raise Unavailable("台账库", f"cannot be read: {_why(error)}; restore the backup") from error

    def _read(self, reader: Engine) -> Iterator[Connection]:
        if reader is not self._engines[0]:
            with reader.begin() as connection:
                yield connection
            return
        with self._turn, reader.begin() as connection:  # memory: the writer's connection, between two groups
            yield connection
            connection.rollback()

    @property
    def trouble(self) -> str:
        """ "" when writing works, else why not (for /readyz)."""
        return self._writer.broken

    def close(self) -> None:
        """Commit what waits, then let go of the file."""
        self._writer.stop()
        self._release(self._engines)

    def _open(self, url: str) -> tuple[Engine, Engine]:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            return postgres.writer_engine(url), postgres.reader_engine(url)
        if not parsed.database:
            engine = sqlite.memory_engine()
            return engine, engine
        path = Path(parsed.database)
        self._lock = sqlite.lock(path)
        self.notes += filter(None, [sqlite.version_note()])
        return sqlite.writer_engine(path), sqlite.reader_engine(path)

    def _release(self, engines: tuple[Engine, Engine]) -> None:
        for engine in reversed(engines):  # readers first: the writer's last close checkpoints
            engine.dispose()
        if self._lock is not None:
            self._lock.close()


def _why(error: DBAPIError) -> str:
    """SQLite's own name of what is wrong, e.g. SQLITE_CORRUPT."""
    return getattr(error.orig, "sqlite_errorname", "") or type(error.orig).__name__


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """A read-only look at a database that another process may own (the command line). Raises Unavailable."""
    parsed = make_url(url)
    is_postgres = parsed.get_backend_name() == "postgresql"
    if not is_postgres and not Path(parsed.database or "").is_file():
        raise Unavailable("台账库", f"there is no database at {parsed.database}; start the console first: hecha up")
    engine = postgres.reader_engine(url) if is_postgres else sqlite.reader_engine(Path(parsed.database or ""))
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise Unavailable("台账库", f"cannot be read: {type(error.orig).__name__}") from error
    finally:
        engine.dispose()
