"""`/counter` (柜面核查): name and number, Enter; the result, and the card of what may be done next.

Nothing personal stands in an address: forms are posted, and the answer to a post is the page itself.
"""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from hecha.edges.api.office import new_key
from hecha.edges.web.pages.photo import photo_source
from hecha.edges.web.visit import Visit
from hecha.flow.command.scope import at_outlet
from hecha.flow.counter import modes_of, state_of
from hecha.flow.picture import State
from hecha.kernel.errors import NotThere
from hecha.kernel.ids import Mode, OutletId
from hecha.organization.sight import Right
from hecha.response.wording import WORDS, say
from hecha.verification.subject import mask

NOTICES = ("unavailable", "data_error")
Json = dict[str, Any]


async def counter(visit: Visit) -> Response:
    visit.sight.require(Right.VERIFY)
    return _page(visit)


async def verify(visit: Visit) -> Response:
    body = _body(visit)
    answer = await visit.site.desk.verify(visit.principal, body, visit.field("key"))
    slip = visit.site.desk.verification_slip(visit.principal, body, answer)
    return _page(visit, asked=body, answer=answer, slip=slip)


async def card(visit: Visit) -> Response:
    """The card again, for the issuing authority that the clerk has now read on the card."""
    body = _body(visit)
    said: Json = {name: visit.field(name) for name in ("id", "outcome", "mode", "at")}
    authority = body["subject"]["card_authority"]
    found = visit.site.desk.card(visit.principal, outcome=said["outcome"], mode=said["mode"], card_authority=authority)
    answer = said | {"path": [], "photo": None, "issuing_authority": None, "card": found}
    slip = visit.site.desk.verification_slip(visit.principal, body, answer)
    return _page(visit, asked=body, answer=answer, slip=slip)


async def delegate(visit: Visit) -> Response:
    body = _body(visit) | {"delegate": visit.field("delegate")}
    body.pop("mode")
    done = await visit.site.desk.delegate(visit.principal, body, visit.field("key"))
    return _page(visit, done={"kind": "delegated", **done})


async def register(visit: Visit) -> Response:
    body = _body(visit) | {
        "contact": {"telephone": visit.field("telephone", 40), "address": visit.field("address")},
        "evidence": visit.field("evidence"),
        "voucher": {"number": visit.field("voucher", 80), "copies": visit.field("copies", 80)},
    }
    done = await visit.site.desk.register(visit.principal, body, visit.field("key"))
    return _page(visit, done={"kind": "registered", **done})


async def notice(visit: Visit) -> Response:
    """The notice for the door, to print (公告)."""
    theme = visit.request.path_params["theme"]
    if theme not in NOTICES or f"door.{theme}" not in WORDS:
        raise NotThere("没有这种公告。请从柜面的指引中打开")
    return visit.show("notice.html", text=say(f"door.{theme}"))


def _body(visit: Visit) -> Json:
    """What was entered, as the API takes it."""
    subject = {
        "name": visit.field("name", 64),
        "number": visit.field("number", 32),
        "card_authority": visit.field("card_authority", 60),
    }
    business = {"type": visit.field("business") or "01", "reference": visit.field("reference", 80)}
    return {"subject": subject, "business": business, "mode": visit.field("mode")}


def _page(
    visit: Visit,
    asked: Mapping[str, Any] | None = None,
    answer: Json | None = None,
    slip: Mapping[str, Any] | None = None,
    done: Mapping[str, Any] | None = None,
) -> Response:
    return visit.show(
        "counter.html",
        asked=asked,
        answer=answer,
        slip=slip,
        done=done,
        masked=mask(asked["subject"]["number"]) if asked else "",
        photo=photo_source((answer or {}).get("photo")),
        today=visit.site.desk.today(visit.principal),
        modes=_modes(visit),
        authorities=sorted(visit.site.network.card_authorities),
        order=_order(visit),
        new_key=new_key,
    )


def _order(visit: Visit) -> Mapping[str, Any] | None:
    """The order in force at this counter."""
    shown, outlet = visit.picture.order_in_force, visit.principal.outlet
    return shown if outlet is None else at_outlet(shown, visit.site.network, OutletId(outlet))


def _modes(visit: Visit) -> Mapping[Mode, State]:
    """How this outlet's own modes stand."""
    outlet = visit.principal.outlet
    if outlet is None:
        return {}
    network = visit.site.network
    return {mode: state_of(visit.picture, OutletId(outlet), mode) for mode in modes_of(network, OutletId(outlet))}
