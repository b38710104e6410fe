"""Circuit breaker (熔断器) of one route: closed, open, half-open. Times are monotonic seconds.

    closed ──3 errors in a row, or success rate < 50 % of ≥ 20──► open ──back-off over──► half-open
      ▲                                                             ▲  (0.5 s, doubled up to 4 s)   │
      └────────────────── 2 successes in a row ─────────────────────┴────────── any error ──────────┘

The back-off shrinks again only after the route was steady for a while, so a flapping route is ejected longer.
"""

from enum import StrEnum

ERRORS_IN_A_ROW = 3
WINDOW_S = 10.0
WINDOW_MIN = 20
SUCCESS_RATE_MIN = 0.5
BACKOFF_S = 0.5
BACKOFF_MAX_S = 4.0
SUCCESSES_TO_CLOSE = 2
STEADY_S = 30.0
UNPROBED_S = 2.0
"""Where nobody probes, a citizen's request must be the trial after so long half-open."""


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """Told of each success and error, passive (a request) or active (a probe); says in which state the route is."""

    __slots__ = (
        "_bad",
        "_closed_at",
        "_on_trial",
        "_opened",
        "_successes",
        "_window",
        "errors",
        "good",
        "state",
        "until",
    )

    def __init__(self, now: float) -> None:
        self.state = State.CLOSED
        self.until = 0.0  # when open: the moment it turns half-open
        self.errors = self._successes = self._opened = 0
        self.good = self._bad = 0
        self._window = self._closed_at = now
        self._on_trial = False

    def look(self, now: float) -> State:
        """The state at a moment: an open breaker turns half-open when its back-off is over."""
        if self.state is State.OPEN and now >= self.until:
            self.state = State.HALF_OPEN
            self._successes, self._on_trial = 0, False
        return self.state

    def take_trial(self, now: float) -> bool:
        """When half-open and a probe has got through, one request at a time may try the route; whoever gets True must
        report the end. No citizen waits for a route that does not even answer probes."""
        if self.look(now) is not State.HALF_OPEN or self._on_trial:
            return False
        if self._successes == 0 and now < self.until + UNPROBED_S:
            return False
        self._on_trial = True
        return True

    def succeeded(self, now: float, probe: bool = False) -> bool:
        """Whether this changed the state. A probe proves less than a request: it cannot cut the back-off short."""
        self.errors = 0
        if self.state is State.CLOSED:
            self.good += 1
            return False
        if probe and self.look(now) is State.OPEN:
            return False
        self._on_trial = False
        self._successes += 1
        if self._successes < SUCCESSES_TO_CLOSE:
            return False
        self._close(now)
        return True

    def failed(self, now: float) -> bool:
        """Whether this changed the state. While open nothing more is learnt: back-off grows by failed trials only."""
        self._successes = 0
        state = self.look(now)
        if state is State.OPEN:
            return False
        self.errors += 1
        self._roll(now)
        self._bad += 1
        if state is State.HALF_OPEN or self.errors >= ERRORS_IN_A_ROW or self._poor():
            self._open(now)
            return True
        return False

    def _roll(self, now: float) -> None:
        if now - self._window > WINDOW_S:
            self._window, self.good, self._bad = now, 0, 0

    def _poor(self) -> bool:
        seen = self.good + self._bad
        return seen >= WINDOW_MIN and self.good < SUCCESS_RATE_MIN * seen

    def _open(self, now: float) -> None:
        if self.state is State.CLOSED and now - self._closed_at > STEADY_S:
            self._opened = 0
        self.until = now + min(BACKOFF_MAX_S, BACKOFF_S * 2**self._opened)
        self._opened = min(self._opened + 1, 8)
        self.state, self.errors, self._on_trial = State.OPEN, 0, False

    def _close(self, now: float) -> None:
        self.state, self._closed_at, self._window = State.CLOSED, now, now
        self.good = self._bad = self._successes = self.errors = 0
