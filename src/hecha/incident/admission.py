"""Admission (准入): what must be proved of a plan before it goes live (design: a plan goes live only with its report).

    check(plan) -> Report           every clause reachable, no event without a grade, no grade without an event,
                                    overlaps, monotone or the smallest counterexample; for every reading
    compare(plan, one, other)       the smallest states in which two readings differ

Proved by all states of small networks (`small_networks`), on the counters and the grader that run live, and for
monotone readings also by form, for networks of any size: see `monotone_by_form`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

from hecha.incident.grade import Grader, Judgement
from hecha.incident.small_networks import sentences_in
from hecha.incident.small_states import data_facts, outage_facts, too_many_groups
from hecha.incident.witness import Witness
from hecha.kernel.ids import ClauseId
from hecha.plan.model import EventRule, GradeRule, Matter, Plan, Reading, Sentence

NO_LEVEL = 1_000  # no event at all is the lightest


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A worse state with a lower grade (or none); `None` levels mean: no event."""

    before: Witness
    after: Witness
    level_before: int | None
    level_after: int | None
    clauses_before: tuple[ClauseId, ...]
    clauses_after: tuple[ClauseId, ...]


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """What is proved of one reading. A witness is the smallest state that shows it."""

    reading: str
    reachable: Mapping[ClauseId, Witness | None]  # its words can hold
    decisive: Mapping[ClauseId, Witness | None]  # … and it can be what decides the grade
    event_without_grade: Witness | None
    grade_without_event: tuple[ClauseId, Witness] | None
    overlaps: Mapping[tuple[ClauseId, ClauseId], Witness]
    counterexamples: tuple[Counterexample, ...]  # the smallest first, one for each set of decisive clauses
    monotone_by_form: bool
    untried: tuple[ClauseId, ...] = ()  # they ask for more groups than the small networks have

    @property
    def counterexample(self) -> Counterexample | None:
        """The smallest one, None for a monotone reading."""
        return self.counterexamples[0] if self.counterexamples else None

    @property
    def unreachable(self) -> tuple[ClauseId, ...]:
        """Tried, and never true."""
        return tuple(clause for clause, one in self.reachable.items() if one is None and clause not in self.untried)

    @property
    def never_decisive(self) -> tuple[ClauseId, ...]:
        """Reachable, but a graver clause always holds beside."""
        return tuple(clause for clause, witness in self.decisive.items() if witness is None)

    @property
    def admissible(self) -> bool:
        tried = not self.unreachable and not self.untried
        return tried and self.event_without_grade is None and self.grade_without_event is None


@dataclass(frozen=True, slots=True)
class Report:
    """The check report of one plan."""

    plan: str
    version: str
    readings: Mapping[str, ReadingReport]
    states: int
    left_out: tuple[str, ...] = ()
    proofs: Mapping[str, Any] = field(default_factory=dict)  # what a prover at the edge added

    @property
    def admissible(self) -> bool:
        return all(reading.admissible for reading in self.readings.values())


@dataclass(frozen=True, slots=True)
class Difference:
    """A smallest state that two readings grade differently."""

    witness: Witness
    one: Judgement
    other: Judgement


def check(plan: Plan) -> Report:
    """Prove what can be proved of every reading of a plan."""
    case = _Case(plan)
    readings = {name: case.report(name) for name in plan.readings}
    facts = (case.outages, case.data)
    left_out = tuple(each for one in facts for each in one.left_out)
    return Report(plan.id, plan.version, readings, sum(one.states for one in facts), left_out)


def compare(plan: Plan, one: str, other: str) -> tuple[Difference, ...]:
    """The smallest states in which two readings give different grades, until each clause that differs is shown."""
    case = _Case(plan)
    found: dict[object, Difference] = {}
    for word, witness in case.states():
        first, second = case.judge(one, word), case.judge(other, word)
        if first.level != second.level:
            key = first.level, second.level, first.decisive, second.decisive
            found.setdefault(key, Difference(witness, first, second))
    return tuple(_telling(sorted(found.values(), key=lambda each: each.witness.weight)))


def _telling(differences: Iterable[Difference]) -> Iterator[Difference]:
    """Those that show, for a pair of levels, a clause that no smaller one shows to be read differently."""
    shown: set[object] = set()
    for each in differences:
        differing = set(each.one.clauses) ^ set(each.other.clauses)
        news = {(each.one.level, each.other.level, clause) for clause in differing} - shown
        if news:
            shown |= news
            yield each


def monotone_by_form(reading: Reading) -> bool:
    """Whether no sentence can cease to hold as outages grow: then no grade can fall, in a network of any size.

    Sentences of the form 不能 or of data errors, without an upper bound of time or of groups, keep holding when an
    outage grows or another is added; and, or, and the gravest level of what holds keep that."""
    return all(_only_grows(each) for each in sentences_in(reading))


def _only_grows(sentence: Sentence) -> bool:
    can = sentence.matter in (Matter.CAN_INTERFACE, Matter.CAN_NON_INTERFACE)
    bounded = sentence.span.high is not None or sentence.groups_high is not None
    return not can and not bounded


def _not_tried(reading: Reading) -> Iterator[ClauseId]:
    """Clauses each of whose alternatives asks for too many groups."""
    rules: tuple[EventRule | GradeRule, ...] = (*reading.events, *reading.grades)
    for rule in rules:
        if rule.alternatives and all(any(map(too_many_groups, each)) for each in rule.alternatives):
            yield rule.clause


class _Case:
    """One plan with all of its small states."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.outages, self.grader = outage_facts(plan)
        self.data = data_facts(plan, self.grader)
        self.flags = list(_flags(plan, self.grader))
        self._states: list[tuple[int, Witness]] = []

    def judge(self, reading: str, word: int) -> Judgement:
        return self.grader.judge_word(word, reading)

    def states(self) -> list[tuple[int, Witness]]:
        """All words, flags and data errors included, the smallest first."""
        if not self._states:
            united = (
                (a | b | c, _united(one, other, flagged))
                for (a, one), (b, other), (c, flagged) in product(
                    self.outages.words.items(), self.data.words.items(), self.flags
                )
            )
            self._states = sorted(united, key=lambda pair: pair[1].weight)
        return self._states

    def report(self, name: str) -> ReadingReport:
        reading = self.plan.readings[name]
        clauses = [*(rule.clause for rule in reading.events), *(rule.clause for rule in reading.grades)]
        reachable: dict[ClauseId, Witness] = {}
        decisive: dict[ClauseId, Witness] = {}
        overlaps: dict[tuple[ClauseId, ClauseId], Witness] = {}
        no_grade: Witness | None = None
        for word, witness in self.states():
            judged = self.judge(name, word)
            for clause in (*judged.because, *judged.clauses):
                reachable.setdefault(clause, witness)
            for clause in (*judged.because, *judged.decisive):
                decisive.setdefault(clause, witness)
            for pair in combinations(judged.clauses, 2):
                overlaps.setdefault(pair, witness)
            if judged.emergency and judged.level is None and no_grade is None:
                no_grade = witness
        return ReadingReport(
            name,
            {clause: reachable.get(clause) for clause in clauses},
            {clause: decisive.get(clause) for clause in clauses},
            no_grade,
            self._grade_without_event(reading),
            {pair: overlaps[pair] for pair in combinations(clauses, 2) if pair in overlaps},
            self._counterexamples(name),
            monotone_by_form(reading),
            tuple(clause for clause in _not_tried(reading) if clause not in reachable),
        )

    def _grade_without_event(self, reading: Reading) -> tuple[ClauseId, Witness] | None:
        """A grading clause whose words hold although 1.4.1 is not met: it would never be seen."""
        masks = [(rule.clause, self._masks(rule.alternatives)) for rule in reading.grades if not rule.residual]
        for word, witness in self.states():
            if not self.judge(reading.name, word).emergency:
                for clause, wanted in masks:
                    if any(word & mask == mask for mask in wanted):
                        return clause, witness
        return None

    def _masks(self, alternatives: Iterable[tuple[Sentence, ...]]) -> list[int]:
        return [sum({self.grader.sentence_bit(each) for each in alternative}) for alternative in alternatives]

    def _counterexamples(self, name: str) -> tuple[Counterexample, ...]:
        """The smallest steps for the worse that lower the grade, by the clauses that were decisive before."""
        found: dict[tuple[ClauseId, ...], Counterexample] = {}
        for before, after, parts in self._steps():
            one, other = self.judge(name, before), self.judge(name, after)
            if (one.level or NO_LEVEL) < (other.level or NO_LEVEL):
                new = _counterexample(one, other, *parts)
                known = found.get(one.decisive)
                if known is None or new.after.weight < known.after.weight:
                    found[one.decisive] = new
        return tuple(sorted(found.values(), key=lambda each: each.after.weight))

    def _steps(self) -> Iterator[tuple[int, int, tuple[Witness, Witness, Witness, Witness]]]:
        """Steps in outages beside any data error, and in data errors beside any outage; flags stay as they are."""
        for facts, beside in ((self.outages, self.data), (self.data, self.outages)):
            for ((before, after), (one, other)), (rest, witness), (flag, flagged) in product(
                facts.steps.items(), beside.words.items(), self.flags
            ):
                yield before | rest | flag, after | rest | flag, (one, other, witness, flagged)


def _counterexample(
    one: Judgement, other: Judgement, before: Witness, after: Witness, beside: Witness, flagged: Witness
) -> Counterexample:
    united = _united(before, beside, flagged), _united(after, beside, flagged)
    return Counterexample(*united, one.level, other.level, one.clauses, other.clauses)


def _flags(plan: Plan, grader: Grader) -> Iterator[tuple[int, Witness]]:
    """No flag, and each flag alone: two flags fulfil nothing more than each does."""
    yield 0, Witness()
    rules = [rule for reading in plan.readings.values() for rule in reading.events]
    for name in dict.fromkeys(rule.flag for rule in rules if rule.flag):
        yield grader.availability.flag_bit(name), Witness((), (), (name,))


def _united(one: Witness, other: Witness, flagged: Witness) -> Witness:
    return Witness(one.outlets or other.outlets, one.cities or other.cities, flagged.flags)


def as_json(plan: Plan, report: Report) -> dict[str, Any]:
    """The report as it is stored and printed."""
    return {
        "plan": report.plan,
        "version": report.version,
        "admissible": report.admissible,
        "states": report.states,
        "left_out": list(report.left_out),
        "proofs": dict(report.proofs),
        "readings": {name: _reading_json(plan, each) for name, each in report.readings.items()},
    }


def _reading_json(plan: Plan, report: ReadingReport) -> dict[str, Any]:
    lost = report.grade_without_event
    return {
        "admissible": report.admissible,
        "reachable": {clause: witness and witness.as_json() for clause, witness in report.reachable.items()},
        "decisive": {clause: witness and witness.as_json() for clause, witness in report.decisive.items()},
        "unreachable": list(report.unreachable),
        "untried": list(report.untried),
        "never_decisive": list(report.never_decisive),
        "event_without_grade": report.event_without_grade and report.event_without_grade.as_json(),
        "grade_without_event": lost and {"clause": lost[0], "witness": lost[1].as_json()},
        "overlaps": [{"clauses": list(pair), "zh": witness.in_words()} for pair, witness in report.overlaps.items()],
        "monotone": report.counterexample is None,
        "monotone_by_form": report.monotone_by_form,
        "counterexample": report.counterexample and _counterexample_json(plan, report.counterexample),
        "counterexamples": [_counterexample_json(plan, each) for each in report.counterexamples],
    }


def _counterexample_json(plan: Plan, found: Counterexample) -> dict[str, Any]:
    return {
        "before": {**found.before.as_json(), "grade": _grade(plan, found.level_before)},
        "after": {**found.after.as_json(), "grade": _grade(plan, found.level_after)},
        "clauses_before": list(found.clauses_before),
        "clauses_after": list(found.clauses_after),
    }


def _grade(plan: Plan, level: int | None) -> dict[str, Any] | None:
    return None if level is None else {"level": level, "zh": plan.level(level).zh}
