"""`/organization` (机构): the tree of units; each unit's posts, people, numbers; the phone book, import and export."""

import asyncio

from starlette.datastructures import UploadFile
from starlette.responses import Response

from hecha.edges.organization.exchange import items_under, take
from hecha.edges.organization.files import CSV, EXCEL, to_csv, to_excel
from hecha.edges.web.pages.organization_view import find, phone_book, tree, view_of, wanting
from hecha.edges.web.visit import Visit
from hecha.edges.web.words import N_
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.ids import UnitId
from hecha.organization.people import PersonId
from hecha.organization.seeing import sees_unit
from hecha.organization.sheets import SHEETS
from hecha.plan.posts import Act

DONE = {
    "person": N_("已保存人员。"),
    "leave": N_("已登记离开，其岗位同时终止。"),
    "seat": N_("已保存岗位。"),
    "end": N_("已终止这个岗位。"),
    "numbers": N_("已保存电话。"),
    "expert": N_("已保存专家。"),
    "strike": N_("已删去这位专家。"),
    "term": N_("已保存机构期限。"),
    "untie": N_("已删去这条期限。"),
    "import": N_("已导入。"),
}
SECTIONS = {"above": N_("上级和当地分支机构"), "itself": N_("本单位"), "below": N_("下级"), "banks": N_("所辖银行机构")}


async def organization(visit: Visit) -> Response:
    """The tree; what a search finds; where posts are empty."""
    words, now = visit.query("q"), visit.site.clock()
    here, who = visit.organization, visit.principal
    units, people, more = await asyncio.to_thread(find, here, who, words, now) if words else ([], [], False)
    empty, many = await asyncio.to_thread(wanting, here, who, now) if visit.query("show") == "missing" else ([], False)
    return visit.show(
        "organization.html",
        tree=tree(here, who, now),
        own=_own(visit),
        words_asked=words,
        units=units,
        people=people,
        more=more,
        wanting=empty,
        many=many,
        showing=visit.query("show"),
    )


async def unit(visit: Visit) -> Response:
    """One unit; its forms for those who keep it. `?person=` opens somebody's form."""
    unit, now = _unit(visit, visit.request.path_params["unit"]), visit.site.clock()
    person = visit.organization.people.get(PersonId(visit.query("person")))
    return visit.show(
        "organization_unit.html",
        view=view_of(visit.organization, visit.principal, unit, now),
        chosen=person if person is not None and person.unit == unit else None,
        done=DONE.get(visit.query("done"), ""),
        changed=visit.query("changed"),
    )


async def book(visit: Visit) -> Response:
    """The phone book of a unit, to be printed."""
    now = visit.site.clock()
    unit = _unit(visit, visit.query("unit", 80) or _own(visit))
    chapters = phone_book(visit.organization, visit.principal, unit, now)
    return visit.show("phone_book.html", unit=unit, chapters=chapters, chapter_words=SECTIONS)


async def export(visit: Visit) -> Response:
    """The unit's sheets and those of all in its area, as Excel (`form=xlsx`) or one as CSV (`form=people`)."""
    now, here = visit.site.clock(), visit.organization
    unit = _unit(visit, visit.query("unit", 80) or _own(visit))
    here.require(visit.principal, Act.KEEP_ORGANIZATION, unit, now)
    form = visit.query("form") or "xlsx"
    if form != "xlsx" and form not in [sheet.key for sheet in SHEETS]:
        raise BadInput("form", "没有这张表 no such sheet", "、".join(sheet.key for sheet in SHEETS))
    items = items_under(here, unit, now)
    data = await asyncio.to_thread(to_excel, items) if form == "xlsx" else to_csv(form, items)
    name = f"{form}-{unit.replace('/', '-')}.{'xlsx' if form == 'xlsx' else 'csv'}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=EXCEL if form == "xlsx" else CSV, headers=headers)


async def take_in(visit: Visit) -> Response:
    """An uploaded file: imported, or its mistakes listed and nothing changed."""
    unit, file = _unit(visit, visit.field("unit", 80)), visit.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadInput("file", "没有选择文件 no file chosen", "请选择 CSV 或 Excel 文件 choose a CSV or Excel file")
    found = await take(visit.site.edits, visit.principal, file.filename, await file.read())
    if found.mistakes:
        return visit.show("organization_mistakes.html", 422, found=found, unit=unit)
    return visit.go(f"/organization/{unit}?done=import&changed={found.changed}")


def _own(visit: Visit) -> UnitId:
    """The unit that acts for one's own; a counter's is its branch."""
    units, now = visit.organization.units, visit.site.clock()
    own = units.acting(visit.principal.unit, now)
    return units.superior(own, now) or own if own.startswith("outlet/") else own


def _unit(visit: Visit, text: str) -> UnitId:
    """A unit that there is now and that one may look up. Raises NotThere."""
    unit, units, now = UnitId(text), visit.organization.units, visit.site.clock()
    if not units.exists(unit, now) and unit not in units.terms:
        raise NotThere("没有这个机构，或不在您的权限之内 (no such unit, or not yours)")
    if unit.startswith("outlet/") or not sees_unit(units, visit.principal, unit, now):
        raise NotThere("没有这个机构，或不在您的权限之内 (no such unit, or not yours)")
    return unit
