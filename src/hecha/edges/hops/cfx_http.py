"""`POST /interface/cfx`: an interface bank's XML in, its XML out, one verification a person.

The bank is known by its bearer token, its code family by the settings. A person's idempotency key is the message number
and the suffix. SRC may name an outlet; real messages name none: then the request stands for the bank's core alone and
passes no outlet's lines.
"""

import asyncio
from dataclasses import dataclass, field

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from hecha.edges.api.problems import status_of
from hecha.edges.hops import cfx
from hecha.edges.hops.cfx_codes import DEFAULT, CodeFamily, family
from hecha.edges.hops.entrance import Entrance
from hecha.edges.hops.entrance_body import body_of
from hecha.edges.hops.entrance_intake import CONSOLE
from hecha.edges.hops.entrance_model import BUSINESS_TYPES, Business, Citizen, VerificationAnswer, VerificationRequest
from hecha.kernel.errors import HechaError, Refused, Unavailable
from hecha.kernel.ids import Access, BankId
from hecha.verification.outcome import Outcome

AT_ONCE = 8  # people of one message under way at the same time
XML = "text/xml"
_answer = msgspec.json.Decoder(VerificationAnswer).decode


@dataclass
class CfxDoor:
    """The HTTP side; what the XML says is translated in `cfx`."""

    entrance: Entrance
    families: dict[str, CodeFamily] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.families = {bank: family(name) for bank, name in self.entrance.config.cfx_families.items()}

    async def handle(self, request: Request) -> Response:
        """Always XML; what is refused carries the status that JSON would carry too."""
        encoding = "UTF-8"
        try:
            bank = self._bank(request)
            seconds = self.entrance.config.limits.body_ms / 1000
            message = cfx.read(await body_of(request, cfx.BODY_BYTES_MAX, seconds))
            encoding = message.encoding
            results = await self._all(bank, message)
        except HechaError as error:
            return _xml(cfx.write_error(str(error), encoding), encoding, status_of(error))
        return _xml(cfx.write(message, results, self.families.get(bank, family(DEFAULT))), encoding)

    def _bank(self, request: Request) -> str:
        who = self.entrance.institutions.of(request.headers.get("authorization", ""))
        bank = self.entrance.network.banks.get(BankId(who))
        if who == CONSOLE or bank is None or bank.access is Access.NONE:
            raise Refused("5.1.1(2)", "只有接口行用这个接口 for interface banks only", "用 /api/v1/verifications")
        return who

    async def _all(self, bank: str, message: cfx.CfxRequest) -> list[cfx.CfxResult]:
        turn = asyncio.Semaphore(AT_ONCE)
        return list(await asyncio.gather(*(self._one(bank, message, person, turn) for person in message.people)))

    async def _one(
        self, bank: str, message: cfx.CfxRequest, person: cfx.Person, turn: asyncio.Semaphore
    ) -> cfx.CfxResult:
        if message.business not in BUSINESS_TYPES:
            return cfx.CfxResult(Outcome.INPUT_ERROR)
        asked = VerificationRequest(Citizen(person.name, person.number), Business(message.business), message.outlet)
        try:
            async with turn:
                key = f"cfx-{message.msg_no}-{person.suffix}"
                answer = _answer(await self.entrance.verify(bank, asked, key, core_alone=not message.outlet))
        except Unavailable:
            return cfx.CfxResult(Outcome.UNAVAILABLE)
        return cfx.CfxResult(answer.outcome, answer.issuing_authority, answer.photo)


def _xml(body: bytes, encoding: str, status: int = 200) -> Response:
    headers = {"cache-control": "no-store", "content-type": f"{XML}; charset={encoding}"}
    return Response(body, status, headers)
