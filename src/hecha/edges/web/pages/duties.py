"""`/duties` my duties now (我的职责): what my unit owes, the soonest first; the first page after signing in."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from hecha.edges.web.duty_pages import page_of
from hecha.edges.web.visit import Visit
from hecha.flow.incident_sight import sees_incident
from hecha.flow.picture import ComponentState
from hecha.incident.event import Incident
from hecha.kernel.duties import Duty
from hecha.organization.sight import Right

SHOWN_MAX = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A duty as a line of the list."""

    duty: Duty
    incident: Incident | None
    path: str
    is_late: bool
    is_mine: bool  # of a post that I hold, or of the unit as a whole


@dataclass(frozen=True, slots=True)
class Counter:
    """What waits at a counter: results that differ, and delegations to be answered."""

    differences: int
    delegations: int


async def duties(visit: Visit) -> Response:
    lines, incidents, counter = await asyncio.to_thread(_read, visit)
    return visit.show(
        "duties.html",
        lines=lines,
        incidents=incidents,
        counter=counter,
        estimates=_estimates(visit),
        plan=visit.site.plan,
    )


def _read(visit: Visit) -> tuple[list[Line], list[Incident], Counter]:
    procedure, now = visit.site.procedure, visit.site.clock()
    incidents = [one for one in procedure.open("incident") if sees_incident(visit.sight, one)]
    known = {one.id: one for one in incidents}
    owed = procedure.duties([visit.principal.unit], SHOWN_MAX)
    posts = visit.site.organization.posts_of(visit.principal, visit.principal.unit, at=now)
    lines = [
        Line(
            one, known.get(one.incident), page_of(one), _late(one, now), not one.post or not posts or one.post in posts
        )
        for one in owed
    ]
    return lines, incidents, _at_the_counter(visit)


def _late(duty: Duty, now: datetime) -> bool:
    return duty.due is not None and duty.due < now


def _at_the_counter(visit: Visit) -> Counter:
    desk, who, sight = visit.site.desk, visit.principal, visit.sight
    differences = len(desk.to_check(who, cursor="", limit=SHOWN_MAX)["items"]) if sight.may(Right.SETTLE) else 0
    delegations = desk.delegations(who, cursor="", limit=SHOWN_MAX)["items"] if sight.may(Right.ACCEPT) else []
    asked = [one for one in delegations if one["state"] == "asked" and one["delegate"] == who.unit]
    return Counter(differences, len(asked))


def _estimates(visit: Visit) -> Sequence[ComponentState]:
    """Components of ours whose recovery we have not estimated yet."""
    mine = visit.picture.components.values()
    return [one for one in mine if one.estimate_owed and one.owner == visit.principal.unit]
