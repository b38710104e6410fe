"""Counts the register of events that have recovered, in the transaction that keeps what follows from the count."""

from collections.abc import Callable
from datetime import datetime

from hecha.edges.procedure.procedure import Procedure
from hecha.edges.procedure.register_of import owing
from hecha.edges.store.writer import Tx
from hecha.flow.life import Act
from hecha.flow.picture import Picture
from hecha.flow.scope import institutions, scope_of, unproved
from hecha.incident.event import Incident
from hecha.response.recovery import Count, Recovery, recovery_id


class Settling:
    """`step` counts once a minute, and at once what was never counted."""

    def __init__(self, procedure: Procedure, picture: Callable[[], Picture]) -> None:
        self._procedure, self._picture = procedure, picture
        self._counted = -1

    async def step(self, minute: int) -> int:
        """Returns how many events were counted."""
        due = minute != self._counted
        found = [one for one in self._recoveries(settled=due) if due or one.counted is None]
        for one in found:
            await self._count(one)
        self._counted = minute
        return len(found)

    def _recoveries(self, settled: bool) -> list[Recovery]:
        """Those not settled; also the settled ones of files that are still open: an entry may come home late."""
        open_: list[Recovery] = self._procedure.open("recovery")
        if not settled:
            return open_
        incidents: list[Incident] = self._procedure.open("incident")
        known = {one.id for one in open_}
        states = [self._procedure.state("recovery", recovery_id(one.id)) for one in incidents if one.recovered]
        return open_ + [one for one in states if one is not None and one.id not in known]

    async def _count(self, one: Recovery) -> None:
        incident: Incident | None = self._procedure.state("incident", one.incident)
        if incident is not None:
            now, picture = self._procedure.clock(), self._picture()
            await self._procedure.run(lambda tx: self._told(tx, incident, one.id, picture, now))

    def _told(self, tx: Tx, incident: Incident, id: str, picture: Picture, now: datetime) -> None:
        registry, scope = self._procedure.registry, scope_of(incident)
        state: Recovery | None = registry.book(tx).state("recovery", id)
        if state is not None:
            outlets = unproved(self._procedure.ground.network, picture, scope)
            found = Count(owing(tx.connection, scope), institutions(outlets, state.is_confirmed), now)
            registry.do(tx, Act("recovery", id, found))
