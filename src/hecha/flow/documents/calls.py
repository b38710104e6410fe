"""The call list (催办电话单): who has not acknowledged, which number; and the phone book (电话簿)."""

from dataclasses import dataclass
from datetime import datetime

from hecha.flow.documents.frame import Frame, full_moment_zh, moment_zh, sheet
from hecha.flow.documents.model import Block, Document, Kind, Note, Paragraph, Signatures, Table


@dataclass(frozen=True, slots=True)
class CallRow:
    """A unit that has not acknowledged yet, and whom to ring."""

    unit: str
    person: str
    numbers: tuple[str, ...]
    owed: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallListPaper:
    """`subject`: the order or notice that waits; `text`: what is to be read out and read back."""

    frame: Frame
    subject: str
    at: datetime
    rows: tuple[CallRow, ...]
    text: str = ""
    acknowledged: int = 0


def call_list_document(paper: CallListPaper) -> Document:
    """Who has not acknowledged, which number, boxes to tick for reached and read back, room for name and time."""
    summary = f"截至{full_moment_zh(paper.at)}：已签收{paper.acknowledged}个单位，未签收{len(paper.rows)}个单位。"
    blocks: list[Block] = [Paragraph(summary)]
    if paper.text:
        blocks.append(Paragraph(paper.text, lead="通话时宣读："))
    rows = tuple(
        (
            str(at),
            one.unit,
            one.person or "值班人员",
            "\n".join(one.numbers) or "（未登记）",
            _owed(one),
            "□",
            "□",
            "",
            "",
        )
        for at, one in enumerate(paper.rows, 1)
    )
    head = ("序", "单位", "联系人", "电话", "欠办事项", "已通话", "已读回", "接话人", "时间")
    blocks.append(Table(head, rows, (2, 8, 4, 6, 7, 3, 3, 4, 4)))
    blocks.append(Note("接通后先核对单位和姓名，宣读后请对方读回；读回一致才打勾。恢复后凭此单补录签收。"))
    blocks.append(Signatures(("拨打人", "完成时间")))
    return sheet(Kind.CALL_LIST, f"催办电话单\n{paper.subject}", blocks, paper.frame, wide=True)


def _owed(one: CallRow) -> str:
    return one.owed + (f"\n（{moment_zh(one.since)}起）" if one.since else "")


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """One line: a unit's person or duty room."""

    unit: str
    post: str
    person: str
    day: str
    night: str = ""
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class PhoneListPaper:
    """The telephone numbers that a unit needs when nothing else works."""

    frame: Frame
    unit: str
    rows: tuple[PhoneRow, ...]


def phone_book_document(paper: PhoneListPaper) -> Document:
    """The phone book, in the order given; without rows it says where to enter them."""
    rows = tuple((one.unit, one.post, one.person, one.day, one.night, one.mobile) for one in paper.rows)
    blocks: list[Block] = [Paragraph(f"{paper.unit}应急联系电话，截至打印之日。人员变动后请重新打印。")]
    if rows:
        blocks.append(Table(("单位", "岗位", "姓名", "日间电话", "夜间电话", "手机"), rows, (6, 5, 3, 4, 4, 4)))
    else:
        blocks.append(Paragraph("系统中尚未登记电话。请手工填写，并在恢复后录入。"))
        blocks.append(Table(("单位", "岗位", "姓名", "电话"), (("", "", "", ""),) * 12, (4, 3, 2, 4)))
    return sheet(Kind.PHONE_BOOK, "应急电话簿", blocks, paper.frame)
