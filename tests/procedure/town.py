"""A town for stories of the procedure: the town of detection with the procedure's loop beside the watch.

async with opened(tmp_path) as town:
    town.breaks("front/a", "front/b")
    await town.passes(hours=9)
    town.incident().level == 2
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hecha.edges.notify import outbox
from hecha.edges.procedure.bookkeeping import Ground
from hecha.edges.procedure.loop import ProcedureLoop
from hecha.edges.procedure.procedure import Procedure
from hecha.edges.store.writer import Tx
from hecha.flow.life import Act
from hecha.incident.event import Incident
from hecha.kernel.notices import Notice
from hecha.network.branches import Branches
from hecha.network.model import Network
from tests.detection.town import Town as Watched
from tests.detection.town import opened as opened_watch
from tests.detection.town import small_province


@dataclass
class Town:
    """`notices` are those handed to the outbox, in order."""

    watched: Watched
    notices: list[Notice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._start()

    def _start(self) -> None:
        watched = self.watched
        ground = Ground(watched.network, Branches(watched.network), tuple(watched.loop.live.plans))
        self.procedure = Procedure(watched.store, ground, self._announce, watched.clock, lambda: None)
        self.loop = ProcedureLoop(self.procedure, lambda: self.watched.loop.picture)

    def _announce(self, tx: Tx, notice: Notice) -> None:
        outbox.put(tx, notice)
        self.notices.append(notice)

    def breaks(self, *components: str) -> None:
        self.watched.breaks(*components)

    def mends(self, *components: str) -> None:
        self.watched.mends(*components)

    async def passes(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0, turn_s: float = 0) -> None:
        """Time goes on, a minute a turn for hours; the watch looks first, then the procedure follows."""
        turn_s = turn_s or (60 if hours else 30)
        end = self.watched.clock() + timedelta(hours=hours, minutes=minutes, seconds=seconds)
        while (left := (end - self.watched.clock()).total_seconds()) > 0:
            self.watched.clock.passes(seconds=min(turn_s, left))
            await self.watched.turn()
            await self.loop.step()
            assert not self.loop.trouble, self.loop.trouble

    async def restarts(self) -> None:
        """The process dies and a new one takes over."""
        await self.watched.restarts()
        self._start()

    async def do(self, kind: str, id: str, command: Any) -> Any:
        """A person's command."""
        return await self.procedure.do(Act(kind, id, command))

    def incidents(self) -> list[Incident]:
        return list(reversed(self.procedure.newest("incident")))

    def incident(self) -> Incident:
        """The only one."""
        (found,) = self.incidents()
        return found

    def facts(self, incident: str) -> list[str]:
        """The kinds of facts on an incident's timeline."""
        return [one.fact.kind for one in self.procedure.timeline(incident)]

    def owed(self, unit: str, begins: str = "") -> list[str]:
        """What a unit owes, by its words that begin so."""
        return [one.what for one in self.procedure.duties([unit]) if one.what.startswith(begins)]


@asynccontextmanager
async def opened(
    tmp_path: Path, plans: tuple[str, ...] = ("zhejiang",), network: Network | None = None
) -> AsyncIterator[Town]:
    async with opened_watch(tmp_path, plans=list(plans), network=network or province()) as watched:
        yield Town(watched)


def province() -> Network:
    """The small province of detection, with a branch of the central bank in each city and county."""
    plain = small_province()
    staffed = {code: replace(area, local_branch=f"pbc/{code}") for code, area in plain.areas.items()}
    return replace(plain, areas=staffed)
