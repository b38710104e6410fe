"""Reading and writing lives, duties and numbers inside a transaction: the book's form over the store."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import msgspec
import sqlalchemy as sa

from hecha.edges.organization.roster import Roster
from hecha.edges.procedure.tables import duties, lives, numbers, readers, timeline
from hecha.flow.life import Life
from hecha.flow.procedure import LIVES
from hecha.flow.standing_branches import standing_branches
from hecha.kernel.duties import Duty
from hecha.network.branches import Branches
from hecha.network.model import Network
from hecha.organization.units import Units
from hecha.plan.model import Plan

_ONE = sa.select(lives.c.body).where(lives.c.kind == sa.bindparam("kind"), lives.c.id == sa.bindparam("one"))


@dataclass(frozen=True)
class Ground:
    """What lives stand on: the network, its branches, the plans (the settings' first), and who holds what.
    Without a `roster` the tree of units is that of the network, without terms."""

    network: Network
    branches: Branches
    plans: tuple[Plan, ...]
    roster: Roster | None = None

    @property
    def plan(self) -> Plan:
        return self.plans[0]

    @cached_property  # ok: the network does not change
    def units(self) -> Units:
        """The tree of units, as the network has it."""
        return Units(self.network)

    def units_now(self, connection: sa.Connection) -> Units:
        """The tree of units as it stands, with the terms that this connection sees."""
        return self.units if self.roster is None else self.roster.of(connection).units

    def present_branches(self) -> Branches:
        """The branches as they stand, for those outside a transaction."""
        return self.branches if self.roster is None else self.branches_now(self.roster.now().units)

    def branches_now(self, units: Units) -> Branches:
        """The branches as they stand; those of the network where no unit has a term."""
        return standing_branches(self.network, units) if units.terms else self.branches


class StoredBook:
    """`hecha.flow.book.Book` over one connection."""

    def __init__(self, connection: sa.Connection, ground: Ground) -> None:
        self._connection = connection
        self._ground = ground

    @property
    def connection(self) -> sa.Connection:
        """The transaction that it reads in."""
        return self._connection

    @property
    def network(self) -> Network:
        return self._ground.network

    @cached_property  # ok: lives as long as one transaction
    def branches(self) -> Branches:
        return self._ground.branches_now(self.units)

    @cached_property  # ok: lives as long as one transaction
    def units(self) -> Units:
        return self._ground.units_now(self._connection)

    @property
    def plans(self) -> Sequence[Plan]:
        return self._ground.plans

    def plan(self, name: str) -> Plan:
        return next((one for one in self._ground.plans if one.id == name), self._ground.plan)

    def state(self, kind: str, id: str) -> Any | None:
        body = self._connection.execute(_ONE, {"kind": kind, "one": id}).scalar()
        return None if body is None else decoded(LIVES[kind], body)

    def of(self, incident: str, kind: str) -> Sequence[Any]:
        query = sa.select(lives.c.body).where(lives.c.incident == incident, lives.c.kind == kind)
        rows = self._connection.execute(query.order_by(lives.c.opened_at, lives.c.id)).scalars()
        return [decoded(LIVES[kind], body) for body in rows]

    def open_duties(self, incident: str) -> Sequence[str]:
        query = sa.select(duties.c.what).where(duties.c.incident == incident).order_by(duties.c.id)
        return list(self._connection.execute(query).scalars())

    def next_number(self, unit: str, series: str, year: int) -> int:
        here = sa.and_(numbers.c.unit == unit, numbers.c.series == series, numbers.c.year == year)
        last = self._connection.execute(sa.select(numbers.c.last).where(here)).scalar()
        if last is None:
            row = {"unit": unit, "series": series, "year": year, "last": 1}
            self._connection.execute(sa.insert(numbers), row)
            return 1
        self._connection.execute(sa.update(numbers).where(here).values(last=last + 1))
        return int(last) + 1


def decoded(life: Life, body: str) -> Any:
    """A state from its row."""
    return msgspec.json.decode(body, type=life.state)


def encoded(state: Any) -> str:
    return msgspec.json.encode(state).decode()


def write(connection: sa.Connection, life: Life, id: str, state: Any, *, fresh: bool) -> None:
    """The row of a state, as its facts have made it, and whom it goes to."""
    values = asdict(life.row(state)) | {"body": encoded(state)}
    if fresh:
        connection.execute(sa.insert(lives), {"kind": life.kind, "id": id, **values})
    else:
        connection.execute(sa.update(lives).where(lives.c.kind == life.kind, lives.c.id == id).values(values))
        connection.execute(sa.delete(readers).where(readers.c.kind == life.kind, readers.c.id == id))
    rows = [{"kind": life.kind, "id": id, "unit": unit} for unit in sorted(set(life.readers(state)))]
    if rows:
        connection.execute(sa.insert(readers), rows)


def owe(connection: sa.Connection, life: Life, id: str, owed: Iterable[Duty]) -> None:
    """Replace the duties of a life by those that follow from its state."""
    connection.execute(sa.delete(duties).where(duties.c.kind == life.kind, duties.c.subject == id))
    rows = [asdict(one) | {"kind": life.kind, "subject": id} for one in owed]
    if rows:
        connection.execute(sa.insert(duties), rows)


def mark(connection: sa.Connection, incident: str, numbers_: Iterable[int]) -> None:
    """Facts that belong to an incident's timeline."""
    rows = [{"incident": incident, "seq": seq} for seq in numbers_]
    if incident and rows:
        connection.execute(sa.insert(timeline), rows)
