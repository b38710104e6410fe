"""The watch on the chain as real processes: what is killed is on the board within five turns of the loop.

The loop's clock is moved a second a turn, and a turn ends when its pings have come back, so nothing here depends on how
fast the machine is.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hecha.edges.clock import MovableClock
from hecha.edges.files.plan_folder import load_plan
from hecha.edges.hops.entrance_client import EntranceClient
from hecha.edges.store.keys import fresh_keys
from hecha.edges.store.store import Store
from hecha.edges.watch.loop import WatchLoop
from hecha.flow.picture import State
from hecha.kernel.ids import ComponentId, Mode, OutletId
from tests.entrances.province import Province

pytestmark = [pytest.mark.chain, pytest.mark.xdist_group("watch-chain")]
START = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
ENTRANCES = ("entrance-web", "entrance-bank")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    with Province(tmp_path_factory.mktemp("watched")) as started:
        yield started


@pytest.fixture
def province(running: Province) -> Iterator[Province]:
    yield running
    running.mend_all()


class Watching:
    """The loop of a real province, turn by turn."""

    def __init__(self, province: Province, loop: WatchLoop, clock: MovableClock) -> None:
        self.province, self.loop, self.clock = province, loop, clock

    async def turns(self, count: int) -> None:
        for _ in range(count):
            self.clock.passes(seconds=1)
            await self.loop.step()
            await self.loop.settle()
            await self.loop.step()

    async def until(self, component: str, state: State, turns_max: int) -> int:
        """How many turns it took. Fails when it never came to it."""
        for turn in range(1, turns_max + 1):
            await self.turns(1)
            if self.state(component) is state:
                return turn
        raise AssertionError(f"{component} is {self.state(component)} after {turns_max} turns")

    def state(self, component: str) -> State:
        return self.loop.picture.components[ComponentId(component)].state


@asynccontextmanager
async def watching(province: Province, folder: Path) -> AsyncIterator[Watching]:
    clock = MovableClock(START)
    store = Store(f"sqlite:///{folder / 'watch.db'}", fresh_keys())
    clients = {
        name: EntranceClient(f"http://{province.address(name)}", province.token("console")) for name in ENTRANCES
    }
    loop = WatchLoop(province.network, [load_plan("zhejiang")], store, entrances=clients, clock=clock)
    watch = Watching(province, loop, clock)
    try:
        await watch.turns(15)
        yield watch
    finally:
        for client in clients.values():
            await client.close()
        store.close()


async def test_both_fronts_killed(province: Province, tmp_path: Path) -> None:
    async with watching(province, tmp_path) as watch:
        for front in ("front/a", "front/b"):
            await watch.until(front, State.UP, 30)
        assert any(one.in_use for one in watch.loop.picture.components.values() if one.id.startswith("front/"))
        province.kill("front-a")
        province.kill("front-b")
        await watch.until("front/a", State.DOWN, 5)
        await watch.until("front/b", State.DOWN, 1)
        picture = watch.loop.picture
        assert picture.outlets_not_up[OutletId("w1")][Mode.NON_INTERFACE] is State.DOWN
        assert picture.cities["A1"].modes[Mode.NON_INTERFACE].down == 4
        assert watch.state("hq-interconnect") is State.UP  # the national way goes another road
        assert watch.state("police") is State.UP
        fault = next(one for one in picture.faults if "front/a" in one.components)
        assert set(fault.components) == {"front/a", "front/b"}
        assert fault.countdown[0].level == 2
        province.start("front-a")
        province.start("front-b")
        await watch.until("front/a", State.UP, 20)
        await watch.until("front/b", State.UP, 20)


async def test_one_front_killed_disturbs_nobody(province: Province, tmp_path: Path) -> None:
    async with watching(province, tmp_path) as watch:
        province.kill("front-a")
        await watch.until("front/a", State.DOWN, 5)
        await watch.turns(2)
        assert watch.state("front/b") is State.UP
        states = {state for modes in watch.loop.picture.outlets_not_up.values() for state in modes.values()}
        assert State.DOWN not in states


async def test_a_dead_relay_is_suspected(province: Province, tmp_path: Path) -> None:
    async with watching(province, tmp_path) as watch:
        province.kill("relay")
        await watch.until("hq-interconnect", State.DOWN, 8)
        await watch.turns(3)
        behind = [fault.suspected for fault in watch.loop.picture.faults]
        named = [fault.components for fault in watch.loop.picture.faults]
        assert ("relay",) in behind or ("relay",) in named


async def test_an_entrance_killed_takes_its_entries_with_it(province: Province, tmp_path: Path) -> None:
    async with watching(province, tmp_path) as watch:
        province.kill("entrance-web")
        await watch.until("account-system", State.DOWN, 8)
        assert watch.state("front/a") is State.UP


async def test_a_line_that_spoils_answers_is_lost_though_pings_pass(province: Province, tmp_path: Path) -> None:
    async with watching(province, tmp_path) as watch:
        await asyncio.to_thread(province.breaks, "county/A12/line", "bitflip")
        citizen = province.population.citizen(7)
        token = province.token("console")
        async with EntranceClient(f"http://{province.address('entrance-bank')}", token) as counter:
            for number in range(4):
                answer = await counter.verify(
                    name=citizen.name, number=citizen.number, outlet="l2", key=f"k{number}", reference="r"
                )
                assert answer.outcome == "unavailable"
        moment = datetime.now(UTC)  # noqa: TID251  the journal's rows carry the machine's time
        watch.clock.passes(seconds=(moment - watch.clock()).total_seconds())
        await watch.turns(3)
        assert watch.state("county/A12/line") in (State.DOWN, State.IMPAIRED)
        assert watch.loop.picture.counties["A12"].state is not State.UP
