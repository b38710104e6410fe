"""Lists of reports: mine to send, mine to take, overdue in my line, sent, received, all that I may read.

Every query carries the units that the reader may ask for; nothing is filtered afterwards.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from hecha.edges.procedure.bookkeeping import decoded
from hecha.edges.procedure.tables import duties, lives, readers
from hecha.edges.store.tables import moment_text
from hecha.flow.procedure import LIVES
from hecha.flow.report_sight import Reader
from hecha.kernel.errors import BadInput
from hecha.report.model import Report

KIND = "report"
SENDING = ("report.first", "report.follow_up", "report.final", "report.written", "report.deliver")
TAKING = ("report.receive",)
_NEVER = "9999"  # sorts after every moment: what has no deadline comes last


class Tab(StrEnum):
    """What a list shows. The first three stand in the order of their deadlines, what is overdue first."""

    TO_SEND = "to_send"
    TO_RECEIVE = "to_receive"
    OVERDUE = "overdue"
    SENT = "sent"
    RECEIVED = "received"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Line:
    """A report, and when somebody in the list's question has to do something about it."""

    report: Report
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    lines: Sequence[Line]
    next: str  # cursor, "" at the end


@dataclass(frozen=True, slots=True)
class Question:
    """`incident` and `sender` narrow the list; `before` is the cursor of the page before."""

    tab: Tab
    unit: str
    now: datetime
    incident: str = ""
    sender: str = ""
    before: str = ""
    limit: int = 50


def page(connection: sa.Connection, who: Reader, asked: Question) -> Page:
    """One page. Raises BadInput for a cursor that is none."""
    query, key, descending = _query(who, asked)
    if asked.incident:
        query = query.where(lives.c.incident == asked.incident)
    if asked.sender:
        query = query.where(lives.c.unit == asked.sender)
    place = sa.tuple_(key, lives.c.id)
    if asked.before:
        beyond = sa.tuple_(*(sa.literal(each) for each in _opened(asked.before)))
        query = query.where(place < beyond if descending else place > beyond)
    order = (key.desc(), lives.c.id.desc()) if descending else (key, lives.c.id)
    rows = connection.execute(query.order_by(*order).limit(asked.limit + 1)).all()
    shown = rows[: asked.limit]
    more = _closed(shown[-1]) if len(rows) > asked.limit else ""
    return Page([Line(decoded(LIVES[KIND], row.body), row.due) for row in shown], more)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of an incident's reports, as far as they may be read: sent, still open, and late ones among these."""

    sent: int = 0
    open: int = 0
    cancelled: int = 0
    late: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.open + self.cancelled


def count(connection: sa.Connection, who: Reader, incident: str, now: datetime) -> Counts:
    """How an incident's reports stand."""
    asked = Question(Tab.ALL, "", now, incident)
    here = [lives.c.kind == KIND, lives.c.incident == incident, *_kept(who, asked)]
    query = sa.select(lives.c.phase, sa.func.count().label("number")).where(*here).group_by(lives.c.phase)
    by_phase = {row.phase: row.number for row in connection.execute(query)}
    owing = _owing(who, replace(asked, tab=Tab.OVERDUE))
    of_it = [duties.c.kind == KIND, duties.c.incident == incident, duties.c.what.in_(SENDING)]
    late = sa.select(sa.func.count()).select_from(duties).where(*of_it, *owing)
    return Counts(
        sent=by_phase.get("sent", 0),
        open=by_phase.get("owed", 0) + by_phase.get("phoned", 0),
        cancelled=by_phase.get("cancelled", 0),
        late=connection.execute(late).scalar() or 0,
    )


def _query(who: Reader, asked: Question) -> tuple[Any, Any, bool]:
    """The query, the column that orders it, and whether the newest come first."""
    if asked.tab in (Tab.TO_SEND, Tab.TO_RECEIVE, Tab.OVERDUE):
        owed = sa.select(duties.c.subject, sa.func.min(duties.c.due).label("due"))
        owing = owed.where(duties.c.kind == KIND, *_owing(who, asked)).group_by(duties.c.subject).subquery()
        key: Any = sa.func.coalesce(sa.type_coerce(owing.c.due, sa.String), _NEVER)
        query = sa.select(lives.c.id, lives.c.body, owing.c.due, key.label("key"))
        return query.join(owing, owing.c.subject == lives.c.id).where(lives.c.kind == KIND), key, False
    key = sa.type_coerce(lives.c.opened_at, sa.String)
    query = sa.select(lives.c.id, lives.c.body, sa.null().label("due"), key.label("key"))
    return query.where(lives.c.kind == KIND, *_kept(who, asked)), key, True


def _owing(who: Reader, asked: Question) -> list[Any]:
    if asked.tab is Tab.TO_SEND:
        return [duties.c.unit == asked.unit, duties.c.what.in_(SENDING)]
    if asked.tab is Tab.TO_RECEIVE:
        return [duties.c.unit == asked.unit, duties.c.what.in_(TAKING)]
    late = [duties.c.due < asked.now]
    return late if who.sends is None else [*late, duties.c.unit.in_(sorted(who.sends))]


def _kept(who: Reader, asked: Question) -> list[Any]:
    if asked.tab is Tab.SENT:
        return [lives.c.unit == asked.unit, lives.c.phase == "sent"]
    if asked.tab is Tab.RECEIVED:
        return [_goes_to([asked.unit]), lives.c.phase == "sent"]
    if who.sends is None or who.takes is None:
        return []
    sends, takes = sorted(who.sends), sorted(who.takes)
    if not _are_few(sends):
        return [sa.or_(lives.c.unit.in_(sends), _goes_to(takes))]
    own = sa.select(lives.c.id).where(lives.c.kind == KIND, lives.c.unit.in_(sends))
    return [lives.c.id.in_(own.union(_taken(takes)))]


def _goes_to(units: Sequence[str]) -> Any:
    if _are_few(units):
        return lives.c.id.in_(_taken(units))
    return _taken(units).where(readers.c.id == lives.c.id).exists()


def _taken(units: Sequence[str]) -> Any:
    return sa.select(readers.c.id).where(readers.c.kind == KIND, readers.c.unit.in_(units))


def _are_few(units: Sequence[str]) -> bool:
    """A bank's reports are few among all: found by their units. A branch's are many: by walking through time."""
    return not any(unit.startswith("pbc/") for unit in units)


def _closed(row: Any) -> str:
    key = row.key if isinstance(row.key, str) else moment_text(row.key)
    return base64.urlsafe_b64encode(f"{key}|{row.id}".encode()).decode().rstrip("=")


def _opened(cursor: str) -> tuple[str, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise _no_cursor() from error
    key, mark, id = text.partition("|")
    if not mark:
        raise _no_cursor()
    return key, id


def _no_cursor() -> BadInput:
    return BadInput("cursor", "不是有效的翻页标记 not a valid cursor", "请从第一页开始 start from the first page")
