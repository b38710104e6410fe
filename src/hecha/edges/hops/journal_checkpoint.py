"""Checkpoints (检查点): what the write-ahead log holds goes over into the file beside the commits, not between them.

A checkpoint of SQLite's own (`wal_autocheckpoint`) makes a commit wait until all of it is written and synced. Here a
second connection does that in a thread of its own; what was committed meanwhile, a few pages, the writer then carries
over itself, so that the log starts anew and never grows long.
"""

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

DUE_BYTES = 8 * 2**20
_PASSIVE = "PRAGMA wal_checkpoint(PASSIVE)"


class Checkpointer:
    """Of one file; all methods belong to the writer's thread. `failed` is told of each checkpoint that did not work:
    the log is only longer then, and the next one tries again."""

    def __init__(self, path: Path, failed: Callable[[], None], due_bytes: int = DUE_BYTES) -> None:
        self._path, self._failed, self._due = path, failed, due_bytes
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._under_way: Future[None] | None = None
        self._grown = 0
        self.completed = 0

    def committed(self, writer: sqlite3.Connection, size: int) -> None:
        """A block of so many bytes has been committed."""
        self._grown += size
        if self._under_way is None:
            if self._grown >= self._due:
                self._under_way = self._thread.submit(self._carry_over)
        elif self._under_way.done():
            self._end(writer, self._under_way)

    def close(self) -> None:
        self._thread.shutdown()

    def _carry_over(self) -> None:
        with closing(sqlite3.connect(self._path, timeout=0.0)) as connection:
            connection.execute(_PASSIVE).fetchone()

    def _end(self, writer: sqlite3.Connection, run: "Future[None]") -> None:
        self._under_way, self._grown = None, 0
        try:
            run.result()
            writer.execute(_PASSIVE).fetchone()
            self.completed += 1
        except sqlite3.Error:
            self._failed()
