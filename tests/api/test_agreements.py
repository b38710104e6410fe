"""Agreed delegates (委托约定): the bank's people list, enter and end them; the card names each for what it is."""

import pytest

from hecha.edges.api.desk_agreements import agreements_of, end_agreement
from hecha.edges.store import ledger
from hecha.kernel.errors import BadInput, NotThere, Refused
from hecha.kernel.ids import OutletId, UnitId
from hecha.organization.principal import Principal, Role
from hecha.response.delegation import Kind
from tests.api.town import AUDITOR, BRANCH, ENGINEER_X, Town, clerk

ENGINEER_Y = Principal("engineer-y", "技术员", Role.ENGINEER, UnitId("bank/Y"))


def agree(town: Town, delegate: str, rank: int = 1, who: Principal = ENGINEER_X) -> None:
    town.run(town.desk.agree(who, {"delegate": delegate, "telephone": "0577-5550101", "rank": rank}))


@pytest.mark.parametrize(
    ("delegate", "kind"),
    [
        ("bank/X", Kind.SUPERIOR),
        ("bank/Y", Kind.OTHER_BANK),
        ("outlet/y1", Kind.OTHER_BANK),
        ("pbc/3303", Kind.BRANCH),
        ("head_office", Kind.BRANCH),
    ],
)
def test_only_the_own_bank_is_a_superior(small_town: Town, delegate: str, kind: Kind) -> None:
    agree(small_town, delegate)
    offered = small_town.desk.office.agreed(OutletId("x1"), small_town.picture)
    assert [(one.unit, one.kind) for one in offered] == [(delegate, kind)]


def test_they_are_listed_in_their_order_and_end(town: Town) -> None:
    office = town.desk.office
    agree(town, "bank/Y", 2)
    agree(town, "pbc/3303", 1)
    agree(town, "bank/Y", 3)  # entered again: changed
    listed = [(one["delegate"], one["rank"], one["telephone"]) for one in agreements_of(office, ENGINEER_X)]
    assert listed == [("pbc/3303", 1, "0577-5550101"), ("bank/Y", 3, "0577-5550101")]
    assert agreements_of(office, ENGINEER_Y) == []
    with pytest.raises(NotThere):
        town.run(end_agreement(office, ENGINEER_Y, "bank/Y"))
    town.run(end_agreement(office, ENGINEER_X, "bank/Y"))
    assert [one["delegate"] for one in agreements_of(office, ENGINEER_X)] == ["pbc/3303"]
    with pytest.raises(NotThere):
        town.run(end_agreement(office, ENGINEER_X, "bank/Y"))
    with town.store.read() as connection:
        facts = [one.fact for one in ledger.read(connection, kind="delegation:agreement:")]
    assert [fact.kind.rpartition(":")[2] for fact in facts] == ["made", "made", "made", "ended"]
    assert (facts[-1].subject, facts[-1].by, dict(facts[-1].data)) == ("bank/X", "engineer-x", {"delegate": "bank/Y"})


@pytest.mark.parametrize("who", [clerk("x1"), BRANCH, AUDITOR])
def test_only_the_bank_itself_agrees(small_town: Town, who: Principal) -> None:
    with pytest.raises(Refused):
        agree(small_town, "bank/Y", who=who)
    with pytest.raises(Refused):
        agreements_of(small_town.desk.office, who)
    with pytest.raises(Refused):
        small_town.run(end_agreement(small_town.desk.office, who, "bank/Y"))


def test_a_unit_that_does_not_exist_is_no_delegate(small_town: Town) -> None:
    with pytest.raises(BadInput):
        agree(small_town, "outlet/nowhere")
