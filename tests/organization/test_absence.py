"""What is left of a unit's posts when people cannot come (5.3): filled, stood in for, by one for several, or empty."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import UnitId
from hecha.organization.absence import check, fillings, units_hit
from hecha.organization.organization import Organization, fills
from hecha.organization.people import Absence, Person, PersonId, Seat
from hecha.organization.units import Units
from hecha.plan.posts import PostRule
from tests.console import demo

AT = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
HERE = UnitId("pbc/3303")
RULES = demo.plan().organization.prescribed(Units(demo.network()).level(HERE))  # type: ignore[arg-type]
FIRST, SECOND, THIRD = RULES[:3]


def person(id: str, rule: PostRule) -> Person:
    return Person(PersonId(id), id, HERE, rule.department)


def seat(who: str, rule: PostRule, substitute: bool = False) -> Seat:
    return Seat(HERE, rule.body, rule.role, rule.department, PersonId(who), substitute)


WHOLE = Organization(
    Units(demo.network()),
    demo.plan().organization,
    {PersonId(id): person(id, rule) for id, rule in (("a", FIRST), ("b", SECOND), ("c", THIRD), ("d", FIRST))},
    (seat("a", FIRST), seat("b", SECOND), seat("c", THIRD), seat("d", FIRST, True), seat("d", SECOND, True)),
)


def gone(*ids: str, until: datetime | None = None) -> Organization:
    some = (Absence(id, HERE, PersonId(id), AT - timedelta(hours=1), until) for id in ids)
    return replace(WHOLE, absences=tuple(some))


def states(here: Organization, at: datetime = AT) -> list[str]:
    return [
        "empty" if one.is_empty else "strained" if one.strained else "stood in" if one.is_stood_in else "held"
        for one in fillings(here, HERE, at)[:3]
    ]


@pytest.mark.parametrize(
    ("away", "left"),
    [
        ([], ["held", "held", "held"]),
        (["a"], ["stood in", "held", "held"]),
        (["a", "b"], ["strained", "strained", "held"]),  # d stands in for both
        (["a", "d"], ["empty", "held", "held"]),  # never both away (5.3(1))
        (["c"], ["held", "held", "empty"]),  # nobody stands by
        (["a", "b", "c", "d"], ["empty", "empty", "empty"]),
    ],
)
def test_what_is_left_of_the_posts(away: list[str], left: list[str]) -> None:
    assert states(gone(*away)) == left


def test_who_is_back_fills_the_post_again() -> None:
    here = gone("a", until=AT + timedelta(hours=2))
    assert states(here)[0] == "stood in"
    assert states(here, AT + timedelta(hours=2))[0] == "held"
    assert states(here, AT - timedelta(hours=2))[0] == "held"


def test_a_post_says_who_of_it_is_away() -> None:
    (first, *_) = fillings(gone("a"), HERE, AT)
    assert ([one.id for one in first.present], [one.id for one in first.away]) == (["d"], ["a"])
    assert fills(WHOLE.seats[0], first.rule)


def test_the_units_that_are_hit() -> None:
    assert units_hit(WHOLE, AT) == ()
    assert units_hit(gone("a"), AT) == (HERE,)


@pytest.mark.parametrize("wrong", [{"until": AT}, {"until": AT - timedelta(minutes=1)}, {"why": "x" * 61}])
def test_an_absence_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        check(replace(Absence("1", HERE, PersonId("a"), AT), **wrong))  # type: ignore[arg-type]
