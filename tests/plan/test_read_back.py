"""Sentences read back in full Chinese."""

import pytest

from hecha.edges.files.plan_folder import built_in_plans, load_plan
from hecha.plan.readback import in_full, read_back
from hecha.plan.sentence import parse_sentence

READ_BACK = [
    (
        "全省 所有 网点 两种方式 不能 超过48小时",
        "全省的每一个网点都没有任何一种方式可以核查，各自从中断到恢复超过48小时",
    ),
    (
        "全省 所有 网点 两种方式 不能 超过8小时不超过48小时",
        "全省的每一个网点都没有任何一种方式可以核查，各自从中断到恢复超过8小时、不超过48小时（含）",
    ),
    ("全国 部分 接口行网点 接口 能", "全国至少有一个接口行网点此刻能够用接口方式核查"),
    (
        "某接口行 部分 网点 接口 不能 超过8小时",
        "至少有一家接口行，其中至少有一个网点不能用接口方式核查，从中断到恢复超过8小时",
    ),
    (
        "至少2个省 所有 网点 两种方式 不能 30分钟以上",
        "至少有2个省，各自的每一个网点都没有任何一种方式可以核查，各自从中断到恢复达到30分钟或更久",
    ),
    ("某县市 部分 网点 任一方式 不能", "至少有一个县市，其中至少有一个网点至少有一种应有的方式不能核查"),
    ("1至10个地市 数据 严重误差", "有1到10个地市，居民数据全缺，或准确率低于50%"),
    (
        "某地市 数据 影响业务的误差 不足2小时",
        "至少有一个地市，居民数据有误，虽不严重，但小组认定妨碍了业务，从出错到改好不超过119分钟（含）",
    ),
]


@pytest.mark.parametrize(("sentence", "full"), READ_BACK, ids=[sentence for sentence, _ in READ_BACK])
def test_in_full(sentence: str, full: str) -> None:
    assert in_full(parse_sentence(sentence), load_plan("zhejiang")) == full


def test_the_share_that_is_severe_comes_from_the_plan() -> None:
    assert "低于80%" in in_full(parse_sentence("某地市 数据 严重误差"), load_plan("county-demo"))


@pytest.mark.parametrize("name", built_in_plans())
def test_every_clause_with_a_rule_is_read_back(name: str) -> None:
    plan = load_plan(name)
    for reading in plan.readings.values():
        lines = read_back(plan, reading.name)
        assert [each.clause for each in lines] == [rule.clause for rule in (*reading.events, *reading.grades)]
        assert all(each.lines and all(each.lines) and each.gist for each in lines)
