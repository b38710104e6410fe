"""`/v1/releases` (信息发布, 2.1.2.1(5), 2.1.2.3(5)): drafted, approved, published, recorded."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import FastAPI
from pydantic import AwareDatetime, Field

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
    told_state,
)
from hecha.edges.command.desk import CommandDesk, ReleaseLook
from hecha.edges.command.lists import Question, Tab
from hecha.edges.procedure.desk import new_name
from hecha.flow.command import asking_orders

Channel = Literal["outlets", "website", "press", "hotline", "government", "other"]


class ReleaseForm(Sent):
    title: Annotated[str, Field(max_length=121)]
    text: Text
    channel: Channel


class ReleaseDraftForm(ReleaseForm):
    incident: IncidentName


class ReleaseRecordForm(ReleaseDraftForm):
    """What head office released: its number, when, and who received it here."""

    number: Number
    receiver: Name
    released: AwareDatetime


def add_releases(app: FastAPI, who: Any, *, desk: CommandDesk, office: Callable[[], Office]) -> None:
    """Hang the routes onto the application; `who` is its dependency for the verified identity."""
    here = Doing(desk, office, told_state)
    _reads(app, who, desk)
    _begins(app, who, here, desk)
    _goes_on(app, who, here)


def _reads(app: FastAPI, who: Any, desk: CommandDesk) -> None:
    @app.get("/v1/releases", tags=["releases"])
    async def releases(
        principal: who,
        state: Literal["mine", "drafted", "live", "void", "all"] = "all",
        incident: Incident = "",
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> Answer:
        """A page of releases, newest first: what is out, and the drafts of the caller's unit and those below."""
        asked = Question("release", str(principal.unit), Tab(state), incident, cursor, limit)
        page = await asyncio.to_thread(desk.page, principal, asked)
        return {"items": [told_state(one) for one in page.items], "next": page.next or None}

    @app.get("/v1/releases/{id}", tags=["releases"])
    async def release(principal: who, id: Id) -> Answer:
        """One release, and whose it is at the present grade, with the clause."""
        return _told(await asyncio.to_thread(desk.release, principal, id))


def _begins(app: FastAPI, who: Any, here: Doing, desk: CommandDesk) -> None:
    @app.post("/v1/releases", status_code=201, tags=["releases"])
    async def draft(principal: who, form: ReleaseDraftForm, key: Key = "") -> Answer:
        """The office drafts it."""
        given = form.model_dump() | {"name": new_name("L", desk.now)}
        return await here.do(principal, key, "releases", asking_orders.release_drafted, given, form)

    @app.post("/v1/releases/outside", status_code=201, tags=["releases"])
    async def record(principal: who, form: ReleaseRecordForm, key: Key = "") -> Answer:
        """Enter what head office released."""
        given = form.model_dump() | {"name": new_name("L", desk.now)}
        return await here.do(principal, key, "releases/outside", asking_orders.release_recorded, given, form)


def _goes_on(app: FastAPI, who: Any, here: Doing) -> None:
    @app.post("/v1/releases/{id}/text", tags=["releases"])
    async def redraft(principal: who, id: Id, form: ReleaseForm, key: Key = "") -> Answer:
        """Word a draft anew."""
        given = form.model_dump() | {"name": id}
        return await here.do(principal, key, f"releases/{id}/text", asking_orders.release_redrafted, given, form)

    @app.post("/v1/releases/{id}/approval", tags=["releases"])
    async def approve(principal: who, id: Id, key: Key = "") -> Answer:
        """A member of the group approves, if it is the group's release at the present grade; never who drafted it."""
        route = f"releases/{id}/approval"
        return await here.do(principal, key, route, asking_orders.release_approved, {"name": id})

    @app.post("/v1/releases/{id}/publication", tags=["releases"])
    async def publish(principal: who, id: Id, key: Key = "") -> Answer:
        """The settlement department publishes it on the group's behalf."""
        route = f"releases/{id}/publication"
        return await here.do(principal, key, route, asking_orders.release_published, {"name": id})

    @app.post("/v1/releases/{id}/drop", tags=["releases"])
    async def drop(principal: who, id: Id, form: ReasonForm, key: Key = "") -> Answer:
        """Drop one that is not out."""
        given = {"name": id, "reason": form.reason}
        return await here.do(principal, key, f"releases/{id}/drop", asking_orders.release_dropped, given, form)


def _told(look: ReleaseLook) -> Answer:
    authority, may = look.authority, look.may
    allowed = {
        "text": may.draft and may.approve is not None,
        "drop": may.draft,
        "approval": may.approve is not None and may.approve.allowed,
        "publication": may.publish is not None and may.publish.allowed,
    }
    return told_state(look.release) | {
        "authority": {"unit": authority.unit, "clause": authority.clause, "level_zh": authority.level_zh},
        "may": [word for word, yes in allowed.items() if yes],
    }
