"""Runbooks and questions as plan data: each clause of 5.2 has its book, each step an owner and a proof."""

import pytest

from hecha.edges.files.plan_folder import load_plan
from hecha.plan.model import Plan
from hecha.plan.runbooks import PARTIES, WHO


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("zhejiang")


@pytest.mark.parametrize(
    ("clause", "part", "nature"),
    [
        ("5.2.1(1)", "terminal", "hardware"),
        ("5.2.1(2)", "terminal", "network"),
        ("5.2.1(3)", "terminal", "power"),
        ("5.2.1(4)", "terminal", "environment"),
        ("5.2.2(1)", "front", "hardware"),
        ("5.2.2(2)", "front", "software"),
        ("5.2.2(3)", "front", "network"),
        ("5.2.2(4)", "front", "power"),
        ("5.2.2(5)", "front", "environment"),
    ],
)
def test_each_clause_has_its_runbook(plan: Plan, clause: str, part: str, nature: str) -> None:
    (found,) = [one for one in plan.runbooks if one.clause == clause]
    assert (found.part, found.nature) == (part, nature)
    assert len(found.steps) >= 3


def test_each_step_says_who_what_and_what_proves_it_in_both_languages(plan: Plan) -> None:
    steps = [step for book in plan.runbooks for step in book.steps]
    assert all(step.zh and step.en and step.proof and step.proof_en and step.who in WHO for step in steps)


def test_what_the_system_can_do_stands_where_the_regulation_asks_for_it(plan: Plan) -> None:
    actions = {book.clause: {step.action for step in book.steps} for book in plan.runbooks}
    assert {"start_standby", "switch_front"} <= actions["5.2.2(1)"]
    assert "call_vendor" in actions["5.2.2(2)"]
    assert "switch_channel" in actions["5.2.2(3)"]


def test_every_part_of_the_evaluation_is_asked_by_somebody(plan: Plan) -> None:
    assert {one.clause for one in plan.questions} == {f"5.4({number})" for number in (1, 2, 3, 4)}
    assert {one.party for one in plan.questions} == set(PARTIES)


def test_a_plan_may_do_without() -> None:
    assert load_plan("county-demo").runbooks == ()
