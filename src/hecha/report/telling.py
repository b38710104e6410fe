"""What a report makes somebody owe, and whom its facts tell (4.1, 4.1.2, 4.1.3)."""

from collections.abc import Iterator
from datetime import datetime

from hecha.kernel.duties import Duty
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice
from hecha.report.clocks import DUE, LATE, RECEIPT
from hecha.report.content import Kind
from hecha.report.legs import is_outside
from hecha.report.lifecycle import PREFIX
from hecha.report.model import WRITTEN, Phase, Report

GROUP, OFFICE = "group", "office"


def desk_of(unit: str) -> str:
    """Who handles reports in a unit: a branch's office on its group's behalf (2.1.2.2(3)), a bank's group (2.2(1))."""
    return GROUP if unit.startswith("bank/") else OFFICE


def duties(report: Report) -> tuple[Duty, ...]:
    """To send it; once it is sent, to bring it to receivers outside the system, and to take it in those inside."""
    if report.is_open:
        what, due = report.due or (WRITTEN, None)
        told = bool(report.calls) and what == WRITTEN
        word, clause = ("written", "4.1.3(1)") if told else (report.kind.value, report.legs[0].clause)
        return (_duty(report, report.unit, f"report.{word}", clause, report.since, due),)
    if report.sent is None:
        return ()
    at, until = report.sent, report.receipt_due
    gone = (_duty(report, report.unit, "report.deliver", "4.1.3(1)", at, until, to) for to in report.undelivered)
    taken = (_duty(report, unit, "report.receive", "4.1.2", at, until, unit) for unit in report.unreceived)
    return (*gone, *taken)


def _duty(
    report: Report, unit: str, what: str, clause: str, since: datetime, due: datetime | None, whose: str = ""
) -> Duty:
    id = f"{report.id}:{what}" + (f":{whose}" if whose else "")
    return Duty(id, unit, what, clause, report.id, since, due, desk_of(unit), report.incident)


def notices(fact: Fact, report: Report) -> tuple[Notice, ...]:
    """Whom a fact of the report tells. Units outside the system are told on paper."""
    return tuple(one for one in _told(fact, report) if not is_outside(one.unit))


def _told(fact: Fact, report: Report) -> Iterator[Notice]:
    match fact.kind.removeprefix(PREFIX):
        case "owed" | "rerouted":
            urgent = report.kind is Kind.FIRST
            yield _notice(fact, report, "owed", report.unit, urgent=urgent, wants_ack=urgent)
            if urgent and desk_of(report.unit) == OFFICE:  # 由其（办公室）向本行领导小组报告
                yield _notice(fact, report, "found", report.unit, post=GROUP, urgent=True, wants_ack=True)
        case "phoned":
            yield _notice(fact, report, "phoned", report.calls[-1].to, urgent=True)
        case "skipped":
            assert report.skip is not None
            yield _notice(fact, report, "skipped", report.skip.over)
        case "sent":
            for unit in report.readers:
                yield _notice(fact, report, "sent", unit, urgent=report.kind is Kind.FIRST, wants_ack=True)
        case "answered":
            yield _notice(fact, report, "answered", report.unit, urgent=True, wants_ack=True)
        case "cancelled":
            yield _notice(fact, report, "owed", report.unit, state="cancelled")
        case "reminded" | "overdue":
            yield from _reminders(fact, report)


def _reminders(fact: Fact, report: Report) -> Iterator[Notice]:
    """Before: who has to send it. Due: their group. Late: the receivers' offices. Not taken: the receiver's group."""
    what, _, stage = fact.data["marks"][0].partition(":")
    if what == RECEIPT:
        yield _notice(fact, report, "unreceived", stage, post=GROUP, urgent=True)
    elif stage == LATE:
        for unit in report.receivers:
            yield _notice(fact, report, "late", unit, urgent=True)
    elif stage == DUE:
        yield _notice(fact, report, "overdue", report.unit, post=GROUP, urgent=True, wants_ack=True)
    else:
        yield _notice(fact, report, "due", report.unit, urgent=True)


def _notice(
    fact: Fact,
    report: Report,
    what: str,
    unit: str,
    post: str = "",
    urgent: bool = False,
    wants_ack: bool = False,
    state: str = "",
) -> Notice:
    due = report.due
    words = {
        "kind": report.kind.value,
        "from": report.unit,
        "level": str(report.level or ""),
        "due": due[1].isoformat() if due and report.phase is not Phase.CANCELLED else "",
        "number": report.number,
        "state": state,
    }
    return Notice(
        key=f"report:{report.id}:{what}:{unit}",
        unit=unit,
        what=f"report.{what}",
        clause=fact.clause,
        subject=report.id,
        at=fact.at,
        post=post or desk_of(unit),
        incident=report.incident,
        urgent=urgent,
        wants_ack=wants_ack,
        facts={name: word for name, word in words.items() if word},
    )
