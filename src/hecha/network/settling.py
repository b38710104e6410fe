"""Settling: from the faults of a standing to its outages, its class and its next change. The hot path."""

from bisect import bisect_right

from hecha.network.outage import NEVER, NOW, Outage, next_kink
from hecha.network.questions import Questions
from hecha.network.standing import Latch, Standing, latched
from hecha.network.ways import Commons, Faults, Ways

NONE_OUT: Commons = (None, None)


class Settler:
    """Bound to one set of questions; `latch_minutes` None: no latches."""

    __slots__ = ("base", "breaks", "latch_minutes", "near", "powers", "ways")

    def __init__(self, ways: Ways, questions: Questions, latch_minutes: int | None) -> None:
        self.ways = ways
        self.breaks = questions.breaks
        self.base = questions.base
        self.latch_minutes = latch_minutes
        self.near = ways.near
        base = questions.base
        # what one bucket in every mode of a shape, and in both, adds to its class
        self.powers = [base * base * has[0] + base * has[1] + any(has) for has in ways.modes]

    def settle(self, one: Standing, commons: Commons, faults: Faults, now: int) -> None:
        """Set the values, class and due of a standing, now."""
        if commons == NONE_OUT and self.latch_minutes is None and one.local.keys() <= self.near[one.shape]:
            self._settle_near(one, faults, now)
        else:
            self._settle_any(one, commons, faults, now)

    def _settle_near(self, one: Standing, faults: Faults, now: int) -> None:
        """Only faults near the outlet, which every mode needs alike: one outage, for both modes the same."""
        breaks, shape = self.breaks, one.shape
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
        if since == NEVER:
            one.values, one.cls, one.due = NONE_OUT, shape * self.base**3, due
            return
        bucket = bisect_right(breaks, (now if until == NOW else until) - since)
        if until == NOW and bucket < len(breaks) and since + breaks[bucket] < due:
            due = since + breaks[bucket]
        outage = (since, until, unknown)
        has_interface, has_non_interface = self.ways.modes[shape]
        one.values = (outage if has_interface else None, outage if has_non_interface else None)
        one.cls, one.due = shape * self.base**3 + (1 + bucket) * self.powers[shape], due

    def _settle_any(self, one: Standing, commons: Commons, faults: Faults, now: int) -> None:
        due = NEVER
        for component in one.local.values():
            kink = next_kink(faults[component], now)
            if kink < due:
                due = kink
        interface, non_interface = self.ways.outages(one.shape, commons, one.local, faults, now)
        if self.latch_minutes is not None:
            interface, non_interface, due = self._latch(one, interface, non_interface, now, due)
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
