"""The JSON API at /api: thin over the desk. OpenAPI at /api/openapi.json, problems by RFC 9457, cursor pages.

Every POST carries an `Idempotency-Key`: the same key and payload again gives the stored answer, another payload 409.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Depends, FastAPI, File, Form, Header, Path, Query, UploadFile
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hecha.edges.api import problems
from hecha.edges.api.asks import (
    AgreementForm,
    DelegationForm,
    PerformanceForm,
    RegistrationForm,
    ReplyForm,
    SettlementForm,
    VerificationForm,
)
from hecha.edges.api.batch_file import FILE_BYTES_MAX
from hecha.edges.api.desk import Desk
from hecha.edges.api.notices import notice_routes
from hecha.edges.api.signing_in import Door, Sessions, Tokens
from hecha.edges.api.situation import situation
from hecha.edges.notify.desk import NoticeDesk
from hecha.flow.picture import Picture
from hecha.kernel.errors import HechaError
from hecha.organization.principal import Principal
from hecha.response.backlog import State

JSON_BYTES_MAX = 64 << 10
UPLOAD_BYTES_MAX = FILE_BYTES_MAX + (64 << 10)
Answer = dict[str, Any]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"description": said, "content": {problems.MEDIA_TYPE: {}}}
    for code, said in (
        (400, "缺少幂等键 key missing"),
        (401, "未认证 not signed in"),
        (403, "规则不允许 refused"),
        (404, "没有此项 not there"),
        (409, "冲突 conflict"),
        (413, "内容过大 too large"),
        (422, "输入有误 wrong input"),
        (503, "暂不可用 unavailable"),
    )
}


def api(
    desk: Desk,
    picture: Callable[[], Picture],
    *,
    notices: NoticeDesk,
    tokens: Tokens,
    sessions: Sessions,
    rooms: Sequence[Callable[[FastAPI, Any], None]] = (),
) -> FastAPI:
    """The application to mount at /api. `sessions` finds the console's session of a request, if any; `rooms` hang the
    procedure's routes on, each given the dependency for the verified identity."""
    app = FastAPI(
        title="核查 Hecha", version="1", docs_url=None, redoc_url=None, responses=_PROBLEMS, redirect_slashes=False
    )
    app.add_middleware(BodyLimit)
    app.add_middleware(NoStore)
    app.add_exception_handler(HechaError, problems.on_hecha_error)
    app.add_exception_handler(HTTPException, problems.on_http_exception)
    app.add_exception_handler(RequestValidationError, problems.on_request_validation)
    door = Door(tokens, sessions)
    who = Annotated[Principal, Depends(door.principal)]
    _verification(app, desk, who)
    _registrations(app, desk, who)
    _delegations(app, desk, who)
    _batches(app, desk, who)
    notice_routes(app, lambda: desk.office, notices, who)

    for add in rooms:
        add(app, who)

    @app.get("/v1/situation", tags=["situation"])
    async def get_situation(principal: who) -> Answer:
        """The picture of the network, cut to what the caller may see."""
        return await asyncio.to_thread(situation, desk.office.network, picture(), principal)

    return app


Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=128)]
Cursor = Annotated[str, Query(max_length=64, pattern="^[A-Za-z0-9-]*$")]
Id = Annotated[str, Path(max_length=64, pattern="^[A-Za-z0-9-]+$")]
Limit = Annotated[int, Query(ge=1, le=200)]


def _verification(app: FastAPI, desk: Desk, who: Any) -> None:
    @app.post("/v1/verifications", tags=["verification"])
    async def verify(principal: who, form: VerificationForm, key: Key = "") -> Answer:
        """Verify one citizen; `unavailable` and `input_error` are results, not errors."""
        return await desk.verify(principal, form.model_dump(), _key(key))


def _registrations(app: FastAPI, desk: Desk, who: Any) -> None:
    @app.post("/v1/registrations", status_code=201, tags=["register"])
    async def register(principal: who, form: RegistrationForm, key: Key = "") -> Answer:
        """Register a business for back-verification. Answered after COMMIT; never refused because the chain is away."""
        return await desk.register(principal, form.model_dump(mode="json"), _key(key))

    @app.get("/v1/registrations", tags=["register"])
    async def registrations(
        principal: who, state: State | None = None, cursor: Cursor = "", limit: Limit = 50
    ) -> Answer:
        """A page of the register, newest first, without citizens."""
        return await asyncio.to_thread(desk.registrations, principal, state=state or "", cursor=cursor, limit=limit)

    @app.get("/v1/registrations/to-check", tags=["register"])
    async def to_check(principal: who, cursor: Cursor = "", limit: Limit = 50) -> Answer:
        """Results that differ or could not be had, each with its next step."""
        return await asyncio.to_thread(desk.to_check, principal, cursor=cursor, limit=limit)

    @app.get("/v1/registrations/{id}", tags=["register"])
    async def registration(principal: who, id: Id) -> Answer:
        """One entry, with name and masked number for its own institution."""
        return await desk.entry(principal, id)

    @app.get("/v1/registrations/{id}/slip", tags=["register"])
    async def slip(principal: who, id: Id) -> Answer:
        """The result slip for the voucher."""
        return await desk.slip(principal, id)

    @app.post("/v1/registrations/{id}/settlement", tags=["register"])
    async def settle(principal: who, id: Id, form: SettlementForm, key: Key = "") -> Answer:
        """Close an entry whose result differs or could not be had."""
        return await desk.settle(principal, id, form.how, _key(key))

    @app.post("/v1/registrations/{id}/unreached", tags=["register"])
    async def unreached(principal: who, id: Id, key: Key = "") -> Answer:
        """The customer was called in vain: due again after the plan's time."""
        return await desk.unreached(principal, id, _key(key))

    @app.post("/v1/registrations/{id}/certificate", tags=["register"])
    async def certify(principal: who, id: Id, key: Key = "") -> Answer:
        """Issue the certificate of the result for the police; they answer within the plan's working days."""
        return await desk.certify(principal, id, _key(key))

    @app.get("/v1/registrations/{id}/certificate", tags=["register"])
    async def certificate(principal: who, id: Id) -> Answer:
        """What the certificate says, with the whole number, for its own institution; opening it is a fact."""
        return await desk.certificate(principal, id)


def _delegations(app: FastAPI, desk: Desk, who: Any) -> None:
    @app.post("/v1/delegations", status_code=201, tags=["delegation"])
    async def delegate(principal: who, form: DelegationForm, key: Key = "") -> Answer:
        """Ask another unit to verify for an outlet of ours (5.1.1(1))."""
        return await desk.delegate(principal, form.model_dump(), _key(key))

    @app.get("/v1/delegations", tags=["delegation"])
    async def delegations(principal: who, cursor: Cursor = "", limit: Limit = 50) -> Answer:
        """A page of delegations of both directions."""
        return await asyncio.to_thread(desk.delegations, principal, cursor=cursor, limit=limit)

    @app.get("/v1/delegations/{id}", tags=["delegation"])
    async def delegation(principal: who, id: Id) -> Answer:
        """One delegation, with name and masked number for its two sides."""
        return await desk.delegation(principal, id)

    @app.post("/v1/delegations/{id}/reply", tags=["delegation"])
    async def reply(principal: who, id: Id, form: ReplyForm, key: Key = "") -> Answer:
        """The delegate accepts, or refuses with a reason."""
        if form.accept:
            return await desk.accept(principal, id, _key(key))
        return await desk.refuse(principal, id, form.why, _key(key))

    @app.post("/v1/delegations/{id}/performance", tags=["delegation"])
    async def perform(principal: who, id: Id, form: PerformanceForm, key: Key = "") -> Answer:
        """The delegate verifies, or enters what its own system said."""
        return await desk.perform(principal, id, _key(key), form.outcome)

    @app.post("/v1/delegations/{id}/withdrawal", tags=["delegation"])
    async def withdraw(principal: who, id: Id, key: Key = "") -> Answer:
        """Who asked takes it back."""
        return await desk.withdraw(principal, id, _key(key))

    @app.put("/v1/agreements", tags=["delegation"])
    async def agree(principal: who, form: AgreementForm) -> Answer:
        """Enter an agreed delegate of the own bank, with its telephone."""
        return await desk.agree(principal, form.model_dump())


def _batches(app: FastAPI, desk: Desk, who: Any) -> None:
    @app.post("/v1/batches", status_code=202, tags=["batch"])
    async def batch(
        principal: who,
        file: Annotated[UploadFile, File()],
        business: Annotated[str, Form()] = "05",
        outlet: Annotated[str, Form()] = "",
        key: Key = "",
    ) -> Answer:
        """A CSV (or a ZIP with one), UTF-8 or GBK, up to 10,000 rows; bad rows are named in the answer."""
        content = await file.read(FILE_BYTES_MAX + 1)
        body = {"business": business, "outlet": outlet}
        return await desk.batch(principal, file.filename or "", content, body, _key(key))

    @app.get("/v1/batches", tags=["batch"])
    async def batches(principal: who, cursor: Cursor = "", limit: Limit = 50) -> Answer:
        """A page of batches, newest first."""
        return await asyncio.to_thread(desk.batches, principal, cursor=cursor, limit=limit)

    @app.get("/v1/batches/{id}", tags=["batch"])
    async def progress(principal: who, id: Id) -> Answer:
        """How far a batch is."""
        return await asyncio.to_thread(desk.batch_progress, principal, id)

    @app.get("/v1/batches/{id}/results", tags=["batch"], response_class=Response)
    async def results(principal: who, id: Id) -> Response:
        """The result file as CSV (UTF-8 with mark, as spreadsheets like it); opening it is a fact."""
        text = await desk.batch_results(principal, id)
        headers = {"content-disposition": f'attachment; filename="{id}.csv"', "cache-control": "no-store"}
        return Response("\ufeff" + text, media_type="text/csv; charset=utf-8", headers=headers)


def _key(key: str) -> str:
    if not key:
        raise problems.KeyMissing
    return key


class NoStore:
    """No answer of the API is kept by a browser or a proxy, or taken for another kind than it says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["cache-control"] = "no-store"
                headers["x-content-type-options"] = "nosniff"
            await send(message)

        await self._app(scope, receive, sending)


class BodyLimit:
    """Answers 413 before a body larger than allowed is read: 64 KB, for batches 4 MB and a little."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = UPLOAD_BYTES_MAX if scope["path"].endswith("/v1/batches") else JSON_BYTES_MAX
        seen = 0

        async def limited() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise problems.TooLarge(limit)
            return message

        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if length.isdigit() and int(length) > limit:
            await problems.response(problems.TooLarge(limit))(scope, receive, send)
            return
        await self._app(scope, limited, send)
