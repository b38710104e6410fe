"""A town for stories: a small province, a chain that answers pings by its path expressions, a clock that is moved.

    town = await Town.open(tmp_path)
    town.breaks("front/a", "front/b")
    await town.passes(hours=8)
    assert town.fault("front/a").is_event

The chain knows what is broken; the watch only sees what comes back from pings and counters.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from hecha.edges.clock import MovableClock
from hecha.edges.files.network_folder import load_network
from hecha.edges.files.plan_folder import load_plan
from hecha.edges.hops.wire import OutcomeRow, Outcomes, Pong, Step
from hecha.edges.store.keys import fresh_keys
from hecha.edges.store.store import Store
from hecha.edges.watch.loop import WatchLoop
from hecha.flow.picture import ComponentState, State, WatchedFault
from hecha.kernel.ids import Access, AreaCode, BankId, ComponentId, Mode, OutletId, UnitId
from hecha.network.model import AllOf, Area, AreaKind, Bank, Expression, Network, Outlet, Part
from hecha.organization.principal import Principal, Role

ZONE = timezone(timedelta(hours=8))
MORNING = datetime(2026, 3, 12, 8, 0, tzinfo=ZONE)
ENTRANCES = ("entrance-web", "entrance-bank")
WEB = ("account-system", "credit-system", "direct-login")

LEADER = Principal("leader", "组长", Role.LEADER, UnitId("pbc/33"))
BRANCH = Principal("branch", "科技处", Role.BRANCH, UnitId("pbc/33"))
COUNTY = Principal("county", "支行", Role.BRANCH, UnitId("pbc/330103"))
ENGINEER = Principal("engineer", "运维", Role.ENGINEER, UnitId("bank/Z"))
CLERK = Principal("clerk", "柜员", Role.CLERK, UnitId("outlet/x1"), OutletId("x1"))


def small_province() -> Network:
    """Two cities with three counties; X enters nationally, Z through the province, Y by the web only."""
    areas = [
        Area(AreaCode("33"), "浙江省", AreaKind.PROVINCE),
        Area(AreaCode("3301"), "甲市", AreaKind.CITY, AreaCode("33")),
        Area(AreaCode("3302"), "乙市", AreaKind.CITY, AreaCode("33")),
        Area(AreaCode("330101"), "甲一县", AreaKind.COUNTY, AreaCode("3301")),
        Area(AreaCode("330102"), "甲二县", AreaKind.COUNTY, AreaCode("3301")),
        Area(AreaCode("330201"), "乙一县", AreaKind.COUNTY, AreaCode("3302")),
    ]
    banks = [("X", Access.NATIONAL), ("Y", Access.NONE), ("Z", Access.LOCAL)]
    outlets = [
        ("x1", "X", "330101"),
        ("x2", "X", "330102"),
        ("x3", "X", "330201"),
        ("y1", "Y", "330101"),
        ("y2", "Y", "330201"),
        ("z1", "Z", "330101"),
        ("z2", "Z", "330102"),
        ("z3", "Z", "330201"),
    ]
    return Network(
        name="small",
        zh="小省",
        revision="2026-01-01",
        areas={area.code: area for area in areas},
        banks={BankId(name): Bank(BankId(name), f"{name}银行", access) for name, access in banks},
        outlets={OutletId(o): Outlet(OutletId(o), o, BankId(bank), AreaCode(county)) for o, bank, county in outlets},
        paths=load_network("zhejiang").paths,
    )


@dataclass
class Chain:
    """Answers pings as the real chain would: it walks the path expression over what is broken."""

    network: Network
    clock: MovableClock
    broken: set[str] = field(default_factory=set)
    slow_ms: dict[str, float] = field(default_factory=dict)
    spoiled: set[str] = field(default_factory=set)  # pings pass, answers are damaged
    closed: bool = False  # outside service hours: the chain turns everybody away
    silent: bool = False  # the entrances themselves cannot be reached
    frozen: set[str] = field(default_factory=set)  # they take connections and say nothing: time-outs
    late_s: float = 0.0  # how late the machine is with everything
    elapsed_s: float = 0.0  # what the loop's stopwatch shows
    rows: list[OutcomeRow] = field(default_factory=list)
    pings: int = 0

    async def ping(
        self, *, outlet: str = "", mode: str = "", entry: str = "", via: str = "", target: str = "", id: str = "p"
    ) -> Pong:
        self.pings += 1
        self.elapsed_s += self.late_s
        if target in ENTRANCES:
            return Pong(id, True, [Step(target, 0.0)])
        if self.silent:
            return Pong(id, False, [Step("entrance", 0.0, "refused")])
        if self.closed:
            return Pong(id, False, [Step("front/a", 0.0, "closed")], "front/a")
        return self.walk(self._way(outlet, mode, entry, via), id, via, target, entry)

    async def outcomes(self, after: int = 0, limit: int = 1000) -> Outcomes:
        rows = [row for row in self.rows if row.seq > after]
        return Outcomes("entrance", f"{after + len(rows):064x}", rows[:limit], len(rows) > limit)

    def asked(self, outlet: str, mode: Mode, outcome: str = "", card_city: str = "") -> str:
        """A clerk verifies somebody: the attempt is journalled. What the police say is `outcome`."""
        way = self._way(outlet, mode, "", "")
        pong = self.walk(way, "r", "", "", "")
        damaged = next((name for step in way for name in step if name in self.spoiled), "")
        if damaged:
            pong = Pong("r", False, [Step(damaged, 1.0, "bad_mac")], damaged)
        said = (outcome or "match_photo") if pong.reached else "unavailable"
        bank, at = str(self.network.outlets[OutletId(outlet)].bank), self.clock().timestamp()
        row = OutcomeRow(len(self.rows) + 1, at, outlet, bank, mode, "", said, 5.0, pong.path, pong.broke_at, card_city)
        self.rows.append(row)
        return said

    def walk(self, way: list[list[str]], id: str, via: str, target: str, entry: str) -> Pong:
        path: list[Step] = []
        for options in way:
            forced = [name for name in options if name == via] or options
            passed = ""
            for name in forced:
                ms = self.slow_ms.get(name, 1.0)
                result = "refused" if name in self.broken else "timeout" if name in self.frozen else "ok"
                path.append(Step(name, ms, result))
                if result == "ok":
                    passed = name
                    break
            if not passed:
                return Pong(id, False, path, forced[-1])
            if target == passed:
                break
        return Pong(id, True, path)

    def _way(self, outlet: str, mode: str, entry: str, via: str) -> list[list[str]]:
        """The components in the order they are passed, alternatives together."""
        access = self._access(outlet, mode, entry, via)
        path = self.network.paths[access, Mode(mode or Mode.NON_INTERFACE)]
        steps = [_names(one) for one in (path.operands if isinstance(path, AllOf) else (path,))]
        web = [step for step in steps if step[0] in WEB]
        steps = [step for step in steps if step[0] not in WEB]
        own = [step for step in steps if "{" in step[0]]
        entered = [[entry]] if entry in WEB else web
        filled = [[self._filled(name, outlet, entry) for name in step] for step in own] if outlet else []
        if entry.startswith("bank/"):
            filled = [[entry]]
        above = [step for step in steps if "{" not in step[0]]
        bare = not outlet and not entry
        return filled + ([] if bare else entered) + above

    def _access(self, outlet: str, mode: str, entry: str, via: str) -> Access:
        if outlet:
            return self.network.banks[self.network.outlets[OutletId(outlet)].bank].access
        if entry.startswith("bank/"):
            return self.network.banks[BankId(entry.split("/")[1])].access
        return Access.NATIONAL if via == "hq-interconnect" else Access.LOCAL

    def _filled(self, name: str, outlet: str, entry: str) -> str:
        place = self.network.outlets[OutletId(outlet)]
        city = self.network.city_of(place.county)
        return name.format(outlet=outlet, county=place.county, city=city, bank=place.bank, province="33")


def _names(one: Expression) -> list[str]:
    return [one.name] if isinstance(one, Part) else [name for each in one.operands for name in _names(each)]


class _Second:
    """The other entrance: the same chain, and a journal in which nothing stands."""

    def __init__(self, chain: Chain) -> None:
        self.ping = chain.ping

    async def outcomes(self, after: int = 0, limit: int = 1000) -> Outcomes:
        return Outcomes("entrance-bank", "", [])


@dataclass
class Town:
    """The story's handles."""

    network: Network
    clock: MovableClock
    chain: Chain
    url: str
    plans: list[str]
    store: Store
    loop: WatchLoop

    # what happens

    def breaks(self, *components: str) -> None:
        self.chain.broken.update(components)

    def mends(self, *components: str) -> None:
        self.chain.broken.difference_update(components)

    async def passes(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0, turn_s: float = 0) -> None:
        """Time goes on in turns of the loop (a minute each for hours); in a turn pings are sent, answered and heard."""
        turn_s = turn_s or (60 if hours else 30)
        end = self.clock() + timedelta(hours=hours, minutes=minutes, seconds=seconds)
        while (left := (end - self.clock()).total_seconds()) > 0:
            self.clock.passes(seconds=min(turn_s, left))
            await self.turn()

    async def turn(self) -> None:
        await self.loop.step()
        await self.loop.settle()
        await self.loop.step()

    async def restarts(self) -> None:
        """The process dies (nothing is closed in order but the file) and a new one takes over."""
        self.store.close()
        self.store = Store(self.url, fresh_keys())
        self.loop = _loop(self.network, self.plans, self.store, self.chain, self.clock)

    # what is seen

    def component(self, name: str) -> ComponentState:
        return self.loop.picture.components[ComponentId(name)]

    def state(self, outlet: str, mode: Mode) -> State:
        return self.loop.picture.outlets_not_up.get(OutletId(outlet), {}).get(mode, State.UP)

    def fault(self, component: str) -> WatchedFault:
        return next(one for one in self.loop.picture.faults if component in one.components)

    def grade(self, plan: str = "zhejiang") -> int | None:
        grade = self.loop.picture.advice[plan]["grade"]
        return None if grade is None else int(grade["level"])

    def facts(self, kind: str = "") -> list[str]:
        from hecha.edges.store import ledger

        with self.store.read() as connection:
            return [one.fact.kind for one in ledger.read(connection, kind=kind, limit=10_000)]


def _loop(network: Network, plans: list[str], store: Store, chain: Chain, clock: MovableClock) -> WatchLoop:
    entrances = dict(zip(ENTRANCES, (chain, _Second(chain)), strict=True))
    chosen = [load_plan(name) for name in plans]
    return WatchLoop(network, chosen, store, entrances=entrances, clock=clock, stopwatch=lambda: chain.elapsed_s)


@asynccontextmanager
async def opened(
    folder: Path, *, network: Network | None = None, plans: list[str] | None = None, known: bool = True
) -> AsyncIterator[Town]:
    """A town on SQLite in a folder. `known`: a first sweep has been made, everything is up."""
    here, clock = network or small_province(), MovableClock(MORNING)
    chain, url = Chain(here, clock), f"sqlite:///{folder / 'hecha.db'}"
    store = Store(url, fresh_keys())
    chosen = plans or ["zhejiang"]
    town = Town(here, clock, chain, url, chosen, store, _loop(here, chosen, store, chain, clock))
    try:
        if known:
            await town.passes(minutes=6)
        yield town
    finally:
        town.store.close()
