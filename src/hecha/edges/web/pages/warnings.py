"""`/warnings` (预警): what may become an event, open ones first; and the form for news that a person has (3.2.3).

What is measured raises its own warning; the form is for what happens outside, and for what came by telephone or paper.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from hecha.edges.procedure.desk import new_name
from hecha.edges.web import alert_words
from hecha.edges.web.fields import moment_or_none, number_or_none, texts
from hecha.edges.web.pages.standing import by_part
from hecha.edges.web.visit import Visit
from hecha.flow import alert_asking
from hecha.flow.alerts import gravest
from hecha.flow.picture import Countdown
from hecha.kernel.ids import Nature
from hecha.network.model import Area, AreaKind
from hecha.organization.sight import is_shared
from hecha.warning.alert import Alert, Kind

PAGE = 50
PARTS_MAX = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A warning in the list. `ahead`: the gravest grade it may still reach, as measured now."""

    alert: Alert
    ahead: Countdown | None
    mine: bool  # my unit was told and has not acknowledged


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What the form offers: kinds of news that this person's unit collects, and places."""

    kinds: Sequence[Kind]
    areas: Sequence[Area]
    components: Sequence[str]
    name: str


async def warnings(visit: Visit) -> Response:
    view = visit.query("show") if visit.query("show") in alert_words.VIEWS else "open"
    kind = visit.query("kind") if visit.query("kind") in alert_words.KINDS else ""
    before = visit.query("before", 160)
    lines, following = await asyncio.to_thread(_lines, visit, view, kind, before)
    return visit.show(
        "warnings.html",
        lines=lines,
        next=following,
        view=view,
        kind=kind,
        form=await asyncio.to_thread(_form, visit),
        outside=sorted(alert_asking.OUTSIDE),
        natures=list(Nature),
        said=by_part(visit.picture),
        plan=visit.site.plan,
        alert_words=alert_words,
    )


async def enter(visit: Visit) -> Response:
    """`POST /warnings`: news that a person has."""
    alert = await visit.site.alerts.do(
        visit.principal,
        alert_asking.entered,
        name=visit.field("name"),
        kind=visit.field("kind"),
        title=visit.field("title", 400),
        nature=visit.field("nature"),
        text=visit.field("text", 2000),
        areas=texts(visit, "areas", 20),
        components=texts(visit, "components"),
        severity=number_or_none(visit, "severity") or 0,
        began=moment_or_none(visit, "began"),
        expected_end=moment_or_none(visit, "expected_end"),
        origin=visit.field("origin") or "page",
        caller=visit.field("caller", 200),
        received=moment_or_none(visit, "received"),
    )
    return visit.go(f"/warnings/{alert.id}")


def _lines(visit: Visit, view: str, kind: str, before: str) -> tuple[list[Line], str]:
    page = visit.site.alerts.page(visit.principal, view, kind, before, PAGE)
    now = visit.site.clock()
    own = set(visit.site.organization.units_of(visit.principal, now))
    ahead = {fault.id: gravest(fault.countdown) for fault in visit.picture.faults}
    lines = [
        Line(one, ahead.get(one.id) or _reached(one), any(call.unit in own for call in one.waiting))
        for one in page.alerts
    ]
    return lines, page.next


def _reached(alert: Alert) -> Countdown | None:
    """What the latest assessment says it could reach."""
    latest = alert.assessment
    if latest is None or latest.level is None or not alert.is_open:
        return None
    return Countdown(latest.level_at or latest.at, latest.level, latest.clauses)  # type: ignore[arg-type]


def _form(visit: Visit) -> EntryForm | None:
    """None for those who collect no news, such as an auditor."""
    desk, areas = visit.site.alerts, visit.site.network.areas.values()
    with desk.looking(visit.principal) as asking:
        kinds = [kind for kind in (Kind.EVENT, Kind.ANOMALY) if alert_asking.may_enter(asking, kind)]
    if not kinds:
        return None
    shown = [area for area in areas if area.kind is not AreaKind.COUNTY or visit.sight.sees_area(area.code)]
    return EntryForm(
        kinds,
        sorted(shown, key=lambda area: area.code),
        sorted(name for name in visit.picture.components if _is_offered(visit, name))[:PARTS_MAX],
        new_name("P", visit.site.clock()),
    )


def _is_offered(visit: Visit, name: str) -> bool:
    """Own parts for a bank; for a branch what all share, without the lines of each county."""
    if visit.sight.bank is not None:
        return not is_shared(name) and not name.startswith(("way/", "declared/"))  # type: ignore[arg-type]
    return is_shared(name) and not name.startswith("county/")  # type: ignore[arg-type]
