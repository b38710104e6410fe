"""A console with real parts on a real port: store, accounts, sight, pages. Only the watching itself stands still."""

import asyncio
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import httpx
import uvicorn
from argon2 import PasswordHasher

from hecha.edges.api.desk import Desk
from hecha.edges.api.memory_entrance import MemoryAnswer, MemoryEntrance
from hecha.edges.clock import MovableClock
from hecha.edges.notify import outbox
from hecha.edges.notify.contacts import OrganizationContacts
from hecha.edges.notify.desk import Follow, NoticeDesk
from hecha.edges.notify.links import Links
from hecha.edges.organization.roster import Roster
from hecha.edges.procedure.bookkeeping import Ground
from hecha.edges.procedure.loop import ProcedureLoop
from hecha.edges.procedure.procedure import Procedure
from hecha.edges.procedure.receipts import receipts
from hecha.edges.sandbox.accounts import sandbox_principals
from hecha.edges.sandbox.population import Citizen, Population
from hecha.edges.sandbox.staff import Staffing, move_in
from hecha.edges.store.accounts import Accounts
from hecha.edges.store.keys import fresh_keys
from hecha.edges.store.store import Store
from hecha.edges.watch.loop import WatchLoop
from hecha.edges.web.app import console
from hecha.edges.web.site import Site
from hecha.flow.convey import Contacts
from hecha.flow.picture import Picture
from hecha.network.branches import Branches
from hecha.organization.principal import Principal
from hecha.organization.units import Units
from hecha.verification.outcome import Outcome
from tests.console import demo

LIGHT = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Fast enough to sign in a hundred times; what argon2 costs is not what these tests are about."""
STARTS_WITHIN_S = 20


class Chain(MemoryEntrance):
    """The chain in memory, over the sandbox's population, with photos."""

    def __init__(self, population: Population, clock: MovableClock) -> None:
        super().__init__(self._truth_of, clock)
        self._population = population

    def _truth_of(self, name: str, number: str) -> Outcome:
        found = self._population.find(number)
        if found is None:
            return Outcome.NOT_FOUND
        return Outcome.MATCH_PHOTO if found.name == name else Outcome.NAME_MISMATCH

    def _answer(self, body: Mapping[str, Any], serial: int) -> MemoryAnswer:
        answer = super()._answer(body, serial)
        found = self._population.find(body["subject"]["number"])
        if answer.outcome is not Outcome.MATCH_PHOTO or found is None:
            return answer
        return replace(answer, photo=b64encode(found.photo).decode(), issuing_authority=found.card_authority)


@dataclass
class Town:
    """Runs until `close`."""

    clock: MovableClock = field(default_factory=lambda: MovableClock(demo.START))
    people: dict[str, Principal] = field(default_factory=dict)
    url: str = "sqlite://"
    contacts: Contacts | None = None  # the sandbox's own people

    def __post_init__(self) -> None:
        self.people = {who.account: who for who in sandbox_principals(demo.network())}
        self._readers: dict[tuple[str, str], dict[str, str]] = {}
        self.population = Population(demo.network())
        self.store = Store(self.url, fresh_keys())
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="town")
        self._thread.start()
        self._await_start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._build())
        self._loop.run_until_complete(self._server.serve(sockets=[self._socket]))

    async def _build(self) -> None:
        loop = WatchLoop(demo.network(), [demo.plan()], self.store, clock=self.clock)
        loop.picture = demo.calm()
        accounts = Accounts(self.store, self.clock, LIGHT)
        await accounts.create([(login, password(login), who) for login, who in self.people.items()], sandbox=True)
        self.chain = Chain(self.population, self.clock)
        desk = Desk(self.store, demo.network(), self.chain, lambda: loop.picture, self.clock)
        units, rules = Units(demo.network()), demo.plan().organization
        roster = Roster(self.store, units, rules, self.clock)
        ground = Ground(demo.network(), Branches(demo.network()), (demo.plan(),), roster)
        bump = partial(loop.topics.bump, "incident", "duties")
        procedure = Procedure(self.store, ground, outbox.put, self.clock, bump, hear=outbox.hear)
        staff = Staffing(demo.network(), units, rules).everybody({who.unit for who in self.people.values()})
        await self.store.write(lambda tx: move_in(tx, staff, demo.START))
        contacts = self.contacts or OrganizationContacts(roster.now)
        self.notices = notice_desk(self.store, self.clock, contacts, receipts(procedure.registry))
        self.notices = replace(self.notices, on_change=partial(loop.topics.bump, "inbox"))
        self.site = Site(
            demo.network(),
            (demo.plan(),),
            self.store,
            loop,
            desk,
            self.clock,
            accounts,
            procedure,
            self.notices,
            roster,
            sandbox=True,
        )
        config = uvicorn.Config(console(self.site), log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)

    def _await_start(self) -> None:
        ends = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < ends and self._thread.is_alive():
            if getattr(self, "_server", None) is not None and self._server.started:
                return
            time.sleep(0.02)
        raise AssertionError("the console did not start")

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        with closing(self._socket):
            self.store.close()

    def browser(self) -> httpx.Client:
        """A browser that nobody has signed in with."""
        return httpx.Client(base_url=self.address, timeout=20, headers={"origin": self.address})

    def as_(self, login: str, language: str = "zh") -> httpx.Client:
        """A browser of somebody who has signed in."""
        client = self.browser()
        fields = {"csrf": token_in(client.get("/sign-in").text), "login": login, "password": password(login)}
        answer = client.post("/sign-in", data=fields)
        assert answer.status_code == 303, answer.text
        client.get(f"/language/{language}")
        return client

    def reader(self, login: str, language: str = "zh") -> httpx.Client:
        """The same, for tests that only read: one session serves them all."""
        if (login, language) not in self._readers:
            self._readers[login, language] = dict(self.as_(login, language).cookies)
        client = self.browser()
        client.cookies.update(self._readers[login, language])
        return client

    def citizen(self, index: int = 7) -> Citizen:
        """Somebody of the sandbox whose record is in order."""
        people = (self._population_at(at) for at in range(index, index + 1000))
        return next(one for one in people if one.has_photo and not one.card_lost and not one.card_invalid)

    def _population_at(self, index: int) -> Citizen:
        return self.population.citizen(index)

    def happens(self, picture: Picture, within_s: float = STARTS_WITHIN_S) -> None:
        """The watch has seen this, and the procedure has followed."""
        self.shows(picture)
        loop = ProcedureLoop(self.site.procedure, lambda: picture)
        asyncio.run_coroutine_threadsafe(loop.step(), self._loop).result(within_s)
        assert not loop.trouble, loop.trouble

    def shows(self, picture: Picture) -> None:
        """The watch loop has seen this."""

        def change() -> None:
            self.site.loop.picture = picture
            self.site.loop.topics.bump("board", "network", "incident", "counter")

        self._loop.call_soon_threadsafe(change)
        ends = time.monotonic() + STARTS_WITHIN_S
        while self.site.loop.picture is not picture and time.monotonic() < ends:
            time.sleep(0.005)


def notice_desk(store: Store, clock: MovableClock, contacts: Contacts, follow: Follow) -> NoticeDesk:
    """Notices over the demonstration province, with no channel set."""
    return NoticeDesk(store, Units(demo.network()), contacts, clock, Links(store.keys), follow=follow)


def password(login: str) -> str:
    return f"{login}-secret"


def token_in(html: str) -> str:
    """The first form's CSRF token."""
    return html.split('name="csrf" value="')[1].split('"')[0]
