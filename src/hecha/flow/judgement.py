"""Recorded judgements of a leading group (认定), 1.4.1(1) and (2): no clock gives them; people make and end them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hecha.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Judgement:
    """`flag` is a plan's word for it, such as `collapse_by_disaster`; `at` is when it was recorded."""

    id: str
    flag: str
    by: str
    unit: str
    at: datetime
    reason: str


def flags_of(plans: Iterable[Plan]) -> dict[str, str]:
    """The flags that these plans know, each with its clause, in the plans' order."""
    rules = [rule for plan in plans for reading in plan.readings.values() for rule in reading.events]
    found: dict[str, str] = {}
    for rule in rules:
        if rule.flag:
            found.setdefault(rule.flag, rule.clause)
    return found
