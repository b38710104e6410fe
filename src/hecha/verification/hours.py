"""Service hours (服务时间), e.g. `1-5 08:00-18:00, 6-7 09:00-16:00`: days of the week (Monday is 1) and times."""

import re
from dataclasses import dataclass
from datetime import datetime

from hecha.kernel.errors import BadInput

_WINDOW = re.compile(r"([1-7])(?:-([1-7]))? ([0-2]\d):([0-5]\d)-([0-2]\d):([0-5]\d)")
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Window:
    """Weekdays `first` to `last`, minutes of the day from `start` up to, not including, `end`."""

    first: int
    last: int
    start: int
    end: int

    def holds(self, moment: datetime) -> bool:
        minute = moment.hour * 60 + moment.minute
        return self.first <= moment.isoweekday() <= self.last and self.start <= minute < self.end


@dataclass(frozen=True, slots=True)
class Hours:
    """No window at all means always open."""

    windows: tuple[Window, ...] = ()

    def open_at(self, moment: datetime) -> bool:
        """`moment` in local time."""
        return not self.windows or any(window.holds(moment) for window in self.windows)


def parse_hours(text: str) -> Hours:
    """Read the line above. Raises BadInput naming the wrong part."""
    return Hours(tuple(_window(part.strip()) for part in text.split(",") if part.strip()))


def _window(text: str) -> Window:
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise BadInput(text, "服务时间写不对 not service hours", "1-5 08:00-18:00")
    first, last, *times = found.groups()
    hour, minute, to_hour, to_minute = map(int, times)
    window = Window(int(first), int(last or first), hour * 60 + minute, to_hour * 60 + to_minute)
    if window.last < window.first or not window.start < window.end <= DAY:
        raise BadInput(text, "起止颠倒或超过一天 the end lies before the start or after midnight", "1-5 08:00-18:00")
    return window
