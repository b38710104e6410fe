"""The counter card as a table: outcome and situation -> what is offered, in the order of 5.1.1."""

from dataclasses import replace
from typing import Any

import pytest

from hecha.kernel.ids import AreaCode, ClauseId
from hecha.response.card import DELEGATE, OTHER, SWITCH, Case, Prescribed, card
from hecha.response.delegation import Candidate, Kind
from hecha.response.wording import WORDS
from hecha.verification.outcome import Outcome

WENZHOU = AreaCode("3303")
NEIGHBOUR = Candidate("outlet/y1", "乙银行", Kind.OTHER_BANK, True, "0577-5550101", 1)
AWAY = Case(Outcome.UNAVAILABLE, candidates=(NEIGHBOUR,), other_mode="works", other_mode_name="interface")


def shown(case: Case) -> dict[str, Any]:
    found = card(case)
    assert found is not None
    return found


def applicable(case: Case) -> list[str]:
    return [step["clause"] for step in shown(case)["steps"] if step["applicable"]]


def order(clause: str, *use: ClauseId, cause: str = "outage", cities: frozenset[AreaCode] = frozenset()) -> Prescribed:
    return Prescribed(ClauseId(clause), cause, use, cities)


@pytest.mark.parametrize(
    ("measures", "offered"),
    [
        ((), [DELEGATE, SWITCH, OTHER]),  # before any order: the whole ladder
        ((order("5.1.1", DELEGATE, SWITCH, OTHER),), [DELEGATE, SWITCH, OTHER]),  # 一般
        ((order("5.1.2", SWITCH, OTHER),), [SWITCH, OTHER]),  # 较大
        ((order("5.1.3", SWITCH, OTHER),), [SWITCH, OTHER]),  # 重大
        ((order("5.1.4.1", OTHER),), [OTHER]),  # 特大
        ((order("5.1.4.1", OTHER), order("5.1.1", DELEGATE, SWITCH, OTHER)), [DELEGATE, SWITCH, OTHER]),
        ((order("5.1.3", OTHER, cause="data_error"),), [DELEGATE, SWITCH, OTHER]),  # it hides no outage
    ],
)
def test_the_order_in_force_decides_what_is_offered(measures: tuple[Prescribed, ...], offered: list[str]) -> None:
    assert applicable(replace(AWAY, order=measures)) == offered


def test_what_is_not_offered_is_shown_with_its_reason() -> None:
    steps = shown(replace(AWAY, order=(order("5.1.4.1", OTHER),)))["steps"]
    assert [step["clause"] for step in steps] == [DELEGATE, SWITCH, OTHER]
    assert [step["why"]["key"] for step in steps[:2]] == ["why.not_prescribed"] * 2


@pytest.mark.parametrize(
    ("other", "why"),
    [("none", "why.no_other_mode"), ("down", "why.other_mode_down"), ("tried", "why.tried")],
)
def test_a_switch_needs_another_mode_that_works(other: str, why: str) -> None:
    step = shown(replace(AWAY, other_mode=other))["steps"][1]
    assert (step["applicable"], step["why"]["key"]) == (False, why)


def test_delegation_needs_somebody_who_can() -> None:
    unable = replace(NEIGHBOUR, can_verify=False)
    step = shown(replace(AWAY, candidates=(unable,)))["steps"][0]
    assert (step["applicable"], step["why"]["key"], step["delegates"]) == (False, "why.nobody", [])


@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.NAME_MISMATCH, Outcome.MATCH_NO_PHOTO])
def test_in_a_data_error_neither_delegation_nor_switch_helps(outcome: Outcome) -> None:
    found = shown(
        replace(AWAY, outcome=outcome, card_city=WENZHOU, card_city_zh="温州市", data_errors=frozenset({WENZHOU}))
    )
    assert found["data_error"] == {"city": "3303", "zh": "温州市", "declared": True}
    assert [step["applicable"] for step in found["steps"]] == [False, False, True]
    assert {step["why"]["key"] for step in found["steps"][:2]} == {"why.same_source"}
    assert found["basis"]["kind"] == "first_handling"
    assert found["headline"]["key"] == "headline.data_error"
    assert found["steps"][2]["register"] is True


def test_the_order_of_a_data_error_speaks_of_its_cities_only() -> None:
    measure = order("5.1.4.2", OTHER, cause="data_error", cities=frozenset({WENZHOU}))
    errors = frozenset({WENZHOU, AreaCode("3301")})
    inside = Case(Outcome.NOT_FOUND, card_city=WENZHOU, data_errors=errors, order=(measure,))
    assert shown(inside)["basis"] == {"kind": "order", "clauses": ["5.1.4.2"]}
    outside = replace(inside, card_city=AreaCode("3301"))
    assert shown(outside)["basis"]["kind"] == "first_handling"


@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.NAME_MISMATCH, Outcome.MATCH_NO_PHOTO])
def test_the_card_asks_for_the_authority_when_it_is_not_known(outcome: Outcome) -> None:
    assert shown(Case(outcome))["ask_card_authority"] is True
    assert shown(Case(outcome, card_city=WENZHOU))["ask_card_authority"] is False


def test_a_suspicion_is_shown_as_one() -> None:
    found = shown(Case(Outcome.NOT_FOUND, card_city=WENZHOU, suspected=frozenset({WENZHOU})))
    assert found["data_error"]["declared"] is False
    assert found["headline"]["key"] == "headline.doubt"


@pytest.mark.parametrize("outcome", [Outcome.MATCH_PHOTO, Outcome.INPUT_ERROR])
def test_no_card_where_nothing_is_left_to_do(outcome: Outcome) -> None:
    assert card(Case(outcome)) is None


@pytest.mark.parametrize("outcome", [one for one in Outcome if one not in (Outcome.MATCH_PHOTO, Outcome.INPUT_ERROR)])
def test_every_card_ends_in_business_going_on_and_never_turns_away(outcome: Outcome) -> None:
    found = shown(Case(outcome))
    assert found["steps"][-1]["clause"] == OTHER
    assert found["steps"][-1]["applicable"] is True
    assert found["wording"]["script"][0]["zh"] == "不要拒绝客户"
    assert found["wording"]["customer"]["zh"]
    assert found["wording"]["customer"]["en"]


def test_an_outage_card_carries_a_door_notice() -> None:
    assert "业务照常办理" in shown(AWAY)["wording"]["door"]["zh"]


def test_every_text_stands_in_both_languages() -> None:
    assert all(zh and en and zh != en for zh, en in WORDS.values())
