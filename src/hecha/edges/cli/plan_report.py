"""What `hecha plan check` and `compare` print for people."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from hecha.edges.cli.plan_tables import labelled, level_mark, print_table
from hecha.incident.admission import Counterexample, Difference, ReadingReport, Report
from hecha.incident.grade import Judgement
from hecha.kernel.ids import ClauseId
from hecha.plan.model import Plan

_CLAIMS = (
    ("reachable", "每一条都有可能成立"),
    ("event_has_grade", "凡是事件都有等级"),
    ("grade_has_event", "不是事件就没有等级"),
    ("monotone", "更重，等级不会更低"),
)
_COUNTEREXAMPLES_MAX = 3


def print_report(plan: Plan, report: Report, everything: bool) -> None:
    """Claims of all readings; details of the default reading, or of every one."""
    _print_claims(plan, report)
    for name, each in report.readings.items():
        for number, found in enumerate(each.counterexamples[: None if everything else _COUNTEREXAMPLES_MAX]):
            _print_counterexample(plan, name, number + 1, found)
        if everything or name == plan.default_reading:
            _print_reachable(plan, each)
            _print_overlaps(plan, each)
    if report.left_out:
        Console().print("没有试遍的小模型：" + "；".join(report.left_out))
    verdict = "通过：可以启用。" if report.admissible else "不通过：不能启用，现行的办法不变。"
    Console().print(Text(verdict, style="bold green" if report.admissible else "bold red"))


def _print_claims(plan: Plan, report: Report) -> None:
    names = [f"{reading.zh}\n{name}" for name, reading in plan.readings.items()]
    rows = [(zh, *(_verdict(claim, each, report) for each in report.readings.values())) for claim, zh in _CLAIMS]
    rows.append(("条与条的重叠（取高）", *(f"{len(each.overlaps)} 对" for each in report.readings.values())))
    prover = f"；{report.proofs['prover']}，{report.proofs['outlets']} 个网点任意排布" if report.proofs else ""
    print_table(f"{plan.zh}\n穷举 {report.states} 个小状态{prover}", ("要证的", *names), rows, lines=True)


def _verdict(claim: str, report: ReadingReport, whole: Report) -> Text:
    """✓ or ✗ by the small states, with what else shows it."""
    right = {
        "reachable": not report.unreachable and not report.untried,
        "event_has_grade": report.event_without_grade is None,
        "grade_has_event": report.grade_without_event is None,
        "monotone": report.counterexample is None,
    }[claim]
    unproved = claim == "reachable" and not report.unreachable
    said = ["✓ 成立" if right else "? 未证" if unproved else "✗ 不成立"]
    if claim == "monotone" and report.monotone_by_form:
        said.append("由句式可证，网络多大都成立")
    if not right and claim != "monotone":
        said.append(_why_not(claim, report))
    proved = whole.proofs.get("readings", {}).get(report.reading, {}).get(claim)
    if proved:
        said.append(f"z3：{_in_chinese(proved)}")
    return Text("\n".join(said), style="" if right else "bold red")


def _in_chinese(result: str) -> str:
    words = {"proved": "证明", "refuted": "有反例", "unknown": "限时内未定"}
    return words.get(result, result.replace("refuted", "不可达"))


def _why_not(claim: str, report: ReadingReport) -> str:
    if claim == "reachable":
        untried = ["没有试到，小模型没有这么多个：" + " ".join(report.untried)] if report.untried else []
        return "\n".join([*(["不可能成立：" + " ".join(report.unreachable)] if report.unreachable else []), *untried])
    if claim == "event_has_grade" and report.event_without_grade:
        return report.event_without_grade.in_words()
    lost = report.grade_without_event
    return f"{lost[0]}：{lost[1].in_words()}" if lost else ""


def _print_counterexample(plan: Plan, reading: str, number: int, found: Counterexample) -> None:
    zh = plan.readings[reading].zh
    rows = [
        (when, level_mark(_level(plan, level), "无"), _state(witness.in_words(), clauses))
        for when, level, witness, clauses in (
            ("先", found.level_before, found.before, found.clauses_before),
            ("更重后", found.level_after, found.after, found.clauses_after),
        )
    ]
    print_table(f"反例 {number}（{zh}）：更重，等级反而更低", ("", "等级", "状态"), rows, lines=True)


def _state(words: str, clauses: Iterable[ClauseId]) -> Any:
    return labelled([("状态", words.replace("；", "\n")), ("符合", " ".join(clauses))])


def _print_reachable(plan: Plan, report: ReadingReport) -> None:
    levels = {rule.clause: rule.level for rule in plan.readings[report.reading].grades}
    rows = [
        (clause, level_mark(_level(plan, levels.get(clause))), _witness_words(clause, report))
        for clause in report.reachable
    ]
    title = f"每一条起决定作用的最小例证（{plan.readings[report.reading].zh}）"
    print_table(title, ("条", "等级", "最小例证"), rows)


def _witness_words(clause: ClauseId, report: ReadingReport) -> str:
    decisive, reachable = report.decisive[clause], report.reachable[clause]
    if decisive is not None:
        return decisive.in_words()
    if reachable is not None:
        return f"（总有更重的一条同时成立）{reachable.in_words()}"
    return "没有试到" if clause in report.untried else "✗ 不可能成立"


def _print_overlaps(plan: Plan, report: ReadingReport) -> None:
    """Which clauses can hold together; residual ones go with everything and are left out."""
    residual = {rule.clause for rule in plan.readings[report.reading].grades if rule.residual}
    together: dict[ClauseId, list[ClauseId]] = {}
    for one, other in report.overlaps:
        if not {one, other} & residual:
            together.setdefault(one, []).append(other)
    rows = [(clause, " ".join(others)) for clause, others in together.items()]
    beside = f"；兜底的 {' '.join(residual)} 与各条都可同时成立" if residual else ""
    title = f"可以同时成立的条（{plan.readings[report.reading].zh}{beside}）"
    print_table(title, ("条", "与之同时"), rows)


def print_differences(plan: Plan, one: str, other: str, found: Iterable[Difference]) -> None:
    """The smallest states in which two readings differ."""
    names = plan.readings[one].zh, plan.readings[other].zh
    rows = [
        (each.witness.in_words().replace("；", "\n"), _judged(plan, each.one), _judged(plan, each.other))
        for each in found
    ]
    print_table(f"{plan.zh}\n两种读法等级不同的最小状态", ("状态", *names), rows, lines=True)


def _judged(plan: Plan, judged: Judgement) -> Any:
    mark = level_mark(_level(plan, judged.level), "不是事件")
    return Text.assemble(mark, "\n", " ".join(judged.decisive))


def _level(plan: Plan, level: int | None) -> dict[str, Any] | None:
    return None if level is None else asdict(plan.level(level))
