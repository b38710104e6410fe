"""The shift handover (交接班): what the leaving shift tells the coming one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hecha.flow.documents.frame import Frame, full_moment_zh, sheet
from hecha.flow.documents.model import Block, Document, Heading, Items, Kind, Pairs, Paragraph, Signatures, Table


@dataclass(frozen=True, slots=True)
class HandoverPaper:
    """What the leaving shift tells the coming one. `incidents`: (number, title, grade, state); `duties`: (what, event,
    due); `waiting`: what has been sent and not answered."""

    frame: Frame
    unit: str
    at: datetime
    leaving: str
    coming: str
    incidents: tuple[tuple[str, str, str, str], ...] = ()
    duties: tuple[tuple[str, str, str], ...] = ()
    waiting: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def handover_document(paper: HandoverPaper) -> Document:
    """The handover sheet, with both signatures."""
    blocks: list[Block] = [
        Pairs(
            (
                ("单位", paper.unit),
                ("交班人", paper.leaving),
                ("接班人", paper.coming),
                ("交接时间", full_moment_zh(paper.at)),
            )
        )
    ]
    blocks += _table("在办事件", ("编号", "事件", "等级", "状态"), paper.incidents, (4, 8, 2, 3))
    blocks += _table("待办职责", ("事项", "事件", "期限"), paper.duties, (6, 5, 4))
    blocks += _lines("等待答复", paper.waiting) + _lines("交代事项", paper.notes)
    blocks.append(Signatures(("交班人签字", "接班人签字")))
    return sheet(Kind.HANDOVER, "应急值守交接班记录", blocks, paper.frame)


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]], widths: tuple[int, ...]) -> list[Block]:
    shown = tuple(rows)
    return [Heading(title), Table(head, shown, widths) if shown else Paragraph("无。")]


def _lines(title: str, lines: tuple[str, ...]) -> list[Block]:
    return [Heading(title), Items(lines) if lines else Paragraph("无。")]
