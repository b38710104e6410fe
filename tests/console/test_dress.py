"""How things are dressed for a reader's language."""

from datetime import timedelta

import pytest

from hecha.edges.web.dress import Dress
from hecha.edges.web.words import words
from tests.console import demo

ZH, EN = (Dress(language, words(language), demo.network()) for language in ("zh", "en"))


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        ("姓名为空 / the name is empty", "姓名为空", "the name is empty"),
        (
            "应为 18 位，现为 17 位 / 17 characters instead of 18",
            "应为 18 位，现为 17 位",
            "17 characters instead of 18",
        ),
        ("没有这家银行 no such bank: xyz", "没有这家银行: xyz", "no such bank: xyz"),
        ("没有这些网点 no such outlets: a、b 等 5 个", "没有这些网点: a、b 等 5 个", "no such outlets: a、b 等 5 个"),
        ("见填报说明 see the form", "见填报说明", "see the form"),
        ("请选择 CSV 或装有一个 CSV 的 ZIP", "请选择 CSV 或装有一个 CSV 的 ZIP", None),
        ("例如 2026-03-12T10:15", "例如 2026-03-12T10:15", None),
    ],
)
def test_a_sentence_said_twice_is_shown_once(said: str, zh: str, en: str | None) -> None:
    assert ZH.half(said) == zh
    assert EN.half(said).striptags() == (en or said)


def test_parts_are_named_in_words_whatever_stands_behind_a_fault() -> None:
    outlet = next(iter(demo.network().outlets.values()))
    names = ("declared/D1", "data/3303", f"way/{outlet.id}/interface", f"outlet/{outlet.id}/terminal", "entrance-web")
    wide = [str(ZH.component(f"ways/{name}")) for name in ("city/3303/interface", "bank/icbc/non_interface")]
    assert wide[0] == "温州市 接口方式"
    assert wide[1].endswith(" 非接口方式")
    shown = [str(ZH.component(name)) for name in names]
    assert shown[:2] == ["申报的中断", "温州市 人口信息数据"]
    assert all("/" not in name and "entrance" not in name for name in shown)


def test_latencies_and_spans_are_possible_ones() -> None:
    assert [ZH.ms(ms) for ms in (0.0, 0.4, 1.2, 812.0)] == ["< 1 ms", "< 1 ms", "1 ms", "812 ms"]
    assert ZH.span(timedelta(hours=5, minutes=56)) == "5 小时 56 分"
    assert EN.span(timedelta(seconds=-3)) == "0 min"


def test_the_head_office_is_a_unit_and_not_its_group() -> None:
    assert ZH.unit("head_office") == "人民银行总行"
