"""Strain (自身繁忙): when the watch's own machine or an entrance's was late, a time-out says nothing of the chain.

The measure is a call to an entrance that goes no further: it should come back at once. A time-out in such a moment is
doubtful: it neither fails a component nor clears it, until nothing but failures has come for `Limits.doubtful_s`.
What is refused, reset or damaged is no matter of patience and counts at once, strain or not.
"""

from collections import deque

LATE_MS = 100.0
"""A call that goes nowhere and takes longer was late. A hop that is alive speaks up after as much time."""
REACH_S = 1.0  # a late call speaks for what ended so shortly after it
HOLD_S = 10.0
OFTEN = 3  # late calls within HOLD_S: the whole of that time is strained
NOTES_MAX = 64


class Strain:
    """Remembers the late calls. Times are Unix seconds."""

    def __init__(self) -> None:
        self._late: deque[tuple[float, float]] = deque(maxlen=NOTES_MAX)

    def note(self, at: float, ms: float) -> None:
        """A call to an entrance that goes no further took, or by `at` has taken so far, `ms`."""
        if ms > LATE_MS:
            self._late.append((at - ms / 1000, at))

    def covers(self, begin: float, end: float) -> bool:
        """Whether what was under way from `begin` to `end` may have been late for reasons of our own."""
        recent = sum(at >= end - HOLD_S and since <= end for since, at in self._late)
        return recent >= OFTEN or any(since <= end and at >= begin - REACH_S for since, at in self._late)
