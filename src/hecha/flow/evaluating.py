"""Chapter 5.4 in the procedure: whose office evaluates an event, and the figures of it from the ledger's facts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from hecha.evaluation import reviewing
from hecha.evaluation.figures import Figures, figures_of
from hecha.evaluation.owed import Replay, accounts
from hecha.evaluation.review import PREFIX, Review, evolve
from hecha.flow.book import Book, incident_of
from hecha.flow.life import Act, Life, Row
from hecha.incident.lifecycle import Incident
from hecha.kernel.facts import Fact
from hecha.kernel.ids import AreaCode
from hecha.network.branches import Branch, Branches


def _row(one: Review) -> Row:
    return Row(one.incident, one.unit, one.phase.value, one.opened, one.closed, reviewing.next_at(one))


def _owners(one: Review) -> Iterable[str]:
    return dict.fromkeys(each.unit for each in one.improvements)


REVIEW = Life(
    "review",
    PREFIX,
    Review,
    reviewing.decide,
    evolve,
    _row,
    reviewing.duties,
    reviewing.notices,
    passes=reviewing.Pass,
    readers=_owners,
)


def review_id(incident: str, unit: str) -> str:
    return f"A-{incident}-{unit.replace('/', '.')}"


def evaluators(branches: Branches, incident: Incident) -> tuple[Branch, ...]:
    """The branches whose offices evaluate: the province's first, then each city's and county's that it ever touched."""
    top, found = branches.top(), {}
    for code in (*incident.reach.areas, *incident.reach.data_cities):
        branch: Branch | None = branches.local(AreaCode(code))
        while branch is not None:  # bounded: branches form a tree of three levels
            found[branch.unit] = branch
            branch = branches.superior(branch)
    found.pop(top.unit, None)
    return (top, *sorted(found.values(), key=lambda one: (len(one.area), one.area)))


def offices_evaluate(fact: Fact, book: Book) -> Iterator[Act]:
    """An event that has ended is evaluated by each involved level's office (5.4)."""
    incident = incident_of(book, fact.subject)
    days = int(book.plan(incident.plan).settings.get("evaluate_within_days", 15))
    due = fact.at + timedelta(days=days)
    for branch in evaluators(book.branches, incident):
        id = review_id(incident.id, branch.unit)
        begun = reviewing.Open(id, incident.id, branch.unit, branch.level, incident.title, due, fact.at)
        yield Act("review", id, begun)


def figures(
    timeline: Sequence[Fact],
    tallies: Sequence[Fact],
    entries: Sequence[Fact],
    lives: Iterable[Life],
    cities: frozenset[str],
    now: datetime,
) -> Figures:
    """The figures of an event from the ledger alone; `lives` says how each room's facts are lived again."""
    replays = {life.prefix: Replay(life.evolve, life.duties) for life in lives}
    return figures_of(timeline, tallies, entries, accounts(timeline, replays, now), cities)
