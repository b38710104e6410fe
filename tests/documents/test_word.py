"""Documents as DOCX: editable, with named styles and fonts, page measures of GB/T 9704, safe from hostile words."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm

from hecha.edges.documents import word
from hecha.flow.documents.model import Document, Kind, Look, Paragraph, Table
from tests.documents.papers import of_all_blocks, report
from tests.documents.test_pdf import HOSTILE


def opened(document: Document) -> Any:
    return docx.Document(BytesIO(word.render(document)))


def part(document: Document, name: str) -> str:
    with ZipFile(BytesIO(word.render(document))) as file:
        return file.read(name).decode()


def words_of(file: Any) -> str:
    cells = (cell.text for table in file.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(line.text for line in file.paragraphs), *cells])


def test_the_page_has_the_measures_of_the_standard() -> None:
    section = opened(report()).sections[0]
    measures = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(one.mm) for one in measures] == [210, 297, 37, 28]
    area = (section.page_width - section.left_margin - section.right_margin,
            section.page_height - section.top_margin - section.bottom_margin)  # fmt: skip
    assert [round(Mm(1) and one / Mm(1)) for one in area] == [156, 225]


@pytest.mark.parametrize(
    ("style", "points", "font"),
    [
        ("公文正文", 16, "仿宋_GB2312"),
        ("公文标题", 22, "方正小标宋简体"),
        ("公文一级标题", 16, "黑体"),
        ("公文二级标题", 16, "楷体_GB2312"),
        ("公文三级标题", 16, "仿宋_GB2312"),
        ("公文版记", 14, "仿宋_GB2312"),
        ("公文页码", 14, "宋体"),
    ],
)
def test_styles_name_their_fonts_and_none_is_inside(style: str, points: float, font: str) -> None:
    found = opened(report()).styles[style]
    assert found.font.size.pt == points
    fonts = found.element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == font
    assert fonts.get(qn("w:ascii")) == "Times New Roman"
    with ZipFile(BytesIO(word.render(report()))) as file:
        assert [name for name in file.namelist() if "odttf" in name or "fonts/" in name] == []


def test_the_body_is_set_in_lines_of_28_95_points() -> None:
    normal = opened(report()).styles["Normal"].paragraph_format
    assert normal.line_spacing.pt == pytest.approx(28.95)
    assert 22 * 28.95 < 225 * 72 / 25.4 < 23 * 28.95


def test_headings_are_numbered_and_found_in_the_navigation() -> None:
    file = opened(report())
    found = [(line.style.name, line.text) for line in file.paragraphs if line.style.name.endswith("级标题")]
    assert found == [("公文一级标题", "一、基本情况"), ("公文二级标题", "（一）影响"), ("公文三级标题", "1.网点")]
    assert 'w:outlineLvl w:val="0"' in part(report(), "word/styles.xml")


def test_pages_are_numbered_outside() -> None:
    section = opened(report()).sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert (odd.alignment, even.alignment) == (2, 0)
    assert odd.text.startswith("— ")
    assert "PAGE" in odd._p.xml


def test_whatever_words_hold_is_text() -> None:
    file = opened(of_all_blocks(HOSTILE + " <w:br/> ]]>"))
    assert words_of(file).count("<w:br/> ]]>") > 10


def test_control_characters_do_not_spoil_the_file() -> None:
    assert "甲乙" in words_of(opened(report(title="甲\x00\x0b乙".replace("\x0b", ""))))


def test_names_of_any_script_stay_as_they_are() -> None:
    assert "某\U000323af㛃·ᠮ" in words_of(opened(report(title="某\U000323af㛃·ᠮ")))


def test_the_same_document_gives_the_same_bytes() -> None:
    assert word.render(report()) == word.render(report())
    with ZipFile(BytesIO(word.render(report()))) as file:
        assert {one.date_time[0] for one in file.infolist()} == {1980}
    assert opened(report()).core_properties.created.date().isoformat() == "2026-03-12"


def test_line_ends_make_paragraphs() -> None:
    lines = [line.text for line in opened(report(blocks=(Paragraph("一\n二"),))).paragraphs]
    assert "一" in lines
    assert "二" in lines


def test_a_long_table_repeats_its_head() -> None:
    table = Table(("号", "名"), tuple((str(at), "某") for at in range(2000)), (1, 3))
    document = Document(Kind.REGISTER, "表", (table,), look=Look.WIDE)
    file = opened(document)
    assert len(file.tables[0].rows) == 2001
    assert "w:tblHeader" in part(document, "word/document.xml")
    assert file.sections[0].orientation == WD_ORIENT.LANDSCAPE


def test_a_drill_is_marked() -> None:
    assert "演练" in opened(report(drill=True)).sections[0].header.paragraphs[0].text
    assert opened(report()).sections[0].header.paragraphs[0].text == ""
