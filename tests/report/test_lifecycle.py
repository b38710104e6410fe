"""The life of a report as stories; the clock is moved, minute by minute where it matters."""

from dataclasses import replace

import pytest

from hecha.kernel.errors import BadInput, Conflict, Refused
from hecha.report.clocks import next_at
from hecha.report.commands import (
    Cancel,
    Deliver,
    Draft,
    Enter,
    Pass,
    Phone,
    Receive,
    Send,
    SkipLevel,
)
from hecha.report.content import Kind
from hecha.report.model import Answer, Call, Delivery, Phase, Via
from hecha.report.telling import duties, notices
from tests.report.sheets import (
    AT_ONCE,
    BANK,
    CITY,
    COUNTY,
    HEAD_OFFICE,
    ITS_SUPERIOR,
    PROVINCE,
    Life,
    after,
    full,
    leg,
    owe,
)

BY = "zhang"


def calls(to: str, minutes: int) -> Phone:
    return Phone(Call(to, "张", "值班员", after(minutes), "两种方式均不能核查", BY), after(minutes))


def sends(minutes: int, **more: object) -> Send:
    return Send(full(), "3", "张", after(minutes), BY)


def owes(life: Life) -> list[tuple[str, str, int | None]]:
    """(unit, what, minutes after the start) of what is owed now."""
    return [
        (one.unit, one.what, int((one.due - after(0)).total_seconds()) // 60 if one.due else None)
        for one in duties(life.now)
    ]


def tells(life: Life) -> list[tuple[str, str, str]]:
    """(unit, post, what) of the notices of the last fact."""
    return [(one.unit, one.post, one.what) for one in notices(life.facts[-1], life.now)]


def test_owed_sent_and_taken_by_both_receivers() -> None:
    life = Life(owe())
    assert owes(life) == [(BANK, "report.first", 120)]
    assert tells(life) == [(BANK, "group", "report.owed")]
    assert life.do(sends(40)) == ["sent"]
    assert tells(life) == [(COUNTY, "office", "report.sent"), (ITS_SUPERIOR, "group", "report.sent")]
    assert owes(life) == [(COUNTY, "report.receive", 70), (ITS_SUPERIOR, "report.receive", 70)]
    assert life.do(Receive(COUNTY, "李", after(45), "li")) == ["received"]
    assert life.do(Receive(COUNTY, "李", after(46), "li")) == []
    assert owes(life) == [(ITS_SUPERIOR, "report.receive", 70)]
    life.do(Receive(ITS_SUPERIOR, "王", after(50), "wang"))
    assert owes(life) == []
    assert life.replayed() == life.now


def test_by_telephone_first_the_written_one_still_owed() -> None:
    life = Life(owe())
    assert life.do(calls(COUNTY, 10)) == ["phoned"]
    assert tells(life) == [(COUNTY, "office", "report.phoned")]
    assert owes(life) == [(BANK, "report.first", 120)]  # the superior has not been told yet
    life.do(calls(ITS_SUPERIOR, 12))
    assert owes(life) == [(BANK, "report.written", 720)]
    assert life.do(calls(ITS_SUPERIOR, 12)) == []
    life.do(sends(300))
    assert (life.facts[-1].data["in_time"], life.now.phase) == (True, Phase.SENT)


def test_reminded_then_escalated_to_the_group_then_to_the_receivers_office() -> None:
    life = Life(owe())
    assert next_at(life.now) == after(110)
    assert life.do(Pass(after(109))) == []
    assert life.do(Pass(after(110))) == ["reminded"]
    assert tells(life) == [(BANK, "group", "report.due")]
    assert life.do(Pass(after(111))) == []
    assert life.do(Pass(after(120))) == ["overdue"]
    assert tells(life) == [(BANK, "group", "report.overdue")]
    assert life.do(Pass(after(134))) == []
    assert life.do(Pass(after(135))) == ["overdue"]
    assert tells(life) == [(COUNTY, "office", "report.late"), (ITS_SUPERIOR, "group", "report.late")]
    assert life.do(Pass(after(999))) == []
    assert next_at(life.now) is None
    life.do(sends(1000))
    assert life.facts[-1].data["in_time"] is False


def test_what_is_overdue_already_is_not_announced_as_coming() -> None:
    life = Life(owe())
    assert life.do(Pass(after(125))) == ["overdue"]
    assert life.do(Pass(after(126))) == []


def test_after_the_telephone_the_written_report_is_reminded_of() -> None:
    life = Life(owe(), calls(COUNTY, 10), calls(ITS_SUPERIOR, 12))
    assert life.do(Pass(after(130))) == []
    assert life.do(Pass(after(710))) == ["reminded"]
    assert life.do(Pass(after(720))) == ["overdue"]


def test_a_receiver_that_does_not_take_it_is_reminded_once() -> None:
    life = Life(owe(), sends(40), Receive(COUNTY, "李", after(45), "li"))
    assert life.do(Pass(after(69))) == []
    assert life.do(Pass(after(70))) == ["overdue"]
    assert tells(life) == [(ITS_SUPERIOR, "group", "report.unreceived")]
    assert life.do(Pass(after(300))) == []


def test_a_regrade_shortens_the_deadline_and_never_lengthens_it() -> None:
    life = Life(owe(PROVINCE, leg(HEAD_OFFICE), states_grade=True, level=3))
    assert life.do(owe(PROVINCE, leg(HEAD_OFFICE, AT_ONCE), states_grade=True, level=2, minutes=40)) == ["rerouted"]
    assert owes(life) == [(PROVINCE, "report.first", 70)]
    assert (life.now.level, life.now.legs[0].speed) == (2, "立即")
    assert life.do(owe(PROVINCE, leg(HEAD_OFFICE), states_grade=True, level=2, minutes=60)) == []
    life = Life(owe(PROVINCE, leg(HEAD_OFFICE)))
    life.do(owe(PROVINCE, leg(HEAD_OFFICE, AT_ONCE), level=2, minutes=110))
    assert owes(life) == [(PROVINCE, "report.first", 120)]


def test_a_shortened_deadline_is_reminded_of_anew() -> None:
    life = Life(owe(PROVINCE, leg(HEAD_OFFICE)), Pass(after(110)))
    late = Life(owe(PROVINCE, leg(HEAD_OFFICE, (240, 720, 0))), Pass(after(230)))
    assert late.do(owe(PROVINCE, leg(HEAD_OFFICE, (5, 720, 0)), minutes=231)) == ["rerouted"]
    assert late.do(Pass(after(232))) == ["reminded"]
    assert life.do(owe(PROVINCE, leg(HEAD_OFFICE, AT_ONCE), minutes=111)) == ["rerouted"]
    assert life.do(Pass(after(112))) == []  # 120 stays: it was shorter


def test_a_new_receiver_joins_what_is_not_sent_yet() -> None:
    life = Life(owe())
    assert life.do(owe(BANK, leg(HEAD_OFFICE, AT_ONCE, "3"), minutes=10)) == ["rerouted"]
    assert life.now.receivers == (COUNTY, ITS_SUPERIOR, HEAD_OFFICE)
    assert owes(life) == [(BANK, "report.first", 40)]


def test_one_level_is_skipped_with_a_reason_and_the_skipped_one_is_told() -> None:
    life = Life(owe(COUNTY, leg(CITY, clause="4.1.2.2")))
    skip = SkipLevel(CITY, PROVINCE, "市中心支行线路中断，联系不上", (PROVINCE, HEAD_OFFICE), after(5), BY)
    assert life.do(skip) == ["skipped"]
    assert tells(life) == [(CITY, "office", "report.skipped")]
    assert life.do(skip) == []
    assert life.now.receivers == (PROVINCE,)
    life.do(calls(PROVINCE, 6))
    assert owes(life) == [(COUNTY, "report.written", 720)]
    life.do(sends(20))
    assert tells(life) == [(PROVINCE, "office", "report.sent"), (CITY, "office", "report.sent")]
    assert owes(life) == [(PROVINCE, "report.receive", 50)]  # the skipped level may take it, and owes nothing
    assert life.do(Receive(CITY, "赵", after(30), "zhao")) == ["received"]
    assert life.replayed() == life.now


@pytest.mark.parametrize(
    ("over", "to", "reason", "said"),
    [
        (CITY, HEAD_OFFICE, "急", "只能越一级上报"),
        (PROVINCE, HEAD_OFFICE, "急", "被越过的须是本报告的收报单位"),
        (CITY, PROVINCE, " ", "没有填写"),
    ],
)
def test_never_two_levels_and_never_without_a_reason(over: str, to: str, reason: str, said: str) -> None:
    life = Life(owe(COUNTY, leg(CITY)))
    with pytest.raises((Refused, BadInput), match=said):
        life.do(SkipLevel(over, to, reason, (PROVINCE, HEAD_OFFICE), after(5), BY))
    assert life.now.skip is None


def test_no_second_skip_in_one_report() -> None:
    ladder = (PROVINCE, HEAD_OFFICE)
    life = Life(owe(COUNTY, leg(CITY)), SkipLevel(CITY, PROVINCE, "线路中断", ladder, after(5), BY))
    with pytest.raises(Refused, match="已经越过一级") as refused:
        life.do(SkipLevel(PROVINCE, HEAD_OFFICE, "仍联系不上", (HEAD_OFFICE,), after(6), BY))
    assert refused.value.clause == "4.1.3(2)"


def test_nothing_stands_above_head_office() -> None:
    life = Life(owe(PROVINCE, leg(HEAD_OFFICE)))
    with pytest.raises(Refused, match="被越过的须是"):
        life.do(SkipLevel(HEAD_OFFICE, "above/head_office", "急", ("above/head_office",), after(5), BY))


def test_what_was_sent_is_corrected_by_a_follow_up_only() -> None:
    life = Life(owe(), sends(40))
    before = life.now
    for command in (sends(50), Draft({}, after(50), BY), calls(COUNTY, 50)):
        with pytest.raises(Refused, match="请另写续报更正") as refused:
            life.do(command)
        assert refused.value.clause == "4.1.3(3)"
    assert life.now == before


def test_a_report_that_lacks_something_does_not_go_out() -> None:
    life = Life(owe())
    with pytest.raises(Refused, match="报告还缺：先期处置措施、需要上级协助") as refused:
        life.do(Send(full(without=("handling", "help")), "3", "张", after(5), BY))
    assert refused.value.clause == "4.1.1(4)"
    life = Life(owe(PROVINCE, leg(HEAD_OFFICE), states_grade=True))
    with pytest.raises(Refused, match="报告还缺：认定的等级"):
        life.do(sends(5))


def test_head_office_stands_outside_the_paper_is_brought_and_its_answer_entered() -> None:
    life = Life(owe(PROVINCE, leg(HEAD_OFFICE)))
    life.do(sends(10))
    assert tells(life) == []
    assert owes(life) == [(PROVINCE, "report.deliver", 40)]
    fax = Delivery(HEAD_OFFICE, Via.FAX, "浙银办报〔2026〕3号", after(15), BY)
    assert life.do(Deliver(fax, after(16))) == ["delivered"]
    assert life.do(Deliver(fax, after(17))) == []
    assert owes(life) == []
    answer = Answer(HEAD_OFFICE, "银办函〔2026〕8号", after(60), "张", "同意启动", "档案柜3-12", BY)
    assert life.do(Enter(answer, after(61))) == ["answered"]
    assert tells(life) == [(PROVINCE, "office", "report.answered")]
    assert life.do(Enter(answer, after(62))) == []
    assert life.now.answers == (answer,)
    with pytest.raises(Refused, match="不是收报单位"):
        life.do(Receive(HEAD_OFFICE, "某", after(62), BY))
    assert life.replayed() == life.now


def test_units_inside_are_not_entered_for() -> None:
    life = Life(owe(), sends(10))
    for command in (
        Deliver(Delivery(COUNTY, Via.FAX, "", after(15), BY), after(15)),
        Enter(Answer(COUNTY, "1", after(15), "张", "同意", "", BY), after(15)),
    ):
        with pytest.raises(Refused, match="系统内的单位由其人员签收"):
            life.do(command)
    with pytest.raises(Refused, match="本单位不是收报单位"):
        life.do(Receive(CITY, "赵", after(15), "zhao"))


def test_nothing_is_entered_for_a_moment_to_come() -> None:
    life = Life(owe(PROVINCE, leg(HEAD_OFFICE)))
    with pytest.raises(BadInput, match="晚于现在"):
        life.do(Phone(Call(HEAD_OFFICE, "张", "值班员", after(11), "中断", BY), after(10)))
    life.do(sends(10))
    with pytest.raises(BadInput, match="晚于现在"):
        life.do(Deliver(Delivery(HEAD_OFFICE, Via.FAX, "", after(12), BY), after(11)))
    with pytest.raises(BadInput, match="晚于现在"):
        life.do(Enter(Answer(HEAD_OFFICE, "1", after(12), "张", "同意", "", BY), after(11)))


def test_withdrawn_before_sending_is_cancelled_and_afterwards_kept() -> None:
    life = Life(owe())
    assert life.do(Cancel("事件已撤销", after(20))) == ["cancelled"]
    assert owes(life) == []
    assert life.do(Cancel("事件已撤销", after(21))) == []
    with pytest.raises(Refused, match="已经撤销"):
        life.do(sends(22))
    sent = Life(owe(), sends(10))
    assert sent.do(Cancel("事件已撤销", after(20))) == []
    assert sent.now.phase is Phase.SENT


def test_a_follow_up_is_due_after_the_plans_interval_a_hastened_one_at_once() -> None:
    follow_up = owe(BANK, leg(COUNTY), kind=Kind.FOLLOW_UP, serial=2, previous="R-E1-x-1")
    assert owes(Life(follow_up)) == [(BANK, "report.follow_up", 120)]
    life = Life(owe(PROVINCE, leg(HEAD_OFFICE, AT_ONCE), kind=Kind.FOLLOW_UP, serial=2))
    assert owes(life) == [(PROVINCE, "report.follow_up", 120)]
    life.do(owe(PROVINCE, leg(HEAD_OFFICE, AT_ONCE), kind=Kind.FOLLOW_UP, minutes=20, hasten=True))
    assert owes(life) == [(PROVINCE, "report.follow_up", 50)]
    quiet = owe(BANK, leg(COUNTY, (30, 720, 0)), kind=Kind.FOLLOW_UP)
    assert owes(Life(quiet)) == [(BANK, "report.follow_up", None)]
    assert owes(Life(owe(kind=Kind.FINAL))) == [(BANK, "report.final", 720)]


def test_a_draft_keeps_what_was_judged_so_far() -> None:
    life = Life(owe())
    said = dict(full().judged)
    assert life.do(Draft(said, after(5), BY)) == ["drafted"]
    assert life.do(Draft({name: replace(one, at=after(6)) for name, one in said.items()}, after(6), BY)) == []
    assert life.now.draft == said
    assert life.replayed() == life.now


def test_the_same_command_again_changes_nothing() -> None:
    life = Life(owe())
    assert life.do(owe()) == []
    life.do(sends(10))
    assert life.do(owe(minutes=20)) == []


def test_a_report_that_is_not_there() -> None:
    with pytest.raises(Conflict):
        Life().do(sends(1))


def test_the_same_message_is_updated_and_never_doubled() -> None:
    life = Life(owe())
    first = notices(life.facts[-1], life.now)[0]
    life.do(owe(BANK, leg(HEAD_OFFICE, AT_ONCE), minutes=10))
    again = notices(life.facts[-1], life.now)[0]
    life.do(Cancel("事件已撤销", after(20)))
    last = notices(life.facts[-1], life.now)[0]
    assert first.key == again.key == last.key
    assert (first.facts["due"], again.facts["due"]) == (after(120).isoformat(), after(40).isoformat())
    assert (last.facts["state"], "due" in last.facts) == ("cancelled", False)
