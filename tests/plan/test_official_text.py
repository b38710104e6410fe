"""The official text is attached as it is issued, with the defects of a scan; here an invented one with all of them."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as pace
from hypothesis import strategies as st

from hecha.edges.files import official
from hecha.edges.files.official import attach_file, official_text, read_plain_text
from hecha.edges.files.plan_folder import load_plan
from hecha.edges.settings import settings
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.ids import ClauseId
from hecha.plan.attach import attach, split
from hecha.plan.numbering import with_ancestors

SAMPLE = """\
 [bookmark: bookmark2][bookmark: bookmark1]甲镇渡船停航
处置办法
1总则
1.1目的
为了渡船停航时乘客不至于滞留，制定本办
 法。
 1.2什么算停航
本办法所称停航是指以下两种情况：
(1)[bookmark: bookmark3]风浪使渡船不能靠岸。
(2) [bookmark: bookmark4]船工不足，
48小时之内没有人替班。
本办法所称船工包括见习的 A
B 两班。
1. [bookmark: bookmark5]3停航分两级
1.3.1有下列一样的算大停航：
 (1) 全部渡口停航，且超过8小时；(2)乘客滞留；
 (
—6—
)


1.3. [bookmark: bookmark6]2其他的为小停航。依照
1.3.1(2)处理。
2. 报告
2.
[bookmark: bookmark7]1船工报告
［船工］看到停航应当报告，参照1.2(1)、
(2)的写法。
（1）先打电话。
（2）再写书面报告O
第 7 页
3附则
自发布之日起施行。
"""

KNOWN = with_ancestors(
    ClauseId(each) for each in ["1.1", "1.2(1)", "1.2(2)", "1.3.1(1)", "1.3.1(2)", "1.3.2", "2.1(1)", "2.1(2)", "3"]
)

TEXTS = {
    "1": "总则",
    "1.1": "目的\n为了渡船停航时乘客不至于滞留，制定本办法。",
    "1.2": "什么算停航\n本办法所称停航是指以下两种情况：\n本办法所称船工包括见习的 A B 两班。",
    "1.2(1)": "风浪使渡船不能靠岸。",
    "1.2(2)": "船工不足，48小时之内没有人替班。",
    "1.3": "停航分两级",
    "1.3.1": "有下列一样的算大停航：",
    "1.3.1(1)": "全部渡口停航，且超过8小时；",
    "1.3.1(2)": "乘客滞留；",
    "1.3.2": "其他的为小停航。依照1.3.1(2)处理。",
    "2": "报告",
    "2.1": "船工报告\n［船工］看到停航应当报告，参照1.2(1)、(2)的写法。",
    "2.1(1)": "先打电话。",
    "2.1(2)": "再写书面报告O",
    "3": "附则\n自发布之日起施行。",
}


def test_the_preamble_stands_before_the_first_number() -> None:
    assert split(SAMPLE, KNOWN)[0] == "甲镇渡船停航处置办法"


def test_nothing_else_is_found() -> None:
    assert list(split(SAMPLE, KNOWN)[1]) == list(TEXTS)


@pytest.mark.parametrize("clause", TEXTS)
def test_each_clause_has_its_words(clause: str) -> None:
    assert split(SAMPLE, KNOWN)[1][ClauseId(clause)] == TEXTS[clause]


def test_a_clause_that_the_plan_does_not_have_is_found_too() -> None:
    _, texts = split(SAMPLE, KNOWN - {ClauseId("1.3.2")})
    assert texts[ClauseId("1.3.2")] == TEXTS["1.3.2"]


@pace(deadline=None)
@given(st.text(alphabet="1２.．2(（3)）[bookmark: ]—6。；\n 甲乙", max_size=200))
def test_any_text_is_split_without_losing_a_word(text: str) -> None:
    preamble, texts = split(text, KNOWN)
    kept = preamble + "".join(texts.values())
    assert kept.count("甲") == text.count("甲")
    assert kept.count("乙") == text.count("乙")


# ---- the plan's own text


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HECHA_HOME", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def demo_text() -> str:
    """A text for the invented plan: one clause without text, one text without a clause."""
    plan = load_plan("county-demo")
    lines = [f"{clause}{each.zh}。{each.gist}" for clause, each in plan.clauses.items() if "(" not in clause]
    return "\n".join([*(line for line in lines if not line.startswith("1.2")), "6附则", "自发布之日起施行。"])


def test_what_is_missing_and_what_is_too_much_is_listed() -> None:
    attached = attach(load_plan("county-demo"), demo_text())
    assert attached.text_without_clause == ("6",)
    assert attached.clauses_without_text == (
        "1.2",
        "2.1(1)",
        "2.1(2)",
        "2.2(1)",
        "2.2(2)",
        "2.3(1)",
        "2.3(2)",
        "5(1)",
        "5(2)",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_attached_words_are_kept_whatever_the_encoding(home: Path, encoding: str) -> None:
    plan = load_plan("county-demo")
    assert official_text(plan.id) == {}
    file = home / "text.txt"
    file.write_bytes(demo_text().encode(encoding))
    attach_file(plan, str(file))
    assert official_text(plan.id)[ClauseId("1.1")].startswith("断了2小时。")


def test_a_second_text_replaces_the_first_at_once(home: Path) -> None:
    plan = load_plan("county-demo")
    file = home / "text.txt"
    for words in ("头一版", "第二版"):
        file.write_text(f"1.1{words}。", encoding="utf-8")
        attach_file(plan, str(file))
        assert official_text(plan.id) == {ClauseId("1.1"): f"{words}。"}
    assert os.listdir(home / "official") == ["county-demo.json"]


def test_the_old_text_stays_when_the_new_one_cannot_be_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = load_plan("county-demo")
    file = home / "text.txt"
    file.write_text("1.1头一版。", encoding="utf-8")
    attach_file(plan, str(file))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    file.write_text("1.1第二版。", encoding="utf-8")
    monkeypatch.setattr(official.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        attach_file(plan, str(file))
    assert official_text(plan.id) == {ClauseId("1.1"): "头一版。"}


REFUSED = [
    (b"PK\x03\x04 word", "不是纯文本"),
    (b"%PDF-1.7", "不是纯文本"),
    (b"\x81\x30", "既不是 UTF-8"),
    ("没有一个条号".encode(), "没有找到一个条号"),
]


@pytest.mark.parametrize(("content", "said"), REFUSED)
def test_what_is_no_such_text_is_refused(home: Path, content: bytes, said: str) -> None:
    file = home / "text.txt"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=said):
        attach_file(load_plan("county-demo"), str(file))
    assert official_text("county-demo") == {}


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(NotThere):
        read_plain_text(Path("nowhere.txt"))


def test_a_damaged_store_names_the_way_out(home: Path) -> None:
    (home / "official").mkdir()
    (home / "official" / "county-demo.json").write_text('{"texts": ["1.1"', encoding="utf-8")
    with pytest.raises(BadInput, match="hecha plan attach"):
        official_text("county-demo")


def test_the_store_is_plain_json(home: Path) -> None:
    file = home / "text.txt"
    file.write_text("1.1断了。", encoding="utf-8")
    attach_file(load_plan("county-demo"), str(file))
    stored = json.loads((home / "official" / "county-demo.json").read_text(encoding="utf-8"))
    assert stored == {"plan": "county-demo", "preamble": "", "texts": {"1.1": "断了。"}}
