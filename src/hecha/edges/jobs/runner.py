"""Runs the workers beside the console until told to stop. Each worker's trouble is logged and tried again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

from hecha.edges.api.desk import forget_checks
from hecha.edges.api.office import Office
from hecha.edges.jobs import leases
from hecha.edges.jobs.batches import BatchWorker
from hecha.edges.jobs.drain import Drain
from hecha.edges.jobs.homing import Homing
from hecha.edges.store import replies
from hecha.edges.store.writer import Tx
from hecha.flow.recover import Pace
from hecha.kernel.errors import HechaError

IDLE_SECONDS = 0.5
TROUBLE_SECONDS = 5.0
_log = logging.getLogger(__name__)


class Runner:
    """`await runner.run(stop)`; `sole_owner` is True on SQLite, where leases of a dead process end at start.

    `also`: other workers of the same form, each a function that does one turn and says how much there was."""

    def __init__(
        self,
        office: Office,
        pace: Pace | None = None,
        *,
        sole_owner: bool = True,
        on_change: Callable[[], None] | None = None,
        also: Iterable[Callable[[], Awaitable[int]]] = (),
    ) -> None:
        self._office, self._sole_owner, self._also = office, sole_owner, tuple(also)
        self.drain = Drain(office, pace or Pace(), on_change)
        self.batches = BatchWorker(office)
        self.homing = Homing(office)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; what is under way is finished."""
        await self._repeat(self._first, stop, once_is_enough=True)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._repeat(self.drain.once, stop))
            group.create_task(self._repeat(self.batches.once, stop))
            for once in self._also:
                group.create_task(self._repeat(once, stop))
            if self._office.spool is not None:
                group.create_task(self._repeat(self.homing.once, stop))

    async def _first(self) -> int:
        await self._office.store.write(self._begin)
        return 1

    def _begin(self, tx: Tx) -> None:
        if self._sole_owner:
            leases.reclaim(tx)
        replies.forget(tx, self._office.clock())
        forget_checks(tx, self._office.clock())

    async def _repeat(
        self, once: Callable[[], Awaitable[int]], stop: asyncio.Event, *, once_is_enough: bool = False
    ) -> None:
        while not stop.is_set():
            try:
                pause = 0.0 if await once() else IDLE_SECONDS
                if once_is_enough:
                    return
            except HechaError as error:
                _log.warning("a worker will try again: %s", type(error).__name__)
                pause = TROUBLE_SECONDS
            except Exception as error:  # ok: told loudly; the other workers and the watch must not fall with it
                _log.error("a worker failed and will try again: %s", type(error).__name__, exc_info=error)
                pause = TROUBLE_SECONDS
            await _pause(stop, pause)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), max(seconds, 0.001))
    except TimeoutError:
        return
