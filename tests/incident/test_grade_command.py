"""`hecha grade`: what it prints, and what it refuses (a contract that others rely on)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from hecha.edges.cli.grade import grade
from hecha.edges.files.plan_folder import activate
from hecha.edges.settings import settings
from hecha.kernel.errors import HechaError

APP = typer.Typer()
APP.command()(grade)

EXAMPLE = """
network: zhejiang
at: 2026-03-12T10:15:00+08:00
down:
  - {component: front/a, since: 2026-03-12T08:10:00+08:00, nature: hardware}
  - {component: front/b, since: 2026-03-12T09:00:00+08:00, until: 2026-03-12T19:30:00+08:00, nature: power}
data_errors:
  - {city: "3303", since: 2026-03-12T10:00:00+08:00, accuracy: 0.43}
flags: []
"""

INLINE = """
network:
  cities: {A: [A1, A2], B: [B1]}
  banks:  {X: {interface: national}, Y: {interface: none}, Z: {interface: local}}
  outlets:
    - {id: o1, bank: X, county: A1}
    - {id: o2, bank: Y, county: A2}
    - {id: o3, bank: Z, county: A1}
    - {id: o4, bank: Y, county: B1}
at: 2026-03-12T10:15:00+08:00
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A new home: no plan has been made live there."""
    monkeypatch.setenv("HECHA_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(APP, [*arguments, "-o", "json"])


def graded(folder: Path, text: str) -> dict[str, Any]:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    result = run(str(path))
    assert result.exception is None, result.exception
    answer = json.loads(result.stdout)
    assert isinstance(answer, dict)
    return answer


def down(component: str, since: str = "00:00", until: str = "") -> str:
    end = f", until: 2026-03-12T{until}:00+08:00" if until else ""
    return f"  - {{component: {component}, since: 2026-03-12T{since}:00+08:00{end}}}\n"


def test_the_example_of_the_description(tmp_path: Path) -> None:
    answer = graded(tmp_path, EXAMPLE)
    seven = ["1.4.2.2(2)", "1.4.2.3(2)", "1.4.2.3(3)", "1.4.2.4(1)", "1.4.2.4(2)", "1.4.2.4(3)", "1.4.2.4(4)"]
    assert answer["emergency"] is True
    assert answer["because"] == ["1.4.1(3)"]
    assert answer["grade"] == {"level": 2, "zh": "重大"}
    assert answer["reading"] == "confirmed"
    assert answer["clauses"] == seven
    assert answer["decisive"] == ["1.4.2.2(2)"]
    assert answer["readings"]["literal"]["grade"] == {"level": 2, "zh": "重大"}
    assert answer["readings"]["confirmed"]["clauses"] == seven
    assert [(turn["at"], turn["grade"]) for turn in answer["horizon"]] == [
        ("2026-03-12T18:01:00+08:00", {"level": 2, "zh": "重大"})
    ]
    assert answer["horizon"][0]["clauses"] == [seven[0], "1.4.2.2(4)", *seven[1:]]
    assert (answer["decides"]["clause"], answer["decides"]["who"]) == ("4.2.1(1)", "head_office")
    last = answer["reports"][-1]
    assert (last["clause"], last["from"], last["to"], last["speed"]) == ("4.1.2.4", "province", "head_office", "立即")
    (measure,) = answer["measures"]
    assert (measure["clause"], measure["use"], measure["cause"]) == ("5.1.3", ["5.1.1(2)", "5.1.1(3)"], "outage")
    assert len(measure["cities"]) == 11
    assert answer["affected"]["non_interface"] == 12_000
    assert 0 < answer["affected"]["interface"] < answer["affected"]["both"] < 12_000


def test_nothing_out_is_no_event(tmp_path: Path) -> None:
    answer = graded(tmp_path, INLINE)
    assert (answer["emergency"], answer["grade"], answer["clauses"], answer["horizon"]) == (False, None, [], [])
    assert (answer["decides"], answer["reports"], answer["measures"]) == (None, [], [])


def test_below_eight_hours_it_is_a_warning_with_a_countdown(tmp_path: Path) -> None:
    answer = graded(tmp_path, INLINE + "down:\n" + down("outlet/o1/line", "02:15"))
    assert (answer["emergency"], answer["grade"]) == (False, None)  # exactly 8 h
    assert answer["warning"]["clause"] == "3.2.3(3)"
    assert answer["horizon"][0]["at"] == "2026-03-12T10:16:00+08:00"
    assert answer["horizon"][0]["grade"] == {"level": 3, "zh": "较大"}  # a bank whose only outlet it is


def test_an_estimate_beyond_eight_hours_counts_at_once(tmp_path: Path) -> None:
    answer = graded(tmp_path, INLINE + "down:\n" + down("outlet/o2/line", "10:00", "18:01"))
    assert answer["grade"] == {"level": 4, "zh": "一般"}
    assert answer["decides"] == {"clause": "4.2.1(1)", "who": "county", "area": "A2"}
    assert answer["details"]["decides"]["referral"] == "city"
    legs = [(leg["clause"], leg["from"], leg["to"]) for leg in answer["reports"]]
    assert legs == [
        ("4.1.2.1", "bank", "county"),
        ("4.1.2.1", "bank", "bank"),
        ("4.1.2.2", "county", "city"),
        ("4.1.2.3", "city", "province"),
    ]
    assert [one["clause"] for one in answer["measures"]] == ["5.1.1"]
    assert answer["measures"][0]["cities"] == ["A"]


@pytest.mark.parametrize(
    ("outlets", "who", "area"),
    [(["o2"], "county", "A2"), (["o2", "o5"], "city", "A"), (["o2", "o6"], "province", "province")],
)
def test_the_local_branch_is_the_lowest_that_covers_all(
    tmp_path: Path, outlets: list[str], who: str, area: str
) -> None:
    more = "    - {id: o5, bank: Y, county: A1}\n    - {id: o6, bank: Y, county: B1}\nat:"
    text = INLINE.replace("at:", more, 1) + "down:\n" + "".join(down(f"outlet/{one}/line") for one in outlets)
    answer = graded(tmp_path, text)
    assert (answer["grade"]["level"], answer["decides"]["who"], answer["decides"]["area"]) == (4, who, area)


def test_hangzhou_has_no_group_so_the_province_acts(tmp_path: Path) -> None:
    text = (
        'network: zhejiang\nat: "2026-03-12T10:15:00+08:00"\ndown:\n'
        + down("county/330122/line")
        + down("county/330127/line")
    )
    answer = graded(tmp_path, text)
    assert (answer["decides"]["who"], answer["decides"]["area"]) == ("province", "33")
    assert ("4.1.2.2", "county", "province") in [(leg["clause"], leg["from"], leg["to"]) for leg in answer["reports"]]


def test_a_local_bank_that_lost_interface_everywhere_reports_by_its_head_office(tmp_path: Path) -> None:
    answer = graded(tmp_path, INLINE + "down:\n" + down("bank/Z/core"))
    assert answer["grade"]["level"] == 3
    assert [leg["head_offices"] for leg in answer["details"]["reports"] if "head_offices" in leg] == [["Z"]]
    national = graded(tmp_path, INLINE + "down:\n" + down("bank/X/core"))
    assert not any("head_offices" in leg for leg in national["details"]["reports"])


def test_a_data_error_and_an_outage_keep_their_own_measures(tmp_path: Path) -> None:
    text = (
        INLINE
        + "data_errors:\n  - {city: B, since: 2026-03-12T00:00:00+08:00, missing: true}\ndown:\n"
        + down("outlet/o2/line")
    )
    answer = graded(tmp_path, text)
    assert answer["decisive"] == ["1.4.2.2(4)"]
    assert [(one["clause"], one["cause"], one["use"], one["cities"]) for one in answer["measures"]] == [
        ("5.1.1", "outage", ["5.1.1(1)", "5.1.1(2)", "5.1.1(3)"], ["A"]),
        ("5.1.3", "data_error", ["5.1.1(3)"], ["B"]),
    ]


def test_a_lesser_error_that_disturbs_is_ordinary(tmp_path: Path) -> None:
    error = "data_errors:\n  - {city: B, since: 2026-03-12T00:00:00+08:00, accuracy: 0.5"
    assert graded(tmp_path, INLINE + error + "}\n")["emergency"] is False
    answer = graded(tmp_path, INLINE + error + ", disturbs: true}\n")
    assert (answer["grade"]["level"], answer["clauses"]) == (4, ["1.4.2.4(4)"])
    assert answer["details"]["measures"][0]["not_applicable"] == ["5.1.1(1)", "5.1.1(2)"]


def test_a_recorded_judgement_is_an_event_by_itself(tmp_path: Path) -> None:
    answer = graded(tmp_path, INLINE + "flags: [staff_shortage, collapse_by_disaster]\n")
    assert (answer["because"], answer["clauses"]) == (["1.4.1(1)", "1.4.1(2)"], ["1.4.2.4(4)"])
    assert answer["decides"]["who"] == "province"


def test_offsets_seconds_and_forms_of_time(tmp_path: Path) -> None:
    text = INLINE.replace("2026-03-12T10:15:00+08:00", '"2026-03-12T02:15:59Z"')
    answer = graded(tmp_path, text + "down:\n  - {component: outlet/o2/line, since: 2026-03-12 08:00:30 +8}\n")
    assert answer["horizon"][0]["at"] == "2026-03-12T08:01:00+00:00"


def test_a_fault_announced_for_later_is_not_down_yet(tmp_path: Path) -> None:
    answer = graded(tmp_path, INLINE + "down:\n" + down("outlet/o2/line", "11:00"))
    assert answer["affected"] == {"both": 0, "interface": 0, "non_interface": 0}
    assert answer["horizon"][0]["at"] == "2026-03-12T19:01:00+08:00"


def test_the_end_of_the_horizon_is_inclusive(tmp_path: Path) -> None:
    for minute, turns in (("02", 1), ("03", 0)):  # 72 h after 10:15 is 10:15; 481 minutes before that is 02:14
        text = INLINE + f"down:\n  - {{component: outlet/o2/line, since: 2026-03-15T02:1{int(minute) + 2}:00+08:00}}\n"
        assert len(graded(tmp_path, text)["horizon"]) == turns


def test_several_files_one_object_a_line_in_order(tmp_path: Path) -> None:
    first, second = tmp_path / "1.yaml", tmp_path / "2.json"
    first.write_text(EXAMPLE, encoding="utf-8")
    second.write_text(
        json.dumps(
            {"network": {"cities": {"A": ["A1"]}}, "at": "2026-03-12T10:15:00+08:00", "drill": {"x": 1}}, indent="\t"
        ),
        encoding="utf-8",
    )
    lines = run(str(first), str(second)).stdout.splitlines()
    assert [json.loads(line)["network"]["name"] for line in lines] == ["zhejiang", "inline"]


def test_the_old_revision_is_another_network(tmp_path: Path) -> None:
    text = "network: zhejiang@2007\nat: 2026-03-12T10:15:00+08:00\ndown:\n" + down("county/330103/line")
    assert graded(tmp_path, text)["decides"]["who"] in ("county", "province")  # 下城区, gone since
    refused(tmp_path, text.replace("@2007", ""), "county/330103/line")


def refused(folder: Path, text: str, *words: str) -> None:
    good, bad = folder / "good.yaml", folder / "bad.yaml"
    good.write_text(INLINE, encoding="utf-8")
    bad.write_text(text, encoding="utf-8")
    result = run(str(good), str(bad))
    assert isinstance(result.exception, HechaError), result.stdout
    said = str(result.exception)
    assert result.stdout == ""
    assert said.startswith(str(bad))
    assert "\n" not in said
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ("dwon: []\n", "dwon"),
        ("at: 2026-03-12T10:15:00+08:00\n", "at"),
        ("flags: [collapse]\n", "collapse"),
        ("down:\n" + down("front/c"), "front/c"),
        ("down:\n" + down("bank/Y/core"), "bank/Y/core"),
        ("down:\n" + down("relay") + down("relay"), "relay"),
        ("down:\n" + down("relay", "09:00", "09:00"), "relay"),
        ("down:\n" + down("relay", "09:00", "08:00"), "until"),
        ("down:\n  - {component: relay}\n", "since"),
        ("down:\n  - {component: relay, since: 2026-03-12T10:00:00}\n", "2026-03-12T10:00:00"),
        ("down:\n  - {component: relay, since: yesterday}\n", "yesterday"),
        ("down:\n  - {component: relay, since: 2026-03-12T10:00:00+08:00, nature: bad}\n", "bad"),
        ("down:\n  - {component: relay, since: 2026-03-12T10:00:00+08:00, why: x}\n", "why"),
        ("down: relay\n", "relay"),
        ("data_errors:\n  - {city: C, since: 2026-03-12T10:00:00+08:00, missing: true}\n", "C"),
        ("data_errors:\n  - {city: A, since: 2026-03-12T10:00:00+08:00}\n", "accuracy"),
        ("data_errors:\n  - {city: A, since: 2026-03-12T10:00:00+08:00, missing: true, accuracy: 0.1}\n", "missing"),
        ("data_errors:\n  - {city: A, since: 2026-03-12T10:00:00+08:00, accuracy: 1.01}\n", "1.01"),
        ("data_errors:\n  - {city: A, since: 2026-03-12T10:00:00+08:00, accuracy: .nan}\n", ".nan"),
        ("data_errors:\n  - {city: 0330, since: 2026-03-12T10:00:00+08:00, missing: true}\n", "0330"),
        (
            "data_errors:\n" + 2 * "  - {city: A, since: 2026-03-12T10:00:00+08:00, missing: true}\n",
            "A",
        ),
        ("down: [\n", "YAML"),
    ],
)
def test_a_wrong_scenario_is_refused_by_name(tmp_path: Path, more: str, word: str) -> None:
    refused(tmp_path, INLINE + more, word)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("at: 2026-03-12T10:15:00+08:00", "", "at"),
        ("at: 2026-03-12T10:15:00+08:00", "at: 2026-03-12", "2026-03-12"),
        ("id: o1", "id: a/1", "a/1"),
        ("id: o2", "id: o1", "o1"),
        ("county: A1", "county: A9", "A9"),
        ("bank: X", "bank: W", "W"),
        ("id: o1", "id: 0012", "0012"),
        ("A2]", "3301]", "3301"),
        ("A2]", "A1]", "A1"),
        ("interface: local", "interface: regional", "regional"),
        ("B: [B1]", "A: [B1]", "A"),
    ],
)
def test_a_wrong_inline_network_is_refused_by_name(tmp_path: Path, old: str, new: str, word: str) -> None:
    refused(tmp_path, INLINE.replace(old, new, 1), word)


@pytest.mark.parametrize("text", ["", "[]", "just words", "{" * 5_000, "[" * 5_000, '{"at": 1, "at": 2}', "a: &a [*a]"])
def test_what_is_no_scenario_is_refused(tmp_path: Path, text: str) -> None:
    refused(tmp_path, text)


def test_a_missing_file_and_a_missing_network_are_named(tmp_path: Path) -> None:
    assert str(run(str(tmp_path / "none.yaml")).exception).startswith(str(tmp_path / "none.yaml"))
    refused(tmp_path, "network: jiangsu\nat: 2026-03-12T10:15:00+08:00\n", "jiangsu")


def test_people_get_a_page(tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    page = CliRunner().invoke(APP, [str(path)]).stdout
    for words in ("重大事件", "1.4.2.2(2)", "如果都不恢复", "总行", "5.1.3"):
        assert words in page


def test_objects_have_the_promised_keys_and_no_others(tmp_path: Path) -> None:
    error = "data_errors:\n  - {city: B, since: 2026-03-12T00:00:00+08:00, missing: true}\ndown:\n"
    answer = graded(tmp_path, INLINE + error + down("outlet/o2/line"))
    assert answer["decides"] == {"clause": "4.2.1(1)", "who": "head_office", "area": "province"}
    assert {tuple(leg) for leg in answer["reports"]} == {("clause", "from", "to", "speed")}
    assert {tuple(one) for one in answer["measures"]} == {("clause", "use", "cause", "cities")}
    assert {tuple(one) for one in answer["readings"].values()} == {("grade", "clauses")}
    assert set(answer["affected"]) == {"both", "interface", "non_interface"}
    assert len(answer["details"]["reports"]) == len(answer["reports"])
    assert answer["details"]["measures"][-1]["card_authority"] is True


def test_the_live_plan_grades_when_none_is_named(tmp_path: Path, home: Path) -> None:
    outage = INLINE + "down:\n" + down("relay")
    assert graded(tmp_path, outage)["plan"]["id"] == "zhejiang"
    assert not home.exists(), "grading writes nothing"
    activate("county-demo")
    assert graded(tmp_path, outage)["plan"]["id"] == "county-demo"


def test_no_clause_is_cut_off_at_80_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    path = tmp_path / "scenario.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    printed = CliRunner().invoke(APP, [str(path)]).stdout
    assert "…" not in printed
    later = printed[printed.index("如果都不恢复") : printed.index("谁报")]
    assert all(clause in later for clause in ("1.4.2.2(4)", "1.4.2.3(2)", "1.4.2.4(3)", "1.4.2.4(4)"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("down:\n" + down("bank/Y/core"), "Y 不是接口行，没有综合业务系统"),
        ("down:\n" + down("frnt/a"), "这个网络里没有这个部件"),
        ('data_errors: [{city: A, since: 2026-03-12T00:00:00+08:00, accuracy: "0.4"}]\n', "是文字，不是数"),
    ],
)
def test_a_refusal_says_what_is_wrong_in_chinese_too(tmp_path: Path, wrong: str, said: str) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(INLINE + wrong, encoding="utf-8")
    refused = run(str(path))
    assert isinstance(refused.exception, HechaError)
    assert said in str(refused.exception)
    assert refused.stdout == ""


def test_a_warning_names_who_tells_whom(tmp_path: Path) -> None:
    """3.2.3: branch staff tell their own group's office, banks the local branch's group; head office owns the relay,
    but the province's branch is who reports."""
    shared = graded(tmp_path, INLINE + "down:\n" + down("relay", "10:00"))["warning"]["reports"]
    told = [(leg["clause"], leg["sender"], leg["from"], leg["receiver"], leg["to"], leg["speed"]) for leg in shared]
    assert told == [
        ("3.2.3(1)", "staff", "province", "office", "province", "立即"),
        ("3.2.3(3)", "bank", "bank", "local", "county", "及时"),
    ]
    own = graded(tmp_path, INLINE + "down:\n" + down("outlet/o1/line", "10:00"))["warning"]["reports"]
    assert [(leg["clause"], leg["from"], leg["to"]) for leg in own] == [("3.2.3(3)", "bank", "county")]
    data = "data_errors:\n  - {city: B, since: 2026-03-12T10:00:00+08:00, missing: true}\n"
    assert graded(tmp_path, INLINE + data)["warning"]["reports"][0]["receiver"] == "office"


def test_a_plan_without_warnings_names_no_clause_of_another(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(INLINE + "down:\n" + down("outlet/o1/line", "10:00"), encoding="utf-8")
    answer = json.loads(run(str(path), "--plan", "county-demo").stdout)
    assert answer["warning"] == {"clause": None, "reports": []}


def test_the_page_says_how_a_warning_goes(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(INLINE + "down:\n" + down("relay", "10:00"), encoding="utf-8")
    page = CliRunner().invoke(APP, [str(path)], env={"COLUMNS": "80"}).stdout
    assert "省级业务、技术人员 → 本单位领导小组办公室 立即（3.2.3(1)）" in page
    assert "银行 → 县（市）支行领导小组 及时（3.2.3(3)）" in page


def test_what_begins_later_is_no_warning_yet(tmp_path: Path) -> None:
    later = "data_errors:\n  - {city: B, since: 2026-03-12T11:00:00+08:00, missing: true}\ndown:\n" + down(
        "relay", "11:00"
    )
    answer = graded(tmp_path, INLINE + later)
    assert answer["warning"] is None
    assert answer["horizon"][0]["at"] == "2026-03-12T19:01:00+08:00"
