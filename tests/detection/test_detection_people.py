"""What people say: who may, what it changes, and that it is kept apart from what was measured."""

from datetime import timedelta
from pathlib import Path

import pytest

from hecha.edges.files.network_folder import load_network
from hecha.flow.picture import State
from hecha.kernel.errors import BadInput, NotThere, Refused
from hecha.kernel.ids import AreaCode, BankId, ComponentId, Mode
from tests.detection.town import BRANCH, CLERK, COUNTY, ENGINEER, LEADER, MORNING, opened

INTERFACE, NON_INTERFACE = Mode.INTERFACE, Mode.NON_INTERFACE
FRONT = ComponentId("front/a")


async def test_an_outage_declared_by_a_pasted_list(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        since = town.clock() - timedelta(hours=7)
        name = await town.loop.declare(
            BRANCH, modes=[INTERFACE, NON_INTERFACE], since=since, outlets="x1，x2\nz1 x1", nature="power"
        )
        assert town.state("x1", INTERFACE) is State.DOWN
        assert town.state("z1", NON_INTERFACE) is State.DOWN
        assert town.state("y1", NON_INTERFACE) is State.UP
        fault = town.loop.picture.faults[0]
        assert fault.declared_by == "branch"
        assert fault.nature == "power"
        assert fault.outlets_down == {INTERFACE: 3, NON_INTERFACE: 3}
        assert town.component("front/a").state is State.UP  # measured things stay as measured
        await town.passes(hours=1, minutes=2)
        assert town.grade() == 4
        await town.loop.withdraw(BRANCH, name, reason="已恢复")
        assert town.loop.picture.faults == ()  # a withdrawal is no recovery that must last
        assert town.loop.picture.outlets_not_up == {}
        assert town.grade() is None


async def test_a_withdrawal_ends_no_measured_outage(tmp_path: Path) -> None:
    """Declared and measured: after the withdrawal the measured outage goes on, from its first begin."""
    async with opened(tmp_path) as town:
        since = town.clock() - timedelta(hours=2)
        name = await town.loop.declare(BRANCH, modes=[NON_INTERFACE], since=since, outlets="x2")
        town.breaks("county/330102/line")
        await town.passes(minutes=6)
        begun = town.loop.live.engine.outage("x2", NON_INTERFACE)
        await town.loop.withdraw(BRANCH, name, reason="已转为监测")
        assert town.state("x2", NON_INTERFACE) is State.DOWN
        assert town.loop.live.engine.outage("x2", NON_INTERFACE) == begun
        assert [fault.components for fault in town.loop.picture.faults] == [("county/330102/line",)]


async def test_a_withdrawal_leaves_a_data_error_in_force(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        city, since = AreaCode("3302"), town.clock() - timedelta(hours=9)
        await town.loop.declare_data_error(LEADER, city=city, since=since, authority="police", missing=True)
        name = await town.loop.declare(BRANCH, modes=[NON_INTERFACE], since=since, outlets="y1")
        await town.loop.withdraw(BRANCH, name, reason="误报")
        assert town.state("y1", NON_INTERFACE) is State.UP
        assert town.grade() == 2


async def test_a_declaration_by_bank_and_area(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.loop.declare(
            ENGINEER, modes=[INTERFACE], since=town.clock(), bank=BankId("Z"), area=AreaCode("3301"), reason="机房停电"
        )
        assert town.loop.picture.banks["Z"].modes[INTERFACE].down == 2
        assert town.loop.picture.banks["Z"].modes[NON_INTERFACE].down == 0


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"outlets": "x1, nowhere"}, "outlets"),
        ({"outlets": "x1", "bank": BankId("Z")}, "outlets"),
        ({}, "outlets"),
        ({"bank": BankId("Q")}, "bank"),
        ({"area": AreaCode("99")}, "area"),
        ({"outlets": "x1", "since": MORNING + timedelta(days=1)}, "since"),
        ({"outlets": "x1", "until": MORNING - timedelta(days=1)}, "until"),
        ({"outlets": "x1", "modes": []}, "modes"),
        ({"outlets": "x1", "nature": "magic"}, "nature"),
    ],
)
async def test_a_wrong_declaration_is_named(tmp_path: Path, given: dict, where: str) -> None:
    async with opened(tmp_path, known=False) as town:
        with pytest.raises(BadInput) as caught:
            await town.loop.declare(BRANCH, **({"modes": [INTERFACE], "since": MORNING} | given))
        assert caught.value.where == where
        assert town.loop.live.declarations == {}


async def test_a_bank_speaks_only_of_its_own_outlets(tmp_path: Path) -> None:
    async with opened(tmp_path, known=False) as town:
        with pytest.raises(Refused) as caught:
            await town.loop.declare(ENGINEER, modes=[NON_INTERFACE], since=MORNING, outlets="z1 x1")
        assert caught.value.clause == "3.2.3"
        with pytest.raises(Refused):
            await town.loop.declare(COUNTY, modes=[NON_INTERFACE], since=MORNING, outlets="x1")
        await town.loop.declare(CLERK, modes=[NON_INTERFACE], since=MORNING, outlets="x1")


async def test_nobody_withdraws_what_others_declared(tmp_path: Path) -> None:
    async with opened(tmp_path, known=False) as town:
        name = await town.loop.declare(BRANCH, modes=[NON_INTERFACE], since=MORNING, outlets="x1")
        with pytest.raises(NotThere):
            await town.loop.withdraw(ENGINEER, name, reason="")


async def test_only_the_owner_estimates_and_history_is_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("front/a", "front/b")
        await town.passes(minutes=35)
        assert town.fault("front/a").estimate_owed
        with pytest.raises(Refused) as caught:
            await town.loop.estimate(ENGINEER, component=FRONT, until=town.clock() + timedelta(hours=1), reason="")
        assert caught.value.clause == "4.1.1(4)"
        for hours in (1, 12):
            for front in ("front/a", "front/b"):
                until = town.clock() + timedelta(hours=hours)
                await town.loop.estimate(BRANCH, component=ComponentId(front), until=until, reason="换主板")
        assert town.grade() == 2  # recovery beyond eight hours is expected: an event at once
        assert town.component("front/a").estimate_by == "branch"
        assert not town.component("front/a").estimate_owed
        assert town.facts("watch:warning:estimated") == ["watch:warning:estimated"] * 4
        for front in ("front/a", "front/b"):
            until = town.clock() + timedelta(hours=2)
            await town.loop.estimate(BRANCH, component=ComponentId(front), until=until, reason="提前到货")
        assert town.grade() is None  # withdrawn to a warning record
        assert town.facts("watch:warning:withdrawn") == ["watch:warning:withdrawn"]


async def test_a_group_declares_that_it_will_exceed_eight_hours(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("front/a", "front/b")
        await town.passes(minutes=5)
        name = town.fault("front/a").id
        with pytest.raises(Refused):
            await town.loop.will_exceed(ENGINEER, fault=name, reason="备件在外省")
        await town.loop.will_exceed(LEADER, fault=name, reason="备件在外省")
        assert town.grade() == 2
        assert town.fault("front/a").exceeds
        await town.restarts()
        await town.turn()
        assert town.grade() == 2
        with pytest.raises(NotThere):
            await town.loop.will_exceed(LEADER, fault="W0-nothing", reason="")


async def test_planned_work_does_not_count_until_it_overruns(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        begin, end = town.clock() + timedelta(minutes=10), town.clock() + timedelta(hours=4)
        work = [ComponentId("front/a"), ComponentId("front/b")]
        with pytest.raises(Refused):
            await town.loop.maintenance(COUNTY, components=work, begin=begin, end=end, reason="升级")
        with pytest.raises(BadInput, match="beforehand"):
            await town.loop.maintenance(BRANCH, components=work, begin=MORNING, end=end, reason="升级")
        await town.loop.maintenance(BRANCH, components=work, begin=begin, end=end, reason="升级")
        await town.passes(minutes=11)
        town.breaks("front/a", "front/b")
        await town.passes(minutes=30)
        assert town.component("front/a").state is State.MAINTENANCE
        assert town.state("y1", NON_INTERFACE) is State.MAINTENANCE
        assert town.loop.picture.faults == ()
        await town.passes(seconds=(end - town.clock()).total_seconds() + 60)
        assert town.state("y1", NON_INTERFACE) is State.DOWN
        overrun = town.fault("front/a")
        assert overrun.countdown[0].at - end < timedelta(minutes=482)
        await town.passes(hours=7, minutes=59, turn_s=60)
        assert town.grade() is None
        await town.passes(minutes=2)
        assert town.grade() == 2


async def test_cancelled_work_counts_from_then_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        begin = town.clock() + timedelta(minutes=1)
        work = [ComponentId("city/3301/line")]
        name = await town.loop.maintenance(
            BRANCH, components=work, begin=begin, end=begin + timedelta(hours=9), reason="割接"
        )
        await town.passes(minutes=2)
        town.breaks("city/3301/line")
        await town.passes(hours=1)
        assert town.state("y1", NON_INTERFACE) is State.MAINTENANCE
        await town.loop.cancel_maintenance(BRANCH, name, reason="未获批准")
        await town.turn()
        assert town.state("y1", NON_INTERFACE) is State.DOWN
        assert town.fault("city/3301/line").countdown[0].at - town.clock() > timedelta(hours=7, minutes=59)


async def test_ten_cities_in_error(tmp_path: Path) -> None:
    """Samples point to it, head office establishes it, 特大 after 48 hours."""
    async with opened(tmp_path, network=load_network("zhejiang"), known=False) as town:
        cities = [code for code, area in town.network.areas.items() if area.kind == "city"][:10]
        outlet = next(iter(town.network.outlets))
        for city in cities:
            for number in range(30):
                town.chain.asked(outlet, NON_INTERFACE, "name_mismatch" if number % 2 else "match_photo", city)
        await town.loop._collector.collect(town.loop.live, town.clock())
        await town.turn()
        data = town.loop.picture.data
        assert all(data[city].suspicious for city in cities)
        assert data[cities[0]].asked == 30
        assert data[cities[0]].mismatched == 15
        assert town.grade() is None  # rates point to it; nobody has established it
        for city in cities:
            with pytest.raises(Refused):
                await town.loop.declare_data_error(
                    COUNTY, city=city, since=MORNING, authority="head_office", accuracy=0.43
                )
            await town.loop.declare_data_error(LEADER, city=city, since=MORNING, authority="police", accuracy=0.43)
        assert town.loop.picture.data[cities[0]].declared["authority"] == "police"
        town.clock.passes(hours=8, minutes=1)
        await town.turn()
        assert town.grade() == 2
        town.clock.passes(hours=40)
        await town.turn()
        assert town.grade() == 1


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"authority": "bank", "accuracy": 0.4}, BadInput),
        ({"authority": "police"}, BadInput),
        ({"authority": "police", "accuracy": 0.4, "missing": True}, BadInput),
        ({"authority": "police", "accuracy": 1.4}, BadInput),
        ({"authority": "police", "accuracy": 0.4, "city": AreaCode("330101")}, BadInput),
        ({"authority": "police", "sample": (4, 10)}, Refused),
    ],
)
async def test_a_wrong_data_error_is_refused(tmp_path: Path, given: dict, error: type[Exception]) -> None:
    async with opened(tmp_path, known=False) as town:
        with pytest.raises(error):
            await town.loop.declare_data_error(LEADER, **({"city": AreaCode("3301"), "since": MORNING} | given))
        assert town.loop.live.data_errors == {}


async def test_a_sample_claims_its_upper_bound(tmp_path: Path) -> None:
    async with opened(tmp_path, known=False) as town:
        await town.loop.declare_data_error(
            LEADER, city=AreaCode("3301"), since=MORNING, authority="police", sample=(40, 100)
        )
        told = town.loop.picture.data[AreaCode("3301")].declared
        assert 0.49 < told["accuracy"] < 0.5


async def test_a_data_error_that_is_withdrawn_is_over(tmp_path: Path) -> None:
    async with opened(tmp_path, known=False) as town:
        name = await town.loop.declare_data_error(
            LEADER, city=AreaCode("3301"), since=MORNING - timedelta(hours=9), authority="head_office", missing=True
        )
        assert town.grade() == 2
        await town.loop.withdraw(LEADER, name, reason="数据已恢复")
        assert town.grade() is None
        assert town.loop.picture.faults == ()
