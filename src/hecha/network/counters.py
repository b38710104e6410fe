"""The counters behind the fact word: one integer per tally and group, changed only where a class changes."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from hecha.network.cells import Cells
from hecha.network.questions import Questions

Sums = NDArray[np.int64]
Move = tuple[Cells, NDArray[np.int32], int, int]
"""Cells, how many outlets follow each, their class before and after (-1: none)."""


class Counters:
    """`counts[tally][group]`; `full` and `touched` are how many groups have all, or any, of their outlets in it."""

    __slots__ = ("counts", "full", "questions", "touched", "word")

    def __init__(self, questions: Questions) -> None:
        self.questions = questions
        self.counts = [[0] * len(spec.totals) for spec in questions.tallies]
        self.full = [0] * len(questions.tallies)
        self.touched = [0] * len(questions.tallies)
        self.word = 0
        for tally in range(len(self.counts)):
            self._tell(tally)

    def fork(self) -> "Counters":
        """An independent copy."""
        twin = Counters.__new__(Counters)
        twin.questions = self.questions
        twin.counts = [counts.copy() for counts in self.counts]
        twin.full, twin.touched, twin.word = self.full.copy(), self.touched.copy(), self.word
        return twin

    def move(self, cell: int, old: int, new: int) -> None:
        """One outlet of a cell changes its class. This is the hot path: plain integers, no allocation."""
        questions = self.questions
        entered, left = questions.known_steps.get(old * questions.classes + new) or questions.steps(old, new)
        every = self.counts
        for tally, groups, totals in entered:
            counts, group = every[tally], groups[cell]
            count = counts[group] + 1
            counts[group] = count
            if count == 1 or count == totals[group]:
                self.touched[tally] += count == 1
                self.full[tally] += count == totals[group]
                self._tell(tally)
        for tally, groups, totals in left:
            counts, group = every[tally], groups[cell]
            count = counts[group]
            counts[group] = count - 1
            if count == 1 or count == totals[group]:
                self.touched[tally] -= count == 1
                self.full[tally] -= count == totals[group]
                self._tell(tally)

    def move_cells(self, moves: Iterable[Move]) -> None:
        """All outlets that follow certain cells change their class together; several such moves at once."""
        changes: dict[int, list[tuple[int, int]]] = {}  # tally -> (sign, which move)
        moved = [move for move in moves if len(move[0])]
        for number, (_, _, old, new) in enumerate(moved):
            entered, left = self.questions.steps(old, new)
            for tally, _, _ in entered:
                changes.setdefault(tally, []).append((1, number))
            for tally, _, _ in left:
                changes.setdefault(tally, []).append((-1, number))
        sums: dict[tuple[int, int], Sums] = {}
        for tally, signed in changes.items():
            self._shift(tally, signed, moved, sums)

    def _shift(
        self, tally: int, signed: list[tuple[int, int]], moved: list[Move], sums: dict[tuple[int, int], Sums]
    ) -> None:
        """Change one tally; `sums` keeps how many outlets of each group a move has, per scope."""
        spec, counts = self.questions.tallies[tally], self.counts[tally]
        after = np.array(counts)
        for sign, number in signed:
            key = (id(spec.groups), number)
            if key not in sums:
                cells, sizes, _, _ = moved[number]
                sums[key] = np.bincount(spec.groups.array[cells], sizes, minlength=len(counts)).astype(np.int64)
            after += sums[key] if sign > 0 else -sums[key]
        counts[:] = after.tolist()
        self.touched[tally] = int(np.count_nonzero(after))
        self.full[tally] = int(np.count_nonzero(after == spec.whole))
        self._tell(tally)

    def _tell(self, tally: int) -> None:
        """The bits that listen to a tally, anew."""
        full, touched = self.full[tally], self.touched[tally]
        for bit, wants_all, least, most in self.questions.tallies[tally].listeners:
            self.put(bit, least <= (full if wants_all else touched) <= most)

    def put(self, bit: int, holds: bool) -> None:
        """Set or clear one bit of the fact word."""
        if holds:
            self.word |= bit
        else:
            self.word &= ~bit
