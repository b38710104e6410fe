"""The tree of units as tables: who stands above whom, whose branch is the local one, in 2007 and after 2023."""

from datetime import UTC, datetime

import pytest

from hecha.edges.files.network_folder import load_network
from hecha.flow.standing_branches import standing_branches
from hecha.kernel.ids import AreaCode, UnitId
from hecha.network.branches import Branches
from hecha.organization.units import HEAD_OFFICE, Term, Units

NETWORK = load_network("zhejiang")
UNITS = Units(NETWORK)
REFORM = datetime(2023, 8, 17, 16, tzinfo=UTC)
BEFORE, AFTER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)


def reformed() -> Units:
    """Two levels since 2023: provincial branches under head office, Ningbo's apart, none in cities and counties."""
    closed = [unit for unit in UNITS.central() if UNITS.level(unit) in ("city", "county")]
    terms = {unit: (Term(unit, until=REFORM),) for unit in closed}
    ningbo = UnitId("pbc/3302")
    apart = Term(ningbo, since=REFORM, superior=HEAD_OFFICE, zh="人民银行宁波市分行")
    return Units(NETWORK, terms | {ningbo: (*terms[ningbo], apart)})


ABOVE = [
    # unit, the unit above
    ("pbc/330381", "pbc/3303"),
    ("pbc/3303", "pbc/33"),
    ("pbc/330109", "pbc/33"),  # a county branch in Hangzhou, where no city group is
    ("pbc/33", "head_office"),
    ("head_office", None),
    ("bank/icbc/330381", "bank/icbc/3303"),
    ("bank/icbc/3303", "bank/icbc"),
    ("bank/icbc", None),  # its own head office lies outside the province
]


@pytest.mark.parametrize(("unit", "above"), ABOVE)
def test_who_stands_above(unit: str, above: str | None) -> None:
    assert UNITS.superior(UnitId(unit)) == above


LOCAL = [
    # place, 当地分支机构 before the reform, after it
    ("330381", "pbc/330381", "pbc/33"),
    ("330302", "pbc/3303", "pbc/33"),  # a district without a branch belongs to its city
    ("330102", "pbc/33", "pbc/33"),  # … in Hangzhou to the province
    ("3301", "pbc/33", "pbc/33"),
    ("pbc/3301", "pbc/33", "pbc/33"),
    ("330206", "pbc/330206", "pbc/3302"),  # Beilun, of Ningbo
    ("bank/icbc/330381", "pbc/330381", "pbc/33"),
    ("bank/icbc/3303", "pbc/3303", "pbc/33"),
    ("bank/icbc", "pbc/33", "pbc/33"),
    ("bank/cb-qujiang", "pbc/3308", "pbc/33"),  # all its outlets lie in Quzhou
    ("bank/cb-yongjiang", "pbc/33", "pbc/33"),  # in several cities
]


@pytest.mark.parametrize(("place", "before", "after"), LOCAL)
def test_whose_branch_is_the_local_one(place: str, before: str, after: str) -> None:
    units = reformed()
    assert units.local_branch(UnitId(place), BEFORE) == before
    assert units.local_branch(UnitId(place), AFTER) == after


def test_two_levels_since_2023_and_four_before() -> None:
    units = reformed()
    assert units.central(AFTER) == ("head_office", "pbc/33", "pbc/3302")
    assert units.below(HEAD_OFFICE, AFTER) == ("pbc/33", "pbc/3302")
    assert units.below(UnitId("pbc/33"), AFTER) == ()
    assert units.central(BEFORE) == UNITS.central()
    assert len(units.below(UnitId("pbc/33"), BEFORE)) == 10 + 7  # ten cities, and Hangzhou's counties with a branch
    assert units.zh(UnitId("pbc/3302"), AFTER) == "人民银行宁波市分行"
    assert units.zh(UnitId("pbc/3302"), BEFORE) == "人民银行宁波市中心支行"


def test_a_tree_as_of_a_moment_answers_for_it() -> None:
    after, before = reformed().as_of(AFTER), reformed().as_of(BEFORE)
    assert after.central() == ("head_office", "pbc/33", "pbc/3302")
    assert before.central() == UNITS.central()
    assert after.local_branch(UnitId("330381"), BEFORE) == "pbc/330381"  # unless another moment is asked for


REPORTS = [
    # county, before the reform: local branch and the one above; after it
    ("330381", ("county", "city"), ("province", "")),
    ("330302", ("city", "province"), ("province", "")),
    ("330206", ("county", "city"), ("city", "")),  # Ningbo stands under head office
    ("330102", ("province", ""), ("province", "")),
]


@pytest.mark.parametrize(("county", "before", "after"), REPORTS)
def test_reports_and_decisions_follow_the_branches_that_stand(
    county: str, before: tuple[str, str], after: tuple[str, str]
) -> None:
    found = []
    for at in (BEFORE, AFTER):
        branches = standing_branches(NETWORK, reformed().as_of(at))
        local = branches.local(AreaCode(county))
        above = branches.superior(local)
        found.append((local.level, above.level if above is not None else ""))
    assert found == [before, after]


def test_without_terms_the_branches_are_those_of_the_network() -> None:
    branches = standing_branches(NETWORK, UNITS)
    assert all(branches.local(code) == Branches(NETWORK).local(code) for code in NETWORK.areas)


def test_the_day_of_a_term_belongs_to_what_begins() -> None:
    units = reformed()
    assert not units.exists(UnitId("pbc/3303"), REFORM)
    assert units.superior(UnitId("pbc/3302"), REFORM) == HEAD_OFFICE


def test_a_branch_that_is_founded_is_there_from_its_day() -> None:
    hangzhou = UnitId("pbc/3301")
    units = Units(NETWORK, {hangzhou: (Term(hangzhou, since=REFORM),)})
    assert [units.acting(hangzhou, at) for at in (BEFORE, AFTER)] == ["pbc/33", "pbc/3301"]
    assert units.superior(UnitId("pbc/330109"), AFTER) == hangzhou
    assert units.local_branch(UnitId("330102"), AFTER) == hangzhou


BRANCHES = [
    # bank, some of its units that there are, and some that there are not
    ("icbc", ["bank/icbc", "bank/icbc/3301", "bank/icbc/330102"], ["bank/icbc/33"]),
    ("cb-qujiang", ["bank/cb-qujiang", "bank/cb-qujiang/330802"], ["bank/cb-qujiang/3308"]),  # one city: itself
]


@pytest.mark.parametrize(("bank", "there", "not_there"), BRANCHES)
def test_a_bank_has_branches_where_its_outlets_are(bank: str, there: list[str], not_there: list[str]) -> None:
    assert all(UNITS.exists(UnitId(unit)) for unit in there)
    assert not any(UNITS.exists(UnitId(unit)) for unit in not_there)


def test_no_two_units_of_a_bank_stand_over_the_same_outlets() -> None:
    for bank in NETWORK.banks:
        units = [unit for unit in UNITS.all() if unit == f"bank/{bank}" or unit.startswith(f"bank/{bank}/")]
        outlets = [UNITS.outlets(unit) for unit in units]
        assert len(set(outlets)) == len(units)
        assert all(outlets)


def test_every_outlet_stands_under_its_bank_and_every_branch_under_head_office() -> None:
    for outlet in list(NETWORK.outlets.values())[::97]:
        assert UNITS.above(UnitId(f"outlet/{outlet.id}"))[-1] == f"bank/{outlet.bank}"
    assert all(UNITS.above(unit)[-1] == HEAD_OFFICE for unit in UNITS.central()[1:])


def test_the_banks_of_a_branch_are_the_highest_units_it_is_local_to() -> None:
    province = UNITS.banks_of(UnitId("pbc/33"))
    assert "bank/icbc" in province
    assert not any(unit.startswith("bank/icbc/") for unit in province)
    assert "bank/cb-qujiang" in UNITS.banks_of(UnitId("pbc/3308"))
    assert "bank/icbc/3303" in UNITS.banks_of(UnitId("pbc/3303"))
    assert set(UNITS.banks_of(UnitId("pbc/330381"))) == {
        unit for unit in UNITS.all() if unit.endswith("/330381") and unit.startswith("bank/")
    } | {unit for unit in UNITS.banks_of(UnitId("pbc/330381")) if unit.count("/") == 1}


NAMES = [
    ("pbc/33", "人民银行浙江省分行", "province"),
    ("pbc/3303", "人民银行温州市中心支行", "city"),
    ("pbc/330381", "人民银行瑞安市支行", "county"),
    ("bank/icbc", "中国工商银行", "bank"),
    ("bank/icbc/3303", "中国工商银行温州市分行", "bank_city"),
    ("bank/icbc/330381", "中国工商银行瑞安市支行", "bank_county"),
]


@pytest.mark.parametrize(("unit", "zh", "level"), NAMES)
def test_names_and_levels(unit: str, zh: str, level: str) -> None:
    assert (UNITS.zh(UnitId(unit)), UNITS.level(UnitId(unit))) == (zh, level)


@pytest.mark.parametrize("unit", ["", "pbc/", "pbc/99", "bank/", "bank/x/y/z", "outlet/none", "x"])
def test_an_unknown_unit_is_nowhere(unit: str) -> None:
    assert not UNITS.exists(UnitId(unit))
    assert UNITS.superior(UnitId(unit)) is None
    assert UNITS.zh(UnitId(unit)) == unit


def test_terms_in_a_circle_end() -> None:
    one, other = UnitId("pbc/3303"), UnitId("pbc/3304")
    terms = {one: (Term(one, superior=other),), other: (Term(other, superior=one),)}
    assert Units(NETWORK, terms).above(one, AFTER) == [other, one]
