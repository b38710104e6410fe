"""The subject of a verification: GB 11643 numbers and names, and nothing of them in errors or prints."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.kernel.errors import BadInput
from hecha.verification import subject as subjects
from hecha.verification.form import good_name, good_number
from hecha.verification.subject import Subject, check_character, check_name, check_number, mask, subject

FIRST, LAST = date(1890, 1, 1), date(2099, 12, 31)

numbers = st.builds(
    lambda area, days, sequence: _number(area, FIRST + timedelta(days), sequence),
    st.integers(100_000, 999_999),
    st.integers(0, (LAST - FIRST).days),
    st.integers(0, 999),
)


def _number(area: int, birth: date, sequence: int) -> str:
    seventeen = f"{area}{birth:%Y%m%d}{sequence:03}"
    return seventeen + check_character(seventeen)


@given(numbers)
def test_every_well_made_number_is_accepted_as_it_is(number):
    assert check_number(number) == number


@given(numbers, st.sampled_from(["lower", "full", "spaced"]))
def test_other_ways_of_typing_it_become_the_normal_form(number, way):
    full = "".join(chr(0xFF10 + int(c)) if c.isdigit() else "Ｘ" for c in number)
    spaced = f" {number[:6]} {number[6:14]}\u3000{number[14:]}\n"
    assert check_number({"lower": number.lower(), "full": full, "spaced": spaced}[way]) == number


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_caught(number, place, by):
    digit = str((int(number[place]) + by) % 10)
    with pytest.raises(BadInput):
        check_number(number[:place] + digit + number[place + 1 :])


@given(numbers, st.integers(0, 16))
def test_two_neighbours_swapped_are_caught(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped == number or swapped[0] == "0":
        return
    with pytest.raises(BadInput):
        check_number(swapped)


def test_the_sample_of_the_standard_ends_in_x():
    assert check_character("11010519491231002") == "X"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "18"),
        ("330102900101997", "15 位"),
        ("33010219900101997", "17"),
        ("3301021990010199770", "19"),
        ("33010219900101997A", "末位"),
        ("3301021990O101997X", "前 17 位"),
        ("330102199002309976", "出生日期不存在"),
        ("330102199000009976", "出生日期不存在"),
        ("330102188912319971", "不合理"),
        ("030102199001019971", "前 17 位"),
        ("٣٣٠١٠٢١٩٩٠٠١٠١٩٩٧٧", "前 17 位"),
        ("²30102199001019971", "前 17 位"),
    ],
)
def test_a_wrong_number_is_refused_with_what_is_wrong_and_never_repeated(text, says):
    with pytest.raises(BadInput) as refused:
        check_number(text)
    assert says in refused.value.what
    assert refused.value.suggestion
    assert refused.value.where == "number"
    assert not text or text not in str(refused.value)


def test_the_15_digit_refusal_names_the_way_out():
    with pytest.raises(BadInput) as refused:
        check_number("330102900101997")
    assert "二代" in refused.value.suggestion


def test_a_birth_date_after_today_is_refused_only_when_today_is_known():
    born = _number(330102, date(2030, 5, 1), 997)
    assert check_number(born) == born
    assert check_number(born, today=date(2030, 5, 1)) == born
    with pytest.raises(BadInput, match="不合理"):
        check_number(born, today=date(2030, 4, 30))


def refusal(text: str) -> str:
    """What the check says against a text, "" when it accepts it."""
    try:
        check_number(text)
    except BadInput as error:
        return f"{error} {error.__cause__ or ''}"
    return ""


@given(st.text("0123456789X０９x ", min_size=6, max_size=40))
def test_no_text_breaks_the_check_or_comes_back_in_its_error(text):
    assert len(text.strip()) < 6 or text.strip() not in refusal(text)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("张三", "张三"),
        (" 张　三 ", "张三"),
        ("买买提・艾力", "买买提·艾力"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"),
        ("王𬭎", "王𬭎"),
        ("李\ue000", "李\ue000"),
        ("〇", "〇"),
        ("赵C", "赵C"),
        ("Anna  Maria", "Anna Maria"),
        ("葛\U000e0100", "葛\U000e0100"),
    ],
)
def test_names_keep_rare_characters_and_one_kind_of_dot(typed, normal):
    assert check_name(typed) == normal


@pytest.mark.parametrize(
    "name", ["", "  ", "·张", "张·", "张··三", "张3", "<b>张</b>", "张\x00三", "张,三", "\ud800", "字" * 51]
)
def test_what_is_no_name_is_refused_and_never_repeated(name):
    with pytest.raises(BadInput) as refused:
        check_name(name)
    assert refused.value.where == "name"
    assert refused.value.suggestion
    assert len(name) < 3 or name not in str(refused.value)


@given(st.text(max_size=60))
def test_a_checked_name_is_good_for_every_hop(text):
    try:
        name = check_name(text)
    except BadInput:
        return
    assert good_name(name)


@given(st.from_regex(r"[0-9]{6}(189|19[0-9]|20[0-9]|210)[0-9](0[0-9]|1[0-3])[0-3][0-9]{4}", fullmatch=True))
def test_the_hops_quick_check_agrees_with_ours(seventeen):
    for last in ("X", check_character(seventeen), "0"):
        assert good_number(seventeen + last) == (refusal(seventeen + last) == "")


def test_the_longest_name_is_50_characters():
    assert len(check_name("字" * subjects.NAME_LENGTH_MAX)) == 50


@given(st.text(max_size=60))
def test_a_checked_name_stays_as_it_is(text):
    try:
        name = check_name(text)
    except BadInput:
        return
    assert check_name(name) == name


@given(numbers, st.text(min_size=1, max_size=20))
def test_printing_a_subject_shows_neither_name_nor_birth_date(number, name):
    printed = f"{Subject('王小明', number)!r} {Subject('王小明', number)} {[Subject('王小明', number)]}"
    assert "王小明" not in printed
    assert number not in printed
    assert number[6:14] not in printed.replace(number[:6], "").replace(number[14:], "")


def test_the_mask():
    assert mask("330302199001011234") == "330302********1234"
    assert mask("12345") == "*" * 18


def test_a_subject_is_built_checked_and_its_card_authority_has_a_limit():
    number = _number(330102, date(1990, 1, 1), 997)
    built = subject(" 张 三", number.lower(), " 杭州市公安局 西湖分局 ")
    assert built == Subject("张三", number, "杭州市公安局西湖分局")
    assert replace(built, name="李四") != built
    with pytest.raises(BadInput) as refused:
        subject("张三", number, "局" * 61)
    assert refused.value.where == "card_authority"
