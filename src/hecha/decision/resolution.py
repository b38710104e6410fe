"""A resolution (决策, 4.2): what a group decides on an incident; authority is checked by the grade at that moment.

    proposed ─ (consented) ─ taken ─ settled          proposed ─ refused (stale, withdrawn)
    recorded (head office's, from outside) = taken

Values only; `hecha.decision.deciding` says what a command leads to.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hecha.decision.standing import Standing


class Kind(StrEnum):
    START = "start"  # 启动应急处置办法
    END = "end"  # 结束
    LOWER = "lower"  # 降低等级
    FIX_GRADE = "fix_grade"  # 定级
    REFER = "refer"  # 提请上一级
    REPAIR_FIRST = "repair_first"  # 先组织抢修
    EXCEPTION = "exception"  # 例外采用一项措施


FREE = frozenset({Kind.REPAIR_FIRST, Kind.REFER})
"""First handling, and asking the level above: never blocked by the grade, in one's own area (2.1.2.3(3), 4.1.1(5))."""
GRADES = frozenset({Kind.LOWER, Kind.FIX_GRADE})


class Phase(StrEnum):
    PROPOSED = "proposed"
    TAKEN = "taken"
    SETTLED = "settled"  # what it asked for is done
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the plan sets: for which decisions two persons are needed, and the clocks."""

    two_persons_from_level: int = 3
    two_persons_for_end: bool = True
    two_persons_for_lowering: bool = True
    signature_within: timedelta = timedelta(hours=24)
    repair_review_after: timedelta = timedelta(hours=1)

    def needs_two(self, kind: Kind, level: int, target: int | None = None) -> bool:
        """For a decision at this level; `target` is the level that a decision on the grade leads to."""
        if kind in FREE:
            return False
        lowers = kind is Kind.LOWER or (kind is Kind.FIX_GRADE and target is not None and target > level)
        if (kind is Kind.END and self.two_persons_for_end) or (lowers and self.two_persons_for_lowering):
            return True
        return min(level, target if target is not None else level) <= self.two_persons_from_level


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the account ("" for one who has none), the name, the post by which they may; `standing_in` for
    another who holds it."""

    account: str
    name: str
    post: str = ""
    standing_in: bool = False

    def is_same(self, other: "Person") -> bool:
        return self.name == other.name or (bool(self.account) and self.account == other.account)


@dataclass(frozen=True, slots=True)
class Telephone:
    """Consent by telephone: who called whom, at which number, and the words read back."""

    caller: str  # account
    callee: str  # name
    number: str
    read_back: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A decision that reached us from outside: its number, when it was made, who received it, how, and the scan.

    `how` ∈ fax, telephone, document; `scan` is a reference, "" while it is still owed."""

    number: str
    decided: datetime
    receiver: str
    how: str
    scan: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """`unit` is the group's unit, `epoch` the era of the grade it was proposed in, `target` a level, a unit or a
    clause by its kind; `order` the start order that an end is about."""

    id: str
    incident: str
    unit: str
    kind: Kind
    reason: str
    level: int
    epoch: int
    clause: str
    at: datetime
    proposer: Person
    here: str  # the unit that keeps it: the group's own, or whoever acts for head office
    decider: str  # the unit whose group decided when it was proposed
    two: bool
    signature_due: datetime
    review: datetime | None = None
    phase: Phase = Phase.PROPOSED
    target: str = ""
    meeting: str = ""
    order: str = ""
    consenter: Person | None = None
    telephone: Telephone | None = None
    signed: datetime | None = None
    disowned: str = ""  # why the person named says they never consented
    outside: Outside | None = None
    taken: datetime | None = None
    refused: str = ""  # why
    closed: datetime | None = None

    @property
    def is_taken(self) -> bool:
        return self.phase in (Phase.TAKEN, Phase.SETTLED)

    @property
    def moves(self) -> bool:
        """A referral by the deciding group itself: from then on the level above decides."""
        return self.is_taken and self.kind is Kind.REFER and self.unit == self.decider

    @property
    def owes_signature(self) -> bool:
        return self.is_taken and self.telephone is not None and self.signed is None and not self.disowned

    @property
    def owes_scan(self) -> bool:
        return self.outside is not None and not self.outside.scan


@dataclass(frozen=True, slots=True)
class Propose:
    """A member of the group proposes. `in_area`: the event touches the group's area. With one person enough (by the
    plan's rules) it is taken at once."""

    id: str
    unit: str
    kind: Kind
    reason: str
    at: datetime
    who: Person
    standing: Standing
    rules: Rules
    in_area: bool
    target: str = ""
    meeting: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """Another member consents, in the system or by telephone (then `telephone.caller` entered it)."""

    at: datetime
    who: Person
    unit: str
    standing: Standing
    telephone: Telephone | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Enter a decision of head office that came from outside."""

    id: str
    unit: str  # head office, or whoever decided outside
    kind: Kind
    reason: str
    at: datetime
    who: Person
    outside: Outside
    standing: Standing
    rules: Rules
    target: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """Who consented by telephone signs."""

    at: datetime
    by: str
    name: str


@dataclass(frozen=True, slots=True)
class Disown:
    """Who is said to have consented by telephone says that they did not."""

    at: datetime
    by: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Scan:
    """The scan of an outside decision is filed."""

    at: datetime
    by: str
    scan: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The proposer takes the proposal back."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Lapse:
    """The grade or the decider has changed, or the event is over: an open proposal is stale."""

    at: datetime
    epoch: int
    over: bool = False


@dataclass(frozen=True, slots=True)
class Settle:
    """What it asked for is done, or has been overtaken."""

    at: datetime
    because: str


Command = Propose | Consent | Record | Sign | Disown | Scan | Withdraw | Lapse | Settle
