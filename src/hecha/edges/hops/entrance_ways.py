"""One way through an entrance: the outlet's gates, the entry, and what lies above it.

    outlet/<id>/terminal, outlet/<id>/line, county/<code>/line, city/<code>/line, then the entry
    (account-system | credit-system | direct-login | bank/<id>/core), then front A | B, or the head-office interconnect

An answer on its way down passes the same gates; it is checked behind each, so what a broken gate did to it is seen.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol

import msgspec

from hecha.edges.hops import mac
from hecha.edges.hops.faults import GateDown, Gates
from hecha.edges.hops.wire import HopAnswer, HopRequest, Ping, Pong, Step
from hecha.kernel.ids import Access
from hecha.network.model import Network, Outlet
from hecha.verification.ladder_in_request import WEB_ENTRIES
from hecha.verification.outcome import Outcome

LINE_FAMILIES = ("outlet/*/terminal", "outlet/*/line", "county/*/line", "city/*/line")
CORE_FAMILY = "bank/*/core"
PING_DEADLINE_S = 10.0  # as long as a request may take: a slow gate is not a broken one

_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(HopAnswer).decode


class Upstream(Protocol):
    """What lies above an entry: the fronts, the head-office interconnect, or the other entrance."""

    async def verify(self, request: HopRequest) -> HopAnswer:
        """Within `request.deadline_ms`; never raises for an outage."""
        ...

    async def ping(self, ping: Ping) -> Pong: ...


def gates_of(name: str, network: Network | None = None) -> Gates:
    """The gates that an entrance holds: every line and terminal, and its own entries; those of a network exactly,
    without one all that could be."""
    bank = name == "entrance-bank"
    entries = () if bank else WEB_ENTRIES
    if network is None:
        return Gates(entries, (*LINE_FAMILIES, CORE_FAMILY) if bank else LINE_FAMILIES)
    cores = [f"bank/{one.id}/core" for one in network.banks.values() if bank and one.access is not Access.NONE]
    lines = (line for outlet in network.outlets.values() for line in lines_of(network, outlet))
    return Gates((*entries, *cores, *lines))


def lines_of(network: Network, outlet: Outlet) -> tuple[str, ...]:
    """What both modes of an outlet pass, outermost first."""
    city = network.city_of(outlet.county)
    return (
        f"outlet/{outlet.id}/terminal",
        f"outlet/{outlet.id}/line",
        f"county/{outlet.county}/line",
        f"city/{city}/line",
    )


@dataclass(frozen=True, slots=True)
class Crossing:
    """The gates of this process that one attempt passes; the last one is the `entry`, if it is in this process.
    `silence_s`: how long a gate may be silent."""

    gates: Gates
    components: Sequence[str]
    secret: bytes
    silence_s: float
    entry: str = ""

    async def verify(self, request: HopRequest, above: Upstream) -> HopAnswer:
        """In through the gates, up, and out again. Always an answer."""
        started = perf_counter()
        if not self.gates.quiet and (stopped := await self._enter(request.deadline_ms / 1000)):
            return _stopped(request.id, stopped)
        left = request.deadline_ms - int((perf_counter() - started) * 1000)
        answer = await above.verify(msgspec.structs.replace(request, deadline_ms=max(left, 1)))
        if not self.gates.quiet:
            answer = self._leave(request.id, answer)
        return self._with_entry(answer, _ms(started))

    def _with_entry(self, answer: HopAnswer, ms: float) -> HopAnswer:
        """An entry that was passed is part of the path."""
        if self.entry and answer.broke_at not in self.components:
            return msgspec.structs.replace(answer, path=[Step(self.entry, ms), *answer.path])
        return answer

    async def ping(self, ping: Ping, above: Upstream) -> Pong:
        """The same way with a hop ping; it stops at `ping.target` when that is one of the gates."""
        stop = [*self.components].index(ping.target) + 1 if ping.target in self.components else None
        way = replace(self, components=self.components[:stop])
        started = perf_counter()
        if stopped := await way._enter(PING_DEADLINE_S):
            return Pong(ping.id, False, [stopped], stopped.hop)
        if stop is not None:
            return Pong(ping.id, True, [Step(ping.target, _ms(started))])
        pong = await above.ping(ping)
        return msgspec.structs.replace(pong, path=[*self._entry_step(started), *pong.path])

    def _entry_step(self, started: float) -> list[Step]:
        return [Step(self.entry, _ms(started))] if self.entry else []

    async def _enter(self, deadline_s: float) -> Step | None:
        """The step at which it stopped, or None. A cut gate refuses, a half-open or too slow one is a time-out."""
        started = perf_counter()
        for component in self.components:
            left = deadline_s - (perf_counter() - started)
            try:
                async with asyncio.timeout(max(left, 0.001)):
                    await self.gates.enter(component, self.silence_s)
            except GateDown as down:
                return Step(component, _ms(started), down.result)
            except TimeoutError:
                return Step(component, _ms(started), "timeout")
        return None

    def _leave(self, request_id: str, answer: HopAnswer) -> HopAnswer:
        body = _encode(answer)
        seal = mac.sign(self.secret, request_id.encode(), body)
        for component in reversed(self.components):
            body = self.gates.damage(component, body)
            if wrong := _wrong(self.secret, request_id, body, seal):
                return _stopped(request_id, Step(component, 0.0, wrong))
        return answer


def _wrong(secret: bytes, request_id: str, body: bytes, seal: bytes) -> str:
    """What is wrong with an answer that came through a gate: "" if nothing."""
    if mac.valid(secret, request_id.encode(), body, seal):
        return ""
    try:
        _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "bad_answer"
    return "bad_mac"


def _stopped(request_id: str, step: Step) -> HopAnswer:
    return HopAnswer(request_id, Outcome.UNAVAILABLE, [step], broke_at=step.hop)


def _ms(started: float) -> float:
    return round((perf_counter() - started) * 1000, 3)
