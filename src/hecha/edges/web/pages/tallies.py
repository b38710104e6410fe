"""Sums and words over tallies of outlets."""

from collections.abc import Iterable, Mapping

from hecha.flow.picture import Picture, State, Tally
from hecha.kernel.ids import Mode


def state_of(tally: Tally) -> State:
    """One word for a group in one mode."""
    if tally.total == 0:
        return State.UNKNOWN
    if tally.down == tally.total:
        return State.DOWN
    if tally.down or tally.impaired:
        return State.IMPAIRED
    if 2 * tally.unknown >= tally.total:
        return State.UNKNOWN
    return State.UP if tally.up else State.MAINTENANCE


def chain_first(name: str) -> tuple[int, str]:
    """The order in which parts are listed: the chain, then lines of cities, cores of banks, lines of counties."""
    kinds = ("city/", "bank/", "county/", "outlet/")
    return next((place for place, kind in enumerate(kinds, 1) if name.startswith(kind)), 0), name


def totals(picture: Picture) -> Mapping[Mode, Tally]:
    """The whole of what is seen, per mode."""
    return {mode: _sum(group.modes.get(mode, Tally()) for group in picture.cities.values()) for mode in Mode}


def _sum(tallies: Iterable[Tally]) -> Tally:
    rows = [(tally.total, tally.up, tally.impaired, tally.down, tally.unknown) for tally in tallies]
    return Tally(*(sum(column) for column in zip(*rows, strict=True))) if rows else Tally()
