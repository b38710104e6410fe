"""`/call-list` what still waits for an acknowledgement; `/call-list/{subject}` whom to call, to print and to tick off;
`/deliveries` the delivery log."""

import asyncio
from functools import partial

from starlette.responses import Response

from hecha.edges.api.office import new_key
from hecha.edges.notify import calls
from hecha.edges.notify.calls import Call
from hecha.edges.web.visit import Visit
from hecha.edges.web.words import N_
from hecha.flow.convey import Result, Way
from hecha.organization.principal import Role

LOG_SHOWN = 50
DONE = {"acknowledged": N_("已登记：对方已读回，视为确认。"), "noted": N_("已登记这次通话。")}


async def subjects(visit: Visit) -> Response:
    found = await asyncio.to_thread(calls.subjects, visit.site.notices, visit.principal)
    return visit.show("call_subjects.html", subjects=found)


async def call_list(visit: Visit) -> Response:
    subject = visit.request.path_params["subject"]
    listed = await asyncio.to_thread(calls.call_list, visit.site.notices, visit.principal, subject)
    done = DONE.get(visit.query("done"), "")
    return visit.show("call_list.html", subject=subject, listed=listed, new_key=new_key, done=done)


async def tick_off(visit: Visit) -> Response:
    """A call that was made, by the one signed in."""
    subject = visit.request.path_params["subject"]
    chosen, _, number = visit.field("person", 120).partition("|")
    call = Call(
        visit.field("name", 60) or chosen,
        number,
        visit.field("outcome"),
        visit.field("words", 1000),
        visit.field("key"),
    )
    done = await calls.tick_off(visit.site.notices, visit.principal, visit.field("notice", 64), call)
    return visit.go(f"/call-list/{subject}?done={'acknowledged' if done else 'noted'}")


async def deliveries(visit: Visit) -> Response:
    """Newest first; the address carries where the next page begins."""
    after, way, result = visit.query("after", 200), visit.query("way"), visit.query("result")
    asked = Way(way) if way in set(Way) else None, Result(result) if result in set(Result) else None
    desk, who = visit.site.notices, visit.principal
    lines = await asyncio.to_thread(
        partial(calls.delivery_log, desk, who, after, LOG_SHOWN + 1, way=asked[0], result=asked[1])
    )
    more = lines[LOG_SHOWN - 1].line.id if len(lines) > LOG_SHOWN else ""
    return visit.show(
        "deliveries.html",
        lines=lines[:LOG_SHOWN],
        more=more,
        may_call=visit.principal.role != Role.AUDITOR,
        way=asked[0] or "",
        result=asked[1] or "",
    )
