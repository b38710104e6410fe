"""The DOCX's styles: 公文正文, 公文标题, headings of four levels … each with its fonts by name."""

from typing import Any

from docx.document import Document as File
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor

from hecha.edges.documents.layout import RED
from hecha.flow.documents.model import Look

FANG, TITLE_SONG, HEI, KAI, LATIN = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "Times New Roman"
SONG = "宋体"
STAND_INS = {FANG: "FangSong", TITLE_SONG: "FZXiaoBiaoSong-B05S", HEI: "SimHei", KAI: "KaiTi", SONG: "SimSun"}
BODY, TITLE, PLAIN, NOTE, CAPTION = "公文正文", "公文标题", "公文无缩进", "公文小字", "公文表题"
HEADINGS = ("公文一级标题", "公文二级标题", "公文三级标题", "公文四级标题")
MARK, NUMBER, URGENCY, ADDRESSEES = "公文发文机关标志", "公文发文字号", "公文紧急程度", "公文主送机关"
ATTACHMENT, ISSUER, SEAL, REMARK = "公文附件说明", "公文署名日期", "公文印章", "公文附注"
COLOPHON, PAGE_NUMBER, SMALL_CENTRE = "公文版记", "公文页码", "公文编号"
CELL, DRILL, TRACE = "公文表格", "公文演练", "公文备查"
BODY_POINTS = 16.0  # 三号
LINE_POINTS = 28.95  # 22 lines in 225 mm
SHEET_POINTS = 12.0
TIGHTER_TWENTIETHS = -5  # so that 28 characters of 16 pt stand in 156 mm
_CENTRE, _RIGHT, _LEFT, _BOTH = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


def define(file: File, look: Look) -> None:
    """Put all styles into a file; a sheet has smaller letters and lines."""
    official = look is Look.OFFICIAL
    size, pitch = (BODY_POINTS, LINE_POINTS) if official else (SHEET_POINTS, 19.0)
    _normal(file, size, pitch, official)
    _style(file, BODY, size, align=_BOTH, indent=2 * (size - 0.25 * official))
    _style(file, PLAIN, size, align=_BOTH)
    faces = ((HEI, False), (KAI, False), (FANG, True), (FANG, False))
    for level, (name, (face_name, bold)) in enumerate(zip(HEADINGS, faces, strict=True)):
        style = _style(file, name, size, face_name, bold=bold, align=_BOTH, indent=2 * (size - 0.25 * official))
        style.paragraph_format.keep_with_next = True
        _outline(style, level)
    title_size, title_pitch = (22, 33) if official else (18, 26)
    title = _style(file, TITLE, title_size, TITLE_SONG, align=_CENTRE, pitch=title_pitch, tight=0)
    _off_the_grid(title)
    title.paragraph_format.space_before = Pt(2 * LINE_POINTS if official else 0)
    title.paragraph_format.space_after = Pt(pitch if official else 8)
    _marks(file)
    _ends(file, size)
    _small(file)
    name_stand_ins(file)


def _marks(file: File) -> None:
    """The parts above the red line, and whom it is for."""
    mark = _style(file, MARK, 36, TITLE_SONG, align=_CENTRE, colour=RED, pitch=0, tight=0)
    mark.paragraph_format.space_before = Pt(99)  # 35 mm below the edge of the type area
    mark.paragraph_format.space_after = Pt(2 * LINE_POINTS - BODY_POINTS)
    _style(file, NUMBER, BODY_POINTS, align=_CENTRE)
    _style(file, URGENCY, BODY_POINTS, HEI, align=_LEFT)
    _style(file, ADDRESSEES, BODY_POINTS, align=_LEFT)


def _ends(file: File, size: float) -> None:
    """What follows the body."""
    style = _style(file, ATTACHMENT, size, align=_LEFT)
    style.paragraph_format.left_indent = Pt(5 * size)
    style = _style(file, ISSUER, size, align=_RIGHT)
    style.paragraph_format.right_indent = Pt(2 * size)
    style = _style(file, SEAL, 12, align=_RIGHT, colour=RED, tight=0)
    style.paragraph_format.right_indent = Pt(6 * size)
    style = _style(file, REMARK, size, align=_LEFT)
    style.paragraph_format.left_indent = Pt(2 * size)
    style = _style(file, COLOPHON, 14, align=_LEFT, pitch=24, tight=0)
    style.paragraph_format.first_line_indent = Pt(14)
    style.paragraph_format.tab_stops.add_tab_stop(Pt(428), 2)  # WD_TAB_ALIGNMENT.RIGHT


def _small(file: File) -> None:
    """Tables, remarks, page numbers, marks."""
    style = _style(file, CELL, 11, align=_LEFT, pitch=0, tight=0)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(2)
    _style(file, CAPTION, 13, HEI, align=_CENTRE, pitch=22, tight=0).paragraph_format.keep_with_next = True
    _style(file, NOTE, 10.5, align=_LEFT, pitch=16, tight=0)
    _style(file, SMALL_CENTRE, 12, align=_CENTRE, pitch=20, tight=0)
    _style(file, PAGE_NUMBER, 14, SONG, align=_RIGHT, pitch=0, tight=0)
    _style(file, DRILL, 14, HEI, align=_CENTRE, colour=RED, pitch=0, tight=0)
    _style(file, TRACE, 7.5, SONG, align=_CENTRE, pitch=0, tight=0)


def _normal(file: File, size: float, pitch: float, official: bool) -> None:
    """Normal (正文 in a Chinese Word), from which all others come."""
    normal: Any = file.styles["Normal"]
    normal.font.size = Pt(size)
    face(normal, FANG)
    _chinese(normal)
    _tighten(normal, TIGHTER_TWENTIETHS if official else 0)
    form = normal.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
    form.widow_control = False  # a full page has its 22 lines


def _style(
    file: File,
    name: str,
    size: float,
    face_name: str = FANG,
    *,
    align: Any,
    bold: bool = False,
    colour: str = "",
    indent: float = 0,
    pitch: float | None = None,
    tight: int | None = None,
) -> Any:
    """`pitch`: `None` as Normal, 0 by the letters' height; `tight`: twentieths of a point between characters."""
    style: Any = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style, style.quick_style = file.styles["Normal"], True
    style.font.size, style.font.bold = Pt(size), bold
    face(style, face_name)
    if colour:
        style.font.color.rgb = RGBColor.from_string(colour)
    if tight is not None:
        _tighten(style, tight)
    form = style.paragraph_format
    form.alignment = align
    if indent:
        form.first_line_indent = Pt(indent)
    if pitch == 0:
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
        _off_the_grid(style)
    elif pitch:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
    return style


def face(thing: Any, name: str) -> None:
    """Set a style or run in a Chinese font, Latin letters and figures in Times New Roman."""
    thing.font.name = LATIN
    fonts = thing.element.get_or_add_rPr().get_or_add_rFonts() if hasattr(thing, "element") else None
    assert fonts is not None
    for which in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(which), LATIN)
    fonts.set(qn("w:eastAsia"), name)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def tag(name: str) -> str:
    """The full name of a WordprocessingML element."""
    return str(qn(f"w:{name}"))


def _tighten(style: Any, twentieths: int) -> None:
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(tag("spacing")):
        properties.remove(old)
    spacing = properties.makeelement(tag("spacing"), {tag("val"): str(twentieths)})
    properties.insert_element_before(spacing, *(f"w:{one}" for one in _AFTER_SPACING))


_AFTER_SPACING = ("w", "kern", "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText",
                  "vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath")  # fmt: skip


def _chinese(style: Any) -> None:
    """The language, so that stand-in fonts have the letter forms of the mainland."""
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(tag("lang")):
        properties.remove(old)
    properties.append(properties.makeelement(tag("lang"), {tag("val"): "en-US", tag("eastAsia"): "zh-CN"}))


def _off_the_grid(style: Any) -> None:
    """Small lines do not keep to the page's grid of 22 lines."""
    properties = style.element.get_or_add_pPr()
    off = properties.makeelement(tag("snapToGrid"), {tag("val"): "0"})
    properties.insert_element_before(off, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")


def name_stand_ins(file: File) -> None:
    """Tell a word processor which font may stand in for each that it lacks."""
    part = next(one for one in file.part.package.iter_parts() if str(one.partname) == "/word/fontTable.xml")
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in STAND_INS.items()
    )
    part._blob = f"{_XML}<w:fonts {nsdecls('w')}>{entries}</w:fonts>".encode()


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def _outline(style: Any, level: int) -> None:
    """So that the headings are found in the navigation of the word processor."""
    properties = style.element.get_or_add_pPr()
    properties.append(properties.makeelement(tag("outlineLvl"), {tag("val"): str(level)}))
