"""Documents as PDF, set by typst with a template of ours (`official.typ`).

Words go to the template as JSON data and are set as text: whatever they hold, nothing of it is run as markup.
The same documents with the same fonts give the same bytes.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hecha.edges.documents import fonts
from hecha.edges.documents.layout import UNDATED, head_points, title_lines
from hecha.edges.documents.typeset import NotSet, typeset
from hecha.flow.documents.model import Document, Look, Paragraph, date_zh, plain
from hecha.flow.documents.numbering import numbers
from hecha.kernel.errors import BadInput, Unavailable

DOCUMENTS_MAX = 500
TITLE_POINTS = 22.0  # 二号
TIED_CHARS_MAX = 140
TIED_ATTACHMENTS_MAX = 8
_LONG_WORD, _LONG_IN_CELL = 22, 8
BREAK = "\u200b"
_WORDS = re.compile(r"[!-~]{8,}")
_JOINTS = re.compile(r"(?<=[-/_])(?=\w)")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF, and what a reader of it should know: which fonts stood in, which characters could not be shown."""

    pdf: bytes
    notes: tuple[str, ...] = ()


def render(*documents: Document, fonts_here: fonts.Fonts | None = None) -> Rendered:
    """One PDF of one or more documents, each beginning on a page 1 of its own.

    Raises BadInput for none or too many, Unavailable where no Chinese font is installed (the DOCX still works)."""
    if not 0 < len(documents) <= DOCUMENTS_MAX:
        raise BadInput("documents", f"一个 PDF 应有 1 至 {DOCUMENTS_MAX} 份文件 documents in one PDF")
    here = fonts_here or fonts.installed()
    if not here.can_chinese:
        raise Unavailable("PDF 缺少中文字体 no Chinese font is installed", fonts.INSTALL)
    unknown: set[str] = set()
    papers = [_printable(_paper(document), here, unknown) for document in documents]
    pdf = _compile(papers, here, _moment(documents[0]))
    return Rendered(pdf, (*here.notes(), *_missing(unknown)))


def _paper(document: Document) -> dict[str, Any]:
    """A document as the template takes it."""
    paper: dict[str, Any] = plain(document)
    paper["numbers"] = list(numbers(document.blocks))
    paper["head_points"] = head_points(paper["head"])
    paper["title"] = title_lines(paper["title"]) if document.look is Look.OFFICIAL else paper["title"]
    paper["title_points"] = TITLE_POINTS
    paper["tied"] = _tied(document)
    paper["date_text"] = date_zh(document.dated) if document.dated else ""
    paper["printed_text"] = date_zh(document.printed_on) if document.printed_on else ""
    return paper


def _tied(document: Document) -> int:
    """How many of the last blocks stay on one page with the signature: a short paragraph does."""
    if not document.blocks or len(document.attachments) > TIED_ATTACHMENTS_MAX:
        return 0
    last = document.blocks[-1]
    return int(isinstance(last, Paragraph) and len(last.text) <= TIED_CHARS_MAX)


def _printable(value: Any, here: fonts.Fonts, unknown: set[str], piece: int = _LONG_WORD) -> Any:
    """Characters that no font has become 〔U+20000〕 and are noted: never an empty box. Words longer than `piece` may
    be broken; those of tables sooner, for their cells are narrow."""
    if isinstance(value, str):
        return _breakable("".join(_shown(one, here, unknown) for one in value), piece)
    if isinstance(value, list):
        return [_printable(one, here, unknown, piece) for one in value]
    if isinstance(value, dict):
        return {
            name: _printable(one, here, unknown, _LONG_IN_CELL if name == "rows" else piece)
            for name, one in value.items()
        }
    return value


def _shown(one: str, here: fonts.Fonts, unknown: set[str]) -> str:
    if one == "\n" or here.shows(one):
        return one
    unknown.add(one)
    return f"〔U+{ord(one):04X}〕"


def _breakable(text: str, piece: int) -> str:
    """Ids may be broken at their joints, longer words (addresses) anywhere: a line or cell must hold them."""
    return _WORDS.sub(lambda found: BREAK.join(_pieces(found[0], piece)), text)


def _pieces(word: str, piece: int) -> list[str]:
    parts = _JOINTS.split(word)
    return [part[at : at + piece] for part in parts for at in range(0, len(part), piece)]


def _missing(unknown: set[str]) -> tuple[str, ...]:
    if not unknown:
        return ()
    codes = "、".join(f"U+{ord(one):04X}" for one in sorted(unknown)[:20])
    return (f"本机字体没有这些字，已以编码标出：{codes}；可安装 fonts-hanazono，或用 DOCX 打印",)


def _moment(document: Document) -> datetime:
    """The moment in the PDF's metadata: the document's own day, never the time of printing."""
    day = document.dated or document.printed_on or UNDATED
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _compile(papers: Sequence[dict[str, Any]], here: fonts.Fonts, moment: datetime) -> bytes:
    inputs = {"documents": _json(papers), "fonts": _json(here.for_template())}
    try:
        return typeset(inputs, int(moment.timestamp()))
    except NotSet:
        raise Unavailable("PDF 排版 setting the PDF", "先用 DOCX，或分成几份 take the DOCX, or split it") from None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
