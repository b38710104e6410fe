"""Whether a plan is sound as a whole: nothing missing, nothing that points nowhere, thresholds in order."""

from collections.abc import Iterable, Mapping
from itertools import combinations

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import ClauseId
from hecha.plan.build import CAUSES
from hecha.plan.build_posts import KINDS as POST_KINDS
from hecha.plan.closeness import suggest
from hecha.plan.model import GradeRule, Plan, Reading, Sentence
from hecha.plan.numbering import gaps, parent
from hecha.plan.sentence import show
from hecha.plan.source import Entry

ByKind = Mapping[str, list[Entry]]


def check_sound(plan: Plan, by_kind: ByKind) -> None:
    """Raise BadInput for the first thing that is wrong."""
    _no_empty_table(plan, by_kind)
    _levels_in_row(by_kind["level"], plan)
    _default_reading(plan, by_kind["plan"][0])
    _both_heading_and_clause(plan, by_kind["heading"])
    _numbering(plan, by_kind)
    _references(plan, by_kind)
    _rules_for_all_siblings(plan, by_kind["event"])
    _rules_for_all_siblings(plan, by_kind["grade"])
    _every_level(plan, by_kind)
    for reading in plan.readings.values():
        _thresholds_in_order(plan, reading)


def _no_empty_table(plan: Plan, by_kind: ByKind) -> None:
    for kind, zh in {"level": "等级", "clause": "条文", "reading": "读法", "event": "事件", "grade": "分级"}.items():
        if not by_kind[kind]:
            raise BadInput(by_kind["plan"][0].where(), f"没有一个 [[{kind}]]（{zh}）", "文件少了，或整份残缺")


def _levels_in_row(entries: Iterable[Entry], plan: Plan) -> None:
    wanted = list(range(1, len(plan.levels) + 1))
    for entry in entries:
        if entry.values["rank"] not in wanted:
            raise BadInput(entry.where("rank"), "等级要从1起连续编号，1最重", f"应是{wanted}")


def _default_reading(plan: Plan, head: Entry) -> None:
    if plan.default_reading not in plan.readings:
        known = list(plan.readings)
        raise BadInput(
            head.where("default_reading"), f"没有“{plan.default_reading}”这种读法", suggest(plan.default_reading, known)
        )


def _both_heading_and_clause(plan: Plan, entries: Iterable[Entry]) -> None:
    for entry in entries:
        if entry.values["id"] in plan.clauses:
            raise BadInput(entry.where("id"), f"{entry.values['id']} 既是标题又是条文，重复", "删去一个")


def _numbering(plan: Plan, by_kind: ByKind) -> None:
    missing = [pair for pair in gaps([*plan.clauses, *plan.headings]) if pair[0] not in plan.numbering_gaps]
    if missing:
        before, after = missing[0]
        entry = next(
            (each for each in (*by_kind["clause"], *by_kind["heading"]) if str(each.values["id"]).startswith(after)),
            by_kind["clause"][0],
        )
        raise BadInput(entry.where("id"), f"缺条文 {before}：{after} 之前应有它", "补上，或写入 [plan] numbering_gaps")


def _references(plan: Plan, by_kind: ByKind) -> None:
    known = [*plan.clauses, *plan.headings]
    ranks = [level.rank for level in plan.levels]
    kinds = ("event", "grade", "route", "authority", "measure", "warning", "runbook", "question", "charge")
    for kind in kinds:
        for entry in by_kind[kind]:
            _known(entry, "clause", [entry.values["clause"]], plan.clauses if kind in ("event", "grade") else known)
            _known(entry, "use", entry.values.get("use", []), known)
            _known(entry, "levels", entry.values.get("levels", []), ranks)
            _known(entry, "level", [entry.values.get("level", 1)], ranks)
    for kind in POST_KINDS:
        for entry in by_kind[kind]:
            _known(entry, "clause", [entry.values["clause"]] if "clause" in entry.values else [], known)


def _known(entry: Entry, key: str, given: Iterable[object], known: Iterable[object]) -> None:
    choices = list(known)
    for each in given:
        if each not in choices:
            zh = "等级" if key in ("level", "levels") else "条文"
            raise BadInput(
                entry.where(key, str(each)), f"没有{zh} {each}", suggest(str(each), [str(choice) for choice in choices])
            )


def _rules_for_all_siblings(plan: Plan, entries: list[Entry]) -> None:
    """If one item of a clause has a rule, each of them has one, once."""
    places: dict[ClauseId, Entry] = {}
    for entry in entries:
        clause = ClauseId(entry.values["clause"])
        if clause in places:
            raise BadInput(entry.where("clause"), f"{clause} 重复", f"前一个在 {places[clause].where()}")
        places[clause] = entry
    for clause in plan.clauses:
        if clause not in places and (sibling := _with_rule(clause, places)) is not None:
            raise BadInput(
                places[sibling].where(), f"{sibling} 写了条件，同一条下的 {clause} 却没有", f"补上 {clause} 的条件"
            )


def _with_rule(clause: ClauseId, places: Mapping[ClauseId, Entry]) -> ClauseId | None:
    return next((each for each in places if parent(each) == parent(clause) and parent(clause) is not None), None)


def _every_level(plan: Plan, by_kind: ByKind) -> None:
    """Each level has a grading clause and someone who decides; each level and cause has its measures."""
    for level in plan.levels:
        where = next(entry.where() for entry in by_kind["level"] if entry.values["rank"] == level.rank)
        if not any(entry.values["level"] == level.rank for entry in by_kind["grade"]):
            raise BadInput(where, f"“{level.zh}”没有一条分级条件", "在 [[grade]] 里补上")
        if plan.authorities and not any(each.level == level.rank for each in plan.authorities):
            raise BadInput(where, f"“{level.zh}”没有人决定", "在 [[authority]] 里补上")
        for cause in CAUSES if plan.measures else ():
            if not any(level.rank in each.levels and cause in each.causes for each in plan.measures):
                raise BadInput(where, f"“{level.zh}”因 {cause} 时没有措施", "在 [[measure]] 里补上")


def _thresholds_in_order(plan: Plan, reading: Reading) -> None:
    """A graver level must not ask for less than a lighter one: then the lighter could never be reached."""
    lone = [(rule, each[0]) for rule in reading.grades for each in rule.alternatives if len(each) == 1]
    for (one, first), (other, second) in combinations(lone, 2):
        graver, lighter = (
            ((one, first), (other, second)) if one.level < other.level else ((other, second), (one, first))
        )
        if one.level != other.level and _asks_no_more(graver[1], lighter[1]):
            _refuse_order(plan, graver, lighter)


def _refuse_order(plan: Plan, graver: tuple[GradeRule, Sentence], lighter: tuple[GradeRule, Sentence]) -> None:
    file = graver[0].where.partition(":")[0]
    high, low = plan.level(graver[0].level).zh, plan.level(lighter[0].level).zh
    raise BadInput(
        f"{file}:{graver[1].line}",
        f"门槛次序不对：{high}（{graver[0].clause}“{show(graver[1])}”）"
        f"不比{low}（{lighter[0].clause}“{show(lighter[1])}”）更难达到",
        "两处的时限或个数可能写反了",
    )


def _asks_no_more(graver: Sentence, lighter: Sentence) -> bool:
    same = (graver.scope, graver.matter, graver.quantifier) == (lighter.scope, lighter.matter, lighter.quantifier)
    return (
        same
        and graver.span.low <= lighter.span.low
        and graver.groups_low <= lighter.groups_low
        and _reaches(graver.span.high, lighter.span.high)
        and _reaches(graver.groups_high, lighter.groups_high)
    )


def _reaches(one: int | None, other: int | None) -> bool:
    return one is None or (other is not None and one >= other)
