"""Documents as PDF: the layout of GB/T 9704, counted on the pages; hostile words; rare characters; missing fonts."""

from datetime import date

import pytest

from hecha.edges.documents import fonts
from hecha.edges.documents import typeset as setting
from hecha.edges.documents.layout import HEAD_POINTS_MAX, HEAD_POINTS_MIN, head_points
from hecha.edges.documents.pdf import DOCUMENTS_MAX, render
from hecha.flow.documents.model import (
    BLOCKS_MAX,
    COLUMNS_MAX,
    ROWS_MAX,
    TEXT_CHARS_MAX,
    Document,
    Kind,
    Look,
    NewPage,
    Note,
    Pairs,
    Paragraph,
    Table,
    clean,
)
from hecha.kernel.errors import BadInput, Unavailable
from tests.documents.papers import lines_of, of_all_blocks, pages_of, report, text_of

HOSTILE = '#panic("x") #read("/etc/passwd") $x^2$ \\u{41} ]}) *_`@x <y> // /* "q\' &amp; {"a": 1} 核'


def long_text() -> Document:
    return Document(Kind.REPORT, "长文", (Paragraph("核" * (28 * 22 * 3)),))


def test_a_page_has_22_lines_of_28_characters() -> None:
    second = lines_of(pages_of(render(long_text()).pdf)[1])
    body, foot = second[:-1], second[-1]
    assert [len(words) for _, _, words in body] == [28] * 22
    assert foot[2].strip() == "— 2 —"


def test_the_type_area_begins_37_mm_below_and_28_mm_beside_the_edge() -> None:
    page = pages_of(render(long_text()).pdf)[1]
    first, last = lines_of(page)[0], lines_of(page)[-2]
    assert first[1] == pytest.approx(28, abs=0.1)
    assert 37 < first[0] < 37 + 6  # its base line lies within the first line
    assert last[0] < 37 + 225
    assert (last[0] - first[0]) / 21 == pytest.approx(225 / 22, abs=0.05)
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((595.3, 841.9), abs=0.1)


def test_a_paragraph_begins_two_characters_in() -> None:
    first = lines_of(pages_of(render(long_text()).pdf)[0])[1]
    assert first[1] == pytest.approx(28 + 2 * 156 / 28, abs=0.2)
    assert len(first[2]) == 26


def test_page_numbers_stand_outside_odd_right_even_left() -> None:
    feet = [lines_of(page)[-1] for page in pages_of(render(long_text()).pdf)]
    assert [words.strip() for _, _, words in feet[:3]] == ["— 1 —", "— 2 —", "— 3 —"]
    assert [x > 150 for _, x, _ in feet[:3]] == [True, False, True]
    assert all(y > 37 + 225 + 7 for y, _, _ in feet)


def test_every_part_of_the_layout_stands_in_its_order() -> None:
    text = text_of(render(report()).pdf)
    parts = ["人民银行甲省分行文件", "甲银发〔2026〕3号", "签发人：", "某甲", "关于网间互联综合前置故障的报告",
             "人民银行总行：", "一、基本情况", "两台前置均已停止应答。", "（一）影响", "1.网点", "附件：", "1.网点清单",
             "2.时间线", "人民银行甲省分行", "2026年3月12日", "（联系人：", "抄送：", "人民银行甲省分行办公室",
             "2026年3月13日印发"]  # fmt: skip
    text, at = text.replace("\u200b", ""), 0
    for part in parts:
        assert part in text[at:], part
        at += text[at:].index(part) + len(part)


def test_the_red_head_stands_35_mm_into_the_type_area_and_only_where_there_is_one() -> None:
    first = lines_of(pages_of(render(report()).pdf)[0])[0]
    assert first[2] == "人民银行甲省分行文件"
    assert 37 + 35 < first[0] < 37 + 35 + head_points(first[2]) / 72 * 25.4
    plain = lines_of(pages_of(render(report(head="")).pdf)[0])[0]
    assert plain[2] == "关于网间互联综合前置故障的报告"


@pytest.mark.parametrize(("words", "points"), [("短", HEAD_POINTS_MAX), ("长" * 40, HEAD_POINTS_MIN)])
def test_the_mark_fits_the_line_within_limits(words: str, points: float) -> None:
    assert head_points(words) == points


def test_whatever_words_hold_is_printed_and_never_run() -> None:
    text = text_of(render(of_all_blocks(HOSTILE)).pdf).replace("\u200b", "")
    assert text.count("".join(HOSTILE.split())) > 10
    assert "root:" not in text


def test_control_characters_and_marks_that_turn_the_text_are_dropped() -> None:
    assert clean("甲\x00乙\x1b[31m\u202e丙\ud800\ufffe") == "甲乙[31m丙"
    assert clean("一\r\n二\u2028三") == "一\n二\n三"
    assert "甲乙" in text_of(render(report(title="甲\x07乙")).pdf)


def test_the_same_document_gives_the_same_bytes() -> None:
    first = render(report()).pdf
    render(long_text())
    assert render(report()).pdf == first
    assert b"2026" in first
    assert render(report(dated=date(2026, 3, 14))).pdf != first


def test_rare_characters_of_names_show() -> None:
    assert "㛃䶮𬭎" in text_of(render(report(title="㛃䶮𬭎")).pdf)  # Extension A and the 8105 of the official table


def test_a_character_that_no_font_has_is_written_as_its_code_and_noted() -> None:
    done = render(report(title="某\U000323af"))
    assert "〔U+323AF〕" in text_of(done.pdf)
    assert any("U+323AF" in note for note in done.notes)
    assert "U+" not in "".join(render(report()).notes)


def test_without_a_chinese_font_it_says_so_and_prints_no_boxes() -> None:
    western = fonts.fonts_of(["DejaVu Sans"], [(0x20, 0x2FF)])
    with pytest.raises(Unavailable, match="fonts-noto-cjk"):
        render(report(), fonts_here=western)


def test_what_stands_in_for_a_named_font_is_noted() -> None:
    everything = [(0x20, 0x9FFF)]
    partly = fonts.fonts_of(["FangSong", "SimHei", "Noto Serif CJK SC", "Noto Sans CJK SC"], everything)
    assert partly.chosen("fang") == "FangSong"
    assert partly.notes() == ("方正小标宋简体、楷体_GB2312、宋体未安装，PDF 以 Noto Serif CJK SC 代替",)
    assert partly.for_template()["hei-weight"] == "regular"
    assert partly.for_template()["title-weight"] == "bold"


def test_ranges_of_characters_are_joined() -> None:
    some = fonts.fonts_of([], [(0x4E00, 0x4E10), (0x4E11, 0x4E20), (0x5000, 0x5000)])
    assert [some.shows(chr(one)) for one in (0x4DFF, 0x4E00, 0x4E15, 0x4E20, 0x4E21, 0x5000)] == [
        False,
        True,
        True,
        True,
        False,
        True,
    ]


def test_several_documents_each_begin_on_page_one() -> None:
    done = render(report(), long_text(), report(look=Look.WIDE))
    feet = [lines_of(page)[-1][2].strip() for page in pages_of(done.pdf)]
    assert feet[:5] == ["— 1 —", "— 2 —", "— 1 —", "— 2 —", "— 3 —"]
    assert feet[-1] == "— 1 —"
    assert float(pages_of(done.pdf)[-1].mediabox.width) > 800


def test_a_drill_is_marked_on_every_page() -> None:
    for page in pages_of(render(report(blocks=(Paragraph("甲"), NewPage(), Paragraph("乙")), drill=True)).pdf):
        assert "演练DRILL" in "".join((page.extract_text() or "").split())
    assert "演练" not in text_of(render(report()).pdf)


def test_a_long_word_stays_in_its_cell() -> None:
    rows = (("编号", "R260312101500-3f9c2a7b1d04" * 6),)
    words = lines_of(pages_of(render(report(head="", blocks=(Pairs(rows),))).pdf)[0])
    assert all(x < 210 - 26 for _, x, _ in words)
    assert sum("R26031" in text.replace("\u200b", "") for _, _, text in words) > 1


@pytest.mark.parametrize(
    "build",
    [
        lambda: report(blocks=(Note("x"),) * (BLOCKS_MAX + 1)),
        lambda: report(blocks=(Table(("a",), (("x",),) * (ROWS_MAX + 1)),)),
        lambda: report(blocks=(Table(("a",) * (COLUMNS_MAX + 1), ()),)),
        lambda: report(blocks=(Table(("a", "b"), (("x",),)),)),
        lambda: report(blocks=(Table(("a", "b"), (), (1,)),)),
        lambda: render(),
        lambda: render(*(report(),) * (DOCUMENTS_MAX + 1)),
    ],
)
def test_too_much_is_refused_in_words(build: object) -> None:
    with pytest.raises(BadInput):
        build()  # type: ignore[operator]


def test_too_long_a_text_is_cut_and_says_so() -> None:
    assert clean("核" * (TEXT_CHARS_MAX + 1)).endswith("（过长，已截断）")


def test_a_large_document_is_set_in_a_process_of_its_own_with_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    here = render(report()).pdf
    monkeypatch.setattr(setting, "LARGE_CHARS", 10)
    monkeypatch.setattr(setting, "_here", None)  # it is not used
    assert render(report()).pdf == here


def test_what_typst_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting, "_template", lambda: b"#nonsense")
    with pytest.raises(Unavailable, match="DOCX"):
        render(report())


def test_a_process_that_gives_no_pdf_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting, "LARGE_CHARS", 10)
    monkeypatch.setattr(setting, "APART_SECONDS_MAX", 0.001)
    with pytest.raises(Unavailable, match="DOCX"):
        render(report())
