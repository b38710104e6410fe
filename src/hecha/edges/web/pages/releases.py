"""`/releases` and `/releases/{id}` (信息发布, 2.1.2.1(5), 2.1.2.3(5)): drafted, approved, published, or recorded."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from hecha.command.release import CHANNELS
from hecha.edges.command.desk import Drafting, ReleaseLook
from hecha.edges.command.lists import Tab
from hecha.edges.procedure.desk import new_name
from hecha.edges.web import order_words
from hecha.edges.web.dress import Dress
from hecha.edges.web.fields import moment_or_none
from hecha.edges.web.order_paper import release_papers
from hecha.edges.web.pages.orders import question, read_list
from hecha.edges.web.paper_file import file_of
from hecha.edges.web.visit import Visit
from hecha.flow.command import asking_orders, suggested
from hecha.flow.incident_sight import sees_incident
from hecha.flow.life import Act
from hecha.incident.event import Incident
from hecha.kernel.errors import BadInput, Conflict, HechaError, NotThere, Refused
from hecha.kernel.said import TEXT_CHARACTERS_MAX

INCIDENTS_MAX = 50
Ask = Callable[..., Act]


@dataclass(frozen=True, slots=True)
class Beginning:
    """What may be begun on one incident, with the words that the software knows."""

    incident: Incident
    drafting: Drafting
    name: str
    title: str
    text: str


async def releases(visit: Visit) -> Response:
    return await _list(visit)


async def _list(visit: Visit, error: HechaError | None = None, status: int = 200) -> Response:
    asked = question(visit, "release", Tab.ALL)
    listed = await asyncio.to_thread(read_list, visit, asked)
    chosen = asked.incident or visit.field("incident", 120)
    begin = await asyncio.to_thread(_beginning, visit, chosen) if chosen else None
    incidents = await asyncio.to_thread(_open, visit)
    return visit.show(
        "releases.html",
        status,
        listed=listed,
        asked=asked,
        said=order_words,
        begin=begin,
        incidents=incidents,
        channels=CHANNELS,
        error=error,
        typed=dict(visit.form) if error is not None else {},
        text_max=TEXT_CHARACTERS_MAX,
    )


def _open(visit: Visit) -> Sequence[Incident]:
    """The incidents on which something may be begun."""
    found = visit.site.procedure.open("incident")
    return [one for one in found if sees_incident(visit.sight, one)][:INCIDENTS_MAX]


def _beginning(visit: Visit, name: str) -> Beginning:
    incident = visit.site.procedure.state("incident", name)
    if incident is None or not sees_incident(visit.sight, incident):
        raise NotThere("没有这个事件，或不在您的权限之内。请从事件列表进入")
    chinese: Dress = visit.renderer.dress["zh"]
    title, text = suggested.release(incident, lambda code: chinese.area(code).striptags())
    drafting = visit.site.commands.drafting(visit.principal, name)
    return Beginning(incident, drafting, new_name("L", visit.site.clock()), title, text)


async def release(visit: Visit) -> Response:
    return _show(visit, await asyncio.to_thread(_look, visit))


def _look(visit: Visit) -> ReleaseLook:
    return visit.site.commands.release(visit.principal, visit.request.path_params["id"])


def _show(visit: Visit, look: ReleaseLook, error: HechaError | None = None, status: int = 200) -> Response:
    return visit.show(
        "release.html",
        status,
        look=look,
        release=look.release,
        drafter=_drafter(visit, look.release.by),
        said=order_words,
        channels=CHANNELS,
        error=error,
        typed=dict(visit.form) if error is not None else {},
        text_max=TEXT_CHARACTERS_MAX,
    )


def _drafter(visit: Visit, account: str) -> str:
    """The name behind an account; the account where the roster does not know it."""
    people = visit.organization.people.values()
    return next((one.name for one in people if one.account == account), account)


async def paper(visit: Visit) -> Response:
    """The release, or its sheet of approval (`?of=approval`): `?as=docx`, else PDF."""
    look = await asyncio.to_thread(_look, visit)
    named = replace(look, release=replace(look.release, by=_drafter(visit, look.release.by)))
    made, approval = release_papers(named, visit.site.network, visit.site.clock())
    of_approval = visit.query("of") == "approval"
    name = f"{look.release.id}-approval" if of_approval else look.release.id
    return await file_of(approval if of_approval else made, name, visit.query("as"))


def _content(visit: Visit) -> dict[str, Any]:
    words = {"title": visit.field("title", 121), "text": visit.field("text", TEXT_CHARACTERS_MAX + 1)}
    return words | {"channel": visit.field("channel", 20)}


async def begin(visit: Visit) -> Response:
    """A draft, or what head office released; the form's name makes it once."""
    given = _content(visit) | {"name": visit.field("name", 150), "incident": visit.field("incident", 120)}
    ask: Ask = asking_orders.release_drafted
    try:
        if visit.field("outside"):
            released = moment_or_none(visit, "released") or visit.site.clock()
            more = {"number": visit.field("number", 61), "receiver": visit.field("receiver", 61), "released": released}
            ask, given = asking_orders.release_recorded, given | more
        done = await visit.site.commands.do(visit.principal, ask, **given)
    except (BadInput, Refused, Conflict) as error:
        return await _list(visit, error, 422 if isinstance(error, BadInput) else 409)
    return visit.go(f"/releases/{done.id}")


ACTS: Mapping[str, tuple[Ask, Callable[[Visit], dict[str, Any]]]] = {
    "text": (asking_orders.release_redrafted, _content),
    "approval": (asking_orders.release_approved, lambda visit: {}),
    "publication": (asking_orders.release_published, lambda visit: {}),
    "drop": (asking_orders.release_dropped, lambda visit: {"reason": visit.field("reason", TEXT_CHARACTERS_MAX + 1)}),
}


async def change(visit: Visit) -> Response:
    id, what = visit.request.path_params["id"], visit.request.path_params["what"]
    if what not in ACTS:
        raise NotThere("没有这一项操作。请从信息发布页操作")
    ask, given = ACTS[what]
    try:
        await visit.site.commands.do(visit.principal, ask, name=id, **given(visit))
    except (BadInput, Refused, Conflict) as error:
        look = await asyncio.to_thread(_look, visit)
        return _show(visit, look, error, 422 if isinstance(error, BadInput) else 409)
    return visit.go(f"/releases/{id}")
