"""What can be asked of an incident, from its opening by rule or person to the closing of its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hecha.incident.event import Extent, Opinion, Standing

REASON_MAX = 400
"""Characters of the reason of a withdrawal."""


@dataclass(frozen=True, slots=True)
class Open:
    """By rule (`by` system) or by a person with the right."""

    id: str
    plan: str
    plan_version: str
    revision: str
    title: str
    warnings: tuple[str, ...]
    components: tuple[str, ...]
    nature: str
    owner: str
    unit: str
    occurred: datetime
    discovered: datetime
    proposed: Standing
    extent: Extent
    others: Mapping[str, Standing]
    event_after: int
    at: datetime
    by: str = "system"
    on_behalf_of: str = ""
    estimate: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Regrade:
    """What the plan says of the measurements now; `unit` leads at the level that results."""

    proposed: Standing
    extent: Extent
    others: Mapping[str, Standing]
    components: tuple[str, ...]
    estimate: datetime | None
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class State:
    """The reporting group states a level (4.1.1(3)); it decides nothing."""

    opinion: Opinion


@dataclass(frozen=True, slots=True)
class Fix:
    """The deciding group fixes the level; flow has checked that it may. A milder one lowers it."""

    opinion: Opinion
    unit: str  # leads at the level that results


@dataclass(frozen=True, slots=True)
class Link:
    """Other incidents stand at the same time; `union` is what the plan says of all together."""

    linked: tuple[str, ...]
    union: Standing
    at: datetime


@dataclass(frozen=True, slots=True)
class ProposeRecovery:
    """Measured as working again since `since`; None: it failed again."""

    since: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ConfirmRecovery:
    """A person confirms that verification works again."""

    recovered: datetime
    at: datetime
    by: str
    unit: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """A start order takes effect."""

    order: str
    at: datetime
    by: str
    unit: str


@dataclass(frozen=True, slots=True)
class End:
    """An end order takes effect, or (with no start order) the deciding group ends it."""

    order: str
    at: datetime
    by: str
    unit: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The deciding group says that it is no event after all: measurement no longer bears it out, or a person had
    entered it, and another takes it back."""

    at: datetime
    by: str
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class Close:
    """The file is closed; `open_duties` are what is still owed, by their words."""

    open_duties: tuple[str, ...]
    at: datetime
    by: str
    unit: str


Command = Open | Regrade | State | Fix | Link | ProposeRecovery | ConfirmRecovery | Start | End | Withdraw | Close
