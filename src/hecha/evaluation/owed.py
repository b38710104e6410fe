"""Duties met or missed, from the facts alone: every life is lived again, and what it owed is followed to its end.

    accounts(facts, lives, now)

`lives`: by the prefix of their facts, how they evolve and what they owe; any room's, for they all have the same form.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from hecha.kernel.duties import Duty
from hecha.kernel.facts import Fact

LAPSING = frozenset(
    {"cancelled", "superseded", "withdrawn", "relapsed", "reopened", "dropped", "refused", "abandoned", "lifted"}
)
"""Facts by which a duty is no longer asked for, rather than done."""


class Outcome(StrEnum):
    MET = "met"  # 按时完成
    LATE = "late"  # 逾期完成
    OPEN = "open"  # 未完成，未到期
    OVERDUE = "overdue"  # 逾期未完成
    LAPSED = "lapsed"  # 不再需要


_OUTCOMES = {
    (False, False): Outcome.MET,
    (False, True): Outcome.LATE,
    (True, False): Outcome.LAPSED,
    (True, True): Outcome.OVERDUE,  # nobody did it in time, and then it was too late to matter
}


@dataclass(frozen=True, slots=True)
class Replay:
    """How a room's life goes on by its facts, and what it owes in a state."""

    evolve: Callable[[Any, Fact], Any]
    duties: Callable[[Any], Iterable[Duty]]


@dataclass(frozen=True, slots=True)
class Account:
    """One duty and its end. `done` None: still open."""

    duty: Duty
    outcome: Outcome
    done: datetime | None = None


def accounts(facts: Iterable[Fact], lives: Mapping[str, Replay], now: datetime) -> tuple[Account, ...]:
    """What was owed in the course of these facts, each duty once, in the order in which it arose."""
    book = _Book(lives)
    for fact in facts:
        book.see(fact)
    return tuple(book.ended(now))


class _Book:
    def __init__(self, lives: Mapping[str, Replay]) -> None:
        self._lives = lives
        self._states: dict[tuple[str, str], Any] = {}
        self._open: dict[tuple[str, str], dict[str, Duty]] = {}
        self._found: dict[str, Account] = {}

    def see(self, fact: Fact) -> None:
        prefix = next((one for one in self._lives if fact.kind.startswith(one)), None)
        if prefix is None:
            return
        life, key = self._lives[prefix], (prefix, fact.subject)
        self._states[key] = life.evolve(self._states.get(key), fact)
        owed = {one.id: one for one in life.duties(self._states[key])}
        self._end(key, owed, fact)
        for name, duty in owed.items():
            known = self._found.get(name)
            if known is None or known.done is not None:  # owed for the first time, or again
                self._found[name] = Account(duty, Outcome.OPEN)
            else:
                self._found[name] = replace(known, duty=replace(duty, since=known.duty.since))
        self._open[key] = owed

    def _end(self, key: tuple[str, str], owed: Mapping[str, Duty], fact: Fact) -> None:
        lapsed = fact.kind.rpartition(":")[2] in LAPSING
        for name in self._open.get(key, {}):
            if name not in owed:
                known = self._found[name]
                late = known.duty.due is not None and fact.at > known.duty.due
                self._found[name] = replace(known, outcome=_OUTCOMES[lapsed, late], done=fact.at)

    def ended(self, now: datetime) -> Iterator[Account]:
        for one in self._found.values():
            if one.done is None and one.duty.due is not None and now > one.duty.due:
                yield replace(one, outcome=Outcome.OVERDUE)
            else:
                yield one
