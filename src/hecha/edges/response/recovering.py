"""How far back-verification of an event is: pace, what remains and with whom, what waits for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from hecha.edges.api.place import seen_entries
from hecha.edges.procedure import register_of
from hecha.flow.picture import Picture, State
from hecha.flow.scope import Scope, scope_of, unproved
from hecha.incident.event import Incident
from hecha.kernel.ids import AreaCode
from hecha.network.branches import Branches
from hecha.network.model import Network, Outlet
from hecha.organization.principal import Principal
from hecha.organization.sight import Sight
from hecha.organization.units import bank_unit
from hecha.response.backlog import OPEN, TO_SETTLE
from hecha.response.recovery import Recovery

PACE_OVER = timedelta(minutes=10)
LISTED_MAX = 100
OUTLETS_MAX = 100


@dataclass(frozen=True, slots=True)
class Place:
    """An outlet not seen to work: which of its modes fail, and whether it is measured as failing (then nobody can
    confirm it) or only not heard of."""

    outlet: Outlet
    is_down: bool
    is_confirmed: bool
    may_confirm: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """`counts` by state; `rows`: by institution; `branches`: open entries by the local branch; `per_minute` lately."""

    counts: Mapping[str, int]
    rows: tuple[tuple[str, Mapping[str, int]], ...]
    branches: tuple[tuple[str, int], ...]
    waiting: tuple[Mapping[str, Any], ...]
    per_minute: float
    outlets: tuple[Place, ...]
    outlets_left: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        return sum(self.counts.get(state.value, 0) for state in OPEN)

    @property
    def minutes_left(self) -> int | None:
        """At this pace, for what verifies itself; None when nothing moves."""
        left = self.counts.get("registered", 0)
        return int(left / self.per_minute) + 1 if left and self.per_minute else None


def progress(
    connection: Connection,
    network: Network,
    branches: Branches,
    picture: Picture,
    incident: Incident,
    recovery: Recovery | None,
    who: Principal,
    now: datetime,
) -> Progress:
    """What this person may see of it."""
    scope, seen = scope_of(incident), seen_entries(network, who)
    counts = register_of.counts(connection, scope, seen)
    lately = register_of.verified_since(connection, scope, seen, now - PACE_OVER)
    outlets, left = _outlets(network, picture, scope, recovery, who)
    states = [state.value for state in TO_SETTLE]
    return Progress(
        counts=counts,
        rows=_rows(register_of.by_institution(connection, scope, seen)),
        branches=_by_branch(branches, register_of.by_county(connection, scope, seen)),
        waiting=tuple(register_of.to_settle(connection, scope, seen, states, LISTED_MAX)),
        per_minute=lately / (PACE_OVER / timedelta(minutes=1)),
        outlets=outlets,
        outlets_left=left,
    )


def _rows(found: list[tuple[str, str, int]]) -> tuple[tuple[str, Mapping[str, int]], ...]:
    """By institution, those with most open entries first."""
    rows: dict[str, dict[str, int]] = {}
    for institution, state, count in found:
        rows.setdefault(institution, {})[state] = count
    wanted = {state.value for state in OPEN}
    return tuple(sorted(rows.items(), key=lambda one: (-sum(n for s, n in one[1].items() if s in wanted), one[0])))


def _by_branch(branches: Branches, found: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for county, count in found:
        unit = branches.local(AreaCode(county)).unit if AreaCode(county) in branches.network.areas else ""
        counts[unit] = counts.get(unit, 0) + count
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _outlets(
    network: Network, picture: Picture, scope: Scope, recovery: Recovery | None, who: Principal
) -> tuple[tuple[Place, ...], int]:
    """The outlets of an event that are not seen to work, as far as the person sees them; and how many are left out.

    Of institutions that were proved once nothing is asked any more."""
    if recovery is None or recovery.settled or (recovery.counted and not recovery.unproved):
        return (), 0
    sight, confirmed = Sight(network, who), recovery.is_confirmed
    found = []
    for outlet in unproved(network, picture, scope):
        owed = recovery.counted is None or str(bank_unit(outlet.bank)) in recovery.unproved
        if owed and sight.sees_outlet(outlet.id):
            is_down = State.DOWN in picture.outlets_not_up[outlet.id].values()
            may = sight.bank is not None and not is_down
            found.append(Place(outlet, is_down, outlet.id in confirmed, may and outlet.id not in confirmed))
    found.sort(key=lambda one: (one.is_confirmed, one.outlet.id))
    return tuple(found[:OUTLETS_MAX]), max(0, len(found) - OUTLETS_MAX)
