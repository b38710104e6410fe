"""An event told in words from the ledger alone, in both languages, also by the command line."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hecha.edges.cli.main import app
from hecha.edges.web.story import story
from hecha.kernel.errors import NotThere
from tests.commanding.town import Town, 省
from tests.documents.test_papers_of_lives import played, started

Stories = dict[str, list[str]]


async def over(town: Town) -> None:
    """Started by two persons, recovered, ended by two persons."""
    await started(town)
    await town.recovers()
    proposal = await town.as_(省, "leader").proposes("end", reason="已恢复")
    await town.as_(省, "deputy").consents(proposal)
    await town.as_(省, "settlement").publishes()


def told(town: Town, language: str, incident: str = "E1") -> list[str]:
    with town.procedure.store.read() as connection:
        return list(story(connection, town.procedure.ground.network, town.plan, incident, language))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("story")


@pytest.fixture(scope="module")
def stories(folder: Path) -> Stories:
    found: Stories = {}

    async def tells(town: Town) -> None:
        await over(town)
        found.update({language: told(town, language) for language in ("zh", "en")})
        with pytest.raises(NotThere, match="E2"):
            told(town, "zh", "E2")

    played(tells, folder)
    return found


def test_who_did_what_for_whom_under_which_clause_and_where_it_stands(stories: Stories) -> None:
    text = "\n".join(stories["zh"])
    assert "负责单位：人民银行浙江省分行；最高等级：较大" in text
    for part in ("会议纪要", "原因：主板损坏", "结论：短时间内难以修复", "种类：启动应急处置办法", "理由：已恢复"):
        assert part in text
    consent = next(line for line in stories["zh"] if "第二人同意" in line)
    assert re.search(r"同意人：人民银行浙江省分行副组长（4\.2\.1\(3\)）〔台账 \d+〕$", consent)
    assert "taken:" not in text  # what the system says to itself is nothing to read


def test_what_many_owed_at_once_is_one_line(stories: Stories) -> None:
    owed = [line for line in stories["zh"] if "应报告" in line]
    assert len(owed) == 2  # at the opening, and at the end
    assert re.search(r"〔台账 \d+–\d+〕", owed[0])


def test_its_figures_and_how_far_they_go(stories: Stories) -> None:
    text = "\n".join(stories["zh"])
    assert "恢复：自发生 9 小时（1.4.1(3)）" in text
    assert "首个签收：未发生（4.3.1(1)）" in text
    assert re.search(r"全部数字出自 \d+ 条台账事实，截至第 \d+ 条 [0-9a-f]{64}$", stories["zh"][-1])


def test_english_tells_the_same_facts(stories: Stories) -> None:
    numbers = {language: re.findall(r"〔\S+ ([\d–]+)〕", "\n".join(lines)) for language, lines in stories.items()}
    assert numbers["zh"] == numbers["en"]
    assert "Recovery: from the beginning 9 h (1.4.1(3))" in "\n".join(stories["en"])
    assert "Kind: Start emergency measures" in "\n".join(stories["en"])


def test_the_command_tells_it_in_either_language(stories: Stories, folder: Path) -> None:
    run, kept = CliRunner().invoke, f"sqlite:///{folder / 'hecha.db'}"
    chinese = run(app, ["ledger", "story", "E1", "--database", kept])
    assert chinese.exit_code == 0, chinese.output
    assert "负责单位" in chinese.stdout
    english = run(app, ["ledger", "story", "E1", "--database", kept, "--language", "en"])
    assert "Duties not kept in time" in english.stdout
    assert run(app, ["ledger", "story", "E1", "--database", kept, "--language", "fr"]).exit_code != 0
    listed = run(app, ["ledger", "story", "D1", "--database", kept])
    assert "decision:resolution:taken" in listed.stdout  # of anything else the facts themselves
