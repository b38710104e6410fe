"""What a report says before anybody has typed a word (4.1.1): what is measured, what has happened since the last one,
what the levels below have reported, and, apart from these, words that a person may take over or change (4.1.3(3)).

    prefill(report, view)          view: what is known at this moment, of the incident and of the network
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hecha.flow.incident_sight import reduced
from hecha.flow.picture import Picture, State
from hecha.incident.event import Incident, Standing
from hecha.kernel.facts import Fact
from hecha.kernel.ids import AreaCode, Mode, UnitId
from hecha.network.model import AreaKind, Network, Outlet
from hecha.organization.principal import Principal, Role
from hecha.organization.sight import Sight
from hecha.organization.units import Units, bank_of
from hecha.report.content import LINES_MAX, NO, Content, Happening, Judged, Kind, Lower, Measured
from hecha.report.model import Phase, Report

NO_ORDER = "none"
"""What `activation` says before any start order; afterwards it names the order."""
COUNTED = ("outlets", "non_interface", "interface", "dark")
TOLD = ("nature", "cause", "handling", "repair", "help_text", "apply_text")
QUIET = frozenset(
    f"report:report:{action}"
    for action in ("owed", "rerouted", "drafted", "reminded", "overdue", "received", "cancelled", "skipped")
) | {"incident:event:linked"}


@dataclass(frozen=True, slots=True)
class View:
    """`reports` are all of the incident, `facts` its timeline, `handlings` what units recorded as first handling."""

    network: Network
    units: Units
    picture: Picture
    incident: Incident
    reports: Sequence[Report]
    facts: Sequence[Fact]
    now: datetime
    handlings: Sequence[tuple[str, str]] = ()  # (unit, text)
    order: str = ""  # the number of the start order in force


@dataclass(frozen=True, slots=True)
class Prefill:
    """`suggested`: by item, for a person to judge; a draft that was kept goes before it."""

    measured: Mapping[str, Measured]
    suggested: Mapping[str, str]
    since_last: tuple[Happening, ...]
    lower: tuple[Lower, ...]

    def content(self, judged: Mapping[str, Judged]) -> Content:
        return Content(self.measured, judged, self.since_last, self.lower)


def prefill(report: Report, view: View) -> Prefill:
    """Everything that the system knows of what this report has to say."""
    sight = sight_of(view.network, report.unit)
    previous = _previous(report, view.reports)
    return Prefill(
        measured=_measured(report, view, sight),
        suggested=_suggested(report, view, previous),
        since_last=_since(report, previous, view),
        lower=_lower(report, view.reports),
    )


def sight_of(network: Network, unit: str) -> Sight:
    """What a unit sees, whoever looks for it."""
    return Sight(network, Principal("system", "", Role.AUDITOR, UnitId(unit)))


def outlets_of(network: Network, unit: str) -> list[Outlet]:
    """The outlets of a bank's unit, or those in a branch's area."""
    kind, _, key = unit.partition("/")
    bank, _, area = key.partition("/") if kind == "bank" else ("", "", key)
    if not area:
        return [one for one in network.outlets.values() if one.bank == bank]
    counties = {code for code, one in network.areas.items() if area in (code, one.parent)}
    if network.areas[AreaCode(area)].kind is AreaKind.PROVINCE:
        counties = set(network.areas)
    return [one for one in network.outlets.values() if one.county in counties and bank in ("", one.bank)]


def _measured(report: Report, view: View, sight: Sight) -> dict[str, Measured]:
    incident, seen = view.incident, reduced(sight, view.incident)
    outlets, at = outlets_of(view.network, report.unit), view.picture.at
    found = {
        "unit": Measured(view.now, report.unit),
        "occurred": Measured(view.now, incident.occurred.isoformat()),
        "discovered": Measured(view.now, incident.discovered.isoformat()),
        "place": Measured(view.now, names=_places(report, view, outlets, sight)),
        "broken": Measured(at, names=seen.components[:LINES_MAX]),
        "data_cities": Measured(at, names=tuple(_seen(sight, seen.extent.data_cities))),
        "banks": Measured(at, names=tuple(bank for bank, _ in seen.extent.banks)[:LINES_MAX]),
        "below": Measured(view.now, _reported(report, view.reports)),
        "grade_proposed": _grade(_standing(report, incident), at),
        "estimate": Measured(at, incident.estimate.isoformat() if incident.estimate else ""),
        "recovered": Measured(view.now, incident.recovered.isoformat() if incident.recovered else ""),
        "activation": Measured(view.now, view.order or incident.order or NO_ORDER),
    }
    found |= {name: Measured(at, str(count)) for name, count in _counts(view, outlets).items()}
    return {name: one for name, one in found.items() if one.is_there}


def _standing(report: Report, incident: Incident) -> Standing:
    return incident.proposed if report.plan == incident.plan else incident.others.get(report.plan, Standing())


def _grade(standing: Standing, at: datetime) -> Measured:
    return Measured(at, str(standing.level or ""), standing.decisive)


def _places(report: Report, view: View, outlets: Sequence[Outlet], sight: Sight) -> tuple[str, ...]:
    """The areas hit, as far as they are the sender's: a branch's own area, the counties of a bank's outlets."""
    areas = view.incident.extent.areas
    if sight.bank is not None:
        own = {str(outlet.county) for outlet in outlets}
        mine = tuple(code for code in areas if code in own)
    else:
        mine = tuple(_seen(sight, areas))
    home = view.units.area(UnitId(report.unit)) or view.units.area(view.units.local_branch(UnitId(report.unit)))
    return _largest(view.network, mine) or ((str(home),) if home else ())


def _largest(network: Network, areas: Iterable[str]) -> tuple[str, ...]:
    """The same areas by the largest that are whole: a city for all of its counties, the province for all cities."""
    left = dict.fromkeys(areas)
    for kind in (AreaKind.CITY, AreaKind.PROVINCE):
        for area in [one for one in network.areas.values() if one.kind is kind]:
            below = [code for code, one in network.areas.items() if one.parent == area.code]
            if below and all(code in left for code in below):
                left = {code: None for code in left if code not in below} | {area.code: None}
    return tuple(left)[:LINES_MAX]


def _seen(sight: Sight, areas: Iterable[str]) -> Iterator[str]:
    yield from (code for code in areas if sight.sees_area(AreaCode(code)))


def _counts(view: View, outlets: Sequence[Outlet]) -> dict[str, int]:
    """Outlets of the sender that the event can have hit, and how many of them cannot verify now."""
    hit = _hit(view, outlets)
    states = {one.id: view.picture.outlets_not_up.get(one.id, {}) for one in hit}
    down = {mode: sum(of.get(mode) is State.DOWN for of in states.values()) for mode in Mode}
    dark = sum(bool(states[one.id]) and _is_dark(view.network, one, states[one.id]) for one in hit)
    return {
        "outlets": len(hit),
        "non_interface": down[Mode.NON_INTERFACE],
        "interface": down[Mode.INTERFACE],
        "dark": dark,
    }


def _hit(view: View, outlets: Sequence[Outlet]) -> list[Outlet]:
    """Those in the event's areas that belong to a bank that it hits (to any, where none is named)."""
    extent = view.incident.extent
    areas, banks = set(extent.areas), {bank for bank, _ in extent.banks}
    counties = {code for code, one in view.network.areas.items() if code in areas or one.parent in areas}
    return [one for one in outlets if (not areas or one.county in counties) and (not banks or one.bank in banks)]


def _is_dark(network: Network, outlet: Outlet, states: Mapping[Mode, State]) -> bool:
    own = [mode for mode in Mode if (network.banks[outlet.bank].access, mode) in network.paths]
    return bool(own) and all(states.get(mode) is State.DOWN for mode in own)


def _previous(report: Report, reports: Iterable[Report]) -> Report | None:
    """The sender's last report of this plan that went out."""
    mine = [one for one in reports if (one.unit, one.plan) == (report.unit, report.plan) and one.sent is not None]
    return max((one for one in mine if one.id != report.id), key=lambda one: one.sent or report.opened, default=None)


def _suggested(report: Report, view: View, previous: Report | None) -> dict[str, str]:
    """Words for a person to look at: from the last report, from what was recorded, from the estimate."""
    incident = view.incident
    found = {
        "nature": incident.nature,
        "command": f"{view.units.zh(UnitId(report.unit))}应急处置领导小组",
        "handling": "；".join(text for unit, text in view.handlings if unit == report.unit),
        "repair": _repair(incident),
        "help": NO,
        "apply": NO,
    }
    if report.states_grade and incident.level is not None:
        found["grade"] = str(incident.level)
    if previous is not None and previous.content is not None:
        found = (
            {name: one.value for name, one in previous.content.judged.items()}
            | {"repair": found["repair"]}
            | {name: word for name, word in found.items() if name not in previous.content.judged}
        )
        if "grade" in found and incident.level is not None:
            found["grade"] = str(incident.level)
    return found | {name: one.value for name, one in report.draft.items()}


def _repair(incident: Incident) -> str:
    if incident.recovered is not None:
        return "已恢复"
    return "正在抢修，已有预计恢复时间" if incident.estimate is not None else "正在抢修，恢复时间尚不明"


def _since(report: Report, previous: Report | None, view: View) -> tuple[Happening, ...]:
    """What has happened since the last report went out, as far as the sender may know of it."""
    if report.kind is Kind.FIRST:
        return ()
    since = previous.sent if previous is not None and previous.sent is not None else view.incident.opened
    seen = [
        Happening(fact.at, fact.kind, fact.on_behalf_of, fact.clause)
        for fact in view.facts
        if fact.at > since and fact.kind not in QUIET and _concerns(report.unit, fact, view)
    ]
    return tuple(seen[-LINES_MAX:])


def _concerns(unit: str, fact: Fact, view: View) -> bool:
    """The incident's own facts and the sender's; for a branch, also those of its area and of the branches above."""
    if fact.subject == view.incident.id or fact.on_behalf_of == unit:
        return True
    if not fact.on_behalf_of:
        return False
    other, own = UnitId(fact.on_behalf_of), UnitId(unit)
    if view.units.is_below(other, own):
        return True
    if bank_of(own) is not None:
        return False
    if other.startswith("pbc/"):
        return view.units.is_below(own, other)
    return view.units.is_below(view.units.local_branch(other), own)


def _lower(report: Report, reports: Iterable[Report]) -> tuple[Lower, ...]:
    """The last report of each sender below that came to this unit, by this plan: what the level above sums up."""
    latest: dict[str, Report] = {}
    for one in reports:
        if one.phase is Phase.SENT and one.plan == report.plan and report.unit in one.receivers:
            latest[one.unit] = one
    return tuple(_summed(one) for one in latest.values())[:LINES_MAX]


def _reported(report: Report, reports: Iterable[Report]) -> str:
    """How many of the units that report here have done so: `3/5`; "" where nobody has to."""
    here = [one for one in reports if one.plan == report.plan and report.unit in one.receivers]
    owing = {one.unit for one in here if one.phase is not Phase.CANCELLED}
    sent = {one.unit for one in here if one.phase is Phase.SENT}
    return f"{len(sent)}/{len(owing)}" if owing else ""


def _summed(one: Report) -> Lower:
    assert one.content is not None
    assert one.sent is not None
    measured, judged = one.content.measured, one.content.judged
    return Lower(
        report=one.id,
        unit=one.unit,
        kind=one.kind,
        number=one.number,
        sent=one.sent,
        figures={name: measured[name].value for name in COUNTED if name in measured},
        said={name: judged[name].value for name in TOLD if name in judged},
    )
