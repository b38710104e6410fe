"""The evaluation (评估与改进, 5.4): figures from the ledger, causes, lessons, improvements, changes of the plan."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hecha.flow.documents.frame import Frame, Ground, full_moment_zh, official, short_zh, span_zh
from hecha.flow.documents.model import Block, Document, Heading, Items, Kind, Paragraph, Table


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock of 1.5.2: what was reached, when, the time since the event began (`None`: never), how long it took."""

    what: str
    at: datetime | None
    since_begin: timedelta | None
    took: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the event, in words."""

    what: str
    value: str


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty met or missed."""

    clause: str
    unit: str
    what: str
    due: datetime | None
    done: datetime | None
    met: bool


@dataclass(frozen=True, slots=True)
class Improvement:
    """What is to be improved, by whom and until when (day as text)."""

    what: str
    owner: str
    until: str


@dataclass(frozen=True, slots=True)
class EvaluationPaper:
    """`causes`: what each of the three parties found (支付结算、科技、运行维护); `plan_changes`: the difference of
    the new plan version in words; `proof`: number and hash of the ledger's fact up to which the figures go."""

    frame: Frame
    ground: Ground
    event: str
    event_number: str
    grade: str
    begun: datetime
    ended: datetime | None
    clocks: tuple[ClockLine, ...]
    figures: tuple[Figure, ...]
    duties: tuple[DutyLine, ...]
    causes: tuple[tuple[str, str], ...] = ()
    effects: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    improvements: tuple[Improvement, ...] = ()
    plan_changes: tuple[str, ...] = ()
    proof: str = ""
    attachments: tuple[str, ...] = ()


def evaluation_document(paper: EvaluationPaper) -> Document:
    """The evaluation report in the order of 5.4(1)-(4)."""
    blocks: list[Block] = [
        Paragraph(_opening(paper)),
        *_causes(paper),
        *_effects(paper),
        *_duties(paper),
        *_listed("经验和教训", paper.lessons),
        *_improvements(paper),
        *_listed("应急办法的修改", paper.plan_changes),
    ]
    if paper.proof:
        blocks.append(Paragraph(f"本报告的数字均出自台账，截至{paper.proof}。", lead="数据来源："))
    title = f"{paper.event}\n应急处置评估报告"
    return official(Kind.EVALUATION, title, blocks, paper.frame, attachments=paper.attachments)


def _opening(paper: EvaluationPaper) -> str:
    until = f"至{full_moment_zh(paper.ended)}" if paper.ended else "至今"
    return (
        f"{paper.ground.by}，对{full_moment_zh(paper.begun)}{until}的{paper.event}（事件编号：{paper.event_number}，"
        f"{paper.grade}事件）评估如下。"
    )


def _causes(paper: EvaluationPaper) -> list[Block]:
    found: list[Block] = [Heading("原因分析")]
    found += [Paragraph(words, lead=f"{party}：") for party, words in paper.causes] or [Paragraph("尚未完成。")]
    return found


def _effects(paper: EvaluationPaper) -> list[Block]:
    blocks: list[Block] = [Heading("影响和处置情况"), Heading("处置时效", 2)]
    clocks = tuple((one.what, short_zh(one.at) if one.at else "未发生", _since(one), one.took) for one in paper.clocks)
    blocks.append(Table(("事项", "时间", "距发生", "本步用时"), clocks, (5, 4, 3, 3)))
    blocks += [
        Heading("业务影响", 2),
        Table(("指标", "数值"), tuple((one.what, one.value) for one in paper.figures), (5, 3)),
    ]
    return [*blocks, *(Paragraph(one) for one in paper.effects)]


def _since(one: ClockLine) -> str:
    return "—" if one.since_begin is None else span_zh(one.since_begin)


def _duties(paper: EvaluationPaper) -> list[Block]:
    met = sum(one.met for one in paper.duties)
    blocks: list[Block] = [
        Heading("职责履行情况"),
        Paragraph(f"应履行{len(paper.duties)}项，按时履行{met}项，未按时或未履行{len(paper.duties) - met}项。"),
    ]
    missed = tuple(
        (one.clause, one.unit, one.what, short_zh(one.due), short_zh(one.done) if one.done else "未履行")
        for one in paper.duties
        if not one.met
    )
    if missed:
        blocks.append(
            Table(("条款", "单位", "职责", "应完成", "实际完成"), missed, (2, 4, 4, 3, 3), "未按时或未履行的职责")
        )
    return blocks


def _listed(title: str, lines: tuple[str, ...]) -> list[Block]:
    return [Heading(title), Items(lines) if lines else Paragraph("无。")]


def _improvements(paper: EvaluationPaper) -> list[Block]:
    if not paper.improvements:
        return [Heading("改进措施"), Paragraph("无。")]
    rows = tuple((one.what, one.owner, one.until) for one in paper.improvements)
    return [Heading("改进措施"), Table(("措施", "责任单位", "期限"), rows, (7, 4, 3))]
