"""An organisation that is really kept: a store, a roster, edits, and a province's office that may change it."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from hecha.edges.clock import MovableClock
from hecha.edges.organization.edits import Edits
from hecha.edges.organization.roster import Roster
from hecha.edges.sandbox.staff import Staffing, move_in
from hecha.edges.store import ledger
from hecha.edges.store.store import Store
from hecha.kernel.facts import Fact
from hecha.kernel.ids import UnitId
from hecha.organization.organization import Organization
from hecha.organization.principal import Principal
from hecha.organization.units import Units
from tests.organization.staff import NETWORK, NOW, RULES, principal

T = TypeVar("T")
OFFICE = principal("province", "pbc/33")  # director of the province's office in the sandbox
CITY = principal("city", "pbc/3303")  # director of Wenzhou's office
SOME = ("pbc/33", "pbc/3303", "pbc/330305", "bank/cb-yongjiang", "bank/cb-yongjiang/330305")


class Registry:
    """Staffed with the sandbox's people of a few units."""

    def __init__(self, store: Store) -> None:
        self.clock = MovableClock(NOW)
        self.store = store
        self.roster = Roster(store, Units(NETWORK), RULES, self.clock)
        self.edits = Edits(store, self.roster, self.clock)
        staff = Staffing(NETWORK, Units(NETWORK), RULES).everybody(map(UnitId, SOME))
        store.submit(lambda tx: move_in(tx, staff, NOW)).result()

    @property
    def here(self) -> Organization:
        return self.roster.now()

    def facts(self) -> list[Fact]:
        """All about the organisation, without the sandbox's own."""
        with self.store.read() as connection:
            found = [one.fact for one in ledger.read(connection, kind="organization:")]
        return [fact for fact in found if fact.kind != "organization:sandbox:staffed"]

    def by_account(self, who: Principal) -> str:
        person = self.here.person(who)
        assert person is not None
        return person.id


def run(what: Awaitable[T]) -> T:
    async def awaited() -> T:
        return await what

    return asyncio.run(awaited())
