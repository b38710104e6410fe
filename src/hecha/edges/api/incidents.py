"""`/v1/incidents` (突发事件): what stands, one of them, and what happened, as far as the caller may see it."""

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Path, Query

from hecha.edges.procedure.incident_desk import IncidentDesk
from hecha.edges.procedure.incident_lists import Wanted, all_of
from hecha.flow.incident_sight import reduced
from hecha.incident.event import Incident, Phase
from hecha.kernel.ids import Nature
from hecha.organization.principal import Principal
from hecha.organization.sight import Sight

Answer = dict[str, Any]
Cursor = Annotated[str, Query(max_length=120, pattern="^[A-Za-z0-9.+_-]*$")]
Id = Annotated[str, Path(max_length=120, pattern="^[A-Za-z0-9.+_-]+$")]
Limit = Annotated[int, Query(ge=1, le=200)]
Level = Annotated[int | None, Query(ge=1, le=9)]
Area = Annotated[str, Query(max_length=12, pattern="^[0-9]*$")]
Words = Annotated[str, Query(max_length=60)]
After = Annotated[int, Query(ge=0, le=2**62)]


def add_incidents(app: FastAPI, who: Any, *, desk: IncidentDesk) -> None:
    """Hang the routes onto the application; `who` is its dependency for the verified identity."""
    network = desk.procedure.ground.network

    @app.get("/v1/incidents", tags=["incidents"])
    async def incidents(
        principal: who,
        cursor: Cursor = "",
        limit: Limit = 50,
        level: Level = None,
        nature: Nature | None = None,
        phase: Phase | None = None,
        area: Area = "",
        words: Words = "",
    ) -> Answer:
        """A page of incidents, newest first, narrowed by level, nature, phase, area (its parts too), words of title."""
        wanted = Wanted(level, nature, phase, area, words)
        return await asyncio.to_thread(page, desk, principal, wanted, cursor, limit)

    @app.get("/v1/incidents/{id}", tags=["incidents"])
    async def incident(principal: who, id: Id) -> Answer:
        """One incident: level in force, what is measured, extent, phase."""
        found = await asyncio.to_thread(desk.seen, principal, id)
        return told(reduced(Sight(network, principal), found))

    @app.get("/v1/incidents/{id}/timeline", tags=["incidents"])
    async def timeline(principal: who, id: Id, after: After = 0, limit: Limit = 200) -> Answer:
        """Its facts in the ledger's order: all for those who lead it, else the incident's and one's own."""
        return await asyncio.to_thread(happenings, desk, principal, id, after, limit)


def page(desk: IncidentDesk, principal: Principal, wanted: Wanted, cursor: str, limit: int) -> Answer:
    sight = Sight(desk.procedure.ground.network, principal)
    found = all_of(desk.procedure, sight, wanted, cursor, limit)
    return {"items": [told(reduced(sight, one)) for one in found.incidents], "next": found.next or None}


def happenings(desk: IncidentDesk, principal: Principal, id: str, after: int, limit: int) -> Answer:
    incident = desk.seen(principal, id)
    sight = Sight(desk.procedure.ground.network, principal)
    all_of_it = sight.everything or principal.unit == incident.unit
    found = desk.procedure.timeline(id, after, limit + 1)
    mine = [
        one for one in found[:limit] if all_of_it or id == one.fact.subject or one.fact.on_behalf_of == principal.unit
    ]
    items = [
        {
            "seq": one.seq,
            "kind": one.fact.kind,
            "subject": one.fact.subject,
            "at": one.fact.at,
            "by": one.fact.by,
            "on_behalf_of": one.fact.on_behalf_of,
            "clause": one.fact.clause,
            "hash": one.hash,
        }
        for one in mine
    ]
    return {"items": items, "next": found[limit - 1].seq if len(found) > limit else None}


def told(incident: Incident) -> Answer:
    """An incident as JSON."""
    found: Answer = msgspec.to_builtins(incident)
    return found
