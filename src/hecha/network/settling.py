"""Settling: from the faults of a standing to its outages, its class and its next change. The hot path."""

from bisect import bisect_right

from hecha.network.outage import NEVER, NOW, Outage, next_kink
from hecha.network.questions import Questions
from hecha.network.standing import Latch, Standing, latched
from hecha.network.ways import NONE_OUT, Commons, Faults, Ways


class Settler:
    """Bound to one set of questions; `latch_minutes` None: no latches."""

    __slots__ = ("base", "breaks", "latch_minutes", "near_classes", "ways")

    def __init__(self, ways: Ways, questions: Questions, latch_minutes: int | None) -> None:
        self.ways = ways
        self.breaks = questions.breaks
        self.base = questions.base
        self.latch_minutes = latch_minutes
        self.near_classes = [self._near_classes(shape) for shape in range(len(ways.modes))]

    def _near_classes(self, shape: int) -> list[int]:
        """The class by the bucket of an outage that hits every mode of a shape alike."""
        base, (has_interface, has_non_interface) = self.base, self.ways.modes[shape]
        one_more = base * base * has_interface + base * has_non_interface + (has_interface or has_non_interface)
        return [shape * base**3 + bucket * one_more for bucket in range(base)]

    def settle(self, one: Standing, commons: Commons, faults: Faults, now: int) -> None:
        """Set the values, class and due of a standing, now."""
        if one.near and self.latch_minutes is None:
            self._settle_near(one, commons, faults, now)
        else:
            self._settle_any(one, commons, faults, now)

    def _settle_near(self, one: Standing, commons: Commons, faults: Faults, now: int) -> None:
        """Only faults near the outlet, which every mode needs alike: one outage, for both modes the same."""
        since, until, due, unknown = NEVER, NOW, NEVER, False
        for component in one.local.values():
            begin, end = faults[component]
            if begin > now:
                if begin < due:
                    due = begin
                continue
            if begin < since:
                since = begin
            if end is None or end <= now:
                unknown = True
            else:
                if end < due:
                    due = end
                if end > until:
                    until = end
        has_interface, has_non_interface = self.ways.modes[one.shape]
        outage = None if since == NEVER else (since, until, unknown)
        if commons != NONE_OUT:
            interface = _joined(commons[0], outage) if has_interface else None
            non_interface = _joined(commons[1], outage) if has_non_interface else None
            self._classify(one, interface, non_interface, now, due)
            return
        if outage is None:
            one.values, one.cls, one.due = NONE_OUT, self.near_classes[one.shape][0], due
            return
        breaks = self.breaks
        bucket = bisect_right(breaks, (now if until == NOW else until) - since)
        if until == NOW and bucket < len(breaks) and since + breaks[bucket] < due:
            due = since + breaks[bucket]
        one.values = (outage if has_interface else None, outage if has_non_interface else None)
        one.cls, one.due = self.near_classes[one.shape][1 + bucket], due

    def _settle_any(self, one: Standing, commons: Commons, faults: Faults, now: int) -> None:
        due = NEVER
        for component in one.local.values():
            kink = next_kink(faults[component], now)
            if kink < due:
                due = kink
        interface, non_interface = self.ways.outages(one.shape, commons, one.local, faults, now)
        if self.latch_minutes is not None:
            interface, non_interface, due = self._latch(one, interface, non_interface, now, due)
        self._classify(one, interface, non_interface, now, due)

    def _classify(
        self, one: Standing, interface: Outage | None, non_interface: Outage | None, now: int, due: int
    ) -> None:
        """The class of these outages, and when one of them next reaches a threshold."""
        one.values = (interface, non_interface)
        breaks, cls = self.breaks, one.shape
        for value in (interface, non_interface, self.ways.both(one.shape, interface, non_interface)):
            cls *= self.base
            if value is None:
                continue
            since, until, _ = value
            bucket = bisect_right(breaks, (now if until == NOW else until) - since)
            cls += 1 + bucket
            if until == NOW and bucket < len(breaks) and since + breaks[bucket] < due:
                due = since + breaks[bucket]
        one.cls, one.due = cls, due

    def _latch(
        self, one: Standing, interface: Outage | None, non_interface: Outage | None, now: int, due: int
    ) -> tuple[Outage | None, Outage | None, int]:
        """Keep the first begin of rolling outages, and short returns out of sight."""
        minutes = self.latch_minutes or 0
        kept: list[Latch | None] = []
        values: list[Outage | None] = []
        for raw, before in zip((interface, non_interface), one.latches, strict=True):
            value, latch = latched(raw, before, now, minutes)
            if latch is not None and latch[1] is not None:
                due = min(due, latch[1] + minutes)
            values.append(value)
            kept.append(latch)
        one.latches = (kept[0], kept[1])
        return values[0], values[1], due


def _joined(one: Outage | None, other: Outage | None) -> Outage | None:
    """`all_needed` of two, written out."""
    if one is None or other is None:
        return one or other
    return (
        one[0] if one[0] < other[0] else other[0],
        one[1] if one[1] > other[1] else other[1],
        one[2] or other[2],
    )
