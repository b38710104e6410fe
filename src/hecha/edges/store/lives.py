"""State rows of the deciders: facts and rows are written in one transaction, so a row is always what its facts say."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from hecha.edges.store import ledger
from hecha.edges.store.tables import delegations, entries
from hecha.edges.store.writer import Tx
from hecha.kernel.facts import Fact
from hecha.response import backlog, delegation

State = TypeVar("State")
Command = TypeVar("Command")


class Lives(Generic[Command, State]):
    """One kind of thing with a life: its table, how a row becomes a state, and its decider."""

    def __init__(
        self,
        table: Table,
        kind: str,
        state: Callable[..., State],
        decide: Callable[[Command, State | None], tuple[Fact, ...]],
        evolve: Callable[[State | None, Fact], State],
    ) -> None:
        self.table = table
        self.kind = kind
        self._state, self._decide, self._evolve = state, decide, evolve
        self._one = select(table).where(table.c.id == bindparam("one"))
        self._columns = tuple(column.name for column in table.c)

    def load(self, connection: Connection, id: str) -> State | None:
        """The present state, `None` if there is no such thing."""
        row = connection.execute(self._one, {"one": id}).mappings().first()
        return None if row is None else self._state(**row)

    def do(self, tx: Tx, id: str, command: Command) -> tuple[State | None, tuple[Fact, ...]]:
        """Decide, record the facts and write the row. Returns the state after, and the facts."""
        before = self.load(tx.connection, id)
        found = self._decide(command, before)
        after = before
        for fact in found:
            tx.record(fact)
            after = self._evolve(after, fact)
        if after is not None and found:
            self._write(tx.connection, id, after, fresh=before is None)
        return after, found

    def replay(self, connection: Connection) -> dict[str, State]:
        """All states, from the ledger alone (a test compares them with the rows)."""
        states: dict[str, State] = {}
        after = 0
        while page := ledger.read(connection, after=after, kind=f"{self.kind}:"):
            for one in page:
                states[one.fact.subject] = self._evolve(states.get(one.fact.subject), one.fact)
            after = page[-1].seq
        return states

    def rows(self, connection: Connection) -> dict[str, State]:
        """All states, from the rows."""
        return {row["id"]: self._state(**row) for row in connection.execute(select(self.table)).mappings()}

    def _write(self, connection: Connection, id: str, state: Any, *, fresh: bool) -> None:
        values = {name: getattr(state, name) for name in self._columns}
        if fresh:
            connection.execute(insert(self.table), values)
        else:
            connection.execute(update(self.table).where(self.table.c.id == id), values)


def _entry(**row: Any) -> backlog.Entry:
    return backlog.Entry(**row | {"state": backlog.State(row["state"])})


def _delegation(**row: Any) -> delegation.Delegation:
    return delegation.Delegation(**row | {"state": delegation.State(row["state"])})


register: Lives[backlog.Command, backlog.Entry] = Lives(
    entries, "register:entry", _entry, backlog.decide, backlog.evolve
)
requests: Lives[delegation.Command, delegation.Delegation] = Lives(
    delegations, "delegation:request", _delegation, delegation.decide, delegation.evolve
)
