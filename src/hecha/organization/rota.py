"""The duty rota (值班表): who answers for a unit from when until when, and the hours that nobody covers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import UnitId
from hecha.organization.people import PersonId

SHIFT_HOURS_MAX = 72
AHEAD_DAYS_MAX = 370
NOTE_MAX = 60


@dataclass(frozen=True, slots=True)
class Shift:
    """One turn of duty, from `begins` until before `ends`."""

    id: str
    unit: UnitId
    person: PersonId
    begins: datetime
    ends: datetime
    note: str = ""

    def covers(self, at: datetime) -> bool:
        return self.begins <= at < self.ends


def check(shift: Shift, now: datetime) -> None:
    """Raises BadInput for a turn that cannot be: backwards, over, too long, or too far ahead."""
    if shift.begins.tzinfo is None or shift.ends.tzinfo is None or shift.ends <= shift.begins:
        raise BadInput("ends", "结束须晚于开始 it must end after it begins", "请核对时间 check the times")
    if shift.ends - shift.begins > timedelta(hours=SHIFT_HOURS_MAX):
        raise BadInput("ends", f"一班不超过 {SHIFT_HOURS_MAX} 小时 too long for one turn", "请分成几班 split it")
    if shift.ends <= now or shift.begins - now > timedelta(days=AHEAD_DAYS_MAX):
        raise BadInput("begins", f"须在今后 {AHEAD_DAYS_MAX} 天之内 not within the coming year", "请核对日期 check it")
    if len(shift.note) > NOTE_MAX:
        raise BadInput("note", f"超过 {NOTE_MAX} 字 too long", "写要点 be brief")


def on_duty(shifts: Iterable[Shift], at: datetime) -> tuple[PersonId, ...]:
    """Who is on duty at a moment, in the order in which they took over."""
    turns = sorted((one for one in shifts if one.covers(at)), key=lambda one: one.begins)
    return tuple(dict.fromkeys(one.person for one in turns))


def gaps(shifts: Iterable[Shift], begin: datetime, end: datetime) -> Sequence[tuple[datetime, datetime]]:
    """The spans between two moments in which nobody is on duty."""
    found, covered = [], begin
    for one in sorted(shifts, key=lambda one: one.begins):
        if one.begins > covered and covered < end:
            found.append((covered, min(one.begins, end)))
        covered = max(covered, one.ends)
    if covered < end:
        found.append((covered, end))
    return found
