"""`/paper-pack` (纸质备用包): cards, numbered slips, forms and telephone numbers of one unit, to print in advance."""

import asyncio

from starlette.responses import Response

from hecha.edges.documents.packs import agreed_delegates, parts_of, printed, taken
from hecha.edges.web.visit import Visit
from hecha.edges.web.words import N_
from hecha.flow.documents.paper_pack import PackPaper, Part, pack_of
from hecha.kernel.errors import BadInput, NotThere, Unavailable
from hecha.kernel.ids import OutletId, UnitId
from hecha.organization.organization import Organization
from hecha.response.slip_number import SLIPS_MAX

PARTS = {
    Part.CARDS: N_("柜面指引卡和门口公告"),
    Part.SLIPS: N_("编号登记单（只为网点）"),
    Part.FORMS: N_("报告、命令表单"),
    Part.PHONES: N_("应急电话簿"),
}


async def paper_pack(visit: Visit) -> Response:
    return visit.show("paper_pack.html", parts=PARTS, slips_max=SLIPS_MAX)


async def print_pack(visit: Visit) -> Response:
    """The PDF; that slips were printed, and which, is a fact."""
    paper = await _taken(visit, await asyncio.to_thread(_paper, visit))
    done = await asyncio.to_thread(printed, paper)
    name = f"paper-pack-{paper.unit.replace('/', '-')}.pdf"
    headers = {"content-disposition": f'attachment; filename="{name if name.isascii() else "paper-pack.pdf"}"'}
    return Response(done.pdf, media_type="application/pdf", headers=headers)


def _paper(visit: Visit) -> PackPaper:
    site = visit.site
    unit, now, here = _unit(visit, site.organization), site.clock(), site.organization
    with site.store.read() as connection:
        delegates = agreed_delegates(connection, site.network, unit)
    return pack_of(
        site.network,
        site.plan,
        here,
        unit,
        now,
        parts=parts_of([str(word) for word in visit.form.getlist("part")]),
        slips=_count(visit.field("slips") or "30"),
        delegates=delegates,
    )


def _unit(visit: Visit, here: Organization) -> UnitId:
    """The person's own unit, or an outlet that is theirs to see. Raises NotThere."""
    asked = visit.field("outlet", 60)
    if not asked:
        return visit.principal.unit
    visit.sight.require_outlet(OutletId(asked))
    unit = UnitId(f"outlet/{asked}")
    if not here.units.exists(unit, visit.site.clock()):
        raise NotThere("没有这个网点，或不在您的权限之内。请核对网点号")
    return unit


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 3:
        raise BadInput("slips", "张数应是数 a number of slips", f"1 至 {SLIPS_MAX}")
    return int(text)


async def _taken(visit: Visit, paper: PackPaper) -> PackPaper:
    """Printing is not held up by the database: without it the slips are numbered by the minute alone."""
    try:
        return await visit.site.store.write(lambda tx: taken(tx, paper, visit.principal.account))
    except Unavailable:
        return paper
