"""The desk for reports: what people do with them, each checked against posts (2.1.2, 2.2) and run in one transaction.

desk = ReportDesk(procedure, organization, picture)
look = desk.look(principal, id)                          # the report, what it would say now, what is missing
await procedure.run(lambda tx: desk.send(tx, principal, id, fields))
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hecha.edges.procedure import report_lists
from hecha.edges.procedure.bookkeeping import StoredBook
from hecha.edges.procedure.procedure import TIMELINE_MAX, Procedure
from hecha.edges.procedure.report_lists import Counts, Page, Question
from hecha.edges.procedure.tables import timeline
from hecha.edges.store import ledger
from hecha.edges.store.tables import facts
from hecha.edges.store.writer import Tx
from hecha.flow.book import incident_of
from hecha.flow.life import Act
from hecha.flow.picture import Picture
from hecha.flow.report_facts import QUIET, Prefill, View, prefill
from hecha.flow.report_sight import Depth, Reader, depth, ladder, reader, require
from hecha.flow.reporting import follow_up_by_hand
from hecha.incident.event import Incident
from hecha.kernel.errors import BadInput
from hecha.kernel.facts import Fact
from hecha.kernel.ids import UnitId
from hecha.organization.organization import Organization
from hecha.organization.principal import Principal
from hecha.plan.model import Plan
from hecha.plan.posts import Act as Doing
from hecha.report.commands import Deliver, Draft, Enter, Phone, Receive, Send, SkipLevel
from hecha.report.content import Content, Judged, Missing, judged, missing
from hecha.report.model import Answer, Call, Delivery, Report, Via

CHINA = ZoneInfo("Asia/Shanghai")
SERIES = "report"
_DRAFTED = "decision:handling:recorded"


@dataclass(frozen=True, slots=True)
class May:
    """What this person may do with a report, as posts allow; each refusal has its words when it is tried."""

    send: bool = False
    receive: bool = False
    enter: bool = False  # deliveries and answers of receivers outside


@dataclass(frozen=True, slots=True)
class Look:
    """One report as a person sees it. `filled`: while it is not sent, what it would say now."""

    report: Report
    incident: Incident
    depth: Depth
    plan: Plan
    may: May
    earlier: Sequence[Report]
    filled: Prefill | None = None
    missing: tuple[Missing, ...] = ()
    ladders: Mapping[str, str] = field(default_factory=dict)  # receiver → the level above it

    @property
    def content(self) -> Content | None:
        """What was sent, or would be sent with what is suggested."""
        return self.report.content or (self.filled.content({}) if self.filled else None)


class ReportDesk:
    """`organization` gives who holds what, `picture` the watch's latest picture."""

    def __init__(
        self, procedure: Procedure, organization: Callable[[], Organization], picture: Callable[[], Picture]
    ) -> None:
        self._procedure, self._organization, self._picture = procedure, organization, picture
        self._ground = procedure.ground

    # --- read --------------------------------------------------------------------------------------------------------

    def reader(self, principal: Principal) -> Reader:
        return reader(self._ground.network, principal)

    def page(self, principal: Principal, asked: Question) -> Page:
        """A page of a list, as far as this person may read."""
        with self._procedure.store.read() as connection:
            return report_lists.page(connection, self.reader(principal), asked)

    def count(self, principal: Principal, incident: str) -> Counts:
        """How an incident's reports stand, as far as this person may read them."""
        with self._procedure.store.read() as connection:
            return report_lists.count(connection, self.reader(principal), incident, self.now)

    @property
    def now(self) -> datetime:
        return self._procedure.clock()

    def look(self, principal: Principal, id: str) -> Look:
        """One report. Raises NotThere for one that is not theirs."""
        organization = self._organization()
        with self._procedure.store.read() as connection:
            return self._look(connection, principal, id, organization)

    def _look(self, connection: sa.Connection, principal: Principal, id: str, organization: Organization) -> Look:
        book, who = StoredBook(connection, self._ground), self.reader(principal)
        report = require(who, book.state("report", id))
        incident, plan = incident_of(book, report.incident), book.plan(report.plan)
        reports: Sequence[Report] = book.of(incident.id, "report")
        sees = depth(who, report)
        filled = (
            self._filled(book, connection, report, incident, reports)
            if report.is_open and sees is Depth.WHOLE
            else None
        )
        said = {name: Judged(word, "", incident.opened) for name, word in (filled.suggested if filled else {}).items()}
        return Look(
            report=report,
            incident=incident,
            depth=sees,
            plan=plan,
            may=self._may(principal, report, organization),
            earlier=tuple(one for one in reports if _is_of_same(one, report)) if sees is Depth.WHOLE else (),
            filled=filled,
            missing=missing(filled.content(said), states_grade=report.states_grade) if filled else (),
            ladders=_ladders(book, report),
        )

    def _filled(
        self,
        book: StoredBook,
        connection: sa.Connection,
        report: Report,
        incident: Incident,
        reports: Sequence[Report],
    ) -> Prefill:
        found = _timeline(connection, incident.id)
        handlings = [(fact.on_behalf_of, str(fact.data["text"])) for fact in found if fact.kind == _DRAFTED]
        view = View(
            network=self._ground.network,
            units=book.units,
            picture=self._picture(),
            incident=incident,
            reports=reports,
            facts=found,
            now=self._procedure.clock(),
            handlings=handlings,
            order=_order_number(book, incident.order),
        )
        return prefill(report, view)

    def _may(self, principal: Principal, report: Report, organization: Organization) -> May:
        now = self._procedure.clock()

        def allowed(act: Doing, unit: str) -> bool:
            return organization.may(principal, act, UnitId(unit), now).allowed

        own = [unit for unit in report.readers if unit == principal.unit]
        return May(
            send=allowed(Doing.REPORT, report.unit),
            receive=bool(own) and report.sent is not None and allowed(Doing.RECEIPT, own[0]),
            enter=allowed(Doing.RECORD_EXTERNAL, report.unit),
        )

    # --- done --------------------------------------------------------------------------------------------------------

    def permit(self, principal: Principal, act: Doing, id: str, unit: str = "") -> None:
        """Before a transaction: the report is theirs to see, and the post allows it. Raises NotThere or Refused."""
        report = require(self.reader(principal), self._procedure.state("report", id))
        self._organization().require(principal, act, UnitId(unit or report.unit), self._procedure.clock())

    def draft(self, tx: Tx, principal: Principal, id: str, fields: Mapping[str, str]) -> Report:
        """Keep what has been judged so far."""
        report, now = self._report(tx, id), self._procedure.clock()
        said = self._judged(report, fields, principal, now)
        return self._do(tx, id, Draft(said, now, principal.account))

    def send(self, tx: Tx, principal: Principal, id: str, fields: Mapping[str, str]) -> Report:
        """Send it in writing: what is measured now, and what this person says. It takes the unit's next number."""
        report, now = self._report(tx, id), self._procedure.clock()
        book = self._procedure.registry.book(tx)
        incident = incident_of(book, report.incident)
        filled = self._filled(book, tx.connection, report, incident, book.of(incident.id, "report"))
        content = filled.content(self._judged(report, fields, principal, now))
        number = ""
        if report.is_open and not missing(content, states_grade=report.states_grade):
            year = now.astimezone(CHINA).year
            number = f"〔{year}〕{book.next_number(report.unit, SERIES, year)}号"
        return self._do(tx, id, Send(content, number, principal.name, now, principal.account))

    def phone(self, tx: Tx, principal: Principal, id: str, to: str, callee: str, said: str, at: datetime) -> Report:
        """Record that a receiver was told by telephone."""
        call = Call(to, principal.name, callee.strip(), at, said.strip(), principal.account)
        return self._do(tx, id, Phone(call, self._procedure.clock()))

    def skip(self, tx: Tx, principal: Principal, id: str, over: str, reason: str) -> Report:
        """Report to the level above a receiver."""
        above = ladder(self._procedure.registry.book(tx).units, over)
        to = above[0] if above else ""
        command = SkipLevel(over, to, reason, above, self._procedure.clock(), principal.account)
        return self._do(tx, id, command)

    def receive(self, tx: Tx, principal: Principal, id: str) -> Report:
        """The person's own unit takes the report."""
        now = self._procedure.clock()
        return self._do(tx, id, Receive(str(principal.unit), principal.name, now, principal.account))

    def deliver(self, tx: Tx, principal: Principal, id: str, to: str, via: str, number: str, at: datetime) -> Report:
        """Record how and when the paper went to a receiver outside."""
        if via not in set(Via) or via == Via.SYSTEM:
            raise BadInput("送出方式 how it went", "不在可选范围之内 not one of the choices", "请从选项中选择")
        delivery = Delivery(to, Via(via), number.strip(), at, principal.account)
        return self._do(tx, id, Deliver(delivery, self._procedure.clock()))

    def enter(self, tx: Tx, principal: Principal, id: str, answer: Mapping[str, Any]) -> Report:
        """Enter what a receiver outside answered: sender, number, at, receiver, gist, scan."""
        entered = Answer(**answer, by=principal.account)
        return self._do(tx, id, Enter(entered, self._procedure.clock()))

    def follow_up(self, tx: Tx, principal: Principal, id: str) -> Report:
        """The follow-up to add to, or correct, a report that was sent: the open one, or a new one."""
        report, book = self._report(tx, id), self._procedure.registry.book(tx)
        mine: Sequence[Report] = [one for one in book.of(report.incident, "report") if _is_of_same(one, report)]
        waiting = next((one for one in mine if one.is_open), None)
        if waiting is not None:
            return waiting
        act = follow_up_by_hand(report, book, self._procedure.clock(), principal.account)
        state, _ = self._procedure.registry.do(tx, act)
        return _as_report(state)

    def _report(self, tx: Tx, id: str) -> Report:
        return _as_report(self._procedure.registry.book(tx).state("report", id))

    def _judged(self, report: Report, fields: Mapping[str, str], who: Principal, at: datetime) -> dict[str, Judged]:
        plan = next((one for one in self._ground.plans if one.id == report.plan), self._ground.plan)
        return judged(fields, tuple(level.rank for level in plan.levels), who.name, at)

    def _do(self, tx: Tx, id: str, command: Any) -> Report:
        state, _ = self._procedure.registry.do(tx, Act("report", id, command))
        return _as_report(state)


def _as_report(state: Any) -> Report:
    assert isinstance(state, Report)
    return state


def _order_number(book: StoredBook, id: str) -> str:
    """The number of an order, as people know it; "" where none is in force."""
    order = book.state("order", id) if id else None
    return "" if order is None else str(order.number)


def _ladders(book: StoredBook, report: Report) -> dict[str, str]:
    """For each receiver that may be skipped, the level right above it."""
    if not report.is_open or report.skip is not None:
        return {}
    above = {to: ladder(book.units, to) for to in report.receivers}
    return {to: units[0] for to, units in above.items() if units and units[0] not in report.receivers}


def _is_of_same(one: Report, other: Report) -> bool:
    return (one.unit, one.plan) == (other.unit, other.plan)


def _timeline(connection: sa.Connection, incident: str) -> list[Fact]:
    """What a report may tell of: the newest of the incident's facts, without what only moves papers."""
    query = sa.select(facts).join(timeline, timeline.c.seq == facts.c.seq).where(timeline.c.incident == incident)
    told = query.where(facts.c.kind.not_in(sorted(QUIET))).order_by(facts.c.seq.desc()).limit(TIMELINE_MAX)
    return [ledger.recorded(row).fact for row in reversed(connection.execute(told).all())]
