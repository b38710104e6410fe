"""A hundred failovers under load: front A is killed fifty times and frozen fifty times; no request may fail.

The gap is the longest time without any answer after the fault, seen by closed-loop clients behind an entrance.
"""

import asyncio
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.hops.chain import Chain, Load

from benchmarks.figure import Figure

EACH = 50
CLIENTS = 8
SETTLED_ANSWERS = 200
KILL_GAP_MS_MAX = 150.0
FREEZE_GAP_MS_MAX = 400.0


def run() -> list[Figure]:
    """Measure and print; figures for `make bench`."""
    with tempfile.TemporaryDirectory(prefix="hecha-failover-") as folder, Chain(Path(folder)) as chain:
        kills = asyncio.run(_failovers(chain, signal.SIGKILL))
        freezes = asyncio.run(_failovers(chain, signal.SIGSTOP))
    for name, (gaps, _, answers) in {"kill": kills, "freeze": freezes}.items():
        print(
            f"{name:8} {len(gaps)} failovers, {answers} answers, "
            f"gap median {median(gaps):.0f} ms, longest {max(gaps):.0f} ms"
        )
    return list(_figures(kills, freezes))


Measured = tuple[list[float], int, int]  # gaps in ms, failed requests, answers


def _figures(kills: Measured, freezes: Measured) -> Iterator[Figure]:
    failed, kill_ms, freeze_ms = kills[1] + freezes[1], max(kills[0]), max(freezes[0])
    yield Figure(f"requests that failed in {2 * EACH} failovers", failed, "requests", "0", "", failed == 0)
    yield Figure(
        "longest gap, front A killed", kill_ms, "ms", f"≤ {KILL_GAP_MS_MAX:.0f}", "", kill_ms <= KILL_GAP_MS_MAX
    )
    frozen = freeze_ms <= FREEZE_GAP_MS_MAX
    yield Figure("longest gap, front A frozen", freeze_ms, "ms", f"≤ {FREEZE_GAP_MS_MAX:.0f}", "", frozen)


async def _failovers(chain: Chain, how: signal.Signals) -> Measured:
    gaps: list[float] = []
    async with Load(chain, CLIENTS) as load:
        for _ in range(EACH):
            await _on_front_a(load)
            since = time.monotonic()
            await asyncio.to_thread(chain.signal, "front-a", how)  # reaping it must not stop the clients
            await load.more(SETTLED_ANSWERS)
            gaps.append(load.longest_gap(since) * 1000.0)
            if how is signal.SIGKILL:
                await asyncio.to_thread(chain.restart, "front-a")
            else:
                chain.signal("front-a", signal.SIGCONT)
    return gaps, len(load.failed), len(load.answers)


async def _on_front_a(load: Load) -> None:
    """Until the traffic has come back to the primary."""
    async with asyncio.timeout(60):
        while not load.on("front/a"):
            await load.more(5)


if __name__ == "__main__":
    for figure in run():
        print(
            f"{figure.name}: {figure.value:.0f} {figure.unit} (goal {figure.goal}): {'met' if figure.met else 'MISSED'}"
        )
