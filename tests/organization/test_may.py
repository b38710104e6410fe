"""Who may do what (2.1.2, 2.2, 3.2, 4.1-4.3, 5.4), as a table: yes or no, and the clause."""

import pytest

from hecha.kernel.errors import Refused
from hecha.kernel.ids import UnitId
from hecha.organization.principal import Role
from hecha.plan.posts import Act
from tests.organization.staff import NOW, organization, person, principal, seat, whole

HERE = organization(
    *whole("pbc/33"), *whole("pbc/3303"), *whole("pbc/330381"), *whole("bank/icbc"), *whole("bank/icbc/330381"),
    people=(person("finder", "pbc/3303", "technology"), person("teller", "bank/icbc/330381")),
)  # fmt: skip
LEADER, DEPUTY, MEMBER = "group-leader-leadership", "group-deputy-technology", "group-member-credit"
DIRECTOR, CLERK = "office-leader-settlement", "office-member-technology"

TABLE = [
    # who (unit:post), what, for which unit, clause if yes, or no
    ("pbc/33:" + LEADER, "decide", "pbc/33", "2.1.2.1(2)"),
    ("pbc/3303:" + LEADER, "decide", "pbc/3303", "2.1.2.3(2)"),
    ("pbc/33:" + MEMBER, "decide", "pbc/33", None),
    ("pbc/33:" + DIRECTOR, "decide", "pbc/33", None),
    ("pbc/33:" + LEADER, "decide", "pbc/3303", None),  # a city decides for itself
    ("pbc/33:" + LEADER, "decide", "pbc/3301", "2.1.2.1(2)"),  # Hangzhou: the province acts
    ("pbc/3303:" + LEADER, "decide", "pbc/33", None),
    ("pbc/33:" + DEPUTY, "consent", "pbc/33", "4.2.2"),
    ("pbc/33:" + DIRECTOR, "draft_order", "pbc/33", "2.1.2.2(4)"),
    ("pbc/3303:" + CLERK, "draft_order", "pbc/3303", "2.1.2.4(4)"),
    ("pbc/33:" + LEADER, "draft_order", "pbc/33", None),
    ("pbc/33:group-deputy-settlement", "publish_order", "pbc/33", "2.1.2.1(4)"),
    ("pbc/3303:" + DIRECTOR, "publish_order", "pbc/3303", "2.1.2.3(4)"),
    ("pbc/33:" + DEPUTY, "publish_order", "pbc/33", None),  # the technology department does not publish
    ("pbc/33:" + LEADER, "publish_order", "pbc/33", None),
    ("pbc/33:group-member-credit", "adjust_business", "pbc/33", "4.3.1(2)"),
    ("pbc/3303:group-deputy-technology", "adjust_technical", "pbc/3303", "4.3.2(3)"),
    ("pbc/330381:group-deputy-settlement", "adjust_technical", "pbc/330381", None),
    ("pbc/330381:" + DIRECTOR, "office_summary", "pbc/330381", "4.3.3(5)"),
    ("pbc/33:" + LEADER, "approve_release", "pbc/33", "2.1.2.1(5)"),
    ("pbc/3303:" + DIRECTOR, "publish_release", "pbc/3303", "2.1.2.3(5)"),
    ("pbc/33:" + LEADER, "report", "pbc/33", "2.1.2.1(1)"),
    ("pbc/3303:" + DIRECTOR, "report", "pbc/3303", "2.1.2.4(3)"),
    ("bank/icbc/330381:" + LEADER, "report", "bank/icbc/330381", "2.2(1)"),
    ("bank/icbc:" + LEADER, "report", "bank/icbc/330381", None),
    ("bank/icbc:" + LEADER, "receipt", "bank/icbc", "4.3.1(5)"),
    ("teller", "receipt", "bank/icbc/330381", None),
    ("teller", "find", "bank/icbc/330381", "4.1"),
    ("finder", "collect_anomaly", "pbc/3303", "3.2.3(1)"),
    ("finder", "collect_external", "pbc/3303", None),
    ("pbc/3303:" + CLERK, "collect_external", "pbc/3303", "3.2.3(2)"),
    ("pbc/3303:" + CLERK, "assess_warning", "pbc/3303", "3.2.4"),
    ("pbc/3303:" + LEADER, "notify_warning", "pbc/3303", "3.2.4"),
    ("bank/icbc:" + LEADER, "assess_warning", "bank/icbc", None),  # banks have no office
    ("pbc/33:" + CLERK, "evaluate", "pbc/33", "5.4"),
    ("pbc/33:" + CLERK, "record_external", "pbc/33", "2.1.2.2(3)"),
    ("pbc/33:" + LEADER, "decide", "head_office", None),
]


@pytest.mark.parametrize(("who", "act", "unit", "clause"), TABLE)
def test_who_may_do_what(who: str, act: str, unit: str, clause: str | None) -> None:
    home = HERE.people[who].unit  # type: ignore[index]
    verdict = HERE.may(principal(who, home), Act(act), UnitId(unit), NOW)
    assert verdict.allowed is (clause is not None), verdict
    assert not clause or verdict.clause == clause
    assert verdict.reason
    assert verdict.allowed or verdict.way_out


AREA = [
    # first handling and command are never blocked in the own area, whatever the grade
    ("finder", "first_handling", "pbc/3303", "2.1.2.3(3)"),
    ("finder", "first_handling", "pbc/330381", "2.1.2.3(3)"),
    ("finder", "first_handling", "bank/icbc/330381", "2.1.2.3(3)"),
    ("finder", "first_handling", "outlet/icbc-0001", None),  # in Hangzhou
    ("finder", "command", "pbc/3303", None),  # handling is everybody's, command the group's
    ("pbc/3303:" + LEADER, "command", "pbc/330381", "2.1.2.3(3)"),
    ("pbc/3303:" + LEADER, "command", "bank/icbc/330381", "2.1.2.3(3)"),
    ("pbc/3303:" + LEADER, "command", "pbc/3304", None),
    ("pbc/33:" + DEPUTY, "command", "pbc/3304", "2.1.2.1(3)"),
    ("bank/icbc:" + LEADER, "command", "bank/icbc/330381", "2.2(3)"),
    ("bank/icbc/330381:" + LEADER, "command", "bank/icbc", None),
    ("bank/icbc:" + LEADER, "command", "bank/abc", None),
    ("pbc/33:" + CLERK, "keep_organization", "pbc/3303", "2.1"),
    ("pbc/3303:" + CLERK, "keep_organization", "bank/icbc/330381", "2.1"),
    ("pbc/3303:" + CLERK, "keep_organization", "pbc/33", None),
    ("bank/icbc:" + LEADER, "keep_organization", "bank/icbc/330381", "2.2"),
    ("bank/icbc:" + LEADER, "keep_organization", "pbc/33", None),
]


@pytest.mark.parametrize(("who", "act", "unit", "clause"), AREA)
def test_what_reaches_into_the_area(who: str, act: str, unit: str, clause: str | None) -> None:
    test_who_may_do_what(who, act, unit, clause)


def test_a_deputy_stands_in_and_it_is_said_so() -> None:
    verdict = HERE.may(principal("pbc/33:" + DEPUTY, "pbc/33"), Act.DECIDE, UnitId("pbc/33"), NOW)
    assert (verdict.allowed, verdict.standing_in, verdict.post) == (True, True, "group/deputy")
    leader = HERE.may(principal("pbc/33:" + LEADER, "pbc/33"), Act.DECIDE, UnitId("pbc/33"), NOW)
    assert (leader.allowed, leader.standing_in) == (True, False)


def test_a_substitute_has_the_powers_of_the_post() -> None:
    here = organization(seat("b", "pbc/3303", "group/leader", "leadership", substitute=True))
    verdict = here.may(principal("b", "pbc/3303"), Act.DECIDE, UnitId("pbc/3303"), NOW)
    assert (verdict.allowed, verdict.standing_in, verdict.post) == (True, True, "group/leader")


def test_a_term_that_has_ended_gives_nothing() -> None:
    here = organization(seat("a", "pbc/3303", "group/leader", "leadership", until=NOW))
    assert not here.may(principal("a", "pbc/3303"), Act.DECIDE, UnitId("pbc/3303"), NOW).allowed


def test_first_handling_needs_no_post_and_no_record_of_the_person() -> None:
    nobody = principal("unknown", "outlet/icbc-0001", Role.CLERK)
    assert HERE.may(nobody, Act.FIRST_HANDLING, UnitId("outlet/icbc-0001"), NOW).clause == "4.1.1(4)"
    assert not HERE.may(nobody, Act.FIRST_HANDLING, UnitId("outlet/icbc-0002"), NOW).allowed


@pytest.mark.parametrize("act", list(Act))
def test_an_auditor_changes_nothing(act: Act) -> None:
    auditor = principal("pbc/33:" + LEADER, "pbc/33", Role.AUDITOR)
    with pytest.raises(Refused):
        HERE.require(auditor, act, UnitId("pbc/33"), NOW)


def test_a_refusal_says_who_may() -> None:
    with pytest.raises(Refused) as refused:
        HERE.require(principal("pbc/33:" + LEADER, "pbc/33"), Act.PUBLISH_ORDER, UnitId("pbc/33"), NOW)
    assert refused.value.clause == "2.1.2.1(4)"
    assert refused.value.reason == "代为发布命令由支付结算部门办理 publishing an order is for the settlement department"
    assert refused.value.way_out.startswith("请转给该单位的支付结算部门 ask the settlement department")
