"""The breaker of one route, told as tables: what is seen, second by second, and the state that follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.verification.breaker import BACKOFF_MAX_S, BACKOFF_S, ERRORS_IN_A_ROW, Breaker, State


def _opened(at: float = 0.0) -> Breaker:
    breaker = Breaker(at)
    for _ in range(ERRORS_IN_A_ROW):
        breaker.failed(at)
    return breaker


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        ("", State.CLOSED),
        ("xx", State.CLOSED),
        ("xx.xx", State.CLOSED),  # a success between: not in a row
        ("xxx", State.OPEN),
        ("x.x.x.x.x.x.x.x.x.x.", State.CLOSED),  # exactly half of twenty
        ("xx." * 7, State.OPEN),  # seven of twenty
        ("xx." * 6, State.CLOSED),  # too few to judge the rate
    ],
)
def test_errors_in_a_row_or_a_poor_rate_open_it(seen: str, state: State) -> None:
    breaker = Breaker(0.0)
    for sign in seen:
        if sign == "x":
            breaker.failed(1.0)
        else:
            breaker.succeeded(1.0)
    assert breaker.look(1.0) is state


def test_it_turns_half_open_when_the_back_off_is_over() -> None:
    breaker = _opened()
    assert breaker.look(BACKOFF_S - 0.01) is State.OPEN
    assert breaker.look(BACKOFF_S) is State.HALF_OPEN


def test_two_probes_close_it() -> None:
    breaker = _opened()
    breaker.look(1.0)
    breaker.succeeded(1.0, probe=True)
    assert breaker.state is State.HALF_OPEN
    breaker.succeeded(2.0, probe=True)
    assert breaker.state is State.CLOSED


def test_a_probe_cannot_cut_the_back_off_short_but_a_request_can() -> None:
    probed, used = _opened(), _opened()
    for _ in range(5):
        probed.succeeded(0.1, probe=True)
    for _ in range(2):
        used.succeeded(0.1)
    assert probed.state is State.OPEN
    assert used.state is State.CLOSED


def test_failed_trials_double_the_back_off_up_to_its_limit() -> None:
    breaker, now, pauses = _opened(), 0.0, []
    for _ in range(6):
        pauses.append(breaker.until - now)
        now = breaker.until
        breaker.failed(now)
    assert pauses == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]
    assert max(pauses) == BACKOFF_MAX_S


def test_a_route_that_flaps_soon_again_is_ejected_longer_and_a_steady_one_starts_anew() -> None:
    flapping, steady = _opened(), _opened()
    for breaker, again in ((flapping, 5.0), (steady, 100.0)):
        breaker.succeeded(1.0)
        breaker.succeeded(1.0)
        for _ in range(ERRORS_IN_A_ROW):
            breaker.failed(again)
    assert flapping.until - 5.0 == 2 * BACKOFF_S
    assert steady.until - 100.0 == BACKOFF_S


def test_one_request_at_a_time_is_the_trial_and_only_after_a_probe() -> None:
    breaker = _opened()
    assert not breaker.take_trial(1.0)  # no probe has got through yet
    breaker.succeeded(1.0, probe=True)
    assert breaker.take_trial(1.1)
    assert not breaker.take_trial(1.1)
    breaker.succeeded(1.2)
    assert breaker.state is State.CLOSED


def test_where_nobody_probes_a_request_is_the_trial_after_a_while() -> None:
    breaker = _opened()
    assert not breaker.take_trial(BACKOFF_S + 1.9)
    assert breaker.take_trial(BACKOFF_S + 2.0)


@given(st.lists(st.tuples(st.floats(0, 5), st.booleans(), st.booleans()), max_size=200))
def test_whatever_happens_two_successes_after_the_back_off_close_it(events: list[tuple[float, bool, bool]]) -> None:
    breaker, now = Breaker(0.0), 0.0
    for passed, good, probe in events:
        now += passed
        if good:
            breaker.succeeded(now, probe)
        else:
            breaker.failed(now)
        assert breaker.until <= now + BACKOFF_MAX_S or breaker.state is not State.OPEN
    now += BACKOFF_MAX_S
    breaker.succeeded(now, probe=True)
    breaker.succeeded(now, probe=True)
    assert breaker.look(now) is State.CLOSED
