"""`/incidents` and `/incidents/{id}` (突发事件): one page for one event, with what I owe first.

Grade strip with clause and countdown, my next duty, the stages, scope, timeline, and a panel from each room.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from starlette.responses import Response

from hecha.edges.procedure.incident_lists import Page, Wanted, all_of, standing
from hecha.edges.store.ledger import Recorded
from hecha.edges.web.dress import CHINA
from hecha.edges.web.duty_pages import page_of
from hecha.edges.web.pages.incident_panels import Filled, filled
from hecha.edges.web.visit import Visit
from hecha.edges.web.words import N_
from hecha.flow.incident_sight import reduced
from hecha.incident.event import Incident, Phase
from hecha.kernel.duties import Duty
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.facts import Fact
from hecha.kernel.ids import AreaCode, Nature
from hecha.kernel.moments import minute_of
from hecha.network.model import Area, AreaKind, Network
from hecha.plan.model import Clause
from hecha.plan.posts import Act

PAGE = 50
TIMELINE_SHOWN = 200
FACTS: Mapping[str, str] = {
    "incident:event:opened": N_("构成突发事件"),
    "incident:event:regraded": N_("测量有变化"),
    "incident:event:raised": N_("等级上升"),
    "incident:event:lowered": N_("等级下降"),
    "incident:event:stated": N_("报告的领导小组提出等级"),
    "incident:event:fixed": N_("决策的领导小组确定等级"),
    "incident:event:linked": N_("与同时发生的事件关联"),
    "incident:event:recovery_proposed": N_("测得恢复，待人确认"),
    "incident:event:relapsed": N_("又中断"),
    "incident:event:recovered": N_("确认恢复"),
    "incident:event:started": N_("启动命令生效"),
    "incident:event:ended": N_("应急处置结束"),
    "incident:event:withdrawn": N_("撤销：未构成突发事件"),
    "incident:event:closed": N_("归档"),
}
"""Facts as the timeline names them; other rooms' stand in the ledger page's table."""
STAGES: Sequence[tuple[str, frozenset[str]]] = (
    (N_("发现"), frozenset({"incident:event:opened"})),
    (N_("报告"), frozenset({"report:report:sent", "report:report:phoned"})),
    (N_("定级"), frozenset({"incident:event:fixed", "incident:event:stated", "incident:event:started"})),
    (N_("决策"), frozenset({"decision:resolution:taken", "decision:resolution:recorded"})),
    (N_("命令"), frozenset({"incident:event:started"})),
    (N_("恢复"), frozenset({"incident:event:recovered"})),
    (N_("结束"), frozenset({"incident:event:ended", "incident:event:withdrawn"})),
    (N_("评估"), frozenset({"evaluation:review:signed"})),
    (N_("归档"), frozenset({"incident:event:closed"})),
)
"""The stages of handling, each with the facts of which one says that it has been reached."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Facts of one kind that follow one another within a minute, as one line: `units` they were done for."""

    first: Fact
    count: int
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """All that the page of one incident shows."""

    incident: Incident
    decisive: tuple[Clause, ...]
    mine: tuple[tuple[Duty, str], ...]
    others: tuple[Duty, ...]
    panels: Sequence[Filled]
    timeline: Sequence["Happening"]
    worse: tuple[datetime, int] | None
    stages: Sequence[tuple[str, str]]
    cities: Sequence[str]
    acts: frozenset[str]


async def incidents(visit: Visit) -> Response:
    before, everything, wanted = visit.query("before", 120), visit.query("show") == "all", _wanted(visit)
    page = await asyncio.to_thread(_page, visit, wanted, before, everything)
    may_open = visit.site.organization.may(visit.principal, Act.OPEN_INCIDENT, visit.principal.unit, visit.site.clock())
    return visit.show(
        "incidents.html",
        incidents=page.incidents,
        more=page.next,
        everything=everything,
        wanted=wanted,
        asked=_asked(wanted, everything),
        cities=[one for one in visit.site.network.areas.values() if one.kind is AreaKind.CITY],
        plan=visit.site.plan,
        areas=_areas(visit) if may_open.allowed else None,
    )


def _areas(visit: Visit) -> list[Area]:
    """The areas for which a person may open an event."""
    return [one for one in visit.site.network.areas.values() if visit.sight.sees_area(one.code)]


async def incident(visit: Visit) -> Response:
    found = await asyncio.to_thread(look, visit, visit.request.path_params["id"])
    return visit.show(
        "incident.html",
        look=found,
        incident=found.incident,
        plan=visit.site.plan,
        plans=visit.site.plans,
        facts=fact_words(),
    )


def fact_words() -> Mapping[str, str]:
    """The words for all facts that a timeline may hold."""
    from hecha.edges.web.pages.ledger import KINDS

    return {**KINDS, **FACTS}


def _page(visit: Visit, wanted: Wanted, before: str, everything: bool) -> Page:
    procedure, sight = visit.site.procedure, visit.sight
    return all_of(procedure, sight, wanted, before, PAGE) if everything else standing(procedure, sight, wanted)


def _wanted(visit: Visit) -> Wanted:
    """What the address narrows the list to; a word that there is not narrows nothing."""
    level, nature, phase = visit.query("level", 2), visit.query("nature"), visit.query("phase")
    return Wanted(
        int(level) if level in {str(one.rank) for one in visit.site.plan.levels} else None,
        Nature(nature) if nature in set(Nature) else None,
        Phase(phase) if phase in set(Phase) else None,
        area if (area := visit.query("area", 12)) in visit.site.network.areas else "",
        visit.query("q", 60),
    )


def _asked(wanted: Wanted, everything: bool) -> str:
    """The same as the query of an address."""
    said = {"show": "all" if everything else "", "level": wanted.level, "nature": wanted.nature, "phase": wanted.phase}
    given = {name: value for name, value in (said | {"area": wanted.area, "q": wanted.words}).items() if value}
    return urlencode(given)


def look(visit: Visit, name: str) -> Look:
    whole = visit.site.incidents.seen(visit.principal, name)
    shown, procedure = reduced(visit.sight, whole), visit.site.procedure
    owed, facts = procedure.duties_of(name), procedure.timeline(name)
    mine = tuple((one, page_of(one)) for one in owed if one.unit == visit.principal.unit)
    others = tuple(one for one in owed if one.unit != visit.principal.unit) if _oversees(visit, whole) else ()
    plan = visit.site.plan
    return Look(
        incident=shown,
        decisive=tuple(clause for id, clause in plan.clauses.items() if id in whole.proposed.decisive),
        mine=mine,
        others=others,
        panels=filled(visit, whole),
        timeline=_timeline(visit, whole, facts),
        worse=worse(visit, whole),
        stages=stages({one.fact.kind for one in facts}),
        cities=cities(visit.site.network, whole),
        acts=acts(visit, whole),
    )


def acts(visit: Visit, incident: Incident) -> frozenset[str]:
    """What this person may do with it now."""
    desk, who = visit.site.incidents, visit.principal
    found = set()
    if incident.phase is Phase.OPEN:
        if desk.may(who, Act.CONFIRM_RECOVERY, incident):
            found.add("recovery")
        if (incident.proposed.level is None or not incident.warnings) and desk.may(who, Act.DECIDE, incident):
            found.add("withdrawal")
        if visit.site.organization.may(who, Act.STATE_GRADE, who.unit, visit.site.clock()).allowed:
            found.add("statement")
    if incident.phase in (Phase.ENDED, Phase.WITHDRAWN) and desk.may(who, Act.CLOSE, incident):
        found.add("closing")
    return frozenset(found)


async def open_one(visit: Visit) -> Response:
    """`POST /incidents`: a person with the right opens an event that nothing measures."""
    body = {
        "title": visit.field("title"),
        "nature": visit.field("nature"),
        "level": _level(visit),
        "areas": [str(one) for one in visit.form.getlist("areas")],
        "occurred": moment_field(visit, "occurred"),
        "reason": visit.field("reason", 500),
    }
    made = await visit.site.incidents.open(visit.principal, body)
    return visit.go(f"/incidents/{made.id}")


async def change(visit: Visit) -> Response:
    """`POST /incidents/{id}/{what}`: recovery, withdrawal, statement, closing."""
    name, what, desk, who = (
        visit.request.path_params["id"],
        visit.request.path_params["what"],
        visit.site.incidents,
        visit.principal,
    )
    reason = visit.field("reason", 500)
    if what == "recovery":
        await desk.confirm_recovery(who, name, moment_field(visit, "recovered"), reason)
    elif what == "withdrawal":
        await desk.withdraw(who, name, reason)
    elif what == "statement":
        await desk.state(who, name, _level(visit), reason)
    elif what == "closing":
        await desk.close(who, name)
    else:
        raise NotThere("没有这一项操作。请从事件页操作")
    return visit.go(f"/incidents/{name}")


def _level(visit: Visit) -> int:
    text = visit.field("level")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0


def moment_field(visit: Visit, name: str) -> datetime | None:
    """A local moment of a form, None when it was left empty. Raises BadInput for one that cannot be read."""
    text = visit.field(name, 40)
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CHINA)
    except ValueError:
        raise BadInput(name, "看不懂这个时间 not a time", "例如 2026-03-12T09:30") from None


def cities(network: Network, incident: Incident) -> list[str]:
    """The cities that an incident touches."""
    areas = [network.areas[AreaCode(code)] for code in incident.extent.areas if code in network.areas]
    return sorted({one.code if one.kind is AreaKind.CITY else network.city_of(one.code) for one in areas})


def stages(kinds: set[str]) -> list[tuple[str, str]]:
    """Each stage with done, now (the first that is not) or ahead."""
    reached = [bool(kinds & marks) for _, marks in STAGES]
    now = reached.index(False) if False in reached else len(reached)
    return [
        (word, "done" if done else "now" if place == now else "ahead")
        for place, ((word, _), done) in enumerate(zip(STAGES, reached, strict=True))
    ]


def _oversees(visit: Visit, incident: Incident) -> bool:
    """Those who lead the incident, and those above them, see what everybody owes."""
    return visit.sight.everything or visit.principal.unit == incident.unit


def _timeline(visit: Visit, incident: Incident, found: Sequence[Recorded]) -> Sequence[Happening]:
    """Newest first; those who lead see all of it, others the incident's own facts and those of their unit."""
    if not _oversees(visit, incident):
        unit = visit.principal.unit
        found = [one for one in found if one.fact.subject == incident.id or one.fact.on_behalf_of == unit]
    return list(reversed(joined([one.fact for one in found])))[:TIMELINE_SHOWN]


def joined(facts: Sequence[Fact]) -> list[Happening]:
    """275 reports that are owed in one minute are one line, not 275."""
    lines: list[Happening] = []
    for fact in facts:
        last = lines[-1] if lines else None
        if last is not None and _belongs(fact, last.first):
            units = last.units if fact.on_behalf_of in last.units else (*last.units, fact.on_behalf_of)
            lines[-1] = replace(last, count=last.count + 1, units=units)
        else:
            lines.append(Happening(fact, 1, (fact.on_behalf_of,) if fact.on_behalf_of else ()))
    return lines


def _belongs(fact: Fact, first: Fact) -> bool:
    same = (fact.kind, fact.by) == (first.kind, first.by)
    return same and fact.subject != first.subject and minute_of(fact.at) == minute_of(first.at)


def worse(visit: Visit, incident: Incident) -> tuple[datetime, int] | None:
    """When it becomes graver if nothing recovers, by the watched fault behind it."""
    if incident.phase is not Phase.OPEN:
        return None
    behind = [one for one in visit.site.loop.picture.faults if one.id in incident.warnings]
    steps = [(step.at, step.level) for one in behind for step in one.countdown if _is_graver(step.level, incident)]
    return min(((at, level) for at, level in steps if level is not None), default=None)


def _is_graver(level: int | None, incident: Incident) -> bool:
    return level is not None and (incident.level is None or level < incident.level)
