"""The live province: what was seen and said goes in, time passes, and out come facts, rows to keep, and the picture.

Pure and single-owned: the watch loop calls it, keeps its outbox in one transaction, and publishes its picture.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hecha.flow.causes import Causes
from hecha.flow.declare import DataError, Declaration
from hecha.flow.diagnose import Evidence, siblings
from hecha.flow.faults import Faults
from hecha.flow.gates import gate, watched
from hecha.flow.judgement import Judgement
from hecha.flow.maintenance import Window
from hecha.flow.picture import State
from hecha.flow.quality import Quality
from hecha.flow.sighting import Sighting
from hecha.flow.strain import Strain
from hecha.flow.track import Track
from hecha.flow.watch import Turn, Watch, pace_of
from hecha.incident.grade import Grader
from hecha.kernel.facts import Fact
from hecha.kernel.ids import AreaCode, ComponentId, Mode, OutletId
from hecha.kernel.moments import minute_of
from hecha.kernel.observation import Observation, Source
from hecha.network.availability import Availability
from hecha.network.cells import SHAPES
from hecha.network.components import Components
from hecha.network.model import Network
from hecha.plan.model import Plan
from hecha.warning.lifecycle import Estimate, Warning

FLAP_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Turned:
    """A component or a gate was lost, or came back, `since` then: a row to be kept, and replayed after a restart."""

    subject: ComponentId
    lost: bool
    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Stated:
    """Somebody stated when a component, or a declaration by its id, is expected to work again: a row to be kept."""

    component: ComponentId
    estimate: Estimate


class Live:
    """`outbox` collects what must be kept; whoever keeps it empties it. `changed` says what readers would see."""

    def __init__(self, network: Network, plans: Sequence[Plan], now: datetime) -> None:
        self.network, self.plans = network, tuple(plans)
        settings = plans[0].settings
        self.flap = timedelta(minutes=int(settings.get("flap_restored_minutes", FLAP_MINUTES)))
        gated = watched(network)
        self.engine = Availability(gated, minute_of(now), latch_minutes=int(self.flap.total_seconds()) // 60)
        self.graders = {plan.id: Grader(plan, self.engine) for plan in plans}
        self._blank = self.engine.fork()  # nothing has ever been out in it
        self._returned: datetime | None = None  # when something measured last came back
        self.watch = Watch(network, pace_of(plans[0]))
        self.causes = Causes(network)
        self.quality = Quality()
        self.strain = Strain()
        self.faults = Faults(network, gated, plans, minute_of(now))
        self.declarations: dict[str, Declaration] = {}
        self.data_errors: dict[str, DataError] = {}
        self.judgements: dict[str, Judgement] = {}
        self.order_in_force: Mapping[str, Any] | None = None
        self.in_use: dict[ComponentId, ComponentId] = {}
        self.outbox: list[Turned | Stated | Fact] = []
        self.changed: set[str] = {"board", "network", "counter", "incident"}
        self.turned_ways: dict[tuple[OutletId, Mode], Turn] = {}
        self.serial = 0
        self.now = self.began = now
        self._components = Components(network)
        self._siblings = siblings(network)
        self.ways_of = _ways_of(network)
        self._real: dict[str, bool] = {}
        self._commons = self.engine.ways.evaluate({}, self.engine.now)

    # --- what is seen ------------------------------------------------------------------------------------------------

    def observe(self, seen: Observation, steps: Iterable[object] = ()) -> None:
        """One attempt of an outlet; `steps` are those of its path. Unknown outlets are left aside."""
        if seen.outlet not in self.network.outlets:
            return
        broke_at = seen.broke_at if seen.broke_at and self._is_real(seen.broke_at) else None
        proof = self.watch.chain.of_attempt(seen.outlet, seen.mode, seen.worked, broke_at, steps)  # type: ignore[arg-type]
        self.watch.observe(seen, proof, self._strained(seen.at, seen.ms))
        self._note_route(proof)
        if seen.source is Source.REQUEST:
            self.quality.observe(seen.card_city, seen.outcome, minute_of(seen.at))

    def hear(self, proof: Evidence, at: datetime, ms: float = 0.0, forced: bool = False) -> None:
        """What a ping without an outlet proves of components; `forced` along a route that traffic may not take."""
        real = tuple(name for name in proof.failed if self._is_real(name))
        evidence = replace(proof, failed=real)
        self.watch.hear(evidence, at.timestamp(), ms, strained=self._strained(at, ms))
        if not forced:
            self._note_route(proof)

    def _strained(self, at: datetime, ms: float) -> bool:
        """`at` is when an attempt ended, `ms` how long it took."""
        end = at.timestamp()
        return self.strain.covers(end - ms / 1000, end)

    def note(self, way: tuple[OutletId, Mode], at: datetime, well: bool) -> None:
        """An outlet's own parts were heard of; what lies above them was not tried."""
        if well:
            self.watch.follow_way(way).note(at.timestamp())

    def lost_above(self, way: tuple[OutletId, Mode]) -> bool:
        """Whether what all outlets of its kind share is lost, so that trying the whole way tells nothing new."""
        access = self.network.banks[self.network.outlets[way[0]].bank].access
        return self._commons[SHAPES.index(access)][0 if way[1] is Mode.INTERFACE else 1] is not None

    def own_parts(self, outlet: OutletId) -> tuple[ComponentId, ...]:
        """The lines and the terminal of an outlet."""
        return self.watch.chain.lines_of(outlet)

    def _note_route(self, proof: Evidence) -> None:
        for name in proof.passed:
            group = self._siblings.get(name)
            if group and self.in_use.get(group[0]) != name:
                self.in_use[group[0]] = name
                self.changed.add("network")

    def _is_real(self, component: str) -> bool:
        if component not in self._real:
            self._real[component] = self._components.place(component) is not None
        return self._real[component]

    # --- what is said ------------------------------------------------------------------------------------------------

    def declare(self, one: Declaration) -> None:
        self.declarations[one.id] = one
        self.causes.declare(one)
        self._touched()

    def withdraw(self, name: str) -> None:
        """An outage or a data error that was declared is over."""
        if name in self.declarations:
            self.causes.withdraw(self.declarations.pop(name))
            self._clear_at_once()
        else:
            city = self.data_errors.pop(name).city
            rest = [one for one in self.data_errors.values() if one.city == city]
            if rest:
                self._tell_data(rest[-1])
            else:
                self.engine.clear(city)
        self._touched()

    def _clear_at_once(self) -> None:
        """A withdrawal is no recovery that must last: when nothing else is or lately was out, nothing is left of it."""
        lately = self._returned is not None and self.now - self._returned < self.flap
        if self.declarations or self.causes.measured or lately:
            return
        fresh = self._blank.fork()
        fresh.advance(minute_of(self.now))
        for name in self.engine.flags:
            fresh.flag(name)
        self.engine = fresh
        for grader in self.graders.values():
            grader.availability = fresh
        self.causes.start_over()
        for error in self.data_errors.values():
            self._tell_data(error)

    def declare_data_error(self, one: DataError) -> None:
        self.data_errors[one.id] = one
        self._tell_data(one)
        self._touched()

    def _tell_data(self, one: DataError) -> None:
        until = minute_of(one.until) if one.until else None
        self.engine.data_error(one.city, minute_of(one.since), until, one.accuracy, one.missing, one.disturbs)

    def estimate(self, key: ComponentId, until: datetime | None) -> None:
        """Of a component, or of a declaration by its id."""
        self.causes.estimate(key, until)
        if key in self.declarations:
            self.causes.declare(self.declarations[key])
        self._touched()

    def stated(self, key: ComponentId, one: Estimate) -> None:
        """A person's estimate: it counts, it is kept, and its warning remembers it."""
        subject = ComponentId(f"declared/{key}") if key in self.declarations else key
        self.outbox += [Stated(key, one), *self.faults.estimated(subject, one)]
        self.estimate(key, one.until)

    def exceed(self, keys: Iterable[ComponentId]) -> None:
        self.causes.exceed(keys, self.faults.event_minutes)
        self._touched()

    def keys_of(self, subject: str, warning: Warning) -> list[ComponentId]:
        """What the engine knows of a warning: its components, or the gates of a declaration."""
        if subject.startswith("declared/"):
            return list(self.causes.closed[subject.removeprefix("declared/")])
        return [name for name in warning.components if name in self.causes.measured]

    def plan_work(self, one: Window) -> None:
        """Work that is approved and entered beforehand."""
        self.causes.windows[one.id] = one
        self.causes.calendar_changed(one.components)
        self._touched()

    def cancel_work(self, name: str) -> None:
        """From now on it excuses nothing."""
        one = self.causes.windows.pop(name)
        if one.begin < self.now < one.end:
            self.causes.windows[name] = replace(one, end=self.now)
        self.causes.calendar_changed(one.components)
        self._touched()

    def judge(self, one: Judgement) -> None:
        """A recorded judgement of a group (1.4.1(1), (2))."""
        self.judgements[one.flag] = one
        self.flag(one.flag)

    def unjudge(self, name: str) -> None:
        """The group says that it no longer holds."""
        del self.judgements[name]
        self.flag(name, on=False)

    def flag(self, name: str, on: bool = True) -> None:
        """What a judgement changes in the engine."""
        self.engine.flag(name, on)
        self._touched()

    def _touched(self) -> None:
        self.changed.update(("board", "incident", "counter"))

    # --- time passes -------------------------------------------------------------------------------------------------

    def advance(self, now: datetime) -> None:
        """Judge, feed the engine, and move the warnings on. Never goes back: an earlier moment counts as the last."""
        now = max(now, self.now)
        minute_passed = minute_of(now) > minute_of(self.now)
        self.now = now
        turns = self.watch.advance(now)
        if minute_passed:
            self._minute(now)
        for name, turn in turns.components.items():
            self._turn(name, turn, now)
        for way, turn in turns.ways.items():
            self.turned_ways[way] = turn
            self._turn(gate(*way), turn, now)
        if turns:
            self.changed.update(("board", "network"))
        if self.causes.feed(self.engine, now):
            self._commons = self.engine.ways.evaluate(self.engine.faults, self.engine.now)
            self._touched()
        if minute_passed or self.changed:
            self._warn(now)

    def _minute(self, now: datetime) -> None:
        if self.engine.next_due <= minute_of(now):
            self.changed.update(("board", "incident"))
        self.engine.advance(minute_of(now))
        self.causes.minute_passed()

    def _turn(self, key: ComponentId, turn: Turn, now: datetime) -> None:
        if turn.state is State.DOWN:
            self.turned(Turned(key, True, turn.since or now, now))
        elif turn.was is State.DOWN:
            self.turned(Turned(key, False, turn.since or now, now))

    def turned(self, one: Turned) -> None:
        """Something was lost or came back."""
        if one.lost:
            self.causes.lost(one.subject, one.since)
        else:
            self.causes.back(one.subject)
            self._returned = one.at
        action = "lost" if one.lost else "restored"
        self.outbox.append(one)
        data = {"since": one.since.isoformat()}
        self.outbox.append(Fact(f"watch:component:{action}", one.subject, one.at, clause="3.2.2(1)", data=data))
        self.changed.update(("board", "network", "counter"))

    def _warn(self, now: datetime) -> None:
        facts = self.faults.follow(self.causes, self.declarations, self.data_errors, now, self.flap)
        self.outbox.extend(facts)
        if facts:
            self.changed.update(("board", "incident"))

    # --- after a restart ---------------------------------------------------------------------------------------------

    def replay(self, one: Turned) -> None:
        """A row that was kept: the clocks run as they did, and what was lost stays so until it is seen to work."""
        self.at(one.at)
        if one.lost:
            self.causes.lost(one.subject, one.since)
        else:
            self.causes.back(one.subject)
            self._returned = one.at
        self.causes.feed(self.engine, self.now)
        self._commons = self.engine.ways.evaluate(self.engine.faults, self.engine.now)
        self._track(one.subject).resume(one.since.timestamp() if one.lost else None)

    def at(self, moment: datetime) -> None:
        """Let the clocks run to a moment without judging: what follows was said or done then."""
        self.now = max(self.now, moment)
        self._minute(self.now)
        self.causes.feed(self.engine, self.now)

    def _track(self, key: ComponentId) -> Track:
        if not key.startswith("way/"):
            return self.watch.follow(key)
        _, outlet, mode = key.split("/")
        return self.watch.follow_way((OutletId(outlet), Mode(mode)))

    def sightings(self) -> tuple[Sighting, ...]:
        """What is an event now: watched faults, and what a group has judged."""
        judged = (self.faults.judged(one, self.now) for one in self.judgements.values())
        return (*self.faults.sightings(self.now), *(one for one in judged if one is not None))

    def open_warnings(self) -> dict[str, datetime | None]:
        """Each open warning, with the moment since which it works again, if it does; judgements work on."""
        open_ = {one.id: one.returned for one in self.faults.warnings.values()}
        return open_ | {one.id: None for one in self.judgements.values()}

    def city_error(self, city: AreaCode) -> DataError | None:
        return next((one for one in reversed(list(self.data_errors.values())) if one.city == city), None)


def _ways_of(network: Network) -> dict[AreaCode, int]:
    """How many ways each county has."""
    counts: dict[AreaCode, int] = {}
    for outlet in network.outlets.values():
        access = network.banks[outlet.bank].access
        ways = sum((access, mode) in network.paths for mode in Mode)
        counts[outlet.county] = counts.get(outlet.county, 0) + ways
    return counts
