"""Measures as steps, as tables: by grade, cause and mode left, each with its owner; what does not apply says why."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.edges.files.plan_folder import load_plan
from hecha.kernel.ids import AreaCode, ClauseId, Mode
from hecha.response import steps as module
from hecha.response.measures import Prescribed, prescribed
from hecha.response.step_words import WORDS
from hecha.response.steps import Plight, Step, bank_steps, branch_steps, first_handling, outlet_steps

PLAN = load_plan("zhejiang")
BOTH = frozenset(Mode)
WEB, CORE = frozenset({Mode.NON_INTERFACE}), frozenset({Mode.INTERFACE})
NONE: frozenset[Mode] = frozenset()
WENZHOU = AreaCode("3303")


def ordered(level: int, cause: str = "outage") -> list[Prescribed]:
    return prescribed(PLAN, [(cause, level)], {"data_error": (WENZHOU,)})


def applied(steps: tuple[Step, ...]) -> list[str]:
    """The clauses of the steps that apply, each once."""
    return list(dict.fromkeys(one.clause for one in steps if not one.why))


DELEGATE, SWITCH, OTHER = "5.1.1(1)", "5.1.1(2)", "5.1.1(3)"


@pytest.mark.parametrize(
    ("level", "has", "left", "todo"),
    [
        (4, BOTH, WEB, [DELEGATE, SWITCH]),
        (4, BOTH, NONE, [DELEGATE, OTHER]),
        (4, WEB, NONE, [DELEGATE, OTHER]),
        (3, BOTH, WEB, [SWITCH]),
        (3, BOTH, CORE, [SWITCH]),
        (3, BOTH, NONE, [OTHER]),
        (3, WEB, NONE, [OTHER]),
        (2, BOTH, CORE, [SWITCH]),
        (2, WEB, NONE, [OTHER]),
        (1, BOTH, NONE, [OTHER]),
        (1, WEB, NONE, [OTHER]),
        (1, BOTH, BOTH, []),
    ],
)
def test_what_a_counter_does_in_an_outage(
    level: int, has: frozenset[Mode], left: frozenset[Mode], todo: list[str]
) -> None:
    assert applied(outlet_steps("outlet/x1", Plight(has, left), ordered(level))) == todo


@pytest.mark.parametrize(
    ("level", "has", "left", "key", "why"),
    [
        (3, BOTH, NONE, "outlet.switch", "why.other_mode_down"),
        (3, WEB, NONE, "outlet.switch", "why.no_other_mode"),
        (2, WEB, NONE, "outlet.delegate", "why.not_prescribed"),
        (3, BOTH, WEB, "outlet.delegate", "why.works_by_switch"),
        (4, BOTH, WEB, "outlet.register", "why.only_if_others_fail"),
        (1, BOTH, CORE, "outlet.switch", "why.not_prescribed"),
    ],
)
def test_a_way_that_does_not_apply_says_why(
    level: int, has: frozenset[Mode], left: frozenset[Mode], key: str, why: str
) -> None:
    found = {one.key: one.why for one in outlet_steps("outlet/x1", Plight(has, left), ordered(level))}
    assert found[key] == why


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_data_error_keys_on_the_authority_printed_on_the_card(level: int) -> None:
    steps = outlet_steps("outlet/x1", Plight(BOTH, BOTH), ordered(level, "data_error"))
    assert steps[0].key == "outlet.authority"
    assert {one.cities for one in steps} == {(WENZHOU,)}
    whys = {one.clause: one.why for one in steps}
    assert (whys[ClauseId(DELEGATE)], whys[ClauseId(SWITCH)]) == ("why.same_source", "why.same_source")
    assert applied(steps) == [OTHER]


def test_a_data_error_hides_no_outage() -> None:
    both = [*ordered(2), *ordered(2, "data_error")]
    steps = outlet_steps("outlet/x1", Plight(WEB, NONE), both)
    assert {one.cause for one in steps if not one.why} == {"outage", "data_error"}


def test_before_any_order_the_whole_ladder_is_open() -> None:
    measures = first_handling(PLAN, ["outage"], {})
    assert [one.use for one in measures] == [(DELEGATE, SWITCH, OTHER)]
    assert applied(outlet_steps("outlet/x1", Plight(WEB, NONE), measures)) == [DELEGATE, OTHER]
    assert first_handling(PLAN, ["data_error"], {"data_error": (WENZHOU,)})[0].not_applicable == (DELEGATE, SWITCH)


def test_each_post_of_a_bank_has_its_own_step() -> None:
    plights = [Plight(BOTH, WEB, 30), Plight(BOTH, NONE, 5), Plight(BOTH, BOTH, 100)]
    steps = bank_steps("bank/X", plights, ordered(4), [(ClauseId("5.2.1(2)"), "terminal-network")])
    owners = {one.key: (one.post, one.outlets) for one in steps}
    assert owners["bank.organise"] == ("group", 35)
    assert owners["bank.delegates"] == ("settlement", 35)
    assert owners["bank.switch"] == ("technology", 30)
    assert owners["bank.credit"][0] == "credit"
    assert owners["runbook"][0] == "technology"
    assert {one.unit for one in steps} == {"bank/X"}


def test_a_bank_that_is_not_hit_does_nothing() -> None:
    assert bank_steps("bank/Y", [Plight(WEB, WEB, 10)], ordered(3)) == ()
    assert bank_steps("bank/Y", [Plight(WEB, WEB, 10)], ordered(2, "data_error")) != ()


@pytest.mark.parametrize(
    ("level", "ordered_", "business", "technical", "office"),
    [
        ("province", True, "4.3.1(2)", "4.3.1(3)", "4.3.1(1)"),
        ("city", True, "4.3.2(2)", "4.3.2(3)", "4.3.2(1)"),
        ("county", True, "4.3.3(2)", "4.3.3(3)", "4.3.3(1)"),
        ("county", False, "4.1.1(4)", "4.1.1(4)", "2.1.2.4(2)"),
        ("province", False, "4.1.1(4)", "4.1.1(4)", "2.1.2.2(2)"),
    ],
)
def test_departments_by_level(level: str, ordered_: bool, business: str, technical: str, office: str) -> None:
    steps = {one.key: one for one in branch_steps("pbc/3303", level, ordered(4), outlets=9, ordered=ordered_)}
    assert (steps["branch.business"].clause, steps["branch.business"].post) == (business, "settlement")
    assert (steps["branch.technology"].clause, steps["branch.technology"].post) == (technical, "technology")
    assert (steps["branch.office"].clause, steps["branch.office"].post) == (office, "office")
    assert steps["branch.accept"].clause == DELEGATE


MODES = st.sampled_from([WEB, BOTH])


@given(level=st.sampled_from([1, 2, 3, 4]), has=MODES, lost=st.frozensets(st.sampled_from(list(Mode)), min_size=1))
def test_whoever_is_hit_has_something_to_do(level: int, has: frozenset[Mode], lost: frozenset[Mode]) -> None:
    """Verification never just stops (1.5.1): except where a mode is left that no measure of this grade may use."""
    plight = Plight(has, has - lost)
    steps = outlet_steps("outlet/x1", plight, ordered(level))
    assert bool(applied(steps)) is plight.hit
    assert all(one.unit and one.clause for one in steps)


def test_every_step_has_its_words_and_every_word_its_step() -> None:
    source = Path(module.__file__).read_text(encoding="utf-8")
    used = set(re.findall(r'"((?:outlet|bank|branch|why)\.\w+|runbook)"', source))
    assert used == set(WORDS)
    assert all(zh and en for zh, en in WORDS.values())
