"""`/rota` (值班表): who is on duty in a unit for two weeks, the hours nobody covers, and calendars to subscribe to."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from hecha.edges.notify import feed
from hecha.edges.organization import rota
from hecha.edges.web.pages.incidents import moment_field
from hecha.edges.web.visit import Visit
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.ids import UnitId
from hecha.organization.people import Person, PersonId
from hecha.organization.rota import Shift, gaps, on_duty
from hecha.organization.seeing import sees_unit
from hecha.plan.posts import Act


@dataclass(frozen=True, slots=True)
class View:
    """A unit's rota. `people` are those who may be entered; None when this person may not."""

    unit: UnitId
    shifts: list[Shift]
    gaps: list[tuple[datetime, datetime]]
    now_on: tuple[Person, ...]
    people: tuple[Person, ...] | None


async def rota_page(visit: Visit) -> Response:
    unit = _unit(visit, visit.query("unit", 80))
    view = await asyncio.to_thread(_view, visit, unit)
    names = {person.id: person.name for person in visit.organization.people_of(unit, visit.site.clock())}
    return visit.show("rota.html", view=view, names=names)


async def calendar(visit: Visit) -> Response:
    """The unit's calendar, for those who are signed in."""
    unit, now = _unit(visit, visit.query("unit", 80)), visit.site.clock()
    turns = await asyncio.to_thread(_turns, visit, unit, rota.since(now), now + timedelta(days=400))
    return _answer(visit, str(unit), turns)


async def own(visit: Visit) -> Response:
    """`/rota/own.ics?key=`: somebody's own turns, for a phone that holds the secret of the inbox feed."""
    turns = await asyncio.to_thread(_own, visit, visit.query("key", 80))
    return _answer(visit, "值班", turns)


async def change(visit: Visit) -> Response:
    """`POST /rota/{what}`: enter or strike."""
    site, here, now, what = visit.site, visit.organization, visit.site.clock(), visit.request.path_params["what"]
    unit = _unit(visit, visit.field("unit", 80))
    if what == "enter":
        begins, ends = moment_field(visit, "begins"), moment_field(visit, "ends")
        if begins is None or ends is None:
            raise BadInput("begins", "须写明起止时间 give both times", "例如 2026-03-12T08:30")
        person = PersonId(visit.field("person", 60))
        shift = Shift(rota.new_id(), unit, person, begins, ends, visit.field("note"))
        await site.store.write(lambda tx: rota.enter(tx, here, visit.principal, shift, now))
    elif what == "strike":
        await site.store.write(lambda tx: rota.strike(tx, here, visit.principal, visit.field("id", 40), now))
    else:
        raise NotThere("没有这一项操作。请从值班表操作")
    return visit.go(f"/rota?unit={unit}")


def _view(visit: Visit, unit: UnitId) -> View:
    now, here = visit.site.clock(), visit.organization
    end = now + timedelta(days=rota.SHOWN_DAYS)
    shifts = _turns(visit, unit, now, end)
    on = tuple(here.people[one] for one in on_duty(shifts, now) if one in here.people)
    keeps = here.may(visit.principal, Act.KEEP_ORGANIZATION, unit, now).allowed
    people = tuple(one for one in here.people_of(unit, now) if one.works(now)) if keeps else None
    return View(unit, shifts, list(gaps(shifts, now, end)) if shifts else [], on, people)


def _turns(visit: Visit, unit: UnitId, begin: datetime, end: datetime) -> list[Shift]:
    with visit.site.store.read() as connection:
        return rota.of_unit(connection, unit, begin, end)


def _own(visit: Visit, key: str) -> list[Shift]:
    with visit.site.store.read() as connection:
        account = feed.account_of(connection, key)
        who = visit.site.accounts.principal(account) if account else None
        person = visit.site.organization.person(who) if who is not None else None
        if person is None:
            raise NotThere("这个订阅地址无效或已停用。请在收件箱中重新开通")
        return rota.of_person(connection, person.id, rota.since(visit.site.clock()))


def _unit(visit: Visit, asked: str) -> UnitId:
    here, now = visit.site.organization, visit.site.clock()
    unit = UnitId(asked or visit.principal.unit)
    if unit.startswith("outlet/"):  # a counter's rota is its branch's
        unit = here.units.superior(unit, now) or unit
    if not here.units.exists(unit, now) or not sees_unit(here.units, visit.principal, unit, now):
        raise NotThere("没有这个机构，或不在您的权限之内。请从组织机构进入")
    return unit


def _answer(visit: Visit, name: str, turns: list[Shift]) -> Response:
    here = visit.site.organization
    names = {one.person: here.people[one.person].name for one in turns if one.person in here.people}
    units = {one.unit: here.units.zh(one.unit) for one in turns}
    return Response(rota.calendar(name, turns, names, units), media_type=rota.MEDIA_TYPE)
