"""Layout (布局): where each count stands. The counts of all tallies lie in one list, one tally after another."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hecha.network.cells import Cells, Groups

Sums = NDArray[np.int64]
"""How many outlets there are in each group of each scope, one scope after another."""
Listener = tuple[int, bool, int, int]


class Counted(Protocol):
    """What the layout needs to know of a tally."""

    groups: Groups
    totals: list[int]
    listeners: list[Listener]


class Layout:
    """`places[tally][cell]` is where in the list a cell's outlets are counted, `starts` where each tally begins.

    `totals` are the outlets that each count may reach; `told[tally]` are the bits by the number of groups that are
    full, and by that of groups that are touched; `heard` are the bits that listen to a tally. A tally has one place
    even where a scope has no group: it stays 0 and its total is out of reach."""

    __slots__ = ("_grouped", "_scope_of", "_spans", "heard", "places", "starts", "told", "totals", "whole")

    def __init__(self, cells: int, tallies: Sequence[Counted]) -> None:
        self.places: list[list[int]] = []
        self.starts: list[int] = []
        self.totals: list[int] = []
        for tally in tallies:
            self.starts.append(len(self.totals))
            self.totals += [total or -1 for total in tally.totals] or [-1]  # "all" is false over nothing
            numbers = list(range(self.starts[-1], len(self.totals)))  # so that cells share the integers
            self.places.append([numbers[group] for group in tally.groups.of])
        self.whole = np.array(self.totals, dtype=np.int64)
        self.told = [_told(tally) for tally in tallies]
        self.heard = sum({bit for tally in tallies for bit, *_ in tally.listeners})
        self._group_scopes(cells, tallies)

    def _group_scopes(self, cells: int, tallies: Sequence[Counted]) -> None:
        """Tallies of one scope share their sums: those of scope n are `sums[slice(*spans[n])]`."""
        scopes = list({id(tally.groups): tally.groups for tally in tallies}.values())
        self._scope_of = [scopes.index(tally.groups) for tally in tallies]
        self._spans: list[tuple[int, int]] = []
        self._grouped = np.zeros((len(scopes), cells), dtype=np.intp)
        end = 1  # place 0 takes the cells that belong to no group of a scope
        for row, groups in enumerate(scopes):
            self._grouped[row] = np.where(groups.array >= 0, groups.array + end, 0)
            self._spans.append((end, end + max(1, len(groups.names))))
            end = self._spans[-1][1]

    def sums(self, cells: Cells, sizes: NDArray[np.int32]) -> Sums:
        """The sums over some cells, of which each has so many outlets."""
        rows = len(self._spans)
        width = self._spans[-1][1] if rows else 1
        found = np.bincount(self._grouped[:, cells].ravel(), np.tile(sizes, rows), width)
        return found.astype(np.int64)

    def add(self, counts: NDArray[np.int64], tally: int, sums: Sums, sign: int) -> None:
        """Count the outlets of these sums in a tally, or take them out of it."""
        start, (low, high) = self.starts[tally], self._spans[self._scope_of[tally]]
        here = counts[start : start + high - low]
        if sign > 0:
            here += sums[low:high]
        else:
            here -= sums[low:high]


def _told(tally: Counted) -> tuple[int, list[int], list[int]]:
    """All bits that listen to a tally; those that are set by how many groups are full, and by how many touched."""
    numbers = range(len(tally.totals) + 1)
    mask, by_full, by_touched = 0, [0] * len(numbers), [0] * len(numbers)
    for bit, wants_all, least, most in tally.listeners:
        mask |= bit
        table = by_full if wants_all else by_touched
        for number in numbers:
            if least <= number <= most:
                table[number] |= bit
    return mask, by_full, by_touched
