"""`hecha where`: every line of its table is true."""

import ast
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hecha.edges.cli.main import app
from hecha.edges.cli.where import home_of, homes
from hecha.edges.files.plan_folder import load_plan
from hecha.kernel.errors import NotThere

ROOT = Path(__file__).resolve().parents[2]
BUILT = [
    *(f"1.4.1({n})" for n in (1, 2, 3)),
    *(f"1.4.2.1({n})" for n in (1, 2)),
    *(f"1.4.2.2({n})" for n in (1, 2, 3, 4)),
    *(f"1.4.2.3({n})" for n in (1, 2, 3)),
    *(f"1.4.2.4({n})" for n in (1, 2, 3, 4)),
    "4.1",
    *(f"4.1.1({n})" for n in (1, 2, 3, 4, 5)),
    *(f"4.1.2.{n}" for n in (1, 2, 3, 4)),
    *(f"4.1.3({n})" for n in (1, 2, 3)),
    *(f"2.1.2.1({n})" for n in (1, 6)),
    *(f"2.1.2.3({n})" for n in (1, 6)),
    *(f"2.1.2.1({n})" for n in (4, 5)),
    *(f"2.1.2.3({n})" for n in (4, 5)),
    *(f"2.1.2.2({n})" for n in (1, 2, 4)),
    *(f"2.1.2.4({n})" for n in (1, 2, 4)),
    *(f"4.3.1({n})" for n in range(1, 8)),
    *(f"4.3.2({n})" for n in range(1, 8)),
    *(f"4.3.3({n})" for n in range(1, 7)),
    "2.2(1)",
    *(f"4.2.1({n})" for n in (1, 2, 3)),
    "4.2.2",
    *(f"2.1.2.1({n})" for n in (2, 3)),
    *(f"2.1.2.2({n})" for n in (1, 2, 4)),
    *(f"2.1.2.3({n})" for n in (2, 3)),
    *(f"2.1.2.4({n})" for n in (1, 2, 4)),
    *(f"2.2({n})" for n in (2, 3)),
    *(f"5.1.1({n})" for n in (1, 2, 3)),
    "5.1.2",
    "5.1.3",
    "5.1.4.1",
    "5.1.4.2",
    "5.2.2(1)",
    "5.2.2(3)",
    "3.2.1",
    *(f"3.2.2({n})" for n in (1, 2)),
    *(f"3.2.3({n})" for n in (1, 2, 3)),
    "3.2.4",
    "1.5.1",
    "1.5.2",
    "1.5.3",
    "1.5.4",
    *(f"5.4({n})" for n in (1, 2, 3, 4)),
]


def names_of_tests(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("clause", BUILT)
def test_a_built_clause_has_code_and_a_test(clause: str) -> None:
    home = home_of(clause)
    assert any(path.startswith("src/") for path in home["code"])
    assert home["tests"]


@pytest.mark.parametrize("clause", sorted(homes()))
def test_every_line_of_the_table_is_true(clause: str) -> None:
    home = home_of(clause)
    for path in home["code"]:
        assert (ROOT / path).is_file(), path
    for test in home["tests"]:
        path, name = test.split("::")
        assert name in names_of_tests(ROOT / path), test


@pytest.mark.parametrize("clause", sorted(homes()))
def test_its_pages_are_pages(clause: str) -> None:
    from hecha.edges.web.app import PAGES

    assert set(home_of(clause)["pages"]) <= set(PAGES)


def test_every_clause_of_the_plan_can_be_asked() -> None:
    for clause in load_plan("zhejiang").clauses:
        answer = home_of(clause)
        assert answer["zh"]
        assert all((ROOT / path).is_file() for path in answer["code"])


def test_a_clause_that_does_not_exist_is_named() -> None:
    with pytest.raises(NotThere, match=r"9\.9"):
        home_of("9.9")


def test_the_json_form_has_the_promised_keys() -> None:
    result = CliRunner().invoke(app, ["where", "1.4.1(3)", "-o", "json"])
    assert list(json.loads(result.stdout)) == ["clause", "zh", "code", "pages", "tests"]
