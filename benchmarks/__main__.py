"""`make bench`: every benchmark, its figures as ratios against a peer in the same run.

python -m benchmarks [name…]     names: engine, gateway, failover, pages
"""

import importlib
import sys

from rich.console import Console
from rich.table import Table

NAMES = ("engine", "gateway", "failover", "pages")


def main() -> int:
    """Run the named ones (default all); exit 1 if a goal was missed."""
    names = sys.argv[1:] or list(NAMES)
    table = Table(title="measured figures")
    for heading in ("benchmark", "figure", "measured", "goal", "beside", "met"):
        table.add_column(heading)
    missed = 0
    for name in names:
        for figure in importlib.import_module(f"benchmarks.{name}").run():
            missed += not figure.met
            measured = f"{figure.value:,.3g} {figure.unit}"
            table.add_row(name, figure.name, measured, figure.goal, figure.ratio_to, "yes" if figure.met else "NO")
    Console(width=150).print(table)
    return 1 if missed else 0


raise SystemExit(main())
