"""Who can be told, by the organisation's roster: A before B, the numbers of the hour, the level above."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hecha.edges.notify.contacts import MemoryContacts, OrganizationContacts
from hecha.flow import convey as told
from hecha.flow.convey import Way
from hecha.kernel.ids import UnitId
from hecha.organization.organization import Organization
from hecha.organization.people import Absence, Numbers, Person, PersonId, Seat
from hecha.organization.principal import Principal, Role
from hecha.organization.units import Units
from hecha.plan.posts import Body, Department, SeatRole
from tests.console import demo

CITY = UnitId("pbc/3303")
NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 12, 16, 0, tzinfo=UTC)


def person(id: str, name: str, account: str = "", mobile: str = "") -> Person:
    return Person(PersonId(id), name, CITY, Department.SETTLEMENT, account, f"day-{id}", f"night-{id}", mobile)


A = person("a", "张甲", "city", "13800000001")
B = person("b", "王乙")
C = person("c", "赵丙")


def seat(who: Person, role: SeatRole, substitute: bool = False) -> Seat:
    return Seat(CITY, Body.OFFICE, role, Department.SETTLEMENT, who.id, substitute)


HERE = Organization(
    Units(demo.network()),
    demo.plan().organization,
    {one.id: one for one in (A, B, C)},
    (seat(C, SeatRole.MEMBER), seat(B, SeatRole.LEADER, substitute=True), seat(A, SeatRole.LEADER)),
    {CITY: Numbers(CITY, "0577-1", "0577-2", "0577-3")},
)
CONTACTS = OrganizationContacts(lambda: HERE)
MEMORY = MemoryContacts(
    {(CITY, "office"): [told.Person("a", "张甲", {Way.SMS: "13800000001"}, ("day-a",), "city"),
                        told.Person("b", "王乙"), told.Person("c", "赵丙")]},
    {CITY: "pbc/33", "pbc/33": "head_office"},
    {CITY: ("0577-1",)},
)  # fmt: skip


@pytest.mark.parametrize("contacts", [CONTACTS, MEMORY], ids=["organization", "memory"])
def test_both_forms_keep_the_same_contract(contacts: told.Contacts) -> None:
    holders = contacts.holders(CITY, "office", NOON)
    assert [(one.id, one.name) for one in holders] == [("a", "张甲"), ("b", "王乙"), ("c", "赵丙")]
    assert holders[0].addresses == {Way.SMS: "13800000001"}
    assert holders[0].telephones[0] == "day-a"
    assert holders[0].account == "city"
    assert [one.id for one in contacts.holders(CITY, "", NOON)] == ["a", "b", "c"]
    assert tuple(contacts.holders("pbc/3301", "office", NOON)) == ()
    known = Principal("city", "张甲", Role.BRANCH, CITY)
    assert "office" in (contacts.boxes(known, NOON)[CITY] or ())
    assert contacts.boxes(Principal("new", "新人", Role.BRANCH, CITY), NOON) == {CITY: None}
    assert contacts.superior(CITY) == "pbc/33"
    assert contacts.superior("head_office") is None
    assert contacts.duty_telephones(CITY, NOON)[0] == "0577-1"
    assert tuple(contacts.duty_telephones("pbc/3301", NOON)) == ()


def test_the_holder_comes_before_the_substitute_and_both_before_others() -> None:
    assert [one.id for one in CONTACTS.holders(CITY, "office", NOON)] == ["a", "b", "c"]
    assert CONTACTS.holders(CITY, "technology", NOON) == ()


def test_numbers_of_the_hour_come_first() -> None:
    by_day, by_night = (CONTACTS.holders(CITY, "office", at)[0] for at in (NOON, MIDNIGHT))
    assert by_day.telephones == ("day-a", "13800000001", "night-a")
    assert by_night.telephones == ("night-a", "13800000001", "day-a")
    assert by_day.addresses == {Way.SMS: "13800000001"}
    assert CONTACTS.holders(CITY, "office", NOON)[1].addresses == {}
    assert CONTACTS.duty_telephones(CITY, NOON)[0] == "0577-1"
    assert CONTACTS.duty_telephones(CITY, MIDNIGHT)[0] == "0577-3"
    assert CONTACTS.duty_telephones("pbc/33", NOON) == ()


def test_who_has_a_mail_address_is_reached_by_mail_too() -> None:
    zhang = replace(A, mail="zhang@bank.example")
    contacts = OrganizationContacts(lambda: replace(HERE, people={**HERE.people, A.id: zhang}))
    holders = contacts.holders(CITY, "office", NOON)
    assert holders[0].addresses == {Way.SMS: "13800000001", Way.MAIL: "zhang@bank.example"}
    assert [one.addresses for one in holders[1:]] == [{}, {}]


def test_who_cannot_come_is_told_last() -> None:
    gone = Absence("1", CITY, A.id, NOON - timedelta(hours=1), NOON + timedelta(hours=1))
    contacts = OrganizationContacts(lambda: replace(HERE, absences=(gone,)))
    assert [one.id for one in contacts.holders(CITY, "office", NOON)] == ["b", "c", "a"]
    assert [one.id for one in contacts.holders(CITY, "office", MIDNIGHT)] == ["a", "b", "c"]


def test_the_level_above() -> None:
    assert CONTACTS.superior(CITY) == "pbc/33"
    assert CONTACTS.superior("pbc/33") == "head_office"
    assert CONTACTS.superior("head_office") is None


def test_whose_notices_an_account_receives() -> None:
    city = Principal("city", "张甲", Role.BRANCH, CITY)
    boxes = CONTACTS.boxes(city, NOON)
    assert list(boxes) == [CITY]
    assert {"office", "settlement"} <= (boxes[CITY] or frozenset())
    stranger = Principal("new", "新人", Role.BRANCH, CITY)
    assert CONTACTS.boxes(stranger, NOON) == {CITY: None}
