"""Chapters 5.1 to 5.3 in the procedure: runs of runbooks, and the register from recovery until it is settled."""

from collections.abc import Iterable, Iterator

from hecha.flow.book import Book, incident_of
from hecha.flow.life import Act, Life, Row
from hecha.flow.recover import terms_of
from hecha.kernel.facts import Fact
from hecha.response import recovery, run
from hecha.response.recovery import Open, Recovery, recovery_id
from hecha.response.run import Phase, Run


def _run_row(one: Run) -> Row:
    return Row(one.incident, one.unit, one.phase.value, one.opened, one.closed)


def _owners(one: Run) -> Iterable[str]:
    return dict.fromkeys(step.unit for step in one.steps)


def _recovery_row(one: Recovery) -> Row:
    phase = "settled" if one.settled else "overdue" if one.overdue else "open"
    return Row(one.incident, one.unit, phase, one.opened, one.settled)


def _debtors(one: Recovery) -> Iterable[str]:
    return dict.fromkeys((*one.owing, *one.unproved))


RUN = Life("run", run.PREFIX, Run, run.decide, run.evolve, _run_row, run.duties, run.notices, readers=_owners)
RECOVERY = Life(
    "recovery",
    recovery.PREFIX,
    Recovery,
    recovery.decide,
    recovery.evolve,
    _recovery_row,
    recovery.duties,
    recovery.notices,
    readers=_debtors,
)


def register_is_due(fact: Fact, book: Book) -> Iterator[Act]:
    """Recovery was confirmed, or the event withdrawn: what was registered is to be settled by the plan's time."""
    incident = incident_of(book, fact.subject)
    recovered = incident.recovered or fact.at
    due = recovered + terms_of(book.plan(incident.plan)).settle_within
    id = recovery_id(incident.id)
    yield Act("recovery", id, Open(id, incident.id, incident.unit, recovered, due, fact.at))


def runs_end(fact: Fact, book: Book) -> Iterator[Act]:
    """When an event has ended, runs that nobody finished are abandoned: what was to be mended works again."""
    for one in book.of(fact.subject, "run"):
        if one.phase is Phase.RUNNING:
            reason = "事件已结束 the event has ended"
            yield Act("run", one.id, run.Abandon(reason, fact.at, fact.by, one.unit))
