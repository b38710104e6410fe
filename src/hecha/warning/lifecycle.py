"""The life of a warning (预警, 3.2): raised when a fault is seen, watched until it ends or is an event by 1.4.1.

    raised ─ widened ─ estimate owed ─ estimated* ─ will exceed ─ became event ─ withdrawn ─ ended

`decide` says which facts a command leads to, `evolve` what they make of the warning. A command that changes
nothing gives no facts, so it may be repeated (after a restart, or each second).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hecha.kernel.errors import Refused
from hecha.kernel.facts import Fact
from hecha.kernel.ids import ComponentId


@dataclass(frozen=True, slots=True)
class Estimate:
    """When somebody expects recovery; `until` None takes an earlier estimate back. History is kept."""

    until: datetime | None
    by: str
    unit: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Warning:
    """`since` is occurrence, `discovered` when it was seen; `returned` when it last worked again, not yet for long."""

    id: str
    components: tuple[ComponentId, ...]
    since: datetime
    discovered: datetime
    nature: str = "other"
    declared_by: str = ""
    estimates: tuple[Estimate, ...] = ()
    estimate_owed: bool = False
    exceeds: str = ""  # the account that recorded "will exceed 8 hours" for its group
    is_event: bool = False
    returned: datetime | None = None
    ended: datetime | None = None

    @property
    def until(self) -> datetime | None:
        return self.estimates[-1].until if self.estimates else None


@dataclass(frozen=True, slots=True)
class Raise:
    id: str
    components: tuple[ComponentId, ...]
    since: datetime
    at: datetime
    nature: str = "other"
    declared_by: str = ""


@dataclass(frozen=True, slots=True)
class Widen:
    """More components belong to it, or it began earlier than was known."""

    components: tuple[ComponentId, ...]
    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Pass:
    """Time passes: after `owed_after` without an estimate, the owner owes one."""

    at: datetime
    owed_after: timedelta


@dataclass(frozen=True, slots=True)
class State:
    """A person states an estimate."""

    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Exceed:
    """A group records that recovery will take more than 8 hours (1.4.1(3))."""

    by: str
    unit: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Grade:
    """The grading says whether it is an event by 1.4.1 now."""

    is_event: bool
    clauses: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Return:
    """It works again; not yet for the configured time. `None`: it failed again, the clock has not stopped."""

    since: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class End:
    """It is restored: normal for the configured time."""

    recovered: datetime
    at: datetime


Command = Raise | Widen | Pass | State | Exceed | Grade | Return | End


def decide(command: Command, warning: Warning | None) -> tuple[Fact, ...]:
    """The facts of a command. Raises Refused for what an ended warning cannot take."""
    if isinstance(command, Raise):
        return () if warning is not None else (_raised(command),)
    if warning is None or warning.ended is not None:
        raise Refused("3.2.4", "该预警已经结束或不存在", "请查看当前预警 look at the present warnings")
    match command:
        case Widen():
            return _widened(command, warning)
        case Pass(at, after):
            due = warning.until is None and not warning.estimate_owed and at - warning.discovered >= after
            return (_fact("estimate_owed", warning, at, clause="4.1.1(4)"),) if due else ()
        case State(estimate):
            return (_estimated(estimate, warning),)
        case Exceed(by, unit, at, reason):
            fact = _fact("will_exceed", warning, at, by, unit, "1.4.1(3)", {"reason": reason})
            return () if warning.exceeds else (fact,)
        case Grade(is_event, clauses, at):
            return _graded(warning, is_event, clauses, at)
        case Return(since, at):
            data = {"since": since.isoformat() if since else None}
            return () if since == warning.returned else (_fact("returned", warning, at, data=data),)
        case End(recovered, at):
            return (_fact("ended", warning, at, data={"recovered": recovered.isoformat()}),)


def evolve(warning: Warning | None, fact: Fact) -> Warning:
    """What a fact makes of the warning."""
    action, data = fact.kind.rpartition(":")[2], fact.data
    if action == "raised":
        components = tuple(ComponentId(name) for name in data["components"])
        since = datetime.fromisoformat(data["since"])
        return Warning(fact.subject, components, since, fact.at, data["nature"], data["declared_by"])
    assert warning is not None
    match action:
        case "widened":
            components = tuple(ComponentId(name) for name in data["components"])
            return replace(warning, components=components, since=datetime.fromisoformat(data["since"]))
        case "estimate_owed":
            return replace(warning, estimate_owed=True)
        case "estimated":
            one = Estimate(_moment(data["until"]), fact.by, fact.on_behalf_of, fact.at, data["reason"])
            return replace(warning, estimates=(*warning.estimates, one), estimate_owed=one.until is None)
        case "will_exceed":
            return replace(warning, exceeds=fact.by)
        case "became_event" | "withdrawn":
            return replace(warning, is_event=action == "became_event")
        case "returned":
            return replace(warning, returned=_moment(data["since"]))
        case _:
            return replace(warning, ended=datetime.fromisoformat(data["recovered"]))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _raised(command: Raise) -> Fact:
    data = {
        "components": list(command.components),
        "since": command.since.isoformat(),
        "nature": command.nature,
        "declared_by": command.declared_by,
    }
    by = command.declared_by or "system"
    return Fact("watch:warning:raised", command.id, command.at, by=by, clause="3.2.3", data=data)


def _widened(command: Widen, warning: Warning) -> tuple[Fact, ...]:
    components = tuple(dict.fromkeys([*warning.components, *command.components]))
    since = min(warning.since, command.since)
    if components == warning.components and since == warning.since:
        return ()
    data = {"components": list(components), "since": since.isoformat()}
    return (_fact("widened", warning, command.at, data=data),)


def _estimated(estimate: Estimate, warning: Warning) -> Fact:
    data = {"until": estimate.until.isoformat() if estimate.until else None, "reason": estimate.reason}
    return _fact("estimated", warning, estimate.at, estimate.by, estimate.unit, "4.1.1(4)", data)


def _graded(warning: Warning, is_event: bool, clauses: tuple[str, ...], at: datetime) -> tuple[Fact, ...]:
    if is_event == warning.is_event:
        return ()
    kind = "became_event" if is_event else "withdrawn"
    return (_fact(kind, warning, at, clause="1.4.1", data={"clauses": list(clauses)}),)


def _fact(
    action: str,
    warning: Warning,
    at: datetime,
    by: str = "system",
    unit: str = "",
    clause: str = "",
    data: Mapping[str, Any] | None = None,
) -> Fact:
    return Fact(f"watch:warning:{action}", warning.id, at, by=by, on_behalf_of=unit, clause=clause, data=data or {})
