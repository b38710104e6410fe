"""What people have said and not taken back (现行申报、数据误差、维护日历), listed apart from what was measured."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from hecha.edges.web.visit import Visit
from hecha.flow.declare import DataError, Declaration
from hecha.flow.maintenance import Window
from hecha.flow.picture import Picture
from hecha.kernel.ids import ComponentId, OutletId
from hecha.organization.sight import Right

LISTED_MAX = 100


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that stands; `mine`: this person may take it back."""

    one: Declaration | DataError | Window
    mine: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """All that stands and is seen, the latest first; planned work in its own order."""

    outages: tuple[Said, ...]
    data_errors: tuple[Said, ...]
    planned: tuple[Said, ...]


def standing(visit: Visit) -> Standing:
    """What this person sees of it. Who sees only a part of what was declared does not take it back."""
    picture, whole = visit.picture, visit.site.loop.picture
    estimates = {fault.components[0]: fault.estimate for fault in picture.faults if fault.declared_by}
    outlets = {one.id: len(one.outlets) for one in whole.declarations}
    parts = {one.id: len(one.components) for one in whole.planned}
    declares, works = visit.sight.may(Right.DECLARE), visit.sight.may(Right.MAINTENANCE)
    establishes = visit.sight.may(Right.DATA_ERROR)
    return Standing(
        _latest(
            Said(_with(one, estimates), declares and len(one.outlets) == outlets.get(one.id))
            for one in picture.declarations
        ),
        _latest(Said(one, establishes) for one in picture.data_errors),
        tuple(
            Said(one, works and len(one.components) == parts.get(one.id) and _owns(visit, one))
            for one in sorted(picture.planned, key=lambda one: one.begin)[:LISTED_MAX]
        ),
    )


def by_part(picture: Picture) -> Mapping[str, Declaration]:
    """Declarations by the name under which watched faults carry them."""
    return {f"declared/{one.id}": one for one in picture.declarations}


def declared_of(picture: Picture, outlets: Iterable[OutletId]) -> list[Declaration]:
    """The declarations that speak of any of these outlets."""
    own = frozenset(outlets)
    return list(islice((one for one in picture.declarations if not own.isdisjoint(one.outlets)), LISTED_MAX))


def _with(one: Declaration, estimates: Mapping[ComponentId, datetime | None]) -> Declaration:
    """With the estimate that was stated since, if any."""
    return replace(one, until=estimates.get(ComponentId(f"declared/{one.id}")) or one.until)


def _owns(visit: Visit, one: Window) -> bool:
    return all(visit.sight.may_estimate(component) for component in one.components)


def _latest(said: Iterable[Said]) -> tuple[Said, ...]:
    return tuple(sorted(said, key=lambda each: each.one.id[1:], reverse=True)[:LISTED_MAX])
