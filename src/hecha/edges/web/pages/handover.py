"""`/handover` (交接班, 2.1.2.2(1)): hand the shift over with what is owed now, take it, take it back."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from hecha.decision.handover import Handover
from hecha.edges.api.problems import status_of
from hecha.edges.decision.lists import Question
from hecha.edges.procedure.desk import new_name
from hecha.edges.web import decision_paper, decision_words
from hecha.edges.web.menu import ON_DUTY
from hecha.edges.web.pages.decisions import TEXT
from hecha.edges.web.visit import Visit
from hecha.flow.command import asking_orders
from hecha.kernel.errors import BadInput, HechaError, NotThere, Refused

PAGE = 30
PEOPLE_MAX = 100


async def handovers(visit: Visit) -> Response:
    return await _list(visit)


async def _list(visit: Visit, error: HechaError | None = None) -> Response:
    page, owed, people = await asyncio.to_thread(_read, visit)
    return visit.show(
        "handovers.html",
        200 if error is None else status_of(error),
        page=page,
        owed=owed,
        people=people,
        may_offer=visit.principal.role in ON_DUTY,
        form_name=new_name("S", visit.site.clock()),
        error=error,
        typed=visit.form,
        said=decision_words,
    )


def _read(visit: Visit) -> tuple[Any, Any, list[str]]:
    desk, now, who = visit.site.decisions, visit.site.clock(), visit.principal
    page = desk.page(who, Question("handover", before=visit.query("before", 160), limit=PAGE))
    organization = visit.organization
    here = organization.people_of(organization.units.acting(who.unit, now), now)
    return page, desk.owed(who), [one.name for one in here if one.name != who.name][:PEOPLE_MAX]


async def handover(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, error: HechaError | None = None) -> Response:
    found = await _look(visit)
    mine = found.unit == visit.organization.units.acting(visit.principal.unit, visit.site.clock())
    may = mine and visit.principal.role in ON_DUTY
    return visit.show(
        "handover.html",
        200 if error is None else status_of(error),
        one=found,
        may_take=may and found.by != visit.principal.account,
        may_withdraw=may,
        error=error,
        typed=visit.form,
        said=decision_words,
    )


async def _look(visit: Visit) -> Handover:
    return await asyncio.to_thread(visit.site.decisions.handover, visit.principal, visit.request.path_params["id"])


async def offer(visit: Visit) -> Response:
    """`POST /handover`: with what the unit owes at this moment."""
    desk = visit.site.decisions
    given = {"name": visit.field("name"), "taker": visit.field("taker"), "notes": visit.field("notes", TEXT)}
    try:
        made = await desk.do(visit.principal, desk.offering, **given)
    except (BadInput, Refused) as error:
        return await _list(visit, error)
    return visit.go(f"/handover/{made.id}")


ACTS: Mapping[str, tuple[Any, str]] = {
    "taking": (asking_orders.shift_taken, "remark"),
    "withdrawal": (asking_orders.shift_withdrawn, "reason"),
}


async def change(visit: Visit) -> Response:
    """`POST /handover/{id}/{what}`."""
    name, what = visit.request.path_params["id"], visit.request.path_params["what"]
    if what not in ACTS:
        raise NotThere("没有这一项操作。请从交接班页操作")
    ask, word = ACTS[what]
    try:
        await visit.site.decisions.do(visit.principal, ask, name=name, **{word: visit.field(word, TEXT)})
    except (BadInput, Refused) as error:
        return await _page(visit, error)
    return visit.go(f"/handover/{name}")


async def paper(visit: Visit) -> Response:
    """The sheet as a document: `?as=docx`, else PDF."""
    found = await _look(visit)
    made = await asyncio.to_thread(decision_paper.handover, visit.site, found)
    return await decision_paper.answer(made, found.id, visit.query("as"))
