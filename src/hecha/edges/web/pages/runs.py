"""`/runbooks` the plan's runbooks (5.2), `/runs` and `/runs/{id}` their runs: steps, buttons, notes, vendors."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from hecha.edges.hops.wire import RouteTable
from hecha.edges.response.desk import SWITCHES
from hecha.edges.response.vendors import Vendor
from hecha.edges.web.visit import Visit
from hecha.flow.runbooks import FRONT_PARTS, fitting, leader_of, part_of
from hecha.incident.event import Incident
from hecha.kernel.errors import NotThere
from hecha.plan.model import Runbook
from hecha.response.run import Phase, Run

PAGE = 50


@dataclass(frozen=True, slots=True)
class Look:
    """All that the page of one run shows. `mine`: numbers of the steps that this person may tick off."""

    run: Run
    mine: frozenset[int]
    may_mend: bool
    vendors: list[Vendor]
    routes: Mapping[str, RouteTable | str]
    actions: frozenset[str]

    @property
    def wants_board(self) -> bool:
        """Its steps switch, but the console has no way to the chain."""
        return self.may_mend and not self.routes and bool(self.actions & SWITCHES)


async def runbooks(visit: Visit) -> Response:
    """All runbooks; with `incident` and `component` those that fit, each with its start button."""
    name, component = visit.query("incident", 120), visit.query("component", 120)
    incident = visit.site.incidents.seen(visit.principal, name) if name else None
    broken = [component] if component else list(incident.components) if incident else list(FRONT_PARTS)
    fit = fitting(visit.site.plan, broken, incident.nature if incident else "")
    startable = [(part, book) for part, book in fit if _may_start(visit, part)]
    books = visit.site.plan.runbooks
    return visit.show("runbooks.html", books=books, startable=startable, incident=incident, component=component)


def _may_start(visit: Visit, component: str) -> bool:
    ground = visit.site.procedure.ground
    return visit.site.response.may_mend(visit.principal, leader_of(ground.network, ground.branches, component))


async def runs(visit: Visit) -> Response:
    shown = await asyncio.to_thread(_mine, visit, visit.query("show") == "all")
    return visit.show("runs.html", runs=shown, everything=visit.query("show") == "all")


def _mine(visit: Visit, everything: bool) -> list[Run]:
    procedure, desk = visit.site.procedure, visit.site.response
    found: list[Run] = procedure.newest("run", limit=PAGE) if everything else procedure.open("run")
    return [one for one in found if desk.sees(visit.principal, one)]


async def run(visit: Visit) -> Response:
    found = await asyncio.to_thread(visit.site.response.seen, visit.principal, visit.request.path_params["id"])
    return visit.show("run.html", look=await _look(visit, found), run=found)


async def _look(visit: Visit, found: Run) -> Look:
    desk, who = visit.site.response, visit.principal
    may_mend = desk.may_mend(who, found.unit)
    mine = frozenset(
        number
        for number, step in enumerate(found.steps)
        if not step.is_done and (may_mend or desk.may_do(who, step.unit, step.post))
    )
    natures = {book.id: book.nature for book in visit.site.plan.runbooks}
    vendors = await asyncio.to_thread(desk.vendors_of, str(who.unit), natures.get(found.runbook, ""))
    is_front = part_of(found.component) == "front"
    routes = await desk.board.look() if may_mend and is_front and desk.board else {}
    actions = frozenset(step.action for step in found.steps if step.action)
    return Look(found, mine if found.phase is Phase.RUNNING else frozenset(), may_mend, vendors, routes, actions)


async def start(visit: Visit) -> Response:
    """`POST /runs`."""
    body = {name: visit.field(name, 120) for name in ("runbook", "component", "incident")}
    made = await visit.site.response.start(visit.principal, body)
    return visit.go(f"/runs/{made.id}")


async def change(visit: Visit) -> Response:
    """`POST /runs/{id}/{what}`: step, note, act, finish, abandon."""
    name, what = visit.request.path_params["id"], visit.request.path_params["what"]
    desk, who, text = visit.site.response, visit.principal, visit.field("text", 500)
    match what:
        case "step":
            number = visit.field("number")
            await desk.step_done(who, name, int(number) if number.isascii() and number.isdigit() else -1, text)
        case "note":
            await desk.note(who, name, text, visit.field("vendor", 80))
        case "act":
            await desk.act(who, name, visit.field("action"), visit.field("target"))
        case "finish":
            await desk.finish(who, name, text)
        case "abandon":
            await desk.abandon(who, name, text)
        case _:
            raise NotThere("没有这一项操作。请从处置页操作")
    return visit.go(f"/runs/{name}")


def read(visit: Visit, incident: Incident) -> Mapping[str, Any] | None:
    """The panel of the incident's page: its runs, and the runbooks that could be started."""
    desk, who = visit.site.response, visit.principal
    runs_: list[Run] = [one for one in visit.site.procedure.of(incident.id, "run") if desk.sees(who, one)]
    startable = _startable(visit, incident, runs_) if incident.is_open else []
    if not runs_ and not startable:
        return None
    return {"runs": list(reversed(runs_)), "startable": startable, "incident": incident.id}


def _startable(visit: Visit, incident: Incident, running: list[Run]) -> list[tuple[str, Runbook]]:
    begun = {(one.component, one.runbook) for one in running if one.phase is Phase.RUNNING}
    fit = fitting(visit.site.plan, incident.components, incident.nature)
    return [(part, book) for part, book in fit if (part, book.id) not in begun and _may_start(visit, part)]


async def vendors(visit: Visit) -> Response:
    """`/vendors`: the unit's own contacts."""
    desk, who = visit.site.response, visit.principal
    found = await asyncio.to_thread(desk.vendors_of, str(who.unit))
    edited = next((one for one in found if one.id == visit.query("edit")), None)
    may_edit = desk.may_mend(who, str(who.unit))
    return visit.show("vendors.html", vendors=found, may_edit=may_edit, edited=edited)


async def put_vendor(visit: Visit) -> Response:
    """`POST /vendors` add or change, `POST /vendors/removal` take off."""
    if visit.request.url.path.endswith("/removal"):
        await visit.site.response.remove_vendor(visit.principal, visit.field("id"))
    else:
        names = ("id", "name", "part", "desk", "telephone", "night", "contract")
        body = {name: visit.field(name) for name in names}
        await visit.site.response.put_vendor(visit.principal, body)
    return visit.go("/vendors")
