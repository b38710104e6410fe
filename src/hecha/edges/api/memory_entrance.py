"""An entrance in memory: the `Verifier` for tests, drills and trials without a chain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hecha.edges.clock import Clock
from hecha.edges.hops.wire import Step
from hecha.kernel.errors import Conflict
from hecha.verification.outcome import ANSWERED, Outcome

Truth = Callable[[str, str], Outcome]


@dataclass(frozen=True, slots=True)
class MemoryAnswer:
    """An answer as an entrance gives it."""

    id: str
    outcome: Outcome
    mode: str
    path: tuple[Step, ...]
    at: str
    photo: str = ""
    issuing_authority: str = ""


class MemoryEntrance:
    """`truth(name, number)` is the police source; `down` breaks the chain. Same key: same answer, asked once."""

    def __init__(self, truth: Truth, clock: Clock) -> None:
        self._truth, self._clock = truth, clock
        self.down = False
        self.asked: list[str] = []  # keys that really reached the source, in order
        self._kept: dict[str, tuple[Mapping[str, Any], MemoryAnswer]] = {}

    async def verify_body(self, body: Mapping[str, Any], key: str) -> MemoryAnswer:
        """Raises Conflict for another body under a known key."""
        if key in self._kept:
            before, answer = self._kept[key]
            if before != body:
                raise Conflict("同一幂等键已用于另一内容 (this key was used for another payload)")
            return answer
        answer = self._answer(body, len(self._kept) + 1)
        if answer.outcome in ANSWERED:  # `unavailable` is no result: the key may try again
            self._kept[key] = (body, answer)
            self.asked.append(key)
        return answer

    def _answer(self, body: Mapping[str, Any], serial: int) -> MemoryAnswer:
        subject = body["subject"]
        outcome = Outcome.UNAVAILABLE if self.down else self._truth(subject["name"], subject["number"])
        step = Step("relay", 1.0, "refused" if self.down else "ok")
        mode = str(body.get("mode") or "non_interface")
        return MemoryAnswer(f"V{serial}", outcome, mode, (step,), self._clock().isoformat())
