"""The console's pages. `routes(site)` is mounted last by `hecha.edges.assemble`, after /api and the health pages."""

import logging
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from hecha.edges.api.problems import status_of
from hecha.edges.notify.gate import Gate
from hecha.edges.web.guard import Guard
from hecha.edges.web.pages import (
    agreements,
    batches,
    board,
    brief,
    calls,
    chain,
    confirm,
    counter,
    decisions,
    declare,
    delegations,
    duties,
    evaluations,
    grading,
    guide,
    handover,
    inbox,
    incidents,
    ledger,
    measures,
    meetings,
    order_calls,
    orders,
    organization,
    organization_forms,
    paper_entry,
    paper_pack,
    recovery,
    register,
    registrations,
    releases,
    reports,
    rota,
    runs,
    sign,
    staffing,
    warning,
    warnings,
)
from hecha.edges.web.pages.events import Streams
from hecha.edges.web.render import STATIC, Renderer
from hecha.edges.web.site import Site
from hecha.edges.web.visit import EMPTY_FORM, Door, Handler, Visit, language_of
from hecha.kernel.errors import HechaError, NotThere

log = logging.getLogger(__name__)


def routes(site: Site) -> list[BaseRoute]:
    """All pages below "/", with guard and error pages of their own."""
    return [Mount("/", app=console(site))]


def console(site: Site) -> Starlette:
    """The console as an application of its own."""
    door = Door(site, Renderer(site.network))
    handlers = _ErrorPages(door)
    return Starlette(
        routes=[
            *_signing(door),
            *_by_secret(door),
            *_reading(door),
            *_changing(door),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, secure=site.secure)],
        exception_handlers={
            HechaError: handlers.ours,
            HTTPException: handlers.http,
            Exception: handlers.unexpected,
        },
    )


def _signing(door: Door) -> list[BaseRoute]:
    return [
        Route("/sign-in", door.public(sign.sign_in_form), methods=["GET"]),
        Route("/sign-in", door.public(sign.sign_in), methods=["POST"]),
        Route("/sign-out", door.change(sign.sign_out), methods=["POST"]),
        Route("/language/{to}", door.public(sign.language), methods=["GET"]),
    ]


def _by_secret(door: Door) -> list[BaseRoute]:
    """For those who hold a secret address and no session."""
    links = confirm.Confirming(Gate(door.site.notices))
    return [
        Route("/n/{token}", door.public(links.show), methods=["GET"]),
        Route("/n/{token}", door.public(links.press), methods=["POST"]),
        Route("/inbox.atom", door.public(inbox.atom), methods=["GET"]),
        Route("/rota/own.ics", door.public(rota.own), methods=["GET"]),
        Route("/receipts/sms", door.public(confirm.receipts), methods=["POST"]),
    ]


PAGES: Mapping[str, Handler] = {
    "/": board.board,
    "/network": chain.network,
    "/areas/{code}": chain.area,
    "/banks/{id}": chain.bank,
    "/outlets/{id}": chain.outlet,
    "/grade": grading.grade,
    "/counter": counter.counter,
    "/counter/notice/{theme}": counter.notice,
    "/registrations": register.register,
    "/registrations/{id}": registrations.entry,
    "/registrations/{id}/slip": registrations.slip,
    "/registrations/{id}/certificate": registrations.certificate,
    "/differences": registrations.differences,
    "/agreements": agreements.agreements,
    "/delegations": delegations.delegations,
    "/delegations/{id}": delegations.delegation,
    "/batches": batches.batches,
    "/batches/{id}": batches.batch,
    "/batches/{id}/results": batches.results,
    "/declare": declare.declare,
    "/duties": duties.duties,
    "/warnings": warnings.warnings,
    "/warnings/{id}": warning.warning,
    "/incidents": incidents.incidents,
    "/incidents/{id}": incidents.incident,
    "/incidents/{id}/file.zip": evaluations.file,
    "/inbox": inbox.inbox,
    "/inbox/{id}": inbox.one,
    "/call-list": calls.subjects,
    "/call-list/{subject}": calls.call_list,
    "/deliveries": calls.deliveries,
    "/paper-pack": paper_pack.paper_pack,
    "/paper-entry": paper_entry.paper_entry,
    "/rota": rota.rota_page,
    "/rota.ics": rota.calendar,
    "/staffing": staffing.staffing,
    "/organization": organization.organization,
    "/organization/phone-book": organization.book,
    "/organization/export": organization.export,
    "/organization/{unit:path}": organization.unit,
    "/reports": reports.reports,
    "/reports/{id}": reports.report,
    "/reports/{id}/paper": reports.paper,
    "/evaluations": evaluations.evaluations,
    "/evaluations/{id}": evaluations.evaluation,
    "/evaluations/{id}/paper": evaluations.paper,
    "/evaluations/{id}/plan/{digest}": evaluations.plan_report,
    "/decisions": decisions.decisions,
    "/decisions/{id}": decisions.decision,
    "/meetings/{id}": meetings.meeting,
    "/meetings/{id}/paper": meetings.paper,
    "/brief/{id}": brief.brief,
    "/brief/{id}/paper": brief.paper,
    "/handover": handover.handovers,
    "/handover/{id}": handover.handover,
    "/handover/{id}/paper": handover.paper,
    "/orders": orders.orders,
    "/orders/{id}": orders.order,
    "/orders/{id}/paper": orders.paper,
    "/orders/{id}/calls": order_calls.calls,
    "/orders/{id}/calls/paper": order_calls.paper,
    "/releases": releases.releases,
    "/releases/{id}": releases.release,
    "/releases/{id}/paper": releases.paper,
    "/measures": measures.overview,
    "/measures/{id}": measures.one,
    "/recovery": recovery.recoveries,
    "/recovery/{id}": recovery.recovery,
    "/runbooks": runs.runbooks,
    "/runs": runs.runs,
    "/runs/{id}": runs.run,
    "/vendors": runs.vendors,
    "/ledger": ledger.show,
    "/guide": guide.guide,
}
CHANGES: Mapping[str, Handler] = {
    "/warnings": warnings.enter,
    "/warnings/{id}/{what}": warning.change,
    "/incidents": incidents.open_one,
    "/incidents/{id}/{what}": incidents.change,
    "/reports/{id}/{what}": reports.change,
    "/evaluations/{id}/{what}": evaluations.change,
    "/decisions": decisions.propose,
    "/decisions/outside": decisions.record,
    "/decisions/{id}/{what}": decisions.change,
    "/handlings": decisions.handle,
    "/meetings": meetings.convene,
    "/meetings/{id}/{what}": meetings.change,
    "/brief/{id}": brief.sign,
    "/handover": handover.offer,
    "/handover/{id}/{what}": handover.change,
    "/orders/{id}/{what}": orders.change,
    "/releases": releases.begin,
    "/releases/{id}/{what}": releases.change,
    "/recovery/{id}/outlet": recovery.confirm,
    "/runs": runs.start,
    "/runs/{id}/{what}": runs.change,
    "/vendors": runs.put_vendor,
    "/vendors/removal": runs.put_vendor,
    "/counter": counter.verify,
    "/counter/card": counter.card,
    "/counter/delegation": counter.delegate,
    "/counter/registration": counter.register,
    "/registrations/{id}/settlement": registrations.settle,
    "/registrations/{id}/unreached": registrations.unreached,
    "/registrations/{id}/certificate": registrations.certify,
    "/delegations/{id}": delegations.answer,
    "/agreements/{what}": agreements.submit,
    "/batches": batches.submit,
    "/declare/{what}": declare.submit,
    "/inbox/{what}": inbox.submit,
    "/inbox/{id}/acknowledgement": inbox.acknowledge,
    "/call-list/{subject}": calls.tick_off,
    "/paper-pack": paper_pack.print_pack,
    "/paper-entry": paper_entry.enter,
    "/organization/{what}": organization_forms.submit,
    "/rota/{what}": rota.change,
    "/staffing/{what}": staffing.change,
}


def _reading(door: Door) -> list[BaseRoute]:
    streams = Streams()
    found: list[BaseRoute] = [Route(path, door.page(handler), methods=["GET"]) for path, handler in PAGES.items()]
    parts = {"/events": streams.events, "/unread": inbox.unread}
    return [*found, *(Route(path, door.page(handler), methods=["GET"]) for path, handler in parts.items())]


def _changing(door: Door) -> list[BaseRoute]:
    return [Route(path, door.change(handler), methods=["POST"]) for path, handler in CHANGES.items()]


WITHIN = {"hx-reselect": ".trouble", "hx-reswap": "innerHTML"}


class _ErrorPages:
    """Errors as pages: what is wrong, why, and the way out."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def ours(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HechaError)
        return self._page(request, error, status_of(error))

    async def http(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self._page(request, NotThere("没有这一页。请从上方的菜单进入"), status)

    async def unexpected(self, request: Request, error: Exception) -> Response:
        log.error("a page failed: %s %s", request.method, type(error).__name__, exc_info=error)
        return self._page(request, HechaError("这一页出错了，已记录。请刷新；如仍不行，请联系系统管理员"), 500)

    def _page(self, request: Request, error: HechaError, status: int) -> Response:
        visit = getattr(request.state, "visit", None)
        if visit is None:
            visit = Visit(request, self._door.site, self._door.renderer, language_of(request), None, EMPTY_FORM)
        if not visit.is_fragment:
            return visit.show("error.html", status, error=error, code=status)
        shown = visit.show("error_fragment.html", status, error=error, code=status)
        shown.headers.update(WITHIN)  # the region that asked stays, whatever part of a page it would have taken
        return shown
