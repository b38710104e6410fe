"""Stories of a decision: who may take it, who must agree, what makes it stale, what comes from head office."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hecha.decision import owed
from hecha.decision.resolution import (
    Disown,
    Kind,
    Lapse,
    Outside,
    Person,
    Phase,
    Record,
    Rules,
    Scan,
    Settle,
    Sign,
    Withdraw,
)
from hecha.kernel.errors import BadInput, Refused
from tests.decision.cases import CALLED, COUNTY, GRAVE, HEAD, MORNING, PROVINCE, SMALL, Group

TWO_PERSONS = [
    # 决策, 等级, 改为, 两个人
    (Kind.START, 4, None, False),
    (Kind.START, 3, None, True),
    (Kind.START, 2, None, True),
    (Kind.START, 1, None, True),
    (Kind.END, 4, None, True),
    (Kind.END, 2, None, True),
    (Kind.LOWER, 3, 4, True),
    (Kind.FIX_GRADE, 4, 4, False),
    (Kind.FIX_GRADE, 4, 3, True),
    (Kind.FIX_GRADE, 3, 4, True),
    (Kind.EXCEPTION, 3, None, True),
    (Kind.REPAIR_FIRST, 1, None, False),
    (Kind.REFER, 3, None, False),
]


@pytest.mark.parametrize(("kind", "level", "target", "two"), TWO_PERSONS)
def test_when_two_persons_are_needed(kind: Kind, level: int, target: int | None, two: bool) -> None:
    assert Rules().needs_two(kind, level, target) is two


def test_the_plan_may_ask_for_fewer() -> None:
    lax = Rules(two_persons_from_level=0, two_persons_for_end=False, two_persons_for_lowering=False)
    assert not any(lax.needs_two(kind, level, target) for kind, level, target, _ in TWO_PERSONS)


def test_a_small_event_is_decided_by_one_person() -> None:
    county = Group(SMALL)
    assert county.does(county.proposal()) == ["proposed", "taken"]
    assert county.facts[0].clause == "4.2.1(3)"
    assert county.facts[0].on_behalf_of == "pbc/330324"


def test_a_greater_one_waits_for_a_second_person() -> None:
    province = Group()
    assert province.does(province.proposal()) == ["proposed"]
    assert province.state is not None
    assert [duty.what for duty in owed.duties(province.state)] == ["resolution.consent"]
    assert province.does(province.consent()) == ["consented", "taken"]
    assert province.does(province.consent()) == []
    assert owed.duties(province.state) == ()


@pytest.mark.parametrize("who", [{"by": "leader", "name": "某人"}, {"by": "other", "name": "组长"}])
def test_proposer_and_consenter_differ(who: dict[str, str]) -> None:
    province = Group()
    province.does(province.proposal())
    with pytest.raises(Refused, match="不能是同一人"):
        province.does(province.consent(**who))


def test_consent_is_for_the_same_group() -> None:
    province = Group()
    province.does(province.proposal())
    with pytest.raises(Refused, match="同一领导小组"):
        province.does(province.consent(unit="pbc/3303"))


def test_anyone_else_is_refused_and_nothing_is_recorded() -> None:
    city = Group()
    with pytest.raises(Refused, match="不是本级的事权"):
        city.does(city.proposal(unit="pbc/3303"))
    assert city.facts == []


@pytest.mark.parametrize(("kind", "target"), [(Kind.REPAIR_FIRST, ""), (Kind.REFER, "pbc/33")])
def test_first_handling_and_asking_upward_are_never_blocked(kind: Kind, target: str) -> None:
    city = Group(GRAVE)
    assert city.does(city.proposal(kind, unit="pbc/3303", target=target)) == ["proposed", "taken"]


def test_but_only_in_ones_own_area() -> None:
    other = Group()
    with pytest.raises(Refused, match="不在本级辖内") as refused:
        other.does(other.proposal(Kind.REPAIR_FIRST, unit="pbc/3304", in_area=False))
    assert refused.value.clause == "2.1.2.3(3)"


def test_the_grade_rises_before_the_second_person_agrees() -> None:
    province = Group()
    province.does(province.proposal())
    province.now(level=2, level_zh="重大", epoch=2, decides=HEAD)
    assert province.does(province.consent(unit="pbc/33")) == ["refused"]
    assert province.state is not None
    assert (province.state.phase, province.state.refused) == (Phase.REFUSED, "stale")


def test_a_rise_makes_open_proposals_stale_at_once_but_not_repairs() -> None:
    province = Group()
    province.does(province.proposal())
    assert province.does(Lapse(province.at, 1)) == []
    assert province.does(Lapse(province.at, 2)) == ["refused"]
    repair = Group()
    repair.does(repair.proposal(Kind.REPAIR_FIRST))
    assert repair.does(Lapse(repair.at, 2)) == []


def test_telephone_consent_is_recorded_and_signed_later() -> None:
    province = Group()
    province.does(province.proposal())
    assert province.does(province.consent(telephone=CALLED)) == ["consented", "taken"]
    assert province.state is not None
    (duty,) = owed.duties(province.state)
    assert (duty.what, duty.due) == ("resolution.sign", MORNING + timedelta(hours=24))
    assert province.facts[1].data["telephone"] == {
        "caller": "leader",
        "callee": "副组长",
        "number": "0571-10001",
        "read_back": "同意启动较大事件应急处置办法",
    }
    with pytest.raises(Refused, match="本人"):
        province.does(Sign(province.at, "leader", "副组长"))  # who made the call does not sign for it
    province.passes(hours=3)
    assert province.does(Sign(province.at, "deputy", "副组长")) == ["signed"]
    assert owed.duties(province.state) == ()


def test_a_call_without_number_or_read_back_is_no_consent() -> None:
    province = Group()
    province.does(province.proposal())
    for blank in ({"number": " "}, {"read_back": ""}):
        with pytest.raises(BadInput):
            province.does(province.consent(telephone=replace(CALLED, **blank)))


def test_who_never_consented_says_so() -> None:
    province = Group()
    province.does(province.proposal())
    province.does(province.consent(telephone=CALLED))
    assert province.does(Disown(province.at, "deputy", "副组长", "没有接到过电话")) == ["disowned"]
    assert province.state is not None
    (notice,) = owed.notices(province.facts[-1], province.state)
    assert (notice.what, notice.urgent, notice.post) == ("resolution.disowned", True, "group")


def test_an_end_needs_confirmed_recovery_and_an_order_in_force() -> None:
    province = Group()
    with pytest.raises(Refused, match="没有执行中的命令"):
        province.does(province.proposal(Kind.END))
    province.now(in_force="O1", in_force_group="pbc/33", in_force_who="province")
    with pytest.raises(Refused, match="尚未确认恢复") as refused:
        province.does(province.proposal(Kind.END))
    assert refused.value.clause == "4.3.1(7)"
    province.now(recovered=True)
    assert province.does(province.proposal(Kind.END)) == ["proposed"]
    province.now(recovered=False)  # it failed again before the second person agreed
    assert province.does(province.consent()) == ["refused"]
    assert province.state is not None
    assert province.state.refused == "not_recovered"


def test_lowering_names_a_milder_level() -> None:
    province = Group()
    for wrong in ("", "x", "3", "2"):
        with pytest.raises(Refused):
            province.does(province.proposal(Kind.LOWER, target=wrong))
    assert province.does(province.proposal(Kind.LOWER, target="4")) == ["proposed"]


def test_a_higher_group_keeps_its_command_after_the_grade_has_fallen() -> None:
    """The province's order is in force and the event is 一般 again: the province may end it."""
    province = Group(replace(SMALL, in_force="O1", in_force_group="pbc/33", in_force_who="province", recovered=True))
    assert province.does(province.proposal(Kind.END, unit="pbc/33")) == ["proposed"]
    risen = Group(replace(province.standing, decides=PROVINCE, in_force_group="pbc/330324", in_force_who="county"))
    with pytest.raises(Refused, match="不是本级的事权"):
        risen.does(risen.proposal(Kind.END, unit="pbc/330324"))


FAX = Outside("银办发〔2026〕7号", MORNING - timedelta(minutes=20), "王值班", "fax")


def record(group: Group, outside: Outside = FAX, **more: object) -> Record:
    given = {"unit": "head_office", "kind": Kind.START, "who": Person("office", "王值班"), **more}
    return Record(
        "D1",
        reason="启动重大事件应急处置办法",
        at=group.at,
        outside=outside,
        standing=group.standing,
        rules=Rules(),
        **given,
    )  # type: ignore[arg-type]


def test_head_offices_decision_is_recorded_from_a_fax_and_its_scan_owed() -> None:
    province = Group(GRAVE)
    assert province.does(record(province)) == ["recorded", "taken"]
    state = province.state
    assert state is not None
    assert (state.unit, state.here, state.two) == ("head_office", "pbc/33", False)
    (duty,) = owed.duties(state)
    assert (duty.what, duty.unit, duty.post) == ("resolution.scan", "pbc/33", "office")
    assert province.does(Scan(province.at, "office", "扫描件 2026-7")) == ["scanned"]
    assert province.state is not None
    assert owed.duties(province.state) == ()


def test_nobody_here_decides_for_head_office_nor_records_what_is_ours() -> None:
    province = Group(GRAVE)
    with pytest.raises(Refused, match="总行领导小组决策"):
        province.does(province.proposal(unit="pbc/33"))
    with pytest.raises(Refused, match="只登记总行的决定"):
        province.does(record(province, unit="pbc/33"))
    ours = Group()
    with pytest.raises(Refused, match="不是本级的事权"):
        ours.does(record(ours))


@pytest.mark.parametrize(
    "wrong", [{"number": ""}, {"receiver": " "}, {"how": "鸽子"}, {"decided": MORNING + timedelta(1)}]
)
def test_an_outside_decision_has_number_time_receiver_and_way(wrong: dict[str, object]) -> None:
    province = Group(GRAVE)
    with pytest.raises((Refused, BadInput)):
        province.does(record(province, replace(FAX, **wrong)))  # type: ignore[arg-type]
    assert province.facts == []


def test_repair_first_is_looked_at_again() -> None:
    county = Group(SMALL)
    county.does(county.proposal(Kind.REPAIR_FIRST))
    assert county.state is not None
    (duty,) = owed.duties(county.state)
    assert (duty.what, duty.due) == ("resolution.review", MORNING + timedelta(hours=1))
    assert county.does(Settle(county.at, "启动")) == ["settled"]
    assert owed.duties(county.state) == ()


def test_a_proposal_may_be_taken_back_but_not_a_decision() -> None:
    province = Group()
    province.does(province.proposal())
    assert province.does(Withdraw(province.at, "leader", "再看一看")) == ["refused"]
    decided = Group(replace(SMALL, decides=COUNTY))
    decided.does(decided.proposal())
    with pytest.raises(Refused, match="不能撤回"):
        decided.does(Withdraw(decided.at, "leader", "后悔"))


def test_over_is_over() -> None:
    province = Group()
    province.now(over=True)
    with pytest.raises(Refused, match="已经结束"):
        province.does(province.proposal())
