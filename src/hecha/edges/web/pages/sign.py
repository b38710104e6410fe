"""`/sign-in`, sign-out and the choice of language."""

import secrets
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hecha.edges.store.accounts import SESSION_LASTS, same_token
from hecha.edges.web.visit import FORM_FIELDS_MAX, LANGUAGE_COOKIE, SESSION_COOKIE, Visit, refuse_large
from hecha.edges.web.words import N_
from hecha.kernel.errors import Refused

FIRST = "/duties"
"""Where everybody begins: what they owe now."""
FORM_COOKIE = "hecha_form"
FORM_BYTES_MAX = 16 * 1024
LANGUAGE_LASTS = timedelta(days=365)


async def sign_in_form(visit: Visit) -> Response:
    if visit.session is not None:
        return visit.go(FIRST)
    return _form(visit)


async def sign_in(visit: Visit) -> Response:
    """Checks the form's own token (there is no session yet), then login and password."""
    refuse_large(visit.request, FORM_BYTES_MAX)
    visit.form = await visit.request.form(max_fields=FORM_FIELDS_MAX, max_files=0)
    if not same_token(visit.field("csrf") or "-", visit.request.cookies.get(FORM_COOKIE, "")):
        return _form(visit, N_("页面已过期，请重新填写。"), 403)
    try:
        opened = await visit.site.accounts.sign_in(visit.field("login"), _password(visit), _address(visit.request))
    except Refused:
        return _form(visit, N_("登录失败次数过多。请在 15 分钟后再试，或请管理员重置口令。"), 429)
    if opened is None:
        return _form(visit, N_("账号或口令不对。请核对后再试；忘记口令请联系本单位管理员。"), 401)
    answer = visit.go(local_path(visit.field("next")) if visit.field("next") else FIRST)
    _set(visit, answer, SESSION_COOKIE, opened.token, SESSION_LASTS)
    answer.delete_cookie(FORM_COOKIE)
    return answer


async def sign_out(visit: Visit) -> Response:
    await visit.site.accounts.sign_out(visit.request.cookies[SESSION_COOKIE], visit.principal)
    answer = visit.go("/sign-in")
    answer.delete_cookie(SESSION_COOKIE)
    return answer


async def language(visit: Visit) -> Response:
    """Choose a language and go on where one was."""
    chosen = "en" if visit.request.path_params["to"] == "en" else "zh"
    answer = RedirectResponse(local_path(visit.query("back", 200)), 303)
    _set(visit, answer, LANGUAGE_COOKIE, chosen, LANGUAGE_LASTS)
    return answer


def local_path(text: str) -> str:
    """A path of this site, else "/": nobody is sent to another host."""
    is_local = text.startswith("/") and not text.startswith(("//", "/\\")) and "\n" not in text and "\r" not in text
    return text if is_local else "/"


def _form(visit: Visit, trouble: str = "", status: int = 200) -> Response:
    token = secrets.token_urlsafe(24)
    asked = visit.field("next", 200) or visit.query("next", 200)
    target = local_path(asked) if asked else FIRST
    answer = visit.show(
        "sign_in.html", status, trouble=trouble, form_token=token, next=target, login=visit.field("login")
    )
    _set(visit, answer, FORM_COOKIE, token, timedelta(hours=1))
    return answer


def _set(visit: Visit, answer: Response, name: str, value: str, lasts: timedelta) -> None:
    seconds = int(lasts.total_seconds())
    answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=visit.site.secure)


def _password(visit: Visit) -> str:
    value = visit.form.get("password", "")
    return value if isinstance(value, str) else ""


def _address(request: Request) -> str:
    return request.client.host if request.client else "-"
