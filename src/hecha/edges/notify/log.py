"""The delivery log (投递记录): each attempt by each way, and what became of it. Numbers stand in it masked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hecha.edges.notify.channel import Failed, Sent, Why
from hecha.edges.notify.tables import deliveries
from hecha.flow.convey import Attempt, Result, Way

PROVIDER_ID_CHARS_MAX = 80


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log as pages show it."""

    id: str
    notice: str
    channel: str
    person: str
    addressee: str
    attempt: int
    at: datetime
    ended_at: datetime | None
    result: str
    why: str
    by: str
    words: str


_LINE = [deliveries.c[name] for name in Line.__dataclass_fields__]


def attempts(connection: sa.Connection, notices: Iterable[str]) -> dict[str, list[Attempt]]:
    """The automatic attempts of each of these notices."""
    found: dict[str, list[Attempt]] = {id: [] for id in notices}
    query = sa.select(deliveries).where(deliveries.c.notice.in_(found), deliveries.c.channel != Way.TELEPHONE)
    for row in connection.execute(query):
        found[row.notice].append(_attempt(row))
    return found


def lines_of(connection: sa.Connection, notice: str) -> list[Line]:
    """The whole log of one notice, in order."""
    query = sa.select(*_LINE).where(deliveries.c.notice == notice).order_by(deliveries.c.at, deliveries.c.id)
    return [Line(**row) for row in connection.execute(query).mappings()]


def begin(
    connection: sa.Connection, notice: str, person: str, way: Way, number: int, line: str, addressee: str, at: datetime
) -> str:
    """Write that an attempt begins, before anything is sent; returns its id, the key for the provider.

    One that was begun before and never ended keeps its id: the same message to the provider."""
    id = f"{notice}/{person}/{way}/{number}"
    here = deliveries.c.id == id
    if connection.execute(sa.update(deliveries).where(here).values(at=at)).rowcount == 0:
        row: dict[str, Any] = {
            "id": id, "notice": notice, "channel": way.value, "line": line, "person": person, "addressee": addressee,
            "attempt": number, "at": at, "ended_at": None, "result": Result.SENDING.value, "why": "", "retry": True,
            "pause_s": 0, "provider_id": "", "by": "", "words": "",
        }  # fmt: skip
        connection.execute(sa.insert(deliveries), row)
    return id


def end(connection: sa.Connection, id: str, outcome: Sent | Failed, at: datetime) -> None:
    """Write what became of an attempt."""
    if isinstance(outcome, Sent):
        values: dict[str, Any] = {"result": Result.SENT.value, "provider_id": outcome.provider_id}
    else:
        values = {"result": Result.FAILED.value, "why": outcome.why.value, "retry": outcome.retry}
        values["pause_s"] = int(outcome.pause.total_seconds())
    change = sa.update(deliveries).where(deliveries.c.id == id, deliveries.c.result == Result.SENDING.value)
    connection.execute(change.values(ended_at=at, **values))


def receipt(connection: sa.Connection, provider_id: str, arrived: bool, at: datetime) -> str | None:
    """What a provider reports later of a message that it took; the notice's id when this was news, else `None`.

    Reports come twice, late, or for messages of others: those change nothing."""
    if not provider_id:
        return None
    taken = (deliveries.c.provider_id == provider_id[:PROVIDER_ID_CHARS_MAX]) & (
        deliveries.c.result == Result.SENT.value
    )
    row = connection.execute(sa.select(deliveries.c.id, deliveries.c.notice).where(taken)).first()
    if row is None:
        return None
    values: dict[str, Any] = {"result": Result.DELIVERED.value, "ended_at": at}
    if not arrived:
        values |= {"result": Result.FAILED.value, "why": Why.UNDELIVERED.value, "retry": False}
    connection.execute(sa.update(deliveries).where(deliveries.c.id == row.id).values(**values))
    return str(row.notice)


def carried(connection: sa.Connection, line: str, since: datetime) -> list[datetime]:
    """When a line carried something lately; what is of the future is of a clock that was set back."""
    query = sa.select(deliveries.c.at).where(deliveries.c.line == line, deliveries.c.at > since)
    return list(connection.execute(query).scalars())


def _attempt(row: Any) -> Attempt:
    pause = timedelta(seconds=row.pause_s)
    return Attempt(row.person, Way(row.channel), row.attempt, row.at, Result(row.result), row.retry, pause)
