"""`/agreements` (委托约定): a bank's engineer lists, enters and ends agreed delegates; cards offer them first."""

import asyncio

from starlette.responses import Response

from hecha.edges.api.desk_agreements import agreements_of, end_agreement
from hecha.edges.web.visit import Visit
from hecha.edges.web.words import N_
from hecha.flow.counter import kind_of
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import BankId
from hecha.organization.sight import Right
from hecha.organization.units import HEAD_OFFICE, bank_unit

DONE = {"made": N_("已约定。柜面卡片会先列出它。"), "ended": N_("已取消约定。")}


async def agreements(visit: Visit) -> Response:
    visit.sight.require(Right.AGREE)
    bank = visit.sight.bank or BankId("")
    agreed = await asyncio.to_thread(agreements_of, visit.site.desk.office, visit.principal)
    return visit.show(
        "agreements.html",
        agreed=[(one, kind_of(bank, one["delegate"]).value) for one in agreed],
        own=bank_unit(bank),
        banks=[bank_unit(one) for one in visit.site.network.banks if one != bank],
        branches=_branches(visit),
        done=DONE.get(visit.query("done"), ""),
        rank=1 + max((one["rank"] for one in agreed), default=0),
    )


async def submit(visit: Visit) -> Response:
    """Enter one, or end one; the form's address says which."""
    if visit.request.path_params["what"] == "end":
        await end_agreement(visit.site.desk.office, visit.principal, visit.field("delegate", 60))
        return visit.go("/agreements?done=ended")
    body = {"delegate": _delegate(visit), "telephone": visit.field("telephone", 60), "rank": visit.field("rank") or "1"}
    await visit.site.desk.agree(visit.principal, body)
    return visit.go("/agreements?done=made")


def _delegate(visit: Visit) -> str:
    """Either the unit chosen, or the outlet entered."""
    unit, outlet = visit.field("unit", 60), visit.field("outlet", 50)
    if bool(unit) == bool(outlet):
        raise BadInput("delegate", "请选一个机构，或填一个网点编号，只用其中一种", "例如 outlet/… 的编号")
    return unit or f"outlet/{outlet}"


def _branches(visit: Visit) -> list[str]:
    """The central bank's branches that there are, from the province down."""
    areas = visit.site.network.areas.values()
    own = {area.local_branch or f"pbc/{area.code}" for area in areas if area.local_branch or area.kind != "county"}
    return [HEAD_OFFICE, *sorted(own - {str(HEAD_OFFICE)}, key=lambda unit: (len(unit), unit))]
