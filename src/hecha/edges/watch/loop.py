"""The watch loop: the one owner of the live picture. It advances each second and publishes an immutable picture.

    loop = WatchLoop(network, plans, store, entrances={"entrance-web": client, "entrance-bank": client}, clock=clock)
    await loop.run(stop)              # or `await loop.step()` once, as stories do
    loop.picture, loop.topics

What was measured counts at once and is committed with the same step; when the store is away it is kept in memory and
tried again, and `trouble` says so.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone, tzinfo
from time import monotonic, perf_counter
from typing import Any

from hecha.edges.clock import Clock, system_clock
from hecha.edges.store.store import Store
from hecha.edges.watch import keeping
from hecha.edges.watch.collector import Collector
from hecha.edges.watch.judging import Judging
from hecha.edges.watch.people import People
from hecha.edges.watch.prober import Prober
from hecha.edges.watch.rebuild import rebuilt
from hecha.edges.watch.topics import Topics
from hecha.flow.advise import advise
from hecha.flow.alerts import Followed
from hecha.flow.doubt import if_unknown_were_down
from hecha.flow.live import Live
from hecha.flow.paint import Painter
from hecha.flow.picture import Picture
from hecha.flow.tally import Tallies
from hecha.kernel.errors import HechaError
from hecha.kernel.facts import Fact
from hecha.kernel.moments import minute_of
from hecha.network.model import Network
from hecha.plan.model import Plan
from hecha.warning.lifecycle import Warning

TURN_S = 1.0
CURSOR_EVERY_S = 5.0
PAINT_EVERY_S = 5.0  # latencies and rates move on even when nothing turns
HEADS_EVERY_S = 3600.0
NEWS_MAX = 100
"""Warnings whose alerts follow in one step; more wait for the next."""
BEIJING = timezone(timedelta(hours=8))
Changed = dict[str, tuple[str, Warning]]
_log = logging.getLogger(__name__)


class WatchLoop(People, Judging):
    """`picture` is always the latest; `topics` says when it changed. `plans`: the settings' plan first."""

    def __init__(
        self,
        network: Network,
        plans: Sequence[Plan],
        store: Store,
        *,
        entrances: Mapping[str, Any] | None = None,
        clock: Clock = system_clock,
        zone: tzinfo = BEIJING,
        stopwatch: Callable[[], float] = perf_counter,
    ) -> None:
        """Rebuilds from the store, so an outage's clock goes on where it was. Blocks for a moment: call it at start.

        `stopwatch` gives seconds; it measures how long pings take, and so how late we are ourselves."""
        with store.read() as connection:
            kept = keeping.load(connection)
        self.network, self._store, self._clock, self._zone = network, store, clock, zone
        self.live: Live = rebuilt(network, plans, kept, clock())
        self._painter = Painter(self.live, zone)
        self._prober = Prober(entrances or {}, self.live, clock, stopwatch)
        self._tallies = Tallies(network, kept.tallies)
        self._collector = Collector(entrances or {}, kept.cursors, self._tallies)
        self._warnings = dict(self.live.faults.warnings)
        self._news: Changed = {one.id: (subject, one) for subject, one in self._warnings.items()}
        self._advice: dict[str, Mapping[str, Any]] = {}
        self._advised_at = (-1, -1)
        self._doubt: Mapping[str, Any] | None = None
        self._doubted_at = -1
        self._tallied_at = -1
        self._cursors_at = self._painted_at = self._heads_at = float("-inf")
        self._keeping = asyncio.Lock()
        self.topics = Topics()
        self.trouble = ""
        self.picture: Picture = self._painter.paint({})

    async def run(self, stop: asyncio.Event) -> None:
        """Watch until `stop` is set: send probes, bring in outcomes, judge, keep, publish; once a second."""
        try:
            while not stop.is_set():
                began = monotonic()
                await self.step()
                try:
                    async with asyncio.timeout(max(TURN_S - (monotonic() - began), TURN_S / 10)):
                        await stop.wait()
                except TimeoutError:
                    continue
        finally:
            await self._prober.close()

    async def step(self) -> None:
        """One turn at the clock's moment."""
        now = self._clock()
        self._prober.turn(now)
        await self._collector.collect(self.live, now)
        await self._prober.prompt()
        self._prober.hear()
        self.live.advance(now)
        self._tally(now)
        await self._keep()
        self.publish()

    def _tally(self, now: datetime) -> None:
        """Once a minute: what the outages that stand have cost."""
        minute = int(minute_of(now))
        if minute != self._tallied_at:
            self._tallied_at = minute
            self._tallies.passes(now, self.live.faults.losses())
            self.live.outbox += self._tallies.facts()

    async def settle(self) -> None:
        """Wait for the pings under way, so that the next step hears them (stories and drills)."""
        await self._prober.settle()

    # --- keeping -----------------------------------------------------------------------------------------------------

    async def _keep(self) -> None:
        """Commit what has happened since the last time. Nothing is forgotten before it is committed."""
        async with self._keeping:
            await self._keep_alone()

    async def _keep_alone(self) -> None:
        outbox, cursors = list(self.live.outbox), self._collector.moved()
        due = self._clock().timestamp() - self._cursors_at >= CURSOR_EVERY_S
        counted, gone = list(self._tallies.changed), list(self._tallies.gone)
        if not outbox and not ((cursors or counted or gone) and due):
            return
        now = self._clock()
        if cursors and now.timestamp() - self._heads_at >= HEADS_EVERY_S:
            self._heads_at = now.timestamp()
            self.live.outbox += [_head(cursor, now) for cursor in cursors]
            outbox = list(self.live.outbox)
        standing, ended = dict(self.live.faults.warnings), list(self.live.faults.ended)
        changed = self._changed(standing, ended)
        tallied = keeping.Counted([self._tallies.row(key) for key in counted], gone)
        try:
            await self._store.write(lambda tx: keeping.keep(tx, outbox, changed, cursors, tallied))
        except HechaError as error:
            self.trouble = str(error)
            _log.error("watch: not kept, will be tried again: %s", type(error).__name__)
            return
        self.trouble = ""
        self._news |= changed
        del self.live.outbox[: len(outbox)]
        self._warnings = dict(standing)
        del self.live.faults.ended[: len(ended)]
        self._collector.kept(cursors)
        self._tallies.kept(counted, gone)
        self._cursors_at = self._clock().timestamp()

    def _changed(self, standing: Mapping[str, Warning], ended: Sequence[tuple[str, Warning]]) -> Changed:
        """Warnings that are not as they were kept, by id: an ended one and its successor share a subject."""
        differ = [(subject, one) for subject, one in standing.items() if self._warnings.get(subject) != one]
        return {one.id: (subject, one) for subject, one in [*ended, *differ]}

    # --- telling the procedure ---------------------------------------------------------------------------------------

    def news(self, limit: int = NEWS_MAX) -> list[Followed]:
        """Warnings that have changed, as they were kept, and of which `told` has not yet heard; events first."""
        waiting = sorted(self._news.values(), key=lambda each: not each[1].is_event)[:limit]
        return [self.live.faults.followed(subject, one, self.live.now, self._zone) for subject, one in waiting]

    def told(self, one: Followed) -> None:
        """Its alert has followed it. What has changed meanwhile is news again."""
        if self._news.get(one.warning.id, ("", None))[1] == one.warning:
            del self._news[one.warning.id]

    # --- publishing --------------------------------------------------------------------------------------------------

    def publish(self) -> None:
        """Replace the picture and say what changed; where nothing did, only its moment moves on."""
        live = self.live
        minute, moment = int(minute_of(live.now)), live.now.timestamp()
        if not live.changed and minute == self._advised_at[1] and moment - self._painted_at < PAINT_EVERY_S:
            self.picture = replace(self.picture, at=live.now)
            return
        self._painted_at = moment
        topics, live.changed = live.changed, set()
        live.serial += bool(topics)
        advice = self._advise(minute)
        doubt = self._if_unknown_were_down(minute)
        before = self.picture
        self.picture = self._painter.paint(advice, doubt)
        if topics or _differs(before, self.picture):
            self.topics.bump(*(topics or {"board"}))

    def follow_orders(self, shown: Mapping[str, Any] | None) -> None:
        """The orders in force have changed: the picture shows them at once, and the counters follow (5.1)."""
        if shown == self.live.order_in_force:
            return
        self.live.order_in_force = shown
        self.live.changed.add("board")
        self.publish()

    def _advise(self, minute: int) -> dict[str, Mapping[str, Any]]:
        if self._advised_at != (self.live.serial, minute):
            self._advised_at = (self.live.serial, minute)
            self._advice = {name: advise(grader, self._zone) for name, grader in self.live.graders.items()}
        return self._advice

    def _if_unknown_were_down(self, minute: int) -> Mapping[str, Any] | None:
        """What the first plan would say if silence were an outage; looked at once a minute, never the grade."""
        if minute == self._doubted_at:
            return self._doubt
        self._doubted_at = minute
        self._doubt = if_unknown_were_down(self.live, self._painter.unknown_ways(), self._zone)
        return self._doubt


def _head(cursor: keeping.Cursor, now: datetime) -> Fact:
    """The ledger bears witness to the journals: where the chain of each one stood."""
    return Fact("watch:journal:head", cursor.hop, now, data={"seq": cursor.seq, "head": cursor.head})


def _differs(before: Picture, after: Picture) -> bool:
    """Whether a reader would see it: advice moves with time even when nothing else does."""
    return before.advice != after.advice or before.faults != after.faults or before.cities != after.cities
