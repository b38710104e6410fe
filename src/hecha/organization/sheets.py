"""The organisation as sheets (表格): which columns each has, values into cells, cells back into values.

Cells are text. Headings and words are Chinese, as people see them; the English keys are understood as well.
Mistakes are collected, each with its row and column, so that a person mends all of them at once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import UnitId
from hecha.organization.people import Expert, Numbers, Person, PersonId, Seat
from hecha.organization.units import Term
from hecha.plan.closeness import suggest
from hecha.plan.posts import Body, Department, SeatRole

Item = Person | Seat | Numbers | Expert | Term
Cells = Mapping[str, str]
"""Heading → text."""
CHINA = timezone(timedelta(hours=8))
MISTAKES_MAX = 100  # shown; the rest is counted

BODIES: Mapping[Body, str] = {Body.GROUP: "领导小组", Body.OFFICE: "办公室"}
ROLES: Mapping[SeatRole, str] = {SeatRole.LEADER: "组长", SeatRole.DEPUTY: "副组长", SeatRole.MEMBER: "成员"}
OFFICE_ROLES: Mapping[SeatRole, str] = {**ROLES, SeatRole.LEADER: "主任", SeatRole.DEPUTY: "副主任"}
DEPARTMENTS: Mapping[Department, str] = {
    Department.LEADERSHIP: "行领导",
    Department.SETTLEMENT: "支付结算",
    Department.TECHNOLOGY: "科技",
    Department.CREDIT: "征信",
    Department.PERSONAL_FINANCE: "个人金融",
}
_MORE_DEPARTMENTS = {"信贷": Department.CREDIT}
YES, NO = "是", "否"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong cell: the row as the file counts it (the heading is 1), and the heading of the column."""

    sheet: str
    row: int
    column: str
    what: str
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its key, its name, and its columns by key, each with its heading."""

    key: str
    zh: str
    kind: type
    columns: Mapping[str, str]
    needed: tuple[str, ...]

    def heading(self, column: str) -> str:
        return self.columns.get(column, column)


SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "people",
        "人员",
        Person,
        {
            "id": "人员编号",
            "name": "姓名",
            "unit": "机构",
            "department": "部门",
            "account": "账号",
            "day": "白天电话",
            "night": "夜间电话",
            "mobile": "手机",
            "mail": "邮箱",
            "left": "离开日期",
        },
        ("id", "name", "unit", "department"),
    ),
    Sheet(
        "seats",
        "岗位",
        Seat,
        {
            "unit": "机构",
            "body": "组织",
            "role": "职务",
            "department": "部门",
            "person": "人员编号",
            "substitute": "B角",
            "since": "起期",
            "until": "止期",
        },
        ("unit", "body", "role", "department", "person"),
    ),
    Sheet(
        "numbers",
        "机构电话",
        Numbers,
        {"unit": "机构", "day": "白天电话", "night": "夜间电话", "duty_room": "值班室电话"},
        ("unit", "duty_room"),
    ),
    Sheet(
        "experts",
        "专家",
        Expert,
        {"unit": "机构", "name": "姓名", "field": "专业", "phone": "电话"},
        ("unit", "name", "field"),
    ),
    Sheet(
        "terms",
        "机构期限",
        Term,
        {"unit": "机构", "since": "起期", "until": "止期", "superior": "上级机构", "zh": "机构名称"},
        ("unit", "superior"),
    ),
)
BY_KIND: Mapping[type, Sheet] = {sheet.kind: sheet for sheet in SHEETS}


def cells_of(item: Item) -> dict[str, str]:
    """One item as a row of its sheet, by heading."""
    sheet = BY_KIND[type(item)]
    return {heading: _written(item, column) for column, heading in sheet.columns.items()}


def sheet_of(headings: Iterable[str]) -> Sheet:
    """Which sheet has these headings. Raises BadInput when none has, or one is unknown."""
    given = [heading.strip() for heading in headings if heading.strip()]
    found = next((sheet for sheet in SHEETS if all(_has(given, sheet, column) for column in sheet.needed)), None)
    if found is None:
        wanted = "；".join(
            f"{sheet.zh}：{'、'.join(sheet.heading(column) for column in sheet.needed)}" for sheet in SHEETS
        )
        raise BadInput("1", "认不出这是哪一张表 which sheet is this?", f"表头至少要有 needs at least: {wanted}")
    known = [*found.columns, *found.columns.values()]
    for heading in given:
        if heading not in known:
            raise BadInput("1", f"没有“{heading[:40]}”这一列 no such column", suggest(heading, found.columns.values()))
    if len({_key(found, heading) for heading in given}) < len(given):
        raise BadInput("1", "同一列写了两次 a column is there twice", "只留一列 keep one")
    return found


def item_of(sheet: Sheet, cells: Cells) -> Item:
    """One row as a value. Raises BadInput whose `where` is the column's key."""
    texts = {_key(sheet, heading): text.strip() for heading, text in cells.items() if heading.strip()}
    values: dict[str, Any] = {column: _read(sheet, column, texts.get(column, "")) for column in sheet.columns}
    item: Item = sheet.kind(**{column: value for column, value in values.items() if value is not _ABSENT})
    return item


def items_of(sheet: Sheet, rows: Iterable[tuple[int, Cells]]) -> tuple[list[tuple[int, Item]], list[Mistake]]:
    """Every row with its number, and what is wrong. Rows without any text are passed over."""
    found: list[tuple[int, Item]] = []
    wrong: list[Mistake] = []
    for number, cells in rows:
        if not any(text.strip() for text in cells.values()):
            continue
        try:
            found.append((number, item_of(sheet, cells)))
        except BadInput as error:
            wrong.append(mistake(sheet, number, error))
    return found, wrong


def mistake(sheet: Sheet, row: int, error: BadInput) -> Mistake:
    """A refused value as a mistake in its cell."""
    return Mistake(sheet.zh, row, sheet.heading(error.where), error.what, error.suggestion)


def date_text(moment: datetime | None) -> str:
    """2026-03-12, or with the time of day where it is not midnight."""
    if moment is None:
        return ""
    local = moment.astimezone(CHINA)
    return local.date().isoformat() if local.time() == local.time().min else local.strftime("%Y-%m-%d %H:%M:%S")


def date_of(text: str, field: str) -> datetime | None:
    """A day or a moment in the province's time; "" is none. Raises BadInput."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise BadInput(field, f"“{text[:40]}”不是日期 not a date", "例如 2026-03-12") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


_ABSENT = object()
_DATES = frozenset({"left", "since", "until"})


def _written(item: Item, column: str) -> str:
    value = getattr(item, column)
    if column in _DATES:
        return date_text(value)
    if column == "role":
        return (OFFICE_ROLES if isinstance(item, Seat) and item.body is Body.OFFICE else ROLES)[value]
    if column in ("body", "department"):
        return BODIES[value] if column == "body" else DEPARTMENTS[value]
    if column == "substitute":
        return YES if value else NO
    return str(value or "")


def _read(sheet: Sheet, column: str, text: str) -> Any:
    if column in _DATES:
        return date_of(text, column)
    if column in _WORDS:
        return _word(column, text)
    if column == "substitute":
        return _flag(text)
    if column in sheet.needed and not text and sheet.kind is not Term and column != "duty_room":
        raise BadInput(column, "空着 empty", f"填写{sheet.heading(column)} fill it in")
    if column == "superior":
        return UnitId(text) if text else None
    return _TYPES.get(column, str)(text)


_TYPES: Mapping[str, Callable[[str], Any]] = {"unit": UnitId, "person": PersonId}
_WORDS: Mapping[str, Mapping[str, Any]] = {
    "body": {zh: body for body, zh in BODIES.items()} | {str(body): body for body in Body},
    "role": {zh: role for words in (ROLES, OFFICE_ROLES) for role, zh in words.items()}
    | {str(role): role for role in SeatRole},
    "department": {zh: one for one, zh in DEPARTMENTS.items()}
    | _MORE_DEPARTMENTS
    | {str(one): one for one in Department},
}


def _word(column: str, text: str) -> Any:
    words = _WORDS[column]
    if text not in words:
        chinese = [word for word in words if not word.isascii()]
        raise BadInput(column, f"没有“{text[:40]}” no such word", suggest(text, chinese))
    return words[text]


def _flag(text: str) -> bool:
    if text.lower() in ("", NO, "no", "false", "0"):
        return False
    if text.lower() in (YES, "yes", "true", "1"):
        return True
    raise BadInput("substitute", f"“{text[:40]}”应是“是”或“否” yes or no", YES)


def _has(headings: list[str], sheet: Sheet, column: str) -> bool:
    return column in headings or sheet.columns[column] in headings


def _key(sheet: Sheet, heading: str) -> str:
    heading = heading.strip()
    return next((column for column, zh in sheet.columns.items() if heading in (column, zh)), heading)
