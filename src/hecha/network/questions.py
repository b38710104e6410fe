"""Sentences compiled: every sentence is one bit of a fact word.

Sentences about the same scope, matter and span share one tally. What one outlet contributes to the tallies
depends only on its class: its bank's access, and for interface, non-interface and both modes the bucket of
its outage's length among the thresholds of all sentences (0 = works, 1 = below the first threshold, …).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import Access, Mode
from hecha.network.cells import SHAPES, CellIndex, Groups
from hecha.network.layout import Layout
from hecha.network.model import Network
from hecha.plan.model import Matter, Quantifier, Scope, Sentence, Span

INTERFACE_MATTERS = (Matter.CANNOT_INTERFACE, Matter.CAN_INTERFACE)
DATA_MATTERS = (Matter.SEVERE_DATA_ERROR, Matter.DISTURBING_DATA_ERROR)

FLAGS_MAX = 16  # the lowest bits of the word; sentences come above them

Step = tuple[int, list[int]]
"""A tally's number, and the place of each cell's count of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One sentence, and below which accuracy its plan calls a data error severe."""

    sentence: Sentence
    severe_below: float = 0.5


@dataclass(slots=True)
class TallySpec:
    """What one tally counts, and which bits listen to it: (bit, wants all, least groups, most groups)."""

    scope: Scope
    matter: Matter
    span: Span
    groups: Groups
    totals: list[int]
    listeners: list[tuple[int, bool, int, int]] = field(default_factory=list)


class Questions:
    """The compiled form of all sentences asked of one network. Immutable but for its memo of steps."""

    def __init__(self, index: CellIndex, asked: Sequence[Asked], flags: Sequence[str]) -> None:
        self.asked = tuple(asked)
        if len(flags) > FLAGS_MAX:
            raise BadInput(flags[FLAGS_MAX], f"more than {FLAGS_MAX} flags")
        self.flags = {name: 1 << number for number, name in enumerate(flags)}
        self.breaks = _breaks([one.sentence.span for one in asked])
        self.base = len(self.breaks) + 2
        self.classes = len(SHAPES) * self.base**3
        self.modes = [_modes(index.network, access) for access in SHAPES]
        self.tallies: list[TallySpec] = []
        self.tally_of: dict[int, int] = {}  # bit -> tally
        self.data: list[int] = []  # numbers of the sentences about data
        for number, one in enumerate(asked):
            if one.sentence.matter in DATA_MATTERS:
                self.data.append(_checked_data(number, one.sentence))
            else:
                self._tally(index, number, one.sentence)
        self.layout = Layout(index.size, self.tallies)
        self.known_steps: dict[int, tuple[tuple[Step, ...], tuple[Step, ...]]] = {}
        self._known_signs: dict[tuple[int, int], NDArray[np.int64]] = {}

    @staticmethod
    def bit(number: int) -> int:
        """The bit of the nth sentence."""
        return 1 << (FLAGS_MAX + number)

    def steps(self, old: int, new: int) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """Which tallies one outlet enters and leaves when its class changes; class -1 is in none."""
        key = old * self.classes + new
        found = self.known_steps.get(key)
        if found is None:
            before, after = self._holding(old), self._holding(new)
            found = self._listed(after - before), self._listed(before - after)
            self.known_steps[key] = found
        return found

    def signs(self, old: int, new: int) -> NDArray[np.int64]:
        """By tally: 1 where an outlet enters when its class changes, -1 where it leaves."""
        found = self._known_signs.get((old, new))
        if found is None:
            entered, left = self.steps(old, new)
            found = np.zeros(len(self.tallies), dtype=np.int64)
            found[[tally for tally, _ in entered]] = 1
            found[[tally for tally, _ in left]] = -1
            self._known_signs[old, new] = found
        return found

    def holds(self, spec: TallySpec, cls: int) -> bool:
        """Whether an outlet of this class is what the tally counts."""
        shape, interface, non_interface, both = self.split(cls)
        if spec.scope is Scope.INTERFACE_BANK and SHAPES[shape] is Access.NONE:
            return False
        has_interface, has_non_interface = self.modes[shape]
        cannot_interface = has_interface and self._within(interface, spec.span)
        cannot_non_interface = has_non_interface and self._within(non_interface, spec.span)
        match spec.matter:
            case Matter.CANNOT_INTERFACE:
                return cannot_interface
            case Matter.CANNOT_NON_INTERFACE:
                return cannot_non_interface
            case Matter.CANNOT_BOTH:
                return self._within(both, spec.span)
            case Matter.CANNOT_ANY:
                return cannot_interface or cannot_non_interface
            case Matter.CAN_INTERFACE:
                return has_interface and interface == 0
            case _:
                return has_non_interface and non_interface == 0

    def split(self, cls: int) -> tuple[int, int, int, int]:
        """A class as (shape, interface, non-interface, both)."""
        rest, both = divmod(cls, self.base)
        rest, non_interface = divmod(rest, self.base)
        shape, interface = divmod(rest, self.base)
        return shape, interface, non_interface, both

    def _within(self, bucket: int, span: Span) -> bool:
        """Whether a bucket lies in a span; every end of a span is a break, so it lies wholly in or out."""
        if bucket == 0:
            return False
        least = self.breaks[bucket - 2] if bucket > 1 else 0
        return span.low <= least and (span.high is None or least <= span.high)

    def _holding(self, cls: int) -> set[int]:
        return set() if cls < 0 else {number for number, spec in enumerate(self.tallies) if self.holds(spec, cls)}

    def _listed(self, numbers: set[int]) -> tuple[Step, ...]:
        return tuple((number, self.layout.places[number]) for number in sorted(numbers))

    def _tally(self, index: CellIndex, place: int, sentence: Sentence) -> None:
        span = Span() if sentence.matter in (Matter.CAN_INTERFACE, Matter.CAN_NON_INTERFACE) else sentence.span
        key = (sentence.scope, sentence.matter, span)
        known = [number for number, spec in enumerate(self.tallies) if (spec.scope, spec.matter, spec.span) == key]
        number = known[0] if known else len(self.tallies)
        if not known:
            groups = index.groups(sentence.scope)
            totals = _totals(index, groups, self.modes, sentence.matter)
            self.tallies.append(TallySpec(*key, groups, totals))
        most = sentence.groups_high if sentence.groups_high is not None else 1 << 30
        wants_all = sentence.quantifier is Quantifier.ALL
        self.tallies[number].listeners.append((self.bit(place), wants_all, sentence.groups_low, most))
        self.tally_of[self.bit(place)] = number


def _breaks(spans: Sequence[Span]) -> list[int]:
    ends = {span.low for span in spans} | {span.high + 1 for span in spans if span.high is not None}
    return sorted(end for end in ends if end > 0)


def _modes(network: Network, access: Access) -> tuple[bool, bool]:
    return (access, Mode.INTERFACE) in network.paths, (access, Mode.NON_INTERFACE) in network.paths


def _totals(index: CellIndex, groups: Groups, modes: list[tuple[bool, bool]], matter: Matter) -> list[int]:
    """How many outlets of each group a matter speaks of: only those that have the mode."""
    totals = [0] * len(groups.names)
    for cell, group in enumerate(groups.of):
        interface, non_interface = modes[index.shape[cell]]
        speaks_of = interface if matter in INTERFACE_MATTERS else non_interface or matter is Matter.CANNOT_BOTH
        speaks_of = speaks_of or (matter is Matter.CANNOT_ANY and interface)
        if group >= 0 and speaks_of:
            totals[group] += int(index.size[cell])
    return totals


def _checked_data(number: int, sentence: Sentence) -> int:
    if sentence.scope not in (Scope.CITY, Scope.PROVINCE, Scope.WHOLE):
        raise BadInput(f"line {sentence.line}", f"data errors are told of cities, not of each {sentence.scope.value}")
    return number
