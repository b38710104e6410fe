"""Tables and ruled lines of a DOCX, written as elements: python-docx's own cells take minutes for long tables."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document as File
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from hecha.edges.documents import word_styles
from hecha.edges.documents.word_styles import tag
from hecha.flow.documents.model import clean

_LINE_TWIPS = 420
_FULL = 5000  # fiftieths of a per cent
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_LOOK = (
    f'<w:tblPr><w:tblW w:w="{_FULL}" w:type="pct"/><w:jc w:val="center"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
    '<w:tblLayout w:type="fixed"/></w:tblPr>'
)


def table(
    file: File,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int] = (),
    *,
    bold_first: bool = False,
    joined: bool = False,
    lines: int = 1,
) -> None:
    """A table over the whole width, its head repeated on each page; `joined`: the next table follows at once;
    `lines`: how many hand-written lines each row holds."""
    columns = len(head) or len(rows[0])
    shares = _shares(widths or (1,) * columns)
    grid = "".join(_column(one) for one in shares)
    found: Any = parse_xml(f"<w:tbl {nsdecls('w')}>{_LOOK}<w:tblGrid>{grid}</w:tblGrid></w:tbl>")
    if head:
        found.append(_row(found, head, shares, head=True))
    for row in rows:
        found.append(_row(found, row, shares, bold_first=bold_first, twips=lines * _LINE_TWIPS if joined else 0))
    file.element.body.insert(len(file.element.body) - 1, found)
    if not joined:
        file.add_paragraph(style=word_styles.NOTE)


def rule_below(paragraph: Any, colour: str, eighths: int, space: int) -> None:
    """A line under a paragraph, `space` points below it."""
    _border(paragraph, {"bottom": (eighths, space, colour)})


def rules(paragraph: Any, *, top: int, bottom: int) -> None:
    """Lines above and below a paragraph, in eighths of a point; 0: none."""
    wanted = {"top": (top, 2, "000000"), "bottom": (bottom, 2, "000000")}
    _border(paragraph, {side: one for side, one in wanted.items() if one[0]})


def _border(paragraph: Any, sides: dict[str, tuple[int, int, str]]) -> None:
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.makeelement(tag("pBdr"), {})
    for side, (eighths, space, colour) in sides.items():
        look = {"val": "single", "sz": str(eighths), "space": str(space), "color": colour}
        borders.append(borders.makeelement(tag(side), {tag(name): one for name, one in look.items()}))
    properties.insert_element_before(borders, *(f"w:{one}" for one in _AFTER_BORDERS))


_AFTER_BORDERS = ("shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct",
                  "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind",
                  "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment",
                  "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr", "pPrChange")  # fmt: skip


def _shares(widths: Sequence[int]) -> list[int]:
    whole = sum(widths)
    return [one * _FULL // whole for one in widths]


def _column(share: int) -> str:
    return f'<w:gridCol w:w="{share * 8844 // _FULL}"/>'  # 156 mm in twips


def _row(
    within: Any,
    texts: Sequence[str],
    shares: Sequence[int],
    *,
    head: bool = False,
    bold_first: bool = False,
    twips: int = 0,
) -> Any:
    row = within.makeelement(tag("tr"), {})
    if head or twips:
        properties = row.makeelement(tag("trPr"), {})
        if twips:
            properties.append(properties.makeelement(tag("trHeight"), {tag("val"): str(twips)}))
        if head:
            properties.append(properties.makeelement(tag("tblHeader"), {}))
        row.append(properties)
    for at, (text, share) in enumerate(zip(texts, shares, strict=True)):
        row.append(_cell(row, text, share, bold=head or (bold_first and at == 0)))
    return row


def _cell(within: Any, text: str, share: int, *, bold: bool) -> Any:
    cell = within.makeelement(tag("tc"), {})
    properties = cell.makeelement(tag("tcPr"), {})
    properties.append(properties.makeelement(tag("tcW"), {tag("w"): str(share), tag("type"): "pct"}))
    properties.append(properties.makeelement(tag("vAlign"), {tag("val"): "center"}))
    cell.append(properties)
    for part in clean(text).split("\n"):
        cell.append(_paragraph(cell, part, bold))
    return cell


def _paragraph(within: Any, text: str, bold: bool) -> Any:
    paragraph = within.makeelement(tag("p"), {})
    properties = paragraph.makeelement(tag("pPr"), {})
    properties.append(properties.makeelement(tag("pStyle"), {tag("val"): word_styles.CELL}))
    paragraph.append(properties)
    run = paragraph.makeelement(tag("r"), {})
    if bold:
        of_run = run.makeelement(tag("rPr"), {})
        of_run.append(of_run.makeelement(tag("b"), {}))
        run.append(of_run)
    words = run.makeelement(tag("t"), {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    words.text = text
    run.append(words)
    paragraph.append(run)
    return paragraph
