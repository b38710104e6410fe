"""The DOCX's page: A4, margins, grid of lines, page numbers outside (odd right, even left), the mark of a drill."""

from typing import Any

from docx.document import Document as File
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from hecha.edges.documents import word_styles
from hecha.edges.documents.word_styles import tag
from hecha.flow.documents.model import Document, Look, clean

_GRID_TWIPS = 579  # 28.95 pt


def lay_out(file: File, document: Document) -> None:
    """Set the one section of a file, its header and both footers."""
    section = file.sections[0]
    official = document.look is Look.OFFICIAL
    _paper(section, document.look)
    section.header_distance, section.footer_distance = Mm(12), Mm(_foot(document))
    file.settings.odd_and_even_pages_header_footer = True
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        _fill(header, word_styles.DRILL, "演练　DRILL" if document.drill else "")
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        _page_number(footer, align)
        if document.trace:
            footer.add_paragraph(clean(document.trace), style=word_styles.TRACE)
    if official:
        _grid(section)


def _foot(document: Document) -> int:
    """So far above the edge that the page number stands 7 mm below the type area."""
    if document.look is not Look.OFFICIAL:
        return 10
    return 18 if document.trace else 22


def _paper(section: Any, look: Look) -> None:
    wide, official = look is Look.WIDE, look is Look.OFFICIAL
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    top, left, right, bottom = (37, 28, 26, 35) if official else (20, 20, 15, 20)
    section.top_margin, section.left_margin, section.right_margin = Mm(top), Mm(left), Mm(right)
    section.bottom_margin = Mm(bottom)
    section.gutter = 0


def _fill(part: Any, style: str, text: str) -> None:
    first = part.paragraphs[0]
    first.style = style
    first.add_run(text)


def _page_number(footer: Any, align: Any) -> None:
    """— 1 —, one character in from the edge."""
    first = footer.paragraphs[0]
    first.style = word_styles.PAGE_NUMBER
    first.alignment = align
    first.paragraph_format.left_indent = first.paragraph_format.right_indent = Pt(14)
    first.add_run("— ")
    _field(first.add_run(), "PAGE")
    first.add_run(" —")


def _field(run: Any, code: str) -> None:
    for kind in ("begin", "", "separate", "text", "end"):  # ok: marks of a field, no transaction
        if kind == "":
            element = run._r.makeelement(tag("instrText"), {})
            element.text = f" {code} "
        elif kind == "text":
            element = run._r.makeelement(tag("t"), {})
            element.text = "1"
        else:
            element = run._r.makeelement(tag("fldChar"), {tag("fldCharType"): kind})
        run._r.append(element)


def _grid(section: Any) -> None:
    """22 lines a page, for word processors that keep to the grid of lines."""
    properties = section._sectPr
    for old in properties.findall(tag("docGrid")):
        properties.remove(old)
    properties.append(
        properties.makeelement(tag("docGrid"), {tag("type"): "lines", tag("linePitch"): str(_GRID_TWIPS)})
    )
