"""The one place that reads the clock. Everything else takes the moment as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)  # ok: the one place


class MovableClock:
    """A clock for tests and drills: it stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._at = start

    def __call__(self) -> datetime:
        return self._at

    def passes(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Move on and return the new moment."""
        self._at += timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return self._at
