"""Chapter 5.4 in the procedure: whose office evaluates an event, and which facts its figures rest on."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from hecha.evaluation import reminding, reviewing
from hecha.evaluation.owed import Account, Replay, accounts
from hecha.evaluation.review import PREFIX, Review, evolve
from hecha.flow.book import Book, incident_of
from hecha.flow.life import Act, Life, Row
from hecha.flow.scope import Scope
from hecha.incident import event, lifecycle
from hecha.incident.event import Incident
from hecha.kernel.facts import Fact
from hecha.kernel.ids import AreaCode, OutletId
from hecha.network.branches import Branch, Branches
from hecha.network.model import Network


def _row(one: Review) -> Row:
    return Row(one.incident, one.unit, one.phase.value, one.opened, one.closed, reminding.next_at(one))


def _owners(one: Review) -> Iterable[str]:
    return dict.fromkeys(each.unit for each in one.improvements)


REVIEW = Life(
    "review",
    PREFIX,
    Review,
    reviewing.decide,
    evolve,
    _row,
    reminding.duties,
    reminding.notices,
    passes=reviewing.Pass,
    readers=_owners,
)


IMPROVEMENT = "improvement."


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


def accounts_of(timeline: Sequence[Fact], lives: Iterable[Life], now: datetime) -> tuple[Account, ...]:
    """What was owed in an event and how it ended; `lives` says how each room's facts are lived again.

    Improvements belong to no event: they go on after it is closed."""
    replays = {life.prefix: Replay(life.evolve, life.duties) for life in lives}
    return tuple(one for one in accounts(timeline, replays, now) if not one.duty.what.startswith(IMPROVEMENT))


def incident_in(timeline: Sequence[Fact]) -> Incident | None:
    """The event as its own facts tell it, None where they do not."""
    found: Incident | None = None
    for fact in timeline:
        if fact.kind.startswith(event.PREFIX):
            found = lifecycle.evolve(found, fact)
    return found


def of_event(facts: Iterable[Fact], scope: Scope, network: Network) -> Iterator[Fact]:
    """The facts of the register and of delegations that belong to an event (`hecha.flow.scope`), and what followed."""
    known: set[str] = set()
    for fact in facts:
        if fact.kind in _BEGINNINGS and _belongs(fact, scope, network):
            known.add(fact.subject)
        if fact.subject in known:
            yield fact


_BEGINNINGS = frozenset({"register:entry:registered", "delegation:request:asked"})


def _belongs(fact: Fact, scope: Scope, network: Network) -> bool:
    if fact.at < scope.since or (scope.until is not None and fact.at > scope.until):
        return False
    if scope.data_cities and fact.data.get("card_city") in scope.data_cities:
        return True
    outlet = network.outlets.get(OutletId(str(fact.data.get("outlet"))))
    return outlet is not None and scope.holds(network, outlet.bank, outlet.county)
