"""What a report says (报告内容, 4.1.1): five contents, each item either measured or a person's judgement.

What is measured is filled in by the system with its moment and cannot be edited; what is judged has its author. The two
are never mixed (4.1.3(3)), and `missing` names what is not there yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import Nature
from hecha.verification.disclosure import refuse_numbers

TEXT_MAX = 1000
"""Characters of one judgement."""
LINES_MAX = 200
"""Happenings, or reports from below, that one report lists."""
NO, YES = "no", "yes"


class Kind(StrEnum):
    """首报、续报、终报."""

    FIRST = "first"
    FOLLOW_UP = "follow_up"
    FINAL = "final"


class Source(StrEnum):
    MEASURED = "measured"  # 系统测得
    JUDGED = "judged"  # 人员判断


class Entry(StrEnum):
    """How a judgement is entered."""

    TEXT = "text"
    NATURE = "nature"
    LEVEL = "level"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the five contents. `needed`: no report goes out without it."""

    id: str
    clause: str
    zh: str
    source: Source
    needed: bool = True
    entry: Entry = Entry.TEXT


ITEMS: tuple[Item, ...] = (
    Item("unit", "4.1.1(1)", "发生单位", Source.MEASURED),
    Item("occurred", "4.1.1(1)", "发生时间", Source.MEASURED),
    Item("discovered", "4.1.1(1)", "发现时间", Source.MEASURED),
    Item("place", "4.1.1(1)", "发生地点", Source.MEASURED),
    Item("nature", "4.1.1(2)", "性质", Source.JUDGED, entry=Entry.NATURE),
    Item("cause", "4.1.1(2)", "突发事件原因", Source.JUDGED, needed=False),
    Item("broken", "4.1.1(2)", "测得的故障部件", Source.MEASURED, needed=False),
    Item("non_interface", "4.1.1(3)", "不能以非接口方式核查的网点", Source.MEASURED),
    Item("interface", "4.1.1(3)", "不能以接口方式核查的网点", Source.MEASURED),
    Item("dark", "4.1.1(3)", "两种方式均不能核查的网点", Source.MEASURED),
    Item("outlets", "4.1.1(3)", "网点总数", Source.MEASURED),
    Item("data_cities", "4.1.1(3)", "数据严重误差的地市", Source.MEASURED, needed=False),
    Item("banks", "4.1.1(3)", "涉及的银行机构", Source.MEASURED, needed=False),
    Item("below", "4.1.1(3)", "下级单位报告情况", Source.MEASURED, needed=False),
    Item("grade_proposed", "4.1.1(3)", "测算的等级", Source.MEASURED, needed=False),
    Item("grade", "4.1.1(3)", "认定的等级", Source.JUDGED, needed=False, entry=Entry.LEVEL),
    Item("degree", "4.1.1(3)", "影响程度说明", Source.JUDGED, needed=False),
    Item("command", "4.1.1(4)", "现场组织指挥", Source.JUDGED),
    Item("handling", "4.1.1(4)", "先期处置措施", Source.JUDGED),
    Item("repair", "4.1.1(4)", "系统修复", Source.JUDGED),
    Item("estimate", "4.1.1(4)", "预计恢复时间", Source.MEASURED, needed=False),
    Item("recovered", "4.1.1(4)", "恢复时间", Source.MEASURED, needed=False),
    Item("activation", "4.1.1(5)", "应急处置办法的启动", Source.MEASURED),
    Item("help", "4.1.1(5)", "需要上级协助", Source.JUDGED, entry=Entry.YES_NO),
    Item("help_text", "4.1.1(5)", "需要协助的事项", Source.JUDGED, needed=False),
    Item("apply", "4.1.1(5)", "申请上级启动应急办法", Source.JUDGED, entry=Entry.YES_NO),
    Item("apply_text", "4.1.1(5)", "申请的理由", Source.JUDGED, needed=False),
)
BY_ID: Mapping[str, Item] = {item.id: item for item in ITEMS}
CLAUSES = tuple(dict.fromkeys(item.clause for item in ITEMS))


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured fact: its value (a number, a moment, a word), or several names; seen at `at`."""

    at: datetime
    value: str = ""
    names: tuple[str, ...] = ()

    @property
    def is_there(self) -> bool:
        return bool(self.value or self.names)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a person says: a text, a nature, a level, yes or no."""

    value: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that has happened since the last report: the fact's kind, when, by which unit."""

    at: datetime
    kind: str
    unit: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Lower:
    """A report from below, as the level above sums it up."""

    report: str
    unit: str
    kind: Kind
    number: str
    sent: datetime
    figures: Mapping[str, str]  # measured numbers, by item
    said: Mapping[str, str]  # judgements, by item


@dataclass(frozen=True, slots=True)
class Content:
    """The five contents, what has happened since the last report, and the reports from below."""

    measured: Mapping[str, Measured] = field(default_factory=dict)
    judged: Mapping[str, Judged] = field(default_factory=dict)
    since_last: tuple[Happening, ...] = ()
    lower: tuple[Lower, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """What a report still lacks, with the clause that asks for it."""

    clause: str
    item: str


def missing(content: Content, *, states_grade: bool) -> tuple[Missing, ...]:
    """What is not there, in the regulation's order. `states_grade`: the province tells head office (4.1.1(3)).

    A nature that is none of the eight needs its cause; help and activation asked from above need their words."""
    extra = {"grade"} if states_grade else set()
    said = {name: one.value for name, one in content.judged.items()}
    if said.get("nature") == Nature.OTHER:
        extra.add("cause")
    extra |= {f"{name}_text" for name in ("help", "apply") if said.get(name) == YES}
    return tuple(
        Missing(item.clause, item.id)
        for item in ITEMS
        if (item.needed or item.id in extra) and not _is_there(item, content)
    )


def _is_there(item: Item, content: Content) -> bool:
    if item.source is Source.MEASURED:
        found = content.measured.get(item.id)
        return found is not None and found.is_there
    said = content.judged.get(item.id)
    return said is not None and bool(said.value)


def judged(fields: Mapping[str, str], levels: tuple[int, ...], by: str, at: datetime) -> dict[str, Judged]:
    """What a person entered, checked; what was left empty is left out. Raises BadInput with the item's name.

    A citizen's number is refused: no report needs one (8.1.4)."""
    found: dict[str, Judged] = {}
    for name, text in fields.items():
        item = BY_ID.get(name)
        if item is None or item.source is not Source.JUDGED:
            raise BadInput(
                name, "不是可以填写的项目 not an item to be filled in", "测得的事实由系统填写 facts are measured"
            )
        value = text.strip()
        if value:
            _check(item, value, levels)
            found[name] = Judged(value, by, at)
    return found


def _check(item: Item, value: str, levels: tuple[int, ...]) -> None:
    if len(value) > TEXT_MAX:
        raise BadInput(item.zh, f"不能超过 {TEXT_MAX} 字 too long", "请写要点 write the essentials")
    allowed = {
        Entry.NATURE: [one.value for one in Nature],
        Entry.LEVEL: [str(level) for level in levels],
        Entry.YES_NO: [NO, YES],
    }.get(item.entry)
    if allowed is not None and value not in allowed:
        raise BadInput(item.zh, "不在可选范围之内 not one of the choices", "请从选项中选择 choose one")
    if allowed is None:
        refuse_numbers(item.zh, value)
