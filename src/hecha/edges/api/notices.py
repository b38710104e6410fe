"""Notices in the JSON API: the inbox of the caller's unit, and the acknowledgement by a named person."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, Header, Path, Query

from hecha.edges.api import problems
from hecha.edges.api.asks import AcknowledgementForm
from hecha.edges.api.office import Office
from hecha.edges.notify.desk import NoticeDesk
from hecha.edges.notify.outbox import Message
from hecha.edges.notify.words import title
from hecha.organization.principal import Principal

Answer = dict[str, Any]


def notice_routes(app: FastAPI, office: Callable[[], Office], desk: NoticeDesk, who: Any) -> None:
    """Add them to the API."""

    @app.get("/v1/inbox", tags=["notices"])
    async def inbox(
        principal: who,
        view: Annotated[str, Query(pattern="^(open|waiting|unread|all)$")] = "open",
        cursor: Annotated[str, Query(max_length=64, pattern="^[A-Za-z0-9-]*$")] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Answer:
        """A page of what the caller's unit is told, newest first."""
        page = await asyncio.to_thread(desk.inbox, principal, view, cursor, limit)
        items = [told(one.message) | {"read": one.is_read} for one in page.items]
        return {"items": items, "next": page.next or None}

    @app.post("/v1/notices/{id}/acknowledgement", tags=["notices"])
    async def acknowledge(
        principal: who,
        id: Annotated[str, Path(max_length=64, pattern="^[A-Za-z0-9-]+$")],
        form: AcknowledgementForm,
        key: Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=128)] = "",
    ) -> Answer:
        """A named person takes note of a notice for the unit; a second one changes nothing."""
        if not key:
            raise problems.KeyMissing
        return await _acknowledge(office(), desk, principal, id, form, key)


async def _acknowledge(
    office: Office, desk: NoticeDesk, who: Principal, id: str, form: AcknowledgementForm, key: str
) -> Answer:
    payload = form.model_dump() | {"id": id}
    act = await asyncio.to_thread(desk.acknowledging, who, id, form.revision, form.person)
    return await office.once(who, key, "POST /v1/notices/acknowledgement", payload, lambda tx: told(act(tx)))


def told(message: Message) -> Answer:
    """A message as the API gives it."""
    return {
        "id": message.id,
        "what": message.what,
        "title": {"zh": title(message.what), "en": title(message.what, "en")},
        "unit": message.unit,
        "post": message.post,
        "clause": message.clause,
        "subject": message.subject,
        "incident": message.incident,
        "at": message.at.isoformat(),
        "urgent": message.urgent,
        "wants_ack": message.wants_ack,
        "facts": dict(message.facts),
        "revision": message.revision,
        "state": message.state,
        "superseded_by": message.superseded_by or None,
        "acknowledged_at": message.acked_at.isoformat() if message.acked_at else None,
        "acknowledged_by": message.acked_by or None,
    }
