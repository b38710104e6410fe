"""A plan (应急处置办法) as values: levels, clauses, sentences, readings, routes, authority, measures, clocks.

Everything a province may word differently is here and comes from a plan file; the code knows no threshold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hecha.kernel.ids import AreaCode, ClauseId
from hecha.plan.posts import OrganizationRules


class Scope(StrEnum):
    """The groups a sentence speaks of: the whole network, or each area or bank of a kind."""

    WHOLE = "whole"  # 全省 (the whole network the plan is applied to)
    PROVINCE = "province"  # 省
    CITY = "city"  # 地市
    COUNTY = "county"  # 县市
    BANK = "bank"  # 银行
    INTERFACE_BANK = "interface_bank"  # 接口行


class Quantifier(StrEnum):
    ALL = "all"  # 所有 (false over an empty set)
    SOME = "some"  # 至少一个


class Matter(StrEnum):
    """What is said of the group's outlets (or, for DATA matters, of the group itself)."""

    CANNOT_INTERFACE = "cannot_interface"  # of the group's outlets that have an interface mode
    CANNOT_NON_INTERFACE = "cannot_non_interface"
    CANNOT_BOTH = "cannot_both"  # no working mode left
    CANNOT_ANY = "cannot_any"  # at least one of its modes does not work
    CAN_INTERFACE = "can_interface"
    CAN_NON_INTERFACE = "can_non_interface"
    SEVERE_DATA_ERROR = "severe_data_error"  # of the city: missing, or accuracy below the plan's share
    DISTURBING_DATA_ERROR = "disturbing_data_error"  # a lesser error that the group records as disturbing


@dataclass(frozen=True, slots=True)
class Span:
    """How many minutes an outage takes from its begin to its recovery; both ends inclusive.

    超过8小时 is `Span(481)`, 30分钟以上 is `Span(30)`, 超过8小时不超过48小时 is `Span(481, 2880)`.
    """

    low: int = 0
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One fixed-slot sentence: between `groups_low` and `groups_high` groups of `scope` fulfil
    `quantifier` outlets `matter` for `span`."""

    scope: Scope
    matter: Matter
    quantifier: Quantifier = Quantifier.ALL
    span: Span = Span()
    groups_low: int = 1
    groups_high: int | None = None
    text: str = ""  # as it stands in the plan file
    line: int = 0


Alternative = tuple[Sentence, ...]
"""All of its sentences hold."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level, 1 the gravest. `key` is what other tables of the plan refer to."""

    rank: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the regulation: its id, a few words, and the gist in our own words."""

    id: ClauseId
    zh: str
    gist: str
    line: int = 0
    kind: str = ""  # rule (computed), flow (people act through it), record (kept and checked), basis (cited)


@dataclass(frozen=True, slots=True)
class EventRule:
    """One way to be an event (1.4.1): a flag that a group has recorded, or one of the alternatives."""

    clause: ClauseId
    flag: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    where: str = ""  # file:line


@dataclass(frozen=True, slots=True)
class GradeRule:
    """One grading clause: any alternative fulfils it; a residual one takes any event.

    `cause` ∈ outage, data_error, any: which kind of trouble its sentences are about."""

    clause: ClauseId
    level: int
    alternatives: tuple[Alternative, ...] = ()
    residual: bool = False
    cause: str = "outage"
    where: str = ""  # file:line


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the unclear wording; `reasons` says, per clause, why."""

    name: str
    zh: str
    events: tuple[EventRule, ...]
    grades: tuple[GradeRule, ...]  # in the regulation's order
    reasons: Mapping[ClauseId, str] = field(default_factory=dict)
    gist: str = ""


@dataclass(frozen=True, slots=True)
class ReadingRule:
    """One rule of reading that holds for all readings, or one matter of procedure: shown to officials to confirm."""

    zh: str
    gist: str
    group: str = "reading"  # reading, procedure


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis (依据): the title and the number of its document."""

    title: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class RouteLeg:
    """One leg of the report ladder (4.1.2). `sender`, `receiver` ∈ bank, county, city, province, head_office, and
    `local`: the lowest branch that covers the whole area (当地分支机构). bank → bank is the bank's own superior.

    `levels`: for which levels (empty: every event); `when`: "" or a named condition, such as
    `local_interface_bank_lost_interface`; `speed`: the regulation's word, a key of `Plan.speeds`.
    """

    clause: ClauseId
    sender: str
    receiver: str
    speed: str
    levels: frozenset[int] = frozenset()
    when: str = ""


@dataclass(frozen=True, slots=True)
class WarningLeg:
    """To whom news below 1.4.1 is reported (3.2.3). `sender` ∈ staff (of a central-bank branch), office (what happens
    outside), bank; `receiver` ∈ office (of the own group), group (the own one), local (the local branch's group)."""

    clause: ClauseId
    sender: str
    receiver: str
    speed: str


@dataclass(frozen=True, slots=True)
class Authority:
    """Who decides at a level (4.2.1): `who` ∈ local, county, city, province, head_office;
    `referral`: "" or one of them, or `upper`, the next level up."""

    clause: ClauseId
    level: int
    who: str
    referral: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """What must be done at a level for a cause (5.1): the ways of `use`, in their order.

    `card_authority`: only for cards issued by an authority of an affected city."""

    clause: ClauseId
    levels: frozenset[int]
    causes: frozenset[str]  # outage, data_error
    use: tuple[ClauseId, ...]
    card_authority: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """What an order charges one kind of addressee with (4.3). `by`: the level whose group orders (county, city,
    province; the province passes on what head office orders); `to` ∈ group, office, settlement, credit, technology
    (posts of the ordering unit), lower (groups directly below), bank (groups of the banks in its area).

    `does`: words of a closed list (`adjust_business`); `reach`: "all" below, or only those whose
    area the event has "touched"; `zh`: the line in the order's text."""

    clause: ClauseId
    by: str
    to: str
    does: tuple[str, ...]
    zh: str
    reach: str = "all"


@dataclass(frozen=True, slots=True)
class Speed:
    """What a word such as 立即 means here, in minutes (a local setting): first notice and written report,
    and every how many minutes progress is reported (0: not asked for)."""

    word: str
    notice_minutes: int
    written_minutes: int
    repeat_minutes: int = 0


@dataclass(frozen=True, slots=True)
class RunbookStep:
    """One step of a runbook: who does what, and what proves it. `who` ∈ `hecha.plan.runbooks.WHO`; `action` is "" or
    what the system itself can do at this step (`hecha.plan.runbooks.ACTIONS`)."""

    who: str
    zh: str
    en: str
    proof: str
    proof_en: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class Runbook:
    """How a fault of a nature is handled in a part of the system (5.2): `part` ∈ terminal, front."""

    id: str
    clause: ClauseId
    part: str
    nature: str
    zh: str
    en: str
    steps: tuple[RunbookStep, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What an evaluation asks one of its parties (5.4): `party` ∈ settlement, technology, operations."""

    clause: ClauseId
    party: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan, as one province has issued it."""

    id: str
    zh: str
    version: str
    levels: tuple[Level, ...]
    clauses: Mapping[ClauseId, Clause]  # in the regulation's order
    readings: Mapping[str, Reading]
    default_reading: str
    routes: tuple[RouteLeg, ...] = ()
    authorities: tuple[Authority, ...] = ()
    measures: tuple[Measure, ...] = ()
    speeds: Mapping[str, Speed] = field(default_factory=dict)
    settings: Mapping[str, int | float | bool | str] = field(default_factory=dict)
    # Known settings, with defaults in `plan.settings`: severe_accuracy_below 0.5, flap_restored_minutes 30,
    # estimate_owed_after_minutes 30, unusable_failed_share 0.5, unusable_p95_ms 30000, unusable_window_minutes 10,
    # horizon_hours 72, left_out_cities "" (codes by comma), settle_backlog_hours 72, call_again_hours 24,
    # certificate_answer_days 2, evaluate_within_days 15, report_remind_minutes 10, report_escalate_minutes 15,
    # report_receipt_minutes 30 …; of decisions and orders (4.2, 4.3): `hecha.plan.charges`.
    headings: Mapping[ClauseId, str] = field(default_factory=dict)  # clauses that only head others: 5.1.1 …
    numbering_gaps: frozenset[ClauseId] = frozenset()  # numbers that the issued text itself leaves out
    purpose: str = ""
    scope: str = ""
    bases: tuple[Basis, ...] = ()
    warnings: tuple[WarningLeg, ...] = ()
    rules: tuple[ReadingRule, ...] = ()
    runbooks: tuple[Runbook, ...] = ()
    questions: tuple[Question, ...] = ()
    organization: OrganizationRules = field(default_factory=OrganizationRules)
    charges: tuple[Charge, ...] = ()

    @property
    def left_out_cities(self) -> frozenset[AreaCode]:
        """Cities that do not count as the province's (a local setting; Ningbo stands apart since 2023)."""
        return frozenset(
            AreaCode(code.strip()) for code in str(self.settings.get("left_out_cities", "")).split(",") if code.strip()
        )

    def level(self, rank: int) -> Level:
        return next(level for level in self.levels if level.rank == rank)
