"""The quick yes-or-no on name and number says what the long check says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.kernel.errors import BadInput
from hecha.verification.form import good_name, good_number
from hecha.verification.subject import check_character, check_number


def _with_check(seventeen: str) -> str:
    return seventeen + check_character(seventeen)


@given(
    st.integers(0, 999_999),
    st.one_of(st.dates().map(lambda day: day.strftime("%Y%m%d")), st.integers(0, 99_999_999).map(lambda n: f"{n:08}")),
    st.integers(0, 999),
)
def test_it_agrees_with_the_long_check(area: int, birth: str, sequence: int) -> None:
    number = _with_check(f"{area:06}{birth.zfill(8)}{sequence:03}")
    try:
        check_number(number)
        right = True
    except BadInput:
        right = False
    assert good_number(number) is right


@given(st.text(max_size=20))
def test_other_text_is_never_a_number_unless_the_long_check_takes_it_as_it_is(text: str) -> None:
    try:
        assert good_number(text) is (check_number(text) == text)
    except BadInput:
        assert not good_number(text)


@pytest.mark.parametrize("wrong", ["", "1" * 17, "1" * 19, "11010519490229002X", "１１０１０５１９４９１２３１００２X"])
def test_wrong_numbers(wrong: str) -> None:
    assert not good_number(wrong)


NAMES = {
    "张三": True,
    "阿卜杜拉·买买提": True,
    "𠮷田": True,
    "王\ue5e5": True,  # a rare character in the private use area
    "长" * 50: True,
    "长" * 51: False,
    "": False,
    " 张三": False,
    "张\n三": False,
    "张\x85三": False,
}


@pytest.mark.parametrize(("name", "good"), NAMES.items())
def test_names(name: str, good: bool) -> None:
    assert good_name(name) is good
