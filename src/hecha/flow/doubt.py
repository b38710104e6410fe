"""Doubt (存疑): what would be, if all that is silent were down. It stands beside the grade and is never taken as it."""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import tzinfo
from typing import Any

from hecha.flow.advise import advise
from hecha.flow.gates import gate
from hecha.flow.live import Live
from hecha.flow.watch import Way
from hecha.incident.grade import Grader
from hecha.kernel.ids import AreaCode, ComponentId
from hecha.kernel.moments import minute_of

APART_MAX = 1_000
"""Single silent ways beyond this would cost too much each minute; whole silent counties cost nothing."""


def if_unknown_were_down(live: Live, unknown: Iterable[Way], zone: tzinfo) -> Mapping[str, Any] | None:
    """The first plan's advice with every silent way down since it was last seen; `None` when nothing is silent."""
    silent = {way: _last_seen(live, way) for way in unknown}
    if not silent:
        return None
    grader: Grader = copy(next(iter(live.graders.values())))
    grader.availability = grader.availability.fork()
    count = len(silent)
    for key, since in _lines(live, silent) | _gates(live, silent):
        grader.availability.fail(key, since)
    return {**advise(grader, zone, with_horizon=False), "unknown": count}


def _lines(live: Live, silent: dict[Way, int]) -> set[tuple[ComponentId, int]]:
    """A county of which nothing is heard is taken as its line; its ways leave `silent`."""
    of: dict[AreaCode, list[Way]] = {}
    for way in silent:
        of.setdefault(live.network.outlets[way[0]].county, []).append(way)
    found = set()
    for county, ways in of.items():
        line = ComponentId(f"county/{county}/line")
        if line in live.watch.components and len(ways) == live.ways_of.get(county):
            found.add((line, max(silent[way] for way in ways)))
            for way in ways:
                silent.pop(way)
    return found


def _gates(live: Live, silent: dict[Way, int]) -> set[tuple[ComponentId, int]]:
    return {(gate(*way), since) for way, since in list(silent.items())[:APART_MAX]}


def _last_seen(live: Live, way: Way) -> int:
    """The minute a way was last heard of; since the watch began, when it never was."""
    track = live.watch.ways.get(way)
    return int(track.seen) // 60 if track is not None and track.seen > 0 else int(minute_of(live.began))
