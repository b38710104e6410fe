"""Advice: everything the plan says about what stands now, as one JSON object (`hecha grade -o json`).

    grader = Grader(plan, availability)        # once per plan
    advise(grader, zone)                       # whenever asked; `zone` is the offset that times are written with

Keys that the command's description promises come first; `readings_differ`, `at`, `plan`, `network`, `misfit`
(the grade does not fit the severity), `warning` (below 1.4.1), and in a leg `notice_minutes`, `written_minutes`
and `head_offices`, in a measure `card_authority` and `not_applicable`, are further ones.
"""

from datetime import tzinfo
from typing import Any

from hecha.decision.authority import decider
from hecha.flow.groups import warning_route
from hecha.incident.extent import Extent, affected, extent
from hecha.incident.fit import LOW, misfit
from hecha.incident.grade import CAUSES, Grader, Judgement
from hecha.incident.horizon import horizon
from hecha.kernel.ids import ComponentId
from hecha.kernel.moments import HOUR, Minute, moment_of
from hecha.network.availability import Availability
from hecha.plan.model import Plan
from hecha.report.route import Leg, local_levels, route
from hecha.response.measures import prescribed

Json = dict[str, Any]
HORIZON_HOURS = 72


def advise(grader: Grader, zone: tzinfo, with_horizon: bool = True) -> Json:
    """The whole advice by the plan's default reading, other readings beside it."""
    plan, here = grader.plan, grader.availability
    judgements = {name: grader.judge(name) for name in plan.readings}
    main, touched = judgements[plan.default_reading], extent(grader)
    advice: Json = {
        **_judgement(plan, main),
        "reading": plan.default_reading,
        "readings": {name: _judgement(plan, one) for name, one in judgements.items()},
        "readings_differ": len({(one.level, one.clauses) for one in judgements.values()}) > 1,
        "horizon": _horizon(grader, zone) if with_horizon else [],
        "decides": None,
        "reports": [],
        "measures": [],
        "affected": affected(grader),
        "at": _moment(here.now, zone),
        "plan": {"id": plan.id, "version": plan.version},
        "network": {"name": here.network.name, "revision": here.network.revision},
        "misfit": None,
        "warning": None,
    }
    if main.level is not None:
        advice.update(_procedure(grader, main, main.level, touched))
    elif out := _out(here):
        advice["warning"] = _warning(grader, touched, out)
    return advice


def _judgement(plan: Plan, one: Judgement) -> Json:
    return {
        "emergency": one.emergency,
        "because": list(one.because),
        "grade": _grade(plan, one.level),
        "clauses": list(one.clauses),
        "decisive": list(one.decisive),
    }


def _grade(plan: Plan, level: int | None) -> Json | None:
    return None if level is None else {"level": level, "zh": plan.level(level).zh}


def _horizon(grader: Grader, zone: tzinfo) -> list[Json]:
    hours = int(grader.plan.settings.get("horizon_hours", HORIZON_HOURS))
    return [
        {
            "at": _moment(turn.at, zone),
            "grade": _grade(grader.plan, turn.judgement.level),
            "clauses": list(turn.judgement.clauses),
        }
        for turn in horizon(grader, hours * HOUR)
    ]


def _moment(minute: int, zone: tzinfo) -> str:
    return moment_of(Minute(minute), zone).isoformat(timespec="seconds")


def _procedure(grader: Grader, main: Judgement, level: int, touched: Extent) -> Json:
    """Decision, reports and measures of an event."""
    plan, network = grader.plan, grader.availability.network
    branches = grader.availability.branches
    cities = {cause: touched.cities(network, cause) for cause in CAUSES}
    deciding = decider(plan, branches, level, touched.areas())
    unfit = misfit(plan, level, touched)
    return {
        "decides": deciding
        and {
            "clause": deciding.clause,
            "who": deciding.who,
            "area": deciding.area,
            "referral": deciding.referral or None,
        },
        "reports": [_leg(plan, leg) for leg in route(plan, branches, level, touched.areas(), touched.lost)],
        "measures": [
            {
                "clause": one.clause,
                "use": list(one.use),
                "cause": one.cause,
                "cities": list(one.cities),
                "card_authority": one.card_authority,
                "not_applicable": list(one.not_applicable),
            }
            for one in prescribed(plan, main.causes, cities)
        ],
        "misfit": unfit
        and {
            "direction": unfit.direction,
            "zh": unfit.zh,
            "en": unfit.en,
            "refer_to": (deciding.referral or None) if deciding and unfit.direction == LOW else None,
        },
    }


def _leg(plan: Plan, leg: Leg) -> Json:
    speed = plan.speeds.get(leg.speed)
    return {
        "clause": leg.clause,
        "from": leg.sender,
        "to": leg.receiver,
        "speed": leg.speed,
        "notice_minutes": speed and speed.notice_minutes,
        "written_minutes": speed and speed.written_minutes,
        **({"head_offices": list(leg.head_offices)} if leg.head_offices else {}),
    }


def _out(here: Availability) -> tuple[ComponentId, ...]:
    """What is out now, data included; what begins later is not out yet."""
    data = (ComponentId(f"data/{city}") for city, error in here.data_errors.items() if error.fault[0] <= here.now)
    return (*(name for name, (since, _) in here.faults.items() if since <= here.now), *data)


def _warning(grader: Grader, touched: Extent, out: tuple[ComponentId, ...]) -> Json:
    """Below 1.4.1 every fault is at once a warning (3.2.3): whoever owns what is out reports it as the plan says,
    and banks tell the local branches of the areas touched."""
    plan, here = grader.plan, grader.availability
    legs: list[Json] = [dict(leg) for leg in warning_route(plan, here.network, out) if leg["sender"] != "bank"]
    for leg in (one for one in plan.warnings if one.sender == "bank"):
        for level in local_levels(here.branches, touched.areas()):
            legs.append({"clause": leg.clause, "from": "bank", "to": level, "speed": leg.speed})
            legs[-1] |= {"sender": leg.sender, "receiver": leg.receiver}
    return {"clause": legs[0]["clause"] if legs else None, "reports": legs}
