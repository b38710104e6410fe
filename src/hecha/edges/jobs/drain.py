"""The drain (补核): every entry of the register is verified after recovery, exactly once in effect.

A chunk: claim leases and open the vault (one transaction, one fact), ask the entrance, then write each answer, its
fact and the end of its task in one transaction, guarded by the fence. The key sent up is the entry and its try, so a
worker that dies and comes back gets the same answer, and the police source is not asked twice.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from hecha.edges.api.desk_register import TASK
from hecha.edges.api.office import Office
from hecha.edges.jobs import leases
from hecha.edges.jobs.leases import Claimed
from hecha.edges.store.lives import register
from hecha.edges.store.tables import entries
from hecha.edges.store.vault import Fields
from hecha.edges.store.writer import Tx
from hecha.flow.counter import may_verify
from hecha.flow.ports import Answer
from hecha.flow.recover import Bucket, Pace, allowance, next_chunk, wait
from hecha.kernel.errors import BadInput, HechaError, NotThere, Unavailable
from hecha.kernel.ids import OutletId
from hecha.response import backlog
from hecha.verification.outcome import Outcome

WORKER = "补核 drain"
HASTE_EVERY = timedelta(minutes=1)
_SPOILT: Fields = {}  # what stands for an item that the keys do not open
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Work:
    """`fields` is `None` when the outlet is still down (not `due`) or the citizen's data was erased."""

    task: Claimed
    entry: Any
    due: bool
    fields: Fields | None


class Drain:
    """One worker. `once` does at most one chunk and says how many entries it asked."""

    def __init__(self, office: Office, pace: Pace, on_change: Callable[[], None] | None = None) -> None:
        self._office, self._pace = office, pace
        self._bucket = Bucket(pace.per_second, office.clock())
        self._chunk = 1
        self._on_change = on_change
        self._failing = True  # until an answer comes, all wait their turn
        self._hastened = office.clock() - HASTE_EVERY

    async def once(self) -> int:
        """A chunk, if the pace and live requests leave room; 0 when there was nothing to do."""
        now = self._office.clock()
        live = self._office.live.per_second(now)
        count, bucket = allowance(self._bucket, self._pace, live, self._chunk, now)
        if not count:
            return 0
        works = await self._office.store.write(lambda tx: self._take(tx, count))
        self._bucket = bucket if works else self._bucket
        if not works:
            return 0
        outcomes = await asyncio.gather(*[self._ask(work) for work in works])
        await self._office.store.write(lambda tx: self._settle(tx, works, outcomes))
        await self._learn([one for one in outcomes if one is not None])
        return len(works)

    async def _learn(self, asked: list[Outcome]) -> None:
        """Go faster or slower; the first answer after a failure ends the waiting of all others."""
        vain = sum(one is Outcome.UNAVAILABLE for one in asked)
        self._chunk = next_chunk(len(asked), vain, self._chunk, self._pace)
        if len(asked) == vain:
            self._failing = self._failing or bool(asked)
            return
        now = self._office.clock()
        if self._failing and now - self._hastened >= HASTE_EVERY:
            await self._office.store.write(lambda tx: leases.hasten(tx, TASK, now))
            self._hastened = now
        self._failing = False
        if self._on_change:
            self._on_change()

    def _take(self, tx: Tx, count: int) -> list[_Work]:
        claimed = leases.claim(tx, TASK, self._office.clock(), count)
        if not claimed:
            return []
        query = select(entries).where(entries.c.id.in_([task.item for task in claimed]))
        rows = {row.id: row for row in tx.connection.execute(query)}
        tokens = [row.token for row in rows.values() if self._may(row.outlet)]
        opened = self._open(tx, tokens)
        found = [(task, rows[task.item]) for task in claimed]
        return [_Work(task, row, self._may(row.outlet), opened.get(row.token)) for task, row in found]

    def _open(self, tx: Tx, tokens: list[str]) -> dict[str, Fields]:
        if not tokens:
            return {}
        try:
            return self._office.vault.open_many(tx, tokens, "back-verification", WORKER, self._office.clock())
        except Unavailable:  # one that cannot be decrypted must not hold up the others
            return {token: fields for token in tokens if (fields := self._open_one(tx, token)) is not None}

    def _open_one(self, tx: Tx, token: str) -> Fields | None:
        try:
            return self._office.vault.open(tx, token, "back-verification", WORKER, self._office.clock())
        except NotThere:
            return None
        except Unavailable:
            _log.error("an item of the vault cannot be decrypted; its entry waits")
            return _SPOILT

    def _may(self, outlet: str) -> bool:
        return may_verify(self._office.network, self._office.picture(), OutletId(outlet))

    async def _ask(self, work: _Work) -> Outcome | None:
        """What the entrance says; `None` when it was not asked (its outlet is still down)."""
        if work.fields is _SPOILT:
            return Outcome.UNAVAILABLE
        if work.fields is None:
            return Outcome.INPUT_ERROR if work.due else None  # erased: a person must look at it
        try:
            answer: Answer = await self._office.verifier.verify_body(
                _body(work.entry, work.fields), f"{work.task.item}/{work.task.tries}"
            )
        except HechaError as error:
            return outcome_of_error(error)
        return answer.outcome

    def _settle(self, tx: Tx, works: list[_Work], outcomes: list[Outcome | None]) -> None:
        now = self._office.clock()
        for work, outcome in zip(works, outcomes, strict=True):
            if outcome in (None, Outcome.UNAVAILABLE):
                leases.release(tx, work.task, now + wait(work.task.tries))
            elif outcome is not None and leases.finish(tx, work.task):
                register.do(tx, work.task.item, backlog.Answer(outcome, now))


def outcome_of_error(error: HechaError) -> Outcome:
    """What was entered about the person is wrong: a result. Anything else (a token, a form) is ours: tried again."""
    if isinstance(error, BadInput) and error.where.startswith("subject"):
        return Outcome.INPUT_ERROR
    _log.warning("an entrance refused a request of ours: %s", type(error).__name__)
    return Outcome.UNAVAILABLE


def _body(entry: Any, fields: Fields) -> dict[str, Any]:
    """The request that goes up: as it was entered."""
    subject = {name: fields[name] for name in ("name", "number", "card_authority")}
    body = {
        "subject": subject,
        "business": {"type": entry.business, "reference": fields["reference"]},
        "outlet": entry.outlet,
    }
    return body | ({"mode": entry.mode} if entry.mode else {})
