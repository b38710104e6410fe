"""One broken file per mistake, each saying in its first lines where it is wrong, what is said, and the way out."""

from pathlib import Path

import pytest

from hecha.kernel.errors import BadInput
from hecha.plan.load import parse_plan

BROKEN = sorted(Path(__file__).with_name("broken").glob("*.toml"))


def expected(text: str) -> tuple[int, str, str]:
    """The line (0: the file as a whole), a part of what is said, a part of the way out."""
    line, said, way_out = (each.partition("：")[2] for each in text.splitlines()[:3])
    return int(line), said, way_out


@pytest.mark.parametrize("file", BROKEN, ids=[file.stem for file in BROKEN])
def test_a_mistake_is_refused_by_line_word_and_way_out(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    line, said, way_out = expected(text)
    with pytest.raises(BadInput) as wrong:
        parse_plan({"plan.toml": text})
    assert wrong.value.where == (f"plan.toml:{line}" if line else "plan.toml")
    assert said in wrong.value.what
    assert way_out in wrong.value.suggestion


def test_all_kinds_of_mistakes_are_here() -> None:
    assert len(BROKEN) >= 40


def test_two_files_with_two_heads() -> None:
    head = '[plan]\nid = "a"\nzh = "甲"\nversion = "1"\ndefault_reading = "x"\n# 完\n'
    with pytest.raises(BadInput, match=r"b\.toml:1: \[plan\] 写了两次，前一次在 a\.toml:1"):
        parse_plan({"a.toml": head, "b.toml": head})


def test_nothing_at_all() -> None:
    with pytest.raises(BadInput, match=r"缺 \[plan\] 表"):
        parse_plan({})


def test_limits_on_files() -> None:
    with pytest.raises(BadInput, match="文件太多"):
        parse_plan({f"{number}.toml": "# 完" for number in range(51)})
    with pytest.raises(BadInput, match="文件太大"):
        parse_plan({"a.toml": "#" * 1_000_001})
