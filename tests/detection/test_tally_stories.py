"""The watch counts what an outage costs, keeps the count with its cursors, and tells it as facts."""

from pathlib import Path

import pytest

from hecha.edges.store import ledger
from hecha.flow.tally import OUTAGE, REQUESTS
from hecha.kernel.facts import Fact
from hecha.kernel.ids import Mode
from tests.detection.town import Town, opened


def told(town: Town, kind: str) -> list[Fact]:
    with town.store.read() as connection:
        return [one.fact for one in ledger.read(connection, kind=kind, limit=1000)]


def sum_of(facts: list[Fact], name: str) -> int:
    return sum(int(fact.data["minutes"][name]) for fact in facts)


async def test_both_fronts_lost_for_two_hours(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("front/a", "front/b")
        await town.passes(hours=2)
        town.mends("front/a", "front/b")
        await town.passes(hours=1)
        facts = told(town, OUTAGE)
        assert {fact.subject for fact in facts} == {facts[0].subject}
        assert max(int(fact.data["peak"]["non_interface"]) for fact in facts) == len(town.network.outlets)
        # X enters nationally and goes on by interface, Z (3 outlets) and Y (2) are dark
        assert [sum_of(facts, name) // 120 for name in ("non_interface", "interface", "dark")] == [8, 3, 5]


async def test_requests_are_counted_by_city_while_something_is_out(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.chain.asked("x1", Mode.NON_INTERFACE)  # before: not of the outage
        await town.passes(minutes=2)
        town.breaks("city/3301/line")
        await town.passes(minutes=5)
        for _ in range(3):
            town.chain.asked("x1", Mode.NON_INTERFACE)  # 3301
        town.chain.asked("y2", Mode.NON_INTERFACE)  # 3302
        await town.passes(minutes=2)
        town.mends("city/3301/line")
        await town.passes(minutes=40)
        cities = [fact.data["cities"] for fact in told(town, REQUESTS)]
        total = {
            city: [sum(each[city][place] for each in cities if city in each) for place in range(3)]
            for city in ("3301", "3302")
        }
        assert total == {"3301": [3, 3, 0], "3302": [1, 0, 0]}
        assert "x1" not in str(cities)


async def test_a_restart_in_the_middle_loses_and_repeats_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("relay")
        await town.passes(minutes=90)
        town.chain.asked("y1", Mode.NON_INTERFACE)
        await town.passes(minutes=2)
        await town.restarts()
        await town.passes(minutes=28)
        town.mends("relay")
        await town.passes(hours=1)
        assert sum_of(told(town, OUTAGE), "dark") // 120 == len(town.network.outlets)
        assert sum(fact.data["cities"].get("3301", [0, 0, 0])[1] for fact in told(town, REQUESTS)) == 1


@pytest.mark.parametrize("hours", [3])
async def test_calm_days_say_nothing(tmp_path: Path, hours: int) -> None:
    async with opened(tmp_path) as town:
        town.chain.asked("y1", Mode.NON_INTERFACE)
        await town.passes(hours=hours)
        assert told(town, "watch:tally:") == []
