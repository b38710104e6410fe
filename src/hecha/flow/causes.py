"""Causes (起因): what is held against each part of the chain, by measurement or by declaration, and what of it counts.

The engine knows components. What a person has declared, and a way that is lost for no component's fault, is held
against gates (`flow.gates`).
"""

from collections.abc import Iterable
from datetime import datetime

from hecha.flow.declare import Declaration
from hecha.flow.gates import Gates
from hecha.flow.maintenance import Window, counts_from
from hecha.kernel.ids import ComponentId
from hecha.kernel.moments import minute_of
from hecha.network.availability import Availability
from hecha.network.model import Network

Fault = tuple[int, int | None]


class Causes:
    """What is held against each component or gate. One owner; `feed` brings the engine to the same state."""

    def __init__(self, network: Network) -> None:
        self._gates = Gates(network)
        self.closed: dict[str, tuple[ComponentId, ...]] = {}
        """The gates of each declaration, by its id."""
        self.measured: dict[ComponentId, datetime] = {}
        self.declared: dict[ComponentId, dict[str, Declaration]] = {}
        self.estimates: dict[ComponentId, datetime | None] = {}
        self.windows: dict[str, Window] = {}
        self.exceeds: dict[ComponentId, int] = {}
        """Minutes that a group says an outage will at least last (1.4.1(3): will exceed 8 hours)."""
        self.fed: dict[ComponentId, Fault] = {}
        self._stale: set[ComponentId] = set()

    def lost(self, key: ComponentId, since: datetime) -> None:
        self.measured[key] = since
        self._stale.add(key)

    def back(self, key: ComponentId) -> None:
        """It works again; an estimate of this outage is over with it."""
        self.measured.pop(key, None)
        if key not in self.declared:
            self.estimates.pop(key, None)
            self.exceeds.pop(key, None)
        self._stale.add(key)

    def exceed(self, keys: Iterable[ComponentId], minutes: int) -> None:
        for key in keys:
            self.exceeds[key] = minutes
            self._stale.add(key)

    def declare(self, one: Declaration) -> None:
        if one.id not in self.closed:
            self.closed[one.id] = self._gates.of(one)
        for key in self.closed[one.id]:
            self.declared.setdefault(key, {})[one.id] = one
            self._stale.add(key)

    def withdraw(self, one: Declaration) -> None:
        for key in self.closed.pop(one.id):
            held = self.declared.get(key, {})
            held.pop(one.id, None)
            if not held:
                self.declared.pop(key, None)
                self.exceeds.pop(key, None)
            self._stale.add(key)

    def estimate(self, key: ComponentId, until: datetime | None) -> None:
        self.estimates[key] = until
        self._stale.add(key)

    def calendar_changed(self, keys: Iterable[ComponentId]) -> None:
        self._stale.update(keys)

    def minute_passed(self) -> None:
        """Work on the calendar begins and ends by itself."""
        planned = {key for window in self.windows.values() for key in window.components}
        self._stale.update(planned & self.measured.keys())

    def excused(self, now: datetime) -> tuple[ComponentId, ...]:
        """Components that are lost but do not count, because planned work covers them."""
        return tuple(key for key, since in self.measured.items() if self._counts(key, since, now) is None)

    def fault(self, key: ComponentId, now: datetime) -> Fault | None:
        """What counts against a key: from its earliest cause to its latest end, open when one has none."""
        begins, ends = [], []
        since = self.measured.get(key)
        start = self._counts(key, since, now) if since is not None else None
        if start is not None:
            begins.append(start)
            ends.append(self.estimates.get(key))
        for one in self.declared.get(key, {}).values():
            begins.append(one.since)
            ends.append(self.estimates.get(ComponentId(one.id), one.until))
        if not begins:
            return None
        begin, known = int(minute_of(min(begins))), [end for end in ends if end is not None]
        until = int(minute_of(max(known))) if len(known) == len(ends) else None
        if key in self.exceeds:
            until = max(until or 0, begin + self.exceeds[key])
        return begin, until

    def start_over(self) -> None:
        """A new engine has been fed nothing yet."""
        self.fed.clear()
        self._stale.clear()
        self._stale.update(self.measured, self.declared)

    def feed(self, engine: Availability, now: datetime) -> bool:
        """Tell the engine what changed. Returns whether anything did."""
        changed = False
        for key in self._stale:
            was, fault = self.fed.get(key), self.fault(key, now)
            if fault == was:
                continue
            changed = True
            self._tell(engine, key, fault)
        self._stale.clear()
        return changed

    def _tell(self, engine: Availability, key: ComponentId, fault: Fault | None) -> None:
        if fault is None:
            engine.restore(key)
            del self.fed[key]
            return
        engine.fail(key, *fault, nature=nature_of(key))
        self.fed[key] = fault

    def _counts(self, key: ComponentId, since: datetime, now: datetime) -> datetime | None:
        return counts_from(self.windows.values(), key, since, now)


def nature_of(key: str) -> str:
    """The nature as it can be seen from outside (性质): a line is a network's, a machine's is hardware until told."""
    if key.startswith("channel/") or key.endswith("/line"):
        return "network"
    if key.startswith(("front/", "bank/")) or key.endswith("/terminal"):
        return "hardware"
    return "other"
