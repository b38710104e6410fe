"""Data errors of cities (公民身份信息误差): severe when all records are missing, or too few are right."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from hecha.kernel.ids import AreaCode
from hecha.network.components import province_of
from hecha.network.model import AreaKind, Network
from hecha.network.outage import NEVER, NOW, Fault, minutes, next_kink, standing
from hecha.network.questions import Asked
from hecha.plan.model import Matter, Quantifier, Scope


@dataclass(frozen=True, slots=True)
class DataError:
    """`accuracy` is the share of residents whose record is right, None when all are `missing`."""

    fault: Fault
    accuracy: float | None = None
    missing: bool = False
    disturbs: bool = False

    def severe(self, below: float) -> bool:
        return self.missing or (self.accuracy is not None and self.accuracy < below)


def data_kink(error: DataError, now: int, breaks: list[int]) -> int:
    """The next minute at which the error begins, its estimate passes, or its length reaches a threshold."""
    kink = next_kink(error.fault, now)
    outage = standing(error.fault, now)
    if outage is None or outage[1] != NOW:
        return kink
    bucket = bisect_right(breaks, now - outage[0])
    return min(kink, outage[0] + breaks[bucket] if bucket < len(breaks) else NEVER)


def data_fits(asked: Asked, error: DataError, now: int) -> bool:
    """Whether a city's error is what a sentence says."""
    sentence, outage = asked.sentence, standing(error.fault, now)
    if outage is None:
        return False
    severe = error.severe(asked.severe_below)
    if not (severe if sentence.matter is Matter.SEVERE_DATA_ERROR else error.disturbs and not severe):
        return False
    length, span = minutes(outage, now), sentence.span
    return span.low <= length and (span.high is None or length <= span.high)


def data_bits(asked: Asked, errors: Mapping[AreaCode, DataError], network: Network, now: int) -> bool:
    """Whether a sentence about data errors holds."""
    sentence = asked.sentence
    cities = [city for city, error in errors.items() if data_fits(asked, error, now)]
    if sentence.scope is Scope.CITY:
        groups = len(cities)
    else:
        groups = _groups(cities, network, sentence.scope, sentence.quantifier)
    return sentence.groups_low <= groups and (sentence.groups_high is None or groups <= sentence.groups_high)


def _groups(cities: list[AreaCode], network: Network, scope: Scope, quantifier: Quantifier) -> int:
    """How many provinces (or the whole) have some, or all, of their cities among these."""
    having: dict[str, int] = {}
    total: dict[str, int] = {}
    for area in network.areas.values():
        if area.kind is AreaKind.CITY:
            group = "*" if scope is Scope.WHOLE else province_of(network, area).code
            total[group] = total.get(group, 0) + 1
            having[group] = having.get(group, 0) + (area.code in cities)
    return sum(having[group] >= (total[group] if quantifier is Quantifier.ALL else 1) for group in total)
