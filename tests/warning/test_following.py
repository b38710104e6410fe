"""Each watched fault has its alert at once, and the alert goes where the fault goes."""

from datetime import timedelta
from pathlib import Path

from hecha.edges.procedure.registry import replayed
from hecha.flow.alerting import ALERT
from hecha.kernel.ids import ComponentId, Mode
from hecha.warning.alert import Kind, Origin, Phase, Task
from hecha.warning.commands import Notify
from tests.detection.town import BRANCH, ENGINEER
from tests.warning.town import opened

FRONTS = ("front/a", "front/b")


async def test_a_watched_fault_has_its_alert_by_the_same_id_and_is_told_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks(*FRONTS)
        await town.passes(minutes=1)
        alert, fault = town.alert(), town.watched.fault("front/a")
        assert (alert.id, alert.kind, alert.origin) == (fault.id, Kind.ANOMALY, Origin.WATCH)
        assert set(alert.components) == set(FRONTS)
        assert [(leg.clause, leg.receiver, leg.post, leg.by) for leg in alert.legs] == [
            ("3.2.3(1)", "pbc/33", "office", "system")
        ]
        assert alert.phase is Phase.ASSESSED
        latest = alert.assessment
        assert latest is not None
        assert (latest.likelihood, latest.impact, latest.level, latest.measured) == (3, 4, 2, True)
        assert latest.level_at == fault.countdown[0].at
        assert town.owed("pbc/33") == ["alert.assess"]
        assert {one.what for one in town.notices} == {"alert.raised", "alert.assess"}


async def test_a_banks_own_core_is_told_to_the_local_branchs_group(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("bank/Z/core")
        await town.passes(minutes=6)
        alert = town.alert()
        leg = alert.legs[0]
        assert (leg.clause, leg.sender, leg.post) == ("3.2.3(3)", "bank/Z", "group")
        assert alert.unit == leg.receiver
        assert leg.receiver.startswith("pbc/33")


async def test_a_short_fault_lifts_itself_and_nobody_was_asked(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("outlet/x1/terminal")
        await town.passes(minutes=10)
        assert town.procedure.duties(["pbc/330101", "pbc/33"]) == []  # one outlet: below what must be assessed by hand
        town.mends("outlet/x1/terminal")
        await town.passes(minutes=45)
        alert = town.alert()
        assert alert.phase is Phase.LIFTED
        assert alert.ended is not None
        assert town.life(alert.id)[0] == "raised"
        assert town.life(alert.id)[-2:] == ["ended", "lifted"]


async def test_a_fault_that_lasts_becomes_its_incidents(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks(*FRONTS)
        await town.passes(hours=8, minutes=5)
        alert, incident = town.alert(), town.incident()
        assert (alert.phase, alert.incident) == (Phase.INCIDENT, incident.id)
        assert alert.event_clauses == ("1.4.1(3)",)
        assert [what for what in town.owed("pbc/33") if what.startswith("alert.")] == []
        town.mends(*FRONTS)
        await town.passes(hours=1)
        assert town.alert().closed is not None
        assert town.alert().phase is Phase.INCIDENT


async def test_the_measured_assessment_follows_what_the_owner_says(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks(*FRONTS)
        await town.passes(minutes=2)
        said: list[int] = [town.alert().assessments[-1].likelihood]
        for hours in (1, 12):
            until = town.watched.clock() + timedelta(hours=hours)
            await town.watched.loop.estimate(BRANCH, component=ComponentId("front/a"), until=until, reason="换机")
            await town.passes(minutes=1)
            said.append(town.alert().assessments[-1].likelihood)
        assert said == [3, 2, 5]


async def test_units_that_were_called_in_are_released_by_a_person_only(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks(*FRONTS)
        await town.passes(minutes=2)
        command = Notify(("bank/Z",), (Task.PREPARE,), "leader", "pbc/33", town.watched.clock())
        await town.tells(town.alert().id, command)
        town.mends(*FRONTS)
        await town.passes(minutes=45)
        alert = town.alert()
        assert alert.is_open
        assert alert.ended is not None
        assert "alert.lift" in town.owed("pbc/33")


async def test_a_declared_outage_has_an_alert_that_goes_with_its_withdrawal(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        name = await town.watched.loop.declare(
            ENGINEER, modes=[Mode.INTERFACE], since=town.watched.clock(), outlets="z1", nature="power"
        )
        await town.passes(minutes=1)
        alert = town.alert()
        assert (alert.by, alert.nature, alert.legs[0].sender) == ("engineer", "power", "bank/Z")
        await town.watched.loop.withdraw(ENGINEER, name, reason="已恢复")
        await town.passes(minutes=1)
        assert town.alert().phase is Phase.LIFTED


async def test_after_a_restart_nothing_is_raised_twice_and_nothing_stays_behind(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks(*FRONTS)
        await town.passes(minutes=2)
        before = town.life(town.alert().id)
        await town.restarts()
        await town.passes(minutes=2)
        assert town.life(town.alert().id) == before
        # it ends, is kept by the watch, and the process dies before the alert has followed
        town.mends(*FRONTS)
        for _ in range(90):
            town.watched.clock.passes(seconds=30)
            await town.watched.turn()
        assert town.watched.loop.picture.faults == ()
        await town.restarts()
        await town.passes(minutes=2)
        assert town.alert().phase is Phase.LIFTED


async def test_the_ledger_alone_gives_the_same_alerts(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks(*FRONTS, "outlet/x1/terminal")
        await town.passes(hours=9)
        with town.watched.store.read() as connection:
            assert replayed(connection, ALERT) == {one.id: one for one in town.alerts()}
