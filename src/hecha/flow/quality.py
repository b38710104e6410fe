"""Data quality (数据质量): mismatches and not-found by the city of the card's issuing authority.

Rates point to a data error; they never establish one. Whoever is entitled does (`hecha.flow.declare.DataError`), and
from a sample only when the upper confidence bound of the accuracy is below the plan's share.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp, lgamma, log, sqrt

from hecha.kernel.errors import Refused
from hecha.kernel.ids import AreaCode

WRONG = {"name_mismatch": 1, "not_found": 2}
RIGHT = frozenset({"match_photo", "match_no_photo"})
BASELINE = 0.02  # share of honest requests that end so in an ordinary week (a customer's or clerk's slip)
CERTAIN = 1e-4  # how unlikely the rate must be under the baseline to be suspicious
LEAST = 20  # answers below this say nothing
TERMS_MAX = 500
Z95 = 1.959963984540054


@dataclass(slots=True)
class Tallies:
    """Answers of one city's cards in one slot of the window: asked, mismatched, not found."""

    asked: int = 0
    mismatched: int = 0
    not_found: int = 0


@dataclass(slots=True)
class Window:
    """The last `minutes` of one city, in slots of one minute."""

    minutes: int = 60
    slots: deque[tuple[int, Tallies]] = field(default_factory=deque)

    def add(self, minute: int, outcome: str) -> None:
        if not self.slots or self.slots[-1][0] < minute:
            self.slots.append((minute, Tallies()))
        slot = self.slots[-1][1]
        slot.asked += 1
        slot.mismatched += outcome == "name_mismatch"
        slot.not_found += outcome == "not_found"

    def total(self, minute: int) -> Tallies:
        """What the window holds at a minute."""
        while self.slots and self.slots[0][0] <= minute - self.minutes:
            self.slots.popleft()
        kept = [slot for _, slot in self.slots]
        return Tallies(
            sum(slot.asked for slot in kept),
            sum(slot.mismatched for slot in kept),
            sum(slot.not_found for slot in kept),
        )


class Quality:
    """The windows of all cities. Only answers of the police source with a known card city count."""

    def __init__(self, minutes: int = 60, baseline: float = BASELINE) -> None:
        self._minutes = minutes
        self._baseline = baseline
        self._cities: dict[AreaCode, Window] = {}

    def observe(self, city: AreaCode | None, outcome: str, minute: int) -> None:
        if city is None or (outcome not in RIGHT and outcome not in WRONG):
            return
        self._cities.setdefault(city, Window(self._minutes)).add(minute, outcome)

    def totals(self, minute: int) -> Mapping[AreaCode, Tallies]:
        return {city: window.total(minute) for city, window in self._cities.items()}

    def suspicious(self, tallies: Tallies) -> bool:
        """Whether so many wrong answers are too unlikely at the ordinary rate."""
        wrong = tallies.mismatched + tallies.not_found
        return tallies.asked >= LEAST and tail(tallies.asked, wrong, self._baseline) < CERTAIN


def tail(asked: int, wrong: int, share: float) -> float:
    """The chance of at least `wrong` out of `asked` at a true share (binomial; its far terms vanish)."""
    if wrong <= asked * share:
        return 1.0
    last = min(asked, wrong + TERMS_MAX)
    return min(1.0, sum(exp(_log_chance(asked, number, share)) for number in range(wrong, last + 1)))


def _log_chance(asked: int, wrong: int, share: float) -> float:
    """The logarithm of the chance of exactly `wrong` out of `asked`."""
    ways = lgamma(asked + 1) - lgamma(wrong + 1) - lgamma(asked - wrong + 1)
    return ways + wrong * log(share) + (asked - wrong) * log(1 - share)


def upper_bound(right: int, asked: int, z: float = Z95) -> float:
    """The upper end of Wilson's 95 % interval for the share of right answers; 1 for an empty sample."""
    if asked == 0:
        return 1.0
    share = right / asked
    middle = share + z * z / (2 * asked)
    spread = z * sqrt(share * (1 - share) / asked + z * z / (4 * asked * asked))
    return max(share, min(1.0, (middle + spread) / (1 + z * z / asked)))


def accuracy_of_sample(right: int, asked: int, severe_below: float) -> float:
    """The accuracy that may be claimed from a sample: its upper bound. Raises Refused when that does not show a
    severe error (1.4.2.1(2)): then it is to be recorded as a lesser one, or a larger sample drawn."""
    bound = upper_bound(right, asked)
    if bound >= severe_below:
        raise Refused(
            "1.4.2.1(2)",
            f"样本 {right}/{asked} 的准确率置信上限为 {bound:.0%}，不低于 {severe_below:.0%}，不能认定为严重误差",
            "扩大样本，或按非严重误差记录 draw a larger sample, or record it as a lesser error",
        )
    return bound
