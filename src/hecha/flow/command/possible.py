"""What somebody may do next in deciding (4.2), found by trying: asking and deciding say no themselves, nothing is kept.

choices(asking, incident)      what may be resolved now, each with its refusal, and who decides
of_resolution(asking, one)     consent, telephone, signature … as far as its phase asks for them
of_meeting(asking, one)        attendance, minutes, experts, closing
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from hecha.command.release import Phase as Released
from hecha.command.release import Release
from hecha.decision.authority import Deciding
from hecha.decision.meeting import Meeting, Present
from hecha.decision.meeting import Phase as Met
from hecha.decision.resolution import GRADES, Kind, Outside, Phase, Resolution
from hecha.flow.command import asking as asks
from hecha.flow.command import asking_orders
from hecha.flow.command.asking import Asking
from hecha.flow.command.lives import COMMAND_LIVES
from hecha.flow.command.standing import rules_of
from hecha.flow.life import Act
from hecha.flow.remembered import Remembered
from hecha.incident.event import Incident
from hecha.kernel.errors import BadInput, Conflict, Refused
from hecha.organization.organization import Held
from hecha.plan.posts import Act as May

NAMED = "."
"""Stands for words that a person has not typed yet."""
_LIVES = {life.kind: life for life in COMMAND_LIVES}
Ask = Callable[..., Act]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done; `refusal` says why this person cannot."""

    what: str
    refusal: Refused | None = None

    @property
    def allowed(self) -> bool:
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind of resolution. `two`: a second person must consent. `targets`: levels or ways to choose from."""

    kind: Kind
    refusal: Refused | None
    two: bool
    targets: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something that waits for this person's word: `consent` or `sign` (a resolution), `approve` (a release)."""

    what: str
    subject: Resolution | Release


@dataclass(frozen=True, slots=True)
class Situation:
    """What stands to be decided in an incident: by whom, and what this person may do. `others`: besides a resolution,
    `convene`, `handle`, `record` (head office's decision, from outside)."""

    decides: Deciding
    level_zh: str
    recovered: bool
    in_force: str
    choices: tuple[Choice, ...]
    others: tuple[Step, ...]

    def step(self, what: str) -> Step:
        return next(one for one in self.others if one.what == what)


def situation(asking: Asking, incident: Incident) -> Situation:
    """How it stands at this moment, for this person."""
    asking = replace(asking, book=Remembered(asking.book))
    stands = asking.standing(incident.id)
    return Situation(
        decides=stands.decides,
        level_zh=stands.level_zh,
        recovered=stands.recovered,
        in_force=stands.in_force,
        choices=choices(asking, incident),
        others=(
            Step("convene", _refusal(asking, asks.convened, incident=incident.id)),
            Step("handle", _refusal(asking, asks.handled, name=NAMED, incident=incident.id, text=NAMED)),
            Step("record", _refusal(asking, _recorded, incident=incident.id)),
        ),
    )


def choices(asking: Asking, incident: Incident) -> tuple[Choice, ...]:
    """What the person's group may resolve now, in the order of likelihood; lowering only where a milder level is."""
    found = (_choice(asking, incident, kind) for kind in Kind)
    return tuple(one for one in found if one.targets or one.kind not in GRADES)


def of_resolution(asking: Asking, one: Resolution) -> tuple[Step, ...]:
    """What its phase asks for, and whether this person may; nothing for those of another unit, who look on."""
    steps: list[Step] = []
    if one.here != asking.unit:
        return ()
    if one.phase is Phase.PROPOSED:
        steps = [
            Step("consent", _refusal(asking, asks.consented, name=one.id)),
            Step("telephone", _refusal(asking, _telephoned, one=one)),
            Step("withdraw", _refusal(asking, asks.withdrawn, name=one.id, reason=NAMED)),
        ]
    if one.owes_signature:
        steps.append(Step("sign", _refusal(asking, asks.signed, name=one.id)))
        steps.append(Step("disown", _refusal(asking, asks.disowned, name=one.id, reason=NAMED)))
    if one.owes_scan:
        steps.append(Step("scan", _refusal(asking, asks.scanned, name=one.id, scan=NAMED)))
    return tuple(steps)


def of_meeting(asking: Asking, one: Meeting) -> tuple[Step, ...]:
    """What can be entered in an open meeting, and whether this person may."""
    if one.phase is Met.CLOSED or one.unit != asking.unit:
        return ()
    people = [Present(NAMED)]
    steps = [Step("hold", _refusal(asking, asks.held, name=one.id, chair=NAMED, present=people))]
    if one.phase is Met.HELD:
        words = {"cause": "", "impact": "", "conclusion": NAMED}
        steps += [
            Step("minute", _refusal(asking, asks.minuted, name=one.id, **words)),
            Step("experts", _refusal(asking, asks.experts_called, name=one.id, experts=[NAMED], question=NAMED)),
            Step("advise", _refusal(asking, asks.advised, name=one.id, expert=NAMED, text=NAMED)),
            Step("close", _refusal(asking, asks.closed, name=one.id, reason=NAMED)),
        ]
    return tuple(steps)


def awaited(asking: Asking, incident: Incident) -> tuple[Awaited, ...]:
    """What waits for this person in an incident, the oldest first."""
    found = [
        Awaited(step.what, one)
        for one in asking.book.of(incident.id, "resolution")
        for step in of_resolution(asking, one)
        if step.what in ("consent", "sign") and step.allowed
    ]
    for one in asking.book.of(incident.id, "release"):
        mine = one.unit == asking.unit and one.phase is Released.DRAFTED
        if mine and _refusal(asking, asking_orders.release_approved, name=one.id) is None:
            found.append(Awaited("approve", one))
    return tuple(found)


def consenters(asking: Asking, one: Resolution) -> tuple[Held, ...]:
    """The members of the group who may consent to a proposal: all but who proposed."""
    organization, unit = asking.organization, asking.unit
    held = each_person(organization.who_holds(unit, "group", asking.at))
    able = (each for each in held if organization.may(each.person, May.CONSENT, unit, asking.at).allowed)
    return tuple(each for each in able if each.person.name != one.proposer.name)


def each_person(held: Iterable[Held]) -> tuple[Held, ...]:
    """Everybody once, in the order to be called, with an own seat rather than one they stand in for."""
    found: dict[str, Held] = {}
    for one in held:
        known = found.get(one.person.id)
        if known is None or (known.seat.substitute and not one.seat.substitute):
            found[one.person.id] = one
    return tuple(found.values())


def _choice(asking: Asking, incident: Incident, kind: Kind) -> Choice:
    stands, rules = asking.standing(incident.id), rules_of(asking.plan(incident))
    targets = _targets(asking, incident, kind, stands.level)
    target = targets[0] if targets else ""
    refusal = _refusal(
        asking, asks.proposed, name=NAMED, incident=incident.id, kind=kind.value, reason=NAMED, target=target
    )
    two = rules.needs_two(kind, stands.level, int(target) if kind in GRADES and target else None)
    return Choice(kind, refusal, two, targets)


def _targets(asking: Asking, incident: Incident, kind: Kind, level: int) -> tuple[str, ...]:
    plan = asking.plan(incident)
    if kind is Kind.LOWER:
        return tuple(str(one.rank) for one in plan.levels if one.rank > level)
    if kind is Kind.FIX_GRADE:
        return tuple(str(one.rank) for one in plan.levels)
    if kind is Kind.EXCEPTION:
        return tuple(sorted({str(way) for one in plan.measures for way in one.use}))
    return ()


def _recorded(asking: Asking, *, incident: str) -> Act:
    """A decision of head office that changes nothing else by its kind."""
    outside = Outside(NAMED, asking.at, NAMED, "telephone")
    return asks.recorded(asking, name=NAMED, incident=incident, kind=Kind.START.value, reason=NAMED, outside=outside)


def _telephoned(asking: Asking, *, one: Resolution) -> Act:
    others: Iterable[Held] = consenters(asking, one)
    callee = next((each.person.name for each in others), "")
    given = {"callee": callee, "number": NAMED, "read_back": NAMED}
    return asks.consented_by_telephone(asking, name=one.id, **given)


def _refusal(asking: Asking, ask: Ask, **given: Any) -> Refused | None:
    """Why it cannot be done; None when it can. What is still to be typed is no reason."""
    try:
        act = ask(asking, **given)
        _LIVES[act.kind].decide(act.command, asking.book.state(act.kind, act.id))
    except Refused as refused:
        return refused
    except (BadInput, Conflict) as error:
        return Refused("4.2.1", str(error), getattr(error, "suggestion", "") or "请看决策页 see the page of decisions")
    return None
