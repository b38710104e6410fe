"""Explanation of one clause on `/grade`: sentence by sentence, n of N per group, witnesses, what breaks "all", which
components cause it, and which single repair by when keeps the grade from rising. Only what the person may see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hecha.edges.web.dress import CHINA
from hecha.edges.web.visit import Visit
from hecha.incident.explain import Evidence, GroupEvidence, Remedy, explain, remedies
from hecha.incident.grade import Grader
from hecha.kernel.ids import AreaCode, BankId
from hecha.kernel.moments import HOUR, Minute, moment_of
from hecha.plan.model import Plan

NAMED_MAX = 6
HORIZON_HOURS = 72


@dataclass(frozen=True, slots=True)
class Repair:
    """Restoring `component` by `by` (None: now) keeps the grade below `level`."""

    component: str
    by: datetime | None
    level: int


def clauses_of(plan: Plan) -> Sequence[str]:
    """The grading clauses that can be explained."""
    return [rule.clause for rule in plan.readings[plan.default_reading].grades if rule.alternatives]


def explained(visit: Visit, grader: Grader, clause: str) -> list[Evidence]:
    """The evidence, reduced to what this person may see."""
    if clause not in clauses_of(grader.plan):
        return []
    return [_reduced(visit, one) for one in explain(grader, clause)]


def _reduced(visit: Visit, one: Evidence) -> Evidence:
    return replace(one, groups=tuple(_seen(visit, group) for group in one.groups if _may(visit, group)))


def repairs(visit: Visit, grader: Grader) -> list[Repair]:
    """For the next graver level that would be reached within three days."""
    level = grader.judge().level
    for graver in range((level or len(grader.plan.levels) + 1) - 1, 0, -1):
        if found := remedies(grader, graver, HORIZON_HOURS * HOUR):
            return [_repair(one, graver) for one in found if visit.sight.sees_component(one.component)]
    return []


def _repair(one: Remedy, level: int) -> Repair:
    by = None if one.by is None else moment_of(Minute(one.by), CHINA)
    return Repair(one.component, by, level)


def _may(visit: Visit, group: GroupEvidence) -> bool:
    if group.group in visit.site.network.banks:
        return visit.sight.sees_bank(BankId(group.group))
    return visit.sight.everything or visit.sight.sees_area(AreaCode(group.group))


def _seen(visit: Visit, group: GroupEvidence) -> GroupEvidence:
    sight = visit.sight
    return replace(
        group,
        witnesses=tuple(one for one in group.witnesses if sight.sees_outlet(one))[:NAMED_MAX],
        breaking=tuple(one for one in group.breaking if sight.sees_outlet(one))[:NAMED_MAX],
        components=tuple(one for one in group.components if sight.sees_component(one))[:NAMED_MAX],
    )
