"""The workers on bad days: a clock set back, an item that cannot be opened, an error nobody thought of."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from hecha.edges.jobs import leases
from hecha.edges.jobs import runner as running
from hecha.edges.jobs.runner import Runner
from hecha.edges.store.tables import vault
from hecha.flow.recover import Live
from tests.api.town import MORNING, Town, clerk, number, registration


def enter(town: Town, serial: int) -> str:
    return str(town.run(town.desk.register(clerk("x1"), registration(serial), f"k{serial}"))["id"])


def states(town: Town) -> dict[str, str]:
    return {one["id"]: one["state"] for one in town.desk.registrations(clerk("x1"))["items"]}


def spoil(town: Town, **which: Any) -> None:
    where = [getattr(vault.c, name) == value for name, value in which.items()]
    town.run(town.store.write(lambda tx: tx.connection.execute(update(vault).where(*where).values(sealed=b"x" * 40))))


def test_entries_wait_no_month_when_the_clock_was_set_back(small_town: Town) -> None:
    town, id = small_town, enter(small_town, 1)
    town.clock.passes(minutes=43_200)  # a wrong clock …
    town.entrance.down = True
    town.works(5)
    town.entrance.down = False
    town.clock.passes(minutes=-43_200)  # … is put right
    town.works(5)
    assert states(town)[id] == "same"


def test_a_lease_of_the_future_is_no_lease(small_town: Town) -> None:
    town = small_town
    enter(town, 1)

    def claim(at: Any) -> int:
        return len(town.run(town.store.write(lambda tx: leases.claim(tx, "backlog", at, 9))))

    assert claim(MORNING + timedelta(days=30)) == 1
    assert claim(MORNING) == 1
    assert claim(MORNING) == 0  # a lease of now is one


def test_live_requests_of_the_future_do_not_count() -> None:
    live = Live()
    for _ in range(100):
        live.note(MORNING + timedelta(hours=1))
    live.note(MORNING)
    assert live.per_second(MORNING) == 1


def test_an_entry_that_cannot_be_opened_holds_up_nobody(small_town: Town) -> None:
    town = small_town
    spoilt = enter(town, 1)
    spoil(town)
    sound = enter(town, 2)
    town.works(5)
    assert states(town) == {spoilt: "registered", sound: "same"}


@pytest.mark.parametrize("how", ["spoilt", "erased"])
def test_a_chunk_that_cannot_be_opened_holds_up_nobody_and_its_batch_ends(small_town: Town, how: str) -> None:
    town, who = small_town, clerk("x1")

    def submit(serial: int) -> str:
        text = f"姓名,公民身份号码\n测试甲,{number(serial)}".encode()
        return str(town.run(town.desk.batch(who, "a.csv", text, {}, f"k{serial}"))["id"])

    bad = submit(1)
    if how == "spoilt":
        spoil(town)
    else:
        town.run(town.store.write(lambda tx: town.desk.office.vault.shred(tx, "bank/X", "2026-03", "test", MORNING)))
    good = submit(2)
    for _ in range(20):
        town.clock.passes(minutes=6)
        town.run(town.batch_worker.once())
    done = {id: town.desk.batch_progress(who, id) for id in (bad, good)}
    assert (done[bad]["state"], done[bad]["outcomes"]) == ("done", {"input_error": 1})
    assert (done[good]["state"], done[good]["outcomes"]) == ("done", {"match_photo": 1})


def test_an_error_nobody_thought_of_stops_no_worker(small_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "TROUBLE_SECONDS", 0.0)
    town, stop, turns = small_town, asyncio.Event(), []
    runner = Runner(town.desk.office)

    async def odd() -> int:
        turns.append(1)
        if len(turns) == 3:
            stop.set()
        raise KeyError("odd")

    runner.drain.once = odd  # type: ignore[method-assign]
    town.run(asyncio.wait_for(runner.run(stop), 30))
    assert len(turns) == 3
