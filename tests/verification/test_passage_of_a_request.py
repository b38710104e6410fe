"""A request's passage through a hop: events in, the next route out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.verification.budget import RetryBudget
from hecha.verification.hop import Failed, Passage, Timing, broke_at
from hecha.verification.routing import Routes

TIMING = Timing()


def _passage(names: tuple[str, ...] = ("front/a", "front/b"), deadline_s: float = 10.0, **more: int) -> Passage:
    return Passage(Routes(names, 0.0), RetryBudget(0.0), TIMING, 0.0, deadline_s, **more)


def test_it_begins_with_the_primary() -> None:
    assert _passage().route == 0


@pytest.mark.parametrize("result", ["timeout", "reset", "bad_answer", "bad_mac", "full"])
def test_a_failed_try_goes_on_to_the_next_route_then_round_again_and_then_gives_up(result: str) -> None:
    passage = _passage()
    assert [passage.failed(0.1, result) for _ in range(3)] == [1, 0, -1]
    assert [(failure.component, failure.result) for failure in passage.failures or []] == [
        ("front/a", result),
        ("front/b", result),
        ("front/a", result),
    ]


def test_where_nothing_listens_there_is_no_second_try() -> None:
    both, one = _passage(), _passage()
    assert [both.failed(0.1, "refused") for _ in range(2)] == [1, -1]
    assert [one.failed(0.1, "refused"), one.failed(0.2, "timeout"), one.failed(0.7, "timeout")] == [1, 1, -1]


def test_the_second_round_is_more_patient() -> None:
    passage = _passage()
    passage.failed(0.25, "timeout")
    passage.failed(0.5, "timeout")
    assert not passage.expired(0.99)
    assert passage.expired(1.0)


def test_without_answer_or_acknowledgement_a_try_ends_after_250_ms() -> None:
    passage = _passage()
    assert not passage.expired(0.2499)
    assert passage.expired(0.25)
    passage.failed(0.25, "timeout")
    assert not passage.expired(0.4999)
    assert passage.expired(0.5)


def test_a_hop_that_acknowledges_once_is_waited_for_until_the_business_deadline() -> None:
    passage = _passage()
    passage.acknowledged(0.1, beats=False)
    assert not passage.expired(9.99)
    assert passage.expired(10.0)


def test_a_hop_that_beats_is_given_up_when_it_falls_silent() -> None:
    passage = _passage()
    for tenth in range(1, 20):
        passage.acknowledged(tenth / 10, beats=True)
    assert not passage.expired(2.14)
    assert passage.expired(2.15)


def test_what_is_left_of_the_deadline_is_never_negative_and_never_more_than_ten_seconds() -> None:
    assert _passage(deadline_s=99.0).remaining_ms(0.0) == 10_000
    assert _passage(deadline_s=0.1).remaining_ms(5.0) == 0


def test_no_further_try_after_the_deadline() -> None:
    passage = _passage(deadline_s=0.2)
    assert passage.expired(0.2)
    assert passage.failed(0.2, "timeout") == -1


def test_no_further_try_without_budget() -> None:
    empty = RetryBudget(0.0, cap=0.0)
    passage = Passage(Routes(("a", "b"), 0.0), empty, TIMING, 0.0, 10.0)
    assert passage.failed(0.0, "reset") == -1
    assert [failure.result for failure in passage.failures or []] == ["reset", "full"]


def test_three_tries_at_most() -> None:
    passage = _passage(("a", "b", "c", "d"))
    assert [passage.failed(0.0, "reset") for _ in range(3)] == [1, 2, -1]


def test_a_forced_route_is_the_only_one() -> None:
    passage = _passage(only=1)
    assert passage.route == 1
    assert passage.failed(0.0, "refused") == -1


@pytest.mark.parametrize(
    ("failures", "component"),
    [
        ([("channel/production", "refused"), ("channel/backup", "refused")], "relay"),
        ([("channel/production", "timeout"), ("channel/backup", "timeout")], "relay"),
        ([("channel/production", "reset"), ("channel/backup", "reset")], "channel/production"),
        ([("channel/production", "reset"), ("channel/backup", "timeout")], "channel/production"),
        ([("channel/backup", "bad_mac"), ("channel/production", "reset")], "channel/backup"),
        ([("channel/production", "timeout")], "channel/production"),
        ([("channel/production", "timeout"), ("channel/production", "timeout")], "channel/production"),
        (
            [("channel/production", "timeout"), ("channel/backup", "timeout"), ("channel/production", "timeout")],
            "relay",
        ),
        ([("channel/production", "refused")], "relay"),
        ([("channel/production", "timeout"), ("channel/backup", "full")], "channel/production"),
    ],
)
def test_what_lies_behind_both_is_named_when_both_fail_alike(failures: list[tuple[str, str]], component: str) -> None:
    assert broke_at([Failed(name, 0.0, result) for name, result in failures], "relay") == component


def test_with_nothing_common_behind_the_first_route_is_named() -> None:
    assert broke_at([Failed("front/a", 0.0, "refused"), Failed("front/b", 0.0, "refused")], "") == "front/a"


@given(st.lists(st.sampled_from(["reset", "timeout", "bad_mac"]), max_size=8), st.integers(1, 5))
def test_it_always_ends_and_tries_every_route_before_any_again(results: list[str], count: int) -> None:
    passage = _passage(tuple(f"route-{index}" for index in range(count)))
    tried, now = [passage.route], 0.0
    for result in results:
        now += 0.1
        following = passage.failed(now, result)
        if following < 0:
            break
        tried.append(following)
    assert len(tried) <= TIMING.tries
    assert len(set(tried)) == min(len(tried), count)
