"""One subject's track (轨迹): from its attempts to up, impaired, down or unknown.

Down is a sudden loss (a run of failures after a clean time), a long run of failures whatever came before, or more
failures (or slower answers) than the plan allows over its window. Below that it is impaired. Silence is unknown,
and never a recovery: what was down stays down until it is seen to work again.

Requests are judged by themselves too: probes that come through do not dilute requests that fail, for a line may carry
a ping and spoil an answer.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
    first_s: float = 0  # what was never seen to work is lost only after so long: a chain starts part by part
    doubtful_s: float = 60  # nothing but failures for so long is a loss, even where each of them is doubtful


class Sample(NamedTuple):
    """One attempt."""

    at: float
    worked: bool
    ms: float
    broke_at: str
    request: bool
    doubtful: bool  # a failure that may have been our own lateness


class Loss(NamedTuple):
    """When a loss began; `by_run`: it is total, so it ends with a row of successes."""

    begin: float
    by_run: bool


class Track:
    """Attempts of one subject. Times are Unix seconds; `since` is when the loss began, `back` when it ended."""

    __slots__ = (
        "_by_run",
        "_known",
        "_row",
        "_row_begin",
        "_row_last",
        "_samples",
        "back",
        "limits",
        "ms",
        "seen",
        "since",
        "state",
    )

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.state = State.UNKNOWN
        self.since: float | None = None
        self.back: float | None = None
        self.seen = float("-inf")
        self.ms: float | None = None
        self._by_run = False
        self._known = False  # it has been seen to work
        self._row = 0
        self._row_begin = self._row_last = 0.0
        self._samples: deque[Sample] = deque(maxlen=SAMPLES_MAX)

    def add(
        self,
        at: float,
        worked: bool,
        ms: float = 0.0,
        broke_at: str = "",
        request: bool = False,
        doubtful: bool = False,
    ) -> None:
        """One attempt; late ones (journals are pulled) are put in their order by time of arrival.

        A doubtful failure is as good as silence, until there are enough of them."""
        self._samples.append(Sample(at, worked, ms, broke_at, request, doubtful))
        self._count_row(at, worked)
        if doubtful:
            return
        self.seen = max(self.seen, at)
        if worked:
            self.ms = ms

    def _count_row(self, at: float, worked: bool) -> None:
        """How long nothing but failures has come. A busy subject's samples do not reach back so far."""
        if worked:
            self._row, self._known = 0, True
            return
        if self._row == 0 or at - self._row_last > self.limits.silence_s:
            self._row, self._row_begin = 0, at
        self._row += 1
        self._row_last = max(at, self._row_begin)

    def note(self, at: float) -> None:
        """Something was heard of it that says neither good nor bad of itself."""
        self.seen = max(self.seen, at)

    def explain(self, component: str, since: float) -> None:
        """Failures at a component that was itself lost from `since` on say nothing about this subject."""
        kept = [one for one in self._samples if one.worked or one.broke_at != component or one.at < since - 5]
        self._samples.clear()
        self._samples.extend(kept)
        self._row = 0

    def resume(self, since: float | None) -> None:
        """After a restart: lost since then, or not (`None`: nothing is known). It must be seen to work again."""
        self._samples.clear()
        self._row = 0
        self.state = State.UNKNOWN if since is None else State.DOWN
        self.since, self.back, self._by_run = since, None, since is not None

    @property
    def clean(self) -> bool:
        """Nothing to judge anew but silence."""
        return self.state is State.UP and (not self._samples or self._samples[-1].worked)

    def judge(self, now: float) -> State:
        """The state at `now`; keeps `since` and `back`."""
        self._forget(now - self.limits.window_s)
        if self.state is State.DOWN:
            if not self._has_ended():
                return self.state
            self.since, self.back = None, _first_of_run(self._firm())
            self._forget(self.back)
        loss = self._loss()
        if loss is not None:
            self.state, self.since, self.back, self._by_run = State.DOWN, loss.begin, None, loss.by_run
        else:
            self.state = self._lesser(now)
        return self.state

    def _forget(self, before: float) -> None:
        while self._samples and self._samples[0].at < before:
            self._samples.popleft()

    def _firm(self) -> list[Sample]:
        return [one for one in self._samples if not one.doubtful]

    def _requests(self) -> list[Sample]:
        return [one for one in self._samples if one.request and not one.doubtful]

    def _loss(self) -> Loss | None:
        """By all attempts that are beyond doubt, by the requests alone, or by a long row of whatever kind."""
        if all(one.worked and one.ms <= self.limits.p95_ms for one in self._samples):
            return None
        if not self._known and self._row_last - self._row_begin < self.limits.first_s:
            return None
        sure = loss_of(self._firm(), self.limits) or loss_of(self._requests(), self.limits)
        return sure or self._unbroken()

    def _unbroken(self) -> Loss | None:
        """Nothing but failures, many and for long, is a loss even where each is doubtful: none stays hidden."""
        long = self._row >= self.limits.long_run and self._row_last - self._row_begin >= self.limits.doubtful_s
        return Loss(self._row_begin, True) if long else None

    def _has_ended(self) -> bool:
        """A row of successes, and nothing that the limits forbid. Where probes never failed, requests must work."""
        firm = self._firm()
        if not _back(firm, self.limits):
            return False
        requests = self._requests()
        probes_failed = any(not one.worked and not one.request for one in firm)
        if not probes_failed and any(not one.worked for one in requests) and not _back(requests, self.limits):
            return False
        return self._by_run or loss_of(requests or firm, self.limits) is None

    def _lesser(self, now: float) -> State:
        if now - self.seen > self.limits.silence_s:
            return State.UNKNOWN
        firm = self._firm()
        if any(not one.worked for one in firm) or p95(firm) > self.limits.slow_ms:
            return State.IMPAIRED
        known = any(one.worked for one in self._samples) or self.state is not State.UNKNOWN
        return State.UP if known else State.UNKNOWN


def loss_of(samples: Sequence[Sample], limits: Limits) -> Loss | None:
    """Whether these attempts, oldest first, are a loss: a row of failures, or more than the limits allow."""
    run = _run(samples, False)
    clean = all(one.worked for one in samples[: len(samples) - run])
    if run >= (limits.sudden_run if clean else limits.long_run) and _lasts(samples, limits):
        return Loss(samples[-run].at, True)
    if not beyond(samples, limits):
        return None
    return next((Loss(one.at, False) for one in samples if not one.worked or one.ms > limits.p95_ms), None)


def beyond(samples: Sequence[Sample], limits: Limits) -> bool:
    """More failures, or slower, than the plan allows over its window."""
    if len(samples) < limits.samples_min:
        return False
    failed = sum(not one.worked for one in samples)
    return failed > limits.failed_share * len(samples) or p95(samples) > limits.p95_ms


def p95(samples: Sequence[Sample]) -> float:
    """The latency that 95 % of the attempts stay within, in milliseconds."""
    times = sorted(one.ms for one in samples)
    return times[min(len(times) - 1, (95 * len(times)) // 100)] if times else 0.0


def _back(samples: Sequence[Sample], limits: Limits) -> bool:
    return _run(samples, True) >= limits.back_run and _lasts(samples, limits)


def _run(samples: Sequence[Sample], worked: bool) -> int:
    """How many of the newest attempts went that way, in a row."""
    count = 0
    for sample in reversed(samples):
        if sample.worked is not worked:
            break
        count += 1
    return count


def _first_of_run(samples: Sequence[Sample]) -> float:
    """When the newest row of equal results began."""
    return samples[-_run(samples, samples[-1].worked)].at


def _lasts(samples: Sequence[Sample], limits: Limits) -> bool:
    """Whether the newest row of equal results took some time."""
    return samples[-1].at - _first_of_run(samples) >= limits.span_s
