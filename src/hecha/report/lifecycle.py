"""The life of a report (报告, 4.1): owed, told by telephone, sent in writing, taken by each receiver, answered.

    owed ─ rerouted* ─ drafted* ─ skipped ─ phoned* ─ sent ─ received* ─ delivered* ─ answered*
      └ reminded, overdue …            └ cancelled

What was sent is never changed: a correction is a follow-up (4.1.3(3)). A command that changes nothing gives no facts.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from hecha.kernel.errors import BadInput, Conflict, Refused
from hecha.kernel.facts import Fact
from hecha.report.clocks import BEFORE, DUE, RECEIPT, dues, earlier, stages
from hecha.report.commands import (
    Cancel,
    Command,
    Deliver,
    Draft,
    Enter,
    Owe,
    Pass,
    Phone,
    Receive,
    Send,
    SkipLevel,
)
from hecha.report.content import BY_ID, Content, Judged, missing
from hecha.report.legs import Leg, is_outside
from hecha.report.model import Answer, Call, Delivery, Phase, Receipt, Report, Skip, Via
from hecha.verification.disclosure import refuse_numbers

PREFIX = "report:report:"
LINE_MAX = 200
"""Characters of a name, a number, or a short saying."""


def decide(command: Command, report: Report | None) -> tuple[Fact, ...]:
    """The facts of a command. Raises Refused with clause and way out, BadInput for what is entered wrongly, Conflict
    for a report that does not exist."""
    if isinstance(command, Owe):
        return _owed(command) if report is None else _rerouted(command, report)
    if report is None:
        raise Conflict("没有这份报告 (no such report)")
    match command:
        case Draft(judged, at, by):
            return _drafted(judged, at, by, report)
        case Phone(call, at):
            return _phoned(call, at, report)
        case SkipLevel():
            return _skipped(command, report)
        case Send():
            return _sent(command, report)
        case Receive():
            return _received(command, report)
        case Deliver(delivery, at):
            return _delivered(delivery, at, report)
        case Enter(answer, at):
            return _answered(answer, at, report)
        case Cancel(reason, at):
            data = {"reason": reason}
            return (_fact("cancelled", report, at, data=data),) if report.is_open else ()
        case Pass(at):
            return _passed(at, report)


def _fact(
    action: str,
    report: Report,
    at: datetime,
    by: str = "system",
    clause: str = "",
    data: Mapping[str, Any] | None = None,
    unit: str = "",
) -> Fact:
    behalf = unit or report.unit
    return Fact(PREFIX + action, report.id, at, by, behalf, clause or report.legs[0].clause, data or {})


def _owed(command: Owe) -> tuple[Fact, ...]:
    notice, written = dues(command.kind, command.legs, command.since, command.hasten)
    data = {
        "incident": command.incident,
        "unit": command.unit,
        "plan": command.plan,
        "kind": command.kind.value,
        "serial": command.serial,
        "legs": msgspec.to_builtins(command.legs),
        "since": command.since.isoformat(),
        "clock": msgspec.to_builtins(command.clock),
        "level": command.level,
        "states_grade": command.states_grade,
        "previous": command.previous,
        **_due_words(notice, written),
    }
    return (Fact(PREFIX + "owed", command.id, command.at, command.by, command.unit, command.legs[0].clause, data),)


def _rerouted(command: Owe, now: Report) -> tuple[Fact, ...]:
    """New receivers are added, deadlines only shortened: what is owed already is never owed later or less."""
    if not now.is_open:
        return ()
    legs = _merged(now.legs, command.legs)
    notice, written = dues(now.kind, legs, command.since, command.hasten)
    notice, written = earlier(now.notice_due, notice), earlier(now.written_due, written)
    states_grade = now.states_grade or command.states_grade
    shown = (legs, notice, written, command.level, states_grade)
    if shown == (now.legs, now.notice_due, now.written_due, now.level, now.states_grade):
        return ()
    data = {
        "legs": msgspec.to_builtins(legs),
        "level": command.level,
        "states_grade": states_grade,
        **_due_words(notice, written),
    }
    return (_fact("rerouted", now, command.at, clause=legs[-1].clause, data=data),)


def _due_words(notice: datetime | None, written: datetime | None) -> dict[str, str | None]:
    return {
        "notice_due": notice.isoformat() if notice else None,
        "written_due": written.isoformat() if written else None,
    }


def _merged(old: tuple[Leg, ...], new: tuple[Leg, ...]) -> tuple[Leg, ...]:
    legs = {leg.to: leg for leg in old}
    for leg in new:
        known = legs.get(leg.to)
        if known is None or leg.notice_minutes < known.notice_minutes:
            legs[leg.to] = leg
    return tuple(legs.values())


def _drafted(judged: Mapping[str, Judged], at: datetime, by: str, now: Report) -> tuple[Fact, ...]:
    _require_open(now)
    said = {name: one.value for name, one in judged.items()}
    if said == {name: one.value for name, one in now.draft.items()}:
        return ()
    return (_fact("drafted", now, at, by, "4.1.3(3)", {"judged": msgspec.to_builtins(judged)}),)


def _phoned(call: Call, at: datetime, now: Report) -> tuple[Fact, ...]:
    _require_open(now)
    if call.to not in now.receivers:
        raise Refused("4.1.2", "这个单位不是本报告的收报单位", "请从收报单位中选择 choose one of its receivers")
    _line("受话人 callee", call.callee)
    _line("通话要点 what was said", call.said)
    if call.at > at:
        raise BadInput("通话时间 time of the call", "晚于现在 later than now", "请核对 check it")
    if any((one.to, one.callee, one.at) == (call.to, call.callee, call.at) for one in now.calls):
        return ()
    return (_fact("phoned", now, at, call.by, "4.1.3(1)", {"call": msgspec.to_builtins(call)}),)


def _skipped(command: SkipLevel, now: Report) -> tuple[Fact, ...]:
    _require_open(now)
    if now.skip is not None:
        if (now.skip.over, now.skip.to) == (command.over, command.to):
            return ()
        raise Refused("4.1.3(2)", "本报告已经越过一级", "只能越一级，不能再越 only one level may be skipped")
    if command.over not in now.receivers or is_outside(command.over):
        raise Refused("4.1.3(2)", "被越过的须是本报告的收报单位", "请从收报单位中选择 choose one of its receivers")
    if not command.ladder or command.to != command.ladder[0]:
        raise Refused("4.1.3(2)", "只能越一级上报", "请报被越过单位的上一级 report to the level right above it")
    if command.to in now.receivers:
        raise Refused("4.1.3(2)", "上一级已经是收报单位", "请直接发送 just send it")
    _line("越级的理由 the reason", command.reason)
    skip = Skip(command.over, command.to, command.reason.strip(), command.at, command.by)
    return (_fact("skipped", now, command.at, command.by, "4.1.3(2)", {"skip": msgspec.to_builtins(skip)}),)


def _sent(command: Send, now: Report) -> tuple[Fact, ...]:
    _require_open(now)
    lacking = missing(command.content, states_grade=now.states_grade)
    if lacking:
        words = "、".join(BY_ID[one.item].zh for one in lacking)
        raise Refused(lacking[0].clause, f"报告还缺：{words}", "请补齐后发送 fill it in, then send")
    _line("报告人 who reports", command.name)
    due = now.due[1] if now.due else None
    data = {
        "number": command.number,
        "name": command.name,
        "kind": now.kind.value,
        "to": list(now.receivers),
        "due": due.isoformat() if due else None,
        "in_time": due is None or command.at <= due,
        "content": msgspec.to_builtins(command.content),
    }
    return (_fact("sent", now, command.at, command.by, data=data),)


def _received(command: Receive, now: Report) -> tuple[Fact, ...]:
    if now.sent is None:
        raise Refused("4.1.3(1)", "报告尚未发出", "请等待下级发出书面报告 wait for the written report")
    if command.unit not in now.readers or is_outside(command.unit):
        raise Refused("4.1.2", "本单位不是收报单位", "请由收报单位签收 its receivers take it")
    if now.received(command.unit) is not None:
        return ()
    _line("签收人 who takes it", command.name)
    data = {"unit": command.unit, "name": command.name, "via": command.via.value}
    return (_fact("received", now, command.at, command.by, data=data, unit=command.unit),)


def _delivered(delivery: Delivery, at: datetime, now: Report) -> tuple[Fact, ...]:
    if now.sent is None:
        raise Refused("4.1.3(1)", "报告尚未发出", "请先发出报告，再登记送达 send it first")
    _require_outside(delivery.to, now)
    if delivery.at > at:
        raise BadInput("送出时间 time of sending", "晚于现在 later than now", "请核对 check it")
    _line("文号 number", delivery.number, needed=False)
    if delivery.to not in now.undelivered:
        return ()
    data = {"delivery": msgspec.to_builtins(delivery)}
    return (_fact("delivered", now, at, delivery.by, "4.1.3(1)", data),)


def _answered(answer: Answer, at: datetime, now: Report) -> tuple[Fact, ...]:
    _require_outside(answer.sender, now)
    if now.sent is None and not now.calls:
        raise Refused("4.1.3(1)", "报告尚未发出", "请先报出，再登记答复 report first")
    if answer.at > at:
        raise BadInput("答复时间 time of the answer", "晚于现在 later than now", "请核对 check it")
    _line("文号 number", answer.number)
    _line("收件人 who received it", answer.receiver)
    _line("答复要点 the gist", answer.gist, limit=5 * LINE_MAX)
    _line("扫描件 scan", answer.scan, needed=False)
    if any((one.sender, one.number) == (answer.sender, answer.number) for one in now.answers):
        return ()
    return (_fact("answered", now, at, answer.by, data={"answer": msgspec.to_builtins(answer)}),)


def _passed(at: datetime, now: Report) -> tuple[Fact, ...]:
    """Reminders whose moment has come. What is overdue is not also announced as coming."""
    come = [mark for mark, moment in stages(now) if moment <= at]
    facts = []
    for mark in come:
        what, _, stage = mark.partition(":")
        if stage == BEFORE and f"{what}:{DUE}" in come:
            continue
        marks = [mark, f"{what}:{BEFORE}"] if stage == DUE else [mark]
        facts.append(_fact("reminded" if stage == BEFORE else "overdue", now, at, data={"marks": marks}))
    return tuple(facts)


def _require_open(now: Report) -> None:
    if now.phase is Phase.SENT:
        raise Refused("4.1.3(3)", "报告已经发出，不能改写", "请另写续报更正 correct it by a follow-up")
    if now.phase is Phase.CANCELLED:
        raise Refused("4.1", "报告已经撤销，无需再报", "请查看事件当前状态 look at the incident")


def _require_outside(unit: str, now: Report) -> None:
    if unit not in now.receivers or not is_outside(unit):
        raise Refused(
            "4.1.2", "这不是系统外的收报单位", "系统内的单位由其人员签收 units in the system take it themselves"
        )


def _line(where: str, text: str, needed: bool = True, limit: int = LINE_MAX) -> None:
    if needed and not text.strip():
        raise BadInput(where, "没有填写 is empty", "请填写 fill it in")
    if len(text) > limit:
        raise BadInput(where, f"不能超过 {limit} 字 too long", "请写要点 write the essentials")
    refuse_numbers(where, text)


def evolve(report: Report | None, fact: Fact) -> Report:
    """What a fact makes of the report."""
    action, data = fact.kind.removeprefix(PREFIX), fact.data
    if action == "owed":
        return msgspec.convert(dict(data) | {"id": fact.subject, "opened": fact.at.isoformat()}, Report)
    assert report is not None
    match action:
        case "rerouted":
            return _on_route(report, fact)
        case "drafted":
            return replace(report, draft=msgspec.convert(data["judged"], dict[str, Judged]))
        case "phoned":
            return replace(report, phase=Phase.PHONED, calls=(*report.calls, msgspec.convert(data["call"], Call)))
        case "skipped":
            return replace(report, skip=msgspec.convert(data["skip"], Skip))
        case "sent":
            content = msgspec.convert(data["content"], Content)
            said = {"content": content, "number": data["number"], "sent_name": data["name"]}
            return replace(report, phase=Phase.SENT, sent=fact.at, sent_by=fact.by, **said)
        case "received":
            one = Receipt(data["unit"], data["name"], fact.at, fact.by, Via(data["via"]))
            return replace(report, receipts=(*report.receipts, one))
        case "delivered":
            gone = msgspec.convert(data["delivery"], Delivery)
            return replace(report, deliveries=(*report.deliveries, gone))
        case "answered":
            return replace(report, answers=(*report.answers, msgspec.convert(data["answer"], Answer)))
        case "reminded" | "overdue":
            return replace(report, told=tuple(dict.fromkeys([*report.told, *data["marks"]])))
        case _:
            return replace(report, phase=Phase.CANCELLED, cancelled=data["reason"], cancelled_at=fact.at)


def _on_route(report: Report, fact: Fact) -> Report:
    """A shortened deadline is reminded of anew."""
    fields = ("legs", "level", "states_grade", "notice_due", "written_due")
    after: Report = msgspec.convert(msgspec.to_builtins(report) | {name: fact.data[name] for name in fields}, Report)
    if after.due == report.due:
        return after
    return replace(after, told=tuple(mark for mark in report.told if mark.startswith(RECEIPT)))
