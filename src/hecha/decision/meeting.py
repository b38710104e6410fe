"""The life of a meeting (领导小组会议, 4.2.1(2), 4.2.2): convened at once, held, experts asked, closed.

    convened ─ (overdue) ─ held ─ minuted* ─ experts called ─ advised* ─ closed

A command that changes nothing gives no facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from hecha.kernel.duties import Duty
from hecha.kernel.errors import Refused
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice
from hecha.kernel.said import NAME_CHARACTERS_MAX, perhaps, said

PREFIX = "decision:meeting:"
CLAUSE = "4.2.2"
PERSONS_MAX = 60


class Phase(StrEnum):
    CONVENED = "convened"
    HELD = "held"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Present:
    """One who took part; `how` ∈ present, telephone, deputy."""

    name: str
    post: str = ""
    how: str = "present"


@dataclass(frozen=True, slots=True)
class Minutes:
    """What was said of cause and impact, and what was concluded (分析原因、影响，决策处置措施)."""

    at: datetime
    by: str
    cause: str
    impact: str
    conclusion: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What an expert said."""

    at: datetime
    expert: str
    text: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """`because` ∈ opened, raised, lowered, referred, recovered, called; `above`: the unit told when it is overdue."""

    id: str
    incident: str
    unit: str
    because: str
    level: int
    convened: datetime
    due: datetime
    phase: Phase = Phase.CONVENED
    above: str = ""
    experts_wanted: bool = False
    overdue: bool = False
    held: datetime | None = None
    chair: str = ""
    present: tuple[Present, ...] = ()
    minutes: tuple[Minutes, ...] = ()
    experts: tuple[str, ...] = ()
    question: str = ""
    advice: tuple[Advice, ...] = ()
    closed: datetime | None = None
    closed_because: str = ""


@dataclass(frozen=True, slots=True)
class Convene:
    """Call the group together at once."""

    id: str
    incident: str
    unit: str
    because: str
    level: int
    at: datetime
    due: datetime
    above: str = ""
    experts_wanted: bool = False
    by: str = "system"


@dataclass(frozen=True, slots=True)
class Hold:
    """It meets; said again with more people, they have joined. `held` may lie before `at`."""

    at: datetime
    by: str
    held: datetime
    chair: str
    present: tuple[Present, ...]


@dataclass(frozen=True, slots=True)
class Minute:
    at: datetime
    by: str
    cause: str
    impact: str
    conclusion: str


@dataclass(frozen=True, slots=True)
class CallExperts:
    at: datetime
    by: str
    experts: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Advise:
    at: datetime
    by: str
    expert: str
    text: str


@dataclass(frozen=True, slots=True)
class Close:
    """A decision closes it; a person may, with the reason. One that never met closes by the system alone."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Pass:
    at: datetime


Command = Convene | Hold | Minute | CallExperts | Advise | Close | Pass


def decide(command: Command, state: Meeting | None) -> tuple[Fact, ...]:
    """The facts of a command. Raises Refused and BadInput."""
    if isinstance(command, Convene):
        return () if state is not None else (_convened(command),)
    if state is None:
        raise Refused(CLAUSE, "没有这个会议 no such meeting", "请从事件页召开 convene one from the incident's page")
    if isinstance(command, Pass):
        late = state.phase is Phase.CONVENED and not state.overdue and command.at >= state.due
        return (_fact("overdue", state, command.at),) if late else ()
    if state.phase is Phase.CLOSED:
        if isinstance(command, Close):
            return ()
        raise Refused(CLAUSE, "会议已经结束 the meeting is closed", "请另开一次会议 convene another one")
    match command:
        case Hold():
            return _held(command, state)
        case Minute(at, by, cause, impact, conclusion):
            _require_held(state)
            data = {
                "cause": perhaps("cause", cause),
                "impact": perhaps("impact", impact),
                "conclusion": said("conclusion", conclusion),
            }
            return (_fact("minuted", state, at, by, data),)
        case CallExperts(at, by, experts, question):
            names = [said("experts", name, NAME_CHARACTERS_MAX) for name in experts[:PERSONS_MAX]]
            if not names:
                raise Refused(CLAUSE, "没有写明请哪些专家 no expert is named", "至少写一位 name at least one")
            asked: dict[str, Any] = {"experts": names, "question": said("question", question)}
            return (_fact("experts_called", state, at, by, asked),)
        case Advise(at, by, expert, text):
            data = {"expert": said("expert", expert, NAME_CHARACTERS_MAX), "text": said("text", text)}
            return (_fact("advised", state, at, by, data),)
        case Close(at, by, reason):
            return _closed(state, at, by, reason)


def evolve(state: Meeting | None, fact: Fact) -> Meeting:
    """What a fact makes of the meeting."""
    action, data = fact.kind.removeprefix(PREFIX), fact.data
    if action == "convened":
        return _new(fact)
    assert state is not None
    match action:
        case "held":
            present = tuple(Present(**one) for one in data["present"])
            held = datetime.fromisoformat(data["held"])
            return replace(state, phase=Phase.HELD, held=held, chair=data["chair"], present=present)
        case "minuted":
            one = Minutes(fact.at, fact.by, data["cause"], data["impact"], data["conclusion"])
            return replace(state, minutes=(*state.minutes, one))
        case "experts_called":
            experts = tuple(dict.fromkeys((*state.experts, *data["experts"])))
            return replace(state, experts=experts, question=data["question"])
        case "advised":
            return replace(state, advice=(*state.advice, Advice(fact.at, data["expert"], data["text"])))
        case "overdue":
            return replace(state, overdue=True)
        case _:
            return replace(state, phase=Phase.CLOSED, closed=fact.at, closed_because=data["reason"])


def duties(state: Meeting) -> tuple[Duty, ...]:
    """To meet in time; once met, to ask the experts where that is wanted, to keep minutes, and to decide."""
    if state.phase is Phase.CLOSED:
        return ()
    if state.phase is Phase.CONVENED:
        return (_duty(state, "meeting.hold", "4.2.1(2)", "group", state.convened, state.due),)
    since = state.held or state.convened
    owed = [_duty(state, "meeting.decide", "4.2.1(3)", "group", since)]
    if state.experts_wanted and not state.experts:
        owed.append(_duty(state, "meeting.experts", CLAUSE, "group", since))
    if not state.minutes:
        owed.append(_duty(state, "meeting.minutes", "2.1.2.2(4)", "office", since))
    return tuple(owed)


def notices(fact: Fact, state: Meeting) -> tuple[Notice, ...]:
    """The group is called at once; the level above is told when the meeting is overdue."""
    action = fact.kind.removeprefix(PREFIX)
    told: dict[str, tuple[str, str, bool]] = {
        "convened": (state.unit, "group", True),
        "overdue": (state.above, "office", False),
    }
    if action not in told or not told[action][0]:
        return ()
    unit, post, wants_ack = told[action]
    key, what = f"meeting:{state.id}:{action}", f"meeting.{action}"
    notice = Notice(key, unit, what, CLAUSE, state.id, fact.at, post, state.incident, True, wants_ack)
    return (replace(notice, facts={"level": str(state.level), "because": state.because}),)


def next_at(state: Meeting) -> datetime | None:
    """When time alone changes something."""
    return state.due if state.phase is Phase.CONVENED and not state.overdue else None


def _convened(command: Convene) -> Fact:
    data = {
        "incident": command.incident,
        "unit": command.unit,
        "because": command.because,
        "level": command.level,
        "due": command.due.isoformat(),
        "above": command.above,
        "experts_wanted": command.experts_wanted,
    }
    return Fact(PREFIX + "convened", command.id, command.at, command.by, command.unit, "4.2.1(2)", data)


def _new(fact: Fact) -> Meeting:
    data = fact.data
    due = datetime.fromisoformat(data["due"])
    meeting = Meeting(fact.subject, data["incident"], data["unit"], data["because"], data["level"], fact.at, due)
    return replace(meeting, above=data["above"], experts_wanted=data["experts_wanted"])


def _held(command: Hold, state: Meeting) -> tuple[Fact, ...]:
    if not command.present:
        raise Refused(CLAUSE, "没有写明到会的人 nobody is named as present", "至少写一位 name at least one")
    if command.held > command.at:
        raise Refused(CLAUSE, "开会时间晚于现在 the meeting lies ahead", "开了再登记 enter it once it is held")
    chair = said("chair", command.chair, NAME_CHARACTERS_MAX)
    known = {one.name: one for one in state.present}
    known |= {said("present", one.name, NAME_CHARACTERS_MAX): one for one in command.present[:PERSONS_MAX]}
    present = tuple(known.values())
    if state.phase is Phase.HELD and (present, chair) == (state.present, state.chair):
        return ()
    data = {
        "held": (state.held or command.held).isoformat(),
        "chair": chair,
        "present": [{"name": one.name.strip(), "post": one.post, "how": one.how} for one in present],
    }
    return (_fact("held", state, command.at, command.by, data),)


def _closed(state: Meeting, at: datetime, by: str, reason: str) -> tuple[Fact, ...]:
    if by != "system" and state.phase is Phase.CONVENED:
        raise Refused(CLAUSE, "会议还没有开 it has not met yet", "先登记到会的人 enter who was present first")
    return (_fact("closed", state, at, by, {"reason": said("reason", reason)}),)


def _require_held(state: Meeting) -> None:
    if state.phase is Phase.CONVENED:
        raise Refused(CLAUSE, "会议还没有开 it has not met yet", "先登记到会的人 enter who was present first")


def _duty(state: Meeting, what: str, clause: str, post: str, since: datetime, due: datetime | None = None) -> Duty:
    return Duty(f"{state.id}:{what}", state.unit, what, clause, state.id, since, due, post, state.incident)


def _fact(action: str, state: Meeting, at: datetime, by: str = "system", data: Mapping[str, Any] | None = None) -> Fact:
    return Fact(PREFIX + action, state.id, at, by, state.unit, CLAUSE, data or {})
