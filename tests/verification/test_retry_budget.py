"""Retries may add a tenth to the load, and a quiet hop may still retry."""

import pytest

from hecha.verification.budget import RESERVE_MAX, RetryBudget


def _spent(budget: RetryBudget, now: float, asked: int) -> int:
    return sum(budget.spend(now) for _ in range(asked))


@pytest.mark.parametrize("load", [1_000, 10_000, 100_000])
def test_under_load_retries_stay_at_a_tenth_beyond_the_reserve(load: int) -> None:
    budget, retried = RetryBudget(0.0, per_s=0.0), 0
    for _ in range(load):
        budget.first_try()
        retried += budget.spend(0.0)
    assert retried <= 0.10 * load + RESERVE_MAX
    assert retried >= 0.09 * load


def test_everything_that_one_dead_route_strands_may_be_retried() -> None:
    assert _spent(RetryBudget(0.0), 0.0, 128) == 128


def test_an_empty_budget_fills_again_with_time() -> None:
    budget = RetryBudget(0.0)
    _spent(budget, 0.0, 1_000)
    assert not budget.spend(0.0)
    assert _spent(budget, 3.0, 1_000) == 30


def test_it_never_holds_more_than_its_cap() -> None:
    assert _spent(RetryBudget(0.0), 1_000_000.0, 10_000) == RESERVE_MAX
