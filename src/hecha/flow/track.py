"""One subject's track (轨迹): from its attempts to up, impaired, down or unknown.

Down is a sudden loss (a run of failures after a clean time), a long run of failures whatever came before, or more
failures (or slower answers) than the plan allows over its window. Below that it is impaired. Silence is unknown,
and never a recovery: what was down stays down until it is seen to work again.
"""

from collections import deque
from dataclasses import dataclass

from hecha.flow.picture import State

SAMPLES_MAX = 240
"""The newest are kept; beyond this a busy subject's window is shorter than its limit, never longer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a subject counts as lost. Times are seconds, latencies milliseconds."""

    window_s: float = 600
    failed_share: float = 0.5  # more than this is unusable
    p95_ms: float = 30_000  # above this is unusable
    samples_min: int = 8  # a share of fewer says nothing
    sudden_run: int = 3  # failures in a row, after a clean window, that are a loss
    long_run: int = 8  # failures in a row that are a loss whatever came before (a coin falls so once in 256)
    back_run: int = 3  # successes in a row that end a loss
    span_s: float = 0.9  # and such a row takes at least so long: what happens in one instant is one thing
    slow_ms: float = 3_000  # p95 above this is impaired
    silence_s: float = 600


class Track:
    """Attempts of one subject. Times are Unix seconds; `since` is when the loss began, `back` when it ended."""

    __slots__ = ("_lost", "_samples", "back", "limits", "ms", "seen", "since", "state")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.state = State.UNKNOWN
        self.since: float | None = None
        self.back: float | None = None
        self.seen = float("-inf")
        self.ms: float | None = None
        self._lost = False  # by a run: it ends by a run
        self._samples: deque[tuple[float, bool, float, str]] = deque(maxlen=SAMPLES_MAX)

    def add(self, at: float, worked: bool, ms: float = 0.0, broke_at: str = "") -> None:
        """One attempt; late ones (journals are pulled) are put in their order by time of arrival."""
        self._samples.append((at, worked, ms, broke_at))
        self.seen = max(self.seen, at)
        if worked:
            self.ms = ms

    def note(self, at: float) -> None:
        """Something was heard of it that says neither good nor bad of itself."""
        self.seen = max(self.seen, at)

    def explain(self, component: str, since: float) -> None:
        """Failures at a component that was itself lost from `since` on say nothing about this subject."""
        kept = [one for one in self._samples if one[1] or one[3] != component or one[0] < since - 5]
        self._samples.clear()
        self._samples.extend(kept)

    def resume(self, since: float | None) -> None:
        """After a restart: lost since then, or not (`None`: nothing is known). It must be seen to work again."""
        self._samples.clear()
        self.state = State.UNKNOWN if since is None else State.DOWN
        self.since, self.back, self._lost = since, None, since is not None

    @property
    def clean(self) -> bool:
        """Nothing to judge anew but silence."""
        return self.state is State.UP and (not self._samples or self._samples[-1][1])

    def judge(self, now: float) -> State:
        """The state at `now`; keeps `since` and `back`."""
        self._forget(now - self.limits.window_s)
        if self.state is State.DOWN:
            if not self._has_ended():
                return self.state
            self.since, self.back, self._lost = None, self._first_of_run(), False
            self._forget(self.back)
        begin = self._begin_of_loss()
        if begin is not None:
            self.state, self.since, self.back = State.DOWN, begin, None
            return self.state
        self.state = self._lesser(now)
        return self.state

    def _forget(self, before: float) -> None:
        while self._samples and self._samples[0][0] < before:
            self._samples.popleft()

    def _run(self, worked: bool) -> int:
        """How many of the newest attempts went that way, in a row."""
        count = 0
        for sample in reversed(self._samples):
            if sample[1] is not worked:
                break
            count += 1
        return count

    def _first_of_run(self) -> float:
        """When the newest row of equal results began."""
        worked = self._samples[-1][1]
        return self._samples[-self._run(worked)][0]

    def _lasts(self) -> bool:
        """Whether the newest row of equal results took some time."""
        return self._samples[-1][0] - self._first_of_run() >= self.limits.span_s

    def _has_ended(self) -> bool:
        if self._run(True) < self.limits.back_run or not self._lasts():
            return False
        return self._lost or not self._beyond_limits()

    def _begin_of_loss(self) -> float | None:
        run = self._run(False)
        before = list(self._samples)[: len(self._samples) - run]
        needed = self.limits.sudden_run if all(one[1] for one in before) else self.limits.long_run
        if run >= needed and self._lasts():
            self._lost = True
            return self._first_of_run()
        if self._beyond_limits():
            return next((one[0] for one in self._samples if self._bad(one)), None)
        return None

    def _bad(self, sample: tuple[float, bool, float, str]) -> bool:
        return not sample[1] or sample[2] > self.limits.p95_ms

    def _beyond_limits(self) -> bool:
        """More failures, or slower, than the plan allows over its window."""
        count = len(self._samples)
        if count < self.limits.samples_min:
            return False
        failed = sum(not one[1] for one in self._samples)
        return failed > self.limits.failed_share * count or self._p95() > self.limits.p95_ms

    def _p95(self) -> float:
        times = sorted(one[2] for one in self._samples)
        return times[min(len(times) - 1, (95 * len(times)) // 100)] if times else 0.0

    def _lesser(self, now: float) -> State:
        if now - self.seen > self.limits.silence_s:
            return State.UNKNOWN
        if any(not one[1] for one in self._samples) or self._p95() > self.limits.slow_ms:
            return State.IMPAIRED
        return State.UP if any(one[1] for one in self._samples) or self.state is not State.UNKNOWN else State.UNKNOWN
