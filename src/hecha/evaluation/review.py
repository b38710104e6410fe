"""The evaluation of an event by one office (评估与改进, 5.4): causes, lessons, improvements, a change of the plan.

    opened ─ analysed (by three parties) ─ learnt* ─ improvement* ─ (plan proposed) ─ signed ─ improved* ─ closed

The province's office and that of each involved city and county have a review of their own. It is signed when all three
parties have analysed and a lesson is drawn; the figures are frozen with the signature. Improvements go on after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from hecha.kernel.facts import Fact

PREFIX = "evaluation:review:"
PARTIES = ("settlement", "technology", "operations")
"""支付结算部门、科技部门、运行维护部门: they analyse together (5.4(1)), each with a signature."""
IMPROVEMENTS_MAX = 100
LESSONS_MAX = 100


class Phase(StrEnum):
    OPEN = "open"  # 评估中
    SIGNED = "signed"  # 已签署，改进进行中
    CLOSED = "closed"  # 已完成


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one party found. `answers`: to the plan's questions, by their number; signed by `by`."""

    party: str
    text: str
    answers: tuple[tuple[int, str], ...]
    at: datetime
    by: str
    name: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """`worked`: what went well; else what did not."""

    text: str
    worked: bool
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Improvement:
    """`number` from 1. `unit` and `post` own it; `proved`: what shows that it was done."""

    number: int
    text: str
    unit: str
    post: str
    due: date
    at: datetime
    by: str
    done_at: datetime | None = None
    done_by: str = ""
    proved: str = ""

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A new version of the plan that was proposed: what its check report says, and how it differs in words."""

    plan: str
    version_before: str
    version: str
    digest: str
    admissible: bool
    differences: tuple[str, ...]
    at: datetime
    by: str
    activated: datetime | None = None
    activated_by: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """`level`: province, city or county. `due`: when it is to be signed. `told`: which reminders have gone out."""

    id: str
    incident: str
    unit: str
    level: str
    title: str
    due: datetime
    opened: datetime
    phase: Phase = Phase.OPEN
    analyses: tuple[Analysis, ...] = ()
    impact: str = ""
    lessons: tuple[Lesson, ...] = ()
    improvements: tuple[Improvement, ...] = ()
    changes: tuple[PlanChange, ...] = ()
    signed: datetime | None = None
    signed_by: str = ""
    signed_name: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)  # as they stood at the signature
    closed: datetime | None = None
    told: tuple[str, ...] = ()

    def change(self, digest: str) -> PlanChange | None:
        """The proposed version of the plan whose files have this digest."""
        return next((one for one in self.changes if one.digest == digest), None)  # ok: names files, guards nothing

    def analysis(self, party: str) -> Analysis | None:
        return next((one for one in self.analyses if one.party == party), None)

    @property
    def missing(self) -> tuple[str, ...]:
        """The parties that have not analysed yet."""
        return tuple(party for party in PARTIES if self.analysis(party) is None)

    @property
    def open_improvements(self) -> tuple[Improvement, ...]:
        return tuple(one for one in self.improvements if not one.is_done)


def evolve(now: Review | None, fact: Fact) -> Review:
    """What a fact makes of the review."""
    action, data = fact.kind.removeprefix(PREFIX), fact.data
    if action == "opened":
        incident, level, title = (str(data[name]) for name in ("incident", "level", "title"))
        return Review(fact.subject, incident, fact.on_behalf_of, level, title, _moment(data["due"]), fact.at)
    assert now is not None
    match action:
        case "analysed":
            return replace(now, analyses=(*(one for one in now.analyses if one.party != data["party"]), _found(fact)))
        case "summed_up":
            return replace(now, impact=str(data["text"]))
        case "learnt":
            lesson = Lesson(str(data["text"]), bool(data["worked"]), fact.at, fact.by)
            return replace(now, lessons=(*now.lessons, lesson))
        case "improvement":
            return replace(now, improvements=(*now.improvements, _wanted(fact)))
        case "improved":
            return replace(now, improvements=tuple(_improved(one, fact) for one in now.improvements))
        case "plan_proposed":
            return replace(now, changes=(*now.changes, _change(fact)))
        case "plan_activated":
            return replace(now, changes=tuple(_activated(one, fact) for one in now.changes))
        case "signed":
            signed = replace(now, phase=Phase.SIGNED, signed=fact.at, signed_by=fact.by)
            return replace(signed, signed_name=str(data["name"]), figures=data["figures"])
        case "reminded":
            return replace(now, told=tuple(dict.fromkeys([*now.told, *data["marks"]])))
        case _:
            return replace(now, phase=Phase.CLOSED, closed=fact.at)


def _found(fact: Fact) -> Analysis:
    data = fact.data
    answers = tuple((int(number), str(text)) for number, text in data["answers"])
    return Analysis(str(data["party"]), str(data["text"]), answers, fact.at, fact.by, str(data["name"]))


def _wanted(fact: Fact) -> Improvement:
    data = fact.data
    owner = (str(data["unit"]), str(data["post"]))
    due = date.fromisoformat(data["due"])
    return Improvement(int(data["number"]), str(data["text"]), *owner, due, fact.at, fact.by)


def _improved(one: Improvement, fact: Fact) -> Improvement:
    if one.number != int(fact.data["number"]):
        return one
    return replace(one, done_at=fact.at, done_by=fact.by, proved=str(fact.data["proved"]))


def _change(fact: Fact) -> PlanChange:
    data = fact.data
    plan, before, version, digest = (str(data[name]) for name in ("plan", "version_before", "version", "digest"))
    admissible, differences = bool(data["admissible"]), tuple(str(line) for line in data["differences"])
    return PlanChange(plan, before, version, digest, admissible, differences, fact.at, fact.by)


def _activated(one: PlanChange, fact: Fact) -> PlanChange:
    if one.digest != fact.data["digest"]:  # ok: names files, guards nothing
        return one
    return replace(one, activated=fact.at, activated_by=fact.by)


def _moment(given: Any) -> datetime:
    return given if isinstance(given, datetime) else datetime.fromisoformat(given)
