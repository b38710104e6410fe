"""Collects what really happened at the counters: the outcomes that entrances journalled, page by page.

The cursor moves only with the transaction that keeps what the rows led to; until then the same rows come again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from hecha.edges.hops.wire import OutcomeRow, Outcomes
from hecha.edges.watch.keeping import Cursor
from hecha.flow.diagnose import says_nothing
from hecha.flow.live import Live
from hecha.flow.tally import Tallies
from hecha.kernel.errors import HechaError
from hecha.kernel.ids import AreaCode, ComponentId, Mode, OutletId
from hecha.kernel.moments import minute_of
from hecha.kernel.observation import Observation, Source

PAGE_ROWS = 1000
PAGES_MAX = 5  # a turn; what is left comes with the next one
LATE_S = 60.0
"""Rows older than this no longer say what works now; they still count for data quality."""


class Journal(Protocol):
    """An entrance's journal, without citizens' data."""

    async def outcomes(self, after: int = 0, limit: int = 1000) -> Outcomes: ...


class Collector:
    """Reads every entrance's journal after its cursor."""

    def __init__(self, journals: Mapping[str, Journal], cursors: Mapping[str, Cursor], tallies: Tallies) -> None:
        self._journals, self._tallies = journals, tallies
        self._cursors = dict(cursors)
        self._moved: dict[str, Cursor] = {}
        self.away: dict[str, str] = {}  # entrances that did not answer, and why

    async def collect(self, live: Live, now: datetime) -> None:
        """Bring in what is new. An entrance that is away is noted, and read on when it is back."""
        for name, journal in self._journals.items():
            try:
                await self._read(name, journal, live, now)
                self.away.pop(name, None)
            except HechaError as error:
                self.away[name] = type(error).__name__

    async def _read(self, name: str, journal: Journal, live: Live, now: datetime) -> None:
        for _ in range(PAGES_MAX):
            cursor = self._cursors.get(name, Cursor(name, 0, ""))
            page = await journal.outcomes(after=cursor.seq, limit=PAGE_ROWS)
            for row in page.rows:
                take(row, live, now)
                self._count(row)
            if not page.rows:
                return
            self._cursors[name] = self._moved[name] = Cursor(name, page.rows[-1].seq, page.head)
            if not page.more:
                return

    def _count(self, row: OutcomeRow) -> None:
        """Every customer counts, however late the row comes; a wrong input or a closed service is no failure."""
        if row.outcome != "input_error" and not says_nothing(row.path):
            worked, at = row.outcome != "unavailable", datetime.fromtimestamp(row.at, UTC)
            self._tallies.request(OutletId(row.outlet), row.mode, at, worked)

    def moved(self) -> list[Cursor]:
        """Cursors that have moved since they were last kept."""
        return list(self._moved.values())

    def kept(self, cursors: list[Cursor]) -> None:
        """These have been committed."""
        for cursor in cursors:
            if self._moved.get(cursor.hop) == cursor:
                del self._moved[cursor.hop]


def take(row: OutcomeRow, live: Live, now: datetime) -> None:
    """One journalled attempt as an observation. A wrong input or a closed service says nothing about the chain."""
    if row.outcome == "input_error" or says_nothing(row.path):
        return
    at = datetime.fromtimestamp(row.at, UTC)
    city = AreaCode(row.card_city) if row.card_city else None
    if now.timestamp() - row.at > LATE_S or row.mode not in set(Mode):
        live.quality.observe(city, row.outcome, minute_of(at))
        return
    seen = Observation(
        outlet=OutletId(row.outlet),
        mode=Mode(row.mode),
        at=min(at, now),
        source=Source.REQUEST,
        worked=row.outcome != "unavailable",
        broke_at=ComponentId(row.broke_at) if row.broke_at else None,
        ms=int(row.ms),
        outcome=row.outcome,
        card_city=city,
    )
    live.observe(seen, row.path)
