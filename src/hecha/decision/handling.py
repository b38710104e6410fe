"""First handling and command in one's own area (先期处置, 2.1.2.3(3), 4.1.1(4)): recorded, never blocked."""

from dataclasses import dataclass
from datetime import datetime

from hecha.kernel.facts import Fact
from hecha.kernel.said import said

PREFIX = "decision:handling:"
CLAUSE = "2.1.2.3(3)"


@dataclass(frozen=True, slots=True)
class Handling:
    """What a unit did, or told those below it to do, before or beside any order."""

    id: str
    incident: str
    unit: str
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    id: str
    incident: str
    unit: str
    at: datetime
    by: str
    text: str


def decide(command: Record, state: Handling | None) -> tuple[Fact, ...]:
    """One fact; the same record again gives none. Raises BadInput when nothing is said."""
    if state is not None:
        return ()
    data = {"incident": command.incident, "unit": command.unit, "text": said("text", command.text)}
    return (Fact(PREFIX + "recorded", command.id, command.at, command.by, command.unit, CLAUSE, data),)


def evolve(state: Handling | None, fact: Fact) -> Handling:
    return Handling(fact.subject, fact.data["incident"], fact.data["unit"], fact.at, fact.by, fact.data["text"])
