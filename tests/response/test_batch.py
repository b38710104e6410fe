"""Batch files: bad rows named, good ones taken, limits, and a result file that no spreadsheet computes."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.kernel.errors import BadInput
from hecha.response.batch import ROWS_MAX, BadRow, Row, export, parse, safe_cell
from hecha.verification.subject import check_character


def number(serial: int) -> str:
    seventeen = f"33030219900101{serial:03}"
    return seventeen + check_character(seventeen)


GOOD = f"测试甲,{number(1)}"


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"姓名,公民身份号码\n{GOOD}",
        f"name,number\r\n{GOOD}\r\n",
        f"\ufeff公民身份号码,姓名\n{number(1)},测试甲",
        f"序号,姓名,身份证号\n1,{GOOD}",
        f"\n\n{GOOD}\n\n",
        f" 测试甲 , {number(1).lower()} ",
    ],
)
def test_the_ways_people_write_such_a_file(text: str) -> None:
    sheet = parse(text)
    assert [(row.name, row.number) for row in sheet.rows] == [("测试甲", number(1))]
    assert sheet.bad == ()


def test_bad_rows_are_named_and_good_ones_done() -> None:
    wrong = number(2)[:-1] + ("0" if number(2)[-1] != "0" else "1")
    sheet = parse(f"姓名,公民身份号码\n{GOOD}\n测试乙,{wrong}\n,{number(3)}\n测试丁\n测试戊,{number(5)}")
    assert [row.row for row in sheet.rows] == [1, 5]
    assert [bad.row for bad in sheet.bad] == [2, 3, 4]
    assert all(bad.problem for bad in sheet.bad)
    assert wrong not in repr(sheet)


def test_a_row_shows_nobody() -> None:
    assert repr(Row(1, "测试甲", number(1))) == "Row(1, ***)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no rows"),
        ("姓名,电话\n测试甲,1", "heading"),
        ('测试甲,"unclosed', "not a valid CSV"),
        ("\n".join([GOOD] * (ROWS_MAX + 1)), "too many rows"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        parse(text)


def test_the_largest_file_fits() -> None:
    assert parse("\n".join([GOOD] * ROWS_MAX)).total == ROWS_MAX


def test_a_long_cell_is_a_bad_row() -> None:
    (bad,) = parse(f"{'长' * 201},{number(1)}").bad
    assert isinstance(bad, BadRow)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " =", "　@"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert safe_cell(f"{start}HYPERLINK()").startswith("'")


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), max_size=6))
def test_the_result_file_reads_back(rows: list[list[str]]) -> None:
    text = export(("a", "b"), rows)
    back = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert back == [[safe_cell(cell) for cell in row] for row in rows]


@given(st.text(max_size=300))
def test_any_text_is_either_rows_or_a_sentence(text: str) -> None:
    try:
        sheet = parse(text)
    except BadInput:
        return
    assert sheet.total > 0
