"""The plan of Zhejiang as data: every clause, both readings, routes, authority, measures and clocks."""

import pytest

from hecha.edges.files.plan_folder import load_plan
from hecha.kernel.ids import ClauseId
from hecha.plan.model import Plan
from hecha.plan.numbering import key
from hecha.plan.sentence import show

CLAUSES_BY_CHAPTER = {"1": 27, "2": 25, "3": 10, "4": 37, "5": 23, "6": 3, "7": 2}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("zhejiang")


def test_every_clause_is_there_in_order(plan: Plan) -> None:
    found: dict[str, int] = {}
    for clause in plan.clauses:
        found[clause[0]] = found.get(clause[0], 0) + 1
    assert found == CLAUSES_BY_CHAPTER
    chapters = [int(clause[0]) for clause in plan.clauses]
    assert chapters == sorted(chapters)
    assert all(clause.zh and clause.gist and clause.kind for clause in plan.clauses.values())


@pytest.mark.parametrize("group", ["1.4.1", "1.4.2.1", "1.4.2.2", "1.4.2.3", "1.4.2.4", "5.1.1", "4.2.1"])
def test_items_stand_in_their_order(plan: Plan, group: str) -> None:
    items = [clause for clause in plan.clauses if clause.startswith(f"{group}(")]
    assert items == sorted(items, key=key)
    assert ClauseId(group) in plan.headings


PROVISO_INTERFACE = " 且 全省 部分 接口行网点 接口 能"
PROVISO_WEB = " 且 全省 部分 网点 非接口 能"
READINGS = [
    # clause, level, literal, confirmed ("" = the same)
    ("1.4.2.1(1)", 1, ["全省 所有 网点 两种方式 不能 超过48小时"], []),
    ("1.4.2.1(2)", 1, ["至少10个地市 数据 严重误差 超过48小时"], []),
    (
        "1.4.2.2(1)",
        2,
        ["全省 所有 网点 两种方式 不能 超过8小时不超过48小时"],
        ["全省 所有 网点 两种方式 不能 超过8小时"],
    ),
    (
        "1.4.2.2(2)",
        2,
        ["全省 所有 网点 非接口 不能 超过8小时" + PROVISO_INTERFACE],
        ["全省 所有 网点 非接口 不能 超过8小时"],
    ),
    (
        "1.4.2.2(3)",
        2,
        ["全省 所有 接口行网点 接口 不能 超过8小时" + PROVISO_WEB],
        ["全省 所有 接口行网点 接口 不能 超过8小时"],
    ),
    (
        "1.4.2.2(4)",
        2,
        ["某地市 数据 严重误差 超过8小时不超过48小时", "1至10个地市 数据 严重误差 超过8小时"],
        ["某地市 数据 严重误差 超过8小时"],
    ),
    ("1.4.2.3(1)", 3, ["某地市 所有 网点 两种方式 不能 超过8小时"], []),
    (
        "1.4.2.3(2)",
        3,
        ["某银行 所有 网点 非接口 不能 超过8小时" + PROVISO_INTERFACE],
        ["某银行 所有 网点 非接口 不能 超过8小时"],
    ),
    (
        "1.4.2.3(3)",
        3,
        ["某接口行 所有 网点 接口 不能 超过8小时" + PROVISO_WEB],
        ["某接口行 所有 网点 接口 不能 超过8小时"],
    ),
    ("1.4.2.4(1)", 4, ["某县市 部分 网点 两种方式 不能 超过8小时"], []),
    (
        "1.4.2.4(2)",
        4,
        ["某地市 部分 网点 非接口 不能 超过8小时" + PROVISO_INTERFACE],
        ["某地市 部分 网点 非接口 不能 超过8小时"],
    ),
    (
        "1.4.2.4(3)",
        4,
        ["某接口行 部分 网点 接口 不能 超过8小时" + PROVISO_WEB],
        ["某接口行 部分 网点 接口 不能 超过8小时"],
    ),
    ("1.4.2.4(4)", 4, [], []),
]


def test_the_table_of_readings_is_whole(plan: Plan) -> None:
    for reading in plan.readings.values():
        assert [(rule.clause, rule.level) for rule in reading.grades] == [(row[0], row[1]) for row in READINGS]


@pytest.mark.parametrize(("clause", "level", "literal", "confirmed"), READINGS, ids=[row[0] for row in READINGS])
def test_both_readings(plan: Plan, clause: str, level: int, literal: list[str], confirmed: list[str]) -> None:
    assert sentences(plan, "literal", clause) == literal
    assert sentences(plan, "confirmed", clause) == (confirmed or literal)
    if confirmed:
        assert plan.readings["confirmed"].reasons[ClauseId(clause)], "a reading that departs from the words says why"


def test_only_the_last_clause_takes_what_is_left(plan: Plan) -> None:
    residual = [rule.clause for rule in plan.readings["confirmed"].grades if rule.residual]
    assert residual == ["1.4.2.4(4)"]


def test_what_is_an_event(plan: Plan) -> None:
    events = plan.readings["confirmed"].events
    assert [(rule.clause, rule.flag) for rule in events] == [
        ("1.4.1(1)", "collapse_by_disaster"),
        ("1.4.1(2)", "staff_shortage"),
        ("1.4.1(3)", None),
    ]
    assert [show(each[0]) for each in events[2].alternatives] == [
        "全省 部分 网点 任一方式 不能 超过8小时",
        "某地市 数据 严重误差 超过8小时",
        "某地市 数据 影响业务的误差 超过8小时",
    ]


MEASURES = [
    # level, cause, clause, what to do, only cards of affected cities
    (4, "outage", "5.1.1", "123", False),
    (4, "data_error", "5.1.1", "123", False),
    (3, "outage", "5.1.2", "23", False),
    (2, "outage", "5.1.3", "23", False),
    (2, "data_error", "5.1.3", "3", True),
    (1, "outage", "5.1.4.1", "3", False),
    (1, "data_error", "5.1.4.2", "3", True),
]


@pytest.mark.parametrize(("level", "cause", "clause", "ways", "by_card"), MEASURES)
def test_measures(plan: Plan, level: int, cause: str, clause: str, ways: str, by_card: bool) -> None:
    (measure,) = [each for each in plan.measures if level in each.levels and cause in each.causes]
    assert measure.clause == clause
    assert measure.use == tuple(f"5.1.1({way})" for way in ways)
    assert measure.card_authority is by_card


def test_authority(plan: Plan) -> None:
    decides = {each.level: (each.who, each.referral, each.clause) for each in plan.authorities}
    assert decides == {
        1: ("head_office", "", "4.2.1(1)"),
        2: ("head_office", "", "4.2.1(1)"),
        3: ("province", "head_office", "4.2.1(1)"),
        4: ("local", "upper", "4.2.1(1)"),
    }


def test_reports_go_up_level_by_level(plan: Plan) -> None:
    legs = [(leg.clause, leg.sender, leg.receiver, leg.speed, sorted(leg.levels), leg.when) for leg in plan.routes]
    assert legs == [
        ("4.1.2.1", "bank", "local", "及时", [], ""),
        ("4.1.2.1", "bank", "bank", "及时", [], ""),
        ("4.1.2.1", "bank", "local", "及时", [], "local_interface_bank_lost_interface"),
        ("4.1.2.2", "county", "city", "及时", [], ""),
        ("4.1.2.3", "city", "province", "及时", [], ""),
        ("4.1.2.4", "province", "head_office", "及时", [3], ""),
        ("4.1.2.4", "province", "head_office", "立即", [1, 2], ""),
    ]


def test_clocks_are_local_settings(plan: Plan) -> None:
    clocks = {word: (speed.notice_minutes, speed.written_minutes) for word, speed in plan.speeds.items()}
    assert clocks == {"及时": (120, 720), "立即": (30, 720)}


def test_rules_of_reading_and_of_procedure_are_there_to_confirm(plan: Plan) -> None:
    groups = [rule.group for rule in plan.rules]
    assert (groups.count("reading"), groups.count("procedure")) == (13, 18)
    assert all(rule.zh and rule.gist for rule in plan.rules)


def test_every_value_knows_its_line(plan: Plan) -> None:
    rule = next(each for each in plan.readings["literal"].grades if each.clause == "1.4.2.2(4)")
    first, second = (alternative[0] for alternative in rule.alternatives)
    assert rule.where.startswith("grading.toml:")
    assert int(rule.where.partition(":")[2]) < first.line < second.line


def sentences(plan: Plan, reading: str, clause: str) -> list[str]:
    rule = next(each for each in plan.readings[reading].grades if each.clause == clause)
    return [" 且 ".join(map(show, alternative)) for alternative in rule.alternatives]


def test_warnings_go_to_the_own_office_and_group_or_to_the_local_branch(plan: Plan) -> None:
    told = [(leg.clause, leg.sender, leg.receiver, leg.speed) for leg in plan.warnings]
    assert told == [
        ("3.2.3(1)", "staff", "office", "立即"),
        ("3.2.3(2)", "office", "group", "及时"),
        ("3.2.3(3)", "bank", "local", "及时"),
    ]
