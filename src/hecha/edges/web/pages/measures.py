"""`/measures` and `/measures/{id}` (业务应急处置, 5.1): what my unit must now do for an event, step by step."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from hecha.command.order import Order
from hecha.edges.web.visit import Visit
from hecha.flow.incident_sight import sees_incident
from hecha.flow.measures import Now, Plights, ToDo, measures_now, outlet_to_do, plights, to_do
from hecha.flow.picture import Picture
from hecha.incident.event import Incident, Phase
from hecha.kernel.ids import OutletId
from hecha.network.model import Network
from hecha.plan.model import Runbook
from hecha.response.steps import Step, first_to_do

SHOWN = 6
STANDING = (Phase.OPEN, Phase.RECOVERED)


@dataclass
class Counted:
    """How all outlets stand, counted once for each picture: every page and panel of it reads the same."""

    picture: Picture | None = None
    plights: Plights | None = None

    def of(self, network: Network, picture: Picture) -> Plights:
        if self.picture is not picture or self.plights is None:
            self.picture, self.plights = picture, plights(network, picture)
        return self.plights


_counted = Counted()


async def overview(visit: Visit) -> Response:
    """For each event that stands: the steps of my unit."""
    found = await asyncio.to_thread(_all, visit)
    return visit.show("measures.html", found=found, runbooks=_runbooks(visit), plan=visit.site.plan)


async def one(visit: Visit) -> Response:
    incident = visit.site.incidents.seen(visit.principal, visit.request.path_params["id"])
    shown = await asyncio.to_thread(of_unit, visit, incident)
    return visit.show("measure.html", incident=incident, todo=shown, runbooks=_runbooks(visit), plan=visit.site.plan)


def read(visit: Visit, incident: Incident) -> Mapping[str, Any] | None:
    """The panel of the incident's page: my unit's first steps."""
    if incident.phase not in STANDING:
        return None
    shown = of_unit(visit, incident)
    steps = [step for step in _steps(shown) if not step.why]
    if not steps:
        return None
    more = max(0, len(steps) - SHOWN)
    return {"todo": shown, "steps": steps[:SHOWN], "more": more, "runbooks": _runbooks(visit)}


def of_unit(visit: Visit, incident: Incident) -> ToDo:
    """What the person's unit does."""
    site, unit = visit.site, str(visit.principal.unit)
    network, picture = site.network, site.loop.picture
    now = _now(visit, incident)
    if unit.startswith("outlet/"):
        return outlet_to_do(network, picture, now, OutletId(unit.partition("/")[2]))
    counted = _counted.of(network, picture)
    return to_do(network, site.procedure.ground.branches, site.plan, incident, now, unit, counted)


def _now(visit: Visit, incident: Incident) -> Now:
    order: Order | None = visit.site.procedure.state("order", incident.order) if incident.order else None
    plans = {plan.id: plan for plan in visit.site.plans}
    return measures_now(plans.get(incident.plan, visit.site.plan), incident, order)


def _steps(shown: ToDo) -> tuple[Step, ...]:
    return shown.steps or tuple(step for ladder in shown.ladders for step in ladder.steps)


def _all(visit: Visit) -> list[tuple[Incident, ToDo, Step | None]]:
    open_ = visit.site.procedure.open("incident")
    standing = [one for one in open_ if one.phase in STANDING and sees_incident(visit.sight, one)]
    found = []
    for incident in standing:
        shown = of_unit(visit, incident)
        found.append((incident, shown, first_to_do(_steps(shown))))
    return found


def _runbooks(visit: Visit) -> Mapping[str, Runbook]:
    return {one.id: one for one in visit.site.plan.runbooks}
