"""The duty rota: who is on duty, which hours nobody covers, what cannot be entered; the calendar."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from hecha.edges.organization.rota import calendar
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import UnitId
from hecha.organization.people import PersonId
from hecha.organization.rota import AHEAD_DAYS_MAX, NOTE_MAX, SHIFT_HOURS_MAX, Shift, check, gaps, on_duty

EIGHT = datetime(2026, 3, 12, 0, 0, tzinfo=UTC)


def turn(begin: float, end: float, person: str = "P1", note: str = "") -> Shift:
    """Hours after eight in the morning."""
    begins, ends = EIGHT + timedelta(hours=begin), EIGHT + timedelta(hours=end)
    return Shift(f"D{person}{begin:g}", UnitId("pbc/33"), PersonId(person), begins, ends, note)


@pytest.mark.parametrize(
    ("turns", "uncovered"),
    [
        ([], [(0, 24)]),
        ([(0, 24)], []),
        ([(0, 8), (8, 24)], []),
        ([(0, 8), (10, 24)], [(8, 10)]),
        ([(2, 10), (1, 4)], [(0, 1), (10, 24)]),
        ([(-5, 3), (20, 40)], [(3, 20)]),
    ],
)
def test_hours_that_nobody_covers(turns: list[tuple[int, int]], uncovered: list[tuple[int, int]]) -> None:
    found = gaps([turn(*one) for one in turns], EIGHT, EIGHT + timedelta(hours=24))
    assert [((a - EIGHT) / timedelta(hours=1), (b - EIGHT) / timedelta(hours=1)) for a, b in found] == uncovered


def test_a_turn_ends_when_the_next_begins() -> None:
    turns = [turn(0, 8, "P1"), turn(8, 16, "P2")]
    assert on_duty(turns, EIGHT + timedelta(hours=8)) == ("P2",)
    assert on_duty(turns, EIGHT + timedelta(hours=7, minutes=59)) == ("P1",)
    assert on_duty(turns, EIGHT + timedelta(hours=16)) == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (turn(8, 8), "结束须晚于开始"),
        (turn(0, SHIFT_HOURS_MAX + 0.5), "一班不超过"),
        (turn(-9, -1), "今后"),
        (turn(24 * AHEAD_DAYS_MAX + 1, 24 * AHEAD_DAYS_MAX + 2), "今后"),
        (turn(0, 8, note="长" * (NOTE_MAX + 1)), "写要点"),
    ],
)
def test_a_turn_that_cannot_be(wrong: Shift, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        check(wrong, EIGHT)


def test_the_longest_turn_is_taken() -> None:
    check(turn(0, SHIFT_HOURS_MAX), EIGHT)


def test_calendars_read_it_and_the_same_turns_are_the_same_file() -> None:
    turns = [turn(0, 8, note="带备用钥匙"), turn(8, 24, "P2")]
    given = (turns, {PersonId("P1"): "值班甲"}, {UnitId("pbc/33"): "人民银行浙江省分行"})
    text = calendar("值班", *given)
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert [str(one["summary"]) for one in events] == [
        "值班 值班甲 · 人民银行浙江省分行",
        "值班 P2 · 人民银行浙江省分行",
    ]
    assert events[0].decoded("dtstart") == EIGHT
    assert calendar("值班", *given) == text
