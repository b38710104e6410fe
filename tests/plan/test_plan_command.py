"""`hecha plan …` as a stranger runs it: its words, its exit codes, its widths."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from hecha.edges.cli import main
from hecha.edges.files.plan_folder import plan_folder, read_plan_files
from hecha.edges.settings import settings


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def hecha(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """Runs one command in a home of its own, through the entry point."""
    monkeypatch.setenv("HECHA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    settings.cache_clear()

    def run(*words: str, columns: int = 80) -> Done:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "argv", ["hecha", "plan", *words])
        with pytest.raises(SystemExit) as ended:
            main.run()
        code = ended.value.code
        return Done(code if isinstance(code, int) else 0, *capsys.readouterr())

    yield run
    settings.cache_clear()


def test_as_a_process_of_its_own(tmp_path: Path) -> None:
    place = {**os.environ, "HECHA_HOME": str(tmp_path / "home"), "COLUMNS": "80", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "hecha", "plan", "show", "1.4.2.2(9)"]
    done = subprocess.run(command, env=place, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("1.4.2.2(9): ")


def test_list(hecha: Any) -> None:
    plans = json.loads(hecha("list", "-o", "json").stdout)
    assert [plan["plan"] for plan in plans] == ["cbrc-2008-53", "county-demo", "zhejiang"]
    assert "浙江省联网核查公民身份信息系统突发事件应急处置办法" in hecha("list").stdout


def test_show_one_clause_and_all(hecha: Any) -> None:
    one = json.loads(hecha("show", "5.1.1(2)", "-o", "json").stdout)
    assert one == {"clause": "5.1.1(2)", "zh": "接口与非接口互换", "gist": one["gist"], "official": None}
    assert len(json.loads(hecha("show", "-o", "json").stdout)) == 127


def test_read_back(hecha: Any) -> None:
    lines = json.loads(hecha("readback", "-r", "literal", "-o", "json").stdout)
    found = {line["clause"]: line for line in lines}
    assert found["1.4.2.2(1)"]["sentences"] == ["全省 所有 网点 两种方式 不能 超过8小时不超过48小时"]
    assert "不超过48小时" in found["1.4.2.2(1)"]["in_full"][0]
    assert found["1.4.2.2(1)"]["level"] == 2
    assert "读作" in hecha("readback").stdout


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("words", [("list",), ("show",), ("readback",), ("readings",), ("check",), ("compare",)])
def test_tables_fit_and_cut_nothing(hecha: Any, columns: int, words: tuple[str, ...]) -> None:
    done = hecha(*words, columns=columns)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "…" not in done.stdout
    assert max(map(cell_len, done.stdout.splitlines())) <= columns


def test_check_proves_and_keeps_the_report(hecha: Any, tmp_path: Path) -> None:
    report = json.loads(hecha("check", "-o", "json").stdout)
    assert report["admissible"] is True
    assert report["readings"]["literal"]["monotone"] is False
    assert report["readings"]["confirmed"]["monotone"] is True
    assert report["proofs"]["readings"]["confirmed"]["monotone"] == "proved"
    (stored,) = (tmp_path / "home" / "admitted" / "zhejiang").glob("*/report.json")
    assert json.loads(stored.read_text(encoding="utf-8")) == report


def test_check_of_a_plan_that_may_not_go_live(hecha: Any, tmp_path: Path) -> None:
    folder = changed(tmp_path, "任一方式 不能 超过2小时", "任一方式 不能 超过3小时")
    done = hecha("check", "-p", folder)
    assert done.returncode == 1
    assert "不通过" in done.stdout
    refused = hecha("activate", folder)
    assert refused.returncode == 2
    assert "没有通过核验" in refused.stderr


def test_readings_to_confirm(hecha: Any) -> None:
    said = json.loads(hecha("readings", "-o", "json").stdout)
    assert said["default"] == "confirmed"
    assert [each["name"] for each in said["readings"]] == ["literal", "confirmed"]
    assert {rule["group"] for rule in said["rules"]} == {"reading", "procedure"}


def test_compare(hecha: Any) -> None:
    found = json.loads(hecha("compare", "literal", "confirmed", "-o", "json").stdout)
    assert found[0]["literal"]["grade"]["level"] == 4
    assert found[0]["confirmed"]["grade"]["level"] == 2
    assert found[0]["state"]["outlets"]


def test_activate(hecha: Any) -> None:
    assert json.loads(hecha("activate", "county-demo", "-o", "json").stdout)["live"] == "county-demo"


def test_attach_then_the_words_stand_beside(hecha: Any, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("1总则\n1.1[bookmark: b1]断了\n就要报。\n6附则\n完。", encoding="utf-8")
    said = json.loads(hecha("attach", str(text), "-p", "county-demo", "-o", "json").stdout)
    assert "1.2" in said["clauses_without_text"]
    assert said["text_without_clause"] == ["6"]
    assert json.loads(hecha("show", "1.1", "-p", "county-demo", "-o", "json").stdout)["official"] == "断了\n就要报。"
    assert "就要报。" in hecha("readback", "-p", "county-demo").stdout


MISTAKES = [
    (("show", "1.4.2.2(9)"), "1.4.2.2(9): “浙江省", "是不是“1.4.2.2("),
    (("readback", "-r", "literl"), "没有“literl”这种读法", "是不是“literal”？"),
    (("check", "-p", "zhejang"), "zhejang: 没有这个办法", "是不是“zhejiang”？"),
    (("list", "-o", "yaml"), "“yaml”不认得", "text 或 json"),
    (("attach", "nowhere.txt"), "nowhere.txt: 没有这个文件", ""),
    (("compare", "literal", "strict"), "没有“strict”这种读法", "可用：literal、confirmed"),
]


@pytest.mark.parametrize(("words", "said", "way_out"), MISTAKES, ids=[" ".join(words) for words, _, _ in MISTAKES])
def test_a_mistake_is_one_sentence_and_exit_code_2(hecha: Any, words: tuple[str, ...], said: str, way_out: str) -> None:
    done = hecha(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert way_out in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_broken_plan_is_named_by_file_and_line(hecha: Any, tmp_path: Path) -> None:
    done = hecha("check", "-p", changed(tmp_path, "全网 部分 网点", "全网 部分 网店"))
    assert done.returncode == 2
    assert done.stderr.startswith("plan.toml:")
    assert "“网店”不认得，此处应是对象 (是不是“网点”？)" in done.stderr


def changed(tmp_path: Path, old: str, new: str) -> str:
    text = read_plan_files(plan_folder("county-demo"))["plan.toml"]
    assert old in text
    folder = tmp_path / "changed"
    folder.mkdir()
    (folder / "plan.toml").write_text(text.replace(old, new), encoding="utf-8")
    return str(folder)
