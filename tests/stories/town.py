"""A whole province for stories over HTTP: the console as it is assembled, a chain in memory, a clock that is moved.

    async with opened(tmp_path) as town:
        town.breaks("front/a", "front/b")
        await town.passes(hours=9)
        page = await town.at("pbc/33", "group/leader").page("/duties")

Everybody who holds a post has an account; people act through the pages' forms and the API only.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx

from hecha.edges.api.memory_entrance import MemoryAnswer
from hecha.edges.assemble import Given, House, console
from hecha.edges.clock import MovableClock
from hecha.edges.files.network_folder import load_network
from hecha.edges.files.plan_folder import load_plan
from hecha.edges.hops.entrance_client import EntranceClient
from hecha.edges.hops.wire import Step
from hecha.edges.sandbox.staff import Staffing, move_in
from hecha.edges.settings import Settings
from hecha.incident.event import Incident
from hecha.kernel.duties import Duty
from hecha.kernel.ids import Mode, OutletId, UnitId
from hecha.organization.people import Person
from hecha.organization.principal import Principal, Role
from hecha.plan.model import Plan, Reading
from hecha.verification.outcome import Outcome
from tests.detection.town import MORNING, Chain, _Second

NETWORK = Path(__file__).parent / "network"
PASSWORD = "story-password-of-everybody"  # they are invented


class StoryChain(Chain):
    """Also verifies citizens: whichever mode of the outlet works, as inside one request of the real entrance."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.truth: dict[str, Outcome] = {}
        self.verified: list[str] = []

    async def verify_body(self, body: Mapping[str, Any], key: str) -> MemoryAnswer:
        outlet, number = str(body["outlet"]), str(body["subject"]["number"])
        for mode in self._modes(outlet, str(body.get("mode") or "")):
            truth = self.truth.get(number, Outcome.MATCH_PHOTO)
            said = self.asked(outlet, mode, truth.value)
            if said != Outcome.UNAVAILABLE.value:
                self.verified.append(number)
                return self._answer(Outcome(said), mode)
        return self._answer(Outcome.UNAVAILABLE, Mode.NON_INTERFACE)

    def _modes(self, outlet: str, wanted: str) -> list[Mode]:
        access = self.network.banks[self.network.outlets[OutletId(outlet)].bank].access
        known = [mode for mode in Mode if (access, mode) in self.network.paths]
        return sorted(known, key=lambda mode: mode.value != wanted)

    def _answer(self, outcome: Outcome, mode: Mode) -> MemoryAnswer:
        step = Step("relay", 1.0, "ok" if outcome is not Outcome.UNAVAILABLE else "refused")
        return MemoryAnswer(f"V{len(self.rows)}", outcome, mode.value, (step,), self.clock().isoformat())


class _Bank(_Second):
    """The other entrance: the same chain, which also verifies; its journal is the first one's."""

    def __init__(self, chain: StoryChain) -> None:
        super().__init__(chain)
        self.verify_body = chain.verify_body


@dataclass
class Somebody:
    """A person at a browser. `page` reads, `does` sends a form as the page would, `asks` uses the API."""

    town: "Town"
    principal: Principal
    http: httpx.AsyncClient
    csrf: str

    async def page(self, path: str) -> str:
        answer = await self.http.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {_said(answer.text)}"
        return answer.text

    async def does(self, path: str, **fields: Any) -> str:
        """Send a form; returns where it leads. Fails with the page's own words when it is refused."""
        answer = await self.http.post(path, data={"csrf": self.csrf, **fields})
        assert answer.status_code == 303, f"{path}: {answer.status_code} {_said(answer.text)}"
        return answer.headers["location"]

    async def is_refused(self, path: str, **fields: Any) -> str:
        """The same for what must not be: returns the words of the refusal."""
        answer = await self.http.post(path, data={"csrf": self.csrf, **fields})
        assert answer.status_code in (403, 404, 409, 422), f"{path}: {answer.status_code}"
        return _said(answer.text)

    async def asks(self, path: str) -> Any:
        answer = await self.http.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()


@dataclass
class Town:
    """The story's handles."""

    house: House
    app: Any
    chain: StoryChain
    clock: MovableClock
    people: Mapping[str, Person]
    _signed_in: dict[str, Somebody] = field(default_factory=dict)

    # what happens

    def breaks(self, *components: str) -> None:
        self.chain.broken.update(components)

    def mends(self, *components: str) -> None:
        self.chain.broken.difference_update(components)

    async def passes(self, *, hours: float = 0, minutes: float = 0, turn_s: float = 60) -> None:
        """Time goes on in turns; in each the watch looks, the procedure follows, and the workers work."""
        end = self.clock() + timedelta(hours=hours, minutes=minutes)
        while (left := (end - self.clock()).total_seconds()) > 0:
            self.clock.passes(seconds=min(turn_s, left))
            await self.turn()

    async def until(self, moment: datetime, turn_s: float = 60) -> None:
        await self.passes(minutes=(moment - self.clock()).total_seconds() / 60, turn_s=turn_s)

    async def turn(self) -> None:
        loop = self.house.site.loop
        await loop.step()
        await loop.settle()
        await loop.step()
        await self.house.procedure_loop.step()
        await self.house.runner.drain.once()
        assert not self.house.trouble, self.house.trouble

    # who is there

    async def at(self, unit: str, post: str) -> Somebody:
        """The holder of a post, signed in."""
        held = self.house.site.organization.who_holds(UnitId(unit), post, self.clock())
        assert held, f"nobody holds {post} in {unit}"
        person = held[0].person
        role = Role.LEADER if held[0].seat.post in ("group/leader", "group/deputy") else Role.BRANCH
        if unit.startswith("bank/") and role is Role.BRANCH:
            role = Role.ENGINEER
        return await self._sign_in(Principal(person.account, person.name, role, person.unit))

    async def clerk(self, outlet: str) -> Somebody:
        """A clerk at an outlet's counter."""
        where = OutletId(outlet)
        return await self._sign_in(Principal(f"clerk-{outlet}", "柜员", Role.CLERK, UnitId(f"outlet/{outlet}"), where))

    async def _sign_in(self, who: Principal) -> Somebody:
        """Sessions end after a while, as they do."""
        known = self._signed_in.get(who.account)
        if known is not None and (await known.http.get("/duties")).status_code == 200:
            return known
        await self.house.site.accounts.create([(who.account, PASSWORD, who)], sandbox=True)
        transport = httpx.ASGITransport(self.app)
        http = httpx.AsyncClient(transport=transport, base_url="http://console", headers={"origin": "http://console"})
        form = {"csrf": _csrf((await http.get("/sign-in")).text), "login": who.account, "password": PASSWORD}
        answer = await http.post("/sign-in", data=form)
        assert answer.status_code == 303, _said(answer.text)
        first = await http.get("/duties")
        self._signed_in[who.account] = Somebody(self, who, http, _csrf(first.text))
        return self._signed_in[who.account]

    # what is seen

    def incidents(self) -> list[Incident]:
        return list(reversed(self.house.site.procedure.newest("incident")))

    def incident(self) -> Incident:
        """The only one."""
        (found,) = self.incidents()
        return found

    def owed(self, unit: str) -> list[str]:
        """What a unit owes, by its words, the soonest first."""
        return [one.what for one in self.house.site.procedure.duties([unit])]

    def duties(self, incident: str) -> list[Duty]:
        return self.house.site.procedure.duties_of(incident)

    def facts(self, incident: str) -> list[str]:
        return [one.fact.kind for one in self.house.site.procedure.timeline(incident)]

    async def close(self) -> None:
        for somebody in self._signed_in.values():
            await somebody.http.aclose()
        self.house.site.store.close()


@asynccontextmanager
async def opened(
    tmp_path: Path, *, also_plans: tuple[str, ...] = (), without: tuple[str, ...] = ()
) -> AsyncIterator[Town]:
    """The console on SQLite in a folder; a first sweep has been made, everything is up, everybody is in place.

    `without`: clauses whose rules are taken out of the plan."""
    clock, network = MovableClock(MORNING), load_network(str(NETWORK))
    chain = StoryChain(network, clock)
    given: Any = {"entrance-web": chain, "entrance-bank": _Bank(chain)}
    entrances = cast(Mapping[str, EntranceClient], given)
    url = f"sqlite:///{tmp_path / 'hecha.db'}"
    settings = Settings(tmp_path, "zhejiang", also_plans, str(NETWORK), url, "127.0.0.1", 9700)
    plans = (plan_without(without), *(load_plan(name) for name in also_plans))
    app = console(settings, clock, Given(entrances, plans))
    house: House = app.state.house
    site = house.site
    staff = [
        replace(one, account=one.account or str(one.id)) if isinstance(one, Person) else one
        for one in Staffing(network, site.units, site.plan.organization).everybody()
    ]
    await site.store.write(lambda tx: move_in(tx, staff, clock()))
    people = {str(one.id): one for one in staff if isinstance(one, Person)}
    town = Town(house, app, chain, clock, people)
    try:
        await town.passes(minutes=6, turn_s=30)
        yield town
    finally:
        await town.close()


def plan_without(clauses: tuple[str, ...]) -> Plan:
    """The province's plan, with the rules of some clauses taken out (their gists stay)."""
    return cast(Plan, _pruned(load_plan("zhejiang"), frozenset(clauses)))


def _pruned(value: Any, gone: frozenset[str]) -> Any:
    """The same value without anything in it that stands under one of these clauses."""
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(_pruned(one, gone) for one in value if getattr(one, "clause", None) not in gone)
    if isinstance(value, Plan | Reading) or (is_dataclass(value) and type(value).__module__.startswith("hecha.plan")):
        changed = {one.name: _pruned(getattr(value, one.name), gone) for one in fields(value)}
        return replace(value, **{name: one for name, one in changed.items() if name != "clauses"})
    if isinstance(value, Mapping) and any(isinstance(one, Reading) for one in value.values()):
        return {name: _pruned(one, gone) for name, one in value.items()}
    return value


def _csrf(html: str) -> str:
    return html.split('name="csrf" value="')[1].split('"')[0]


def _said(html: str) -> str:
    """The words of a page, without mark-up."""
    main = html.split("<main", 1)[-1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))[:600]
