"""The sentence language: a table of sentences, a table of mistakes, and what holds for all of them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hecha.kernel.errors import BadInput
from hecha.plan.model import Matter, Quantifier, Scope, Sentence, Span
from hecha.plan.sentence import parse_alternative, parse_sentence, show

ALL, SOME = Quantifier.ALL, Quantifier.SOME

SENTENCES = [
    ("全省 所有 网点 非接口 不能 超过8小时", Sentence(Scope.WHOLE, Matter.CANNOT_NON_INTERFACE, ALL, Span(481))),
    ("全国 部分 网点 任一方式 不能", Sentence(Scope.WHOLE, Matter.CANNOT_ANY, SOME)),
    ("全省 部分 接口行网点 接口 能", Sentence(Scope.WHOLE, Matter.CAN_INTERFACE, SOME)),
    ("某接口行 所有 网点 接口 不能 超过8小时", Sentence(Scope.INTERFACE_BANK, Matter.CANNOT_INTERFACE, ALL, Span(481))),
    ("某县市 部分 网点 两种方式 不能 30分钟以上", Sentence(Scope.COUNTY, Matter.CANNOT_BOTH, SOME, Span(30))),
    ("至少2个省 所有 网点 两种方式 不能 3小时以上", Sentence(Scope.PROVINCE, Matter.CANNOT_BOTH, ALL, Span(180), 2)),
    (
        "1至10个地市 数据 严重误差 超过8小时不超过48小时",
        Sentence(Scope.CITY, Matter.SEVERE_DATA_ERROR, ALL, Span(481, 2880), 1, 10),
    ),
    ("某地市 数据 影响业务的误差 1天以下", Sentence(Scope.CITY, Matter.DISTURBING_DATA_ERROR, ALL, Span(0, 1440))),
    (
        "某银行 所有 网点 非接口 不能 超过0.5小时不足2小时",
        Sentence(Scope.BANK, Matter.CANNOT_NON_INTERFACE, ALL, Span(31, 119)),
    ),
]


@pytest.mark.parametrize(("text", "means"), SENTENCES, ids=[text for text, _ in SENTENCES])
def test_a_sentence_means(text: str, means: Sentence) -> None:
    assert replace(parse_sentence(text), text="", line=0) == means


MISTAKES = [
    # text, what is named, what is suggested
    ("全盛 所有 网点 接口 不能", "“全盛”不认得，此处应是范围", "全省"),
    ("至少3个地是 所有 网点 两种方式 不能", "“至少3个地是”", "至少3个地市"),
    ("全省 全部 网点 两种方式 不能", "“全部”不认得，此处应是数量", "部分"),
    ("全省 所有 网店 两种方式 不能", "“网店”", "网点"),
    ("全省 所有 网点 两种方法 不能", "“两种方法”", "两种方式"),
    ("全省 所有 网点 两种方式 不行", "“不行”不认得，此处应是能否", "不能"),
    ("全省 所有 网点 两种方式 不能 超过8钟头", "时限“超过8钟头”不认得", "超过8小时"),
    ("全省 所有 网点 两种方式 不能 超过0.001小时", "时限“超过0.001小时”不认得", "超过8小时"),
    ("全省 所有 网点 两种方式 不能 超过0.33小时", "不是整分钟", "分钟"),
    ("全省 所有 网点 两种方式 不能 超过9000小时", "太长", "366天"),
    ("全省 所有 网点 两种方式 不能 超过48小时不超过8小时", "下限高于上限", "小的写在前面"),
    ("0至3个县市 所有 网点 两种方式 不能", "个数不对", "从1"),
    ("5至3个县市 所有 网点 两种方式 不能", "前大后小", "3至5"),
    ("全省 所有 网点", "“网点”之后缺“方式”", "接口、非接口"),
    ("", "这里缺“范围”", "全省"),
    ("全省 所有 网点 两种方式 不能 超过8小时 左右", "“左右”是多出来的词", "且"),
    ("全省 所有 网点 接口 不能", "“网点”不都有接口方式", "接口行网点"),
    ("全省 所有 接口行网点 非接口 不能", "只和“接口”连用", "网点"),
    ("全省 部分 网点 任一方式 能", "“任一方式 能”没有意思", "接口 能"),
    ("某县市 数据 严重误差", "数据误差按地市说", "某地市"),
    ("某地市 数据 轻微误差", "“轻微误差”不认得", "严重误差"),
]


@pytest.mark.parametrize(("text", "named", "suggested"), MISTAKES, ids=[text or "空" for text, _, _ in MISTAKES])
def test_a_mistake_is_named_with_a_way_out(text: str, named: str, suggested: str) -> None:
    with pytest.raises(BadInput) as wrong:
        parse_sentence(text, "grading.toml:7")
    assert wrong.value.where == "grading.toml:7"
    assert named in wrong.value.what
    assert suggested in wrong.value.suggestion


def test_sentences_joined_must_all_hold() -> None:
    both = parse_alternative("全省 所有 网点 非接口 不能 超过8小时 且 全省 部分 接口行网点 接口 能")
    assert [each.matter for each in both] == [Matter.CANNOT_NON_INTERFACE, Matter.CAN_INTERFACE]


def test_only_one_sentence_where_one_is_wanted() -> None:
    with pytest.raises(BadInput, match="只能有一句话"):
        parse_sentence("全省 所有 网点 两种方式 不能 且 某地市 数据 严重误差")


def test_a_line_has_a_limit() -> None:
    with pytest.raises(BadInput, match="太长"):
        parse_alternative("全省 所有 网点 两种方式 不能 且 " * 100)


DATA = (Matter.SEVERE_DATA_ERROR, Matter.DISTURBING_DATA_ERROR)
ABLE = (Matter.CAN_INTERFACE, Matter.CAN_NON_INTERFACE)


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    """Every sentence that the language can say."""
    matter = draw(st.sampled_from(list(Matter)))
    scope = Scope.CITY if matter in DATA else draw(st.sampled_from(list(Scope)))
    low = 1 if scope is Scope.WHOLE else draw(st.integers(1, 5000))
    high = None if scope is Scope.WHOLE else draw(st.none() | st.integers(low, 9999))
    quantifier = ALL if matter in DATA else draw(st.sampled_from(list(Quantifier)))
    least = draw(st.integers(0, 100_000))
    most = draw(st.none() | st.integers(max(least, 1), 200_000))
    span = Span() if matter in ABLE else Span(least, most)
    return Sentence(scope, matter, quantifier, span, low, high)


@settings(deadline=None)
@given(sentences())
def test_what_is_shown_is_read_as_the_same(sentence: Sentence) -> None:
    assert replace(parse_sentence(show(sentence)), text="", line=0) == sentence


WORDS = ["全省", "某", "至少", "3个", "地市", "县市", "接口行", "所有", "部分", "网点", "接口", "非接口", "不能", "能"]
WORDS += ["数据", "严重误差", "超过", "不超过", "8小时", "以上", "且", " ", "\n", "٣", "②", "99999999"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join) | st.text(max_size=60))
def test_any_other_text_is_bad_input_and_nothing_else(text: str) -> None:
    said = parsed(text)
    again = parsed(" 且 ".join(map(show, said)))
    assert [replace(each, text="") for each in again] == [replace(each, text="") for each in said]


def parsed(text: str) -> tuple[Sentence, ...]:
    """No sentence for what is refused."""
    try:
        return parse_alternative(text, "x:1")
    except BadInput:
        return ()
