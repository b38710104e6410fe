"""Report routes (报告程序, 4.1.2): who reports to whom, how fast, for an event of a level and an extent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from hecha.kernel.ids import AreaCode, BankId, ClauseId
from hecha.network.branches import Branches
from hecha.network.model import AreaKind
from hecha.plan.model import Plan, RouteLeg

LOST_INTERFACE = "local_interface_bank_lost_interface"
_LEVELS = [kind.value for kind in (AreaKind.COUNTY, AreaKind.CITY, AreaKind.PROVINCE)]


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg. `sender`, `receiver` ∈ bank, county, city, province, head_office.

    `head_offices`: banks whose own head office must report by this leg (the second part of 4.1.2.1)."""

    clause: ClauseId
    sender: str
    receiver: str
    speed: str
    head_offices: tuple[BankId, ...] = ()


@dataclass(frozen=True, slots=True)
class Involved:
    """The branches through which the reports of an event pass."""

    local: tuple[str, ...]  # levels of the local branches of the areas touched, lowest first
    hops: tuple[tuple[str, str], ...]  # from level to level, upward to the province


def route(plan: Plan, branches: Branches, level: int, areas: Iterable[AreaCode], lost: tuple[BankId, ...]) -> list[Leg]:
    """Every leg, in the plan's order. `areas`: counties or cities touched (none: the province's own event);
    `lost`: local interface banks that lost interface mode at all outlets; level 0: no level yet."""
    involved = _involved(branches, areas, lost)
    legs: dict[tuple[str, str, str, str], Leg] = {}
    for leg in plan.routes:
        if leg.levels and level not in leg.levels:
            continue
        for found in _instances(leg, branches, involved, lost):
            key = (found.clause, found.sender, found.receiver, found.speed)
            legs[key] = replace(legs[key], head_offices=found.head_offices) if key in legs else found
    return list(legs.values())


def local_levels(branches: Branches, areas: Iterable[AreaCode]) -> tuple[str, ...]:
    """The levels of the local branches of these areas (当地分支机构), lowest first."""
    return _involved(branches, areas, ()).local


def _instances(leg: RouteLeg, branches: Branches, involved: Involved, lost: tuple[BankId, ...]) -> Iterator[Leg]:
    """What one line of the plan means here."""
    if leg.when == LOST_INTERFACE:
        homes: dict[str, list[BankId]] = {}
        for bank in lost:
            homes.setdefault(branches.home(bank).level, []).append(bank)
        yield from (Leg(leg.clause, leg.sender, home, leg.speed, tuple(banks)) for home, banks in homes.items())
    elif leg.receiver == "local":
        yield from (Leg(leg.clause, leg.sender, local, leg.speed) for local in involved.local)
    elif leg.sender in _LEVELS and leg.receiver in _LEVELS:
        upward = (hop for hop in involved.hops if hop[0] == leg.sender)
        yield from (Leg(leg.clause, sender, receiver, leg.speed) for sender, receiver in upward)
    else:
        yield Leg(leg.clause, leg.sender, leg.receiver, leg.speed)


def _involved(branches: Branches, areas: Iterable[AreaCode], lost: tuple[BankId, ...]) -> Involved:
    """From the local branches of the areas touched, level by level, to the province."""
    touched = {branches.local(code).area for code in branches.counties(areas)} or {branches.top().area}
    local = {branches.local(code).level for code in touched}
    hops: set[tuple[str, str]] = set()
    seen: set[AreaCode] = set()
    pending = touched | {branches.home(bank).area for bank in lost}
    while pending:
        seen |= pending
        below, pending = pending, set()
        for code in below:
            branch = branches.local(code)
            above = branches.superior(branch)
            if above is not None:
                hops.add((branch.level, above.level))
                pending.add(above.area)
        pending -= seen
    return Involved(tuple(level for level in _LEVELS if level in local), tuple(sorted(hops)))
