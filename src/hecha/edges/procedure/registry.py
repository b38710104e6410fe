"""The registry: one command with all that follows from it, in one transaction.

    registry.do(tx, Act("incident", "E2026…", command))

Load, decide, record the facts, write the row, rewrite the duties, hand notices to the outbox, then react. A reaction
that is refused takes the whole transaction with it: rules that cannot be followed are found at once, never half done.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hecha.edges.procedure import bookkeeping
from hecha.edges.procedure.bookkeeping import Ground, StoredBook
from hecha.edges.store import ledger
from hecha.edges.store.writer import Tx
from hecha.flow import reactions
from hecha.flow.life import DEPTH_MAX, Act, Life
from hecha.flow.procedure import LIVES
from hecha.kernel.errors import HechaError
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice

Announce = Callable[[Tx, Notice], object]
Hear = Callable[[Tx, Fact], object]


class Loop(HechaError):
    """Reactions that follow one another without end: a mistake in the table."""


class Registry:
    """`announce` puts a notice into the outbox, `hear` tells it what a fact settles; in the same transaction."""

    def __init__(
        self,
        ground: Ground,
        announce: Announce,
        lives: Mapping[str, Life] = LIVES,
        hear: Hear = lambda tx, fact: None,
    ) -> None:
        self._ground, self._announce, self._lives, self._hear = ground, announce, lives, hear

    def book(self, tx: Tx) -> StoredBook:
        return StoredBook(tx.connection, self._ground)

    def do(self, tx: Tx, act: Act, depth: int = 0) -> tuple[Any, tuple[Fact, ...]]:
        """Run a command and what follows; returns the life's state and its own facts."""
        if depth > DEPTH_MAX:
            raise Loop(f"一个事实引出的反应超过 {DEPTH_MAX} 层 reactions do not end: {act.kind} {act.id}")
        life, book = self._lives[act.kind], self.book(tx)
        before = book.state(act.kind, act.id)
        facts = tuple(life.decide(act.command, before))
        after = self._keep(tx, life, act.id, before, facts)
        for fact in facts:
            for follows in reactions.follow(fact, book):
                self.do(tx, follows, depth + 1)
        return after, facts

    def do_all(self, tx: Tx, acts: Iterable[Act]) -> None:
        for act in acts:
            self.do(tx, act)

    def _keep(self, tx: Tx, life: Life, id: str, before: Any, facts: tuple[Fact, ...]) -> Any:
        """The facts into the ledger, the state into its row, what it owes and says to where that is kept."""
        after, recorded = before, []
        told: dict[str, Notice] = {}
        for fact in facts:
            recorded.append(tx.record(fact))
            self._hear(tx, fact)
            after = life.evolve(after, fact)
            told.update((one.key, one) for one in life.notices(fact, after))
        if facts:
            bookkeeping.write(tx.connection, life, id, after, fresh=before is None)
            bookkeeping.owe(tx.connection, life, id, life.duties(after))
            bookkeeping.mark(tx.connection, life.row(after).incident, recorded)
        for notice in told.values():
            self._announce(tx, notice)
        return after


def replayed(connection: Any, life: Life) -> dict[str, Any]:
    """All states of a kind from the ledger alone (a test compares them with the rows)."""
    states: dict[str, Any] = {}
    after = 0
    while page := ledger.read(connection, after=after, kind=life.prefix):
        for one in page:
            states[one.fact.subject] = life.evolve(states.get(one.fact.subject), one.fact)
        after = page[-1].seq
    return states
