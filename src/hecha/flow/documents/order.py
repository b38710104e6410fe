"""Orders (命令, 4.3): to start and to end the emergency measures, with who must do what, and the receipt to return."""

from dataclasses import dataclass
from datetime import datetime

from hecha.flow.documents.frame import Frame, Ground, full_moment_zh, moment_zh, official, sheet
from hecha.flow.documents.model import Block, Document, Form, Heading, Items, Kind, Note, Paragraph, Table

RECEIPT = "命令签收回执"


@dataclass(frozen=True, slots=True)
class Measure:
    """One prescribed measure: its clause, in words, and against which cause or where."""

    clause: str
    words: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """What an addressee must do, by which clause (4.3.1-4.3.3)."""

    addressee: str
    words: str
    clause: str


@dataclass(frozen=True, slots=True)
class OrderPaper:
    """`decided_by` the group, `published_by` the department that publishes for it (支付结算部门代为发布).

    `sequence`: epoch and number by which a receiver tells a stale order; `receipt_minutes`: within which receipt is
    owed. Of an end order: `recovered`, what it `undoes`, and what stays open (`left_open`)."""

    frame: Frame
    ground: Ground
    event: str
    event_number: str
    grade: str
    decided_by: str
    decided: datetime
    published_by: str
    sequence: str
    ends: bool = False
    clauses: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    tasks: tuple[Task, ...] = ()
    effective: datetime | None = None
    receipt_minutes: int = 0
    recovered: datetime | None = None
    undoes: tuple[str, ...] = ()
    left_open: tuple[str, ...] = ()


def order_document(paper: OrderPaper) -> Document:
    """A start or end order; `receipt_document` is its attachment."""
    matter = _end(paper) if paper.ends else _start(paper)
    act = "结束" if paper.ends else "启动"
    title = f"关于{act}{paper.event}\n应急处置办法的命令"
    return official(Kind.ORDER, title, (*matter, *_publishing(paper)), paper.frame, attachments=(RECEIPT,))


def _start(paper: OrderPaper) -> list[Block]:
    clauses = f"（{'、'.join(paper.clauses)}）" if paper.clauses else ""
    opening = (
        f"{paper.event}（事件编号：{paper.event_number}）经认定为{paper.grade}事件{clauses}。"
        f"{_decision(paper)}启动应急处置办法。现命令如下："
    )
    blocks: list[Block] = [Paragraph(opening), Heading("采取的措施")]
    blocks += [Paragraph(f"{one.scope}{one.words}（{one.clause}）。") for one in paper.measures] or [_none()]
    return [*blocks, *_tasks(paper)]


def _end(paper: OrderPaper) -> list[Block]:
    opening = (
        f"{paper.event}（事件编号：{paper.event_number}）已于{full_moment_zh(paper.recovered)}确认恢复。"
        f"{_decision(paper)}结束应急处置。现命令如下："
    )
    blocks: list[Block] = [Paragraph(opening), Heading("停止的临时措施")]
    blocks += [Items(paper.undoes)] if paper.undoes else [_none()]
    blocks.append(Heading("继续完成的事项"))
    blocks += [Items(paper.left_open)] if paper.left_open else [_none()]
    return [*blocks, *_tasks(paper)]


def _decision(paper: OrderPaper) -> str:
    decided, effective = full_moment_zh(paper.decided), full_moment_zh(paper.effective or paper.decided)
    return f"{paper.ground.by}，经{paper.decided_by}{decided}研究决定，自{effective}起"


def _none() -> Paragraph:
    return Paragraph("无。")


def _tasks(paper: OrderPaper) -> list[Block]:
    if not paper.tasks:
        return []
    rows = tuple((one.addressee, one.words, one.clause) for one in paper.tasks)
    return [Heading("各单位职责"), Table(("单位", "职责", "依据"), rows, (3, 9, 2))]


def _publishing(paper: OrderPaper) -> list[Block]:
    owed = f"请在收到后{paper.receipt_minutes}分钟内由专人签收回执；" if paper.receipt_minutes else "请由专人签收回执；"
    words = (
        f"本命令由{paper.published_by}代{paper.decided_by}发布，序号{paper.sequence}。{owed}"
        "序号较小的命令与本命令不一致的，以本命令为准。"
    )
    return [Heading("签收"), Paragraph(words)]


def receipt_document(paper: OrderPaper) -> Document:
    """The receipt (回执) to fill in by hand where there is no network, told by telephone and entered later."""
    act = "结束" if paper.ends else "启动"
    rows = (
        (("命令", f"{paper.frame.number or '（未编号）'}　{act}"), ("序号", paper.sequence)),
        (("签收单位", ""), ("签收人", "")),
        (("签收时间", ""), ("联系电话", "")),
        (("转达范围", ""), ("读回核对", "□ 已读回一致")),
        (("存在问题和建议", ""),),
    )
    foot = f"{paper.decided_by}{moment_zh(paper.decided)}决定。没有网络时先用电话报签收，恢复后补录。"
    blocks = (Form(rows, foot=foot), Note("不签收的，由上级办公室按催办电话单催办。"))
    return sheet(
        Kind.FORM, RECEIPT, blocks, Frame("", paper.frame.dated, drill=paper.frame.drill, trace=paper.frame.trace)
    )
