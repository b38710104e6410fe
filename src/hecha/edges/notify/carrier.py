"""The carrier (投递): takes what is due from the outbox, asks `next_step` what to do, and does it.

One turn: claim leases; look at logs and roster; write what is about to be sent (COMMIT), send it outside any
transaction, write what became of it. A carrier that dies in between leaves an attempt that is "sending": the next one
sends it again under the same key. So a message is carried at least once, and has one effect in our own state.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from hecha.edges.jobs import leases
from hecha.edges.jobs.leases import Claimed
from hecha.edges.notify import log, outbox
from hecha.edges.notify.channel import Channel, Failed, Letter, Sent, Why
from hecha.edges.notify.contacts import masked
from hecha.edges.notify.desk import NoticeDesk
from hecha.edges.notify.links import ACKNOWLEDGE, LINK_LASTS, Grant
from hecha.edges.notify.outbox import OPEN, TASK, Message
from hecha.edges.notify.words import SMS_TEXT, title
from hecha.edges.store.writer import Tx
from hecha.flow.convey import (
    SHARED,
    Attempt,
    Case,
    Person,
    Rest,
    Send,
    Step,
    TellAbove,
    Wait,
    Way,
    free_in,
    next_step,
    reach,
)

CHUNK = 16  # notices taken in hand at a time
SENDERS = 8  # messages on their way at once
LEASE = timedelta(minutes=2)  # longer than a chunk takes when every provider needs all its time
LONGEST_WAIT = timedelta(minutes=5)  # then a notice is looked at again, whatever its next step waits for
GRACE_S = 2.0  # beyond a channel's own time-out
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A claimed notice with the step to be done. `person` is whom `Send` is for."""

    task: Claimed
    message: Message
    step: Step
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class _Sending:
    """An attempt that has been written down and must now be made."""

    task: Claimed
    attempt: str
    channel: Channel
    letter: Letter


class Carrier:
    """`once` does one turn and says how many notices it had in hand."""

    def __init__(self, desk: NoticeDesk, address: str) -> None:
        """`address`: where links lead when the settings do not say."""
        self._store, self._contacts, self._links, self._clock = desk.store, desk.contacts, desk.links, desk.clock
        self._channels: Mapping[Way, Channel] = desk.settings.channels
        self._address = desk.settings.address or address
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="notice")

    async def once(self) -> int:
        """Claim what is due, plan, write, send, write. Nothing is lost wherever it is cut off."""
        now = self._clock()
        claimed = await self._store.write(lambda tx: leases.claim(tx, TASK, now, CHUNK, LEASE))
        if not claimed:
            return 0
        plans = await asyncio.to_thread(self._plans, claimed, now)
        sendings = await self._store.write(lambda tx: self._begin(tx, plans, now))
        outcomes = await asyncio.gather(*[self._send(one) for one in sendings])
        if sendings:
            await self._store.write(lambda tx: self._end(tx, sendings, outcomes))
        return len(claimed)

    def close(self) -> None:
        """Let go of the threads; what they still send is told by the next carrier."""
        self._senders.shutdown(wait=False, cancel_futures=True)

    # what to do

    def _plans(self, claimed: list[Claimed], now: datetime) -> list[_Plan]:
        ids = [task.item for task in claimed]
        with self._store.read() as connection:
            messages = {id: outbox.load(connection, id) for id in ids}
            logs = log.attempts(connection, ids)
        return [self._plan(task, messages[task.item], logs[task.item], now) for task in claimed]

    def _plan(self, task: Claimed, message: Message, tried: list[Attempt], now: datetime) -> _Plan:
        people = self._contacts.holders(message.unit, message.post, now)
        case = Case(message.at, message.urgent, message.wants_ack, message.state != OPEN, message.above_at is not None)
        open_ways = [way for way, channel in self._channels.items() if channel.line(message.unit)]
        step = next_step(case, tried, reach(people, open_ways, case), self._contacts.superior(message.unit), now)
        who = next((one for one in people if isinstance(step, Send) and one.id == step.person), None)
        return _Plan(task, message, step, who)

    # before sending

    def _begin(self, tx: Tx, plans: Iterable[_Plan], now: datetime) -> list[_Sending]:
        return [one for plan in plans if (one := self._act(tx, plan, now)) is not None]

    def _act(self, tx: Tx, plan: _Plan, now: datetime) -> _Sending | None:
        """Do a step in the transaction; what must be sent is returned."""
        fresh = outbox.load(tx.connection, plan.message.id)
        if fresh != plan.message:  # acknowledged or renewed meanwhile: look again
            leases.release(tx, plan.task, now)
        elif isinstance(plan.step, Rest):
            leases.finish(tx, plan.task)
        elif isinstance(plan.step, Wait):
            leases.release(tx, plan.task, min(plan.step.until, now + LONGEST_WAIT))
        elif isinstance(plan.step, TellAbove):
            if leases.release(tx, plan.task, now):
                outbox.tell_above(tx, fresh, plan.step.unit, now)
        else:
            return self._sending(tx, plan, plan.step, now)
        return None

    def _sending(self, tx: Tx, plan: _Plan, step: Send, now: datetime) -> _Sending | None:
        channel, person = self._channels[step.way], plan.person
        assert person is not None
        line = channel.line(plan.message.unit)
        rest = free_in(log.carried(tx.connection, line, now - timedelta(minutes=1)), channel.per_minute, now)
        if rest:
            leases.release(tx, plan.task, now + rest)
            return None
        to = person.addresses.get(Way.SMS if step.way in SHARED else step.way, "")
        addressee = f"{person.name} {masked(to)}" if to else person.name
        attempt = log.begin(
            tx.connection, plan.message.id, person.id, step.way, step.number, line, addressee[:120], now
        )
        return _Sending(plan.task, attempt, channel, self._letter(attempt, plan.message, person, to, step.way, now))

    def _letter(self, key: str, message: Message, person: Person, to: str, way: Way, now: datetime) -> Letter:
        """Title and link; a text message has not even the title, and a group gets no personal link."""
        path = "/inbox"
        if message.wants_ack and way not in SHARED:
            path = f"/n/{self._links.make(Grant(message.id, ACKNOWLEDGE, person.id, now + LINK_LASTS))}"
        name = "" if way is Way.SMS else title(message.what)
        return Letter(key, message.unit, to, name, SMS_TEXT, self._address + path)

    # sending, and after

    async def _send(self, one: _Sending) -> Sent | Failed:
        """One attempt, ended in time whatever the provider does."""
        sending = asyncio.get_running_loop().run_in_executor(self._senders, one.channel.send, one.letter)
        try:
            return await asyncio.wait_for(sending, one.channel.timeout_s + GRACE_S)
        except TimeoutError:
            return Failed(Why.TIMEOUT)
        except Exception as error:  # ok: a channel's own mistake is a failure of this attempt, told in the log
            _log.error("a channel failed: %s %s", one.channel.way, type(error).__name__)
            return Failed(Why.SETTINGS, retry=False)

    def _end(self, tx: Tx, sendings: list[_Sending], outcomes: list[Sent | Failed]) -> None:
        now = self._clock()
        for one, outcome in zip(sendings, outcomes, strict=True):
            log.end(tx.connection, one.attempt, outcome, now)
            leases.release(tx, one.task, now)
