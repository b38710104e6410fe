"""All states of the small networks, as fact words of the engine's own counters, each with its smallest witness.

Outages and data errors do not touch one another's sentences, so their words are found apart and united by `|`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, combinations_with_replacement, product
from math import comb, prod

from hecha.incident.grade import Grader
from hecha.incident.small_networks import ROW_MAX, Small, most_groups, small_networks
from hecha.incident.witness import CityState, OutletState, Witness
from hecha.kernel.ids import AreaCode, OutletId
from hecha.network.availability import Availability
from hecha.network.cells import SHAPES
from hecha.network.counters import Counters
from hecha.network.data_quality import DataError, data_bits
from hecha.network.questions import Questions
from hecha.plan.model import Matter, Plan, Sentence

STATES_MAX = 60_000  # of one small network; larger ones are left out and named
CITIES_MAX = 30

Class = tuple[int, int, int]
"""Buckets of the outage in interface, non-interface and both modes; -1 has no such mode."""
State = tuple[tuple[Class, ...], ...]  # by orbit, sorted within
Step = tuple[int, int]
"""From one fact word to that of a state that is worse in one thing by one bucket."""


def too_many_groups(sentence: Sentence) -> bool:
    """Whether a sentence asks for more groups than the small networks have: it is not tried."""
    data = sentence.matter in (Matter.SEVERE_DATA_ERROR, Matter.DISTURBING_DATA_ERROR)
    return sentence.groups_low > CITIES_MAX if data else sentence.groups_low >= ROW_MAX


@dataclass(slots=True)
class Facts:
    """Words and steps with their smallest witnesses."""

    words: dict[int, Witness] = field(default_factory=dict)
    steps: dict[Step, tuple[Witness, Witness]] = field(default_factory=dict)
    states: int = 0
    left_out: list[str] = field(default_factory=list)

    def word(self, word: int, witness: Callable[[], Witness]) -> None:
        """Small networks come first, and small states in them, so the first witness is the smallest."""
        if word not in self.words:
            self.words[word] = witness()

    def step(self, step: Step, witness: Callable[[], tuple[Witness, Witness]]) -> None:
        if step not in self.steps:
            self.steps[step] = witness()


def outage_facts(plan: Plan) -> tuple[Facts, Grader]:
    """Every word that outages can give in the small networks, and a grader that understands them."""
    facts, graders = Facts(), []
    for small in small_networks(plan):
        availability = Availability(small.network, 0)
        graders.append(Grader(plan, availability))
        _gather(facts, small, availability)
    return facts, graders[0]


def _gather(facts: Facts, small: Small, availability: Availability) -> None:
    questions = availability.questions
    classes = [_classes(questions, small, orbit) for orbit in small.orbits]
    number = prod(comb(len(own) + len(orbit) - 1, len(orbit)) for own, orbit in zip(classes, small.orbits, strict=True))
    if number > STATES_MAX:
        facts.left_out.append("、".join(f"{each.bank}@{each.county}" for each in small.network.outlets.values()))
        return
    words = dict(_words(small, availability, _states(classes, small)))
    covers = [{cls: _covers(cls, own) for cls in own} for own in classes]
    facts.states += len(words)
    for state in sorted(words, key=_weight):
        facts.word(words[state], lambda state=state: _witness(small, questions, state))  # type: ignore[misc]
    for state in sorted(words, key=_weight):
        for worse in _worse(state, covers):
            step = words[state], words[worse]
            if step[0] != step[1]:
                facts.step(
                    step,
                    lambda state=state, worse=worse: (  # type: ignore[misc]
                        _witness(small, questions, state),
                        _witness(small, questions, worse),
                    ),
                )


def _classes(questions: Questions, small: Small, orbit: tuple[OutletId, ...]) -> list[Class]:
    """What can be the matter with one outlet: both modes are out together for no longer than either."""
    bank = small.network.banks[small.network.outlets[orbit[0]].bank]
    buckets = range(questions.base)
    if not questions.modes[SHAPES.index(bank.access)][0]:
        return [(-1, bucket, bucket) for bucket in buckets]
    alone = [(one, 0, 0) for one in buckets] + [(0, one, 0) for one in buckets if one]
    together = [(i, n, both) for i in buckets for n in buckets for both in range(1, min(i, n) + 1)]
    return sorted(alone + together)


def _states(classes: list[list[Class]], small: Small) -> Iterator[State]:
    choices = [
        list(combinations_with_replacement(own, len(orbit))) for own, orbit in zip(classes, small.orbits, strict=True)
    ]
    yield from product(*choices)


def _words(small: Small, availability: Availability, states: Iterable[State]) -> Iterator[tuple[State, int]]:
    """The engine's counters, moved from state to state."""
    questions, index = availability.questions, availability.index
    counters = Counters(questions)
    outlets = [outlet for orbit in small.orbits for outlet in orbit]
    cells = [index.cell_of(outlet) for outlet in outlets]
    now = [-1] * len(outlets)
    for state in states:
        flat = [each for orbit in state for each in orbit]
        for at, (cell, cls) in enumerate(zip(cells, flat, strict=True)):
            new = _encoded(questions, index.shape[cell], cls)
            if new != now[at]:
                counters.move(cell, now[at], new)
                now[at] = new
        yield state, counters.word


def _encoded(questions: Questions, shape: int, cls: Class) -> int:
    code = shape
    for bucket in cls:
        code = code * questions.base + max(bucket, 0)
    return code


def _worse(state: State, covers: list[dict[Class, list[Class]]]) -> Iterator[State]:
    """States in which one outlet is worse by one step."""
    for at, orbit in enumerate(state):
        for place, cls in enumerate(orbit):
            if place and orbit[place - 1] == cls:
                continue
            for worse in covers[at][cls]:
                changed = tuple(sorted((*orbit[:place], worse, *orbit[place + 1 :])))
                yield (*state[:at], changed, *state[at + 1 :])


def _covers(cls: Class, classes: list[Class]) -> list[Class]:
    """The classes just above one in the order of outage minutes."""
    above = [each for each in classes if each != cls and all(a <= b for a, b in zip(cls, each, strict=True))]
    return [
        each
        for each in above
        if not any(other != each and all(a <= b for a, b in zip(other, each, strict=True)) for other in above)
    ]


def _weight(state: State) -> tuple[int, int]:
    flat = [cls for orbit in state for cls in orbit]
    return sum(1 for cls in flat if max(cls) > 0), sum(max(bucket, 0) for cls in flat for bucket in cls)


def _witness(small: Small, questions: Questions, state: State) -> Witness:
    network = small.network
    outlets = [network.outlets[outlet] for orbit in small.orbits for outlet in orbit]
    flat = [each for orbit in state for each in orbit]
    return Witness(
        tuple(
            OutletState(
                outlet.zh,
                network.banks[outlet.bank].zh,
                network.banks[outlet.bank].access,
                network.areas[outlet.county].zh,
                network.areas[network.city_of(outlet.county)].zh,
                None if interface < 0 else minutes_of(questions.breaks, interface),
                minutes_of(questions.breaks, non_interface),
                minutes_of(questions.breaks, both),
            )
            for outlet, (interface, non_interface, both) in zip(outlets, flat, strict=True)
        )
    )


def minutes_of(breaks: list[int], bucket: int) -> int:
    """The least minutes of a bucket; an outage that has begun lasts a minute."""
    return 0 if bucket == 0 else 1 if bucket == 1 else breaks[bucket - 2]


def data_facts(plan: Plan, grader: Grader) -> Facts:
    """Every word that data errors can give: as many cities as the plan counts, and one more."""
    facts = Facts()
    questions = grader.availability.questions
    asked = [(questions.bit(number), questions.asked[number]) for number in questions.data]
    count = min(most_groups(one.sentence for _, one in asked) + 1, CITIES_MAX) if asked else 0
    network, breaks = grader.availability.network, questions.breaks

    def word_of(cities: tuple[CityState, ...]) -> int:
        errors = _errors(cities)
        return sum(bit for bit, one in asked if data_bits(one, errors, network, 0))

    states = _city_states(breaks, count, any(one.sentence.matter is Matter.DISTURBING_DATA_ERROR for _, one in asked))
    for cities in sorted(states, key=lambda each: Witness((), each).weight):
        facts.states += 1
        word = word_of(cities)
        facts.word(word, lambda cities=cities: Witness((), cities))  # type: ignore[misc]
        for worse in _worse_cities(cities, breaks, count):
            if (after := word_of(worse)) != word:
                facts.step((word, after), lambda c=cities, w=worse: (Witness((), c), Witness((), w)))  # type: ignore[misc]
    return facts


def _errors(cities: tuple[CityState, ...]) -> dict[AreaCode, DataError]:
    errors: dict[AreaCode, DataError] = {}
    for each in cities:
        for _ in range(each.count):
            severe = each.kind == "severe"
            errors[AreaCode(f"c{len(errors)}")] = DataError((0, each.minutes), None, severe, not severe)
    return errors


def _city_states(breaks: list[int], count: int, disturbing: bool) -> Iterator[tuple[CityState, ...]]:
    """Up to `count` cities in two kinds of trouble at a time: more kinds give no other words by themselves."""
    lengths = [minutes_of(breaks, bucket) for bucket in range(1, len(breaks) + 2)] if count else []
    kinds = [("severe", minutes) for minutes in lengths]
    kinds += [("disturbing", minutes) for minutes in lengths] if disturbing else []
    yield ()
    for kind, minutes in kinds:
        yield from ((CityState(kind, minutes, number),) for number in range(1, count + 1))
    for (one, first), (other, second) in combinations(kinds, 2):
        for number, rest in product(range(1, count + 1), repeat=2):
            if number + rest <= count:
                yield CityState(one, first, number), CityState(other, second, rest)


def _worse_cities(cities: tuple[CityState, ...], breaks: list[int], count: int) -> Iterator[tuple[CityState, ...]]:
    """One more city in trouble, or one city for longer, or severely."""
    total = sum(each.count for each in cities)
    if total < count:
        yield _with(cities, ("severe", 1))
    for each in cities:
        fewer = _with(cities, (each.kind, each.minutes), -1)
        longer = next((edge for edge in breaks if edge > each.minutes), None)
        if longer is not None:
            yield _with(fewer, (each.kind, longer))
        if each.kind == "disturbing":
            yield _with(fewer, ("severe", each.minutes))


def _with(cities: tuple[CityState, ...], kind: tuple[str, int], change: int = 1) -> tuple[CityState, ...]:
    counts = {(each.kind, each.minutes): each.count for each in cities}
    counts[kind] = counts.get(kind, 0) + change
    return tuple(CityState(name, minutes, number) for (name, minutes), number in sorted(counts.items()) if number)
