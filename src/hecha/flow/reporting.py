"""Reports that follow from what happens to an incident (4.1): owed when it opens, sooner when it grows, followed up
while it lasts, summed up when it ends, no longer needed when it was none.

Each plan that runs on the event has its own reports with its own clocks. A sender has at most one open first report of
a plan: whoever it must reach besides joins that one, or (once it is sent) gets a first report of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hecha.flow.book import Book, incident_of
from hecha.flow.life import Act, Life, Row
from hecha.incident.event import Incident, Phase
from hecha.kernel.facts import Fact
from hecha.organization.units import HEAD_OFFICE
from hecha.plan.model import Plan
from hecha.report import lifecycle, telling
from hecha.report.clocks import clock_of, next_at
from hecha.report.commands import Cancel, Owe, Pass
from hecha.report.content import Kind
from hecha.report.legs import Leg
from hecha.report.model import Phase as ReportPhase
from hecha.report.model import Report
from hecha.report.senders import Sender, owed

MERGED, WITHDRAWN = "并入终报 merged into the final report", "事件已撤销 the event was withdrawn"
_LIVE = (Phase.OPEN, Phase.RECOVERED)


def row(one: Report) -> Row:
    """A report is closed when nobody owes anything of it any more."""
    closed = one.cancelled_at
    if one.sent is not None and not one.undelivered and not one.unreceived:
        taken, gone = [each.at for each in one.receipts], [each.at for each in one.deliveries]
        closed = max([one.sent, *taken, *gone])
    return Row(one.incident, one.unit, one.phase.value, one.opened, closed, next_at(one))


REPORT = Life(
    "report",
    lifecycle.PREFIX,
    Report,
    lifecycle.decide,
    lifecycle.evolve,
    row,
    telling.duties,
    telling.notices,
    Pass,
    lambda one: one.readers,
)


def report_id(incident: str, unit: str, plan: str, serial: int, main: str) -> str:
    """`R-E2026…-pbc.3303-1`; reports of a further plan carry its name."""
    middle = "" if plan == main else f"-{plan}"
    return f"R-{incident}-{unit.replace('/', '.')}{middle}-{serial}"


def report_of(book: Book, id: str) -> Report:
    """A report that is there, since something happened to it."""
    found: Report | None = book.state("report", id)
    assert found is not None
    return found


def on_grade(fact: Fact, book: Book) -> Iterable[Act]:
    """Opened, measured anew, raised or lowered: who owes a report now, by every plan that runs on it."""
    incident = incident_of(book, fact.subject)
    if incident.phase not in _LIVE:
        return
    reports: Sequence[Report] = book.of(incident.id, "report")
    for plan, level in _standings(incident, book):
        for sender in owed(plan, book.network, book.units, incident.extent, level, fact.at):
            desk = _Desk(incident, plan, level, sender, reports, book.plans[0].id, fact.at)
            yield from desk.acts()


def on_sent(fact: Fact, book: Book) -> Iterable[Act]:
    """While the event lasts, the next report is owed after the plan's interval."""
    report = report_of(book, fact.subject)
    incident = incident_of(book, report.incident)
    if report.kind is Kind.FINAL or incident.phase not in _LIVE:
        return
    mine = [one for one in book.of(incident.id, "report") if (one.unit, one.plan) == (report.unit, report.plan)]
    legs = _all_legs(mine)
    if any(leg.repeat_minutes for leg in legs) and not any(one.is_open for one in mine):
        sender, plan = Sender(report.unit, legs), book.plan(report.plan)
        desk = _Desk(incident, plan, report.level, sender, mine, book.plans[0].id, fact.at)
        yield desk.fresh(Kind.FOLLOW_UP, legs)


def on_end(fact: Fact, book: Book) -> Iterable[Act]:
    """What is unsent merges into the final report, which everybody owes who had to report (2.1.2.1(6), 2.2(1))."""
    yield from _finals(fact, book, MERGED, everybody=True)


def on_withdrawn(fact: Fact, book: Book) -> Iterable[Act]:
    """No event after all: nothing more is owed but to those who were told of one, who must learn it (4.1.3(3))."""
    yield from _finals(fact, book, WITHDRAWN, everybody=False)


def follow_up_by_hand(report: Report, book: Book, at: datetime, by: str) -> Act:
    """A person wants to add to, or correct, what was sent: the open follow-up, or a new one without a deadline."""
    incident = incident_of(book, report.incident)
    mine = [one for one in book.of(incident.id, "report") if (one.unit, one.plan) == (report.unit, report.plan)]
    legs = tuple(Leg(leg.to, leg.clause, leg.speed, leg.notice_minutes, leg.written_minutes) for leg in _all_legs(mine))
    desk = _Desk(incident, book.plan(report.plan), report.level, Sender(report.unit, legs), mine, book.plans[0].id, at)
    return desk.fresh(Kind.FOLLOW_UP, legs, by=by)


def _standings(incident: Incident, book: Book) -> Iterator[tuple[Plan, int | None]]:
    """Each plan that runs on the event, with the level in force by it."""
    yield book.plan(incident.plan), incident.level
    for name, standing in incident.others.items():
        plan = next((one for one in book.plans if one.id == name), None)
        if plan is not None:
            yield plan, standing.level


def _finals(fact: Fact, book: Book, reason: str, everybody: bool) -> Iterator[Act]:
    incident = incident_of(book, fact.subject)
    reports: Sequence[Report] = book.of(incident.id, "report")
    for one in reports:
        if one.is_open and one.kind is not Kind.FINAL:
            yield Act("report", one.id, Cancel(reason, fact.at))
    for unit, plan in dict.fromkeys((one.unit, one.plan) for one in reports):
        mine = [one for one in reports if (one.unit, one.plan) == (unit, plan)]
        told = [one for one in mine if one.sent is not None or one.calls]
        if any(one.kind is Kind.FINAL for one in mine) or not (everybody or told):
            continue
        legs = _all_legs(mine if everybody else told)
        sender = Sender(unit, legs)
        desk = _Desk(incident, book.plan(plan), mine[-1].level, sender, mine, book.plans[0].id, fact.at)
        yield desk.fresh(Kind.FINAL, legs)


def _all_legs(reports: Iterable[Report]) -> tuple[Leg, ...]:
    """Everybody whom a sender has to report to, each once, by the fastest of its legs."""
    found: dict[str, Leg] = {}
    for leg in (leg for one in reports for leg in one.legs):
        known = found.get(leg.to)
        if known is None or leg.notice_minutes < known.notice_minutes:
            found[leg.to] = leg
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Desk:
    """One sender's reports of one plan, and what is owed next."""

    incident: Incident
    plan: Plan
    level: int | None
    sender: Sender
    reports: Sequence[Report]  # of the incident
    main: str
    at: datetime

    @property
    def mine(self) -> list[Report]:
        return [one for one in self.reports if (one.unit, one.plan) == (self.sender.unit, self.plan.id)]

    def acts(self) -> Iterator[Act]:
        """An open first report takes up what is new. Whom none was owed to yet, gets one; the others learn of a graver
        level by a follow-up, soon."""
        mine = self.mine
        first = next((one for one in mine if one.is_open and one.kind is Kind.FIRST), None)
        reached = {leg.to for one in mine if one.phase is not ReportPhase.CANCELLED for leg in one.legs}
        new = tuple(leg for leg in self.sender.legs if leg.to not in reached)
        if first is not None:
            yield from self._again(first)
        elif new:
            yield self.fresh(Kind.FIRST, new)
        if first is None and self._is_graver_than_told(mine):
            told = tuple(leg for leg in self.sender.legs if leg.to in reached)
            yield from self._hasten(mine, told, len(mine) + bool(new))

    def fresh(
        self, kind: Kind, legs: tuple[Leg, ...], hasten: bool = False, by: str = "system", after: int | None = None
    ) -> Act:
        """The next report of this sender, after so many others."""
        serial = 1 + (len(self.mine) if after is None else after)
        id = report_id(self.incident.id, self.sender.unit, self.plan.id, serial, self.main)
        return Act("report", id, self._owe(id, kind, serial, legs, hasten, by))

    def _again(self, known: Report) -> Iterator[Act]:
        if (known.legs, known.level) != (self.sender.legs, self.level):
            yield Act("report", known.id, self._owe(known.id, known.kind, known.serial, self.sender.legs))

    def _hasten(self, mine: Sequence[Report], legs: tuple[Leg, ...], after: int) -> Iterator[Act]:
        if not legs:
            return
        next_ = next((one for one in mine if one.is_open and one.kind is Kind.FOLLOW_UP), None)
        if next_ is None:
            yield self.fresh(Kind.FOLLOW_UP, legs, hasten=True, after=after)
        else:
            yield Act("report", next_.id, self._owe(next_.id, next_.kind, next_.serial, legs, hasten=True))

    def _is_graver_than_told(self, mine: Sequence[Report]) -> bool:
        """Whether the last level told of was milder. What is owed soon already is not hastened twice."""
        told = [one for one in mine if one.phase is ReportPhase.SENT]
        known = [one.level for one in mine if one.phase is not ReportPhase.CANCELLED and one.level is not None]
        return bool(told) and self.level is not None and self.level < min(known, default=9)

    def _owe(
        self, id: str, kind: Kind, serial: int, legs: tuple[Leg, ...], hasten: bool = False, by: str = "system"
    ) -> Owe:
        last = [one.id for one in self.mine if one.sent is not None]
        return Owe(
            id=id,
            incident=self.incident.id,
            unit=self.sender.unit,
            plan=self.plan.id,
            kind=kind,
            serial=serial,
            legs=legs,
            since=self.at,
            at=self.at,
            clock=clock_of(self.plan.settings),
            level=self.level,
            states_grade=any(leg.to == HEAD_OFFICE for leg in legs) and self.sender.unit.startswith("pbc/"),
            previous=last[-1] if last else "",
            hasten=hasten,
            by=by,
        )
