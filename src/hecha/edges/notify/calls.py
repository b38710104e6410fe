"""The call list (电话督办单): who has not acknowledged, whom to call at which number, and what was read back.

It needs no channel: it stands from the moment a notice wants an acknowledgement until it has one, and prints.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hecha.edges.notify import outbox
from hecha.edges.notify.contacts import masked
from hecha.edges.notify.desk import NoticeDesk
from hecha.edges.notify.log import Line
from hecha.edges.notify.outbox import COLUMNS, OPEN, Message, message_of
from hecha.edges.notify.tables import WORDS_CHARS_MAX, deliveries, notices
from hecha.edges.store.writer import Tx
from hecha.flow.convey import Person, Result, Way
from hecha.flow.noted import TELEPHONE
from hecha.kernel.errors import BadInput, NotThere, Refused
from hecha.kernel.facts import Fact
from hecha.organization.principal import Principal, Role

ROWS_MAX = 500
SUBJECTS_MAX = 200
NAME_CHARS_MAX = 40
REACHED = "reached"
OUTCOMES = (REACHED, "no_answer", "busy", "wrong_number")
CALLERS = frozenset({Role.BRANCH, Role.LEADER, Role.ENGINEER})
_LINE = [deliveries.c[name] for name in Line.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: what waits, the people to call in order, the unit's own numbers, calls made so far."""

    message: Message
    people: tuple[Person, ...]
    duty: tuple[str, ...]
    calls: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """`more`: how many rows there are beyond those shown."""

    rows: tuple[Row, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Logged:
    """A line of the delivery log with what it was about, and for which unit."""

    line: Line
    unit: str
    what: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was made. `key` is the form's own, so that a form sent twice is one call."""

    person: str
    number: str
    outcome: str
    words: str
    key: str


def subjects(desk: NoticeDesk, who: Principal) -> list[tuple[str, str, int]]:
    """(subject, kind of the oldest notice, how many wait) of all that a person may urge, the oldest first."""
    _require_caller(who)
    about = sa.case((notices.c.incident != "", notices.c.incident), else_=notices.c.subject).label("about")
    with desk.store.read() as connection:
        mine = (*_waiting(), notices.c.unit.in_(_units(desk, who, connection)))
        each = sa.select(about, notices.c.id).where(*mine).subquery()
        first = sa.func.min(each.c.id).label("first")  # ids sort by time
        counted = sa.select(each.c.about, first, sa.func.count().label("waiting")).group_by(each.c.about)
        rows = connection.execute(counted.order_by(first).limit(SUBJECTS_MAX)).all()
        kinds = sa.select(notices.c.id, notices.c.what).where(notices.c.id.in_([row.first for row in rows]))
        whats = {row.id: row.what for row in connection.execute(kinds)}
    return [(row.about, whats[row.first], row.waiting) for row in rows]


def call_list(desk: NoticeDesk, who: Principal, subject: str) -> Listed:
    """Who must still be called about a life or an incident, urgent first, then the longest waiting."""
    _require_caller(who)
    about = sa.or_(notices.c.subject == subject, notices.c.incident == subject)
    with desk.store.read() as connection:
        mine = (*_waiting(), about, notices.c.unit.in_(_units(desk, who, connection)))
        count = int(connection.execute(sa.select(sa.func.count()).select_from(notices).where(*mine)).scalar_one())
        query = sa.select(*COLUMNS).where(*mine).order_by(notices.c.urgent.desc(), notices.c.at, notices.c.id)
        seen = [message_of(row) for row in connection.execute(query.limit(ROWS_MAX))]
        calls = _calls(connection, [one.id for one in seen])
    rows = tuple(_row(desk, one, calls.get(one.id, [])) for one in seen)
    return Listed(rows, count - len(rows))


async def tick_off(desk: NoticeDesk, who: Principal, id: str, call: Call) -> bool:
    """Write down a call. One that reached its person and was read back is that person's acknowledgement.

    True when the notice is acknowledged by it. Raises NotThere, Refused, BadInput."""
    _require_caller(who)
    _check(call)

    def run(tx: Tx) -> bool:
        message = outbox.load(tx.connection, id)
        if not desk.sees(who, message.unit):
            raise NotThere("没有这条通知，或不在您的权限之内 (no such notice, or not yours)")
        if not _note(tx, desk, who, message, call) or call.outcome != REACHED:
            return False
        noted = desk.noted(message, call.person, who.account, TELEPHONE, call.number, call.words)
        return desk.take_note(tx, message, noted, counts=True)

    return await desk.write(run)


def delivery_log(
    desk: NoticeDesk,
    who: Principal,
    cursor: str = "",
    limit: int = 50,
    *,
    way: Way | None = None,
    result: Result | None = None,
) -> list[Logged]:
    """The delivery log of all units that a person may urge, newest first, before the line `cursor`; by one way, or with
    one result, if asked."""
    _require_caller(who, also=Role.AUDITOR)
    query = sa.select(*_LINE, notices.c.unit, notices.c.what).join_from(
        deliveries, notices, notices.c.id == deliveries.c.notice
    )
    if way is not None:
        query = query.where(deliveries.c.channel == way)
    if result is not None:
        query = query.where(deliveries.c.result == result)
    if cursor:
        at = sa.select(deliveries.c.at).where(deliveries.c.id == cursor).scalar_subquery()
        query = query.where(sa.or_(deliveries.c.at < at, (deliveries.c.at == at) & (deliveries.c.id < cursor)))
    with desk.store.read() as connection:
        mine = query.where(notices.c.unit.in_(_units(desk, who, connection)))
        ordered = mine.order_by(deliveries.c.at.desc(), deliveries.c.id.desc()).limit(limit)
        return [Logged(_line(row), row.unit, row.what) for row in connection.execute(ordered)]


def _units(desk: NoticeDesk, who: Principal, connection: sa.Connection) -> list[str]:
    """The units that were ever told something and that this person may urge."""
    told = connection.execute(sa.select(notices.c.unit).distinct()).scalars()
    return [unit for unit in told if desk.sees(who, unit)]


def _waiting() -> tuple[sa.ColumnElement[bool], ...]:
    return notices.c.state == OPEN, notices.c.wants_ack


def _row(desk: NoticeDesk, message: Message, calls: list[Line]) -> Row:
    now = desk.clock()
    people = tuple(desk.contacts.holders(message.unit, message.post, now))
    return Row(message, people, tuple(desk.contacts.duty_telephones(message.unit, now)), tuple(calls))


def _calls(connection: sa.Connection, ids: list[str]) -> dict[str, list[Line]]:
    query = sa.select(*_LINE).where(deliveries.c.notice.in_(ids), deliveries.c.channel == Way.TELEPHONE)
    found: dict[str, list[Line]] = {}
    for row in connection.execute(query.order_by(deliveries.c.at)):
        found.setdefault(row.notice, []).append(_line(row))
    return found


def _note(tx: Tx, desk: NoticeDesk, who: Principal, message: Message, call: Call) -> bool:
    """The call into the log and the ledger; False when this form had been sent before."""
    id, now = f"{message.id}/call/{call.key}", desk.clock()
    if tx.connection.execute(sa.select(deliveries.c.id).where(deliveries.c.id == id)).first():
        return False
    reached = call.outcome == REACHED
    earlier = sa.select(sa.func.count()).where(deliveries.c.notice == message.id, deliveries.c.channel == Way.TELEPHONE)
    row: dict[str, Any] = {
        "id": id, "notice": message.id, "channel": Way.TELEPHONE.value, "line": "", "person": call.person,
        "addressee": f"{call.person} {masked(call.number)}" if call.number else call.person,
        "attempt": int(tx.connection.execute(earlier).scalar_one()) + 1, "at": now, "ended_at": now,
        "result": (Result.DELIVERED if reached else Result.FAILED).value, "why": "" if reached else call.outcome,
        "retry": True, "pause_s": 0, "provider_id": "", "by": who.account, "words": call.words,
    }  # fmt: skip
    tx.connection.execute(sa.insert(deliveries), row)
    said = {"person": call.person, "outcome": call.outcome, "words": call.words}
    fact = Fact("notice:call:made", message.id, now, who.account, str(who.unit), message.clause, said)
    outbox.record(tx, message, fact)
    return True


def _check(call: Call) -> None:
    if call.outcome not in OUTCOMES:
        raise BadInput("outcome", "请选择通话结果 choose what became of the call")
    if not 0 < len(call.person) <= NAME_CHARS_MAX:
        raise BadInput("person", f"请填接听人姓名，1 至 {NAME_CHARS_MAX} 字 who answered, 1 to {NAME_CHARS_MAX}")
    if len(call.words) > WORDS_CHARS_MAX or len(call.number) > NAME_CHARS_MAX or len(call.key) > NAME_CHARS_MAX:
        raise BadInput("words", f"不超过 {WORDS_CHARS_MAX} 字 at most {WORDS_CHARS_MAX} characters")
    if call.outcome == REACHED and not call.words:
        raise BadInput("words", "请填写对方读回的内容 write down what was read back")


def _require_caller(who: Principal, also: Role | None = None) -> None:
    if who.role not in CALLERS and who.role is not also:
        raise Refused("4.3.1(1)", "电话督办由分支机构和银行机构的工作人员进行", "请联系本单位办公室")


def _line(row: Any) -> Line:
    return Line(**{name: getattr(row, name) for name in Line.__dataclass_fields__})
