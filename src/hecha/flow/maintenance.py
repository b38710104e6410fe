"""The maintenance calendar (维护日历): work approved and entered beforehand does not count until it overruns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import ComponentId


@dataclass(frozen=True, slots=True)
class Window:
    """Planned work on components from `begin` to `end`, entered at `entered` by the approving branch."""

    id: str
    components: tuple[ComponentId, ...]
    begin: datetime
    end: datetime
    entered: datetime
    by: str
    unit: str
    reason: str = ""

    def covers(self, component: ComponentId, moment: datetime) -> bool:
        return component in self.components and self.begin <= moment < self.end

    def __post_init__(self) -> None:
        if self.end <= self.begin:
            raise BadInput("end", "结束不晚于开始 the end is not after its start")
        if self.entered > self.begin:
            what = "维护须事先登记 it must be entered beforehand"
            raise BadInput("begin", what, "已开始的请申报 declare an outage")  # ok: a field's name, no SQL


def counts_from(windows: Iterable[Window], component: ComponentId, since: datetime, now: datetime) -> datetime | None:
    """From when an outage counts: from its begin, or from the end of the work that excused it (the overrun);
    `None` while it is still excused. Work that follows on other work excuses on."""
    start = since
    for window in sorted(windows, key=lambda one: one.begin):
        if window.covers(component, start):
            start = window.end
    return start if start <= now else None
