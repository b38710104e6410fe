"""One fault graded alone, on a spare engine: what it is now, what it would become, and whom it hits.

Its turns are moments, so they are found once and stay true while nothing changes but time.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from hecha.flow.causes import Fault
from hecha.flow.declare import DataError
from hecha.flow.judgement import Judgement as Recorded
from hecha.flow.sighting import Sighting, measured_extent, standing
from hecha.incident.event import Extent
from hecha.incident.grade import Grader, Judgement
from hecha.incident.horizon import horizon
from hecha.kernel.ids import ComponentId, Mode
from hecha.kernel.moments import Minute, minute_of
from hecha.network.availability import Availability
from hecha.network.model import Network
from hecha.plan.model import Matter, Plan, Quantifier, Scope, Sentence

_DOWN = {
    Mode.INTERFACE: Sentence(Scope.WHOLE, Matter.CANNOT_INTERFACE, Quantifier.SOME),
    Mode.NON_INTERFACE: Sentence(Scope.WHOLE, Matter.CANNOT_NON_INTERFACE, Quantifier.SOME),
}
_DARK = Sentence(Scope.WHOLE, Matter.CANNOT_BOTH, Quantifier.SOME)


Turns = tuple[tuple[int, Judgement], ...]
"""(minute, judgement from then on), in order."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands behind one fault now: the faults to grade, or cities' data errors. `mark` changes when it does."""

    subject: str
    components: tuple[ComponentId, ...]
    since: datetime
    mark: object
    faults: Mapping[ComponentId, Fault]
    data: tuple[DataError, ...] = ()
    declared_by: str = ""
    nature: str = "other"
    way: ComponentId | None = None  # of a declaration: the first that it speaks of


@dataclass(frozen=True, slots=True)
class Outlook:
    """A fault graded alone: what it is at `turns[0]`, what it becomes later, and whom it hits now.

    `others` are the turns by further plans that run on the same event."""

    mark: object
    turns: Turns
    outlets_down: Mapping[Mode, int]
    others: Mapping[str, Turns] = field(default_factory=dict)
    dark: int = 0  # outlets without any mode

    def at(self, minute: int) -> Judgement:
        return judged_at(self.turns, minute)


def judged_at(turns: Turns, minute: int) -> Judgement:
    """What the turns say at a minute, none before the first."""
    return [judgement for when, judgement in turns if when <= minute][-1]


class Alone:
    """The spare engine with a grader for every plan; between two looks nothing is on it."""

    def __init__(self, gated: Network, plans: Sequence[Plan], now: int) -> None:
        self._solo = Availability(gated, now)
        self._graders = {one.id: Grader(one, self._solo) for one in plans}
        self.grader = self._graders[plans[0].id]
        self._minutes = 60 * int(plans[0].settings.get("horizon_hours", 72))
        self._outlooks: dict[str, Outlook] = {}
        self._extents: dict[str, tuple[object, Extent]] = {}

    def known(self, subject: str) -> Outlook | None:
        """What a fault was found to be when last looked at."""
        return self._outlooks.get(subject)

    def forget(self, subject: str) -> None:
        """A fault that is over."""
        self._outlooks.pop(subject, None)
        self._extents.pop(subject, None)

    def outlook(self, trouble: Trouble, now: datetime) -> Outlook:
        """The fault as it is graded alone, looked at again when it has changed or half the horizon has passed."""
        known, minute = self._outlooks.get(trouble.subject), minute_of(now)
        fresh = known is not None and minute - known.turns[0][0] < self._minutes // 2
        if known is not None and known.mark == trouble.mark and fresh:
            return known
        outlook = self._graded(trouble, minute)
        self._outlooks[trouble.subject] = outlook
        return outlook

    def _graded(self, trouble: Trouble, minute: Minute) -> Outlook:
        """Put this trouble alone onto the spare engine, look, and take it off again."""
        self._solo.advance(minute)
        with self._only(trouble):
            turns = {name: self._turns(grader, minute) for name, grader in self._graders.items()}
            down, dark = {mode: self._count(sentence) for mode, sentence in _DOWN.items()}, self._count(_DARK)
        main = self.grader.plan.id
        others = {name: found for name, found in turns.items() if name != main}
        return Outlook(trouble.mark, turns[main], down, others, dark)

    def extent(self, subject: str, trouble: Trouble, minute: Minute, judgement: Judgement) -> Extent:
        """Whom it hits, looked at again when the fault or its judgement has changed."""
        mark = (trouble.mark, judgement)
        known = self._extents.get(subject)
        if known is None or known[0] != mark:
            self._solo.advance(minute)
            with self._only(trouble):
                known = self._extents[subject] = (mark, measured_extent(self.grader, judgement.level))
        return known[1]

    def judged(self, one: Recorded, now: datetime) -> Sighting | None:
        """A judgement of a group (1.4.1(1), (2)) as the event that it makes."""
        self._solo.advance(minute_of(now))
        self._solo.flag(one.flag)
        try:
            said = {name: grader.judge() for name, grader in self._graders.items()}
            main = said.pop(self.grader.plan.id)
            extent = measured_extent(self.grader, main.level)
        finally:
            self._solo.flag(one.flag, False)
        if not main.emergency:
            return None
        return Sighting(
            warning=one.id,
            components=(),
            nature="other",
            declared_by=one.by,
            since=one.at,
            discovered=one.at,
            estimate=None,
            proposed=standing(main),
            others={name: standing(other) for name, other in said.items()},
            extent=extent,
            event_after=0,
            flag=one.flag,
        )

    def _turns(self, grader: Grader, minute: Minute) -> Turns:
        ahead = horizon(grader, self._minutes)
        return ((int(minute), grader.judge()), *((turn.at, turn.judgement) for turn in ahead))

    @contextmanager
    def _only(self, trouble: Trouble) -> Iterator[None]:
        """The spare engine with this trouble and nothing else on it."""
        self._put(trouble)
        try:
            yield
        finally:
            self._take_off(trouble)

    def _put(self, trouble: Trouble) -> None:
        for key, fault in trouble.faults.items():
            self._solo.fail(key, *fault)
        for one in trouble.data:
            until = minute_of(one.until) if one.until else None
            self._solo.data_error(one.city, minute_of(one.since), until, one.accuracy, one.missing, one.disturbs)

    def _take_off(self, trouble: Trouble) -> None:
        for key in trouble.faults:
            self._solo.restore(key)
        for one in trouble.data:
            self._solo.clear(one.city)

    def _count(self, sentence: Sentence) -> int:
        return sum(self._solo.tally(self.grader.sentence_bit(sentence))[1])
