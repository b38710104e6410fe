"""The ledger for readers (查阅台账): newest first, a page at a time, of one kind or subject if given."""

from sqlalchemy import Connection, select

from hecha.edges.store import ledger
from hecha.edges.store.ledger import Recorded
from hecha.edges.store.tables import facts


def newest(connection: Connection, *, before: int = 0, kind: str = "", subject: str = "", limit: int = 50) -> list[int]:
    """The numbers of the newest facts, those before `before` if it is given."""
    query = select(facts.c.seq).order_by(facts.c.seq.desc()).limit(limit)
    if before:
        query = query.where(facts.c.seq < before)
    if kind:
        query = query.where(facts.c.kind.startswith(kind, autoescape=True))
    if subject:
        query = query.where(facts.c.subject == subject)
    return list(connection.execute(query).scalars())


def page(
    connection: Connection, *, before: int = 0, kind: str = "", subject: str = "", limit: int = 50
) -> tuple[list[Recorded], int | None]:
    """The facts of a page, and the number before which the next page begins (`None` at the end)."""
    numbers = newest(connection, before=before, kind=kind, subject=subject, limit=limit + 1)
    shown = numbers[:limit]
    found = [one for seq in shown for one in ledger.read(connection, after=seq - 1, limit=1)]
    return found, shown[-1] if len(numbers) > limit else None
