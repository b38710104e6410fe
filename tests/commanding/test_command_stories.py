"""Stories of deciding and commanding: a growing event, two groups at once, a telephone, a fax, a chase, an end."""

from datetime import timedelta
from pathlib import Path

import pytest

from hecha.decision.meeting import Present
from hecha.decision.resolution import Outside
from hecha.flow.command import asking, asking_orders
from hecha.incident.event import Phase
from hecha.kernel.errors import BadInput, NotThere, Refused
from tests.commanding.town import Town, opened, 乙市, 杭县, 甲一县, 甲二县, 甲市, 省


async def county_orders(town: Town) -> None:
    """一般: the county's leader decides alone, its settlement department publishes."""
    await town.as_(甲一县, "leader").proposes("start")
    await town.as_(甲一县, "settlement").publishes()


async def province_orders(town: Town) -> None:
    proposal = await town.as_(省, "leader").proposes("start")
    await town.as_(省, "deputy").consents(proposal)
    await town.as_(省, "settlement").publishes()


async def test_an_ordinary_event_in_a_county(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(4, ["330201"])
        assert town.meets() == [(甲一县, "opened")]
        assert town.told("meeting.convened") == [甲一县]
        office = town.as_(甲一县, "office")
        people = (Present("甲一县组长", "group/leader"), Present("甲一县副组长", "group/deputy", "telephone"))
        await office.does(asking.held, name=town.meetings()[0].id, chair="甲一县组长", present=people)
        words = {"cause": "主板损坏", "impact": "全县网点", "conclusion": "启动"}
        await office.does(asking.minuted, name=town.meetings()[0].id, **words)
        await town.as_(甲一县, "leader").proposes("start", in_meeting=town.meetings()[0].id)
        assert town.meets() == []
        draft = town.draft()
        assert draft.clause == "2.1.2.3(4)"
        assert [one.clause for one in draft.measures] == ["5.1.1"]
        assert "启动一般事件应急处置办法" in draft.text
        assert "order.publish.settlement" in town.owed(甲一县)
        await town.as_(甲一县, "settlement").publishes()
        order = town.in_force()
        assert order.number == "甲一联核应急令〔2026〕1号"
        assert [one.key for one in order.addressees] == [
            f"{甲一县}.settlement",
            f"{甲一县}.credit",
            f"{甲一县}.technology",
            "bank/X/330201",
            "bank/Y/330201",
        ]
        assert town.incident().order == order.id
        assert town.incident().started == order.published
        assert town.owed("bank/Y/330201") == ["order.receipt"]


async def test_it_grows_from_ordinary_over_greater_to_grave(tmp_path: Path) -> None:
    """一般 → 较大 → 重大: the lower group's order stays in force until the higher group's arrives."""
    async with opened(tmp_path) as town:
        await town.happens(4, ["330201"])
        await county_orders(town)
        county = town.in_force()
        await town.as_("bank/Y/330201", "leader").receives()
        await town.becomes(3, ["330201", "330202", "330203"], ["X", "Y"])
        assert town.meets() == [(省, "raised")]
        assert town.in_force().id == county.id
        assert town.in_force().areas == ("330201",)  # a county commands in its own area only
        with pytest.raises(Refused, match="不是本级的事权"):
            await town.as_(甲一县, "leader").proposes("start")
        await province_orders(town)
        province = town.in_force()
        assert (province.group, province.epoch, province.sequence) == (省, 1, 2)
        assert [one.phase for one in town.orders()] == ["superseded", "published"]
        assert town.orders()[0].replaced_by == province.id
        assert 甲市 in [one.unit for one in province.addressees]
        assert 杭县 in [one.unit for one in province.addressees]  # directly: its city has no group
        assert town.owed("bank/Y/330201") == []  # the county's order owes nothing any more
        assert town.owed("bank/Y") == ["order.receipt"]
        await town.becomes(2)
        assert town.meets() == [(省, "raised")]
        assert town.meetings()[-1].experts_wanted
        with pytest.raises(Refused, match="总行领导小组决策"):
            await town.as_(省, "leader").proposes("start")
        assert town.in_force().id == province.id
        outside = Outside("银办发〔2026〕7号", town.clock() - timedelta(minutes=5), "王值班", "fax")
        await town.as_(省, "office").does(
            asking.recorded,
            name="D-HQ",
            incident="E1",
            kind="start",
            reason="启动重大事件应急处置办法",
            outside=outside,
        )
        assert town.owed(省).count("resolution.scan.office") == 1
        await town.as_(省, "settlement").publishes()
        grave = town.in_force()
        assert (grave.group, grave.unit, grave.level) == ("head_office", 省, 2)
        assert grave.clause == "4.2.1(1)"
        assert [one.clause for one in grave.measures] == ["5.1.3"]
        assert "总行领导小组（银办发〔2026〕7号）" in grave.text
        await town.as_(省, "office").does(asking.scanned, name="D-HQ", scan="扫描件7")
        assert "resolution.scan.office" not in town.owed(省)


async def test_two_groups_order_at_once(tmp_path: Path) -> None:
    """The county's draft is ready when the grade rises; the province publishes; the county publishes a moment later."""
    async with opened(tmp_path) as town:
        await town.happens(4, ["330201"])
        await town.as_(甲一县, "leader").proposes("start")
        county = town.draft()
        await town.becomes(3)
        await province_orders(town)
        province = town.in_force()
        late = await town.as_(甲一县, "settlement").publishes(county.id)
        assert (late.phase, late.refused) == ("refused", "stale")
        assert town.in_force().id == province.id
        assert town.told("order.refused") == [甲一县]
        assert late.number == ""
        assert province.number.endswith("1号")


async def test_a_county_publishes_what_it_decided_before_the_rise_and_nobody_else_has_ordered(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(4, ["330201"])
        await town.as_(甲一县, "leader").proposes("start")
        await town.becomes(3)
        late = await town.as_(甲一县, "settlement").publishes()
        assert (late.phase, late.refused) == ("refused", "stale")
        assert town.incident().order == ""


async def test_the_same_group_decides_anew_when_the_grade_has_fallen_and_risen(tmp_path: Path) -> None:
    """What it decided for the earlier 较大 does not start the later one."""
    async with opened(tmp_path) as town:
        await town.happens(3)
        proposal = await town.as_(省, "leader").proposes("start")
        await town.as_(省, "deputy").consents(proposal)
        early = town.draft()
        await town.becomes(4)
        lower = await town.as_(省, "leader").proposes("lower", target="4")
        await town.as_(省, "deputy").consents(lower)
        await town.becomes(3)
        assert (await town.as_(省, "settlement").publishes(early.id)).refused == "stale"
        await province_orders(town)
        assert town.in_force().epoch == 2


async def test_of_two_drafts_the_later_holds(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(4)
        await town.as_(甲一县, "leader").proposes("start")
        early = town.draft()
        await town.as_(甲一县, "leader").proposes("start", reason="补充一项")
        await town.as_(甲一县, "settlement").publishes()
        assert (await town.as_(甲一县, "settlement").publishes(early.id)).refused == "stale"
        assert town.in_force().sequence == 2


async def test_a_proposal_lapses_when_the_grade_rises(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(3)
        proposal = await town.as_(省, "leader").proposes("start")
        await town.becomes(2)
        assert (town.resolution().phase, town.resolution().refused) == ("refused", "stale")
        with pytest.raises(Refused, match="已经有了结果"):
            await town.as_(省, "deputy").consents(proposal)


async def test_consent_by_telephone_and_the_signature_later(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(3)
        proposal = await town.as_(省, "leader").proposes("start")
        call = {"number": "0000-2", "read_back": "同意启动较大事件应急处置办法"}
        office, name = town.as_(省, "office"), town.as_(省, "deputy").principal.name
        with pytest.raises(BadInput, match="本组没有这位"):
            await office.does(asking.consented_by_telephone, name=proposal.id, callee="某人", **call)
        own = town.as_(省, "leader").principal.name
        with pytest.raises(Refused, match="不能是同一人"):
            await office.does(asking.consented_by_telephone, name=proposal.id, callee=own, **call)
        done = await office.does(asking.consented_by_telephone, name=proposal.id, callee=name, **call)
        assert done.is_taken
        assert (done.consenter.account, done.consenter.post) == ("pbc.33.deputy", "group/deputy")
        assert "resolution.sign.group" in town.owed(省)
        await town.as_(省, "settlement").publishes()  # it holds before it is signed
        await town.passes(minutes=90)
        with pytest.raises(Refused, match="本人"):
            await town.as_(省, "leader").does(asking.signed, name=proposal.id)
        await town.as_(省, "deputy").does(asking.signed, name=proposal.id)
        assert "resolution.sign.group" not in town.owed(省)


async def test_an_order_is_chased_to_the_last_receipt(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(4, ["330301"], ["X", "Z"])
        await town.as_("pbc/330301", "leader").proposes("start")
        await town.as_("pbc/330301", "settlement").publishes()
        for post in ("settlement", "credit", "technology"):
            await town.as_("pbc/330301", post).receives(key=f"pbc/330301.{post}")
        await town.passes(minutes=31)
        assert town.in_force().chased == 1
        assert "order.call.office" in town.owed("pbc/330301")
        await town.as_("bank/X/3303", "leader").receives()
        office = town.as_("pbc/330301", "office")
        call = {"person": "Z银行值班", "number": "0577-1", "read_back": "已收悉"}
        await office.does(asking_orders.received_by_telephone, name=town.in_force().id, key="bank/Z", **call)
        assert town.in_force().waiting == ()
        assert "order.call.office" not in town.owed("pbc/330301")
        before = town.in_force().chased
        await town.passes(minutes=120)
        assert town.in_force().chased == before
        assert town.owed("bank/Z") == ["order.progress"]


async def test_only_ones_own_unit_acknowledges(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(4, ["330201"])
        await county_orders(town)
        order = town.in_force()
        with pytest.raises(NotThere):
            await town.as_("bank/Z", "leader").receives(order.id)  # not addressed, does not see it
        with pytest.raises(NotThere):
            await town.as_(乙市, "office").receives(order.id)
        with pytest.raises(Refused, match="只有受令单位"):
            await town.as_(甲市, "office").receives(order.id)  # stands above, sees it, is no addressee
        with pytest.raises(Refused, match="只有受令单位"):
            await town.as_("bank/X/330201", "leader").receives(order.id, key="bank/Y/330201")
        with pytest.raises(Refused, match="只有受令单位"):
            await town.as_(甲一县, "credit").receives(order.id, key=f"{甲一县}.technology")
        with pytest.raises(Refused):
            await town.as_("bank/X/330201", "office").receives(order.id)  # a bank's group acknowledges
        assert town.in_force().receipts == {}


async def test_departments_adjust_what_is_theirs(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(3)
        await province_orders(town)
        name = town.in_force().id
        technology, credit = town.as_(省, "technology"), town.as_(省, "credit")
        await technology.does(asking_orders.adjusted, name=name, what="technical", text="切换到备份通道")
        await credit.does(asking_orders.adjusted, name=name, what="business", text="可凭户口簿先办")
        with pytest.raises(Refused, match="支付结算部门"):
            await technology.does(asking_orders.adjusted, name=name, what="business", text="也可凭护照")
        with pytest.raises(Refused, match="科技部门"):
            await credit.does(asking_orders.adjusted, name=name, what="technical", text="换主板")
        assert [(one.post, one.text) for one in town.in_force().adjustments] == [
            ("technology", "切换到备份通道"),
            ("credit", "可凭户口簿先办"),
        ]
        await town.as_(省, "office").does(asking_orders.summarised, name=name, text="两项调整")
        await town.as_("bank/Y", "leader").receives()
        bank = town.as_("bank/Y", "leader")
        await bank.does(asking_orders.problem, name=name, text="缺机具", suggestion="请调剂")
        assert town.told("order.problem") == [省]


async def test_the_end_waits_for_confirmed_recovery(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(3)
        await province_orders(town)
        start = town.in_force()
        with pytest.raises(Refused, match="尚未确认恢复"):
            await town.as_(省, "leader").proposes("end")
        await town.recovers()
        assert town.meets() == [(省, "recovered")]
        proposal = await town.as_(省, "leader").proposes("end", reason="已恢复")
        await town.fails_again()
        assert town.meets() == []
        refused = await town.as_(省, "deputy").consents(proposal)
        assert refused.refused == "not_recovered"
        await town.recovers()
        assert town.meets() == [(省, "recovered")]
        proposal = await town.as_(省, "leader").proposes("end", reason="已恢复")
        await town.as_(省, "deputy").consents(proposal)
        end = await town.as_(省, "settlement").publishes()
        assert end.clause == "4.3.1(7)"
        assert end.number.endswith("2号")
        assert [one.key for one in end.addressees] == [one.key for one in start.addressees]
        assert town.incident().phase is Phase.ENDED
        assert {(one.id, one.phase) for one in town.orders()} == {(start.id, "ended"), (end.id, "published")}
        assert town.owed("bank/Y") == ["order.receipt", "order.undo", "order.undo"]
        assert {one.what for one in end.undo} == {"routes", "modes", "operators"}  # 较大 prescribes no delegation


async def test_an_end_order_published_before_recovery_is_refused_and_recorded(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(4)
        await county_orders(town)
        await town.recovers()
        proposal = await town.as_(甲一县, "leader").proposes("end")
        await town.as_(甲一县, "deputy").consents(proposal)
        await town.fails_again()
        late = await town.as_(甲一县, "settlement").publishes()
        assert (late.phase, late.refused) == ("refused", "not_recovered")
        assert town.in_force().kind == "start"
        assert town.facts().count("command:order:refused") == 1


async def test_a_wrong_order_is_superseded_by_a_right_one(tmp_path: Path) -> None:
    """Nothing published is taken back; an exception (delegation at 较大) makes a new order that replaces it."""
    async with opened(tmp_path) as town:
        await town.happens(3)
        await province_orders(town)
        first = town.in_force()
        with pytest.raises(BadInput, match="没有这一项措施"):
            await town.as_(省, "leader").proposes("exception", target="5.9")
        proposal = await town.as_(省, "leader").proposes("exception", target="5.1.1(1)", reason="两个网点只能委托")
        await town.as_(省, "deputy").consents(proposal)
        await town.as_(省, "settlement").publishes()
        second = town.in_force()
        assert second.supersedes == first.id
        assert [(one.clause, one.exception) for one in second.measures] == [("5.1.2", False), ("5.1.1(1)", True)]
        assert "例外决定采用5.1.1(1)" in second.text
        assert town.incident().order == second.id


async def test_a_county_refers_what_it_cannot_handle(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(4)
        await town.as_(甲一县, "leader").proposes("refer", reason="本县无备件")
        assert town.meets() == [(甲市, "referred")]
        assert town.resolution().target == 甲市
        with pytest.raises(Refused, match="甲市"):
            await town.as_(甲一县, "leader").proposes("start")
        await town.as_(甲市, "leader").proposes("start")
        await town.as_(甲市, "settlement").publishes()
        assert town.in_force().group == 甲市
        assert town.in_force().clause == "2.1.2.3(4)"


async def test_the_province_refers_to_head_office_and_waits_for_its_answer(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(3)
        await town.as_(省, "leader").proposes("refer", reason="省内无法处置")
        assert "resolution.answer.office" in town.owed(省)
        with pytest.raises(Refused, match="总行领导小组决策"):
            await town.as_(省, "leader").proposes("start")
        outside = Outside("银发〔2026〕9号", town.clock(), "王值班", "telephone")
        given = {"name": "D-HQ", "incident": "E1", "kind": "start", "reason": "按重大事件办理", "outside": outside}
        with pytest.raises(Refused, match="省级领导小组办公室登记"):
            await town.as_(甲市, "office").does(asking.recorded, **given)
        await town.as_(省, "office").does(asking.recorded, **given)
        assert "resolution.answer.office" not in town.owed(省)
        await town.as_(省, "settlement").publishes()
        assert town.in_force().group == "head_office"


async def test_asking_the_decider_from_below_moves_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(3)
        await town.as_(甲一县, "leader").proposes("refer", reason="请省里启动")
        assert (省, "referred") in town.meets()
        await province_orders(town)
        assert town.in_force().group == 省


async def test_repair_first_then_the_group_looks_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(4)
        await town.as_(甲一县, "leader").proposes("repair_first", reason="厂商一小时到场")
        assert town.orders() == []
        assert "resolution.review.group" in town.owed(甲一县)
        await town.as_(甲一县, "leader").proposes("start", reason="未修复")
        assert "resolution.review.group" not in town.owed(甲一县)


async def test_first_handling_is_never_blocked_by_the_grade(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(2, ["330201", "330301"])
        for unit in (甲一县, 甲市, 省):
            await town.as_(unit, "office").does(
                asking.handled, name=f"A-{unit[-2:]}", incident="E1", text="已请网点改用另一种方式"
            )
        assert town.facts().count("decision:handling:recorded") == 3
        with pytest.raises(Refused, match="不在本级辖内"):
            await town.as_(甲二县, "office").does(asking.handled, name="A-9", incident="E1", text="也处置了")


async def test_lowering_needs_two_and_the_province_keeps_its_command(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(3)
        await province_orders(town)
        await town.becomes(4)
        assert town.incident().level == 3  # not lowered by measurement
        proposal = await town.as_(省, "leader").proposes("lower", target="4", reason="只剩一县")
        assert town.incident().level == 3
        await town.as_(省, "deputy").consents(proposal)
        assert (town.incident().level, town.incident().unit) == (4, 甲一县)
        with pytest.raises(Refused):
            await town.as_(甲二县, "leader").proposes("start")
        await town.as_(甲一县, "leader").proposes("start")
        late = await town.as_(甲一县, "settlement").publishes()
        assert late.refused == "conflict"
        assert town.in_force().group == 省
        await town.recovers()
        proposal = await town.as_(省, "leader").proposes("end")
        await town.as_(省, "deputy").consents(proposal)
        end = await town.as_(省, "settlement").publishes()
        assert end.phase == "published"
        assert town.incident().phase is Phase.ENDED


async def test_an_event_withdrawn_after_a_start_order_still_gets_its_end_order(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(4)
        await county_orders(town)
        incident = await town.recovers(lasted=timedelta(hours=7, minutes=59))
        assert incident.phase is Phase.WITHDRAWN
        assert town.meets() == [(甲一县, "recovered")]
        proposal = await town.as_(甲一县, "leader").proposes("end")
        await town.as_(甲一县, "deputy").consents(proposal)
        await town.as_(甲一县, "settlement").publishes()
        assert town.incident().phase is Phase.ENDED


async def test_an_event_that_ends_before_anybody_ordered_leaves_nothing_open(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(3)
        await town.as_(省, "leader").proposes("start")
        await town.recovers(lasted=timedelta(hours=7))
        assert town.meets() == []
        assert town.resolution().refused == "over"
        assert [one for one in town.owed(省) if not one.startswith("incident.")] == []


async def test_the_event_grows_while_an_order_is_in_force(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(4, ["330201"], ["X"])
        await town.as_(甲一县, "leader").proposes("refer", reason="波及邻县")
        await town.as_(甲市, "leader").proposes("start")
        await town.as_(甲市, "settlement").publishes()
        assert town.in_force().areas == ("330201",)
        await town.becomes(4, ["330201", "330202"], ["X", "Y"])
        assert town.in_force().areas == ("330201", "330202")
        assert town.in_force().banks == ("X", "Y")


async def test_a_meeting_that_is_not_held_in_time_is_told_upward(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(4)
        await town.passes(minutes=29)
        assert town.told("meeting.overdue") == []
        await town.passes(minutes=2)
        assert town.told("meeting.overdue") == [甲市]


async def test_who_may_do_what_in_a_group(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(3)
        for post in ("office", "settlement", "credit"):
            with pytest.raises(Refused):
                await town.as_(省, post).proposes("start")
        proposal = await town.as_(省, "deputy").proposes("start")  # stands in for the leader
        assert proposal.proposer.standing_in
        with pytest.raises(Refused):
            await town.as_(省, "office").consents(proposal)
        await town.as_(省, "leader").consents(proposal)
        with pytest.raises(Refused, match="支付结算部门"):
            await town.as_(省, "technology").publishes()
        with pytest.raises(NotThere):
            await town.as_(甲市, "settlement").publishes()


async def test_the_same_proposal_sent_twice_is_one(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.happens(4)
        leader = town.as_(甲一县, "leader")
        await leader.proposes("start", name="D-same")
        await leader.proposes("start", name="D-same")
        assert len(town.orders()) == 1
        with pytest.raises(BadInput, match="编号"):
            await leader.proposes("start", name="../x")


async def test_numbers_run_by_unit_and_year(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        for name in ("E1", "E2"):
            await town.happens(4, name=name)
            await town.as_(甲一县, "leader").proposes("start", name)
            await town.as_(甲一县, "settlement").publishes(town.draft(name).id)
        assert town.in_force("E2").number == "甲一联核应急令〔2026〕2号"
        town.clock.passes(seconds=300 * 86400)
        await town.happens(4, name="E3")
        await town.as_(甲一县, "leader").proposes("start", "E3")
        await town.as_(甲一县, "settlement").publishes(town.draft("E3").id)
        assert town.in_force("E3").number == "甲一联核应急令〔2027〕1号"
