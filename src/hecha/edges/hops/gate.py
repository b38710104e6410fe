"""Gates: where a sandbox may break a component inside a process. `edges/hops/faults.py` has the switchable ones."""

from dataclasses import dataclass
from typing import Protocol

from hecha.edges.hops.wire import FaultOrder, FaultTable


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a component. `kind` ∈ down, slow, garbage, half-open, bitflip, truncate, data, photo;
    `value` is milliseconds for slow."""

    kind: str
    value: str = ""


class Gate(Protocol):
    """Asked at each component that a request passes inside this process. Must be cheap: it is on the hot path."""

    def check(self, component: str) -> Fault | None:
        """What is wrong with it now; `None` = nothing."""
        ...

    def apply(self, order: FaultOrder) -> FaultTable:
        """Break or mend. Raises BadInput for a component or fault that this process does not have."""
        ...


class OpenGate:
    """Production: nothing can be broken on purpose."""

    def check(self, component: str) -> Fault | None:
        return None

    def apply(self, order: FaultOrder) -> FaultTable:
        return FaultTable({})


def mangle(fault: Fault, body: bytes) -> bytes:
    """What a broken line makes of an answer: an HTML page, one flipped bit, or half of it."""
    if fault.kind == "garbage":
        return b"<html><body><h1>502 Bad Gateway</h1></body></html>"
    if fault.kind == "bitflip" and body:
        middle = len(body) // 2
        return body[:middle] + bytes((body[middle] ^ 1,)) + body[middle + 1 :]
    return body[: len(body) // 2] if fault.kind == "truncate" else body
