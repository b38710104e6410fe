"""A report as a value: whose it is, to whom it goes and until when; what was told, sent, taken and answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from hecha.report.content import Content, Judged, Kind
from hecha.report.legs import Leg, is_outside

NOTICE, WRITTEN = "notice", "written"
"""The two things that are due of a first report: being told of (by telephone, or at once in writing), and the paper."""


class Phase(StrEnum):
    OWED = "owed"  # 待报
    PHONED = "phoned"  # 已电话先报，欠书面
    SENT = "sent"  # 已报出
    CANCELLED = "cancelled"  # 不再需要


class Via(StrEnum):
    """How a receiver took a report, or how one went out of the system."""

    SYSTEM = "system"  # 系统内签收
    TELEPHONE = "telephone"
    FAX = "fax"
    MAIL = "mail"  # 公文交换、机要
    COURIER = "courier"  # 专人送达
    NETWORK = "network"  # 公文传输系统


@dataclass(frozen=True, slots=True)
class Clock:
    """Minutes, from the plan's settings: a reminder before what is due, escalation to the receiver's office after it,
    and until when a receiver should have taken a report that was sent."""

    remind: int = 10
    escalate: int = 15
    receipt: int = 30


USUAL = Clock()


@dataclass(frozen=True, slots=True)
class Call:
    """A telephone report: who told whom, when, and in short what (电话先报)."""

    to: str
    caller: str
    callee: str
    at: datetime
    said: str
    by: str  # account


@dataclass(frozen=True, slots=True)
class Receipt:
    """Taken by a named person."""

    unit: str
    name: str
    at: datetime
    by: str
    via: Via = Via.SYSTEM


@dataclass(frozen=True, slots=True)
class Delivery:
    """How it went to a receiver outside the system: the paper's number there, when, by whom."""

    to: str
    via: Via
    number: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver outside answered: its number and date, who received it here, the gist, where the scan is kept."""

    sender: str
    number: str
    at: datetime
    receiver: str
    gist: str
    scan: str
    by: str


@dataclass(frozen=True, slots=True)
class Skip:
    """越一级: the level left out, to whom it went instead, and why (4.1.3(2))."""

    over: str
    to: str
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Report:
    """One report of one unit, to all its receivers at once. `serial` counts a sender's reports of one plan from 1.

    `told`: which reminders have gone out (`notice:before`, `written:due`, `receipt:pbc/33` …)."""

    id: str
    incident: str
    unit: str
    plan: str
    kind: Kind
    serial: int
    legs: tuple[Leg, ...]
    since: datetime
    opened: datetime
    notice_due: datetime | None = None
    written_due: datetime | None = None
    clock: Clock = USUAL
    level: int | None = None  # the event's, when it was owed or last re-routed
    states_grade: bool = False
    previous: str = ""
    phase: Phase = Phase.OWED
    calls: tuple[Call, ...] = ()
    draft: Mapping[str, Judged] = field(default_factory=dict)
    skip: Skip | None = None
    content: Content | None = None  # as it was sent; never changed
    number: str = ""
    sent: datetime | None = None
    sent_by: str = ""
    sent_name: str = ""
    receipts: tuple[Receipt, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    answers: tuple[Answer, ...] = ()
    told: tuple[str, ...] = ()
    cancelled: str = ""  # why
    cancelled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Something is still to be sent."""
        return self.phase in (Phase.OWED, Phase.PHONED)

    @property
    def receivers(self) -> tuple[str, ...]:
        """Where it goes: with a level skipped, to the one above it instead."""
        return tuple(self.skip.to if self.skip and leg.to == self.skip.over else leg.to for leg in self.legs)

    @property
    def readers(self) -> tuple[str, ...]:
        """Who may read it once it is sent: its receivers, and the level that was skipped and is informed."""
        return (*self.receivers, self.skip.over) if self.skip else self.receivers

    @property
    def is_notified(self) -> bool:
        """Every receiver has been told, by telephone or in writing."""
        called = {call.to for call in self.calls}
        return self.sent is not None or called >= set(self.receivers)

    @property
    def due(self) -> tuple[str, datetime] | None:
        """What is due next, and when: the notice, then the written report."""
        if not self.is_open:
            return None
        if self.notice_due is not None and not self.is_notified:
            return NOTICE, self.notice_due
        return None if self.written_due is None else (WRITTEN, self.written_due)

    def received(self, unit: str) -> Receipt | None:
        return next((one for one in self.receipts if one.unit == unit), None)

    @property
    def undelivered(self) -> tuple[str, ...]:
        """Receivers outside the system to whom the paper has not gone yet."""
        gone = {one.to for one in self.deliveries}
        return tuple(unit for unit in self.receivers if is_outside(unit) and unit not in gone) if self.sent else ()

    @property
    def unreceived(self) -> tuple[str, ...]:
        """Receivers inside the system that have not taken it yet."""
        if self.sent is None:
            return ()
        return tuple(unit for unit in self.receivers if not is_outside(unit) and self.received(unit) is None)

    @property
    def receipt_due(self) -> datetime | None:
        return None if self.sent is None else self.sent + timedelta(minutes=self.clock.receipt)
