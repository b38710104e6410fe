"""Numbers of paper slips: a mistyped one is caught, and no two printings share one."""

import string
from datetime import UTC, datetime, timedelta

import pytest

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import OutletId
from hecha.response.slip_number import SLIPS_MAX, check_character, free_batch, read_slip_number, slip_numbers

OUTLET = OutletId("icbc-0001")
PRINTED = datetime(2026, 3, 12, 2, 15, tzinfo=UTC)
NUMBERS = slip_numbers(OUTLET, PRINTED, SLIPS_MAX)


def test_the_check_character_is_that_of_iso_7064_mod_37_36() -> None:
    assert check_character("A12425GABC1234002") == "M"  # a published Global Release Identifier


def test_a_number_names_outlet_batch_and_place() -> None:
    assert NUMBERS[6].rpartition("-")[0] == "ICBC-0001-0100935-07"
    assert len(set(NUMBERS)) == SLIPS_MAX


@pytest.mark.parametrize(
    "typed",
    [
        lambda one: one,
        lambda one: one.lower(),
        lambda one: one.replace("-", ""),
        lambda one: f"  {one.replace('-', ' ')} ",
        lambda one: one.removeprefix("ICBC-0001-"),
        lambda one: one.removeprefix("ICBC-0001-").replace("-", ""),
    ],
)
def test_it_may_be_typed_in_many_ways(typed) -> None:
    assert read_slip_number(typed(NUMBERS[6]), OUTLET) == NUMBERS[6]


def test_no_number_is_no_number() -> None:
    assert read_slip_number(" - ", OUTLET) == ""


def test_every_single_wrong_character_is_caught() -> None:
    number = NUMBERS[41]
    for at, right in enumerate(number):
        for wrong in string.digits + string.ascii_uppercase:
            if right != "-" and wrong != right:
                with pytest.raises(BadInput):
                    read_slip_number(number[:at] + wrong + number[at + 1 :], OUTLET)


def test_nearly_every_swap_of_neighbours_is_caught() -> None:
    caught = swaps = 0
    for number in NUMBERS:
        tail = number.removeprefix("ICBC-0001-").replace("-", "")
        for at in range(len(tail) - 1):
            if tail[at] != tail[at + 1]:
                swaps += 1
                caught += not _passes(tail[:at] + tail[at + 1] + tail[at] + tail[at + 2 :])
    assert caught / swaps > 0.97


def _passes(tail: str) -> bool:
    try:
        return bool(read_slip_number(tail, OUTLET))
    except BadInput:
        return False


@pytest.mark.parametrize("other", ["icbc-0002", "abc-0001", "icbc-00011"])
def test_a_slip_of_another_outlet_is_caught(other: str) -> None:
    theirs = slip_numbers(OutletId(other), PRINTED, 1)[0]
    with pytest.raises(BadInput):
        read_slip_number(theirs, OUTLET)
    with pytest.raises(BadInput):
        read_slip_number(theirs.removeprefix(other.upper() + "-"), OUTLET)


@pytest.mark.parametrize("text", ["1", "ICBC-0001", "ICBC-0001-01009350-7-K1", "x" * 80, "330302199001010017", "核查"])
def test_what_is_no_slip_number_is_refused(text: str) -> None:
    if text == "核查":
        assert read_slip_number(text, OUTLET) == ""
    else:
        with pytest.raises(BadInput, match="纸单号"):
            read_slip_number(text, OUTLET)


def test_two_printings_share_no_number() -> None:
    later = slip_numbers(OUTLET, PRINTED + timedelta(minutes=1), SLIPS_MAX)
    assert not set(NUMBERS) & set(later)


def test_printings_of_one_minute_take_one_batch_after_the_other() -> None:
    second = free_batch(PRINTED, NUMBERS[-1])
    third = free_batch(PRINTED, slip_numbers(OUTLET, second, 3)[-1])
    batches = [slip_numbers(OUTLET, at, SLIPS_MAX) for at in (free_batch(PRINTED), second, third)]
    assert len({number for batch in batches for number in batch}) == 3 * SLIPS_MAX
    hour = PRINTED + timedelta(hours=1)
    assert free_batch(hour, NUMBERS[-1]) == hour


@pytest.mark.parametrize("text", ["K", "ICBC-0001", "a-b-c-d"])
def test_only_after_a_slip_number_is_a_batch_free(text: str) -> None:
    with pytest.raises(BadInput, match="纸单号"):
        free_batch(PRINTED, text)


@pytest.mark.parametrize("count", [0, SLIPS_MAX + 1])
def test_a_printing_has_a_limit(count: int) -> None:
    with pytest.raises(BadInput, match="纸单"):
        slip_numbers(OUTLET, PRINTED, count)


@pytest.mark.parametrize("year", [2025, 2046])
def test_a_clock_that_is_far_off_is_named(year: int) -> None:
    with pytest.raises(BadInput, match="系统时间"):
        slip_numbers(OUTLET, PRINTED.replace(year=year), 1)


def test_outlets_named_in_chinese_have_slips_too() -> None:
    number = slip_numbers(OutletId("甲-1"), PRINTED, 1)[0]
    assert read_slip_number(number, OutletId("甲-1")) == number
