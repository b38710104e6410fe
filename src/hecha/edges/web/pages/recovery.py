"""`/recovery` and `/recovery/{id}` (恢复和补核, 5.1.1(3)): from confirmed recovery to a settled register."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from hecha.edges.response.recovering import Progress, progress
from hecha.edges.web.visit import Visit
from hecha.flow.incident_sight import sees_incident
from hecha.incident.event import Incident
from hecha.response.recovery import Recovery, recovery_id


async def recoveries(visit: Visit) -> Response:
    """Events that have recovered and whose register is not settled."""
    found = await asyncio.to_thread(_open, visit)
    return visit.show("recoveries.html", found=found, plan=visit.site.plan)


def _open(visit: Visit) -> list[tuple[Incident, Recovery]]:
    procedure = visit.site.procedure
    found = []
    for recovery in procedure.open("recovery"):
        incident: Incident | None = procedure.state("incident", recovery.incident)
        if incident is not None and sees_incident(visit.sight, incident):
            found.append((incident, recovery))
    return found


async def recovery(visit: Visit) -> Response:
    incident = visit.site.incidents.seen(visit.principal, visit.request.path_params["id"])
    state, shown = await asyncio.to_thread(_look, visit, incident)
    return visit.show("recovery.html", incident=incident, recovery=state, progress=shown, plan=visit.site.plan)


def _look(visit: Visit, incident: Incident) -> tuple[Recovery | None, Progress]:
    site = visit.site
    state: Recovery | None = site.procedure.state("recovery", recovery_id(incident.id))
    ground = site.procedure.ground
    with site.store.read() as connection:
        shown = progress(
            connection,
            ground.network,
            ground.branches,
            site.loop.picture,
            incident,
            state,
            visit.principal,
            site.clock(),
        )
    return state, shown


async def confirm(visit: Visit) -> Response:
    """`POST /recovery/{id}/outlet`: a person has seen an outlet work again."""
    name = visit.request.path_params["id"]
    await visit.site.response.confirm_outlet(visit.principal, name, visit.field("outlet", 60), visit.field("how", 500))
    return visit.go(f"/recovery/{name}")


def read(visit: Visit, incident: Incident) -> Mapping[str, Any] | None:
    """The panel of the incident's page."""
    if visit.site.procedure.state("recovery", recovery_id(incident.id)) is None:
        return None
    state, shown = _look(visit, incident)
    return {"recovery": state, "progress": shown, "incident": incident.id}
