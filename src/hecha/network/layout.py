"""Layout (布局): where each count stands. The counts of all tallies lie in one list, one tally after another."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hecha.network.cells import Cells, Groups

Sums = NDArray[np.int64]
"""How many of some outlets each place could count: those of its group."""
Listener = tuple[int, bool, int, int]


class Counted(Protocol):
    """What the layout needs to know of a tally."""

    groups: Groups
    totals: list[int]
    listeners: list[Listener]


class Layout:
    """`places[tally][cell]` is where in the list a cell's outlets are counted, `starts` where each tally begins, and
    `tallies` the tally of each place.

    `totals` are the outlets that each place may come to; `told[tally]` are the bits by the number of groups that are
    full, and by that of groups that are touched; `heard` are the bits that listen to any tally. A tally has one place
    even where a scope has no group: it stays 0 and its total is out of reach."""

    __slots__ = ("_groups", "_scopes", "_sizes", "heard", "places", "starts", "tallies", "told", "totals", "whole")

    def __init__(self, size: NDArray[np.int32], tallies: Sequence[Counted]) -> None:
        self.places: list[list[int]] = []
        self.totals: list[int] = []
        starts: list[int] = []
        for tally in tallies:
            starts.append(len(self.totals))
            self.totals += [total or -1 for total in tally.totals] or [-1]  # "all" is false over nothing
            numbers = list(range(starts[-1], len(self.totals)))  # so that cells share the integers
            self.places.append([numbers[group] for group in tally.groups.of])
        self.starts = np.array(starts, dtype=np.intp)
        self.tallies = np.repeat(np.arange(len(tallies)), np.diff([*starts, len(self.totals)]))
        self.whole = np.array(self.totals, dtype=np.int64)
        self.told = [_told(tally) for tally in tallies]
        self.heard = sum({bit for tally in tallies for bit, *_ in tally.listeners})
        self._sort_scopes(size, tallies)

    def _sort_scopes(self, size: NDArray[np.int32], tallies: Sequence[Counted]) -> None:
        """Number the groups of all scopes, for tallies of one scope share their sums."""
        firsts: dict[int, int] = {}
        rows: list[Cells] = []
        pieces: list[int] = []
        end = 1  # group 0 takes the cells that a scope leaves out
        for tally in tallies:
            groups = tally.groups
            if id(groups) not in firsts:
                firsts[id(groups)] = end
                rows.append(np.where(groups.array >= 0, groups.array.astype(np.intp) + end, 0))
                end += max(1, len(groups.names))
            first = firsts[id(groups)]
            pieces += range(first, first + max(1, len(groups.names)))
        self._groups = np.array(rows, dtype=np.intp).reshape(len(rows), len(size))
        self._scopes = np.array(pieces, dtype=np.intp)  # place -> group of its scope
        self._sizes = np.broadcast_to(size.astype(np.float64), self._groups.shape)  # as bincount wants its weights

    def sums(self, cells: Cells) -> Sums:
        """The sums over all outlets of some cells."""
        weights = self._sizes[:, cells].ravel()
        found = np.bincount(self._groups[:, cells].ravel(), weights, int(self._scopes.max(initial=0)) + 1)
        return found.take(self._scopes).astype(np.int64)


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
