"""Information released (信息发布, 2.1.2): the text for the public or the banks, and who drafted and approved it."""

from dataclasses import dataclass
from datetime import datetime

from hecha.flow.documents.frame import Frame, full_moment_zh, official, sheet
from hecha.flow.documents.model import Document, Kind, Pairs, Paragraph


@dataclass(frozen=True, slots=True)
class ReleasePaper:
    """`text`: its paragraphs; `published_by`: the department that publishes on the group's behalf."""

    frame: Frame
    title: str
    text: tuple[str, ...]
    channels: tuple[str, ...]
    drafted_by: str
    approved_by: str
    approved: datetime
    published_by: str
    clause: str
    published: datetime | None = None


def release_document(paper: ReleasePaper) -> Document:
    """What is published: nothing but the text."""
    return official(Kind.RELEASE, paper.title, tuple(Paragraph(one) for one in paper.text), paper.frame)


def approval_document(paper: ReleasePaper) -> Document:
    """The sheet that stays in the file: who wrote, approved and published it, by which channels."""
    rows = (
        ("标题", paper.title),
        ("发布渠道", "、".join(paper.channels)),
        ("起草", paper.drafted_by),
        ("审批", f"{paper.approved_by}，{full_moment_zh(paper.approved)}"),
        ("发布单位", f"{paper.published_by}（代为发布，{paper.clause}）"),
        ("发布时间", full_moment_zh(paper.published)),
        ("正文", "\n".join(paper.text)),
    )
    return sheet(Kind.RELEASE, "信息发布审批单", (Pairs(rows),), paper.frame)
