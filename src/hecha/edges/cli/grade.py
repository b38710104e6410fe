"""`hecha grade SCENARIO…`: what the plan says about a scenario."""

import json
from typing import Annotated, Any

import typer

from hecha.edges.files.plan_folder import load_plan, plan_in_use
from hecha.edges.files.scenario_file import load_scenario
from hecha.flow.advise import advise
from hecha.flow.scenario import Scenario
from hecha.incident.grade import Grader
from hecha.network.model import Network
from hecha.plan.model import Plan


def grade(
    scenarios: Annotated[list[str], typer.Argument(help="情景文件，YAML 或 JSON / scenario files, YAML or JSON")],
    output: Annotated[str, typer.Option("-o", "--output", help="text | json（每个情景一行 / one line each）")] = "text",
    plan: Annotated[str, typer.Option(help="预案；不写用现行的 / a plan or its folder; default: the live one")] = "",
) -> None:
    """定级：情景符合哪些条款、是几级、何时变重、谁决策、怎么报、怎么办 / grade scenarios.

    错误的情景以退出码 2 拒绝，什么也不输出 / a bad scenario is refused with exit code 2, and nothing is printed."""
    if output not in ("text", "json"):
        raise typer.BadParameter(f"{output}: text | json", param_hint="-o")
    active = load_plan(plan) if plan else plan_in_use()
    # every file is read before anything is printed: one bad file leaves stdout empty
    read = [load_scenario(name, active) for name in scenarios]
    advices = [_advice(active, scenario) for scenario in read]
    for name, scenario, advice in zip(scenarios, read, advices, strict=True):
        if output == "json":
            typer.echo(json.dumps(_promised(advice), ensure_ascii=False))
        else:
            _show(name, active, scenario.network, advice)


def _promised(advice: dict[str, Any]) -> dict[str, Any]:
    """Objects with exactly the keys that the command's description promises; what more is known stands in `details`."""
    return {
        **advice,
        "readings": {name: _only(one, "grade", "clauses") for name, one in advice["readings"].items()},
        "decides": advice["decides"] and _only(advice["decides"], "clause", "who", "area"),
        "reports": [_only(leg, "clause", "from", "to", "speed") for leg in advice["reports"]],
        "measures": [_only(one, "clause", "use", "cause", "cities") for one in advice["measures"]],
        "details": {key: advice[key] for key in ("readings", "decides", "reports", "measures")},
    }


def _only(one: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: one[key] for key in keys}


def _advice(plan: Plan, scenario: Scenario) -> dict[str, Any]:
    return advise(Grader(plan, scenario.availability()), scenario.zone)


def _show(name: str, plan: Plan, network: Network, advice: dict[str, Any]) -> None:
    from hecha.edges.cli.grade_page import show  # Rich is slow to import and -o json does not need it

    show(name, plan, network, advice)
