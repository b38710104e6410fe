"""Ordered routes (有序路由): primary first, standby when the primary's breaker is open, back after it was steady.

Nothing fails without a try: when every breaker is open, all routes are tried in order (panic mode).
"""

from collections.abc import Sequence

from hecha.kernel.errors import BadInput, Refused
from hecha.verification.breaker import Breaker, State

CLOSED = State.CLOSED
FAILBACK_S = 1.0
"""Hysteresis: a route that has recovered takes the traffic back only after so long without an error."""
SWITCH_HOLD_S = 5.0
"""And by hand: nobody switches back and forth faster than this."""


class Routes:
    """The routes of one hop by index, best first. Times are monotonic seconds."""

    __slots__ = ("_fresh_until", "_not_before", "_order", "_preferred", "_switched", "breakers", "names")

    def __init__(self, names: Sequence[str], now: float) -> None:
        self.names = tuple(names)
        self.breakers = tuple(Breaker(now) for _ in names)
        self._not_before = [now] * len(self.names)
        self._preferred: int | None = None
        self._switched = now - SWITCH_HOLD_S
        self._order: tuple[int, ...] = tuple(range(len(self.names)))
        self._fresh_until = now

    def order(self, now: float) -> tuple[int, ...]:
        """Which routes to try, in this order. Cheap when nothing has changed; a half-open route is offered first to
        one request at a time."""
        if now < self._fresh_until:
            return self._order
        ranked = sorted(range(len(self.names)), key=lambda index: (self._rank(index, now), *self._place(index)))
        self._order = tuple(ranked)
        self._fresh_until = now + 3600.0 if self._all_settled(now) else now
        return self._with_trial(now)

    def succeeded(self, index: int, now: float, probe: bool = False) -> None:
        """A try got through."""
        breaker = self.breakers[index]
        if breaker.state is CLOSED:  # as `Breaker.succeeded` does, without the call: this is the hot path
            breaker.errors = 0
            breaker.good += 1
        elif breaker.succeeded(now, probe):
            self._not_before[index] = now + FAILBACK_S
            self._fresh_until = now

    def failed(self, index: int, now: float) -> None:
        if self.breakers[index].failed(now):
            self._fresh_until = now

    def prefer(self, name: str | None, now: float) -> None:
        """Switch over by hand (人工切换): this route first while it works, until `None` gives the order back.

        Raises BadInput for no such route, Refused for one that does not work now or has not been steady, or when the
        last switch was a moment ago: a hand never sends citizens where the chain itself would not go."""
        if name is not None and name not in self.names:
            raise BadInput(name, "没有这条路由 no such route", "、".join(self.names))
        index = None if name is None else self.names.index(name)
        if index == self._preferred:
            return
        if index is not None and self._rank(index, now) != 0:
            raise Refused("5.2.2", f"{name} 现在不通或尚未稳定 does not work now", "先恢复它再切换 mend it first")
        if now < self._switched + SWITCH_HOLD_S:
            raise Refused(
                "5.2.2", "刚刚切换过，还没有稳定 it was switched a moment ago", "几秒后再试 try in some seconds"
            )
        self._preferred, self._switched, self._fresh_until = index, now, now

    @property
    def preferred(self) -> str:
        """The route chosen by hand, "" when the order is the routes' own."""
        return "" if self._preferred is None else self.names[self._preferred]

    def in_use(self, now: float) -> str:
        """The route that a request would take first."""
        return self.names[min(range(len(self.names)), key=lambda index: (self._rank(index, now), *self._place(index)))]

    def _place(self, index: int) -> tuple[bool, int]:
        """Among routes that work alike: the one chosen by hand, then the routes' own order."""
        return index != self._preferred, index

    def _rank(self, index: int, now: float) -> int:
        state = self.breakers[index].look(now)
        if state is State.CLOSED:
            return 0 if now >= self._not_before[index] else 1
        return 2 if state is State.HALF_OPEN else 3

    def _all_settled(self, now: float) -> bool:
        return all(
            breaker.state is State.CLOSED and now >= ready
            for breaker, ready in zip(self.breakers, self._not_before, strict=True)
        )

    def _with_trial(self, now: float) -> tuple[int, ...]:
        if len(self._order) > 1:
            first = self._place(self._order[0])
            for index in self._order[1:]:
                if self._place(index) < first and self.breakers[index].take_trial(now):
                    return (index, *(other for other in self._order if other != index))
        return self._order
