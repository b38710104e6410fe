"""The procedure's own loop: what the watch has seen becomes incidents, and clocks run on; once a second.

await loop.step()       # once, as stories do
"""

import asyncio
import logging
from collections.abc import Callable

from hecha.edges.procedure.following import Following
from hecha.edges.procedure.procedure import Procedure
from hecha.edges.procedure.settling import Settling
from hecha.flow.happening import happening
from hecha.flow.picture import Picture
from hecha.kernel.errors import HechaError
from hecha.kernel.moments import minute_of

TURN_S = 1.0
TROUBLE = "有规则未能执行，见日志 a rule could not be followed; see the log"
_log = logging.getLogger(__name__)


class ProcedureLoop:
    """`picture` gives the watch's latest picture, `following` has the alerts follow it. When the store is away the
    same is tried again next second."""

    def __init__(
        self, procedure: Procedure, picture: Callable[[], Picture], following: Following | None = None
    ) -> None:
        self._procedure, self._picture, self._following = procedure, picture, following
        self._followed = (-1, -1)
        self._patrolled = -1
        self._settling = Settling(procedure, picture)
        self.trouble = ""

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set."""
        while not stop.is_set():
            try:
                self.trouble = ""
                await self.step()
            except HechaError as error:
                self.trouble = str(error)
                _log.error("the procedure will be tried again: %s", type(error).__name__)
            try:
                await asyncio.wait_for(stop.wait(), TURN_S)
            except TimeoutError:
                continue

    async def step(self) -> None:
        """Follow the picture when it has changed or a minute has passed; patrol, and count registers, once a minute."""
        picture, now = self._picture(), self._procedure.clock()
        if self._following is not None and not await self._following.step(now):
            self.trouble = TROUBLE
        mark = (picture.serial, int(minute_of(picture.at)))
        if mark != self._followed:
            await self._follow(picture)
            self._followed = mark
        if int(minute_of(now)) != self._patrolled:
            await self._procedure.patrol()
            self._patrolled = int(minute_of(now))
        await self._settling.step(int(minute_of(now)))

    async def _follow(self, picture: Picture) -> None:
        procedure, ground = self._procedure, self._procedure.ground
        incidents, now = procedure.open("incident"), procedure.clock()
        acts = list(happening(picture, incidents, ground.plan, ground.network, ground.present_branches(), now))
        if await procedure.each(acts):
            self.trouble = TROUBLE
