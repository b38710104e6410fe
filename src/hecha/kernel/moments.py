"""Moments are whole minutes since 1970-01-01T00:00Z (type `Minute`), spans are minutes.

The regulation counts natural hours; a threshold is crossed in the first minute beyond it
(8 h is 480 minutes: 481 is more).
"""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import NewType

Minute = NewType("Minute", int)

HOUR = 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minute_of(moment: datetime) -> Minute:
    """The minute in which an aware moment lies; seconds are cut. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset, e.g. +08:00")
    return Minute((moment - _EPOCH) // timedelta(minutes=1))


def moment_of(minute: Minute, zone: tzinfo = UTC) -> datetime:
    """The first instant of a minute, in a zone."""
    return (_EPOCH + timedelta(minutes=minute)).astimezone(zone)


def working_days_after(moment: datetime, days: int, zone: tzinfo) -> datetime:
    """The same time of day so many working days later; Saturdays and Sundays in `zone` do not count.

    Public holidays are not known here: a due moment that falls into one is earlier than the law asks."""
    found = moment.astimezone(zone)
    while days > 0:  # ok: at most three days pass for one working day
        found += timedelta(days=1)
        days -= found.weekday() < 5
    return found
