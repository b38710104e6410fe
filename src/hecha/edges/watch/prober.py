"""Probes the chain with hop pings, which leave no trace in any journal.

| what | how often |
|---|---|
| what all share, from the entries to the police; idle standbys by a forced route | each second |
| every bank's core | every 10 seconds, sooner while it fails |
| each entrance by itself, no further: what is late there says how late we are (`flow.strain`) | each second |
| every outlet in every mode | every 5 minutes, spread evenly; suspicious ones every 5 seconds |

What all share has a lane of its own; of the rest at most `UNDER_WAY_MAX` are under way and `WAITING_MAX` wait, and what
does not fit comes with a later turn.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import gcd
from time import perf_counter
from typing import Protocol

from hecha.edges.clock import Clock
from hecha.edges.hops.wire import Pong
from hecha.flow.diagnose import Evidence, says_nothing
from hecha.flow.live import Live
from hecha.flow.picture import State
from hecha.flow.watch import Way
from hecha.kernel.errors import HechaError
from hecha.kernel.ids import Access, ComponentId, Mode
from hecha.kernel.observation import Observation, Source

UNDER_WAY_MAX = 32
WAITING_MAX = 400
CORE_EVERY_S = 10.0
SUSPICIOUS_EVERY_S = 5.0
SUSPICIOUS_A_TURN = 40
FIRST_SWEEP_S = 120.0
"""The first round over all outlets is quicker, so that a new board is soon known."""
PROMPT_S = 0.4
PAUSE_S_MAX = 60.0  # a longer pause of the loop is not made up for
PING_TIMEOUT_S = 2.5
WEB, BANK = "entrance-web", "entrance-bank"


class Pinger(Protocol):
    """An entrance, as `hecha.edges.hops.entrance_client.EntranceClient` speaks to it."""

    async def ping(
        self, *, outlet: str = "", mode: str = "", entry: str = "", via: str = "", target: str = "", id: str = "ping"
    ) -> Pong: ...


@dataclass(frozen=True, slots=True)
class Probe:
    """One ping. `proves`: what is passed when it comes through, beyond the steps of its path."""

    entrance: str
    mode: str = ""
    entry: str = ""
    via: str = ""
    target: str = ""
    way: Way | None = None
    proves: tuple[ComponentId, ...] = ()


@dataclass(frozen=True, slots=True)
class Echo:
    """What came of a probe; `pong` None: no entrance said anything."""

    probe: Probe
    pong: Pong | None
    at: datetime
    ms: float


class Prober:
    """Sends what is due each turn; `echoes` holds what has come back."""

    def __init__(
        self, pingers: Mapping[str, Pinger], live: Live, clock: Clock, stopwatch: Callable[[], float] = perf_counter
    ) -> None:
        self._pingers, self._live, self._clock, self._stopwatch = pingers, live, clock, stopwatch
        self._calls: dict[str, float] = {}  # calls to the entrances themselves, under way since then
        self._shared = list(_shared(live))
        self._callings = [Probe(name, target=name) for name in pingers]
        self._cores = [ComponentId(name) for name in live.watch.chain.shared if name.startswith("bank/")]
        self._ways = list(_ways(live))
        self._next_way = 0
        self._owed_ways = 0.0
        self._swept = 0
        self._core_due: dict[ComponentId, float] = {}
        self._again: dict[Way, float] = {}
        self._last = float("-inf")
        self._tasks: set[asyncio.Task[None]] = set()
        self._first: set[asyncio.Task[None]] = set()
        self._lane = asyncio.Semaphore(UNDER_WAY_MAX)
        self._busy: set[Probe] = set()
        self.echoes: list[Echo] = []

    def turn(self, now: datetime) -> None:
        """Send what is due now. Never waits."""
        if not self._pingers:
            return
        moment = now.timestamp()
        passed = min(max(moment - self._last, 0.0), PAUSE_S_MAX)
        self._last = moment
        sent = [self._send(probe, self._ping(probe)) for probe in self._shared]
        calls = [self._send(probe, self._call(probe.entrance)) for probe in self._callings]
        self._first = {task for task in (*sent, *calls) if task is not None}
        for probe in [*self._due_cores(moment), *self._suspicious(moment), *self._due_ways(passed)]:
            self._send(probe, self._ping_in_lane(probe))

    def hear(self) -> None:
        """Tell the live province what has come back since the last call."""
        echoes, self.echoes = self.echoes, []
        for began in self._calls.values():
            self._note_call(began)  # not back yet: so late at least
        for echo in echoes:
            take(echo, self._live)

    async def prompt(self) -> None:
        """Give what all share a moment to answer, so that a loss is judged in the turn in which it is met."""
        if self._first:
            await asyncio.wait(self._first, timeout=PROMPT_S)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def settle(self) -> None:
        """Wait until all pings under way have come back."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- what is due -------------------------------------------------------------------------------------------------

    def _due_cores(self, moment: float) -> Iterator[Probe]:
        for number, core in enumerate(self._cores):
            due = self._core_due.setdefault(core, moment + CORE_EVERY_S * number / len(self._cores))
            if due <= moment:
                state = self._live.watch.components[core].state
                self._core_due[core] = moment + (CORE_EVERY_S if state is State.UP else 1.0)
                yield Probe(BANK, Mode.INTERFACE, entry=core, target=core, proves=(core,))

    def _suspicious(self, moment: float) -> Iterator[Probe]:
        ways = self._live.watch.suspicious()
        for way in [way for way in ways if self._again.get(way, 0.0) <= moment][:SUSPICIOUS_A_TURN]:
            self._again[way] = moment + SUSPICIOUS_EVERY_S
            yield self._of_way(way)
        if len(self._again) > 10 * SUSPICIOUS_A_TURN:
            self._again = {way: due for way, due in self._again.items() if due > moment}

    def _due_ways(self, passed: float) -> Iterator[Probe]:
        """So many of the round as this turn's share of time."""
        round_s = FIRST_SWEEP_S if self._swept == 0 else self._live.watch.pace.way_s
        room = WAITING_MAX - len(self._tasks)
        self._owed_ways = min(self._owed_ways + len(self._ways) * passed / round_s, float(max(room, 0)))
        while self._owed_ways >= 1:
            self._owed_ways -= 1
            way = self._ways[self._next_way]
            self._next_way = (self._next_way + 1) % len(self._ways)
            self._swept += self._next_way == 0
            yield self._of_way(way)

    def _of_way(self, way: Way) -> Probe:
        """The whole way; only up to the city's line while what lies above is known to be lost."""
        entrance = BANK if way[1] is Mode.INTERFACE else WEB
        target = self._last_own_part(way) if self._live.lost_above(way) else ""
        return Probe(entrance, way[1], target=target, way=way)

    def _last_own_part(self, way: Way) -> str:
        outlet = self._live.network.outlets[way[0]]
        return f"city/{self._live.network.city_of(outlet.county)}/line"

    # --- sending -----------------------------------------------------------------------------------------------------

    def _send(self, probe: Probe, sending: Coroutine[None, None, None]) -> asyncio.Task[None] | None:
        if probe in self._busy:
            sending.close()
            return None
        self._busy.add(probe)
        task = asyncio.create_task(sending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _ping_in_lane(self, probe: Probe) -> None:
        async with self._lane:
            await self._ping(probe)

    async def _call(self, entrance: str) -> None:
        """Ask an entrance for nothing but a sign of itself. Frozen or starved looks alike from here: both are lateness;
        what is refused is not."""
        probe = Probe(entrance, target=entrance)
        began = self._calls[entrance] = self._stopwatch()
        try:
            await _asked(self._pingers[entrance], probe)
            self._note_call(began)
        finally:
            del self._calls[entrance]
            self._busy.discard(probe)

    def _note_call(self, began: float) -> None:
        self._live.strain.note(self._clock().timestamp(), (self._stopwatch() - began) * 1000)

    async def _ping(self, probe: Probe) -> None:
        began = self._stopwatch()
        try:
            pong = await self._ask(probe)
            ms = (self._stopwatch() - began) * 1000
            self.echoes.append(Echo(probe, pong, self._clock(), ms))
        finally:
            self._busy.discard(probe)

    async def _ask(self, probe: Probe) -> Pong | None:
        """Its own entrance, else any other one: a silent entrance is told by the one that answers."""
        others = [name for name in self._pingers if name != probe.entrance]
        for name in [probe.entrance, *others]:
            pinger = self._pingers.get(name)
            pong = await _asked(pinger, probe) if pinger is not None else None
            if pong is not None:
                return pong
        return None


async def _asked(pinger: Pinger, probe: Probe) -> Pong | None:
    outlet = probe.way[0] if probe.way else ""
    try:
        async with asyncio.timeout(PING_TIMEOUT_S):
            pong = await pinger.ping(
                outlet=outlet, mode=probe.mode, entry=probe.entry, via=probe.via, target=probe.target
            )
    except (HechaError, TimeoutError, OSError):
        return None
    silent = not pong.reached and not pong.broke_at
    return None if silent else pong


def take(echo: Echo, live: Live) -> None:
    """What an echo proves. No echo at all proves nothing: it may be us who are cut off."""
    probe, pong = echo.probe, echo.pong
    if pong is None or says_nothing(pong.path):
        return
    if probe.way is not None and not probe.target:
        live.observe(_observation(probe.way, pong, echo), pong.path)
        return
    proof = live.watch.chain.of_steps(pong.path, None if pong.reached else pong.broke_at)
    if pong.reached:
        proof = replace(proof, passed=tuple(dict.fromkeys([*proof.passed, *probe.proves])))
    if probe.way is not None:
        live.note(probe.way, echo.at, pong.reached)
        proof = _joined(proof, live, probe, pong)
    live.hear(proof, echo.at, echo.ms, forced=bool(probe.via or probe.entry))


def _joined(proof: Evidence, live: Live, probe: Probe, pong: Pong) -> Evidence:
    """A ping to an outlet's last own part proves its lines, and no more."""
    assert probe.way is not None
    if pong.reached:
        return replace(proof, passed=(*proof.passed, *live.own_parts(probe.way[0])))
    return proof


def _observation(way: Way, pong: Pong, echo: Echo) -> Observation:
    broke_at = ComponentId(pong.broke_at) if pong.broke_at else None
    return Observation(way[0], way[1], echo.at, Source.PROBE, pong.reached, broke_at, int(echo.ms))


def _shared(live: Live) -> Iterator[Probe]:
    """One probe for each part that all share, so that each second tells of all of them."""
    names = live.watch.chain.shared
    for name in names:
        if name.startswith("front/"):
            yield Probe(WEB, Mode.NON_INTERFACE, via=name, target=name, proves=(name,))
        elif name.startswith("channel/"):
            yield Probe(WEB, Mode.NON_INTERFACE, via=name, proves=(name,))
        elif name in ("account-system", "credit-system", "direct-login"):
            yield Probe(WEB, Mode.NON_INTERFACE, entry=name, proves=(name,))
        elif name == "interface-service":
            yield Probe(BANK, Mode.INTERFACE, proves=(name,))
        elif name == "hq-interconnect":
            yield Probe(BANK, Mode.INTERFACE, via=name, proves=(name,))


def _ways(live: Live) -> Iterator[Way]:
    """All ways, in an order that mixes areas and banks, so that a sweep meets everything early."""
    network = live.network
    outlets = list(network.outlets.values())
    step = _coprime(len(outlets))
    for number in range(len(outlets)):
        outlet = outlets[number * step % len(outlets)]
        for mode in Mode:
            if (Access(network.banks[outlet.bank].access), mode) in network.paths:
                yield outlet.id, mode


def _coprime(count: int) -> int:
    """A step near the golden section of `count` that visits every place."""
    step = max(1, int(count * 0.618))
    while gcd(step, count) != 1:  # ok: ends at the latest at count + 1
        step += 1
    return step
