"""Who owes which report to whom, as tables that an official can read: sender → receiver, clause, speed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hecha.edges.files.network_folder import load_network
from hecha.edges.files.plan_folder import load_plan
from hecha.flow.sighting import measured_extent
from hecha.incident.event import Extent
from hecha.incident.grade import Grader
from hecha.kernel.ids import AreaCode, BankId, UnitId
from hecha.kernel.moments import minute_of
from hecha.network.availability import Availability
from hecha.network.model import Network
from hecha.organization.units import Term, Units, bank_unit
from hecha.plan.model import Plan
from hecha.report.legs import ELSEWHERE, is_outside
from hecha.report.route import route
from hecha.report.senders import Sender, owed

AT = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
LASTS = 541  # minutes: nine hours
Line = tuple[str, str, str, str]
"""Sender, receiver, clause, speed."""
PROMPT, AT_ONCE = "及时", "立即"


@cache
def zhejiang() -> Network:
    return load_network("zhejiang")


@cache
def without_data() -> Availability:
    return Availability(zhejiang(), minute_of(AT))


@cache
def event(faults: tuple[str, ...] = (), wrong_data: tuple[str, ...] = (), plan: str = "zhejiang") -> tuple[Extent, int]:
    """The extent and the level of an event that began so long ago."""
    here = without_data().fork()
    grader = Grader(load_plan(plan), here)
    since = minute_of(AT - timedelta(minutes=LASTS))
    for component in faults:
        here.fail(component, since)
    for city in wrong_data:
        here.data_error(city, since, missing=True)
    level = grader.judge().level
    assert level is not None
    return measured_extent(grader, level), level


def lines(senders: tuple[Sender, ...]) -> list[Line]:
    return [(one.unit, leg.to, leg.clause, leg.speed) for one in senders for leg in one.legs]


def of(faults: tuple[str, ...] = (), wrong_data: tuple[str, ...] = (), units: Units | None = None) -> list[Line]:
    """All lines of an event in Zhejiang."""
    extent, level = event(faults, wrong_data)
    return lines(owed(load_plan("zhejiang"), zhejiang(), units or Units(zhejiang()), extent, level, AT))


def by(lines: list[Line], *units: str) -> list[Line]:
    return [line for line in lines if line[0] in units]


def test_the_front_servers() -> None:
    found = of(("front/a", "front/b"))
    assert by(found, "bank/icbc", "bank/rcb-330381", "bank/cb-oujiang", "pbc/330381", "pbc/3303", "pbc/33") == [
        ("bank/icbc", "pbc/33", "4.1.2.1", PROMPT),  # over several cities: the province
        ("bank/icbc", "above/bank/icbc", "4.1.2.1", PROMPT),  # and its superior elsewhere at the same time
        ("bank/cb-oujiang", "pbc/33", "4.1.2.1", PROMPT),  # its own head office: nobody above it
        ("bank/rcb-330381", "pbc/330381", "4.1.2.1", PROMPT),  # a bank of one county
        ("pbc/330381", "pbc/3303", "4.1.2.2", PROMPT),
        ("pbc/3303", "pbc/33", "4.1.2.3", PROMPT),
        ("pbc/33", "head_office", "4.1.2.4", AT_ONCE),  # 重大
    ]
    assert len({line[0] for line in found if line[0].startswith("bank/")}) == len(zhejiang().banks)
    assert {line[0] for line in found if line[2] == "4.1.2.3"} == {f"pbc/33{n:02}" for n in range(2, 12)}


def test_the_lines_of_one_city() -> None:
    found = of(("city/3303/line",))
    assert by(found, "bank/icbc/3303", "pbc/3303", "pbc/33") == [
        ("bank/icbc/3303", "pbc/3303", "4.1.2.1", PROMPT),
        ("bank/icbc/3303", "bank/icbc", "4.1.2.1", PROMPT),
        ("pbc/3303", "pbc/33", "4.1.2.3", PROMPT),
        ("pbc/33", "head_office", "4.1.2.4", PROMPT),  # 较大
    ]
    assert not [line for line in found if line[0].startswith("pbc/") and line[0][4:8] not in ("33", "3303")]


def test_the_line_of_one_county() -> None:
    found = of(("county/330381/line",))
    assert by(found, "bank/icbc/330381", "bank/rcb-330381") == [
        ("bank/icbc/330381", "pbc/330381", "4.1.2.1", PROMPT),
        ("bank/icbc/330381", "bank/icbc/3303", "4.1.2.1", PROMPT),
        ("bank/rcb-330381", "pbc/330381", "4.1.2.1", PROMPT),
    ]
    assert [line for line in found if line[0].startswith("pbc/")] == [
        ("pbc/330381", "pbc/3303", "4.1.2.2", PROMPT),
        ("pbc/3303", "pbc/33", "4.1.2.3", PROMPT),
        ("pbc/33", "head_office", "4.1.2.4", PROMPT),  # 较大: a bank has all of its outlets here
    ]


def test_the_core_of_a_local_interface_bank() -> None:
    assert of(("bank/rcb-330382/core",)) == [
        ("bank/rcb-330382", "pbc/330382", "4.1.2.1", PROMPT),
        ("pbc/330382", "pbc/3303", "4.1.2.2", PROMPT),
        ("pbc/3303", "pbc/33", "4.1.2.3", PROMPT),
        ("pbc/33", "head_office", "4.1.2.4", PROMPT),
    ]
    wide = of(("bank/cb-oujiang/core",))
    assert by(wide, "bank/cb-oujiang") == [("bank/cb-oujiang", "pbc/33", "4.1.2.1", PROMPT)]
    assert {line[0] for line in wide if line[2] == "4.1.2.3"} == {"pbc/3303", "pbc/3310"}


def test_the_core_of_a_national_bank() -> None:
    found = of(("bank/icbc/core",))
    assert [line for line in found if line[0].startswith("bank/")] == [
        ("bank/icbc", "pbc/33", "4.1.2.1", PROMPT),
        ("bank/icbc", "above/bank/icbc", "4.1.2.1", PROMPT),
    ]
    assert by(found, "pbc/33") == [("pbc/33", "head_office", "4.1.2.4", PROMPT)]


def test_a_data_error_of_ten_cities_is_no_banks_event() -> None:
    found = of(wrong_data=tuple(f"33{n:02}" for n in range(2, 12)))
    assert not [line for line in found if line[0].startswith("bank/")]
    assert by(found, "pbc/3303", "pbc/33") == [
        ("pbc/3303", "pbc/33", "4.1.2.3", PROMPT),
        ("pbc/33", "head_office", "4.1.2.4", AT_ONCE),  # 重大 until it lasts more than 48 hours
    ]
    assert ("pbc/330381", "pbc/3303", "4.1.2.2", PROMPT) in found  # a city with its counties (含所辖县)


def test_two_banks_in_one_county() -> None:
    here = [one for one in zhejiang().outlets.values() if one.county == "330381"]
    outlets = [next(one.id for one in here if one.bank == bank) for bank in ("icbc", "abc")]
    assert of(tuple(f"outlet/{id}/line" for id in outlets)) == [
        ("bank/icbc/330381", "pbc/330381", "4.1.2.1", PROMPT),
        ("bank/icbc/330381", "bank/icbc/3303", "4.1.2.1", PROMPT),
        ("bank/abc/330381", "pbc/330381", "4.1.2.1", PROMPT),
        ("bank/abc/330381", "bank/abc/3303", "4.1.2.1", PROMPT),
        ("pbc/330381", "pbc/3303", "4.1.2.2", PROMPT),
        ("pbc/3303", "pbc/33", "4.1.2.3", PROMPT),
    ]


def test_hangzhou_has_no_city_group_so_its_counties_report_to_the_province() -> None:
    found = of(("county/330122/line",))
    assert by(found, "bank/icbc/330122") == [
        ("bank/icbc/330122", "pbc/330122", "4.1.2.1", PROMPT),
        ("bank/icbc/330122", "bank/icbc/3301", "4.1.2.1", PROMPT),
    ]
    assert next(line[:3] for line in found if line[0].startswith("pbc/")) == ("pbc/330122", "pbc/33", "4.1.2.2")
    district = of(("county/330106/line",))  # no branch there either
    assert by(district, "bank/icbc") == [
        ("bank/icbc", "pbc/33", "4.1.2.1", PROMPT),
        ("bank/icbc", "above/bank/icbc", "4.1.2.1", PROMPT),
    ]


def test_a_district_without_a_branch_belongs_to_the_city() -> None:
    found = of(("county/330302/line",))
    assert by(found, "bank/rcb-330302", "bank/icbc/3303") == [
        ("bank/icbc/3303", "pbc/3303", "4.1.2.1", PROMPT),
        ("bank/icbc/3303", "bank/icbc", "4.1.2.1", PROMPT),
        ("bank/rcb-330302", "pbc/3303", "4.1.2.1", PROMPT),
    ]
    assert next(line[0] for line in found if line[0].startswith("pbc/")) == "pbc/3303"


def test_two_levels_only() -> None:
    """After the reform: the province's branch alone, and no city or county branch below it."""
    below = [unit for unit in Units(zhejiang()).central() if unit not in ("head_office", "pbc/33")]
    units = Units(zhejiang(), {unit: (Term(unit, until=AT - timedelta(days=1)),) for unit in below})
    found = of(("county/330381/line",), units=units)
    assert by(found, "bank/icbc/330381", "bank/rcb-330381") == [
        ("bank/icbc/330381", "pbc/33", "4.1.2.1", PROMPT),
        ("bank/icbc/330381", "bank/icbc/3303", "4.1.2.1", PROMPT),
        ("bank/rcb-330381", "pbc/33", "4.1.2.1", PROMPT),
    ]
    assert not [line for line in found if line[2] in ("4.1.2.2", "4.1.2.3")]


def test_a_second_plan_has_its_own_legs_and_clocks() -> None:
    other = load_plan("cbrc-2008-53")
    extent, level = event(("relay",))
    senders = {one.unit: one for one in owed(other, zhejiang(), Units(zhejiang()), extent, 1, AT)}
    (leg,) = senders["bank/icbc"].legs
    assert (leg.to, leg.clause, leg.notice_minutes, leg.written_minutes, leg.repeat_minutes) == (
        "head_office",
        "3",
        30,
        720,
        120,
    )
    assert not [unit for unit in senders if unit.startswith("pbc/")]
    first = owed(load_plan("zhejiang"), zhejiang(), Units(zhejiang()), extent, level, AT)
    assert {leg.notice_minutes for one in first if one.unit == "bank/icbc" for leg in one.legs} == {120}


@pytest.mark.parametrize(
    ("clause", "silent"),
    [
        ("4.1.2.1", "bank/icbc/330381"),
        ("4.1.2.2", "pbc/330381"),
        ("4.1.2.3", "pbc/3303"),
        ("4.1.2.4", "pbc/33"),
    ],
)
def test_without_its_clause_nobody_would_have_to_report(clause: str, silent: str) -> None:
    extent, level = event(("county/330381/line",))
    whole = load_plan("zhejiang")
    pruned = replace(whole, routes=tuple(one for one in whole.routes if one.clause != clause))
    units = [
        {one.unit for one in owed(plan, zhejiang(), Units(zhejiang()), extent, level, AT)} for plan in (whole, pruned)
    ]
    assert silent in units[0] - units[1]


def test_no_event_by_a_plan_no_report_by_it() -> None:
    extent, _ = event(("relay",))
    assert owed(load_plan("zhejiang"), zhejiang(), Units(zhejiang()), extent, None, AT) == ()


def test_an_event_without_a_place_is_the_provinces_own() -> None:
    found = lines(owed(load_plan("zhejiang"), zhejiang(), Units(zhejiang()), Extent(), 2, AT))
    assert found == [("pbc/33", "head_office", "4.1.2.4", AT_ONCE)]


@pytest.mark.parametrize(
    "faults", [("front/a", "front/b"), ("city/3303/line",), ("county/330381/line",), ("bank/cb-oujiang/core",)]
)
def test_every_leg_of_the_grading_has_its_senders(faults: tuple[str, ...]) -> None:
    """`hecha grade` names the levels; the procedure names the units. Both say the same."""
    extent, level = event(faults)
    areas = tuple(AreaCode(code) for code in extent.areas)
    lost = tuple(BankId(bank) for bank in extent.lost)
    legs = route(load_plan("zhejiang"), without_data().branches, level, areas, lost)
    units = Units(zhejiang())
    found = {(level_of(units, a), level_of(units, b), clause, speed) for a, b, clause, speed in of(faults)}
    upward = {(leg.sender, leg.receiver, leg.clause, leg.speed) for leg in legs if leg.sender != "bank"}
    assert {line for line in found if line[0] != "bank"} == upward
    assert {line for line in found if line[0] == "bank"} <= {
        (leg.sender, leg.receiver, leg.clause, leg.speed) for leg in legs if leg.sender == "bank"
    }


def level_of(units: Units, unit: str) -> str:
    if unit.startswith(("bank/", ELSEWHERE)):
        return "bank"
    return str(units.level(UnitId(unit)))


@cache
def small() -> Network:
    """Zhejiang's areas with the outlets of a few banks: quick to count."""
    whole = zhejiang()
    kept = {BankId(name) for name in ("icbc", "cb-oujiang", "rcb-330381", "rcb-330302", "vb-330382", "exim")}
    outlets = {name: one for name, one in whole.outlets.items() if one.bank in kept}
    return replace(whole, banks={name: whole.banks[name] for name in kept}, outlets=outlets)


@cache
def small_units() -> Units:
    return Units(small())


@cache
def plan() -> Plan:
    return load_plan("zhejiang")


places = st.lists(st.sampled_from(sorted(zhejiang().areas)), min_size=0, max_size=6, unique=True)
banks = st.sampled_from(["icbc", "cb-oujiang", "rcb-330381", "rcb-330302", "vb-330382", "exim"])
hits = st.dictionaries(banks, st.integers(0, 10**6), max_size=5)


@settings(max_examples=150, deadline=None)
@given(areas=places, hit=hits, level=st.sampled_from([1, 2, 3, 4]))
def test_nobody_reports_to_itself_and_every_chain_reaches_the_province(
    areas: list[str], hit: dict[str, int], level: int
) -> None:
    units = small_units()
    where = {bank: _places_of(bank, seed) for bank, seed in hit.items()}
    covering = {bank: str(units.area(units.covering(codes))) for bank, codes in where.items()}
    touched = {*areas, *(code for codes in where.values() for code in codes)}
    lost = tuple(bank for bank in hit if bank in ("cb-oujiang", "rcb-330381"))
    extent = Extent(areas=tuple(sorted(touched)), banks=tuple(covering.items()), lost=lost)
    senders = owed(plan(), small(), units, extent, level, AT)
    above = {one.unit: [leg.to for leg in one.legs] for one in senders}
    for unit, receivers in above.items():
        assert unit not in receivers
        assert len(set(receivers)) == len(receivers)
        here = unit
        for _ in range(4):
            branches = [to for to in above.get(here, []) if to.startswith("pbc/")]
            here = branches[0] if branches else here
        assert here == "pbc/33", unit
    assert ("head_office" in above.get("pbc/33", [])) is (level < 4)
    assert not any(is_outside(unit) for unit in above)
    assert set(hit) == {unit.split("/")[1] for unit in above if unit.startswith("bank/")}


def _places_of(bank: str, seed: int) -> list[AreaCode]:
    """Some counties in which the bank has outlets."""
    counties = sorted({one.county for one in small().outlets.values() if one.bank == bank})
    chosen = [code for place, code in enumerate(counties) if seed >> (place % 20) & 1]
    return chosen or counties[:1]


def test_a_banks_unit_is_the_lowest_that_covers_what_is_hit() -> None:
    extent = Extent(areas=("330381", "330382"), banks=(("icbc", "3303"),))
    (bank,) = [one for one in owed(plan(), small(), small_units(), extent, 4, AT) if one.unit.startswith("bank/")]
    assert bank.unit == bank_unit(BankId("icbc"), AreaCode("3303"))
