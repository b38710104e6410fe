"""Outages and how they combine (readings, rule 3).

A fault of one component is (since, until): `until` is None while nobody has estimated the recovery.
A standing outage of anything is (since, until, open): open when nobody knows its end; until `NOW`
means "the moment considered", so a standing outage stays true as time passes, until its next kink.
"""

from collections.abc import Callable, Iterable
from typing import Final

from hecha.network.model import AllOf, Expression, Part

Fault = tuple[int, int | None]
Outage = tuple[int, int, bool]
NOW: Final = -(1 << 40)  # every real minute is greater
NEVER: Final = 1 << 40  # later than every real minute


def standing(fault: Fault, at: int) -> Outage | None:
    """The outage of one component at a moment; None before it begins."""
    since, until = fault
    if since > at:
        return None
    if until is None or until <= at:
        return since, NOW, True
    return since, until, False


def next_kink(fault: Fault, after: int) -> int:
    """The next moment at which the fault begins or its estimate passes."""
    since, until = fault
    if since > after:
        return since
    return until if until is not None and until > after else NEVER


def all_needed(outages: Iterable[Outage | None]) -> Outage | None:
    """Parts that are all needed: earliest since, latest until, open if any is."""
    since, until, unknown = NEVER, NOW, False
    for outage in outages:
        if outage is not None:
            since = min(since, outage[0])
            until = max(until, outage[1])
            unknown = unknown or outage[2]
    return None if since == NEVER else (since, until, unknown)


def redundant(outages: Iterable[Outage | None]) -> Outage | None:
    """Redundant parts: an outage only when every one is out; latest since, earliest known until.

    An unknown end never shortens it; when all are open it is open, with their latest until."""
    since, latest, earliest = NOW, NOW, NEVER
    for outage in outages:
        if outage is None:
            return None
        since = max(since, outage[0])
        latest = max(latest, outage[1])
        if not outage[2]:
            earliest = min(earliest, outage[1])
    if since == NOW:
        return None
    return (since, latest, True) if earliest == NEVER else (since, earliest, False)


def evaluate(expression: Expression, leaf: Callable[[str], Outage | None]) -> Outage | None:
    """The outage of an expression, given that of each name."""
    if isinstance(expression, Part):
        return leaf(expression.name)
    values = [evaluate(one, leaf) for one in expression.operands]
    return all_needed(values) if isinstance(expression, AllOf) else redundant(values)


def minutes(outage: Outage, at: int) -> int:
    """From its begin to the later of its estimated recovery and now."""
    return (at if outage[1] == NOW else outage[1]) - outage[0]
