"""Reports as stories: an outage makes them owed, the clock runs, the event grows, ends, or was none."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hecha.edges.procedure.bookkeeping import decoded
from hecha.edges.procedure.registry import replayed
from hecha.edges.procedure.tables import lives, readers
from hecha.flow.procedure import LIVES
from hecha.incident.commands import Close, ConfirmRecovery, End, Fix
from hecha.incident.event import Opinion
from hecha.kernel.errors import Refused
from hecha.report.commands import Phone, Receive, Send
from hecha.report.content import Kind
from hecha.report.model import Call, Phase, Report
from tests.detection.town import LEADER
from tests.procedure.town import Town, opened
from tests.report.sheets import SAID, full

FRONTS = ("front/a", "front/b")


def reports(town: Town, unit: str = "", plan: str = "") -> list[Report]:
    """The reports of the only incident, oldest first."""
    found = town.procedure.of(town.incident().id, "report")
    return [one for one in found if unit in ("", one.unit) and plan in ("", one.plan)]


def open_reports(town: Town, unit: str = "") -> list[Report]:
    return [one for one in reports(town, unit) if one.is_open]


async def happens(town: Town, *components: str) -> datetime:
    """These fail, and a group records at once that it will take more than eight hours. When the incident opened."""
    town.breaks(*components)
    await town.passes(minutes=8)
    await town.watched.loop.will_exceed(LEADER, fault=town.watched.fault(components[0]).id, reason="厂商说至少一天")
    await town.passes(minutes=1)
    return town.incident().opened


async def sends(town: Town, unit: str, number: str = "1") -> Report:
    """The unit's open report goes out."""
    report = open_reports(town, unit)[0]
    now = town.watched.clock()
    content = full(SAID | {"grade": "2"}, at=now)
    await town.do("report", report.id, Send(content, number, "张", now, "zhang"))
    return report


def within(report: Report, opened: datetime) -> tuple[int, int]:
    """Minutes from the opening to the first notice and to the written report."""
    assert report.notice_due is not None
    assert report.written_due is not None
    return tuple(int((due - opened).total_seconds()) // 60 for due in (report.notice_due, report.written_due))  # type: ignore[return-value]


async def test_when_both_fronts_are_lost_everybody_knows_at_once_what_to_report(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        start = await happens(town, *FRONTS)
        assert {(one.unit, one.receivers, within(one, start)) for one in reports(town)} == {
            ("bank/X", ("pbc/33", "above/bank/X"), (120, 720)),
            ("bank/Y", ("pbc/33",), (120, 720)),
            ("bank/Z", ("pbc/33",), (120, 720)),
            ("pbc/330101", ("pbc/3301",), (120, 720)),
            ("pbc/330102", ("pbc/3301",), (120, 720)),
            ("pbc/330201", ("pbc/3302",), (120, 720)),
            ("pbc/3301", ("pbc/33",), (120, 720)),
            ("pbc/3302", ("pbc/33",), (120, 720)),
            ("pbc/33", ("head_office",), (30, 720)),  # 重大: at once
        }
        assert town.owed("bank/X") == ["report.first"]
        told = [(one.unit, one.post, one.what) for one in town.notices if one.unit in ("bank/X", "pbc/3301")]
        assert told == [
            ("bank/X", "group", "report.owed"),
            ("pbc/3301", "office", "report.owed"),
            ("pbc/3301", "group", "report.found"),
        ]
        assert all(one.urgent and one.wants_ack for one in town.notices if one.what in ("report.owed", "report.found"))


async def test_the_clock_reminds_then_tells_the_group_then_the_receivers_office(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await happens(town, "county/330101/line")
        id = reports(town, "pbc/330101")[0].id

        def told() -> list[tuple[str, str, str]]:
            known = ("report.owed", "report.found")
            mine = (one for one in town.notices if one.subject == id and one.what not in known)
            return [(one.what, one.unit, one.post) for one in mine]

        await town.passes(minutes=105)
        assert told() == []
        await town.passes(minutes=10)
        assert told() == [("report.due", "pbc/330101", "office")]
        await town.passes(minutes=10)
        assert told()[1:] == [("report.overdue", "pbc/330101", "group")]
        await town.passes(minutes=15)
        assert told()[2:] == [("report.late", "pbc/3301", "office")]
        await town.passes(minutes=60)
        assert len(told()) == 3
        await sends(town, "pbc/330101")
        facts = [
            one.fact for one in town.procedure.timeline(town.incident().id) if one.fact.kind == "report:report:sent"
        ]
        assert [one.data["in_time"] for one in facts] == [False]


async def test_by_telephone_first_then_in_writing_then_followed_up(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await happens(town, "county/330101/line")
        report = open_reports(town, "pbc/330101")[0]
        await town.passes(minutes=5)
        now = town.watched.clock()
        call = Call("pbc/3301", "支行值班", "市办公室值班", now, "甲一县网点均不能核查，原因在查", "county")
        await town.do("report", report.id, Phone(call, now))
        assert town.owed("pbc/330101", "report.") == ["report.written"]
        await town.passes(minutes=130)  # the notice has been given: nobody is reminded of it
        assert not [one for one in town.notices if one.what == "report.overdue" and one.subject == report.id]
        await sends(town, "pbc/330101")
        assert town.owed("pbc/3301", "report.receive") == ["report.receive"]
        await town.do("report", report.id, Receive("pbc/3301", "李", town.watched.clock(), "city"))
        assert town.owed("pbc/3301", "report.receive") == []
        (next_,) = open_reports(town, "pbc/330101")
        assert (next_.kind, next_.previous, next_.serial) == (Kind.FOLLOW_UP, report.id, 2)
        assert next_.written_due == town.watched.clock() + timedelta(minutes=120)
        await town.passes(minutes=100)
        await sends(town, "pbc/330101", "2")
        assert [one.kind for one in reports(town, "pbc/330101")] == [Kind.FIRST, Kind.FOLLOW_UP, Kind.FOLLOW_UP]


async def test_two_causes_are_two_incidents_each_with_its_own_reports(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await happens(town, "county/330201/line")
        first = town.incident().id
        (province,) = reports(town, "pbc/33")
        assert (province.level, province.legs[0].speed, province.states_grade) == (3, "及时", True)  # a whole city
        town.breaks("county/330101/line")
        await town.passes(minutes=8)
        fault = town.watched.fault("county/330101/line").id
        await town.watched.loop.will_exceed(LEADER, fault=fault, reason="光缆挖断")
        await town.passes(minutes=1)
        second = next(one.id for one in town.incidents() if one.id != first)
        senders = [{one.unit for one in town.procedure.of(id, "report")} for id in (first, second)]
        assert senders[0] & senders[1] == set()  # 一般 needs no word to head office
        assert senders[1] >= {"bank/X/330101", "bank/Y/3301", "pbc/330101", "pbc/3301"}


async def test_a_decision_that_raises_the_grade_shortens_what_is_owed_and_hastens_what_follows(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await happens(town, "county/330101/line")
        assert (town.incident().level, reports(town, "pbc/33")) == (4, [])
        await sends(town, "pbc/330101")
        await town.passes(minutes=10)
        now = town.watched.clock()
        opinion = Opinion(2, "leader", "pbc/33", now, "重要客户大面积受阻")
        await town.do("incident", town.incident().id, Fix(opinion, "pbc/33"))
        (province,) = reports(town, "pbc/33")
        assert (province.kind, province.legs[0].speed, province.notice_due) == (
            Kind.FIRST,
            "立即",
            now + timedelta(minutes=30),
        )
        (follow_up,) = open_reports(town, "pbc/330101")
        assert follow_up.level == 2
        assert follow_up.written_due == now + timedelta(minutes=110)  # what was due already stays due
        await town.passes(minutes=10)
        await town.do(
            "incident", town.incident().id, Fix(Opinion(1, "leader", "pbc/33", town.watched.clock(), "全省"), "pbc/33")
        )
        assert [one.level for one in reports(town, "pbc/33")] == [1]
        assert reports(town, "pbc/33")[0].notice_due == now + timedelta(minutes=30)


async def test_a_further_plan_has_its_own_reports_and_its_own_clock(tmp_path: Path) -> None:
    async with opened(tmp_path, plans=("zhejiang", "county-demo")) as town:
        start = await happens(town, "county/330101/line")
        by_plan = {one.plan: one for one in reports(town, "pbc/330101")}
        assert within(by_plan["zhejiang"], start) == (120, 720)
        assert within(by_plan["county-demo"], start) == (60, 480)
        assert by_plan["county-demo"].id.endswith("-county-demo-1")
        banks = {one.plan: within(one, start) for one in reports(town) if one.unit.startswith("bank/X")}
        assert banks == {"zhejiang": (120, 720), "county-demo": (15, 120)}


async def test_ended_everybody_owes_a_final_report_and_the_file_does_not_close_before(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await happens(town, "county/330101/line")
        sent = await sends(town, "pbc/330101")
        town.mends("county/330101/line")
        await town.passes(hours=9)
        incident = town.incident()
        now = town.watched.clock()
        assert incident.recovery_proposed is not None
        event_length = timedelta(hours=9)
        await town.do(
            "incident", incident.id, ConfirmRecovery(incident.occurred + event_length, now, "branch", "pbc/3301")
        )
        assert open_reports(town, "pbc/330101")[0].kind is Kind.FOLLOW_UP  # measures still run: it is followed up
        await town.do("incident", incident.id, End("", town.watched.clock(), "leader", "pbc/330101"))
        for unit in {one.unit for one in reports(town)}:
            (final,) = open_reports(town, unit)
            assert final.kind is Kind.FINAL
            assert final.written_due == now + timedelta(minutes=720)
        assert open_reports(town, "pbc/330101")[0].previous == sent.id
        assert {one.cancelled for one in reports(town) if one.phase is Phase.CANCELLED} == {
            "并入终报 merged into the final report"
        }
        duties = tuple(one.what for one in town.procedure.duties_of(incident.id))
        with pytest.raises(Refused, match="职责未完成"):
            await town.do("incident", incident.id, Close(duties, now, "leader", "pbc/330101"))
        for unit in sorted({one.unit for one in reports(town)}):
            await sends(town, unit, "9")
        assert open_reports(town) == []


async def test_no_event_after_all_what_is_unsent_is_cancelled_and_whoever_was_told_learns_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await happens(town, "county/330101/line")
        await sends(town, "pbc/330101")
        town.mends("county/330101/line")
        await town.passes(minutes=40)
        incident = town.incident()
        assert incident.recovery_proposed is not None
        confirmed = ConfirmRecovery(incident.recovery_proposed, town.watched.clock(), "branch", "pbc/3301")
        await town.do("incident", incident.id, confirmed)
        assert [(one.unit, one.kind) for one in open_reports(town)] == [("pbc/330101", Kind.FINAL)]
        assert reports(town, "pbc/330101")[0].phase is Phase.SENT  # it is kept
        assert {one.phase for one in reports(town) if one.unit != "pbc/330101"} == {Phase.CANCELLED}


async def test_the_ledger_alone_gives_the_same_reports(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await happens(town, *FRONTS)
        await sends(town, "pbc/330101")
        await sends(town, "pbc/33")
        await town.passes(minutes=140)
        with town.procedure.store.read() as connection:
            rows = connection.execute(lives.select().where(lives.c.kind == "report")).all()
            kept = {row.id: decoded(LIVES["report"], row.body) for row in rows}
            assert kept == replayed(connection, LIVES["report"])
            to = {(row.id, row.unit) for row in connection.execute(readers.select())}
        assert to == {(one.id, unit) for one in kept.values() for unit in one.readers}
        assert any(one.told for one in kept.values())
