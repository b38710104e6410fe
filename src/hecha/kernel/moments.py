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
