"""`/v1/orders` (命令, 4.3): lists, one order as far as the caller reads it, and what people do with one."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import FastAPI
from pydantic import Field

from hecha.command.order import Order
from hecha.command.ordering import ORDER_CHARACTERS_MAX
from hecha.edges.api.office import Office
from hecha.edges.api.procedure_doing import (
    Answer,
    Cursor,
    Doing,
    Id,
    Incident,
    Key,
    Limit,
    Name,
    Number,
    ReasonForm,
    Sent,
    Text,
    told_state,
)
from hecha.edges.command.desk import CommandDesk, OrderLook
from hecha.edges.command.lists import Question, Tab
from hecha.flow.command import asking_orders

AddresseeKey = Annotated[str, Field(max_length=120, pattern="^[A-Za-z0-9._/-]*$")]


class OrderTextForm(Sent):
    text: Annotated[str, Field(max_length=ORDER_CHARACTERS_MAX + 1)]


class KeyForm(Sent):
    """`addressee`: which one, where the caller answers for several (`pbc/33.technology`, `bank/X`)."""

    addressee: AddresseeKey = ""


class OrderTelephoneForm(Sent):
    """Who of the addressee was reached at which number, and the words read back."""

    addressee: AddresseeKey
    person: Name
    number: Number
    read_back: Text


class ProgressForm(KeyForm):
    text: Text


class ProblemForm(ProgressForm):
    suggestion: Text = ""


class AdjustmentForm(Sent):
    what: Literal["business", "technical"]
    text: Text


class SummaryForm(Sent):
    text: Text


class UndoneForm(KeyForm):
    what: Literal["delegations", "modes", "operators", "routes", "exceptions"]


def add_orders(app: FastAPI, who: Any, *, desk: CommandDesk, office: Callable[[], Office]) -> None:
    """Hang the routes onto the application; `who` is its dependency for the verified identity."""
    here = Doing(desk, office, told_briefly)
    _reads(app, who, desk)
    _publishes(app, who, here)
    _receives(app, who, here)
    _carries_out(app, who, here)


def _reads(app: FastAPI, who: Any, desk: CommandDesk) -> None:
    @app.get("/v1/orders", tags=["orders"])
    async def orders(
        principal: who, state: Tab = Tab.ALL, incident: Incident = "", cursor: Cursor = "", limit: Limit = 50
    ) -> Answer:
        """A page of orders that the caller reads, newest first; `mine`: those about which its unit owes something."""
        asked = Question("order", str(principal.unit), state, incident, cursor, limit)
        page = await asyncio.to_thread(desk.page, principal, asked)
        return {"items": [told_briefly(one.order) for one in page.items], "next": page.next or None}

    @app.get("/v1/orders/{id}", tags=["orders"])
    async def order(principal: who, id: Id) -> Answer:
        """One order: words, addressees with receipts, progress, problems, what is to be undone, and its effect."""
        return told(await asyncio.to_thread(desk.order, principal, id))


def _publishes(app: FastAPI, who: Any, here: Doing) -> None:
    @app.post("/v1/orders/{id}/text", tags=["orders"])
    async def redraft(principal: who, id: Id, form: OrderTextForm, key: Key = "") -> Answer:
        """The office words a draft anew."""
        given = {"name": id, "text": form.text}
        return await here.do(principal, key, f"orders/{id}/text", asking_orders.redrafted, given, form)

    @app.post("/v1/orders/{id}/drop", tags=["orders"])
    async def drop(principal: who, id: Id, form: ReasonForm, key: Key = "") -> Answer:
        """The office drops a draft."""
        given = {"name": id, "reason": form.reason}
        return await here.do(principal, key, f"orders/{id}/drop", asking_orders.dropped, given, form)

    @app.post("/v1/orders/{id}/publication", tags=["orders"])
    async def publish(principal: who, id: Id, key: Key = "") -> Answer:
        """The settlement department publishes it; one that cannot take effect is kept as `refused`, with the reason."""
        return await here.do(principal, key, f"orders/{id}/publication", asking_orders.published, {"name": id})


def _receives(app: FastAPI, who: Any, here: Doing) -> None:
    @app.post("/v1/orders/{id}/receipt", tags=["orders"])
    async def receive(principal: who, id: Id, form: KeyForm | None = None, key: Key = "") -> Answer:
        """A named person of the addressee acknowledges."""
        given = {"name": id, "key": form.addressee if form else ""}
        return await here.do(principal, key, f"orders/{id}/receipt", asking_orders.received, given, form)

    @app.post("/v1/orders/{id}/telephone-receipt", tags=["orders"])
    async def telephone(principal: who, id: Id, form: OrderTelephoneForm, key: Key = "") -> Answer:
        """The issuing office enters what an addressee read back on the telephone."""
        given = {"name": id, "key": form.addressee, **form.model_dump(exclude={"addressee"})}
        route = f"orders/{id}/telephone-receipt"
        return await here.do(principal, key, route, asking_orders.received_by_telephone, given, form)


def _carries_out(app: FastAPI, who: Any, here: Doing) -> None:
    @app.post("/v1/orders/{id}/progress", tags=["orders"])
    async def progress(principal: who, id: Id, form: ProgressForm, key: Key = "") -> Answer:
        """How the addressee carries it out."""
        given = {"name": id, "key": form.addressee, "text": form.text}
        return await here.do(principal, key, f"orders/{id}/progress", asking_orders.progressed, given, form)

    @app.post("/v1/orders/{id}/problem", tags=["orders"])
    async def problem(principal: who, id: Id, form: ProblemForm, key: Key = "") -> Answer:
        """A problem in carrying it out, with a suggestion if there is one."""
        given = {"name": id, "key": form.addressee, "text": form.text, "suggestion": form.suggestion}
        return await here.do(principal, key, f"orders/{id}/problem", asking_orders.problem, given, form)

    @app.post("/v1/orders/{id}/adjustment", tags=["orders"])
    async def adjust(principal: who, id: Id, form: AdjustmentForm, key: Key = "") -> Answer:
        """The owning department adjusts the business or the technical measures."""
        given = {"name": id, **form.model_dump()}
        return await here.do(principal, key, f"orders/{id}/adjustment", asking_orders.adjusted, given, form)

    @app.post("/v1/orders/{id}/summary", tags=["orders"])
    async def summarise(principal: who, id: Id, form: SummaryForm, key: Key = "") -> Answer:
        """The office sums up how it is carried out."""
        given = {"name": id, "text": form.text}
        return await here.do(principal, key, f"orders/{id}/summary", asking_orders.summarised, given, form)

    @app.post("/v1/orders/{id}/undone", tags=["orders"])
    async def undo(principal: who, id: Id, form: UndoneForm, key: Key = "") -> Answer:
        """Something temporary has been taken back, as the end order asks."""
        given = {"name": id, "key": form.addressee, "what": form.what}
        return await here.do(principal, key, f"orders/{id}/undone", asking_orders.undone, given, form)


def told_briefly(order: Order) -> Answer:
    """An order's state as JSON, without what was said about it."""
    return {
        "id": order.id,
        "incident": order.incident,
        "unit": order.unit,
        "group": order.group,
        "kind": order.kind.value,
        "phase": order.phase.value,
        "in_force": order.is_in_force,
        "level": order.level,
        "level_zh": order.level_zh,
        "epoch": order.epoch,
        "sequence": order.sequence,
        "clause": order.clause,
        "number": order.number or None,
        "resolution": order.resolution,
        "drafted": _text(order.drafted),
        "publish_due": _text(order.publish_due),
        "published": _text(order.published),
        "published_by": order.published_by or None,
        "receipt_due": _text(order.receipt_due),
        "supersedes": order.supersedes or None,
        "replaced_by": order.replaced_by or None,
        "refused": order.refused or None,
        "closed": _text(order.closed),
        "waiting": [one.key for one in order.waiting],
    }


def told(look: OrderLook) -> Answer:
    """The whole order as the caller reads it."""
    order = look.order
    said = {name: told_state(getattr(order, name)) for name in ("progress", "problems", "adjustments", "summaries")}
    return (
        told_briefly(order)
        | said
        | {
            "text": order.text,
            "measures": told_state(order.measures),
            "areas": list(order.areas),
            "banks": list(order.banks),
            "addressees": [_told_addressee(order, one.key) for one in order.addressees],
            "addressed": look.addressed,
            "received": look.received,
            "chased": order.chased,
            "escalated": order.escalated,
            "undo": told_state(order.undo),
            "effect": {
                "why_not": look.effect.why or None,
                "epoch": look.effect.now.epoch,
                "latest": look.effect.now.latest,
                "decider": look.effect.now.decider,
            },
            "may": list(look.may.told),
        }
    )


def _told_addressee(order: Order, key: str) -> Answer:
    one, receipt = order.addressee(key), order.receipts.get(key)
    return told_state(one) | {"key": key, "receipt": told_state(receipt) if receipt else None}


def _text(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
