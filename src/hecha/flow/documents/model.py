"""A document as a value: its head, its body in blocks, its end. How it is printed is `hecha.edges.documents`' matter.

The parts and their order are those of GB/T 9704: 版头 (mark, number, signer), 主体 (title, addressees, body,
attachments, issuer, date, remark), 版记 (copies, printed by). Whatever is left empty is not printed.
"""

import unicodedata
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from hecha.kernel.errors import BadInput

BLOCKS_MAX = 2_000
ROWS_MAX = 2_000
TEXT_CHARS_MAX = 20_000
COLUMNS_MAX = 12


class Kind(StrEnum):
    """What a document is."""

    REPORT = "report"  # 报告
    ORDER = "order"  # 命令
    MINUTES = "minutes"  # 会议纪要
    RELEASE = "release"  # 信息发布
    EVALUATION = "evaluation"  # 评估报告
    REGISTER = "register"  # 登记簿
    BRIEF = "brief"  # 领导简报
    CALL_LIST = "call_list"  # 催办电话单
    HANDOVER = "handover"  # 交接班
    CARD = "card"  # 柜面指引卡
    SLIPS = "slips"  # 登记单
    FORM = "form"  # 空白表单
    PHONE_BOOK = "phone_book"  # 电话簿
    INDEX = "index"  # 目录


class Look(StrEnum):
    """How it is set: an official document (22 lines of 28 characters), a sheet to work with, slips, or a notice."""

    OFFICIAL = "official"
    SHEET = "sheet"  # smaller, portrait
    WIDE = "wide"  # smaller, landscape
    SLIPS = "slips"  # forms to cut apart
    NOTICE = "notice"  # large, for a door


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1-4; its number (一、（一） 1.（1）) is counted, never typed."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `lead` is its first words, in bold."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list; numbered ones read （1）（2）…"""

    items: tuple[str, ...]
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names and values, one pair a line."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head repeats on each page; `widths` are shares (equal when empty)."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A boxed form: rows of (label, value or ""), sharing the line's width. `number` stands large beside its title.

    `heights`: how many hand-written lines each row holds (1 where it is not given)."""

    rows: tuple[tuple[tuple[str, str], ...], ...]
    title: str = ""
    number: str = ""
    foot: str = ""
    heights: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Checks:
    """Boxes to tick: (words, ticked)."""

    items: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on: 签收人, 时间 …; two a line."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in small print."""

    text: str


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Items | Pairs | Table | Form | Checks | Signatures | Note | NewPage


@dataclass(frozen=True, slots=True)
class Document:
    """One document. `head` is the issuer's mark in red (发文机关标志); only a central-bank branch's 公文 has one.

    `signer` (签发人) belongs to reports upward; `seal` leaves the place of the seal; `drill` marks every page 演练;
    `trace` stands small at the foot of each page (id, ledger number). Raises BadInput beyond the limits above."""

    kind: Kind
    title: str
    blocks: tuple[Block, ...] = ()
    head: str = ""
    number: str = ""
    urgency: str = ""
    signer: str = ""
    addressees: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    issuer: str = ""
    dated: date | None = None
    seal: bool = False
    remark: str = ""
    cc: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: date | None = None
    drill: bool = False
    look: Look = Look.OFFICIAL
    trace: str = ""

    def __post_init__(self) -> None:
        if len(self.blocks) > BLOCKS_MAX:
            raise BadInput("blocks", f"一份文件不能超过 {BLOCKS_MAX} 段 too many blocks", "分成几份 split it")
        for block in self.blocks:
            if isinstance(block, Table | Pairs | Form) and len(block.rows) > ROWS_MAX:
                raise BadInput("rows", f"一个表不能超过 {ROWS_MAX} 行 too many rows", "改用 CSV export it as CSV")
            if isinstance(block, Table):
                _check_table(block)


def _check_table(table: Table) -> None:
    columns = len(table.head)
    if not 0 < columns <= COLUMNS_MAX:
        raise BadInput("head", f"表应有 1 至 {COLUMNS_MAX} 栏 columns", "")
    if any(len(row) != columns for row in table.rows) or (table.widths and len(table.widths) != columns):
        raise BadInput("rows", "每行的栏数应与表头相同 every row has as many cells as the head", "")


def clean(text: str) -> str:
    """Text fit for any printer: no control characters, no halves of characters, line ends as `\\n`, bounded."""
    lines = "".join(one for one in text.replace("\t", " ") if _prints(one) or one in _LINE_ENDS).splitlines()
    kept = "\n".join(line.strip() for line in lines).strip("\n")
    return kept if len(kept) <= TEXT_CHARS_MAX else kept[:TEXT_CHARS_MAX] + "……（过长，已截断）"


def _prints(one: str) -> bool:
    """Neither control, half of a character, non-character nor a mark that turns the direction of writing. Characters
    that this Python does not know yet stay: a name may be written with one."""
    return unicodedata.category(one) not in ("Cc", "Cs") and ord(one) & 0xFFFE != 0xFFFE and one not in _TURNERS


_LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"
_TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")


def plain(value: Any) -> Any:
    """A document (or a part of it) as JSON values, every text cleaned; blocks say what they are by `block`."""
    if isinstance(value, str):
        return clean(str(value))
    if isinstance(value, date):
        return date_zh(value)
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        found = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return found if isinstance(value, Document) else found | {"block": type(value).__name__.lower()}
    return value


def date_zh(day: date) -> str:
    """2026年3月12日, as 成文日期 is written: Arabic figures, no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"
