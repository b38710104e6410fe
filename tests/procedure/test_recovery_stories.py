"""From confirmed recovery to a closed file: what was registered is owed bank by bank until nothing is left."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from hecha.edges.api.desk import Desk
from hecha.edges.api.memory_entrance import MemoryEntrance
from hecha.edges.jobs.drain import Drain
from hecha.edges.store.tables import entries
from hecha.evaluation.review import PARTIES, Review
from hecha.evaluation.reviewing import Analyse, Learn, Sign
from hecha.flow.evaluating import review_id
from hecha.flow.recover import Pace
from hecha.incident.commands import Close, ConfirmRecovery, End
from hecha.incident.event import Phase
from hecha.kernel.errors import Refused
from hecha.kernel.ids import OutletId, UnitId
from hecha.organization.principal import Principal, Role
from hecha.response.recovery import Recovery, recovery_id
from hecha.verification.outcome import Outcome
from tests.api.town import number, registration
from tests.procedure.town import Town, opened

FRONTS = ("front/a", "front/b")
Y1 = Principal("clerk-y1", "柜员", Role.CLERK, UnitId("outlet/y1"), OutletId("y1"))
Z2 = Principal("clerk-z2", "柜员", Role.CLERK, UnitId("outlet/z2"), OutletId("z2"))


@dataclass
class Counter:
    """The desk of this town: registers while the chain is away, and the drain that verifies afterwards."""

    town: Town
    truth: dict[str, Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        watched = self.town.watched
        entrance = MemoryEntrance(lambda _, n: self.truth.get(n, Outcome.MATCH_PHOTO), watched.clock)
        self.desk = Desk(watched.store, watched.network, entrance, lambda: watched.loop.picture, watched.clock)
        self.drain = Drain(self.desk.office, Pace())

    async def registers(self, who: Principal, serial: int) -> str:
        return str((await self.desk.register(who, registration(serial), f"k{serial}"))["id"])

    async def brings_home(self, who: Principal, serial: int, at: datetime) -> None:
        """What a spool took in while the store was away: it is entered now, with the moment of then."""
        entry = await self.registers(who, serial)
        moved = update(entries).where(entries.c.id == entry).values(registered_at=at)
        await self.town.watched.store.write(lambda tx: tx.connection.execute(moved))

    async def drains(self, seconds: int = 30) -> None:
        for _ in range(seconds):
            self.town.watched.clock.passes(seconds=1)
            await self.drain.once()


@asynccontextmanager
async def outage(tmp_path: Path) -> AsyncIterator[tuple[Town, Counter]]:
    """Both fronts have been lost for nine hours; three customers were registered, one of whom differs."""
    async with opened(tmp_path) as town:
        counter = Counter(town, {number(2): Outcome.NAME_MISMATCH})
        town.breaks(*FRONTS)
        await town.passes(hours=1)
        await counter.registers(Y1, 1)
        await counter.registers(Y1, 2)
        await counter.registers(Z2, 3)
        await town.passes(hours=8)
        yield town, counter


async def recovers(town: Town) -> None:
    town.mends(*FRONTS)
    await town.passes(hours=1)
    await confirms(town)


async def confirms(town: Town) -> None:
    incident, now = town.incident(), town.watched.clock()
    assert incident.recovery_proposed is not None
    await town.do("incident", incident.id, ConfirmRecovery(incident.recovery_proposed, now, "branch", "pbc/33"))
    await town.passes(minutes=1)


def recovery(town: Town) -> Recovery:
    found: Recovery = town.procedure.state("recovery", recovery_id(town.incident().id))
    return found


async def test_each_bank_owes_its_entries_until_they_are_settled(tmp_path: Path) -> None:
    async with outage(tmp_path) as (town, counter):
        await recovers(town)
        assert recovery(town).owing == ("bank/Y", "bank/Z")
        assert town.owed("bank/Y", "backlog.") == town.owed("bank/Z", "backlog.") == ["backlog.settle"]
        assert recovery(town).due - recovery(town).recovered == timedelta(hours=72)
        await counter.drains()
        await town.passes(minutes=1)
        assert (town.owed("bank/Y", "backlog."), town.owed("bank/Z", "backlog.")) == (
            ["backlog.settle"],
            [],
        )  # one entry differs
        (entry,) = counter.desk.to_check(Y1)["items"]
        await counter.desk.settle(Y1, entry["id"], "police_confirm", "s1")
        await town.passes(minutes=1)
        assert town.owed("bank/Y", "backlog.") == []
        assert recovery(town).settled is not None


async def test_what_was_registered_in_another_time_or_area_is_not_owed(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        counter = Counter(town)
        await counter.registers(Z2, 1)  # before
        await town.passes(minutes=5)
        town.breaks("county/330201/line")
        await town.passes(hours=9)
        await counter.registers(Z2, 2)  # in another county
        town.mends("county/330201/line")
        await town.passes(hours=1)
        await confirms(town)
        assert (recovery(town).owing, recovery(town).settled is not None) == ((), True)


async def test_an_entry_that_comes_home_late_is_owed_again(tmp_path: Path) -> None:
    async with outage(tmp_path) as (town, counter):
        await recovers(town)
        await counter.drains()
        (entry,) = counter.desk.to_check(Y1)["items"]
        await counter.desk.settle(Y1, entry["id"], "corrected", "s1")
        await town.passes(minutes=1)
        assert recovery(town).settled is not None
        await counter.brings_home(Y1, 4, recovery(town).recovered - timedelta(hours=1))
        await town.passes(minutes=1)
        assert (town.owed("bank/Y", "backlog."), recovery(town).settled) == (["backlog.settle"], None)


async def test_the_time_runs_out(tmp_path: Path) -> None:
    async with outage(tmp_path) as (town, _):
        await recovers(town)
        await town.passes(hours=72, turn_s=3600)
        assert recovery(town).overdue
        assert ("backlog.overdue", "bank/Z") in [(one.what, one.unit) for one in town.notices]


async def test_it_fails_and_recovers_again_with_a_new_time(tmp_path: Path) -> None:
    async with outage(tmp_path) as (town, _):
        town.mends(*FRONTS)
        await town.passes(minutes=10)  # works again, not yet for long: a person confirms too early
        await confirms(town)
        before = recovery(town).due
        town.breaks(*FRONTS)
        await town.passes(minutes=10)
        assert town.incident().phase is Phase.OPEN
        town.mends(*FRONTS)
        await town.passes(hours=1)
        await confirms(town)
        assert recovery(town).due > before


async def test_the_file_closes_only_when_the_register_is_settled_and_the_event_evaluated(tmp_path: Path) -> None:
    async with outage(tmp_path) as (town, counter):
        await recovers(town)
        name = town.incident().id
        await town.do("incident", name, End("O2", town.watched.clock(), "leader", "pbc/33"))
        assert {"backlog.settle", "review.analyse_settlement"} <= set(owed_in(town))
        with pytest.raises(Refused, match="职责未完成"):
            await closes(town)
        await counter.drains()
        (entry,) = counter.desk.to_check(Y1)["items"]
        await counter.desk.settle(Y1, entry["id"], "police_confirm", "s1")
        await town.passes(minutes=1)
        assert "backlog.settle" not in owed_in(town)
        reviews: list[Review] = list(town.procedure.of(name, "review"))
        cities, counties = {"pbc/3301", "pbc/3302"}, {"pbc/330101", "pbc/330102", "pbc/330201"}
        assert {one.unit for one in reviews} == {"pbc/33"} | cities | counties
        for review in reviews:
            await evaluates(town, review)
        assert owed_in(town) == []
        await closes(town)
        assert town.incident().phase is Phase.CLOSED


def owed_in(town: Town) -> list[str]:
    """What recovery and evaluation still owe of the event; reports and orders have stories of their own."""
    whole = [one.what for one in town.procedure.duties_of(town.incident().id)]
    return [what for what in whole if what.startswith(("backlog.", "recovery.", "review."))]


async def closes(town: Town) -> None:
    name = town.incident().id
    left = tuple(owed_in(town))
    await town.do("incident", name, Close(left, town.watched.clock(), "leader", "pbc/33"))


async def evaluates(town: Town, review: Review) -> None:
    now = town.watched.clock()
    for party in PARTIES:
        by = "li" if party == "settlement" else "wu"
        await town.do("review", review.id, Analyse(party, "两台前置同时停电", "某某", now, by))
    await town.do("review", review.id, Learn("两台前置要分开供电", False, now, "li"))
    await town.do("review", review.id, Sign("某某", {}, now, "head"))


async def test_a_county_event_is_evaluated_by_the_county_its_city_and_the_province(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("county/330201/line")
        await town.passes(hours=9)
        town.mends("county/330201/line")
        await town.passes(hours=1)
        await confirms(town)
        name = town.incident().id
        await town.do("incident", name, End("O2", town.watched.clock(), "leader", "pbc/330201"))
        units = [one.unit for one in town.procedure.of(name, "review")]
        assert sorted(units) == ["pbc/33", "pbc/3302", "pbc/330201"]
        assert town.procedure.state("review", review_id(name, "pbc/3302")).level == "city"
