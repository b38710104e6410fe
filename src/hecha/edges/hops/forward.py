"""Forwarding: carries a request up along ordered routes. Used by relay, front servers and entrances alike.

    forwarder = Forwarder(config)                      # or Forwarder(config, config.national, beyond="relay")
    await forwarder.start()
    answer = await forwarder.verify(HopRequest(…))     # never raises for an outage: outcome `unavailable`, broke_at
    pong = await forwarder.ping(Ping(…))
    forwarder.submit(raw, request, done)               # the same without a task, for the hot path
    await forwarder.close()

The answer's path holds, outermost first: each try that failed (by the route's component), the route that worked where
it is not the answering hop itself (a channel), and what the hops above said.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from hmac import compare_digest
from time import monotonic
from typing import TypeVar

import msgspec

from hecha.edges.hops import mac
from hecha.edges.hops.client import Upstream
from hecha.edges.hops.topology import HopConfig, Route
from hecha.edges.hops.wire import HopAnswer, HopRequest, Ping, Pong, Step
from hecha.verification.budget import RetryBudget
from hecha.verification.hop import Passage, Timing, broke_at
from hecha.verification.outcome import Outcome
from hecha.verification.routing import Routes

T = TypeVar("T")
TICK_S = 0.010
UNAVAILABLE = Outcome.UNAVAILABLE
OWN_FAULT = frozenset({"full", "down"})
"""What a hop says of itself when it could not even begin: another route may do better."""

Acknowledge = Callable[[], None]
_encode = msgspec.json.encode
_decode_answer = msgspec.json.Decoder(HopAnswer).decode
_decode_pong = msgspec.json.Decoder(Pong).decode


class Forwarder:
    """The ways up from one hop. Belongs to one event loop."""

    def __init__(self, config: HopConfig, routes: Sequence[Route] | None = None, beyond: str | None = None) -> None:
        self.config = config
        ways = config.routes if routes is None else tuple(routes)
        self.beyond = config.beyond if beyond is None else beyond
        limits, now = config.limits, monotonic()
        self.timing = Timing(limits.try_ms / 1e3, limits.ack_ms / 1e3, limits.deadline_ms / 1e3, limits.tries)
        self.routes = Routes([way.component for way in ways], now)
        self.budget = RetryBudget(now)
        self.names = self.routes.names
        self.keys = [config.key_to(way.component) for way in ways]
        self.upstreams = [
            Upstream(way.address, mac.caller_pass(config.key_to(way.component), config.name), limits) for way in ways
        ]
        self.in_flight: dict[Crossing, None] = {}
        self.failed_tries: dict[str, int] = {}
        self._ticking = False
        self._health: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Begin the active health checks: each route, the idle standby too."""
        for name in self.names:
            self._health.append(asyncio.create_task(self._watch(name)))

    async def close(self) -> None:
        self._stopping.set()
        await asyncio.gather(*self._health)
        for upstream in self.upstreams:
            await upstream.close()

    def submit(
        self,
        raw: bytes,
        request: HopRequest,
        done: Callable[[HopAnswer], None],
        acknowledge: Acknowledge | None = None,
    ) -> None:
        """Forward an encoded request; `done` is called once, `acknowledge` each 100 ms without an answer."""
        self.launch(_Asked(self, monotonic(), raw, request, done, acknowledge))

    def launch(self, crossing: "Crossing") -> None:
        """Begin the first try of a crossing."""
        self.in_flight[crossing] = None
        if not self._ticking:
            self._ticking = True
            asyncio.get_running_loop().call_later(TICK_S, self._tick)
        crossing.upstream = upstream = self.upstreams[crossing.route]
        upstream.send(crossing.path, crossing.raw, crossing)

    async def verify(self, request: HopRequest) -> HopAnswer:
        """Forward a request and wait for what comes of it."""
        ended: asyncio.Future[HopAnswer] = asyncio.get_running_loop().create_future()
        self.submit(_encode(request), request, _settler(ended))
        return await ended

    async def ping(self, ping: Ping) -> Pong:
        """Send a ping up; `via` forces a route when it names one of ours, and else travels on."""
        ended: asyncio.Future[Pong] = asyncio.get_running_loop().create_future()
        only = self.names.index(ping.via) if ping.via in self.names else None
        self.launch(PingCrossing(self, monotonic(), ping, only, _settler(ended)))
        return await ended

    def _tick(self) -> None:
        """Time-outs and acknowledgements. In flight is in order of arrival and nothing is due before `ack_s`, so the
        first young crossing ends the look."""
        now = monotonic()
        young = now - self.timing.ack_s
        due = []
        for crossing in self.in_flight:
            if crossing.began > young:
                break
            due.append(crossing)
        try:
            for crossing in due:
                crossing.tick(now)
        finally:  # whatever one crossing meets, the others keep their time-outs
            self._ticking = bool(self.in_flight)
            if self._ticking:
                asyncio.get_running_loop().call_later(TICK_S, self._tick)

    async def _watch(self, name: str) -> None:
        every = self.config.limits.health_ms / 1000
        while not self._stopping.is_set():
            await self.ping(Ping(secrets.token_hex(8), via=name, target=name))
            try:
                async with asyncio.timeout(every):
                    await self._stopping.wait()
            except TimeoutError:
                continue


def _settler(ended: "asyncio.Future[T]") -> Callable[[T], None]:
    """Who waits may have been cancelled meanwhile."""

    def settle(result: T) -> None:
        if not ended.done():
            ended.set_result(result)

    return settle


class Crossing(Passage):
    """One request in flight: a `Passage` driven by what the client reports (its `Waiter`)."""

    __slots__ = ("_forwarder", "ack_due", "began", "id", "raw", "upstream")

    path = b""
    raw: bytes
    upstream: Upstream

    def __init__(
        self, forwarder: Forwarder, now: float, request_id: str, deadline_s: float, only: int | None = None
    ) -> None:
        timing = forwarder.timing
        Passage.__init__(self, forwarder.routes, forwarder.budget, timing, now, deadline_s, only)
        self._forwarder, self.id = forwarder, request_id
        self.began = now
        self.ack_due = now + timing.ack_s

    def tick(self, now: float) -> None:
        if self.expired(now):
            self.upstream.abandon(self)
            self.on_break("timeout")
        elif now >= self.ack_due:
            self.ack_due = now + self._forwarder.timing.ack_s
            self._acknowledge()

    def on_acknowledgement(self, beats: bool) -> None:
        self.acknowledged(monotonic(), beats)

    def on_break(self, result: str) -> None:
        """A try ended without an answer: next route, or give up."""
        forwarder, now = self._forwarder, monotonic()
        name = forwarder.names[self.route]
        forwarder.failed_tries[name] = forwarder.failed_tries.get(name, 0) + 1
        following = self.failed(now, result)
        if following >= 0:
            self.upstream = forwarder.upstreams[following]
            self.upstream.send(self.path, self._again(now), self)
            return
        forwarder.in_flight.pop(self, None)
        self._gave_up(self._failed_steps(), broke_at(self.failures or [], forwarder.beyond))

    def on_answer(self, status: int, answer_mac: bytes, body: bytes) -> None:
        if status != 200:
            self.on_break("full" if status == 503 else "bad_answer")
        elif compare_digest(mac.sign(self._forwarder.keys[self.route], self.id.encode(), body), answer_mac):
            self._authentic(body)
        else:
            self.on_break("bad_mac")

    def _path(self, above: list[Step]) -> list[Step]:
        """It got through: the failed tries, the route taken where it is not the answering hop, the steps above."""
        forwarder = self._forwarder
        name = forwarder.names[self.route]
        self.answered(monotonic())
        forwarder.in_flight.pop(self, None)
        if not above:
            above = [Step(name, 0.0)]
        elif above[0].hop != name:
            above.insert(0, Step(name, above[0].ms))
        return [*self._failed_steps(), *above] if self.failures else above

    def _failed_steps(self) -> list[Step]:
        return [Step(f.component, round(f.ms, 1), f.result) for f in self.failures or []]

    def _again(self, now: float) -> bytes:
        """What a further try sends."""
        return self.raw

    def _authentic(self, body: bytes) -> None:
        raise NotImplementedError

    def _gave_up(self, steps: list[Step], component: str) -> None:
        raise NotImplementedError

    def _acknowledge(self) -> None:
        """Tell the caller below that we live."""


class VerifyCrossing(Crossing):
    """A verification on its way up. Who subclasses it says in `_ended` what becomes of the answer."""

    __slots__ = ("request",)

    path = b"/hop/verify"
    request: HopRequest

    def _again(self, now: float) -> bytes:
        """A further try has less time left."""
        return _encode(msgspec.structs.replace(self.request, deadline_ms=self.remaining_ms(now)))

    def _authentic(self, body: bytes) -> None:
        try:
            answer = _decode_answer(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self.on_break("bad_answer")
            return
        if answer.id != self.id:
            self.on_break("bad_answer")
        elif answer.outcome is UNAVAILABLE and answer.path and answer.path[0].result in OWN_FAULT:
            self.on_break(answer.path[0].result)
        else:
            answer.path = self._path(answer.path)
            self._ended(answer)

    def _gave_up(self, steps: list[Step], component: str) -> None:
        self._ended(HopAnswer(self.id, UNAVAILABLE, steps, broke_at=component))

    def _ended(self, answer: HopAnswer) -> None:
        raise NotImplementedError


class _Asked(VerifyCrossing):
    """One that calls back."""

    __slots__ = ("_done", "_tell")

    def __init__(
        self,
        forwarder: Forwarder,
        now: float,
        raw: bytes,
        request: HopRequest,
        done: Callable[[HopAnswer], None],
        acknowledge: Acknowledge | None,
    ) -> None:
        Crossing.__init__(self, forwarder, now, request.id, request.deadline_ms / 1000.0)
        self.raw, self.request, self._done, self._tell = raw, request, done, acknowledge

    def _ended(self, answer: HopAnswer) -> None:
        self._done(answer)

    def _acknowledge(self) -> None:
        if self._tell is not None:
            self._tell()


class PingCrossing(Crossing):
    """A ping on its way up."""

    __slots__ = ("_done",)

    path = b"/hop/ping"

    def __init__(
        self, forwarder: Forwarder, now: float, ping: Ping, only: int | None, done: Callable[[Pong], None]
    ) -> None:
        Crossing.__init__(self, forwarder, now, ping.id, forwarder.timing.deadline_s, only)
        self.raw, self._done = _encode(ping), done

    def _authentic(self, body: bytes) -> None:
        try:
            pong = _decode_pong(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self.on_break("bad_answer")
            return
        if pong.id != self.id:
            self.on_break("bad_answer")
            return
        pong.path = self._path(pong.path)
        self._done(pong)

    def _gave_up(self, steps: list[Step], component: str) -> None:
        self._done(Pong(self.id, False, steps, component))
