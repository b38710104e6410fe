"""What a command makes of a resolution (4.2.1, 4.2.2), and what it owes and tells.

`decide` gives the facts, `evolve` what they make of it. A command that changes nothing gives no facts.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from hecha.decision.resolution import (
    FREE,
    GRADES,
    Command,
    Consent,
    Disown,
    Kind,
    Lapse,
    Outside,
    Person,
    Phase,
    Propose,
    Record,
    Resolution,
    Scan,
    Settle,
    Sign,
    Telephone,
    Withdraw,
)
from hecha.decision.standing import Standing
from hecha.kernel.errors import Conflict, Refused
from hecha.kernel.facts import Fact
from hecha.kernel.said import NAME_CHARACTERS_MAX, NUMBER_CHARACTERS_MAX, perhaps, said
from hecha.organization.units import HEAD_OFFICE

PREFIX = "decision:resolution:"
CLAUSE = "4.2.1(1)"
HOWS = ("fax", "telephone", "document")
_CLAUSES: Mapping[Kind, str] = {
    Kind.START: "4.2.1(3)",
    Kind.LOWER: CLAUSE,
    Kind.FIX_GRADE: CLAUSE,
    Kind.REFER: CLAUSE,
    Kind.REPAIR_FIRST: "4.2.1(2)",
    Kind.EXCEPTION: CLAUSE,
}


def decide(command: Command, state: Resolution | None) -> tuple[Fact, ...]:
    """The facts of a command. Raises Refused (authority, the second person), BadInput, Conflict."""
    match command:
        case Propose():
            return () if state is not None else _proposed(command)
        case Record():
            return () if state is not None else _recorded(command)
    if state is None:
        raise Conflict("没有这项决策 no such resolution")
    match command:
        case Consent():
            return _consented(command, state)
        case Sign(at, by, name):
            return _signed(at, by, name, state)
        case Disown(at, by, name, reason):
            _require_named(by, name, state)
            return () if state.disowned else (_fact("disowned", state, at, by, {"reason": said("reason", reason)}),)
        case Scan(at, by, scan):
            data = {"scan": said("scan", scan, NUMBER_CHARACTERS_MAX)}
            return (_fact("scanned", state, at, by, data),) if state.owes_scan else ()
        case Withdraw(at, by, reason):
            return _withdrawn(at, by, reason, state)
        case Lapse(at, epoch, over):
            stale = state.phase is Phase.PROPOSED and (over or (epoch > state.epoch and state.kind not in FREE))
            return (_fact("refused", state, at, data={"why": "over" if over else "stale"}),) if stale else ()
        case Settle(at, because):
            open_ = state.phase is Phase.TAKEN
            return (_fact("settled", state, at, data={"because": because}),) if open_ else ()


def evolve(state: Resolution | None, fact: Fact) -> Resolution:
    """What a fact makes of the resolution."""
    action, data = fact.kind.removeprefix(PREFIX), fact.data
    if action in ("proposed", "recorded"):
        return _new(fact)
    assert state is not None
    match action:
        case "consented":
            told = data["telephone"]
            telephone = Telephone(**told) if told else None
            return replace(state, consenter=Person(**data["consenter"]), telephone=telephone)
        case "taken":
            return replace(state, phase=Phase.TAKEN, taken=fact.at)
        case "signed":
            return replace(state, signed=fact.at)
        case "disowned":
            return replace(state, disowned=data["reason"])
        case "scanned":
            assert state.outside is not None
            return replace(state, outside=replace(state.outside, scan=data["scan"]))
        case "settled":
            return replace(state, phase=Phase.SETTLED, closed=fact.at)
        case _:
            return replace(state, phase=Phase.REFUSED, refused=data["why"], closed=fact.at)


def _proposed(command: Propose) -> tuple[Fact, ...]:
    standing, kind = command.standing, command.kind
    _require_open(standing, kind)
    _require_authority(command, standing)
    target = _target(kind, command.target, standing)
    two = command.rules.needs_two(kind, standing.level, int(target) if kind in GRADES else None)
    data = _born(command, target) | {"two": two, "meeting": command.meeting}
    clause = _clause(kind, standing)
    proposed = Fact(PREFIX + "proposed", command.id, command.at, command.who.account, command.unit, clause, data)
    return (proposed,) if two else (proposed, _taken(evolve(None, proposed), command.at, command.who.account))


def _recorded(command: Record) -> tuple[Fact, ...]:
    standing, kind = command.standing, command.kind
    if command.unit != HEAD_OFFICE or kind is Kind.REFER:
        raise Refused(
            CLAUSE, "只登记总行的决定 only head office decides outside", "本省的决策请在系统内提出 propose it"
        )
    _require_open(standing, kind)
    standing.require_decider(command.unit)
    data = _born(command, _target(kind, command.target, standing)) | {"outside": _outside(command)}
    clause = _clause(kind, standing)
    recorded = Fact(PREFIX + "recorded", command.id, command.at, command.who.account, command.unit, clause, data)
    return (recorded, _taken(evolve(None, recorded), command.at, command.who.account))


def _born(command: Propose | Record, target: str) -> dict[str, Any]:
    """What every resolution carries from its first fact on."""
    standing, rules = command.standing, command.rules
    _require_recovered(command.kind, standing)
    review = command.at + rules.repair_review_after if command.kind is Kind.REPAIR_FIRST else None
    return {
        "incident": standing.incident,
        "unit": command.unit,
        "here": standing.decides.acts if command.unit == HEAD_OFFICE else command.unit,
        "decider": standing.decides.unit,
        "kind": command.kind.value,
        "reason": said("reason", command.reason),
        "level": standing.level,
        "epoch": standing.epoch,
        "proposer": asdict(command.who),
        "target": target,
        "order": standing.in_force,
        "signature_due": (command.at + rules.signature_within).isoformat(),
        "review": review.isoformat() if review else None,
    }


def _outside(command: Record) -> dict[str, Any]:
    outside = command.outside
    if outside.how not in HOWS:
        raise Refused(
            "4.1.3(1)", "没有写明如何收到 how it came is not said", "传真、电话或文件 fax, telephone, document"
        )
    if outside.decided > command.at:
        raise Refused(CLAUSE, "决定的时间晚于现在 it was decided later than now", "请核对时间 check the time")
    return {
        "number": said("number", outside.number, NUMBER_CHARACTERS_MAX),
        "decided": outside.decided.isoformat(),
        "receiver": said("receiver", outside.receiver, NAME_CHARACTERS_MAX),
        "how": outside.how,
        "scan": perhaps("scan", outside.scan, NUMBER_CHARACTERS_MAX),
    }


def _clause(kind: Kind, standing: Standing) -> str:
    return standing.end_clause if kind is Kind.END else _CLAUSES[kind]


def _consented(command: Consent, state: Resolution) -> tuple[Fact, ...]:
    if state.is_taken and state.consenter is not None and command.who.is_same(state.consenter):
        return ()
    if state.phase is not Phase.PROPOSED:
        raise Refused(CLAUSE, "这项提议已经有了结果 it has its outcome already", "请看决策页 see the page of decisions")
    if command.unit != state.unit:
        raise Refused(
            CLAUSE, "同意须由同一领导小组的成员作出 consent is for the same group", "请找本组的成员 ask one of it"
        )
    if command.who.is_same(state.proposer):
        raise Refused(
            CLAUSE, "提出人和同意人不能是同一人 proposer and consenter must differ", "请另一位成员同意 ask another"
        )
    if why := _overtaken(command.standing, state):
        return (_fact("refused", state, command.at, command.who.account, {"why": why}),)
    told = command.telephone
    data: dict[str, Any] = {"consenter": asdict(command.who), "telephone": None}
    if told is not None:
        data["telephone"] = {
            "caller": told.caller,
            "callee": said("callee", told.callee, NAME_CHARACTERS_MAX),
            "number": said("number", told.number, NUMBER_CHARACTERS_MAX),
            "read_back": said("read_back", told.read_back),
        }
    entered = told.caller if told is not None else command.who.account
    return (_fact("consented", state, command.at, entered, data), _taken(state, command.at, entered))


def _overtaken(standing: Standing, state: Resolution) -> str:
    """Why a proposal cannot be taken any more: its era is over, another decides, or recovery was taken back."""
    if standing.over or standing.epoch != state.epoch:
        return "stale"
    if state.kind not in FREE and standing.decides.unit != state.unit and not standing.keeps_command(state.unit):
        return "not_decider"
    return "not_recovered" if state.kind is Kind.END and not standing.recovered else ""


def _signed(at: datetime, by: str, name: str, state: Resolution) -> tuple[Fact, ...]:
    if state.signed is not None:
        return ()
    _require_named(by, name, state)
    return (_fact("signed", state, at, by),)


def _withdrawn(at: datetime, by: str, reason: str, state: Resolution) -> tuple[Fact, ...]:
    if state.phase is Phase.REFUSED:
        return ()
    if state.phase is not Phase.PROPOSED:
        raise Refused(CLAUSE, "已经定了的不能撤回 what is taken cannot be taken back", "请另提一项 propose another one")
    return (_fact("refused", state, at, by, {"why": "withdrawn", "reason": said("reason", reason)}),)


def _require_open(standing: Standing, kind: Kind) -> None:
    if standing.over:
        raise Refused(CLAUSE, "事件已经结束 the incident is over", "请看评估 see its evaluation")
    if kind is Kind.END and not standing.in_force:
        raise Refused(
            standing.end_clause,
            "没有执行中的命令 no order is in force",
            "直接确认恢复并归档 confirm recovery and close it",
        )


def _require_authority(command: Propose, standing: Standing) -> None:
    if command.kind not in FREE:
        standing.require_decider(command.unit)
    elif not command.in_area:
        raise Refused(
            "2.1.2.3(3)",
            "这起事件不在本级辖内 the event lies outside this group's area",
            "请由事件所在地的领导小组办理 leave it to the group of the place",
        )


def _require_recovered(kind: Kind, standing: Standing) -> None:
    if kind is Kind.END and not standing.recovered:
        raise Refused(
            standing.end_clause,
            "尚未确认恢复，不能结束 recovery is not confirmed yet",
            "请先在事件页确认恢复 confirm it on the incident's page first",
        )


def _require_named(by: str, name: str, state: Resolution) -> None:
    """Only who is said to have consented by telephone signs for it, or disowns it."""
    if state.telephone is None:
        raise Refused(CLAUSE, "这项决策没有待补的签名 no signature is owed", "无须补签 nothing to sign")
    if name != state.telephone.callee or by == state.telephone.caller:
        raise Refused(CLAUSE, "补签须由电话同意的本人办理 only who consented signs", "请本人登录 they must sign in")


def _target(kind: Kind, target: str, standing: Standing) -> str:
    """A level for a decision on the grade, a unit for a referral, a clause for an exception."""
    found = target.strip()[:NUMBER_CHARACTERS_MAX]
    if kind in GRADES:
        if not found.isdigit() or not 1 <= int(found) <= 9:
            raise Refused(CLAUSE, "没有写明等级 no level is given", "请选一个等级 choose one")
        if kind is Kind.LOWER and int(found) <= standing.level:
            raise Refused(CLAUSE, "这不是降级 this lowers nothing", "升级由测量立即生效 a rise takes effect by itself")
    if kind in (Kind.REFER, Kind.EXCEPTION) and not found:
        raise Refused(
            CLAUSE, "没有写明对象 nothing is named", "写明上一级，或采用的条款 name the level above, or a clause"
        )
    return found


def _taken(state: Resolution, at: datetime, by: str) -> Fact:
    data = {"kind": state.kind.value, "target": state.target, "level": state.level}
    return _fact("taken", state, at, by, data)


def _new(fact: Fact) -> Resolution:
    data = fact.data
    outside = data.get("outside")
    return Resolution(
        id=fact.subject,
        incident=data["incident"],
        unit=data["unit"],
        kind=Kind(data["kind"]),
        reason=data["reason"],
        level=data["level"],
        epoch=data["epoch"],
        clause=fact.clause,
        at=fact.at,
        proposer=Person(**data["proposer"]),
        here=data["here"],
        decider=data["decider"],
        two=data.get("two", False),
        signature_due=datetime.fromisoformat(data["signature_due"]),
        review=datetime.fromisoformat(data["review"]) if data["review"] else None,
        target=data["target"],
        meeting=data.get("meeting", ""),
        order=data["order"],
        outside=Outside(**outside | {"decided": datetime.fromisoformat(outside["decided"])}) if outside else None,
    )


def _fact(
    action: str, state: Resolution, at: datetime, by: str = "system", data: Mapping[str, Any] | None = None
) -> Fact:
    return Fact(PREFIX + action, state.id, at, by, state.unit, state.clause, data or {})
