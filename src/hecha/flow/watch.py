"""The watch (监测): observations and pongs in, availability per way and per component out.

A way is one outlet in one mode. `observe` and `hear` take what came in; `advance` judges at a moment and says
what changed. Nothing here knows of faults that were made on purpose, and silence proves nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hecha.flow.diagnose import Chain, Evidence
from hecha.flow.picture import State
from hecha.flow.track import Limits, Track
from hecha.kernel.ids import ComponentId, Mode, OutletId
from hecha.kernel.observation import Observation, Source
from hecha.network.model import Network
from hecha.plan.model import Plan

Way = tuple[OutletId, Mode]


@dataclass(frozen=True, slots=True)
class Turn:
    """One subject changed its state. `since`: when the loss began, or (up again) when it ended."""

    state: State
    was: State
    since: datetime | None = None


@dataclass(slots=True)
class Turns:
    """What changed in one step."""

    ways: dict[Way, Turn] = field(default_factory=dict)
    components: dict[ComponentId, Turn] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.ways or self.components)


@dataclass(frozen=True, slots=True)
class Pace:
    """The limits of each kind of subject; `way_s`: seconds in which every way is probed once."""

    way: Limits
    shared: Limits
    core: Limits
    line: Limits
    way_s: float = 300

    def of(self, component: str) -> Limits:
        """Limits of one component: what the whole province shares, a bank's core, a line or a terminal."""
        if "/" not in component or component.startswith(("front/", "channel/")):
            return self.shared
        return self.core if component.startswith("bank/") else self.line


def pace_of(plan: Plan | None) -> Pace:
    """The pace by the plan's settings (all have defaults): `probe_interval_s`, `unusable_*`."""
    settings = plan.settings if plan else {}
    way_s = float(settings.get("probe_interval_s", 300))
    way = Limits(
        window_s=60 * float(settings.get("unusable_window_minutes", 10)),
        failed_share=float(settings.get("unusable_failed_share", 0.5)),
        p95_ms=float(settings.get("unusable_p95_ms", 30_000)),
        silence_s=2 * way_s,
    )
    return Pace(
        way=way,
        shared=replace(way, window_s=60, silence_s=10, span_s=1.8, doubtful_s=45, first_s=20),
        core=replace(way, window_s=120, silence_s=60, first_s=20),
        line=way,
        way_s=way_s,
    )


class Watch:
    """The tracks of all ways and components of one network. One owner, who calls it from one thread."""

    def __init__(self, network: Network, pace: Pace | None = None) -> None:
        self.chain = Chain(network)
        self.pace = pace or pace_of(None)
        self.ways: dict[Way, Track] = {}
        self.components: dict[ComponentId, Track] = {name: Track(self.pace.of(name)) for name in self.chain.shared}
        self._restless_ways: set[Way] = set()
        self._restless: set[ComponentId] = set(self.components)
        self._quiet_check = float("-inf")

    def observe(self, seen: Observation, evidence: Evidence | None = None, strained: bool = False) -> None:
        """One attempt of an outlet in a mode; `evidence` says what its path proves of components.

        `strained`: time-outs may be our own lateness. What a counter was told in the end counts for its way all the
        same; only a probe of the way is doubtful then."""
        proof = evidence or self.chain.of_attempt(seen.outlet, seen.mode, seen.worked, seen.broke_at)
        at = seen.at.timestamp()
        request = seen.source is Source.REQUEST
        self.hear(proof, at, seen.ms, request, strained)
        way = (seen.outlet, seen.mode)
        track = self.ways.get(way) or self._new_way(way)
        if not seen.worked and self._explained(seen.broke_at):
            track.note(at)
            return
        doubtful = strained and not seen.worked and not request and seen.broke_at in proof.soft
        track.add(at, seen.worked, seen.ms, seen.broke_at or "", request, doubtful)
        if not (seen.worked and track.clean) or seen.ms > self.pace.way.slow_ms:
            self._restless_ways.add(way)

    def hear(self, proof: Evidence, at: float, ms: float = 0.0, request: bool = False, strained: bool = False) -> None:
        """What one attempt proves of components; those of a single outlet are followed only once they fail."""
        for name in proof.failed:
            self.follow(name).add(at, False, request=request, doubtful=strained and name in proof.soft)
        for name in proof.passed:
            track = self.components.get(name)
            if track is not None:
                track.add(at, True, proof.ms.get(name, track.ms or ms), request=request)
                if track.state is not State.UP:
                    self._restless.add(name)

    def follow(self, name: ComponentId) -> Track:
        """The track of a component, to be judged at the next step; a new one where there was none."""
        track = self.components.get(name)
        if track is None:
            track = self.components[name] = Track(self.pace.of(name))
        self._restless.add(name)
        return track

    def follow_way(self, way: Way) -> Track:
        """The same for a way."""
        self._restless_ways.add(way)
        return self.ways.get(way) or self._new_way(way)

    def _new_way(self, way: Way) -> Track:
        track = self.ways[way] = Track(self.pace.way)
        return track

    def _explained(self, component: ComponentId | None) -> bool:
        """A way is not blamed for a component that is itself known to be lost."""
        track = self.components.get(component) if component else None
        return track is not None and track.state is State.DOWN

    def advance(self, now: datetime) -> Turns:
        """Judge all that may have changed. Every ten seconds also what has fallen silent."""
        turns, moment = Turns(), now.timestamp()
        if moment - self._quiet_check >= 10:
            self._quiet_check = moment
            self._restless.update(self.components)
            self._restless_ways.update(way for way, track in self.ways.items() if _gone_quiet(track, moment))
        self._judge_components(moment, turns)
        self._judge_ways(moment, turns)
        return turns

    def _judge_components(self, moment: float, turns: Turns) -> None:
        for name in list(self._restless):
            track = self.components[name]
            turn = _turn(track, moment)
            if turn is not None:
                turns.components[name] = turn
                if turn.state is State.DOWN:
                    self._explain(name, track)
            if track.clean:
                self._restless.discard(name)

    def _explain(self, component: ComponentId, track: Track) -> None:
        for way in self._restless_ways:
            self.ways[way].explain(component, track.since or track.seen)

    def _judge_ways(self, moment: float, turns: Turns) -> None:
        for way in list(self._restless_ways):
            track = self.ways[way]
            turn = _turn(track, moment)
            if turn is not None:
                turns.ways[way] = turn
            if track.clean or track.state is State.UNKNOWN:
                self._restless_ways.discard(way)

    def suspicious(self) -> Iterator[Way]:
        """Ways to be probed sooner: those with failures that are not explained, until they are settled."""
        return iter(self._restless_ways)

    def lost(self) -> Iterable[ComponentId]:
        return [name for name, track in self.components.items() if track.state is State.DOWN]


def _gone_quiet(track: Track, moment: float) -> bool:
    return track.state is not State.UNKNOWN and moment - track.seen > track.limits.silence_s


def _turn(track: Track, moment: float) -> Turn | None:
    was = track.state
    state = track.judge(moment)
    if state is was:
        return None
    since = track.since if state is State.DOWN else track.back if was is State.DOWN else None
    return Turn(state, was, None if since is None else datetime.fromtimestamp(since, UTC))
