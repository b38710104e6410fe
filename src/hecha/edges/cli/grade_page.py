"""The page that `hecha grade` prints for people."""

from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from hecha.kernel.ids import AreaCode, ClauseId
from hecha.network.model import Network
from hecha.plan.model import Plan

Json = dict[str, Any]

WHO = {"bank": "银行", "county": "县（市）支行", "city": "市中心支行", "province": "省级", "head_office": "总行"}
CAUSES = {"outage": "中断", "data_error": "数据误差"}
COLOURS = {1: "bold red", 2: "red", 3: "yellow", 4: "cyan"}
READINGS = {"confirmed": "确认读法", "literal": "照字面"}


def show(name: str, plan: Plan, network: Network, advice: Json, console: Console | None = None) -> None:
    """Print one advice."""
    out = console or Console()
    out.print(_head(name, advice))
    out.print(_clauses(plan, advice))
    for part in (_horizon(advice), _reports(advice), _measures(network, advice)):
        if part is not None:
            out.print(part)
    out.print(_foot(network, advice))


def _head(name: str, advice: Json) -> Panel:
    grade, down = advice["grade"], advice["affected"]
    lines = [
        f"[bold]{'构成突发事件' if advice['emergency'] else '尚不构成突发事件（1.4.1）'}[/]  "
        + ("、".join(advice["because"]) if advice["because"] else ""),
        f"此刻不能核查的网点：两种方式 {down['both']}，接口 {down['interface']}，非接口 {down['non_interface']}",
    ]
    if advice["readings_differ"]:
        lines.append("[yellow]两种读法结论不同，见下表[/]")
    if advice["misfit"]:
        lines.append(f"[yellow]等级与轻重不称：{advice['misfit']['zh']}[/]")
    level = f"[{COLOURS.get(grade['level'], 'bold')}]{grade['zh']}事件[/]" if grade else "未定级"
    return Panel("\n".join(lines), title=f"{level} · {advice['at']} · {name}", title_align="left")


def _table(*columns: str, title: str) -> Table:
    """Lines break between clauses or names, which stand apart by spaces; nothing is cut off."""
    table = Table(title=title)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _clauses(plan: Plan, advice: Json) -> Table:
    table = _table("条款", "要点", *(READINGS.get(one, one) for one in advice["readings"]), title="符合的条款")
    listed = dict.fromkeys(clause for one in advice["readings"].values() for clause in one["clauses"])
    ordered = [clause for clause in plan.clauses if clause in listed]
    for clause in ordered:
        known = plan.clauses[ClauseId(clause)]
        marks = [_mark(one, clause) for one in advice["readings"].values()]
        table.add_row(clause, known.zh, *marks)
    grades = [(one["grade"] or {}).get("zh", "—") for one in advice["readings"].values()]
    table.add_section()
    table.add_row("", "等级", *grades)
    return table


def _mark(reading: Json, clause: str) -> str:
    if clause in reading["decisive"]:
        return "● 定级"
    return "○ 符合" if clause in reading["clauses"] else ""


def _horizon(advice: Json) -> Table | None:
    if not advice["horizon"]:
        return None
    table = _table("时刻", "等级", "条款", title="如果都不恢复")
    for turn in advice["horizon"]:
        table.add_row(turn["at"], turn["grade"]["zh"] if turn["grade"] else "不构成", " ".join(turn["clauses"]))
    return table


def _reports(advice: Json) -> Table | None:
    if not advice["reports"]:
        return None
    table = _table("条款", "谁报", "报给谁", "时限", title="报告")
    for leg in advice["reports"]:
        receiver = "其上级机构" if leg["from"] == leg["to"] == "bank" else WHO.get(leg["to"], leg["to"])
        table.add_row(leg["clause"], WHO.get(leg["from"], leg["from"]), receiver, leg["speed"])
    return table


def _measures(network: Network, advice: Json) -> Table | None:
    if not advice["measures"]:
        return None
    table = _table("条款", "起因", "用哪几样", "地市", title="处置")
    for one in advice["measures"]:
        use = [way + ("（不适用）" if way in one["not_applicable"] else "") for way in one["use"]]
        note = "（限其公安机关签发的证件）" if one["card_authority"] else ""
        table.add_row(
            one["clause"], CAUSES.get(one["cause"], one["cause"]), " ".join(use) + note, _few(network, one["cities"])
        )
    return table


def _few(network: Network, codes: list[str]) -> str:
    names = [_name(network, code) for code in codes]
    return " ".join(names[:11]) + (f" 等{len(names)}个" if len(names) > 11 else "")


def _name(network: Network, code: str) -> str:
    area = network.areas[AreaCode(code)]
    return area.short or area.zh


def _foot(network: Network, advice: Json) -> str:
    if advice["decides"]:
        who = advice["decides"]
        return f"决策（{who['clause']}）：{WHO.get(who['who'], who['who'])}领导小组，{_name(network, who['area'])}"
    if not advice["warning"]:
        return "无故障"
    return "\n".join(["按预警处理", *(_warned(leg) for leg in advice["warning"]["reports"])])


def _warned(leg: Json) -> str:
    """One leg of a warning's route in words."""
    if leg["receiver"] == "office":
        return f"{WHO[leg['from']]}业务、技术人员 → 本单位领导小组办公室 {leg['speed']}（{leg['clause']}）"
    return f"银行 → {WHO[leg['to']]}领导小组 {leg['speed']}（{leg['clause']}）"
