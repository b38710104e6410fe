"""`hecha where CLAUSE`: the code, the pages and the tests of one clause."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from hecha.edges.files.plan_folder import load_plan
from hecha.edges.settings import settings
from hecha.kernel.errors import NotThere
from hecha.kernel.ids import ClauseId


@cache  # ok: the table is part of the installation
def homes() -> dict[str, dict[str, list[str]]]:
    """Clause id → `code`, `pages`, `tests`, as kept in where.toml beside this file."""
    return tomllib.loads(Path(__file__).with_name("where.toml").read_text(encoding="utf-8"))


def home_of(clause: str) -> dict[str, Any]:
    """What `-o json` prints. Raises NotThere for a clause the plan does not have."""
    plan = load_plan(settings().plan)
    known = plan.clauses.get(ClauseId(clause))
    if known is None:
        raise NotThere(f"{clause}: 预案中没有这一条款，用 `hecha plan show` 查看全部条款 (no such clause in the plan)")
    home = homes().get(clause, {})
    basis = [] if home else [f"plans/{plan.id}/clauses.toml"]
    return {
        "clause": clause,
        "zh": known.zh,
        "code": home.get("code", basis),
        "pages": home.get("pages", []),
        "tests": home.get("tests", []),
    }


def where(
    clause: Annotated[str, typer.Argument(help="条款编号 clause id, e.g. 1.4.2.2(2)")],
    output: Annotated[str, typer.Option("-o", "--output", help="text | json")] = "text",
) -> None:
    """Where a clause lives: code, page, test (条款在哪里)."""
    home = home_of(clause)
    if output == "json":
        typer.echo(json.dumps(home, ensure_ascii=False))
        return
    typer.echo(f"{clause} {home['zh']}")
    for label, key in (("代码 code", "code"), ("页面 pages", "pages"), ("测试 tests", "tests")):
        typer.echo("\n  ".join([label, *(home[key] or ["—"])]))
