"""A registration is never refused for our faults: with PostgreSQL gone the local spool takes it, and brings it home."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hecha.edges.api.desk import Desk
from hecha.edges.jobs.homing import Homing
from hecha.edges.store import ledger
from hecha.edges.store.keys import Keys, fresh_keys
from hecha.edges.store.lives import register
from hecha.edges.store.store import Store
from hecha.kernel.errors import Conflict, Unavailable
from hecha.kernel.ids import OutletId
from hecha.response.slip_number import slip_numbers
from tests.api.town import MORNING, Town, clerk, registration, verification

X1 = clerk("x1")


class Away(Store):
    """A real store whose database cannot be reached for a while."""

    away = False

    def submit(self, run):  # type: ignore[no-untyped-def]
        if self.away:
            raise Unavailable("PostgreSQL", "gone")
        return super().submit(run)

    def unreadable(self):  # type: ignore[no-untyped-def]
        raise Unavailable("PostgreSQL", "gone")


@pytest.fixture
def keys() -> Keys:
    return fresh_keys()


@pytest.fixture
def spooled(postgres_url: str, tmp_path: Path, keys: Keys) -> Iterator[Town]:
    store, spool = Away(postgres_url, keys), Store(f"sqlite:///{tmp_path / 'spool.db'}", keys)
    town = Town(store)
    town.desk = Desk(store, town.network, town.entrance, lambda: town.picture, town.clock, spool)
    yield town
    store.close()
    spool.close()


def states(town: Town) -> list[str]:
    with town.store.read() as connection:
        assert register.replay(connection) == register.rows(connection)
        assert ledger.verify(connection).broken_at is None
        return sorted(register.rows(connection))


def test_what_the_spool_took_comes_home_once(spooled: Town) -> None:
    desk, homing = spooled.desk, Homing(spooled.desk.office)
    first = spooled.run(desk.register(X1, registration(1), "k1"))
    spooled.store.away = True
    again = spooled.run(desk.register(X1, registration(1), "k1"))
    second = spooled.run(desk.register(X1, registration(2), "k2"))
    assert again["id"] == first["id"]  # whichever took it in
    assert second["durable"] == "local"
    with pytest.raises(Conflict):
        spooled.run(desk.register(X1, registration(3), "k2"))
    with pytest.raises(Unavailable):
        spooled.run(homing.once())
    spooled.store.away = False
    spooled.clock.passes(minutes=2)
    assert spooled.run(homing.once()) == 2
    assert spooled.run(homing.once()) == 0
    assert states(spooled) == sorted([first["id"], second["id"]])
    assert spooled.run(desk.register(X1, registration(2), "k2"))["id"] == second["id"]
    assert spooled.run(desk.entry(X1, second["id"]))["contact"]["telephone"] == "0577-5550100"


def test_a_verification_and_its_card_need_no_database(spooled: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    spooled.store.away = True
    monkeypatch.setattr(spooled.store, "read", spooled.store.unreadable)
    assert spooled.run(spooled.desk.verify(X1, verification(1)))["outcome"] == "match_photo"
    spooled.breaks()
    answer = spooled.run(spooled.desk.verify(X1, verification(2)))
    assert [step["clause"] for step in answer["card"]["steps"]] == ["5.1.1(1)", "5.1.1(2)", "5.1.1(3)"]


def test_a_worker_that_died_between_both_stores_doubles_nothing(spooled: Town) -> None:
    desk, homing = spooled.desk, Homing(spooled.desk.office)
    spooled.store.away = True
    entry = spooled.run(desk.register(X1, registration(1), "k1"))
    spooled.store.away = False
    spool = desk.office.spool
    assert spool is not None
    taken = spool.submit(homing._take).result(10)
    spooled.store.submit(lambda tx: homing._enter_all(tx, taken)).result(10)
    spooled.clock.passes(minutes=2)  # it died here; its lease ends
    assert spooled.run(homing.once()) == 1
    assert states(spooled) == [entry["id"]]


def test_a_slip_entered_on_both_sides_comes_home_marked(spooled: Town) -> None:
    desk, homing = spooled.desk, Homing(spooled.desk.office)
    (number,) = slip_numbers(OutletId("x1"), MORNING, 1)
    spooled.store.away = True
    away = spooled.run(desk.register(X1, registration(1, slip=number), "k1"))
    spooled.store.away = False
    home = spooled.run(desk.register(X1, registration(2, slip=number), "k2"))
    spooled.clock.passes(minutes=2)
    assert spooled.run(homing.once()) == 1
    assert states(spooled) == sorted([away["id"], home["id"]])
    assert spooled.run(desk.entry(X1, home["id"]))["slip"] == number
    assert spooled.run(desk.entry(X1, away["id"]))["slip"] == f"{number} #2"
