"""An order (命令, 4.3) as values: what it says, to whom it goes, who has acknowledged, and the commands to it.

    drafted ─ (redrafted) ─ published ─ received* ─ progressed* ─ adjusted* ─ summarised* ─ superseded | ended | settled
                         └ refused (no authority, stale, conflicting, not recovered) │ dropped

A start order published is in force until it is superseded or ended. Epoch (era of grade and decider) and sequence order
the orders of an incident totally; an older one never takes effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from hecha.command.addressees import Addressee


class Kind(StrEnum):
    START = "start"
    END = "end"


class Phase(StrEnum):
    DRAFTED = "drafted"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    ENDED = "ended"  # a start order that an end order has ended
    SETTLED = "settled"  # an end order: all acknowledged, everything undone
    REFUSED = "refused"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure that it prescribes; `exception`: beyond what the plan lists for the level."""

    clause: str
    cause: str
    use: tuple[str, ...]
    cities: tuple[str, ...] = ()
    card_authority: bool = False
    exception: bool = False


@dataclass(frozen=True, slots=True)
class Clocks:
    """From the plan: by when it is published and acknowledged, how often it is chased, reported on, summed up."""

    publish_within: timedelta = timedelta(minutes=30)
    receipt_within: timedelta = timedelta(minutes=30)
    chase_every: timedelta = timedelta(minutes=15)
    escalate_after: timedelta = timedelta(minutes=60)
    progress_every: timedelta = timedelta(minutes=240)
    summary_every: timedelta = timedelta(minutes=240)
    undo_within: timedelta = timedelta(minutes=1440)
    settle_within: timedelta = timedelta(minutes=4320)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A named person has acknowledged; by telephone: who called which number, and the words read back."""

    at: datetime
    by: str
    name: str
    how: str = "system"  # system | telephone
    number: str = ""
    read_back: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """Something reported or said: progress, a problem with its suggestion, an adjustment, a summary."""

    at: datetime
    by: str
    unit: str
    post: str
    text: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """Something temporary to be taken back; `key` is the addressee that must, `what` a word of UNDO."""

    key: str
    what: str
    done: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """`unit` publishes and conveys, `group` is the unit whose group decided (head office, or the same). `who` its
    rung. `areas`, `banks`: the scope at the counters; `ends` the start order that an end order ends."""

    id: str
    incident: str
    unit: str
    group: str
    who: str
    kind: Kind
    resolution: str
    level: int
    level_zh: str
    epoch: int
    sequence: int
    clause: str
    text: str
    drafted: datetime
    drafted_by: str
    publish_due: datetime
    clocks: Clocks = Clocks()
    measures: tuple[Measure, ...] = ()
    areas: tuple[str, ...] = ()
    banks: tuple[str, ...] = ()
    ends: str = ""
    phase: Phase = Phase.DRAFTED
    number: str = ""
    published: datetime | None = None
    published_by: str = ""
    addressees: tuple[Addressee, ...] = ()
    receipts: Mapping[str, Receipt] = field(default_factory=dict)  # by addressee's key
    chased: int = 0
    last_chased: datetime | None = None
    escalated: bool = False
    progress: tuple[Word, ...] = ()
    problems: tuple[Word, ...] = ()
    adjustments: tuple[Word, ...] = ()
    summaries: tuple[Word, ...] = ()
    undo: tuple[Undo, ...] = ()
    supersedes: str = ""
    replaced_by: str = ""
    refused: str = ""
    closed: datetime | None = None

    @property
    def is_in_force(self) -> bool:
        return self.kind is Kind.START and self.phase is Phase.PUBLISHED

    @property
    def is_live(self) -> bool:
        """Published, and still to be acknowledged or carried out."""
        return self.phase is Phase.PUBLISHED

    @property
    def waiting(self) -> tuple[Addressee, ...]:
        """Who has not acknowledged yet."""
        return tuple(one for one in self.addressees if one.key not in self.receipts)

    def addressee(self, key: str) -> Addressee | None:
        return next((one for one in self.addressees if one.key == key), None)

    @property
    def receipt_due(self) -> datetime | None:
        return self.published + self.clocks.receipt_within if self.published else None


@dataclass(frozen=True, slots=True)
class Basis:
    """The resolution an order stands on, as it is when the order is published."""

    id: str
    unit: str
    kind: str
    epoch: int
    taken: bool


@dataclass(frozen=True, slots=True)
class InForce:
    """The start order in force on the incident."""

    id: str
    group: str
    rank: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Now:
    """How the incident stands at publication: era, who decides, on what the order stands, what is in force.

    `latest`: the highest sequence among its orders that have taken effect; `rank`: of the ordering group."""

    epoch: int
    decider: str
    rank: int
    recovered: bool
    over: bool
    basis: Basis | None = None
    in_force: InForce | None = None
    latest: int = 0
    keeps_command: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """The office drafts it from a resolution (2.1.2.2(4))."""

    id: str
    incident: str
    unit: str
    group: str
    who: str
    kind: Kind
    resolution: str
    level: int
    level_zh: str
    epoch: int
    sequence: int
    clause: str
    text: str
    at: datetime
    clocks: Clocks
    measures: tuple[Measure, ...] = ()
    areas: tuple[str, ...] = ()
    banks: tuple[str, ...] = ()
    ends: str = ""
    by: str = "system"


@dataclass(frozen=True, slots=True)
class Redraft:
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Drop:
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Publish:
    """The settlement department publishes it on the group's behalf. `number` is taken only when it takes effect."""

    at: datetime
    by: str
    name: str
    now: Now
    number: str
    addressees: tuple[Addressee, ...]
    undo: tuple[Undo, ...] = ()


@dataclass(frozen=True, slots=True)
class Extend:
    """The event has grown while the order is in force: more areas, banks, addressees."""

    at: datetime
    areas: tuple[str, ...]
    banks: tuple[str, ...]
    addressees: tuple[Addressee, ...]


@dataclass(frozen=True, slots=True)
class Receive:
    """A named person of the unit acknowledges, or the office enters what was read back on the telephone."""

    at: datetime
    by: str
    name: str
    key: str
    how: str = "system"
    number: str = ""
    read_back: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    at: datetime
    by: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    at: datetime
    by: str
    key: str
    text: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Adjust:
    """The owning department adjusts the business or technical measures; flow has checked that the plan lets it."""

    at: datetime
    by: str
    post: str
    text: str


@dataclass(frozen=True, slots=True)
class Summarise:
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Undone:
    at: datetime
    by: str
    key: str
    what: str


@dataclass(frozen=True, slots=True)
class Supersede:
    at: datetime
    order: str


@dataclass(frozen=True, slots=True)
class End:
    """An end order has taken effect."""

    at: datetime
    order: str


@dataclass(frozen=True, slots=True)
class Pass:
    at: datetime


Command = (
    Draft
    | Redraft
    | Drop
    | Publish
    | Extend
    | Receive
    | Progress
    | Problem
    | Adjust
    | Summarise
    | Undone
    | Supersede
    | End
    | Pass
)
