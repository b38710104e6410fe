"""The counters behind the fact word: one integer per tally and group, changed only where a class changes."""

from collections.abc import Iterable

import numpy as np

from hecha.network.layout import Sums
from hecha.network.questions import Questions

Move = tuple[Sums, int, int]
"""The sums of the outlets that move, their class before and after (-1: none)."""
CellMove = tuple[int, int, int]
"""The cell of one outlet, its class before and after."""


class Counters:
    """`counts` as the layout says; `full` and `touched` are how many groups of each tally have all, or any, of their
    outlets in it; `word` is the fact word."""

    __slots__ = ("counts", "full", "questions", "totals", "touched", "word")

    def __init__(self, questions: Questions) -> None:
        self.questions = questions
        self.totals = questions.layout.totals
        self.counts = [0] * len(self.totals)
        self.full = [0] * len(questions.tallies)
        self.touched = [0] * len(questions.tallies)
        self.word = 0
        self._tell_all()

    def fork(self) -> "Counters":
        """An independent copy."""
        twin = Counters.__new__(Counters)
        twin.questions, twin.totals = self.questions, self.totals
        twin.counts, twin.full, twin.touched = self.counts.copy(), self.full.copy(), self.touched.copy()
        twin.word = self.word
        return twin

    def of(self, tally: int) -> list[int]:
        """How many outlets of each group a tally counts."""
        start = int(self.questions.layout.starts[tally])
        return self.counts[start : start + len(self.questions.tallies[tally].totals)]

    def move(self, cell: int, old: int, new: int) -> None:
        """One outlet of a cell changes its class. This is the hot path: plain integers, no allocation."""
        questions = self.questions
        entered, left = questions.known_steps.get(old * questions.classes + new) or questions.steps(old, new)
        counts, totals = self.counts, self.totals
        for tally, places in entered:
            place = places[cell]
            count = counts[place] + 1
            counts[place] = count
            if count == 1 or count == totals[place]:
                self._cross(tally, count == totals[place], count == 1)
        for tally, places in left:
            place = places[cell]
            count = counts[place]
            counts[place] = count - 1
            if count == 1 or count == totals[place]:
                self._cross(tally, -(count == totals[place]), -(count == 1))

    def _cross(self, tally: int, full: int, touched: int) -> None:
        """So many more groups are full, or touched: the bits that listen, anew."""
        self.full[tally] = full = self.full[tally] + full
        self.touched[tally] = touched = self.touched[tally] + touched
        mask, by_full, by_touched = self.questions.layout.told[tally]
        self.word = self.word & ~mask | by_full[full] | by_touched[touched]

    def move_many(self, moves: Iterable[Move], single: Iterable[CellMove] = ()) -> None:
        """Many outlets change their class, each move's together, and some one by one: all at once."""
        questions, layout, counts = self.questions, self.questions.layout, self.counts
        for cell, old, new in single:
            entered, left = questions.known_steps.get(old * questions.classes + new) or questions.steps(old, new)
            for _, places in entered:
                counts[places[cell]] += 1
            for _, places in left:
                counts[places[cell]] -= 1
        after = np.array(counts, dtype=np.int64)
        for sums, old, new in moves:
            after += sums * questions.signs(old, new).take(layout.tallies)
        self.counts = after.tolist()
        if len(layout.starts):
            self.touched = np.add.reduceat(after != 0, layout.starts, dtype=np.intp).tolist()
            self.full = np.add.reduceat(after == layout.whole, layout.starts, dtype=np.intp).tolist()
        self._tell_all()

    def _tell_all(self) -> None:
        layout = self.questions.layout
        word = self.word & ~layout.heard
        for full, touched, (_, by_full, by_touched) in zip(self.full, self.touched, layout.told, strict=True):
            word |= by_full[full] | by_touched[touched]
        self.word = word

    def put(self, bit: int, holds: bool) -> None:
        """Set or clear one bit of the fact word."""
        if holds:
            self.word |= bit
        else:
            self.word &= ~bit
