"""`/brief/{id}` (领导简报): one page for a leader's telephone: how grave, how long, what is asked.

It is read and signed in under a minute; who signs proves themselves once more by their password.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from hecha.decision.resolution import Kind
from hecha.edges.api.problems import status_of
from hecha.edges.decision.desk import Briefed
from hecha.edges.procedure.desk import new_name
from hecha.edges.web import decision_paper, decision_words
from hecha.edges.web.pages.confirm import address_of
from hecha.edges.web.pages.decisions import TEXT
from hecha.edges.web.pages.incidents import cities, worse
from hecha.edges.web.visit import Visit
from hecha.flow.command import asking, asking_orders
from hecha.flow.command.possible import Choice
from hecha.kernel.errors import BadInput, HechaError, NotThere, Refused

SIGNED: Mapping[str, Any] = {
    "consent": asking.consented,
    "sign": asking.signed,
    "approve": asking_orders.release_approved,
}
"""What can be signed for, by its word on the form."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the page shows. `choices`: what may be decided where nothing waits, the likeliest first."""

    told: Briefed
    worse: tuple[datetime, int] | None
    cities: list[str]
    choices: tuple[Choice, ...]


async def brief(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, error: HechaError | None = None) -> Response:
    found = await asyncio.to_thread(look, visit)
    return visit.show(
        "brief.html",
        200 if error is None else status_of(error),
        look=found,
        told=found.told,
        incident=found.told.incident,
        plan=found.told.plan,
        error=error,
        typed=visit.form,
        said=decision_words,
        form_name=new_name("D", visit.site.clock()),
        signed=visit.query("signed") == "yes",
    )


def look(visit: Visit) -> Look:
    told = visit.site.decisions.brief(visit.principal, visit.request.path_params["id"])
    likely = Kind.END if told.situation.recovered else Kind.START
    allowed = [one for one in told.situation.choices if one.allowed and not one.targets]
    ordered = sorted(allowed, key=lambda one: one.kind is not likely)
    return Look(told, worse(visit, told.incident), cities(visit.site.network, told.incident), tuple(ordered))


async def sign(visit: Visit) -> Response:
    """`POST /brief/{id}`: a consent, a signature, an approval or a decision, with the password."""
    name, what = visit.request.path_params["id"], visit.field("what")
    try:
        await _prove(visit)
        await _signed(visit, name, what)
    except (BadInput, Refused) as error:
        return await _page(visit, error)
    return visit.go(f"/brief/{name}?signed=yes")


async def _signed(visit: Visit, incident: str, what: str) -> None:
    desk, who = visit.site.decisions, visit.principal
    if what in SIGNED:
        await desk.do(who, SIGNED[what], name=visit.field("id"))
    elif what == "decide":
        given = {"name": visit.field("name"), "incident": incident, "kind": visit.field("kind")}
        await desk.do(who, asking.proposed, reason=visit.field("reason", TEXT), **given)
    else:
        raise NotThere("没有这一项操作。请从简报页操作")


async def _prove(visit: Visit) -> None:
    """Raises Refused unless the password is the person's own."""
    value = visit.form.get("password", "")
    given = value if isinstance(value, str) else ""
    if not await visit.site.accounts.proves(visit.principal, given, address_of(visit.request)):
        raise Refused(
            "GB/T 22239 8.1.4.1", "口令不对，没有签字 the password is wrong, nothing was signed", "请再试 try again"
        )


async def paper(visit: Visit) -> Response:
    """The brief as a document: `?as=docx`, else PDF."""
    found = await asyncio.to_thread(look, visit)
    made = await asyncio.to_thread(decision_paper.brief, visit.site, found.told, found.worse, found.cities)
    return await decision_paper.answer(made, f"brief-{found.told.incident.id}", visit.query("as"))
