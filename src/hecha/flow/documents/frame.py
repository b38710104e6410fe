"""What every document has around its matter: who issues it, its number, to whom it goes, when; on which ground."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from hecha.flow.documents.model import Block, Document, Kind, Look
from hecha.plan.model import Plan

CHINA = timezone(timedelta(hours=8))
NOTHING = "无"


@dataclass(frozen=True, slots=True)
class Frame:
    """`branch`: a central-bank branch (or its group) issues it, so that it has the red head and the place of a seal.

    `number` is the 发文字号 as the unit has given it, "" while it has none."""

    issuer: str
    dated: date
    branch: bool = False
    number: str = ""
    signer: str = ""
    addressees: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    printed_by: str = ""
    remark: str = ""
    drill: bool = False
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """On what a document rests: the plan by name, what it is for, and its legal bases."""

    plan: str
    purpose: str = ""
    bases: tuple[str, ...] = ()

    @property
    def by(self) -> str:
        """根据《……办法》."""
        return f"根据《{self.plan}》"

    @property
    def told(self) -> str:
        """What the plan is for, and the laws it stands on."""
        laws = f"，依据{'、'.join(self.bases)}制定" if self.bases else ""
        purpose = f"，目的是{self.purpose.rstrip('。')}" if self.purpose else ""
        return f"《{self.plan}》{laws}{purpose}。"


def ground_of(plan: Plan) -> Ground:
    """A plan's title, purpose and bases as documents cite them."""
    bases = tuple(f"《{one.title}》" + (f"（{one.number}）" if one.number else "") for one in plan.bases)
    return Ground(plan.zh, plan.purpose, bases)


def official(
    kind: Kind, title: str, blocks: Iterable[Block], frame: Frame, *, attachments: tuple[str, ...] = ()
) -> Document:
    """A document in the official layout; the red head only for a branch's 公文 that has a number."""
    has_head = frame.branch and bool(frame.number)
    return Document(
        kind=kind,
        title=title,
        blocks=tuple(blocks),
        head=f"{frame.issuer}文件" if has_head else "",
        number=frame.number,
        signer=frame.signer if has_head else "",
        addressees=frame.addressees,
        attachments=attachments,
        issuer=frame.issuer,
        dated=frame.dated,
        seal=frame.branch,
        remark=frame.remark,
        cc=frame.cc,
        printed_by=frame.printed_by,
        printed_on=frame.dated if frame.printed_by else None,
        drill=frame.drill,
        trace=frame.trace,
    )


def sheet(kind: Kind, title: str, blocks: Iterable[Block], frame: Frame, *, wide: bool = False) -> Document:
    """A working sheet: smaller, without head and seal."""
    return Document(
        kind=kind,
        title=title,
        blocks=tuple(blocks),
        number=frame.number,
        issuer=frame.issuer,
        dated=frame.dated,
        remark=frame.remark,
        drill=frame.drill,
        trace=frame.trace,
        look=Look.WIDE if wide else Look.SHEET,
    )


def moment_zh(moment: datetime | None) -> str:
    """3月12日 8时10分, in China's time; 未定 where there is none."""
    if moment is None:
        return "未定"
    here = moment.astimezone(CHINA)
    return f"{here.month}月{here.day}日{here.hour}时{here.minute:02}分"


def full_moment_zh(moment: datetime | None) -> str:
    """2026年3月12日8时10分."""
    return moment_zh(moment) if moment is None else f"{moment.astimezone(CHINA).year}年{moment_zh(moment)}"


def short_zh(moment: datetime | None) -> str:
    """3月12日 8:10, for tables."""
    if moment is None:
        return "未定"
    here = moment.astimezone(CHINA)
    return f"{here.month}月{here.day}日 {here.hour}:{here.minute:02}"


def until_zh(since: datetime, until: datetime) -> str:
    """The end of a span that began at `since`: the day only where it is another."""
    if day_of(since) == day_of(until):
        return moment_zh(until).partition("日")[2]
    return moment_zh(until)


def day_of(moment: datetime) -> date:
    """The day in China."""
    return moment.astimezone(CHINA).date()


def span_zh(span: timedelta) -> str:
    """9小时5分钟; 3天2小时; 0分钟."""
    minutes = int(span.total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{days}天" if days else "", f"{hours}小时" if hours else "", f"{rest}分钟" if rest and not days else ""]
    return "".join(parts) or "0分钟"
