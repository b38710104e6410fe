"""Stories of one incident: opened by the rule, graded up at once and down only by people, recovered, ended, closed."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hecha.edges.procedure.bookkeeping import decoded
from hecha.edges.procedure.registry import replayed
from hecha.edges.procedure.tables import lives
from hecha.flow.procedure import LIVES
from hecha.incident.commands import Close, ConfirmRecovery, End, Fix, Open, Start, Withdraw
from hecha.incident.event import Extent, Incident, Opinion, Phase, Standing
from hecha.kernel.errors import Refused
from hecha.kernel.ids import AreaCode, ComponentId
from tests.detection.town import LEADER
from tests.procedure.town import Town, opened

FRONTS = ("front/a", "front/b")


def confirmed(town: Town, when: datetime | None = None) -> ConfirmRecovery:
    incident = town.incident()
    assert incident.recovery_proposed is not None
    return ConfirmRecovery(when or incident.recovery_proposed, town.watched.clock(), "branch", "pbc/33")


def told(town: Town) -> list[tuple[str, str]]:
    return [(one.what, one.unit) for one in town.notices if one.what.startswith("incident.")]


def fixed(town: Town, level: int, reason: str) -> Fix:
    return Fix(Opinion(level, "leader", "pbc/33", town.watched.clock(), reason), "pbc/33")


async def test_both_fronts_lost_nine_hours_is_one_incident(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        lost = town.watched.clock()
        town.breaks(*FRONTS)
        await town.passes(minutes=479)
        assert town.incidents() == []
        await town.passes(minutes=5)
        incident = town.incident()
        assert (incident.level, incident.proposed.decisive) == (2, ("1.4.2.2(2)",))
        assert incident.title == "全省网点核查受阻"
        assert incident.owner == incident.unit == "pbc/33"  # head office decides, the province carries it out
        assert dict(incident.extent.banks) == {"X": "33", "Y": "33", "Z": "33"}
        assert incident.extent.lost == ("Z",)
        assert (incident.extent.interface, incident.extent.non_interface) == (3, 8)
        assert incident.occurred - lost < timedelta(minutes=1)
        assert told(town) == [("incident.opened", "pbc/33")]
        await town.passes(hours=1)
        assert len(town.incidents()) == 1
        assert [kind for kind in town.facts(incident.id) if kind.startswith("incident:")] == ["incident:event:opened"]


async def test_an_estimate_beyond_eight_hours_opens_it_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks(*FRONTS)
        await town.passes(minutes=2)
        late = town.watched.clock() + timedelta(hours=9)
        for front in FRONTS:
            await town.watched.loop.estimate(LEADER, component=ComponentId(front), until=late, reason="等备件")
        await town.passes(minutes=1)
        assert town.incident().estimate == late
        assert town.incident().level == 2


async def test_a_front_that_returns_early_withdraws_the_event(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks(*FRONTS)
        await town.passes(minutes=2)
        await town.watched.loop.will_exceed(LEADER, fault=town.watched.fault("front/a").id, reason="厂商说至少一天")
        await town.passes(minutes=1)
        assert town.incident().phase is Phase.OPEN
        await town.passes(hours=7)
        town.mends(*FRONTS)
        await town.passes(minutes=10)
        incident = town.incident()
        assert incident.recovery_proposed is not None  # proposed as soon as it works, not yet for long
        assert town.owed("pbc/33", "incident.") == ["incident.confirm_recovery"]
        await town.do("incident", incident.id, confirmed(town))
        assert town.incident().phase is Phase.WITHDRAWN
        assert town.owed("pbc/33", "incident.") == []


async def test_it_fails_again_before_anybody_confirmed(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks(*FRONTS)
        await town.passes(hours=9)
        town.mends(*FRONTS)
        await town.passes(minutes=5)
        assert town.incident().recovery_proposed is not None
        town.breaks(*FRONTS)
        await town.passes(minutes=5)
        assert town.incident().recovery_proposed is None
        assert len(town.incidents()) == 1


async def test_from_order_to_closed_file(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks(*FRONTS)
        await town.passes(hours=9)
        name = town.incident().id
        await town.do("incident", name, Start("O1", town.watched.clock(), "leader", "pbc/33"))
        with pytest.raises(Refused, match="尚未确认恢复"):
            await town.do("incident", name, End("O2", town.watched.clock(), "leader", "pbc/33"))
        town.mends(*FRONTS)
        await town.passes(hours=1)
        await town.do("incident", name, confirmed(town))
        assert town.incident().phase is Phase.RECOVERED
        await town.do("incident", name, End("O2", town.watched.clock(), "leader", "pbc/33"))
        with pytest.raises(Refused, match="还有 1 项职责未完成"):
            await town.do("incident", name, Close(("补核",), town.watched.clock(), "leader", "pbc/33"))
        await town.do("incident", name, Close((), town.watched.clock(), "leader", "pbc/33"))
        assert town.incident().phase is Phase.CLOSED
        await town.passes(hours=1)
        assert len(town.incidents()) == 1


async def test_it_grows_from_ordinary_to_grave_and_goes_down_only_by_decision(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("county/330101/line")
        await town.passes(hours=9)
        county = town.incident()
        assert (county.level, county.unit) == (4, "pbc/330101")
        assert county.title == "甲一县辖内网点两种方式均不能核查"
        with pytest.raises(Refused, match="须写明理由"):
            await town.do("incident", county.id, fixed(town, 3, ""))
        await town.do("incident", county.id, fixed(town, 3, "波及面在扩大"))
        assert town.incident().level == 3
        await town.passes(minutes=5)
        assert town.incident().level == 3  # measurement never lowers what people have raised
        assert town.owed("pbc/33", "incident.") == ["incident.consider_lowering"]
        await town.do("incident", county.id, fixed(town, 4, "已控制"))
        assert (town.incident().level, town.incident().peak) == (4, 3)


async def test_two_causes_are_two_incidents_linked_with_their_union(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("county/330101/line", "county/330102/line", "county/330201/line")
        await town.passes(hours=9)
        incidents = town.incidents()
        assert [one.level for one in incidents] == [3, 4, 4] or sorted(one.level or 0 for one in incidents) == [3, 4, 4]
        assert all(len(one.linked) == 2 for one in incidents)
        assert {one.union.level for one in incidents} == {2}


async def test_wrong_data_of_several_cities_are_one_incident(tmp_path: Path) -> None:
    """Its grade counts the cities, so it is over only when the last of them is right again."""
    async with opened(tmp_path) as town:
        loop, since, ids = town.watched.loop, town.watched.clock(), []
        for city in ("3301", "3302"):
            given = {"city": AreaCode(city), "since": since, "authority": "police", "accuracy": 0.43}
            ids.append(await loop.declare_data_error(LEADER, **given))
        await town.passes(hours=9)
        incident = town.incident()
        assert incident.extent.data_cities == ("3301", "3302")
        assert incident.components == ("data/3301", "data/3302")
        assert incident.proposed.decisive == ("1.4.2.2(4)",)
        await loop.withdraw(LEADER, ids[0], reason="已更正")
        await town.passes(minutes=2)
        assert (town.incident().extent.data_cities, town.incident().recovery_proposed) == (("3302",), None)
        await loop.withdraw(LEADER, ids[1], reason="已更正")
        await town.passes(minutes=2)
        assert town.incident().recovery_proposed is not None


async def test_a_further_plan_runs_on_the_same_event_by_its_own_clock(tmp_path: Path) -> None:
    async with opened(tmp_path, plans=("zhejiang", "cbrc-2008-53")) as town:
        town.breaks("relay")
        await town.passes(minutes=40)
        incident = town.incident()
        assert incident.level is None  # not yet by the province's own plan
        assert incident.others["cbrc-2008-53"].level is not None
        await town.passes(hours=8)
        assert town.incident().level == 2
        assert ("incident.raised", "pbc/33") in told(town)


async def test_a_judgement_of_the_group_is_an_incident(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.watched.loop.flag(LEADER, "staff_shortage", True, "疫情，半数人员不能到岗")
        await town.passes(minutes=1)
        incident = town.incident()
        assert (incident.level, incident.proposed.because) == (4, ("1.4.1(2)",))
        assert incident.title == "人力资源短缺影响核查业务"
        await town.watched.loop.flag(LEADER, "staff_shortage", False, "人员已到岗")
        await town.passes(minutes=1)
        assert town.incident().recovery_proposed is not None


async def test_an_event_that_measurement_no_longer_bears_out_may_be_withdrawn(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks(*FRONTS)
        await town.passes(minutes=2)
        for front, hours in (("front/a", 9), ("front/b", 9)):
            late = town.watched.clock() + timedelta(hours=hours)
            await town.watched.loop.estimate(LEADER, component=ComponentId(front), until=late, reason="先估")
        await town.passes(minutes=1)
        name, now = town.incident().id, town.watched.clock()
        with pytest.raises(Refused, match="仍符合"):
            await town.do("incident", name, Withdraw(now, "leader", "pbc/33", "备件已到"))
        soon = town.watched.clock() + timedelta(hours=1)
        for front in FRONTS:
            await town.watched.loop.estimate(LEADER, component=ComponentId(front), until=soon, reason="备件已到")
        await town.passes(minutes=1)
        assert town.incident().level == 2  # not lowered by itself
        assert town.owed("pbc/33", "incident.") == ["incident.consider_lowering"]
        await town.do("incident", name, Withdraw(town.watched.clock(), "leader", "pbc/33", "备件已到，一小时内恢复"))
        assert town.incident().phase is Phase.WITHDRAWN


def by_hand(at: datetime) -> Open:
    words = {
        "id": "E1",
        "plan": "zhejiang",
        "plan_version": "1",
        "revision": "r",
        "title": "机房进水",
        "nature": "other",
    }
    places = {"owner": "pbc/33", "unit": "pbc/33", "warnings": (), "components": (), "extent": Extent(), "others": {}}
    times = {"occurred": at, "discovered": at, "at": at, "event_after": 0}
    return Open(**words, **places, **times, proposed=Standing(4), by="province", on_behalf_of="pbc/33")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("by", "reason", "said"),
    [("leader", " ", "写明理由"), ("province", "误报", "登记人以外"), ("leader", "误报", "")],
)
async def test_what_a_person_entered_by_mistake_another_withdraws(
    tmp_path: Path, by: str, reason: str, said: str
) -> None:
    async with opened(tmp_path) as town:
        await town.do("incident", "E1", by_hand(town.watched.clock()))
        withdrawal = Withdraw(town.watched.clock(), by, "pbc/33", reason)
        if said:
            with pytest.raises(Refused, match=said):
                await town.do("incident", "E1", withdrawal)
        else:
            await town.do("incident", "E1", withdrawal)
        assert town.incident().phase is (Phase.OPEN if said else Phase.WITHDRAWN)


async def test_once_an_order_is_in_force_what_was_entered_ends_by_an_order(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        now = town.watched.clock()
        await town.do("incident", "E1", by_hand(now))
        await town.do("incident", "E1", Start("O1", now, "leader", "pbc/33"))
        with pytest.raises(Refused, match="已有启动命令"):
            await town.do("incident", "E1", Withdraw(now, "leader", "pbc/33", "误报"))


async def test_after_a_restart_nothing_is_opened_twice_and_rows_are_what_facts_say(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks(*FRONTS)
        await town.passes(hours=9)
        before: list[Incident] = town.incidents()
        await town.restarts()
        await town.passes(minutes=10)
        assert [one.id for one in town.incidents()] == [one.id for one in before]
        with town.watched.store.read() as connection:
            for life in LIVES.values():
                rows = connection.execute(lives.select().where(lives.c.kind == life.kind)).all()
                assert {row.id: decoded(life, row.body) for row in rows} == replayed(connection, life)
