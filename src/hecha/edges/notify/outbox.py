"""The outbox (发件箱): every notice is a row written in the transaction of the decision that it tells.

    put(tx, notice)                       the same key again updates or supersedes the message and never doubles it
    withdraw(tx, key, at)                 what it said is no longer so
    acknowledge(tx, id, by, at, how=…)    a person has taken note; the ledger says who, when and how
    mark_read(tx, account, ids, at)       a person has looked at it

An open message whose words change stays the same message with a higher revision. One that was acknowledged, or that
becomes another kind of message, is superseded: the new one must be acknowledged again, and old links no longer work.
"""

import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hecha.edges.api.office import new_id
from hecha.edges.jobs import leases
from hecha.edges.notify.tables import FACTS_CHARS_MAX, KEY_CHARS_MAX, notices, reads
from hecha.edges.notify.words import TITLES
from hecha.edges.procedure.bookkeeping import mark
from hecha.edges.store.ledger import canonical
from hecha.edges.store.tables import tasks
from hecha.edges.store.writer import Tx
from hecha.flow.noted import is_over, settled_by
from hecha.kernel.errors import BadInput, Conflict, NotThere, Refused
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice

TASK = "notice"
OPEN, ACKNOWLEDGED, SUPERSEDED, WITHDRAWN = "open", "acknowledged", "superseded", "withdrawn"
UNANSWERED = "notice.unanswered"
URGING = "4.3.1(1)"
UNIT_CHARS_OF_TASKS = 60
UNTITLED = "a notice has no title in hecha.edges.notify.words: %s"
_log = logging.getLogger(__name__)
_CITIZEN = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


@dataclass(frozen=True, slots=True)
class Message:
    """A notice as it stands in the outbox. `root` names the message that nobody acknowledged, for one that urges."""

    id: str
    key: str
    unit: str
    post: str
    what: str
    clause: str
    subject: str
    incident: str
    at: datetime
    urgent: bool
    wants_ack: bool
    facts: Mapping[str, str]
    revision: int
    state: str
    superseded_by: str
    acked_at: datetime | None
    acked_by: str
    acked_how: str
    above_at: datetime | None
    root: str

    @property
    def waits(self) -> bool:
        """Whether somebody must still acknowledge it."""
        return self.state == OPEN and self.wants_ack


_NAMES = tuple(field.name for field in fields(Message))
COLUMNS = [notices.c[name] for name in _NAMES]
_LIVE = sa.select(*COLUMNS).where(notices.c.live_key == sa.bindparam("sought"))
_ONE = sa.select(*COLUMNS).where(notices.c.id == sa.bindparam("sought"))
_SAID = ("unit", "post", "what", "clause", "subject", "incident", "urgent", "wants_ack")
_RENEWED: dict[str, Any] = {name: sa.bindparam(name) for name in (*_SAID, "facts", "revision", "at")}
_RENEW = sa.update(notices).where(notices.c.id == sa.bindparam("sought")).values(**_RENEWED)  # built once: a storm


def put(tx: Tx, notice: Notice) -> str:
    """Enter or renew a message; returns its id. Raises BadInput for one that could not be kept or sent."""
    _check(notice)
    live = _found(tx.connection, _LIVE, notice.key)
    if live is None:
        return _enter(tx, notice)
    if _says_the_same(live, notice):
        return live.id
    if live.state == OPEN and (live.unit, live.post, live.what, live.wants_ack) == (
        notice.unit, notice.post, notice.what, notice.wants_ack
    ):  # fmt: skip
        _renew(tx, live, notice)
        return live.id
    return _supersede(tx, live, notice)


def withdraw(tx: Tx, key: str, at: datetime) -> bool:
    """End the message of a key. An acknowledged one stays so; its key is free again. False when there is none."""
    live = _found(tx.connection, _LIVE, key)
    if live is None:
        return False
    _end(tx, live, WITHDRAWN if live.state == OPEN else live.state)
    _withdraw_urging(tx, live, at)
    return True


def acknowledge(
    tx: Tx, id: str, by: str, at: datetime, *, how: str, person: str = "", revision: int | None = None
) -> bool:
    """A person takes note for the unit. `by`: who pressed; `person`: who takes note, if another (a call).

    True when it counts, False when the message had been acknowledged before. Raises NotThere; Conflict when it was
    superseded, withdrawn or has been changed since `revision`; Refused when there is nothing to acknowledge."""
    message = load(tx.connection, id)
    if message.state == ACKNOWLEDGED:
        return False
    _require_open(message, revision)
    change = {"state": ACKNOWLEDGED, "acked_at": at, "acked_by": person or by, "acked_how": how}
    tx.connection.execute(sa.update(notices).where(notices.c.id == id).values(**change))
    _forget_task(tx, id)
    said = {"key": message.key, "what": message.what, "revision": message.revision, "how": how, "person": person or by}
    record(tx, message, Fact("notice:message:acknowledged", id, at, by, message.unit, message.clause, said))
    _withdraw_urging(tx, message, at)
    return True


def hear(tx: Tx, fact: Fact) -> None:
    """What a life's own fact settles: a receipt entered there acknowledges its notice; what is over wakes nobody."""
    key = settled_by(fact)
    live = _found(tx.connection, _LIVE, key) if key is not None else None
    if live is not None and live.waits:
        person = str(fact.data.get("person") or fact.data.get("name") or "")
        acknowledge(tx, live.id, fact.by, fact.at, how="page", person=person)
    if is_over(fact):
        _withdraw_about(tx, fact.subject, fact.at)


def _withdraw_about(tx: Tx, subject: str, at: datetime) -> None:
    about = sa.or_(notices.c.subject == subject, notices.c.incident == subject)
    waiting = sa.select(notices.c.live_key).where(notices.c.state == OPEN, notices.c.wants_ack, about)
    for key in tx.connection.execute(waiting.where(notices.c.live_key.is_not(None))).scalars().all():
        withdraw(tx, key, at)


def mark_read(tx: Tx, account: str, ids: Iterable[str], at: datetime) -> int:
    """Note that an account has read these as they stand; returns how many were new to it."""
    news = [message for message in (load(tx.connection, id) for id in ids) if not _has_read(tx, message, account)]
    for message in news:
        mine = (reads.c.notice == message.id) & (reads.c.account == account)
        tx.connection.execute(sa.delete(reads).where(mine))
        row = {"notice": message.id, "account": account, "revision": message.revision, "at": at}
        tx.connection.execute(sa.insert(reads).values(row))
        said = {"revision": message.revision}
        tx.record(Fact("notice:message:read", message.id, at, account, message.unit, message.clause, said))
    return len(news)


def tell_above(tx: Tx, message: Message, superior: str, at: datetime) -> str:
    """Tell the superior unit's office that nobody has acknowledged; returns the id of the urging message."""
    origin = load(tx.connection, message.root) if message.root else message
    tx.connection.execute(sa.update(notices).where(notices.c.id == message.id).values(above_at=at))
    urging = Notice(
        f"above:{superior}:{origin.id}", superior, UNANSWERED, URGING, origin.subject, at,
        post="office", incident=origin.incident, urgent=origin.urgent, wants_ack=True,
        facts={"unit": origin.unit, "what": origin.what},
    )  # fmt: skip
    id = put(tx, urging)
    tx.connection.execute(sa.update(notices).where(notices.c.id == id).values(root=origin.id))
    said = {"unit": origin.unit, "told": superior, "what": origin.what}
    record(tx, origin, Fact("notice:message:unanswered", origin.id, at, "system", superior, URGING, said))
    return id


def record(tx: Tx, message: Message, fact: Fact) -> None:
    """A fact about a message, in the ledger and in the story of its incident."""
    mark(tx.connection, message.incident, [tx.record(fact)])


def load(connection: sa.Connection, id: str) -> Message:
    """One message. Raises NotThere."""
    found = _found(connection, _ONE, id)
    if found is None:
        raise NotThere("没有这条通知，或不在您的权限之内 (no such notice, or not yours)")
    return found


def message_of(row: Any) -> Message:
    """A row as a message."""
    values = {name: getattr(row, name) for name in _NAMES}
    return Message(**values | {"facts": json.loads(values["facts"])})


def _found(connection: sa.Connection, query: sa.Select[Any], sought: str) -> Message | None:
    row = connection.execute(query, {"sought": sought}).first()
    return None if row is None else message_of(row)


def _check(notice: Notice) -> None:
    if notice.what not in TITLES:
        _log.warning(UNTITLED, notice.what)
    if not 0 < len(notice.key) <= KEY_CHARS_MAX:
        raise BadInput("notice.key", f"1 到 {KEY_CHARS_MAX} 个字符 1 to {KEY_CHARS_MAX} characters")
    facts = canonical(dict(notice.facts))
    if len(facts) > FACTS_CHARS_MAX:
        raise BadInput("notice.facts", f"不超过 {FACTS_CHARS_MAX} 个字符 at most {FACTS_CHARS_MAX} characters")
    if _CITIZEN.search(facts):
        raise BadInput("notice.facts", "通知不得含公民身份号码 a notice never carries a citizen's number")


def _says_the_same(live: Message, notice: Notice) -> bool:
    """A later moment alone is no news."""
    alike = all(getattr(live, name) == getattr(notice, name) for name in _SAID)
    return alike and dict(live.facts) == dict(notice.facts)


def _enter(tx: Tx, notice: Notice) -> str:
    id = new_id("N", notice.at)
    row = {name: getattr(notice, name) for name in ("key", "at", *_SAID)}
    row |= {"id": id, "live_key": notice.key, "facts": canonical(dict(notice.facts)), "revision": 1, "state": OPEN}
    row |= {"superseded_by": "", "acked_at": None, "acked_by": "", "acked_how": "", "above_at": None, "root": ""}
    tx.connection.execute(sa.insert(notices), row)
    leases.put(tx, TASK, [id], notice.unit[:UNIT_CHARS_OF_TASKS], notice.at)
    return id


def _renew(tx: Tx, live: Message, notice: Notice) -> None:
    is_pressing = notice.urgent and not live.urgent
    values = {name: getattr(notice, name) for name in _SAID}
    values |= {"facts": canonical(dict(notice.facts)), "revision": live.revision + 1, "sought": live.id}
    values["at"] = notice.at if is_pressing else live.at  # how long it has waited counts from the beginning
    tx.connection.execute(_RENEW, values)
    if is_pressing:
        _forget_task(tx, live.id)
        leases.put(tx, TASK, [live.id], notice.unit[:UNIT_CHARS_OF_TASKS], notice.at)


def _supersede(tx: Tx, live: Message, notice: Notice) -> str:
    _end(tx, live, SUPERSEDED)
    fresh = _enter(tx, notice)
    tx.connection.execute(sa.update(notices).where(notices.c.id == live.id).values(superseded_by=fresh))
    _withdraw_urging(tx, live, notice.at)
    return fresh


def _end(tx: Tx, live: Message, state: str) -> None:
    tx.connection.execute(sa.update(notices).where(notices.c.id == live.id).values(live_key=None, state=state))
    _forget_task(tx, live.id)


def _withdraw_urging(tx: Tx, message: Message, at: datetime) -> None:
    """Those above need urge no longer."""
    open_ones = sa.select(notices.c.key).where(notices.c.root == message.id, notices.c.state == OPEN)
    for key in tx.connection.execute(open_ones).scalars().all():
        withdraw(tx, key, at)


def _forget_task(tx: Tx, id: str) -> None:
    tx.connection.execute(sa.delete(tasks).where(tasks.c.kind == TASK, tasks.c.item == id))


def _require_open(message: Message, revision: int | None) -> None:
    if message.state != OPEN:
        raise Conflict("此通知已被替换或撤回，请看最新的一条 (superseded or withdrawn; see the latest one)")
    if not message.wants_ack:
        raise Refused(message.clause, "此通知不需要确认", "阅读即可")
    if revision is not None and revision != message.revision:
        raise Conflict("此通知的内容已更新，请重新阅读后确认 (it has changed since; read it again)")


def _has_read(tx: Tx, message: Message, account: str) -> bool:
    mine = sa.select(reads.c.revision).where(reads.c.notice == message.id, reads.c.account == account)
    return tx.connection.execute(mine).scalar() == message.revision
