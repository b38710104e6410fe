"""Delegation as a table, and the order in which delegates are offered."""

from datetime import UTC, datetime

import pytest

from hecha.kernel.errors import Conflict, Refused
from hecha.response.delegation import (
    OFFERED_MAX,
    Accept,
    Ask,
    Candidate,
    Command,
    Delegation,
    Kind,
    Perform,
    Refuse,
    State,
    Why,
    Withdraw,
    decide,
    evolve,
    offered,
)
from hecha.verification.outcome import Outcome

NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
ASK = Ask("W1", "bank/X", "x1", "outlet/y1", "t", "01", NOON, "clerk-x1")
ACCEPT = Accept(NOON, "clerk-y1")
REFUSE = Refuse(Why.TOO_BUSY, NOON, "clerk-y1")
PERFORM = Perform(Outcome.MATCH_PHOTO, NOON, "clerk-y1")
WITHDRAW = Withdraw(NOON, "clerk-x1")


def after(*commands: Command) -> Delegation:
    now: Delegation | None = None
    for command in commands:
        for fact in decide(command, now):
            now = evolve(now, fact)
    assert now is not None
    return now


def test_both_sides_are_recorded() -> None:
    done = after(ASK, ACCEPT, PERFORM)
    assert (done.asked_by, done.answered_by, done.performed_by) == ("clerk-x1", "clerk-y1", "clerk-y1")
    assert (done.state, done.outcome) == (State.PERFORMED, "match_photo")


@pytest.mark.parametrize(
    ("before", "command", "then"),
    [
        ((ASK,), ACCEPT, State.ACCEPTED),
        ((ASK,), REFUSE, State.REFUSED),
        ((ASK,), WITHDRAW, State.WITHDRAWN),
        ((ASK,), PERFORM, Refused),
        ((ASK, ACCEPT), ACCEPT, State.ACCEPTED),
        ((ASK, ACCEPT), REFUSE, Conflict),
        ((ASK, ACCEPT), WITHDRAW, State.WITHDRAWN),
        ((ASK, ACCEPT), Perform(Outcome.UNAVAILABLE, NOON, "y"), State.ACCEPTED),
        ((ASK, REFUSE), ACCEPT, Conflict),
        ((ASK, REFUSE), PERFORM, Refused),
        ((ASK, WITHDRAW), ACCEPT, Conflict),
        ((ASK, ACCEPT, PERFORM), PERFORM, State.PERFORMED),
        ((ASK, ACCEPT, PERFORM), WITHDRAW, Conflict),
        ((ASK,), ASK, Conflict),
    ],
)
def test_table(before: tuple[Command, ...], command: Command, then: State | type[Exception]) -> None:
    if isinstance(then, State):
        assert after(*before, command).state is then
        return
    with pytest.raises(then):
        after(*before, command)


def test_nobody_delegates_to_themselves() -> None:
    with pytest.raises(Refused, match="不能委托本网点"):
        decide(Ask("W1", "bank/X", "x1", "outlet/x1", "t", "01", NOON, "clerk"), None)


def one(
    unit: str, kind: Kind = Kind.OTHER_BANK, able: bool = True, phone: str = "", rank: int | None = None
) -> Candidate:
    return Candidate(unit, unit, kind, able, phone, rank)


def test_agreed_delegates_with_a_telephone_come_first() -> None:
    listed = [
        one("pbc/330302", Kind.BRANCH),
        one("outlet/y1"),
        one("bank/X", Kind.SUPERIOR),
        one("outlet/z2", rank=1),
        one("outlet/z1", phone="0577-5550101", rank=2),
        one("outlet/z3", phone="0577-5550102", rank=1),
        one("outlet/z4", able=False, phone="0577-5550103", rank=1),
    ]
    order = [candidate.unit for candidate in offered(listed)]
    assert order == ["outlet/z3", "outlet/z1", "outlet/z2", "bank/X", "outlet/y1", "pbc/330302"]


def test_the_list_is_bounded() -> None:
    assert len(offered([one(f"outlet/{i}") for i in range(50)])) == OFFERED_MAX
