"""The ledger (台账): facts in one append-only chain. Each hash covers the fact and the hash before it."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text

from hecha.edges.store.tables import facts, moment_text
from hecha.kernel.facts import Fact

GENESIS = "0" * 64
PAGE = 1000
_HEAD = select(facts.c.seq, facts.c.hash).order_by(facts.c.seq.desc()).limit(1)  # built once: it is on every path


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact as it stands in the chain."""

    seq: int
    fact: Fact
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the whole chain found: how many facts, its head, and the first break ("" when sound)."""

    count: int
    head: str
    broken_at: int | None = None
    why: str = ""


def append(connection: Connection, fact: Fact) -> int:
    """Add a fact in the caller's transaction and return its number. The caller is the only writer."""
    seq, prev = head(connection)
    row = _row(seq + 1, fact, prev)
    connection.execute(insert(facts), row)
    return seq + 1


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last fact; (0, GENESIS) for an empty ledger."""
    last = connection.execute(_HEAD).first()
    return (last.seq, last.hash) if last else (0, GENESIS)


def read(
    connection: Connection, after: int = 0, subject: str = "", kind: str = "", limit: int = PAGE
) -> list[Recorded]:
    """A page of facts in order, after a number, of one subject or one kind prefix if given."""
    query = select(facts).where(facts.c.seq > after).order_by(facts.c.seq).limit(limit)
    if subject:
        query = query.where(facts.c.subject == subject)
    if kind:
        query = query.where(facts.c.kind.startswith(kind, autoescape=True))
    return [recorded(row) for row in connection.execute(query)]


def verify(connection: Connection, anchors: dict[int, str] | None = None) -> Verdict:
    """Walk the whole chain. `anchors` (number -> hash, kept elsewhere) also catch a rewritten or cut tail."""
    anchors = anchors or {}
    count, prev = 0, GENESIS
    for row in _rows(connection):
        count += 1
        why = _fault(row, count, prev) or _strays(row, anchors)
        if why:
            return Verdict(count, prev, row.seq, why)
        prev = row.hash
    missing = [seq for seq in anchors if seq > count]
    if missing:
        return Verdict(count, prev, min(missing), "the tail is cut: an anchored fact is missing")
    return Verdict(count, prev)


def hash_of(seq: int, fact: Fact, prev: str) -> str:
    """The hash that a fact has at a place of the chain."""
    return str(_row(seq, fact, prev)["hash"])


def canonical(value: Any) -> str:
    """One spelling for one value: sorted keys, no spaces, no NaN. What is hashed is what is stored."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"a fact cannot carry {type(value).__name__}")


def _row(seq: int, fact: Fact, prev: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "seq": seq,
        "kind": fact.kind,
        "subject": fact.subject,
        "at": fact.at,
        "by": fact.by,
        "on_behalf_of": fact.on_behalf_of,
        "clause": fact.clause,
        "data": canonical(dict(fact.data)),
        "prev": prev,
    }
    return row | {"hash": _hash(**row)}


def _hash(
    *, seq: int, kind: str, subject: str, at: datetime, by: str, on_behalf_of: str, clause: str, data: str, prev: str
) -> str:
    parts = [seq, kind, subject, moment_text(at), by, on_behalf_of, clause, data, prev]
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def _fault(row: Any, expected: int, prev: str) -> str:
    if row.seq != expected:
        return f"fact {expected} is missing"
    if not hmac.compare_digest(row.prev, prev):
        return "it does not follow the fact before it"
    fields = {column.name: getattr(row, column.name) for column in facts.c if column is not facts.c.hash}
    if not hmac.compare_digest(row.hash, _hash(**fields)):
        return "its content was changed"
    return ""


def _strays(row: Any, anchors: dict[int, str]) -> str:
    anchored = anchors.get(row.seq)
    if anchored is None or hmac.compare_digest(anchored, row.hash):
        return ""
    return "it differs from the hash that was anchored elsewhere"


def _rows(connection: Connection) -> Iterator[Any]:
    after = 0
    while page := connection.execute(select(facts).where(facts.c.seq > after).order_by(facts.c.seq).limit(PAGE)).all():
        yield from page
        after = page[-1].seq


def recorded(row: Any) -> Recorded:
    fact = Fact(row.kind, row.subject, row.at, row.by, row.on_behalf_of, row.clause, json.loads(row.data))
    return Recorded(row.seq, fact, row.prev, row.hash)


_SQLITE_GUARDS = (
    "CREATE TRIGGER IF NOT EXISTS facts_no_update BEFORE UPDATE ON facts "
    "BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
    "CREATE TRIGGER IF NOT EXISTS facts_no_delete BEFORE DELETE ON facts "
    "BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
)
_POSTGRES_GUARDS = (
    "CREATE OR REPLACE FUNCTION facts_only_grow() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger only grows'; END $$",
    "CREATE OR REPLACE TRIGGER facts_no_change BEFORE UPDATE OR DELETE ON facts "
    "FOR EACH ROW EXECUTE FUNCTION facts_only_grow()",
    "CREATE OR REPLACE TRIGGER facts_no_truncate BEFORE TRUNCATE ON facts "
    "FOR EACH STATEMENT EXECUTE FUNCTION facts_only_grow()",
)


def guard(connection: Connection) -> None:
    """Put the triggers that refuse UPDATE and DELETE (idempotent)."""
    guards = _POSTGRES_GUARDS if connection.dialect.name == "postgresql" else _SQLITE_GUARDS
    for statement in guards:
        connection.execute(text(statement))
