"""How PostgreSQL is opened: synchronous_commit on, and a commit that comes with a warning is not acknowledged.

When the only synchronous standby is gone and the wait is cancelled, PostgreSQL commits locally and says so in a WARNING
(SQLSTATE 01000). For us that is "unknown", so the caller gets Unavailable and sends again with the same key.
"""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text

from hecha.kernel.errors import Unavailable

CONNECT_SECONDS = 5
STATEMENT_MS = 30_000
WRITER_LOCK = 7_778_742_049  # advisory: at most one writing transaction of Hecha at a time, so the chain has one head
_WARNING = "01000"


def writer_engine(url: str) -> Engine:
    """One connection that writes."""
    engine = _engine(url, pool_size=1, max_overflow=0)
    event.listen(engine, "connect", _prepare_writer)
    return engine


def reader_engine(url: str) -> Engine:
    """Read-only connections, each transaction one snapshot."""
    engine = _engine(url, pool_size=8, max_overflow=8, isolation_level="REPEATABLE READ")
    event.listen(engine, "connect", _prepare_reader)
    return engine


def take_turn(connection: Connection) -> None:
    """Wait until no other process writes; released by COMMIT."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})


def refuse_warned_commit(connection: Connection) -> None:
    """Raise Unavailable when the server warned while it committed."""
    warnings: list[str] = connection.info.get("warnings", [])
    if warnings:
        said = "; ".join(warnings)
        warnings.clear()
        raise Unavailable("PostgreSQL", f"not acknowledged, send again with the same key: {said}")


def _engine(url: str, **options: Any) -> Engine:
    arguments = {
        "connect_timeout": CONNECT_SECONDS,
        "options": f"-c synchronous_commit=on -c statement_timeout={STATEMENT_MS} -c client_encoding=UTF8",
    }
    return create_engine(
        url, connect_args=arguments, pool_timeout=CONNECT_SECONDS, pool_pre_ping=True, hide_parameters=True, **options
    )


def _prepare_writer(connection: Any, record: Any) -> None:
    warnings: list[str] = record.info.setdefault("warnings", [])
    warnings.clear()

    def heard(diagnostic: Any) -> None:
        if diagnostic.sqlstate == _WARNING:
            warnings.append(diagnostic.message_primary or _WARNING)

    connection.add_notice_handler(heard)


def _prepare_reader(connection: Any, record: Any) -> None:
    connection.read_only = True
