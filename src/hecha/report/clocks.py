"""When a report is due, and when somebody is reminded of it: all from the plan's words and settings (4.1.2, 1.5.2)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from hecha.report.content import Kind
from hecha.report.legs import Leg
from hecha.report.model import Clock, Report

BEFORE, DUE, LATE = "before", "due", "late"
"""A reminder before it is due, to the group when it is, to the receiver's office when it is still not there."""
RECEIPT = "receipt"


def clock_of(settings: Mapping[str, Any]) -> Clock:
    """The plan's settings `report_remind_minutes`, `report_escalate_minutes`, `report_receipt_minutes`."""
    usual = Clock()
    return Clock(
        remind=int(settings.get("report_remind_minutes", usual.remind)),
        escalate=int(settings.get("report_escalate_minutes", usual.escalate)),
        receipt=int(settings.get("report_receipt_minutes", usual.receipt)),
    )


def dues(
    kind: Kind, legs: Iterable[Leg], since: datetime, hasten: bool = False
) -> tuple[datetime | None, datetime | None]:
    """(first notice, written report), by the fastest leg. A follow-up is due after the plan's interval (None: only when
    somebody wants it), a hastened one as fast as a first notice; a final report as a written one."""
    legs = tuple(legs)
    notice = since + timedelta(minutes=min(leg.notice_minutes for leg in legs))
    written = since + timedelta(minutes=min(leg.written_minutes for leg in legs))
    if kind is Kind.FIRST:
        return notice, written
    if kind is Kind.FINAL:
        return None, written
    if hasten:
        return None, notice
    pauses = [leg.repeat_minutes for leg in legs if leg.repeat_minutes]
    return None, since + timedelta(minutes=min(pauses)) if pauses else None


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """A deadline is only ever shortened."""
    return min((each for each in (one, other) if each is not None), default=None)


def stages(report: Report) -> tuple[tuple[str, datetime], ...]:
    """What time alone will bring, in order: (mark, moment). Marks that were told already are left out."""
    found: list[tuple[str, datetime]] = []
    if report.due is not None:
        what, due = report.due
        found = [
            (f"{what}:{BEFORE}", due - timedelta(minutes=report.clock.remind)),
            (f"{what}:{DUE}", due),
            (f"{what}:{LATE}", due + timedelta(minutes=report.clock.escalate)),
        ][due - timedelta(minutes=report.clock.remind) <= report.since :]  # it would come with the report itself
    elif report.receipt_due is not None:
        found = [(f"{RECEIPT}:{unit}", report.receipt_due) for unit in report.unreceived]
    return tuple((mark, at) for mark, at in found if mark not in report.told)


def next_at(report: Report) -> datetime | None:
    """When time alone will next change it."""
    return min((at for _, at in stages(report)), default=None)
