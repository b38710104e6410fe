"""`/registrations` the deferred register (登记簿), whatever the day: what still waits for back-verification first."""

import asyncio

from starlette.responses import Response

from hecha.edges.web.visit import Visit

ALL = "all"
STATES = ("registered", "differs", "unverifiable", "unreached", "at_police", "same", "settled")


async def register(visit: Visit) -> Response:
    """The own entries, those of the own bank, or of the own area; never with the citizen."""
    state = visit.query("state") if visit.query("state") in (*STATES, ALL) else STATES[0]
    desk, after = visit.site.desk, visit.query("after")
    wanted = "" if state == ALL else state
    page = await asyncio.to_thread(desk.registrations, visit.principal, state=wanted, cursor=after)
    counts = await asyncio.to_thread(desk.backlog, visit.principal)
    tabs = [(name, counts[name]) for name in STATES] + [(ALL, sum(counts.values()))]
    return visit.show("registrations.html", page=page, chosen=state, tabs=tabs, after=after)
