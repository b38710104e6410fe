"""Two versions of a plan in words: each table that differs says so, in a sentence an official would say."""

from collections.abc import Mapping
from dataclasses import fields

import pytest

from hecha.edges.files.plan_folder import load_plan, plan_folder, read_plan_files
from hecha.plan.changes import READ, UNREAD, Kind, changes
from hecha.plan.load import parse_plan
from hecha.plan.model import Plan

FILES: Mapping[str, str] = read_plan_files(plan_folder("zhejiang"))
LIVE = load_plan("zhejiang")


def edited(file: str, before: str, after: str) -> Plan:
    assert before in FILES[file]
    return parse_plan({**FILES, file: FILES[file].replace(before, after, 1)})


def test_a_plan_does_not_differ_from_itself() -> None:
    assert changes(LIVE, LIVE) == ()


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        (
            "clocks.toml",
            "settle_backlog_hours = 72",
            "settle_backlog_hours = 48",
            "设定 settle_backlog_hours：“72”改为“48”",
        ),
        (
            "clocks.toml",
            'word = "立即"\nnotice_minutes = 30',
            'word = "立即"\nnotice_minutes = 20',
            "时长 立即：“30分钟内首报，720分钟内书面",
        ),
        (
            "runbooks.toml",
            "启动备机。",
            "启动备机，先查电源。",
            "手册 前置硬件故障第2步：“province.technology：启动备机。凭据：备机应答探测。”改为",
        ),
        (
            "grading.toml",
            'when = ["全省 所有 网点 两种方式 不能 超过48小时"]',
            'when = ["全省 所有 网点 两种方式 不能 超过36小时"]',
            "条件 1.4.2.1(1)（",
        ),
        ("evaluation.toml", "直接原因是什么", "根本原因是什么", "评估 5.4(1) technology 1："),
        (
            "measures.toml",
            'levels = [3]\ncauses = ["outage", "data_error"]\nuse = ["5.1.1(2)", "5.1.1(3)"]',
            'levels = [3]\ncauses = ["outage", "data_error"]\nuse = ["5.1.1(1)", "5.1.1(2)", "5.1.1(3)"]',
            "措施 5.1.2（data_error、outage）：“较大用 5.1.1(2)、5.1.1(3)”改为“较大用 5.1.1(1)、5.1.1(2)、5.1.1(3)”",
        ),
        ("clauses.toml", "换掉坏的设备，照规定设好。", "换掉坏的设备。", "条文 5.2.1(1)："),
    ],
)
def test_each_change_is_a_sentence(file: str, before: str, after: str, said: str) -> None:
    found = changes(LIVE, edited(file, before, after))
    assert any(one.zh.startswith(said) for one in found), [one.zh for one in found]
    assert {one.kind for one in found} == {Kind.CHANGED}


def test_what_is_added_and_dropped() -> None:
    more = '\n[[question]]\nclause = "5.4(2)"\nparty = "technology"\nzh = "监测看到了吗？"\nen = "Was it seen?"\n\n# 完'
    longer = edited("evaluation.toml", "\n# 完", more)
    assert [(one.kind, one.after) for one in changes(LIVE, longer)] == [(Kind.ADDED, "监测看到了吗？")]
    assert [(one.kind, one.before) for one in changes(longer, LIVE)] == [(Kind.DROPPED, "监测看到了吗？")]


def test_every_part_of_a_plan_is_compared() -> None:
    assert {one.name for one in fields(Plan)} == READ | UNREAD


def test_another_plan_altogether() -> None:
    found = changes(LIVE, load_plan("county-demo"))
    assert len(found) > 100
    assert all(one.zh for one in found)
