"""Ordered routes (有序路由): primary first, standby when the primary's breaker is open, back after it was steady.

Nothing fails without a try: when every breaker is open, all routes are tried in order (panic mode).
"""

from collections.abc import Sequence

from hecha.kernel.errors import BadInput
from hecha.verification.breaker import Breaker, State

CLOSED = State.CLOSED
FAILBACK_S = 1.0
"""Hysteresis: a route that has recovered takes the traffic back only after so long without an error."""


class Routes:
    """The routes of one hop by index, best first. Times are monotonic seconds."""

    __slots__ = ("_fresh_until", "_lock", "_not_before", "_order", "breakers", "names")

    def __init__(self, names: Sequence[str], now: float) -> None:
        self.names = tuple(names)
        self.breakers = tuple(Breaker(now) for _ in names)
        self._not_before = [now] * len(self.names)
        self._lock: int | None = None
        self._order: tuple[int, ...] = tuple(range(len(self.names)))
        self._fresh_until = now

    def order(self, now: float) -> tuple[int, ...]:
        """Which routes to try, in this order. Cheap when nothing has changed; a half-open route is offered first to
        one request at a time."""
        if now < self._fresh_until:
            return self._order
        ranked = sorted(range(len(self.names)), key=lambda index: (self._rank(index, now), index))
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

    def lock(self, name: str | None, now: float) -> None:
        """Manual lock (人工锁定): this route first until unlocked by `None`. Raises BadInput for no such route."""
        if name is not None and name not in self.names:
            raise BadInput(name, "没有这条路由 no such route", "、".join(self.names))
        self._lock = None if name is None else self.names.index(name)
        self._fresh_until = now

    @property
    def locked(self) -> str:
        return "" if self._lock is None else self.names[self._lock]

    def in_use(self, now: float) -> str:
        """The route that a request would take first."""
        return self.names[min(range(len(self.names)), key=lambda index: (self._rank(index, now), index))]

    def _rank(self, index: int, now: float) -> int:
        if index == self._lock:
            return -1
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
        if self._lock is None and len(self._order) > 1:
            for index in self._order[1:]:
                if index < self._order[0] and self.breakers[index].take_trial(now):
                    return (index, *(other for other in self._order if other != index))
        return self._order
