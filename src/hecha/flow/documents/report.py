"""The report (报告, 4.1): the five contents of 4.1.1 as sections, what was measured apart from what people judge."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hecha.flow.documents.frame import NOTHING, Frame, Ground, moment_zh, official, short_zh
from hecha.flow.documents.model import Block, Document, Heading, Items, Kind, Paragraph, Table

TITLES = {
    "4.1.1(1)": "突发事件发生的单位、时间、地点",
    "4.1.1(2)": "突发事件的性质、原因",
    "4.1.1(3)": "突发事件的影响程度、等级",
    "4.1.1(4)": "现场处置情况",
    "4.1.1(5)": "启动应急处置办法的说明",
}


class ReportKind(StrEnum):
    PHONE = "phone"  # 电话先报记录
    FIRST = "first"  # 首报
    FOLLOW_UP = "follow_up"  # 续报
    FINAL = "final"  # 终报


KINDS = {
    ReportKind.PHONE: "电话先报记录",
    ReportKind.FIRST: "首报",
    ReportKind.FOLLOW_UP: "续报",
    ReportKind.FINAL: "终报",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One item of a content. `measured`: by the system, at `at`; else a judgement of `by`."""

    name: str
    value: str
    measured: bool
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A telephone report: who told whom, when, and in short what."""

    to: str
    caller: str
    callee: str
    at: datetime
    said: str


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened since the last report."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Below:
    """A report from below, summed up."""

    unit: str
    kind: str
    sent: datetime
    gist: str


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """`contents`: the statements of each of the five contents, by clause; `missing`: what is still not known, named.

    `event` is the incident's title, `serial` counts the sender's reports of it from 1."""

    frame: Frame
    ground: Ground
    kind: ReportKind
    event: str
    event_number: str
    contents: dict[str, tuple[Statement, ...]]
    serial: int = 1
    missing: tuple[str, ...] = ()
    since_last: tuple[Happening, ...] = ()
    below: tuple[Below, ...] = ()
    calls: tuple[Call, ...] = ()
    skipped: str = ""  # the level that was skipped, and why
    attachments: tuple[str, ...] = ()


def report_document(paper: ReportPaper) -> Document:
    """The report as 公文; a record of a telephone report has no head and no seal, and the calls come first."""
    blocks: list[Block] = [Paragraph(_opening(paper))]
    if paper.kind is ReportKind.PHONE:
        blocks += _calls(paper)
    for clause, title in TITLES.items():
        blocks.append(Heading(title))
        blocks += _section(paper.contents.get(clause, ()))
    blocks.append(Paragraph(paper.ground.told, lead="处置依据："))
    blocks += [*_since_last(paper), *_below(paper), *_missing(paper)]
    if paper.kind is not ReportKind.PHONE:
        blocks += _calls(paper)
        blocks.append(Paragraph("特此报告。"))
    document = official(Kind.REPORT, _title(paper), blocks, _frame(paper), attachments=paper.attachments)
    return document


def _frame(paper: ReportPaper) -> Frame:
    if paper.kind is not ReportKind.PHONE:
        return paper.frame
    frame = paper.frame
    return Frame(frame.issuer, frame.dated, addressees=frame.addressees, drill=frame.drill, trace=frame.trace)


def _title(paper: ReportPaper) -> str:
    if paper.kind is ReportKind.PHONE:
        return f"关于{paper.event}的\n电话先报记录"
    turn = f"第{paper.serial}号" if paper.kind is ReportKind.FOLLOW_UP else ""
    return f"关于{paper.event}的报告\n（{KINDS[paper.kind]}{turn}）"


def _opening(paper: ReportPaper) -> str:
    skipped = f"本报告{paper.skipped}。" if paper.skipped else ""
    number = f"（事件编号：{paper.event_number}）" if paper.event_number else ""
    return f"{paper.ground.by}，现将{paper.event}{number}的有关情况报告如下。{skipped}"


def _section(statements: tuple[Statement, ...]) -> list[Block]:
    """Facts first, then judgements, each with where it comes from (4.1.1, 4.1.3(3))."""
    facts = [one for one in statements if one.measured and one.value]
    said = [one for one in statements if not one.measured and one.value]
    blocks: list[Block] = []
    if facts:
        at = max((one.at for one in facts if one.at), default=None)
        seen = f"（系统{moment_zh(at)}测得）" if at else ""
        blocks.append(Paragraph(_joined(facts) + seen + "。", lead="测得事实："))
    if said:
        who = "、".join(dict.fromkeys(_author(one) for one in said if one.by))
        blocks.append(Paragraph(_joined(said) + (f"（{who}）" if who else "") + "。", lead="人员判断："))
    return blocks or [Paragraph("暂无。")]


def _joined(statements: list[Statement]) -> str:
    return "；".join(f"{one.name}：{one.value.rstrip('。；')}" for one in statements)


def _author(one: Statement) -> str:
    return one.by + (f"，{moment_zh(one.at)}" if one.at else "")


def _since_last(paper: ReportPaper) -> list[Block]:
    if not paper.since_last:
        return []
    lines = tuple(f"{moment_zh(one.at)}，{one.what}；" for one in paper.since_last)
    return [Heading("上次报告以来的情况"), Items((*lines[:-1], lines[-1].rstrip("；") + "。"))]


def _below(paper: ReportPaper) -> list[Block]:
    if not paper.below:
        return []
    rows = tuple((one.unit, one.kind, short_zh(one.sent), one.gist) for one in paper.below)
    return [Heading("下级报告汇总"), Table(("报告单位", "种类", "时间", "要点"), rows, (4, 2, 3, 6))]


def _missing(paper: ReportPaper) -> list[Block]:
    return [Paragraph("、".join(paper.missing) + "，查明后续报。", lead="尚未查明：")] if paper.missing else []


def _calls(paper: ReportPaper) -> list[Block]:
    if not paper.calls:
        return []
    rows = tuple((short_zh(one.at), one.to, one.caller, one.callee, one.said or NOTHING) for one in paper.calls)
    return [Heading("电话先报情况"), Table(("时间", "受话单位", "报告人", "受话人", "所报要点"), rows, (4, 4, 2, 2, 5))]
