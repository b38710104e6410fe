"""What an outage costs, counted while it lasts (影响评估, 5.4(2)): requests by city, outlet minutes by fault.

    tallies.request(outlet, mode, at, worked)       each journalled attempt, in the journal's order
    tallies.passes(now, losses)                     once a minute; losses: who is out because of which fault
    tallies.facts()                                 of hours that are over, or of outages that are

Hours in which nothing was out leave nothing behind. Rows are kept together with the journals' cursors, so that a
restart neither loses nor repeats a count. Facts carry numbers only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hecha.kernel.facts import Fact
from hecha.kernel.ids import OutletId
from hecha.network.model import Network

REQUESTS, OUTAGE = "watch:tally:requests", "watch:tally:outage"
PROVINCE = "province"
GAP_MAX = timedelta(hours=24)
"""After a longer silence of ours nobody knows what was out meanwhile."""
CLAUSE = "5.4(2)"
Counts = tuple[int, int, int]
"""Requests, those without a result, those that the other mode answered."""
Key = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Loss:
    """Outlets that a fault takes out now: by mode, and in both (`dark`). `since`: when it began."""

    warning: str
    since: datetime
    interface: int
    non_interface: int
    dark: int


@dataclass(frozen=True, slots=True)
class Row:
    """One hour's count as it is kept. `subject` is a warning, with `minutes` and `peak` of outlets counted `through` a
    moment; or the province, with `cities`."""

    hour: datetime
    subject: str
    cities: Mapping[str, Counts] = field(default_factory=dict)
    minutes: Mapping[str, int] = field(default_factory=dict)
    peak: Mapping[str, int] = field(default_factory=dict)
    through: datetime | None = None

    @property
    def key(self) -> Key:
        return (self.hour, self.subject)

    def fact(self, at: datetime) -> Fact:
        hour = {"hour": self.hour.isoformat()}
        if self.subject == PROVINCE:
            cities = {city: list(counts) for city, counts in sorted(self.cities.items())}
            return Fact(REQUESTS, PROVINCE, at, clause=CLAUSE, data=hour | {"cities": cities})
        data = {"minutes": dict(self.minutes), "peak": dict(self.peak)}
        return Fact(OUTAGE, self.subject, at, clause=CLAUSE, data=hour | data)


class Tallies:
    """Owned by the watch loop, which keeps `changed` and drops `gone` in its own transactions."""

    def __init__(self, network: Network, kept: Iterable[Row] = ()) -> None:
        self._network = network
        self._rows = {one.key: one for one in kept}
        self._during = {one.hour for one in kept if one.subject == PROVINCE}  # hours in which something was out
        self._last: tuple[OutletId, datetime, str, bool] | None = None
        self._facts: list[Fact] = []
        self.changed: set[Key] = set()
        self.gone: set[Key] = set()

    def row(self, key: Key) -> Row:
        return self._rows[key]

    def request(self, outlet: OutletId, mode: str, at: datetime, worked: bool) -> None:
        """One part of a request: a second mode tried for the same customer is the same request, switched."""
        place = self._network.outlets.get(outlet)
        if place is None:
            return
        last, self._last = self._last, (outlet, at, mode, worked)
        again = last is not None and last[:2] == (outlet, at) and last[2] != mode and not last[3]
        city = str(self._network.city_of(place.county))
        row = self._rows.get((_hour(at), PROVINCE), Row(_hour(at), PROVINCE))
        asked, failed, switched = row.cities.get(city, (0, 0, 0))
        counts = (asked, failed - worked, switched + worked) if again else (asked + 1, failed + (not worked), switched)
        self._rows[row.key] = replace(row, cities={**row.cities, city: counts})
        if row.hour in self._during:
            self.changed.add(row.key)

    def passes(self, now: datetime, losses: Iterable[Loss]) -> None:
        """A minute has gone by: whoever is out has lost it; what is over becomes a fact."""
        found = {one.warning: one for one in losses}
        for loss in found.values():
            self._lose(loss, now)
        if found:
            self._during |= {hour for hour, subject in self._rows if subject == PROVINCE}
            self.changed |= {(hour, PROVINCE) for hour in self._during}
        for row in list(self._rows.values()):
            is_over = row.subject not in found if row.subject != PROVINCE else not found
            if is_over or row.hour < _hour(now):
                self._end(row, now)

    def _lose(self, loss: Loss, now: datetime) -> None:
        row, hour = self._latest(loss.warning), _hour(now)
        through = row.through if row is not None and row.through is not None else loss.since
        lost = min(max((now - through) // timedelta(minutes=1), 0), GAP_MAX // timedelta(minutes=1))
        if row is None or row.hour != hour:
            row = Row(hour, loss.warning)
        out = {name: int(getattr(loss, name)) for name in ("interface", "non_interface", "dark")}
        minutes = {name: row.minutes.get(name, 0) + count * lost for name, count in out.items()}
        peak = {name: max(row.peak.get(name, 0), count) for name, count in out.items()}
        reached = through + timedelta(minutes=lost) if now - through <= GAP_MAX else now
        self._rows[row.key] = replace(row, minutes=minutes, peak=peak, through=reached)
        self.changed.add(row.key)

    def _latest(self, warning: str) -> Row | None:
        return max(
            (row for row in self._rows.values() if row.subject == warning), key=lambda row: row.hour, default=None
        )

    def _end(self, row: Row, now: datetime) -> None:
        """Into a fact, unless nothing was out in that hour."""
        del self._rows[row.key]
        self.changed.discard(row.key)
        if row.subject != PROVINCE or row.hour in self._during:
            self._facts.append(row.fact(now))
            self.gone.add(row.key)
        if row.subject == PROVINCE:
            self._during.discard(row.hour)

    def facts(self) -> list[Fact]:
        """What is to be recorded now; each is given once."""
        found, self._facts = self._facts, []
        return found

    def kept(self, changed: Iterable[Key], gone: Iterable[Key]) -> None:
        """These have been committed."""
        self.changed -= set(changed)
        self.gone -= set(gone)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
