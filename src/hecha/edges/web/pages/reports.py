"""`/reports` and `/reports/{id}` (报告, 4.1): what I have to report and to take; one report, all but filled in."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from hecha.edges.documents import pdf, word
from hecha.edges.procedure.report_desk import Look
from hecha.edges.procedure.report_lists import Page, Question, Tab
from hecha.edges.store.writer import Tx
from hecha.edges.web import report_words
from hecha.edges.web.dress import CHINA
from hecha.edges.web.pages.incidents import fact_words
from hecha.edges.web.report_paper import document
from hecha.edges.web.visit import Visit
from hecha.flow.report_sight import Depth
from hecha.incident.event import Incident
from hecha.kernel.errors import BadInput, HechaError, NotThere, Refused
from hecha.plan.posts import Act
from hecha.report.content import ITEMS, TEXT_MAX, Source
from hecha.report.legs import is_outside
from hecha.report.model import Report

PAGE = 50
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JUDGED = tuple(item.id for item in ITEMS if item.source is Source.JUDGED)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list with the incidents' titles."""

    page: Page
    incidents: Mapping[str, Incident]


async def reports(visit: Visit) -> Response:
    chosen = visit.query("tab")
    tab = Tab(chosen) if chosen in set(Tab) else Tab.TO_SEND
    asked = Question(
        tab,
        str(visit.principal.unit),
        visit.site.clock(),
        visit.query("incident", 120),
        visit.query("sender", 80),
        visit.query("before", 400),
        PAGE,
    )
    found = await asyncio.to_thread(_listed, visit, asked)
    return visit.show("reports.html", listed=found, asked=asked, said=report_words, is_outside=is_outside)


def _listed(visit: Visit, asked: Question) -> Listed:
    page = visit.site.reports.page(visit.principal, asked)
    names = {line.report.incident for line in page.lines}
    found = {name: visit.site.procedure.state("incident", name) for name in names}
    return Listed(page, {name: one for name, one in found.items() if one is not None})


async def report(visit: Visit) -> Response:
    found = await asyncio.to_thread(visit.site.reports.look, visit.principal, visit.request.path_params["id"])
    return _show(visit, found)


def _show(
    visit: Visit, look: Look, typed: Mapping[str, str] | None = None, error: HechaError | None = None, status: int = 200
) -> Response:
    """The page; after a refusal with what was typed, so that nobody types it twice."""
    return visit.show(
        "report.html",
        status,
        look=look,
        report=look.report,
        entered={**(look.filled.suggested if look.filled else {}), **(typed or {})},
        error=error,
        items=ITEMS,
        said=report_words,
        facts=fact_words(),
        is_outside=is_outside,
        outside=[unit for unit in look.report.receivers if is_outside(unit)],
        measured=Source.MEASURED,
        whole=look.depth is Depth.WHOLE,
        brief=_brief(look),
        text_max=TEXT_MAX,
    )


def _brief(look: Look) -> str:
    """What to say on the telephone, in a line: the event and how many cannot verify."""
    content = look.content
    if content is None:
        return ""
    dark, all_ = (content.measured[name].value if name in content.measured else "0" for name in ("dark", "outlets"))
    return f"{look.incident.title}；本单位（辖内）{all_}个网点中{dark}个两种方式均不能核查，书面报告随后报送"


async def paper(visit: Visit) -> Response:
    """The report as a document: `?as=docx`, else PDF."""
    look = await asyncio.to_thread(visit.site.reports.look, visit.principal, visit.request.path_params["id"])
    if look.depth is not Depth.WHOLE:
        raise NotThere("报告尚未发出，还没有文件。请等待书面报告")
    made = document(look, visit.site.network, visit.site.clock())
    if visit.query("as") == "docx":
        content, kind, end = await asyncio.to_thread(word.render, made), DOCX, "docx"
    else:
        content, kind, end = (await asyncio.to_thread(pdf.render, made)).pdf, "application/pdf", "pdf"
    name = "".join(sign if sign.isalnum() or sign in "._-" else "-" for sign in look.report.id)
    headers = {"content-disposition": f'attachment; filename="{name}.{end}"'}
    return Response(content, media_type=kind, headers=headers)


Do = Callable[[Visit, Tx, str], Report]


def _send(visit: Visit, tx: Tx, id: str) -> Report:
    return visit.site.reports.send(tx, visit.principal, id, _judged(visit))


def _draft(visit: Visit, tx: Tx, id: str) -> Report:
    return visit.site.reports.draft(tx, visit.principal, id, _judged(visit))


def _phone(visit: Visit, tx: Tx, id: str) -> Report:
    to, callee, said, at = visit.field("to"), visit.field("callee"), visit.field("said", 400), _moment(visit, "at")
    return visit.site.reports.phone(tx, visit.principal, id, to, callee, said, at)


def _skip(visit: Visit, tx: Tx, id: str) -> Report:
    return visit.site.reports.skip(tx, visit.principal, id, visit.field("over"), visit.field("reason", 400))


def _receive(visit: Visit, tx: Tx, id: str) -> Report:
    return visit.site.reports.receive(tx, visit.principal, id)


def _deliver(visit: Visit, tx: Tx, id: str) -> Report:
    to, via, number = visit.field("to"), visit.field("via"), visit.field("number")
    return visit.site.reports.deliver(tx, visit.principal, id, to, via, number, _moment(visit, "at"))


def _answer(visit: Visit, tx: Tx, id: str) -> Report:
    words = {name: visit.field(name, 1200) for name in ("sender", "number", "receiver", "gist", "scan")}
    return visit.site.reports.enter(tx, visit.principal, id, words | {"at": _moment(visit, "at")})


def _follow_up(visit: Visit, tx: Tx, id: str) -> Report:
    return visit.site.reports.follow_up(tx, visit.principal, id)


ACTS: Mapping[str, tuple[Act, Do]] = {
    "sending": (Act.REPORT, _send),
    "draft": (Act.REPORT, _draft),
    "phone": (Act.REPORT, _phone),
    "skip": (Act.REPORT, _skip),
    "receipt": (Act.RECEIPT, _receive),
    "delivery": (Act.RECORD_EXTERNAL, _deliver),
    "answer": (Act.RECORD_EXTERNAL, _answer),
    "follow-up": (Act.REPORT, _follow_up),
}
"""What can be done with a report: what must be allowed, and who does it. A receipt is given for the own unit."""


async def change(visit: Visit) -> Response:
    id, what = visit.request.path_params["id"], visit.request.path_params["what"]
    if what not in ACTS:
        raise NotThere("没有这一项操作。请从报告页操作")
    act, do = ACTS[what]
    desk, unit = visit.site.reports, str(visit.principal.unit) if act is Act.RECEIPT else ""
    await asyncio.to_thread(desk.permit, visit.principal, act, id, unit)
    try:
        after = await visit.site.procedure.run(lambda tx: do(visit, tx, id))
    except (BadInput, Refused) as error:
        look = await asyncio.to_thread(desk.look, visit.principal, id)
        return _show(visit, look, _judged(visit), error, 422 if isinstance(error, BadInput) else 409)
    return visit.go(f"/reports/{after.id}")


def _judged(visit: Visit) -> dict[str, str]:
    return {name: visit.field(name, TEXT_MAX + 1) for name in JUDGED if name in visit.form}


def _moment(visit: Visit, name: str) -> datetime:
    """A local moment of a form; now when it was left empty. Raises BadInput for one that cannot be read."""
    text = visit.field(name, 40)
    if not text:
        return visit.site.clock()
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CHINA)
    except ValueError:
        raise BadInput(name, "看不懂这个时间 not a time", "例如 2026-03-12T09:30") from None
