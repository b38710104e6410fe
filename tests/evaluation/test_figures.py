"""The figures of an event as tables: facts in, figures out; the same facts in any company give the same figures."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.evaluation.figures import Loss, business_of, figures_of, kept_by_clause, losses_of, moments_of
from hecha.evaluation.owed import Outcome, Replay, accounts
from hecha.kernel.facts import Fact
from hecha.response import recovery, run
from hecha.response.recovery import Count, Open

LOST = datetime(2026, 3, 12, 0, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    return LOST + timedelta(hours=hours)


def fact(name: str, hours: float, subject: str = "E1", **data: Any) -> Fact:
    return Fact(name, subject, at(hours), data=data)


OPENED = fact("incident:event:opened", 8.1, occurred=at(0).isoformat(), discovered=at(0.1), proposed={"level": 3})
STORY = [
    OPENED,
    fact("report:report:owed", 8.1, "R1", kind="first"),
    fact("report:report:phoned", 8.3, "R1"),
    fact("report:report:sent", 9, "R1"),
    fact("decision:resolution:proposed", 8.5, "D0", kind="repair_first"),
    fact("decision:resolution:taken", 8.6, "D0"),
    fact("decision:resolution:proposed", 8.7, "D1", kind="start"),
    fact("decision:resolution:taken", 8.9, "D1"),
    fact("command:order:drafted", 8.9, "O1", kind="start"),
    fact("command:order:published", 9.0, "O1"),
    fact("command:order:received", 9.1, "O1"),
    fact("incident:event:raised", 9.2, level=2),
    fact("command:order:received", 9.6, "O1"),
    fact("incident:event:recovered", 20, recovered=at(19.5).isoformat()),
    fact("command:order:drafted", 20, "O2", kind="end"),
    fact("command:order:published", 21, "O2"),
    fact("command:order:received", 21.5, "O2"),
    fact("recovery:register:counted", 21, "V-E1", owing=["bank/X"], unproved=[], fresh=[]),
    fact("recovery:register:settled", 43.5, "V-E1"),
]


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("detection", 6),
        ("grade", 480),
        ("first_report", 12),
        ("decision", 48),
        ("order", 6),
        ("first_receipt", 6),
        ("last_receipt", 36),
        ("recovery", 19 * 60 + 30),
        ("end", 90),
        ("settled", 24 * 60),
    ],
)
def test_every_clock_of_efficiency(name: str, minutes: int) -> None:
    assert figures_of(STORY).clock(name).minutes == minutes


@pytest.mark.parametrize("left_out", ["report:", "decision:", "command:", "recovery:", "incident:event:recovered"])
def test_what_did_not_happen_has_no_figure(left_out: str) -> None:
    figures = figures_of([one for one in STORY if not one.kind.startswith(left_out)])
    name = {"report:": "first_report", "decision:": "decision", "command:": "order", "recovery:": "settled"}
    assert figures.clock(name.get(left_out, "recovery")).minutes is None
    assert figures.clock("detection").minutes == 6


def test_levels_as_they_stood() -> None:
    assert [level for _, level in figures_of(STORY).levels] == [3, 2]


def test_a_relapse_makes_the_recovery_a_later_one() -> None:
    story = [*STORY, fact("incident:event:relapsed", 44)]
    assert figures_of(story).clock("recovery").minutes is None
    assert figures_of(story).clock("settled").minutes is None
    story.append(fact("incident:event:recovered", 46, recovered=at(45).isoformat()))
    assert figures_of(story).clock("recovery").minutes == 45 * 60


def test_outlet_hours_are_summed_and_the_peak_is_kept() -> None:
    tallies = [
        fact("watch:tally:outage", 1, minutes={"interface": 90, "dark": 30}, peak={"interface": 3, "dark": 1}),
        fact("watch:tally:outage", 2, minutes={"interface": 60}, peak={"interface": 2}),
    ]
    losses = losses_of(tallies)
    assert losses["interface"] == Loss(150, 3)
    assert losses["interface"].hours == 2.5
    assert (losses["dark"], losses["non_interface"]) == (Loss(30, 1), Loss())


ENTRIES = [
    fact("register:entry:registered", 1, "R1"),
    fact("register:entry:registered", 1, "R2"),
    fact("register:entry:registered", 2, "R3"),
    fact("register:entry:registered", 2, "R4"),
    fact("register:entry:registered", 2, "R5"),
    fact("register:entry:verified", 20, "R1", outcome="match_photo"),
    fact("register:entry:verified", 20, "R2", outcome="name_mismatch"),
    fact("register:entry:verified", 20, "R3", outcome="input_error"),
    fact("register:entry:verified", 20, "R4", outcome="not_found"),
    fact("register:entry:settled", 30, "R2", how="police_confirm"),
    fact("delegation:request:performed", 3, "W1"),
    fact("register:entry:verified", 3, "R9", outcome="match_photo"),  # of another event
]


def test_what_became_of_customers_requests() -> None:
    tallies = [
        fact("watch:tally:requests", 1, cities={"3301": [100, 60, 30], "3302": [10, 1, 1]}),
        fact("watch:tally:requests", 2, cities={"3301": [50, 5, 0]}),
    ]
    found = business_of(tallies, ENTRIES, frozenset({"3301"}))
    assert (found.requests, found.failed, found.switched) == (150, 65, 30)
    assert business_of(tallies, ENTRIES).requests == 160
    assert (found.delegated, found.registered) == (1, 5)
    assert (found.same, found.differs, found.unverifiable, found.settled, found.open) == (1, 2, 1, 1, 3)


LIVES = {
    recovery.PREFIX: Replay(recovery.evolve, recovery.duties),
    run.PREFIX: Replay(run.evolve, run.duties),
}
BACK = at(20)


def register_of(*counts: Count) -> list[Fact]:
    state, facts = None, []
    begun = Open("V-E1", "E1", "pbc/33", BACK, BACK + timedelta(hours=72), BACK)
    for command in (begun, *counts):
        for one in recovery.decide(command, state):
            state = recovery.evolve(state, one)
            facts.append(one)
    return facts


def counted(*owing: str, hours: float) -> Count:
    return Count(owing, (), BACK + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("settled_after", "looked_after", "outcome"),
    [(24, 100, Outcome.MET), (80, 100, Outcome.LATE), (None, 30, Outcome.OPEN), (None, 100, Outcome.OVERDUE)],
)
def test_a_duty_is_met_late_open_or_overdue(settled_after: float | None, looked_after: float, outcome: Outcome) -> None:
    counts = [counted("bank/X", hours=0.1)]
    if settled_after is not None:
        counts.append(counted(hours=settled_after))
    found = accounts(register_of(*counts), LIVES, BACK + timedelta(hours=looked_after))
    assert {one.duty.what: one.outcome for one in found}["backlog.settle"] is outcome


def test_a_relapse_makes_duties_lapse() -> None:
    facts = register_of(counted("bank/X", hours=1))
    facts.append(Fact("recovery:register:reopened", "V-E1", at(30), data={"recovered": at(30), "due": at(102)}))
    found = {one.duty.what: one.outcome for one in accounts(facts, LIVES, at(31))}
    assert found == {"backlog.count": Outcome.OPEN, "backlog.settle": Outcome.LAPSED}


def test_duties_are_counted_by_clause() -> None:
    facts = register_of(counted("bank/X", "bank/Y", hours=1), counted("bank/Y", hours=2), counted(hours=90))
    (kept,) = kept_by_clause(accounts(facts, LIVES, at(200)))
    assert (kept.clause, kept.met, kept.late) == ("5.1.1(3)", 2, 1)


@given(st.permutations(range(len(STORY))))
def test_no_clock_is_ever_negative(order: list[int]) -> None:
    """Whatever a clock that was set back does to the moments of facts."""
    shuffled = [STORY[index] for index in order]
    assert all(one.minutes is None or one.minutes >= 0 for one in figures_of(shuffled).clocks)
    assert set(moments_of(shuffled)) >= {"occurred", "opened"}
