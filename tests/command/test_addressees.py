"""命令传给谁 (4.3.1-4.3.3), as the plan says it, over the real province."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hecha.command.addressees import addressees, lines
from hecha.kernel.ids import AreaCode, UnitId
from hecha.organization.units import Units
from hecha.plan.model import Plan

AT = datetime(2026, 3, 12, 10, tzinfo=UTC)
TOUCHED = [AreaCode("330324")]


def to(plan: Plan, units: Units, unit: str) -> dict[str, str]:
    return {one.key: one.clause for one in addressees(plan.charges, units, UnitId(unit), TOUCHED, AT)}


def test_the_provinces_order(plan: Plan, units: Units) -> None:
    found = to(plan, units, "pbc/33")
    posts = {key: clause for key, clause in found.items() if key.startswith("pbc/33.")}
    assert posts == {
        "pbc/33.settlement": "4.3.1(2)",
        "pbc/33.credit": "4.3.1(2)",
        "pbc/33.technology": "4.3.1(3)",
    }
    groups = [key for key, clause in found.items() if clause == "4.3.1(4)"]
    assert [key for key in groups if len(key) == 8] == [f"pbc/33{n:02}" for n in range(2, 12)]  # 各市，杭州除外
    assert [key for key in groups if len(key) == 10] == [
        f"pbc/3301{n:02}" for n in (9, 10, 11, 12, 22, 27, 82)
    ]  # 杭州各县支行直接接令
    banks = [key for key, clause in found.items() if clause == "4.3.1(5)"]
    assert banks == [f"bank/{bank}" for bank in units.network.banks]
    assert len(found) == 3 + 10 + 7 + len(banks)


def test_a_citys_order(plan: Plan, units: Units) -> None:
    found = to(plan, units, "pbc/3303")
    assert [key for key, clause in found.items() if clause == "4.3.2(4)"] == [
        f"pbc/3303{n:02}" for n in (5, 24, 26, 27, 28, 29, 81, 82)
    ]
    assert found["bank/icbc/3303"] == "4.3.2(5)"  # its branch in the city, not the bank as a whole
    assert found["bank/vb-330328"] == "4.3.2(5)"  # a bank of one county is addressed itself
    assert "bank/icbc" not in found


def test_a_countys_order(plan: Plan, units: Units) -> None:
    found = to(plan, units, "pbc/330324")
    assert not [key for key in found if key.startswith("pbc/") and "." not in key]  # nobody stands below it
    assert found["bank/icbc/330324"] == "4.3.3(4)"
    assert found["pbc/330324.technology"] == "4.3.3(3)"


def test_a_plan_may_reach_only_those_touched(plan: Plan, units: Units) -> None:
    charges = [replace(one, reach="touched") for one in plan.charges]
    found = [one.key for one in addressees(charges, units, UnitId("pbc/33"), TOUCHED, AT)]
    assert [key for key in found if key.startswith("pbc/33") and "." not in key] == ["pbc/3303"]
    assert "bank/vb-330328" not in found
    assert "bank/vb-330324" in found


def test_every_clause_of_4_3_is_somebodys(plan: Plan) -> None:
    wanted = {clause for clause in plan.clauses if clause.startswith("4.3.")}
    assert {one.clause for one in plan.charges} == wanted


@pytest.mark.parametrize(
    ("level", "office", "group"),
    [("province", {"4.3.1(1)", "4.3.1(6)"}, "4.3.1(7)"), ("county", {"4.3.3(1)", "4.3.3(5)"}, "4.3.3(6)")],
)
def test_what_office_and_group_are_charged_with(plan: Plan, level: str, office: set[str], group: str) -> None:
    found = lines(plan.charges, level)
    assert {one.clause for one in found if one.to == "office"} == office
    assert [one.clause for one in found if one.to == "group"] == [group]


def test_those_who_collect_or_account_report(plan: Plan, units: Units) -> None:
    found = addressees(plan.charges, units, UnitId("pbc/33"), TOUCHED, AT)
    assert all(one.reports for one in found)
    silent = [replace(one, does=("organise",)) for one in plan.charges]
    assert not any(one.reports for one in addressees(silent, units, UnitId("pbc/33"), TOUCHED, AT))
