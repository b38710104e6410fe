"""What an entrance spooled comes home to the real register of the console: once, whole, and under the bank's name."""

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from typing import cast

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from hecha.edges.api.app import api
from hecha.edges.api.desk import Desk
from hecha.edges.api.memory_entrance import MemoryEntrance
from hecha.edges.api.signing_in import Tokens
from hecha.edges.clock import system_clock
from hecha.edges.hops import entrance_register
from hecha.edges.notify.desk import NoticeDesk
from hecha.edges.store.keys import fresh_keys
from hecha.edges.store.store import Store
from hecha.flow.situation import unknown_picture
from hecha.kernel.ids import UnitId
from hecha.organization.principal import Principal, Role
from hecha.verification.outcome import Outcome
from tests.entrances.rogue import Rogue
from tests.entrances.test_registrations import FORM, delivered

BANK = Principal("engineer", "技术员", Role.ENGINEER, UnitId("bank/loc"))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(entrance_register, "DELIVER_EVERY_S", 0.02)
    monkeypatch.setattr(entrance_register, "AWAY_S", 0.02)


@asynccontextmanager
async def console(desk, tokens, bound):
    """The console's API on a bound socket, for as long as the block lasts."""
    picture = unknown_picture(desk.office.network, system_clock())
    notices = cast(NoticeDesk, None)  # nobody is told anything here
    inner = api(desk, lambda: picture, notices=notices, tokens=tokens, sessions=lambda request: None)
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=[Mount("/api", inner)]), log_level="warning"))
    serving = asyncio.ensure_future(server.serve([bound]))
    for _ in range(1000):
        if server.started:
            break
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def test_registered_while_the_console_was_away_each_is_in_the_register_once(tmp_path):
    async def tell():
        bound = socket.socket()
        bound.bind(("127.0.0.1", 0))  # the port is ours, but nobody listens yet: the console is away
        address = f"127.0.0.1:{bound.getsockname()[1]}"
        async with Rogue(tmp_path, console=address) as rogue:
            store = Store(f"sqlite:///{tmp_path / 'hecha.db'}", fresh_keys())
            picture = unknown_picture(rogue.network, system_clock())
            truth = MemoryEntrance(lambda name, number: Outcome.MATCH_PHOTO, system_clock)
            desk = Desk(store, rogue.network, truth, lambda: picture)
            tokens = Tokens({}).also({"bank/loc": rogue.config.tokens["loc"]})
            entrance = rogue.entrance
            await entrance.registrar.start()
            try:
                for n in range(5):
                    status, _ = await entrance.register("loc", json.dumps(FORM).encode(), f"k{n}")
                    assert status == 202
                async with console(desk, tokens, bound):
                    await delivered(entrance, 5)
                    again = await entrance.register("loc", json.dumps(FORM).encode(), "k0")
                    straight = await entrance.register("loc", json.dumps(FORM).encode(), "new")
                entries = desk.registrations(BANK)["items"]
                fields = await desk.entry(BANK, entries[0]["id"])
            finally:
                await entrance.registrar.close()
                store.close()
        return again, straight, entries, fields

    again, straight, entries, fields = asyncio.run(tell())
    assert (again[0], straight[0]) == (201, 201)
    assert len(entries) == 6
    assert json.loads(again[1])["id"] in {entry["id"] for entry in entries}
    assert {entry["institution"] for entry in entries} == {"bank/loc"}
    assert {entry["outlet"] for entry in entries} == {"l1"}
    assert fields["subject"]["name"] == FORM["subject"]["name"]
    assert fields["contact"]["telephone"] == FORM["contact"]["telephone"]
