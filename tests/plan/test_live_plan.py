"""Which plan is live: only one that was proved, and the last good one when anything is wrong."""

import json
from pathlib import Path

import pytest

from hecha.edges.files.plan_folder import activate, active_plan, checked, plan_folder, read_plan_files
from hecha.edges.settings import settings
from hecha.kernel.errors import BadInput, Refused

WORSE = ("全网 部分 网点 任一方式 不能 超过2小时", "全网 部分 网点 任一方式 不能 超过3小时")  # grades without an event


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HECHA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HECHA_PLAN", "county-demo")
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def a_plan(folder: Path, version: str, *changes: tuple[str, str]) -> str:
    """The invented plan as another version, with changes."""
    text = read_plan_files(plan_folder("county-demo"))["plan.toml"].replace('version = "1"', f'version = "{version}"')
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    folder.mkdir(exist_ok=True)
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    return str(folder)


def test_a_new_home_starts_with_the_plan_of_the_settings(home: Path) -> None:
    assert active_plan().id == "county-demo"
    (report,) = (home / "home" / "admitted" / "county-demo").glob("*/report.json")
    assert json.loads(report.read_text(encoding="utf-8"))["admissible"] is True


def test_until_somebody_activates_one_it_follows_the_settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HECHA_PLAN", a_plan(home / "mine", "1.1"))
    settings.cache_clear()
    assert active_plan().version == "1.1"
    a_plan(home / "mine", "1.2")
    assert active_plan().version == "1.2"
    a_plan(home / "mine", "1.3", WORSE)
    assert active_plan().version == "1.2", "a plan that is not proved never goes live"
    (home / "mine" / "plan.toml").write_text("[plan]", encoding="utf-8")
    assert active_plan().version == "1.2"


def test_a_new_home_with_a_wrong_plan_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HECHA_PLAN", a_plan(home / "mine", "1.1", WORSE))
    settings.cache_clear()
    with pytest.raises(Refused):
        active_plan()


def test_a_plan_that_somebody_activated_stays_whatever_the_settings_say(home: Path) -> None:
    activate("zhejiang")
    assert settings().plan == "county-demo"
    assert active_plan().id == "zhejiang"


def test_a_proved_plan_goes_live(home: Path) -> None:
    activate(a_plan(home / "new", "2"))
    assert active_plan().version == "2"


def test_a_wrong_plan_is_refused_and_the_last_good_one_stays(home: Path) -> None:
    activate(a_plan(home / "new", "2"))
    with pytest.raises(BadInput, match=r"plan\.toml:\d+: “网店”不认得"):
        activate(a_plan(home / "new", "3", ("全网 部分 网点", "全网 部分 网店")))
    assert active_plan().version == "2"


def test_a_plan_that_is_not_proved_is_refused_but_its_report_is_kept(home: Path) -> None:
    activate(a_plan(home / "new", "2"))
    with pytest.raises(Refused, match="没有通过核验"):
        activate(a_plan(home / "new", "3", WORSE))
    assert active_plan().version == "2"
    reports = [json.loads(file.read_text(encoding="utf-8")) for file in (home / "home").rglob("report.json")]
    assert {report["version"]: report["admissible"] for report in reports} == {"2": True, "3": False}


def test_the_live_plan_does_not_follow_later_edits_of_its_folder(home: Path) -> None:
    folder = a_plan(home / "new", "2")
    activate(folder)
    a_plan(home / "new", "3")
    assert active_plan().version == "2"


@pytest.mark.parametrize("damage", ["cut", "changed", "gone", "report"])
def test_a_damaged_live_plan_gives_way_to_the_one_before(home: Path, damage: str) -> None:
    activate(a_plan(home / "new", "2"))
    activate(a_plan(home / "new", "3"))
    (file,) = (each for each in (home / "home").rglob("plan.toml") if 'version = "3"' in each.read_text("utf-8"))
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:500])
    elif damage == "changed":
        file.write_text(file.read_text("utf-8").replace("超过12小时", "超过13小时"), encoding="utf-8")
    elif damage == "gone":
        file.unlink()
    else:
        file.with_name("report.json").write_text("{", encoding="utf-8")
    assert active_plan().version == "2"


POINTERS = ["", "{", '{"live": 3}', '{"live": [1, {"plan": "x"}]}', '{"live": [{"plan": 5}]}']


@pytest.mark.parametrize("pointer", POINTERS)
def test_a_damaged_pointer_has_a_copy(home: Path, pointer: str) -> None:
    activate(a_plan(home / "new", "2"))
    (home / "home" / "admitted" / "live.json").write_text(pointer, encoding="utf-8")
    assert active_plan().version == "2"


def test_with_both_pointers_damaged_the_plan_of_the_settings_is_proved_anew(home: Path) -> None:
    activate(a_plan(home / "new", "2"))
    for pointer in (home / "home" / "admitted").glob("live*.json"):
        pointer.write_text("{", encoding="utf-8")
    assert active_plan().version == "1"


def test_checking_alone_changes_nothing(home: Path) -> None:
    activate(a_plan(home / "new", "2"))
    _, report = checked("zhejiang")
    assert report.admissible
    assert active_plan().id == "county-demo"


def test_no_such_plan(home: Path) -> None:
    with pytest.raises(BadInput, match="是不是“county-demo”"):
        activate("county-dem")
