"""`/v1/handovers` (交接班, 2.1.2.2(1)): a shift handed over with what is owed at that moment, taken, withdrawn."""

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from hecha.edges.api.office import Office
from hecha.edges.api.procedure_doing import (
    Answer,
    Cursor,
    Doing,
    Id,
    Key,
    Limit,
    Name,
    ReasonForm,
    Sent,
    Text,
    told_state,
)
from hecha.edges.decision.desk import DecisionDesk
from hecha.edges.decision.lists import Question, View
from hecha.edges.procedure.desk import new_name
from hecha.flow.command import asking_orders


class OfferForm(Sent):
    """`taker`: the name of who takes over; `notes`: what to watch."""

    taker: Name
    notes: Text = ""


class RemarkForm(Sent):
    remark: Text = ""


def add_shifts(app: FastAPI, who: Any, *, desk: DecisionDesk, office: Callable[[], Office]) -> None:
    """Hang the routes onto the application; `who` is its dependency for the verified identity."""
    here = Doing(desk, office, told_state)

    @app.get("/v1/handovers", tags=["shifts"])
    async def handovers(principal: who, state: View = View.ALL, cursor: Cursor = "", limit: Limit = 50) -> Answer:
        """A page of handovers of the caller's unit and those in its area, newest first."""
        page = await asyncio.to_thread(desk.page, principal, Question("handover", state, "", cursor, limit))
        return {"items": [told_state(one) for one in page.items], "next": page.next or None}

    @app.get("/v1/handovers/{id}", tags=["shifts"])
    async def handover(principal: who, id: Id) -> Answer:
        """One handover, with what was owed at that moment."""
        return told_state(await asyncio.to_thread(desk.handover, principal, id))

    @app.post("/v1/handovers", status_code=201, tags=["shifts"])
    async def offer(principal: who, form: OfferForm, key: Key = "") -> Answer:
        """Hand the shift over; what the unit owes now is written down with it."""
        given = form.model_dump() | {"name": new_name("S", desk.now)}
        return await here.do(principal, key, "handovers", desk.offering, given, form)

    @app.post("/v1/handovers/{id}/taking", tags=["shifts"])
    async def take(principal: who, id: Id, form: RemarkForm, key: Key = "") -> Answer:
        """Another person of the unit takes the shift over."""
        given = {"name": id, "remark": form.remark}
        return await here.do(principal, key, f"handovers/{id}/taking", asking_orders.shift_taken, given, form)

    @app.post("/v1/handovers/{id}/withdrawal", tags=["shifts"])
    async def withdraw(principal: who, id: Id, form: ReasonForm, key: Key = "") -> Answer:
        """Take it back before it is taken over."""
        given = {"name": id, "reason": form.reason}
        return await here.do(principal, key, f"handovers/{id}/withdrawal", asking_orders.shift_withdrawn, given, form)
