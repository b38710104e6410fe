"""What all formats share: strict JSON into typed values, moments, and errors that never repeat what was sent."""

from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import Nature

SIGNALS_MAX = 10_000
"""In one delivery; a larger group is sent in parts."""
_GBK = frozenset({"gbk", "gb2312", "gb18030"})
_FIRST_YEAR = 2000
T = TypeVar("T")


def json_of(body: bytes, shape: type[T], charset: str = "") -> T:
    """The body as values of a shape. UTF-8, or GBK where the content type says so. Raises BadInput with the place."""
    try:
        raw = body.decode("gb18030").encode() if charset.lower() in _GBK else body
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise BadInput(
            "body", f"不符合格式 {_where(error)} does not fit its form", "见接口文档 see docs/api.md"
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadInput("body", "不是合格的 JSON not valid JSON", "UTF-8, application/json") from None


def bounded(items: list[Any], what: str) -> list[Any]:
    """Raises BadInput for more than one delivery may carry."""
    if len(items) > SIGNALS_MAX:
        raise BadInput(what, f"一次至多 {SIGNALS_MAX} 条 at most {SIGNALS_MAX}", "分成几次 split the delivery")
    return items


def moment_of(text: str, where: str) -> datetime | None:
    """A moment with its offset; None for "" and for the zero moment of Go. Raises BadInput for anything else."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadInput(where, "时间须带时区 a moment with its offset", "2026-03-12T10:15:00+08:00")
    return moment if moment.year >= _FIRST_YEAR else None


def epoch_of(text: str, where: str) -> datetime | None:
    """The same, where seconds since 1970 are as good."""
    if not text.isascii() or not text.isdigit():
        return moment_of(text, where)
    if len(text) > 11:
        raise BadInput(where, "秒数过大 too many seconds", "seconds since 1970")
    return datetime.fromtimestamp(int(text), UTC)


def nature_of(word: str) -> str:
    """One of 4.1.1(2)'s natures; anything else is other."""
    return word if word in set(Nature) else Nature.OTHER.value


def _where(error: msgspec.ValidationError) -> str:
    """The path in the body, without the value: "$.alerts[3].labels"."""
    path = str(error).rpartition("at `")[2].rstrip("`")
    return path if path.startswith("$") else ""
