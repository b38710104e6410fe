"""Each kind of entry into its values. Meaning across entries is checked afterwards, in `sound`."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import ClauseId
from hecha.plan.charges import COMMAND_SETTINGS
from hecha.plan.charges import clause_id as clause_id
from hecha.plan.closeness import suggest
from hecha.plan.model import (
    Alternative,
    Authority,
    Basis,
    Clause,
    EventRule,
    GradeRule,
    Level,
    Measure,
    Reading,
    ReadingRule,
    RouteLeg,
    Speed,
    WarningLeg,
)
from hecha.plan.sentence import parse_alternative
from hecha.plan.source import Entry

SENDERS = ("bank", "county", "city", "province")
RECEIVERS = ("bank", "local", "county", "city", "province", "head_office")
WARNERS = {"staff": "office", "office": "group", "bank": "local"}
"""Who reports a warning, and to whom."""
DECIDERS = ("local", "county", "city", "province", "head_office")
REFERRALS = (*DECIDERS, "upper")
CIRCUMSTANCES = ("local_interface_bank_lost_interface",)
CAUSES = ("outage", "data_error")
FLAGS = ("collapse_by_disaster", "staff_shortage")
KINDS = ("rule", "flow", "record", "basis")
RULE_GROUPS = ("reading", "procedure")
LEVELS_MAX = 9
YEAR_MINUTES = 366 * 1440

DEFAULT_SETTINGS: Mapping[str, int | float | bool | str] = {
    "severe_accuracy_below": 0.5,
    "left_out_cities": "",
    "flap_restored_minutes": 30,
    "estimate_owed_after_minutes": 30,
    "unusable_failed_share": 0.5,
    "unusable_p95_ms": 30_000,
    "unusable_window_minutes": 10,
    "horizon_hours": 72,
    "settle_backlog_hours": 72,
    "call_again_hours": 24,
    "certificate_answer_days": 2,
    "evaluate_within_days": 15,
    "warning_assess_minutes": 120,
    "warning_notify_minutes": 30,
    "warning_acknowledge_minutes": 30,
    "warning_quiet_minutes": 30,
    "warning_chases": 3,
    "warning_likelihood_from": 3,
    "warning_impact_from": 3,
    "report_remind_minutes": 10,
    "report_escalate_minutes": 15,
    "report_receipt_minutes": 30,
    **COMMAND_SETTINGS,
}
_SHARES = ("severe_accuracy_below", "unusable_failed_share")
_SCORES = ("warning_likelihood_from", "warning_impact_from")
_CITY_CODES = re.compile(r"([^\s,]+(\s*,\s*[^\s,]+)*)?")


def levels(entries: Iterable[Entry]) -> tuple[Level, ...]:
    found: dict[int, Level] = {}
    for entry in entries:
        entry.only("rank", "zh", "en")
        level = Level(entry.integer("rank", 1, LEVELS_MAX), entry.text("zh"), entry.text("en"))
        if level.rank in found:
            raise BadInput(entry.where("rank"), f"等级 {level.rank} 写了两次", f"前一次是“{found[level.rank].zh}”")
        found[level.rank] = level
    return tuple(found[rank] for rank in sorted(found))


def clauses(entries: Iterable[Entry]) -> dict[ClauseId, Clause]:
    found: dict[ClauseId, Clause] = {}
    for entry in entries:
        entry.only("id", "kind", "zh", "gist")
        clause = clause_id(entry, "id")
        if clause in found:
            raise BadInput(entry.where("id"), f"条号 {clause} 重复", f"前一个在第{found[clause].line}行，改号或删去")
        kind = entry.one_of("kind", KINDS, "")
        found[clause] = Clause(clause, entry.text("zh"), entry.text("gist"), entry.line, kind)
    return found


def headings(entries: Iterable[Entry]) -> dict[ClauseId, str]:
    found: dict[ClauseId, str] = {}
    for entry in entries:
        entry.only("id", "zh")
        clause = clause_id(entry, "id")
        if clause in found:
            raise BadInput(entry.where("id"), f"条号 {clause} 重复", "改号或删去")
        found[clause] = entry.text("zh")
    return found


def bases(entries: Iterable[Entry]) -> tuple[Basis, ...]:
    found = []
    for entry in entries:
        entry.only("title", "number")
        found.append(Basis(entry.text("title"), entry.text("number", "")))
    return tuple(found)


def reading_rules(entries: Iterable[Entry]) -> tuple[ReadingRule, ...]:
    found = []
    for entry in entries:
        entry.only("zh", "gist", "group")
        group = entry.one_of("group", RULE_GROUPS, "reading")
        found.append(ReadingRule(entry.text("zh"), entry.text("gist"), group))
    return tuple(found)


def readings(by_kind: Mapping[str, list[Entry]]) -> dict[str, Reading]:
    """Every reading with its own event and grade rules, in the order of the entries."""
    found: dict[str, Reading] = {}
    names = [entry.text("name") for entry in by_kind["reading"]]
    for entry, name in zip(by_kind["reading"], names, strict=True):
        entry.only("name", "zh", "gist")
        if name in found:
            raise BadInput(entry.where("name"), f"读法“{name}”重复", "改名或删去")
        found[name] = Reading(
            name,
            entry.text("zh"),
            tuple(_event(each, name, names) for each in by_kind["event"]),
            tuple(_grade(each, name, names) for each in by_kind["grade"]),
            {clause_id(each, "clause"): each.text("reason", "") for each in (*by_kind["event"], *by_kind["grade"])},
            entry.text("gist", ""),
        )
    return found


def _event(entry: Entry, reading: str, names: list[str]) -> EventRule:
    entry.only("clause", "flag", "when", "reason")
    clause = clause_id(entry, "clause")
    if "flag" not in entry.values:
        return EventRule(clause, None, _alternatives(entry, reading, names), entry.where())
    if "when" in entry.values:
        raise BadInput(entry.where("flag"), f"{clause} 既有 flag 又有 when", "只留一样")
    return EventRule(clause, entry.one_of("flag", FLAGS), (), entry.where())


def _grade(entry: Entry, reading: str, names: list[str]) -> GradeRule:
    entry.only("clause", "level", "cause", "when", "residual", "reason")
    clause = clause_id(entry, "clause")
    level = entry.integer("level", 1, LEVELS_MAX)
    cause = entry.one_of("cause", (*CAUSES, "any"))
    residual = entry.flag("residual")
    if residual and "when" in entry.values:
        raise BadInput(entry.where("residual"), f"{clause} 既是兜底又有条件", "只留一样")
    alternatives = () if residual else _alternatives(entry, reading, names)
    return GradeRule(clause, level, alternatives, residual, cause, entry.where())


def _alternatives(entry: Entry, reading: str, names: list[str]) -> tuple[Alternative, ...]:
    given = entry.values.get("when")
    if isinstance(given, dict):
        for name in given:
            if name not in names:
                raise BadInput(entry.where("when", name), f"没有“{name}”这种读法", suggest(name, names))
        given = given.get(reading)
    if not isinstance(given, list) or not given or any(not isinstance(text, str) for text in given):
        raise BadInput(entry.where("when"), f"读法“{reading}”缺条件", 'when = ["全省 所有 网点 …"]')
    found = []
    for text in given:
        line = entry.line_of("when", text)
        found.append(parse_alternative(text, f"{entry.file}:{line}", line))
    return tuple(found)


def procedure(by_kind: Mapping[str, list[Entry]]) -> dict[str, Any]:
    """Report routes, authority, measures, clocks and warnings, as fields of the plan."""
    speeds: dict[str, Speed] = {}
    for entry in by_kind["speed"]:
        speed = _speed(entry)
        if speed.word in speeds:
            raise BadInput(entry.where("word"), f"“{speed.word}”写了两次", "只留一个")
        speeds[speed.word] = speed
    routes = tuple(_route(entry, speeds) for entry in by_kind["route"])
    return {
        "routes": routes,
        "authorities": tuple(map(_authority, by_kind["authority"])),
        "measures": tuple(map(_measure, by_kind["measure"])),
        "speeds": speeds,
        "warnings": tuple(_warning(entry, speeds) for entry in by_kind["warning"]),
    }


def _route(entry: Entry, speeds: Mapping[str, Speed]) -> RouteLeg:
    entry.only("clause", "sender", "receiver", "speed", "levels", "when")
    return RouteLeg(
        clause_id(entry, "clause"),
        entry.one_of("sender", SENDERS),
        entry.one_of("receiver", RECEIVERS),
        entry.one_of("speed", speeds),
        frozenset(entry.integers("levels")),
        entry.one_of("when", CIRCUMSTANCES, ""),
    )


def _warning(entry: Entry, speeds: Mapping[str, Speed]) -> WarningLeg:
    entry.only("clause", "sender", "receiver", "speed")
    sender, receiver = entry.one_of("sender", tuple(WARNERS)), entry.one_of("receiver", tuple(WARNERS.values()))
    if receiver != WARNERS[sender]:
        raise BadInput(entry.where("receiver"), f"{sender} 的预警不报给 {receiver}", f'receiver = "{WARNERS[sender]}"')
    return WarningLeg(clause_id(entry, "clause"), sender, receiver, entry.one_of("speed", speeds))


def _authority(entry: Entry) -> Authority:
    entry.only("clause", "level", "who", "referral")
    who, referral = entry.one_of("who", DECIDERS), entry.one_of("referral", REFERRALS, "")
    return Authority(clause_id(entry, "clause"), entry.integer("level", 1, LEVELS_MAX), who, referral)


def _measure(entry: Entry) -> Measure:
    entry.only("clause", "levels", "causes", "use", "card_authority")
    for cause in entry.texts("causes"):
        if cause not in CAUSES:
            raise BadInput(entry.where("causes", cause), f"“{cause}”不是起因", suggest(cause, CAUSES))
    return Measure(
        clause_id(entry, "clause"),
        frozenset(entry.integers("levels")),
        frozenset(entry.texts("causes")),
        tuple(ClauseId(each) for each in entry.texts("use")),
        entry.flag("card_authority"),
    )


def _speed(entry: Entry) -> Speed:
    entry.only("word", "notice_minutes", "written_minutes", "repeat_minutes")
    notice = entry.integer("notice_minutes", 1, YEAR_MINUTES)
    written = entry.integer("written_minutes", 1, YEAR_MINUTES)
    if written < notice:
        raise BadInput(entry.where("written_minutes"), "书面报告的时限短于首报", "把两个数换过来")
    repeat = entry.integer("repeat_minutes", 1, YEAR_MINUTES) if "repeat_minutes" in entry.values else 0
    return Speed(entry.text("word"), notice, written, repeat)


def settings(entries: Iterable[Entry]) -> dict[str, int | float | bool | str]:
    """The plan's settings over the defaults; each known one may be given once."""
    found: dict[str, int | float | bool | str] = {}
    for entry in entries:
        entry.only(*DEFAULT_SETTINGS)
        for key, value in entry.values.items():
            if key in found:
                raise BadInput(entry.where(key), f"设定 {key} 写了两次", "只留一个")
            found[key] = _setting(entry, key, value)
    return {**DEFAULT_SETTINGS, **found}


def _setting(entry: Entry, key: str, value: Any) -> int | float | bool | str:
    right: Callable[[Any], bool] = lambda given: type(given) is int and 0 < given <= YEAR_MINUTES  # noqa: E731
    wanted = "正整数"
    if key in _SHARES:
        right, wanted = lambda given: type(given) in (int, float) and 0 < given <= 1, "大于0、不过1的数"
    elif key in _SCORES:
        right, wanted = lambda given: type(given) is int and 1 <= given <= 5, "1到5的整数"
    elif key.endswith("_from_level"):
        right, wanted = lambda given: type(given) is int and 0 <= given <= LEVELS_MAX, f"0（没有）到{LEVELS_MAX}的整数"
    elif type(DEFAULT_SETTINGS[key]) is bool:
        right, wanted = lambda given: type(given) is bool, "true 或 false"
    elif key == "left_out_cities":
        right, wanted = lambda given: type(given) is str and bool(_CITY_CODES.fullmatch(given)), '地市代码，如 "3302"'
    if not right(value):
        raise BadInput(entry.where(key), f"设定 {key} 应是{wanted}")
    return value  # type: ignore[no-any-return]
