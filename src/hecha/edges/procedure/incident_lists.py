"""Lists of events as a person may see them, narrowed by level, nature, phase, area and words of the title."""

from collections.abc import Callable
from dataclasses import dataclass

from hecha.edges.procedure.procedure import PAGE_MAX, Procedure
from hecha.flow.incident_sight import sees_incident
from hecha.incident.event import Incident, Phase
from hecha.kernel.ids import AreaCode, Nature
from hecha.organization.sight import Sight

SCANNED_MAX = 2000
"""Events that one page looks through at most; the next page goes on from there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to: "" and None take all. `area`: the event touches it, all of it or a part."""

    level: int | None = None
    nature: Nature | None = None
    phase: Phase | None = None
    area: str = ""
    words: str = ""

    @property
    def narrows(self) -> bool:
        return self != Wanted()


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is the id after which the list goes on, "" at the end."""

    incidents: tuple[Incident, ...]
    next: str


def standing(procedure: Procedure, sight: Sight, wanted: Wanted) -> Page:
    """Those not closed, the gravest first, then the newest."""
    keeps = _keeps(procedure, sight, wanted)
    found = [one for one in procedure.open("incident") if keeps(one)]
    return Page(tuple(sorted(found, key=lambda one: one.level or 9)), "")


def all_of(procedure: Procedure, sight: Sight, wanted: Wanted, before: str = "", limit: int = 50) -> Page:
    """A page of all, newest first, after the id `before`."""
    keeps, found, scanned = _keeps(procedure, sight, wanted), list[Incident](), 0
    chunk = PAGE_MAX if wanted.narrows else min(limit, PAGE_MAX)
    while scanned < SCANNED_MAX:
        some = procedure.newest("incident", before=before, limit=chunk)
        for one in some[:chunk]:
            if len(found) == limit:
                return Page(tuple(found), before)
            before = one.id
            if keeps(one):
                found.append(one)
        if len(some) <= chunk:
            return Page(tuple(found), "")
        scanned += chunk
    return Page(tuple(found), before)


def _keeps(procedure: Procedure, sight: Sight, wanted: Wanted) -> Callable[[Incident], bool]:
    network = procedure.ground.network

    def touches(one: Incident) -> bool:
        codes = one.reach.areas
        return not codes or any(_within(code, wanted.area) or _within(wanted.area, code) for code in codes)

    def _within(area: str, other: str) -> bool:
        here = network.areas.get(AreaCode(area))
        while here is not None and here.code != other:
            here = network.areas.get(here.parent) if here.parent else None
        return here is not None

    def keeps(one: Incident) -> bool:
        return (
            sees_incident(sight, one)
            and wanted.level in (None, one.level)
            and wanted.nature in (None, one.nature)
            and wanted.phase in (None, one.phase)
            and (not wanted.area or touches(one))
            and wanted.words in one.title
        )

    return keeps
