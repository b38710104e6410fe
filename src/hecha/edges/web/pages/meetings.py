"""`/meetings/{id}` (领导小组会议, 4.2.2): attendance, minutes, experts, what the meeting decides; its paper."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.responses import Response

from hecha.decision.meeting import PERSONS_MAX, Present
from hecha.edges.api.problems import status_of
from hecha.edges.decision.desk import Met
from hecha.edges.procedure.desk import new_name
from hecha.edges.web import decision_paper, decision_words
from hecha.edges.web.fields import moment_or_none, texts
from hecha.edges.web.pages.decisions import OUTSIDE_KINDS, TEXT
from hecha.edges.web.visit import Visit
from hecha.flow.command import asking
from hecha.kernel.errors import BadInput, HechaError, NotThere, Refused


async def meeting(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, error: HechaError | None = None) -> Response:
    """The page; after a refusal with what was typed."""
    found = await _look(visit)
    return visit.show(
        "meeting.html",
        200 if error is None else status_of(error),
        look=found,
        meeting=found.meeting,
        plan=visit.site.plan,
        error=error,
        typed=visit.form,
        said=decision_words,
        situation=found.situation,
        form_name=new_name("D", visit.site.clock()),
        outside_kinds=OUTSIDE_KINDS,
    )


async def _look(visit: Visit) -> Met:
    return await asyncio.to_thread(visit.site.decisions.meeting, visit.principal, visit.request.path_params["id"])


async def paper(visit: Visit) -> Response:
    """The minutes as a document: `?as=docx`, else PDF."""
    found = await _look(visit)
    made = await asyncio.to_thread(decision_paper.minutes, visit.site, found)
    return await decision_paper.answer(made, found.meeting.id, visit.query("as"))


async def convene(visit: Visit) -> Response:
    """`POST /meetings`: somebody calls the group together."""
    made = await visit.site.decisions.do(visit.principal, asking.convened, incident=visit.field("incident"))
    return visit.go(f"/meetings/{made.id}")


async def change(visit: Visit) -> Response:
    """`POST /meetings/{id}/{what}`."""
    name, what = visit.request.path_params["id"], visit.request.path_params["what"]
    if what not in ACTS:
        raise NotThere("没有这一项操作。请从会议页操作")
    try:
        await ACTS[what](visit, name)
    except (BadInput, Refused) as error:
        return await _page(visit, error)
    return visit.go(f"/meetings/{name}")


async def _do(visit: Visit, ask: Callable[..., Any], name: str, **given: Any) -> None:
    await visit.site.decisions.do(visit.principal, ask, name=name, **given)


async def _hold(visit: Visit, name: str) -> None:
    present, since = await _present(visit), moment_or_none(visit, "held")
    await _do(visit, asking.held, name, chair=visit.field("chair"), present=present, since=since)


async def _present(visit: Visit) -> list[Present]:
    """Members by their choice, `how-<number>`; others by a line each."""
    members = (await _look(visit)).members
    chosen = ((one, visit.field(f"how-{number}")) for number, one in enumerate(members))
    found = [Present(one.person.name, one.seat.post, how) for one, how in chosen if how in decision_words.HOW_PRESENT]
    others = visit.field("others", TEXT).splitlines()
    found += [Present(line.strip()) for line in others if line.strip()]
    return found[:PERSONS_MAX]


async def _minute(visit: Visit, name: str) -> None:
    words = {word: visit.field(word, TEXT) for word in ("cause", "impact", "conclusion")}
    await _do(visit, asking.minuted, name, **words)


async def _experts(visit: Visit, name: str) -> None:
    named = [*texts(visit, "experts"), *visit.field("others", TEXT).split("、")]
    experts = [one.strip() for one in named if one.strip()]
    await _do(visit, asking.experts_called, name, experts=experts, question=visit.field("question", TEXT))


async def _advise(visit: Visit, name: str) -> None:
    await _do(visit, asking.advised, name, expert=visit.field("expert"), text=visit.field("text", TEXT))


async def _close(visit: Visit, name: str) -> None:
    await _do(visit, asking.closed, name, reason=visit.field("reason", TEXT))


ACTS: Mapping[str, Callable[[Visit, str], Awaitable[None]]] = {
    "attendance": _hold,
    "minutes": _minute,
    "experts": _experts,
    "advice": _advise,
    "closing": _close,
}
