"""Two versions of a plan compared in words (完善办法, 5.4(4)): what was added, dropped and changed, clause by clause.

    for one in changes(live, proposed): print(one.zh)

Every table of a plan is compared, whatever it is called; thresholds and sentences are read back in full Chinese, as an
official would say them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from hecha.plan.model import Authority, Plan, Runbook
from hecha.plan.readback import read_back

SHOWN_MAX = 400  # characters of one side


class Kind(StrEnum):
    ADDED = "added"  # 增加
    DROPPED = "dropped"  # 删去
    CHANGED = "changed"  # 改动


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `table` and `name` say where, `before` and `after` what it says ("" where there is nothing)."""

    kind: Kind
    table: str
    name: str
    before: str
    after: str

    @property
    def zh(self) -> str:
        """In a sentence."""
        where = f"{self.table}{f' {self.name}' if self.name else ''}"
        match self.kind:
            case Kind.ADDED:
                return f"{where}：增加“{self.after}”"
            case Kind.DROPPED:
                return f"{where}：删去“{self.before}”"
            case _:
                return f"{where}：“{self.before}”改为“{self.after}”"


Table = Mapping[str, str]
"""Name of an entry → what it says."""


def changes(before: Plan, after: Plan) -> tuple[Change, ...]:
    """All differences, in the order of the plan's tables."""
    found: list[Change] = []
    for title, read in TABLES.items():
        found += _compared(title, read(before), read(after))
    return tuple(found)


def _compared(title: str, before: Table, after: Table) -> Iterable[Change]:
    for name in dict.fromkeys([*before, *after]):
        one, other = before.get(name, ""), after.get(name, "")
        if one != other:
            kind = Kind.ADDED if name not in before else Kind.DROPPED if name not in after else Kind.CHANGED
            yield Change(kind, title, name, _short(one), _short(other))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"


def _head(plan: Plan) -> Table:
    bases = "、".join(f"《{one.title}》{one.number}" for one in plan.bases)
    return {"名称": plan.zh, "宗旨": plan.purpose, "范围": plan.scope, "依据": bases, "默认读法": plan.default_reading}


def _clauses(plan: Plan) -> Table:
    return {str(id): f"{one.zh}：{one.gist}" for id, one in plan.clauses.items()}


def _conditions(plan: Plan) -> Table:
    """Event and grading clauses of each reading, read back."""
    found = {}
    for name, reading in plan.readings.items():
        for each in read_back(plan, name):
            level = f"（{plan.level(each.level).zh}）" if each.level else ""
            found[f"{each.clause}（{reading.zh}）"] = level + "；或者".join(each.lines)
    return found


def _routes(plan: Plan) -> Table:
    return _named(plan.routes, lambda one: f"{one.clause} {one.sender}→{one.receiver} {one.when}".strip())


def _authorities(plan: Plan) -> Table:
    return {plan.level(one.level).zh: _decider(one) for one in plan.authorities}


def _decider(one: Authority) -> str:
    return f"由 {one.who} 决定" + (f"，办不了提请 {one.referral}" if one.referral else "")


def _measures(plan: Plan) -> Table:
    found = {}
    for one in plan.measures:
        levels = "、".join(plan.level(rank).zh for rank in sorted(one.levels))
        cards = "，只对出错地区签发的证件" if one.card_authority else ""
        found[f"{one.clause}（{'、'.join(sorted(one.causes))}）"] = f"{levels}用 {'、'.join(one.use)}{cards}"
    return found


def _speeds(plan: Plan) -> Table:
    return {
        word: f"{one.notice_minutes}分钟内首报，{one.written_minutes}分钟内书面，每{one.repeat_minutes}分钟续报"
        for word, one in plan.speeds.items()
    }


def _settings(plan: Plan) -> Table:
    return {name: str(value) for name, value in plan.settings.items()}


def _runbooks(plan: Plan) -> Table:
    found: dict[str, str] = {one.zh: f"{one.clause}，{len(one.steps)} 步" for one in plan.runbooks}
    for book in plan.runbooks:
        found.update(_book_steps(book))
    return found


def _book_steps(book: Runbook) -> Table:
    return {
        f"{book.zh}第{number}步": f"{step.who}：{step.zh}凭据：{step.proof}"
        for number, step in enumerate(book.steps, 1)
    }


def _questions(plan: Plan) -> Table:
    return {f"{one.clause} {one.party} {number}": one.zh for number, one in enumerate(plan.questions, 1)}


def _rules(plan: Plan) -> Table:
    return {one.zh: one.gist for one in plan.rules}


def _named(entries: Iterable[Any], name: Callable[[Any], str]) -> Table:
    """Entries by name; those of one name are numbered."""
    found: dict[str, str] = {}
    for one in entries:
        key, number = name(one), 1
        while key in found:  # ok: ends at the count of entries
            number += 1
            key = f"{name(one)} {number}"
        found[key] = plainly(one)
    return found


def _organization(plan: Plan) -> Table:
    rules = plan.organization
    found: dict[str, str] = {}
    for kind in fields(rules):
        value = getattr(rules, kind.name)
        entries = value if isinstance(value, tuple) else (value,)
        found |= {f"{kind.name} {number}": plainly(one) for number, one in enumerate(entries, 1)}
    return found


def plainly(value: Any) -> str:
    """A value of a plan as words: `sender bank，receiver local，speed 及时`."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = [(one.name, getattr(value, one.name)) for one in fields(value) if one.name not in ("line", "where")]
        return "，".join(f"{name} {plainly(part)}" for name, part in parts if part not in ("", (), frozenset(), None))
    if isinstance(value, (set, frozenset)):
        return "、".join(sorted(map(str, value)))
    if isinstance(value, tuple):
        return "、".join(map(plainly, value))
    return str(value)


TABLES: Mapping[str, Callable[[Plan], Table]] = {
    "办法": _head,
    "等级": lambda plan: {str(one.rank): f"{one.zh} {one.en}" for one in plan.levels},
    "条文": _clauses,
    "标题": lambda plan: {str(id): zh for id, zh in plan.headings.items()},
    "条件": _conditions,
    "读法": lambda plan: {name: f"{one.zh}：{one.gist}" for name, one in plan.readings.items()},
    "规矩": _rules,
    "报告": _routes,
    "预警": lambda plan: _named(plan.warnings, lambda one: f"{one.clause} {one.sender}→{one.receiver}"),
    "事权": _authorities,
    "措施": _measures,
    "职责": lambda plan: _named(plan.charges, lambda one: str(one.clause)),
    "时长": _speeds,
    "设定": _settings,
    "手册": _runbooks,
    "评估": _questions,
    "组织": _organization,
}
"""Title of a table → how it is read. A test keeps every field of a plan in one of them."""
READ = frozenset(
    {"zh", "levels", "clauses", "readings", "default_reading", "routes", "authorities", "measures", "speeds"}
    | {"settings", "headings", "purpose", "scope", "bases", "warnings", "rules", "runbooks", "questions"}
    | {"organization", "charges"}
)
UNREAD = frozenset({"id", "version", "numbering_gaps"})
"""What is compared, and what is no difference in substance."""
