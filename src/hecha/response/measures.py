"""Measures (业务应急处置, 5.1): what a level prescribes for each cause; what they prescribe together is their union."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hecha.kernel.ids import AreaCode, ClauseId
from hecha.plan.model import Measure, Plan

DATA_ERROR = "data_error"


@dataclass(frozen=True, slots=True)
class Prescribed:
    """One clause of 5.1 for one cause, in certain cities. `not_applicable` are ways of `use` that cannot help here
    (the same police source answers whoever asks); `card_authority`: only for cards that these cities issued."""

    clause: ClauseId
    use: tuple[ClauseId, ...]
    cause: str
    cities: tuple[AreaCode, ...]
    card_authority: bool = False
    not_applicable: tuple[ClauseId, ...] = ()


def prescribed(
    plan: Plan, causes: Iterable[tuple[str, int]], cities: Mapping[str, tuple[AreaCode, ...]]
) -> list[Prescribed]:
    """For each (cause, level) what the plan prescribes. `cities`: where each cause stands."""
    return [
        Prescribed(one.clause, one.use, cause, cities.get(cause, ()), one.card_authority, _useless(plan, one, cause))
        for cause, level in causes
        for one in plan.measures
        if level in one.levels and cause in one.causes
    ]


def _useless(plan: Plan, measure: Measure, cause: str) -> tuple[ClauseId, ...]:
    """Against a data error only those ways help that the plan prescribes for data errors alone."""
    if cause != DATA_ERROR:
        return ()
    helpful = {way for one in plan.measures if one.causes == {DATA_ERROR} for way in one.use}
    return tuple(way for way in measure.use if helpful and way not in helpful)
