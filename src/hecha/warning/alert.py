"""An alert (预警, 3.2): what people do with a warning, from the first news to its end. These are its values.

    raised ─ reported (3.2.3) ─ assessed* ─ notified* (3.2.4) ─ lifted
                                     └──────── became an incident ┘

A measured or declared fault that the watch follows (`hecha.warning.lifecycle`) has an alert of the same id. What a
monitor, a CAP feed or a person tells opens one as well; none of them ever changes availability or a grade.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hecha.kernel.ids import AreaCode, ComponentId
from hecha.warning.pace import Pace

SCORES = range(1, 6)
"""Likelihood and impact: 1 very low, 5 very high."""
TITLE_MAX, TEXT_MAX, REASON_MAX, NAME_MAX = 200, 1000, 400, 80
UNITS_MAX = 600
"""More units than this are never called by one alert."""


class Kind(StrEnum):
    """The two sources of 3.2.2."""

    ANOMALY = "anomaly"  # 系统运行异常信息
    EVENT = "event"  # 外部事件信息


class Phase(StrEnum):
    RAISED = "raised"  # 待报告
    REPORTED = "reported"  # 待评估
    ASSESSED = "assessed"  # 已评估
    NOTIFIED = "notified"  # 已通知有关单位
    LIFTED = "lifted"  # 已解除
    INCIDENT = "incident"  # 已转为突发事件


class Origin(StrEnum):
    """How the news came."""

    WATCH = "watch"  # the watch loop follows the fault
    ALERTMANAGER = "alertmanager"
    ZABBIX = "zabbix"
    CLOUDEVENTS = "cloudevents"
    CAP = "cap"
    PAGE = "page"  # a person entered it
    TELEPHONE = "telephone"  # somebody called; a person entered it
    PAPER = "paper"


class Task(StrEnum):
    """What the units concerned are told to do (3.2.4)."""

    PREVENT = "prevent"  # 加强预防
    WATCH = "watch"  # 密切监测
    PREPARE = "prepare"  # 做好应急处置准备


@dataclass(frozen=True, slots=True)
class Leg:
    """One telling by 3.2.3: who tells whom. `post` of the receiver: office, group. `told` None: still owed."""

    clause: str
    sender: str
    receiver: str
    post: str
    due: datetime
    told: datetime | None = None
    by: str = ""
    medium: str = ""  # system, page, telephone, paper
    note: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Likelihood × impact, and the grade it could reach. `measured`: the watch's own figures, by "system"."""

    likelihood: int
    impact: int
    by: str
    unit: str
    at: datetime
    reason: str
    level: int | None = None
    level_at: datetime | None = None
    clauses: tuple[str, ...] = ()
    measured: bool = False

    @property
    def score(self) -> int:
        return self.likelihood * self.impact

    def demands_notice(self, pace: Pace) -> bool:
        """Likely and serious: then the group must tell the units concerned (3.2.4)."""
        return self.likelihood >= pace.likelihood_from and self.impact >= pace.impact_from


@dataclass(frozen=True, slots=True)
class Call:
    """One unit that was told, and its acknowledgement by a named person. `chased`: how often it was reminded."""

    unit: str
    at: datetime
    acknowledged: datetime | None = None
    person: str = ""
    medium: str = ""
    chased: int = 0
    chased_at: datetime | None = None
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """`unit` is the branch whose office assesses; `cause` says what it is about, so that more of the same joins it.

    `began`, `expected_end`: when the thing itself began (or will begin), and is expected to end. `ended`: the watch
    measured the end. `quiet`: since then its source says nothing more, or says it is over."""

    id: str
    kind: Kind
    origin: Origin
    cause: str
    title: str
    nature: str
    unit: str
    raised: datetime
    by: str
    pace: Pace  # the plan's numbers when it was raised
    on_behalf_of: str = ""
    text: str = ""
    components: tuple[ComponentId, ...] = ()
    areas: tuple[AreaCode, ...] = ()
    severity: int = 0  # 0 unknown … 4 extreme, as the source says
    likely: int = 0  # 1 to 5, as the source says; 0 unknown
    began: datetime | None = None
    expected_end: datetime | None = None
    caller: str = ""  # who told it by telephone or on paper
    received: datetime | None = None  # and when
    legs: tuple[Leg, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    changed: datetime | None = None  # the source has said something new since it was raised
    overdue: bool = False
    tasks: tuple[Task, ...] = ()
    notified_by: str = ""
    notified_unit: str = ""
    notified_text: str = ""
    calls: tuple[Call, ...] = ()
    quiet: datetime | None = None
    is_event: bool = False  # 1.4.1 is met
    incident: str = ""
    event_clauses: tuple[str, ...] = ()
    ended: datetime | None = None
    lifted: datetime | None = None
    lifted_by: str = ""
    lifted_reason: str = ""
    joined: str = ""  # the alert of the same cause that goes on in its place

    @property
    def phase(self) -> Phase:
        if self.lifted is not None:
            return Phase.LIFTED
        if self.is_event:
            return Phase.INCIDENT
        if self.calls:
            return Phase.NOTIFIED
        if self.assessments:
            return Phase.ASSESSED
        return Phase.REPORTED if all(leg.told for leg in self.legs) else Phase.RAISED

    @property
    def closed(self) -> datetime | None:
        """When it needed nobody any more: lifted, or its incident's fault ended."""
        return self.lifted or (self.ended if self.is_event else None)

    @property
    def is_open(self) -> bool:
        return self.closed is None

    @property
    def assessment(self) -> Assessment | None:
        return self.assessments[-1] if self.assessments else None

    @property
    def waiting(self) -> tuple[Call, ...]:
        """The units that have not acknowledged."""
        return tuple(call for call in self.calls if call.acknowledged is None)

    @property
    def touched(self) -> bool:
        """Whether a person has taken part, so that only a person ends it."""
        return bool(self.calls)

    @property
    def assessed_by_hand(self) -> bool:
        """Whether a person's assessment is the latest word, and nothing new has come since."""
        latest = self.assessment
        if latest is None or latest.measured:
            return False
        return self.changed is None or latest.at >= self.changed

    @property
    def owes_assessment(self) -> bool:
        """A measured assessment below the threshold needs no person; everything else does (3.2.4)."""
        latest = self.assessment
        if not self.is_open or self.is_event or self.ended is not None or self.quiet is not None:
            return False
        if latest is not None and latest.measured and not latest.demands_notice(self.pace):
            return False
        return not self.assessed_by_hand

    @property
    def owes_notice(self) -> bool:
        """Likely and serious by a person's word, and nobody was told."""
        latest = self.assessment
        if latest is None or latest.measured or self.calls or not self.is_open or self.is_event:
            return False
        return latest.demands_notice(self.pace) and self.ended is None and self.quiet is None
