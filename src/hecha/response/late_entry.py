"""Entering later what was done on paper (补录): the original time and the slip's number are kept (5.1.1(3))."""

from datetime import datetime, timedelta

from hecha.kernel.errors import BadInput

LATE_DAYS_MAX = 90
"""How long after the business an entry is still taken."""
AHEAD_MAX = timedelta(minutes=5)
"""By so much a counter's clock may be fast."""


def check_happened(happened: datetime | None, now: datetime) -> None:
    """Raises BadInput for a time without offset, in the future, or too long ago."""
    if happened is None:
        return
    if happened.tzinfo is None:
        raise BadInput("happened_at", "时间须带时区 a moment needs its offset", "例如 2026-03-12T10:15+08:00")
    if happened > now + AHEAD_MAX:
        raise BadInput("happened_at", "办理时间不能在将来 not in the future", "核对纸单上的时间 see the slip")
    if happened < now - timedelta(days=LATE_DAYS_MAX):
        what = f"办理时间不能早于 {LATE_DAYS_MAX} 天前 more than {LATE_DAYS_MAX} days ago"
        raise BadInput("happened_at", what, "核对纸单上的时间；确需补录的，请报上级办公室 see the slip")
