"""`/warnings/{id}`: one warning from the first news to its lifting: told, assessed, notified, acknowledged, lifted."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from hecha.edges.procedure.alert_desk import Heard
from hecha.edges.store.ledger import Recorded
from hecha.edges.web import alert_words
from hecha.edges.web.fields import moment_or_none, number_or_none, texts
from hecha.edges.web.pages.standing import by_part
from hecha.edges.web.visit import Visit
from hecha.flow import alert_asking
from hecha.flow.alert_reach import Concerned, concerned
from hecha.flow.alerts import gravest
from hecha.flow.picture import WatchedFault
from hecha.kernel.errors import NotThere
from hecha.kernel.ids import UnitId
from hecha.organization.units import Units
from hecha.warning.alert import SCORES, Alert, Assessment, Call, Task

UNITS_LISTED_MAX = 300
NAMED_MAX = 3
"""People to telephone in one unit, the first to call first."""


@dataclass(frozen=True, slots=True)
class Called:
    """A unit that was told, with who to telephone while it has not acknowledged."""

    call: Call
    people: tuple[tuple[str, str], ...]  # name, number
    mine: bool


@dataclass(frozen=True, slots=True)
class May:
    """What this person may do with it now."""

    tell: bool
    assess: bool
    notify: bool
    needs_consent: bool
    acknowledge: bool
    answer_for_others: bool
    lift: bool


@dataclass(frozen=True, slots=True)
class Look:
    """All that the page shows. `proposed`: what the assessment form begins with."""

    alert: Alert
    fault: WatchedFault | None
    may: May
    called: Sequence[Called]
    concerned: Concerned
    proposed: Assessment
    heard: Heard
    timeline: Sequence[Recorded]


async def warning(visit: Visit) -> Response:
    look = await asyncio.to_thread(_look, visit, visit.request.path_params["id"])
    return visit.show(
        "warning.html",
        look=look,
        alert=look.alert,
        said=by_part(visit.picture),
        plan=visit.site.plan,
        scores=SCORES,
        tasks=list(Task),
        alert_words=alert_words,
    )


async def change(visit: Visit) -> Response:
    """`POST /warnings/{id}/{what}`."""
    name, what = visit.request.path_params["id"], visit.request.path_params["what"]
    act = _ACTS.get(what)
    if act is None:
        raise NotThere("没有这一项操作。请从预警页操作")
    await act(visit, name)
    return visit.go(f"/warnings/{name}")


# --- what is done ----------------------------------------------------------------------------------------------------


async def _tell(visit: Visit, name: str) -> None:
    medium, note = visit.field("medium") or "page", visit.field("note", 500)
    await visit.site.alerts.do(visit.principal, alert_asking.told, name=name, medium=medium, note=note)


async def _assess(visit: Visit, name: str) -> None:
    level = number_or_none(visit, "level")
    await visit.site.alerts.do(
        visit.principal,
        alert_asking.assessed,
        name=name,
        likelihood=number_or_none(visit, "likelihood") or 0,
        impact=number_or_none(visit, "impact") or 0,
        reason=visit.field("reason", 500),
        level=level or None,
        level_at=moment_or_none(visit, "level_at") if level else None,
    )


async def _notify(visit: Visit, name: str) -> None:
    alert = await asyncio.to_thread(visit.site.alerts.find, visit.principal, name)
    near = concerned(visit.site.network, visit.site.organization.units, alert, visit.site.clock())
    groups = {"owners": near.owners, "branches": near.branches, "banks": near.banks}
    chosen = [unit for group in texts(visit, "groups") for unit in groups.get(group, ())]
    await visit.site.alerts.do(
        visit.principal,
        alert_asking.notified,
        name=name,
        units=list(dict.fromkeys([*chosen, *texts(visit, "units")])),
        tasks=texts(visit, "tasks"),
        text=visit.field("text", 500),
        consent=visit.field("consent", 500),
    )


async def _acknowledge(visit: Visit, name: str) -> None:
    await visit.site.alerts.do(
        visit.principal,
        alert_asking.acknowledged,
        name=name,
        unit=visit.field("unit"),
        person=visit.field("person", 100),
    )


async def _lift(visit: Visit, name: str) -> None:
    await visit.site.alerts.do(visit.principal, alert_asking.lifted, name=name, reason=visit.field("reason", 500))


_ACTS: dict[str, Callable[[Visit, str], Awaitable[None]]] = {
    "report": _tell,
    "assessment": _assess,
    "notification": _notify,
    "acknowledgement": _acknowledge,
    "lifting": _lift,
}


# --- what is shown ---------------------------------------------------------------------------------------------------


def _look(visit: Visit, name: str) -> Look:
    desk = visit.site.alerts
    alert = desk.find(visit.principal, name)
    fault = next((one for one in visit.picture.faults if one.id == name), None)
    may = _may(visit, alert)
    units = visit.site.organization.units
    near = _not_told(visit, units, alert) if may.notify else Concerned()
    return Look(
        alert=alert,
        fault=fault,
        may=may,
        called=_called(visit, alert, may),
        concerned=near,
        proposed=_proposed(visit, alert, fault),
        heard=desk.heard(name),
        timeline=list(reversed(desk.timeline(visit.principal, name))),
    )


def _not_told(visit: Visit, units: Units, alert: Alert) -> Concerned:
    """Units that it concerns and that were not told yet."""
    told = {call.unit for call in alert.calls}
    found = concerned(visit.site.network, units, alert, visit.site.clock())
    kept = ([unit for unit in group if unit not in told] for group in (found.owners, found.branches, found.banks))
    return Concerned(*map(tuple, kept))


def _may(visit: Visit, alert: Alert) -> May:
    with visit.site.alerts.looking(visit.principal) as asking:
        handled = alert.is_open and not alert.is_event
        assess = handled and alert_asking.may_assess(asking, alert)
        notify = handled and alert.assessment is not None and alert_asking.may_notify(asking, alert)
        still_out = alert.origin == "watch" and alert.ended is None
        return May(
            tell=alert.is_open and any(leg.sender == asking.unit and leg.told is None for leg in alert.legs),
            assess=assess,
            notify=notify,
            needs_consent=alert_asking.needs_consent(asking),
            acknowledge=alert.is_open and any(call.unit == asking.unit for call in alert.waiting),
            answer_for_others=assess and bool(alert.waiting),
            lift=handled and not still_out and alert_asking.may_lift(asking, alert),
        )


def _called(visit: Visit, alert: Alert, may: May) -> list[Called]:
    """Those who have not acknowledged first; whoever telephones sees whom to call."""
    organization, now = visit.site.organization, visit.site.clock()
    own = set(organization.units_of(visit.principal, now))

    def people(call: Call) -> tuple[tuple[str, str], ...]:
        if call.acknowledged is not None or not may.answer_for_others:
            return ()
        held = organization.who_holds(UnitId(call.unit), "", now)
        named = dict.fromkeys((one.person.name, one.person.day or one.person.mobile) for one in held)
        numbers = organization.numbers.get(UnitId(call.unit))
        return tuple(named)[:NAMED_MAX] + ((("", numbers.duty_room),) if numbers and numbers.duty_room else ())

    waiting_first = sorted(alert.calls, key=lambda call: call.acknowledged is not None)
    return [Called(call, people(call), call.unit in own) for call in waiting_first[:UNITS_LISTED_MAX]]


def _proposed(visit: Visit, alert: Alert, fault: WatchedFault | None) -> Assessment:
    """The form begins with the latest word: an assessment, what is measured now, or what the source says."""
    now, latest = visit.site.clock(), alert.assessment
    worst = gravest(fault.countdown) if fault else None
    likelihood = latest.likelihood if latest else alert.likely or 3
    impact = latest.impact if latest else min(alert.severity + 1, 5) if alert.severity else 3
    level = worst.level if worst else latest.level if latest else None
    level_at = worst.at if worst else latest.level_at if latest else None
    return Assessment(likelihood, impact, "", "", now, "", level, level_at)
