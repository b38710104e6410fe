"""What is proved of a plan before it goes live; every witness is played again on the live engine."""

from functools import cache

import pytest

from hecha.edges import prover
from hecha.edges.files.plan_folder import load_plan, plan_folder, read_plan_files
from hecha.incident.admission import Report, as_json, check, compare, monotone_by_form
from hecha.plan.load import parse_plan
from hecha.plan.model import Plan
from tests.plan.replay import replay

PLANS = ["zhejiang", "county-demo", "cbrc-2008-53"]


@pytest.fixture(scope="module")
def zhejiang() -> Plan:
    return load_plan("zhejiang")


@cache
def checked(name: str) -> Report:
    return check(load_plan(name))


@pytest.fixture(scope="module")
def report() -> Report:
    return checked("zhejiang")


@pytest.mark.parametrize("name", PLANS)
def test_every_plan_that_comes_with_the_product_may_go_live(name: str) -> None:
    report = checked(name)
    assert report.admissible
    assert report.left_out == ()
    for reading in report.readings.values():
        assert reading.unreachable == ()
        assert reading.never_decisive == ()
        assert reading.event_without_grade is None
        assert reading.grade_without_event is None


def test_literal_is_not_monotone_and_confirmed_is(zhejiang: Plan, report: Report) -> None:
    assert report.readings["literal"].counterexample is not None
    assert report.readings["confirmed"].counterexample is None
    assert report.readings["confirmed"].monotone_by_form
    assert not monotone_by_form(zhejiang.readings["literal"])


BY_FORM = [
    ("某县市 所有 网点 非接口 不能 超过12小时", True),
    ("某县市 所有 网点 非接口 不能 超过12小时不超过13小时", False),
    ("1至3个县市 所有 网点 非接口 不能 超过12小时", False),
    ("某县市 所有 网点 非接口 不能 超过12小时 且 全网 部分 接口行网点 接口 能", False),
    ("某县市 所有 网点 非接口 不能 超过12小时 且 某地市 数据 严重误差", True),
]


@pytest.mark.parametrize(("sentence", "grows"), BY_FORM)
def test_form_shows_which_sentences_can_only_grow(sentence: str, grows: bool) -> None:
    plan = changed(("某县市 所有 网点 非接口 不能 超过12小时", sentence))
    assert monotone_by_form(plan.readings["plain"]) is grows


def test_the_smallest_counterexample(report: Report) -> None:
    """One outlet: without the web for eight hours it is grave; a minute without the interface too makes it ordinary."""
    found = report.readings["literal"].counterexample
    assert found is not None
    assert (found.level_before, found.level_after) == (2, 4)
    assert "1.4.2.2(2)" in found.clauses_before
    (before,), (after,) = found.before.outlets, found.after.outlets
    assert (before.interface, before.non_interface) == (0, 481)
    assert (after.interface, after.non_interface, after.both) == (1, 481, 1)


COUNTEREXAMPLES = [
    # what was decisive, its level, the level after, for the reason known from the reading
    ("1.4.2.2(2)", 2, 4),  # the proviso: the interface fails as well
    ("1.4.2.2(3)", 2, 4),  # the proviso: the web fails as well
    ("1.4.2.3(2)", 3, 4),  # one bank only
    ("1.4.2.3(3)", 3, 4),
    ("1.4.2.2(1)", 2, 3),  # the upper bound: one city passes 48 hours
]


@pytest.mark.parametrize(("clause", "before", "after"), COUNTEREXAMPLES)
def test_each_cause_of_not_being_monotone_is_shown(report: Report, clause: str, before: int, after: int) -> None:
    levels = [
        (found.level_before, found.level_after)
        for found in report.readings["literal"].counterexamples
        if clause in found.clauses_before
    ]
    assert (before, after) in levels


@pytest.mark.parametrize("name", PLANS)
def test_witnesses_played_on_the_live_engine(name: str) -> None:
    plan = load_plan(name)
    for reading, each in checked(name).readings.items():
        for clause, witness in each.decisive.items():
            assert witness is not None
            judged = replay(plan, witness, reading)
            assert clause in (*judged.because, *judged.decisive)
        for pair, witness in each.overlaps.items():
            assert set(pair) <= set(replay(plan, witness, reading).clauses)


def test_counterexamples_played_on_the_live_engine(zhejiang: Plan, report: Report) -> None:
    for found in report.readings["literal"].counterexamples:
        before, after = (replay(zhejiang, each, "literal") for each in (found.before, found.after))
        assert (before.level, after.level) == (found.level_before, found.level_after)
        assert before.level is not None
        assert after.level is not None
        assert before.level < after.level


def test_where_the_readings_differ(zhejiang: Plan) -> None:
    found = compare(zhejiang, "literal", "confirmed")
    pairs = {(each.one.level, each.other.level) for each in found}
    assert pairs == {(4, 2), (4, 3), (3, 2)}, "confirmed is never lighter"
    for each in found:
        assert replay(zhejiang, each.witness, "literal").level == each.one.level
        assert replay(zhejiang, each.witness, "confirmed").level == each.other.level
    differing = {clause for each in found for clause in set(each.one.clauses) ^ set(each.other.clauses)}
    assert {"1.4.2.2(1)", "1.4.2.2(2)", "1.4.2.2(3)", "1.4.2.3(2)", "1.4.2.3(3)"} <= differing


def test_a_reading_does_not_differ_from_itself(zhejiang: Plan) -> None:
    assert compare(zhejiang, "confirmed", "confirmed") == ()


IMPOSSIBLE = (
    "某县市 所有 网点 非接口 不能 超过12小时",
    "全网 部分 接口行网点 接口 能 且 全网 所有 接口行网点 接口 不能",
)
NO_GRADE = ("residual = true", 'when = ["某县市 所有 网点 非接口 不能 超过11小时"]')
NO_EVENT = ("两种方式 不能 超过2小时", "两种方式 不能 超过1小时")
BOUNDED = ("某县市 所有 网点 两种方式 不能 超过2小时", "某县市 所有 网点 两种方式 不能 超过2小时不超过3小时")


def changed(*replaced: tuple[str, str]) -> Plan:
    """The invented plan with other words in it."""
    (text,) = read_plan_files(plan_folder("county-demo")).values()
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    return parse_plan({"plan.toml": text})


def test_a_clause_that_can_never_hold_is_found() -> None:
    plan = changed(IMPOSSIBLE)
    report = check(plan)
    assert report.readings["plain"].unreachable == ("2.2(2)",)
    assert not report.admissible


def test_an_event_without_a_grade_is_found() -> None:
    plan = changed(NO_GRADE)
    found = check(plan).readings["plain"].event_without_grade
    assert found is not None
    judged = replay(plan, found, "plain")
    assert judged.emergency
    assert judged.level is None


def test_a_grade_without_an_event_is_found() -> None:
    plan = changed(NO_EVENT)
    found = check(plan).readings["plain"].grade_without_event
    assert found is not None
    assert found[0] == "2.2(1)"
    assert not replay(plan, found[1], "plain").emergency


def test_a_plan_that_rewards_worse_is_found() -> None:
    plan = changed(BOUNDED)
    found = check(plan).readings["plain"].counterexample
    assert found is not None
    assert (found.level_before, found.level_after) == (2, 3)


@pytest.mark.parametrize("number", [5, 30])
def test_counting_groups_needs_longer_rows(number: int) -> None:
    plan = changed(("至少2个县市 所有", f"至少{number}个县市 所有"))
    witness = check(plan).readings["plain"].decisive["2.1(1)"]
    assert witness is not None
    assert len({(each.city, each.county) for each in witness.outlets}) == number


@pytest.mark.parametrize(
    ("sentence", "clause"),
    [
        (("至少2个县市 所有", "至少70个县市 所有"), "2.1(1)"),
        (("某地市 数据 严重误差 超过12小时", "至少31个地市 数据 严重误差 超过12小时"), "2.1(2)"),
    ],
)
def test_a_clause_with_more_groups_than_are_tried_is_named_as_untried(sentence: tuple[str, str], clause: str) -> None:
    report = check(changed(sentence))
    found = report.readings["plain"]
    assert (found.untried, found.unreachable) == ((clause,), ())
    assert not report.admissible, "not proved is not admitted"
    assert as_json(load_plan("county-demo"), report)["readings"]["plain"]["untried"] == [clause]


def test_z3_claims_nothing_about_more_groups_than_it_can_handle() -> None:
    assert prover.prove(changed(("至少2个县市 所有", "至少30个县市 所有"))) == {}


def test_the_report_can_be_stored(zhejiang: Plan, report: Report) -> None:
    stored = as_json(zhejiang, report)
    assert stored["admissible"] is True
    assert stored["readings"]["literal"]["monotone"] is False
    assert stored["readings"]["literal"]["counterexample"]["before"]["grade"] == {"level": 2, "zh": "重大"}
    assert stored["readings"]["confirmed"]["counterexample"] is None
    assert set(stored["readings"]["confirmed"]["reachable"]) >= {"1.4.1(3)", "1.4.2.4(4)"}


# ---- the prover says the same


@pytest.mark.parametrize("name", PLANS)
def test_z3_agrees(name: str) -> None:
    plan = load_plan(name)
    proofs = prover.prove(plan)
    assert proofs["prover"].startswith("z3 ")
    for reading, small in checked(name).readings.items():
        monotone = "proved" if small.counterexample is None else "refuted"
        assert proofs["readings"][reading] == {
            "reachable": "proved",
            "event_has_grade": "proved",
            "grade_has_event": "proved",
            "monotone": monotone,
        }


BAD = [
    ("reachable", IMPOSSIBLE),
    ("event_has_grade", NO_GRADE),
    ("grade_has_event", NO_EVENT),
    ("monotone", BOUNDED),
]


@pytest.mark.parametrize(("claim", "change"), BAD)
def test_z3_refutes_what_is_wrong(claim: str, change: tuple[str, str]) -> None:
    assert prover.prove(changed(change))["readings"]["plain"][claim].startswith("refuted")


def test_without_z3_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prover, "find_spec", lambda _: None)
    assert prover.prove(load_plan("county-demo")) == {}
