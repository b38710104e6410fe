"""Report routes (报告程序, 4.1.2): who reports to whom, how fast, for an event of a level and an extent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from hecha.kernel.ids import AreaCode, BankId, ClauseId
from hecha.network.branches import Branch, branch_of, covering, superior_of
from hecha.network.model import AreaKind, Network
from hecha.plan.model import Plan, RouteLeg

LOST_INTERFACE = "local_interface_bank_lost_interface"
_LEVELS = [kind.value for kind in (AreaKind.COUNTY, AreaKind.CITY, AreaKind.PROVINCE)]


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg. `sender`, `receiver` ∈ bank, county, city, province, head_office; `banks` only where the clause
    speaks of certain banks, whose head offices then report."""

    clause: ClauseId
    sender: str
    receiver: str
    speed: str
    banks: tuple[BankId, ...] = ()


@dataclass(frozen=True, slots=True)
class Involved:
    """The branches through which the reports of an event pass."""

    local: tuple[str, ...]  # levels of the local branches of the areas touched, lowest first
    hops: frozenset[tuple[str, str]]  # from level to level, upward to the province


def route(plan: Plan, network: Network, level: int, areas: Iterable[AreaCode], lost: tuple[BankId, ...]) -> list[Leg]:
    """Every leg, in the plan's order. `areas`: counties or cities touched (none: the province's own event);
    `lost`: local interface banks that lost interface mode at all outlets."""
    involved = _involved(network, areas, lost)
    legs: dict[tuple[str, str, str, str], Leg] = {}
    for leg in plan.routes:
        if leg.levels and level not in leg.levels:
            continue
        for found in _instances(leg, network, involved, lost):
            key = (found.clause, found.sender, found.receiver, found.speed)
            legs[key] = replace(found, banks=found.banks or legs[key].banks) if key in legs else found
    return list(legs.values())


def _instances(leg: RouteLeg, network: Network, involved: Involved, lost: tuple[BankId, ...]) -> Iterator[Leg]:
    """What one line of the plan means here."""
    if leg.when == LOST_INTERFACE:
        homes = dict.fromkeys(_home(network, bank).kind.value for bank in lost)
        yield from (Leg(leg.clause, leg.sender, home, leg.speed, lost) for home in homes)
    elif leg.receiver == "local":
        yield from (Leg(leg.clause, leg.sender, local, leg.speed) for local in involved.local)
    elif leg.sender in _LEVELS and leg.receiver in _LEVELS:
        upward = sorted(hop for hop in involved.hops if hop[0] == leg.sender)
        yield from (Leg(leg.clause, sender, receiver, leg.speed) for sender, receiver in upward)
    else:
        yield Leg(leg.clause, leg.sender, leg.receiver, leg.speed)


def _involved(network: Network, areas: Iterable[AreaCode], lost: tuple[BankId, ...]) -> Involved:
    """From the local branches of the areas touched, level by level, to the province."""
    touched = {branch_of(network, code) for code in _counties(network, areas)} or {covering(network, ())}
    local = {branch.kind.value for branch in touched}
    hops: set[tuple[str, str]] = set()
    pending = touched | {_home(network, bank) for bank in lost}
    while pending:
        branch = pending.pop()
        above = superior_of(network, branch)
        if above is not None and above != branch:
            hops.add((branch.kind.value, above.kind.value))
            pending.add(above)
    return Involved(tuple(kind for kind in _LEVELS if kind in local), frozenset(hops))


def _counties(network: Network, areas: Iterable[AreaCode]) -> set[AreaCode]:
    """A city stands for its counties; one without counties for itself."""
    found: set[AreaCode] = set()
    for code in areas:
        below = {area.code for area in network.areas.values() if area.parent == code}
        found |= below or {code}
    return found


def _home(network: Network, bank: BankId) -> Branch:
    """Where a local bank's head office stands: the lowest branch that covers all of its outlets."""
    return covering(network, {outlet.county for outlet in network.outlets.values() if outlet.bank == bank})
