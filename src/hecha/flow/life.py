"""A life: how one room's decider is run, kept and watched over. Every room with legal weight describes itself so.

    INCIDENT = Life("incident", lifecycle.PREFIX, Incident, lifecycle.decide, lifecycle.evolve, row, duties, notices)

A command carries all that the room must know of others; what follows in other rooms stands in `hecha.flow.reactions`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hecha.kernel.duties import Duty
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice

DEPTH_MAX = 12
"""How many reactions may follow one another: a longer chain is a loop in the table."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept beside a state for lists: the incident it belongs to, the unit whose it is, where it stands.

    `next_at`: when time alone will next change it (`Life.passes`); None: never."""

    incident: str
    unit: str
    phase: str
    opened_at: datetime
    closed_at: datetime | None = None
    next_at: datetime | None = None


def _no_duties(state: Any) -> tuple[Duty, ...]:
    return ()


def _no_readers(state: Any) -> tuple[str, ...]:
    return ()


def _no_notices(fact: Fact, state: Any) -> tuple[Notice, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Life:
    """`kind` names it, its facts begin with `prefix`. `passes(now)` is the command for time going by; `readers` are the
    units that it goes to, besides the one whose it is: lists of what came in are read by them."""

    kind: str
    prefix: str
    state: type[Any]
    decide: Callable[[Any, Any], tuple[Fact, ...]]
    evolve: Callable[[Any, Fact], Any]
    row: Callable[[Any], Row]
    duties: Callable[[Any], Iterable[Duty]] = _no_duties
    notices: Callable[[Fact, Any], Iterable[Notice]] = _no_notices
    passes: Callable[[datetime], Any] | None = None
    readers: Callable[[Any], Iterable[str]] = _no_readers


@dataclass(frozen=True, slots=True)
class Act:
    """A command to one life: what a person asks, what a rule asks, or what follows from a fact."""

    kind: str
    id: str
    command: Any
