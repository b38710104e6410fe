"""What a command to a review leads to (5.4), and what its office and the owners of improvements owe."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from hmac import compare_digest
from typing import Any

from hecha.evaluation.review import (
    IMPROVEMENTS_MAX,
    LESSONS_MAX,
    PARTIES,
    PREFIX,
    Improvement,
    Phase,
    Review,
)
from hecha.kernel.duties import Duty
from hecha.kernel.errors import BadInput, Conflict, Refused
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice
from hecha.verification.disclosure import checked_text

TEXT_MAX = 2_000
BEIJING = timezone(timedelta(hours=8))
POSTS = {"settlement": "settlement", "technology": "technology", "operations": "technology"}
"""Who answers for a party: operations belong to the technology department here."""
REMIND_BEFORE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Open:
    """The event has ended: this unit's office evaluates it until `due`."""

    id: str
    incident: str
    unit: str
    level: str
    title: str
    due: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Analyse:
    """One party's cause analysis; said again before the signature, the later one counts."""

    party: str
    text: str
    name: str
    at: datetime
    by: str
    answers: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SumUp:
    """What the figures mean for the system and for business (5.4(2))."""

    text: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Learn:
    text: str
    worked: bool
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Improve:
    """An improvement with its owner and the day by which it is done."""

    text: str
    unit: str
    post: str
    due: date
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Improved:
    number: int
    proved: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ProposePlan:
    """A new version of the plan, already parsed, proved and compared."""

    plan: str
    version_before: str
    version: str
    digest: str
    admissible: bool
    differences: tuple[str, ...]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Sign:
    """The head of the office signs; `figures` are those of the ledger at this moment."""

    name: str
    figures: Mapping[str, Any]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Pass:
    """Time goes by: what is due is reminded of."""

    at: datetime


Command = Open | Analyse | SumUp | Learn | Improve | Improved | ProposePlan | Sign | Pass


def decide(command: Command, now: Review | None) -> tuple[Fact, ...]:
    """The facts of a command. Raises BadInput, Conflict or Refused."""
    if isinstance(command, Open):
        return () if now is not None else (_opened(command),)
    if now is None:
        raise Conflict("没有这份评估 (no such evaluation)")
    match command:
        case Improved():
            return _improved(command, now)
        case Pass(at):
            return _passed(at, now)
        case ProposePlan():
            return _proposed(command, now)
        case Improve():
            return _improvement(command, now)
    if now.phase is not Phase.OPEN:
        raise Refused("5.4", "评估已经签署，不能改写", "可以继续登记改进的完成情况 improvements go on")
    match command:
        case Analyse():
            return _analysed(command, now)
        case SumUp(text, at, by):
            said = _said("impact", text)
            return () if said == now.impact else (_fact("summed_up", now, at, by, "5.4(2)", {"text": said}),)
        case Learn():
            return _learnt(command, now)
        case Sign():
            return _signed(command, now)


def _opened(command: Open) -> Fact:
    data = {name: getattr(command, name) for name in ("incident", "level", "title")}
    due = {"due": command.due.isoformat()}
    return Fact(PREFIX + "opened", command.id, command.at, on_behalf_of=command.unit, clause="5.4", data=data | due)


def _analysed(command: Analyse, now: Review) -> tuple[Fact, ...]:
    if command.party not in PARTIES:
        raise BadInput("party", "没有这一方 no such party", "、".join(PARTIES))
    others = {
        one.by for one in now.analyses if ("settlement" in (one.party, command.party)) and one.party != command.party
    }
    if command.by in others:
        raise Refused(
            "5.4(1)", "支付结算部门与技术、运维的分析须由不同的人签署", "请由另一部门的人员签署 another person"
        )
    answers = [[number, _said("answer", text)] for number, text in command.answers if text.strip()]
    data = {"party": command.party, "text": _said("analysis", command.text), "answers": answers, "name": command.name}
    return (_fact("analysed", now, command.at, command.by, "5.4(1)", data),)


def _learnt(command: Learn, now: Review) -> tuple[Fact, ...]:
    text = _said("lesson", command.text)
    if len(now.lessons) >= LESSONS_MAX:
        raise BadInput("lesson", f"已有 {LESSONS_MAX} 条 too many", "请合并 put some together")
    if any(one.text == text for one in now.lessons):
        return ()
    return (_fact("learnt", now, command.at, command.by, "5.4(3)", {"text": text, "worked": command.worked}),)


def _improvement(command: Improve, now: Review) -> tuple[Fact, ...]:
    if now.phase is Phase.CLOSED:
        raise Refused("5.4(3)", "评估已经完成", "请写入下一次评估 put it into the next one")
    text = _said("improvement", command.text)
    if len(now.improvements) >= IMPROVEMENTS_MAX:
        raise BadInput("improvement", f"已有 {IMPROVEMENTS_MAX} 项 too many", "请合并 put some together")
    if not command.unit:
        raise BadInput("unit", "改进须有责任单位 an improvement needs an owner", "请选责任单位 choose one")
    if command.due < command.at.astimezone(BEIJING).date():
        raise BadInput("due", "完成日期已经过去 the day is over", "请另定日期 choose a later one")
    if any((one.text, one.unit) == (text, command.unit) for one in now.improvements):
        return ()
    owner = {"unit": command.unit, "post": command.post, "due": command.due.isoformat()}
    data = {"number": len(now.improvements) + 1, "text": text} | owner
    return (_fact("improvement", now, command.at, command.by, "5.4(3)", data),)


def _improved(command: Improved, now: Review) -> tuple[Fact, ...]:
    found = next((one for one in now.improvements if one.number == command.number), None)
    if found is None:
        raise BadInput("number", "没有这项改进 no such improvement")
    if found.is_done:
        return ()
    data = {"number": command.number, "proved": _said("proved", command.proved)}
    facts = [_fact("improved", now, command.at, command.by, "5.4(3)", data)]
    if now.phase is Phase.SIGNED and len(now.open_improvements) == 1:
        facts.append(_fact("closed", now, command.at, command.by, "5.4", {}))
    return tuple(facts)


def _proposed(command: ProposePlan, now: Review) -> tuple[Fact, ...]:
    if any(compare_digest(one.digest, command.digest) for one in now.changes):
        return ()
    if not command.differences:
        raise Refused("5.4(4)", "与现行办法没有差别", "请改好再提交 change something first")
    if command.version == command.version_before:
        raise BadInput("version", "新办法要有新的版本号 a new version needs a new number", f"现行是 {command.version}")
    names = ("plan", "version_before", "version", "digest", "admissible")
    data = {name: getattr(command, name) for name in names} | {"differences": list(command.differences)}
    return (_fact("plan_proposed", now, command.at, command.by, "5.4(4)", data),)


def _signed(command: Sign, now: Review) -> tuple[Fact, ...]:
    if now.missing:
        raise Refused("5.4(1)", f"还缺 {len(now.missing)} 方的原因分析", "支付结算、科技、运维三方都要签署 all three")
    if not now.lessons:
        raise Refused("5.4(3)", "还没有写经验教训", "至少写一条 write at least one")
    data = {"name": command.name, "figures": command.figures}
    facts = [_fact("signed", now, command.at, command.by, "5.4", data)]
    if not now.open_improvements:
        facts.append(_fact("closed", now, command.at, command.by, "5.4", {}))
    return tuple(facts)


def next_at(now: Review) -> datetime | None:
    """When time alone will next change it: the soonest reminder."""
    return min((moment for _, moment in _marks(now)), default=None)


def _marks(now: Review) -> Iterator[tuple[str, datetime]]:
    """What will be reminded of, and when: before it is due, and after."""
    dues: dict[str, datetime] = {} if now.phase is not Phase.OPEN else {"review": now.due}
    dues |= {f"improvement:{one.number}": end_of(one.due) for one in now.open_improvements}
    for name, due in dues.items():
        for stage, moment in (("before", due - REMIND_BEFORE), ("after", due)):
            if f"{name}:{stage}" not in now.told:
                yield f"{name}:{stage}", moment


def _passed(at: datetime, now: Review) -> tuple[Fact, ...]:
    come = [mark for mark, moment in _marks(now) if moment <= at]
    return (_fact("reminded", now, at, "system", "5.4", {"marks": come}),) if come else ()


def duties(now: Review) -> tuple[Duty, ...]:
    """The parties owe their analysis, the office its signature, the owners their improvements.

    Improvements belong to no incident's file: it closes while they still run."""
    found = []
    if now.phase is Phase.OPEN:
        for party in now.missing:
            what = f"review.analyse_{party}"
            found.append(_duty(now, what, now.unit, POSTS[party], "5.4(1)", now.due, now.opened, now.incident))
        if not now.missing:
            found.append(_duty(now, "review.sign", now.unit, "office", "5.4", now.due, now.opened, now.incident))
    for one in now.open_improvements:
        id = f"improvement.do:{one.number}"
        found.append(_duty(now, id, one.unit, one.post, "5.4(3)", end_of(one.due), one.at, ""))
    return tuple(found)


def notices(fact: Fact, now: Review) -> tuple[Notice, ...]:
    """The office learns that it evaluates; an owner of an improvement that it is theirs; both when time runs out."""
    action = fact.kind.removeprefix(PREFIX)
    if action == "opened":
        return (_notice(now, fact, "review.open", now.unit, "office", now.due),)
    if action == "improvement":
        return (_of_improvement(now, fact, now.improvements[-1]),)
    if action == "reminded":
        return tuple(_reminders(now, fact))
    return ()


def _reminders(now: Review, fact: Fact) -> Iterator[Notice]:
    for mark in fact.data["marks"]:
        name = mark.rpartition(":")[0]
        if name == "review":
            yield _notice(now, fact, "review.open", now.unit, "office", now.due)
        else:
            yield _of_improvement(now, fact, now.improvements[int(name.partition(":")[2]) - 1])


def _of_improvement(now: Review, fact: Fact, one: Improvement) -> Notice:
    return _notice(now, fact, "improvement.do", one.unit, one.post, end_of(one.due), f":{one.number}")


def _notice(now: Review, fact: Fact, what: str, unit: str, post: str, due: datetime, suffix: str = "") -> Notice:
    key, words = f"{now.id}:{what}:{unit}{suffix}", {"due": due.isoformat(), "title": now.title}
    return Notice(key, unit, what, fact.clause, now.id, fact.at, post, incident=now.incident, facts=words)


def _duty(
    now: Review,
    id: str,
    unit: str,
    post: str,
    clause: str,
    due: datetime,
    since: datetime,
    incident: str,
) -> Duty:
    return Duty(f"{now.id}:{id}", unit, id.partition(":")[0], clause, now.id, since, due, post, incident)


def end_of(day: date) -> datetime:
    """The last minute of a day in the province's time."""
    return datetime.combine(day, time(23, 59), BEIJING)


def _said(field: str, text: str) -> str:
    said = checked_text(field, text, TEXT_MAX)
    if not said:
        raise BadInput(field, "没有填写 is empty", "请写几句 write a few sentences")
    return said


def _fact(action: str, now: Review, at: datetime, by: str, clause: str, data: Mapping[str, Any]) -> Fact:
    return Fact(PREFIX + action, now.id, at, by, now.unit, clause, data)
