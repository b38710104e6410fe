"""`/v1/decisions` (决策, 4.2): proposed, consented to in the system or by telephone, signed, entered from outside; and
first handling, which is never blocked (2.1.2.3(3))."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import FastAPI
from pydantic import AwareDatetime, Field

from hecha.decision.resolution import Kind, Outside, Resolution
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
    Number,
    ReasonForm,
    Sent,
    Text,
    told_refusal,
    told_state,
    told_step,
)
from hecha.edges.decision.desk import DecisionDesk
from hecha.edges.decision.lists import Question, View
from hecha.edges.procedure.desk import new_name
from hecha.flow.command import asking
from hecha.flow.command.possible import Choice, Situation


class ResolutionForm(Sent):
    """`target`: a level for `lower` and `fix_grade`, a measure of the plan for `exception`; else empty."""

    incident: IncidentName
    kind: Kind
    reason: Text
    target: Number = ""


class ProposalForm(ResolutionForm):
    """`meeting`: in which it was resolved, if in one."""

    meeting: Annotated[str, Field(max_length=160, pattern="^[A-Za-z0-9.+_-]*$")] = ""


class OutsideForm(ResolutionForm):
    """`scan` is where the paper's image is kept; it may follow."""

    number: Number
    decided: AwareDatetime
    receiver: Name
    how: Literal["fax", "telephone", "document"]
    scan: Number = ""


class TelephoneForm(Sent):
    """Who was called (a member of the group by name), at which number, and the words read back."""

    callee: Name
    number: Number
    read_back: Text


class ScanForm(Sent):
    scan: Number


class HandlingForm(Sent):
    incident: IncidentName
    text: Text


def add_decisions(app: FastAPI, who: Any, *, desk: DecisionDesk, office: Callable[[], Office]) -> None:
    """Hang the routes onto the application; `who` is its dependency for the verified identity."""
    here = Doing(desk, office, told)
    _reads(app, who, desk)
    _begins(app, who, here, desk)
    _goes_on(app, who, here)
    _first_handling(app, who, desk, Doing(desk, office, told_state))


def _reads(app: FastAPI, who: Any, desk: DecisionDesk) -> None:
    @app.get("/v1/incidents/{id}/choices", tags=["decisions"])
    async def choices(principal: who, id: Id) -> Answer:
        """Who decides on the incident now, and what the caller may do: refused with clause, reason and way out."""
        return _told_situation(await asyncio.to_thread(desk.situation, principal, id))

    @app.get("/v1/decisions", tags=["decisions"])
    async def decisions(
        principal: who, state: View = View.ALL, incident: Incident = "", cursor: Cursor = "", limit: Limit = 50
    ) -> Answer:
        """A page of resolutions of the caller's unit and those in its area, newest first."""
        page = await asyncio.to_thread(desk.page, principal, Question("resolution", state, incident, cursor, limit))
        return {"items": [told(one) for one in page.items], "next": page.next or None}

    @app.get("/v1/decisions/{id}", tags=["decisions"])
    async def decision(principal: who, id: Id) -> Answer:
        """One resolution and what the caller may do next; `consenters` may be telephoned."""
        found = await asyncio.to_thread(desk.resolution, principal, id)
        names = [one.person.name for one in found.consenters]
        return told(found.resolution) | {"steps": [told_step(one) for one in found.steps], "consenters": names}


def _begins(app: FastAPI, who: Any, here: Doing, desk: DecisionDesk) -> None:
    @app.post("/v1/decisions", status_code=201, tags=["decisions"])
    async def propose(principal: who, form: ProposalForm, key: Key = "") -> Answer:
        """Propose; taken at once where the plan asks for one person only. Authority is checked by the grade now."""
        given = form.model_dump(exclude={"meeting"}) | {"in_meeting": form.meeting, "name": new_name("D", desk.now)}
        return await here.do(principal, key, "decisions", asking.proposed, given, form)

    @app.post("/v1/decisions/outside", status_code=201, tags=["decisions"])
    async def record(principal: who, form: OutsideForm, key: Key = "") -> Answer:
        """Enter head office's decision as it came from outside."""
        outside = Outside(form.number, form.decided, form.receiver, form.how, form.scan)
        given = {name: getattr(form, name) for name in ("incident", "kind", "reason", "target")}
        given |= {"outside": outside, "name": new_name("D", desk.now)}
        return await here.do(principal, key, "decisions/outside", asking.recorded, given, form)


def _goes_on(app: FastAPI, who: Any, here: Doing) -> None:
    @app.post("/v1/decisions/{id}/consent", tags=["decisions"])
    async def consent(principal: who, id: Id, key: Key = "") -> Answer:
        """The second person consents, signed in."""
        return await here.do(principal, key, f"decisions/{id}/consent", asking.consented, {"name": id})

    @app.post("/v1/decisions/{id}/telephone-consent", tags=["decisions"])
    async def telephone(principal: who, id: Id, form: TelephoneForm, key: Key = "") -> Answer:
        """Enter a consent given by telephone; who gave it signs later."""
        given, route = {"name": id, **form.model_dump()}, f"decisions/{id}/telephone-consent"
        return await here.do(principal, key, route, asking.consented_by_telephone, given, form)

    @app.post("/v1/decisions/{id}/signature", tags=["decisions"])
    async def sign(principal: who, id: Id, key: Key = "") -> Answer:
        """Who consented by telephone signs."""
        return await here.do(principal, key, f"decisions/{id}/signature", asking.signed, {"name": id})

    @app.post("/v1/decisions/{id}/disowning", tags=["decisions"])
    async def disown(principal: who, id: Id, form: ReasonForm, key: Key = "") -> Answer:
        """Who is said to have consented by telephone says that they did not."""
        given = {"name": id, "reason": form.reason}
        return await here.do(principal, key, f"decisions/{id}/disowning", asking.disowned, given, form)

    @app.post("/v1/decisions/{id}/scan", tags=["decisions"])
    async def scan(principal: who, id: Id, form: ScanForm, key: Key = "") -> Answer:
        """File where the image of an outside decision is kept."""
        given = {"name": id, "scan": form.scan}
        return await here.do(principal, key, f"decisions/{id}/scan", asking.scanned, given, form)

    @app.post("/v1/decisions/{id}/withdrawal", tags=["decisions"])
    async def withdraw(principal: who, id: Id, form: ReasonForm, key: Key = "") -> Answer:
        """The proposer takes a proposal back, or another who may decide refuses it."""
        given = {"name": id, "reason": form.reason}
        return await here.do(principal, key, f"decisions/{id}/withdrawal", asking.withdrawn, given, form)


def _first_handling(app: FastAPI, who: Any, desk: DecisionDesk, here: Doing) -> None:
    @app.get("/v1/handlings", tags=["decisions"])
    async def handlings(principal: who, incident: Incident = "", cursor: Cursor = "", limit: Limit = 50) -> Answer:
        """A page of first handling by the caller's unit and those in its area, newest first."""
        asked = Question("handling", View.ALL, incident, cursor, limit)
        page = await asyncio.to_thread(desk.page, principal, asked)
        return {"items": [told_state(one) for one in page.items], "next": page.next or None}

    @app.post("/v1/handlings", status_code=201, tags=["decisions"])
    async def handle(principal: who, form: HandlingForm, key: Key = "") -> Answer:
        """Record first handling, or a command to one's own area: never blocked by the grade."""
        given = form.model_dump() | {"name": new_name("H", desk.now)}
        return await here.do(principal, key, "handlings", asking.handled, given, form)


def told(one: Resolution) -> Answer:
    """A resolution as JSON, with what it still owes."""
    return told_state(one) | {"owes_signature": one.owes_signature, "owes_scan": one.owes_scan}


def _told_situation(found: Situation) -> Answer:
    return {
        "decides": told_state(found.decides),
        "level_zh": found.level_zh,
        "recovered": found.recovered,
        "order_in_force": found.in_force or None,
        "choices": [_told_choice(one) for one in found.choices],
        "steps": [told_step(one) for one in found.others],
    }


def _told_choice(one: Choice) -> Answer:
    asked = {"kind": one.kind.value, "allowed": one.allowed, "two_persons": one.two, "targets": list(one.targets)}
    return asked | told_refusal(one.refusal)
