"""From what the watch sees to what people do with it: each watched fault has its alert (预警) at once, by the same id.

    follow(followed, alert, network, plan, at) -> commands for `hecha.warning.handling.decide`

Only facts that change something follow from them, so that the watch may say the same each step.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hecha.flow.diagnose import province_unit
from hecha.flow.picture import Countdown, WatchedFault
from hecha.kernel.ids import AreaCode, ClauseId, ComponentId, OutletId
from hecha.network.model import Network
from hecha.plan.model import Plan
from hecha.warning.alert import Alert, Assessment, Kind, Leg, Origin
from hecha.warning.commands import Assess, Become, Command, End, Raise, Update, Withdraw
from hecha.warning.lifecycle import Warning
from hecha.warning.pace import pace_of

SYSTEM = "system"
PROMPT = timedelta(minutes=30)
"""Where the plan gives a word no minutes."""
_LIKELIHOOD = {"event": 5, "beyond": 5, "owed": 4, "none": 3, "within": 2, "returned": 1}
_WHY = {
    "event": "已符合1.4.1",
    "beyond": "预计恢复时间超过界限，或已认定将超过",
    "owed": "逾时没有预计恢复时间",
    "none": "尚无预计恢复时间",
    "within": "预计在界限之内恢复",
    "returned": "已恢复，正在确认",
}


@dataclass(frozen=True, slots=True)
class Followed:
    """A watched fault as the watch holds it: its life, how it is shown (outlook and routes), what stands behind it.

    `because`: the clauses of 1.4.1 that it meets now; `level`: the grade it has now; `event_minutes`: from how many
    minutes an outage is an event."""

    subject: str
    warning: Warning
    fault: WatchedFault
    gates: tuple[ComponentId, ...] = ()
    because: tuple[ClauseId, ...] = ()
    level: Countdown | None = None
    event_minutes: int = 481


def follow(
    one: Followed, alert: Alert | None, network: Network, plan: Plan, at: datetime, incident: str = ""
) -> tuple[Command, ...]:
    """What the alert of a watched fault is told now. `incident`: its id, if there is one already."""
    commands: list[Command] = [] if alert is not None else [_raised(one, network, plan, at)]
    commands.append(Update(at, components=one.warning.components, began=one.warning.since))
    if one.warning.ended is None:
        commands.append(Assess(measured(one, plan, at)))
    if one.warning.is_event:
        commands.append(Become(at, tuple(one.because), incident))
    else:
        commands.append(Withdraw(at))
    if one.warning.ended is not None:
        commands.append(End(one.warning.ended, at))
    return tuple(commands)


def _raised(one: Followed, network: Network, plan: Plan, at: datetime) -> Raise:
    legs = told_by_machine(one.fault.reports, plan, at)
    return Raise(
        id=one.warning.id,
        kind=Kind.ANOMALY,
        origin=Origin.WATCH,
        cause=one.subject,
        title="",
        nature=one.warning.nature,
        unit=legs[0].receiver if legs else str(province_unit(network)),
        at=at,
        by=one.warning.declared_by or SYSTEM,
        components=one.warning.components,
        areas=areas_of(network, one.warning.components),
        began=one.warning.since,
        pace=pace_of(plan),
        legs=legs,
    )


def told_by_machine(reports: Iterable[Mapping[str, Any]], plan: Plan, at: datetime) -> tuple[Leg, ...]:
    """What was measured is told by being measured: whoever has to be told sees it at once (3.2.3)."""
    return tuple(
        Leg(
            clause=str(leg["clause"]),
            sender=str(leg["from_unit"]),
            receiver=str(leg["to_unit"]),
            post="office" if leg["receiver"] == "office" else "group",
            due=at + notice_within(plan, str(leg["speed"])),
            told=at,
            by=SYSTEM,
            medium=SYSTEM,
        )
        for leg in reports
    )


def notice_within(plan: Plan, word: str) -> timedelta:
    """What 立即 or 及时 means for a first notice."""
    speed = plan.speeds.get(word)
    return timedelta(minutes=speed.notice_minutes) if speed else PROMPT


# --- how likely, how grave: what can be known by measuring -----------------------------------------------------------


def measured(one: Followed, plan: Plan, at: datetime) -> Assessment:
    """The watch's own assessment: will it last long enough to be an event, and which grade does it reach then?"""
    state = _state(one)
    worst = gravest([*filter(None, [one.level]), *one.fault.countdown])
    level = worst.level if worst else None
    return Assessment(
        likelihood=_LIKELIHOOD[state],
        impact=impact_of(level, len(plan.levels)),
        by=SYSTEM,
        unit="",
        at=at,
        reason=f"按监测推算：{_WHY[state]}",
        level=level,
        level_at=worst.at if worst else None,
        clauses=tuple(worst.clauses) if worst else (),
        measured=True,
    )


def _state(one: Followed) -> str:
    warning = one.warning
    if warning.is_event:
        return "event"
    if warning.returned is not None:
        return "returned"
    if warning.exceeds:
        return "beyond"
    if warning.until is not None:
        lasts = warning.until - warning.since
        return "beyond" if lasts >= timedelta(minutes=one.event_minutes) else "within"
    return "owed" if warning.estimate_owed else "none"


def gravest(countdown: Iterable[Countdown]) -> Countdown | None:
    """The gravest grade ahead, and when it is first reached; `None` where no grade is."""
    graded = [one for one in countdown if one.level is not None]
    return min(graded, key=lambda one: (one.level, one.at), default=None)


def impact_of(level: int | None, levels: int) -> int:
    """5 for the gravest of the plan's levels, 2 for the slightest, 1 for none at all."""
    return 1 if level is None else 5 - 3 * (level - 1) // max(levels - 1, 1)


# --- where it is -----------------------------------------------------------------------------------------------------


def areas_of(network: Network, components: Iterable[ComponentId]) -> tuple[AreaCode, ...]:
    """The areas that components belong to by their names; what all share belongs to none."""
    found: list[AreaCode] = []
    for component in components:
        kind, _, rest = component.partition("/")
        name = rest.partition("/")[0]
        if kind in ("city", "county", "data") and name in network.areas:
            found.append(AreaCode(name))
        elif kind in ("outlet", "way") and name in network.outlets:
            found.append(network.outlets[OutletId(name)].county)
    return tuple(dict.fromkeys(found))
