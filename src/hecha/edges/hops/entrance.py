"""An entrance (接入): takes a bank's request, tries whichever mode works, keeps it durably, and only then answers.

    token ─ whose outlet ─ key seen? ─ form of name and number ─ service hours ─ ways in order ─ journal ─ answer

`entrance-web` holds the entries account-system, credit-system and direct-login; `entrance-bank` holds all bank cores.
Each serves every outlet and both modes: what the other one holds is reached through the other one, so a client needs to
know one address only.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

from hecha.edges.api.problems import Busy
from hecha.edges.clock import Clock, system_clock
from hecha.edges.hops.entrance_intake import Institutions, mode_of, outlet_of, subject_of
from hecha.edges.hops.entrance_keys import ClientKey, RecentKeys, client_key
from hecha.edges.hops.entrance_model import VerificationAnswer, VerificationRequest
from hecha.edges.hops.entrance_ways import Crossing, Upstream, lines_of
from hecha.edges.hops.faults import Gates
from hecha.edges.hops.topology import HopConfig
from hecha.edges.hops.wire import HopAnswer, HopRequest, Step
from hecha.kernel.ids import Mode
from hecha.network.model import Bank, Network, Outlet
from hecha.verification.hours import parse_hours
from hecha.verification.ladder_in_request import Attempt, Way, next_way, share_ms, ways
from hecha.verification.outcome import Outcome
from hecha.verification.subject import Subject

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")
_canonical = msgspec.json.Encoder(order="deterministic").encode
_encode = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class Kept:
    """One mode's part in a request, as the journal keeps it; the last part of a request carries the client's key."""

    request: HopRequest
    answer: HopAnswer
    at: float  # Unix seconds
    ms: float


class Journal(Protocol):
    """Where attempts are kept (`hecha.edges.hops.entrance_journal`)."""

    async def keep(self, parts: Sequence[Kept], final: bytes) -> None:
        """Returns once it is durable."""
        ...


class Above(Protocol):
    """What lies above the entries (`hecha.edges.hops.entrance_chain`)."""

    def holds(self, entry: str) -> bool:
        """Whether the entry is in this process."""
        ...

    def of(self, way: Way, bank: Bank) -> Upstream: ...


@dataclass
class Serving:
    """One request while it is served."""

    id: str
    who: str
    request: VerificationRequest
    outlet: Outlet
    bank: Bank
    subject: Subject
    began: float
    attempts: list[Attempt] = field(default_factory=list)
    answers: list[tuple[Way, HopAnswer, float]] = field(default_factory=list)


class Entrance:
    """One entrance process's work, without HTTP. Every error it raises is one of ours."""

    def __init__(
        self, config: HopConfig, network: Network, gates: Gates, above: Above, journal: Journal,
        recent: RecentKeys, secret: bytes, clock: Clock = system_clock,
    ) -> None:  # fmt: skip
        self.config, self.network, self.gates = config, network, gates
        self.institutions = Institutions(config.tokens)
        self._above, self._journal, self._recent, self._secret, self._clock = above, journal, recent, secret, clock
        self._hours = parse_hours(config.hours)
        self._in_flight = 0

    async def verify(self, who: str, request: VerificationRequest, key: str) -> bytes:
        """The JSON answer, durable before it is returned; the same bytes for the same key.

        Raises KeyMissing, Refused, BadInput, Conflict, Busy."""
        outlet, bank = outlet_of(self.network, who, request.outlet)
        first = mode_of(request.mode, bank)
        known = client_key(who, key, _canonical(request), self._secret)
        return await self._recent.once(known, partial(self._counted, known, request, outlet, bank, first))

    async def _counted(
        self, key: ClientKey, request: VerificationRequest, outlet: Outlet, bank: Bank, first: Mode | None
    ) -> bytes:
        if self._in_flight >= self.config.limits.in_flight:
            raise Busy(self.config.component, "稍后用同一个键重发 send again later with the same key")
        self._in_flight += 1
        try:
            return await self._serve(key, request, outlet, bank, first)
        finally:
            self._in_flight -= 1

    async def _serve(
        self, key: ClientKey, request: VerificationRequest, outlet: Outlet, bank: Bank, first: Mode | None
    ) -> bytes:
        at = self._clock()
        subject = subject_of(request)
        choices = ways(bank.id, bank.access, first)
        known = subject if isinstance(subject, Subject) else Subject(request.subject.name, request.subject.number)
        serving = Serving(new_id(), key.scope, request, outlet, bank, known, perf_counter())
        if not isinstance(subject, Subject):
            serving.answers.append((choices[0], HopAnswer(serving.id, subject), 0.0))
        elif not self._hours.open_at(at.astimezone(LOCAL_ZONE)):
            serving.answers.append((choices[0], self._closed(serving.id), 0.0))
        else:
            await self._climb(serving, choices)
        answer = _encode(answer_of(serving, at.isoformat()))
        await self._journal.keep(parts_of(serving, key, at.timestamp(), self._city_of_card(known)), answer)
        return answer

    async def _climb(self, serving: Serving, choices: Sequence[Way]) -> None:
        """Try the ways in their order until one answers."""
        deadline_ms = float(self.config.limits.deadline_ms)
        left = deadline_ms
        while (way := next_way(choices, serving.attempts, left)) is not None:  # ok: each way is tried at most once
            await self._try(serving, way, share_ms(choices, way, left))
            left = deadline_ms - (perf_counter() - serving.began) * 1000

    async def _try(self, serving: Serving, way: Way, deadline_ms: float) -> None:
        began = perf_counter()
        request = hop_request(serving, way, deadline_ms)
        answer = await self.crossing(serving.outlet, way).verify(request, self._above.of(way, serving.bank))
        serving.attempts.append(Attempt(way, answer.outcome, answer.broke_at))
        serving.answers.append((way, answer, (perf_counter() - began) * 1000))

    def crossing(self, outlet: Outlet, way: Way) -> Crossing:
        """The gates of this process on an outlet's way; the other entrance's entry is passed over there."""
        own_entry = (way.entry,) if self._above.holds(way.entry) else ()
        return self.crossing_of((*lines_of(self.network, outlet), *own_entry))

    def crossing_of(self, components: Sequence[str]) -> Crossing:
        return Crossing(self.gates, components, self._secret, self.config.limits.try_ms / 1000)

    def above(self, way: Way, bank: Bank) -> Upstream:
        return self._above.of(way, bank)

    def _closed(self, id: str) -> HopAnswer:
        return HopAnswer(id, Outcome.UNAVAILABLE, [Step(self.config.component, 0.0, "closed")])

    def _city_of_card(self, subject: Subject) -> str:
        return self.network.card_authorities.get(subject.card_authority, "")


def new_id() -> str:
    """A request's id: unguessable, in no order, of no meaning."""
    return "v-" + secrets.token_hex(12)


def hop_request(serving: Serving, way: Way, deadline_ms: float) -> HopRequest:
    """One way's request to the chain. The client's key stays here: above, an id is one attempt."""
    return HopRequest(
        id=f"{serving.id}-{len(serving.attempts)}",
        name=serving.subject.name,
        number=serving.subject.number,
        mode=way.mode,
        entry=way.entry,
        outlet=serving.outlet.id,
        bank=serving.bank.id,
        business=serving.request.business.type,
        deadline_ms=max(1, int(deadline_ms)),
    )


def answer_of(serving: Serving, at: str) -> VerificationAnswer:
    """What the client gets: the last way's answer, and the path of all."""
    way, last, _ = serving.answers[-1]
    if last.outcome is Outcome.UNAVAILABLE:
        way = serving.answers[0][0]
    path = [step for _, answer, _ in serving.answers for step in answer.path]
    return VerificationAnswer(
        serving.id, last.outcome, way.mode, path, at, photo_of(last), last.issuing_authority
    )  # fmt: skip


def photo_of(answer: HopAnswer) -> str:
    """A photo belongs to match_photo only; with anything else it is somebody's by mistake."""
    return answer.photo if answer.outcome is Outcome.MATCH_PHOTO else ""


def parts_of(serving: Serving, key: ClientKey, at: float, card_city: str) -> list[Kept]:
    """One part a mode: whether an outlet can use a mode is what detection asks, not by which entry."""
    parts: list[Kept] = []
    for mode in dict.fromkeys(way.mode for way, _, _ in serving.answers):
        tried = [(way, answer, ms) for way, answer, ms in serving.answers if way.mode is mode]
        way, last, _ = tried[-1]
        path = [step for _, answer, _ in tried for step in answer.path]
        request = msgspec.structs.replace(hop_request(serving, way, 1), id=serving.id, card_city=card_city)
        parts.append(Kept(request, msgspec.structs.replace(last, path=path, photo=""), at, sum(ms for *_, ms in tried)))
    parts[-1] = _keyed(parts[-1], key)
    return parts


def _keyed(part: Kept, key: ClientKey) -> Kept:
    return Kept(msgspec.structs.replace(part.request, key=str(key)), part.answer, part.at, part.ms)
