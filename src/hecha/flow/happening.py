"""From what the watch sees to incidents: opened, regraded, linked, recovering. One root cause is one incident.

    for act in happening(picture, incidents, plans, network, branches, now): …

An incident's id follows from its warning, so that telling the same thing twice opens nothing twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from hecha.decision.authority import decider
from hecha.flow.diagnose import owner_of
from hecha.flow.life import Act
from hecha.flow.picture import Picture
from hecha.flow.sighting import Sighting
from hecha.flow.title import name_of, zh
from hecha.incident.commands import Link, Open, ProposeRecovery, Regrade
from hecha.incident.event import Incident, Phase, Standing
from hecha.kernel.ids import AreaCode
from hecha.network.branches import Branches
from hecha.network.model import Network
from hecha.organization.units import HEAD_OFFICE, branch_unit
from hecha.plan.model import Plan

ID_MAX = 100


def incident_id(warning: str) -> str:
    """`E20260312001000-front.a+front.b` for the warning `W20260312001000-front.a+front.b`."""
    return f"E{warning[1:]}"[:ID_MAX]


def happening(
    picture: Picture,
    incidents: Sequence[Incident],
    plan: Plan,
    network: Network,
    branches: Branches,
    now: datetime,
) -> Iterator[Act]:
    """The commands that follow from the picture. `incidents` are those not closed, whatever their phase."""
    by_id = {one.id: one for one in incidents}
    for sighting in picture.sightings:
        yield from _seen(sighting, by_id.get(incident_id(sighting.warning)), plan, network, branches, now)
    seen = {incident_id(one.warning) for one in picture.sightings}
    for incident in incidents:
        if incident.id not in seen:
            yield from _no_event(incident, picture.open_warnings, now)
        yield from _recovering(incident, picture.open_warnings, now)
    yield from _linked(incidents, picture, plan, now)


def leading_unit(plan: Plan, branches: Branches, level: int | None, areas: Iterable[AreaCode]) -> str:
    """The unit inside the province that leads at a level: the deciding group's, and the province's for head office
    (its orders are carried out by the provincial group, 4.3.1); below 1.4.1 the local branch."""
    where = tuple(areas)
    found = decider(plan, branches, level, where) if level is not None else None
    if found is None:
        return branch_unit(branches.covering(where).area if where else branches.top().area)
    return branch_unit(branches.top().area if found.who == HEAD_OFFICE else found.area)


def _seen(
    sighting: Sighting, known: Incident | None, plan: Plan, network: Network, branches: Branches, now: datetime
) -> Iterator[Act]:
    name = incident_id(sighting.warning)
    if known is None:
        yield Act("incident", name, _open(name, sighting, plan, network, branches, now))
        return
    levels = [level for level in (known.level, sighting.proposed.level) if level is not None]
    areas = tuple(AreaCode(code) for code in sighting.extent.areas)
    regrade = Regrade(
        proposed=sighting.proposed,
        extent=sighting.extent,
        others=sighting.others,
        components=tuple(sighting.components),
        estimate=sighting.estimate,
        unit=leading_unit(plan, branches, min(levels, default=None), areas),
        at=now,
    )
    yield Act("incident", name, regrade)


def _open(name: str, sighting: Sighting, plan: Plan, network: Network, branches: Branches, now: datetime) -> Open:
    areas = tuple(AreaCode(code) for code in sighting.extent.areas)
    owner = owner_of(network, sighting.components[0]) if sighting.components else branch_unit(branches.top().area)
    return Open(
        id=name,
        plan=plan.id,
        plan_version=plan.version,
        revision=network.revision,
        title=zh(network, name_of(network, sighting.extent, sighting.flag)),
        warnings=(sighting.warning,),
        components=tuple(sighting.components),
        nature=sighting.nature,
        owner=owner,
        unit=leading_unit(plan, branches, sighting.proposed.level, areas),
        occurred=sighting.since,
        discovered=sighting.discovered,
        proposed=sighting.proposed,
        extent=sighting.extent,
        others=sighting.others,
        event_after=sighting.event_after,
        at=now,
        estimate=sighting.estimate,
    )


def _no_event(incident: Incident, open_warnings: Mapping[str, datetime | None], now: datetime) -> Iterator[Act]:
    """Still out, yet no event by any plan (an estimate was revised): people are told, nothing is lowered by itself."""
    if incident.phase is Phase.OPEN and any(name in open_warnings for name in incident.warnings):
        known = (incident.components, incident.estimate, incident.unit)
        yield Act("incident", incident.id, Regrade(Standing(), incident.extent, {}, *known, now))


def _recovering(incident: Incident, open_warnings: Mapping[str, datetime | None], now: datetime) -> Iterator[Act]:
    """Recovery is proposed when what it stands on works again or is over; taken back when it fails again."""
    if incident.phase not in (Phase.OPEN, Phase.RECOVERED) or not incident.warnings:
        return
    returned = [open_warnings[name] for name in incident.warnings if name in open_warnings]
    if not returned:  # all are over
        since: datetime | None = incident.recovery_proposed or now
    else:
        since = None if None in returned else max(one for one in returned if one is not None)
    if since != incident.recovery_proposed:
        yield Act("incident", incident.id, ProposeRecovery(since, now))


def _linked(incidents: Sequence[Incident], picture: Picture, plan: Plan, now: datetime) -> Iterator[Act]:
    """Incidents that stand at the same time are linked, and their union is graded too (readings, rule 10)."""
    standing = [one for one in incidents if one.phase is Phase.OPEN and one.warnings]
    union = _union(picture, plan) if len(standing) > 1 else Standing()
    for incident in standing:
        others = tuple(sorted(one.id for one in standing if one is not incident))
        if others != incident.linked or union != incident.union:
            yield Act("incident", incident.id, Link(others, union, now))


def _union(picture: Picture, plan: Plan) -> Standing:
    advice = picture.advice.get(plan.id)
    if not advice:
        return Standing()
    grade = advice["grade"]
    words = {name: tuple(advice[name]) for name in ("clauses", "decisive", "because")}
    return Standing(level=grade["level"] if grade else None, **words)
