"""The organisation's entries of a plan file into values: [[post]], [[department]], [[act]], [[doubled]]."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import UnitId
from hecha.plan.build import clause_id
from hecha.plan.closeness import suggest
from hecha.plan.posts import (
    POST_WORDS,
    Act,
    ActRule,
    Body,
    Department,
    DepartmentName,
    OrganizationRules,
    PostRule,
    Reach,
    SeatRole,
    UnitLevel,
)
from hecha.plan.source import Entry

Word = TypeVar("Word", bound=StrEnum)
_UNIT = re.compile(r"head_office|pbc/[^/\s]+|bank/[^/\s]+(/[^/\s]+)?|outlet/[^/\s]+")
KINDS = ("post", "department", "act", "doubled")


def organization(by_kind: Mapping[str, list[Entry]]) -> OrganizationRules:
    """All rules of chapter 2. Raises BadInput by file, line and word."""
    doubled = by_kind["doubled"]
    if len(doubled) > 1:
        raise BadInput(doubled[1].where(), f"[[doubled]] 写了两次，前一次在 {doubled[0].where()}", "只留一个")
    for entry in doubled:
        entry.only("clause", "levels")
    return OrganizationRules(
        tuple(_once(map(_post, by_kind["post"]), by_kind["post"], "岗位")),
        tuple(map(_department, by_kind["department"])),
        tuple(_once(map(_act, by_kind["act"]), by_kind["act"], "授权")),
        frozenset(each for entry in doubled for each in _levels(entry)),
        next((clause_id(entry, "clause") for entry in doubled), None),
    )


def _post(entry: Entry) -> PostRule:
    entry.only("clause", "levels", "body", "role", "department", "zh")
    return PostRule(
        clause_id(entry, "clause"),
        _levels(entry),
        _word(entry, "body", Body),
        _word(entry, "role", SeatRole),
        _word(entry, "department", Department),
        entry.text("zh"),
    )


def _department(entry: Entry) -> DepartmentName:
    entry.only("department", "zh", "levels", "units")
    units = entry.texts("units")
    for unit in units:
        if not _UNIT.fullmatch(unit):
            raise BadInput(entry.where("units", unit), f"“{unit[:40]}”不是机构号", "写作 pbc/3310、bank/<行号>/3310")
    if bool(units) == ("levels" in entry.values):
        raise BadInput(entry.where("department"), "levels 和 units 要写一样，也只写一样", 'units = ["pbc/3310"]')
    department, levels = _word(entry, "department", Department), frozenset() if units else _levels(entry)
    return DepartmentName(department, entry.text("zh"), levels, frozenset(map(UnitId, units)))


def _act(entry: Entry) -> ActRule:
    entry.only("clause", "act", "levels", "who", "standing_in", "reach")
    return ActRule(
        clause_id(entry, "clause"),
        _word(entry, "act", Act),
        _levels(entry),
        _post_words(entry, "who"),
        _post_words(entry, "standing_in") if "standing_in" in entry.values else (),
        Reach(entry.one_of("reach", list(Reach), Reach.OWN.value)),
    )


def _word(entry: Entry, key: str, words: type[Word]) -> Word:
    return words(entry.one_of(key, [word.value for word in words]))


def _levels(entry: Entry) -> frozenset[UnitLevel]:
    return frozenset(UnitLevel(word) for word in _listed(entry, "levels", [level.value for level in UnitLevel], "层级"))


def _post_words(entry: Entry, key: str) -> tuple[str, ...]:
    return _listed(entry, key, POST_WORDS, "岗位")


def _listed(entry: Entry, key: str, known: Iterable[str], zh: str) -> tuple[str, ...]:
    """A list of known words, not empty, none twice."""
    words, choices = entry.texts(key), [str(each) for each in known]
    for word in words:
        if word not in choices:
            raise BadInput(entry.where(key, word), f"没有“{word}”这种{zh}", suggest(word, choices))
    if not words or len(set(words)) < len(words):
        raise BadInput(entry.where(key), f"[{entry.kind}] 的 {key} 空着或有重复", f"{key} = […]")
    return words


Rule = TypeVar("Rule", PostRule, ActRule)


def _once(rules: Iterable[Rule], entries: list[Entry], zh: str) -> list[Rule]:
    """The same rule of the same clause may stand once for a level."""
    found: list[Rule] = []
    for rule, entry in zip(rules, entries, strict=True):
        if any(_same(rule, other) for other in found):
            raise BadInput(entry.where("clause"), f"这项{zh}写了两次", "删去一个")
        found.append(rule)
    return found


def _same(one: Rule, other: Rule) -> bool:
    if isinstance(one, ActRule) and isinstance(other, ActRule):
        return (one.clause, one.act) == (other.clause, other.act) and bool(one.levels & other.levels)
    if isinstance(one, PostRule) and isinstance(other, PostRule):
        seat = (one.body, one.role, one.department) == (other.body, other.role, other.department)
        return seat and bool(one.levels & other.levels)
    return False
