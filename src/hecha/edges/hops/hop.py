"""A relay's or front server's work on one request, without HTTP: check, forward, journal, answer.

    full? ─ gate of the listener ─ decode ─ form ─ key seen? ─ service hours ─ inner gates ─ forward ─ journal ─ answer

Callbacks instead of tasks: nothing is awaited on the hot path. Whoever serves HTTP hands in a `Reply`.
"""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

from hecha.edges.clock import Clock, system_clock
from hecha.edges.hops import mac
from hecha.edges.hops.counts import Counts
from hecha.edges.hops.faults import Broken, Gates
from hecha.edges.hops.forward import Crossing, Forwarder, VerifyCrossing
from hecha.edges.hops.journal import Journal
from hecha.edges.hops.recent import key_name
from hecha.edges.hops.topology import HopConfig
from hecha.edges.hops.wire import HopAnswer, HopRequest, Ping, Pong, Step
from hecha.kernel.errors import Conflict
from hecha.verification.form import good_name, good_number
from hecha.verification.hours import parse_hours
from hecha.verification.outcome import Outcome

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")
HOURS_LOOK_S = 1.0
ID_MAX = 64
RAW_MAX = 2_048  # bytes of JSON: no honest request comes near
MODES = frozenset({"interface", "non_interface"})
SHUT = frozenset({"down", "half-open"})
SPOILING = frozenset({"garbage", "bitflip", "truncate"})

_encode = msgspec.json.encode
_decode_request = msgspec.json.Decoder(HopRequest).decode
_decode_answer = msgspec.json.Decoder(HopAnswer).decode


class Reply(Protocol):
    """How an answer gets back. `key` is of the pair (caller, listener); `listener` the component it came through."""

    key: bytes
    listener: str

    def send(self, status: int, body: bytes, answer_mac: bytes = b"") -> None:
        """The answer, once."""
        ...

    def acknowledge(self) -> None:
        """HTTP 102, any number of times before."""
        ...

    def abort(self) -> None:
        """Reset the connection: what a cut line does."""
        ...


class Hop:
    """One process's hop. `inner`: components passed inside it, by mode (the relay's interface service)."""

    def __init__(
        self,
        config: HopConfig,
        forwarder: Forwarder,
        journal: Journal | None,
        gates: Gates,
        inner: dict[str, str] | None = None,
        clock: Clock = system_clock,
    ) -> None:
        self.config, self.forwarder, self.journal, self.gates = config, forwarder, journal, gates
        self.inner, self.clock = inner or {}, clock
        self.component = config.component
        self.broken = gates.broken  # a live view
        self.counts = Counts()
        self.in_flight = 0
        self._in_flight_max = config.limits.in_flight
        self._hours = parse_hours(config.hours)
        self.keeps_hours = bool(self._hours.windows)
        self._open, self._open_until = True, 0.0

    def verify(self, raw: bytes, reply: Reply) -> None:
        """Take one request; the reply hears the end."""
        if self.in_flight >= self._in_flight_max:
            self.counts.full += 1
            reply.send(503, b"{}")
            return
        self.in_flight += 1
        visit = Visit(self, raw, reply)
        if self.broken:
            visit.enter()
        else:
            visit.read()

    def open_now(self) -> bool:
        """Service hours, looked up once a second."""
        now = monotonic()
        if now >= self._open_until:
            self._open, self._open_until = self._hours.open_at(self.clock().astimezone(LOCAL_ZONE)), now + HOURS_LOOK_S
        return self._open

    def outer(self, listener: str) -> tuple[str, ...]:
        """The gates between the caller and this hop."""
        own = self.config.component
        return (listener,) if listener == own else (listener, own)

    def damage(self, listener: str, body: bytes) -> bytes:
        """What a broken line makes of an answer, after it was signed."""
        for component in reversed(self.outer(listener)):
            body = self.gates.damage(component, body)
        return body

    def shut(self, listener: str) -> str:
        """`down` or `half-open` when a gate between the caller and us lets nothing through, else ""."""
        kinds = [fault.kind for part in self.outer(listener) if (fault := self.gates.broken.get(part)) is not None]
        return next((kind for kind in kinds if kind in SHUT), "")

    async def ping(self, ping: Ping, listener: str) -> Pong:
        """Answer or pass on a ping that came in."""
        began = monotonic()
        for component in self.outer(listener):
            await _slowed(self.gates.broken.get(component))
        if ping.target in self.outer(listener):
            return Pong(ping.id, True, [Step(self.config.component, _ms(began))])
        pong = await self._ping_further(ping)
        pong.path.insert(0, Step(self.config.component, _ms(began)))
        return pong

    async def _ping_further(self, ping: Ping) -> Pong:
        inner = self.inner.get(ping.mode) or (ping.target if ping.target in self.inner.values() else "")
        if inner:
            broken = self.gates.broken.get(inner)
            if (result := inner_result(broken)) != "ok":
                return Pong(ping.id, False, [Step(inner, 0.0, result)], inner)
            await _slowed(broken)
            if ping.target == inner:
                return Pong(ping.id, True, [Step(inner, 0.0)])
        return await self.forwarder.ping(ping)


async def _slowed(broken: Broken | None) -> None:
    if broken is not None and broken.kind == "slow":
        await asyncio.sleep(broken.ms / 1000)


def inner_result(broken: Broken | None) -> str:
    """What meets a request at a gate inside this process."""
    if broken is None or broken.kind == "slow":
        return "ok"
    if broken.kind in SPOILING:
        return "bad_mac"
    return "timeout" if broken.kind == "half-open" else "down"


class Visit(VerifyCrossing):
    """One request inside this hop, from its coming to its answer: on its way up a crossing, in the end an attempt for
    the journal. One object and not three, since making and freeing them was a tenth of our own time."""

    __slots__ = ("_acks", "_came", "_gate", "_hop", "_reply", "answer", "at", "known_as", "ms", "sent")

    def __init__(self, hop: Hop, raw: bytes, reply: Reply) -> None:
        self._hop, self.raw, self._reply = hop, raw, reply
        self._came = monotonic()
        self._gate = 0
        self._acks: asyncio.TimerHandle | None = None
        self.known_as: str | None = None

    def enter(self) -> None:
        """Through the gates between the caller and us, one after the other."""
        outer = self._hop.outer(self._reply.listener)
        while self._gate < len(outer):
            broken = self._hop.gates.broken.get(outer[self._gate])
            self._gate += 1
            kind = "" if broken is None else broken.kind
            if kind in SHUT:
                self._leave()
                if kind == "down":
                    self._reply.abort()
                return
            if broken is not None and kind == "slow":
                self._wait(broken.ms / 1000, self.enter)
                return
        self.read()

    def read(self) -> None:
        """Decode and check."""
        try:
            request = self.request = _decode_request(self.raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._refuse(422)
            return
        if (
            len(self.raw) > RAW_MAX
            or not 0 < len(request.id) <= ID_MAX
            or request.mode not in MODES
            or not request.id.isascii()
            or not request.id.isprintable()
        ):
            self._refuse(422)
        elif not good_number(request.number) or not good_name(request.name):
            self._ended(HopAnswer(request.id, Outcome.INPUT_ERROR))
        elif request.key and self._hop.journal is not None:
            self._look_up(request)
        else:
            self._forward()

    def _look_up(self, request: HopRequest) -> None:
        assert self._hop.journal is not None
        name = self.known_as = key_name(request)
        try:
            known = self._hop.journal.recent.look(name, request, self.raw)
        except Conflict:
            self._hop.counts.conflicts += 1
            self._refuse(409)
            return
        if known:
            self._replay(known)
        else:
            self._forward()

    def _replay(self, known: bytes) -> None:
        """Already durable: the same answer under the new id."""
        self._hop.counts.replays += 1
        answer = _decode_answer(known)
        answer.id = self.request.id
        self._leave()
        self._send(answer, _encode(answer))

    def _forward(self) -> None:
        hop = self._hop
        if hop.keeps_hours and not hop.open_now():
            self._stop("closed", hop.config.component)
            return
        if hop.broken and (inner := hop.inner.get(self.request.mode, "")):
            broken = hop.gates.broken.get(inner)
            if broken is not None:
                self._pass_inner(inner, broken)
                return
        self._set_out()

    def _set_out(self) -> None:
        """From here on it is a crossing."""
        request, forwarder = self.request, self._hop.forwarder
        Crossing.__init__(self, forwarder, monotonic(), request.id, request.deadline_ms / 1000.0)
        forwarder.launch(self)

    def _pass_inner(self, inner: str, broken: Broken) -> None:
        result, hop = inner_result(broken), self._hop
        if result == "ok":
            self._wait(broken.ms / 1000, self._set_out)
        elif result == "timeout":
            self._wait(hop.forwarder.timing.try_s, lambda: self._stop(result, inner))
        else:
            self._stop(result, inner)

    def _stop(self, result: str, component: str) -> None:
        """Unavailable because of something in this process."""
        own = component == self._hop.config.component
        steps = [] if own else [Step(component, 0.0, result)]
        self._ended(HopAnswer(self.request.id, Outcome.UNAVAILABLE, steps, broke_at=component), result if own else "ok")

    def _acknowledge(self) -> None:
        self._reply.acknowledge()

    def _ended(self, answer: HopAnswer, own_result: str = "ok") -> None:
        """An answer came: durable first, then sent."""
        hop = self._hop
        ms = int((monotonic() - self._came) * 10_000.0 + 0.5) / 10.0  # round() takes three times longer
        answer.path.insert(0, Step(hop.component, ms, own_result))
        self.answer, self.ms = answer, ms
        self.sent = _encode(answer)
        journal = hop.journal
        if journal is None:
            self.committed(True)
        else:
            self.at = journal.now()
            journal.submit(self)

    def committed(self, durable: bool) -> None:
        """Nothing is answered before."""
        self._leave()
        if durable:
            self._send(self.answer, self.sent)
            return
        own = self._hop.config.component
        unavailable = HopAnswer(self.answer.id, Outcome.UNAVAILABLE, [Step(own, 0.0, "down")], broke_at=own)
        self._send(unavailable, _encode(unavailable))

    def _send(self, answer: HopAnswer, body: bytes) -> None:
        hop, reply = self._hop, self._reply
        outcomes = hop.counts.outcomes
        outcomes[answer.outcome] = outcomes.get(answer.outcome, 0) + 1
        answer_mac = mac.sign(reply.key, answer.id.encode(), body)
        reply.send(200, hop.damage(reply.listener, body) if hop.broken else body, answer_mac)

    def _refuse(self, status: int) -> None:
        if status == 422:
            self._hop.counts.malformed += 1
        self._leave()
        self._reply.send(status, b"{}")

    def _leave(self) -> None:
        self._hop.in_flight -= 1
        if self._acks is not None:
            self._acks.cancel()

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        """A slow gate; meanwhile the caller hears that we live."""
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, self._go_on, then)
        if self._acks is None:
            self._acks = loop.call_later(self._hop.forwarder.timing.ack_s, self._beat)

    def _beat(self) -> None:
        self._reply.acknowledge()
        self._acks = asyncio.get_running_loop().call_later(self._hop.forwarder.timing.ack_s, self._beat)

    def _go_on(self, then: Callable[[], None]) -> None:
        if self._acks is not None:
            self._acks.cancel()
            self._acks = None
        then()


def _ms(began: float) -> float:
    return round((monotonic() - began) * 1000.0, 1)
