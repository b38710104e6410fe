"""Ordered routes: the primary while it works, the standby when not, never nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.kernel.errors import BadInput, Refused
from hecha.verification.routing import FAILBACK_S, SWITCH_HOLD_S, Routes

NAMES = ("front/a", "front/b")


def _routes(*broken: int) -> Routes:
    routes = Routes(NAMES, 0.0)
    for index in broken:
        for _ in range(3):
            routes.failed(index, 0.0)
    return routes


@pytest.mark.parametrize(("broken", "order"), [((), (0, 1)), ((0,), (1, 0)), ((1,), (0, 1)), ((0, 1), (0, 1))])
def test_broken_routes_come_last_and_when_all_are_broken_all_are_tried(
    broken: tuple[int, ...], order: tuple[int, ...]
) -> None:
    assert _routes(*broken).order(0.1) == order


def test_a_recovered_primary_takes_the_traffic_back_only_after_it_was_steady() -> None:
    routes = _routes(0)
    assert routes.in_use(0.1) == "front/b"
    for _ in range(2):
        routes.succeeded(0, 1.0, probe=True)
    assert routes.order(1.0 + FAILBACK_S - 0.01) == (1, 0)
    assert routes.order(1.0 + FAILBACK_S) == (0, 1)
    assert routes.in_use(1.0 + FAILBACK_S) == "front/a"


def test_one_request_is_offered_the_half_open_primary_first() -> None:
    routes = _routes(0)
    routes.succeeded(0, 0.6, probe=True)
    assert routes.order(0.7) == (0, 1)
    assert routes.order(0.7) == (1, 0)


def test_a_hand_switches_over_and_gives_the_order_back() -> None:
    routes = Routes(NAMES, 0.0)
    routes.prefer("front/b", 0.0)
    assert (routes.order(0.0), routes.preferred, routes.in_use(0.0)) == ((1, 0), "front/b", "front/b")
    routes.prefer("front/b", 0.1)  # said again: nothing new
    routes.prefer(None, SWITCH_HOLD_S)
    assert (routes.order(SWITCH_HOLD_S), routes.preferred) == ((0, 1), "")


def test_what_a_hand_chose_is_left_as_soon_as_it_fails_and_taken_again_when_it_is_steady() -> None:
    routes = Routes(NAMES, 0.0)
    routes.prefer("front/b", 0.0)
    for _ in range(3):
        routes.failed(1, 1.0)
    assert routes.order(1.1) == (0, 1)
    for _ in range(2):
        routes.succeeded(1, 2.0, probe=True)
    assert routes.order(2.0 + FAILBACK_S - 0.01) == (0, 1)
    assert routes.order(2.0 + FAILBACK_S) == (1, 0)


def test_no_citizen_tries_the_other_route_while_the_chosen_one_works() -> None:
    routes = Routes(NAMES, 0.0)
    routes.prefer("front/b", 0.0)
    for _ in range(3):
        routes.failed(0, 0.1)
    routes.succeeded(0, 1.0, probe=True)  # half open: a trial would be due if it stood first
    assert routes.order(1.1) == (1, 0)


def test_a_hand_cannot_choose_what_does_not_work() -> None:
    routes = _routes(1)
    with pytest.raises(Refused, match="不通"):
        routes.prefer("front/b", 0.1)
    for _ in range(2):
        routes.succeeded(1, 1.0, probe=True)
    with pytest.raises(Refused, match="尚未稳定"):
        routes.prefer("front/b", 1.1)
    routes.prefer("front/b", 1.0 + FAILBACK_S)
    assert routes.in_use(1.0 + FAILBACK_S) == "front/b"


def test_nobody_switches_back_and_forth() -> None:
    routes = Routes(NAMES, 0.0)
    routes.prefer("front/b", 10.0)
    with pytest.raises(Refused, match="刚刚切换过"):
        routes.prefer("front/a", 10.0 + SWITCH_HOLD_S - 0.1)
    routes.prefer("front/a", 10.0 + SWITCH_HOLD_S)
    assert routes.preferred == "front/a"


def test_no_switch_to_a_route_that_is_not_there() -> None:
    with pytest.raises(BadInput, match="front/a"):
        Routes(NAMES, 0.0).prefer("front/c", 0.0)


@given(st.lists(st.tuples(st.floats(0, 2), st.integers(0, 2), st.booleans()), max_size=150))
def test_every_route_is_in_every_order_once(events: list[tuple[float, int, bool]]) -> None:
    routes, now = Routes(("a", "b", "c"), 0.0), 0.0
    for passed, index, good in events:
        now += passed
        if good:
            routes.succeeded(index, now)
        else:
            routes.failed(index, now)
        assert sorted(routes.order(now)) == [0, 1, 2]
