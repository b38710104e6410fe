"""`/staffing` (人员到岗, 5.3): who cannot come, and which posts of a unit can still be filled, stood in for, or not."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from hecha.edges.organization import absences
from hecha.edges.web.fields import moment_or_none
from hecha.edges.web.visit import Visit
from hecha.incident.event import Incident
from hecha.kernel.errors import NotThere
from hecha.kernel.ids import Nature, UnitId
from hecha.organization.absence import Filling, fillings, units_hit
from hecha.organization.organization import Organization
from hecha.organization.people import Absence, Person, PersonId
from hecha.organization.seeing import sees_unit
from hecha.plan.posts import Act

SHORTAGE = "1.4.1(2)"
OF_PEOPLE = frozenset({Nature.PUBLIC_HEALTH, Nature.SOCIAL_SECURITY})
UNITS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class View:
    """A unit's posts as they can be filled now. `people` are those who may be entered; None when this person may not;
    `absent` are shown to the unit's own people alone."""

    unit: UnitId
    posts: tuple[Filling, ...]
    departments: Mapping[str, str]
    absent: Sequence[tuple[Absence, Person]]
    people: tuple[Person, ...] | None


@dataclass(frozen=True, slots=True)
class Short:
    """A unit in which somebody is away: of its prescribed posts so many are stood in for, strained, and empty."""

    unit: UnitId
    posts: int
    away: int
    stood_in: int
    strained: int
    empty: int


async def staffing(visit: Visit) -> Response:
    view, short = await asyncio.to_thread(_read, visit, _unit(visit, visit.query("unit", 80)))
    return visit.show("staffing.html", view=view, short=short)


async def change(visit: Visit) -> Response:
    """`POST /staffing/{what}`: away, or back."""
    site, who, now, what = visit.site, visit.principal, visit.site.clock(), visit.request.path_params["what"]
    if site.roster is None:
        raise NotThere("这套控制台没有机构资料 (no organisation is kept here)")
    here = site.roster.of
    unit = _unit(visit, visit.field("unit", 80))
    if what == "away":
        since, until = moment_or_none(visit, "since") or now, moment_or_none(visit, "until")
        one = Absence(absences.new_id(), unit, PersonId(visit.field("person", 60)), since, until, visit.field("why"))
        await site.store.write(lambda tx: absences.enter(tx, here(tx.connection), who, one, now))
    elif what == "back":
        id = visit.field("id", 40)
        await site.store.write(lambda tx: absences.end(tx, here(tx.connection), who, id, now))
    else:
        raise NotThere("没有这一项操作。请从人员到岗页操作")
    site.procedure.tell()
    return visit.go(f"/staffing?unit={unit}")


def read(visit: Visit, incident: Incident) -> Mapping[str, Any] | None:
    """The panel of an event that keeps people from their posts."""
    if incident.nature not in OF_PEOPLE and SHORTAGE not in incident.proposed.because:
        return None
    return {"short": _short(visit)}


def _read(visit: Visit, unit: UnitId) -> tuple[View, list[Short]]:
    here, now = visit.organization, visit.site.clock()
    keeps = here.may(visit.principal, Act.KEEP_ORGANIZATION, unit, now).allowed
    own = keeps or unit in here.units_of(visit.principal, now)
    absent = [(one, here.people[one.person]) for one in _lasting(here, unit, now)]
    myself = here.person(visit.principal)
    people = here.people_of(unit, now) if keeps else (myself,) if myself and myself.unit == unit else None
    posts = fillings(here, unit, now)
    departments = {str(one.rule.department): here.department_zh(one.rule.department, unit) for one in posts}
    view = View(unit, posts, departments, absent if own else (), people)
    return view, _short(visit)


def _lasting(here: Organization, unit: UnitId, at: datetime) -> list[Absence]:
    """Those of a unit that are not over, the first to begin first."""
    some = (one for one in here.absences if one.unit == unit and one.person in here.people)
    return sorted((one for one in some if one.until is None or one.until > at), key=lambda one: one.since)


def _short(visit: Visit) -> list[Short]:
    """The units that one sees in which somebody is away, those with most empty posts first."""
    here, now = visit.organization, visit.site.clock()
    found = []
    for unit in units_hit(here, now):
        posts = fillings(here, unit, now)
        if not posts or not sees_unit(here.units, visit.principal, unit, now):
            continue
        counts = (sum(one.is_stood_in for one in posts), sum(one.strained for one in posts))
        empty = sum(one.is_empty for one in posts)
        away = sum(one.unit == unit for one in (here.people[id] for id in here.away(now) if id in here.people))
        found.append(Short(unit, len(posts), away, *counts, empty))
    return sorted(found, key=lambda one: (-one.empty, -one.strained, one.unit))[:UNITS_SHOWN]


def _unit(visit: Visit, asked: str) -> UnitId:
    here, now = visit.organization, visit.site.clock()
    own = here.units.acting(visit.principal.unit, now)
    unit = UnitId(asked) if asked else (here.units.superior(own, now) or own) if own.startswith("outlet/") else own
    if not here.units.exists(unit, now) or not sees_unit(here.units, visit.principal, unit, now):
        raise NotThere("没有这个机构，或不在您的权限之内。请从组织机构进入")
    return unit
