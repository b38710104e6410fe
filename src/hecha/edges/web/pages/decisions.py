"""`/decisions` and `/decisions/{id}` (决策, 4.2): what was resolved, what waits, and what may be done."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from hecha.decision.resolution import Kind, Outside
from hecha.edges.api.problems import status_of
from hecha.edges.decision.desk import Resolved
from hecha.edges.decision.lists import Page, Question, View
from hecha.edges.web import decision_words
from hecha.edges.web.fields import moment_or_none
from hecha.edges.web.visit import Visit
from hecha.flow.command import asking
from hecha.incident.event import Incident
from hecha.kernel.errors import BadInput, HechaError, NotThere, Refused
from hecha.kernel.said import TEXT_CHARACTERS_MAX

PAGE = 50
TEXT = TEXT_CHARACTERS_MAX + 1
TABS: Mapping[str, tuple[str, View]] = {
    "open": ("resolution", View.OPEN),
    "all": ("resolution", View.ALL),
    "meetings": ("meeting", View.ALL),
    "handlings": ("handling", View.ALL),
}
OUTSIDE_KINDS = tuple(kind for kind in Kind if kind is not Kind.REFER)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list with the incidents it speaks of."""

    page: Page
    incidents: Mapping[str, Incident]


async def decisions(visit: Visit) -> Response:
    tab = visit.query("tab") if visit.query("tab") in TABS else "open"
    kind, view = TABS[tab]
    asked = Question(kind, view, visit.query("incident", 120), visit.query("before", 160), PAGE)
    listed = await asyncio.to_thread(_listed, visit, asked)
    return visit.show("decisions.html", listed=listed, asked=asked, tab=tab, said=decision_words)


def _listed(visit: Visit, asked: Question) -> Listed:
    page = visit.site.decisions.page(visit.principal, asked)
    found = {one.incident: visit.site.procedure.state("incident", one.incident) for one in page.items}
    return Listed(page, {name: one for name, one in found.items() if one is not None})


async def decision(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, error: HechaError | None = None) -> Response:
    """The page; after a refusal with what was typed."""
    found: Resolved = await asyncio.to_thread(
        visit.site.decisions.resolution, visit.principal, visit.request.path_params["id"]
    )
    return visit.show(
        "decision.html",
        200 if error is None else status_of(error),
        look=found,
        one=found.resolution,
        plan=visit.site.plan,
        error=error,
        typed=visit.form,
        said=decision_words,
        ordering=found.resolution.kind in (Kind.START, Kind.END, Kind.EXCEPTION),
    )


async def propose(visit: Visit) -> Response:
    """`POST /decisions`: a member of the group proposes, or decides where one person is enough."""
    names = ("name", "incident", "kind", "target")
    made = await visit.site.decisions.do(
        visit.principal,
        asking.proposed,
        reason=visit.field("reason", TEXT),
        in_meeting=visit.field("meeting"),
        **{name: visit.field(name) for name in names},
    )
    return visit.go(f"/decisions/{made.id}")


async def record(visit: Visit) -> Response:
    """`POST /decisions/outside`: head office's decision, as it came."""
    decided = moment_or_none(visit, "decided")
    if decided is None:
        raise BadInput("decided", "没有写明决定的时间 when it was decided is not said", "例如 2026-03-12T09:30")
    outside = Outside(visit.field("number"), decided, visit.field("receiver"), visit.field("how"), visit.field("scan"))
    names = ("name", "incident", "kind", "target")
    made = await visit.site.decisions.do(
        visit.principal,
        asking.recorded,
        reason=visit.field("reason", TEXT),
        outside=outside,
        **{name: visit.field(name) for name in names},
    )
    return visit.go(f"/decisions/{made.id}")


async def handle(visit: Visit) -> Response:
    """`POST /handlings`: first handling, never blocked by the grade (2.1.2.3(3))."""
    incident = visit.field("incident")
    given = {"name": visit.field("name"), "incident": incident, "text": visit.field("text", TEXT)}
    await visit.site.decisions.do(visit.principal, asking.handled, **given)
    return visit.go(f"/incidents/{incident}")


async def change(visit: Visit) -> Response:
    """`POST /decisions/{id}/{what}`."""
    name, what = visit.request.path_params["id"], visit.request.path_params["what"]
    if what not in ACTS:
        raise NotThere("没有这一项操作。请从决策页操作")
    try:
        await ACTS[what](visit, name)
    except (BadInput, Refused) as error:
        return await _page(visit, error)
    return visit.go(f"/decisions/{name}")


async def _do(visit: Visit, ask: Callable[..., Any], name: str, **given: Any) -> None:
    await visit.site.decisions.do(visit.principal, ask, name=name, **given)


async def _consent(visit: Visit, name: str) -> None:
    await _do(visit, asking.consented, name)


async def _telephone(visit: Visit, name: str) -> None:
    given = {"callee": visit.field("callee"), "number": visit.field("number")}
    await _do(visit, asking.consented_by_telephone, name, read_back=visit.field("read_back", TEXT), **given)


async def _sign(visit: Visit, name: str) -> None:
    await _do(visit, asking.signed, name)


async def _disown(visit: Visit, name: str) -> None:
    await _do(visit, asking.disowned, name, reason=visit.field("reason", TEXT))


async def _scan(visit: Visit, name: str) -> None:
    await _do(visit, asking.scanned, name, scan=visit.field("scan"))


async def _withdraw(visit: Visit, name: str) -> None:
    await _do(visit, asking.withdrawn, name, reason=visit.field("reason", TEXT))


ACTS: Mapping[str, Callable[[Visit, str], Awaitable[None]]] = {
    "consent": _consent,
    "telephone": _telephone,
    "signature": _sign,
    "disowning": _disown,
    "scan": _scan,
    "withdrawal": _withdraw,
}
