"""The named examples of the readings, as tables: where the text is not monotone, and where each number lies."""

from dataclasses import replace

import pytest

from hecha.edges.files.network_folder import default_paths
from hecha.edges.files.plan_folder import load_plan
from hecha.flow.scenario_network import inline_network
from hecha.incident.extent import extent
from hecha.incident.fit import misfit
from hecha.incident.grade import Grader
from hecha.network.availability import Availability
from hecha.network.model import Network

NOW = 29_000_000
HOUR = 60
PLAN = load_plan("zhejiang")
WEB = ("account-system", "credit-system", "direct-login")
INTERFACES = ("interface-service",)
CITIES = {f"c{number}": [f"c{number}a"] for number in range(11)}

Down = tuple[str, float]
"""A component and for how many hours it has been out."""


def province() -> Network:
    """Eleven cities; a national and a local interface bank, and others, everywhere; one small bank in one county."""
    banks = {"N": "national", "L": "local", "O": "none", "small": "none"}
    outlets = [
        {"id": f"{bank}-{city}", "bank": bank, "county": counties[0]}
        for city, counties in CITIES.items()
        for bank in ("N", "L", "O")
    ]
    outlets += [{"id": f"s{number}", "bank": "small", "county": "c0a"} for number in (1, 2)]
    given = {"cities": CITIES, "banks": {name: {"interface": one} for name, one in banks.items()}, "outlets": outlets}
    return inline_network(given, default_paths())


PROVINCE = province()


def levels(*down: Down, errors: int = 0, hours: float = 0.0) -> tuple[int | None, int | None]:
    """(literal, confirmed)."""
    grader = Grader(PLAN, Availability(PROVINCE, NOW))
    for component, age in down:
        grader.availability.fail(component, NOW - round(age * HOUR))
    for city in list(CITIES)[:errors]:
        grader.availability.data_error(city, NOW - round(hours * HOUR), missing=True)
    return grader.judge("literal").level, grader.judge("confirmed").level


@pytest.mark.parametrize(
    ("story", "before", "more", "literal", "confirmed"),
    [
        ("relay 40 h; one city's lines 50 h", [("relay", 40)], [("city/c0/line", 50)], (2, 3), (2, 2)),
        (
            "all web entrances 50 h; interface 2 h",
            [(one, 50) for one in WEB],
            [(one, 2) for one in INTERFACES],
            (2, 4),
            (2, 2),
        ),
        (
            "a two-outlet bank 20 h; interface 2 h",
            [("outlet/s1/line", 20), ("outlet/s2/line", 20)],
            [(one, 2) for one in INTERFACES],
            (3, 4),
            (3, 3),
        ),
    ],
)
def test_a_worse_outage_gets_a_milder_grade_only_literally(
    story: str, before: list[Down], more: list[Down], literal: tuple[int, int], confirmed: tuple[int, int]
) -> None:
    first, second = levels(*before), levels(*before, *more)
    assert ((first[0], second[0]), (first[1], second[1])) == (literal, confirmed), story


@pytest.mark.parametrize(
    ("component", "minutes", "level"),
    [
        ("relay", 480, None),
        ("relay", 481, 2),
        ("relay", 2880, 2),
        ("relay", 2881, 1),
        ("interface-service", 480, None),
        ("interface-service", 481, 2),
        ("city/c3/line", 481, 3),
        ("bank/N/core", 481, 3),
        ("bank/L/core", 480, None),
        ("outlet/N-c3/terminal", 481, 4),
        ("outlet/s1/terminal", 481, 4),
        ("county/c3a/line", 481, 3),
    ],
)
def test_over_eight_and_forty_eight_hours_means_the_first_minute_beyond(
    component: str, minutes: int, level: int | None
) -> None:
    assert levels((component, minutes / HOUR))[1] == level


@pytest.mark.parametrize(
    ("cities", "hours", "literal", "confirmed"),
    [
        (1, 8, None, None),
        (1, 9, 2, 2),
        (9, 49, 2, 2),
        (10, 48, 2, 2),
        (10, 49, 1, 1),
        (11, 49, 1, 1),
        (11, 9, 2, 2),
    ],
)
def test_ten_cities_exactly_are_at_least_ten(
    cities: int, hours: float, literal: int | None, confirmed: int | None
) -> None:
    assert levels(errors=cities, hours=hours) == (literal, confirmed)


@pytest.mark.parametrize(
    ("dark", "direction"),
    [
        ([f"city/c{number}/line" for number in range(10)], "low"),
        (["outlet/s1/line"], None),
        (["city/c0/line"], None),
    ],
)
def test_a_grade_that_does_not_fit_is_flagged(dark: list[str], direction: str | None) -> None:
    grader = Grader(PLAN, Availability(PROVINCE, NOW))
    for component in dark:
        grader.availability.fail(component, NOW - 50 * HOUR)
    level = grader.judge().level
    assert level is not None
    found = misfit(PLAN, level, extent(grader))
    assert (found.direction if found else None) == direction


def test_a_one_outlet_bank_dark_for_nine_hours_is_flagged_as_high() -> None:
    given = {
        "cities": CITIES,
        "banks": {"O": {"interface": "none"}, "tiny": {"interface": "none"}},
        "outlets": [{"id": f"o{number}", "bank": "O", "county": "c1a"} for number in range(9)]
        + [{"id": "t", "bank": "tiny", "county": "c1a"}],
    }
    grader = Grader(PLAN, Availability(inline_network(given, default_paths()), NOW))
    grader.availability.fail("outlet/t/line", NOW - 9 * HOUR)
    found = misfit(PLAN, grader.judge().level or 0, extent(grader))
    assert (grader.judge().level, found and found.direction) == (3, "high")


def test_two_plans_share_one_availability() -> None:
    """The second plan's sentences and thresholds change nothing for the first."""
    stricter = replace(PLAN, id="stricter", settings={**PLAN.settings, "severe_accuracy_below": 0.9})
    here = Availability(PROVINCE, NOW)
    here.flag("staff_shortage")
    first = Grader(PLAN, here)
    before = first.judge()
    second = Grader(stricter, here)
    here.data_error("c0", NOW - 9 * HOUR, accuracy=0.7)
    assert (before.level, first.judge().level, second.judge().level) == (4, 4, 2)
    here.flag("staff_shortage", on=False)
    assert (first.judge().level, second.judge().level) == (None, 2)
    here.fail("relay", NOW - 481)
    assert (first.judge().decisive, second.judge("literal").level) == (("1.4.2.2(1)", "1.4.2.2(2)", "1.4.2.2(3)"), 2)
