"""What people ask for with warnings (3.2): each right is asked of the organisation, then the command is made.

    act = entered(asking, name="P…", kind="event", title="台风红色预警", nature="disaster", areas=["3303"])
    act = assessed(asking, name="W…", likelihood=4, impact=4, reason="…")

Every function returns an Act, or raises Refused, BadInput or NotThere. What a branch of the central bank may do with an
alert it may do where it is the branch whose office assesses it, or stands above that.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from hecha.flow.alert_reach import leg_for
from hecha.flow.command.asking import Asking
from hecha.flow.life import Act
from hecha.kernel.errors import BadInput, NotThere, Refused
from hecha.kernel.ids import AreaCode, ComponentId, Nature, UnitId
from hecha.network.components import Components
from hecha.organization.permission import Verdict
from hecha.organization.sight import Sight
from hecha.plan.posts import Act as May
from hecha.warning.alert import NAME_MAX, TEXT_MAX, TITLE_MAX, UNITS_MAX, Alert, Assessment, Kind, Origin, Task
from hecha.warning.commands import Acknowledge, Assess, Lift, Notify, Raise, Tell
from hecha.warning.pace import pace_of

KIND = "alert"
OUTSIDE = frozenset({Nature.ACCIDENT, Nature.DISASTER, Nature.PUBLIC_HEALTH, Nature.SOCIAL_SECURITY})
"""What an external event is (3.2.2(2))."""
ENTERED = (Origin.PAGE, Origin.TELEPHONE, Origin.PAPER)
MEDIA = ("page", "telephone", "paper")
AREAS_MAX, COMPONENTS_MAX = 120, 20


def alert_of(asking: Asking, name: str) -> Alert:
    """Raises NotThere. Whether the person sees it at all is the desk's question."""
    found: Alert | None = asking.book.state(KIND, name)
    if found is None:
        raise NotThere("没有这个预警，或不在您的权限之内 no such warning")
    return found


# --- news (3.2.3) ----------------------------------------------------------------------------------------------------


def entered(
    asking: Asking,
    *,
    name: str,
    kind: str,
    title: str,
    nature: str,
    text: str = "",
    areas: Sequence[str] = (),
    components: Sequence[str] = (),
    severity: int = 0,
    began: datetime | None = None,
    expected_end: datetime | None = None,
    origin: str = "page",
    caller: str = "",
    received: datetime | None = None,
) -> Act:
    """News that a person has, or was told by telephone or on paper (then `caller` and when it was `received`)."""
    sort = _kind(kind)
    asking.require(May.COLLECT_EXTERNAL if sort is Kind.EVENT else May.COLLECT_ANOMALY)
    _check_words(title, text, caller)
    _check_nature(sort, nature)
    _check_moments(asking.at, began, expected_end, received)
    if origin not in ENTERED:
        raise BadInput("origin", "没有这种来源 no such origin", "、".join(ENTERED))
    if origin != Origin.PAGE and not caller.strip():
        raise BadInput("caller", "须写明是谁告知的 who told it?", "来电人或来文单位")
    if severity not in range(5):
        raise BadInput("severity", "不在 0 至 4 之间 not between 0 and 4", "0 表示不明 0 means unknown")
    plan, units = asking.book.plans[0], asking.book.units
    told_by = asking.principal.account
    leg = leg_for(plan, units, sort, asking.unit, asking.at, told_by, origin)
    command = Raise(
        id=name,
        kind=sort,
        origin=Origin(origin),
        cause=name,
        title=title.strip(),
        nature=nature,
        unit=leg.receiver,
        at=asking.at,
        pace=pace_of(plan),
        by=told_by,
        on_behalf_of=str(asking.unit),
        text=text.strip(),
        components=_components(asking, components),
        areas=_areas(asking, areas, sort),
        severity=severity,
        began=began,
        expected_end=expected_end,
        caller=caller.strip(),
        received=received,
        legs=(leg,),
    )
    return Act(KIND, name, command)


def told(asking: Asking, *, name: str, medium: str = "page", note: str = "") -> Act:
    """The office has brought it before its group (3.2.3(2)), or whoever else owed it has told it."""
    alert = alert_of(asking, name)
    owed = next((leg for leg in alert.legs if leg.sender == asking.unit and leg.told is None), None)
    if owed is None:
        raise Refused("3.2.3", "本单位没有应报告而未报告的预警信息", "请查看预警的报告情况")
    asking.require(May.COLLECT_EXTERNAL if alert.kind is Kind.EVENT else May.COLLECT_ANOMALY)
    if medium not in MEDIA:
        raise BadInput("medium", "没有这种方式 no such way", "、".join(MEDIA))
    return Act(KIND, name, Tell(str(asking.unit), asking.at, asking.principal.account, medium, note))


# --- assessment and notification (3.2.4) -----------------------------------------------------------------------------


def assessed(
    asking: Asking,
    *,
    name: str,
    likelihood: int,
    impact: int,
    reason: str,
    level: int | None = None,
    level_at: datetime | None = None,
    clauses: Iterable[str] = (),
) -> Act:
    """Likelihood × impact, and the grade that it could reach."""
    alert = alert_of(asking, name)
    _require(asking, May.ASSESS_WARNING, alert)
    levels = {one.rank for one in asking.book.plans[0].levels}
    if level is not None and level not in levels:
        raise BadInput("level", "预案没有这个等级 no such level", "、".join(map(str, sorted(levels))))
    who, unit = asking.principal.account, str(asking.unit)
    one = Assessment(likelihood, impact, who, unit, asking.at, reason, level, level_at, tuple(clauses))
    return Act(KIND, name, Assess(one))


def notified(
    asking: Asking, *, name: str, units: Sequence[str], tasks: Sequence[str], text: str = "", consent: str = ""
) -> Act:
    """The group has the units concerned told. Its office may do it for the group, naming who of it has agreed."""
    alert = alert_of(asking, name)
    _require_notice(asking, alert, consent)
    if len(units) > UNITS_MAX:
        raise BadInput("units", f"超过 {UNITS_MAX} 个单位 too many units", "按机构类别选择 choose by kind")
    known = [unit for unit in units if asking.book.units.exists(UnitId(unit), asking.at)]
    unknown = next((unit for unit in units if unit not in known), None)
    if unknown is not None:
        raise BadInput("units", f"没有这个单位 no such unit: {unknown[:60]}", "从列表选择 choose from the list")
    command = Notify(tuple(known), _tasks(tasks), asking.principal.account, str(asking.unit), asking.at, text, consent)
    return Act(KIND, name, command)


def acknowledged(asking: Asking, *, name: str, unit: str = "", person: str = "", medium: str = "page") -> Act:
    """A person takes note for the own unit; or the office that told it enters who did, by telephone."""
    alert = alert_of(asking, name)
    if not unit or unit == asking.unit:
        asking.require(May.FIND)
        who = person.strip() or asking.principal.name
        return Act(KIND, name, Acknowledge(str(asking.unit), who, asking.at, asking.principal.account, medium))
    _require(asking, May.ASSESS_WARNING, alert)
    return Act(KIND, name, Acknowledge(unit, person, asking.at, asking.principal.account, "telephone"))


def lifted(asking: Asking, *, name: str, reason: str) -> Act:
    """It is over, or was wrong. Where the group has called units in, the group, or its office for it, ends that."""
    _require(asking, May.ASSESS_WARNING, alert_of(asking, name), May.NOTIFY_WARNING)
    return Act(KIND, name, Lift(reason, asking.principal.account, str(asking.unit), asking.at))


# --- rights ----------------------------------------------------------------------------------------------------------


def may_assess(asking: Asking, alert: Alert) -> bool:
    return _stands_over(asking, alert) and asking.may(May.ASSESS_WARNING)


def may_notify(asking: Asking, alert: Alert) -> bool:
    return _stands_over(asking, alert) and (asking.may(May.NOTIFY_WARNING) or asking.may(May.ASSESS_WARNING))


def needs_consent(asking: Asking) -> bool:
    """Whether somebody of the group must have agreed, and be named."""
    return not asking.may(May.NOTIFY_WARNING)


def may_lift(asking: Asking, alert: Alert) -> bool:
    return may_notify(asking, alert)


def may_enter(asking: Asking, kind: Kind) -> bool:
    return asking.may(May.COLLECT_EXTERNAL if kind is Kind.EVENT else May.COLLECT_ANOMALY)


def _stands_over(asking: Asking, alert: Alert) -> bool:
    return asking.book.units.is_below(UnitId(alert.unit), asking.unit, asking.at)


def _require(asking: Asking, act: May, alert: Alert, *others: May) -> Verdict:
    """Any of the acts, by a unit that stands over the alert. Raises Refused by the first."""
    if not _stands_over(asking, alert):
        name = asking.book.units.zh(UnitId(alert.unit), asking.at)
        raise Refused("3.2.4", f"该预警由{name}分析评估", "请联系该单位领导小组办公室")
    for other in others:
        if asking.may(other):
            return asking.require(other)
    return asking.require(act)


def _require_notice(asking: Asking, alert: Alert, consent: str) -> None:
    if asking.may(May.NOTIFY_WARNING):
        _require(asking, May.NOTIFY_WARNING, alert)
        return
    if not consent.strip():
        _require(asking, May.NOTIFY_WARNING, alert)  # refused, with who may
    _require(asking, May.ASSESS_WARNING, alert)


# --- what is wrong with a form ---------------------------------------------------------------------------------------


def _kind(word: str) -> Kind:
    if word not in set(Kind):
        raise BadInput("kind", "没有这一类预警信息 no such kind", "anomaly, event")
    return Kind(word)


def _check_words(title: str, text: str, caller: str) -> None:
    for where, said, limit in (("title", title, TITLE_MAX), ("text", text, TEXT_MAX), ("caller", caller, NAME_MAX)):
        if len(said) > limit:
            raise BadInput(where, f"超过 {limit} 字 too long", "写要点 be brief")
    if not title.strip():
        raise BadInput("title", "没有写明是什么 what is it?", "例如：台风红色预警")


def _check_nature(kind: Kind, nature: str) -> None:
    allowed = OUTSIDE if kind is Kind.EVENT else frozenset(Nature)
    if nature not in allowed:
        raise BadInput("nature", "没有这种性质 no such nature", "、".join(sorted(allowed)))


def _check_moments(now: datetime, began: datetime | None, end: datetime | None, received: datetime | None) -> None:
    for where, moment in (("began", began), ("expected_end", end), ("received", received)):
        if moment is not None and moment.tzinfo is None:
            raise BadInput(where, "时间须带时区 a moment with its offset", "2026-03-12T10:15+08:00")
    if received is not None and received > now:
        raise BadInput("received", "接报时间不能在将来 it cannot lie ahead", "写接到的时间")
    if end is not None and end <= (began or now):
        raise BadInput("expected_end", "结束须晚于开始 it must end after it began", "不清楚时不填 leave it open")


def _areas(asking: Asking, codes: Sequence[str], kind: Kind) -> tuple[AreaCode, ...]:
    known = asking.book.network.areas
    for code in codes[: AREAS_MAX + 1]:
        if code not in known:
            raise BadInput("areas", f"没有这个地区 no such area: {code[:20]}", "写国标代码，如 3303")
    if len(codes) > AREAS_MAX:
        raise BadInput("areas", f"超过 {AREAS_MAX} 个地区 too many areas", "写上一级地区 name the area above")
    own = asking.book.units.area(asking.unit)
    if kind is Kind.EVENT and not codes and own is not None:
        return (own,)
    return tuple(dict.fromkeys(AreaCode(code) for code in codes))


def _components(asking: Asking, names: Sequence[str]) -> tuple[ComponentId, ...]:
    """Only what there is and the person may see."""
    if len(names) > COMPONENTS_MAX:
        raise BadInput("components", f"超过 {COMPONENTS_MAX} 个部件 too many", "写主要的 name the main ones")
    known, sight = Components(asking.book.network), Sight(asking.book.network, asking.principal)
    for name in names:
        known.needed(name)
        if not sight.sees_component(ComponentId(name)):
            raise NotThere("没有这个部件，或不在您的权限之内 no such component, or not yours")
    return tuple(dict.fromkeys(ComponentId(name) for name in names))


def _tasks(words: Sequence[str]) -> tuple[Task, ...]:
    for word in words:
        if word not in set(Task):
            raise BadInput("tasks", "没有这种要求 no such task", "、".join(Task))
    return tuple(dict.fromkeys(Task(word) for word in words))
