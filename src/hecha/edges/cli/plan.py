"""`hecha plan …`: show, read back, check and compare plans, attach the official text."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from hecha.edges.cli.plan_report import print_differences, print_report
from hecha.edges.cli.plan_tables import labelled, level_mark, print_table
from hecha.edges.files.official import attach_file, official_text
from hecha.edges.files.plan_folder import activate, built_in_plans, checked, load_plan, plan_in_use
from hecha.edges.settings import settings
from hecha.incident.admission import Difference, as_json, compare
from hecha.incident.grade import Judgement
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import ClauseId
from hecha.plan.attach import Attached
from hecha.plan.changes import changes
from hecha.plan.closeness import suggest
from hecha.plan.model import Plan
from hecha.plan.readback import ReadBack, read_back

app = typer.Typer(help="办法（预案）：查看、读回、核验、比较，附上原文 (plans)", no_args_is_help=True)

PlanName = Annotated[str, typer.Option("-p", "--plan", help="内置的名字，或文件夹 (a built-in plan, or a folder)")]
Reading = Annotated[str, typer.Option("-r", "--reading", help="读法；不写用办法的默认 (reading)")]
Output = Annotated[str, typer.Option("-o", "--output", help="text | json")]


@app.command("list")
def list_plans(output: Output = "text") -> None:
    """有哪些办法 (which plans there are)."""
    plans = [load_plan(name) for name in built_in_plans()]
    if _json(output, [_summary(plan) for plan in plans]):
        return
    rows = [(plan.id, labelled(_about(plan))) for plan in plans]
    print_table("内置的办法", ("名字", "内容"), rows, lines=True)


def _about(plan: Plan) -> list[tuple[str, str]]:
    return [
        ("办法", plan.zh),
        ("版本", plan.version),
        ("等级", " ".join(level.zh for level in plan.levels)),
        ("条数", str(len(plan.clauses))),
        ("读法", "，".join(f"{reading.zh}（{name}）" for name, reading in plan.readings.items())),
    ]


@app.command()
def show(
    clause: Annotated[str, typer.Argument(help="条号；不写列出全部 (clause id)")] = "",
    plan: PlanName = "",
    output: Output = "text",
) -> None:
    """一条或全部条文：题目、要旨、原文 (clauses with gist and official words)."""
    loaded = chosen(plan)
    official = official_text(loaded.id)
    clauses = [_clause(loaded, each, official) for each in ([clause] if clause else loaded.clauses)]
    if _json(output, clauses[0] if clause else clauses):
        return
    rows = [
        (each["clause"], labelled([("题目", each["zh"]), ("要旨", each["gist"]), ("原文", each["official"] or "")]))
        for each in clauses
    ]
    print_table(loaded.zh, ("条", "内容"), rows, lines=True)


@app.command()
def readback(plan: PlanName = "", reading: Reading = "", output: Output = "text") -> None:
    """把条件句读回成完整的中文，与要旨、原文对照 (each sentence in full Chinese)."""
    loaded = chosen(plan)
    name = _reading(loaded, reading)
    official = official_text(loaded.id)
    lines = read_back(loaded, name)
    if _json(output, [_read_back(loaded, each, official) for each in lines]):
        return
    title = f"{loaded.zh}\n读法：{loaded.readings[name].zh}（待官员确认，不是“法就是这样”）"
    print_table(title, ("条", "等级", "内容"), [_row(loaded, each, official) for each in lines], lines=True)


def _row(plan: Plan, each: ReadBack, official: dict[ClauseId, str]) -> tuple[Any, ...]:
    level = asdict(plan.level(each.level)) if each.level else None
    content = [
        ("条件", "\n或 ".join(each.sentences)),
        ("读作", "\n或者 ".join(each.lines)),
        ("要旨", each.gist),
        ("理由", each.reason),
        ("原文", official.get(each.clause, "")),
    ]
    return each.clause, level_mark(level), labelled(content)


@app.command()
def readings(plan: PlanName = "", output: Output = "text") -> None:
    """有哪些读法，读的时候守哪些规矩，都待官员确认 (readings and rules to confirm)."""
    loaded = chosen(plan)
    if _json(output, _readings(loaded)):
        return
    print_table("读法", ("名字", "读法"), [(each.name, f"{each.zh}：{each.gist}") for each in loaded.readings.values()])
    for group, zh in (("reading", "读条文的规矩"), ("procedure", "程序上的读法")):
        rows = [(rule.zh, rule.gist) for rule in loaded.rules if rule.group == group]
        if rows:
            print_table(f"{zh}（待确认）", ("事项", "怎样读"), rows, lines=True)


def _readings(plan: Plan) -> dict[str, Any]:
    named = [{"name": each.name, "zh": each.zh, "gist": each.gist} for each in plan.readings.values()]
    return {"plan": plan.id, "default": plan.default_reading, "readings": named, "rules": [*map(asdict, plan.rules)]}


@app.command()
def attach(
    file: Annotated[str, typer.Argument(help="原文的纯文本文件 (plain text as issued)")],
    plan: PlanName = "",
    output: Output = "text",
) -> None:
    """附上原文，按条分开；列出缺原文的条和多出来的条 (attach the official text)."""
    loaded = chosen(plan)
    attached = attach_file(loaded, file)
    if _json(output, {"plan": loaded.id, **_attached(attached)}):
        return
    with_text = sum(1 for clause in loaded.clauses if attached.texts.get(clause))
    typer.echo(f"已附上 {loaded.zh}的原文：{len(loaded.clauses)} 条中 {with_text} 条有原文。")
    if attached.clauses_without_text:
        typer.echo("缺原文的条：" + "、".join(attached.clauses_without_text))
    if attached.text_without_clause:
        typer.echo("原文有、办法里没有的条：" + "、".join(attached.text_without_clause))


@app.command("check")
def check_plan(
    plan: PlanName = "",
    everything: Annotated[bool, typer.Option("--all", help="每种读法的全部例证 (all witnesses)")] = False,
    output: Output = "text",
) -> None:
    """核验：每条可达、事件与等级相符、重叠、单调或最小反例；报告存档 (prove a plan)."""
    loaded, report = checked(plan or settings().plan)
    if not _json(output, as_json(loaded, report)):
        print_report(loaded, report, everything)
    if not report.admissible:
        raise typer.Exit(1)


@app.command("activate")
def activate_plan(plan: Annotated[str, typer.Argument(help="内置的名字，或文件夹")], output: Output = "text") -> None:
    """核验并启用；不通过就拒绝，现行的不变 (prove and make live)."""
    loaded, report = activate(plan)
    if not _json(output, {"live": loaded.id, "version": loaded.version, "admissible": report.admissible}):
        typer.echo(f"已启用：{loaded.zh}（版本 {loaded.version}）。核验报告已存档。")


@app.command("compare")
def compare_readings(
    one: Annotated[str, typer.Argument(help="一种读法")] = "literal",
    other: Annotated[str, typer.Argument(help="另一种读法")] = "confirmed",
    plan: PlanName = "",
    output: Output = "text",
) -> None:
    """两种读法在哪些最小的状态上等级不同 (where two readings differ)."""
    loaded = chosen(plan)
    found = compare(loaded, _reading(loaded, one), _reading(loaded, other))
    if not _json(output, [_difference(loaded, one, other, each) for each in found]):
        print_differences(loaded, one, other, found)


@app.command("changes")
def plan_changes(
    other: Annotated[str, typer.Argument(help="新的办法：内置的名字，或文件夹 (the other plan)")],
    plan: PlanName = "",
    output: Output = "text",
) -> None:
    """两版办法的差别，用话说 (how two versions of a plan differ, in words)."""
    before, after = chosen(plan), load_plan(other)
    found = changes(before, after)
    if _json(output, [{**asdict(one), "zh": one.zh} for one in found]):
        return
    for one in found:
        typer.echo(one.zh)
    typer.echo(f"{before.zh} 版本 {before.version} → {after.zh} 版本 {after.version}：{len(found)} 处差别。")


def _difference(plan: Plan, one: str, other: str, each: Difference) -> dict[str, Any]:
    return {"state": each.witness.as_json(), one: _judgement(plan, each.one), other: _judgement(plan, each.other)}


def _judgement(plan: Plan, judged: Judgement) -> dict[str, Any]:
    level = None if judged.level is None else {"level": judged.level, "zh": plan.level(judged.level).zh}
    return {"grade": level, "clauses": list(judged.clauses), "decisive": list(judged.decisive)}


def chosen(name: str) -> Plan:
    """The plan of `--plan`, or the live one."""
    return load_plan(name) if name else plan_in_use()


def _reading(plan: Plan, name: str) -> str:
    if name and name not in plan.readings:
        raise BadInput("--reading", f"没有“{name}”这种读法", suggest(name, plan.readings))
    return name or plan.default_reading


def _json(output: str, content: Any) -> bool:
    """Print `content` when JSON is wanted, and say whether it was."""
    if output not in ("text", "json"):
        raise BadInput("--output", f"“{output}”不认得", "text 或 json")
    if output == "json":
        typer.echo(json.dumps(content, ensure_ascii=False))
    return output == "json"


def _summary(plan: Plan) -> dict[str, Any]:
    levels = [asdict(level) for level in plan.levels]
    return {
        "plan": plan.id,
        "zh": plan.zh,
        "version": plan.version,
        "levels": levels,
        "clauses": len(plan.clauses),
        "readings": list(plan.readings),
        "default_reading": plan.default_reading,
    }


def _clause(plan: Plan, clause: str, official: dict[ClauseId, str]) -> dict[str, Any]:
    found = plan.clauses.get(ClauseId(clause))
    if found is None:
        raise BadInput(clause, f"“{plan.zh}”没有这一条", suggest(clause, plan.clauses))
    return {"clause": found.id, "zh": found.zh, "gist": found.gist, "official": official.get(found.id)}


def _read_back(plan: Plan, each: ReadBack, official: dict[ClauseId, str]) -> dict[str, Any]:
    return {
        "clause": each.clause,
        "level": each.level,
        "zh": plan.clauses[each.clause].zh,
        "gist": each.gist,
        "sentences": list(each.sentences),
        "in_full": list(each.lines),
        "reason": each.reason,
        "official": official.get(each.clause),
    }


def _attached(attached: Attached) -> dict[str, Any]:
    return {
        "clauses": len(attached.texts),
        "preamble": attached.preamble,
        "clauses_without_text": list(attached.clauses_without_text),
        "text_without_clause": list(attached.text_without_clause),
    }
