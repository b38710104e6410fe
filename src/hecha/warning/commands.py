"""What can be done with an alert: one command each. `by` is an account or "system", `unit` on whose behalf."""

from dataclasses import dataclass
from datetime import datetime

from hecha.kernel.ids import AreaCode, ComponentId
from hecha.warning.alert import Assessment, Kind, Leg, Origin, Task
from hecha.warning.pace import Pace


@dataclass(frozen=True, slots=True)
class Raise:
    """The news has come. `legs`: who has to tell whom; those told at once are told already."""

    id: str
    kind: Kind
    origin: Origin
    cause: str
    title: str
    nature: str
    unit: str
    at: datetime
    pace: Pace
    by: str = "system"
    on_behalf_of: str = ""
    text: str = ""
    components: tuple[ComponentId, ...] = ()
    areas: tuple[AreaCode, ...] = ()
    severity: int = 0
    likely: int = 0
    began: datetime | None = None
    expected_end: datetime | None = None
    caller: str = ""
    received: datetime | None = None
    legs: tuple[Leg, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """The source says something new; fields left `None` stay as they are."""

    at: datetime
    by: str = "system"
    title: str | None = None
    text: str | None = None
    components: tuple[ComponentId, ...] | None = None
    areas: tuple[AreaCode, ...] | None = None
    severity: int | None = None
    likely: int | None = None
    began: datetime | None = None
    expected_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """A leg of 3.2.3 is done: `sender` has told. A telephone call says with whom, in `note`."""

    sender: str
    at: datetime
    by: str
    medium: str = "page"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Assess:
    """Likelihood × impact, by a person of an office, or by the watch's own figures."""

    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Notify:
    """The group has the units concerned told (3.2.4). `consent`: who of the group agreed, where the office does it."""

    units: tuple[str, ...]
    tasks: tuple[Task, ...]
    by: str
    unit: str
    at: datetime
    text: str = ""
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A named person of a unit has taken note; `by` entered it, `medium` page, telephone or link."""

    unit: str
    person: str
    at: datetime
    by: str
    medium: str = "page"


@dataclass(frozen=True, slots=True)
class Pass:
    """Time passes: what is overdue is chased, and told to the level above when chasing has not helped."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Quieten:
    """The source says since then that it is over, or says nothing more."""

    since: datetime
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Stir:
    """It is not over after all."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Become:
    """1.4.1 is met: from now on it is an incident's. `incident`: its id, as soon as there is one."""

    at: datetime
    clauses: tuple[str, ...] = ()
    incident: str = ""
    by: str = "system"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The event was none after all (it ended in time): a warning again."""

    at: datetime


@dataclass(frozen=True, slots=True)
class End:
    """The watch has measured that the fault is over."""

    recovered: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Lift:
    """A person lifts it, with the reason."""

    reason: str
    by: str
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Join:
    """Another alert of the same cause goes on in its place."""

    into: str
    at: datetime


Command = (
    Raise
    | Update
    | Tell
    | Assess
    | Notify
    | Acknowledge
    | Pass
    | Quieten
    | Stir
    | Become
    | Withdraw
    | End
    | Lift
    | Join
)
