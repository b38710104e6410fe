"""After recovery (恢复后补核): how fast the register is verified again. Live requests come first.

The drain takes what the relay allows and live requests leave over; it begins with one entry as a probe and doubles
while answers come. An entry that is `unavailable` waits longer each time, and is never given up.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from hecha.plan.model import Plan

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)
_WINDOW = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """A plan's terms for the register (5.1.1(3)): when all is to be settled after recovery, when a customer who was
    not reached is called again, and in how many working days the police answer a certificate."""

    settle_within: timedelta = timedelta(hours=72)
    call_again: timedelta = timedelta(hours=24)
    certificate_days: int = 2


def terms_of(plan: Plan) -> Terms:
    """The terms that a plan sets."""
    given = plan.settings
    return Terms(
        timedelta(hours=int(given.get("settle_backlog_hours", 72))),
        timedelta(hours=int(given.get("call_again_hours", 24))),
        int(given.get("certificate_answer_days", 2)),
    )


@dataclass(frozen=True, slots=True)
class Pace:
    """`per_second`: what the relay allows in all; `least_per_second`: what is left to the drain even then, so that
    a busy province verifies its register too; `chunk_max`: entries taken at a time."""

    per_second: float = 50.0
    least_per_second: float = 1.0
    chunk_max: int = 32


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket: `tokens` at the moment `at`; it holds at most one second's worth."""

    tokens: float
    at: datetime


def refill(bucket: Bucket, per_second: float, now: datetime) -> Bucket:
    """The bucket at `now`. A clock that went backwards adds nothing."""
    passed = max(0.0, (now - bucket.at).total_seconds())
    return Bucket(min(max(per_second, 0.0), bucket.tokens + passed * per_second), now)


def allowance(bucket: Bucket, pace: Pace, live_per_second: float, chunk: int, now: datetime) -> tuple[int, Bucket]:
    """How many entries may be asked now, and the bucket after them."""
    full = refill(bucket, max(pace.per_second - live_per_second, pace.least_per_second), now)
    count = min(int(full.tokens), chunk, pace.chunk_max)
    return count, Bucket(full.tokens - count, now)


def next_chunk(asked: int, unavailable: int, chunk: int, pace: Pace) -> int:
    """After a chunk: back to a single probe when any was unavailable, else twice as many."""
    if asked == 0:
        return chunk
    return 1 if unavailable else min(chunk * 2, pace.chunk_max)


def wait(tries: int) -> timedelta:
    """How long an entry waits after its n-th vain try: doubling, at most five minutes."""
    return min(FIRST_WAIT * (1 << min(tries, 10)), LONGEST_WAIT)


class Live:
    """Counts live requests of the last second. Owned by one desk; time is an argument."""

    def __init__(self) -> None:
        self._moments: deque[datetime] = deque(maxlen=10_000)

    def note(self, now: datetime) -> None:
        self._moments.append(now)

    def per_second(self, now: datetime) -> float:
        while self._moments and not now - _WINDOW < self._moments[0] <= now:  # of the future: the clock was set back
            self._moments.popleft()
        return float(len(self._moments))
