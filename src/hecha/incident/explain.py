"""Explanation on demand: why a clause holds, or what keeps it from holding, and what must be restored by when."""

from dataclasses import dataclass

from hecha.incident.grade import Grader
from hecha.kernel.ids import ClauseId, ComponentId, OutletId
from hecha.network.availability import Availability
from hecha.network.outage import NEVER, standing
from hecha.network.questions import TallySpec
from hecha.plan.model import Quantifier, Scope, Sentence

WITNESSES = 20  # outlets shown of a group


@dataclass(frozen=True, slots=True)
class GroupEvidence:
    """One area or bank (`*`: the whole): `n` of `total` outlets are what the sentence says.

    `witnesses` are some of those; `breaking` some of the others, which keep "all" from holding; `components` are
    what is out for the witnesses, those that most of them share first."""

    group: str
    n: int
    total: int
    witnesses: tuple[OutletId, ...]
    breaking: tuple[OutletId, ...]
    components: tuple[ComponentId, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a clause, whether it holds, and the groups nearest to fulfilling it, nearest first."""

    clause: ClauseId
    sentence: Sentence
    holds: bool
    groups: tuple[GroupEvidence, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """Restoring this one component by `by` (a minute) keeps the grade below a level; `by` None: it does so now."""

    component: ComponentId
    by: int | None


def explain(grader: Grader, clause: str, reading: str | None = None, groups_max: int = 5) -> list[Evidence]:
    """The evidence of one grading clause, sentence by sentence; sentences about data carry no groups."""
    name = grader.plan.default_reading if reading is None else reading
    rules = [rule for rule in grader.plan.readings[name].grades if rule.clause == clause]
    sentences = [one for rule in rules for alternative in rule.alternatives for one in alternative]
    return [_evidence(grader, ClauseId(clause), sentence, groups_max) for sentence in sentences]


def what_if(grader: Grader, restored: list[str], reading: str | None = None) -> int | None:
    """The level if these components worked again now (latches aside); None: no event any more."""
    twin = grader.availability.fork()
    for component in restored:
        if component in twin.faults:
            twin.restore(component)
    return grader.judge(reading, twin).level


def remedies(grader: Grader, level: int, minutes: int, reading: str | None = None) -> list[Remedy]:
    """Which single component, restored by when, keeps the grade below (milder than) a level for so many minutes.

    A component helps when without it the level is not reached within that time; the deadline is the minute
    before the level would be reached with it."""
    reached = _reached(grader, grader.availability.fork(), level, minutes, reading)
    if reached is None:
        return []
    found = []
    for component in sorted(grader.availability.faults):
        twin = grader.availability.fork()
        twin.restore(component)
        if _reached(grader, twin, level, minutes, reading) is None:
            found.append(Remedy(component, None if reached <= grader.availability.now else reached - 1))
    return found


def _reached(grader: Grader, ahead: Availability, level: int, minutes: int, reading: str | None) -> int | None:
    """The first minute at which the level, or a graver one, is reached if nothing recovers."""
    end = ahead.now + minutes
    while True:  # ok: every pass moves on to a later minute, and ends at `end`
        found = grader.judge(reading, ahead).level
        if found is not None and found <= level:
            return ahead.now
        if ahead.next_due > min(end, NEVER - 1):
            return None
        ahead.pass_next()


def _evidence(grader: Grader, clause: ClauseId, sentence: Sentence, groups_max: int) -> Evidence:
    here, bit = grader.availability, grader.sentence_bit(sentence)
    holds = bool(here.word & bit)
    if bit not in here.questions.tally_of:
        return Evidence(clause, sentence, holds, ())
    spec, counts = here.tally(bit)
    measured = [(group, counts[group], total) for group, total in enumerate(spec.totals) if total]
    measured.sort(key=lambda one: (-one[1] / one[2], -one[1]))
    nearest = [one for one in measured if one[1]][:groups_max]
    wants_all = sentence.quantifier is Quantifier.ALL
    return Evidence(clause, sentence, holds, tuple(_group(here, spec, group, n, wants_all) for group, n, _ in nearest))


def _group(here: Availability, spec: TallySpec, group: int, n: int, wants_all: bool) -> GroupEvidence:
    """Witnesses and breaking outlets of one group, and what is out for the witnesses."""
    witnesses: list[OutletId] = []
    breaking: list[OutletId] = []
    shared: dict[ComponentId, int] = {}
    for outlet in _outlets(here, spec, group):
        if here.questions.holds(spec, here.class_of(outlet)):
            if len(witnesses) < WITNESSES:
                witnesses.append(outlet)
                for component in causes(here, outlet):
                    shared[component] = shared.get(component, 0) + 1
        elif wants_all and len(breaking) < WITNESSES:
            breaking.append(outlet)
    ranked = tuple(sorted(shared, key=lambda one: (-shared[one], one)))
    name = spec.groups.names[group] if spec.scope is not Scope.WHOLE else "*"
    return GroupEvidence(name, n, spec.totals[group], tuple(witnesses), tuple(breaking), ranked)


def _outlets(here: Availability, spec: TallySpec, group: int) -> list[OutletId]:
    """The outlets of a group that the sentence speaks of."""
    cells = [cell for cell, own in enumerate(spec.groups.of) if own == group]
    return [outlet for cell in cells for outlet in here.index.outlets[cell]]


def causes(here: Availability, outlet: OutletId) -> tuple[ComponentId, ...]:
    """What is out now and stands in a way of this outlet: its local faults, and the common ones of its shape."""
    one = here.standing(outlet)
    local = [component for component in one.local.values() if standing(here.faults[component], here.now)]
    used = here.ways.common_of(one.shape)
    common = [component for component in here.faults if component in used]
    return (*local, *(component for component in common if standing(here.faults[component], here.now)))
