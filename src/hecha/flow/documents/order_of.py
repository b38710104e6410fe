"""From the lives of command to their papers: an order with what it charges whom with; a release."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from hecha.command.order import Kind, Measure, Order
from hecha.command.release import Release
from hecha.command.undo import DELEGATIONS, EXCEPTIONS, MODES, OPERATORS, ROUTES
from hecha.decision.resolution import Resolution
from hecha.flow.documents import order as paper
from hecha.flow.documents.frame import Frame, ground_of
from hecha.flow.documents.release import ReleasePaper
from hecha.incident.event import Incident
from hecha.organization.units import HEAD_OFFICE
from hecha.plan.model import Plan
from hecha.response.measures import DATA_ERROR
from hecha.response.wording import WORDS

Name = Callable[[str], str]
"""How a unit is called: `Units.zh`."""
NAMED_MAX = 4
"""So many addressees are named; more are counted."""
UNDOING = {
    DELEGATIONS: "撤回代为核查的委托，停止受托；",
    MODES: "恢复原来的核查方式；",
    OPERATORS: "收回临时增加的操作员和权限；",
    ROUTES: "前置和通道切回平时的路由；",
    EXCEPTIONS: "停用例外采用的措施；",
}
CHANNELS = {
    "outlets": "网点公告",
    "website": "网站",
    "press": "新闻媒体",
    "hotline": "客服热线",
    "government": "政府渠道",
    "other": "其他渠道",
}
POSTS = {"settlement": "支付结算部门", "credit": "征信管理部门", "technology": "科技部门"}
WAYS = {"5.1.1(1)": "step.delegate", "5.1.1(2)": "step.switch", "5.1.1(3)": "step.other"}


def order_paper(
    order: Order, resolution: Resolution, event: Incident, plan: Plan, name: Name, publisher: str, frame: Frame
) -> paper.OrderPaper:
    """The paper of an order as it stands. `publisher`: what its settlement department is called here."""
    return paper.OrderPaper(
        frame=frame,
        ground=ground_of(plan),
        event=event.title,
        event_number=event.id,
        grade=order.level_zh,
        decided_by=group_zh(order.group, name),
        decided=_decided(resolution),
        published_by=publisher,
        sequence=f"{order.epoch}-{order.sequence}",
        ends=order.kind is Kind.END,
        clauses=event.proposed.decisive,
        measures=tuple(_measure(one, name) for one in order.measures),
        tasks=tuple(_tasks(order, name)),
        effective=order.published,
        receipt_minutes=int(order.clocks.receipt_within.total_seconds()) // 60,
        recovered=event.recovered,
        undoes=_undoes(order),
        left_open=("故障期间登记的业务继续补核，全部办结后归档。",),
    )


def addressees_of(order: Order, name: Name) -> tuple[str, ...]:
    """To whom it goes, as 主送机关 names them: kinds of units, not each of two hundred."""
    kinds = dict.fromkeys(_kind(one.unit, one.post, order.unit) for one in order.addressees)
    return tuple(kinds) or (name(order.unit),)


def group_zh(unit: str, name: Name) -> str:
    """人民银行总行领导小组 …"""
    return f"{name(unit)}领导小组"


def release_paper(release: Release, name: Name, publisher: str, frame: Frame) -> ReleasePaper:
    """The paper of a release; one that head office made is shown with its number there."""
    return ReleasePaper(
        frame=frame,
        title=release.title,
        text=tuple(line for line in release.text.splitlines() if line.strip()),
        channels=(CHANNELS.get(release.channel, release.channel),),
        drafted_by=release.by,
        approved_by=release.approver or (f"{name(HEAD_OFFICE)}（{release.number}）" if release.number else "未审批"),
        approved=release.approved or release.at,
        published_by=publisher,
        clause=release.clause,
        published=release.published,
    )


def _decided(resolution: Resolution) -> datetime:
    if resolution.outside is not None:
        return resolution.outside.decided
    return resolution.taken or resolution.at


def _measure(one: Measure, name: Name) -> paper.Measure:
    ways = "、".join(WORDS[WAYS[way]][0] for way in one.use if way in WAYS)
    areas = "、".join(name(f"pbc/{city}") for city in one.cities)
    scope = "持出错地区公安机关签发证件的，" if one.card_authority else ""
    if one.cause == DATA_ERROR and areas:
        scope = f"{areas}辖内公安机关签发的证件，"
    words = f"依次{ways}" if len(one.use) > 1 else ways
    return paper.Measure(one.clause, words + ("（例外采用）" if one.exception else ""), scope)


def _tasks(order: Order, name: Name) -> Iterator[paper.Task]:
    """Addressees with the same charge stand together, the plan's order kept."""
    charged: dict[tuple[str, str], list[str]] = {}
    for one in order.addressees:
        who = name(one.unit) + (POSTS.get(one.post, one.post) if one.post else "")
        charged.setdefault((one.clause, one.charge), []).append(who)
    for (clause, charge), names in charged.items():
        yield paper.Task(_listed(names), charge, clause)


def _listed(who: list[str]) -> str:
    more = f"等{len(who)}个单位" if len(who) > NAMED_MAX else ""
    return "、".join(who[:NAMED_MAX]) + more


def _undoes(order: Order) -> tuple[str, ...]:
    words = _once(UNDOING[one.what] for one in order.undo if one.what in UNDOING)
    return (*words[:-1], words[-1].rstrip("；") + "。") if words else ()


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _kind(unit: str, post: str, own: str) -> str:
    if post and unit == own:
        return POSTS.get(post, post)
    return "各银行机构应急处置领导小组" if unit.startswith("bank/") else "各下级领导小组"
