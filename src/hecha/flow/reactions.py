"""What follows from what: the one table of reactions, from a fact of one room to commands to others.

They run in the transaction of the fact, so nothing is ever half done; each is a pure function of the fact and the book.
"""

from collections.abc import Callable, Iterable, Mapping

from hecha.flow import alerting, reporting
from hecha.flow.afterwards import AFTERWARDS
from hecha.flow.book import Book
from hecha.flow.command.following import FOLLOWING
from hecha.flow.life import Act
from hecha.kernel.facts import Fact

Reaction = Callable[[Fact, Book], Iterable[Act]]

Table = Mapping[str, tuple[Reaction, ...]]


def joined(*tables: Table) -> Table:
    """One table of several rooms' tables, each fact's reactions in their order."""
    kinds = dict.fromkeys(kind for table in tables for kind in table)
    return {kind: tuple(one for table in tables for one in table.get(kind, ())) for kind in kinds}


REPORTING: Table = {
    "incident:event:opened": (reporting.on_grade,),
    "incident:event:regraded": (reporting.on_grade,),
    "incident:event:raised": (reporting.on_grade,),
    "incident:event:lowered": (reporting.on_grade,),
    "incident:event:ended": (reporting.on_end,),
    "incident:event:withdrawn": (reporting.on_withdrawn,),
    "report:report:sent": (reporting.on_sent,),
}
ALERTING: Table = {"incident:event:opened": (alerting.on_incident,)}
TABLE: Table = joined(ALERTING, REPORTING, FOLLOWING, AFTERWARDS)


def follow(fact: Fact, book: Book) -> list[Act]:
    """All that follows from a fact, in the table's order."""
    return [act for reaction in TABLE.get(fact.kind, ()) for act in reaction(fact, book)]
