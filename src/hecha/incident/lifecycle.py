"""The life of an incident (突发事件, 1.4): one root cause from the moment it meets 1.4.1 until nobody owes anything.

    opened ─ regraded* ─ raised* ─ lowered* ─ started ─ recovery proposed ─ recovered ─ ended ─ closed
                                                          └ relapsed ┘        └ withdrawn ─ closed

The level in force goes up at once with what is measured; it goes down only by a decision, with a reason. Recovery is
proposed by measurement and confirmed by a person. An outage that ended before it met 1.4.1 after all is withdrawn.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from hecha.incident.commands import (
    REASON_MAX,
    Close,
    Command,
    ConfirmRecovery,
    End,
    Fix,
    Link,
    Open,
    ProposeRecovery,
    Regrade,
    Start,
    State,
    Withdraw,
)
from hecha.incident.event import PREFIX, Incident, Opinion, Phase, Reach, extent_of, standing_of
from hecha.kernel.errors import Conflict, Refused
from hecha.kernel.facts import Fact


def decide(command: Command, incident: Incident | None) -> tuple[Fact, ...]:
    """The facts of a command. Raises Refused with clause and way out, Conflict for one that does not exist."""
    if isinstance(command, Open):
        return () if incident is not None else (_opened(command),)
    if incident is None:
        raise Conflict("没有这个事件 (no such incident)")
    match command:
        case Regrade():
            return _regraded(command, incident)
        case State(opinion):
            return () if incident.stated == opinion else (_said("stated", incident, opinion, "4.1.1(3)"),)
        case Fix(opinion, unit):
            return _fixed(opinion, unit, incident)
        case Link(linked, union, at):
            same = linked == incident.linked and union == incident.union
            data = {"linked": list(linked), "union": asdict(union)}
            return () if same else (_fact("linked", incident, at, data=data),)
        case ProposeRecovery(since, at):
            return _recovery_proposed(since, at, incident)
        case ConfirmRecovery():
            return _recovered(command, incident)
        case Start(order, at, by, unit):
            return _started(order, at, by, unit, incident)
        case End():
            return _ended(command, incident)
        case Withdraw():
            return _withdrawn(command, incident)
        case Close():
            return _closed(command, incident)


def _fact(
    action: str,
    incident: Incident,
    at: datetime,
    by: str = "system",
    unit: str = "",
    clause: str = "1.4",
    data: Mapping[str, Any] | None = None,
) -> Fact:
    return Fact(PREFIX + action, incident.id, at, by, unit, clause, data or {})


def _opened(command: Open) -> Fact:
    clause = command.proposed.because[0] if command.proposed.because else "1.4.1"
    data = {name: value for name, value in asdict(command).items() if name not in ("id", "at", "by", "on_behalf_of")}
    return Fact(PREFIX + "opened", command.id, command.at, command.by, command.on_behalf_of, clause, data)


def _regraded(command: Regrade, now: Incident) -> tuple[Fact, ...]:
    if now.phase not in (Phase.OPEN, Phase.RECOVERED):
        return ()
    shown = (command.proposed, command.extent, command.others, command.components, command.estimate)
    if shown == (now.proposed, now.extent, now.others, now.components, now.estimate):
        return ()
    data = {name: value for name, value in asdict(command).items() if name not in ("at", "unit")}
    facts = [_fact("regraded", now, command.at, clause=_first(command.proposed.decisive) or "1.4.2", data=data)]
    if _graver(command.proposed.level, now.level):
        risen = {"level": command.proposed.level, "from": now.level, "unit": command.unit}
        facts.append(_fact("raised", now, command.at, clause=_first(command.proposed.decisive), data=risen))
    return tuple(facts)


def _fixed(opinion: Opinion, unit: str, now: Incident) -> tuple[Fact, ...]:
    if now.phase not in (Phase.OPEN, Phase.RECOVERED):
        raise Refused("4.2.1", "事件已经结束，不再定级", "请查看评估 see the evaluation")
    if opinion.level == now.level and now.fixed is not None:
        return ()
    if opinion.level != now.proposed.level and not opinion.reason.strip():
        raise Refused("4.2.1(1)", "与系统提出的等级不同，须写明理由", "请写明依据的情况 give the reason")
    facts = [_said("fixed", now, opinion, "4.2.1(1)")]
    if now.level is None or opinion.level != now.level:
        action = "raised" if _graver(opinion.level, now.level) else "lowered"
        data = {"level": opinion.level, "from": now.level, "unit": unit, "reason": opinion.reason}
        facts.append(_fact(action, now, opinion.at, opinion.by, opinion.unit, "4.2.1(1)", data))
    return tuple(facts)


def _said(action: str, incident: Incident, opinion: Opinion, clause: str) -> Fact:
    data = {"level": opinion.level, "reason": opinion.reason}
    return _fact(action, incident, opinion.at, opinion.by, opinion.unit, clause, data)


def _recovery_proposed(since: datetime | None, at: datetime, now: Incident) -> tuple[Fact, ...]:
    if now.phase not in (Phase.OPEN, Phase.RECOVERED) or since == now.recovery_proposed:
        return ()
    if since is None:
        return (_fact("relapsed", now, at, clause="5.1.1(3)"),)
    if now.phase is Phase.RECOVERED:
        return ()
    return (_fact("recovery_proposed", now, at, clause="5.1.1(3)", data={"since": since.isoformat()}),)


def _recovered(command: ConfirmRecovery, now: Incident) -> tuple[Fact, ...]:
    if now.phase in (Phase.RECOVERED, Phase.WITHDRAWN):
        return ()
    if now.phase is not Phase.OPEN:
        raise Refused("4.3.1(7)", "事件已经结束", "请查看事件当前状态 look at its present state")
    if command.recovered < now.occurred:
        raise Refused("5.1.1(3)", "恢复时间早于发生时间", "请核对恢复时间 check the time of recovery")
    data = {"recovered": command.recovered.isoformat(), "note": command.note}
    facts = [_fact("recovered", now, command.at, command.by, command.unit, "5.1.1(3)", data)]
    lasted = (command.recovered - now.occurred) // timedelta(minutes=1)
    if now.event_after and lasted < now.event_after:
        why = {"minutes": lasted, "event_after": now.event_after}
        facts.append(_fact("withdrawn", now, command.at, command.by, command.unit, "1.4.1(3)", why))
    return tuple(facts)


def _started(order: str, at: datetime, by: str, unit: str, now: Incident) -> tuple[Fact, ...]:
    if now.order == order:
        return ()
    if now.phase not in (Phase.OPEN, Phase.RECOVERED):
        raise Refused("4.2.1(3)", "事件已经结束，不能再启动", "如又发生，请按新的事件处置 treat it as a new incident")
    return (_fact("started", now, at, by, unit, "4.2.1(3)", {"order": order}),)


def _ended(command: End, now: Incident) -> tuple[Fact, ...]:
    if now.phase in (Phase.ENDED, Phase.CLOSED):
        return ()
    if now.recovered is None:
        raise Refused("4.3.1(7)", "尚未确认恢复，不能结束", "请先确认恢复 confirm the recovery first")
    return (_fact("ended", now, command.at, command.by, command.unit, "4.3.1(7)", {"order": command.order}),)


def _withdrawn(command: Withdraw, now: Incident) -> tuple[Fact, ...]:
    if now.phase is Phase.WITHDRAWN:
        return ()
    if now.phase is not Phase.OPEN:
        raise Refused("1.4.1", "只能撤销处置中的事件", "请查看事件当前状态 look at its present state")
    if not now.warnings:
        _require_two(command, now)
    elif now.proposed.level is not None:
        raise Refused(
            "1.4.1", "按现有测量仍符合突发事件的定义", "请先更正预计恢复时间或申报 correct the estimate first"
        )
    if not command.reason.strip() or len(command.reason) > REASON_MAX:
        raise Refused("1.4.1", f"撤销须写明理由（不超过 {REASON_MAX} 字）", "请写明依据的情况 give the reason")
    data = {"reason": command.reason}
    return (_fact("withdrawn", now, command.at, command.by, command.unit, "1.4.1(3)", data),)


def _require_two(command: Withdraw, now: Incident) -> None:
    """What a person has entered is taken back by another, and not once an order is in force."""
    if now.order:
        raise Refused("4.3.1(7)", "已有启动命令，不能撤销", "请确认恢复并发布结束命令 confirm the recovery and end it")
    if command.by == now.opened_by:
        raise Refused("4.2.1", "撤销须由登记人以外的人作出", "请领导小组另一人撤销 somebody else of the group may")


def _closed(command: Close, now: Incident) -> tuple[Fact, ...]:
    if now.phase is Phase.CLOSED:
        return ()
    if now.phase not in (Phase.ENDED, Phase.WITHDRAWN):
        raise Refused("4.3.1(7)", "事件尚未结束，不能归档", "请先确认恢复并发布结束命令 end it first")
    if command.open_duties:
        left = "、".join(command.open_duties[:5])
        raise Refused(
            "5.4", f"还有 {len(command.open_duties)} 项职责未完成：{left}", "请逐项完成后再归档 finish them first"
        )
    return (_fact("closed", now, command.at, command.by, command.unit, "5.4"),)


def _first(names: tuple[str, ...]) -> str:
    return names[0] if names else ""


def _graver(one: int | None, than: int | None) -> bool:
    return one is not None and (than is None or one < than)


def evolve(incident: Incident | None, fact: Fact) -> Incident:
    """What a fact makes of the incident."""
    action, data = fact.kind.removeprefix(PREFIX), fact.data
    if action == "opened":
        return _born(fact)
    assert incident is not None
    match action:
        case "regraded":
            return _measured(incident, data)
        case "raised" | "lowered":
            level = data["level"]
            peak = level if _graver(level, incident.peak) else incident.peak
            return replace(incident, level=level, peak=peak, epoch=incident.epoch + 1, unit=data["unit"])
        case "stated":
            return replace(incident, stated=_opinion(fact))
        case "fixed":
            return replace(incident, fixed=_opinion(fact))
        case "linked":
            return replace(incident, linked=tuple(data["linked"]), union=standing_of(data["union"]))
        case "recovery_proposed":
            return replace(incident, recovery_proposed=_moment(data["since"]))
        case "relapsed":
            return replace(incident, recovery_proposed=None, recovered=None, confirmed_by="", phase=Phase.OPEN)
        case "recovered":
            when = _moment(data["recovered"])
            return replace(incident, phase=Phase.RECOVERED, recovered=when, confirmed_by=fact.by)
        case "started":
            return replace(incident, order=data["order"], started=incident.started or fact.at)
        case "ended":
            return replace(incident, phase=Phase.ENDED, ended=fact.at, ended_by=data["order"])
        case "withdrawn":
            return replace(incident, phase=Phase.WITHDRAWN, ended=fact.at)
        case _:
            return replace(incident, phase=Phase.CLOSED, closed=fact.at)


def _born(fact: Fact) -> Incident:
    data = dict(fact.data)
    data.pop("reason", None)
    proposed = standing_of(data.pop("proposed"))
    return Incident(
        **{
            **data,
            "id": fact.subject,
            "incident": fact.subject,
            "opened": fact.at,
            "opened_by": fact.by,
            "level": proposed.level,
            "peak": proposed.level,
            "proposed": proposed,
            "extent": extent_of(data["extent"]),
            "reach": Reach().and_(extent_of(data["extent"])),
            "others": {name: standing_of(one) for name, one in data["others"].items()},
            "warnings": tuple(data["warnings"]),
            "components": tuple(data["components"]),
            "occurred": _aware(data["occurred"]),
            "discovered": _aware(data["discovered"]),
            "estimate": _moment(data["estimate"]),
        }
    )


def _measured(incident: Incident, data: Mapping[str, Any]) -> Incident:
    return replace(
        incident,
        proposed=standing_of(data["proposed"]),
        extent=extent_of(data["extent"]),
        reach=incident.reach.and_(extent_of(data["extent"])),
        others={name: standing_of(one) for name, one in data["others"].items()},
        components=tuple(data["components"]),
        estimate=_moment(data["estimate"]),
    )


def _opinion(fact: Fact) -> Opinion:
    return Opinion(fact.data["level"], fact.by, fact.on_behalf_of, fact.at, fact.data["reason"])


def _moment(given: Any) -> datetime | None:
    return None if given is None else _aware(given)


def _aware(given: Any) -> datetime:
    return given if isinstance(given, datetime) else datetime.fromisoformat(given)
