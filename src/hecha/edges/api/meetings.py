"""`/v1/meetings` (领导小组会议, 4.2.1(2), 4.2.2): convened, attendance, minutes, experts, closed."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import FastAPI
from pydantic import AwareDatetime, Field

from hecha.decision.meeting import PERSONS_MAX, Present
from hecha.edges.api.office import Office
from hecha.edges.api.procedure_doing import (
    Answer,
    Cursor,
    Doing,
    Id,
    Incident,
    IncidentName,
    Key,
    Limit,
    Name,
    ReasonForm,
    Sent,
    Text,
    told_state,
    told_step,
)
from hecha.edges.decision.desk import DecisionDesk
from hecha.edges.decision.lists import Question, View
from hecha.flow.command import asking

Persons = Annotated[list[Name], Field(min_length=1, max_length=PERSONS_MAX)]


class ConveneForm(Sent):
    incident: IncidentName


class PresentForm(Sent):
    """`post` as in the organisation: `group/leader`, `office/member` …"""

    name: Name
    post: Annotated[str, Field(max_length=40, pattern="^[a-z_/]*$")] = ""
    how: Literal["present", "telephone", "deputy"] = "present"


class AttendanceForm(Sent):
    """`held`: since when it met, if not from now."""

    chair: Name
    present: Annotated[list[PresentForm], Field(min_length=1, max_length=PERSONS_MAX)]
    held: AwareDatetime | None = None


class MinutesForm(Sent):
    cause: Text = ""
    impact: Text = ""
    conclusion: Text


class ExpertsForm(Sent):
    experts: Persons
    question: Text


class AdviceForm(Sent):
    expert: Name
    text: Text


def add_meetings(app: FastAPI, who: Any, *, desk: DecisionDesk, office: Callable[[], Office]) -> None:
    """Hang the routes onto the application; `who` is its dependency for the verified identity."""
    here = Doing(desk, office, told_state)

    @app.get("/v1/meetings", tags=["decisions"])
    async def meetings(
        principal: who, state: View = View.OPEN, incident: Incident = "", cursor: Cursor = "", limit: Limit = 50
    ) -> Answer:
        """A page of meetings of the caller's unit and those in its area, newest first."""
        page = await asyncio.to_thread(desk.page, principal, Question("meeting", state, incident, cursor, limit))
        return {"items": [told_state(one) for one in page.items], "next": page.next or None}

    @app.get("/v1/meetings/{id}", tags=["decisions"])
    async def meeting(principal: who, id: Id) -> Answer:
        """One meeting, what was resolved in it, and what the caller may do next."""
        found = await asyncio.to_thread(desk.meeting, principal, id)
        resolved, steps = [one.id for one in found.resolutions], [told_step(one) for one in found.steps]
        return told_state(found.meeting) | {"resolutions": resolved, "steps": steps}

    @app.post("/v1/meetings", status_code=201, tags=["decisions"])
    async def convene(principal: who, form: ConveneForm, key: Key = "") -> Answer:
        """Call the group together, besides what the rule has convened."""
        return await here.do(principal, key, "meetings", asking.convened, form.model_dump(), form)

    _kept(app, who, here)


def _kept(app: FastAPI, who: Any, here: Doing) -> None:
    """What the office enters of a meeting."""

    @app.post("/v1/meetings/{id}/attendance", tags=["decisions"])
    async def hold(principal: who, id: Id, form: AttendanceForm, key: Key = "") -> Answer:
        """Who is present; said again with more people, they have joined."""
        present = [Present(one.name, one.post, one.how) for one in form.present]
        given = {"name": id, "chair": form.chair, "present": present, "since": form.held}
        return await here.do(principal, key, f"meetings/{id}/attendance", asking.held, given, form)

    @app.post("/v1/meetings/{id}/minutes", tags=["decisions"])
    async def minute(principal: who, id: Id, form: MinutesForm, key: Key = "") -> Answer:
        """Cause, impact and what was concluded."""
        given = {"name": id, **form.model_dump()}
        return await here.do(principal, key, f"meetings/{id}/minutes", asking.minuted, given, form)

    @app.post("/v1/meetings/{id}/experts", tags=["decisions"])
    async def experts(principal: who, id: Id, form: ExpertsForm, key: Key = "") -> Answer:
        """Ask experts (4.2.2)."""
        given = {"name": id, **form.model_dump()}
        return await here.do(principal, key, f"meetings/{id}/experts", asking.experts_called, given, form)

    @app.post("/v1/meetings/{id}/advice", tags=["decisions"])
    async def advise(principal: who, id: Id, form: AdviceForm, key: Key = "") -> Answer:
        """What an expert said."""
        given = {"name": id, **form.model_dump()}
        return await here.do(principal, key, f"meetings/{id}/advice", asking.advised, given, form)

    @app.post("/v1/meetings/{id}/closing", tags=["decisions"])
    async def close(principal: who, id: Id, form: ReasonForm, key: Key = "") -> Answer:
        """Close it without a decision, with the reason; a decision closes it by itself."""
        given = {"name": id, "reason": form.reason}
        return await here.do(principal, key, f"meetings/{id}/closing", asking.closed, given, form)
