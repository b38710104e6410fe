"""`/grade` why it is this grade (定级依据): clause, read-back, n of N, both readings, horizon, what follows.

The strip on the board is the same in short.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from hecha.edges.web.dress import CHINA
from hecha.edges.web.pages.evidence import evidence
from hecha.edges.web.pages.explaining import clauses_of, explained, repairs
from hecha.edges.web.pages.tallies import chain_first
from hecha.edges.web.visit import Visit
from hecha.flow.advise import advise
from hecha.incident.grade import Grader
from hecha.kernel.errors import BadInput, Refused
from hecha.kernel.ids import ClauseId, ComponentId
from hecha.kernel.moments import HOUR
from hecha.plan.model import Clause, Plan
from hecha.plan.readback import read_back

Advice = Mapping[str, Any]
HOURS_MAX = 240
LEVEL_NONE = 99  # less grave than any


@dataclass(frozen=True, slots=True)
class Strip:
    """The present grade in short. `advice` is None when there is nothing that this person may see."""

    plan: Plan
    advice: Advice | None
    decisive: tuple[Clause, ...]
    differs: Advice | None  # another reading that says otherwise
    differs_name: str
    if_unknown: Advice | None
    worse: tuple[datetime, Advice] | None  # when it becomes graver, if nothing recovers


def strip(visit: Visit) -> Strip:
    """For the first plan of the site."""
    plan, picture = visit.site.plan, visit.picture
    advice = picture.advice.get(plan.id)
    differs_name, differs = _other_reading(advice) if advice else ("", None)
    return Strip(
        plan,
        advice,
        clauses(plan, advice),
        differs,
        differs_name,
        _worse(picture.if_unknown_were_down, advice),
        _graver(advice),
    )


def _graver(advice: Advice | None) -> tuple[datetime, Advice] | None:
    """The first graver grade ahead."""
    level = _level(advice)
    return next((step for step in _horizon(advice) if _level(step[1]) < level), None)


def _level(advice: Advice | None) -> int:
    grade = (advice or {}).get("grade")
    return int(grade["level"]) if grade else LEVEL_NONE


def clauses(plan: Plan, advice: Advice | None, key: str = "decisive") -> tuple[Clause, ...]:
    """The clauses named by an advice, as the plan knows them; 1.4.1's when there is an event without a grade yet."""
    ids = (advice or {}).get(key) or ()
    return tuple(plan.clauses.get(ClauseId(name)) or Clause(ClauseId(name), name, "") for name in ids)


def _other_reading(advice: Advice) -> tuple[str, Advice | None]:
    for name, other in advice.get("readings", {}).items():
        if name != advice.get("reading") and other.get("grade") != advice.get("grade"):
            return str(name), other
    return "", None


def _worse(unknown: Advice | None, advice: Advice | None) -> Advice | None:
    """What it would be if all unknown were down, when that is graver; it is looked at once a minute only."""
    if unknown is None or advice is None or _level(unknown) >= _level(advice):
        return None
    return unknown


async def grade(visit: Visit) -> Response:
    picture = visit.picture
    names = [plan for plan in visit.site.plans if plan.id in picture.advice]
    chosen = next((plan for plan in names if plan.id == visit.query("plan")), visit.site.plan)
    advice = picture.advice.get(chosen.id)
    grader = suppose(visit, chosen) if _asks(visit) else None
    clause = visit.query("clause", 20)
    return visit.show(
        "grade.html",
        may_suppose=visit.sight.bank is None,
        supposed=advise(grader, CHINA) if grader and _changes(visit) else None,
        clause=clause,
        explicable=clauses_of(chosen),
        explanation=explained(visit, grader, clause) if grader and clause else [],
        repairs=repairs(visit, grader) if grader else [],
        fails=visit.queries("fail"),
        recovers=visit.queries("recover"),
        hours=_hours(visit),
        parts=sorted(picture.components, key=chain_first),
        plan=chosen,
        plans=names,
        advice=advice,
        picture=picture,
        because=clauses(chosen, advice, "because"),
        all_clauses=clauses(chosen, advice, "clauses"),
        readings=_readings(chosen, advice),
        horizon=_horizon(advice),
        if_unknown=_worse(picture.if_unknown_were_down, advice),
        official=visit.site.official(),
        evidence=evidence(visit),
        read_back=_read_back(chosen, advice),
    )


def _read_back(plan: Plan, advice: Advice | None) -> Mapping[str, Sequence[str]]:
    """What the program has understood of each clause, in full Chinese."""
    if not advice or advice.get("reading") not in plan.readings:
        return {}
    return {one.clause: one.lines for one in read_back(plan, str(advice["reading"]))}


def suppose(visit: Visit, plan: Plan) -> Grader | None:
    """The engine as it would stand if these failed as well, those recovered, and hours went by; a copy."""
    if visit.sight.bank is not None:
        raise Refused("4.1", "推演由人民银行分支机构进行", "请联系当地分支机构")
    live = visit.site.loop.live.graders.get(plan.id)
    if live is None:
        return None
    grader = copy(live)
    here = grader.availability = live.availability.fork()
    for name in visit.queries("recover"):
        here.restore(_known(visit, name))
    for name in visit.queries("fail"):
        here.fail(_known(visit, name), here.now)
    here.advance(here.now + _hours(visit) * HOUR)
    return grader


def _known(visit: Visit, name: str) -> str:
    """Only components that the picture shows may be supposed."""
    if ComponentId(name) not in visit.picture.components:
        raise BadInput("component", "没有这个部件", "请从列表中选择")
    return name


def _asks(visit: Visit) -> bool:
    return bool(visit.query("clause") or _changes(visit))


def _changes(visit: Visit) -> bool:
    return bool(visit.queries("fail") or visit.queries("recover") or _hours(visit))


def _hours(visit: Visit) -> int:
    text = visit.query("hours", 3)
    return min(int(text), HOURS_MAX) if text.isdigit() else 0


def _readings(plan: Plan, advice: Advice | None) -> list[tuple[str, str, Advice]]:
    """(name, its word, what it says) of every reading."""
    found: Mapping[str, Advice] = (advice or {}).get("readings", {})
    own = {str(advice["reading"]): advice} if advice else {}
    return [
        (name, plan.readings[name].zh if name in plan.readings else name, said)
        for name, said in (own | dict(found)).items()
    ]


def _horizon(advice: Advice | None) -> Sequence[tuple[datetime, Advice]]:
    return [(datetime.fromisoformat(step["at"]), step) for step in (advice or {}).get("horizon", ())]
