"""One request's passage through a hop, as a state machine: events in, actions out. Times are monotonic seconds.

    try of `route` ─ answered ─► done
                   ├ failed(reset, refused, bad_answer, bad_mac, …) ─► the next route to try, or −1: give up
                   ├ acknowledged ─► the wait goes on, until the business deadline
                   └ expired (250 ms without either) ─► failed("timeout")

Whoever drives it asks `expired` now and then and reports the end of each try once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hecha.verification.budget import RetryBudget
from hecha.verification.routing import Routes


@dataclass(frozen=True, slots=True)
class Timing:
    """In seconds: a try without answer or acknowledgement, when to acknowledge downwards, the business deadline."""

    try_s: float = 0.250
    ack_s: float = 0.100
    deadline_s: float = 10.0
    tries: int = 3


@dataclass(frozen=True, slots=True)
class Failed:
    """A try that did not get through: the route's component, how long it took, and why."""

    component: str
    ms: float
    result: str


class Passage:
    """`route` is the index of the route being tried, −1 when none is."""

    __slots__ = (
        "_budget",
        "_deadline",
        "_forced",
        "_order",
        "_routes",
        "_timing",
        "_tried_at",
        "_try_ends",
        "failures",
        "route",
    )

    def __init__(
        self,
        routes: Routes,
        budget: RetryBudget,
        timing: Timing,
        now: float,
        deadline_s: float,
        only: int | None = None,
    ) -> None:
        """It begins with the try of `route`. `only` forces one route: a probe."""
        self._routes, self._budget, self._timing = routes, budget, timing
        longest = timing.deadline_s
        self._deadline = now + (deadline_s if deadline_s < longest else longest)
        self._forced = only is not None
        order = self._order = routes.order(now) if only is None else (only,)
        self.failures: list[Failed] | None = None
        budget.first_try()
        self.route = order[0]
        self._tried_at = now
        self._try_ends = now + timing.try_s

    def answered(self, now: float) -> None:
        """An authentic, well-formed answer came; whatever it says, the route works."""
        self._routes.succeeded(self.route, now, self._forced)
        self.route = -1

    def acknowledged(self, now: float, beats: bool) -> None:
        """A hop acknowledgement: business time from now on; if the hop `beats`, its silence still ends the try."""
        self._try_ends = min(self._deadline, now + self._timing.try_s) if beats else self._deadline

    def failed(self, now: float, result: str) -> int:
        """The try ended without an answer. The next route, or −1: give up."""
        at, self.route = self.route, -1
        self._routes.failed(at, now)
        return self._after(Failed(self._routes.names[at], (now - self._tried_at) * 1000.0, result), now)

    def expired(self, now: float) -> bool:
        """Whether the present try ran out of time; the driver then drops it and reports `failed(now, "timeout")`."""
        return self.route >= 0 and now >= min(self._try_ends, self._deadline)

    def remaining_ms(self, now: float) -> int:
        """What is left of the business deadline."""
        return max(0, int((self._deadline - now) * 1000))

    def _enter(self, index: int, now: float) -> int:
        self.route = index
        self._tried_at = now
        # a second round is more patient: when every route was late, more likely all are slow than all are dead
        rounds = 1 + len(self.failures or ()) // len(self._order)
        self._try_ends = min(self._deadline, now + self._timing.try_s * rounds)
        return index

    def _after(self, failure: Failed, now: float) -> int:
        if self.failures is None:
            self.failures = []
        self.failures.append(failure)
        following = self._following()
        if following < 0 or now >= self._deadline:
            return -1
        if not self._budget.spend(now):
            self.failures.append(Failed(self._routes.names[following], 0.0, "full"))
            return -1
        return self._enter(following, now)

    def _following(self) -> int:
        """Round and round in order, `tries` in all; where nothing listens there is no second try."""
        failures, order = self.failures or [], self._order
        if self._forced or len(failures) >= self._timing.tries:
            return -1
        refused = {failure.component for failure in failures if failure.result == "refused"}
        for step in range(len(failures), len(failures) + len(order)):
            if self._routes.names[order[step % len(order)]] not in refused:
                return order[step % len(order)]
        return -1


def broke_at(failures: Sequence[Failed], beyond: str) -> str:
    """The component that could not be passed, after every route failed.

    Two ways that fail alike at the far end (nothing listens, or nothing answers) point to what lies behind both;
    a line that is cut resets. So: all refused → `beyond`; two or more, all timed out → `beyond`; else the first
    route tried that really failed.
    """
    tried = [failure for failure in failures if failure.result not in ("full", "open")] or list(failures)
    results = {failure.result for failure in tried}
    ways = {failure.component for failure in tried}
    if beyond and (results == {"refused"} or (results == {"timeout"} and len(ways) > 1)):
        return beyond
    return tried[0].component
