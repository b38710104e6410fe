"""Prescribed posts (2.1, 2.2) as tables: what each level must have, what is missing, who holds two."""

from collections import Counter
from datetime import timedelta

import pytest

from hecha.kernel.ids import UnitId
from hecha.organization.acts import ACTS, POSTS
from hecha.organization.people import PersonId
from hecha.plan.posts import POST_WORDS, Act, Department
from tests.organization.staff import NOW, RULES, organization, person, principal, seat, whole

CENTRAL = {
    "group/leader leadership": "分管支付结算的行领导",
    "group/deputy settlement": "部门主要负责人",
    "group/deputy technology": "部门主要负责人",
    "group/deputy credit": "部门主要负责人",
    "group/member settlement": "部门有关负责人",
    "group/member technology": "部门有关负责人",
    "group/member credit": "部门有关负责人",
    "office/leader settlement": "支付结算部门负责人",
    "office/deputy technology": "部门负责人",
    "office/deputy credit": "部门负责人",
    "office/member settlement": "部门有关人员",
    "office/member technology": "部门有关人员",
    "office/member credit": "部门有关人员",
}
BANK = {
    "group/leader leadership": "分管副行长",
    "group/deputy settlement": "部门负责人",
    "group/deputy personal_finance": "部门负责人",
    "group/deputy credit": "部门负责人",
    "group/deputy technology": "部门负责人",
}
PRESCRIBED = [
    ("pbc/33", "2.1", CENTRAL),
    ("pbc/3303", "2.1", CENTRAL),
    ("pbc/330381", "2.1", CENTRAL),
    ("bank/icbc", "2.2", BANK),
    ("bank/icbc/3303", "2.2", BANK),
    ("bank/icbc/330381", "2.2", BANK),
    ("head_office", "", {}),
    ("outlet/icbc-0001", "", {}),  # stands under its branch
]


@pytest.mark.parametrize(("unit", "clause", "posts"), PRESCRIBED)
def test_what_a_unit_must_have(unit: str, clause: str, posts: dict[str, str]) -> None:
    missing = organization().missing(UnitId(unit), NOW)
    assert {f"{one.rule.body}/{one.rule.role} {one.rule.department}": one.rule.zh for one in missing} == posts
    assert {one.rule.clause for one in missing} <= {clause}


@pytest.mark.parametrize("unit", ["pbc/33", "pbc/3303", "bank/icbc", "bank/icbc/330381"])
def test_nothing_is_missing_where_every_post_is_filled(unit: str) -> None:
    here = organization(*whole(unit))
    assert here.missing(UnitId(unit), NOW) == ()
    assert here.doubled(UnitId(unit), NOW) == ()


def test_a_unit_that_is_not_there_misses_nothing() -> None:
    assert organization().missing(UnitId("pbc/3301"), NOW) == ()  # Hangzhou: the province acts


def test_an_empty_seat_a_term_that_ended_and_a_lone_substitute_are_missing() -> None:
    ended = seat("a", "pbc/33", "group/leader", "leadership", until=NOW)
    to_come = seat("b", "pbc/33", "group/leader", "leadership", since=NOW + timedelta(days=1))
    stands_by = seat("c", "pbc/33", "group/leader", "leadership", substitute=True)
    for seats, substitute in (((), None), ((ended, to_come), None), ((stands_by,), "c")):
        leader = organization(*seats).missing(UnitId("pbc/33"), NOW)[0]
        assert leader.rule.role == "leader"
        assert (leader.substitute and leader.substitute.id) == substitute


def test_who_cannot_come_leaves_a_post_unfilled() -> None:
    here = organization(*whole("pbc/3303"))
    away = {PersonId("pbc/3303:office-leader-settlement")}
    assert [one.rule.body for one in here.missing(UnitId("pbc/3303"), NOW, away)] == ["office"]


DOUBLED = [
    # unit, is it a fault?
    ("pbc/33", True),
    ("pbc/3303", True),
    ("pbc/330381", False),
    ("bank/icbc", True),
    ("bank/icbc/3303", True),
    ("bank/icbc/330381", False),
]


@pytest.mark.parametrize(("unit", "is_fault"), DOUBLED)
def test_two_posts_are_a_note_in_small_branches_and_a_fault_elsewhere(unit: str, is_fault: bool) -> None:
    here = organization(
        seat("one", unit, "group/deputy", "settlement"), seat("one", unit, "group/deputy", "technology")
    )
    (found,) = here.doubled(UnitId(unit), NOW)
    assert (found.person.id, len(found.seats), found.is_fault) == ("one", 2, is_fault)


def test_posts_in_two_units_are_doubled_in_both_and_a_substitute_is_not() -> None:
    one, other = seat("a", "pbc/33", "group/leader", "leadership"), seat("a", "pbc/3303", "group/leader", "leadership")
    assert [len(organization(one, other).doubled(UnitId(unit), NOW)) for unit in ("pbc/33", "pbc/3303")] == [1, 1]
    stands_by = seat("a", "pbc/33", "group/deputy", "settlement", substitute=True)
    assert organization(one, stands_by).doubled(UnitId("pbc/33"), NOW) == ()


NAMES = [
    ("settlement", "pbc/33", "支付结算处"),
    ("settlement", "pbc/3303", "支付结算科"),
    ("settlement", "pbc/3310", "会计财务科"),  # Taizhou calls it so
    ("technology", "pbc/3310", "科技科"),
    ("credit", "pbc/33", "征信管理处"),
    ("credit", "bank/icbc", "信贷管理部"),
    ("personal_finance", "bank/icbc/3303", "个人金融部"),
]


@pytest.mark.parametrize(("department", "unit", "zh"), NAMES)
def test_departments_are_called_as_the_unit_calls_them(department: str, unit: str, zh: str) -> None:
    assert organization().department_zh(Department(department), UnitId(unit)) == zh


HOLDS = [
    # post asked for, who is called first
    ("", "pbc/3303:group-leader-leadership"),
    ("group", "pbc/3303:group-leader-leadership"),
    ("group/deputy", "pbc/3303:group-deputy-settlement"),
    ("office", "pbc/3303:office-leader-settlement"),
    ("settlement", "pbc/3303:group-deputy-settlement"),
    ("technology", "pbc/3303:group-deputy-technology"),
]


@pytest.mark.parametrize(("post", "first"), HOLDS)
def test_who_is_called_first(post: str, first: str) -> None:
    held = organization(*whole("pbc/3303")).who_holds(UnitId("pbc/3303"), post, NOW)
    assert held[0].person.id == first


def test_in_hangzhou_the_province_is_called() -> None:
    here = organization(*whole("pbc/33"))
    assert here.who_holds(UnitId("pbc/3301"), "group/leader", NOW)[0].seat.unit == "pbc/33"


def test_the_substitute_is_called_when_the_other_cannot_come() -> None:
    here = organization(
        seat("a", "pbc/33", "group/leader", "leadership"),
        seat("b", "pbc/33", "group/leader", "leadership", substitute=True),
    )
    assert [one.person.id for one in here.who_holds(UnitId("pbc/33"), "group/leader", NOW)] == ["a", "b"]
    away = {PersonId("a")}
    assert [one.person.id for one in here.who_holds(UnitId("pbc/33"), "group/leader", NOW, away)] == ["b"]


def test_what_somebody_is_responsible_for() -> None:
    here = organization(seat("a", "pbc/3303", "office/leader", "settlement"), people=(person("b", "pbc/3303"),))
    who = principal("a", "pbc/3303")
    assert here.posts_of(who, at=NOW) == {"office", "office/leader", "settlement"}
    assert here.posts_of(who, UnitId("pbc/33"), at=NOW) == frozenset()
    assert here.posts_of(principal("b", "pbc/3303"), at=NOW) == frozenset()
    assert here.posts_of(principal("nobody", "pbc/3303"), at=NOW) == frozenset()


def test_every_act_and_every_post_word_has_its_words() -> None:
    assert set(ACTS) == set(Act)
    assert set(POSTS) == {str(word) for word in POST_WORDS}


def test_every_act_can_be_done_by_somebody_of_the_province() -> None:
    levels = Counter(rule.act for rule in RULES.acts if "province" in rule.levels)
    assert set(levels) == set(Act)
