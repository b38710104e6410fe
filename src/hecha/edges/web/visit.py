"""A visit: one request with who asks, in which language, and what they may see. Handlers take a Visit.

`page(handler)` lets signed-in people in; `change(handler)` also reads the form and refuses it without the session's
CSRF token; `public(handler)` is for sign-in. Errors of ours become pages with clause, reason and way out.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hecha.edges.store.accounts import Session, same_token
from hecha.edges.web.render import Renderer
from hecha.edges.web.site import Site
from hecha.flow.picture import Picture
from hecha.kernel.errors import Refused, Unavailable
from hecha.organization.organization import Organization
from hecha.organization.principal import Principal
from hecha.organization.sight import Sight

SESSION_COOKIE = "hecha_session"
LANGUAGE_COOKIE = "hecha_language"
FORM_FIELDS_MAX = 400  # as many units as one form may choose
QUERIES_MAX = 20
UPLOAD_BYTES_MAX = 4 * 1024 * 1024  # 10,000 rows of a batch are well below
EMPTY_FORM = FormData()


@dataclass
class Visit:
    """One request. `form` is empty for reads."""

    request: Request
    site: Site
    renderer: Renderer
    language: str
    session: Session | None
    form: FormData
    unread: int = 0  # notices, for the menu

    @property
    def principal(self) -> Principal:
        assert self.session is not None  # `page` and `change` let nobody else in
        return self.session.principal

    @cached_property  # ok: lives as long as one request
    def sight(self) -> Sight:
        return Sight(self.site.network, self.principal)

    @cached_property  # ok: lives as long as one request
    def picture(self) -> Picture:
        """The latest picture, reduced to what this person may see."""
        return self.renderer.views.of(self.site.loop.picture, self.sight)

    @cached_property  # ok: lives as long as one request
    def organization(self) -> Organization:
        """Who holds what, at the moment of this request."""
        return self.site.organization

    @property
    def is_fragment(self) -> bool:
        """htmx asks for a part of a page."""
        return self.request.headers.get("hx-request") == "true"

    def field(self, name: str, limit: int = 200) -> str:
        """A field of the form, trimmed and cut; "" when absent."""
        value = self.form.get(name, "")
        return value.strip()[:limit] if isinstance(value, str) else ""

    def query(self, name: str, limit: int = 60) -> str:
        return self.request.query_params.get(name, "").strip()[:limit]

    def queries(self, name: str) -> list[str]:
        """All values of a repeated query, at most a few."""
        return [text.strip()[:60] for text in self.request.query_params.getlist(name)[:QUERIES_MAX] if text.strip()]

    def show(self, template: str, status: int = 200, **context: Any) -> Response:
        """Render a page."""
        return self.renderer.response(template, self, context, status)

    def go(self, path: str) -> Response:
        """See another page (after a change)."""
        return RedirectResponse(path, 303)


Handler = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Door:
    """Makes endpoints of handlers for one site."""

    site: Site
    renderer: Renderer

    def public(self, handler: Handler) -> Endpoint:
        """Without a session; the handler checks its own form."""

        async def endpoint(request: Request) -> Response:
            visit = await self._visit(request)
            return await handler(visit)

        return endpoint

    def page(self, handler: Handler) -> Endpoint:
        """A read, for those signed in."""

        async def endpoint(request: Request) -> Response:
            visit = await self._visit(request)
            if visit.session is None:
                return to_sign_in(visit)
            if not visit.is_fragment:
                await self.site.accounts.touch(_token(request), visit.session)
                visit.unread = await run_in_threadpool(_unread, visit)
            return await handler(visit)

        return endpoint

    def change(self, handler: Handler, upload_bytes: int = UPLOAD_BYTES_MAX) -> Endpoint:
        """A change: the form must carry the session's CSRF token."""

        async def endpoint(request: Request) -> Response:
            visit = await self._visit(request)
            if visit.session is None:
                return to_sign_in(visit)
            refuse_large(request, upload_bytes)
            visit.form = await request.form(max_fields=FORM_FIELDS_MAX, max_files=1, max_part_size=upload_bytes)
            _check_csrf(visit)
            await self.site.accounts.touch(_token(request), visit.session)
            return await handler(visit)

        return endpoint

    async def _visit(self, request: Request) -> Visit:
        token = _token(request)
        session = await run_in_threadpool(self.site.accounts.session, token) if token else None
        visit = Visit(request, self.site, self.renderer, language_of(request), session, EMPTY_FORM)
        request.state.visit = visit
        return visit


def refuse_large(request: Request, limit_bytes: int) -> None:
    """Raises Refused for a body that is, or says it is, larger than the limit."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > limit_bytes:
        raise Refused("9", "上传内容过大", "请分成几次提交")


def language_of(request: Request) -> str:
    """The chosen language; Chinese unless English was chosen."""
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "zh"


def to_sign_in(visit: Visit) -> Response:
    """To the sign-in page, and back afterwards to the page that the person looks at, when the request was a read."""
    request = visit.request
    page = urlsplit(request.headers.get("hx-current-url", "")).path if visit.is_fragment else ""
    here = (page or request.url.path) if request.method == "GET" else "/"
    target = f"/sign-in?next={quote(here)}"
    if visit.is_fragment:
        return Response(status_code=401, headers={"hx-redirect": target})
    return RedirectResponse(target, 303)


def _unread(visit: Visit) -> int:
    """A page stands without this number when it cannot be had."""
    try:
        return visit.site.notices.unread(visit.principal)
    except Unavailable:
        return 0


def _token(request: Request) -> str:
    return request.cookies.get(SESSION_COOKIE, "")


def _check_csrf(visit: Visit) -> None:
    assert visit.session is not None
    given = visit.request.headers.get("x-csrf-token") or visit.field("csrf")
    if not same_token(given, visit.session.csrf):
        raise Refused("8.1.4.1", "这个表单不是本次登录打开的页面发出的", "请刷新页面后重新提交")
