"""Definition and grade (1.4.1, 1.4.2): from the fact word to an event, its level and all clauses that it meets."""

from dataclasses import dataclass

from hecha.kernel.ids import ClauseId
from hecha.network.availability import Availability
from hecha.network.questions import Asked
from hecha.plan.model import Alternative, Matter, Plan, Quantifier, Reading, Scope, Sentence, Span

OUTAGE = "outage"
DATA_ERROR = "data_error"
CAUSES = (OUTAGE, DATA_ERROR)
_DATA = (Matter.SEVERE_DATA_ERROR, Matter.DISTURBING_DATA_ERROR)
_DOWN_NOW = (Matter.CANNOT_BOTH, Matter.CANNOT_INTERFACE, Matter.CANNOT_NON_INTERFACE, Matter.CANNOT_ANY)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one reading says of one fact word. `level` is None where 1.4.1 is not met; all in the plan's order.

    `causes` are the levels by cause: a data error does not hide an outage, nor the other way round."""

    emergency: bool
    because: tuple[ClauseId, ...] = ()
    level: int | None = None
    clauses: tuple[ClauseId, ...] = ()
    decisive: tuple[ClauseId, ...] = ()
    causes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    """A clause, its level and cause, and the masks of bits of which one must be set in full."""

    clause: ClauseId
    level: int
    cause: str
    masks: tuple[int, ...]
    residual: bool = False


class Grader:
    """One plan applied to one availability, in all of its readings.

    `judge()` costs a dictionary look-up when the fact word has been seen before. Graders of any number of plans
    share one availability. Each reading's sentences, and what the advice counts, are asked once, here."""

    def __init__(self, plan: Plan, availability: Availability) -> None:
        self.plan = plan
        self.availability = availability
        self.bits = self._ask()
        self._events: dict[str, list[_Rule]] = {}
        self._grades: dict[str, list[_Rule]] = {}
        for name, reading in plan.readings.items():
            self._events[name] = self._event_rules(reading)
            self._grades[name] = [
                _Rule(rule.clause, rule.level, rule.cause, self._masks(rule.alternatives), rule.residual)
                for rule in reading.grades
            ]
        self._memo: dict[str | None, dict[int, Judgement]] = {name: {} for name in plan.readings}
        self._memo[None] = self._memo[plan.default_reading]

    def judge(self, reading: str | None = None, at: Availability | None = None) -> Judgement:
        """The judgement now, by a reading (None: the plan's default), of this availability or a fork of it."""
        memo, word = self._memo[reading], (at or self.availability).counters.word
        found = memo.get(word)
        return self.judge_word(word, reading) if found is None else found

    def judge_word(self, word: int, reading: str | None = None) -> Judgement:
        """The judgement of a fact word, wherever it comes from (the states of small networks)."""
        memo = self._memo[reading]
        if word not in memo:
            memo[word] = self._judged(reading or self.plan.default_reading, word)
        return memo[word]

    def sentence_bit(self, sentence: Sentence) -> int:
        """The bit of one of the plan's sentences, or of one that the advice counts."""
        return self.bits[_bare(sentence)]

    def event_spans(self) -> list[tuple[Matter, Span]]:
        """The matters and spans by which outlets make an event, in the default reading."""
        sentences = _event_sentences(self.plan.readings[self.plan.default_reading])
        return list(dict.fromkeys((one.matter, one.span) for one in sentences if one.matter not in _DATA))

    def data_event_sentences(self) -> list[Sentence]:
        """The sentences by which a city's data error makes an event, in the default reading."""
        sentences = _event_sentences(self.plan.readings[self.plan.default_reading])
        return [one for one in sentences if one.matter in _DATA]

    def _ask(self) -> dict[Sentence, int]:
        """Ask every sentence of the plan once, and those that count for the advice."""
        below = float(self.plan.settings.get("severe_accuracy_below", 0.5))
        sentences = [_bare(one) for reading in self.plan.readings.values() for one in _sentences(reading)]
        wanted = list(dict.fromkeys([*sentences, *self._counted()]))
        flags = [rule.flag for reading in self.plan.readings.values() for rule in reading.events if rule.flag]
        return dict(zip(wanted, self.availability.ask([Asked(one, below) for one in wanted], flags), strict=True))

    def _counted(self) -> list[Sentence]:
        """Not of the plan: how many outlets are out now, and in which counties the outlets of an event lie."""
        now = [Sentence(Scope.WHOLE, matter, Quantifier.SOME) for matter in _DOWN_NOW]
        counted = [*now, Sentence(Scope.COUNTY, Matter.CANNOT_ANY, Quantifier.SOME)]
        for matter, span in self.event_spans():
            counted.append(Sentence(Scope.COUNTY, matter, Quantifier.SOME, span))
            counted.append(Sentence(Scope.INTERFACE_BANK, Matter.CANNOT_INTERFACE, Quantifier.ALL, span))
            counted.append(Sentence(Scope.WHOLE, Matter.CANNOT_BOTH, Quantifier.SOME, span))
        return counted

    def _masks(self, alternatives: tuple[Alternative, ...]) -> tuple[int, ...]:
        masks = []
        for alternative in alternatives:
            mask = 0
            for sentence in alternative:
                mask |= self.bits[_bare(sentence)]
            masks.append(mask)
        return tuple(masks)

    def _event_rules(self, reading: Reading) -> list[_Rule]:
        """Each way to be an event, apart by cause."""
        rules = []
        for rule in reading.events:
            if rule.flag:
                rules.append(_Rule(rule.clause, 0, OUTAGE, (self.availability.flag_bit(rule.flag),)))
            for cause in CAUSES:
                chosen = tuple(one for one in rule.alternatives if _cause(one) == cause)
                if chosen:
                    rules.append(_Rule(rule.clause, 0, cause, self._masks(chosen)))
        return rules

    def _judged(self, reading: str, word: int) -> Judgement:
        events = [rule for rule in self._events[reading] if _holds(rule, word)]
        if not events:
            return Judgement(False)
        fired = [rule for rule in self._grades[reading] if rule.residual or _holds(rule, word)]
        level = min((rule.level for rule in fired), default=None)
        return Judgement(
            emergency=True,
            because=tuple(dict.fromkeys(rule.clause for rule in events)),
            level=level,
            clauses=tuple(dict.fromkeys(rule.clause for rule in fired)),
            decisive=tuple(dict.fromkeys(rule.clause for rule in fired if rule.level == level)),
            causes=_levels_by_cause(events, fired),
        )


def _levels_by_cause(events: list[_Rule], fired: list[_Rule]) -> tuple[tuple[str, int], ...]:
    """For each cause that makes an event by itself: the gravest level that its clauses, or residual ones, give."""
    levels = []
    for cause in CAUSES:
        own = [rule.level for rule in fired if rule.cause in (cause, "any")]
        if own and any(rule.cause == cause for rule in events):
            levels.append((cause, min(own)))
    return tuple(levels)


def _holds(rule: _Rule, word: int) -> bool:
    return any(word & mask == mask for mask in rule.masks)


def _cause(alternative: Alternative) -> str:
    return DATA_ERROR if all(one.matter in _DATA for one in alternative) else OUTAGE


def _sentences(reading: Reading) -> list[Sentence]:
    found = [rule.alternatives for rule in reading.events] + [rule.alternatives for rule in reading.grades]
    return [one for alternatives in found for alternative in alternatives for one in alternative]


def _event_sentences(reading: Reading) -> list[Sentence]:
    return [one for rule in reading.events for alternative in rule.alternatives for one in alternative]


def _bare(sentence: Sentence) -> Sentence:
    """The sentence without where it stands in the file: equal sentences share a bit."""
    return Sentence(
        sentence.scope,
        sentence.matter,
        sentence.quantifier,
        sentence.span,
        sentence.groups_low,
        sentence.groups_high,
    )
