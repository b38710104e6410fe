"""The deferred register (登记簿, 5.1.1(3)) on paper: entries without the citizen."""

from dataclasses import dataclass
from datetime import datetime

from hecha.flow.documents.frame import Frame, sheet, short_zh
from hecha.flow.documents.model import Block, Document, Kind, Note, Paragraph, Table


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One entry, without the citizen: numbers, times, what was done."""

    id: str
    slip: str
    outlet: str
    business: str
    evidence: str
    voucher: str
    happened: datetime | None
    registered: datetime
    state: str
    outcome: str
    next_step: str


@dataclass(frozen=True, slots=True)
class RegisterPaper:
    """`counts`: how many entries are in each state, in words; `more`: how many are left out here."""

    frame: Frame
    title: str
    rows: tuple[RegisterRow, ...]
    counts: tuple[tuple[str, int], ...]
    more: int = 0


def register_document(paper: RegisterPaper) -> Document:
    """The register as a wide table, newest first as given."""
    head = (
        "序",
        "登记编号",
        "纸单号",
        "网点",
        "业务",
        "佐证",
        "凭证号",
        "办理时间",
        "登记时间",
        "状态",
        "核查结果",
        "下一步",
    )
    rows = tuple((str(at), *_register_row(one)) for at, one in enumerate(paper.rows, 1))
    total = "，".join(f"{word}{count}笔" for word, count in paper.counts)
    blocks: list[Block] = [Paragraph(f"合计{sum(count for _, count in paper.counts)}笔：{total or '无'}。")]
    blocks.append(Table(head, rows, (2, 6, 5, 6, 3, 4, 4, 4, 4, 4, 5, 5)))
    if paper.more:
        blocks.append(Note(f"另有{paper.more}笔未列，见登记簿或导出的 CSV。"))
    return sheet(Kind.REGISTER, paper.title, blocks, paper.frame, wide=True)


def _register_row(one: RegisterRow) -> tuple[str, ...]:
    happened = short_zh(one.happened) if one.happened else short_zh(one.registered)
    before = (one.id, one.slip or "—", one.outlet, one.business, one.evidence, one.voucher or "—", happened)
    return (*before, short_zh(one.registered), one.state, one.outcome or "—", one.next_step or "—")
