"""Decider of an alert: which facts a command leads to, and what they make of it. Facts are `warning:alert:<action>`.

A command that changes nothing gives no facts, so the patrol and the watch may repeat theirs each minute.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from hecha.kernel.errors import BadInput, Refused
from hecha.kernel.facts import Fact
from hecha.warning.alert import NAME_MAX, REASON_MAX, SCORES, UNITS_MAX, Alert, Assessment
from hecha.warning.commands import (
    Acknowledge,
    Assess,
    Become,
    Command,
    End,
    Join,
    Lift,
    Notify,
    Pass,
    Quieten,
    Raise,
    Stir,
    Tell,
    Update,
    Withdraw,
)

PREFIX = "warning:alert:"
_Decide = Callable[[Any, Alert], tuple[Fact, ...]]


def decide(command: Command, alert: Alert | None) -> tuple[Fact, ...]:
    """The facts of a command. Raises Refused for what the alert's state forbids, BadInput for what is wrong."""
    if isinstance(command, Raise):
        return () if alert is not None else (_raised(command),)
    if alert is None:
        raise Refused("3.2.4", "没有这个预警", "请查看预警列表 look at the list of warnings")
    if not alert.is_open:
        if type(command) in _FROM_THE_SOURCE:
            return ()
        raise Refused("3.2.4", "该预警已经结束", "请查看当前预警 look at the present warnings")
    return _DECIDERS[type(command)](command, alert)


def _raised(command: Raise) -> Fact:
    data = _plain(command, leave=("id", "at", "by", "on_behalf_of"))
    clause = "3.2.2(1)" if command.kind == "anomaly" else "3.2.2(2)"
    return Fact(f"{PREFIX}raised", command.id, command.at, command.by, command.on_behalf_of, clause, data)


def _update(command: Update, alert: Alert) -> tuple[Fact, ...]:
    said = {name: value for name, value in _plain(command, leave=("at", "by")).items() if value is not None}
    now = _plain(alert)
    data = {name: value for name, value in said.items() if now.get(name) != value}
    return (_fact("updated", alert, command.at, command.by, data=data),) if data else ()


def _tell(command: Tell, alert: Alert) -> tuple[Fact, ...]:
    owed = [leg for leg in alert.legs if leg.sender == command.sender and leg.told is None]
    if not owed:
        return ()
    data = {"sender": command.sender, "medium": command.medium, "note": _brief("note", command.note)}
    return (_fact("told", alert, command.at, command.by, command.sender, owed[0].clause, data),)


def _assess(command: Assess, alert: Alert) -> tuple[Fact, ...]:
    one = command.assessment
    for name, score in (("likelihood", one.likelihood), ("impact", one.impact)):
        if score not in SCORES:
            raise BadInput(name, "不是 1 至 5 的分数 no score from 1 to 5", "1 最低，5 最高")
    if not one.reason.strip():
        raise Refused("3.2.4", "评估须写明理由", "请写明依据的情况")
    _brief("reason", one.reason)
    if one.measured and _same(one, alert.assessment):
        return ()
    data = _plain(one, leave=("by", "unit", "at"))
    return (_fact("assessed", alert, one.at, one.by, one.unit, "3.2.4", data),)


def _same(one: Assessment, known: Assessment | None) -> bool:
    """A measured assessment repeats nothing, and never speaks over a person's."""
    if known is None:
        return False
    return not known.measured or replace(one, at=known.at, level_at=known.level_at, reason=known.reason) == known


def _notify(command: Notify, alert: Alert) -> tuple[Fact, ...]:
    if alert.is_event:
        raise Refused("4.2.2", "已转为突发事件，由事件的命令通知", "请从事件页下达命令 use the incident's orders")
    if alert.assessment is None:
        raise Refused("3.2.4", "尚未评估，不能通知", "请先评估可能性和影响 assess it first")
    if not command.tasks:
        raise BadInput("tasks", "没有说明要做什么 nothing is asked of them", "加强预防、密切监测、做好准备")
    called = {call.unit for call in alert.calls}
    fresh = [unit for unit in dict.fromkeys(command.units) if unit not in called]
    if not fresh:
        raise BadInput("units", "没有选择尚未通知的单位 no unit that was not told yet", "请选择有关单位 choose units")
    if len(alert.calls) + len(fresh) > UNITS_MAX:
        raise BadInput("units", f"超过 {UNITS_MAX} 个单位 too many units", "按地区或机构类别选择 choose by group")
    data = {"units": fresh, "tasks": list(command.tasks), "text": _brief("text", command.text)}
    data["consent"] = _brief("consent", command.consent)
    told = _tell_all(alert, command)
    return (*told, _fact("notified", alert, command.at, command.by, command.unit, "3.2.4", data))


def _tell_all(alert: Alert, command: Notify) -> tuple[Fact, ...]:
    """A group that acts has been told: what its own office owed is done."""
    senders = {leg.sender: leg.clause for leg in alert.legs if leg.told is None and leg.receiver == command.unit}
    return tuple(
        _fact("told", alert, command.at, command.by, sender, clause, {"sender": sender, "medium": "page", "note": ""})
        for sender, clause in senders.items()
    )


def _acknowledge(command: Acknowledge, alert: Alert) -> tuple[Fact, ...]:
    call = next((one for one in alert.calls if one.unit == command.unit), None)
    if call is None:
        raise Refused("3.2.4", "本单位没有收到这个预警的通知", "只有被通知的单位才需要签收 only units that were told")
    person = command.person.strip()
    if not 0 < len(person) <= NAME_MAX:
        raise BadInput("person", "签收须写明姓名 a name is needed", f"1 至 {NAME_MAX} 字")
    if call.acknowledged is not None:
        return ()
    data = {"unit": command.unit, "person": person, "medium": command.medium}
    return (_fact("acknowledged", alert, command.at, command.by, command.unit, "3.2.4", data),)


def _pass(command: Pass, alert: Alert) -> tuple[Fact, ...]:
    return (*_overdue(command.at, alert), *_chased(command.at, alert), *_expired(command.at, alert))


def next_pass(alert: Alert) -> datetime | None:
    """When time alone will next change it."""
    if not alert.is_open:
        return None
    due: list[datetime] = []
    if alert.owes_assessment and not alert.overdue:
        due.append((alert.changed or alert.raised) + alert.pace.assess)
    if not alert.is_event:
        due += [(one.chased_at or one.at) + alert.pace.acknowledge for one in alert.waiting if not one.escalated]
    if alert.kind == "event" and alert.expected_end is not None and alert.quiet is None:
        due.append(alert.expected_end)
    return min(due, default=None)


def _overdue(at: datetime, alert: Alert) -> tuple[Fact, ...]:
    """Nobody has assessed it in time: its group is told, once."""
    since = alert.changed or alert.raised
    late = alert.owes_assessment and not alert.overdue and at - since >= alert.pace.assess
    return (_fact("overdue", alert, at, clause="3.2.4"),) if late else ()


def _chased(at: datetime, alert: Alert) -> tuple[Fact, ...]:
    """Each unit that has not acknowledged is reminded a few times, then whoever told it is to telephone."""
    if alert.is_event:
        return ()
    late = [
        one for one in alert.waiting if at - (one.chased_at or one.at) >= alert.pace.acknowledge and not one.escalated
    ]
    again = [one.unit for one in late if one.chased < alert.pace.chases]
    over = [one.unit for one in late if one.chased >= alert.pace.chases]
    facts = [_fact("chased", alert, at, clause="3.2.4", data={"units": again})] if again else []
    if over:
        facts.append(_fact("escalated", alert, at, clause="3.2.4", data={"units": over}))
    return tuple(facts)


def _expired(at: datetime, alert: Alert) -> tuple[Fact, ...]:
    if alert.expected_end is None or at < alert.expected_end or alert.kind != "event":
        return ()
    return _quieten(Quieten(alert.expected_end, at, "已过预计结束时间 past its expected end"), alert)


def _quieten(command: Quieten, alert: Alert) -> tuple[Fact, ...]:
    """It is over by its source. Where people were called in, a person lifts it; else it lifts itself."""
    if alert.quiet is not None:
        return ()
    quiet = _fact("quietened", alert, command.at, data={"since": command.since.isoformat(), "why": command.why})
    return (quiet,) if alert.touched or alert.is_event else (quiet, _lifted_by_itself(alert, command.at, command.why))


def _stir(command: Stir, alert: Alert) -> tuple[Fact, ...]:
    return () if alert.quiet is None else (_fact("stirred", alert, command.at),)


def _become(command: Become, alert: Alert) -> tuple[Fact, ...]:
    if alert.is_event and command.incident in ("", alert.incident):
        return ()
    data = {"incident": command.incident, "clauses": list(command.clauses)}
    return (_fact("became_incident", alert, command.at, command.by, command.unit, "1.4.1", data),)


def _withdraw(command: Withdraw, alert: Alert) -> tuple[Fact, ...]:
    return (_fact("withdrawn", alert, command.at, clause="1.4.1"),) if alert.is_event else ()


def _end(command: End, alert: Alert) -> tuple[Fact, ...]:
    if alert.ended is not None:
        return ()
    ended = _fact("ended", alert, command.at, data={"recovered": command.recovered.isoformat()})
    if alert.touched or alert.is_event:
        return (ended,)
    return (ended, _lifted_by_itself(alert, command.at, "监测确认恢复 recovery is measured"))


def _lift(command: Lift, alert: Alert) -> tuple[Fact, ...]:
    if not command.reason.strip():
        raise Refused("3.2.4", "解除预警须写明理由", "请写明依据的情况")
    if alert.origin == "watch" and alert.ended is None:
        raise Refused("3.2.4", "故障还在，不能解除", "恢复由监测确认；申报的中断请先撤回 recovery is measured")
    if alert.is_event:
        raise Refused("4.3", "已转为突发事件，随事件结束", "请从事件页办理 see the incident")
    data = {"reason": _brief("reason", command.reason)}
    return (_fact("lifted", alert, command.at, command.by, command.unit, "3.2.4", data),)


def _lifted_by_itself(alert: Alert, at: datetime, why: str) -> Fact:
    return _fact("lifted", alert, at, clause="3.2.4", data={"reason": why})


def _join(command: Join, alert: Alert) -> tuple[Fact, ...]:
    """Where people were called in it stays, so that they hear of its end."""
    if alert.touched or command.into == alert.id:
        return ()
    return (_fact("joined", alert, command.at, data={"into": command.into}),)


_DECIDERS: Mapping[type, _Decide] = {
    Update: _update,
    Tell: _tell,
    Assess: _assess,
    Notify: _notify,
    Acknowledge: _acknowledge,
    Pass: _pass,
    Quieten: _quieten,
    Stir: _stir,
    Become: _become,
    Withdraw: _withdraw,
    End: _end,
    Lift: _lift,
    Join: _join,
}
_FROM_THE_SOURCE = frozenset({Update, Pass, Quieten, Stir, Become, Withdraw, End, Join})
"""Commands of machines: to a closed alert they say nothing; people are told that it is closed."""


def _plain(value: Any, leave: tuple[str, ...] = ()) -> dict[str, Any]:
    """A value as a fact carries it."""
    found: dict[str, Any] = msgspec.to_builtins(value)
    return {name: one for name, one in found.items() if name not in leave}


def _brief(where: str, text: str) -> str:
    if len(text) > REASON_MAX:
        raise BadInput(where, f"超过 {REASON_MAX} 字 too long", "写要点 be brief")
    return text.strip()


def _fact(
    action: str,
    alert: Alert,
    at: datetime,
    by: str = "system",
    unit: str = "",
    clause: str = "",
    data: Mapping[str, Any] | None = None,
) -> Fact:
    return Fact(f"{PREFIX}{action}", alert.id, at, by, unit, clause, data or {})
