"""How clauses are numbered: `1.4.2.2(4)` stands under `1.4.2.2`, under `1.4.2`, under `1.4`, under `1`."""

import re
from collections.abc import Iterable

from hecha.kernel.ids import ClauseId

_ITEM = re.compile(r"(.*)\(([0-9]+)\)$")


def parent(clause: ClauseId) -> ClauseId | None:
    """The clause above, None above a chapter."""
    if found := _ITEM.fullmatch(clause):
        return ClauseId(found.group(1))
    above, dot, _ = clause.rpartition(".")
    return ClauseId(above) if dot else None


def key(clause: ClauseId) -> tuple[tuple[int, int], ...]:
    """Sorts clauses in the order of the text: an item `(n)` before a sub-clause `.n`."""
    parts = re.findall(r"([.(]?)([0-9]+)", clause)
    return tuple((0 if mark == "(" else 1, int(number)) for mark, number in parts)


def with_ancestors(clauses: Iterable[ClauseId]) -> set[ClauseId]:
    """The clauses and everything above them."""
    found: set[ClauseId] = set()
    for clause in clauses:
        above: ClauseId | None = clause
        while above is not None and above not in found:
            found.add(above)
            above = parent(above)
    return found


def elder(clause: ClauseId) -> ClauseId | None:
    """The sibling numbered one less, None for a first one."""
    if found := re.fullmatch(r"(.*?)([0-9]+)(\)?)", clause):
        number = int(found.group(2)) - 1
        return ClauseId(f"{found.group(1)}{number}{found.group(3)}") if number > 0 else None
    return None


def gaps(clauses: Iterable[ClauseId]) -> list[tuple[ClauseId, ClauseId]]:
    """Pairs (missing, the one after it): numbers that are skipped."""
    present = with_ancestors(clauses)
    missing = ((elder(clause), clause) for clause in sorted(present, key=key))
    return [(before, clause) for before, clause in missing if before is not None and before not in present]
