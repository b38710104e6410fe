"""Path expressions: what they mean, how they print, and what a mistake says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.kernel.errors import BadInput
from hecha.network.expression import names, parse, placeholders, show
from hecha.network.model import AllOf, AnyOf, Expression, Part

A, B, C = Part("front/a"), Part("front/b"), Part("relay")


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("relay", C),
        ("front/a & relay", AllOf((A, C))),
        ("front/a | front/b", AnyOf((A, B))),
        ("front/a | front/b & relay", AnyOf((A, AllOf((B, C))))),
        ("(front/a | front/b) & relay", AllOf((AnyOf((A, B)), C))),
        ("(front/a & (front/b & relay))", AllOf((A, B, C))),
        ("outlet/{outlet}/line&city/{city}/line", AllOf((Part("outlet/{outlet}/line"), Part("city/{city}/line")))),
        ("前置/甲 & 转接", AllOf((Part("前置/甲"), Part("转接")))),
    ],
)
def test_a_text_means(text: str, expression: Expression) -> None:
    assert parse(text) == expression


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "column 1: ends where a component is expected"),
        ("relay &", "column 8: ends where a component is expected"),
        ("relay & | police", "column 9: '|' where a component is expected"),
        ("relay police", "column 7: 'police' follows without & or |"),
        ("(relay & police", "column 1: this parenthesis is never closed"),
        ("relay) & police", "column 6: a closing parenthesis without an opening one"),
        ("town/{town}/line", "unknown placeholder {town}"),
        ("city/{city/line", "'city/{city/line' has an unmatched brace"),
        ("x" * 4_001, "longer than 4000 characters"),
        ("(" * 21 + "relay" + ")" * 21, "more than 20 nested parentheses"),
    ],
)
def test_a_mistake_is_named(text: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(text)
    assert says in str(refused.value)


def test_twenty_parentheses_are_allowed() -> None:
    assert parse("(" * 20 + "relay" + ")" * 20) == C


def test_names_and_placeholders_are_found() -> None:
    assert list(names(parse("outlet/{outlet}/line & (front/a | front/b)"))) == [
        "outlet/{outlet}/line",
        "front/a",
        "front/b",
    ]
    assert placeholders("bank/{bank}/in/{city}") == ("bank", "city")


_LEAVES = st.sampled_from(["relay", "police", "front/a", "city/{city}/line"]).map(Part)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.builds(
        lambda kind, parts: kind(tuple(parts)), st.sampled_from([AllOf, AnyOf]), st.lists(inner, min_size=2, max_size=3)
    ),
    max_leaves=12,
)


@given(_TREES)
def test_what_is_printed_reads_back(tree: Expression) -> None:
    once = parse(show(tree))
    assert parse(show(once)) == once
    assert list(names(once)) == list(names(tree))
