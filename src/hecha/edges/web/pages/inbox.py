"""`/inbox` what my unit and posts are told; `/inbox/{id}` one notice with its delivery log; the feed of it."""

import asyncio
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from hecha.edges.notify import feed
from hecha.edges.notify.desk import VIEWS
from hecha.edges.notify.outbox import Message
from hecha.edges.web.notice_words import facts_of
from hecha.edges.web.visit import Visit
from hecha.edges.web.words import N_
from hecha.kernel.errors import BadInput, NotThere, Unavailable

DONE = {
    "read": N_("已标为已阅。"),
    "acknowledged": N_("已确认，记入台账。"),
    "feed_closed": N_("订阅地址已停用。"),
}
TABS = {"open": N_("现行"), "waiting": N_("待确认"), "unread": N_("未读"), "all": N_("全部")}


@dataclass(frozen=True, slots=True)
class FeedState:
    """`address` is told once, right after it was made."""

    is_open: bool
    address: str = ""


async def inbox(visit: Visit) -> Response:
    return await _show(visit)


async def unread(visit: Visit) -> Response:
    """The badge in the head of every page, which follows while the page stands open."""
    try:
        visit.unread = await asyncio.to_thread(visit.site.notices.unread, visit.principal)
    except Unavailable:
        return Response(status_code=204)  # what was last counted stays
    return visit.show("parts/unread.html")


async def one(visit: Visit) -> Response:
    """A notice; the delivery log stands below it."""
    entry, log = await asyncio.to_thread(visit.site.notices.one, visit.principal, visit.request.path_params["id"])
    return visit.show("inbox_one.html", entry=entry, log=log, facts=_facts(visit, entry.message), done=_done(visit))


async def submit(visit: Visit) -> Response:
    """Mark as read what was shown, or open and close the feed; the form's address says which."""
    desk, what = visit.site.notices, visit.request.path_params["what"]
    if what == "read":
        ids = [value for value in visit.form.getlist("id") if isinstance(value, str)]
        await desk.read(visit.principal, ids)
        return visit.go(f"/inbox?view={_view(visit.field('view'))}&done=read")
    if what == "feed":
        token = await desk.store.write(lambda tx: feed.open_feed(tx, visit.principal.account, desk.clock()))
        return await _show(visit, f"{_address(visit)}/inbox.atom?key={token}")
    if what == "feed-end":
        await desk.store.write(lambda tx: feed.close_feed(tx, visit.principal.account, desk.clock()))
        return visit.go("/inbox?done=feed_closed")
    raise NotThere("没有这一页。请从上方的菜单进入")


async def acknowledge(visit: Visit) -> Response:
    """Take note of the text that was read."""
    id, revision = visit.request.path_params["id"], visit.field("revision", 10)
    if not revision.isdigit():
        raise BadInput("revision", "请从通知页面确认", "刷新页面后重试")
    await visit.site.notices.acknowledge(visit.principal, id, int(revision))
    return visit.go(f"/inbox/{id}?done=acknowledged")


async def atom(visit: Visit) -> Response:
    """The feed, for a reader that holds its secret address. Nobody signs in here."""
    messages, account = await asyncio.to_thread(_fed, visit, visit.query("key", 80))
    text = feed.atom(messages, account, _address(visit), visit.site.clock(), visit.language)
    return Response(text, media_type=feed.MEDIA_TYPE)


def _fed(visit: Visit, key: str) -> tuple[list[Message], str]:
    desk = visit.site.notices
    with desk.store.read() as connection:
        account = feed.account_of(connection, key)
    who = visit.site.accounts.principal(account) if account else None
    if who is None:
        raise NotThere("这个订阅地址无效或已停用。请在收件箱中重新开通")
    return [entry.message for entry in desk.inbox(who, "open", limit=feed.ENTRIES_MAX).items], who.account


async def _show(visit: Visit, address: str = "") -> Response:
    view = _view(visit.query("view"))
    page = await asyncio.to_thread(visit.site.notices.inbox, visit.principal, view, visit.query("after"))
    has_feed = bool(address) or await asyncio.to_thread(_has_feed, visit)
    facts = {entry.message.id: _facts(visit, entry.message) for entry in page.items}
    return visit.show(
        "inbox.html", page=page, view=view, tabs=TABS, facts=facts, feed=FeedState(has_feed, address), done=_done(visit)
    )


def _has_feed(visit: Visit) -> bool:
    with visit.site.store.read() as connection:
        return feed.has_feed(connection, visit.principal.account)


def _view(asked: str) -> str:
    return asked if asked in VIEWS else "open"


def _done(visit: Visit) -> str:
    return DONE.get(visit.query("done"), "")


def _facts(visit: Visit, message: Message) -> list[tuple[str, Markup]]:
    return facts_of(visit.renderer.dress[visit.language], visit.site.plan, message)


def _address(visit: Visit) -> str:
    """Where the console is found from outside, as set, else as the browser has found it."""
    return visit.site.notices.settings.address or f"{visit.request.url.scheme}://{visit.request.url.netloc}"
