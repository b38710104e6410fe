"""The leader's brief (领导简报): one page, whatever happens."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hecha.flow.documents.frame import Frame, full_moment_zh, sheet, span_zh
from hecha.flow.documents.model import Block, Checks, Document, Heading, Items, Kind, Pairs, Paragraph, Signatures

LINES_MAX = 6
"""Printed lines of each part; what is more is counted in the last."""
LINE_CHARS = 37
CHARS_MAX = 2 * LINE_CHARS
EVENT_CHARS_MAX = 45


@dataclass(frozen=True, slots=True)
class LeaderBrief:
    """What a leader must know and may decide, on one page. `choices`: what can be decided now, each with its clause."""

    frame: Frame
    event: str
    event_number: str
    at: datetime
    grade: str
    clauses: tuple[str, ...]
    since: datetime
    scope: tuple[str, ...]
    done: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    next_grade: str = ""
    next_at: datetime | None = None
    estimate: datetime | None = None
    warning: str = ""  # severity and grade do not fit, two persons are needed …
    contacts: tuple[tuple[str, str], ...] = ()


def brief_document(paper: LeaderBrief) -> Document:
    """One page: what, how grave, how long, what was done, what is to be decided; longer lists are cut and say so."""
    rows = [
        ("事件", f"{_short(paper.event, EVENT_CHARS_MAX)}（{paper.event_number}）"),
        ("等级", f"{paper.grade}　{'、'.join(paper.clauses[:4])}"),
        ("发生时间", f"{full_moment_zh(paper.since)}，已{span_zh(max(paper.at - paper.since, timedelta()))}"),
        ("预计恢复", full_moment_zh(paper.estimate)),
    ]
    if paper.next_at:
        rows.append(("若不恢复", f"{full_moment_zh(paper.next_at)}升为{paper.next_grade}"))
    blocks: list[Block] = [Pairs(tuple(rows))]
    if paper.warning:
        blocks.append(Paragraph(_short(paper.warning, CHARS_MAX), lead="请注意："))
    blocks += _part("影响范围", paper.scope) + _part("已采取措施", paper.done)
    choices, more = _fitting(tuple(f"{words}（{clause}）" if clause else words for words, clause in paper.choices))
    blocks += [Heading("现在可以决定"), Checks(tuple((words, False) for words in choices)), *_more(more)]
    if paper.contacts:
        words = "；".join(f"{who} {number}" for who, number in paper.contacts[:4])
        blocks.append(Paragraph(_short(words, CHARS_MAX), lead="联系："))
    blocks.append(Signatures(("批示", "签字时间")))
    return sheet(Kind.BRIEF, f"应急处置简报\n（{full_moment_zh(paper.at)}）", blocks, paper.frame)


def _part(title: str, lines: tuple[str, ...]) -> list[Block]:
    shown, more = _fitting(lines)
    return [Heading(title), Items(shown) if shown else Paragraph("无。"), *_more(more)]


def _more(count: int) -> list[Block]:
    return [Paragraph(f"另有{count}项，见事件页。")] if count else []


def _fitting(lines: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """As many lines as fit into a part, and how many are left over."""
    shown: list[str] = []
    left = LINES_MAX
    for at, line in enumerate(lines):
        words = _short(line, CHARS_MAX)
        left -= -(-len(words) // LINE_CHARS)
        if left < (0 if at == len(lines) - 1 else 1):
            return tuple(shown), len(lines) - at
        shown.append(words)
    return tuple(shown), 0


def _short(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
