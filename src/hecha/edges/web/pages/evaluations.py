"""`/evaluations` and `/evaluations/{id}` (评估, 5.4): figures, causes, lessons, improvements, signature."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response, StreamingResponse

from hecha.edges.documents import pdf, word
from hecha.edges.documents.archive import archive
from hecha.edges.evaluation.desk import Look
from hecha.edges.evaluation.lists import Owed, Page, Tab
from hecha.edges.evaluation.plan_change import make_live, proposal, report_of
from hecha.edges.files.plan_folder import plan_in_use
from hecha.edges.web import evaluation_words
from hecha.edges.web.case_file import case_of, exported
from hecha.edges.web.dress import CHINA
from hecha.edges.web.duty_pages import DUTIES
from hecha.edges.web.evaluation_paper import document
from hecha.edges.web.pages.reports import DOCX
from hecha.edges.web.visit import Visit
from hecha.evaluation.owed import Account, Outcome
from hecha.evaluation.reviewing import TEXT_MAX
from hecha.flow import evaluation_asking
from hecha.flow.evaluation_sight import Depth
from hecha.incident.event import Incident
from hecha.kernel.errors import BadInput, HechaError, NotThere, Refused
from hecha.organization.sight import Right

PAGE = 50
BROKEN_SHOWN = 100
BROKEN = (Outcome.LATE, Outcome.OVERDUE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list with its incidents, and what is mine to improve."""

    page: Page
    incidents: Mapping[str, Incident]
    owed: Sequence[Owed]


async def evaluations(visit: Visit) -> Response:
    chosen = visit.query("tab")
    tab = Tab(chosen) if chosen in set(Tab) else Tab.OPEN
    found = await asyncio.to_thread(_listed, visit, tab)
    return visit.show("evaluations.html", listed=found, tab=tab, today=today(visit), said=evaluation_words)


def today(visit: Visit) -> date:
    return visit.site.clock().astimezone(CHINA).date()


def _listed(visit: Visit, tab: Tab) -> Listed:
    desk = visit.site.evaluations
    page = desk.page(visit.principal, tab, visit.query("before", 150), PAGE)
    names = {one.incident for one in page.reviews}
    found = {name: visit.site.procedure.state("incident", name) for name in names}
    return Listed(page, {name: one for name, one in found.items() if one is not None}, desk.owed(visit.principal))


async def evaluation(visit: Visit) -> Response:
    return _show(visit, await asyncio.to_thread(_look, visit))


def _look(visit: Visit) -> Look:
    return visit.site.evaluations.look(visit.principal, visit.request.path_params["id"])


def _show(visit: Visit, look: Look, error: HechaError | None = None, status: int = 200) -> Response:
    """The page; after a refusal with what was typed, so that nobody types it twice."""
    broken = [one for one in look.told.accounts if one.outcome in BROKEN] if look.told else []
    return visit.show(
        "evaluation.html",
        status,
        look=look,
        review=look.review,
        told=look.told,
        whole=look.depth is Depth.WHOLE,
        broken=by_duty(broken),
        duties=DUTIES,
        questions=list(enumerate(look.plan.questions)),
        typed=dict(visit.form) if error is not None else {},
        error=error,
        said=evaluation_words,
        today=today(visit),
        audits=visit.sight.may(Right.AUDIT),
        text_max=TEXT_MAX,
    )


@dataclass(frozen=True, slots=True)
class Broken:
    """Duties of one kind that were not kept, as one line: whose, and the first of them."""

    clause: str
    what: str
    outcome: str
    count: int
    units: tuple[str, ...]


def by_duty(broken: Sequence[Account]) -> list[Broken]:
    """275 reports that were late are one line, not 275."""

    def key(one: Account) -> tuple[str, str, str]:
        return (one.duty.clause, one.duty.what, one.outcome.value)

    lines = []
    for (clause, what, outcome), found in groupby(sorted(broken, key=key), key):
        units = [one.duty.unit for one in found]
        lines.append(Broken(clause, what, outcome, len(units), tuple(dict.fromkeys(units))))
    return lines[:BROKEN_SHOWN]


async def paper(visit: Visit) -> Response:
    """The evaluation as a document: `?as=docx`, else PDF."""
    look = await asyncio.to_thread(_look, visit)
    made = document(look, visit.site.network, visit.site.clock())
    if visit.query("as") == "docx":
        content, kind, end = await asyncio.to_thread(word.render, made), DOCX, "docx"
    else:
        content, kind, end = (await asyncio.to_thread(pdf.render, made)).pdf, "application/pdf", "pdf"
    headers = {"content-disposition": f'attachment; filename="{look.review.id.replace("+", "-")}.{end}"'}
    return Response(content, media_type=kind, headers=headers)


async def file(visit: Visit) -> Response:
    """`/incidents/{id}/file.zip`: the whole file of an event, streamed; who took it is recorded."""
    name = visit.request.path_params["id"]
    head = await exported(visit.site, visit.principal, name)
    case = await asyncio.to_thread(case_of, visit.site, visit.principal, name, head)
    headers = {"content-disposition": f'attachment; filename="{name.replace("+", "-")}.zip"'}
    return StreamingResponse(archive(case), media_type="application/zip", headers=headers)


def _analysis(visit: Visit) -> dict[str, Any]:
    answers = {}
    for name, value in visit.form.items():
        number = name.removeprefix("answer-")
        if name.startswith("answer-") and number.isascii() and number.isdigit() and str(value).strip():
            answers[int(number)] = visit.field(name, TEXT_MAX + 1)
    return {"party": visit.field("party"), "text": visit.field("text", TEXT_MAX + 1), "answers": answers}


def _impact(visit: Visit) -> dict[str, Any]:
    return {"text": visit.field("text", TEXT_MAX + 1)}


def _lesson(visit: Visit) -> dict[str, Any]:
    return {"text": visit.field("text", TEXT_MAX + 1), "worked": visit.field("worked") == "yes"}


def _improvement(visit: Visit) -> dict[str, Any]:
    text, unit, post = visit.field("text", TEXT_MAX + 1), visit.field("unit"), visit.field("post")
    return {"text": text, "unit": unit, "post": post, "due": _day(visit.field("due", 20))}


def _done(visit: Visit) -> dict[str, Any]:
    number = visit.field("number", 6)
    proved = visit.field("proved", TEXT_MAX + 1)
    return {"number": int(number) if number.isascii() and number.isdigit() else 0, "proved": proved}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("due", "看不懂这个日期 not a day", "例如 2026-04-30") from None


ACTS: Mapping[str, tuple[Callable[..., Any], Callable[[Visit], dict[str, Any]]]] = {
    "analysis": (evaluation_asking.analysed, _analysis),
    "impact": (evaluation_asking.summed_up, _impact),
    "lesson": (evaluation_asking.learnt, _lesson),
    "improvement": (evaluation_asking.wanted, _improvement),
    "done": (evaluation_asking.improved, _done),
}
"""What can be done with an evaluation: what is asked, and how the form is read."""


async def _sign(visit: Visit, id: str) -> None:
    await visit.site.evaluations.sign(visit.principal, id)


async def _propose(visit: Visit, id: str) -> None:
    """An edited plan is handed in: proved and compared first, then filed with the evaluation."""
    file = visit.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadInput("file", "没有选择文件 no file", "请选择 ZIP choose a ZIP")
    await asyncio.to_thread(visit.site.evaluations.require_proposing, visit.principal, id)
    made = await asyncio.to_thread(proposal, await file.read(), await asyncio.to_thread(plan_in_use))
    await visit.site.evaluations.do(visit.principal, evaluation_asking.proposed, name=id, change=made)


async def _activate(visit: Visit, id: str) -> None:
    """First the fact, then the files: nothing goes live unrecorded, and pressing again completes it."""
    digest = visit.field("digest")
    review = await visit.site.evaluations.do(visit.principal, evaluation_asking.activated, name=id, digest=digest)
    found = review.change(digest)
    if found is not None:
        await asyncio.to_thread(make_live, found.plan, digest)


async def plan_report(visit: Visit) -> Response:
    """The check report of a version that was proposed."""
    look = await asyncio.to_thread(_look, visit)
    found = look.review.change(visit.request.path_params["digest"])
    if found is None or look.depth is not Depth.WHOLE:
        raise NotThere("没有提出这一版办法。请从评估页进入")
    return Response(await asyncio.to_thread(report_of, found.plan, found.digest), media_type="application/json")


WHOLE = {"signature": _sign, "plan": _propose, "activation": _activate}
"""What is more than one command."""


async def change(visit: Visit) -> Response:
    id, what = visit.request.path_params["id"], visit.request.path_params["what"]
    desk = visit.site.evaluations
    if what not in {*ACTS, *WHOLE}:
        raise NotThere("没有这一项操作。请从评估页操作")
    try:
        if what in WHOLE:
            await WHOLE[what](visit, id)
        else:
            ask, read = ACTS[what]
            await desk.do(visit.principal, ask, name=id, **read(visit))
    except (BadInput, Refused) as error:
        look = await asyncio.to_thread(_look, visit)
        return _show(visit, look, error, 422 if isinstance(error, BadInput) else 409)
    return visit.go(f"/evaluations/{id}")
