"""Problem details (RFC 9457): the one table from an error of ours to an HTTP answer.

    | error | status | type |
    |---|---|---|
    | KeyMissing | 400 | idempotency-key |
    | NotSignedIn | 401 | sign-in |
    | Refused | 403 | refused |
    | NotThere | 404 | not-there |
    | Conflict | 409 | conflict |
    | TooLarge | 413 | too-large |
    | BadInput | 422 | input |
    | Busy | 503 + Retry-After | busy |
    | Unavailable | 503 + Retry-After | unavailable |

Every problem carries `detail`; where known also `clause` and `way_out` (出路: what to do now). What the caller
sent is never repeated: it may be a name or a number.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from hecha.kernel.errors import BadInput, Conflict, HechaError, NotThere, Refused, Unavailable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1
ERRORS_SHOWN_MAX = 20


class NotSignedIn(HechaError):
    """No token, or one we do not know."""

    def __init__(self) -> None:
        super().__init__("需要本机构的令牌 needs the institution's bearer token (Authorization: Bearer …)")


class KeyMissing(BadInput):
    """A POST without a (usable) Idempotency-Key."""

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key",
            "每个 POST 都要带 1 到 128 个可见字符的键 every POST needs a key of 1 to 128 visible characters",
            "每笔业务取一个新键，重发时用同一个键 a new key per business, the same key when sending again",
        )


class TooLarge(BadInput):
    """The body is larger than the limit."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__("body", f"不能超过 {limit_bytes} 字节 larger than {limit_bytes} bytes", "分成几次 split it")


class Busy(Unavailable):
    """A bounded queue of ours is full."""


# In this order: the first class that fits, so subclasses stand before their base.
TABLE: tuple[tuple[type[HechaError], int, str, str], ...] = (
    (KeyMissing, 400, "idempotency-key", "缺少幂等键 Idempotency-Key missing"),
    (NotSignedIn, 401, "sign-in", "未认证 not signed in"),
    (Refused, 403, "refused", "规则不允许 refused by the rules"),
    (NotThere, 404, "not-there", "没有此项 not there"),
    (Conflict, 409, "conflict", "冲突 conflict"),
    (TooLarge, 413, "too-large", "内容过大 too large"),
    (BadInput, 422, "input", "输入有误 wrong input"),
    (Busy, 503, "busy", "繁忙 busy"),
    (Unavailable, 503, "unavailable", "暂不可用 unavailable"),
    (HechaError, 500, "error", "内部错误 internal error"),
)


def status_of(error: HechaError) -> int:
    return _row(error)[1]


def problem(error: HechaError) -> dict[str, Any]:
    """The body for one error of ours."""
    _, status, kind, title = _row(error)
    body: dict[str, Any] = {"type": f"/problems/{kind}", "title": title, "status": status, "detail": str(error)}
    return body | _parts(error)


def _row(error: HechaError) -> tuple[type[HechaError], int, str, str]:
    return next(row for row in TABLE if isinstance(error, row[0]))


def _parts(error: HechaError) -> dict[str, Any]:
    if isinstance(error, Refused):
        return {"clause": error.clause, "way_out": error.way_out}
    if isinstance(error, Unavailable):
        return {"part": error.part, "way_out": error.meanwhile}
    if isinstance(error, BadInput):
        one = {"where": error.where, "what": error.what}
        return {"errors": [one], **({"way_out": error.suggestion} if error.suggestion else {})}
    return {}


def response(error: HechaError) -> Response:
    """The HTTP answer for one error of ours."""
    return _response(status_of(error), problem(error))


def invalid(errors: Sequence[Mapping[str, Any]]) -> Response:
    """422 for what a validator (msgspec, Pydantic) refused: `loc` and `type` only, never the value."""
    shown = [
        {"where": ".".join(str(part) for part in error.get("loc", ())), "what": str(error.get("type", "wrong"))}
        for error in errors[:ERRORS_SHOWN_MAX]
    ]
    detail = "请求不符合格式 the request does not fit its form"
    return _response(422, {**_bare(422, "input", "输入有误 wrong input", detail), "errors": shown})


def _bare(status: int, kind: str, title: str, detail: str) -> dict[str, Any]:
    return {"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail}


def _response(status: int, body: Mapping[str, Any]) -> Response:
    headers = {"cache-control": "no-store"}
    if status == 503:
        headers["retry-after"] = str(RETRY_AFTER_S)
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="hecha"'
    return Response(msgspec.json.encode(body), status, headers, MEDIA_TYPE)


async def on_hecha_error(_: Request, error: Exception) -> Response:
    """Exception handler for Starlette and FastAPI: `exception_handlers={HechaError: on_hecha_error}`."""
    assert isinstance(error, HechaError)
    return response(error)


async def on_http_exception(_: Request, error: Exception) -> Response:
    """404 and 405 of the router itself, in the same form."""
    assert isinstance(error, HTTPException)
    answer = _response(error.status_code, _bare(error.status_code, "http", "请求无法处理", error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def on_request_validation(_: Request, error: Exception) -> Response:
    """Exception handler for FastAPI's RequestValidationError: its own handler would repeat the input."""
    found = error.errors() if hasattr(error, "errors") else []
    return invalid(found)
