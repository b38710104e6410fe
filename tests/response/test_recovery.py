"""From confirmed recovery to a settled register, as a table of counts: who owes what, until nobody owes anything."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.kernel.errors import BadInput, Conflict, Refused
from hecha.kernel.facts import Fact
from hecha.response.recovery import (
    Command,
    ConfirmOutlet,
    Count,
    Open,
    Recovery,
    decide,
    duties,
    evolve,
    notices,
    recovery_id,
)

BACK = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
DUE = BACK + timedelta(hours=72)
OPEN = Open(recovery_id("E1"), "E1", "pbc/33", BACK, DUE, BACK + timedelta(minutes=10))
X, Y = "bank/X", "bank/Y"


def count(*owing: str, unproved: tuple[str, ...] = (), hours: float = 1) -> Count:
    return Count(owing, unproved, BACK + timedelta(hours=hours))


def lived(*commands: Command) -> tuple[Recovery, list[Fact]]:
    now, facts = None, []
    for command in commands:
        for fact in decide(command, now):
            now = evolve(now, fact)
            facts.append(fact)
    assert now is not None
    return now, facts


def owed(*commands: Command) -> list[tuple[str, str]]:
    return [(one.what, one.unit) for one in duties(lived(*commands)[0])]


def test_until_somebody_has_counted_the_leading_unit_owes_the_count() -> None:
    assert owed(OPEN) == [("backlog.count", "pbc/33")]
    with pytest.raises(Conflict):
        decide(count(), None)


@pytest.mark.parametrize(
    ("counts", "left"),
    [
        ([count(X, Y)], [("backlog.settle", X), ("backlog.settle", Y)]),
        ([count(X, Y), count(Y)], [("backlog.settle", Y)]),
        ([count(X), count()], []),
        ([count(X), count(), count(Y)], [("backlog.settle", Y)]),  # an entry that was spooled came home late
        ([count(unproved=(Y,))], [("recovery.prove", Y)]),
        ([count()], []),
    ],
)
def test_who_still_owes_what(counts: list[Count], left: list[tuple[str, str]]) -> None:
    assert owed(OPEN, *counts) == left
    assert (lived(OPEN, *counts)[0].settled is None) is bool(left)


def test_everything_owed_is_due_by_the_plans_time() -> None:
    now, _ = lived(OPEN, count(X))
    assert {(one.due, one.clause, one.incident) for one in duties(now)} == {(DUE, "5.1.1(3)", "E1")}


def test_counting_the_same_again_says_nothing() -> None:
    now, _ = lived(OPEN, count(X))
    assert decide(count(X, hours=2), now) == ()
    now, _ = lived(OPEN, count())
    assert decide(count(hours=2), now) == ()


def test_each_bank_is_told_once_and_again_when_the_time_is_over() -> None:
    now, facts = lived(OPEN, count(X))
    assert [(one.what, one.unit) for one in notices(facts[-1], now)] == [("backlog.settle", X)]
    now, facts = lived(OPEN, count(X), count(X, Y, hours=3))
    assert [one.unit for one in notices(facts[-1], now)] == [Y]
    now, facts = lived(OPEN, count(X), count(X, hours=73))
    assert [(one.what, one.unit) for one in notices(facts[-1], now)] == [
        ("backlog.overdue", X),
        ("backlog.overdue", "pbc/33"),
    ]
    assert now.overdue
    assert decide(count(X, hours=74), now) == ()


def test_it_fails_and_recovers_again() -> None:
    again = replace(OPEN, recovered=BACK + timedelta(hours=5), due=DUE + timedelta(hours=5))
    now, _ = lived(OPEN, count(), again)
    assert (now.due, now.settled, now.counted) == (again.due, None, None)
    assert decide(again, now) == ()


def confirm(outlet: str = "x1", how: str = "已核查一笔", down: bool = False) -> ConfirmOutlet:
    return ConfirmOutlet(outlet, X, how, down, BACK + timedelta(hours=1), "engineer", X)


def test_an_outlet_is_confirmed_by_a_person_who_says_how() -> None:
    now, _ = lived(OPEN, count(unproved=(X,)), confirm())
    assert now.is_confirmed == {"x1"}
    assert decide(confirm(), now) == ()
    with pytest.raises(Refused, match="怎样确认"):
        decide(confirm("x2", how=" "), now)
    with pytest.raises(BadInput):
        decide(confirm("x2", how="客户 110101199003070011"), now)


def test_nobody_confirms_what_is_measured_as_failing() -> None:
    now, _ = lived(OPEN)
    with pytest.raises(Refused, match="仍看到"):
        decide(confirm(down=True), now)


COUNTS = st.lists(
    st.builds(
        Count,
        st.lists(st.sampled_from([X, Y]), max_size=2).map(tuple),
        st.lists(st.sampled_from([X, Y]), max_size=2).map(tuple),
        st.integers(0, 100).map(lambda hours: BACK + timedelta(hours=hours)),
    ),
    max_size=8,
)


@given(COUNTS)
def test_settled_means_that_nobody_owes_anything(counts: list[Count]) -> None:
    now, _ = lived(OPEN, *counts)
    assert (now.settled is not None) is (bool(counts) and not duties(now))
    assert msgspec.json.decode(msgspec.json.encode(now), type=Recovery) == now
