"""The figures of an event (影响评估, 5.4(2), and every clock of 1.5.2), from the ledger's facts alone.

    figures_of(facts, tallies, entries, accounts, cities)

`facts`: the event's timeline in the ledger's order. `tallies`: what the watch counted meanwhile (`watch:tally:…`) of
its warnings and of all requests; of these, those of the `cities` that it touched are its own (None: all).
`entries`: the register's facts of its outlets. Nothing here is typed in, and the same facts give the same figures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hecha.evaluation.owed import Account, Outcome
from hecha.kernel.facts import Fact

START, END = "start", "end"
CLOCKS: tuple[tuple[str, str, str, str], ...] = (
    ("detection", "3.2.2(1)", "occurred", "discovered"),
    ("grade", "1.4.2", "discovered", "opened"),
    ("first_report", "4.1.3(1)", "opened", "first_report"),
    ("decision", "4.2.1(2)", "opened", "decision"),
    ("order", "4.3.1(1)", "decision", "order"),
    ("first_receipt", "4.3.1(1)", "order", "first_receipt"),
    ("last_receipt", "4.3.1(1)", "order", "last_receipt"),
    ("recovery", "1.4.1(3)", "occurred", "recovered"),
    ("end", "4.3.1(7)", "recovered", "end_order"),
    ("settled", "5.1.1(3)", "recovered", "settled"),
)
"""Name, clause, from which moment, to which moment: the clocks of 1.5.2."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of 1.5.2. `minutes` None: one of its ends has not happened. `places`: of the facts that say so, in the
    timeline that was given."""

    name: str
    clause: str
    begin: datetime | None
    end: datetime | None
    minutes: int | None
    places: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Loss:
    """What outlets lost in one mode (or in both): outlet minutes, and the most outlets at a time."""

    minutes: int = 0
    peak: int = 0

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)


@dataclass(frozen=True, slots=True)
class Business:
    """What became of customers' requests while it lasted: asked in all, without a result, by the other mode, asked of
    another unit, registered; and of the registered ones: the same, different, not verifiable, settled, still open."""

    requests: int = 0
    failed: int = 0
    switched: int = 0
    delegated: int = 0
    registered: int = 0
    same: int = 0
    differs: int = 0
    unverifiable: int = 0
    settled: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """Duties under one clause: met in time, late, still open, open and overdue, no longer asked for."""

    clause: str
    met: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0
    lapsed: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one event. `levels`: when which level was in force."""

    incident: str
    clocks: tuple[Clock, ...]
    levels: tuple[tuple[datetime, int | None], ...]
    losses: Mapping[str, Loss]  # interface, non_interface, dark
    business: Business
    duties: tuple[Kept, ...]
    facts: int = 0  # how many facts they rest on
    through: datetime | None = None  # the latest of them

    def clock(self, name: str) -> Clock:
        return next(one for one in self.clocks if one.name == name)


def figures_of(
    facts: Sequence[Fact],
    tallies: Sequence[Fact] = (),
    entries: Sequence[Fact] = (),
    accounts: Iterable[Account] = (),
    cities: frozenset[str] | None = None,
) -> Figures:
    """All figures of the event whose timeline is given."""
    moments = _seen(facts)
    everything = (*facts, *tallies, *entries)
    return Figures(
        incident=next((fact.subject for fact in facts if fact.kind == "incident:event:opened"), ""),
        clocks=tuple(_clock(*one, moments) for one in CLOCKS),
        levels=tuple(_levels(facts)),
        losses=losses_of(tallies),
        business=business_of(tallies, entries, cities),
        duties=kept_by_clause(accounts),
        facts=len(everything),
        through=max((fact.at for fact in everything), default=None),
    )


def moments_of(facts: Sequence[Fact]) -> dict[str, datetime]:
    """When what happened first (receipts: also last), by the names that `CLOCKS` uses."""
    return _seen(facts).at


def _seen(facts: Sequence[Fact]) -> "_Moments":
    found = _Moments()
    for place, fact in enumerate(facts):
        found.see(place, fact)
    return found


@dataclass
class _Moments:
    """Walks over the timeline once. What is undone by a relapse is forgotten."""

    at: dict[str, datetime] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)  # of the fact that says so
    kinds: dict[str, str] = field(default_factory=dict)  # of resolutions and orders, by subject
    here: int = 0

    def see(self, place: int, fact: Fact) -> None:
        self.here = place
        if isinstance(kind := fact.data.get("kind"), str):
            self.kinds[fact.subject] = kind
        seen = _SEEN.get(fact.kind)
        if seen is not None:
            seen(self, fact)

    def first(self, name: str, moment: datetime) -> None:
        if name not in self.at:
            self.last(name, moment)

    def last(self, name: str, moment: datetime) -> None:
        self.at[name], self.places[name] = moment, self.here

    def forget(self, *names: str) -> None:
        for name in names:
            self.at.pop(name, None)
            self.places.pop(name, None)

    def opened(self, fact: Fact) -> None:
        self.first("occurred", _moment(fact.data["occurred"]))
        self.first("discovered", _moment(fact.data["discovered"]))
        self.first("opened", fact.at)

    def reported(self, fact: Fact) -> None:
        self.first("first_report", fact.at)

    def decided(self, fact: Fact) -> None:
        if self.kinds.get(fact.subject) == START:
            self.first("decision", fact.at)

    def published(self, fact: Fact) -> None:
        self.first("order" if self.kinds.get(fact.subject) == START else "end_order", fact.at)

    def received(self, fact: Fact) -> None:
        if self.kinds.get(fact.subject) == START:
            self.first("first_receipt", fact.at)
            self.last("last_receipt", fact.at)

    def recovered(self, fact: Fact) -> None:
        self.last("recovered", _moment(fact.data["recovered"]))

    def relapsed(self, _: Fact) -> None:
        self.forget("recovered", "settled")

    def settled(self, fact: Fact) -> None:
        self.last("settled", fact.at)

    def unsettled(self, _: Fact) -> None:
        self.forget("settled")


_SEEN = {
    "incident:event:opened": _Moments.opened,
    "report:report:phoned": _Moments.reported,
    "report:report:sent": _Moments.reported,
    "decision:resolution:taken": _Moments.decided,
    "decision:resolution:recorded": _Moments.decided,
    "command:order:published": _Moments.published,
    "command:order:received": _Moments.received,
    "incident:event:recovered": _Moments.recovered,
    "incident:event:relapsed": _Moments.relapsed,
    "recovery:register:settled": _Moments.settled,
    "recovery:register:counted": _Moments.unsettled,
    "recovery:register:reopened": _Moments.unsettled,
}


def _clock(name: str, clause: str, begin: str, end: str, moments: _Moments) -> Clock:
    first, last = moments.at.get(begin), moments.at.get(end)
    minutes = None if first is None or last is None else max(0, (last - first) // timedelta(minutes=1))
    return Clock(name, clause, first, last, minutes, (moments.places.get(begin), moments.places.get(end)))


def _levels(facts: Iterable[Fact]) -> Iterable[tuple[datetime, int | None]]:
    for fact in facts:
        if fact.kind == "incident:event:opened":
            yield fact.at, fact.data["proposed"]["level"]
        elif fact.kind in ("incident:event:raised", "incident:event:lowered"):
            yield fact.at, fact.data["level"]


def losses_of(tallies: Iterable[Fact]) -> dict[str, Loss]:
    """Outlet minutes and the highest number, by mode and for both at once."""
    found = {name: Loss() for name in ("interface", "non_interface", "dark")}
    for fact in tallies:
        for name, loss in found.items():
            minutes = int(fact.data.get("minutes", {}).get(name, 0))
            peak = int(fact.data.get("peak", {}).get(name, 0))
            found[name] = Loss(loss.minutes + minutes, max(loss.peak, peak))
    return found


_STATES = {"match_photo": "same", "match_no_photo": "same", "input_error": "unverifiable"}


def business_of(tallies: Iterable[Fact], entries: Iterable[Fact], cities: frozenset[str] | None = None) -> Business:
    """Requests as the watch counted them; entries and delegations as the register's own facts tell."""
    counts = dict.fromkeys(Business.__dataclass_fields__, 0)
    for fact in tallies:
        for city, numbers in fact.data.get("cities", {}).items():
            if cities is None or city in cities:
                for name, number in zip(("requests", "failed", "switched"), numbers, strict=True):
                    counts[name] += int(number)
    states: dict[str, str] = {}
    for fact in entries:
        _follow(fact, states, counts)
    for state in states.values():
        counts[state] += 1
    return Business(**counts)


def _follow(fact: Fact, states: dict[str, str], counts: dict[str, int]) -> None:
    if fact.kind == "register:entry:registered":
        counts["registered"] += 1
        states[fact.subject] = "open"
    elif fact.kind == "register:entry:verified" and fact.subject in states:
        outcome = _STATES.get(str(fact.data["outcome"]), "differs")
        states[fact.subject] = "same" if outcome == "same" else "open"
        if outcome != "same":
            counts[outcome] += 1
    elif fact.kind == "register:entry:settled" and fact.subject in states:
        states[fact.subject] = "settled"
    elif fact.kind == "delegation:request:performed":
        counts["delegated"] += 1


def kept_by_clause(accounts: Iterable[Account]) -> tuple[Kept, ...]:
    """How duties were kept, clause by clause, in the regulation's order of their first appearance."""
    found: dict[str, dict[str, int]] = {}
    for one in accounts:
        counts = found.setdefault(one.duty.clause, dict.fromkeys([outcome.value for outcome in Outcome], 0))
        counts[one.outcome.value] += 1
    return tuple(Kept(clause, **counts) for clause, counts in sorted(found.items(), key=lambda one: _key(one[0])))


def _key(clause: str) -> tuple[Any, ...]:
    """Clauses by their numbers: 4.1.2.4 before 4.1.10."""
    parts = clause.replace("(", ".").replace(")", "").split(".")
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in parts)


def _moment(given: Any) -> datetime:
    return given if isinstance(given, datetime) else datetime.fromisoformat(given)
