"""The batch worker: chunks of 32 rows under a lease; a worker's death delays a chunk by at most one lease."""

import asyncio
import logging
from typing import Any

from sqlalchemy import func, select, update

from hecha.edges.api.desk_batch import TASK
from hecha.edges.api.office import Office
from hecha.edges.jobs import leases
from hecha.edges.jobs.drain import outcome_of_error
from hecha.edges.jobs.leases import Claimed
from hecha.edges.store.tables import batch_chunks, batch_rows, batches
from hecha.edges.store.writer import Tx
from hecha.flow.recover import wait
from hecha.kernel.errors import HechaError, NotThere, Unavailable
from hecha.kernel.facts import Fact
from hecha.verification.outcome import Outcome

TRIES_MAX = 5  # then a row's outcome stays `unavailable`, so that a batch ends
ASKED_AT_ONCE = 8
WORKER = "批量核查 batch"
_log = logging.getLogger(__name__)


class BatchWorker:
    """`once` does at most one chunk and says how many rows it asked."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._turn = asyncio.Semaphore(ASKED_AT_ONCE)

    async def once(self) -> int:
        taken = await self._office.store.write(self._take)
        if taken is None:
            return 0
        task, batch, people = taken
        if not people:
            return 1
        outcomes = await asyncio.gather(*[self._ask(task, batch, person) for person in people])
        answers = {person["row"]: outcome for person, outcome in zip(people, outcomes, strict=True)}
        await self._office.store.write(lambda tx: self._settle(tx, task, answers))
        return len(people)

    def _take(self, tx: Tx) -> tuple[Claimed, Any, list[dict[str, Any]]] | None:
        claimed = leases.claim(tx, TASK, self._office.clock(), 1)
        if not claimed:
            return None
        id, chunk = _parts(claimed[0])
        batch = tx.connection.execute(select(batches).where(batches.c.id == id)).one()
        here = (batch_chunks.c.batch == id) & (batch_chunks.c.chunk == chunk)
        token = tx.connection.execute(select(batch_chunks.c.token).where(here)).scalar_one()
        try:
            fields = self._office.vault.open(tx, token, f"batch {id}", WORKER, self._office.clock())
        except (NotThere, Unavailable) as error:  # erased, or spoilt on the disk: the other chunks go on
            _log.error("a chunk of a batch cannot be opened: %s", type(error).__name__)
            self._give_up(tx, claimed[0], final=isinstance(error, NotThere))
            return claimed[0], batch, []
        pending = set(tx.connection.execute(select(batch_rows.c.row).where(_pending(id, chunk))).scalars())
        return claimed[0], batch, [person for person in fields["rows"] if person["row"] in pending]

    def _give_up(self, tx: Tx, task: Claimed, final: bool) -> None:
        """A chunk without its people: tried again later, in the end its rows are inputs that nobody can verify."""
        if not final and task.tries + 1 < TRIES_MAX:
            leases.release(tx, task, self._office.clock() + wait(task.tries))
            return
        id, chunk = _parts(task)
        rows = tx.connection.execute(select(batch_rows.c.row).where(_pending(id, chunk))).scalars()
        self._settle(tx, task, dict.fromkeys(rows, Outcome.INPUT_ERROR))

    async def _ask(self, task: Claimed, batch: Any, person: dict[str, Any]) -> Outcome:
        subject = {name: person[name] for name in ("name", "number", "card_authority")}
        body = {"subject": subject, "business": {"type": batch.business, "reference": batch.id}, "outlet": batch.outlet}
        async with self._turn:
            try:
                answer = await self._office.verifier.verify_body(body, f"{batch.id}/{person['row']}/{task.tries}")
            except HechaError as error:
                return outcome_of_error(error)
        return answer.outcome

    def _settle(self, tx: Tx, task: Claimed, answers: dict[int, Outcome]) -> None:
        """Write the rows that were answered; the rest waits for another try, unless it was the last."""
        id, chunk = _parts(task)
        last = task.tries + 1 >= TRIES_MAX
        vain = any(outcome is Outcome.UNAVAILABLE for outcome in answers.values()) and not last
        now = self._office.clock()
        held = leases.release(tx, task, now + wait(task.tries)) if vain else leases.finish(tx, task)
        if not held:
            return
        for row, outcome in answers.items():
            if outcome is not Outcome.UNAVAILABLE or last:
                where = _pending(id, chunk) & (batch_rows.c.row == row)
                tx.connection.execute(update(batch_rows).where(where).values(outcome=outcome.value, at=now))
        if not vain:
            self._close(tx, id)

    def _close(self, tx: Tx, id: str) -> None:
        """After the last row the batch is done; a fact with its counts."""
        open_rows = select(func.count()).where(batch_rows.c.batch == id, batch_rows.c.outcome == "")
        if tx.connection.execute(open_rows).scalar_one():
            return
        now = self._office.clock()
        tx.connection.execute(update(batches).where(batches.c.id == id).values(state="done", finished_at=now))
        by_outcome = (
            select(batch_rows.c.outcome, func.count()).where(batch_rows.c.batch == id).group_by(batch_rows.c.outcome)
        )
        data: dict[str, int] = dict(tx.connection.execute(by_outcome).all())
        tx.record(Fact("batch:file:done", id, now, WORKER, data=data))


def _parts(task: Claimed) -> tuple[str, int]:
    id, _, chunk = task.item.rpartition("/")
    return id, int(chunk)


def _pending(id: str, chunk: int) -> Any:
    return (batch_rows.c.batch == id) & (batch_rows.c.chunk == chunk) & (batch_rows.c.outcome == "")
