"""The answers of the sandbox's police source (公安部信息共享系统): name and number against the synthetic population."""

from base64 import b64encode
from typing import Any

import msgspec

from hecha.edges.hops.wire import HopAnswer, HopRequest, Step
from hecha.edges.police_faults import DataFaults
from hecha.edges.sandbox.photos import photo
from hecha.edges.sandbox.population import Citizen, Population
from hecha.kernel.errors import BadInput
from hecha.verification.outcome import Outcome
from hecha.verification.subject import check_name, check_number

COMPONENT = "police"
WITHHELD = "此项暂不返回核查结果"


class Source:
    """Answers one request at a time, from memory, without any I/O. The same question gets the same answer."""

    def __init__(self, population: Population, faults: DataFaults) -> None:
        self.population = population
        self.faults = faults

    def answer(self, request: HopRequest, ms: float = 0.0) -> bytes:
        """The encoded HopAnswer, or one with an odd word that is no result."""
        found = self._answer(request)
        found.path = [Step(COMPONENT, ms)]
        odd = self.faults.odd_answer(self.population.find(request.number)) if self.faults.table else ""
        return _odd(found, odd) if odd else msgspec.json.encode(found)

    def _answer(self, request: HopRequest) -> HopAnswer:
        try:
            name, number = check_name(request.name), check_number(request.number)
        except BadInput:
            return HopAnswer(request.id, Outcome.INPUT_ERROR)
        citizen = self.population.find(number)
        if citizen is None:
            return HopAnswer(request.id, Outcome.NOT_FOUND)
        outcome = self.faults.wrong_record(citizen) or _compared(citizen, name)
        if outcome is not Outcome.MATCH_PHOTO:
            return HopAnswer(request.id, outcome, issuing_authority=self._authority(citizen, outcome))
        return self._match(request.id, citizen)

    def _match(self, request_id: str, citizen: Citizen) -> HopAnswer:
        fault = self.faults.photo(citizen)
        if fault == "down" or not citizen.has_photo:
            outcome, picture = Outcome.MATCH_NO_PHOTO, b""
        else:
            outcome = Outcome.MATCH_PHOTO
            picture = photo((citizen.index + 1) % len(self.population)) if fault == "shifted" else citizen.photo
        return HopAnswer(
            request_id,
            outcome,
            photo=b64encode(picture).decode(),
            issuing_authority=self._authority(citizen, outcome),
        )

    def _authority(self, citizen: Citizen, outcome: Outcome) -> str:
        if outcome in (Outcome.NOT_FOUND, Outcome.NAME_MISMATCH):
            return ""
        return WITHHELD if self.faults.withheld(citizen) else citizen.card_authority


def _compared(citizen: Citizen, name: str) -> Outcome:
    """The name first: nothing is said about the card of somebody else."""
    if name != citizen.name:
        return Outcome.NAME_MISMATCH
    if citizen.card_invalid:
        return Outcome.CARD_INVALID
    return Outcome.CARD_LOST if citizen.card_lost else Outcome.MATCH_PHOTO


def _odd(found: HopAnswer, word: str) -> bytes:
    body: dict[str, Any] = {"id": found.id, "outcome": word, "path": found.path}
    return msgspec.json.encode(body)
