"""The figures of an event, read from the ledger's facts alone (1.5.2, 5.4(2)): never from the rows of states.

    told = figuring.of(connection, network, "E2026…", now)        Raises NotThere for an event of which nothing is told

An event that is closed is told up to the fact that closed it, a signed evaluation up to its signature; that never
changes. What was counted is kept in memory, by the hash of the ledger's fact up to which it goes.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

import sqlalchemy as sa

from hecha.edges.procedure.tables import timeline
from hecha.edges.store import ledger
from hecha.edges.store.ledger import Recorded
from hecha.edges.store.tables import facts
from hecha.evaluation.figures import Figures, figures_of
from hecha.evaluation.owed import Account
from hecha.evaluation.review import Review
from hecha.flow.alerting import ALERT
from hecha.flow.evaluating import accounts_of, incident_in, of_event
from hecha.flow.procedure import LIVES
from hecha.flow.scope import cities_of, scope_of
from hecha.flow.tally import OUTAGE, REQUESTS
from hecha.incident.event import Incident
from hecha.kernel.errors import NotThere
from hecha.kernel.facts import Fact
from hecha.kernel.moments import minute_of
from hecha.network.model import Network

KEPT_MAX = 200
PAGE = 2_000
CLOSED = "incident:event:closed"
BUSINESS = (
    "register:entry:registered",
    "register:entry:verified",
    "register:entry:settled",
    "delegation:request:asked",
    "delegation:request:performed",
)


@dataclass(frozen=True, slots=True)
class Source:
    """Which facts a figure rests on: how many, and the first and last of them by their numbers in the ledger."""

    count: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Told:
    """An event's figures with where they come from. `seqs`: numbers in the ledger of the timeline's facts; `through`:
    number and hash of the ledger's fact up to which the figures go."""

    incident: Incident
    figures: Figures
    accounts: tuple[Account, ...]
    seqs: tuple[int, ...]
    losses_from: Source
    business_from: Source
    through: tuple[int, str]

    def seq(self, place: int | None) -> int | None:
        """The number in the ledger of the fact at a place of the timeline."""
        return None if place is None else self.seqs[place]


class Figuring:
    """Keeps what was counted last: it is the same for the same facts, and is counted anew when it is gone."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], Told] = OrderedDict()  # by event and hash of the fact it goes up to
        self._lock = Lock()

    def of(self, connection: sa.Connection, network: Network, incident: str, now: datetime) -> Told:
        """The figures up to the present head of the ledger, or up to the fact that closed the event."""
        closed = _closing(connection, incident)
        if closed is None:
            head, minute = ledger.head(connection), minute_of(now)
            key = (incident, f"{head[1]}@{minute}")  # what is overdue changes with the minute
            return self._once(key, lambda: figures(connection, network, incident, head, now))
        return self.through(connection, network, incident, (closed.seq, closed.hash), closed.fact.at)

    def signed(self, connection: sa.Connection, network: Network, review: Review, now: datetime) -> Told:
        """Those that were signed, counted anew from the same facts; those of now while nobody has signed."""
        through = review.figures.get("through")
        if review.signed is None or through is None:
            return self.of(connection, network, review.incident, now)
        upto = (int(through["seq"]), str(through["hash"]))
        return self.through(connection, network, review.incident, upto, review.signed)

    def through(
        self, connection: sa.Connection, network: Network, incident: str, through: tuple[int, str], at: datetime
    ) -> Told:
        """Up to a fact of the ledger, as they stood at that moment."""
        return self._once((incident, through[1]), lambda: figures(connection, network, incident, through, at))

    def _once(self, key: tuple[str, str], counted: Callable[[], Told]) -> Told:
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            kept = counted()
            with self._lock:
                self._kept[key] = kept
                while len(self._kept) > KEPT_MAX:
                    self._kept.popitem(last=False)
        return kept


def figures(
    connection: sa.Connection, network: Network, incident: str, through: tuple[int, str], now: datetime
) -> Told:
    """The figures of an event up to a fact of the ledger. Raises NotThere for one of which nothing is told."""
    story = list(story_of(connection, incident, through[0]))
    told = [one.fact for one in story]
    event = incident_in(told)
    if event is None:
        raise NotThere("没有这个事件，或不在您的权限之内 no such incident")
    scope = scope_of(event)
    counted = list(_tallies(connection, event, through[0]))
    business = list(_business(connection, scope.since, through[0]))
    entries = list(of_event((one.fact for one in business), scope, network))
    names = {one.subject for one in entries}
    accounts = accounts_of([*_warned(connection, story), *told], LIVES.values(), now)
    tallies = [one.fact for one in counted]
    return Told(
        incident=event,
        figures=figures_of(told, tallies, entries, accounts, cities_of(network, scope)),
        accounts=accounts,
        seqs=tuple(one.seq for one in story),
        losses_from=_source(one for one in counted if one.fact.kind == OUTAGE),
        business_from=_source([*counted, *(one for one in business if one.fact.subject in names)]),
        through=through,
    )


def story_of(connection: sa.Connection, incident: str, through: int) -> Iterator[Recorded]:
    """All facts of an event up to a number, page by page in the ledger's order."""
    query = sa.select(facts).join(timeline, timeline.c.seq == facts.c.seq).where(timeline.c.incident == incident)
    yield from _paged(connection, query, through)


def _warned(connection: sa.Connection, story: Iterable[Recorded]) -> Iterator[Fact]:
    """What was told of the warnings behind an event before it became one: not on its timeline, yet part of it."""
    firsts: dict[str, int] = {}
    for one in story:
        if one.fact.kind.startswith(ALERT.prefix):
            firsts.setdefault(one.fact.subject, one.seq)
    for name, first in firsts.items():
        query = sa.select(facts).where(facts.c.subject == name, facts.c.kind.startswith(ALERT.prefix, autoescape=True))
        yield from (one.fact for one in _paged(connection, query, first - 1))


def _closing(connection: sa.Connection, incident: str) -> Recorded | None:
    query = sa.select(facts).where(facts.c.subject == incident, facts.c.kind == CLOSED)
    row = connection.execute(query.order_by(facts.c.seq).limit(1)).first()
    return None if row is None else ledger.recorded(row)


def _tallies(connection: sa.Connection, event: Incident, through: int) -> Iterator[Recorded]:
    """What the watch counted: outlet minutes by its warnings, requests in the hours of the event."""
    lost = sa.and_(facts.c.kind == OUTAGE, facts.c.subject.in_(event.warnings))
    asked = sa.and_(facts.c.kind == REQUESTS, facts.c.at >= event.occurred)
    until = event.recovered or event.ended
    for one in _paged(connection, sa.select(facts).where(sa.or_(lost, asked)), through):
        if one.fact.kind == OUTAGE or _is_within(one.fact, event.occurred, until):
            yield one


def _is_within(fact: Fact, since: datetime, until: datetime | None) -> bool:
    hour = datetime.fromisoformat(fact.data["hour"])
    return hour + timedelta(hours=1) > since and (until is None or hour < until)


def _business(connection: sa.Connection, since: datetime, through: int) -> Iterator[Recorded]:
    query = sa.select(facts).where(facts.c.kind.in_(BUSINESS), facts.c.at >= since)
    yield from _paged(connection, query, through)


def _paged(connection: sa.Connection, query: sa.Select[tuple[object, ...]], through: int) -> Iterator[Recorded]:
    after = 0
    while page := connection.execute(
        query.where(facts.c.seq > after, facts.c.seq <= through).order_by(facts.c.seq).limit(PAGE)
    ).all():
        yield from map(ledger.recorded, page)
        after = page[-1].seq


def _source(found: Iterable[Recorded]) -> Source:
    seqs: Sequence[int] = sorted(one.seq for one in found)
    return Source(len(seqs), seqs[0], seqs[-1]) if seqs else Source(0, 0, 0)
