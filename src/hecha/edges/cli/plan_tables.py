"""Tables of `hecha plan`, narrow enough for 80 columns: Chinese has no spaces, so cells fold anywhere."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

Labelled = Iterable[tuple[str, str]]
LEVEL_STYLES = {1: "bold red", 2: "bold magenta", 3: "bold yellow", 4: "bold cyan"}


def print_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]], lines: bool = False) -> None:
    """A plain table; long Chinese folds instead of being cut."""
    table = Table(show_lines=lines)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell if not isinstance(cell, str) else Text(cell) for cell in row))
    console = Console()
    console.print(Text(title, style="bold"))  # above, not in the table: it may be wider than a narrow table
    console.print(table)


def labelled(pairs: Labelled) -> Table:
    """Label and text, one under the other; empty texts are left out."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in pairs:
        if text:
            grid.add_row(label, Text(text))
    return grid


def level_mark(level: Mapping[str, Any] | None, nothing: str = "事件") -> Text:
    """The level's name; its rank is in the number too, not only in the colour."""
    if level is None:
        return Text(nothing, style="bold")
    return Text(f"{level['rank']} {level['zh']}", style=LEVEL_STYLES.get(level["rank"], "bold"))
