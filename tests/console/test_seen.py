"""What each sees of the picture: the own institution and below, and what all share."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hecha.flow.declare import Declaration
from hecha.flow.maintenance import Window
from hecha.flow.picture import Picture, State
from hecha.flow.seen import seen
from hecha.flow.situation import Ground, groups
from hecha.kernel.errors import NotThere, Refused
from hecha.kernel.ids import AreaCode, BankId, ComponentId, Mode, OutletId, UnitId
from hecha.network.model import Outlet
from hecha.organization.principal import Principal, Role
from hecha.organization.sight import Right, Sight, is_shared
from hecha.organization.units import HEAD_OFFICE, Units
from tests.console import demo

NETWORK = demo.network()
OUTLET = next(o for o in NETWORK.outlets.values() if o.county == "330381")
OTHER = next(o for o in NETWORK.outlets.values() if o.county == "330381" and o.bank != OUTLET.bank)
FAR = next(o for o in NETWORK.outlets.values() if NETWORK.city_of(o.county) == "3301" and o.bank == OUTLET.bank)


def who(unit: str, role: Role = Role.BRANCH) -> Sight:
    outlet = OutletId(unit.removeprefix("outlet/")) if unit.startswith("outlet/") else None
    return Sight(NETWORK, Principal("somebody", "某人", role, UnitId(unit), outlet))


CLERK = who(f"outlet/{OUTLET.id}", Role.CLERK)
ENGINEER = who(f"bank/{OUTLET.bank}", Role.ENGINEER)
COUNTY, CITY, PROVINCE = who("pbc/330381"), who("pbc/3303"), who("pbc/33")


@pytest.mark.parametrize(
    ("sight", "own", "others", "far"),
    [
        (CLERK, True, False, False),
        (ENGINEER, True, False, True),
        (COUNTY, True, True, False),
        (CITY, True, True, False),
        (PROVINCE, True, True, True),
        (who(HEAD_OFFICE), True, True, True),
    ],
)
def test_outlets_seen(sight: Sight, own: bool, others: bool, far: bool) -> None:
    assert [sight.sees_outlet(one.id) for one in (OUTLET, OTHER, FAR)] == [own, others, far]


def test_shared_components_are_everyones_and_cores_are_not() -> None:
    assert is_shared(ComponentId("city/3303/line"))
    core = ComponentId(f"bank/{OTHER.bank}/core")
    assert all(sight.sees_component(ComponentId("front/a")) for sight in (CLERK, ENGINEER, COUNTY, PROVINCE))
    assert [sight.sees_component(core) for sight in (CLERK, ENGINEER, COUNTY, PROVINCE)] == [False, False, False, True]


@pytest.mark.parametrize("right", list(Right))
def test_a_right_that_nobody_here_has_is_refused_with_a_way_out(right: Right) -> None:
    nobody = who("pbc/33", Role.AUDITOR) if right is not Right.AUDIT else CLERK
    with pytest.raises(Refused) as refused:
        nobody.require(right)
    assert refused.value.reason
    assert refused.value.way_out


def test_estimates_come_from_the_owner() -> None:
    line = ComponentId("city/3303/line")
    assert [sight.may_estimate(line) for sight in (ENGINEER, COUNTY, CITY, PROVINCE)] == [False, False, True, True]
    assert ENGINEER.may_estimate(ComponentId(f"bank/{OUTLET.bank}/core"))
    assert not ENGINEER.may_estimate(ComponentId(f"bank/{OTHER.bank}/core"))
    assert not CITY.may_estimate(ComponentId("front/a"))


def test_what_is_not_ones_own_is_not_there() -> None:
    with pytest.raises(NotThere):
        ENGINEER.require_outlet(OTHER.id)
    with pytest.raises(NotThere):
        ENGINEER.require_bank(OTHER.bank)
    ENGINEER.require_outlet(FAR.id)


def test_the_local_branch_is_the_nearest_one_above() -> None:
    units = Units(NETWORK)
    assert units.local_branch(AreaCode("330381")) == "pbc/330381"
    assert units.local_branch(AreaCode("330302")) == "pbc/3303"
    assert units.superior(UnitId("pbc/330381")) == "pbc/3303"
    assert units.superior(UnitId(f"outlet/{OUTLET.id}")) == f"bank/{OUTLET.bank}/330381"
    assert units.superior(UnitId("pbc/33")) == HEAD_OFFICE
    assert units.superior(HEAD_OFFICE) is None


def test_the_province_sees_the_picture_as_it_is() -> None:
    picture = demo.troubled()
    assert seen(picture, NETWORK, PROVINCE) is picture


def test_a_bank_sees_its_own_outlets_and_the_shared_lines() -> None:
    picture = seen(demo.troubled(), NETWORK, ENGINEER)
    own = {o.id for o in NETWORK.outlets.values() if o.bank == OUTLET.bank}
    assert set(picture.outlets_not_up) <= own
    assert set(picture.banks) == {OUTLET.bank}
    assert sum(group.total for group in picture.cities.values()) == len(own)
    assert not any(name.startswith("bank/") and OUTLET.bank not in name for name in picture.components)
    assert picture.components[ComponentId("front/a")].state is State.DOWN
    assert picture.if_unknown_were_down is None


def test_where_only_lines_are_seen_the_tile_is_the_lines_state() -> None:
    picture = seen(demo.troubled(), NETWORK, who("pbc/3301"))
    wenzhou = picture.counties[AreaCode("330381")]
    assert (wenzhou.total, wenzhou.state) == (0, State.DOWN)
    assert picture.counties[AreaCode("330402")].state is State.UP


def test_counts_shown_to_a_bank_are_its_own() -> None:
    picture = seen(demo.troubled(), NETWORK, CLERK)
    assert picture.advice[demo.plan().id]["affected"] == {"both": 1, "interface": 1, "non_interface": 1} or (
        NETWORK.banks[OUTLET.bank].access == "none"
    )
    assert all(count <= 1 for fault in picture.faults for count in fault.outlets_down.values())


def test_another_banks_own_fault_is_not_told() -> None:
    alone = demo.only_bank(OTHER.bank)
    for sight in (CLERK, ENGINEER):
        picture = seen(alone, NETWORK, sight)
        assert (picture.faults, picture.advice, dict(picture.outlets_not_up)) == ((), {}, {})
    assert seen(alone, NETWORK, PROVINCE).faults


def test_tallies_agree_with_the_watch_loops_own() -> None:
    picture, ground = demo.troubled(), Ground(NETWORK)
    codes = ground.codes(0)
    kinds = {State.IMPAIRED: 1, State.DOWN: 2, State.UNKNOWN: 3}
    for outlet, states in picture.outlets_not_up.items():
        for mode, state in states.items():
            codes[mode][ground.place[outlet]] = kinds[state]
    assert groups(ground, ground.cities, codes) == dict(picture.cities)
    assert groups(ground, ground.banks, codes) == dict(picture.banks)


def whole(picture: Picture) -> set[BankId]:
    return set(picture.banks)


def test_a_clerk_sees_the_own_bank_by_the_own_outlet_only() -> None:
    picture = seen(demo.calm(), NETWORK, CLERK)
    assert whole(picture) == {OUTLET.bank}
    assert picture.banks[OUTLET.bank].total == 1
    assert picture.banks[OUTLET.bank].modes[Mode.NON_INTERFACE].up == 1


def declared(*outlets: Outlet) -> Picture:
    """These outlets' ways were declared lost, by the province; nothing was measured."""
    one = Declaration(
        "D1", tuple(o.id for o in outlets), (Mode.INTERFACE,), demo.START, "province", "pbc/33", demo.START
    )
    fault = replace(
        demo.fault(demo.START, demo.START), components=(ComponentId("declared/D1"),), declared_by="province"
    )
    return replace(demo.calm(), declarations=(one,), faults=(fault,))


def test_what_was_declared_is_seen_by_those_whose_outlets_it_names() -> None:
    whole = declared(OUTLET, OTHER)
    for sight in (CLERK, ENGINEER, COUNTY, CITY, PROVINCE):
        assert seen(whole, NETWORK, sight).faults[0].components == ("declared/D1",)
    assert seen(whole, NETWORK, ENGINEER).declarations[0].outlets == (OUTLET.id,)
    assert seen(whole, NETWORK, CITY).declarations[0].outlets == (OUTLET.id, OTHER.id)


def test_another_banks_declaration_and_ways_are_not_told() -> None:
    alone = declared(OTHER)
    way = ComponentId(f"way/{OTHER.id}/interface")
    assert [sight.sees_component(way) for sight in (CLERK, ENGINEER, COUNTY)] == [False, False, True]
    for wide in (f"ways/county/{OTHER.county}/interface", f"ways/bank/{OTHER.bank}/interface"):
        seen_by = [sight.sees_component(ComponentId(wide)) for sight in (CLERK, ENGINEER, PROVINCE)]
        assert seen_by == [False, False, True]
    for sight in (CLERK, ENGINEER, who("pbc/3301")):
        view = seen(alone, NETWORK, sight)
        assert (view.faults, view.declarations) == ((), ())


def test_planned_work_on_shared_parts_is_everyones() -> None:
    later = demo.START + timedelta(hours=2)
    core = ComponentId(f"bank/{OTHER.bank}/core")
    parts = (ComponentId("front/a"), core)
    window = Window("M1", parts, later, later + timedelta(hours=1), demo.START, "province", "pbc/33")
    view = seen(replace(demo.calm(), planned=(window,)), NETWORK, ENGINEER)
    assert view.planned[0].components == ("front/a",)
    assert seen(replace(demo.calm(), planned=(replace(window, components=(core,)),)), NETWORK, ENGINEER).planned == ()


def test_a_fault_counts_only_the_own_outlets_behind_it() -> None:
    dark = demo.only(o.id for o in NETWORK.outlets.values() if o.county == "330381")
    lines = [
        replace(demo.fault(demo.START, demo.START), components=(ComponentId(f"{name}/line"),))
        for name in ("county/330381", "city/3311", "city/3303", f"outlet/{OUTLET.id}")
    ]
    own = sum(o.county == "330381" for o in NETWORK.outlets.values() if o.bank == OUTLET.bank)
    view = seen(replace(dark, faults=tuple(lines)), NETWORK, ENGINEER)
    assert [fault.outlets_down[Mode.NON_INTERFACE] for fault in view.faults] == [own, 0, own, 1]


def test_a_banks_branch_sees_the_banks_outlets_in_its_area() -> None:
    branch = who(f"bank/{OUTLET.bank}/3303", Role.ENGINEER)
    assert [branch.sees_outlet(one.id) for one in (OUTLET, OTHER, FAR)] == [True, False, False]
    assert [branch.sees_bank(one.bank) for one in (OUTLET, OTHER)] == [True, False]
    assert not branch.sees_area(AreaCode("330381"))  # its own outlets there, not all of them
    assert not branch.everything
    picture = seen(demo.troubled(), NETWORK, branch)
    mine = {o.id for o in NETWORK.outlets.values() if o.bank == OUTLET.bank and NETWORK.city_of(o.county) == "3303"}
    assert set(picture.outlets_not_up) <= mine
    assert sum(group.total for group in picture.cities.values()) == len(mine)


def test_a_banks_leader_enters_no_maintenance_plan() -> None:
    assert not who(f"bank/{OUTLET.bank}", Role.LEADER).may(Right.MAINTENANCE)
    assert who("pbc/3303", Role.LEADER).may(Right.MAINTENANCE)
