"""Alerts as one of the procedure's lives, and what an incident's opening makes of them."""

from collections.abc import Iterable

from hecha.flow.book import Book
from hecha.flow.life import Act, Life, Row
from hecha.kernel.facts import Fact
from hecha.warning import commands, evolving, handling, telling
from hecha.warning.alert import Alert
from hecha.warning.handling import next_pass


def _row(one: Alert) -> Row:
    return Row(one.incident, one.unit, one.phase.value, one.raised, one.closed, next_pass(one))


ALERT = Life(
    "alert",
    handling.PREFIX,
    Alert,
    handling.decide,
    evolving.evolve,
    _row,
    telling.duties,
    telling.notices,
    commands.Pass,
)


def on_incident(fact: Fact, book: Book) -> Iterable[Act]:
    """The warnings that an incident is about are its own from now on (1.4.1)."""
    for name in fact.data["warnings"]:
        if book.state(ALERT.kind, name) is not None:
            command = commands.Become(fact.at, (), fact.subject, fact.by, fact.on_behalf_of)
            yield Act(ALERT.kind, name, command)
