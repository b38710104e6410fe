"""`/v1/evaluations` (评估, 5.4) and an event's figures (1.5.2): lists, one review, and what the offices do with it."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Path, Query

from hecha.edges.api.office import Office
from hecha.edges.evaluation.desk import EvaluationDesk, Look
from hecha.edges.evaluation.figures_told import account_told, figures_told
from hecha.edges.evaluation.lists import Owed, Tab
from hecha.edges.procedure.incident_desk import IncidentDesk
from hecha.evaluation.owed import Outcome
from hecha.evaluation.review import Review
from hecha.flow.evaluation_sight import Depth
from hecha.organization.principal import Principal

Answer = dict[str, Any]
Id = Annotated[str, Path(max_length=150, pattern="^[A-Za-z0-9.+_-]+$")]
Cursor = Annotated[str, Query(max_length=150, pattern="^[A-Za-z0-9.+_-]*$")]
Limit = Annotated[int, Query(ge=1, le=200)]
BROKEN = (Outcome.LATE, Outcome.OVERDUE)


def add_evaluations(
    app: FastAPI, who: Any, *, desk: EvaluationDesk, incidents: IncidentDesk, office: Callable[[], Office]
) -> None:
    """Hang the routes onto the application; `who` is its dependency for the verified identity."""

    @app.get("/v1/incidents/{id}/figures", tags=["evaluations"])
    async def figures(principal: who, id: Id) -> Answer:
        """The event's figures from the ledger's facts alone, up to now; for the branches that it concerns."""
        return await asyncio.to_thread(_figures, principal, id)

    def _figures(principal: Principal, id: str) -> Answer:
        return figures_told(desk.figures(principal, incidents.seen(principal, id)))

    @app.get("/v1/evaluations", tags=["evaluations"])
    async def evaluations(principal: who, tab: Tab = Tab.ALL, cursor: Cursor = "", limit: Limit = 50) -> Answer:
        """A page of evaluations, newest first; what is overdue by branch, all on one page."""
        page = await asyncio.to_thread(desk.page, principal, tab, cursor, limit)
        return {"items": [told(one) for one in page.reviews], "next": page.next or None}

    @app.get("/v1/improvements", tags=["evaluations"])
    async def improvements(principal: who) -> Answer:
        """What the caller's unit is to improve and has not yet, the soonest due first."""
        owed = await asyncio.to_thread(desk.owed, principal)
        return {"items": [_told_owed(one) for one in owed], "next": None}

    @app.get("/v1/evaluations/{id}", tags=["evaluations"])
    async def evaluation(principal: who, id: Id) -> Answer:
        """One evaluation: causes, lessons, improvements, changes of the plan, figures now and as they were signed."""
        return told_look(await asyncio.to_thread(desk.look, principal, id))


def told(review: Review) -> Answer:
    """A review's state as JSON, without what it says."""
    names = ("id", "incident", "unit", "level", "title", "due", "opened", "signed", "closed")
    found = {name: msgspec.to_builtins(getattr(review, name)) for name in names}
    return found | {
        "phase": review.phase.value,
        "missing": list(review.missing),
        "open_improvements": len(review.open_improvements),
    }


def told_look(look: Look) -> Answer:
    """All of it for those who read it whole; else the improvements that are the reader's."""
    review, found = look.review, told(look.review)
    if look.told is None or look.depth is not Depth.WHOLE:
        mine = [one for one in review.improvements if one.unit == look.reader]
        return found | {"improvements": msgspec.to_builtins(mine)}
    names = ("analyses", "impact", "lessons", "improvements", "changes", "signed_by", "signed_name")
    said = {name: msgspec.to_builtins(getattr(review, name)) for name in names}
    broken = [account_told(one) for one in look.told.accounts if one.outcome in BROKEN]
    figures = {"figures": figures_told(look.told), "signed_figures": review.figures or None, "broken": broken}
    return found | said | figures


def _told_owed(one: Owed) -> Answer:
    review = one.review
    improvement: Answer = msgspec.to_builtins(one.improvement)
    return {"evaluation": review.id, "incident": review.incident, "title": review.title} | improvement
