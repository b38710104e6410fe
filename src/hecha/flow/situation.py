"""The situation (态势): from the states of all ways to the picture that pages show.

A way is one outlet in one mode. States are small integers in NumPy arrays, one row a mode, so that tallies of
12,000 outlets by city, county and bank take well under a millisecond.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from hecha.flow.diagnose import shared_of
from hecha.flow.picture import ComponentState, GroupState, Picture, State, Tally
from hecha.kernel.ids import Access, Mode, OutletId
from hecha.network.model import AreaKind, Network

MODES: tuple[Mode, ...] = (Mode.INTERFACE, Mode.NON_INTERFACE)
UP, IMPAIRED, DOWN, UNKNOWN, MAINTENANCE, ABSENT = range(6)
"""Codes of the arrays; `ABSENT`: the outlet's bank has no such mode."""
STATES = (State.UP, State.IMPAIRED, State.DOWN, State.UNKNOWN, State.MAINTENANCE)

Codes = npt.NDArray[np.int8]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to group outlets: the groups' ids, and for each outlet the place of its group."""

    ids: tuple[str, ...]
    place: Places


class Ground:
    """What does not move: the outlets in their order, and where each belongs."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.outlets: tuple[OutletId, ...] = tuple(network.outlets)
        self.place: Mapping[OutletId, int] = {outlet: place for place, outlet in enumerate(self.outlets)}
        outlets = list(network.outlets.values())
        self.cities = _grouping(_codes(network, AreaKind.CITY), [network.city_of(o.county) for o in outlets])
        self.counties = _grouping(_codes(network, AreaKind.COUNTY), [o.county for o in outlets])
        self.banks = _grouping(list(network.banks), [o.bank for o in outlets])
        self.has = {mode: self._having(mode) for mode in MODES}

    def _having(self, mode: Mode) -> npt.NDArray[np.bool_]:
        """Which outlets have the mode at all."""
        banks, paths = self.network.banks, self.network.paths
        kinds = {access for access in Access if (access, mode) in paths}
        return np.array([banks[o.bank].access in kinds for o in self.network.outlets.values()], dtype=np.bool_)

    def codes(self, code: int) -> dict[Mode, Codes]:
        """Fresh arrays with one state everywhere (and ABSENT where a bank has no such mode)."""
        return {mode: np.where(self.has[mode], code, ABSENT).astype(np.int8) for mode in MODES}


def _codes(network: Network, kind: AreaKind) -> list[str]:
    return [code for code, area in network.areas.items() if area.kind is kind]


def _grouping(ids: list[Any], of: list[Any]) -> Grouping:
    places = {name: place for place, name in enumerate(ids)}
    return Grouping(tuple(ids), np.array([places[name] for name in of], dtype=np.intp))


def groups(ground: Ground, grouping: Grouping, codes: Mapping[Mode, Codes]) -> dict[Any, GroupState]:
    """The tallies of every group of one grouping."""
    size = len(grouping.ids)
    tables = {mode: _table(grouping.place, codes[mode], size) for mode in MODES}
    total = np.bincount(grouping.place, minlength=size)
    dark = np.bincount(grouping.place[dark_outlets(codes)], minlength=size)
    return {
        name: _group(name, {mode: tables[mode][place] for mode in MODES}, int(dark[place]), int(total[place]))
        for place, name in enumerate(grouping.ids)
    }


def dark_outlets(codes: Mapping[Mode, Codes]) -> npt.NDArray[np.bool_]:
    """Outlets that have no working mode left: each of their modes is down, and they have at least one."""
    lost = [(codes[mode] == DOWN) | (codes[mode] == ABSENT) for mode in MODES]
    absent = [codes[mode] == ABSENT for mode in MODES]
    return np.asarray(lost[0] & lost[1] & ~(absent[0] & absent[1]), dtype=np.bool_)


def _table(place: Places, codes: Codes, size: int) -> npt.NDArray[np.intp]:
    """Counts of each code in each group: rows are groups."""
    return np.bincount(place * 6 + codes, minlength=size * 6).reshape(size, 6)


def _group(name: str, rows: Mapping[Mode, Any], dark: int, total: int) -> GroupState:
    modes = {mode: _tally(row) for mode, row in rows.items()}
    maintained = sum(int(row[MAINTENANCE]) for row in rows.values())
    return GroupState(name, modes, dark, total, group_state(tuple(modes.values()), dark, total, maintained))


def _tally(row: Any) -> Tally:
    up, impaired, down, unknown, _, absent = (int(count) for count in row)
    return Tally(total=int(row.sum()) - absent, up=up, impaired=impaired, down=down, unknown=unknown)


def group_state(tallies: tuple[Tally, ...], dark: int, total: int, maintained: int = 0) -> State:
    """One word for a group: down when every outlet is dark; impaired when any way is not up; unknown when
    nothing is known to be broken but at least half of the ways are silent."""
    ways = sum(tally.total for tally in tallies)
    if ways == 0:
        return State.UNKNOWN
    if dark == total:
        return State.DOWN
    if any(tally.down or tally.impaired for tally in tallies):
        return State.IMPAIRED
    if 2 * sum(tally.unknown for tally in tallies) >= ways:
        return State.UNKNOWN
    return State.MAINTENANCE if maintained else State.UP


def not_up(ground: Ground, codes: Mapping[Mode, Codes]) -> dict[OutletId, dict[Mode, State]]:
    """The outlets of which some mode is neither up nor absent."""
    found: dict[OutletId, dict[Mode, State]] = {}
    for mode in MODES:
        row = codes[mode]
        for place in np.flatnonzero((row != UP) & (row != ABSENT)).tolist():
            found.setdefault(ground.outlets[place], {})[mode] = STATES[row[place]]
    return found


def unknown_picture(network: Network, at: datetime) -> Picture:
    """The picture before anything has been seen: all is unknown."""
    ground = Ground(network)
    codes = ground.codes(UNKNOWN)
    return Picture(
        at=at,
        serial=0,
        cities=groups(ground, ground.cities, codes),
        counties=groups(ground, ground.counties, codes),
        banks=groups(ground, ground.banks, codes),
        components={name: ComponentState(name, State.UNKNOWN) for name in shared_of(network)},
        outlets_not_up=not_up(ground, codes),
        faults=(),
        advice={},
    )
