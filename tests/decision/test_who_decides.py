"""谁来决定 (4.2.1): by level and place, as an official would say it; by referral; in an organisation of two levels."""

from datetime import UTC, datetime

import pytest

from hecha.decision.authority import deciding, in_its_area, require_decider
from hecha.kernel.errors import Refused
from hecha.kernel.ids import AreaCode, UnitId
from hecha.organization.units import HEAD_OFFICE, Term, Units
from hecha.plan.model import Plan

AT = datetime(2026, 3, 12, 10, tzinfo=UTC)
特大, 重大, 较大, 一般 = 1, 2, 3, 4
总行, 省, 温州, 永嘉, 萧山 = HEAD_OFFICE, "pbc/33", "pbc/3303", "pbc/330324", "pbc/330109"

TABLE = [
    # 等级, 地方, 谁决定, 谁执行, 可以提请
    (一般, "永嘉县", ["330324"], 永嘉, 永嘉, 温州),
    (一般, "鹿城区，没有支行", ["330302"], 温州, 温州, 省),
    (一般, "永嘉和瑞安，两个县", ["330324", "330381"], 温州, 温州, 省),
    (一般, "永嘉和嘉兴南湖，两个市", ["330324", "330402"], 省, 省, 总行),
    (一般, "萧山，杭州的县支行", ["330109"], 萧山, 萧山, 省),
    (一般, "上城区，杭州没有市小组", ["330102"], 省, 省, 总行),
    (一般, "萧山和余杭", ["330109", "330110"], 省, 省, 总行),
    (较大, "温州全市", ["3303"], 省, 省, 总行),
    (较大, "永嘉一县（一家银行）", ["330324"], 省, 省, 总行),
    (重大, "温州数据", ["3303"], 总行, 省, ""),
    (特大, "全省", [], 总行, 省, ""),
]


@pytest.mark.parametrize(("level", "place", "areas", "decides", "acts", "above"), TABLE, ids=[row[1] for row in TABLE])
def test_who_decides(
    plan: Plan, units: Units, level: int, place: str, areas: list[str], decides: str, acts: str, above: str
) -> None:
    found = deciding(plan, units, level, [AreaCode(code) for code in areas], AT)
    assert (found.unit, found.acts, found.above, found.clause) == (decides, acts, above, "4.2.1(1)")


REFERRED = [
    # 等级, 地方, 提请到, 谁决定
    (一般, ["330324"], 温州, 温州),
    (一般, ["330324"], 省, 省),
    (较大, ["3303"], 总行, 总行),
    (较大, ["3303"], 温州, 省),  # asking a lower group moves nothing
    (重大, ["3303"], 省, 总行),
]


@pytest.mark.parametrize(("level", "areas", "referred", "decides"), REFERRED)
def test_a_referral_moves_the_decision_up_and_never_down(
    plan: Plan, units: Units, level: int, areas: list[str], referred: str, decides: str
) -> None:
    found = deciding(plan, units, level, [AreaCode(code) for code in areas], AT, referred)
    assert found.unit == decides
    assert found.referred == (referred == decides)


def test_two_levels_after_a_reform(plan: Plan, units: Units) -> None:
    """County branches have been closed: the city decides what a county decided, and refers to the province."""
    closed = datetime(2023, 8, 1, tzinfo=UTC)
    counties = [unit for unit in units.central() if len(unit) == len("pbc/330324")]
    two_levels = Units(units.network, {unit: (Term(unit, until=closed),) for unit in counties})
    before = deciding(plan, two_levels, 一般, [AreaCode("330324")], datetime(2023, 7, 1, tzinfo=UTC))
    after = deciding(plan, two_levels, 一般, [AreaCode("330324")], AT)
    assert (before.unit, before.above) == (永嘉, 温州)
    assert (after.unit, after.above) == (温州, 省)


def test_ningbo_apart_from_the_province(plan: Plan, units: Units) -> None:
    """With head office right above it, Ningbo's group refers to head office."""
    ningbo = UnitId("pbc/3302")
    apart = Units(units.network, {ningbo: (Term(ningbo, superior=HEAD_OFFICE),)})
    found = deciding(plan, apart, 一般, [AreaCode("330203"), AreaCode("330205")], AT)
    assert (found.unit, found.above) == (ningbo, HEAD_OFFICE)


def test_another_group_is_refused_with_the_way_out(plan: Plan, units: Units) -> None:
    province = deciding(plan, units, 较大, [AreaCode("3303")], AT)
    with pytest.raises(Refused, match="浙江省分行领导小组决策") as refused:
        require_decider(province, 温州, "较大")
    assert refused.value.clause == "4.2.1(1)"
    assert "提请" in refused.value.way_out
    assert "先期处置和辖内指挥不受限制" in refused.value.way_out
    head_office = deciding(plan, units, 特大, [], AT)
    with pytest.raises(Refused, match="总行领导小组决策") as refused:
        require_decider(head_office, 省, "特大")
    assert "登记文号" in refused.value.way_out
    require_decider(province, 省, "较大")


@pytest.mark.parametrize(
    ("unit", "areas", "inside"),
    [
        (温州, ["330324"], True),
        (永嘉, ["330324"], True),
        (永嘉, ["3303"], True),  # the whole city is hit, the county with it
        (永嘉, ["330381"], False),
        ("pbc/3304", ["330324"], False),
        (省, ["330324"], True),
        (省, [], True),
        (温州, [], False),
        (总行, ["330324"], True),
        ("bank/icbc", ["330324"], False),
    ],
)
def test_command_in_ones_own_area(units: Units, unit: str, areas: list[str], inside: bool) -> None:
    assert in_its_area(units, unit, [AreaCode(code) for code in areas]) is inside
