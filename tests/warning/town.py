"""The town of the procedure with alerts: each watched fault has its alert, and monitors may deliver.

async with opened(tmp_path) as town:
    town.breaks("front/a", "front/b")
    await town.passes(minutes=6)
    town.alert().phase
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hecha.edges.integrations.mapping import places_of
from hecha.edges.integrations.news import News
from hecha.edges.integrations.taking import Taking
from hecha.edges.integrations.tokens import Integration
from hecha.edges.procedure.alerts import Alerts
from hecha.edges.procedure.following import Following
from hecha.edges.procedure.loop import ProcedureLoop
from hecha.flow.life import Act
from hecha.kernel.ids import UnitId
from hecha.network.model import Network
from hecha.warning.alert import Alert, Origin
from hecha.warning.commands import Command
from hecha.warning.signal import Signal, Table
from tests.detection.town import opened as opened_watch
from tests.procedure.town import Town as Plain
from tests.procedure.town import province

PROMETHEUS = Integration("prometheus", Origin.ALERTMANAGER, UnitId("pbc/33"))
MET_OFFICE = Integration("met", Origin.CAP, UnitId("pbc/33"))


@dataclass
class Town(Plain):
    """Its clock, chain and watch are the procedure's town's."""

    table: Table = Table()  # noqa: RUF009  # ok: frozen

    def _start(self) -> None:
        super()._start()
        ground = self.procedure.ground
        self.alerts_kept = Alerts(self.procedure.registry, ground)
        following = Following(self.procedure, self.alerts_kept, self.watched.loop)
        self.loop = ProcedureLoop(self.procedure, lambda: self.watched.loop.picture, following)
        news = News(ground, ground.units)
        self.taking = Taking(self.alerts_kept, news, self.table, places_of(ground.network))

    async def hears(
        self, signals: Sequence[Signal], source: Integration = PROMETHEUS, body: bytes | None = None
    ) -> dict[str, Any]:
        """One delivery; without a `body` of its own each is another delivery."""
        self._deliveries = getattr(self, "_deliveries", 0) + 1
        digest = (body or str(self._deliveries).encode()).rjust(32)[-32:]
        now = self.watched.clock()
        answer: dict[str, Any] = await self.procedure.run(lambda tx: self.taking.take(tx, source, signals, digest, now))
        return answer

    async def tells(self, alert: str, command: Command) -> Alert:
        found: Alert = await self.procedure.run(lambda tx: self.alerts_kept.do(tx, alert, command)[0])
        return found

    async def act(self, act: Act) -> Any:
        return await self.procedure.do(act)

    def alerts(self) -> list[Alert]:
        """Oldest first."""
        return list(reversed(self.procedure.newest("alert", limit=200)))

    def alert(self) -> Alert:
        """The only one."""
        (found,) = self.alerts()
        return found

    def life(self, alert: str) -> list[str]:
        """What has happened to an alert, by the ledger."""
        from hecha.edges.store import ledger

        with self.watched.store.read() as connection:
            facts = ledger.read(connection, subject=alert, kind="warning:alert:", limit=1000)
        return [one.fact.kind.rpartition(":")[2] for one in facts]


@asynccontextmanager
async def opened(tmp_path: Path, network: Network | None = None, table: Table | None = None) -> AsyncIterator[Town]:
    async with opened_watch(tmp_path, network=network or province()) as watched:
        yield Town(watched, table=table or Table())
