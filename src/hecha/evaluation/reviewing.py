"""What a command to a review leads to (5.4), and what its office and the owners of improvements owe."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hecha.evaluation.reminding import BEIJING, marks
from hecha.evaluation.review import (
    IMPROVEMENTS_MAX,
    LESSONS_MAX,
    PARTIES,
    PREFIX,
    Phase,
    Review,
)
from hecha.kernel.errors import BadInput, Conflict, Refused
from hecha.kernel.facts import Fact
from hecha.verification.disclosure import checked_text

TEXT_MAX = 2_000


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
class Activate:
    """A person with the right makes a proposed version of the plan the live one; flow has checked the right."""

    digest: str
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


Command = Open | Analyse | SumUp | Learn | Improve | Improved | ProposePlan | Activate | Sign | Pass


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
        case Activate():
            return _activated(command, now)
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
    if now.change(command.digest) is not None:
        return ()
    if not command.differences:
        raise Refused("5.4(4)", "与现行办法没有差别", "请改好再提交 change something first")
    if command.version == command.version_before:
        raise BadInput("version", "新办法要有新的版本号 a new version needs a new number", f"现行是 {command.version}")
    names = ("plan", "version_before", "version", "digest", "admissible")
    data = {name: getattr(command, name) for name in names} | {"differences": list(command.differences)}
    return (_fact("plan_proposed", now, command.at, command.by, "5.4(4)", data),)


def _activated(command: Activate, now: Review) -> tuple[Fact, ...]:
    found = now.change(command.digest)
    if found is None:
        raise BadInput("digest", "没有提出这一版 no such version was proposed")
    if not found.admissible:
        raise Refused("5.4(4)", f"第{found.version}版没有通过核验", "请改好后重新提交 mend it first")
    if found.activated is not None:
        return ()
    data = {"plan": found.plan, "version": found.version, "digest": found.digest}
    return (_fact("plan_activated", now, command.at, command.by, "5.4(4)", data),)


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


def _passed(at: datetime, now: Review) -> tuple[Fact, ...]:
    come = [mark for mark, moment in marks(now) if moment <= at]
    return (_fact("reminded", now, at, "system", "5.4", {"marks": come}),) if come else ()


def _said(field: str, text: str) -> str:
    said = checked_text(field, text, TEXT_MAX)
    if not said:
        raise BadInput(field, "没有填写 is empty", "请写几句 write a few sentences")
    return said


def _fact(action: str, now: Review, at: datetime, by: str, clause: str, data: Mapping[str, Any]) -> Fact:
    return Fact(PREFIX + action, now.id, at, by, now.unit, clause, data)
