"""A restart in the middle of things: clocks run on, what was said stands, nothing is recovered by forgetting."""

from datetime import timedelta
from pathlib import Path

from hecha.flow.picture import State
from hecha.kernel.ids import AreaCode, ComponentId, Mode
from tests.detection.town import BRANCH, LEADER, opened

INTERFACE, NON_INTERFACE = Mode.INTERFACE, Mode.NON_INTERFACE


async def test_eight_hours_survive_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        lost = town.clock()
        town.breaks("front/a", "front/b")
        await town.passes(seconds=5, turn_s=1)
        await town.passes(hours=3, turn_s=60)
        before = town.fault("front/a")
        await town.restarts()
        await town.turn()
        after = town.fault("front/a")
        assert after.id == before.id
        assert after.since == before.since
        assert after.countdown == before.countdown
        assert town.state("y1", NON_INTERFACE) is State.DOWN
        await town.passes(seconds=(lost + timedelta(minutes=480) - town.clock()).total_seconds(), turn_s=60)
        assert town.grade() is None
        await town.passes(minutes=1)
        assert town.grade() == 2
        assert len(town.facts("watch:warning:raised")) == 1


async def test_what_was_lost_is_not_recovered_by_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("county/330102/line")
        await town.passes(minutes=10)
        await town.restarts()
        town.chain.silent = True
        await town.passes(minutes=30, turn_s=60)
        assert town.state("x2", NON_INTERFACE) is State.DOWN
        assert town.state("x1", NON_INTERFACE) is State.UNKNOWN


async def test_mended_while_the_watch_was_away(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("front/a", "front/b")
        await town.passes(minutes=10)
        town.store.close()
        town.mends("front/a", "front/b")
        town.clock.passes(hours=1)
        await town.restarts()
        await town.passes(minutes=6)
        assert town.component("front/a").state is State.UP
        assert town.fault("front/a").returned is not None
        await town.passes(minutes=31)
        assert town.loop.picture.faults == ()


async def test_rolling_outages_keep_their_first_begin_over_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("front/a", "front/b")
        await town.passes(hours=2, turn_s=60)
        town.breaks("city/3301/line")
        await town.passes(minutes=20)
        town.mends("front/a", "front/b")
        await town.passes(hours=2, turn_s=60)  # the fronts' fault has ended, the line's goes on
        assert len(town.loop.picture.faults) == 1
        since = town.loop.live.engine.outage("y1", NON_INTERFACE)
        await town.restarts()
        await town.turn()
        assert town.loop.live.engine.outage("y1", NON_INTERFACE) == since


async def test_a_flapping_fault_keeps_its_clock_over_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("front/a", "front/b")
        await town.passes(minutes=60)
        begin = town.loop.live.engine.outage("y1", NON_INTERFACE)
        town.mends("front/a", "front/b")
        await town.passes(minutes=10)
        await town.restarts()
        await town.passes(minutes=5)
        town.breaks("front/a", "front/b")
        await town.passes(minutes=2)
        assert town.loop.live.engine.outage("y1", NON_INTERFACE)[0] == begin[0]
        assert len(town.facts("watch:warning:raised")) == 1


async def test_what_people_said_stands(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        now = town.clock()
        await town.loop.declare(BRANCH, modes=[NON_INTERFACE], since=now, outlets="y1")
        gone = await town.loop.declare(BRANCH, modes=[NON_INTERFACE], since=now, outlets="y2")
        await town.loop.withdraw(BRANCH, gone, reason="误报")
        await town.loop.declare_data_error(LEADER, city=AreaCode("3302"), since=now, authority="police", accuracy=0.2)
        work = [ComponentId("relay")]
        await town.loop.maintenance(
            BRANCH, components=work, begin=now + timedelta(hours=1), end=now + timedelta(hours=2), reason="升级"
        )
        before = town.loop.picture
        await town.restarts()
        await town.turn()
        after = town.loop.picture
        assert town.state("y1", NON_INTERFACE) is State.DOWN
        assert {one.id for one in after.faults} == {one.id for one in before.faults}
        assert after.data[AreaCode("3302")].declared == before.data[AreaCode("3302")].declared
        assert len(town.loop.live.causes.windows) == 1


async def test_outcomes_are_read_on_from_the_cursor(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        for _ in range(3):
            town.chain.asked("x1", INTERFACE, "match_photo", "3301")
        await town.passes(minutes=1, turn_s=5)
        assert town.loop.picture.data[AreaCode("3301")].asked == 3
        assert town.facts("watch:journal:head") == ["watch:journal:head"]  # the ledger bears witness
        await town.restarts()
        await town.turn()
        assert AreaCode("3301") not in town.loop.picture.data  # they were read before; none comes twice
        assert town.loop._collector.moved() == []


async def test_a_store_that_is_away_loses_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.store.close()
        town.breaks("front/a", "front/b")
        await town.passes(minutes=1, turn_s=10)
        assert town.loop.trouble
        assert town.component("front/a").state is State.DOWN  # the board goes on
        assert town.loop.live.outbox
