"""Several plans on one event: each with its own levels, on one availability, without any code of its own."""

from datetime import timedelta, timezone

import pytest

from hecha.edges.files.plan_folder import load_plan
from hecha.flow.advise import advise
from hecha.incident.grade import Grader
from hecha.kernel.ids import Access, AreaCode, BankId, Mode, OutletId
from hecha.network.availability import Availability
from hecha.network.expression import parse
from hecha.network.model import Area, AreaKind, Bank, Network, Outlet

CHINA = timezone(timedelta(hours=8))
START = 30_000_000


def two_provinces() -> Network:
    """Province 甲 with counties A1 and A2, province 乙 with county B1; one outlet in each."""
    areas = {}
    for code, kind, parent in [
        ("A", AreaKind.PROVINCE, None),
        ("B", AreaKind.PROVINCE, None),
        ("AA", AreaKind.CITY, "A"),
        ("BB", AreaKind.CITY, "B"),
        ("A1", AreaKind.COUNTY, "AA"),
        ("A2", AreaKind.COUNTY, "AA"),
        ("B1", AreaKind.COUNTY, "BB"),
    ]:
        areas[AreaCode(code)] = Area(AreaCode(code), code, kind, AreaCode(parent) if parent else None)
    bank = Bank(BankId("Y"), "乙行", Access.NONE)
    outlets = {
        OutletId(county): Outlet(OutletId(county), county, bank.id, AreaCode(county)) for county in ("A1", "A2", "B1")
    }
    paths = {(Access.NONE, Mode.NON_INTERFACE): parse("county/{county}/line & relay")}
    return Network("two", "两省", "", areas, {bank.id: bank}, outlets, paths)


LEVELS = [
    # hours after the first county went dark, and after an hour the second, after two the third: 省, 县, 部
    (0.5, None, None, None),
    (1.0, None, None, None),
    (1.5, None, None, 3),  # province 甲 has been dark for half an hour
    (2.0, None, None, 3),
    (2.1, None, 2, 3),  # a county for more than two hours
    (2.5, None, 2, 2),  # both provinces for half an hour
    (5.0, None, 2, 1),  # both for three hours
    (8.1, 4, 2, 1),  # 1.4.1(3): one county for more than eight hours
    (9.1, 3, 2, 1),  # a whole city
    (10.1, 2, 2, 1),  # every outlet
    (13.1, 2, 1, 1),  # two counties for more than twelve hours
    (50.1, 1, 1, 1),  # every outlet for more than two days
]


@pytest.mark.parametrize(("hours", "zhejiang", "county", "cbrc"), LEVELS)
def test_one_event_three_plans(hours: float, zhejiang: int | None, county: int | None, cbrc: int | None) -> None:
    availability = Availability(two_provinces(), START)
    graders = [Grader(load_plan(name), availability) for name in ("zhejiang", "county-demo", "cbrc-2008-53")]
    for after, line in enumerate(("A1", "A2", "B1")):
        availability.fail(f"county/{line}/line", START + 60 * after)
    availability.advance(START + round(hours * 60))
    assert [grader.judge().level for grader in graders] == [zhejiang, county, cbrc]


def test_each_plan_gives_advice_in_its_own_words() -> None:
    availability = Availability(two_provinces(), START)
    graders = {name: Grader(load_plan(name), availability) for name in ("zhejiang", "county-demo", "cbrc-2008-53")}
    for line in ("A1", "A2", "B1"):
        availability.fail(f"county/{line}/line", START)
    availability.advance(START + 13 * 60)
    advice = {name: advise(grader, CHINA) for name, grader in graders.items()}
    assert {name: each["grade"]["zh"] for name, each in advice.items()} == {
        "zhejiang": "重大",
        "county-demo": "一级",
        "cbrc-2008-53": "Ⅰ级",
    }
    notices = {name: {leg["notice_minutes"] for leg in each["reports"]} for name, each in advice.items()}
    assert 30 in notices["zhejiang"]
    assert 15 in notices["county-demo"]
    assert notices["cbrc-2008-53"] == {30}
    assert [each["use"] for each in advice["county-demo"]["measures"]] == [["5(2)"]]
    assert advice["cbrc-2008-53"]["measures"] == []
