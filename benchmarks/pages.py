"""The pages that count in an emergency, with every outlet of the province down and 500 incidents on record.

One client after another over a real port, the store on SQLite in a file. The peer is the guide, a page that reads
nothing: what a page costs beyond it is its own.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

import httpx
from tests.console import demo
from tests.console.town import Town

from benchmarks.figure import Figure
from hecha.flow.life import Act
from hecha.incident.commands import Close, ConfirmRecovery, End, Open, ProposeRecovery
from hecha.incident.event import Extent, Standing
from hecha.network.model import AreaKind

INCIDENTS = 500
REQUESTS = 60
P95_MS_MAX = 200.0
PEER = "/guide"
SETTLES_WITHIN_S = 300.0
"""The first patrol meets the clocks of 500 events at once, which no real one does."""


def run() -> list[Figure]:
    """Measure and print; figures for `make bench`."""
    with tempfile.TemporaryDirectory(prefix="hecha-pages-") as folder:
        town = Town(url=f"sqlite:///{Path(folder) / 'hecha.db'}")
        try:
            asyncio.run(_record(town))
            town.happens(demo.grave(), SETTLES_WITHIN_S)
            return list(_figures(town))
        finally:
            town.close()


def _figures(town: Town) -> Iterator[Figure]:
    grave = next(one.id for one in town.site.procedure.open("incident") if one.warnings)
    pages = {"the board": "/", "the incident page": f"/incidents/{grave}", "my duties": "/duties"}
    reader = town.reader("leader")
    peer = median(_times(reader, PEER))
    for name, path in pages.items():
        times = _times(reader, path)
        p95 = quantiles(times, n=20)[-1]
        print(f"{name:20} median {median(times):6.1f} ms  p95 {p95:6.1f} ms  ({median(times) / peer:.1f} x {PEER})")
        yield Figure(f"{name}, p95", p95, "ms", f"≤ {P95_MS_MAX:.0f}", "", p95 <= P95_MS_MAX)
        yield Figure(f"{name}, median", median(times) / peer, "×", "no goal", PEER, True)


def _times(reader: httpx.Client, path: str) -> list[float]:
    """Milliseconds of each request, the first one left out."""
    found = []
    for _ in range(REQUESTS + 1):
        began = time.perf_counter()
        answer = reader.get(path)
        assert answer.status_code == 200, answer.status_code
        found.append((time.perf_counter() - began) * 1000)
    return found[1:]


async def _record(town: Town) -> None:
    """500 ordinary events of the last years, one county each, from their opening to the closed file."""
    counties = [code for code, area in demo.network().areas.items() if area.kind is AreaKind.COUNTY]
    for number in range(INCIDENTS):
        for act in _event(number, counties[number % len(counties)]):
            await town.site.procedure.do(act)


def _event(number: int, county: str) -> Iterator[Act]:
    name, at = f"E{number:06}", demo.START - timedelta(days=number + 1)
    standing = Standing(4, ("1.4.2.4(1)",), ("1.4.2.4(1)",), ("1.4.1(3)",), (("outage", 4),))
    where = f"pbc/{county}"
    parts = (f"county/{county}/line",)
    opened = Open(
        name, "zhejiang", "1", "2021-12-31", f"第{number}次线路中断", (), parts, "network", where, where,
        at, at, standing, Extent((county,), (), (("icbc", county),), (), 3, 9, 3, 12_000), {}, 481, at,
    )  # fmt: skip
    later = at + timedelta(hours=10)
    yield Act("incident", name, opened)
    yield Act("incident", name, ProposeRecovery(later, later))
    yield Act("incident", name, ConfirmRecovery(later, later, "county", where))
    yield Act("incident", name, End("", later, "county", where))
    yield Act("incident", name, Close((), later, "county", where))
