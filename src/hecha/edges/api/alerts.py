"""`/v1/warnings` (预警, 3.2): what may become an event, as far as the caller may see it; news; acknowledgement."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import FastAPI, Header, Path, Query

from hecha.edges.api import problems
from hecha.edges.api.asks import NewsForm, TakenNoteForm
from hecha.edges.api.office import Office, new_id
from hecha.edges.procedure.alert_desk import AlertDesk
from hecha.flow import alert_asking
from hecha.kernel.errors import BadInput
from hecha.organization.principal import Principal
from hecha.warning.alert import Alert, Kind

Answer = dict[str, Any]
Cursor = Annotated[str, Query(max_length=160, pattern="^[A-Za-z0-9.+_-]*$")]
Id = Annotated[str, Path(max_length=160, pattern="^[A-Za-z0-9.+_-]+$")]
Limit = Annotated[int, Query(ge=1, le=200)]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=128)]


def add_alerts(app: FastAPI, who: Any, *, desk: AlertDesk, office: Callable[[], Office]) -> None:
    """Hang the routes onto the application; `who` is its dependency for the verified identity."""

    @app.get("/v1/warnings", tags=["warnings"])
    async def warnings(
        principal: who,
        state: Literal["open", "all", "raised", "reported", "assessed", "notified", "lifted", "incident"] = "open",
        kind: Kind | None = None,
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> Answer:
        """A page of warnings: open ones first, then the newest."""
        page = await asyncio.to_thread(desk.page, principal, state, kind or "", cursor, limit)
        return {"items": [told(one) for one in page.alerts], "next": page.next or None}

    @app.get("/v1/warnings/{id}", tags=["warnings"])
    async def warning(principal: who, id: Id) -> Answer:
        """One warning: who told whom, assessments, who was notified and has acknowledged; and its facts."""
        return await asyncio.to_thread(_whole, desk, principal, id)

    @app.post("/v1/warnings", status_code=201, tags=["warnings"])
    async def enter(principal: who, form: NewsForm, key: Key = "") -> Answer:
        """Tell of an external event, or of an anomaly that nothing here measures. It changes no grade."""
        given = form.model_dump()
        name = new_id("P", desk.procedure.clock())
        act = desk.acting(principal, alert_asking.entered, name=name, **given)
        payload = form.model_dump(mode="json")
        return await _once(office(), desk, principal, key, "warnings", payload, act)

    @app.post("/v1/warnings/{id}/acknowledgement", tags=["warnings"])
    async def acknowledge(principal: who, id: Id, form: TakenNoteForm, key: Key = "") -> Answer:
        """A named person of the caller's unit takes note of what it was told."""
        if principal.account.startswith("api:") and not form.person:
            raise BadInput("person", "请填签收人姓名 who takes note?", "1 至 80 字")
        act = desk.acting(principal, alert_asking.acknowledged, name=id, person=form.person, medium="api")
        return await _once(office(), desk, principal, key, f"warnings/{id}", form.model_dump(), act)


async def _once(
    office: Office,
    desk: AlertDesk,
    principal: Principal,
    key: str,
    route: str,
    payload: Answer,
    act: Callable[[Any], Alert],
) -> Answer:
    """The same key and payload again gives the same answer."""
    if not key:
        raise problems.KeyMissing
    answer = await office.once(principal, key, f"POST /v1/{route}", payload, lambda tx: told(act(tx)))
    desk.procedure.tell()
    return answer


def _whole(desk: AlertDesk, principal: Principal, id: str) -> Answer:
    alert, heard = desk.find(principal, id), desk.heard(id)
    facts = [
        {
            "seq": one.seq,
            "kind": one.fact.kind,
            "at": one.fact.at,
            "by": one.fact.by,
            "on_behalf_of": one.fact.on_behalf_of,
            "clause": one.fact.clause,
            "hash": one.hash,
        }
        for one in desk.timeline(principal, id)
    ]
    return told(alert) | {"signals": {"received": heard.received, "firing": heard.firing}, "timeline": facts}


def told(alert: Alert) -> Answer:
    """A warning as JSON, with what follows from its state."""
    found: Answer = msgspec.to_builtins(alert, builtin_types=(datetime,))
    del found["pace"]
    return msgspec.to_builtins(found | {"phase": alert.phase, "closed": alert.closed})  # type: ignore[no-any-return]
