"""Documents as DOCX: to be edited in Word, WPS or LibreOffice, in the layout of GB/T 9704, with named styles.

    render(document) -> bytes

Fonts are named only (`word_styles`); whoever opens the file sets it in what is installed there. The same document
gives the same bytes.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as File
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as Line

from hecha.edges.documents import word_page, word_styles, word_table
from hecha.edges.documents.layout import RED, UNDATED, head_points, title_lines
from hecha.flow.documents.model import (
    Block,
    Checks,
    Document,
    Form,
    Heading,
    Items,
    Look,
    NewPage,
    Note,
    Pairs,
    Paragraph,
    Signatures,
    Table,
    clean,
    date_zh,
)
from hecha.flow.documents.numbering import numbers

_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_BLANK = "＿" * 9


def render(document: Document) -> bytes:
    """The DOCX of one document."""
    file = docx.Document()
    _empty(file)
    word_styles.define(file, document.look)
    word_page.lay_out(file, document)
    if document.look is Look.OFFICIAL:
        _official_head(file, document)
    else:
        _sheet_head(file, document)
    for block, number in zip(document.blocks, numbers(document.blocks), strict=True):
        _PARTS[type(block)](file, block, number)
    _end(file, document)
    _properties(file, document)
    return _same_bytes(file)


def line(file: File, style: str, *texts: str) -> Line:
    """A paragraph of a style; line ends within stay line ends."""
    found = file.add_paragraph(style=style)
    for text in texts:
        _run(found, text)
    return found


def _run(into: Line, text: str, *, bold: bool | None = None) -> None:
    for at, part in enumerate(clean(text).split("\n")):
        run = into.add_run(part)
        run.bold = bold
        if at:
            run._r.insert(0, run._r.makeelement(word_styles.tag("br"), {}))  # the break stands before its text


def _empty(file: File) -> None:
    """python-docx begins with a template: nothing of its body is kept."""
    for element in list(file.element.body)[:-1]:
        file.element.body.remove(element)


# ---- the head


def _official_head(file: File, document: Document) -> None:
    if document.urgency:
        line(file, word_styles.URGENCY, document.urgency)
    if document.head:
        mark = line(file, word_styles.MARK, document.head)
        for run in mark.runs:
            run.font.size = Pt(int(head_points(document.head)))
        _number_line(file, document)
    line(file, word_styles.TITLE, title_lines(document.title))
    if document.number and not document.head:
        line(file, word_styles.SMALL_CENTRE, document.number)
    _addressees(file, document)


def _number_line(file: File, document: Document) -> None:
    """文号 in the middle; left with 签发人 on the right when the document goes upward. A red line follows."""
    under = line(file, word_styles.NUMBER, document.number)
    if document.signer:
        under.alignment = WD_ALIGN_PARAGRAPH.LEFT
        under.paragraph_format.first_line_indent = Pt(word_styles.BODY_POINTS)
        under.paragraph_format.tab_stops.add_tab_stop(Mm(156) - Pt(word_styles.BODY_POINTS), WD_TAB_ALIGNMENT.RIGHT)
        under.add_run("\t签发人：")
        word_styles.face(under.add_run(clean(document.signer)), word_styles.KAI)
    word_table.rule_below(under, RED, eighths=14, space=11)


def _sheet_head(file: File, document: Document) -> None:
    if document.title:
        line(file, word_styles.TITLE, document.title)
    if document.number:
        line(file, word_styles.SMALL_CENTRE, document.number)
    _addressees(file, document)


def _addressees(file: File, document: Document) -> None:
    if document.addressees:
        line(file, word_styles.ADDRESSEES, "，".join(document.addressees) + "：")


# ---- the body


def _heading(file: File, block: Heading, number: str) -> None:
    line(file, word_styles.HEADINGS[min(max(block.level, 1), 4) - 1], number + block.text)


def _paragraph(file: File, block: Paragraph, _: str) -> None:
    """Each line a paragraph of its own: a line end inside one would be stretched to the full width."""
    for at, text in enumerate(clean(block.text).split("\n")):
        found = file.add_paragraph(style=word_styles.BODY)
        if block.lead and at == 0:
            _run(found, block.lead, bold=True)
        _run(found, text)


def _items(file: File, block: Items, _: str) -> None:
    for at, text in enumerate(block.items, 1):
        line(file, word_styles.BODY, f"（{at}）" if block.numbered else "", text)


def _table(file: File, block: Table, _: str) -> None:
    if block.caption:
        line(file, word_styles.CAPTION, block.caption)
    word_table.table(file, block.head, block.rows, block.widths)


def _pairs(file: File, block: Pairs, _: str) -> None:
    word_table.table(file, (), block.rows, (26, 74), bold_first=True)


def _form(file: File, block: Form, _: str) -> None:
    head = "　　".join(filter(None, (block.title, f"编号 {block.number}" if block.number else "")))
    if head:
        line(file, word_styles.CAPTION, head)
    for at, row in enumerate(block.rows):
        cells = tuple(cell for label, value in row for cell in (label, value))
        lines = block.heights[at] if at < len(block.heights) else 1
        word_table.table(file, (), (cells,), (2, 3) * len(row), joined=True, lines=lines)
    line(file, word_styles.NOTE, block.foot)


def _checks(file: File, block: Checks, _: str) -> None:
    for text, done in block.items:
        line(file, word_styles.PLAIN, ("☑　" if done else "□　") + text)


def _signatures(file: File, block: Signatures, _: str) -> None:
    for at in range(0, len(block.labels), 2):
        line(file, word_styles.PLAIN, "　".join(f"{label}：{_BLANK}" for label in block.labels[at : at + 2]))


def _note(file: File, block: Note, _: str) -> None:
    line(file, word_styles.NOTE, block.text)


def _new_page(file: File, _: NewPage, __: str) -> None:
    file.add_paragraph(style=word_styles.PLAIN).add_run().add_break(WD_BREAK.PAGE)


_PARTS: Mapping[type[Block], Callable[[File, Any, str], None]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Items: _items,
    Pairs: _pairs,
    Table: _table,
    Form: _form,
    Checks: _checks,
    Signatures: _signatures,
    Note: _note,
    NewPage: _new_page,
}


# ---- the end


def _end(file: File, document: Document) -> None:
    _attachments(file, document)
    _issuer(file, document)
    if document.remark:
        line(file, word_styles.REMARK, f"（{document.remark}）")
    _colophon(file, document)


def _attachments(file: File, document: Document) -> None:
    several = len(document.attachments) > 1
    for at, text in enumerate(document.attachments):
        found = line(file, word_styles.ATTACHMENT, "附件：" if at == 0 else "", f"{at + 1}." if several else "", text)
        if at == 0:
            found.paragraph_format.space_before = Pt(word_styles.LINE_POINTS)
            found.paragraph_format.first_line_indent = Pt(-3 * word_styles.BODY_POINTS)


def _issuer(file: File, document: Document) -> None:
    texts = [text for text in (document.issuer, date_zh(document.dated) if document.dated else "") if text]
    for at, text in enumerate(texts):
        found = line(file, word_styles.ISSUER, text)
        if document.seal:
            found.paragraph_format.right_indent = Pt(4 * word_styles.BODY_POINTS)
        if at == 0:
            found.paragraph_format.space_before = Pt(2 * word_styles.LINE_POINTS)
            found.paragraph_format.keep_with_next = True
    if document.seal and texts:
        line(file, word_styles.SEAL, "（印章）")


def _colophon(file: File, document: Document) -> None:
    """版记: copies, who printed it and when, between lines."""
    rows = []
    if document.cc:
        rows.append("抄送：" + "，".join(document.cc) + "。")
    if document.printed_by:
        rows.append(document.printed_by + (f"\t{date_zh(document.printed_on)}印发" if document.printed_on else ""))
    for at, text in enumerate(rows):
        found = file.add_paragraph(style=word_styles.COLOPHON)
        before, _, after = text.partition("\t")
        _run(found, before)
        if after:
            found.add_run("\t" + after)
        if at == 0:
            found.paragraph_format.space_before = Pt(2 * word_styles.LINE_POINTS)
        word_table.rules(found, top=8 if at == 0 else 6, bottom=8 if at == len(rows) - 1 else 0)


# ---- the file


def _properties(file: File, document: Document) -> None:
    day = document.dated or document.printed_on or UNDATED
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)  # the format knows only UTC
    about = file.core_properties
    about.title, about.author, about.last_modified_by = clean(document.title)[:255], clean(document.issuer)[:255], ""
    about.created = about.modified = moment
    about.comments, about.language, about.revision = "", "zh-CN", 1


def _same_bytes(file: File) -> bytes:
    """The parts in the order of their names and without the time of writing."""
    written, kept = BytesIO(), BytesIO()
    file.save(written)
    with ZipFile(written) as source, ZipFile(kept, "w", ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            part = ZipInfo(name, _ZIP_DAY)
            part.compress_type = ZIP_DEFLATED
            target.writestr(part, source.read(name))
    return kept.getvalue()
