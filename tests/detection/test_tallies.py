"""What an outage costs, as tables of minutes and requests: counted once, kept over a restart, none in calm hours."""

from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hecha.flow.tally import OUTAGE, PROVINCE, REQUESTS, Loss, Row, Tallies
from hecha.kernel.facts import Fact
from hecha.kernel.ids import Mode, OutletId
from tests.detection.town import MORNING, small_province

PROVINCE_OF_TWO = small_province()
X1, Z3 = OutletId("x1"), OutletId("z3")
FAULT = Loss("W1", MORNING, interface=3, non_interface=8, dark=3)


def at(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def counted(minutes: int, loss: Loss | None = FAULT, step: int = 1) -> tuple[Tallies, list[Fact]]:
    tallies = Tallies(PROVINCE_OF_TWO)
    facts = []
    for minute in range(step, minutes + 1, step):
        tallies.passes(at(minute), [loss] if loss else [])
        facts += tallies.facts()
    return tallies, facts


def minutes_of(facts: list[Fact]) -> dict[str, int]:
    found = {"interface": 0, "non_interface": 0, "dark": 0}
    for fact in facts:
        for name, count in fact.data.get("minutes", {}).items():
            found[name] += count
    return found


@pytest.mark.parametrize("step", [1, 5, 7, 60])
def test_outlet_minutes_are_the_same_however_often_one_looks(step: int) -> None:
    tallies, facts = counted(420, step=step)
    tallies.passes(at(420), [])
    assert minutes_of(facts + tallies.facts()) == {"interface": 3 * 420, "non_interface": 8 * 420, "dark": 3 * 420}


def test_one_fact_an_hour_and_one_at_the_end() -> None:
    tallies, facts = counted(150)
    assert [(fact.kind, fact.subject) for fact in facts] == [(OUTAGE, "W1")] * 2
    tallies.passes(at(150), [])
    assert len(tallies.facts()) == 1
    assert tallies.facts() == []


def test_it_grows_and_the_peak_is_kept() -> None:
    tallies = Tallies(PROVINCE_OF_TWO)
    tallies.passes(at(10), [FAULT])
    tallies.passes(at(20), [replace(FAULT, interface=1)])
    tallies.passes(at(21), [])
    (fact,) = tallies.facts()
    assert (fact.data["minutes"]["interface"], fact.data["peak"]["interface"]) == (3 * 10 + 1 * 10, 3)


def test_what_was_out_before_it_was_seen_counts_from_its_begin() -> None:
    tallies = Tallies(PROVINCE_OF_TWO)
    tallies.passes(at(5), [FAULT])
    tallies.passes(at(5), [])
    assert minutes_of(tallies.facts())["dark"] == 15


def requests(tallies: Tallies, *attempts: tuple[OutletId, Mode, float, bool]) -> None:
    for outlet, mode, minute, worked in attempts:
        tallies.request(outlet, mode, at(minute), worked)


CORE, WEB = Mode.INTERFACE, Mode.NON_INTERFACE


@pytest.mark.parametrize(
    ("attempts", "counts"),
    [
        ([(X1, CORE, 1, True)], (1, 0, 0)),
        ([(X1, CORE, 1, False)], (1, 1, 0)),
        ([(X1, CORE, 1, False), (X1, WEB, 1, True)], (1, 0, 1)),  # one customer, the other mode answered
        ([(X1, CORE, 1, False), (X1, WEB, 1, False)], (1, 1, 0)),  # one customer, neither did
        ([(X1, CORE, 1, False), (X1, CORE, 2, False)], (2, 2, 0)),
        ([(X1, CORE, 1, True), (X1, WEB, 1, True)], (2, 0, 0)),  # two customers in the same moment
    ],
)
def test_a_customer_is_counted_once(
    attempts: list[tuple[OutletId, Mode, float, bool]], counts: tuple[int, ...]
) -> None:
    tallies = Tallies(PROVINCE_OF_TWO)
    requests(tallies, *attempts)
    tallies.passes(at(3), [FAULT])
    tallies.passes(at(4), [])
    (fact,) = [one for one in tallies.facts() if one.kind == REQUESTS]
    assert (fact.subject, fact.data["cities"]) == (PROVINCE, {"3301": list(counts)})


def test_calm_hours_leave_nothing_behind() -> None:
    tallies = Tallies(PROVINCE_OF_TWO)
    for minute in range(0, 300, 5):
        requests(tallies, (X1, WEB, minute, True), (Z3, WEB, minute, True))
        tallies.passes(at(minute), [])
    assert (tallies.facts(), tallies.changed, tallies.gone) == ([], set(), set())


def test_an_outlet_that_is_not_there_counts_nothing() -> None:
    tallies = Tallies(PROVINCE_OF_TWO)
    tallies.request(OutletId("nobody"), WEB, at(1), False)
    tallies.passes(at(1), [FAULT])
    assert [key for key in tallies.changed if key[1] == PROVINCE] == []


def test_a_restart_goes_on_where_it_was() -> None:
    tallies, before = counted(90)
    requests(tallies, (X1, WEB, 91, False))
    tallies.passes(at(91), [FAULT])
    rows = [tallies.row(key) for key in tallies.changed]
    kept = msgspec.json.decode(msgspec.json.encode(rows), type=list[Row])
    again = Tallies(PROVINCE_OF_TWO, kept)
    again.passes(at(100), [FAULT])
    again.passes(at(100), [])
    after = again.facts()
    assert minutes_of(before + after)["dark"] == 3 * 100
    assert [one.data["cities"] for one in after if one.kind == REQUESTS] == [{"3301": [1, 1, 0]}]
    assert {key[1] for key in again.gone} == {"W1", PROVINCE}


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 90), st.booleans()), min_size=1, max_size=20))
def test_nothing_is_lost_or_counted_twice_over_hours_and_restarts(steps: list[tuple[int, bool]]) -> None:
    tallies, now, facts = Tallies(PROVINCE_OF_TWO), MORNING, list[Fact]()
    for minutes, restart in steps:
        now += timedelta(minutes=minutes)
        tallies.passes(now, [FAULT])
        facts += tallies.facts()
        if restart:
            tallies = Tallies(PROVINCE_OF_TWO, [tallies.row(key) for key in tallies.changed])
    tallies.passes(now, [])
    total = (now - MORNING) // timedelta(minutes=1)
    assert minutes_of(facts + tallies.facts())["interface"] == 3 * total
