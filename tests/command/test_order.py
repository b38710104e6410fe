"""Stories of an order: published, acknowledged to the last, chased, adjusted, summed up, superseded, ended, undone."""

from datetime import timedelta

import pytest

from hecha.command.addressees import Addressee
from hecha.command.order import (
    Adjust,
    Basis,
    Drop,
    End,
    Extend,
    Kind,
    Measure,
    Now,
    Phase,
    Problem,
    Progress,
    Redraft,
    Summarise,
    Supersede,
    Undone,
)
from hecha.command.undo import undoing
from hecha.kernel.errors import BadInput, Refused
from tests.command.cases import ALL, BANK, BASIS, MORNING, NOW, TECHNOLOGY, WENZHOU, Desk, in_force, now

END = Basis("D1", "pbc/33", "end", 1, True)
COUNTY = in_force("pbc/330324", 0)


def test_a_draft_waits_for_the_settlement_department() -> None:
    desk = Desk().drafted()
    (duty,) = desk.duties()
    assert (duty.what, duty.post, duty.due) == ("order.publish", "settlement", MORNING + timedelta(minutes=30))
    assert [one.what for one in desk.told] == ["order.drafted"]
    assert desk.does(Redraft(desk.at, "office", "启动较大事件应急处置办法，逐级落实。")) == ["redrafted"]
    assert desk.publishes() == ["published"]
    assert desk.order.number == "浙联核应急令〔2026〕1号"
    assert desk.order.is_in_force
    assert desk.publishes() == []
    with pytest.raises(Refused, match="不是草稿"):
        desk.does(Redraft(desk.at, "office", "改"))
    with pytest.raises(Refused, match="不是草稿"):
        desk.does(Drop(desk.at, "office", "不发了"))


def test_each_addressee_is_told_once_and_owes_a_receipt() -> None:
    desk = Desk().published()
    told = [(one.unit, one.post, one.clause, one.wants_ack) for one in desk.told if one.what == "order.start"]
    assert told == [
        ("pbc/33", "technology", "4.3.1(3)", True),
        ("pbc/3303", "", "4.3.1(4)", True),
        ("bank/X", "", "4.3.1(5)", True),
    ]
    assert desk.owes("bank/X") == ["order.receipt"]
    assert desk.receives(BANK) == ["received"]
    assert desk.receives(BANK, how="telephone") == []  # once acknowledged, always acknowledged
    assert desk.owes("bank/X") == ["order.progress"]
    assert desk.order.receipts["bank/X"].name == "吴主任"


def test_an_order_is_chased_to_the_last_receipt() -> None:
    desk = Desk().published()
    desk.receives(WENZHOU)
    assert desk.passes(minutes=29) == []
    assert desk.passes(minutes=1) == ["chased"]  # due after 30 minutes
    assert "order.call.office" in desk.owes("pbc/33")
    assert desk.passes(minutes=15) == ["chased"]
    assert not desk.order.escalated
    desk.receives(BANK, how="telephone", number="0577-20001", read_back="已收悉，立即组织")
    assert desk.passes(minutes=15) == ["chased"]
    assert desk.order.escalated  # an hour after publication the group is told
    assert [one.facts["late"] for one in desk.told if one.what == "order.escalated"] == ["1"]
    assert desk.facts[-1].data["waiting"] == ["pbc/33.technology"]
    keys = [one.key for one in desk.told if one.unit == "pbc/33" and one.what == "order.start"]
    assert len(set(keys)) == 1  # reminders are the same message again
    desk.receives(TECHNOLOGY)
    assert desk.passes(minutes=120) == []
    assert "order.call.office" not in desk.owes("pbc/33")


def test_a_telephone_receipt_has_number_and_read_back() -> None:
    desk = Desk().published()
    for wrong in ({"number": "0577"}, {"read_back": "收到"}, {}):
        with pytest.raises(BadInput):
            desk.receives(BANK, how="telephone", **wrong)
    with pytest.raises(Refused, match="没有发给该单位"):
        desk.receives(Addressee("bank/Y", "4.3.1(5)", ""))
    assert desk.order.receipts == {}


def test_progress_problems_adjustments_and_the_offices_summary() -> None:
    desk = Desk().published()
    desk.receives(BANK)
    (due,) = (duty.due for duty in desk.duties("bank/X"))
    assert due == MORNING + timedelta(minutes=240)
    desk.at += timedelta(minutes=100)
    assert desk.does(Progress(desk.at, "bank", "bank/X", "全部网点已改用接口方式")) == ["progressed"]
    (due,) = (duty.due for duty in desk.duties("bank/X"))
    assert due == MORNING + timedelta(minutes=340)
    assert desk.does(Problem(desk.at, "bank", "bank/X", "两个网点没有读卡机具", "请邻近网点支援")) == ["problem"]
    assert (desk.told[-1].what, desk.told[-1].post) == ("order.problem", "office")
    assert desk.does(Adjust(desk.at, "settlement", "settlement", "可凭户口簿先办")) == ["adjusted"]
    assert {one.unit for one in desk.told if one.what == "order.adjusted"} == {"pbc/33", "pbc/3303", "bank/X"}
    assert "order.summary.office" in desk.owes("pbc/33")
    assert desk.does(Summarise(desk.at, "office", "三家签收，一个问题已调整")) == ["summarised"]
    (due,) = (duty.due for duty in desk.duties("pbc/33") if duty.what == "order.summary")
    assert due == MORNING + timedelta(minutes=340)


WHY = [
    # 发布时怎样, 为什么不生效
    (now(over=True), "over"),
    (now(basis=None), "no_resolution"),
    (now(basis=Basis("D1", "pbc/33", "start", 1, False)), "no_resolution"),
    (now(basis=Basis("D1", "pbc/3303", "start", 1, True)), "no_resolution"),
    (now(basis=Basis("D1", "pbc/33", "end", 1, True)), "no_resolution"),
    (now(basis=Basis("D2", "pbc/33", "start", 1, True)), "no_resolution"),
    (now(epoch=2), "stale"),
    (now(latest=1), "stale"),
    (now(latest=5), "stale"),
    (now(decider="head_office"), "not_decider"),
    (now(decider="pbc/330324"), "not_decider"),
    (now(in_force=in_force("head_office", 3, 0)), "conflict"),
]


@pytest.mark.parametrize(("at_publication", "why"), WHY)
def test_an_order_that_cannot_take_effect_is_recorded_with_the_reason(at_publication: Now, why: str) -> None:
    desk = Desk().drafted()
    assert desk.publishes(at_publication) == ["refused"]
    assert (desk.order.phase, desk.order.refused, desk.order.number) == (Phase.REFUSED, why, "")
    assert desk.duties() == []
    assert desk.told[-1].what == "order.refused"


def test_a_lower_groups_order_gives_way_to_the_higher_groups() -> None:
    desk = Desk().drafted(sequence=2)
    assert desk.publishes(now(latest=1, in_force=COUNTY)) == ["published"]
    assert desk.order.supersedes == "O0"
    lower = Desk().published()
    assert lower.does(Supersede(lower.at, "O9")) == ["superseded"]
    assert lower.does(Supersede(lower.at, "O9")) == []
    assert lower.duties() == []
    with pytest.raises(Refused, match="不在执行中"):
        lower.receives(BANK)


def test_a_higher_group_that_keeps_its_command_may_order_on() -> None:
    desk = Desk().drafted()
    kept = now(decider="pbc/330324", keeps_command=True, in_force=in_force("pbc/33", 2, 0))
    assert desk.publishes(kept) == ["published"]


def test_an_exception_stands_behind_a_new_start_order() -> None:
    desk = Desk().drafted()
    assert desk.publishes(now(basis=Basis("D1", "pbc/33", "exception", 1, True))) == ["published"]


END_WHY = [
    (now(basis=END), "nothing_to_end"),
    (now(basis=END, in_force=in_force("pbc/33", 2, 0)), "not_recovered"),
    (now(basis=BASIS, in_force=in_force("pbc/33", 2, 0), recovered=True), "no_resolution"),
]


@pytest.mark.parametrize(("at_publication", "why"), END_WHY)
def test_an_end_order_before_its_time_is_refused(at_publication: Now, why: str) -> None:
    desk = Desk().drafted(Kind.END)
    assert desk.publishes(at_publication) == ["refused"]
    assert desk.order.refused == why


def test_an_end_order_undoes_what_was_temporary() -> None:
    desk = Desk().drafted(Kind.END, ends="O0", sequence=2)
    start = (Measure("5.1.1", "outage", ("5.1.1(1)", "5.1.1(2)", "5.1.1(3)")),)
    undo = undoing(ALL, start)
    assert [(one.key, one.what) for one in undo] == [
        ("pbc/33.technology", "routes"),
        ("bank/X", "delegations"),
        ("bank/X", "modes"),
        ("bank/X", "operators"),
    ]
    ready = now(basis=END, in_force=in_force("pbc/33", 2), latest=1, recovered=True)
    assert desk.publishes(ready, undo=undo) == ["published"]
    assert not desk.order.is_in_force
    assert desk.owes("bank/X") == ["order.receipt", "order.undo", "order.undo", "order.undo"]
    for one in ALL:
        desk.receives(one)
    for what in ("delegations", "modes"):
        assert desk.does(Undone(desk.at, "bank", "bank/X", what)) == ["undone"]
    assert desk.does(Undone(desk.at, "bank", "bank/X", "modes")) == []
    with pytest.raises(Refused, match="没有要求撤这一项"):
        desk.does(Undone(desk.at, "bank", "bank/X", "routes"))
    desk.does(Undone(desk.at, "bank", "bank/X", "operators"))
    assert desk.does(Undone(desk.at, "technology", "pbc/33.technology", "routes")) == ["undone", "settled"]
    assert desk.duties() == []


def test_what_the_end_undoes_follows_from_what_was_prescribed() -> None:
    only_other = (Measure("5.1.4.1", "outage", ("5.1.1(3)",)),)
    assert [one.what for one in undoing((BANK, WENZHOU), only_other)] == ["operators"]
    exception = (Measure("5.1.2", "outage", ("5.1.1(1)",), exception=True),)
    assert [one.what for one in undoing((BANK,), exception)] == ["delegations", "operators", "exceptions"]


def test_an_ended_order_owes_nothing_more() -> None:
    desk = Desk().published()
    assert desk.does(End(desk.at, "O2")) == ["ended"]
    assert desk.order.replaced_by == "O2"
    assert desk.duties() == []
    assert desk.passes(minutes=90) == []


def test_the_event_grows_and_new_addressees_are_not_forgotten() -> None:
    desk = Desk().published(areas=("330324",), banks=("X",))
    desk.receives(BANK)
    added = Addressee("bank/Y", "4.3.1(5)", "组织本行处置", "", True)
    assert desk.does(Extend(desk.at, ("330324", "330381"), ("X", "Y"), (BANK, added))) == ["extended"]
    assert desk.order.areas == ("330324", "330381")
    assert desk.owes("bank/Y") == ["order.receipt"]
    assert desk.owes("bank/X") == ["order.progress"]
    assert desk.does(Extend(desk.at, ("330324", "330381"), ("X", "Y"), (BANK, added))) == []


def test_limits() -> None:
    desk = Desk()
    with pytest.raises(BadInput, match="超过 6000 字"):
        desk.drafted(text="长" * 6001)
    assert desk.state is None
    desk.published()
    with pytest.raises(BadInput, match="超过 2000 字"):
        desk.does(Summarise(desk.at, "office", "长" * 2001))
    with pytest.raises(BadInput, match="没有填写"):
        desk.does(Progress(desk.at, "bank", "bank/X", " "))


def test_the_clock_of_a_long_chase_slows_to_hours() -> None:
    desk = Desk().published()
    quarters = 30 + 95 * 15
    assert len(desk.passes(minutes=quarters)) == 96
    assert len(desk.passes(minutes=60)) == 1


def test_no_name_of_now_is_left_unused() -> None:
    """The table above speaks of every field that can keep an order from taking effect."""
    assert NOW.keeps_command is False
    assert {why for _, why in WHY} | {why for _, why in END_WHY} == {
        "over",
        "no_resolution",
        "stale",
        "not_decider",
        "conflict",
        "nothing_to_end",
        "not_recovered",
    }
