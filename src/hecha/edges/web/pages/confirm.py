"""`/n/{token}` the page behind a signed link: title, unit, time, and one button. Looking changes nothing.

`/receipts/sms` takes the SMS gateway's reports of what arrived.
"""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hecha.edges.api.problems import NotSignedIn
from hecha.edges.jobs import leases
from hecha.edges.notify import log
from hecha.edges.notify.gate import Gate, Opened, TooOften
from hecha.edges.notify.outbox import TASK
from hecha.edges.notify.sms import at_path
from hecha.edges.store.accounts import same_token
from hecha.edges.store.writer import Tx
from hecha.edges.web.visit import FORM_FIELDS_MAX, Visit, refuse_large
from hecha.kernel.errors import BadInput, HechaError, NotThere, Refused

FORM_BYTES_MAX = 4 * 1024
TOO_MANY, FORBIDDEN, OK = 429, 403, 200


class Confirming:
    """The pages for whoever holds a link."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def show(self, visit: Visit) -> Response:
        """GET: previews of messengers and curious proxies may look as often as they like."""
        try:
            opened = await self._gate.open(visit.request.path_params["token"], address_of(visit.request))
        except Refused as error:
            return _refusal(visit, error)
        return _page(visit, opened)

    async def press(self, visit: Visit) -> Response:
        """POST: the one press."""
        refuse_large(visit.request, FORM_BYTES_MAX)
        visit.form = await visit.request.form(max_fields=FORM_FIELDS_MAX, max_files=0)
        revision = visit.field("revision", 10)
        try:
            opened = await self._gate.press(
                visit.request.path_params["token"],
                address_of(visit.request),
                int(revision) if revision.isdigit() else 0,
            )
        except Refused as error:
            return _refusal(visit, error)
        return _page(visit, opened, pressed=True)


async def receipts(visit: Visit) -> Response:
    """What the gateway reports; twice the same changes nothing, and what is not ours is thanked for all the same."""
    terms = visit.site.notices.settings.receipts
    if terms is None:
        raise NotThere("没有这一页。请从上方的菜单进入")
    refuse_large(visit.request, FORM_BYTES_MAX)
    scheme, _, token = visit.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not same_token(token, terms.token):
        raise NotSignedIn
    said = _json(await visit.request.body())
    arrived = str(at_path(said, terms.yes[0])) == terms.yes[1]
    now = visit.site.clock()

    def note(tx: Tx) -> None:
        notice = log.receipt(tx.connection, str(at_path(said, terms.id_field) or ""), arrived, now)
        if notice is not None:
            leases.hasten(tx, TASK, now)

    await visit.site.store.write(note)
    return JSONResponse({"code": 0})


def address_of(request: Request) -> str:
    return request.client.host if request.client else "-"


def _page(visit: Visit, opened: Opened, pressed: bool = False) -> Response:
    return visit.show("confirm.html", opened=opened, pressed=pressed)


def _refusal(visit: Visit, error: HechaError) -> Response:
    status = TOO_MANY if isinstance(error, TooOften) else FORBIDDEN
    return visit.show("error.html", status, error=error, code=status)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise BadInput("body", "不是 JSON not JSON") from None
