"""The five contents of 4.1.1: what is measured, what is judged, and what is missing."""

import pytest

from hecha.kernel.errors import BadInput
from hecha.report.content import BY_ID, ITEMS, TEXT_MAX, Missing, Source, judged, missing
from tests.api.town import number
from tests.report.sheets import SAID, START, full

LEVELS = (1, 2, 3, 4)


def lacking(*without: str, states_grade: bool = False, **said: str) -> list[tuple[str, str]]:
    found = missing(full(SAID | said, without), states_grade=states_grade)
    return [(one.clause, one.item) for one in found]


def test_the_five_contents_are_there_in_the_regulations_order() -> None:
    assert list(dict.fromkeys(item.clause for item in ITEMS)) == [f"4.1.1({n})" for n in (1, 2, 3, 4, 5)]


@pytest.mark.parametrize(
    ("left_out", "clause", "zh"),
    [
        ("unit", "4.1.1(1)", "发生单位"),
        ("occurred", "4.1.1(1)", "发生时间"),
        ("place", "4.1.1(1)", "发生地点"),
        ("nature", "4.1.1(2)", "性质"),
        ("dark", "4.1.1(3)", "两种方式均不能核查的网点"),
        ("command", "4.1.1(4)", "现场组织指挥"),
        ("handling", "4.1.1(4)", "先期处置措施"),
        ("repair", "4.1.1(4)", "系统修复"),
        ("activation", "4.1.1(5)", "应急处置办法的启动"),
        ("help", "4.1.1(5)", "需要上级协助"),
        ("apply", "4.1.1(5)", "申请上级启动应急办法"),
    ],
)
def test_what_is_left_out_is_named_with_its_clause(left_out: str, clause: str, zh: str) -> None:
    assert lacking() == []
    assert lacking(left_out) == [(clause, left_out)]
    assert BY_ID[left_out].zh == zh


def test_the_province_must_state_the_grade_to_head_office() -> None:
    assert lacking(states_grade=True) == [("4.1.1(3)", "grade")]
    assert lacking(states_grade=True, grade="2") == []


def test_what_is_asked_of_the_level_above_needs_its_words() -> None:
    assert lacking(help="yes") == [("4.1.1(5)", "help_text")]
    assert lacking(help="yes", help_text="请协调公安部门") == []
    assert lacking(apply="yes") == [("4.1.1(5)", "apply_text")]


def test_a_nature_that_is_none_of_the_eight_needs_its_cause() -> None:
    assert lacking(nature="other") == [("4.1.1(2)", "cause")]
    assert lacking(nature="other", cause="鼠害") == []


def test_an_empty_fact_is_not_there() -> None:
    content = full()
    empty = dict(content.measured) | {"place": type(content.measured["place"])(START)}
    assert missing(type(content)(empty, content.judged), states_grade=False) == (Missing("4.1.1(1)", "place"),)


@pytest.mark.parametrize("item", [item.id for item in ITEMS if item.source is Source.MEASURED])
def test_nobody_edits_what_was_measured(item: str) -> None:
    with pytest.raises(BadInput, match="测得的事实由系统填写"):
        judged({item: "0"}, LEVELS, "zhang", START)


def test_judgements_have_their_author_and_moment() -> None:
    found = judged({"handling": " 先登记 ", "cause": "  "}, LEVELS, "zhang", START)
    assert {name: (one.value, one.by, one.at) for name, one in found.items()} == {
        "handling": ("先登记", "zhang", START)
    }


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"nature": "bad luck"}, "不在可选范围"),
        ({"grade": "7"}, "不在可选范围"),
        ({"help": "maybe"}, "不在可选范围"),
        ({"handling": "长" * (TEXT_MAX + 1)}, "不能超过 1000 字"),
        ({"nonsense": "x"}, "不是可以填写的项目"),
    ],
)
def test_what_is_entered_wrongly_is_named(fields: dict[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        judged(fields, LEVELS, "zhang", START)


def test_no_citizens_number_enters_a_report() -> None:
    for text in (f"客户{number(1)}已登记", f"{number(2)[:6]} {number(2)[6:14]} {number(2)[14:]}", f"0{number(3)}"):
        with pytest.raises(BadInput, match="不得写入公民身份号码") as refused:
            judged({"handling": text}, LEVELS, "zhang", START)
        assert number(1)[:17] not in str(refused.value)
    assert judged({"handling": "流水号 202603120000000001"}, LEVELS, "zhang", START)
