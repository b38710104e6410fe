"""Service hours as a table of moments. 2026-03-09 is a Monday."""

from datetime import datetime

import pytest

from hecha.kernel.errors import BadInput
from hecha.verification.hours import parse_hours

HOURS = "1-5 08:00-18:00, 6 09:00-12:30"


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-09T07:59", False),
        ("2026-03-09T08:00", True),
        ("2026-03-13T17:59", True),
        ("2026-03-13T18:00", False),
        ("2026-03-14T12:29", True),
        ("2026-03-14T12:30", False),
        ("2026-03-15T10:00", False),
    ],
)
def test_open_and_closed(moment: str, is_open: bool) -> None:
    assert parse_hours(HOURS).open_at(datetime.fromisoformat(moment)) is is_open


def test_no_hours_means_always() -> None:
    assert parse_hours("").open_at(datetime.fromisoformat("2026-03-15T03:00"))


@pytest.mark.parametrize(
    "wrong", ["8-18", "1-5 8:00-18:00", "5-1 08:00-18:00", "1 18:00-08:00", "1 08:00-24:30", "0 08:00-09:00"]
)
def test_wrong_hours_are_named(wrong: str) -> None:
    with pytest.raises(BadInput, match=wrong.split(" ")[0]):
        parse_hours(f"6 09:00-12:00, {wrong}")
