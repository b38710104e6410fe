"""The inbox (收件箱) of people: what their unit and posts are told, what they have read, and their acknowledgement.

desk.inbox(who, view="waiting")          a page, newest first
desk.unread(who)                         for the menu, at most UNREAD_SHOWN_MAX
await desk.acknowledge(who, id, …)       a named person takes note; a fact, and what follows from it
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from hecha.edges.clock import Clock
from hecha.edges.notify import log, outbox
from hecha.edges.notify.links import Links
from hecha.edges.notify.log import Line
from hecha.edges.notify.outbox import COLUMNS, OPEN, Message, message_of
from hecha.edges.notify.settings import NotifySettings
from hecha.edges.notify.tables import notices, reads
from hecha.edges.store.store import Store
from hecha.edges.store.writer import Tx
from hecha.flow.convey import Contacts
from hecha.flow.noted import Noted
from hecha.kernel.errors import BadInput, Conflict, NotThere, Refused
from hecha.kernel.ids import UnitId
from hecha.organization.principal import Principal, Role
from hecha.organization.units import Units

PAGE_MAX = 200
UNREAD_SHOWN_MAX = 99
NAME_CHARS_MAX = 40
VIEWS = ("open", "waiting", "unread", "all")
T = TypeVar("T")
Boxes = Mapping[str, frozenset[str] | None]
Follow = Callable[[Tx, Noted], object]
"""What else an acknowledgement does, in the same transaction."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A message as one person sees it. `mine`: it is for a post of theirs; `may_acknowledge`: and waits for them."""

    message: Message
    is_read: bool
    mine: bool
    may_acknowledge: bool


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is the cursor of the following page, "" at the end."""

    items: tuple[Entry, ...]
    next: str


@dataclass(frozen=True, slots=True)
class NoticeDesk:
    """`follow` lets the procedure hear of an acknowledgement. Where it refuses (the order is over by now), the notice
    is acknowledged all the same: somebody has taken note, and need not be called."""

    store: Store
    units: Units
    contacts: Contacts
    clock: Clock
    links: Links
    settings: NotifySettings = field(default_factory=NotifySettings)
    follow: Follow = lambda tx, noted: None
    on_change: Callable[[], None] = lambda: None  # tells pages that something was read or acknowledged

    # what is read

    def inbox(self, who: Principal, view: str = "open", cursor: str = "", limit: int = 50) -> Page:
        """A page of what a person's units are told. Raises BadInput for a view that there is not."""
        if view not in VIEWS:
            raise BadInput("view", f"只能是 one of {', '.join(VIEWS)}")
        boxes = self.contacts.boxes(who, self.clock())
        query = _listed(who, boxes, view).order_by(notices.c.id.desc()).limit(min(limit, PAGE_MAX) + 1)
        if cursor:
            query = query.where(notices.c.id < cursor)
        with self.store.read() as connection:
            found = [self._entry(row, who, boxes) for row in connection.execute(query)]
        shown = tuple(found[: min(limit, PAGE_MAX)])
        return Page(shown, shown[-1].message.id if len(found) > len(shown) else "")

    def unread(self, who: Principal) -> int:
        """How many open notices for a person's posts are unread, counted up to UNREAD_SHOWN_MAX + 1."""
        boxes = self.contacts.boxes(who, self.clock())
        some = sa.select(notices.c.id).select_from(_read_by(who)).where(_for_posts(boxes), *_unread())
        with self.store.read() as connection:
            counted = sa.select(sa.func.count()).select_from(some.limit(UNREAD_SHOWN_MAX + 1).subquery())
            return int(connection.execute(counted).scalar_one())

    def one(self, who: Principal, id: str) -> tuple[Entry, list[Line]]:
        """A message with its delivery log. Raises NotThere for one of others."""
        boxes = self.contacts.boxes(who, self.clock())
        query = _listed(who, boxes, "all").where(notices.c.id == id)
        with self.store.read() as connection:
            row = connection.execute(query).first()
            if row is None:
                raise NotThere("没有这条通知，或不在您的权限之内 (no such notice, or not yours)")
            return self._entry(row, who, boxes), log.lines_of(connection, id)

    # what is done

    async def read(self, who: Principal, ids: Sequence[str]) -> int:
        """Mark as read; those of others are passed over. Returns how many were news."""
        boxes = self.contacts.boxes(who, self.clock())

        def run(tx: Tx) -> int:
            query = _listed(who, boxes, "all").where(notices.c.id.in_(list(ids)[:PAGE_MAX]))
            mine = [row.id for row in tx.connection.execute(query)]
            return outbox.mark_read(tx, who.account, mine, self.clock())

        return await self.write(run)

    async def acknowledge(self, who: Principal, id: str, revision: int | None = None, person: str = "") -> Message:
        """A person takes note of a message. A machine of an institution names the `person`.

        Raises NotThere, Refused (an auditor, another post), Conflict (superseded, or changed since `revision`)."""
        act = await asyncio.to_thread(self.acknowledging, who, id, revision, person)
        return await self.write(act)

    def acknowledging(
        self, who: Principal, id: str, revision: int | None = None, person: str = ""
    ) -> Callable[[Tx], Message]:
        """The same as a closure for the writer: the roster is read now, as a writer may read nothing but its own."""
        boxes = self.contacts.boxes(who, self.clock())
        return lambda tx: self._acknowledge(tx, who, boxes, id, revision, person)

    def _acknowledge(self, tx: Tx, who: Principal, boxes: Boxes, id: str, revision: int | None, person: str) -> Message:
        row = tx.connection.execute(_listed(who, boxes, "all").where(notices.c.id == id)).first()
        if row is None:
            raise NotThere("没有这条通知，或不在您的权限之内 (no such notice, or not yours)")
        message = message_of(row)
        self._require_may(who, self._entry(row, who, boxes))
        noted = self.noted(message, _named(who, person), who.account, "inbox" if _is_person(who) else "api")
        is_on_roster = boxes[message.unit] is not None
        self.take_note(tx, message, noted, revision=revision, counts=is_on_roster)
        return outbox.load(tx.connection, id)

    def noted(self, message: Message, name: str, by: str, how: str, number: str = "", words: str = "") -> Noted:
        """What taking note of a message says to the life that it is about."""
        return Noted(
            message.what, message.key, message.subject, message.unit, name, by, self.clock(), how, number, words
        )

    def take_note(self, tx: Tx, message: Message, noted: Noted, *, revision: int | None = None, counts: bool) -> bool:
        """Acknowledge, and let follow what follows, if it counts as the unit's receipt (a person of its roster).

        True when it was not acknowledged before. Raises as `outbox.acknowledge` does."""
        said = {"how": noted.how, "person": noted.name}
        if not outbox.acknowledge(tx, message.id, noted.by, noted.at, **said, revision=revision):
            return False
        if counts:
            self._follow(tx, noted)
        return True

    def _follow(self, tx: Tx, noted: Noted) -> None:
        try:
            with tx.connection.begin_nested():
                self.follow(tx, noted)
        except (Refused, Conflict, NotThere, BadInput) as error:
            _log.info("an acknowledgement is no receipt: %s %s: %s", noted.what, noted.subject, error)

    async def write(self, run: Callable[[Tx], T]) -> T:
        """A change of notices; pages are told after its COMMIT."""
        answer = await self.store.write(run)
        self.on_change()
        return answer

    def sees(self, who: Principal, unit: str) -> bool:
        """Whether a unit is the person's own, stands below it, or under a branch below it."""
        at, own = self.clock(), who.unit
        if self.units.is_below(UnitId(unit), own, at) or unit == own:
            return True
        is_central = own.startswith("pbc/") or own == "head_office"
        return is_central and self.units.is_below(self.units.local_branch(UnitId(unit), at), own, at)

    def _entry(self, row: Any, who: Principal, boxes: Boxes) -> Entry:
        message = message_of(row)
        posts = boxes.get(message.unit)
        mine = posts is None or message.post == "" or message.post in posts
        return Entry(message, row.seen == message.revision, mine, mine and message.waits and who.role != Role.AUDITOR)

    def _require_may(self, who: Principal, entry: Entry) -> None:
        if who.role is Role.AUDITOR:
            raise Refused(entry.message.clause, "审计员不能确认通知", "请由收到通知的单位确认")
        if not entry.mine:
            raise Refused(entry.message.clause, "这条通知由另一岗位的人员确认", "请转给该岗位的人员或其替补")


def _is_person(who: Principal) -> bool:
    """Not an institution's machine, which has a token and no session."""
    return not who.account.startswith("api:")


def _named(who: Principal, person: str) -> str:
    """Who takes note: the person signed in, or the one whom an institution's machine names."""
    if _is_person(who):
        return who.name
    if not 0 < len(person) <= NAME_CHARS_MAX:
        raise BadInput("person", f"请填确认人姓名，1 至 {NAME_CHARS_MAX} 字 who takes note, 1 to {NAME_CHARS_MAX}")
    return person


def _read_by(who: Principal) -> sa.Join:
    return notices.outerjoin(reads, (reads.c.notice == notices.c.id) & (reads.c.account == who.account))


def _listed(who: Principal, boxes: Boxes, view: str) -> sa.Select[Any]:
    query = sa.select(*COLUMNS, reads.c.revision.label("seen")).select_from(_read_by(who))
    query = query.where(notices.c.unit.in_(list(boxes)))
    if view == "waiting":
        return query.where(notices.c.state == OPEN, notices.c.wants_ack)
    if view == "unread":
        return query.where(*_unread())
    return query.where(notices.c.state == OPEN) if view == "open" else query


def _unread() -> tuple[sa.ColumnElement[bool], ...]:
    return notices.c.state == OPEN, sa.or_(reads.c.revision.is_(None), reads.c.revision != notices.c.revision)


def _for_posts(boxes: Boxes) -> sa.ColumnElement[bool]:
    """Those for the person's own posts, and for their units as a whole."""
    each = []
    for unit, posts in boxes.items():
        here = notices.c.unit == unit
        each.append(here if posts is None else here & notices.c.post.in_(["", *sorted(posts)]))
    return sa.or_(*each)
