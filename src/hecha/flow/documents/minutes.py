"""Minutes (会议纪要, 4.2): a meeting of a leading group or of experts, who was there, what was decided and by whom."""

from dataclasses import dataclass, replace
from datetime import datetime

from hecha.flow.documents.frame import Frame, full_moment_zh, moment_zh, official, until_zh
from hecha.flow.documents.model import Block, Document, Heading, Items, Kind, Paragraph, Table


@dataclass(frozen=True, slots=True)
class Attendant:
    """`how`: 到会, 电话, 视频, 缺席."""

    name: str
    post: str
    how: str


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision: words, clause, and who consented how (the second person of 较大 and above, by telephone or not)."""

    words: str
    clause: str
    consents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MinutesPaper:
    """`meeting`: 领导小组会议 or 专家会议; `situation`: what the meeting was told, measured; `said`: who said what."""

    frame: Frame
    meeting: str
    event: str
    event_number: str
    held: datetime
    place: str
    chair: str
    recorder: str
    attendants: tuple[Attendant, ...]
    situation: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    decided: tuple[Decided, ...] = ()
    referred: str = ""  # to whom, and why, if the level cannot handle it
    ended: datetime | None = None


def minutes_document(paper: MinutesPaper) -> Document:
    """The minutes (no red head, no seal); decisions are numbered, each with its clause and consents."""
    blocks: list[Block] = [Paragraph(_opening(paper)), Heading("参加人员"), _attendance(paper)]
    if paper.situation:
        blocks += [Heading("情况通报"), Items(paper.situation)]
    if paper.said:
        blocks.append(Heading("研究意见"))
        blocks += [Paragraph(words, lead=f"{who}：") for who, words in paper.said]
    blocks.append(Heading("议定事项"))
    blocks += [Items(tuple(_decided(one) for one in paper.decided))] if paper.decided else [Paragraph("无。")]
    if paper.referred:
        blocks += [Heading("提请上级决策"), Paragraph(paper.referred)]
    return official(Kind.MINUTES, f"{paper.event}\n{paper.meeting}纪要", blocks, replace(paper.frame, branch=False))


def _opening(paper: MinutesPaper) -> str:
    until = "" if paper.ended is None else until_zh(paper.held, paper.ended)
    until = f"至{until}" if until and not moment_zh(paper.held).endswith(until) else ""
    where = f"在{paper.place}" if paper.place else ""
    return (
        f"{full_moment_zh(paper.held)}{until}，{paper.chair}{where}主持召开{paper.meeting}，"
        f"研究{paper.event}（事件编号：{paper.event_number}）的应急处置。记录人：{paper.recorder}。现纪要如下："
    )


def _attendance(paper: MinutesPaper) -> Block:
    rows = tuple((one.name, one.post, one.how) for one in paper.attendants)
    return Table(("姓名", "岗位", "参加方式"), rows, (3, 6, 2))


def _decided(one: Decided) -> str:
    consents = f"同意人：{'、'.join(one.consents)}。" if one.consents else ""
    return f"{one.words.rstrip('。')}（{one.clause}）。{consents}"
