"""Changes of the organisation: who may, what is refused, and what stands on record."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from hecha.edges.sandbox.staff import move_in
from hecha.edges.store import ledger
from hecha.edges.store.keys import fresh_keys
from hecha.edges.store.store import Store
from hecha.kernel.errors import BadInput, NotThere, Refused
from hecha.kernel.ids import UnitId
from hecha.organization.people import Expert, Numbers, Person, PersonId, Seat
from hecha.organization.sheets import Item
from hecha.organization.units import HEAD_OFFICE, Term
from hecha.plan.posts import Act, Body, Department, SeatRole
from tests.organization.registry import CITY, OFFICE, Registry, run
from tests.organization.staff import NOW, person, principal, seat


@pytest.fixture
def registry() -> Iterator[Registry]:
    store = Store("sqlite://", fresh_keys())
    yield Registry(store)
    store.close()


NEW = Person(PersonId("P-1"), "新来的", UnitId("pbc/3303"), Department.TECHNOLOGY, mobile="10000000001")
POST = Seat(UnitId("pbc/3303"), Body.GROUP, SeatRole.MEMBER, Department.TECHNOLOGY, PersonId("P-1"))


def test_somebody_comes_is_seated_and_leaves_and_each_step_is_on_record(store: Store) -> None:
    registry = Registry(store)
    assert run(registry.edits.put(CITY, [NEW, POST])) == 2
    assert registry.here.seats_of(NEW, NOW) == (POST,)
    registry.clock.passes(hours=1)
    run(registry.edits.leave(CITY, NEW.id))
    later = NOW + timedelta(hours=1)
    assert registry.here.seats_of(NEW, later) == ()
    assert registry.here.seats_of(NEW, NOW)[0].person == "P-1"  # who held it then is still known
    assert NEW.id not in [one.id for one in registry.here.people_of(UnitId("pbc/3303"), later)]
    assert [(fact.kind, fact.by, fact.clause) for fact in registry.facts()] == [
        ("organization:person:entered", "city", "2.1"),
        ("organization:seat:entered", "city", "2.1"),
        ("organization:person:changed", "city", "2.1"),
        ("organization:seat:changed", "city", "2.1"),
    ]


def test_no_fact_carries_a_telephone_number(registry: Registry) -> None:
    run(registry.edits.put(CITY, [NEW, Numbers(UnitId("pbc/3303"), "0577-001", "0577-002", "0577-003")]))
    run(registry.edits.put(CITY, [replace(NEW, mobile="10000000002")]))
    text = str([fact.data for fact in registry.facts()])
    assert "10000000" not in text
    assert "0577" not in text
    assert registry.facts()[-1].data["fields"] == ["mobile"]


def test_what_is_the_same_is_no_change(registry: Registry) -> None:
    run(registry.edits.put(CITY, [NEW]))
    before = registry.here
    assert run(registry.edits.put(CITY, [NEW])) == 0
    assert len(registry.facts()) == 1
    assert registry.here is before  # nothing was read again


def test_the_ledger_is_sound_and_the_roster_new_after_every_change(registry: Registry) -> None:
    before = registry.here
    run(registry.edits.put(CITY, [NEW]))
    assert registry.here is not before
    with registry.store.read() as connection:
        assert ledger.verify(connection).why == ""


def test_a_post_that_is_filled_gives_its_powers_at_once(registry: Registry) -> None:
    who = principal("new", "pbc/3303")
    assert not registry.here.may(who, Act.DRAFT_ORDER, UnitId("pbc/3303"), NOW).allowed
    director = replace(POST, body=Body.OFFICE, role=SeatRole.DEPUTY)
    run(registry.edits.put(CITY, [replace(NEW, account="new"), director]))
    assert registry.here.may(who, Act.DRAFT_ORDER, UnitId("pbc/3303"), NOW).allowed


REFUSED: list[tuple[str, str, Item]] = [
    # by whom, why not, what
    ("city", "pbc/33 is not in the city's keeping", replace(NEW, unit=UnitId("pbc/33"))),
    ("city", "another city", replace(NEW, unit=UnitId("pbc/3304"))),
    ("bank-leader", "a bank keeps itself only", NEW),
    ("bank-leader", "another bank", replace(NEW, unit=UnitId("bank/icbc"))),
    ("leader", "the office keeps it, not the group", NEW),
    ("clerk", "no post", NEW),
    ("city", "its own term is for the level above", Term(UnitId("pbc/3303"), until=NOW)),
]


@pytest.mark.parametrize(("who", "why", "item"), REFUSED)
def test_who_may_not(registry: Registry, who: str, why: str, item: Item) -> None:
    unit = {"city": "pbc/3303", "bank-leader": "bank/cb-yongjiang", "leader": "pbc/33"}.get(who, "outlet/icbc-0001")
    with pytest.raises(Refused):
        run(registry.edits.put(principal(who, unit), [item]))
    assert registry.facts() == []


def test_nobody_is_moved_out_of_a_unit_that_one_does_not_keep(registry: Registry) -> None:
    stranger = replace(NEW, id=PersonId("P-2"), unit=UnitId("pbc/3304"))
    run(registry.edits.put(OFFICE, [stranger]))
    with pytest.raises(Refused):
        run(registry.edits.put(CITY, [replace(stranger, unit=UnitId("pbc/3303"))]))


WRONG: list[tuple[str, Item]] = [
    # field, what
    ("id", replace(NEW, id=PersonId("工号 1"))),
    ("id", replace(NEW, id=PersonId("x" * 61))),
    ("name", replace(NEW, name=" ")),
    ("name", replace(NEW, name="名" * 41)),
    ("mobile", replace(NEW, mobile="call me")),
    ("day", replace(NEW, day="1" * 41)),
    ("mail", replace(NEW, mail="nobody")),
    ("account", replace(NEW, account="two words")),
    ("account", replace(NEW, account="city")),  # somebody else's
    ("department", replace(NEW, department=Department.PERSONAL_FINANCE)),  # of banks only
    ("unit", replace(NEW, unit=UnitId("pbc/9999"))),
    ("person", replace(POST, person=PersonId("nobody"))),
    ("until", replace(POST, since=NOW, until=NOW)),
    ("body", replace(POST, unit=UnitId("bank/cb-yongjiang"), body=Body.OFFICE)),
    ("duty_room", Numbers(UnitId("pbc/3303"), duty_room="=1+1")),
    ("field", Expert("专家", "", "", UnitId("pbc/33"))),
    ("unit", Term(UnitId("bank/nobody/3303"))),
    ("unit", Term(HEAD_OFFICE)),
    ("superior", Term(UnitId("pbc/3303"), superior=UnitId("pbc/3303"))),
]


@pytest.mark.parametrize(("field", "item"), WRONG)
def test_what_cannot_be_is_refused_by_its_field(registry: Registry, field: str, item: Item) -> None:
    first: list[Item] = [NEW] if isinstance(item, Seat) and item.person == NEW.id else []
    with pytest.raises(BadInput) as wrong:
        run(registry.edits.put(OFFICE, [*first, item]))
    assert wrong.value.where == field
    assert registry.facts() == []


def test_one_wrong_item_of_many_and_nothing_is_written(registry: Registry) -> None:
    changed, wrong = run(registry.edits.put_all(CITY, [NEW, replace(NEW, id=PersonId("P-2"), name=""), POST]))
    assert (changed, [one.nth for one in wrong]) == (0, [1])
    assert registry.facts() == []
    assert "P-1" not in registry.here.people


def test_the_same_item_twice_is_wrong(registry: Registry) -> None:
    _, wrong = run(registry.edits.put_all(CITY, [NEW, replace(NEW, name="另一个")]))
    assert [one.nth for one in wrong] == [1]


def test_who_is_not_there_cannot_leave(registry: Registry) -> None:
    with pytest.raises(NotThere):
        run(registry.edits.leave(CITY, PersonId("nobody")))
    run(registry.edits.put(CITY, [NEW]))
    run(registry.edits.leave(CITY, NEW.id))
    with pytest.raises(NotThere):
        run(registry.edits.leave(CITY, NEW.id))


def test_an_expert_is_entered_and_struck_off(registry: Registry) -> None:
    expert = Expert("某专家", "网间互联综合前置", "10000000009", UnitId("pbc/3303"))
    run(registry.edits.put(CITY, [expert]))
    run(registry.edits.remove(CITY, expert))
    assert expert not in registry.here.experts
    assert [fact.kind for fact in registry.facts()] == ["organization:expert:entered", "organization:expert:removed"]
    with pytest.raises(NotThere):
        run(registry.edits.remove(CITY, expert))


def test_the_reform_is_entered_as_terms_and_taken_back(store: Store) -> None:
    registry = Registry(store)
    day = NOW - timedelta(days=1)
    closed, ningbo = Term(UnitId("pbc/3303"), until=day), Term(UnitId("pbc/3302"), superior=HEAD_OFFICE)
    run(registry.edits.put(OFFICE, [closed, ningbo]))
    units = registry.here.units
    assert units.local_branch(UnitId("330302"), NOW) == "pbc/33"
    assert units.superior(UnitId("pbc/3302"), NOW) == HEAD_OFFICE
    assert not registry.here.may(CITY, Act.DECIDE, UnitId("pbc/3303"), NOW).allowed
    run(registry.edits.remove(OFFICE, closed))
    assert registry.here.units.local_branch(UnitId("330302"), NOW) == "pbc/3303"


def test_a_reform_entered_beforehand_comes_into_force_on_its_day(registry: Registry) -> None:
    day = NOW + timedelta(days=30)
    run(registry.edits.put(OFFICE, [Term(UnitId("pbc/3303"), until=day), Term(UnitId("pbc/3301"), since=day)]))
    before = registry.here
    assert before.units.local_branch(UnitId("330302")) == "pbc/3303"
    assert registry.here is before
    registry.clock.passes(hours=30 * 24)
    assert registry.here.units.local_branch(UnitId("330302")) == "pbc/33"
    assert registry.here.units.local_branch(UnitId("330102")) == "pbc/3301"
    assert registry.here is registry.here
    people = [replace(NEW, unit=UnitId("pbc/3301"))]  # the new branch can be staffed
    assert run(registry.edits.put(OFFICE, list(people))) == 1


def test_two_offices_at_once_lose_nothing(store: Store) -> None:
    registry = Registry(store)

    async def both() -> None:
        others = [replace(NEW, id=PersonId(f"P-{nth}")) for nth in range(20)]
        await asyncio.gather(*(registry.edits.put(CITY, [one]) for one in others))

    asyncio.run(both())
    assert {f"P-{nth}" for nth in range(20)} <= set(registry.here.people)
    assert len(registry.facts()) == 20


def test_the_staffed_sandbox_misses_nothing_and_is_left_alone(registry: Registry) -> None:
    assert all(not registry.here.missing(UnitId(unit), NOW) for unit in ("pbc/33", "pbc/3303", "bank/cb-yongjiang"))
    before = len(registry.here.people)
    assert registry.store.submit(lambda tx: move_in(tx, [person("x", "pbc/33")], NOW)).result() == 0
    assert len(registry.here.people) == before


def test_a_seat_in_a_unit_is_not_kept_by_hand_of_the_seated(registry: Registry) -> None:
    own = seat(registry.by_account(principal("city-leader", "pbc/3303")), "pbc/3303", "office/leader", "settlement")
    with pytest.raises(Refused):
        run(registry.edits.put(principal("city-leader", "pbc/3303"), [own]))
