"""The whole file of an event over HTTP: who takes it, what lies in it, and that it proves itself."""

import io
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from hecha.edges.cli.main import app
from hecha.edges.documents.archive import FACTS, INDEX, READ_ME, problems
from hecha.edges.store import ledger
from hecha.flow.life import Act
from hecha.report.commands import Phone
from hecha.report.model import Call
from tests.console.evaluated import evaluated, incident, runs
from tests.console.test_evaluation_pages import signs
from tests.console.town import Town


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    """The province has told head office by telephone, and has signed its evaluation."""
    place = evaluated()
    try:
        phones(place)
        signs(place)
        yield place
    finally:
        place.close()


def phones(town: Town) -> None:
    found = town.site.procedure.of(incident(town).id, "report")
    report = next(one for one in found if one.unit == "pbc/33" and one.is_open)
    call = Call(report.receivers[0], "某丁", "某戊", town.clock(), "全省受阻", "province")
    runs(town, town.site.procedure.do(Act("report", report.id, Phone(call, town.clock()))))


@pytest.fixture(scope="module")
def taken(town: Town) -> bytes:
    answer = town.reader("auditor").get(f"/incidents/{incident(town).id}/file.zip", timeout=280)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return answer.content


def test_it_holds_the_papers_the_register_and_the_facts_and_proves_itself(town: Town, taken: bytes) -> None:
    assert problems(io.BytesIO(taken)) == []
    index = ZipFile(io.BytesIO(taken)).read(INDEX).decode("utf-8-sig")
    papers = ("终报2（电话）.pdf", "评估报告.pdf", "评估报告.docx")
    for piece in (*papers, "决策.csv", "签收.csv", "登记簿.csv", "处置过程.csv"):
        assert piece in index
    assert "另有74份评估尚未签署" in ZipFile(io.BytesIO(taken)).read(READ_ME).decode()
    facts = ZipFile(io.BytesIO(taken)).read(FACTS).decode().splitlines()
    assert f'"subject":"{incident(town).id}"' in facts[1]


def test_taking_it_is_a_fact(town: Town, taken: bytes) -> None:
    with town.store.read() as connection:
        (fact,) = ledger.read(connection, kind="evaluation:file:exported")
    through = fact.fact.data["through"]
    assert (fact.fact.by, fact.fact.subject) == ("auditor", incident(town).id)
    assert through["seq"] == fact.seq - 1
    assert through["hash"] == fact.prev
    assert "导出卷宗" in town.reader("auditor").get("/ledger").text


@pytest.mark.parametrize("login", ["clerk", "engineer", "county", "city"])
def test_nobody_below_the_province_takes_it(town: Town, login: str) -> None:
    answer = town.reader(login).get(f"/incidents/{incident(town).id}/file.zip")
    assert answer.status_code == 403
    assert "file.zip" not in town.reader(login).get(f"/incidents/{incident(town).id}").text


def test_it_is_checked_without_the_system(taken: bytes, tmp_path: Path) -> None:
    kept = tmp_path / "file.zip"
    kept.write_bytes(taken)
    assert CliRunner().invoke(app, ["ledger", "check", str(kept)]).exit_code == 0
    with ZipFile(kept) as source:
        pieces = {name: source.read(name) for name in source.namelist()}
    forged = tmp_path / "forged.zip"
    with ZipFile(forged, "w") as target:
        for name, content in pieces.items():
            target.writestr(
                name, content.replace("全省受阻".encode(), "一切正常".encode()) if name == FACTS else content
            )
    answer = CliRunner().invoke(app, ["ledger", "check", str(forged)])
    assert answer.exit_code == 1
    assert "内容与哈希不符" in answer.stdout
