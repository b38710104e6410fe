"""The gate for signed links: a telephone without sign-in sees one line and may press once.

Forged tokens are counted by address and turned away after a while; a genuine one is counted by itself, so that a crowd
behind one address hinders nobody who holds a real link.
"""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from hecha.edges.notify import outbox
from hecha.edges.notify.desk import NoticeDesk
from hecha.edges.notify.links import ACKNOWLEDGE, Grant
from hecha.edges.notify.outbox import ACKNOWLEDGED, OPEN, Message
from hecha.edges.store.writer import Tx
from hecha.kernel.errors import Conflict, NotThere, Refused

WITHIN = timedelta(minutes=15)
FORGED_MAX = 20  # per address …
OPENED_MAX = 60  # … and per genuine link, within that time
WATCHED_MAX = 10_000  # addresses and links that are counted


class Standing(StrEnum):
    """How a link stands."""

    OPEN = "open"  # one press is awaited
    DONE = "done"  # somebody has pressed, here or elsewhere
    EXPIRED = "expired"
    REVOKED = "revoked"  # superseded, withdrawn, or for somebody who no longer holds the post


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page shows: the message (of which only title, unit and time) and how the link stands."""

    message: Message
    standing: Standing


class TooOften(Refused):
    """Too many tries in a while."""

    def __init__(self) -> None:
        super().__init__("GB/T 22239 8.1.4.1", "打开次数过多", "请在 15 分钟后再试，或登录后在收件箱中确认")


@dataclass
class Gate:
    """`count` of tries lives in memory: after a restart everybody may try again."""

    desk: NoticeDesk
    _tries: "OrderedDict[str, deque[datetime]]" = field(default_factory=OrderedDict)

    async def open(self, token: str, address: str) -> Opened:
        """What a link leads to. Raises Refused for a forged one, TooOften."""
        grant = self._read(token, address)
        return await asyncio.to_thread(self._opened, grant)

    async def press(self, token: str, address: str, revision: int) -> Opened:
        """The one press. A second one, or one on a link that is over, changes nothing and says so."""
        grant = self._read(token, address)
        found = await asyncio.to_thread(self._opened, grant)
        if found.standing is not Standing.OPEN:
            return found
        try:
            name = await asyncio.to_thread(self._name, found.message, grant.person)
            await self.desk.write(lambda tx: self._acknowledge(tx, grant, name, revision))
        except Conflict:  # renewed or superseded between looking and pressing: show it as it stands now
            return await asyncio.to_thread(self._opened, grant)
        return await asyncio.to_thread(self._opened, grant)

    def _acknowledge(self, tx: Tx, grant: Grant, name: str, revision: int) -> None:
        message = outbox.load(tx.connection, grant.notice)
        noted = self.desk.noted(message, name, f"link:{grant.person}", "link")
        self.desk.take_note(tx, message, noted, revision=revision, counts=True)

    def _name(self, message: Message, person: str) -> str:
        """The holder's name, as the roster has it."""
        people = self.desk.contacts.holders(message.unit, message.post, self.desk.clock())
        return next((one.name for one in people if one.id == person), person)

    def _read(self, token: str, address: str) -> Grant:
        try:
            grant = self.desk.links.read(token)
        except Refused:
            self._count(f"address:{address}", FORGED_MAX)
            raise
        self._count(f"link:{grant.notice}:{grant.person}", OPENED_MAX)
        if grant.purpose != ACKNOWLEDGE:
            raise Refused("4.3.1(1)", "这个链接不是用来确认通知的", "请登录后在收件箱中确认")
        return grant

    def _opened(self, grant: Grant) -> Opened:
        try:
            with self.desk.store.read() as connection:
                message = outbox.load(connection, grant.notice)
        except NotThere:
            raise Refused("4.3.1(1)", "这个链接指向的通知已不存在", "请登录后在收件箱中查看") from None
        return Opened(message, self._standing(message, grant))

    def _standing(self, message: Message, grant: Grant) -> Standing:
        if message.state == ACKNOWLEDGED:
            return Standing.DONE
        if message.state != OPEN or not self._holds(message, grant.person):
            return Standing.REVOKED
        return Standing.EXPIRED if grant.expires <= self.desk.clock() else Standing.OPEN

    def _holds(self, message: Message, person: str) -> bool:
        people = self.desk.contacts.holders(message.unit, message.post, self.desk.clock())
        return any(one.id == person for one in people)

    def _count(self, who: str, most: int) -> None:
        now = self.desk.clock()
        tries = self._tries.pop(who, deque())
        while tries and not now - WITHIN < tries[0] <= now:
            tries.popleft()
        tries.append(now)
        self._tries[who] = tries
        if len(self._tries) > WATCHED_MAX:
            self._tries.popitem(last=False)
        if len(tries) > most:
            tries.pop()
            raise TooOften
