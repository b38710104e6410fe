"""What was written on paper during an outage is entered later: its number and its time are kept, once."""

from datetime import timedelta
from typing import Any

import pytest

from hecha.edges.store.lives import register
from hecha.kernel.errors import BadInput, Conflict
from hecha.kernel.ids import OutletId
from hecha.response.late_entry import AHEAD_MAX, LATE_DAYS_MAX
from hecha.response.slip_number import slip_numbers
from tests.api.town import MORNING, Town, clerk, registration

PRINTED = MORNING - timedelta(days=30)
SLIPS = slip_numbers(OutletId("x1"), PRINTED, 9)


def enters(town: Town, serial: int, slip: str = "", key: str = "", **more: Any) -> dict[str, Any]:
    body = registration(serial, slip=slip, **more)
    return town.run(town.desk.register(clerk("x1"), body, key or f"key-{serial}"))


def test_a_slip_keeps_its_number_and_the_original_time(town: Town) -> None:
    happened = MORNING - timedelta(hours=5)
    done = enters(town, 1, SLIPS[0].lower(), happened_at=happened.isoformat())
    assert done["slip"] == SLIPS[0]
    assert done["happened_at"] == "2026-03-12T05:00:00+08:00"
    assert done["registered_at"] == "2026-03-12T10:00:00+08:00"
    assert town.run(town.desk.entry(clerk("x1"), done["id"]))["slip"] == SLIPS[0]
    with town.store.read() as connection:
        assert register.replay(connection) == register.rows(connection)


def test_an_entry_from_paper_is_verified_like_any_other(town: Town) -> None:
    id = enters(town, 1, SLIPS[0])["id"]
    town.works()
    assert town.run(town.desk.entry(clerk("x1"), id))["state"] == "same"


def test_an_entry_without_paper_has_neither(town: Town) -> None:
    done = enters(town, 1)
    assert (done["slip"], done["happened_at"]) == (None, None)
    enters(town, 2)  # as many without a slip as there are


def test_the_same_slip_twice_is_a_conflict_that_names_the_entry(town: Town) -> None:
    first = enters(town, 1, SLIPS[0])
    with pytest.raises(Conflict, match=first["id"]):
        enters(town, 2, SLIPS[0].replace("-", ""))
    assert town.desk.backlog(clerk("x1"))["registered"] == 1


def test_the_same_request_again_is_the_same_entry(town: Town) -> None:
    assert enters(town, 1, SLIPS[0]) == enters(town, 1, SLIPS[0])


def test_a_mistyped_number_changes_nothing(small_town: Town) -> None:
    wrong = SLIPS[0][:-1] + ("A" if SLIPS[0][-1] != "A" else "B")
    with pytest.raises(BadInput, match="校验"):
        enters(small_town, 1, wrong)
    with pytest.raises(BadInput, match="slip"):
        small_town.run(small_town.desk.register(clerk("x2"), registration(1, slip=SLIPS[0]), "k"))
    assert small_town.desk.backlog(clerk("x1"))["registered"] == 0


@pytest.mark.parametrize(
    ("away", "fits"),
    [
        (timedelta(), True),
        (AHEAD_MAX, True),
        (AHEAD_MAX + timedelta(minutes=1), False),
        (-timedelta(days=LATE_DAYS_MAX), True),
        (-timedelta(days=LATE_DAYS_MAX, minutes=1), False),
    ],
)
def test_the_original_time_is_neither_ahead_nor_too_long_ago(small_town: Town, away: timedelta, fits: bool) -> None:
    body = {"happened_at": (MORNING + away).isoformat()}
    if fits:
        assert enters(small_town, 1, **body)["happened_at"]
    else:
        with pytest.raises(BadInput, match="happened_at"):
            enters(small_town, 1, **body)


def test_a_time_without_offset_is_refused(small_town: Town) -> None:
    with pytest.raises(BadInput, match="happened_at"):
        enters(small_town, 1, happened_at="2026-03-12T05:00:00")
