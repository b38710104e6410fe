"""`/orders` and `/orders/{id}` (命令, 4.3): published, received in one press, carried out, summed up, undone; paper."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from hecha.command.ordering import ORDER_CHARACTERS_MAX
from hecha.edges.api.office import new_key
from hecha.edges.api.orders import told_briefly
from hecha.edges.command.desk import OrderLook
from hecha.edges.command.lists import Page, Question, Tab
from hecha.edges.web import order_words
from hecha.edges.web.order_paper import name_in, order_papers
from hecha.edges.web.paper_file import file_of
from hecha.edges.web.visit import Visit
from hecha.flow.command import asking_orders, suggested
from hecha.flow.command.read_back import is_read_back
from hecha.flow.life import Act
from hecha.incident.event import Incident
from hecha.kernel.errors import BadInput, Conflict, HechaError, NotThere, Refused
from hecha.kernel.said import TEXT_CHARACTERS_MAX

PAGE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list with its incidents."""

    page: Page
    incidents: Mapping[str, Incident]


async def orders(visit: Visit) -> Response:
    asked = question(visit, "order", Tab.MINE)
    listed = await asyncio.to_thread(read_list, visit, asked)
    return visit.show("orders.html", listed=listed, asked=asked, said=order_words)


def question(visit: Visit, kind: str, usual: Tab) -> Question:
    """What the address asks for: `tab`, `incident`, `before`."""
    chosen = visit.query("tab")
    tab = Tab(chosen) if chosen in set(Tab) else usual
    unit = str(visit.principal.unit)
    return Question(kind, unit, tab, visit.query("incident", 120), visit.query("before", 160), PAGE)


def read_list(visit: Visit, asked: Question) -> Listed:
    page = visit.site.commands.page(visit.principal, asked)
    names = {one.incident for one in page.items}
    found = {name: visit.site.procedure.state("incident", name) for name in names}
    return Listed(page, {name: one for name, one in found.items() if one is not None})


async def order(visit: Visit) -> Response:
    return _show(visit, await asyncio.to_thread(look_of, visit))


def look_of(visit: Visit) -> OrderLook:
    return visit.site.commands.order(visit.principal, visit.request.path_params["id"])


def _show(visit: Visit, look: OrderLook, error: HechaError | None = None, status: int = 200) -> Response:
    """The page; after a refusal with what was typed, so that nobody types it twice."""
    summary = suggested.summary(look.order, name_in(visit.site.network), visit.site.clock())
    return visit.show(
        "order.html",
        status,
        look=look,
        order=look.order,
        may=look.may,
        said=order_words,
        error=error,
        typed=dict(visit.form) if error is not None else {},
        new_key=new_key,
        summary=summary,
        is_caller=look.whole and look.may.telephone,
        text_max=TEXT_CHARACTERS_MAX,
        order_max=ORDER_CHARACTERS_MAX,
    )


async def paper(visit: Visit) -> Response:
    """The order as a document, or the receipt to fill in (`?of=receipt`): `?as=docx`, else PDF."""
    look = await asyncio.to_thread(look_of, visit)
    made, receipt = order_papers(look, visit.site.network, visit.site.clock())
    of_receipt = visit.query("of") == "receipt"
    name = f"{look.order.id}-receipt" if of_receipt else look.order.id
    return await file_of(receipt if of_receipt else made, name, visit.query("as"))


Ask = Callable[..., Act]
Given = Callable[[Visit], dict[str, Any]]


def _texts(*names: str, limit: int = TEXT_CHARACTERS_MAX + 1) -> Given:
    return lambda visit: {name: visit.field(name, limit) for name in names}


def _telephone(visit: Visit) -> dict[str, Any]:
    """Who was reached at which number; the code that was read back must be this order's for this addressee."""
    key, code = visit.field("key", 120), visit.field("code", 40)
    order = look_of(visit).order
    if not is_read_back(order, key, code):
        raise BadInput(
            "code",
            "读回码不对，对方听到的可能不是这道命令 the code read back is not this order's",
            "请再读一遍 read it out again",
        )
    chosen, _, number = visit.field("person", 120).partition("|")
    words = f"{code} {visit.field('read_back', TEXT_CHARACTERS_MAX)}".strip()
    return {
        "key": key,
        "person": visit.field("name", 61) or chosen,
        "number": visit.field("number", 61) or number,
        "read_back": words,
    }


ACTS: Mapping[str, tuple[Ask, Given]] = {
    "text": (asking_orders.redrafted, _texts("text", limit=ORDER_CHARACTERS_MAX + 1)),
    "drop": (asking_orders.dropped, _texts("reason")),
    "publication": (asking_orders.published, _texts()),
    "receipt": (asking_orders.received, _texts("key")),
    "telephone-receipt": (asking_orders.received_by_telephone, _telephone),
    "progress": (asking_orders.progressed, _texts("key", "text")),
    "problem": (asking_orders.problem, _texts("key", "text", "suggestion")),
    "adjustment": (asking_orders.adjusted, _texts("what", "text")),
    "summary": (asking_orders.summarised, _texts("text")),
    "undone": (asking_orders.undone, _texts("key", "what")),
}
"""What can be done with an order: who asks for it, and what the form gives."""


async def change(visit: Visit) -> Response:
    id, what = visit.request.path_params["id"], visit.request.path_params["what"]
    if what not in ACTS:
        raise NotThere("没有这一项操作。请从命令页操作")
    ask, given = ACTS[what]
    try:
        fields = await asyncio.to_thread(given, visit)
        await _once(visit, f"POST /orders/{id}/{what}", ask, {"name": id, **fields})
    except (BadInput, Refused, Conflict) as error:
        look = await asyncio.to_thread(look_of, visit)
        return _show(visit, look, error, 422 if isinstance(error, BadInput) else 409)
    return visit.go(f"/orders/{id}/calls" if what == "telephone-receipt" else f"/orders/{id}")


async def _once(visit: Visit, route: str, ask: Ask, given: dict[str, Any]) -> None:
    """A form that is sent twice does it once."""
    desk = visit.site.commands
    act = desk.acting(visit.principal, ask, **given)
    key = visit.field("once", 64) or new_key()
    await visit.site.desk.office.once(visit.principal, key, route, given, lambda tx: told_briefly(act(tx)))
    desk.procedure.tell()
