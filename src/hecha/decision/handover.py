"""The handover of a shift (交接班): what is open, what to watch, from whom to whom; open until it is taken over."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from hecha.kernel.duties import Duty
from hecha.kernel.errors import Conflict, Refused
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice
from hecha.kernel.said import NAME_CHARACTERS_MAX, perhaps, said

PREFIX = "decision:handover:"
CLAUSE = "2.1.2.2(1)"
OPEN_MAX = 200


class Phase(StrEnum):
    OFFERED = "offered"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Open:
    """One thing that was open at the handover: a word of a duty, what it is about, when it is due."""

    what: str
    subject: str
    incident: str = ""
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """`giver`, `taker` are names; `open` is what the unit owed at that moment, as the system knows it."""

    id: str
    unit: str
    at: datetime
    by: str
    giver: str
    taker: str
    notes: str
    open: tuple[Open, ...] = ()
    phase: Phase = Phase.OFFERED
    taken: datetime | None = None
    taken_by: str = ""
    remark: str = ""
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    id: str
    unit: str
    at: datetime
    by: str
    giver: str
    taker: str
    notes: str
    open: tuple[Open, ...]


@dataclass(frozen=True, slots=True)
class Take:
    """The person on the next shift takes over, with a remark if they find something else."""

    at: datetime
    by: str
    name: str
    unit: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    at: datetime
    by: str
    reason: str


Command = Offer | Take | Withdraw


def decide(command: Command, state: Handover | None) -> tuple[Fact, ...]:
    """The facts of a command. Raises Refused, BadInput, Conflict."""
    if isinstance(command, Offer):
        return () if state is not None else (_offered(command),)
    if state is None:
        raise Conflict("没有这次交接 no such handover")
    match command:
        case Take(at, by, name, unit, remark):
            if state.phase is Phase.TAKEN and by == state.taken_by:
                return ()
            _require_offered(state)
            if unit != state.unit or by == state.by:
                raise Refused(
                    CLAUSE, "交接须由本单位另一人接 another person of the unit takes over", "请接班的人登录 sign in"
                )
            return (_fact("taken", state, at, by, {"name": name, "remark": perhaps("remark", remark)}),)
        case Withdraw(at, by, reason):
            if state.phase is Phase.WITHDRAWN:
                return ()
            _require_offered(state)
            return (_fact("withdrawn", state, at, by, {"reason": said("reason", reason)}),)


def evolve(state: Handover | None, fact: Fact) -> Handover:
    action, data = fact.kind.removeprefix(PREFIX), fact.data
    if action == "offered":
        return _new(fact)
    assert state is not None
    if action == "taken":
        return replace(state, phase=Phase.TAKEN, taken=fact.at, taken_by=fact.by, remark=data["remark"])
    return replace(state, phase=Phase.WITHDRAWN)


def duties(state: Handover) -> tuple[Duty, ...]:
    """It is open until somebody has taken over."""
    if state.phase is not Phase.OFFERED:
        return ()
    return (Duty(f"{state.id}:handover.take", state.unit, "handover.take", CLAUSE, state.id, state.at, post="office"),)


def notices(fact: Fact, state: Handover) -> tuple[Notice, ...]:
    if fact.kind != PREFIX + "offered":
        return ()
    words = {"taker": state.taker}
    key = f"handover:{state.id}"
    return (Notice(key, state.unit, "handover.offered", CLAUSE, state.id, fact.at, "office", facts=words),)


def _offered(command: Offer) -> Fact:
    data = {
        "unit": command.unit,
        "giver": said("giver", command.giver, NAME_CHARACTERS_MAX),
        "taker": said("taker", command.taker, NAME_CHARACTERS_MAX),
        "notes": perhaps("notes", command.notes),
        "open": [
            {"what": one.what, "subject": one.subject, "incident": one.incident, "due": one.due and one.due.isoformat()}
            for one in command.open[:OPEN_MAX]
        ],
    }
    return Fact(PREFIX + "offered", command.id, command.at, command.by, command.unit, CLAUSE, data)


def _new(fact: Fact) -> Handover:
    data = fact.data
    found = tuple(Open(one["what"], one["subject"], one["incident"], _moment(one["due"])) for one in data["open"])
    return Handover(fact.subject, data["unit"], fact.at, fact.by, data["giver"], data["taker"], data["notes"], found)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _require_offered(state: Handover) -> None:
    if state.phase is not Phase.OFFERED:
        raise Refused(CLAUSE, "这次交接已经有了结果 it has its outcome already", "请另写一份 write another one")


def _fact(action: str, state: Handover, at: datetime, by: str, data: Mapping[str, Any]) -> Fact:
    return Fact(PREFIX + action, state.id, at, by, state.unit, CLAUSE, data)
