"""What orders charge whom with (4.3), and the clocks and rules of deciding (4.2), as a plan has them."""

import re
from collections.abc import Iterable, Mapping

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import ClauseId
from hecha.plan.closeness import suggest
from hecha.plan.model import Charge
from hecha.plan.source import Entry

COMMANDERS = ("county", "city", "province")
POSTS = ("group", "office", "settlement", "credit", "technology")
ADDRESSEES = (*POSTS, "lower", "bank")
REACHES = ("all", "touched")
DOES = (
    "convey",  # 传达
    "urge",  # 指导和督促
    "coordinate",  # 协调业务和技术
    "follow",  # 掌握进展
    "summarise",  # 汇总、向领导小组汇报
    "business",  # 指挥业务办法的实施
    "technical",  # 实施技术办法
    "collect",  # 收集、整理、上报
    "adjust_business",  # 调整业务办法
    "adjust_technical",  # 调整技术办法
    "organise",  # 组织本级、本行实施
    "speak",  # 反映问题、提出建议
    "account",  # 报告处置情况
    "end",  # 分析、决策、发布结束命令
)

COMMAND_SETTINGS: Mapping[str, int | bool] = {
    "two_persons_from_level": 3,  # 较大 and above
    "two_persons_for_end": True,
    "two_persons_for_lowering": True,
    "experts_from_level": 2,  # an event of this level or above is serious (影响严重)
    "meeting_within_minutes": 30,
    "repair_review_minutes": 60,  # after "repair first", when the group looks again (短时间内难以修复)
    "signature_within_minutes": 1440,
    "order_publish_within_minutes": 30,
    "order_receipt_within_minutes": 30,
    "order_chase_every_minutes": 15,
    "order_escalate_after_minutes": 60,
    "order_progress_every_minutes": 240,
    "order_summary_every_minutes": 240,
    "undo_within_minutes": 1440,
}
"""Local settings: the regulation says only "at once" and "in time"."""

_CLAUSE_ID = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})*(\([0-9]{1,3}\))?")


def charges(entries: Iterable[Entry]) -> tuple[Charge, ...]:
    """Every charge, in the order of the entries. Raises BadInput for a wrong word, or the same charge twice."""
    found: dict[tuple[str, str, str], Charge] = {}
    for entry in entries:
        charge = _charge(entry)
        key = (charge.by, charge.to, charge.clause)
        if key in found:
            raise BadInput(entry.where("to"), f"{charge.clause} 对 {charge.to} 写了两次", "并成一条")
        found[key] = charge
    return tuple(found.values())


def _charge(entry: Entry) -> Charge:
    entry.only("clause", "by", "to", "does", "zh", "reach")
    does = tuple(entry.texts("does"))
    for word in does:
        if word not in DOES:
            raise BadInput(entry.where("does", word), f"“{word}”不是职责", suggest(word, DOES))
    return Charge(
        clause_id(entry, "clause"),
        entry.one_of("by", COMMANDERS),
        entry.one_of("to", ADDRESSEES),
        does,
        entry.text("zh"),
        entry.one_of("reach", REACHES, "all"),
    )


def clause_id(entry: Entry, key: str) -> ClauseId:
    text = entry.text(key)
    if not _CLAUSE_ID.fullmatch(text):
        raise BadInput(entry.where(key), f"“{text[:40]}”不是条号", "写作 1.4.2.2(4)，括号用半角")
    return ClauseId(text)
