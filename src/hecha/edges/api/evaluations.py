"""`/v1/evaluations` (评估, 5.4) and an event's figures (1.5.2): lists, one review, and what the offices do with it."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Header, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from hecha.edges.api import problems
from hecha.edges.api.office import Office
from hecha.edges.evaluation.desk import EvaluationDesk, Look
from hecha.edges.evaluation.figures_told import account_told, figures_told
from hecha.edges.evaluation.lists import Owed, Tab
from hecha.edges.procedure.incident_desk import IncidentDesk
from hecha.edges.store.writer import Tx
from hecha.evaluation.owed import Outcome
from hecha.evaluation.review import Review
from hecha.evaluation.reviewing import TEXT_MAX
from hecha.flow import evaluation_asking
from hecha.flow.evaluation_sight import Depth
from hecha.organization.principal import Principal

Answer = dict[str, Any]
Id = Annotated[str, Path(max_length=150, pattern="^[A-Za-z0-9.+_-]+$")]
Cursor = Annotated[str, Query(max_length=150, pattern="^[A-Za-z0-9.+_-]*$")]
Limit = Annotated[int, Query(ge=1, le=200)]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=128)]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_MAX)]
Do = Callable[[Tx], Review]
ANSWERS_MAX = 50


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TextForm(_Form):
    text: Text


class AnalysisForm(_Form):
    party: Annotated[str, Field(max_length=40)]
    text: Text
    answers: dict[Annotated[int, Field(ge=0)], Annotated[str, Field(max_length=TEXT_MAX)]] = Field(
        default_factory=dict, max_length=ANSWERS_MAX
    )


class LessonForm(_Form):
    text: Text
    worked: bool = False


class ImprovementForm(_Form):
    text: Text
    unit: Annotated[str, Field(max_length=80)]
    post: Annotated[str, Field(max_length=40)]
    due: date


class DoneForm(_Form):
    number: Annotated[int, Field(ge=1)]
    proved: Text


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

    _doing(app, who, desk, office)


def _doing(app: FastAPI, who: Any, desk: EvaluationDesk, office: Callable[[], Office]) -> None:
    """What the offices do, each once a key."""

    async def once(who: Principal, key: str, id: str, what: str, form: _Form | None, act: Do) -> Answer:
        if not key:
            raise problems.KeyMissing
        payload = (form.model_dump(mode="json") if form else {}) | {"id": id}
        route = f"POST /v1/evaluations/{what}"
        return await office().once(who, key, route, payload, lambda tx: told(act(tx)))

    @app.post("/v1/evaluations/{id}/analysis", tags=["evaluations"])
    async def analysis(principal: who, id: Id, form: AnalysisForm, key: Key = "") -> Answer:
        """One party's cause analysis, with answers to the plan's questions by their number."""
        act = desk.acting(principal, evaluation_asking.analysed, name=id, **form.model_dump())
        return await once(principal, key, id, "analysis", form, act)

    @app.post("/v1/evaluations/{id}/impact", tags=["evaluations"])
    async def impact(principal: who, id: Id, form: TextForm, key: Key = "") -> Answer:
        """What the figures mean for the system and for business."""
        act = desk.acting(principal, evaluation_asking.summed_up, name=id, **form.model_dump())
        return await once(principal, key, id, "impact", form, act)

    @app.post("/v1/evaluations/{id}/lesson", tags=["evaluations"])
    async def lesson(principal: who, id: Id, form: LessonForm, key: Key = "") -> Answer:
        """A lesson: what went well, or what did not."""
        act = desk.acting(principal, evaluation_asking.learnt, name=id, **form.model_dump())
        return await once(principal, key, id, "lesson", form, act)

    @app.post("/v1/evaluations/{id}/improvement", tags=["evaluations"])
    async def improvement(principal: who, id: Id, form: ImprovementForm, key: Key = "") -> Answer:
        """An improvement with its owner and the day by which it is done."""
        act = desk.acting(principal, evaluation_asking.wanted, name=id, **form.model_dump())
        return await once(principal, key, id, "improvement", form, act)

    @app.post("/v1/evaluations/{id}/done", tags=["evaluations"])
    async def done(principal: who, id: Id, form: DoneForm, key: Key = "") -> Answer:
        """The owner of an improvement says that it is done, and what shows it."""
        act = desk.acting(principal, evaluation_asking.improved, name=id, **form.model_dump())
        return await once(principal, key, id, "done", form, act)

    @app.post("/v1/evaluations/{id}/signature", tags=["evaluations"])
    async def signature(principal: who, id: Id, key: Key = "") -> Answer:
        """The head of the office signs; the figures stay as they are at this moment."""
        return await once(principal, key, id, "signature", None, desk.signing(principal, id))


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
