"""Conveying and urging (传达与督促, 4.3.1(1)): who is told next, by which way, and when the level above is told.

`next_step` looks at one notice, what was tried so far and who could be told, and says the one thing to do now. A way
that fails is tried again with growing pauses, then the next way, then the next person (A, B, others of the post), then
the superior unit. Nothing here ends a notice: only a person who acknowledges it does, and until then it stands on the
call list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from hecha.organization.principal import Principal

TRIES_MAX = 3  # of one way to one person
FIRST_PAUSE = timedelta(seconds=30)  # after a vain try; then twice as long each time …
LONGEST_PAUSE = timedelta(minutes=5)  # … or as long as the provider asks, but never longer
PATIENCE = {True: timedelta(minutes=3), False: timedelta(minutes=20)}  # urgent or not: after a message that was taken
ABOVE_AFTER = {True: timedelta(minutes=15), False: timedelta(hours=2)}  # then the level above is told in any case


class Way(StrEnum):
    """How a person can be reached, in the order of urgency. A telephone call is made by a person, from the list."""

    TELEPHONE = "telephone"
    SMS = "sms"
    DINGTALK = "dingtalk"
    WECOM = "wecom"
    FEISHU = "feishu"
    MAIL = "mail"


SHARED = frozenset({Way.DINGTALK, Way.WECOM, Way.FEISHU})
"""Ways that reach a unit's group and not one person: used once, for the first person."""
QUIET = SHARED | {Way.MAIL}
"""Ways for what is neither urgent nor to be acknowledged: nobody's telephone rings for it."""


class Result(StrEnum):
    """What became of one attempt."""

    SENDING = "sending"  # begun; if it stays so, the sender died and nobody knows
    SENT = "sent"  # the provider has taken it
    DELIVERED = "delivered"  # the provider says that it arrived
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who holds a post. `addresses`: a mobile number for SMS, an address for mail; `telephones` in the order
    to be dialled. `account` is their sign-in here, if any."""

    id: str
    name: str
    addresses: Mapping[Way, str] = field(default_factory=dict)
    telephones: tuple[str, ...] = ()
    account: str = ""


class Contacts(Protocol):
    """Who can be told (通讯录). `hecha.edges.notify.contacts.MemoryContacts` is its form in memory."""

    def holders(self, unit: str, post: str, at: datetime) -> Sequence[Person]:
        """Those who answer for a post, in the order to be told: A, B, others of the post; "" is the unit as a whole."""
        ...

    def boxes(self, who: Principal, at: datetime) -> Mapping[str, frozenset[str] | None]:
        """The units for which an account receives notices, the own one first, with the posts it holds or stands in for
        there; `None` where the roster does not know the account: then all of the unit's posts."""
        ...

    def superior(self, unit: str) -> str | None:
        """The unit above, `None` at the top."""
        ...

    def duty_telephones(self, unit: str, at: datetime) -> Sequence[str]:
        """The unit's own numbers, for when no person can be reached."""
        ...


@dataclass(frozen=True, slots=True)
class Reach:
    """One person and the automatic ways that lead to them now, in order."""

    person: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What must be known of a notice to convey it. `settled`: acknowledged, superseded or withdrawn."""

    at: datetime
    urgent: bool
    wants_ack: bool
    settled: bool = False
    above_told: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One line of the delivery log. `number` counts the tries of one way to one person from 1."""

    person: str
    way: Way
    number: int
    at: datetime
    result: Result
    retry: bool = True
    pause: timedelta = timedelta()  # what the provider asked for


@dataclass(frozen=True, slots=True)
class Send:
    """Send it by this way to this person. The same `number` again is the same message to the provider."""

    person: str
    way: Way
    number: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before that moment."""

    until: datetime


@dataclass(frozen=True, slots=True)
class TellAbove:
    """Nobody has acknowledged: the superior unit is told."""

    unit: str


@dataclass(frozen=True, slots=True)
class Rest:
    """No automatic step is left. What wants an acknowledgement stays on the call list until it has one."""


Step = Send | Wait | TellAbove | Rest


def reach(people: Sequence[Person], open_ways: Sequence[Way], case: Case) -> tuple[Reach, ...]:
    """The ways to each person among those that are open for their unit; a group is addressed once."""
    ways = [way for way in Way if way in open_ways and (case.urgent or case.wants_ack or way in QUIET)]
    found = []
    for index, person in enumerate(people):
        own = tuple(way for way in ways if (way in SHARED and index == 0) or person.addresses.get(way))
        found.append(Reach(person.id, own))
    return tuple(found)


def next_step(case: Case, log: Sequence[Attempt], people: Sequence[Reach], superior: str | None, now: datetime) -> Step:
    """The one thing to do for a notice now."""
    if case.settled:
        return Rest()
    above = TellAbove(superior) if superior and case.wants_ack and not case.above_told else None
    if above and _passed(case.at, now) >= ABOVE_AFTER[case.urgent]:
        return above
    for one in people:
        for way in one.ways:
            step = _by(way, one.person, case, log, now)
            if step is not None:
                return step
    if above is None:
        return Rest()
    return above if log else Wait(now + ABOVE_AFTER[case.urgent] - _passed(case.at, now))


def _by(way: Way, person: str, case: Case, log: Sequence[Attempt], now: datetime) -> Step | None:
    """The step by one way to one person, `None` when that is exhausted."""
    tries = [one for one in log if one.way is way and one.person == person]
    if not tries:
        return Send(person, way, 1)
    last = max(tries, key=lambda one: one.number)
    if last.result is Result.SENDING:
        return Send(person, way, last.number)
    if last.result is Result.FAILED:
        return _after_failure(last, now)
    if not case.wants_ack:
        return Rest()
    return _wait(last.at, PATIENCE[case.urgent], now)


def _after_failure(last: Attempt, now: datetime) -> Step | None:
    if not last.retry or last.number >= TRIES_MAX:
        return None
    pause = min(max(FIRST_PAUSE * (1 << (last.number - 1)), last.pause), LONGEST_PAUSE)
    return _wait(last.at, pause, now) or Send(last.person, last.way, last.number + 1)


def _wait(since: datetime, span: timedelta, now: datetime) -> Wait | None:
    passed = _passed(since, now)
    return Wait(now + span - passed) if passed < span else None


def _passed(since: datetime, now: datetime) -> timedelta:
    """A moment of the future is of a clock that has been set back since; nobody waits for it to come again."""
    return abs(now - since)


def free_in(sent: Sequence[datetime], per_minute: int, now: datetime) -> timedelta:
    """How long a line must still rest so that it never carries more than so many messages in any minute."""
    minute = timedelta(minutes=1)
    recent = sorted(at for at in sent if _passed(at, now) < minute)
    if len(recent) < per_minute:
        return timedelta()
    return minute - _passed(recent[-per_minute], now)
