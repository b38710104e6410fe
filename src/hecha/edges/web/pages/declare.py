"""`/declare` (申报): what was declared and is planned, for everyone who may see it; and the forms: an outage of banks
that do not run on this product, an estimate, maintenance, a data error, "will exceed 8 hours".

Each form stands there only for those entitled; the watch loop records who said what.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.responses import Response

from hecha.edges.web.dress import CHINA
from hecha.edges.web.pages.judging import judge
from hecha.edges.web.pages.standing import by_part, standing
from hecha.edges.web.pages.tallies import chain_first
from hecha.edges.web.visit import Visit
from hecha.edges.web.words import N_
from hecha.flow.declare import Declaration
from hecha.flow.judgement import flags_of
from hecha.flow.picture import State
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import AreaCode, BankId, ComponentId, Mode
from hecha.network.model import AreaKind
from hecha.organization.sight import Right

COMPONENTS_MAX = 500
DONE = {
    "outage": N_("已申报。中断从现在起按申报的时间计算，并与测得的分开显示。"),
    "estimate": N_("已记录预计恢复时间。"),
    "maintenance": N_("已登记维护计划。计划内的中断不计入，超出计划的计入。"),
    "data_error": N_("已记录认定的数据误差。"),
    "will_exceed": N_("已记录：将超过 8 小时。"),
    "withdraw": N_("已撤回。"),
    "cancel": N_("已取消维护计划。"),
    "judgement": N_("已记录认定。"),
}


async def declare(visit: Visit) -> Response:
    areas = sorted(visit.site.network.areas.values(), key=lambda area: area.code)
    components = visit.picture.components.values()
    return visit.show(
        "declare.html",
        done=DONE.get(visit.query("done"), ""),
        banks=[bank for bank in visit.site.network.banks.values() if visit.sight.bank in (None, bank.id)],
        areas=[area for area in areas if visit.sight.sees_area(area.code) or visit.sight.bank],
        cities=[area for area in areas if area.kind is AreaKind.CITY],
        standing=standing(visit),
        flags=flags_of(visit.site.plans),
        said=by_part(visit.picture),
        estimable=_estimable(visit),
        owned=sorted((one.id for one in components if visit.sight.may_estimate(one.id)), key=chain_first),
        broken=[one for one in components if one.state is State.DOWN and visit.sight.may_estimate(one.id)],
        faults=visit.picture.faults,
        picture=visit.picture,
    )


def _estimable(visit: Visit) -> list[Declaration]:
    """Declared outages whose recovery this person may estimate."""
    if not visit.sight.may(Right.ESTIMATE):
        return []
    return [each.one for each in standing(visit).outages if each.mine and isinstance(each.one, Declaration)]


async def submit(visit: Visit) -> Response:
    what = visit.request.path_params["what"]
    if what not in _ACTS:
        raise BadInput("what", "没有这种申报", "请从申报页提交")
    right, act = _ACTS[what]
    visit.sight.require(right)
    await act(visit)
    return visit.go(f"/declare?done={what}")


async def _outage(visit: Visit) -> None:
    modes = [mode for mode in Mode if mode.value in visit.form.getlist("modes")]
    if not modes:
        raise BadInput("modes", "没有说明哪种方式不能核查", "请至少勾选一种方式")
    bank = visit.sight.bank or (BankId(visit.field("bank")) if visit.field("bank") else None)
    await visit.site.loop.declare(
        visit.principal,
        modes=modes,
        since=_moment(visit, "since"),
        until=_moment_or_none(visit, "until"),
        bank=bank,
        area=AreaCode(visit.field("area")) if visit.field("area") else None,
        outlets=visit.field("outlets", 400_000),
        nature=visit.field("nature") or "other",
        reason=visit.field("reason"),
    )


async def _estimate(visit: Visit) -> None:
    component, until = ComponentId(visit.field("component")), _moment_or_none(visit, "until")
    await visit.site.loop.estimate(visit.principal, component=component, until=until, reason=visit.field("reason"))


async def _maintenance(visit: Visit) -> None:
    chosen = visit.form.getlist("components")[:COMPONENTS_MAX]
    components = [ComponentId(word) for text in chosen if isinstance(text, str) for word in text.split()]
    await visit.site.loop.maintenance(
        visit.principal,
        components=components,
        begin=_moment(visit, "begin"),  # ok: the name of a form's field
        end=_moment(visit, "end"),
        reason=visit.field("reason"),
    )


async def _data_error(visit: Visit) -> None:
    share = visit.field("accuracy")
    await visit.site.loop.declare_data_error(
        visit.principal,
        city=AreaCode(visit.field("city")),
        since=_moment(visit, "since"),
        authority=visit.field("authority"),
        accuracy=_share(share) if share else None,
        missing=visit.field("missing") == "yes",
        disturbs=visit.field("disturbs") == "yes",
        until=_moment_or_none(visit, "until"),
        basis=visit.field("basis"),
    )


async def _will_exceed(visit: Visit) -> None:
    await visit.site.loop.will_exceed(visit.principal, fault=visit.field("fault"), reason=visit.field("reason"))


async def _withdraw(visit: Visit) -> None:
    await visit.site.loop.withdraw(visit.principal, visit.field("declaration"), reason=visit.field("reason"))


async def _cancel(visit: Visit) -> None:
    await visit.site.loop.cancel_maintenance(visit.principal, visit.field("window"), reason=visit.field("reason"))


_ACTS: dict[str, tuple[Right, Callable[[Visit], Awaitable[None]]]] = {
    "outage": (Right.DECLARE, _outage),
    "estimate": (Right.ESTIMATE, _estimate),
    "maintenance": (Right.MAINTENANCE, _maintenance),
    "data_error": (Right.DATA_ERROR, _data_error),
    "will_exceed": (Right.WILL_EXCEED, _will_exceed),
    "withdraw": (Right.DECLARE, _withdraw),
    "cancel": (Right.MAINTENANCE, _cancel),
    "judgement": (Right.JUDGE, judge),
}


def _moment(visit: Visit, name: str) -> datetime:
    found = _moment_or_none(visit, name)
    if found is None:
        raise BadInput(name, "没有填时间", "例如 2026-03-12T10:15")
    return found


def _moment_or_none(visit: Visit, name: str) -> datetime | None:
    """A form's local time is the province's."""
    text = visit.field(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(name, "时间的写法不对", "例如 2026-03-12T10:15") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _share(text: str) -> float:
    try:
        percent = float(text)
    except ValueError:
        raise BadInput("accuracy", "准确率应是 0 到 100 的数", "例如 43") from None
    return percent / 100
