"""What a report can be told to do: by the plan (owed, cancelled), by people (told, sent, taken), by time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hecha.report.content import Content, Judged, Kind
from hecha.report.legs import Leg
from hecha.report.model import USUAL, Answer, Call, Clock, Delivery, Via


@dataclass(frozen=True, slots=True)
class Owe:
    """A unit owes a report, or owes it sooner or to more receivers than before."""

    id: str
    incident: str
    unit: str
    plan: str
    kind: Kind
    serial: int
    legs: tuple[Leg, ...]
    since: datetime
    at: datetime
    clock: Clock = USUAL
    level: int | None = None
    states_grade: bool = False
    previous: str = ""
    hasten: bool = False
    by: str = "system"


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been judged so far is kept."""

    judged: Mapping[str, Judged]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Phone:
    """Told by telephone; `call.at` is the moment of the call, `at` when it is entered."""

    call: Call
    at: datetime


@dataclass(frozen=True, slots=True)
class SkipLevel:
    """Go to the level above one receiver. `ladder`: the units above it, the nearest first."""

    over: str
    to: str
    reason: str
    ladder: tuple[str, ...]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Send:
    """The written report goes out, numbered, by a named person."""

    content: Content
    number: str
    name: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Receive:
    """A receiver's person takes it."""

    unit: str
    name: str
    at: datetime
    by: str
    via: Via = Via.SYSTEM


@dataclass(frozen=True, slots=True)
class Deliver:
    """The paper has gone to a receiver outside the system."""

    delivery: Delivery
    at: datetime


@dataclass(frozen=True, slots=True)
class Enter:
    """An answer of a receiver outside the system is entered."""

    answer: Answer
    at: datetime


@dataclass(frozen=True, slots=True)
class Cancel:
    """It is no longer needed."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pass:
    """Time passes."""

    at: datetime


Command = Owe | Draft | Phone | SkipLevel | Send | Receive | Deliver | Enter | Cancel | Pass
