"""Counter cards on paper (柜面指引卡): for each situation what the clerk does, as the card on the screen says it.

Levels that prescribe the same share a card. What depends on the hour (who can verify now) is said as a condition.
"""

from collections.abc import Iterable
from typing import Any

from hecha.flow.documents.frame import Frame, sheet
from hecha.flow.documents.model import Block, Document, Heading, Items, Kind, Look, Pairs, Paragraph, Table
from hecha.kernel.ids import AreaCode, ClauseId
from hecha.plan.model import Plan
from hecha.response.card import Case, Prescribed, card
from hecha.response.delegation import Candidate
from hecha.response.delegation import Kind as DelegateKind
from hecha.response.measures import DATA_ERROR
from hecha.response.wording import say
from hecha.verification.outcome import Outcome

OUTAGE = "outage"
_HERE = AreaCode("*")
"""The area whose cards are concerned: on paper it is any that the order names."""
_CONDITIONS = {
    "delegate": "受托机构见电话簿；先打电话，对方能核查再委托",
    "switch": "另一种方式能用时改用",
}
_OTHERS = (
    ("doubt", Outcome.NOT_FOUND, "核查结果不一致或查无此人"),
    ("no_photo", Outcome.MATCH_NO_PHOTO, "核查一致但没有照片"),
    ("card", Outcome.CARD_LOST, "证件挂失或失效"),
)
NOTICES = ("unavailable", "data_error")


def counter_cards(plan: Plan, frame: Frame, delegates: Iterable[Candidate], *, has_two_modes: bool) -> list[Document]:
    """One page for each situation: before any order, by level under an order, and by result; then the door notices."""
    asked = tuple(delegates) or (Candidate("", "约定的受托机构", DelegateKind.OTHER_BANK, can_verify=True),)
    mode = "works" if has_two_modes else "none"
    common: dict[str, Any] = {"other_mode": mode, "candidates": asked}
    cards = [_page("联网核查不能用：命令下达之前（先期处置）", Case(Outcome.UNAVAILABLE, **common), frame)]
    for cause in (OUTAGE, DATA_ERROR):
        for levels, measure in _by_use(plan, cause):
            cards.append(_page(_title(levels, cause), _case(cause, measure, common), frame))
    cards += [_page(title, Case(outcome, card_city=_HERE, **common), frame) for _, outcome, title in _OTHERS]
    return [*cards, *(notice(theme, frame) for theme in NOTICES)]


def notice(theme: str, frame: Frame) -> Document:
    """The notice for the door (公告), in large letters."""
    text = say(f"door.{theme}")
    return Document(
        Kind.CARD,
        "",
        (Paragraph(text["zh"]), Paragraph(text["en"])),
        issuer=frame.issuer,
        drill=frame.drill,
        look=Look.NOTICE,
    )


def _by_use(plan: Plan, cause: str) -> list[tuple[list[str], Prescribed]]:
    """Levels (gravest last) that prescribe the same ways against a cause, with one of their measures."""
    found: dict[tuple[tuple[ClauseId, ...], bool], tuple[list[str], Prescribed]] = {}
    for level in sorted(plan.levels, key=lambda one: -one.rank):
        for measure in plan.measures:
            if level.rank in measure.levels and cause in measure.causes:
                key = (measure.use, measure.card_authority)
                names, _ = found.setdefault(key, ([], Prescribed(measure.clause, cause, measure.use)))
                names.append(f"{level.zh}（{measure.clause}）")
    return list(found.values())


def _title(levels: list[str], cause: str) -> str:
    matter = "公安部门数据有误" if cause == DATA_ERROR else "联网核查不能用"
    return f"{matter}：命令下达之后\n{'、'.join(levels)}"


def _case(cause: str, measure: Prescribed, common: dict[str, Any]) -> Case:
    if cause == OUTAGE:
        return Case(Outcome.UNAVAILABLE, order=(measure,), **common)
    return Case(Outcome.NOT_FOUND, card_city=_HERE, data_errors=frozenset({_HERE}), order=(measure,), **common)


def _page(title: str, case: Case, frame: Frame) -> Document:
    said = card(case)
    assert said is not None, "a card is printed only for what asks for one"
    wording = said["wording"]
    rows = tuple(_step(at, step) for at, step in enumerate(said["steps"], 1))
    blocks: tuple[Block, ...] = (
        Pairs((("要点", said["headline"]["zh"]),)),
        Table(("次序", "做什么", "怎么做", "依据"), rows, (2, 6, 11, 3)),
        Heading("对客户说"),
        Paragraph(wording["customer"]["zh"]),
        Heading("柜员注意"),
        Items(tuple(line["zh"] for line in wording["script"])),
        *_reminder(case),
    )
    return sheet(Kind.CARD, f"柜面指引卡\n{title}", blocks, frame)


def _reminder(case: Case) -> tuple[Paragraph, ...]:
    if case.data_errors:
        return (Paragraph("查的是证件背面所印的签发机关，不看号码开头几位。"),)
    return (Paragraph(_NETWORK),) if case.outcome is Outcome.UNAVAILABLE else ()


_NETWORK = "没有网络时，按本卡办理；收到命令的，按命令办理。登记用编号纸单，恢复后补录，系统自动补核。"


def _step(at: int, step: dict[str, Any]) -> tuple[str, str, str, str]:
    if not step["applicable"]:
        return (str(at), f"{step['title']['zh']}\n（不适用）", step["why"]["zh"], step["clause"])
    ways = "\n".join(f"· {way['zh']}" for way in step.get("ways", ()))
    how = ways or f"· {_CONDITIONS[step['key']]}"
    if step["key"] == "delegate":
        how += "".join(f"\n· {one['zh']}　{one['telephone']}" for one in step["delegates"] if one["unit"])
    return (str(at), step["title"]["zh"], how, step["clause"])
