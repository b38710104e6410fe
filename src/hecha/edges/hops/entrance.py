"""An entrance (接入): takes a bank's request, tries whichever mode works, keeps it durably, and only then answers.

    token ─ whose outlet ─ key seen? ─ form of name and number ─ service hours ─ ways in order ─ journal ─ answer

`entrance-web` holds the entries account-system, credit-system and direct-login; `entrance-bank` holds all bank cores.
Each serves every outlet and both modes: what the other one holds is reached through the other one, so a client needs to
know one address only.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from zoneinfo import ZoneInfo

import msgspec

from hecha.edges.api.problems import Busy
from hecha.edges.clock import Clock, system_clock
from hecha.edges.hops.entrance_card import card_of
from hecha.edges.hops.entrance_chain import Chain
from hecha.edges.hops.entrance_intake import CONSOLE, Institutions, mode_of, outlet_of, subject_of
from hecha.edges.hops.entrance_journal import EntranceJournal, Kept, payload_secret
from hecha.edges.hops.entrance_keys import ClientKey, Made, RecentKeys, client_key
from hecha.edges.hops.entrance_model import VerificationAnswer, VerificationRequest
from hecha.edges.hops.entrance_register import Registrar
from hecha.edges.hops.entrance_ways import Crossing, gates_of, lines_of
from hecha.edges.hops.topology import HopConfig
from hecha.edges.hops.wire import HopAnswer, HopRequest, Step
from hecha.kernel.ids import BankId
from hecha.network.card_authority import city_of_authority
from hecha.network.model import Bank, Network, Outlet
from hecha.verification.hours import parse_hours
from hecha.verification.ladder_in_request import Attempt, Way, next_way, share_ms, ways
from hecha.verification.outcome import Outcome
from hecha.verification.subject import Subject

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")
_canonical = msgspec.json.Encoder(order="deterministic").encode
_encode = msgspec.json.encode
_decode_answer = msgspec.json.Decoder(VerificationAnswer).decode


@dataclass
class Serving:
    """One request while it is served. `first` is the answer of before a restart, which lacks its photo, else b""."""

    key: ClientKey
    request: VerificationRequest
    outlet: Outlet | None
    bank: Bank
    choices: Sequence[Way]
    subject: Subject | Outcome
    first: bytes = b""
    id: str = field(default_factory=lambda: "v-" + secrets.token_hex(12))
    began: float = field(default_factory=perf_counter)
    attempts: list[Attempt] = field(default_factory=list)
    answers: list[tuple[Way, HopAnswer, float]] = field(default_factory=list)

    @property
    def citizen(self) -> Subject:
        """As checked and normalised; as given when it did not pass."""
        given = self.request.subject
        return self.subject if isinstance(self.subject, Subject) else Subject(given.name, given.number)

    @property
    def outcome(self) -> Outcome:
        return self.answers[-1][1].outcome

    def settled(self, outcome: Outcome, *path: Step) -> None:
        """Without asking above."""
        self.answers.append((self.choices[0], HopAnswer(self.id, outcome, list(path)), 0.0))


class Entrance:
    """One entrance process's work, without HTTP. Every error it raises is one of ours."""

    def __init__(self, config: HopConfig, network: Network, chain: Chain, clock: Clock = system_clock) -> None:
        self.config, self.network, self.chain = config, network, chain
        self.gates = gates_of(config.name, network)
        self.institutions = Institutions(config.tokens)
        self.answers = RecentKeys()
        self.journal = EntranceJournal(config, clock, self.answers)
        self._secret, self._clock = payload_secret(config), clock
        self.registrar = Registrar(config, network, self._secret)
        self._hours = parse_hours(config.hours)
        self.in_flight = 0
        self.counts: Counter[str] = Counter()

    async def verify(self, who: str, request: VerificationRequest, key: str, core_alone: bool = False) -> bytes:
        """The JSON answer, durable before it is returned; the same bytes for the same key.

        `core_alone`: a bank's message that names no outlet, so it passes no outlet's lines.
        Raises KeyMissing, Refused, BadInput, Conflict, Busy, and Unavailable when the journal cannot be written."""
        if core_alone:
            outlet: Outlet | None = None
            bank = self.network.banks[BankId(who)]
        else:
            outlet, bank = outlet_of(self.network, who, request.outlet)
        choices = ways(bank.id, bank.access, mode_of(request.mode, bank))
        known = client_key(who, key, _canonical(request), self._secret)
        serving = Serving(known, request, outlet, bank, choices, subject_of(request))
        return await self.answers.once(known, partial(self._counted, serving))

    async def register(self, who: str, body: bytes, key: str) -> tuple[int, bytes]:
        """A deferred registration: (HTTP status, JSON), as `Registrar` says."""
        return await self.registrar.register(who, body, key, self._clock())

    async def _counted(self, serving: Serving, first: bytes) -> Made:
        if self.in_flight >= self.config.limits.in_flight:
            raise Busy(self.config.component, "稍后用同一个键重发 send again later with the same key")
        self.in_flight += 1
        serving.first = first
        try:
            return await self._serve(serving)
        finally:
            self.in_flight -= 1

    async def _serve(self, serving: Serving) -> Made:
        at = self._clock()
        if isinstance(serving.subject, Outcome):
            serving.settled(serving.subject)
        elif not self._hours.open_at(at.astimezone(LOCAL_ZONE)):
            serving.settled(Outcome.UNAVAILABLE, Step(self.config.component, 0.0, "closed"))
        else:
            await self._climb(serving)
        card_city = city_of_authority(serving.citizen.card_authority, self.network.card_authorities) or ""
        answer = self._with_card(serving, answer_of(serving, at.isoformat()), card_city)
        await self.journal.keep(parts_of(serving, at.timestamp(), card_city, answer))
        self.counts[serving.outcome] += 1
        return Made(_encode(answer), final=serving.outcome is not Outcome.UNAVAILABLE)

    def _with_card(self, serving: Serving, answer: VerificationAnswer, card_city: str) -> VerificationAnswer:
        """A bank's own system gets a card with the answer; the console makes a better one from the whole picture."""
        if serving.outlet is None or serving.key.scope == CONSOLE or answer.card is not None:
            return answer
        card = card_of(self.network, serving.outlet, serving.bank, answer.outcome, serving.attempts, card_city)
        return msgspec.structs.replace(answer, card=card)

    async def _climb(self, serving: Serving) -> None:
        """Try the ways in their order until one answers."""
        choices = serving.choices
        deadline_ms = float(self.config.limits.deadline_ms)
        left = deadline_ms
        while (way := next_way(choices, serving.attempts, left)) is not None:  # ok: each way is tried at most once
            await self._try(serving, way, share_ms(choices, way, left))
            left = deadline_ms - (perf_counter() - serving.began) * 1000

    async def _try(self, serving: Serving, way: Way, deadline_ms: float) -> None:
        began = perf_counter()
        request = hop_request(serving, way, deadline_ms)
        answer = await self.crossing(serving.outlet, way).verify(request, self.chain.of(way, serving.bank))
        serving.attempts.append(Attempt(way, answer.outcome, answer.broke_at))
        serving.answers.append((way, answer, (perf_counter() - began) * 1000))

    def crossing(self, outlet: Outlet | None, way: Way) -> Crossing:
        """The gates of this process on an outlet's way; the other entrance's entry is passed over there."""
        return self.crossing_of(
            lines_of(self.network, outlet) if outlet else (), way.entry if self.chain.holds(way.entry) else ""
        )

    def crossing_of(self, lines: Sequence[str], entry: str) -> Crossing:
        components = (*lines, entry) if entry else tuple(lines)
        return Crossing(self.gates, components, self._secret, self.config.limits.try_ms / 1000, entry)


def hop_request(serving: Serving, way: Way, deadline_ms: float) -> HopRequest:
    """One way's request to the chain. The client's key stays here: above, an id is one attempt."""
    return HopRequest(
        id=f"{serving.id}-{len(serving.attempts)}",
        name=serving.citizen.name,
        number=serving.citizen.number,
        mode=way.mode,
        entry=way.entry,
        outlet=serving.outlet.id if serving.outlet else "",
        bank=serving.bank.id,
        business=serving.request.business.type,
        deadline_ms=max(1, int(deadline_ms)),
    )


def answer_of(serving: Serving, at: str) -> VerificationAnswer:
    """What the client gets: the last way's answer, and the path of all ways. What was answered once stays so; after
    a restart only its photo is added, if the same came out again."""
    way, last, _ = serving.answers[-1]
    if serving.first:
        first = _decode_answer(serving.first)
        return msgspec.structs.replace(first, photo=photo_of(last) if last.outcome is first.outcome else "")
    if last.outcome is Outcome.UNAVAILABLE:
        way = serving.answers[0][0]
    path = [step for _, answer, _ in serving.answers for step in answer.path]
    return VerificationAnswer(serving.id, last.outcome, way.mode, path, at, photo_of(last), last.issuing_authority)


def photo_of(answer: HopAnswer) -> str:
    """A photo belongs to match_photo only; with anything else it is somebody's by mistake."""
    return answer.photo if answer.outcome is Outcome.MATCH_PHOTO else ""


def parts_of(serving: Serving, at: float, card_city: str, sent: VerificationAnswer) -> list[Kept]:
    """One part a mode: whether an outlet can use a mode is what detection asks, not by which entry."""
    parts: list[Kept] = []
    for mode in dict.fromkeys(way.mode for way, _, _ in serving.answers):
        tried = [(way, answer, ms) for way, answer, ms in serving.answers if way.mode is mode]
        way, last, _ = tried[-1]
        path = [step for _, answer, _ in tried for step in answer.path]
        request = msgspec.structs.replace(hop_request(serving, way, 1), id=serving.id, card_city=card_city)
        answer = msgspec.structs.replace(last, id=serving.id, path=path, photo="")
        parts.append(Kept(request, answer, at, sum(ms for *_, ms in tried)))
    last_part = parts.pop()
    keyed = msgspec.structs.replace(last_part.request, key=str(serving.key))
    kept = _encode(msgspec.structs.replace(sent, photo=""))
    return [*parts, Kept(keyed, last_part.answer, at, last_part.ms, kept)]
