"""The grading engine, on the province of 12,000 outlets, beside Polars and DuckDB that re-evaluate in the same run.

Both peers keep the outlet table in memory (one row an outlet: areas, bank, and per mode its outage as since, until,
open). An event changes one row; then the same clauses, in both readings, are evaluated from the table.
"""

import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from random import Random

from rich.console import Console
from rich.table import Table

from benchmarks.engine_peers import DuckPeer, Facts, PolarsPeer, facts_of
from benchmarks.figure import Figure
from hecha.edges.files.network_folder import load_network
from hecha.edges.files.plan_folder import load_plan
from hecha.edges.sandbox.national import national_network
from hecha.flow.advise import advise
from hecha.incident.grade import Grader
from hecha.incident.horizon import horizon
from hecha.network.availability import Availability
from hecha.network.model import Network

T = 29_550_000  # any minute
HORIZON = 72 * 60
BEIJING = timezone(timedelta(hours=8))
MEGABYTE = 1_000_000
BATCHES = 5
BACKGROUND = 30  # outlets that are out anyway: 1 in 400


def run() -> list[Figure]:
    """Measure; print; give the figures back."""
    figures = [*_province(load_network("zhejiang")), *_national(national_network())]
    table = Table("figure", "measured", "goal", "beside", "met", title="grading engine")
    for one in figures:
        measured = f"{one.value:,.4g} {one.unit}"
        table.add_row(one.name, measured, one.goal, one.ratio_to, {True: "yes", False: "NO", None: ""}[one.met])
    Console(width=120).print(table)
    return figures


def _province(network: Network) -> Iterator[Figure]:
    grader, memory = _measured_grader(network)
    _background(grader.availability, network)
    event = _terminal_events(grader, network)
    yield Figure("one terminal event to new decision, median", event, "µs", "≤ 5", "", event <= 5)
    yield from _peers(grader, event)
    shared = _microseconds(lambda turn: _toggle(grader, "relay", turn), 300)
    yield Figure("a shared component to new decision, median", shared, "µs", "≤ 300", "", shared <= 300)
    city = _microseconds(lambda turn: _toggle(grader, "city/3303/line", turn), 300)
    yield Figure("a city's line to new decision, median", city, "µs", "≤ 300", "", city <= 300)
    grader.availability.fail("front/a", T - 100)
    grader.availability.fail("front/b", T - 60, T + 500)
    grader.availability.data_error("3303", T - 15, accuracy=0.43)
    ahead = _microseconds(lambda _: horizon(grader, HORIZON), 100)
    yield Figure("horizon of 72 h, median", ahead / 1000, "ms", "≤ 2", "", ahead <= 2000)
    everywhere = _horizon_by_evaluating(grader)
    ratio = everywhere / ahead
    yield Figure("horizon", ratio, "× faster", "≥ 40", "Polars at every change point", ratio >= 40)
    whole = _microseconds(lambda _: advise(grader, BEIJING), 100)
    yield Figure("full advice, horizon included, median", whole / 1000, "ms", "≤ 1.5", "", whole <= 1500)
    yield Figure("memory of the engine's state", memory, "MB", "≤ 5", "", memory <= 5)


def _national(network: Network) -> Iterator[Figure]:
    grader, memory = _measured_grader(network)
    police = _microseconds(lambda turn: _toggle(grader, "police", turn), 20)
    name = f"national ({len(network.outlets):,} outlets): police source event, median"
    yield Figure(name, police / 1000, "ms", "≤ 10", "", police <= 10_000)
    yield Figure("national: memory of the engine's state", memory, "MB", "≤ 80", "", memory <= 80)


def _measured_grader(network: Network) -> tuple[Grader, float]:
    """A grader, and how many megabytes it and its availability take beyond network and plan."""
    plan = load_plan("zhejiang")
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    grader = Grader(plan, Availability(network, T))
    grader.availability.fail("relay", T)
    grader.availability.restore("relay")
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return grader, taken / MEGABYTE


def _background(here: Availability, network: Network) -> None:
    random = Random(1)
    for outlet in random.sample(sorted(network.outlets), BACKGROUND):
        until = random.choice([None, T + random.randint(10, 900)])
        here.fail(f"outlet/{outlet}/terminal", T - random.randint(0, 600), until)


def _terminal_events(grader: Grader, network: Network) -> float:
    """Terminals of outlets all over the province fail and come back, with and without an estimate."""
    here, random = grader.availability, Random(2)
    fit = [outlet for outlet in sorted(network.outlets) if outlet not in here.apart]
    names = [f"outlet/{outlet}/terminal" for outlet in random.sample(fit, 1_000)]
    return min(statistics.median(_round(grader, names)) for _ in range(BATCHES)) / 1000


def _round(grader: Grader, names: list[str]) -> list[int]:
    """Nanoseconds of each event."""
    here, times = grader.availability, []
    for since, until in ((T, None), (T, T + 600), (T - 100, T + 30), (T - 500, None)):
        for name in names:
            start = time.perf_counter_ns()
            here.fail(name, since, until)
            grader.judge()
            times.append(time.perf_counter_ns() - start)
        for name in names:
            start = time.perf_counter_ns()
            here.restore(name)
            grader.judge()
            times.append(time.perf_counter_ns() - start)
    return times


def _peers(grader: Grader, event: float) -> Iterator[Figure]:
    """The same decision by re-evaluating every clause from the outlet table."""
    facts = facts_of(grader.availability)
    expected = {name: grader.judge(name).clauses for name in ("literal", "confirmed")}
    outlet = str(next(one for one in grader.availability.network.outlets if one not in grader.availability.apart))
    for peer, goal in ((PolarsPeer(facts), 600), (DuckPeer(facts), 2_500)):
        if peer.clauses() != expected:
            raise AssertionError(f"{peer.name} gives other clauses")
        taken = _microseconds(lambda turn, peer=peer: _peer_event(peer, outlet, turn), 30)  # type: ignore[misc]
        ratio = taken / event
        yield Figure(f"terminal event ({peer.name}: {taken / 1000:.2f} ms)", ratio, "× faster", f"≥ {goal:,}",
                     peer.name, ratio >= goal)  # fmt: skip


def _peer_event(peer: PolarsPeer | DuckPeer, outlet: str, turn: int) -> None:
    """The same for a peer: change the row, evaluate."""
    peer.event(outlet, T if turn % 2 == 0 else None)
    peer.clauses()


def _toggle(grader: Grader, component: str, turn: int) -> None:
    if turn % 2 == 0:
        grader.availability.fail(component, T, T + 600)
    else:
        grader.availability.restore(component)
    grader.judge()


def _horizon_by_evaluating(grader: Grader) -> float:
    """Microseconds to evaluate all clauses at every later change point, as one who keeps no counters must.

    Change points: every begin and estimate, and every begin plus 8 h or 48 h and a minute."""
    here = grader.availability
    faults = [*here.faults.values(), *(error.fault for error in here.data_errors.values())]
    points = {since + more for since, _ in faults for more in (0, 481, 2881)} | {until or 0 for _, until in faults}
    wanted = sorted(point for point in points if T < point <= T + HORIZON)
    tables = [_facts_at(here, point) for point in wanted[:5]]
    peers = [PolarsPeer(table) for table in tables]
    one = _microseconds(lambda turn: peers[turn % len(peers)].clauses(), 25)
    return one * len(wanted)


def _facts_at(here: Availability, point: int) -> Facts:
    later = here.fork()
    later.advance(point)
    return facts_of(later)


def _microseconds(act: Callable[[int], object], times: int) -> float:
    """The median of so many turns, in the least disturbed of several batches (for the peers alike)."""
    medians = []
    for _ in range(BATCHES):
        taken = []
        for turn in range(max(2, times // BATCHES // 2 * 2)):
            start = time.perf_counter_ns()
            act(turn)
            taken.append(time.perf_counter_ns() - start)
        medians.append(statistics.median(taken))
    return min(medians) / 1000


if __name__ == "__main__":
    run()
