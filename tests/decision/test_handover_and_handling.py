"""A shift is handed over to another person of the unit; what was done first is on record and never blocked."""

from datetime import UTC, datetime

import pytest

from hecha.decision import handling, handover
from hecha.decision.handover import Handover, Offer, Open, Take, Withdraw
from hecha.kernel.errors import BadInput, Refused

AT = datetime(2026, 3, 12, 20, tzinfo=UTC)
OFFER = Offer("H1", "pbc/33", AT, "day", "张日班", "李夜班", "盯住备机", (Open("order.call", "O1", "E1", AT),))


def offered() -> Handover:
    (fact,) = handover.decide(OFFER, None)
    return handover.evolve(None, fact)


def test_a_shift_is_open_until_the_next_person_takes_over() -> None:
    state = offered()
    assert state.open == (Open("order.call", "O1", "E1", AT),)
    assert [duty.what for duty in handover.duties(state)] == ["handover.take"]
    assert handover.decide(OFFER, state) == ()
    with pytest.raises(Refused, match="另一人"):
        handover.decide(Take(AT, "day", "张日班", "pbc/33"), state)
    with pytest.raises(Refused, match="另一人"):
        handover.decide(Take(AT, "night", "李夜班", "pbc/3303"), state)
    take = Take(AT, "night", "李夜班", "pbc/33", "另有一件：电话簿未更新")
    (fact,) = handover.decide(take, state)
    state = handover.evolve(state, fact)
    assert handover.duties(state) == ()
    assert handover.decide(take, state) == ()
    with pytest.raises(Refused, match="已经有了结果"):
        handover.decide(Withdraw(AT, "day", "写错了"), state)


def test_an_offer_may_be_taken_back() -> None:
    state = offered()
    (fact,) = handover.decide(Withdraw(AT, "day", "写错了"), state)
    assert handover.duties(handover.evolve(state, fact)) == ()


def test_first_handling_is_one_fact_with_its_clause() -> None:
    record = handling.Record("A1", "E1", "pbc/330324", AT, "county", "已请网点改用非接口方式")
    (fact,) = handling.decide(record, None)
    assert (fact.kind, fact.clause, fact.on_behalf_of) == ("decision:handling:recorded", "2.1.2.3(3)", "pbc/330324")
    assert handling.decide(record, handling.evolve(None, fact)) == ()
    with pytest.raises(BadInput):
        handling.decide(handling.Record("A2", "E1", "pbc/330324", AT, "county", ""), None)
